"""Programmes: work of several organisations, led by one, whose members see what is measured."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import delete, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from auth.caller import Caller
from db.framework import Programme, ProgrammeMember, ResultsFramework
from db.ids import new_id
from domain.checks import (
    LINE,
    PARAGRAPH,
    Ref,
    distinct,
    id_of,
    in_order,
    in_reach,
    locked,
    optional_text,
    text_of,
)
from domain.organisation import living
from domain.paging import Order
from domain.refusal import RefusalCode, require

LATEST_FIRST = Order(("valid_from", "id"), descending=True)
BY_ID = Order(("id",))
MOST_MEMBERS = 200
LONGEST = 3_660
"""Days in the period of a programme, or of a framework."""


@dataclass(frozen=True)
class NewProgramme:
    """A programme to be started, with oneself as lead."""

    name: str
    valid_from: date
    valid_until: date
    description: str | None = None
    members: list[Ref] | None = None


@dataclass(frozen=True)
class ProgrammeChange:
    """What to change of a programme; what is left out stays."""

    name: str | None = None
    description: str | None = None
    valid_until: date | None = None
    members: list[Ref] | None = None


async def start(tx: AsyncSession, caller: Caller, given: NewProgramme) -> Programme:
    """Start a programme and lead it; its members see it and what is measured of it."""
    within_reason(given.valid_from, given.valid_until, "input.validUntil")
    programme = Programme(
        id=new_id(),
        name=text_of(given.name, "input.name", LINE),
        description=optional_text(given.description, "input.description", PARAGRAPH),
        valid_from=given.valid_from,
        valid_until=given.valid_until,
        lead_id=caller.organisation_id,
    )
    tx.add(programme)
    await tx.flush()
    await _admit(tx, caller, programme, given.members or [])
    return programme


async def change(tx: AsyncSession, caller: Caller, ref: Ref, given: ProgrammeChange) -> Programme:
    """Change a programme one leads. Whoever is no longer a member sees it no longer."""
    id = id_of(ref, "programme", "id")
    programme = await locked(tx, Programme, id, barred=RefusalCode.WRONG_SIDE)
    if given.name is not None:
        programme.name = text_of(given.name, "input.name", LINE)
    if given.description is not None:
        programme.description = optional_text(given.description, "input.description", PARAGRAPH)
    if given.valid_until is not None:
        within_reason(programme.valid_from, given.valid_until, "input.validUntil")
        measured = select(func.max(ResultsFramework.period_until)).where(
            ResultsFramework.programme_id == id
        )
        last = await tx.scalar(measured)
        require(
            last is None or last <= given.valid_until,
            RefusalCode.EXCEEDS_PARENT,
            "input.validUntil",
        )
        programme.valid_until = given.valid_until
    if given.members is not None:
        await tx.execute(delete(ProgrammeMember).where(ProgrammeMember.programme_id == id))
        await _admit(tx, caller, programme, given.members)
    await tx.flush()
    await tx.refresh(programme)
    return programme


async def _admit(
    tx: AsyncSession, caller: Caller, programme: Programme, members: Sequence[Ref]
) -> None:
    field = "input.members"
    for index, ref in enumerate(distinct(members, field, most=MOST_MEMBERS)):
        member = await living(tx, ref, f"{field}[{index}]")
        itself = member.id == caller.organisation_id
        require(not itself, RefusalCode.SELF_ADDRESSED, f"{field}[{index}]")
        tx.add(ProgrammeMember(id=new_id(), programme_id=programme.id, organisation_id=member.id))
    await tx.flush()


def within_reason(first: date, last: date, field: str) -> None:
    in_order(first, last, field)
    for day in (first, last):
        in_reach(day, field)
    require((last - first).days <= LONGEST, RefusalCode.BAD_INPUT, field)
