"""Who is asking: secrets compared by the API, at one and the same cost."""

import asyncio
import base64
import threading
import time
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text
from starlette.requests import Request

import auth.authentication
import auth.hashing
from auth import clients
from auth.authentication import Authenticator, KnownClient, NotAuthenticated
from auth.authority import Authority
from auth.brake import SlowDown
from auth.caller import Caller
from auth.clients import NewClient
from auth.hashing import Busy, Turnstile
from auth.scopes import Scope
from auth.settings import AuthSettings
from db.ids import new_id
from db.session import CallerUnknown, Database
from tests.auth.conftest import KPAI, Server

WELL_FORMED = "rks_00000000_" + "A" * 43


async def who(
    authenticator: Authenticator, key: str, secret: str, *, address: str = "10.0.0.9"
) -> KnownClient | None:
    """The client a secret in the header is taken for."""
    pair = base64.b64encode(f"{key}:{secret}".encode())
    headers = [(b"authorization", b"Basic " + pair)]
    request = Request({"type": "http", "headers": headers, "client": (address, 1)})
    try:
        return await authenticator.client(request, {})
    except NotAuthenticated:
        return None


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
    known = await who(server.authenticator, client.key, client.secret)
    assert known is not None
    assert (known.id, known.key) == (client.id, client.key)
    assert known.organisation_id == KPAI
    assert known.scopes == {Scope.MOU_READ, Scope.MOU_WRITE, Scope.HANDOFF_READ}


@pytest.mark.parametrize(
    "secret",
    ["", WELL_FORMED, "x" * 100_000, "rks_\0", WELL_FORMED + "\0", WELL_FORMED + "\n", "é"],
)
async def test_a_wrong_secret_and_an_unknown_client_cost_one_comparison_each(
    server: Server, client: NewClient, compared: list[str | None], secret: str
) -> None:
    for key in (client.key, "nobody-00000000", "\0", "x" * 100_000, client.key + "\n", ""):
        compared.clear()
        assert await who(server.authenticator, key, secret) is None
        assert compared == [None]


async def test_a_secret_with_the_right_selector_only(
    server: Server, client: NewClient, compared: list[str | None]
) -> None:
    secret = client.secret[:13] + "A" * 43
    assert await who(server.authenticator, client.key, secret) is None
    assert len(compared) == 1
    assert compared[0] is not None


async def test_malformed_keys_never_reach_the_database(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def find(*_: object) -> None:
        raise AssertionError("asked the database")

    monkeypatch.setattr(auth.authentication, "find", find)
    for key in ("a\0b", "x" * 64, "UPPER", "-x", "a b", "ａ"):
        assert await who(server.authenticator, key, WELL_FORMED) is None


async def test_rotation_overlaps(
    server: Server, operator: Any, client: NewClient, compared: list[str | None]
) -> None:
    async with operator() as tx:
        second = await clients.add_secret(tx, client.key)
    for secret in (client.secret, second):
        compared.clear()
        assert await who(server.authenticator, client.key, secret)
        assert len(compared) == 1
    async with operator() as tx:
        third = await clients.add_secret(tx, client.key, overlap=timedelta(0))
    assert not await who(server.authenticator, client.key, client.secret)
    assert not await who(server.authenticator, client.key, second)
    assert await who(server.authenticator, client.key, third)


async def test_a_disabled_client(
    server: Server, database: Database, operator: Any, client: NewClient
) -> None:
    known = await who(server.authenticator, client.key, client.secret)
    assert known is not None
    caller = Caller(KPAI, known.id, known.key, known.scopes, grant_id=new_id())
    token = (await server.tokens.issue(caller)).token
    async with operator() as tx:
        await clients.disable(tx, client.key)
        await clients.disable(tx, client.key)  # again does no harm
    assert await who(server.authenticator, client.key, client.secret) is None
    still_signed = await server.tokens.verify(token)
    with pytest.raises(CallerUnknown):
        async with database.transaction(still_signed):
            pass


async def test_a_flood_takes_turns_and_the_rest_is_sent_away(
    database: Database, settings: AuthSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    running, most, lock = 0, 0, threading.Lock()

    def slow(hashed: str, secret: str) -> bool:
        nonlocal running, most
        with lock:
            running += 1
            most = max(most, running)
        time.sleep(0.02)
        with lock:
            running -= 1
        return False

    monkeypatch.setattr(auth.hashing, "_verify", slow)
    settings = replace(settings, hashes_at_once=4, hashes_waiting=32)
    settings = replace(settings, token_requests_per_minute=0, failures_per_minute=0)
    authenticator = Authority.make(settings, database).authenticator
    results = await asyncio.gather(
        *(who(authenticator, "nobody-00000000", WELL_FORMED) for _ in range(200)),
        return_exceptions=True,
    )
    assert most <= settings.hashes_at_once
    busy = sum(isinstance(result, Busy) for result in results)
    assert results.count(None) >= settings.hashes_at_once + settings.hashes_waiting
    assert busy > 0
    assert busy + results.count(None) == 200
    assert await who(authenticator, "nobody-00000000", WELL_FORMED) is None


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
        async def token_request(self, client_key: str | None, address: str | None) -> None:
            if len(told) >= 2:
                raise SlowDown(30)

        async def authenticated(self, client_key: str) -> None:
            return None

        async def failed(self, client_key: str | None, address: str | None) -> None:
            told.append((client_key, address))

    keys = Authority.make(settings, database).client_keys
    authenticator = Authenticator(database, settings, brake=AfterTwo(), client_keys=keys)
    assert await who(authenticator, client.key, client.secret, address="10.0.0.1")
    await who(authenticator, client.key, "wrong", address="10.0.0.1")
    await who(authenticator, "\0", "wrong", address="10.0.0.1")
    assert told == [(client.key, "10.0.0.1"), (None, "10.0.0.1")]
    compared.clear()
    with pytest.raises(SlowDown):
        await who(authenticator, client.key, client.secret, address="10.0.0.1")
    assert compared == []


async def test_a_failed_attempt_is_an_event_of_the_organisation(
    server: Server, operator: Any, client: NewClient
) -> None:
    for key, secret in ((client.key, WELL_FORMED), ("nobody-00000000", WELL_FORMED), ("\0", "x")):
        assert await who(server.authenticator, key, secret, address="192.0.2.77") is None
    query = text("select organisation_id, client_id, facts from security_event where address = :a")
    async with operator() as tx:
        told = (await tx.execute(query, {"a": "192.0.2.77"})).all()
    assert [event.facts for event in told] == [{"error": "invalid_client"}] * 3
    assert (told[0].organisation_id, told[0].client_id) == (KPAI, client.id)
    assert {(event.organisation_id, event.client_id) for event in told[1:]} == {(None, None)}
