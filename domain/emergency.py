"""Break-glass (akses darurat): a life is in danger, and the ordinary way is closed or too slow.

Whoever may do that opens named sections for hours and says why. Everybody concerned is told by the
database itself, in the same transaction; whoever wrote what was opened reviews it afterwards.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import Select, Uuid, any_, cast, func, literal, select, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.types import Text

from auth.caller import Caller
from db import ledger
from db.emergency import EmergencyAccess
from db.enums import DataCategory, Finding
from db.handoff import Handoff, HandoffSection
from db.ids import new_id
from db.vault import vault_of
from domain.checks import (
    LINE,
    PARAGRAPH,
    Ref,
    distinct,
    found,
    id_of,
    locked,
    optional_text,
    reason_of,
    text_of,
)
from domain.custody import seen_sections
from domain.handoff import MOST_SECTIONS
from domain.paging import Order
from domain.refusal import Refusal, RefusalCode, require

NEWEST_FIRST = Order(("opened_at", "id"), descending=True)
MOST_HOURS = 72
_BARS = {
    "EMERGENCY_EXCLUDED": RefusalCode.EMERGENCY_EXCLUDED,
    "NOT_COVERED": RefusalCode.NOT_COVERED,
}


class EmergencySide(StrEnum):
    """What the caller has to do with an emergency."""

    OPENED_BY_US = "OPENED_BY_US"
    OURS_TO_REVIEW = "OURS_TO_REVIEW"


@dataclass(frozen=True)
class NewEmergency:
    """What is to be opened, for how long, and why."""

    reason: str
    hours: int
    handoff_id: Ref | None = None
    number: str | None = None
    categories: list[DataCategory] | None = None
    section_ids: list[Ref] | None = None


@dataclass(frozen=True)
class EmergencyFilter:
    """Which emergencies to list; every condition given must hold."""

    open: bool | None = None
    awaiting_review: bool | None = None
    side: EmergencySide | None = None


@dataclass(frozen=True)
class EmergencyCounts:
    """How many emergencies still wait for their review, and how many of them too long."""

    awaiting: int
    overdue: int


async def open_(tx: AsyncSession, caller: Caller, given: NewEmergency) -> EmergencyAccess:
    """Open sections to one's own organisation, for hours."""
    reason = reason_of(given.reason, "input.reason")
    in_range = 1 <= given.hours <= MOST_HOURS
    require(in_range, RefusalCode.BAD_INPUT, "input.hours", most=MOST_HOURS)
    at, number = await _number(tx, given)
    named = await _named(tx, given)
    target = await _target(tx, at, number, given.categories or [], named)
    for index, wanted in enumerate(given.categories or named):
        bars = [t.bar for t in target if wanted in (t.category, t.section_id)]
        place = f"input.{'categories' if given.categories else 'sectionIds'}[{index}]"
        for bar in bars:
            if bar in _BARS:
                raise Refusal(_BARS[bar], place)
    opening = [t for t in target if t.bar is None]
    require(opening, RefusalCode.NOTHING_TO_OPEN, at)
    emergency = EmergencyAccess(
        id=new_id(),
        handoff_id=opening[0].handoff_id,
        organisation_id=caller.organisation_id,
        section_ids=[t.section_id for t in opening],
        ends_at=func.now() + text(f"interval '{given.hours:d} hours'"),
        client_id=caller.client_id,
        user_id=caller.user_id,
    )
    emergency.reason_sealed = await vault_of(tx).seal_note(tx, place_of(emergency.id), reason)
    tx.add(emergency)
    opened = await _fresh(tx, emergency)
    await _into_ledger(tx, opened)
    return opened


async def close(tx: AsyncSession, caller: Caller, ref: Ref) -> EmergencyAccess:
    """End it before its time, by whoever opened it."""
    emergency = await _held(tx, ref)
    require(emergency.organisation_id == caller.organisation_id, RefusalCode.WRONG_SIDE, "id")
    runs = select(EmergencyAccess.ends_at > func.now()).where(EmergencyAccess.id == emergency.id)
    running = await tx.scalar(runs)
    open_ = emergency.closed_at is None and emergency.reviewed_at is None and running
    require(open_, RefusalCode.WRONG_STATE, "id")
    emergency.closed_at = func.now()
    return await _fresh(tx, emergency)


async def review(
    tx: AsyncSession, caller: Caller, ref: Ref, finding: Finding, note: str | None
) -> EmergencyAccess:
    """Say whether it was right, by whoever owns what was opened. If not, it ends now."""
    emergency = await _held(tx, ref)
    ours = caller.organisation_id in emergency.reviewer_ids
    require(ours, RefusalCode.WRONG_SIDE, "id")
    require(emergency.reviewed_at is None, RefusalCode.WRONG_STATE, "id")
    wrong = finding is Finding.NOT_JUSTIFIED
    emergency.review_note = (
        reason_of(note, "note") if wrong else optional_text(note, "note", PARAGRAPH)
    )
    emergency.finding = finding
    return await _fresh(tx, emergency)


