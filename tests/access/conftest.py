"""What the tests of access share: an API that takes large questions, and the owner's connection."""

from collections.abc import AsyncIterator
from typing import Any

import asyncpg
import pytest_asyncio

from db.session import Database
from tests.access.conditions import BASES, KEEPING
from tests.access.gallery import Gallery
from tests.access.laboratory import Laboratory
from tests.access.probes import KEPT, Probes, install
from tests.access.probes_kept import kept
from tests.access.probes_ledger import keep, ledger
from tests.access.probes_reading import reading
from tests.access.probes_told import told
from tests.access.probes_viewing import viewing
from tests.access.probes_writing import privileges, writing
from tests.access.store import store
from tests.access.store_cases import root_key
from tests.access.strategies import today
from tests.conftest import Databases, Operator
from tests.world import SETTINGS, World

LARGE = {"query_cost": 1_000_000}
SMALL: dict[str, Any] = {"chains": (), "conditions": (*BASES, *KEEPING)}
"""Emergencies, what is passed on, and how content ends, have laboratories of their own."""


@pytest_asyncio.fixture(scope="module")
async def api(database: Database, operator: Operator) -> AsyncIterator[World]:
    """The real endpoint, with nothing changed but what one question may cost."""
    settings = type(SETTINGS)(_env_file=None, **{**dict(SETTINGS), **LARGE})  # type: ignore[arg-type]
    async with World.open(database, operator, settings) as world:
        yield world


@pytest_asyncio.fixture(scope="module")
async def owner(databases: Databases, database_name: str) -> AsyncIterator[asyncpg.Connection]:
    """The module's database as its owner has it, before whom no policy stands."""
    connection = await asyncpg.connect(databases.owner_url(database_name))
    yield connection
    await connection.close()


@pytest_asyncio.fixture(scope="module")
async def laboratory(owner: asyncpg.Connection) -> AsyncIterator[Laboratory]:
    gallery = Gallery(today(), **SMALL)
    world = gallery.world()
    await store(owner, world)
    await keep(owner, gallery)
    clients = {token.client for token in world.tokens}
    await owner.execute(
        "insert into rate_budget select c, 1, now() from unnest($1::uuid[]) c", clients
    )
    columns = await owner.fetch(
        "select relname, array_agg(attname::text) from pg_attribute a"
        " join pg_class c on c.oid = attrelid where relnamespace = 'public'::regnamespace"
        " and attnum > 0 and not attisdropped group by 1"
    )
    probes = Probes(gallery, world, await root_key(owner))
    reading(probes)
    writing(probes)
    ledger(probes)
    kept(probes)
    told(probes)
    viewing(probes)
    privileges(probes, {row[0]: row[1] for row in columns})
    await install(owner, probes.all)
    await owner.execute("analyze")
    await owner.execute(
        f"update lab.probe p set expected = lab.outcome(p) where expected = '{KEPT}'"
    )
    yield Laboratory(owner, cheap={probe.about for probe in probes.all})
