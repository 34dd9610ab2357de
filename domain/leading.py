"""Changing a joint activity: for whoever leads it, and in part for those who help to organise."""

from collections.abc import Container

from sqlalchemy.ext.asyncio import AsyncSession

from db.activity import JointActivity
from db.enums import ActivityPart, ActivityStatus
from domain.checks import Ref, id_of, locked
from domain.part import part_in
from domain.refusal import RefusalCode, require

LIVE = (ActivityStatus.DRAFT, ActivityStatus.PLANNED, ActivityStatus.IN_PROGRESS)


async def held(
    tx: AsyncSession,
    ref: Ref,
    states: Container[ActivityStatus],
    *,
    by: Container[str | None] = (ActivityPart.LEAD,),
) -> JointActivity:
    """The activity, locked, when the caller has such a part in it and it is in such a state."""
    id = id_of(ref, "activity", "id")
    activity = await locked(tx, JointActivity, id, barred=RefusalCode.WRONG_SIDE)
    require(await part_in(tx, id) in by, RefusalCode.WRONG_SIDE, "id")
    require(activity.status in states, RefusalCode.WRONG_STATE, "id")
    return activity
