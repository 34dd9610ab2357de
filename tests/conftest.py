"""Tests talk to a real PostgreSQL, migrated by Alembic, as the API's role, through the real API.

By default that is the embedded PostgreSQL; TEST_DATABASE_URL names another one (its role must be
able to create databases and roles). Every test module works in a database of its own, cloned from
a migrated template.
"""

import asyncio
import os
import secrets
import tempfile
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path

import asyncpg
import pytest
import pytest_asyncio
from sqlalchemy.engine import URL, make_url
from sqlalchemy.ext.asyncio import AsyncSession, create_async_engine

from db.embedded import EmbeddedPostgres
from db.migrate import migrate
from db.session import Database, async_url
from db.vault import Vault
from tests.world import SETTINGS, World

Operator = Callable[[], AbstractAsyncContextManager[AsyncSession]]


class Databases:
    """The server under test: a template, and clones of it."""

    def __init__(self, admin: URL, login: URL, template: str) -> None:
        self._admin, self._login, self._template = admin, login, template

    async def clone(self) -> str:
        name = f"test_{secrets.token_hex(6)}"
        await self._execute(f'create database "{name}" template "{self._template}"')
        return name

    async def drop(self, name: str) -> None:
        await self._execute(f'drop database if exists "{name}" with (force)')

    def owner_url(self, name: str) -> str:
        return self._admin.set(database=name).render_as_string(hide_password=False)

    def app_url(self, name: str) -> str:
        return self._login.set(database=name).render_as_string(hide_password=False)

    async def _execute(self, statement: str) -> None:
        url = self._admin.set(drivername="postgresql").render_as_string(hide_password=False)
        connection = await asyncpg.connect(url)
        try:
            await connection.execute(statement)
        finally:
            await connection.close()


@pytest_asyncio.fixture(scope="session")
async def databases() -> AsyncIterator[Databases]:
    given = os.environ.get("TEST_DATABASE_URL")
    if given:
        yield await _prepared(make_url(given))
        return
    with tempfile.TemporaryDirectory(prefix="rangkul-test-") as folder:
        # Run as root, PostgreSQL is another user and must pass through.
        Path(folder).chmod(0o711)  # noqa: ASYNC240
        server = EmbeddedPostgres(Path(folder) / "postgres", durable=False)
        async with server as running:
            yield await _prepared(make_url(running.superuser_url))
        await asyncio.to_thread(server.remove)


async def _prepared(admin: URL) -> Databases:
    template = f"template_{secrets.token_hex(4)}"
    login = admin.set(username=f"api_{secrets.token_hex(4)}", password=secrets.token_hex(16))
    bare = Databases(admin, login, "template1")
    await bare._execute(f'create database "{template}"')
    await migrate(bare.owner_url(template), login=login)
    return Databases(admin, login, template)


@pytest_asyncio.fixture(scope="module")
async def database_name(databases: Databases) -> AsyncIterator[str]:
    """A database of the module's own."""
    name = await databases.clone()
    yield name
    await databases.drop(name)


@pytest_asyncio.fixture(scope="module")
async def database(databases: Databases, database_name: str) -> AsyncIterator[Database]:
    """The module's database as the API sees it: through the role that owns nothing."""
    # A vault of its own: it remembers the key of the installation it belongs to.
    carried = SETTINGS.carried | {"vault": Vault(SETTINGS.vault.provider)}
    database = Database(databases.app_url(database_name), info=carried)
    yield database
    await database.close()


@pytest_asyncio.fixture(scope="module")
async def operator(databases: Databases, database_name: str) -> AsyncIterator[Operator]:
    """Transactions of whoever keeps the installation: no row-level security, no rules."""
    engine = create_async_engine(async_url(databases.owner_url(database_name)))

    @asynccontextmanager
    async def transaction() -> AsyncIterator[AsyncSession]:
        async with AsyncSession(engine, expire_on_commit=False) as tx:
            yield tx
            await tx.commit()

    yield transaction
    await engine.dispose()


@pytest_asyncio.fixture(scope="module")
async def world(database: Database, operator: Operator) -> AsyncIterator[World]:
    """Organisations and tokens on demand, and the API to use them on."""
    async with World.open(database, operator) as world:
        yield world


@pytest.fixture(scope="session")
def project() -> Path:
    return Path(__file__).parent.parent
