"""How much a client may ask in a minute, over all replicas.

The budget is a bucket in the database that fills at a steady rate. A replica takes a twentieth of
it at a time and spends that without asking again, so that most requests cost no round trip, and two
replicas together cannot spend more than there is. What a refusal tells of the bucket is remembered
too: it fills no faster than that, so whoever goes on asking is refused without a round trip.
"""

import asyncio
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from math import inf
from uuid import UUID

from sqlalchemy import text

from auth.caller import Caller
from db.session import CallerUnknown, Database

# A crash may give back the points of the last half second; in exchange nobody waits for the disk.
_TAKE = text("""
    with entered as materialized (
      select access.enter(:client_id, :scopes, :statement_timeout_ms, :user_id, :grant_id, :bound)
        as organisation_id,
        set_config('synchronous_commit', 'off', true))
    select case when organisation_id = :organisation_id
      then coalesce(access.take_points(:points, :per_minute), 0) end
    from entered
""")
SHARE = 20
MOST_CLIENTS = 10_000
"""Clients whose prepaid points are remembered; the one longest unseen is forgotten first."""


@dataclass(slots=True)
class _Purse:
    points: float = 0
    bucket: float = inf
    """What was in the bucket at most, `seen_at` that time."""
    seen_at: float = 0
    filling: asyncio.Lock = field(default_factory=asyncio.Lock)
    """Requests that find it empty together wait for one of them to fill it."""

    def spend(self, cost: int) -> bool:
        enough = self.points >= cost
        if enough:
            self.points -= cost
        return enough


class RateLimiter:
    """Takes the points of an operation from its client's budget."""

    def __init__(
        self,
        database: Database,
        per_minute: int,
        *,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._database = database
        self._per_minute = per_minute
        self._clock = clock
        self._purses: OrderedDict[UUID, _Purse] = OrderedDict()

    async def take(self, caller: Caller | None, cost: int) -> float | None:
        """None when the operation may run; else the seconds to wait before trying again."""
        if caller is None or self._per_minute == 0:
            return None
        purse = self._purses.get(caller.client_id) or _Purse()
        self._purses[caller.client_id] = purse
        self._purses.move_to_end(caller.client_id)
        if len(self._purses) > MOST_CLIENTS:
            self._purses.popitem(last=False)
        if purse.spend(cost):
            return None
        async with purse.filling:
            if purse.spend(cost):
                return None
            # Perhaps a share is not there, but enough for this one.
            for wanted in (max(cost, self._per_minute // SHARE), cost):
                wait = self._lacking(purse, wanted) or await self._fetch(purse, caller, wanted)
                if wait is None:
                    purse.points += wanted - cost
                    return None
        return wait

    def _lacking(self, purse: _Purse, points: float) -> float | None:
        """The seconds until the bucket can hold so much, if by what we know it does not."""
        filled = purse.bucket + (self._clock() - purse.seen_at) * self._per_minute / 60
        lacking = min(points, self._per_minute) - filled
        return lacking * 60 / self._per_minute if lacking > 0 else None

    async def _fetch(self, purse: _Purse, caller: Caller, points: float) -> float | None:
        """Take points from the bucket in the database; else the seconds until they are there."""
        asked_at = self._clock()
        who = self._database.entering(caller) | {"organisation_id": caller.organisation_id}
        amounts = {"points": points, "per_minute": self._per_minute}
        wait: float | None = await self._database.at_once(_TAKE, who | amounts)
        if wait is None:
            raise CallerUnknown
        if wait == 0:
            return None
        purse.bucket = min(points, self._per_minute) - wait * self._per_minute / 60
        purse.seen_at = asked_at
        return wait
