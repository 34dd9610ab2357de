"""What must be done now and then, by whichever replica comes first: new keys, and old rows out.

A row goes some time after it has lost its meaning, so that whoever comes late is still told what
was wrong: a code used twice ends what was made of it a day later too. The security log is not
touched: what the server may not delete, nobody deletes by way of it.
"""

import asyncio
import logging
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from sqlalchemy import text

from auth.keys import SigningKeys
from auth.settings import AuthSettings
from db.session import Database, DatabaseAway

INTERVAL = 60.0
BATCH = 500
MOST_BATCHES = 40
"""Of one table in one round: what is left waits a minute, and requests do not wait for it."""
LAST_WORDS = 5.0
"""Seconds a batch has to end when the server stops; it is undone if it takes longer."""

_ONLY_ONE = text("select pg_try_advisory_xact_lock(7264857)")
_OLD = {
    "used_once": ("key", "expires_at < now()"),
    "allowance": ("key", "full_at < now()"),
    "ticket": ("hash", "expires_at < now() - interval '1 day'"),
    "device_request": ("hash", "expires_at < now() - interval '1 day'"),
    "refresh_token": ("hash", "expires_at < now() - interval '1 day'"),
    # With what still hangs on it, which is over as well by then.
    "oauth_grant": ("id", "expires_at < now() - interval '7 days'"),
    # Kept for a while, so that people see where they were signed in.
    "session": (
        "id",
        "coalesce(ended_at, expires_at) < now() - interval '90 days'"
        " and not exists (select from oauth_grant g where g.session_id = session.id)",
    ),
}
_DELETE = {
    table: text(
        f"delete from {table} where {key} in (select {key} from {table} where {old}"  # noqa: S608
        f" limit {BATCH} for update skip locked)"
    )
    for table, (key, old) in _OLD.items()
}

log = logging.getLogger(__name__)


class Housekeeping:
    """Keeps house while the server runs. One object a process."""

    def __init__(self, database: Database, keys: SigningKeys, settings: AuthSettings) -> None:
        self._database = database
        self._keys = keys
        self._key_days = settings.key_days
        self._ending = asyncio.Event()

    @asynccontextmanager
    async def running(self, interval: float = INTERVAL) -> AsyncIterator[None]:
        """Keep house as long as this lasts; a batch that runs at its end may still finish."""
        task = asyncio.create_task(self._forever(interval))
        try:
            yield
        finally:
            self._ending.set()
            _, late = await asyncio.wait([task], timeout=LAST_WORDS)
            for one in late:
                one.cancel()
                with suppress(asyncio.CancelledError):
                    await one

    async def once(self) -> dict[str, int]:
        """One round; how many rows of each table went."""
        if self._key_days:
            await self._keys.rotate_after(self._key_days)
        removed = {table: await self._empty(table) for table in _DELETE}
        if any(removed.values()):
            told = " ".join(f"{table}={count}" for table, count in removed.items() if count)
            log.info("old rows removed: %s", told)
        return removed

    async def _forever(self, interval: float) -> None:
        """Replicas that start together begin apart. Whatever goes wrong, there is a next time."""
        wait = random.uniform(0, interval)  # noqa: S311
        while not await self._over(wait):
            try:
                await self.once()
            except DatabaseAway:
                log.warning("housekeeping waits: the database is away")
            except Exception:
                log.exception("housekeeping failed")
            wait = interval

    async def _over(self, seconds: float) -> bool:
        """Wait so long, or until the server stops; whether it does."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self._ending.wait(), seconds)
        return self._ending.is_set()

    async def _empty(self, table: str) -> int:
        """Remove what is old, a few rows a transaction, while no other replica does."""
        removed = 0
        for _ in range(MOST_BATCHES):
            if self._ending.is_set():
                break
            async with self._database.authority() as tx:
                if not await tx.scalar(_ONLY_ONE):
                    break
                count = int((await tx.execute(_DELETE[table])).rowcount)  # type: ignore[attr-defined]
            removed += count
            if count < BATCH:
                break
        return removed
