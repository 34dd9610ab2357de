"""What tests of the ledger begin with."""

import pytest_asyncio

from db.session import Database
from tests.conftest import Operator
from tests.ledger.scenes import Book


@pytest_asyncio.fixture
async def book(database: Database, operator: Operator) -> Book:
    """An empty ledger, nobody's so far."""
    return await Book(database, operator).open()
