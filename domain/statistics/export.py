"""A table as CSV: a line for each figure, in order; what is suppressed is empty, and marked."""

import csv
import io

from domain.exchange.table import shielded
from domain.refusal import Language
from domain.statistics.reading import StatisticsFigure, StatisticsTable
from domain.statistics.words import Named

_HEAD = {"id": ("periode", "jumlah", "ditahan"), "en": ("period", "count", "suppressed")}


def as_csv(table: StatisticsTable, language: Language) -> str:
    """The figures, with codes and names; opens in a spreadsheet without doing anything there."""
    out = io.StringIO()
    write = csv.writer(out, lineterminator="\r\n").writerow
    period, count, suppressed = _HEAD[language]
    names = [axis.dimension.value.lower() for axis in table.axes]
    write([period, *(head for name in names for head in (name, f"{name}_name")), count, suppressed])
    called = [
        {value.code: called_in(value, language) for value in axis.values} for axis in table.axes
    ]
    for cell in table.cells:
        named = [
            shielded(text)
            for code, words in zip(cell.codes, called, strict=True)
            for text in (code, words[code])
        ]
        write([cell.period, *named, "" if cell.count is None else cell.count, mark(cell)])
    return out.getvalue()


def called_in(value: Named, language: Language) -> str:
    return value.name_id if language == "id" else value.name_en


def mark(cell: StatisticsFigure) -> str:
    return "*" if cell.suppressed else ""
