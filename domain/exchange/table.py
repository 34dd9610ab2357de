"""A table as it was read: its header and rows, each with the number a spreadsheet shows."""

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from domain.exchange.problem import ExchangeCode, RowProblem, refuse

Value = str | Decimal | datetime
"""What stands in a cell: text, or what a spreadsheet itself keeps as a number or a date."""
MOST_ROWS = 10_000
MOST_COLUMNS = 50
_DANGEROUS = "=+-@\t\r\n＝＋－＠"


@dataclass
class Row:
    """A row that is not empty; empty cells are None."""

    number: int
    cells: list[Value | None]


@dataclass
class Table:
    """Header, rows, and what is already known to be wrong with cells."""

    header: Row
    rows: list[Row]
    problems: list[RowProblem] = field(default_factory=list)


class Collector:
    """Gathers rows from top to bottom and stops at what is too much."""

    def __init__(self) -> None:
        self.rows: list[Row] = []
        self.problems: list[RowProblem] = []

    def add(self, number: int, cells: list[Value | None]) -> None:
        kept = [_clean(cell) for cell in cells]
        while kept and kept[-1] is None:
            kept.pop()
        if not kept:
            return
        if len(kept) > MOST_COLUMNS:
            raise refuse(ExchangeCode.TOO_MANY_COLUMNS, row=number, most=MOST_COLUMNS)
        if len(self.rows) > MOST_ROWS:
            raise refuse(ExchangeCode.TOO_MANY_ROWS, row=number, most=MOST_ROWS)
        for index, cell in enumerate(kept):
            if isinstance(cell, str) and not _printable(cell):
                code = ExchangeCode.CONTROL_CHARACTER
                self.problems.append(RowProblem(code, number, letter(index)))
        self.rows.append(Row(number, kept))

    def table(self) -> Table:
        if not self.rows:
            raise refuse(ExchangeCode.NO_ROWS)
        header, *rows = self.rows
        return Table(header, rows, self.problems)


def letter(index: int) -> str:
    """The letter of a column, as a spreadsheet shows it: A, B, ..., AA."""
    name = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        name = chr(65 + rest) + name
    return name


def shielded(text: str) -> str:
    """Text that no spreadsheet takes for a formula; `unshielded` gives it back."""
    return f"'{text}" if text[:1] and text[0] in _DANGEROUS + "'" else text


def unshielded(text: str) -> str:
    """Text without the mark that `shielded` sets before what looks like a formula."""
    return text[1:] if text[:1] == "'" and text[1:2] and text[1] in _DANGEROUS + "'" else text


def _clean(value: Value | None) -> Value | None:
    if not isinstance(value, str):
        return value
    text = value.replace("\r\n", "\n").replace("\r", "\n").strip()
    return text or None


def _printable(text: str) -> bool:
    return text.isprintable() or all(c in "\n\t" or (ord(c) >= 32 and c != "\x7f") for c in text)
