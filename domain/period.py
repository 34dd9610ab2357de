"""Periods of measurement: whole months, quarters, half years and years, written as in SDMX."""

import re
from dataclasses import dataclass
from datetime import date, timedelta

from db.indicator import Frequency
from domain.refusal import Refusal, RefusalCode

MONTHS = {
    Frequency.MONTHLY: 1,
    Frequency.QUARTERLY: 3,
    Frequency.SEMESTERLY: 6,
    Frequency.YEARLY: 12,
}
_WRITTEN = {
    Frequency.MONTHLY: re.compile(r"([0-9]{4})-(0[1-9]|1[0-2])"),
    Frequency.QUARTERLY: re.compile(r"([0-9]{4})-Q([1-4])"),
    Frequency.SEMESTERLY: re.compile(r"([0-9]{4})-S([12])"),
    Frequency.YEARLY: re.compile(r"([0-9]{4})()"),
}


@dataclass(frozen=True)
class Period:
    """A period of the calendar. Two of one frequency are the same, or have no day in common."""

    frequency: Frequency
    first: date

    @property
    def last(self) -> date:
        months = self.first.month - 1 + MONTHS[self.frequency]
        after = date(self.first.year + months // 12, months % 12 + 1, 1)
        return after - timedelta(days=1)

    def __str__(self) -> str:
        part = (self.first.month - 1) // MONTHS[self.frequency] + 1
        tail = {
            Frequency.MONTHLY: f"-{part:02}",
            Frequency.QUARTERLY: f"-Q{part}",
            Frequency.SEMESTERLY: f"-S{part}",
            Frequency.YEARLY: "",
        }
        return f"{self.first.year:04}{tail[self.frequency]}"


def period_of(frequency: Frequency, day: date) -> Period:
    """The period in which a day lies."""
    months = MONTHS[frequency]
    return Period(frequency, date(day.year, (day.month - 1) // months * months + 1, 1))


def period_in(written: str, frequency: Frequency, field: str) -> Period:
    """The period that is written, such as 2026-03, 2026-Q1, 2026-S1 or 2026."""
    parts = _WRITTEN[frequency].fullmatch(written)
    if parts is None or not 2000 <= int(parts[1]) <= 2199:
        raise Refusal(RefusalCode.BAD_INPUT, field)
    first = (int(parts[2] or 1) - 1) * MONTHS[frequency] + 1
    return Period(frequency, date(int(parts[1]), first, 1))
