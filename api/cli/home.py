"""The folder `.rangkul`: an embedded PostgreSQL, the key that goes with it, the demo's secrets."""

import asyncio
import base64
import json
import os
import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import asyncpg
from sqlalchemy.engine import make_url

from api.cli.console import Failure
from db.embedded import EmbeddedError, EmbeddedPostgres, Server, create_database, drop_database
from db.embedded_home import make_folder, write_private
from db.key_ring import KeyRing
from db.migrate import migrate

DATABASE = "rangkul"
UNFINISHED = "rangkul_unfinished"
LOGIN = "rangkul_api"


@dataclass(frozen=True)
class Home:
    """One installation that needs nothing but a folder."""

    folder: Path

    @property
    def postgres(self) -> Path:
        return self.folder / "postgres"

    @property
    def clients_file(self) -> Path:
        """The demo's clients with their secrets: for our eyes only. Its presence marks a demo."""
        return self.folder / "demo-clients.json"

    @property
    def address_file(self) -> Path:
        return self.folder / "address"

    def keep_address(self, address: str) -> None:
        """Where we were last served: links that commands print lead there."""
        write_private(self.address_file, address + "\n")

    def address(self) -> str | None:
        if not self.address_file.exists():
            return None
        return self.address_file.read_text(encoding="utf-8").strip()

    def make(self) -> None:
        """Run as root, PostgreSQL is another user, who must be able to pass through."""
        make_folder(self.folder, 0o711 if os.geteuid() == 0 else 0o700)

    def key_encryption_key(self) -> str:
        """The key of this folder's database, made when it is first asked for."""
        path = self.folder / "key-encryption-key"
        if not path.exists():
            write_private(path, new_secret() + "\n")
        return path.read_text(encoding="ascii").strip()

    def content_keys(self) -> str:
        """The file of keys that seal this folder's content, made when it is first asked for."""
        path = self.folder / "content-keys.json"
        KeyRing.create(path)
        return str(path)

    def keep_clients(self, clients: Sequence[Any]) -> None:
        listed = [asdict(client) for client in clients]
        for client in listed:
            client["scopes"] = [str(scope) for scope in client["scopes"]]
        write_private(self.clients_file, json.dumps(listed, indent=2, ensure_ascii=False) + "\n")

    @property
    def people_file(self) -> Path:
        """Who can sign in to the demo, with the password, and where."""
        return self.folder / "demo-people.json"

    def keep_people(self, people: Sequence[Any], portal: str) -> None:
        kept = {"portal": portal, "people": [asdict(person) for person in people]}
        write_private(self.people_file, json.dumps(kept, indent=2, ensure_ascii=False) + "\n")

    def people(self) -> dict[str, Any]:
        """A demo made before people could sign in has none."""
        if not self.people_file.exists():
            return {"portal": None, "people": []}
        kept: dict[str, Any] = json.loads(self.people_file.read_text(encoding="utf-8"))
        return kept

    def clients(self) -> list[dict[str, Any]]:
        listed: list[dict[str, Any]] = json.loads(self.clients_file.read_text(encoding="utf-8"))
        return listed

    def remove(self) -> None:
        """Delete the database and what belongs to it, and nothing else."""
        if self.postgres.exists():
            EmbeddedPostgres(self.postgres).remove()
        self.clients_file.unlink(missing_ok=True)
        self.people_file.unlink(missing_ok=True)
        self.address_file.unlink(missing_ok=True)
        for kept in ("key-encryption-key", "content-keys.json"):
            (self.folder / kept).unlink(missing_ok=True)

    @contextmanager
    def joined(self) -> Iterator[Server]:
        """The server of this folder: the one that runs already, or one of our own meanwhile."""
        if not self.postgres.exists():
            raise Failure(
                f"There is no database in {self.folder} yet. `rangkul demo` or `rangkul migrate` "
                "makes one; or set MIGRATION_DATABASE_URL to use another."
            )
        postgres = EmbeddedPostgres(self.postgres)
        try:
            server = postgres.start()
        except EmbeddedError:
            running = self._running()
            if running is None or not asyncio.run(answers(running)):
                raise
            server = running
        try:
            yield server
        finally:
            postgres.stop()

    def _running(self) -> Server | None:
        with suppress(OSError, ValueError):
            port = int((self.postgres / "port").read_text(encoding="ascii"))
            return Server(port, (self.postgres / "password").read_text(encoding="ascii"))
        return None


def new_secret() -> str:
    """32 random bytes in base64, as RANGKUL_KEY_ENCRYPTION_KEY wants them."""
    return base64.b64encode(secrets.token_bytes(32)).decode()


async def answers(server: Server) -> bool:
    try:
        connection = await asyncpg.connect(server.superuser_url, timeout=3)
    except (OSError, asyncpg.PostgresError):
        return False
    await connection.close()
    return True


async def exists(server: Server, database: str = DATABASE) -> bool:
    return bool(await _ask(server, "select true from pg_database where datname = $1", database))


async def bring_up(server: Server, database: str = DATABASE) -> str:
    """Make or migrate the database; answers the URL for the API.

    The password of the API's login lasts until the next start: nobody needs to keep it.
    """
    if not await exists(server, database):
        await create_database(server, database)
    url = server.url(database, LOGIN, secrets.token_hex(24))
    await migrate(server.url(database), login=make_url(url))
    return url


async def start_afresh(server: Server) -> str:
    """A database aside: what is interrupted before `finish` leaves nothing half-made."""
    await drop_database(server, UNFINISHED)
    return await bring_up(server, UNFINISHED)


async def finish(server: Server) -> None:
    """Put the database that `start_afresh` made in its place."""
    await _ask(server, f"alter database {UNFINISHED} rename to {DATABASE}")


async def _ask(server: Server, statement: str, *values: Any) -> Any:
    connection = await asyncpg.connect(server.superuser_url)
    try:
        return await connection.fetchval(statement, *values)
    finally:
        await connection.close()
