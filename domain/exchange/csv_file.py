"""CSV (RFC 4180) as spreadsheets write it: UTF-8, with comma, semicolon or tab."""

import csv
import io
from collections.abc import Iterable, Sequence

from domain.exchange.problem import ExchangeCode, refuse
from domain.exchange.table import Collector, Table

DELIMITERS = ",;\t"
_WIDE = (b"\xff\xfe", b"\xfe\xff")
_LONGEST_CELL = 40_000


def read_csv(content: bytes) -> Table:
    """The table; another encoding is refused, for to guess one is to change what was written."""
    if content.startswith(_WIDE) or b"\x00" in content:
        raise refuse(ExchangeCode.WRONG_ENCODING)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        row = content[: error.start].count(b"\n") + 1
        raise refuse(ExchangeCode.WRONG_ENCODING, row=row) from None
    first, found = 1, Collector()
    if text[:4].casefold() == "sep=":  # as Excel writes it
        _, _, text = text.partition("\n")
        first = 2
    line, _, _ = text.lstrip("\r\n").partition("\n")
    delimiter = max(DELIMITERS, key=line.count)
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    number = first - 1
    try:
        for number, cells in enumerate(lines, first):
            if any(len(cell) > _LONGEST_CELL for cell in cells):
                raise refuse(ExchangeCode.NOT_A_TABLE, row=number)
            found.add(number, [*cells])
    except csv.Error:
        raise refuse(ExchangeCode.NOT_A_TABLE, row=number + 1) from None
    return found.table()


def write_csv(rows: Iterable[Sequence[str]]) -> bytes:
    """With a mark of UTF-8 and semicolons: so a spreadsheet set to Indonesian opens it as it is."""
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=";").writerows(rows)
    return out.getvalue().encode("utf-8-sig")
