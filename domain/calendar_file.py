"""A calendar as a file: iCalendar (RFC 5545, RFC 7986).

The same entries make the same bytes: what stands in place of the time of writing is when an entry
last changed, so that a calendar program that asks again is told that nothing did.
"""

import hashlib
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from icalendar import Alarm, Event

JAKARTA = ZoneInfo("Asia/Jakarta")
REFRESH = timedelta(hours=1)
_FORM = 1
"""Another number, whenever the same entries are written otherwise."""
_MORNING = timedelta(hours=9)


class EntryState(StrEnum):
    """Whether something takes place (RFC 5545 section 3.8.1.11)."""

    TENTATIVE = "TENTATIVE"
    CONFIRMED = "CONFIRMED"
    CANCELLED = "CANCELLED"


@dataclass(frozen=True, slots=True)
class Entry:
    """Something that stands in a calendar: a title and a time, and no more of what it is about."""

    key: str
    """What it is, the same for ever: calendar programs know it again by this."""
    title: str
    starts: datetime | date
    created_at: datetime
    changed_at: datetime
    ends: datetime | None = None
    state: EntryState = EntryState.CONFIRMED
    remind_days: tuple[int, ...] = ()
    """How many days before its day it is reminded of, in the morning."""


def tag_of(entries: list[Entry]) -> str:
    """What changes when the file would: told without writing it."""
    return hashlib.sha256(repr((_FORM, entries)).encode()).hexdigest()


def written(entries: list[Entry], host: str) -> bytes:
    """The file, for a calendar program."""
    from icalendar import Calendar  # most processes never need it

    calendar = Calendar()
    calendar.add("prodid", "-//Rangkul//Kalender//ID")
    calendar.add("version", "2.0")
    calendar.add("name", "Rangkul")
    calendar.add("x-wr-calname", "Rangkul")
    calendar.add("refresh-interval", REFRESH, parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", "PT1H")
    for entry in entries:
        calendar.add_component(_event(entry, host))
    calendar.add_missing_timezones()
    file: bytes = calendar.to_ical()
    return file


def _event(entry: Entry, host: str) -> "Event":
    from icalendar import Event

    event = Event()
    event.add("uid", f"{entry.key}@{host}")
    event.add("dtstamp", entry.changed_at)
    event.add("created", entry.created_at)
    event.add("last-modified", entry.changed_at)
    # Grows with every change, as revisions must; nobody counts them.
    seconds = (entry.changed_at - entry.created_at).total_seconds()
    event.add("sequence", max(0, int(seconds)))
    event.add("summary", entry.title)
    event.add("status", entry.state.value)
    event.add("class", "PRIVATE")
    event.add("dtstart", _local(entry.starts))
    if entry.ends is not None:
        event.add("dtend", _local(entry.ends))
    else:
        event.add("transp", "TRANSPARENT")  # a day something is due is not a day that is taken
    if entry.state is not EntryState.CANCELLED:
        for days in entry.remind_days:
            event.add_component(_alarm(entry.title, days))
    return event


def _local(moment: datetime | date) -> datetime | date:
    return moment.astimezone(JAKARTA) if isinstance(moment, datetime) else moment


def _alarm(title: str, days: int) -> "Alarm":
    from icalendar import Alarm

    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", title)
    alarm.add("trigger", _MORNING - timedelta(days=days))
    return alarm
