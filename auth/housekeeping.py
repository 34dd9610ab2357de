"""What must be done now and then, by whichever replica comes first: new keys, and old rows out.

A row goes some time after it has lost its meaning, so that whoever comes late is still told what
was wrong: a code used twice ends what was made of it a day later too. The security log is not
touched: what the server may not delete, nobody deletes by way of it.
"""

import logging

from sqlalchemy import text

from auth.keys import SigningKeys
from auth.settings import AuthSettings
from db.rounds import Rounds
from db.session import Database

INTERVAL = 60.0
BATCH = 500
MOST_BATCHES = 40
"""Of one table in one round: what is left waits a minute, and requests do not wait for it."""

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


class Housekeeping(Rounds):
    """Keeps house while the server runs."""

    doing = "housekeeping"

    def __init__(self, database: Database, keys: SigningKeys, settings: AuthSettings) -> None:
        super().__init__()
        self._database = database
        self._keys = keys
        self._key_days = settings.key_days

    async def once(self) -> dict[str, int]:
        """One round; how many rows of each table went."""
        if self._key_days:
            await self._keys.rotate_after(self._key_days)
        removed = {table: await self._empty(table) for table in _DELETE}
        if any(removed.values()):
            told = " ".join(f"{table}={count}" for table, count in removed.items() if count)
            log.info("old rows removed: %s", told)
        return removed

    async def _empty(self, table: str) -> int:
        """Remove what is old, a few rows a transaction, while no other replica does."""
        removed = 0
        for _ in range(MOST_BATCHES):
            if self.ending.is_set():
                break
            async with self._database.authority() as tx:
                if not await tx.scalar(_ONLY_ONE):
                    break
                count = int((await tx.execute(_DELETE[table])).rowcount)  # type: ignore[attr-defined]
            removed += count
            if count < BATCH:
                break
        return removed
