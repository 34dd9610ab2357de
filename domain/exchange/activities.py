"""Joint activities, from data and to data. What is imported is planned and changed by the very
rules that hold for everybody."""

from collections.abc import AsyncIterator, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import any_, select
from sqlalchemy.ext.asyncio import AsyncSession

from auth.caller import Caller
from db.activity import ActivityNow, JointActivity
from db.exchange import ExchangeKind
from db.ids import encode
from db.organisation import Organisation
from domain.activity import (
    ActivityChange,
    ActivityPlan,
    agreement_of,
    change,
    drafted,
)
from domain.checks import Ref
from domain.exchange.book import Book, Outcome, RowOutcome, numbers, open_book, uuids
from domain.exchange.columns import ACTIVITIES as COLUMNS
from domain.exchange.problem import ExchangeCode
from domain.exchange.sheet import Entry, Sheet
from domain.refusal import Refusal, RefusalCode

KIND = ExchangeKind.ACTIVITIES
CHANGEABLE = ("title", "description", "starts_at", "ends_at", "place", "region_code")
FIXED = ("kind", "agreement", "status", "lead")
NEEDED = ("kind", "title", "starts_at", "ends_at")
PAGE = 1_000


async def take(tx: AsyncSession, caller: Caller, sheet: Sheet) -> list[RowOutcome]:
    book = await open_book(tx, caller, KIND, "activity", sheet.entries)
    targets = [(entry, book.target(sheet, entry)) for entry in sheet.entries]
    wanted = [id for _, id in targets if id is not None]
    there = await _shown(tx, wanted)
    agreements: dict[str, UUID | Refusal | None] = {}
    outcomes = []
    for entry, known in targets:
        id = known
        if ... in entry.values.values():  # unreadable, and noted already
            continue
        try:
            if id is None:
                row = await _new(tx, caller, sheet, entry, agreements)
                outcome = Outcome.CREATED
            elif id not in there:
                sheet.wrong(entry, RefusalCode.NOT_FOUND, _named_by(entry))
                continue
            else:
                row = None
                outcome = await _again(tx, caller, sheet, entry, id, there[id])
        except Refusal as refusal:
            sheet.refused(entry, refusal, COLUMNS)
            continue
        if row is not None:
            tx.add(row)
            id = row.id
        if id is not None:
            outcomes.append(_outcome(book, entry, id, outcome))
    if not sheet.problems:
        await tx.flush()
        tx.add_all(book.added)
        await tx.flush()
    return outcomes


async def _new(
    tx: AsyncSession,
    caller: Caller,
    sheet: Sheet,
    entry: Entry,
    agreements: dict[str, UUID | Refusal | None],
) -> JointActivity | None:
    missing = [key for key in NEEDED if entry.get(key) is None]
    for key in missing:
        sheet.wrong(entry, ExchangeCode.REQUIRED, key)
    shown_only = [key for key in ("status", "lead") if entry.get(key) is not None]
    for key in shown_only:
        sheet.wrong(entry, ExchangeCode.NOT_CHANGED_HERE, key)
    if missing or shown_only:
        return None
    mou = entry.get("agreement")
    if mou is not None and mou not in agreements:
        try:
            agreements[mou] = await agreement_of(tx, mou)
        except Refusal as refusal:
            agreements[mou] = refusal
    agreement = agreements.get(mou) if mou else None
    if isinstance(agreement, Refusal):
        raise agreement
    given = {key: entry.get(key) for key in CHANGEABLE}
    return drafted(caller, ActivityPlan(kind=entry.get("kind"), **given), agreement)


async def _again(
    tx: AsyncSession, caller: Caller, sheet: Sheet, entry: Entry, id: UUID, shown: dict[str, Any]
) -> Outcome:
    """A row that is there already: changed as by its lead, or left as it is."""
    for key in FIXED:
        if entry.get(key) not in (None, shown[key]):
            sheet.wrong(entry, ExchangeCode.NOT_CHANGED_HERE, key)
    new = {key: entry.get(key) for key in CHANGEABLE if entry.get(key) not in (None, shown[key])}
    if not new:
        return Outcome.UNCHANGED
    async with tx.begin_nested():
        await change(tx, caller, Ref(encode("activity", id)), ActivityChange(**new))
    return Outcome.CHANGED


def _named_by(entry: Entry) -> str:
    return "id" if entry.get("id") else "reference"


def _outcome(book: Book, entry: Entry, id: UUID, outcome: Outcome) -> RowOutcome:
    if book.note(entry, id) and outcome is Outcome.UNCHANGED:
        outcome = Outcome.CHANGED  # its number is kept from now on
    return RowOutcome(entry.number, outcome, encode("activity", id))


async def _shown(tx: AsyncSession, ids: Sequence[UUID]) -> dict[UUID, dict[str, Any]]:
    if not ids:
        return {}
    rows = await tx.execute(_rows().where(ActivityNow.id == any_(uuids(ids))))
    return {row.id: _values(row, name) for row, name in rows}


async def give(tx: AsyncSession, caller: Caller) -> AsyncIterator[dict[str, Any]]:
    """Every activity the caller sees, the next to begin first."""
    mine = await numbers(tx, caller, KIND)
    result = await tx.stream(
        _rows().order_by(ActivityNow.starts_at, ActivityNow.id).execution_options(yield_per=PAGE)
    )
    async for row, name in result:
        yield _values(row, name) | {
            "id": encode("activity", row.id), "reference": mine.get(row.id),
        }  # fmt: skip


def _rows() -> Any:
    statement = select(ActivityNow, Organisation.name)
    return statement.join(Organisation, Organisation.id == ActivityNow.lead_id)


def _values(row: ActivityNow, lead: str) -> dict[str, Any]:
    return {key: _plain(getattr(row, key)) for key in (*CHANGEABLE, "kind", "status")} | {
        "agreement": encode("mou", row.mou_id) if row.mou_id else None,
        "lead": lead,
    }


def _plain(value: Any) -> Any:
    """Lines end as they do in a spreadsheet, where two ways of ending them are one."""
    return value.replace("\r\n", "\n").replace("\r", "\n") if type(value) is str else value
