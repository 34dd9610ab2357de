"""Clients and their secrets: made and ended by the operator, compared by the API."""

import asyncio
import threading
import time
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

import auth.clients
import auth.hashing
from auth import clients
from auth.brake import SlowDown
from auth.clients import Authenticator, ClientRefused, NewClient
from auth.hashing import Busy, Turnstile
from auth.scopes import Scope
from auth.settings import AuthSettings
from db.ids import new_id
from db.session import CallerUnknown, Database
from tests.auth.conftest import KPAI, Server

WELL_FORMED = "rks_00000000_" + "A" * 43


@pytest.fixture
def compared(monkeypatch: pytest.MonkeyPatch) -> list[str | None]:
    """Every hash that a secret is compared with; None stands for the one of nobody."""
    seen: list[str | None] = []
    verify = auth.hashing._verify

    def noted(hashed: str, secret: str) -> bool:
        seen.append(None if hashed == auth.hashing._NOBODYS else hashed)
        return verify(hashed, secret)

    monkeypatch.setattr(auth.hashing, "_verify", noted)
    return seen


async def test_a_new_client_authenticates(server: Server, client: NewClient) -> None:
    assert client.key.startswith("kpai-portal-")
    caller = await server.authenticator.authenticate(client.key, client.secret)
    assert caller is not None
    assert (caller.client_id, caller.client_key) == (client.id, client.key)
    assert caller.organisation_id == KPAI
    assert caller.scopes == {Scope.MOU_READ, Scope.MOU_WRITE, Scope.HANDOFF_READ}


async def test_the_secret_is_random_and_stored_only_as_argon2id(
    operator: Any, client: NewClient
) -> None:
    async with operator() as tx:
        query = text("select hash from client_secret where client_id = :id")
        stored = (await tx.execute(query, {"id": client.id})).scalar_one()
        another = await clients.create(
            tx, name="KPAI Portal", organisation_id=KPAI, scopes=[Scope.MOU_READ]
        )
    assert "$argon2id$v=19$m=19456,t=2,p=1$" in stored
    assert client.secret[13:] not in stored
    assert len(client.secret) == len(WELL_FORMED)
    assert another.key != client.key
    assert another.secret != client.secret
    assert client.secret not in repr(client)


async def test_the_api_cannot_read_hashes_nor_make_clients(database: Database) -> None:
    for statement in (
        "select hash from client_secret",
        "insert into client (id, key, organisation_id, name, scopes)"
        f" values ('{new_id()}', 'x', '{KPAI}', 'x', '{{}}')",
    ):
        with pytest.raises(DBAPIError, match=r"permission denied|row-level security"):
            async with database.anonymous() as tx:
                await tx.execute(text(statement))


@pytest.mark.parametrize("name", ["", "  ", "x" * 201, "a\0b"])
async def test_bad_names(operator: Any, name: str) -> None:
    with pytest.raises(ClientRefused):
        async with operator() as tx:
            await clients.create(tx, name=name, organisation_id=KPAI, scopes=[Scope.MOU_READ])


async def test_no_scope_and_no_organisation(operator: Any) -> None:
    with pytest.raises(ClientRefused, match="scope"):
        async with operator() as tx:
            await clients.create(tx, name="x", organisation_id=KPAI, scopes=[])
    with pytest.raises(ClientRefused, match="organisation"):
        async with operator() as tx:
            await clients.create(tx, name="x", organisation_id=new_id(), scopes=[Scope.MOU_READ])


async def test_a_name_without_latin_letters_still_gives_a_key(operator: Any) -> None:
    async with operator() as tx:
        made = await clients.create(tx, name="ᮠᮤ ᮜ", organisation_id=KPAI, scopes=[Scope.MOU_READ])
    assert made.key.startswith("client-")


@pytest.mark.parametrize(
    "secret",
    ["", WELL_FORMED, "x" * 100_000, "rks_\0", WELL_FORMED + "\0", WELL_FORMED + "\n", "é"],
)
async def test_a_wrong_secret_and_an_unknown_client_cost_one_comparison_each(
    server: Server, client: NewClient, compared: list[str | None], secret: str
) -> None:
    for key in (client.key, "nobody-00000000", "\0", "x" * 100_000, client.key + "\n", ""):
        compared.clear()
        assert await server.authenticator.authenticate(key, secret) is None
        assert compared == [None]


async def test_a_secret_with_the_right_selector_only(
    server: Server, client: NewClient, compared: list[str | None]
) -> None:
    secret = client.secret[:13] + "A" * 43
    assert await server.authenticator.authenticate(client.key, secret) is None
    assert len(compared) == 1
    assert compared[0] is not None


