"""`rangkul serve`: what it refuses to run on, and how it runs and ends."""

import base64
import json
import signal
import socket
import threading
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import pytest_asyncio
from sqlalchemy.engine import make_url
from sqlalchemy.exc import InterfaceError

from api import preflight
from api.cli.home import new_secret
from api.preflight import Obstacle, check
from api.settings import Settings
from auth.keys import SigningKeys, WrongKeyEncryptionKey
from auth.settings import AuthSettings
from db.migrate import migrate
from db.session import Database
from tests.api.process import Command, finished, folder, left_of
from tests.conftest import Databases

SECRET = "Siti-Aminah-3171-rahasia"


def auth(key: str) -> AuthSettings:
    issuer = "http://127.0.0.1:8000"
    return AuthSettings(issuer, f"{issuer}/graphql", base64.b64decode(key))


KEY = new_secret()
AUTH = auth(KEY)
VAULT = Settings(_env_file=None, key_encryption_key=KEY).vault  # type: ignore[call-arg]


@pytest_asyncio.fixture(scope="module")
async def empty(databases: Databases) -> AsyncIterator[str]:
    """A database in which nothing was migrated."""
    name = "test_empty"
    await databases._execute(f'drop database if exists "{name}"')
    await databases._execute(f'create database "{name}"')
    yield name
    await databases.drop(name)


@pytest_asyncio.fixture
async def role(databases: Databases, database_name: str) -> AsyncIterator[tuple[str, str]]:
    """A role that may log in and nothing else: its name, and its URL."""
    name = "test_role"
    await databases._execute(f"create role {name} login password 'pw'")
    url = make_url(databases.owner_url(database_name)).set(username=name, password="pw")
    yield name, url.render_as_string(hide_password=False)
    await databases._execute(f"drop role {name}")


async def refused(url: str) -> str:
    with pytest.raises(Obstacle) as raised:
        await check(url, AUTH, VAULT)
    return str(raised.value)


async def test_the_role_that_migrate_makes_is_welcome(
    databases: Databases, database_name: str
) -> None:
    await check(databases.app_url(database_name), AUTH, VAULT)


async def test_a_superuser_is_refused(databases: Databases, database_name: str) -> None:
    said = await refused(databases.owner_url(database_name))
    assert "is a superuser" in said
    for remedy in ("MIGRATION_DATABASE_URL", "DATABASE_URL", "`rangkul migrate`"):
        assert remedy in said


@pytest.mark.parametrize(
    ("grant", "revoke", "why"),
    [
        ("alter role {} bypassrls", "select", "BYPASSRLS"),
        ("grant rangkul_rules to {}", "revoke rangkul_rules from {}", "owns tables"),
        ("grant rangkul_auth to {}", "revoke rangkul_auth from {}", "inherits rangkul_auth"),
        ("select", "select", "not a member of rangkul_app"),
    ],
)
async def test_a_role_with_the_wrong_powers_is_refused(
    databases: Databases, role: tuple[str, str], grant: str, revoke: str, why: str
) -> None:
    name, url = role
    await databases._execute(grant.format(name))
    try:
        assert why in await refused(url)
    finally:
        await databases._execute(revoke.format(name))


async def test_an_owner_of_any_table_is_refused(
    databases: Databases, database_name: str, role: tuple[str, str]
) -> None:
    name, url = role
    owner = Database(databases.owner_url(database_name), pooled=False)
    try:
        async with owner.anonymous() as tx:
            connection = await tx.connection()
            await connection.exec_driver_sql("create table stray (id int)")
            await connection.exec_driver_sql(f"alter table stray owner to {name}")
        assert "owns tables" in await refused(url)
    finally:
        async with owner.anonymous() as tx:
            await (await tx.connection()).exec_driver_sql("drop table stray")


async def test_a_database_that_is_not_at_the_newest_form_is_refused(
    databases: Databases, empty: str
) -> None:
    login = make_url(databases.app_url(empty))
    assert "is empty. Run `rangkul migrate`" in await refused(databases.app_url(empty))
    await migrate(databases.owner_url(empty), login=login)
    await migrate(databases.owner_url(empty), revision="-1")
    assert "Run `rangkul migrate`" in await refused(databases.app_url(empty))
    await migrate(databases.owner_url(empty))
    await check(databases.app_url(empty), AUTH, VAULT)


