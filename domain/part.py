"""Who may add to a joint activity: those who work on it, which observers do not."""

from collections.abc import Container
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from db.activity import ActivityNow
from db.enums import ActivityStatus
from domain.checks import Ref, found, id_of
from domain.refusal import RefusalCode, require

LEADS = frozenset({"LEAD", "CO_ORGANISER"})
WORKS = LEADS | {"CONTRIBUTOR"}


async def part_in(tx: AsyncSession, activity: UUID) -> str | None:
    """The caller's part in an activity now: null before it accepts, and after it left."""
    part: str | None = await tx.scalar(select(func.access.part(activity)))
    return part


async def worked_on(
    tx: AsyncSession, ref: Ref, field: str, *, by: Container[str | None] = WORKS
) -> ActivityNow:
    """An activity that was announced and not called off, when the caller has such a part in it."""
    activity = await found(tx, ActivityNow, id_of(ref, "activity", field), field)
    require(await part_in(tx, activity.id) in by, RefusalCode.WRONG_SIDE, field)
    over = (ActivityStatus.DRAFT, ActivityStatus.CANCELLED)
    require(activity.status not in over, RefusalCode.WRONG_STATE, field)
    return activity
