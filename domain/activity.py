"""Joint activities: planned, changed, announced, held and called off.

Co-organisers do what the lead does, except to announce, complete, call off, and say who leads.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, Uuid, and_, exists, func, literal, or_, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncSession

from auth.caller import Caller
from db.activity import ActivityAgenda, ActivityNow, ActivityParticipant, JointActivity
from db.enums import (
    ActivityKind,
    ActivityPart,
    ActivityStatus,
    ParticipantRole,
    ParticipantStatus,
)
from db.ids import new_id
from db.mou import MouNow
from domain.checks import (
    LINE,
    PARAGRAPH,
    Ref,
    distinct,
    found,
    id_of,
    in_reach,
    moment_of,
    optional_text,
    reason_of,
    text_of,
)
from domain.education import still_within
from domain.invitation import add, few
from domain.leading import LIVE, held
from domain.organisation import region_of
from domain.paging import Order
from domain.part import LEADS
from domain.refusal import RefusalCode, require

LATEST_FIRST = Order(("starts_at", "id"), descending=True)
A = ActivityStatus


@dataclass(frozen=True)
class ActivityPlan:
    """What is planned: with whom, when and where."""

    kind: ActivityKind
    title: str
    starts_at: datetime
    ends_at: datetime
    description: str | None = None
    place: str | None = None
    region_code: str | None = None
    mou_id: Ref | None = None
    invite: list[Ref] | None = None


@dataclass(frozen=True)
class ActivityChange:
    """What to change of a plan; what is left out stays."""

    title: str | None = None
    description: str | None = None
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    place: str | None = None
    region_code: str | None = None


@dataclass(frozen=True)
class ActivityFilter:
    """Which activities to list; every condition given must hold."""

    kinds: list[ActivityKind] | None = None
    statuses: list[ActivityStatus] | None = None
    mou_id: Ref | None = None
    lead_id: Ref | None = None
    starts_from: datetime | None = None
    starts_until: datetime | None = None
    my_answer: ParticipantStatus | None = None
    my_parts: list[ActivityPart] | None = None
    region_code: str | None = None
    title: str | None = None


def listed(caller: Caller, filter: ActivityFilter | None) -> Select[ActivityNow]:
    """The activities the caller leads or was invited to, filtered."""
    chosen = filter or ActivityFilter()
    statement = (
        select(ActivityNow)
        .join(ActivityAgenda, ActivityAgenda.id == ActivityNow.id)
        .where(*_agenda(caller))
    )
    if chosen.kinds is not None:
        statement = statement.where(ActivityNow.kind.in_(chosen.kinds))
    if chosen.statuses is not None:
        statement = statement.where(ActivityNow.status.in_(chosen.statuses))
    if chosen.mou_id is not None:
        mou = id_of(chosen.mou_id, "mou", "filter.mouId")
        statement = statement.where(ActivityNow.mou_id == mou)
    if chosen.lead_id is not None:
        lead = id_of(chosen.lead_id, "organisation", "filter.leadId")
        statement = statement.where(ActivityNow.lead_id == lead)
    if chosen.starts_from is not None:
        start = moment_of(chosen.starts_from, "filter.startsFrom")
        statement = statement.where(ActivityNow.starts_at >= start)
    if chosen.starts_until is not None:
        until = moment_of(chosen.starts_until, "filter.startsUntil")
        statement = statement.where(ActivityNow.starts_at <= until)
    if chosen.region_code is not None:
        region = region_of(chosen.region_code, "filter.regionCode")
        statement = statement.where(ActivityNow.region_code.startswith(region, autoescape=True))
    if chosen.title is not None:
        words = text_of(chosen.title, "filter.title", LINE)
        statement = statement.where(ActivityNow.title.icontains(words, autoescape=True))
    if chosen.my_answer is not None:
        statement = statement.where(_mine(caller, ActivityParticipant.status == chosen.my_answer))
    if chosen.my_parts is not None:
        parts = distinct(chosen.my_parts, "filter.myParts", most=len(ActivityPart))
        roles = [ParticipantRole(part) for part in parts if part is not ActivityPart.LEAD]
        accepted = ActivityParticipant.status == ParticipantStatus.ACCEPTED
        leads = ActivityNow.lead_id == caller.organisation_id
        statement = statement.where(
            or_(
                _mine(caller, accepted, ActivityParticipant.role.in_(roles)),
                and_(leads, literal(ActivityPart.LEAD in parts)),
            )
        )
    return statement


def counted(caller: Caller, filter: ActivityFilter | None) -> Select[Any]:
    """The same list, to be counted: its agenda alone, where nothing is filtered."""
    agenda = select(ActivityAgenda.id).where(*_agenda(caller))
    return agenda if filter in (None, ActivityFilter()) else listed(caller, filter)


def _agenda(caller: Caller) -> tuple[ColumnElement[bool], ...]:
    """What stands in the caller's own agenda."""
    mine = ActivityAgenda.organisation_id == caller.organisation_id
    return mine, ActivityAgenda.starts_at.is_not(None)


