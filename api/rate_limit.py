"""How much a client may ask in a minute, over all replicas.

The budget is a bucket in the database that fills at a steady rate. A replica takes a twentieth of
it at a time and spends that without asking again, so that most requests cost no round trip, and two
replicas together cannot spend more than there is.
"""

from collections import OrderedDict
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import text

from auth.caller import Caller
from db.session import Database

_TAKE = text("select access.take_points(:points, :per_minute)")
SHARE = 20
MOST_CLIENTS = 10_000
"""Clients whose prepaid points are remembered; the one longest unseen is forgotten first."""


@dataclass(slots=True)
class _Purse:
    points: float


class RateLimiter:
    """Takes the points of an operation from its client's budget."""

    def __init__(self, database: Database, per_minute: int) -> None:
        self._database = database
        self._per_minute = per_minute
        self._purses: OrderedDict[UUID, _Purse] = OrderedDict()

    async def take(self, caller: Caller | None, cost: int) -> float | None:
        """None when the operation may run; else the seconds to wait before trying again."""
        if caller is None or self._per_minute == 0:
            return None
        purse = self._purses.setdefault(caller.client_id, _Purse(0))
        self._purses.move_to_end(caller.client_id)
        while len(self._purses) > MOST_CLIENTS:
            self._purses.popitem(last=False)
        if purse.points >= cost:
            purse.points -= cost
            return None
        wanted = max(cost, self._per_minute // SHARE)
        wait = await self._fetch(caller, wanted)
        if wait is not None and wanted > cost:
            wanted = cost  # a share is not there, but perhaps enough for this one
            wait = await self._fetch(caller, wanted)
        if wait is None:
            purse.points += wanted - cost
        return wait

    async def _fetch(self, caller: Caller, points: float) -> float | None:
        """Take points from the bucket in the database; else the seconds until they are there."""
        async with self._database.transaction(caller) as tx:
            values = {"points": points, "per_minute": self._per_minute}
            wait: float | None = await tx.scalar(_TAKE, values)
        return wait
