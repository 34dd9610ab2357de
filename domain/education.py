"""Sessions of public education: planned under an activity, held, or called off."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Select, delete, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from auth.caller import Caller
from db.activity import ActivityNow, JointActivity
from db.education import AgeBand, Channel, EducationSession, SessionMaterial, SessionStatus
from db.enums import ActivityKind, ActivityStatus
from db.ids import new_id
from db.material import Audience, MaterialVersion, Topic
from domain.checks import (
    LINE,
    Ref,
    distinct,
    found,
    id_of,
    in_order,
    locked,
    moment_of,
    past,
    reason_of,
    text_of,
)
from domain.organisation import living, region_of
from domain.paging import Order
from domain.part import WORKS, part_in
from domain.refusal import RefusalCode, require

LATEST_FIRST = Order(("starts_at", "id"), descending=True)
SOONEST_FIRST = Order(("starts_at", "id"))
BY_ID = Order(("id",))
KINDS = (ActivityKind.EDUCATION, ActivityKind.CAPACITY_BUILDING)
PEOPLE_COME = (Channel.IN_PERSON, Channel.WEBINAR)
"""Channels of which people are counted; by the others, reach is estimated."""
MOST_SESSIONS = 500
MOST_MATERIALS = 20
LIVE = (ActivityStatus.DRAFT, ActivityStatus.PLANNED, ActivityStatus.IN_PROGRESS)
HOLDABLE = (ActivityStatus.PLANNED, ActivityStatus.IN_PROGRESS, ActivityStatus.COMPLETED)
_WITH_CHILDREN = {Audience.CHILDREN, Audience.PUBLIC}


@dataclass(frozen=True)
class SessionPlan:
    """What is planned: for whom, about what, when and where or by which channel."""

    activity_id: Ref
    title: str
    topics: list[Topic]
    audiences: list[Audience]
    channel: Channel
    starts_at: datetime
    ends_at: datetime
    age_bands: list[AgeBand] | None = None
    place: str | None = None
    region_code: str | None = None
    host_id: Ref | None = None
    material_version_ids: list[Ref] | None = None


@dataclass(frozen=True)
class SessionChange:
    """What to change of a session; what is left out stays."""

    title: str | None = None
    topics: list[Topic] | None = None
    audiences: list[Audience] | None = None
    channel: Channel | None = None
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    age_bands: list[AgeBand] | None = None
    place: str | None = None
    region_code: str | None = None
    host_id: Ref | None = None
    material_version_ids: list[Ref] | None = None


@dataclass(frozen=True)
class SessionFilter:
    """Which sessions to list; every condition given must hold."""

    statuses: list[SessionStatus] | None = None
    topics: list[Topic] | None = None
    audiences: list[Audience] | None = None
    channels: list[Channel] | None = None
    region_code: str | None = None
    starts_from: datetime | None = None
    starts_until: datetime | None = None


def listed(filter: SessionFilter | None) -> Select[EducationSession]:
    """The sessions of activities the caller takes part in, filtered."""
    chosen = filter or SessionFilter()
    row = EducationSession
    statement = select(row)
    if chosen.statuses is not None:
        statement = statement.where(row.status.in_(chosen.statuses))
    if chosen.channels is not None:
        statement = statement.where(row.channel.in_(chosen.channels))
    if chosen.topics is not None:
        topics = distinct(chosen.topics, "filter.topics", most=len(Topic))
        statement = statement.where(row.topics.overlap(topics))
    if chosen.audiences is not None:
        audiences = distinct(chosen.audiences, "filter.audiences", most=len(Audience))
        statement = statement.where(row.audiences.overlap(audiences))
    if chosen.region_code is not None:
        region = region_of(chosen.region_code, "filter.regionCode")
        statement = statement.where(row.region_code.startswith(region, autoescape=True))
    if chosen.starts_from is not None:
        start = moment_of(chosen.starts_from, "filter.startsFrom")
        statement = statement.where(row.starts_at >= start)
    if chosen.starts_until is not None:
        until = moment_of(chosen.starts_until, "filter.startsUntil")
        statement = statement.where(row.starts_at <= until)
    return statement


async def plan(tx: AsyncSession, caller: Caller, given: SessionPlan) -> EducationSession:
    """Plan a session that one runs oneself, under an activity one takes part in."""
    activity = await _campaign(tx, given.activity_id)
    sessions = select(func.count()).where(EducationSession.activity_id == activity.id)
    room = (await tx.scalar(sessions) or 0) < MOST_SESSIONS
    require(room, RefusalCode.TOO_MANY, "input", most=MOST_SESSIONS)
    session = EducationSession(
        id=new_id(),
        activity_id=activity.id,
        organisation_id=caller.organisation_id,
        title=text_of(given.title, "input.title", LINE),
        topics=distinct(given.topics, "input.topics", most=len(Topic), least=1),
        audiences=distinct(given.audiences, "input.audiences", most=len(Audience), least=1),
        age_bands=distinct(given.age_bands or [], "input.ageBands", most=len(AgeBand)),
        channel=given.channel,
        place=_place(given.place),
        region_code=region_of(given.region_code, "input.regionCode"),
        host_id=await _host(tx, given.host_id),
        starts_at=moment_of(given.starts_at, "input.startsAt"),
        ends_at=moment_of(given.ends_at, "input.endsAt"),
        status=SessionStatus.PLANNED,
    )
    _sound(session, activity)
    tx.add(session)
    await tx.flush()
    await _use(tx, session, given.material_version_ids or [], "input.materialVersionIds")
    return session


async def change(
    tx: AsyncSession, caller: Caller, ref: Ref, given: SessionChange
) -> EducationSession:
    session, activity = await _planned(tx, ref, LIVE)
    if given.title is not None:
        session.title = text_of(given.title, "input.title", LINE)
    if given.topics is not None:
        session.topics = distinct(given.topics, "input.topics", most=len(Topic), least=1)
    if given.audiences is not None:
        session.audiences = distinct(
            given.audiences, "input.audiences", most=len(Audience), least=1
        )
    if given.age_bands is not None:
        session.age_bands = distinct(given.age_bands, "input.ageBands", most=len(AgeBand))
    if given.channel is not None:
        stays = given.channel is Channel.IN_PERSON
        session.channel, session.place = given.channel, session.place if stays else None
    if given.place is not None:
        session.place = _place(given.place)
    if given.region_code is not None:
        session.region_code = region_of(given.region_code, "input.regionCode")
    if given.host_id is not None:
        session.host_id = await _host(tx, given.host_id)
    if given.starts_at is not None:
        session.starts_at = moment_of(given.starts_at, "input.startsAt")
    if given.ends_at is not None:
        session.ends_at = moment_of(given.ends_at, "input.endsAt")
    _sound(session, activity)
    await tx.flush()
    if given.material_version_ids is not None:
        await _use(tx, session, given.material_version_ids, "input.materialVersionIds")
    return await _fresh(tx, session)


async def hold(
    tx: AsyncSession,
    caller: Caller,
    ref: Ref,
    held_from: datetime,
    held_until: datetime,
    versions: Sequence[Ref] | None,
) -> EducationSession:
    """Say that it was held, when, and with which materials if others than planned."""
    session, activity = await _planned(tx, ref, HOLDABLE)
    start, end = await past(tx, held_from, "heldFrom"), await past(tx, held_until, "heldUntil")
    assert start and end
    _within(activity, (start, end), ("heldFrom", "heldUntil"))
    if versions is not None:
        await _use(tx, session, versions, "materialVersionIds")
    session.status, session.held_from, session.held_until = SessionStatus.HELD, start, end
    return await _fresh(tx, session)


async def cancel(tx: AsyncSession, caller: Caller, ref: Ref, reason: str) -> EducationSession:
    session, _ = await _planned(tx, ref, tuple(ActivityStatus))
    session.status, session.cancel_reason = SessionStatus.CANCELLED, reason_of(reason)
    return await _fresh(tx, session)


async def still_within(tx: AsyncSession, activity: JointActivity) -> None:
    """Refuse a period of an activity that would leave one of its sessions outside."""
    row = EducationSession
    earliest = func.min(func.least(row.starts_at, row.held_from))
    latest = func.max(func.greatest(row.ends_at, row.held_until))
    stands = (row.activity_id == activity.id, row.status != SessionStatus.CANCELLED)
    counting = select(earliest, latest).where(*stands)
    first, last = (await tx.execute(counting)).one()
    begun = first is None or activity.starts_at <= first
    require(begun, RefusalCode.OUT_OF_RANGE, "input.startsAt")
    require(last is None or last <= activity.ends_at, RefusalCode.OUT_OF_RANGE, "input.endsAt")


async def _campaign(tx: AsyncSession, ref: Ref) -> ActivityNow:
    """An activity of a kind that educates, not over, in which the caller does more than look on."""
    field = "input.activityId"
    activity = await found(tx, ActivityNow, id_of(ref, "activity", field), field)
    require(await part_in(tx, activity.id) in WORKS, RefusalCode.WRONG_SIDE, field)
    require(activity.kind in KINDS, RefusalCode.BAD_INPUT, field)
    require(activity.status in LIVE, RefusalCode.WRONG_STATE, field)
    return activity


async def _planned(
    tx: AsyncSession, ref: Ref, states: Sequence[ActivityStatus]
) -> tuple[EducationSession, JointActivity]:
    """The session, locked, while it is planned and its activity in one of these states."""
    id = id_of(ref, "educationsession", "id")
    session = await locked(tx, EducationSession, id, barred=RefusalCode.WRONG_SIDE)
    activity = await found(tx, JointActivity, session.activity_id, "id")
    sound = session.status is SessionStatus.PLANNED and activity.status in states
    require(sound, RefusalCode.WRONG_STATE, "id")
    return session, activity


def _place(given: str | None) -> str | None:
    return text_of(given, "input.place", LINE) if given and given.strip() else None


async def _host(tx: AsyncSession, ref: Ref | None) -> UUID | None:
    return None if ref is None else (await living(tx, ref, "input.hostId")).id


def _sound(session: EducationSession, activity: ActivityNow | JointActivity) -> None:
    """Age bands are of children; people come to a place; its time lies within the activity's."""
    bands, audiences = set(session.age_bands), {*session.audiences}
    of_children = not bands & {AgeBand.ADULT, AgeBand.UNKNOWN}
    children_come = not bands or audiences & _WITH_CHILDREN
    require(of_children and children_come, RefusalCode.BAD_INPUT, "input.ageBands")
    in_person = session.channel is Channel.IN_PERSON
    somewhere = (session.place or session.host_id) if in_person else session.place is None
    require(somewhere, RefusalCode.BAD_INPUT, "input.place")
    period = (session.starts_at, session.ends_at)
    _within(activity, period, ("input.startsAt", "input.endsAt"))


