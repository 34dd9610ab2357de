"""Which row of ours a row of a file speaks of: by our id, or by the number of whoever sends it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, Text, Uuid, any_, literal, select
from sqlalchemy.ext.asyncio import AsyncSession

from auth.caller import Caller
from db.exchange import ExchangeKind, ExchangeReference
from db.ids import decode, new_id
from domain.checks import LINE, text_of
from domain.exchange.problem import ExchangeCode
from domain.exchange.sheet import Entry, Sheet
from domain.refusal import Refusal, RefusalCode


class Outcome(StrEnum):
    """What a row came to."""

    CREATED = "CREATED"
    CHANGED = "CHANGED"
    UNCHANGED = "UNCHANGED"


@dataclass(frozen=True)
class RowOutcome:
    """What a row came to, and the id of what it speaks of."""

    row: int
    outcome: Outcome
    id: str


@dataclass
class Book:
    """The numbers of one organisation for one kind, as far as a file names them."""

    caller: Caller
    kind: ExchangeKind
    noun: str
    known: dict[str, UUID]
    numbers: dict[UUID, str]
    seen: set[str | UUID] = field(default_factory=set)
    added: list[ExchangeReference] = field(default_factory=list)

    def target(self, sheet: Sheet, entry: Entry) -> UUID | None:
        """The row of ours that is meant, or None for a new one; what is wrong is noted."""
        id, reference = entry.get("id"), entry.get("reference")
        if ... in (id, reference):  # unreadable, and noted already
            return None
        decoded = decode(id) if isinstance(id, str) else None
        if id is not None and (decoded is None or decoded[0] != self.noun):
            sheet.wrong(entry, RefusalCode.BAD_INPUT, "id")
        if id is None and reference is None:
            sheet.wrong(entry, ExchangeCode.REQUIRED, "reference")
            return None
        named = decoded[1] if decoded else None
        if reference is not None:
            try:
                text_of(reference, "reference", LINE)
            except Refusal as refusal:
                sheet.wrong(entry, refusal.code, "reference")
            held = self.known.get(reference)
            elsewhere = named is not None and held not in (None, named)
            if elsewhere or self.numbers.get(named or UUID(int=0), reference) != reference:
                sheet.wrong(entry, RefusalCode.DUPLICATE, "reference")
            named = named or held
        for mark, key in ((reference, "reference"), (named, "id" if id else "reference")):
            if mark is not None and mark in self.seen:
                sheet.wrong(entry, ExchangeCode.ROW_TWICE, key)
                break
        self.seen.update(mark for mark in (reference, named) if mark is not None)
        return named

    def note(self, entry: Entry, target: UUID) -> bool:
        """Keep the number of a row that had none; whether there was one to keep."""
        reference = entry.get("reference")
        if reference is None or reference in self.known:
            return False
        self.known[reference] = target
        self.added.append(
            ExchangeReference(
                id=new_id(),
                organisation_id=self.caller.organisation_id,
                kind=self.kind,
                reference=reference,
                target_id=target,
            )
        )
        return True


async def open_book(
    tx: AsyncSession, caller: Caller, kind: ExchangeKind, noun: str, entries: Sequence[Entry]
) -> Book:
    row = ExchangeReference
    named = [ref for entry in entries if isinstance(ref := entry.get("reference"), str)
             and "\x00" not in ref]  # fmt: skip
    decoded = [decode(id) for entry in entries if isinstance(id := entry.get("id"), str)]
    ids = [known[1] for known in decoded if known]
    mine = select(row).where(row.organisation_id == caller.organisation_id, row.kind == kind)
    either = mine.where(
        (row.reference == any_(literal(named, ARRAY(Text())))) | (row.target_id == any_(uuids(ids)))
    )
    rows = list(await tx.scalars(either))
    return Book(
        caller,
        kind,
        noun,
        {one.reference: one.target_id for one in rows},
        {one.target_id: one.reference for one in rows},
    )


async def numbers(tx: AsyncSession, caller: Caller, kind: ExchangeKind) -> dict[UUID, str]:
    """Every number an organisation has for things of this kind."""
    table = ExchangeReference
    mine = select(table.target_id, table.reference)
    mine = mine.where(table.organisation_id == caller.organisation_id, table.kind == kind)
    return {row.target_id: row.reference for row in await tx.execute(mine)}


def uuids(ids: Sequence[UUID]) -> Any:
    return literal(list(ids), ARRAY(Uuid()))
