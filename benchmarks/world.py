"""The worlds that are measured: databases in a PostgreSQL of their own, and who asks in them."""

import asyncio
import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy.engine import make_url

from api.settings import Settings
from auth.keys import SigningKeys
from auth.tokens import Tokens
from benchmarks.auth import bench_caller
from benchmarks.data import fill
from benchmarks.servers import KEY, READER, SENDER
from db.embedded import EmbeddedPostgres, Server, create_database
from db.migrate import migrate
from db.session import Database

HANDOFFS = int(os.environ.get("BENCH_HANDOFFS", "100000"))
SECONDS = float(os.environ.get("BENCH_SECONDS", "3"))
ROUNDS = int(os.environ.get("BENCH_ROUNDS", "3"))
SETTINGS = Settings(key_encryption_key=KEY, token_seconds=3600)  # type: ignore[arg-type]
TUNED = {
    "shared_buffers": "512MB",
    "maintenance_work_mem": "256MB",
    "max_connections": "300",
    "max_wal_size": "8GB",  # so that no checkpoint falls into the measuring of one side only
}


@dataclass(frozen=True)
class World:
    """A filled database, and the tokens of the two that ask."""

    owner: str
    app: str
    handoffs: int
    activities: int
    tokens: dict[str, str]


@contextmanager
def postgres() -> Iterator[Server]:
    """A PostgreSQL for the time of measuring, gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="rangkul-bench-") as folder:
        Path(folder).chmod(0o711)
        server = EmbeddedPostgres(Path(folder) / "postgres", settings=TUNED)
        with server as running:
            yield running
        server.remove()


def make(
    running: Server,
    name: str,
    handoffs: int,
    progress: Callable[[int], object],
    *,
    activities: int = 0,
    words: bool = True,
) -> World:
    """A world with so many handoffs."""

    async def made() -> World:
        await create_database(running, name)
        owner = running.url(name)
        login = make_url(owner).set(username="bench_api", password="bench")
        await migrate(owner, login=login)
        await fill(owner, handoffs, SETTINGS.vault, progress, activities=activities, words=words)
        app = login.set(drivername="postgresql").render_as_string(hide_password=False)
        return World(owner, app, handoffs, activities, await tokens(app))

    return asyncio.run(made())


async def tokens(app: str) -> dict[str, str]:
    """Good for an hour."""
    database = Database(app)
    issuing = Tokens(SigningKeys(database, SETTINGS.auth), SETTINGS.auth)
    made = {}
    for name, organisation in (("reader", READER), ("sender", SENDER)):
        made[name] = (await issuing.issue(bench_caller(organisation))).token
    await database.close()
    return made
