"""When things happened: from a distance in time to moments at which people really work."""

import random
from collections.abc import Sequence
from datetime import datetime, timedelta

from api.seed.cast import WIB
from api.seed.fates import Fate, pace
from db.enums import Urgency

NIGHT_AND_DAY = ("POLICE_PPA", "HOSPITAL", "UPTD_PPA")
"""Types of organisation that also work at night and on Sundays."""
_UNITS = {"m": 60, "h": 3_600, "d": 86_400}


def back(ago: str) -> timedelta:
    """How long ago: ``25m``, ``5h`` or ``38d``."""
    return timedelta(seconds=int(ago[:-1]) * _UNITS[ago[-1]])


def office_hours(moment: datetime, type: str, draw: random.Random) -> datetime:
    """The moment itself, or the next morning when nobody of that type is at work."""
    if type in NIGHT_AND_DAY:
        return moment
    return next_working_hour(moment, draw.randint(1, 59), draw.randint(0, 59))


def next_working_hour(moment: datetime, minute: int, second: int = 0) -> datetime:
    """The moment itself, or soon after eight on the next working day."""
    local = moment.astimezone(WIB)
    if local.hour >= 16:
        local = local.replace(hour=0) + timedelta(days=1)
    while local.weekday() >= 5:
        local = local.replace(hour=0) + timedelta(days=1)
    if local.hour < 8:
        local = local.replace(hour=8, minute=minute, second=second)
    return local


def first_moment(
    now: datetime, limit: datetime, ago: str, type: str, draw: random.Random
) -> datetime:
    """When a handoff was written: about so long ago, and at a likely hour if that is days ago.

    Where waiting for a working day went beyond what the agreement allowed, some days earlier.
    """
    unit = timedelta(seconds=_UNITS[ago[-1]])
    moment = now - back(ago) - unit * draw.uniform(0, 0.2)
    if ago.endswith("d") and int(ago[:-1]) > 2:
        likely = moment.astimezone(WIB).replace(
            hour=draw.randint(8, 15), minute=draw.randint(0, 59), second=draw.randint(0, 59)
        )
        moment = office_hours(likely, type, draw)
    while limit < now and (moment > limit - timedelta(days=1) or moment.weekday() >= 5):
        moment -= timedelta(days=1)
    return moment


def moments(
    fate: Fate,
    urgency: Urgency,
    start: datetime,
    limit: datetime,
    types: Sequence[str],
    draw: random.Random,
) -> list[datetime]:
    """One moment for each step, each after the one before it and none after ``limit``.

    ``types`` says what kind of organisation takes each step.
    """
    gaps = [draw.uniform(*pace(step, urgency)) for step in fate.steps[1:]]
    room = (limit - start).total_seconds() / 3_600 * 0.93
    squeeze = min(1.0, room / sum(gaps)) if gaps else 1.0
    at, taken = start, [start]
    for gap, type in zip(gaps, types[1:], strict=True):
        at += timedelta(hours=gap * squeeze)
        if squeeze == 1.0:
            awake = office_hours(at, type, draw)
            at = awake if awake < limit else at
        taken.append(at)
    return _not_after(taken, limit)


def _not_after(taken: list[datetime], limit: datetime) -> list[datetime]:
    """The same moments, pressed together where waiting for mornings went beyond the limit."""
    late = (taken[-1] - limit).total_seconds()
    if late <= 0:
        return taken
    start, whole = taken[0], (taken[-1] - taken[0]).total_seconds()
    share = (limit - start).total_seconds() / whole
    return [start + (moment - start) * share for moment in taken]
