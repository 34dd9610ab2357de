"""What people write into cells: dates, times, numbers and choices, in Indonesian and in English.

What can mean two things is refused rather than guessed.
"""

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal, InvalidOperation
from typing import TypeVar

from domain.exchange.problem import ExchangeCode
from domain.exchange.table import Value

Choice = TypeVar("Choice")

WIB, WITA, WIT = (timezone(timedelta(hours=hours)) for hours in (7, 8, 9))
_ZONES = {"WIB": WIB, "WITA": WITA, "WIT": WIT, "Z": UTC, "UTC": UTC, "GMT": UTC}
_MONTHS = {
    name: number
    for number, names in enumerate(
        ("januari january jan", "februari february feb pebruari", "maret march mar",
         "april apr", "mei may", "juni june jun", "juli july jul", "agustus august agu aug agt",
         "september sep sept", "oktober october okt oct", "november nov nopember",
         "desember december des dec"), 1,
    )
    for name in names.split()
}  # fmt: skip
_TIME = r"(?:[ T,]+(?:pukul |jam )?(?P<hour>\d{1,2})[:.](?P<minute>\d{2})" \
        r"(?:[:.](?P<second>\d{2})(?:\.(?P<micro>\d{1,6}))?)?)?"  # fmt: skip
_ZONE = r"(?: ?(?P<zone>WIB|WITA|WIT|Z|UTC|GMT|[+-]\d{2}:?\d{2}))?"
_DAYS = r"(?:(?:senin|selasa|rabu|kamis|jum.?at|sabtu|minggu), *)?"
_WRITTEN = [
    re.compile(pattern + _TIME + _ZONE, re.IGNORECASE)
    for pattern in (
        r"(?P<year>\d{4})-(?P<month>\d{2})-(?P<day>\d{2})",
        r"(?P<day>\d{1,2})(?P<mark>[/.-])(?P<month>\d{1,2})(?P=mark)(?P<year>\d{4})",
        _DAYS + r"(?P<day>\d{1,2}) (?P<month>[a-z]{3,10})\.? (?P<year>\d{4})",
    )
]
_FIRST, _LAST = Decimal(20_000), Decimal(80_000)
"""Serial numbers of days as Excel counts them, from 1954 to 2119."""
_EPOCH = datetime(1899, 12, 30)
_LONGEST = 60
_NUMBER = re.compile(r"[+-]?\d+(?:[.,]\d+)*")
_GROUPED = re.compile(r"[+-]?\d{1,3}(?:([.,])\d{3})(?:\1\d{3})*")


class Unreadable(Exception):
    """A value that is not what its column holds."""

    def __init__(self, code: ExchangeCode) -> None:
        super().__init__(code)
        self.code = code


def text_in(value: Value) -> str:
    """The value as text: a number that a spreadsheet made of what looks like one, as it looks."""
    if isinstance(value, datetime):
        raise Unreadable(ExchangeCode.NOT_A_CHOICE)
    return format(value, "f") if isinstance(value, Decimal) else value


def moment_in(value: Value, *, end_of_day: bool = False) -> datetime:
    """A moment. Without a zone it is one of WIB; a day alone begins, or ends, with the day."""
    if isinstance(value, Decimal):
        if not _FIRST <= value <= _LAST:
            raise Unreadable(ExchangeCode.NOT_A_TIME)
        seconds = round(value % 1 * 86_400)
        moment = _EPOCH + timedelta(days=int(value), seconds=seconds)
        return _of_day(moment.date(), moment.time() if seconds else None, WIB, end_of_day)
    if isinstance(value, datetime):
        clock = value.time() if value.time() != time() else None
        return _of_day(value.date(), clock, WIB, end_of_day)
    if _FIRST.adjusted() + 1 <= len(value) <= 24 and re.fullmatch(r"\d{5}(?:[.,]\d+)?", value):
        return moment_in(Decimal(value.replace(",", ".")), end_of_day=end_of_day)
    written = " ".join(value.split())
    if len(written) <= _LONGEST:
        for pattern in _WRITTEN:
            if found := pattern.fullmatch(written):
                return _moment(found, end_of_day)
    raise Unreadable(ExchangeCode.NOT_A_TIME)


def number_in(value: Value) -> Decimal:
    """A number with a decimal comma or point; one mark before three digits might mean either."""
    if isinstance(value, Decimal):
        return value
    if isinstance(value, datetime) or not _NUMBER.fullmatch(value) or len(value) > _LONGEST:
        raise Unreadable(ExchangeCode.NOT_A_NUMBER)
    commas, points = value.count(","), value.count(".")
    if commas and points:
        decimal = max(",.", key=value.rfind)
        whole, _, rest = value.rpartition(decimal)
        if decimal in whole or not _GROUPED.fullmatch(whole):
            raise Unreadable(ExchangeCode.NOT_A_NUMBER)
        return _decimal(whole.replace(",", "").replace(".", "") + "." + rest)
    if commas + points > 1:
        if not _GROUPED.fullmatch(value):
            raise Unreadable(ExchangeCode.NOT_A_NUMBER)
        return _decimal(value.replace(",", "").replace(".", ""))
    if _GROUPED.fullmatch(value) and not value.lstrip("+-").startswith("0"):
        raise Unreadable(ExchangeCode.AMBIGUOUS_NUMBER)
    return _decimal(value.replace(",", "."))


def choice_in(value: Value, choices: Mapping[str, Choice]) -> Choice:
    """One of these words, however it is capitalised."""
    word = text_in(value).casefold().replace("_", " ")
    if word not in choices:
        raise Unreadable(ExchangeCode.NOT_A_CHOICE)
    return choices[word]


def number_out(value: Decimal) -> str:
    """A number as it is read again, never with three digits behind its only mark."""
    written = format(value.normalize() if value else Decimal(0), "f")
    return written + "0" if _GROUPED.fullmatch(written) else written


def _decimal(written: str) -> Decimal:
    try:
        return Decimal(written)
    except InvalidOperation:
        raise Unreadable(ExchangeCode.NOT_A_NUMBER) from None


def _moment(found: re.Match[str], end_of_day: bool) -> datetime:
    part = found.groupdict()
    month = part["month"]
    number = int(month) if month.isdecimal() else _MONTHS.get(month.casefold(), 0)
    try:
        day = date(int(part["year"]), number, int(part["day"]))
        clock = None
        if part["hour"] is not None:
            micro = int((part["micro"] or "0").ljust(6, "0"))
            second = int(part["second"] or 0)
            clock = time(int(part["hour"]), int(part["minute"]), second, micro)
        return _of_day(day, clock, _zone(part["zone"]), end_of_day)
    except (ValueError, OverflowError):
        raise Unreadable(ExchangeCode.NOT_A_TIME) from None


def _zone(written: str | None) -> timezone:
    if written is None:
        return WIB
    if known := _ZONES.get(written.upper()):
        return known
    hours, minutes = int(written[1:3]), int(written[-2:])
    offset = timedelta(hours=hours, minutes=minutes)
    return timezone(-offset if written[0] == "-" else offset)


def _of_day(day: date, clock: time | None, zone: timezone, end: bool) -> datetime:
    if clock is None:
        clock = time(23, 59) if end else time()
    try:
        return datetime.combine(day, clock, zone).astimezone(UTC)
    except OverflowError:
        raise Unreadable(ExchangeCode.NOT_A_TIME) from None
