"""Joint activities: planning, inviting, answering, and the tasks that follow."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Select, exists, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from auth.caller import Caller
from db.activity import ActivityNow, ActivityParticipant, ActivityTask, JointActivity
from db.enums import ActivityKind, ActivityStatus, ParticipantStatus, TaskStatus
from db.ids import new_id
from db.mou import MouNow
from domain.checks import (
    LINE,
    PARAGRAPH,
    Ref,
    distinct,
    found,
    id_of,
    locked,
    moment_of,
    optional_text,
    reason_of,
    text_of,
)
from domain.organisation import living, region_of
from domain.paging import Order
from domain.refusal import Refusal, RefusalCode, require

LATEST_FIRST = Order(("starts_at", "id"), descending=True)
MOST_PARTICIPANTS = 500
MOST_TASKS = 1_000
A = ActivityStatus
LIVE = (A.DRAFT, A.PLANNED, A.IN_PROGRESS)


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
class TaskDraft:
    """Something one participant has to do."""

    title: str
    assignee_id: Ref
    due_on: date


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


def listed(caller: Caller, filter: ActivityFilter | None) -> Select[ActivityNow]:
    """The activities the caller leads or was invited to, filtered."""
    chosen = filter or ActivityFilter()
    statement = select(ActivityNow)
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
    if chosen.my_answer is not None:
        statement = statement.where(
            exists().where(
                ActivityParticipant.activity_id == ActivityNow.id,
                ActivityParticipant.organisation_id == caller.organisation_id,
                ActivityParticipant.status == chosen.my_answer,
            )
        )
    return statement


async def plan(tx: AsyncSession, caller: Caller, given: ActivityPlan) -> JointActivity:
    """Draft an activity with oneself as lead; those invited learn of it when it is announced."""
    starts, ends = _period(given.starts_at, given.ends_at)
    activity = JointActivity(
        id=new_id(),
        kind=given.kind,
        status=A.DRAFT,
        title=text_of(given.title, "input.title", LINE),
        description=optional_text(given.description, "input.description", PARAGRAPH),
        lead_id=caller.organisation_id,
        mou_id=await _agreement(tx, given.mou_id),
        starts_at=starts,
        ends_at=ends,
        place=optional_text(given.place, "input.place", LINE),
        region_code=region_of(given.region_code, "input.regionCode"),
    )
    tx.add(activity)
    await tx.flush()
    await _invite(tx, caller, activity, given.invite or [], "input.invite")
    return activity


async def change(
    tx: AsyncSession, caller: Caller, ref: Ref, given: ActivityChange
) -> JointActivity:
    activity = await _led(tx, ref, LIVE)
    activity.starts_at, activity.ends_at = _period(
        given.starts_at or activity.starts_at, given.ends_at or activity.ends_at
    )
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
    activity = await _led(tx, ref, (A.DRAFT,))
    activity.announced_at = func.now()
    return await _move(tx, activity, A.PLANNED)


async def start(tx: AsyncSession, caller: Caller, ref: Ref) -> JointActivity:
    return await _move(tx, await _led(tx, ref, (A.PLANNED,)), A.IN_PROGRESS)


async def complete(
    tx: AsyncSession, caller: Caller, ref: Ref, outcome: str | None
) -> JointActivity:
    activity = await _led(tx, ref, (A.IN_PROGRESS,))
    activity.outcome = optional_text(outcome, "outcome", PARAGRAPH)
    return await _move(tx, activity, A.COMPLETED)


async def cancel(tx: AsyncSession, caller: Caller, ref: Ref, reason: str) -> JointActivity:
    activity = await _led(tx, ref, LIVE)
    activity.cancel_reason = reason_of(reason)
    return await _move(tx, activity, A.CANCELLED)


async def invite(
    tx: AsyncSession, caller: Caller, ref: Ref, organisations: Sequence[Ref]
) -> JointActivity:
    """Invite more organisations, or again those that declined or left."""
    activity = await _led(tx, ref, LIVE)
    require(organisations, RefusalCode.BAD_INPUT, "organisationIds")
    await _invite(tx, caller, activity, organisations, "organisationIds")
    return activity


async def respond(
    tx: AsyncSession, caller: Caller, ref: Ref, accept: bool, reason: str | None
) -> ActivityNow:
    """Accept or decline one's own invitation."""
    activity, mine = await _invitation(tx, caller, ref)
    require(mine.status is ParticipantStatus.INVITED, RefusalCode.WRONG_STATE, "id")
    mine.status = ParticipantStatus.ACCEPTED if accept else ParticipantStatus.DECLINED
    mine.reason = optional_text(reason, "reason", PARAGRAPH) if accept else reason_of(reason)
    mine.responded_at = func.now()
    await tx.flush()
    return activity


async def leave(tx: AsyncSession, caller: Caller, ref: Ref, reason: str) -> ActivityNow:
    """Take part no longer: what comes after stays unseen, what one contributed stays one's own."""
    activity, mine = await _invitation(tx, caller, ref)
    require(mine.status is ParticipantStatus.ACCEPTED, RefusalCode.WRONG_STATE, "id")
    mine.status, mine.reason, mine.responded_at = (
        ParticipantStatus.LEFT, reason_of(reason), func.clock_timestamp(),
    )  # fmt: skip
    await tx.flush()
    return activity


