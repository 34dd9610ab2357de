"""Importing and exporting a table: what is given, what is told of each row, and nothing by halves.

An import runs as it would be kept, and is kept only when nothing at all is wrong with it: whoever
calls it rolls back otherwise, and after a dry run.
"""

from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from auth.caller import Caller
from auth.scopes import Scope
from db.exchange import ExchangeKind
from domain.exchange import activities, columns, measurements, organisations
from domain.exchange.book import Outcome, RowOutcome
from domain.exchange.csv_file import read_csv, write_csv
from domain.exchange.problem import FileRefused, RowProblem
from domain.exchange.sheet import Column, Sheet, read_sheet, written
from domain.exchange.table import shielded
from domain.exchange.values import number_out


class Format(StrEnum):
    """How a table is written down."""

    CSV = "csv"
    XLSX = "xlsx"


MEDIA_TYPES = {
    Format.CSV: "text/csv; charset=utf-8",
    Format.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
MOST_EXPORTED = 100_000


@dataclass(frozen=True)
class Exchange:
    """What is exchanged of one kind, by whom, and how."""

    columns: Sequence[Column]
    read: Scope
    write: Scope
    take: Callable[[AsyncSession, Caller, Sheet], Awaitable[list[RowOutcome]]]
    give: Callable[[AsyncSession, Caller], AsyncIterator[dict[str, Any]]]


EXCHANGES: dict[str, Exchange] = {
    kind.value.lower(): exchange
    for kind, exchange in {
        ExchangeKind.ACTIVITIES: Exchange(
            columns.ACTIVITIES, Scope.ACTIVITY_READ, Scope.ACTIVITY_WRITE,
            activities.take, activities.give,
        ),
        ExchangeKind.ORGANISATIONS: Exchange(
            columns.ORGANISATIONS, Scope.ORGANISATION_READ, Scope.ORGANISATION_WRITE,
            organisations.take, organisations.give,
        ),
        ExchangeKind.MEASUREMENTS: Exchange(
            columns.MEASUREMENTS, Scope.RESULT_READ, Scope.RESULT_WRITE,
            measurements.take, measurements.give,
        ),
    }.items()
}  # fmt: skip


@dataclass
class Report:
    """What an import came to, or would come to."""

    outcomes: list[RowOutcome]
    problems: Sequence[RowProblem]

    def told(self, *, applied: bool) -> dict[str, Any]:
        counted = Counter(one.outcome for one in self.outcomes)
        kept = [] if self.problems else self.outcomes
        return {
            "applied": applied and not self.problems,
            **{outcome.value.lower(): counted[outcome] for outcome in Outcome},
            "rows": [{"row": one.row, "outcome": one.outcome.value, "id": one.id} for one in kept],
            "problems": [problem.told() for problem in self.problems],
        }


def read(exchange: Exchange, format: Format, content: bytes) -> Sheet:
    """The rows of a file. Takes a processor for a while: not for the event loop."""
    if format is Format.CSV:
        return read_sheet(read_csv(content), exchange.columns)
    from domain.exchange.xlsx_file import read_xlsx  # what it needs is 18 MB, and rarely asked for

    return read_sheet(read_xlsx(content), exchange.columns)


async def take(tx: AsyncSession, caller: Caller, exchange: Exchange, sheet: Sheet) -> Report:
    """Import the rows, as far as a transaction goes that may yet be rolled back."""
    outcomes = await exchange.take(tx, caller, sheet)
    problems = sorted(sheet.problems, key=lambda problem: problem.row or 0)
    return Report(outcomes, problems)


def refused(error: FileRefused) -> Report:
    return Report([], error.problems)


async def give(tx: AsyncSession, caller: Caller, exchange: Exchange) -> list[list[str]]:
    """Every row that the caller sees, as it is written in cells, below the header."""
    rows = [[column.indonesian for column in exchange.columns]]
    async for values in exchange.give(tx, caller):
        rows.append([_cell(values.get(column.key)) for column in exchange.columns])
        if len(rows) > MOST_EXPORTED:
            break
    return rows


def _cell(value: Any) -> str:
    if isinstance(value, Decimal):
        return number_out(value)
    return shielded("".join(c if c in "\n\t" or ord(c) >= 32 else "�" for c in written(value)))


def file_of(rows: list[list[str]], format: Format, title: str) -> bytes:
    """The rows as a file. Takes a processor for a while: not for the event loop."""
    if format is Format.CSV:
        return write_csv(rows)
    from domain.exchange.xlsx_file import write_xlsx

    return write_xlsx({title: rows})


def template(exchange: Exchange, format: Format, title: str) -> bytes:
    """An empty table; as a workbook, with a sheet that explains each column."""
    head = [column.indonesian for column in exchange.columns]
    if format is Format.CSV:
        return write_csv([head])
    from domain.exchange.xlsx_file import write_xlsx

    about = [["Kolom", "Column", "Penjelasan", "Explanation"]]
    about += [[column.indonesian, column.english, *column.about] for column in exchange.columns]
    return write_xlsx({title: [head], "Penjelasan": about})
