"""XLSX: looked through before it is opened, and nothing in it is ever worked out.

An XLSX is a zip of XML. What it unpacks to is added up before anything is unpacked; declarations
of entities are refused wherever they stand; then each sheet is read once for what the cells alone
do not tell (merged, hidden), and once for the cells.
"""

import io
import re
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from math import isfinite
from typing import Any

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import iterparse
from openpyxl import Workbook, load_workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font

from domain.exchange.problem import ExchangeCode, FileRefused, RowProblem, refuse
from domain.exchange.table import MOST_COLUMNS, MOST_ROWS, Collector, Table, Value, letter

C = ExchangeCode
MOST_UNPACKED = 60_000_000
MOST_MEMBERS = 300
NOTES = frozenset({"penjelasan", "explanation"})
"""Sheets of our templates that explain; they hold no data."""
_OLD = b"\xd0\xcf\x11\xe0"
_MOST_CELLS = 2 * MOST_ROWS * 20
_LAST_ROW = 10 * MOST_ROWS
"""How far down a table may reach, and how many rows a sheet may have with the empty ones."""
_MOST_TAGS = {True: 8 * _MOST_CELLS, False: 50_000}
"""Of sheets and their texts together, and of all else: a style costs far more than a cell."""
_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_DECLARATIONS = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_MACROS = ("vbaproject", "macrosheets/", "activex/", "dialogsheets/")
_CELL = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")


def read_xlsx(content: bytes) -> Table:
    """The table of the one sheet with data."""
    if content.startswith(_OLD):
        raise refuse(C.ENCRYPTED)
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as parts:
            _look_through(parts)
    except (zipfile.BadZipFile, OSError, EOFError, RuntimeError, NotImplementedError, ValueError):
        raise refuse(C.NOT_A_TABLE) from None
    try:
        return _read(content)
    except FileRefused:
        raise
    except DefusedXmlException:
        raise refuse(C.ENTITIES) from None
    except Exception:  # whatever else a broken file does to the reader
        raise refuse(C.NOT_A_TABLE) from None


def write_xlsx(sheets: dict[str, Iterable[Sequence[str]]]) -> bytes:
    """Sheets by their names; every cell is text, so that nothing is taken for something else."""
    book = Workbook(write_only=True)
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        sheet.freeze_panes = "A2"
        for number, row in enumerate(rows):
            sheet.append([_text_cell(sheet, value, number == 0) for value in row])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _text_cell(sheet: Any, value: str, bold: bool) -> Any:
    if not bold:
        return value or None
    cell = WriteOnlyCell(sheet, value=value)
    cell.font = Font(bold=True)
    return cell


def _look_through(parts: zipfile.ZipFile) -> None:
    members = parts.infolist()
    names = [member.filename.casefold() for member in members]
    if len(members) > MOST_MEMBERS or sum(m.file_size for m in members) > MOST_UNPACKED:
        raise refuse(C.UNPACKS_TOO_LARGE)
    if any(member.flag_bits & 1 for member in members):
        raise refuse(C.ENCRYPTED)
    if any(mark in name for name in names for mark in _MACROS):
        raise refuse(C.MACROS)
    if len(set(names)) < len(names) or "[content_types].xml" not in names:
        raise refuse(C.NOT_A_TABLE)
    tags = {True: 0, False: 0}
    for member, name in zip(members, names, strict=True):
        part = parts.read(member)  # whatever it is called: names do not bind who reads it
        wide = part.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\x00" in part[:4]
        if wide and name.endswith((".xml", ".rels", ".vml")):
            raise refuse(C.NOT_A_TABLE)
        if _DECLARATIONS.search(part):
            raise refuse(C.ENTITIES)
        if name == "[content_types].xml" and b"macroenabled" in part.lower():
            raise refuse(C.MACROS)
        cells = "/worksheets/" in name or "sharedstrings" in name
        tags[cells] += part.count(b"<")
        if tags[cells] > _MOST_TAGS[cells]:
            raise refuse(C.UNPACKS_TOO_LARGE)


def _read(content: bytes) -> Table:
    book = load_workbook(io.BytesIO(content), read_only=True, keep_links=False)
    try:
        if not book.worksheets:
            raise refuse(C.NOT_A_TABLE)
        tables = [(sheet, _sheet(book, sheet)) for sheet in book.worksheets
                  if sheet.title.casefold() not in NOTES]  # fmt: skip
        filled = [(sheet, found) for sheet, found in tables if found.rows]
        hidden = [sheet for sheet, _ in filled if sheet.sheet_state != "visible"]
        if hidden:
            raise refuse(C.HIDDEN, column=hidden[0].title[:31])
        if len(filled) > 1:
            raise refuse(C.SEVERAL_SHEETS, column=filled[1][0].title[:31])
        return filled[0][1].table() if filled else Collector().table()
    finally:
        book.close()


