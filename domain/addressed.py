"""What recommendations and clarifications share: both are addressed, and due by a day."""

from datetime import date
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from auth.caller import Caller
from db.activity import ActivityNow
from db.organisation import Organisation
from domain.checks import Ref, found, id_of, in_reach
from domain.organisation import living
from domain.paging import Order
from domain.refusal import RefusalCode, require


class OversightSide(StrEnum):
    """Whose findings, clarifications and recommendations."""

    ISSUED = "ISSUED"
    ADDRESSED = "ADDRESSED"
    SHARED = "SHARED"


NEWEST_FIRST = Order(("created_at", "id"), descending=True)
MOST_DAYS = 3_660


def on(caller: Caller, side: OversightSide | None, model: Any) -> list[Any]:
    """What is on this side of the caller; without one, all that it may see."""
    me = caller.organisation_id
    if side is None:
        return []
    return {
        OversightSide.ISSUED: [model.organisation_id == me],
        OversightSide.ADDRESSED: [model.addressee_id == me],
        OversightSide.SHARED: [
            model.organisation_id != me,
            model.addressee_id != me,
            model.activity_id.in_(select(ActivityNow.id)),
        ],
    }[side]


def owed(chosen: Any, model: Any) -> list[Any]:
    """The conditions that filters of both share, as far as they were given."""
    wanted: list[Any] = []
    if chosen.overdue is not None:
        wanted.append(model.overdue if chosen.overdue else ~model.overdue)
    if chosen.due_within_days is not None:
        within = 0 <= chosen.due_within_days <= MOST_DAYS
        require(within, RefusalCode.BAD_INPUT, "filter.dueWithinDays", most=MOST_DAYS)
        wanted.append(model.days_left.between(0, chosen.due_within_days))
    if chosen.activity_id is not None:
        activity = id_of(chosen.activity_id, "activity", "filter.activityId")
        wanted.append(model.activity_id == activity)
    for given, column, at in (
        (chosen.issuer_id, model.organisation_id, "filter.issuerId"),
        (chosen.addressee_id, model.addressee_id, "filter.addresseeId"),
    ):
        if given is not None:
            wanted.append(column == id_of(given, "organisation", at))
    return wanted


async def to_come(tx: AsyncSession, day: date, field: str) -> date:
    """The day, when it has not passed where KPAI sits."""
    in_reach(day, field)
    today: date = (await tx.execute(select(func.access.today()))).scalar_one()
    require(day >= today, RefusalCode.BAD_INPUT, field)
    return day


async def addressee(tx: AsyncSession, caller: Caller, ref: Ref, field: str) -> UUID:
    """Another organisation, which has not been dissolved."""
    organisation = await living(tx, ref, field)
    require(organisation.id != caller.organisation_id, RefusalCode.SELF_ADDRESSED, field)
    return organisation.id


async def still_there(tx: AsyncSession, organisation_id: UUID, field: str = "id") -> None:
    """Whoever it is addressed to has not been dissolved since."""
    organisation = await found(tx, Organisation, organisation_id, field)
    require(organisation.dissolved_at is None, RefusalCode.ORGANISATION_DISSOLVED, field)


async def gone(tx: AsyncSession, organisation_id: UUID) -> None:
    """Only what nobody can answer any more is addressed anew."""
    organisation = await found(tx, Organisation, organisation_id, "id")
    require(organisation.dissolved_at is not None, RefusalCode.WRONG_STATE, "id")