def _mine(caller: Caller, *conditions: ColumnElement[bool]) -> ColumnElement[bool]:
    """That one's own invitation is such."""
    return exists().where(
        ActivityParticipant.activity_id == ActivityNow.id,
        ActivityParticipant.organisation_id == caller.organisation_id,
        *conditions,
    )


async def parts(tx: AsyncSession, ids: list[UUID]) -> dict[UUID, ActivityPart]:
    """The caller's part in each of these, where it takes part."""
    asked = func.unnest(literal(ids, ARRAY(Uuid()))).column_valued("asked")
    rows = await tx.execute(select(asked, func.access.part(asked)))
    return {id: ActivityPart(part) for id, part in rows if part is not None}


async def plan(tx: AsyncSession, caller: Caller, given: ActivityPlan) -> JointActivity:
    """Draft an activity with oneself as lead; those invited learn of it when it is announced."""
    few(given.invite or [], "input.invite")
    activity = drafted(caller, given, await agreement_of(tx, given.mou_id))
    tx.add(activity)
    await tx.flush()
    await add(tx, activity, given.invite or [], ParticipantRole.CONTRIBUTOR, "input.invite")
    return activity


def drafted(caller: Caller, given: ActivityPlan, mou_id: UUID | None) -> JointActivity:
    """A draft of what is planned, with oneself as lead, before it is written down."""
    starts, ends = _period(given.starts_at, given.ends_at)
    return JointActivity(
        id=new_id(),
        kind=given.kind,
        status=A.DRAFT,
        title=text_of(given.title, "input.title", LINE),
        description=optional_text(given.description, "input.description", PARAGRAPH),
        lead_id=caller.organisation_id,
        mou_id=mou_id,
        starts_at=starts,
        ends_at=ends,
        place=optional_text(given.place, "input.place", LINE),
        region_code=region_of(given.region_code, "input.regionCode"),
    )


async def change(
    tx: AsyncSession, caller: Caller, ref: Ref, given: ActivityChange
) -> JointActivity:
    activity = await held(tx, ref, LIVE, by=LEADS)
    activity.starts_at, activity.ends_at = _period(
        given.starts_at or activity.starts_at, given.ends_at or activity.ends_at
    )
    await still_within(tx, activity)
    if given.title is not None:
        activity.title = text_of(given.title, "input.title", LINE)
    if given.description is not None:
        activity.description = optional_text(given.description, "input.description", PARAGRAPH)
    if given.place is not None:
        activity.place = optional_text(given.place, "input.place", LINE)
    if given.region_code is not None:
        activity.region_code = region_of(given.region_code, "input.regionCode")
    return await _fresh(tx, activity)


async def announce(tx: AsyncSession, caller: Caller, ref: Ref) -> JointActivity:
    """Let those invited see the activity and answer."""
    activity = await held(tx, ref, (A.DRAFT,))
    activity.announced_at = func.now()
    return await _move(tx, activity, A.PLANNED)


async def start(tx: AsyncSession, caller: Caller, ref: Ref) -> JointActivity:
    return await _move(tx, await held(tx, ref, (A.PLANNED,), by=LEADS), A.IN_PROGRESS)


async def complete(
    tx: AsyncSession, caller: Caller, ref: Ref, outcome: str | None
) -> JointActivity:
    activity = await held(tx, ref, (A.IN_PROGRESS,))
    activity.outcome = optional_text(outcome, "outcome", PARAGRAPH)
    return await _move(tx, activity, A.COMPLETED)


async def cancel(tx: AsyncSession, caller: Caller, ref: Ref, reason: str) -> JointActivity:
    activity = await held(tx, ref, LIVE)
    activity.cancel_reason = reason_of(reason)
    return await _move(tx, activity, A.CANCELLED)


def _period(starts: datetime, ends: datetime) -> tuple[datetime, datetime]:
    starts, ends = moment_of(starts, "input.startsAt"), moment_of(ends, "input.endsAt")
    require(starts <= ends, RefusalCode.DATES_INVERTED, "input.endsAt")
    in_reach(starts.date(), "input.startsAt")
    in_reach(ends.date(), "input.endsAt")
    return starts, ends


async def agreement_of(tx: AsyncSession, ref: Ref | None) -> UUID | None:
    if ref is None:
        return None
    mou = await found(tx, MouNow, id_of(ref, "mou", "input.mouId"), "input.mouId")
    require(mou.in_force, RefusalCode.AGREEMENT_NOT_IN_FORCE, "input.mouId")
    return mou.id


async def _move(tx: AsyncSession, activity: JointActivity, status: ActivityStatus) -> JointActivity:
    activity.status = status
    return await _fresh(tx, activity)


async def _fresh(tx: AsyncSession, activity: JointActivity) -> JointActivity:
    await tx.flush()
    await tx.refresh(activity)
    return activity