async def test_a_database_that_cannot_be_reached_is_waited_for_and_named(
    databases: Databases, database_name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(preflight, "PATIENCE", 1.0)
    began = time.monotonic()
    url = make_url(databases.app_url(database_name))
    away = url.set(port=1).render_as_string(hide_password=False)
    assert "cannot be reached" in await refused(away)
    assert time.monotonic() - began >= 1
    wrong = url.set(password="wrong").render_as_string(hide_password=False)
    said = await refused(wrong)
    assert "does not accept this role or its password" in said
    assert "wrong" not in said
    nowhere = url.set(database="nowhere").render_as_string(hide_password=False)
    assert "has no database of this name" in await refused(nowhere)


async def test_an_address_may_ask_for_tls(databases: Databases, database_name: str) -> None:
    url = databases.app_url(database_name)
    await check(f"{url}?sslmode=disable", AUTH, VAULT)
    with pytest.raises(InterfaceError, match="sslmode"):  # so the driver hears of it
        await check(f"{url}?sslmode=nonsense", AUTH, VAULT)


async def test_a_wrong_key_encryption_key_is_refused(databases: Databases, empty: str) -> None:
    await migrate(databases.owner_url(empty), login=make_url(databases.app_url(empty)))
    database = Database(databases.app_url(empty), pooled=False)
    await SigningKeys(database, AUTH).check()
    with pytest.raises(WrongKeyEncryptionKey):
        await check(databases.app_url(empty), auth(new_secret()), VAULT)


@pytest.fixture(scope="module")
def external(databases: Databases, database_name: str) -> dict[str, str]:
    """The settings of an installation on a PostgreSQL of its own."""
    return {
        "DATABASE_URL": databases.app_url(database_name),
        "RANGKUL_KEY_ENCRYPTION_KEY": KEY,
        "RANGKUL_LOG_LEVEL": "DEBUG",
    }


@pytest.fixture(scope="module")
def where() -> Iterator[Path]:
    with folder() as made:
        yield made


def test_a_refusal_is_one_sentence(
    where: Path, external: dict[str, str], databases: Databases, database_name: str
) -> None:
    owner = {"DATABASE_URL": databases.owner_url(database_name)}
    code, said = finished(where, "serve", "--port", "0", **external | owner)
    assert code == 1
    assert "is a superuser" in said
    assert "Traceback" not in said
    code, said = finished(where, "serve", "--port", "0", **{"DATABASE_URL": "postgresql://a@b/c"})
    assert code == 1
    assert said.startswith("RANGKUL_KEY_ENCRYPTION_KEY is not set.")
    assert list(where.iterdir()) == []  # and no embedded database was started


def test_it_is_closed_and_silent_and_ends_when_running_requests_have(
    where: Path, external: dict[str, str]
) -> None:
    with Command(where, "serve", "--port", "0", **external) as server:
        address = server.address()
        assert httpx.get(f"{address}/health/ready").status_code == 200
        for query in ("{__schema{__typename}}", "{viewer{clientId}}"):
            assert httpx.post(f"{address}/graphql", json={"query": query}).status_code == 401
        assert httpx.get(f"{address}/").status_code == 404
        assert httpx.post(f"{address}/demo/token", json={"client_id": "x"}).status_code == 404
        send_secrets(address)

        answers: list[bytes] = []
        slow = threading.Thread(target=lambda: answers.append(_slowly(address)))
        slow.start()
        time.sleep(0.3)
        assert server.end(signal.SIGTERM) == 0
        slow.join(5)
        assert answers[0].startswith(b"HTTP/1.1 401")
        lines = [json.loads(line) for line in server.said.splitlines()]
        assert lines[-1]["event"] == "stopped"
        assert "Siti" not in server.said
        assert list(where.iterdir()) == []


def send_secrets(address: str) -> None:
    """Everything a confused program might send, at the most talkative level of the log."""
    json_type = {"content-type": "application/json"}
    bearer = {"authorization": f"Bearer {SECRET}"}
    body: Any = {"query": f'{{ handoff(id: "{SECRET}") {{ id }} }}', "variables": {"a": SECRET}}
    httpx.post(f"{address}/graphql", json=body, headers=bearer)
    httpx.post(f"{address}/graphql", content=f'{{"query": "{SECRET}', headers=json_type)
    httpx.get(f"{address}/graphql", params={"query": SECRET, "variables": SECRET})
    httpx.get(f"{address}/{SECRET}/{SECRET}")
    form = {"grant_type": "client_credentials", "client_id": SECRET, "client_secret": SECRET}
    httpx.post(f"{address}/oauth/token", data=form)
    with socket.create_connection(("127.0.0.1", int(address.rpartition(":")[2]))) as raw:
        raw.sendall(f"{SECRET} not http\r\n\r\n".encode())
        raw.recv(1000)


def _slowly(address: str) -> bytes:
    """A request whose second half is sent after the server was told to end."""
    body = b'{"query": "{viewer{clientId}}"}'
    head = "POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n"
    with socket.create_connection(("127.0.0.1", int(address.rpartition(":")[2]))) as raw:
        raw.sendall(f"{head}content-length: {len(body)}\r\n\r\n".encode() + body[:9])
        time.sleep(1)
        raw.sendall(body[9:])
        return raw.recv(10_000)


def test_several_workers_end_with_their_parent(where: Path, external: dict[str, str]) -> None:
    with Command(where, "serve", "--port", "0", "--workers", "2", **external) as server:
        address = server.address()
        assert _answers(address)
        assert server.end(signal.SIGINT) == 0
        assert "Traceback" not in server.said
    with Command(where, "serve", "--port", "0", "--workers", "2", **external) as server:
        address = server.address()
        assert _answers(address)
        server.end(signal.SIGKILL)
        deadline = time.monotonic() + 10
        while _answers(address, patience=0) and time.monotonic() < deadline:
            time.sleep(0.1)
        assert not _answers(address, patience=0)


def test_without_a_database_url_it_brings_its_own(where: Path) -> None:
    with Command(where, "serve", "--port", "0") as server:
        address = server.address()
        assert httpx.get(f"{address}/health/ready").status_code == 200
        assert (where / ".rangkul/key-encryption-key").stat().st_mode & 0o777 == 0o600
        assert server.end(signal.SIGTERM) == 0
        assert left_of(where) == []


def _answers(address: str, patience: float = 20) -> bool:
    deadline = time.monotonic() + patience
    while True:
        try:
            return httpx.get(f"{address}/health/ready").status_code == 200
        except httpx.TransportError:
            if time.monotonic() > deadline:
                return False
            time.sleep(0.1)
