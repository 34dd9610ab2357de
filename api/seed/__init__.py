"""The seeded world: organisations, agreements, cases and meetings to try Rangkul with.

Everything that has a life is played through the real rules as the organisations themselves, so no
state is there that could not be reached; then the whole is dated back. The clients to try it with
are made in the same transaction as the dates: where there is one, the seeding has finished.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, create_async_engine

from api.seed import (
    advocacy,
    ageing,
    education,
    findings,
    meeting,
    play_agreements,
    play_handoffs,
    play_meetings,
    results,
    statistics,
    visits,
)
from api.seed import cast as casting
from api.seed.ageing_agreements import age_agreements
from api.seed.ageing_receipts import age_receipts
from api.seed.cast import UNFINISHED, Cast
from api.seed.clients import ROLES
from api.seed.organisations import DISSOLVED, KPAI
from api.seed.people import DemoPerson, settle
from auth import clients
from db.client import Client
from db.organisation import Organisation
from db.session import Database, async_url
from domain import organisation

_DEMO = "demo-"
"""How the keys of the clients begin that people try the world with."""
_DISSOLVED_DAY = -38


class SeedRefused(Exception):
    """The database cannot be seeded; the message says why and what to do."""


@dataclass(frozen=True)
class DemoClient:
    """A client to try the world with. Its secret is known only here."""

    organisation: str
    client_id: str
    client_secret: str = field(repr=False)
    scopes: list[str]


@dataclass(frozen=True)
class Seeded:
    """As whom the world can be tried: programs, people, and the portal where people sign in."""

    clients: list[DemoClient]
    people: list[DemoPerson]
    portal: str


async def is_seeded(owner_url: str) -> bool:
    """Whether a seeding of this database has finished."""
    engine = create_async_engine(async_url(owner_url))
    try:
        async with AsyncSession(engine) as tx:
            return await _has_client(tx, _DEMO)
    finally:
        await engine.dispose()


async def seed(owner_url: str, database: Database, progress: Callable[[str], None]) -> Seeded:
    """Fill an empty, migrated database. ``owner_url`` names a role that row security lets pass."""
    owner = create_async_engine(async_url(owner_url))
    try:
        await _may_begin(owner)
        cast = await casting.gather(database, owner)
        progress(f"{len(cast.ids)} organisations")
        await play_agreements.conclude_all(cast)
        progress(f"{len(cast.mous)} agreements")
        asked = await play_meetings.ask_all(cast)
        progress(f"{len(asked)} inquiries")
        played, held = await asyncio.gather(
            play_handoffs.hand_over_all(cast), play_meetings.hold_all(cast)
        )
        progress(f"{len(played)} handoffs")
        await meeting.play(cast)
        campaign, *_ = await asyncio.gather(
            education.play(cast),
            visits.play(cast),
            findings.play(cast),
            advocacy.play(cast),
            results.play(cast),
        )
        held.append(campaign)
        progress(f"{len(held)} joint activities")
        await play_agreements.end_some(cast)
        async with cast.acting(KPAI) as (tx, caller):
            await organisation.dissolve(tx, caller, cast.ref(DISSOLVED))
        async with AsyncSession(owner, expire_on_commit=False) as tx:
            await ageing.age_organisations(tx, cast, DISSOLVED, _DISSOLVED_DAY)
            await age_agreements(tx, cast)
            await ageing.age_handoffs(tx, played)
            await ageing.age_meetings(tx, asked, held)
            await age_receipts(tx, database.info["custody"])
            people, portal = await settle(tx, cast)
            made = Seeded(await _finish(tx, cast), people, portal)
            await tx.commit()
        released = await statistics.play(owner)
        progress(f"{released} periods of statistics")
        progress(f"{len(made.clients)} clients and {len(people)} people to try it with")
        async with owner.connect() as connection:
            await connection.execution_options(isolation_level="AUTOCOMMIT")
            await connection.execute(text("analyze"))
        return made
    finally:
        await owner.dispose()


async def _may_begin(owner: AsyncEngine) -> None:
    async with AsyncSession(owner) as tx:
        free = await tx.scalar(
            text("select rolsuper or rolbypassrls from pg_roles where rolname = current_user")
        )
        if not free:
            raise SeedRefused("Seeding needs a role that row-level security lets pass.")
        if await _has_client(tx, UNFINISHED):
            raise SeedRefused(
                "An earlier seeding did not finish. Start again with a fresh database (--fresh)."
            )
        if await tx.scalar(select(Organisation.id).where(Organisation.type != "KPAI").limit(1)):
            raise SeedRefused("The database holds organisations already; only an empty one can be"
                              " seeded.")  # fmt: skip


async def _has_client(tx: AsyncSession, prefix: str) -> bool:
    named = select(Client.id).where(Client.key.startswith(prefix, autoescape=True)).limit(1)
    return await tx.scalar(named) is not None


async def _finish(tx: AsyncSession, cast: Cast) -> list[DemoClient]:
    """Make the clients that stay, and take away those that were only for the seeding."""
    await tx.execute(
        text("delete from client where key like :prefix"), {"prefix": f"{UNFINISHED}%"}
    )
    made = []
    for role in ROLES:
        id = cast.ids[role.org]
        client = await clients.create(tx, name=role.name, organisation_id=id, scopes=role.scopes)
        name = await tx.scalar(select(Organisation.name).where(Organisation.id == id))
        scopes = sorted(scope.value for scope in role.scopes)
        made.append(DemoClient(name or role.org, client.key, client.secret or "", scopes))
    return made