async def test_malformed_keys_and_secrets_never_reach_the_database(
    server: Server, client: NewClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def find(*_: object) -> None:
        raise AssertionError("asked the database")

    monkeypatch.setattr(server.authenticator, "_find", find)
    for key in ("a\0b", "x" * 64, "UPPER", "-x", "a b", "ａ"):
        assert await server.authenticator.authenticate(key, WELL_FORMED) is None
    assert await server.authenticator.authenticate(client.key, "a\0b") is None


async def test_rotation_overlaps(
    server: Server, operator: Any, client: NewClient, compared: list[str | None]
) -> None:
    async with operator() as tx:
        second = await clients.add_secret(tx, client.key)
    for secret in (client.secret, second):
        compared.clear()
        assert await server.authenticator.authenticate(client.key, secret)
        assert len(compared) == 1
    async with operator() as tx:
        third = await clients.add_secret(tx, client.key, overlap=timedelta(0))
    assert not await server.authenticator.authenticate(client.key, client.secret)
    assert not await server.authenticator.authenticate(client.key, second)
    assert await server.authenticator.authenticate(client.key, third)


async def test_a_second_rotation_does_not_prolong_an_ending_secret(
    operator: Any, client: NewClient
) -> None:
    query = text(
        "select expires_at from client_secret where client_id = :id order by created_at limit 1"
    )
    async with operator() as tx:
        await clients.add_secret(tx, client.key, overlap=timedelta(hours=1))
        ends = (await tx.execute(query, {"id": client.id})).scalar_one()
    async with operator() as tx:
        await clients.add_secret(tx, client.key, overlap=timedelta(days=9))
        assert (await tx.execute(query, {"id": client.id})).scalar_one() == ends


async def test_a_disabled_client(
    server: Server, database: Database, operator: Any, client: NewClient
) -> None:
    caller = await server.authenticator.authenticate(client.key, client.secret)
    assert caller is not None
    token = (await server.tokens.issue(replace(caller, grant_id=new_id()))).token
    async with operator() as tx:
        await clients.disable(tx, client.key)
        await clients.disable(tx, client.key)  # again does no harm
    assert await server.authenticator.authenticate(client.key, client.secret) is None
    still_signed = await server.tokens.verify(token)
    with pytest.raises(CallerUnknown):
        async with database.transaction(still_signed):
            pass


@pytest.mark.parametrize("key", ["nobody-00000000", "a\0b", ""])
async def test_acts_on_an_unknown_client(operator: Any, key: str) -> None:
    for act in (clients.disable, clients.add_secret):
        with pytest.raises(ClientRefused):
            async with operator() as tx:
                await act(tx, key)


async def test_a_flood_takes_turns_and_the_rest_is_sent_away(
    database: Database, settings: AuthSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    running, most, lock = 0, 0, threading.Lock()

    def slow(hashed: str, secret: str) -> bool:
        nonlocal running, most
        with lock:
            running += 1
            most = max(most, running)
        time.sleep(0.002)
        with lock:
            running -= 1
        return False

    monkeypatch.setattr(auth.hashing, "_verify", slow)
    settings = replace(settings, hashes_at_once=4, hashes_waiting=64)
    authenticator = Authenticator(database, settings)
    results = await asyncio.gather(
        *(authenticator.authenticate("nobody-00000000", WELL_FORMED) for _ in range(200)),
        return_exceptions=True,
    )
    assert most <= settings.hashes_at_once
    assert results.count(None) == settings.hashes_at_once + settings.hashes_waiting
    assert sum(isinstance(result, Busy) for result in results) == 200 - results.count(None)
    assert await authenticator.authenticate("nobody-00000000", WELL_FORMED) is None


async def test_who_gives_up_waiting_leaves_the_queue() -> None:
    turnstile = Turnstile(at_once=1, waiting=1)

    async def pass_through() -> None:
        async with turnstile:
            pass

    async with turnstile:
        waiting = asyncio.create_task(pass_through())
        await asyncio.sleep(0)
        with pytest.raises(Busy):
            await pass_through()
        waiting.cancel()
        await asyncio.gather(waiting, return_exceptions=True)
        again = asyncio.create_task(pass_through())
        await asyncio.sleep(0)
    await again
    await pass_through()


async def test_the_brake_is_asked_before_and_told_after(
    database: Database,
    settings: AuthSettings,
    client: NewClient,
    compared: list[str | None],
) -> None:
    told: list[tuple[str | None, str | None]] = []

    class AfterTwo:
        async def check(self, client_key: str | None, address: str | None) -> None:
            if len(told) >= 2:
                raise SlowDown(30)

        async def failed(self, client_key: str | None, address: str | None) -> None:
            told.append((client_key, address))

    authenticator = Authenticator(database, settings, brake=AfterTwo())
    assert await authenticator.authenticate(client.key, client.secret, address="10.0.0.1")
    await authenticator.authenticate(client.key, "wrong", address="10.0.0.1")
    await authenticator.authenticate("\0", "wrong", address="10.0.0.1")
    assert told == [(client.key, "10.0.0.1"), (None, "10.0.0.1")]
    compared.clear()
    with pytest.raises(SlowDown):
        await authenticator.authenticate(client.key, client.secret, address="10.0.0.1")
    assert compared == []
