"""What tests of the ledger begin with."""

from collections.abc import AsyncIterator

import pytest_asyncio

from db.session import Database
from tests.conftest import Databases, Operator
from tests.ledger.scenes import Book
from tests.scenes import Pair, pair
from tests.wire import Wire
from tests.world import World


@pytest_asyncio.fixture
async def book(database: Database, operator: Operator) -> Book:
    """An empty ledger, nobody's so far."""
    return await Book(database, operator).open()


@pytest_asyncio.fixture(scope="module")
async def wire(databases: Databases, database_name: str) -> AsyncIterator[Wire]:
    async with Wire.to(databases.app_url(database_name)) as wire:
        yield wire


@pytest_asyncio.fixture(scope="module")
async def both(wire: Wire, operator: Operator) -> AsyncIterator[Pair]:
    """Two partners whose API stands behind the wire."""
    database = Database(wire.url)
    async with World.open(database, operator) as world:
        yield await pair(world, "INCIDENT", "IDENTITY", back=("OUTCOME",))
    await database.close()


@pytest_asyncio.fixture
async def empty(wire: Wire, book: Book) -> None:
    """An empty ledger, and a wire that is whole."""
    wire.mend()
