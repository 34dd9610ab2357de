"""Visits (kunjungan pengawasan): planned under an activity, held, and shared with those visited."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import Select, exists, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from auth.caller import Caller
from db.activity import ActivityNow, ActivityParticipant, JointActivity
from db.enums import ActivityKind, ActivityPart, ActivityStatus, ParticipantRole, ParticipantStatus
from db.ids import new_id
from db.oversight_plan import OversightPlan, PlanItem, PlanStatus
from db.visit import ResponseStatus, Visit, VisitNote, VisitResponse, VisitStatus, VisitSubject
from domain.checks import (
    LINE,
    PARAGRAPH,
    Ref,
    distinct,
    found,
    id_of,
    in_reach,
    locked,
    optional_text,
    reason_of,
    text_of,
)
from domain.instrument import usable
from domain.organisation import living, region_of
from domain.paging import Order
from domain.refusal import Refusal, RefusalCode, require

LATEST_FIRST = Order(("planned_on", "id"), descending=True)
EARLIEST_FIRST = Order(("planned_on", "id"))
MOST_VISITS = 1_000
MOST_NOTES = 200
MOST_TEAM = 50
KINDS = (ActivityKind.OVERSIGHT, ActivityKind.MONITORING_EVALUATION)
LIVE = (ActivityStatus.DRAFT, ActivityStatus.PLANNED, ActivityStatus.IN_PROGRESS)
WORKING = (ActivityPart.LEAD, ActivityPart.CO_ORGANISER, ActivityPart.CONTRIBUTOR)


@dataclass(frozen=True)
class VisitPlan:
    """What is looked at, when, by whom and with which questionnaire."""

    subject: VisitSubject
    planned_on: date
    version_id: Ref
    visited_id: Ref | None = None
    name: str | None = None
    region_code: str | None = None
    team_ids: list[Ref] | None = None
    plan_item_id: Ref | None = None


@dataclass(frozen=True)
class VisitChange:
    """What to change of a visit; what is left out stays."""

    planned_on: date | None = None
    version_id: Ref | None = None
    region_code: str | None = None
    team_ids: list[Ref] | None = None
    plan_item_id: Ref | None = None


@dataclass(frozen=True)
class VisitFilter:
    """Which visits to list; every condition given must hold."""

    activity_id: Ref | None = None
    visited_id: Ref | None = None
    plan_item_id: Ref | None = None
    subjects: list[VisitSubject] | None = None
    statuses: list[VisitStatus] | None = None
    planned_from: date | None = None
    planned_until: date | None = None


def listed(filter: VisitFilter | None) -> Select[Visit]:
    """The visits the caller may see, filtered."""
    chosen = filter or VisitFilter()
    statement = select(Visit)
    if chosen.activity_id is not None:
        activity = id_of(chosen.activity_id, "activity", "filter.activityId")
        statement = statement.where(Visit.activity_id == activity)
    if chosen.visited_id is not None:
        visited = id_of(chosen.visited_id, "organisation", "filter.visitedId")
        statement = statement.where(Visit.visited_id == visited)
    if chosen.plan_item_id is not None:
        item = id_of(chosen.plan_item_id, "planitem", "filter.planItemId")
        statement = statement.where(Visit.plan_item_id == item)
    if chosen.subjects is not None:
        statement = statement.where(Visit.subject.in_(chosen.subjects))
    if chosen.statuses is not None:
        statement = statement.where(Visit.status.in_(chosen.statuses))
    if chosen.planned_from is not None:
        statement = statement.where(Visit.planned_on >= chosen.planned_from)
    if chosen.planned_until is not None:
        statement = statement.where(Visit.planned_on <= chosen.planned_until)
    return statement


async def plan(tx: AsyncSession, caller: Caller, ref: Ref, given: VisitPlan) -> Visit:
    """Plan a visit under an activity that oversees or evaluates."""
    activity = await found(tx, ActivityNow, id_of(ref, "activity", "activityId"), "activityId")
    await takes_part(tx, activity.id, "activityId")
    require(activity.kind in KINDS, RefusalCode.BAD_INPUT, "activityId")
    require(activity.status in LIVE, RefusalCode.WRONG_STATE, "activityId")
    visits = select(func.count()).where(Visit.activity_id == activity.id)
    room = (await tx.scalar(visits) or 0) < MOST_VISITS
    require(room, RefusalCode.TOO_MANY, "input", most=MOST_VISITS)
    in_reach(given.planned_on, "input.plannedOn")
    visited, name, region = await _subject(tx, given)
    visit = Visit(
        id=new_id(),
        activity_id=activity.id,
        organisation_id=caller.organisation_id,
        status=VisitStatus.PLANNED,
        subject=given.subject,
        visited_id=visited,
        name=name,
        region_code=region_of(given.region_code, "input.regionCode") or region,
        planned_on=given.planned_on,
        version_id=(await usable(tx, given.version_id, "input.versionId")).id,
        plan_item_id=await _item(tx, caller, given.plan_item_id, visited),
        team=await _team(tx, activity, caller.organisation_id, given.team_ids or []),
    )
    tx.add(visit)
    return await _fresh(tx, visit)


async def change(tx: AsyncSession, caller: Caller, ref: Ref, given: VisitChange) -> Visit:
    """Change what was planned, until something was submitted for it."""
    visit, activity = await _managed(tx, ref, VisitStatus.PLANNED, VisitStatus.HELD)
    require(not await _submitted(tx, visit), RefusalCode.WRONG_STATE, "id")
    if given.planned_on is not None:
        in_reach(given.planned_on, "input.plannedOn")
        visit.planned_on = given.planned_on
    if given.version_id is not None:
        visit.version_id = (await usable(tx, given.version_id, "input.versionId")).id
    if given.region_code is not None:
        visit.region_code = region_of(given.region_code, "input.regionCode")
    if given.team_ids is not None:
        visit.team = await _team(tx, activity, visit.organisation_id, given.team_ids)
    if given.plan_item_id is not None:
        visit.plan_item_id = await _item(tx, caller, given.plan_item_id, visit.visited_id)
    return await _fresh(tx, visit)


async def hold(tx: AsyncSession, caller: Caller, ref: Ref, on: date) -> Visit:
    """Say that the visit was made, and on which day."""
    visit, _ = await _managed(tx, ref, VisitStatus.PLANNED)
    come = await tx.scalar(select(func.access.today() >= on))
    require(come, RefusalCode.BAD_INPUT, "heldOn")
    visit.status, visit.held_on = VisitStatus.HELD, on
    return await _fresh(tx, visit)


async def cancel(tx: AsyncSession, caller: Caller, ref: Ref, reason: str) -> Visit:
    visit, _ = await _managed(tx, ref, VisitStatus.PLANNED)
    visit.status, visit.cancel_reason = VisitStatus.CANCELLED, reason_of(reason)
    return await _fresh(tx, visit)


async def share(tx: AsyncSession, caller: Caller, ref: Ref) -> Visit:
    """Show the result to the organisation that was visited: what was submitted, and its score."""
    visit = await _locked(tx, ref, VisitStatus.HELD)
    ready = visit.visited_id is not None and visit.shared_at is None
    require(ready and await _submitted(tx, visit), RefusalCode.WRONG_STATE, "id")
    visit.shared_at = func.now()
    return await _fresh(tx, visit)


async def note(tx: AsyncSession, caller: Caller, ref: Ref, body: str) -> VisitNote:
    """Write something down for those who do the work."""
    visit = await found(tx, Visit, id_of(ref, "visit", "id"), "id")
    await takes_part(tx, visit.activity_id, "id")
    notes = select(func.count()).where(VisitNote.visit_id == visit.id)
    room = (await tx.scalar(notes) or 0) < MOST_NOTES
    require(room, RefusalCode.TOO_MANY, "body", most=MOST_NOTES)
    written = VisitNote(
        id=new_id(),
        visit_id=visit.id,
        activity_id=visit.activity_id,
        organisation_id=caller.organisation_id,
        body=text_of(body, "body", PARAGRAPH),
    )
    tx.add(written)
    await tx.flush()
    await tx.refresh(written)
    return written


async def takes_part(tx: AsyncSession, activity: UUID, field: str) -> None:
    """Whoever only observes, or left, changes nothing of an activity."""
    part = await tx.scalar(select(func.access.part(activity)))
    require(part in WORKING, RefusalCode.WRONG_SIDE, field)


async def in_states(
    tx: AsyncSession, activity: UUID, states: Sequence[ActivityStatus], field: str
) -> JointActivity:
    row = await found(tx, JointActivity, activity, field)
    require(row.status in states, RefusalCode.WRONG_STATE, field)
    return row


async def _subject(
    tx: AsyncSession, given: VisitPlan
) -> tuple[UUID | None, str | None, str | None]:
    """The organisation visited, or the name of a place or programme; and its region."""
    if given.subject is VisitSubject.ORGANISATION:
        require(given.name is None, RefusalCode.BAD_INPUT, "input.name")
        if given.visited_id is None:
            raise Refusal(RefusalCode.BAD_INPUT, "input.visitedId")
        organisation = await living(tx, given.visited_id, "input.visitedId")
        return organisation.id, None, organisation.region_code
    require(given.visited_id is None, RefusalCode.BAD_INPUT, "input.visitedId")
    name = optional_text(given.name, "input.name", LINE)
    require(name, RefusalCode.BAD_INPUT, "input.name")
    return None, name, None


async def _team(
    tx: AsyncSession, activity: ActivityNow | JointActivity, owner: UUID, refs: Sequence[Ref]
) -> list[UUID]:
    """Whoever plans it, and others that take part and do not only observe."""
    distinct(refs, "input.teamIds", most=MOST_TEAM)
    working = select(ActivityParticipant.organisation_id).where(
        ActivityParticipant.activity_id == activity.id,
        ActivityParticipant.status == ParticipantStatus.ACCEPTED,
        ActivityParticipant.role != ParticipantRole.OBSERVER,
    )
    allowed = {activity.lead_id, *await tx.scalars(working)}
    team = [owner]
    for index, ref in enumerate(refs):
        here = f"input.teamIds[{index}]"
        member = (await living(tx, ref, here)).id
        require(member in allowed, RefusalCode.NOT_A_PARTY, here)
        team.extend([member] if member not in team else [])
    return team


async def _item(
    tx: AsyncSession, caller: Caller, ref: Ref | None, visited: UUID | None
) -> UUID | None:
    """An item of one's own published plan that means this organisation, or any."""
    if ref is None:
        return None
    field = "input.planItemId"
    item = await found(tx, PlanItem, id_of(ref, "planitem", field), field)
    its = await found(tx, OversightPlan, item.plan_id, field)
    require(its.organisation_id == caller.organisation_id, RefusalCode.WRONG_SIDE, field)
    require(its.status is PlanStatus.PUBLISHED, RefusalCode.WRONG_STATE, field)
    meant = not item.organisation_ids or visited in item.organisation_ids
    require(meant, RefusalCode.BAD_INPUT, field)
    return item.id


async def _submitted(tx: AsyncSession, visit: Visit) -> bool:
    submitted = exists().where(
        VisitResponse.visit_id == visit.id, VisitResponse.status == ResponseStatus.SUBMITTED
    )
    return bool(await tx.scalar(select(submitted)))


async def _managed(tx: AsyncSession, ref: Ref, *states: VisitStatus) -> tuple[Visit, JointActivity]:
    """The visit, locked, of an activity that goes on, for who planned it or organises that."""
    visit = await _locked(tx, ref, *states)
    return visit, await in_states(tx, visit.activity_id, LIVE, "id")


async def _locked(tx: AsyncSession, ref: Ref, *states: VisitStatus) -> Visit:
    visit = await locked(tx, Visit, id_of(ref, "visit", "id"), barred=RefusalCode.WRONG_SIDE)
    require(visit.status in states, RefusalCode.WRONG_STATE, "id")
    return visit


async def _fresh(tx: AsyncSession, visit: Visit) -> Visit:
    await tx.flush()
    await tx.refresh(visit)
    return visit
