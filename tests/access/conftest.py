"""What the tests of access share: an API that takes large questions, and the owner's connection."""

from collections.abc import AsyncIterator

import asyncpg
import pytest_asyncio

from db.session import Database
from tests.conftest import Databases, Operator
from tests.world import SETTINGS, World

LARGE = {"query_cost": 1_000_000}


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
