"""What a table of one kind is made of: its columns by their names, and its rows as values."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from domain.exchange.problem import ExchangeCode, RowProblem
from domain.exchange.table import Row, Table, Value, letter, unshielded
from domain.exchange.values import Unreadable, text_in
from domain.refusal import Refusal


def _text(value: Value) -> str:
    return unshielded(text_in(value))


@dataclass(frozen=True)
class Column:
    """A column: its names, what it means, how its cells are read and written."""

    key: str
    indonesian: str
    english: str
    about: tuple[str, str]
    required: bool = False
    read: Callable[[Value], Any] = _text
    field: str | None = None
    """The field of the input of the API that it fills, as refusals name it."""
    also: tuple[str, ...] = ()

    @property
    def names(self) -> set[str]:
        return {normal(name) for name in (self.key, self.indonesian, self.english, *self.also)}


@dataclass
class Entry:
    """A row that was read: values by column; what its file does not say is absent."""

    number: int
    values: dict[str, Any]

    def get(self, key: str) -> Any:
        return self.values.get(key)


@dataclass
class Sheet:
    """Rows with values, the columns that the file has, and all that is wrong with it."""

    entries: list[Entry]
    names: Mapping[str, str]
    """How the file itself calls each column."""
    problems: list[RowProblem]

    def wrong(self, entry: Entry, code: Any, key: str | None) -> None:
        self.problems.append(RowProblem(code, entry.number, self.names.get(key or "", key)))

    def refused(self, entry: Entry, refusal: Refusal, columns: Sequence[Column]) -> None:
        """Note what the rules refused, at the column that fills the field they name."""
        by_field = {column.field: column.key for column in columns if column.field}
        key = by_field.get((refusal.field or "").partition("[")[0])
        name = self.names.get(key, key) if key else None
        self.problems.append(RowProblem(refusal.code, entry.number, name, refusal.most))


def normal(name: str) -> str:
    """A header however it is capitalised and spaced."""
    return " ".join("".join(c if c.isalnum() else " " for c in name.casefold()).split())


def read_sheet(table: Table, columns: Sequence[Column]) -> Sheet:
    """Find the columns by the header, and read every cell; all that is wrong is noted."""
    problems = list(table.problems)
    known = {name: column for column in columns for name in column.names}
    head = table.header
    at: dict[int, Column] = {}
    names: dict[str, str] = {}
    for index, cell in enumerate(head.cells):
        if cell is None:
            continue
        label = (
            cell if isinstance(cell, str) else text_in(cell) if isinstance(cell, Decimal) else ""
        )
        column = known.get(normal(label))
        if column is None:
            problems.append(RowProblem(ExchangeCode.HEADER_UNKNOWN, head.number, letter(index)))
        elif column.key in names:
            problems.append(RowProblem(ExchangeCode.HEADER_TWICE, head.number, letter(index)))
        else:
            at[index], names[column.key] = column, label
    for column in columns:
        if column.required and column.key not in names:
            code = ExchangeCode.HEADER_MISSING
            problems.append(RowProblem(code, head.number, column.indonesian))
    if not table.rows:
        problems.append(RowProblem(ExchangeCode.NO_ROWS, head.number))
    labelled = {index for index, cell in enumerate(head.cells) if cell is not None}
    broken = {(p.row, p.column) for p in problems}
    entries = [_entry(row, at, labelled, names, broken, problems) for row in table.rows]
    return Sheet(entries, names, problems)


def _entry(
    row: Row,
    at: Mapping[int, Column],
    labelled: set[int],
    names: Mapping[str, str],
    broken: set[tuple[int | None, str | None]],
    problems: list[RowProblem],
) -> Entry:
    entry = Entry(row.number, {})
    for index, cell in enumerate(row.cells):
        column = at.get(index)
        if cell is None:
            continue
        if column is None:
            if index not in labelled:
                code = ExchangeCode.BEYOND_THE_HEADER
                problems.append(RowProblem(code, row.number, letter(index)))
            continue
        if (row.number, letter(index)) in broken:  # noted already
            entry.values[column.key] = ...
            continue
        try:
            entry.values[column.key] = column.read(cell)
        except Unreadable as error:
            problems.append(RowProblem(error.code, row.number, names[column.key]))
            entry.values[column.key] = ...
    for column in at.values():
        if column.required and entry.get(column.key) is None:
            problems.append(RowProblem(ExchangeCode.REQUIRED, row.number, names[column.key]))
    return entry


def written(value: Any) -> str:
    """A value as it stands in an export, and is read again."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.isoformat()
    return str(value)