def _within(
    activity: ActivityNow | JointActivity,
    period: tuple[datetime, datetime],
    fields: tuple[str, str],
) -> None:
    in_order(*period, fields[1])
    for moment, field in zip(period, fields, strict=True):
        inside = activity.starts_at <= moment <= activity.ends_at
        require(inside, RefusalCode.OUT_OF_RANGE, field)


async def _use(
    tx: AsyncSession, session: EducationSession, refs: Sequence[Ref], field: str
) -> None:
    """Name the versions that a session uses: those it has stay, whoever they belong to."""
    distinct(refs, field, most=MOST_MATERIALS)
    wanted = [id_of(ref, "materialversion", f"{field}[{i}]") for i, ref in enumerate(refs)]
    row = SessionMaterial
    has = set(await tx.scalars(select(row.version_id).where(row.session_id == session.id)))
    for index, id in enumerate(wanted):
        if id not in has:
            await found(tx, MaterialVersion, id, f"{field}[{index}]")
            may = await tx.scalar(select(func.access.may_use_material(id)))
            require(may, RefusalCode.WRONG_SIDE, f"{field}[{index}]")
            tx.add(row(id=new_id(), session_id=session.id, version_id=id))
    gone = has.difference(wanted)
    if gone:
        await tx.execute(delete(row).where(row.session_id == session.id, row.version_id.in_(gone)))
    await tx.flush()


async def _fresh(tx: AsyncSession, session: EducationSession) -> EducationSession:
    await tx.flush()
    await tx.refresh(session)
    return session
