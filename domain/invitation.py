"""Who takes part in a joint activity: invited, answered, left; with which part, and who leads."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from auth.caller import Caller
from db.activity import ActivityNow, ActivityParticipant, JointActivity
from db.enums import ActivityStatus, ParticipantRole, ParticipantStatus
from db.ids import new_id
from db.organisation import Organisation
from domain.checks import PARAGRAPH, Ref, distinct, found, id_of, optional_text, reason_of
from domain.leading import LIVE, held
from domain.organisation import living
from domain.part import LEADS
from domain.refusal import Refusal, RefusalCode, require

MOST_PARTICIPANTS = 500
_GONE = (ParticipantStatus.DECLINED, ParticipantStatus.LEFT)


async def invite(
    tx: AsyncSession, caller: Caller, ref: Ref, organisations: Sequence[Ref], role: ParticipantRole
) -> JointActivity:
    """Invite more organisations, or again those that declined or left.

    Who helps to organise is for the lead to say.
    """
    few(organisations, "organisationIds")
    activity = await held(tx, ref, LIVE, by=LEADS)
    require(organisations, RefusalCode.BAD_INPUT, "organisationIds")
    leads = activity.lead_id == caller.organisation_id
    may = leads or role is not ParticipantRole.CO_ORGANISER
    require(may, RefusalCode.WRONG_SIDE, "role")
    await add(tx, activity, organisations, role, "organisationIds")
    return activity


def few(refs: Sequence[Ref], at: str) -> None:
    """Refuse too many before the database is asked for any of them."""
    distinct(refs, at, most=MOST_PARTICIPANTS)


async def add(
    tx: AsyncSession, activity: JointActivity, refs: Sequence[Ref], role: ParticipantRole, at: str
) -> None:
    """Invite these, each of them one that lives and is not there yet."""
    there = {
        participant.organisation_id: participant
        for participant in await tx.scalars(
            select(ActivityParticipant).where(ActivityParticipant.activity_id == activity.id)
        )
    }
    for index, id in enumerate(await _known(tx, refs, at)):
        require(id != activity.lead_id, RefusalCode.SELF_ADDRESSED, f"{at}[{index}]")
        earlier = there.get(id)
        if earlier is None:
            invited = ParticipantStatus.INVITED
            there[id] = ActivityParticipant(
                id=new_id(), activity_id=activity.id, organisation_id=id, role=role, status=invited
            )
            tx.add(there[id])
            continue
        require(earlier.status in _GONE, RefusalCode.DUPLICATE, f"{at}[{index}]")
        earlier.status, earlier.responded_at, earlier.reason = ParticipantStatus.INVITED, None, None
        earlier.role = role
    room = len(there) <= MOST_PARTICIPANTS
    require(room, RefusalCode.TOO_MANY, at, most=MOST_PARTICIPANTS)
    await tx.flush()


async def _known(tx: AsyncSession, refs: Sequence[Ref], at: str) -> list[UUID]:
    """The ids of organisations that live, looked up together."""
    ids = [id_of(ref, "organisation", f"{at}[{index}]") for index, ref in enumerate(refs)]
    known = {
        row.id: row
        for row in await tx.scalars(select(Organisation).where(Organisation.id.in_(ids)))
    }
    for index, id in enumerate(ids):
        field = f"{at}[{index}]"
        require(id in known, RefusalCode.NOT_FOUND, field)
        require(known[id].dissolved_at is None, RefusalCode.ORGANISATION_DISSOLVED, field)
    return ids


async def respond(
    tx: AsyncSession, caller: Caller, ref: Ref, accept: bool, reason: str | None
) -> ActivityNow:
    """Accept or decline one's own invitation."""
    activity, mine = await _invitation(tx, caller, ref)
    require(mine.status is ParticipantStatus.INVITED, RefusalCode.WRONG_STATE, "id")
    mine.status = ParticipantStatus.ACCEPTED if accept else ParticipantStatus.DECLINED
    mine.reason = optional_text(reason, "reason", PARAGRAPH) if accept else reason_of(reason)
    await tx.flush()
    return activity


async def leave(tx: AsyncSession, caller: Caller, ref: Ref, reason: str) -> ActivityNow:
    """Take part no longer: what comes after stays unseen, what one contributed stays one's own."""
    activity, mine = await _invitation(tx, caller, ref)
    require(mine.status is ParticipantStatus.ACCEPTED, RefusalCode.WRONG_STATE, "id")
    mine.status, mine.reason = ParticipantStatus.LEFT, reason_of(reason)
    await tx.flush()
    return activity


async def _invitation(
    tx: AsyncSession, caller: Caller, ref: Ref
) -> tuple[ActivityNow, ActivityParticipant]:
    """The activity and one's own invitation to it, held."""
    id = id_of(ref, "activity", "id")
    activity = await found(tx, ActivityNow, id, "id")
    require(activity.lead_id != caller.organisation_id, RefusalCode.WRONG_SIDE, "id")
    running = (ActivityStatus.PLANNED, ActivityStatus.IN_PROGRESS)
    require(activity.status in running, RefusalCode.WRONG_STATE, "id")
    mine = select(ActivityParticipant).where(
        ActivityParticipant.activity_id == id,
        ActivityParticipant.organisation_id == caller.organisation_id,
    )
    return activity, (await tx.scalars(mine.with_for_update())).one()


async def change_role(
    tx: AsyncSession, caller: Caller, ref: Ref, organisation: Ref, role: ParticipantRole
) -> JointActivity:
    """Give a participant another part; whoever is gone is invited anew instead."""
    activity = await held(tx, ref, LIVE)
    one = await _participant(tx, activity, organisation)
    require(one.status not in _GONE, RefusalCode.WRONG_STATE, "organisationId")
    require(one.role is not role, RefusalCode.WRONG_STATE, "role")
    one.role = role
    await tx.flush()
    return activity


async def hand_over(tx: AsyncSession, caller: Caller, ref: Ref, organisation: Ref) -> JointActivity:
    """Make a co-organiser that accepted the lead; the lead becomes a co-organiser."""
    activity = await held(tx, ref, LIVE)
    one = await _participant(tx, activity, organisation)
    helps = one.role is ParticipantRole.CO_ORGANISER and one.status is ParticipantStatus.ACCEPTED
    require(helps, RefusalCode.WRONG_STATE, "organisationId")
    done = await tx.scalar(select(func.access.hand_over(activity.id, one.organisation_id)))
    require(done, RefusalCode.CHANGED_MEANWHILE, "id")
    tx.expire(one)
    await tx.refresh(activity)
    return activity


async def _participant(tx: AsyncSession, activity: JointActivity, ref: Ref) -> ActivityParticipant:
    organisation = await living(tx, ref, "organisationId")
    statement = select(ActivityParticipant).where(
        ActivityParticipant.activity_id == activity.id,
        ActivityParticipant.organisation_id == organisation.id,
    )
    one: ActivityParticipant | None = await tx.scalar(statement.with_for_update())
    if one is None:
        raise Refusal(RefusalCode.NOT_A_PARTY, "organisationId")
    return one


async def works(tx: AsyncSession, activity: JointActivity, id: UUID) -> bool:
    """Whether an organisation leads or accepted, and does more than look on."""
    accepted = select(ActivityParticipant.id).where(
        ActivityParticipant.activity_id == activity.id,
        ActivityParticipant.organisation_id == id,
        ActivityParticipant.status == ParticipantStatus.ACCEPTED,
        ActivityParticipant.role != ParticipantRole.OBSERVER,
    )
    return id == activity.lead_id or await tx.scalar(accepted) is not None
