"""What may be seen once only: ids of proofs and assertions, over all replicas."""

import hashlib

from sqlalchemy import text

from db.session import Database

# The commit waits for no disk: a crash can lose the ids of its last half second, and what they
# belong to would have to come again within its minute of life. In exchange every request is spared
# the wait. The setting lives as long as this transaction.
_SEEN = text("""
    with hasty as (select set_config('synchronous_commit', 'off', true))
    insert into used_once (key, expires_at)
    select :key, clock_timestamp() + make_interval(secs => :seconds) from hasty
    on conflict on constraint used_once_pkey do nothing
    returning 1
""")


async def first_time(database: Database, *what: str, seconds: int) -> bool:
    """Whether this comes for the first time; it is remembered for so many seconds.

    Of two that come at once, to whichever replica, one is the first: the row decides. Kept is a
    hash, so that the size of a row is ours to choose.
    """
    digest = hashlib.sha256()
    for part in what:
        encoded = part.encode("utf-8", "surrogatepass")
        digest.update(len(encoded).to_bytes(8, "big") + encoded)
    async with database.authority() as tx:
        values = {"key": digest.digest(), "seconds": seconds}
        return (await tx.execute(_SEEN, values)).first() is not None
