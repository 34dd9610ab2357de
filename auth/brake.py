"""The brake: how often somebody may try, over all replicas.

An allowance is a bucket in the database that fills at a steady rate (`access.draw`). Its key is a
hash under a key of ours, so the table names nobody.

Nobody can use up the allowance of another from afar: before a client has shown who it is, what is
counted is its name *together with* the address it is named from. Only what it does after that is
counted against the client itself.
"""

import ipaddress
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from auth import events
from auth.events import EventKind
from auth.sealing import derived, keyed_hash
from auth.settings import AuthSettings
from db.client import Client
from db.session import Database

ADDRESS_FACTOR = 4
"""One address may be a whole office behind one router: it gets so many times a client's share."""
EVENT_MINUTES = 5
"""An event for whom it concerns at most this often, however many requests are turned away."""

_DRAW = text("select access.draw(:key, :most, :per_minute, :cost)")
# What is left of allowances that only failures draw from: nothing is written to know it.
_SPENT = text("""
    select max((1 - left_now) * 60 / per_minute) from (
      select per_minute, least(most, points
          + extract(epoch from greatest(now() - filled_at, '0'))::float8 * per_minute / 60)
        as left_now
      from unnest(cast(:keys as bytea[]), cast(:most as float8[]), cast(:per_minute as float8[]))
        as wanted (key, most, per_minute)
      join allowance using (key)) as found
    where left_now < 1
""")

log = logging.getLogger(__name__)


class SlowDown(Exception):
    """Too many attempts; nothing is looked at until this many seconds have passed."""

    def __init__(self, seconds: int) -> None:
        super().__init__(f"try again in {seconds} seconds")
        self.seconds = seconds


@dataclass(frozen=True, slots=True)
class _Allowance:
    key: bytes
    most: float
    per_minute: float
    cost: float = 1


class Brake:
    """Allowances of clients, addresses and whoever signs in. One object a process."""

    def __init__(self, database: Database, settings: AuthSettings) -> None:
        self._database = database
        self._key = derived(settings.key_encryption_key, "allowance")
        self._requests = settings.token_requests_per_minute
        self._failures = settings.failures_per_minute

    async def token_request(self, client_key: str | None, address: str | None) -> None:
        """Before anything is compared: SlowDown when this address asks too often, for this client
        or at all, or named wrong secrets. A key that is not even well formed is None."""
        network = network_of(address)
        async with self._database.authority() as tx:
            wait = await self._drawn(tx, self._asked(client_key, network))
            if wait is None:
                wait = await self._spent(tx, self._failed(client_key, network))
            if wait is not None:
                await self._tell(tx, client_key, network)
        self._refuse(wait)

    async def authenticated(self, client_key: str) -> None:
        """After a client has shown who it is: SlowDown when it asks too often, from wherever."""
        async with self._database.authority() as tx:
            wanted = [self._allowance("client", client_key, self._requests)]
            wait = await self._drawn(tx, wanted if self._requests else [])
            if wait is not None:
                await self._tell(tx, client_key, None)
        self._refuse(wait)

    async def failed(self, client_key: str | None, address: str | None) -> None:
        """A wrong secret, or an unknown client: the two are counted alike."""
        async with self._database.authority() as tx:
            await self._drawn(tx, self._failed(client_key, network_of(address)))

    async def draw(
        self, what: str, key: str, *, most: float, per_minute: float, cost: float = 1
    ) -> float | None:
        """Draw from any other allowance: None when there was enough, else the seconds until then.

        What is asked before it is known who asks must be keyed so that nobody can draw from
        another's (see above).
        """
        if not self._failures:
            return None
        async with self._database.authority() as tx:
            return await self._drawn(
                tx, [_Allowance(self._hash(what, key), most, per_minute, cost)]
            )

    def _asked(self, client_key: str | None, network: str) -> list[_Allowance]:
        if not self._requests:
            return []
        return [
            self._allowance("address", network, self._requests * ADDRESS_FACTOR),
            self._allowance("client at address", f"{client_key} {network}", self._requests),
        ]

    def _failed(self, client_key: str | None, network: str) -> list[_Allowance]:
        if not self._failures:
            return []
        return [
            self._allowance("failed address", network, self._failures * ADDRESS_FACTOR),
            self._allowance("failed client", f"{client_key} {network}", self._failures),
        ]

    def _allowance(self, what: str, key: str, per_minute: float) -> _Allowance:
        """A minute's worth may be drawn at once."""
        return _Allowance(self._hash(what, key), per_minute, per_minute)

    def _hash(self, what: str, key: str) -> bytes:
        return keyed_hash(self._key, f"{what}\n{key}")

    async def _drawn(self, tx: AsyncSession, wanted: Sequence[_Allowance]) -> float | None:
        """Draw from one after the other, as far as there is enough: whoever is refused by the
        first makes no rows of the next. All keep to one order, so none waits for another."""
        for one in wanted:
            values = {"key": one.key, "most": one.most, "per_minute": one.per_minute}
            wait: float | None = await tx.scalar(_DRAW, values | {"cost": one.cost})
            if wait is not None:
                return wait
        return None

    async def _spent(self, tx: AsyncSession, wanted: Sequence[_Allowance]) -> float | None:
        wait: float | None = await tx.scalar(_SPENT, _columns(wanted)) if wanted else None
        return wait

    async def _tell(self, tx: AsyncSession, client_key: str | None, network: str | None) -> None:
        """Write it down once in a while, for the organisation of the client if there is one."""
        found = None
        if client_key is not None:
            query = select(Client.id, Client.organisation_id).where(Client.key == client_key)
            found = (await tx.execute(query)).one_or_none()
        # Names that nobody has are made up at no cost, so they share the allowance of the address.
        whose = f"client {client_key}" if found else f"address {network}"
        once = _Allowance(self._hash("slowed down", whose), 1, 1 / EVENT_MINUTES)
        if await self._drawn(tx, [once]) is None:
            log.warning("slowed down: client=%s address=%s", client_key if found else None, network)
            await events.record(
                tx,
                EventKind.SLOWED_DOWN,
                organisation_id=found.organisation_id if found else None,
                client_id=found.id if found else None,
                address=network or None,
            )

    def _refuse(self, wait: float | None) -> None:
        if wait is not None:
            raise SlowDown(max(1, ceil(wait)))


def _columns(wanted: Sequence[_Allowance]) -> dict[str, list[bytes] | list[float]]:
    return {
        "keys": [one.key for one in wanted],
        "most": [one.most for one in wanted],
        "per_minute": [one.per_minute for one in wanted],
    }


def network_of(address: str | None) -> str:
    """Whoever has one address of IPv6 has the 2^64 beside it; what is no address is all one."""
    try:
        found = ipaddress.ip_address((address or "").partition("%")[0])
    except ValueError:
        return ""
    if isinstance(found, ipaddress.IPv6Address):
        if found.ipv4_mapped is not None:
            return str(found.ipv4_mapped)
        return str(ipaddress.IPv6Network((found, 64), strict=False))
    return str(found)
