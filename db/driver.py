"""Single statements in the driver's own words, on connections of SQLAlchemy's pool.

Taking a connection from that pool and giving it back costs a third of what the driver does for a
statement, and a greenlet each time. So a few are kept at hand, the one used last on top; what they
hold counts as taken, and the pool stays the only one who opens and closes.
"""

from collections.abc import Sequence
from typing import Any

import asyncpg
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlalchemy.util import greenlet_spawn


class Driver:
    """The connections at hand."""

    def __init__(self, engine: AsyncEngine, seconds: float, most: int) -> None:
        self._engine, self._seconds, self._most = engine, seconds, most
        self._at_hand: list[tuple[Any, Any]] = []
        """As the pool has them, and as the driver."""

    async def fetch_row(self, statement: str, values: Sequence[Any]) -> Any:
        """The row of a statement that is a transaction by itself; errors are the driver's."""
        pooled, driver = await self._taken()
        try:
            record = await driver.fetchrow(statement, *values, timeout=self._seconds)
        except asyncpg.PostgresError:
            await self._give_back(pooled, driver)
            raise
        except BaseException:  # nobody knows in what state the driver is
            await greenlet_spawn(_lose, pooled)
            raise
        await self._give_back(pooled, driver)
        return record

    async def close(self) -> None:
        while self._at_hand:
            pooled, _ = self._at_hand.pop()
            await greenlet_spawn(pooled.close)

    async def _taken(self) -> tuple[Any, Any]:
        while True:
            if self._at_hand:
                pooled, driver = self._at_hand.pop()
            else:
                pooled = await greenlet_spawn(self._engine.sync_engine.raw_connection)
                driver = pooled.driver_connection
            if not driver.is_closed():
                return pooled, driver
            await greenlet_spawn(_lose, pooled)  # it died while idle

    async def _give_back(self, pooled: Any, driver: Any) -> None:
        if driver.is_closed():
            await greenlet_spawn(_lose, pooled)
        elif len(self._at_hand) < self._most:
            self._at_hand.append((pooled, driver))
        else:
            await greenlet_spawn(pooled.close)


def _lose(pooled: Any) -> None:
    """Give back a connection that nobody can use any more."""
    pooled.invalidate()
    pooled.close()
