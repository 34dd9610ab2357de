"""Checking what a partner sent, before the database is asked anything."""

from collections.abc import Collection, Iterable, Sequence
from datetime import UTC, date, datetime
from typing import NewType, TypeVar
from uuid import UUID

from sqlalchemy import DateTime, func, literal, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from auth.scopes import Scope
from db.base import Base
from db.enums import TermKind
from db.ids import decode
from db.term import Term
from domain.refusal import Refusal, RefusalCode, require

Row = TypeVar("Row", bound=Base)
Item = TypeVar("Item")

Ref = NewType("Ref", str)
"""An id as a client writes it, such as ``handoff_0198...``; GraphQL calls it ``ID``."""

Json = NewType("Json", object)
"""A value of JSON as it came, for what other standards define."""

LINE = 200
"""Characters in a title, name or number."""
PARAGRAPH = 4_000
"""Characters in a reason, note, comment or paragraph of an agreement."""
BODY = 20_000
"""Characters in the body of one section of a handoff."""
MOST_CODES = 50
"""Codes of a vocabulary in one list."""
EARLIEST, LATEST = date(1900, 1, 1), date(2199, 12, 31)
"""The days on which anything that is done together may be planned, or fall due."""


def id_of(ref: str, noun: str, field: str) -> UUID:
    """The UUID in an id of this noun; anything else is bad input, whatever it may name."""
    decoded = decode(ref)
    if decoded is None or decoded[0] != noun:
        raise Refusal(RefusalCode.BAD_INPUT, field)
    return decoded[1]


def text_of(value: str, field: str, limit: int) -> str:
    """The text without blanks at its ends: not empty, not longer than the limit, storable."""
    stripped = value.strip()
    require(stripped and "\x00" not in stripped, RefusalCode.BAD_INPUT, field)
    require(len(stripped) <= limit, RefusalCode.TOO_LONG, field, most=limit)
    try:
        stripped.encode()
    except UnicodeEncodeError:  # half of a surrogate pair
        raise Refusal(RefusalCode.BAD_INPUT, field) from None
    return stripped


def optional_text(value: str | None, field: str, limit: int) -> str | None:
    return None if value is None or not value.strip() else text_of(value, field, limit)


def reason_of(value: str | None, field: str = "reason") -> str:
    """A reason, where the rules demand one."""
    require(value and value.strip(), RefusalCode.REASON_REQUIRED, field)
    return text_of(value or "", field, PARAGRAPH)


def moment_of(value: datetime, field: str) -> datetime:
    """The moment in UTC. One without a zone means nothing; one beyond the calendar has no place."""
    require(value.tzinfo is not None, RefusalCode.BAD_INPUT, field)
    try:
        return value.astimezone(UTC)
    except OverflowError:
        raise Refusal(RefusalCode.BAD_INPUT, field) from None


def in_reach(day: date, field: str) -> None:
    """What is planned lies on a day that calendars can still add a zone, an alarm or a month to."""
    require(EARLIEST <= day <= LATEST, RefusalCode.BAD_INPUT, field)


async def past(tx: AsyncSession, value: datetime | None, field: str) -> datetime | None:
    """The moment in UTC, when it is not yet to come by the clock of the database."""
    if value is None:
        return None
    moment = moment_of(value, field)
    come = select(func.now() >= literal(moment, DateTime(timezone=True)))
    require(await tx.scalar(come), RefusalCode.BAD_INPUT, field)
    return moment


def in_order(start: date, end: date, field: str) -> None:
    require(start <= end, RefusalCode.DATES_INVERTED, field)


def distinct(values: Sequence[Item], field: str, *, most: int, least: int = 0) -> list[Item]:
    """The values, when none stands twice and there are not too many or too few."""
    require(len(values) <= most, RefusalCode.TOO_MANY, field, most=most)
    require(len(values) >= least, RefusalCode.BAD_INPUT, field)
    for index, value in enumerate(values):
        require(value not in values[:index], RefusalCode.DUPLICATE, f"{field}[{index}]")
    return list(values)


def scopes_of(given: list[str], field: str) -> list[Scope]:
    """The scopes of these names, each named once."""
    known = {scope.value: scope for scope in Scope}
    distinct(given, field, most=len(known))
    for index, name in enumerate(given):
        require(name in known, RefusalCode.UNKNOWN_CODE, f"{field}[{index}]")
    return [known[name] for name in given]


async def known_codes(
    tx: AsyncSession, kind: TermKind, codes: Iterable[str], field: str
) -> list[str]:
    """The codes, when the vocabulary that holds today has each of them."""
    wanted = distinct(list(codes), field, most=MOST_CODES)
    today = func.access.today()
    known = set(
        await tx.scalars(
            select(Term.code).where(
                Term.kind == kind,
                Term.code.in_(askable(wanted)),
                Term.valid_from <= today,
                or_(Term.valid_until.is_(None), Term.valid_until >= today),
            )
        )
        if wanted
        else ()
    )
    return all_known(wanted, known, field)


def askable(codes: Sequence[str]) -> list[str]:
    """The codes that the database may be asked for."""
    return [code for code in codes[:MOST_CODES] if "\x00" not in code]


def all_known(codes: Sequence[str], known: Collection[str], field: str) -> list[str]:
    """The codes, when each of them stands once and is known."""
    wanted = distinct(codes, field, most=MOST_CODES)
    for index, code in enumerate(wanted):
        require(code in known, RefusalCode.UNKNOWN_CODE, f"{field}[{index}]")
    return wanted


async def found(tx: AsyncSession, model: type[Row], id: UUID, field: str) -> Row:
    """The row, when it exists for the caller: the database gives a stranger nothing."""
    row = await tx.get(model, id)
    if row is None:
        raise Refusal(RefusalCode.NOT_FOUND, field)
    return row


async def locked(
    tx: AsyncSession, model: type[Row], id: UUID, field: str = "id", *, barred: RefusalCode
) -> Row:
    """The row, held until the transaction ends, so that two who act at once act in turn.

    A caller who may see the row but not change it is refused with ``barred``.
    """
    row = await tx.get(model, id, with_for_update=True, populate_existing=True)
    if row is None:
        await found(tx, model, id, field)
        raise Refusal(barred, field)
    return row
