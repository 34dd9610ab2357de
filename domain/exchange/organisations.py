"""Organisations, from data and to data: the directory is KPAI's to keep."""

from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

from sqlalchemy import any_, select
from sqlalchemy.ext.asyncio import AsyncSession

from auth.caller import Caller
from db.exchange import ExchangeKind
from db.ids import decode, encode
from db.organisation import Organisation
from domain.checks import Ref
from domain.exchange.book import Book, Outcome, RowOutcome, numbers, open_book, uuids
from domain.exchange.columns import ORGANISATIONS as COLUMNS
from domain.exchange.problem import ExchangeCode
from domain.exchange.sheet import Entry, Sheet
from domain.exchange.values import Unreadable
from domain.organisation import (
    NewOrganisation,
    OrganisationChange,
    change,
    register,
    require_kpai,
)
from domain.refusal import Refusal, RefusalCode

KIND = ExchangeKind.ORGANISATIONS
CHANGEABLE = ("name", "short_name", "region_code")
NEEDED = ("type", "name")


async def take(tx: AsyncSession, caller: Caller, sheet: Sheet) -> list[RowOutcome]:
    await require_kpai(tx)
    book = await open_book(tx, caller, KIND, "organisation", sheet.entries)
    targets = [(entry, book.target(sheet, entry)) for entry in sheet.entries]
    wanted = uuids([id for _, id in targets if id is not None])
    there = {
        row.id: row
        for row in await tx.scalars(select(Organisation).where(Organisation.id == any_(wanted)))
    }
    names = await _names(tx)
    outcomes = []
    for entry, known in targets:
        id = known
        if ... in entry.values.values():
            continue
        if id is not None and id not in there:
            sheet.wrong(entry, RefusalCode.NOT_FOUND, "id" if entry.get("id") else "reference")
            continue
        try:
            async with tx.begin_nested():
                parent = _parent(entry, book, names)
                if id is None:
                    made = await _new(tx, caller, sheet, entry, parent)
                    if made is None:
                        continue
                    id, outcome = made.id, Outcome.CREATED
                    for name in {made.name, made.short_name or made.name}:
                        names.setdefault(name, []).append(id)
                else:
                    outcome = await _again(tx, caller, sheet, entry, there[id], parent)
        except Refusal as refusal:
            sheet.refused(entry, refusal, COLUMNS)
            continue
        except Unreadable as error:
            sheet.wrong(entry, error.code, "parent")
            continue
        if book.note(entry, id) and outcome is Outcome.UNCHANGED:
            outcome = Outcome.CHANGED
        outcomes.append(RowOutcome(entry.number, outcome, encode("organisation", id)))
    if not sheet.problems:
        tx.add_all(book.added)
        await tx.flush()
    return outcomes


async def _new(
    tx: AsyncSession, caller: Caller, sheet: Sheet, entry: Entry, parent: UUID | None
) -> Organisation | None:
    missing = [key for key in NEEDED if entry.get(key) is None]
    for key in missing:
        sheet.wrong(entry, ExchangeCode.REQUIRED, key)
    if missing:
        return None
    given = {key: entry.get(key) for key in CHANGEABLE}
    above = Ref(encode("organisation", parent)) if parent else None
    return await register(
        tx, caller, NewOrganisation(type=entry.get("type"), parent_id=above, **given)
    )


async def _again(
    tx: AsyncSession, caller: Caller, sheet: Sheet, entry: Entry, row: Organisation,
    parent: UUID | None,
) -> Outcome:  # fmt: skip
    if entry.get("type") not in (None, row.type):
        sheet.wrong(entry, ExchangeCode.NOT_CHANGED_HERE, "type")
    new: dict[str, Any] = {
        key: entry.get(key) for key in CHANGEABLE if entry.get(key) not in (None, getattr(row, key))
    }
    if parent not in (None, row.parent_id):
        new["parent_id"] = Ref(encode("organisation", parent)) if parent else None
    if not new:
        return Outcome.UNCHANGED
    await change(tx, caller, encode("organisation", row.id), OrganisationChange(**new))
    return Outcome.CHANGED


def _parent(entry: Entry, book: Book, names: dict[str, list[UUID]]) -> UUID | None:
    """The organisation above: by id, by one's own number, or by the only name that is so."""
    written = entry.get("parent")
    if written is None:
        return None
    known = decode(written)
    if known is not None and known[0] == "organisation":
        return known[1]
    if written in book.known:
        return book.known[written]
    found = names.get(written, [])
    if len(found) > 1:
        raise Unreadable(ExchangeCode.AMBIGUOUS_NAME)
    if not found:
        raise Refusal(RefusalCode.NOT_FOUND, "input.parentId")
    return found[0]


async def _names(tx: AsyncSession) -> dict[str, list[UUID]]:
    row = Organisation
    living = select(row.id, row.name, row.short_name).where(row.dissolved_at.is_(None))
    names: dict[str, list[UUID]] = {}
    for id, *called in await tx.execute(living):
        for name in {name for name in called if name}:
            names.setdefault(name, []).append(id)
    return names


async def give(tx: AsyncSession, caller: Caller) -> AsyncIterator[dict[str, Any]]:
    """The directory, those above before those below; without the dissolved."""
    mine = await numbers(tx, caller, KIND)
    living = select(Organisation).where(Organisation.dissolved_at.is_(None))
    for row in await tx.scalars(living.order_by(Organisation.path)):
        yield {key: getattr(row, key) for key in (*CHANGEABLE, "type")} | {
            "id": encode("organisation", row.id),
            "reference": mine.get(row.id),
            "parent": encode("organisation", row.parent_id) if row.parent_id else None,
        }