def listed(filter: EmergencyFilter | None, caller: Caller) -> Select[EmergencyAccess]:
    """The emergencies that concern the caller's organisation."""
    chosen = filter or EmergencyFilter()
    statement = select(EmergencyAccess)
    if chosen.open is not None:
        runs = EmergencyAccess.open
        statement = statement.where(runs if chosen.open else ~runs)
    if chosen.awaiting_review is not None:
        waits = EmergencyAccess.reviewed_at.is_(None)
        statement = statement.where(waits if chosen.awaiting_review else ~waits)
    if chosen.side is EmergencySide.OPENED_BY_US:
        return statement.where(EmergencyAccess.organisation_id == caller.organisation_id)
    if chosen.side is EmergencySide.OURS_TO_REVIEW:
        return statement.where(
            literal(caller.organisation_id) == any_(EmergencyAccess.reviewer_ids)
        )
    return statement


async def counts(tx: AsyncSession, caller: Caller, side: EmergencySide | None) -> EmergencyCounts:
    """How many are still to be reviewed."""
    waiting = listed(EmergencyFilter(awaiting_review=True, side=side), caller).subquery()
    late = func.count().filter(waiting.c.review_due_at < func.now())
    awaiting, overdue = (await tx.execute(select(func.count(), late).select_from(waiting))).one()
    return EmergencyCounts(awaiting, overdue)


def place_of(id: UUID) -> str:
    """To which row the sealed reason is bound."""
    return f"emergency {id}"


async def _number(tx: AsyncSession, given: NewEmergency) -> tuple[str, str]:
    """The number of the handoff, and which field said it.

    A handoff that is not shared with the caller is found by its number alone, which somebody must
    have read out to it.
    """
    if given.handoff_id is None:
        require(given.number, RefusalCode.BAD_INPUT, "input.number")
        return "input.number", text_of(given.number or "", "input.number", LINE).upper()
    at = "input.handoffId"
    handoff = await found(tx, Handoff, id_of(given.handoff_id, "handoff", at), at)
    require(given.number is None, RefusalCode.BAD_INPUT, at)
    return at, handoff.number


async def _named(tx: AsyncSession, given: NewEmergency) -> list[UUID]:
    """The sections named one by one, which the caller must see; or none, but categories."""
    if given.section_ids is None:
        distinct(given.categories or [], "input.categories", most=len(DataCategory), least=1)
        return []
    refs = distinct(given.section_ids, "input.sectionIds", most=MOST_SECTIONS, least=1)
    named = await seen_sections(tx, refs, "input.sectionIds[{}]")
    require(given.categories is None, RefusalCode.BAD_INPUT, "input.categories")
    return named


async def _target(
    tx: AsyncSession,
    at: str,
    number: str,
    categories: Sequence[DataCategory],
    named: Sequence[UUID],
) -> Sequence[Any]:
    """What would open, and what bars the rest; of a stranger's handoff only what would open.

    The same statements run, whether or not there is such a handoff.
    """
    seen = await tx.scalar(select(Handoff.id).where(Handoff.number == number))
    wanted = func.access.emergency_target(
        number,
        literal(list(named), ARRAY(Uuid())),
        cast([category.value for category in categories], ARRAY(Text())),
    ).table_valued("handoff_id", "section_id", "category", "bar")
    rows = (await tx.execute(select(wanted))).all()
    require(rows or seen, RefusalCode.NOT_FOUND, at)
    return rows


async def _into_ledger(tx: AsyncSession, emergency: EmergencyAccess) -> None:
    """That it was opened stands in the ledger of whoever wrote what was, read or not."""
    opened = select(HandoffSection).where(
        HandoffSection.id == any_(literal(emergency.section_ids, ARRAY(Uuid())))
    )
    items = [
        {
            "owner": str(section.author_id),
            "kind": "EMERGENCY",
            "handoff": str(section.handoff_id),
            "section": str(section.id),
            "category": section.category.value,
            "emergency": str(emergency.id),
            "code": "OPENED",
        }
        for section in await tx.scalars(opened)
    ]
    await ledger.append(tx, items)


async def _held(tx: AsyncSession, ref: Ref) -> EmergencyAccess:
    id = id_of(ref, "emergency", "id")
    return await locked(tx, EmergencyAccess, id, barred=RefusalCode.WRONG_SIDE)


async def _fresh(tx: AsyncSession, emergency: EmergencyAccess) -> EmergencyAccess:
    """The row with what the database computed, such as who has to review it."""
    await tx.flush()
    await tx.refresh(emergency)
    return emergency