async def _invitation(
    tx: AsyncSession, caller: Caller, ref: Ref
) -> tuple[ActivityNow, ActivityParticipant]:
    """The activity and one's own invitation to it, held."""
    id = id_of(ref, "activity", "id")
    activity = await found(tx, ActivityNow, id, "id")
    require(activity.lead_id != caller.organisation_id, RefusalCode.WRONG_SIDE, "id")
    require(activity.status in (A.PLANNED, A.IN_PROGRESS), RefusalCode.WRONG_STATE, "id")
    mine = select(ActivityParticipant).where(
        ActivityParticipant.activity_id == id,
        ActivityParticipant.organisation_id == caller.organisation_id,
    )
    return activity, (await tx.scalars(mine.with_for_update())).one()


async def add_task(tx: AsyncSession, caller: Caller, ref: Ref, given: TaskDraft) -> ActivityTask:
    """Give a task to the lead or to a participant that accepted."""
    activity = await _led(tx, ref, LIVE)
    assignee = await living(tx, given.assignee_id, "input.assigneeId")
    await _takes_part(tx, activity, assignee.id)
    tasks = select(func.count()).where(ActivityTask.activity_id == activity.id)
    room = (await tx.scalar(tasks) or 0) < MOST_TASKS
    require(room, RefusalCode.TOO_MANY, "input", most=MOST_TASKS)
    task = ActivityTask(
        id=new_id(),
        activity_id=activity.id,
        title=text_of(given.title, "input.title", LINE),
        assignee_id=assignee.id,
        due_on=given.due_on,
        status=TaskStatus.OPEN,
    )
    tx.add(task)
    await tx.flush()
    return task


async def settle_task(
    tx: AsyncSession, caller: Caller, ref: Ref, status: TaskStatus
) -> ActivityTask:
    """Mark a task done (its assignee or the lead), drop it or open it again (the lead)."""
    task = await locked(tx, ActivityTask, id_of(ref, "task", "id"), barred=RefusalCode.WRONG_SIDE)
    activity = await found(tx, JointActivity, task.activity_id, "id")
    leads = activity.lead_id == caller.organisation_id
    require(leads or status is TaskStatus.DONE, RefusalCode.WRONG_SIDE, "status")
    require(task.status is not status, RefusalCode.WRONG_STATE, "status")
    require(leads or task.status is TaskStatus.OPEN, RefusalCode.WRONG_STATE, "status")
    task.status = status
    task.done_at = func.now() if status is TaskStatus.DONE else None
    await tx.flush()
    await tx.refresh(task)
    return task


def _period(starts: datetime, ends: datetime) -> tuple[datetime, datetime]:
    starts, ends = moment_of(starts, "input.startsAt"), moment_of(ends, "input.endsAt")
    require(starts <= ends, RefusalCode.DATES_INVERTED, "input.endsAt")
    return starts, ends


async def _agreement(tx: AsyncSession, ref: Ref | None) -> UUID | None:
    if ref is None:
        return None
    mou = await found(tx, MouNow, id_of(ref, "mou", "input.mouId"), "input.mouId")
    require(mou.in_force, RefusalCode.AGREEMENT_NOT_IN_FORCE, "input.mouId")
    return mou.id


async def _invite(
    tx: AsyncSession, caller: Caller, activity: JointActivity, refs: Sequence[Ref], at: str
) -> None:
    distinct(refs, at, most=MOST_PARTICIPANTS)
    there = {
        participant.organisation_id: participant
        for participant in await tx.scalars(
            select(ActivityParticipant).where(ActivityParticipant.activity_id == activity.id)
        )
    }
    everyone = len(there) + len(refs)
    require(everyone <= MOST_PARTICIPANTS, RefusalCode.TOO_MANY, at, most=MOST_PARTICIPANTS)
    for index, ref in enumerate(refs):
        organisation = await living(tx, ref, f"{at}[{index}]")
        require(organisation.id != caller.organisation_id, RefusalCode.SELF_ADDRESSED,
                f"{at}[{index}]")  # fmt: skip
        earlier = there.get(organisation.id)
        if earlier is None:
            tx.add(
                ActivityParticipant(
                    id=new_id(),
                    activity_id=activity.id,
                    organisation_id=organisation.id,
                    status=ParticipantStatus.INVITED,
                )
            )
            continue
        gone = earlier.status in (ParticipantStatus.DECLINED, ParticipantStatus.LEFT)
        require(gone, RefusalCode.DUPLICATE, f"{at}[{index}]")
        earlier.status, earlier.responded_at, earlier.reason = ParticipantStatus.INVITED, None, None
    await tx.flush()


async def _takes_part(tx: AsyncSession, activity: JointActivity, organisation_id: UUID) -> None:
    accepted = exists().where(
        ActivityParticipant.activity_id == activity.id,
        ActivityParticipant.organisation_id == organisation_id,
        ActivityParticipant.status == ParticipantStatus.ACCEPTED,
    )
    if organisation_id != activity.lead_id and not await tx.scalar(select(accepted)):
        raise Refusal(RefusalCode.NOT_A_PARTY, "input.assigneeId")


async def _led(tx: AsyncSession, ref: Ref, states: tuple[ActivityStatus, ...]) -> JointActivity:
    """The activity, locked, when the caller leads it and it is in one of these states."""
    id = id_of(ref, "activity", "id")
    activity = await locked(tx, JointActivity, id, barred=RefusalCode.WRONG_SIDE)
    require(activity.status in states, RefusalCode.WRONG_STATE, "id")
    return activity


async def _move(tx: AsyncSession, activity: JointActivity, status: ActivityStatus) -> JointActivity:
    activity.status = status
    return await _fresh(tx, activity)


async def _fresh(tx: AsyncSession, activity: JointActivity) -> JointActivity:
    await tx.flush()
    await tx.refresh(activity)
    return activity
