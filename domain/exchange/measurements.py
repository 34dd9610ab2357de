"""Measurements, from data and to data. One that stands is corrected with a reason, not here."""

from collections.abc import AsyncIterator
from typing import Any

from sqlalchemy import any_, select
from sqlalchemy.ext.asyncio import AsyncSession

from auth.caller import Caller
from db.exchange import ExchangeKind
from db.ids import encode
from db.indicator import Indicator
from db.measurement import Measurement
from domain.exchange.book import Outcome, RowOutcome, numbers, open_book, uuids
from domain.exchange.columns import MEASUREMENTS as COLUMNS
from domain.exchange.problem import ExchangeCode
from domain.exchange.sheet import Entry, Sheet
from domain.measurement import MeasurementDraft, report
from domain.refusal import Refusal, RefusalCode

KIND = ExchangeKind.MEASUREMENTS
KEYS = ("indicator", "period", "unit", "value", "note")


async def take(tx: AsyncSession, caller: Caller, sheet: Sheet) -> list[RowOutcome]:
    book = await open_book(tx, caller, KIND, "measurement", sheet.entries)
    targets = [(entry, book.target(sheet, entry)) for entry in sheet.entries]
    wanted = uuids([id for _, id in targets if id is not None])
    shown = _rows().where(Measurement.id == any_(wanted))
    there = {row.id: _values(row, unit) for row, unit in await tx.execute(shown)}
    outcomes = []
    for entry, known in targets:
        id = known
        if ... in entry.values.values() or any(entry.get(key) is None for key in KEYS[:4]):
            continue
        outcome = Outcome.UNCHANGED
        if id is None:
            try:
                async with tx.begin_nested():
                    id = (await report(tx, caller, _draft(entry))).id
            except Refusal as refusal:
                sheet.refused(entry, refusal, COLUMNS)
                continue
            outcome = Outcome.CREATED
        elif id not in there:
            sheet.wrong(entry, RefusalCode.NOT_FOUND, "id" if entry.get("id") else "reference")
            continue
        else:
            for key in KEYS:
                if entry.get(key) not in (None, there[id][key]):
                    sheet.wrong(entry, ExchangeCode.NOT_CHANGED_HERE, key)
        if book.note(entry, id) and outcome is Outcome.UNCHANGED:
            outcome = Outcome.CHANGED
        outcomes.append(RowOutcome(entry.number, outcome, encode("measurement", id)))
    if not sheet.problems:
        tx.add_all(book.added)
        await tx.flush()
    return outcomes


def _draft(entry: Entry) -> MeasurementDraft:
    indicator, period, unit, value, note = (entry.get(key) for key in KEYS)
    return MeasurementDraft(indicator, period, unit, value, note=note)


async def give(tx: AsyncSession, caller: Caller) -> AsyncIterator[dict[str, Any]]:
    """Every measurement that counts and that the caller sees."""
    mine = await numbers(tx, caller, KIND)
    standing = _rows().where(Measurement.corrected_at.is_(None))
    ordered = standing.order_by(Measurement.period_from, Measurement.id)
    for row, unit in await tx.execute(ordered):
        yield _values(row, unit) | {
            "id": encode("measurement", row.id), "reference": mine.get(row.id),
        }  # fmt: skip


def _rows() -> Any:
    statement = select(Measurement, Indicator.unit)
    return statement.join(Indicator, Indicator.id == Measurement.indicator_id)


def _values(row: Measurement, unit: Any) -> dict[str, Any]:
    note = row.note
    return {
        "indicator": encode("indicator", row.indicator_id),
        "period": row.period,
        "unit": unit,
        "value": row.value,
        "note": note.replace("\r\n", "\n").replace("\r", "\n") if note else None,
    }
