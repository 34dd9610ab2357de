"""One running server for all of these tests, and what they need beside Python.

Without Node, its packages or Chromium they are skipped, and say what is missing; where CI is set
that is a failure, so that a proof is never left out unnoticed.
"""

import os
import shutil
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
import pytest_asyncio
from sqlalchemy.ext.asyncio import AsyncSession, create_async_engine

from db.session import async_url
from tests.api.process import folder
from tests.clients.people import Crowd
from tests.clients.served import Served, serving
from tests.conftest import Databases

HERE = Path(__file__).parent
CHROMIUM = Path("/usr/bin/chromium")
IN_CI = os.environ.get("CI", "").lower() in {"1", "true", "yes"}


def _missing() -> str | None:
    node = shutil.which("node")
    if node is None:
        return "Node 20 or newer is not installed"
    version = subprocess.run([node, "--version"], capture_output=True, text=True, check=True)
    if int(version.stdout.lstrip("v").partition(".")[0]) < 20:
        return f"Node is {version.stdout.strip()}, and must be 20 or newer"
    if not (HERE / "node_modules" / ".package-lock.json").exists():
        return "the packages are not installed: run `make test-clients`"
    return None


MISSING = _missing()
NO_BROWSER = None if CHROMIUM.exists() else f"there is no {CHROMIUM} (Debian: apt install chromium)"


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "node: runs a script in Node")
    config.addinivalue_line("markers", "chromium: runs a browser")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip what cannot be run here; in CI it is run all the same, and fails."""
    if IN_CI:
        return
    for item in items:
        if HERE not in item.path.parents:
            continue
        why = MISSING if item.get_closest_marker("node") else None
        why = why or (NO_BROWSER if item.get_closest_marker("chromium") else None)
        if why:
            item.add_marker(pytest.mark.skip(reason=why))


@pytest.fixture(scope="session", autouse=True)
def everything_is_here(request: pytest.FixtureRequest) -> None:
    """In CI a skipped proof would look like a passed one."""
    wanted = {mark.name for item in request.session.items for mark in item.iter_markers()}
    lacking = [MISSING if "node" in wanted else None, NO_BROWSER if "chromium" in wanted else None]
    assert not IN_CI or not any(lacking), lacking


@pytest_asyncio.fixture(scope="session")
async def served(databases: Databases) -> AsyncIterator[Served]:
    """The server, on a database of its own."""
    name = await databases.clone()
    engine = create_async_engine(async_url(databases.owner_url(name)))

    @asynccontextmanager
    async def operator() -> AsyncIterator[AsyncSession]:
        async with AsyncSession(engine, expire_on_commit=False) as tx:
            yield tx
            await tx.commit()

    with folder() as where:
        async with serving(databases, operator, name, where) as running:
            yield running
    await engine.dispose()
    await databases.drop(name)


@pytest_asyncio.fixture(scope="module")
async def crowd(served: Served) -> AsyncIterator[Crowd]:
    """People at their browsers."""
    crowd = Crowd(served)
    yield crowd
    for member in crowd.members:
        await member.close()
