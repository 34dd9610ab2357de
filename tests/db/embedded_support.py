"""What the tests of the embedded PostgreSQL need around them: other programs, other users."""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import asyncpg

from db import embedded_home
from db.embedded_home import Account

ROOT = Path(__file__).resolve().parents[2]

# Runs until its input ends; on Ctrl-C it asks its database one more question.
PROGRAM = """
import asyncio, sys
from pathlib import Path
from db.embedded import EmbeddedPostgres

async def ask(url):
    import asyncpg
    connection = await asyncpg.connect(url)
    print(await connection.fetchval("select 'still there'"), flush=True)
    await connection.close()

with EmbeddedPostgres(Path(sys.argv[1]), durable=False, state=Path(sys.argv[2])) as server:
    try:
        print(server.superuser_url, flush=True)
        sys.stdin.read()
    except KeyboardInterrupt:
        asyncio.run(ask(server.superuser_url))
"""


async def ask(url: str, *statements: str) -> object:
    """The answer to the last of these statements."""
    connection = await asyncpg.connect(url)
    try:
        for statement in statements[:-1]:
            await connection.execute(statement)
        return await connection.fetchval(statements[-1])
    finally:
        await connection.close()


class Program:
    """Another program with an embedded database, run as somebody else if need be."""

    def __init__(
        self, folder: Path, state: Path, *, account: Account | None = None, place: Path = ROOT
    ) -> None:
        environment = dict(os.environ)
        python, modules = sys.executable, f"{ROOT}:{environment.get('PYTHONPATH', '')}"
        if account is not None:
            python, modules = _python_for(account, place)
            environment["LD_LIBRARY_PATH"] = str(place / "lib")
        self._running = subprocess.Popen(
            [python, "-c", PROGRAM, str(folder), str(state)],
            user=account.uid if account else None,
            group=account.gid if account else None,
            extra_groups=[] if account else None,
            cwd="/",
            env=environment | {"PYTHONPATH": modules, "PYTHONDONTWRITEBYTECODE": "1"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            start_new_session=True,
            text=True,
        )
        self.pid = self._running.pid
        assert self._running.stdout
        self.url = self._running.stdout.readline().strip()

    def kill(self) -> None:
        self._running.kill()
        self._running.wait()

    def finish(self) -> tuple[str, int]:
        """Let it end; what it said since, and its exit code."""
        said, _ = self._running.communicate(timeout=10)
        return said, self._running.returncode


def processes_in(cluster: Path) -> list[int]:
    """Every PostgreSQL process of a cluster: they all stand in its folder."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            if (entry / "cwd").readlink() == cluster:
                found.append(int(entry.name))
        except OSError:
            continue
    return found


def status(pid: int, field: str) -> str:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(line.split(":", 1)[1].strip() for line in lines if line.startswith(f"{field}:"))


def wait_until(true: Callable[[], bool], seconds: float = 10) -> None:
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.02)


def _python_for(account: Account, place: Path) -> tuple[str, str]:
    """An interpreter and a module path this account can use: ours, or a lean copy of ours."""
    package = embedded_home._package()
    needed = (Path(sys.executable), Path(sys.executable).resolve(), package / "x", ROOT / "db/x")
    if all(account.may_pass(path.parent) for path in needed):
        return sys.executable, f"{ROOT}:{package.parent}"

    name = f"python{sys.version_info.major}.{sys.version_info.minor}"
    large = ("site-packages", "test", "config-*", "__pycache__", "idlelib", "ensurepip")
    ignore = shutil.ignore_patterns(*large, "lib2to3", "tkinter", "pydoc_data", "distutils")
    shutil.copytree(Path(os.__file__).parent, place / "lib" / name, ignore=ignore)
    for library in Path(sys.base_prefix, "lib").glob("libpython*.so.*"):
        shutil.copy2(library, place / "lib")
    (place / "bin").mkdir()
    python = shutil.copy2(Path(sys.executable).resolve(), place / "bin" / name)

    modules = place / "modules"
    embedded_home.copy_binaries(package, modules)
    (modules / package.name / "__init__.py").touch()
    site = Path(asyncpg.__file__).parents[1]
    for source in (ROOT / "db", *site.glob("asyncpg"), *site.glob("async_timeout")):
        shutil.copytree(source, modules / source.name, ignore=ignore)
    for path in (place, *place.rglob("*")):
        path.chmod(0o755 if path.is_dir() or path.stat().st_mode & 0o100 else 0o644)
    return str(python), str(modules)
