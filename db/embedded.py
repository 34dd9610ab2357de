"""A PostgreSQL of our own for trying things out and for tests: nothing to install, nothing to set.

The binaries come from a wheel; this runs them. Beside the data lie the superuser's password, the
port, PostgreSQL's log and two locks. `embedded_home` decides where the data are and as whom
PostgreSQL runs; `embedded_watcher` sees to it that it ends with the program that started it.

It listens on 127.0.0.1 and not on a socket file: an ordinary URL then works in every tool, data
folders may have long paths, and no folder need be shared between root and the account PostgreSQL
runs as. Others on the same machine may knock, but the password has 256 random bits.
"""

import asyncio
import fcntl
import os
import secrets
import socket
import subprocess
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from urllib.parse import quote

import asyncpg

from db import embedded_home as homes
from db import embedded_process as process
from db.embedded_home import MAJOR, STATE, EmbeddedError, Home
from db.embedded_process import HOST, OWNER

__all__ = ["EmbeddedError", "EmbeddedPostgres", "Server", "create_database", "drop_database"]

_LOCK_PATIENCE = 30.0
_LOCKS = (("program.lock", 0.0), ("server.lock", _LOCK_PATIENCE))
_FILES = ("password", "port", process.LOG, process.OLD_LOG, *(name for name, _ in _LOCKS))


@dataclass(frozen=True)
class Server:
    """A running PostgreSQL, as far as a client needs to know it."""

    port: int
    password: str = field(repr=False)

    @property
    def superuser_url(self) -> str:
        return self.url("postgres")

    def url(self, database: str, user: str = OWNER, password: str | None = None) -> str:
        """The URL of a database. The owner's password is known; other users bring theirs."""
        if password is None and user == OWNER:
            password = self.password
        login = quote(user, safe="") + (f":{quote(password, safe='')}" if password else "")
        return f"postgresql://{login}@{HOST}:{self.port}/{quote(database, safe='')}"


class EmbeddedPostgres:
    """``with EmbeddedPostgres(folder) as server`` (or ``async with``): runs until the end of it.

    ``durable=False`` trades safety against a power cut for speed: for tests. ``state`` is where
    root keeps what cannot stay in the folder.
    """

    def __init__(
        self,
        data: Path,
        *,
        durable: bool = True,
        settings: Mapping[str, str] | None = None,
        state: Path = STATE,
    ) -> None:
        self._data = data
        self._durable = durable
        self._settings = ({} if durable else process.NOT_DURABLE) | dict(settings or {})
        self._state = state
        self._locks: list[int] = []
        self._watcher: subprocess.Popen[bytes] | None = None

    def start(self) -> Server:
        """Start, making the database first if there is none. Blocks, for a second at most or so."""
        self._lock()
        try:
            home = homes.settle(self._data, self._state)
            password = self._password(home)
            if not home.cluster.exists():
                process.initialise(home, password, self._locks[-1], durable=self._durable)
            made_by = (home.cluster / "PG_VERSION").read_text(encoding="ascii").strip()
            if made_by != MAJOR:
                raise EmbeddedError(
                    f"PostgreSQL {made_by} made the data in {home.cluster}; this is {MAJOR}. "
                    "Carry them over with pg_dump and pg_restore, or begin with another folder."
                )
            return Server(self._run(home), password)
        except OSError as error:
            self.stop()
            raise EmbeddedError(f"PostgreSQL cannot run in {self._data}: {error}") from error
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """Disconnect everyone, write everything down, return when done. May be repeated."""
        try:
            if self._watcher is not None and self._watcher.stdin is not None:
                with suppress(BrokenPipeError):  # not closed only: a forked child may hold it too
                    self._watcher.stdin.write(b"stop")
                    self._watcher.stdin.close()
                if self._watcher.wait() >= 0:  # else it was killed, and the lock tells the end
                    for lock in self._locks:
                        fcntl.flock(lock, fcntl.LOCK_UN)
        finally:
            self._watcher = None
            while self._locks:
                os.close(self._locks.pop())

    def remove(self) -> None:
        """Delete the database for good, wherever it lives, and all that was put beside it."""
        self.stop()
        self._lock()
        try:
            homes.remove(self._data, self._state, _FILES)
        finally:
            self.stop()

    def _lock(self) -> None:
        """Take the folder for ourselves, or say that it is taken.

        The first lock is the program's. The second is inherited by PostgreSQL, and so is free only
        once the last of its processes has gone, however the program ended.
        """
        if self._locks:
            raise EmbeddedError(f"The PostgreSQL of {self._data} has been started already.")
        homes.make_folder(self._data, 0o711 if os.geteuid() == 0 else 0o700)
        self._data, self._state = self._data.resolve(), self._state.resolve()
        try:
            for name, patience in _LOCKS:
                flags = os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW
                self._locks.append(os.open(self._data / name, flags, 0o600))
                deadline = time.monotonic() + patience
                while not _try_lock(self._locks[-1]):
                    if time.monotonic() >= deadline:
                        raise EmbeddedError(f"{self._data} is in use by another running program.")
                    time.sleep(0.02)
        except PermissionError as error:
            self.stop()
            raise EmbeddedError(f"{self._data} is another user's: {error}.") from error
        except BaseException:
            self.stop()
            raise

    def _password(self, home: Home) -> str:
        path = self._data / "password"
        if not path.exists():
            if home.cluster.exists():
                raise EmbeddedError(f"{path} is missing: without it {home.cluster} stays shut.")
            homes.write_private(path, secrets.token_urlsafe(32))
        return path.read_text(encoding="ascii")

    def _run(self, home: Home) -> int:
        process.clear_stale_pid(home.cluster)
        log = self._data / process.LOG
        for attempts_left in (2, 1, 0):
            port = self._choose_port()
            self._watcher = process.launch(home, self._settings, port, log, self._locks[-1])
            try:
                process.await_ready(self._watcher, home.cluster, log)
            except EmbeddedError:
                # Was the port taken between our look and PostgreSQL's? Then try another.
                ended = self._watcher.poll() is not None
                if not ended or _is_free(port) or not attempts_left:
                    raise
            else:
                return port
        raise AssertionError

    def _choose_port(self) -> int:
        """The port of last time if it is free, so that saved connections keep working."""
        path = self._data / "port"
        with suppress(OSError, ValueError):
            port = int(path.read_text(encoding="ascii"))
            if _is_free(port):
                return port
        with socket.create_server((HOST, 0)) as probe:
            port = int(probe.getsockname()[1])
        homes.write_private(path, f"{port}\n")
        return port

    def __enter__(self) -> Server:
        return self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self.stop()

    async def __aenter__(self) -> Server:
        return await asyncio.to_thread(self.start)

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        await asyncio.to_thread(self.stop)


async def create_database(server: Server, name: str, template: str | None = None) -> None:
    """Create a database, or a copy of a template to which nobody is connected."""
    source = f" template {_quoted(template)}" if template else ""
    await _execute(server, f"create database {_quoted(name)}{source}")


async def drop_database(server: Server, name: str) -> None:
    """Drop a database if it is there, disconnecting whoever uses it."""
    await _execute(server, f"drop database if exists {_quoted(name)} with (force)")


async def _execute(server: Server, statement: str) -> None:
    connection = await asyncpg.connect(server.superuser_url)
    try:
        await connection.execute(statement)
    finally:
        await connection.close()


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _try_lock(lock: int) -> bool:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _is_free(port: int) -> bool:
    try:
        socket.create_server((HOST, port)).close()
    except OSError:
        return False
    return True
