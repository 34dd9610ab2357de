"""The database killed (kill -9) under load, again and again: what was served is written down.

PostgreSQL throws away whatever it had in memory when one of its processes is killed, and comes back
from its log. The server here waits for the disk, as a real one does.
"""

import asyncio
import os
import random
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import asyncpg
import pytest
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import AsyncSession, create_async_engine

from db.embedded import EmbeddedPostgres, Server
from db.migrate import migrate
from db.session import Database, async_url
from domain.ledger.checking import LogCheck
from domain.ledger.heads import Reader
from domain.ledger.keys import LedgerKeys
from domain.ledger.sealing import Sealer
from domain.ledger.stored import StoredCheck
from tests.api.process import folder
from tests.ledger.asking import BODIES
from tests.ledger.scenes import AUTH
from tests.scenes import Pair, pair
from tests.world import SETTINGS, World

ROUNDS = 3


@asynccontextmanager
async def lasting() -> AsyncIterator[tuple[World, Server]]:
    """A world on a PostgreSQL of its own that keeps what it said it would."""
    with folder() as place:
        server = EmbeddedPostgres(place / "postgres")
        async with server as running:
            owner = make_url(running.superuser_url)
            login = owner.set(username="api", password="rahasia")
            await migrate(running.superuser_url, login=login)
            database = Database(login.render_as_string(hide_password=False), info=SETTINGS.carried)
            engine = create_async_engine(async_url(running.superuser_url), pool_pre_ping=True)

            @asynccontextmanager
            async def operator() -> AsyncIterator[AsyncSession]:
                async with AsyncSession(engine, expire_on_commit=False) as tx:
                    yield tx
                    await tx.commit()

            async with World.open(database, operator) as world:
                yield world, running
            await engine.dispose()
            await database.close()
        await asyncio.to_thread(server.remove)


async def kill(url: str) -> None:
    """One process of the database, and with it all that every other had in memory."""
    connection = await asyncpg.connect(url)
    pid = await connection.fetchval(
        "select pid from pg_stat_activity where backend_type = 'client backend'"
        " and pid <> pg_backend_pid() order by random() limit 1"
    )
    os.kill(pid or await connection.fetchval("select pg_backend_pid()"), signal.SIGKILL)
    with suppress(asyncpg.PostgresError, OSError):
        await connection.close(timeout=2)


async def back(url: str) -> None:
    for _ in range(600):
        with suppress(asyncpg.PostgresError, OSError):
            await (await asyncpg.connect(url)).close()
            return
        await asyncio.sleep(0.05)
    raise AssertionError("it does not come back")


async def reading(both: Pair, id: str, served: list[str], over: asyncio.Event) -> None:
    """Read until told to stop; ``served`` are the requests that were answered with content."""
    while not over.is_set():
        answer = await both.receiver.ask(BODIES, id=id)
        if "Isi bagian" in str(answer.body):
            served.append(answer.headers["x-request-id"])
        else:
            await asyncio.sleep(0.01)


@pytest.mark.parametrize("seed", [20261125])
async def test_the_database_killed_under_load(seed: int) -> None:
    dice = random.Random(seed)
    async with lasting() as (world, server):
        both = await pair(world)
        id = await both.at("ACCEPTED")
        sealer = Sealer(world.database, AUTH)
        served: list[str] = []
        for _ in range(ROUNDS):
            over, before = asyncio.Event(), len(served)
            readers = [asyncio.create_task(reading(both, id, served, over)) for _ in range(6)]
            while len(served) < before + dice.randint(5, 30):  # noqa: ASYNC110
                await asyncio.sleep(0.001)
            with suppress(Exception):
                await sealer.once()
            await asyncio.sleep(dice.uniform(0, 0.05))
            await kill(server.superuser_url)
            await asyncio.sleep(0.1)
            over.set()
            await asyncio.gather(*readers)
            await back(server.superuser_url)

            rows = await world.sql("select request_id from ledger_entry")
            written = [row.request_id for row in rows]
            assert set(served) <= set(written), "served, and not written down"
            assert len(set(written)) == len(written)

        while await sealer.once():
            pass
        async with world.database.sealer() as tx:
            reader = Reader((await LedgerKeys(AUTH).ring(tx)).keys)
        check = LogCheck(reader)
        async with world.operator() as tx:
            async for _ in StoredCheck(tx, check).run():
                pass
        assert check.end() == []
        assert check.entries == len(await world.sql("select 1 from ledger_entry"))
