"""One seeded world for all that is asked twice."""

from collections.abc import AsyncIterator

import pytest_asyncio

from api.seed import seed
from db.session import Database
from tests.conftest import Databases
from tests.plans.stage import Stage, stage
from tests.world import World


@pytest_asyncio.fixture(scope="module")
async def here(
    databases: Databases, database_name: str, database: Database, world: World
) -> AsyncIterator[Stage]:
    made = await seed(databases.owner_url(database_name), database, lambda _: None)
    async with stage(world, made) as here:
        yield here
