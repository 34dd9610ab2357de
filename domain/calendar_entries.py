"""What stands in an organisation's calendar, read as that organisation: titles and times only."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

from sqlalchemy import and_, any_, case, exists, func, literal, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from auth.caller import Caller
from auth.scopes import Scope
from db.activity import ActivityParticipant, ActivityTask, JointActivity
from db.clarification import Clarification, ClarificationStatus
from db.enums import ActivityStatus, MouStatus, ParticipantStatus, TaskStatus
from db.indicator import Indicator
from db.measurement import MeasurementDue
from db.mou import MouNow, MouParty, MouVersion
from db.organisation import Organisation
from db.recommendation import OPEN, Recommendation, RecommendationStatus
from db.visit import Visit, VisitStatus
from domain.access import permitted
from domain.calendar_file import Entry, EntryState

MOST = 300
"""Entries of one kind: those nearest to today, when there are more."""
_PAST = timedelta(days=90)
_DEADLINE, _AGREEMENT = (7, 1), (90, 30, 7)
Source = Callable[[AsyncSession, Caller], Awaitable[list[Entry]]]


async def entries(tx: AsyncSession, caller: Caller) -> list[Entry] | None:
    """All of them; None when what the link was given has been taken away since."""
    may = await permitted(tx)
    if Scope.ACTIVITY_READ not in may:
        return None
    found = [one for scope, source in _SOURCES if scope in may for one in await source(tx, caller)]
    return sorted(found, key=lambda one: one.key)


def _next(statement: Any, day: Any, id: Any) -> Any:
    """What is not long past; what lasts to the end of all dates has no last day to count to."""
    away = case((func.isfinite(day), day - func.access.today()))
    return statement.where(away >= -_PAST.days).order_by(func.abs(away), id).limit(MOST)


async def _activities(tx: AsyncSession, caller: Caller) -> list[Entry]:
    mine = and_(
        ActivityParticipant.activity_id == JointActivity.id,
        ActivityParticipant.organisation_id == caller.organisation_id,
    )
    here = (ParticipantStatus.INVITED, ParticipantStatus.ACCEPTED)
    statement = (
        select(JointActivity, ActivityParticipant.status)
        .outerjoin(ActivityParticipant, mine)
        .where(
            or_(
                JointActivity.lead_id == caller.organisation_id,
                ActivityParticipant.status.in_(here),
            ),
            or_(
                JointActivity.status != ActivityStatus.CANCELLED,
                JointActivity.announced_at.is_not(None),
            ),
            JointActivity.ends_at >= func.now() - _PAST,
        )
        .order_by(func.abs(func.extract("epoch", JointActivity.starts_at - func.now())))
        .limit(MOST)
    )
    return [
        Entry(
            one.global_id, one.title, one.starts_at, one.created_at, one.changed_at, one.ends_at,
            _state(one.status, answer),
        )
        for one, answer in await tx.execute(statement)
    ]  # fmt: skip


def _state(status: ActivityStatus, answer: ParticipantStatus | None) -> EntryState:
    if status is ActivityStatus.CANCELLED:
        return EntryState.CANCELLED
    open_yet = status is ActivityStatus.DRAFT or answer is ParticipantStatus.INVITED
    return EntryState.TENTATIVE if open_yet else EntryState.CONFIRMED


async def _tasks(tx: AsyncSession, caller: Caller) -> list[Entry]:
    statement = select(ActivityTask).where(
        ActivityTask.assignee_id == caller.organisation_id,
        ActivityTask.status != TaskStatus.DONE,
        func.access.part(ActivityTask.activity_id).is_not(None),
    )
    rows = await tx.scalars(_next(statement, ActivityTask.due_on, ActivityTask.id))
    return [
        _due(one, f"Tenggat: {one.title}", off=one.status is TaskStatus.DROPPED) for one in rows
    ]


async def _visits(tx: AsyncSession, caller: Caller) -> list[Entry]:
    day = func.coalesce(Visit.held_on, Visit.planned_on)
    statement = (
        select(Visit, day, func.coalesce(Organisation.name, Visit.name))
        .outerjoin(Organisation, Organisation.id == Visit.visited_id)
        .where(
            or_(
                Visit.organisation_id == caller.organisation_id,
                literal(caller.organisation_id) == any_(Visit.team),
            )
        )
    )
    return [
        Entry(
            one.global_id, f"Kunjungan pengawasan: {name}", on, one.created_at, one.changed_at,
            state=_unless(one.status is VisitStatus.CANCELLED),
        )
        for one, on, name in await tx.execute(_next(statement, day, Visit.id))
    ]  # fmt: skip


async def _clarifications(tx: AsyncSession, caller: Caller) -> list[Entry]:
    kinds = (ClarificationStatus.SENT, ClarificationStatus.WITHDRAWN)
    statement = select(Clarification).where(
        _between(Clarification, caller),
        Clarification.status.in_(kinds),
        Clarification.sent_at.is_not(None),
    )
    rows = await tx.scalars(_next(statement, Clarification.due_on, Clarification.id))
    return [
        _due(
            one, f"Tenggat klarifikasi: {one.subject}",
            off=one.status is ClarificationStatus.WITHDRAWN,
        )
        for one in rows
    ]  # fmt: skip


async def _recommendations(tx: AsyncSession, caller: Caller) -> list[Entry]:
    """Without a word of what is recommended: it has no title."""
    kinds = (*OPEN, RecommendationStatus.WITHDRAWN)
    statement = select(Recommendation).where(
        _between(Recommendation, caller),
        Recommendation.status.in_(kinds),
        Recommendation.issued_at.is_not(None),
    )
    rows = await tx.scalars(_next(statement, Recommendation.due_on, Recommendation.id))
    return [
        _due(
            one, "Tenggat tindak lanjut rekomendasi",
            off=one.status is RecommendationStatus.WITHDRAWN,
        )
        for one in rows
    ]  # fmt: skip


async def _measurements(tx: AsyncSession, caller: Caller) -> list[Entry]:
    statement = (
        select(MeasurementDue, Indicator)
        .join(Indicator, Indicator.id == MeasurementDue.indicator_id)
        .where(MeasurementDue.responsible_id == caller.organisation_id)
    )
    rows = await tx.execute(_next(statement, MeasurementDue.due_on, MeasurementDue.key))
    return [
        Entry(
            f"{one.global_id}-{due.period}", f"Tenggat pengukuran {due.period}: {one.name}",
            due.due_on, one.created_at, one.created_at, remind_days=_DEADLINE,
        )
        for due, one in rows
    ]  # fmt: skip


async def _agreements(tx: AsyncSession, caller: Caller) -> list[Entry]:
    """The last days of agreements that the organisation itself is a party to."""
    party = exists().where(
        MouParty.version_id == MouVersion.id,
        MouParty.organisation_id == caller.organisation_id,
    )
    statement = (
        select(MouNow, MouVersion)
        .join(MouVersion, MouVersion.id == MouNow.version_id)
        .where(
            MouNow.status.in_((MouStatus.SIGNED, MouStatus.ACTIVE, MouStatus.SUSPENDED)),
            MouVersion.signed_at.is_not(None),
            party,
        )
    )
    rows = await tx.execute(_next(statement, MouVersion.valid_until, MouVersion.id))
    return [
        Entry(
            mou.global_id, f"Berakhir: {version.title}", version.valid_until, mou.created_at,
            version.signed_at or mou.created_at, remind_days=_AGREEMENT,
        )
        for mou, version in rows
    ]  # fmt: skip


def _between(model: Any, caller: Caller) -> Any:
    """Owed by the organisation, or to it."""
    me = caller.organisation_id
    return or_(model.addressee_id == me, model.organisation_id == me)


def _due(row: Any, title: str, *, off: bool) -> Entry:
    return Entry(
        row.global_id, title, row.due_on, row.created_at, row.changed_at, state=_unless(off),
        remind_days=_DEADLINE,
    )  # fmt: skip


def _unless(off: bool) -> EntryState:
    return EntryState.CANCELLED if off else EntryState.CONFIRMED


_SOURCES: tuple[tuple[Scope, Source], ...] = (
    (Scope.ACTIVITY_READ, _activities),
    (Scope.ACTIVITY_READ, _tasks),
    (Scope.OVERSIGHT_READ, _visits),
    (Scope.OVERSIGHT_READ, _clarifications),
    (Scope.OVERSIGHT_READ, _recommendations),
    (Scope.RESULT_READ, _measurements),
    (Scope.MOU_READ, _agreements),
)