def _sheet(book: Any, sheet: Any) -> Collector:
    found = Collector()
    with book._archive.open(sheet._worksheet_path) as source:
        filled, hidden = _shape(source, found)
    if not filled:
        return found
    sheet.reset_dimensions()
    rows = sheet.iter_rows(max_row=max(filled), max_col=MOST_COLUMNS + 1)
    for number, cells in enumerate(rows, 1):
        if number in filled:
            values = list(_values(cells, number, found))
            before = len(found.rows)
            found.add(number, values)
            if number in hidden and len(found.rows) > before:
                found.problems.append(RowProblem(C.HIDDEN, number))
    return found


def _shape(source: Any, found: Collector) -> tuple[set[int], set[int]]:
    """Which rows hold something and which are hidden; what else is wrong is noted.

    Rows and cells must stand in their order, once each: openpyxl passes over those that do not.
    """
    filled: set[int] = set()
    hidden: set[int] = set()
    cells = rows = row = column = 0
    for event, element in iterparse(source, events=("start", "end"), forbid_dtd=True):
        kind = element.tag.removeprefix(_MAIN)
        if event == "start":
            if kind == "row":
                before, row, column = row, int(element.get("r", row + 1)), 0
                rows += 1
                if row <= before or rows > _LAST_ROW:
                    many = row > before
                    raise refuse(C.TOO_MANY_ROWS if many else C.NOT_A_TABLE, most=MOST_ROWS)
                if element.get("hidden") in ("1", "true"):
                    hidden.add(row)
            elif kind == "c":
                cells += 1
                before, column = column, _column(element.get("r"), row, column)
                if cells > _MOST_CELLS or column <= before:
                    many = column > before
                    raise refuse(C.TOO_MANY_ROWS if many else C.NOT_A_TABLE, most=MOST_ROWS)
            continue
        if kind == "c" and len(element):
            if column > MOST_COLUMNS:
                raise refuse(C.TOO_MANY_COLUMNS, most=MOST_COLUMNS)
            if row > _LAST_ROW:
                raise refuse(C.TOO_MANY_ROWS, row=row, most=MOST_ROWS)
            filled.add(row)
        elif kind == "row":
            element.clear()
        else:
            _beside(kind, element, found)
    return filled, hidden


def _beside(kind: str, element: Any, found: Collector) -> None:
    """Note merged cells and hidden columns."""
    if kind == "mergeCell":
        at = _CELL.match(element.get("ref", ""))
        place = int(at[2]) if at else None
        found.problems.append(RowProblem(C.MERGED_CELLS, place, at[1] if at else None))
    elif kind == "col" and element.get("hidden") in ("1", "true"):
        first = int(element.get("min", "1"))
        if first <= MOST_COLUMNS:
            found.problems.append(RowProblem(C.HIDDEN, None, letter(first - 1)))


def _column(place: str | None, row: int, before: int) -> int:
    """The number of a cell's column, from 1: by its place, or next to the one before."""
    if place is None:
        return before + 1
    found = _CELL.fullmatch(place)
    if found is None or int(found[2]) != row:
        raise refuse(C.NOT_A_TABLE)
    number = 0
    for sign in found[1]:
        number = number * 26 + ord(sign) - 64
    return number


def _values(cells: Sequence[Any], number: int, found: Collector) -> Iterator[Value | None]:
    for index, cell in enumerate(cells):
        value, kind = cell.value, cell.data_type
        if isinstance(value, float) and not isfinite(value):
            kind = "e"  # 1E999, which no spreadsheet writes
        if kind in ("f", "e") and value is not None:
            code = C.FORMULA if kind == "f" else C.CELL_ERROR
            found.problems.append(RowProblem(code, number, letter(index)))
            yield str(code)
        else:
            yield _value(value)


def _value(value: Any) -> Value | None:
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, int | float):
        return Decimal(f"{value:.15g}")  # as many digits as a spreadsheet keeps
    if isinstance(value, datetime):
        return value.replace(tzinfo=None)
    if isinstance(value, date):
        return datetime.combine(value, time())
    return str(value)
