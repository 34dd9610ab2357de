"""What is published: two data sets, the tables of each, and what is counted of them.

Every table is a region by one further dimension, or a margin of such a table; months are such a
dimension too. They all hang on the region alone, and that is the point: figures by region and age
and figures by region and service fit together however rows are dealt out within a region, so that
tables which fit what is shown can always be filled with cases. Whoever reasons about single cases
learns no more than who reasons about the figures (Dobra and Fienberg 2000). So a month has figures
by region, and a year by everything.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

from db.statistics import Dataset, Dimension

UNSTATED = "UNSTATED"
"""The code of what was left out."""
MENTIONS = frozenset({Dimension.CASE_CATEGORY, Dimension.SERVICE, Dimension.PARTICIPANT_TYPE})
"""Dimensions of which a row may have several codes: they count mentions."""
DIMENSIONS: Mapping[Dataset, tuple[Dimension, ...]] = {
    Dataset.HANDOFFS: (
        Dimension.REGION, Dimension.AGE_BAND, Dimension.CASE_CATEGORY, Dimension.SERVICE,
        Dimension.SENDER_TYPE, Dimension.RECEIVER_TYPE, Dimension.URGENCY,
    ),
    Dataset.ACTIVITIES: (
        Dimension.REGION, Dimension.ACTIVITY_KIND, Dimension.LEAD_TYPE, Dimension.PARTICIPANT_TYPE,
    ),
}  # fmt: skip
"""Of a year. A month has regions alone."""
_PERIOD = re.compile(r"[0-9]{4}(-(0[1-9]|1[0-2]))?")


class Key(NamedTuple):
    """A cell of a period: a region, a dimension and its code; empty where it counts all."""

    period: str
    region: str = ""
    dimension: str = ""
    code: str = ""


Counts = Mapping[Key, int]


@dataclass(frozen=True)
class Counted:
    """A row as it is counted: its codes, and which rows are of one case."""

    subject: int
    codes: Mapping[str, Sequence[str]]


def tabulated(period: str, rows: Iterable[Counted]) -> tuple[dict[Key, int], dict[Key, int]]:
    """What every cell that is not zero counts, and on how many cases it rests: several rows may be
    of one."""
    counts: dict[Key, int] = {}
    subjects: dict[Key, set[int]] = {}
    for row in rows:
        [region] = row.codes[Dimension.REGION]
        for key in _cells(period, region, row):
            counts[key] = counts.get(key, 0) + 1
            subjects.setdefault(key, set()).add(row.subject)
    return counts, {key: len(cases) for key, cases in subjects.items()}


def _cells(period: str, region: str, row: Counted) -> Iterable[Key]:
    for place in ("", region):
        yield Key(period, place)
        for dimension, codes in row.codes.items() if is_year(period) else ():
            if dimension != Dimension.REGION:
                for code in codes:
                    yield Key(period, place, dimension, code)


def is_period(value: str) -> bool:
    return _PERIOD.fullmatch(value) is not None and value[:4] != "0000"


def is_year(period: str) -> bool:
    return len(period) == 4


def dimensions_of(dataset: Dataset, period: str) -> tuple[Dimension, ...]:
    """By what a period of a data set is counted."""
    return DIMENSIONS[dataset] if is_year(period) else (Dimension.REGION,)


def last_day(period: str) -> date:
    """The last day of a month or a year."""
    year, _, month = period.partition("-")
    if not month:
        return date(int(year), 12, 31)
    return (date(int(year), int(month), 28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)


def first_day(period: str) -> date:
    year, _, month = period.partition("-")
    return date(int(year), int(month or 1), 1)


def month_of(day: date) -> str:
    return f"{day:%Y-%m}"


def month_after(period: str) -> str:
    return month_of(last_day(period) + timedelta(days=1))
