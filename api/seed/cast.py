"""Everyone who acts while the world is being seeded, and how they act: through the real rules.

Each organisation gets a client without a secret for as long as the seeding lasts. Nobody can sign
in with it, and that it exists says that the seeding has not finished.
"""

import asyncio
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta, timezone
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from api.seed.organisations import KPAI, ORGANISATIONS, Org
from auth.caller import Caller
from auth.scopes import KPAI_ONLY, Scope
from db.client import Client
from db.ids import encode, new_id
from db.session import Database
from db.transaction import Transaction
from domain import organisation
from domain.checks import Ref

KPAI_ID = UUID("019abc00-0000-7000-8000-000000000001")
WIB = timezone(timedelta(hours=7), "WIB")
UNFINISHED = "seed-"
"""How the keys of the passing clients begin."""
_AT_ONCE = 4


@dataclass
class Cast:
    """The organisations by their short keys, and the clock of the seeded world."""

    database: Database
    now: datetime = field(default_factory=lambda: datetime.now(UTC))
    callers: dict[str, Caller] = field(default_factory=dict)
    ids: dict[str, UUID] = field(default_factory=lambda: {KPAI: KPAI_ID})
    mous: dict[str, Ref] = field(default_factory=dict)
    inquiries: dict[str, Ref] = field(default_factory=dict)
    activities: dict[str, Ref] = field(default_factory=dict)
    """By their titles."""
    _turn: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(_AT_ONCE))

    def ref(self, key: str) -> Ref:
        return Ref(encode("organisation", self.ids[key]))

    def day(self, distance: int) -> date:
        """The date so many days from today, where KPAI sits."""
        return self.now.astimezone(WIB).date() + timedelta(days=distance)

    def at(self, distance: int, hour: float = 9.0) -> datetime:
        """That day at an hour of WIB."""
        midnight = datetime.combine(self.day(distance), datetime.min.time(), WIB)
        return midnight + timedelta(hours=hour)

    def workday(self, distance: int) -> int:
        """The same distance, or a day or two less when nobody signs papers on that day."""
        return distance - max(0, self.day(distance).weekday() - 4)

    @asynccontextmanager
    async def acting(self, key: str) -> AsyncIterator[tuple[Transaction, Caller]]:
        """A transaction of this organisation; a few run at the same time."""
        caller = self.callers[key]
        async with self._turn, self.database.transaction(caller) as tx:
            yield tx, caller


async def gather(database: Database, owner: AsyncEngine) -> Cast:
    """Let KPAI register the others, and give each a client of its own for now."""
    cast = Cast(database)
    await _hire(cast, owner, [KPAI])
    async with cast.acting(KPAI) as (tx, caller):
        for org in ORGANISATIONS:
            registered = await organisation.register(tx, caller, _registration(cast, org))
            cast.ids[org.key] = registered.id
    await _hire(cast, owner, [org.key for org in ORGANISATIONS])
    return cast


def _registration(cast: Cast, org: Org) -> organisation.NewOrganisation:
    return organisation.NewOrganisation(
        type=org.type,
        name=org.name,
        short_name=org.short,
        region_code=org.region,
        parent_id=cast.ref(org.parent) if org.parent else None,
    )


async def _hire(cast: Cast, owner: AsyncEngine, keys: list[str]) -> None:
    clients = {
        key: Client(
            id=new_id(),
            key=f"{UNFINISHED}{key}-{secrets.token_hex(4)}",
            organisation_id=cast.ids[key],
            name="Seeding in progress",
            scopes=[scope.value for scope in Scope if key == KPAI or scope not in KPAI_ONLY],
        )
        for key in keys
    }
    async with AsyncSession(owner, expire_on_commit=False) as tx:
        tx.add_all(clients.values())
        await tx.commit()
    for key, client in clients.items():
        cast.callers[key] = Caller(client.organisation_id, client.id, client.key, frozenset(Scope))
