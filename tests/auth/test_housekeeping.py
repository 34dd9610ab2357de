"""Housekeeping: what goes and what stays, one replica at a time, and that it disturbs nobody."""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest
import pytest_asyncio
from sqlalchemy import text

import auth.housekeeping
import db.rounds
from auth.clients import NewClient
from auth.housekeeping import Housekeeping
from auth.keys import SigningKeys
from auth.settings import AuthSettings
from auth.tokens import Tokens
from db.ids import new_id
from db.session import Database
from tests.auth.conftest import KPAI
from tests.auth.test_keys import SOMEBODY

TABLES = (
    "used_once", "allowance", "ticket", "device_request", "refresh_token", "oauth_grant", "session",
)  # fmt: skip


@pytest.fixture
def keys(database: Database, settings: AuthSettings) -> SigningKeys:
    return SigningKeys(database, settings)


@pytest.fixture
def house(database: Database, keys: SigningKeys, settings: AuthSettings) -> Housekeeping:
    return Housekeeping(database, keys, replace(settings, key_days=0))


@pytest_asyncio.fixture(autouse=True)
async def empty(operator: Any) -> AsyncIterator[None]:
    yield
    async with operator() as tx:
        await tx.execute(text(f"truncate {', '.join(TABLES)}, security_event, calendar_feed"))


async def rows(database: Database, table: str) -> list[Any]:
    async with database.authority() as tx:
        return list((await tx.execute(text(f"select * from {table}"))).all())


async def said(caplog: pytest.LogCaptureFixture, words: str) -> list[str]:
    return [record.message for record in caplog.records if words in record.message]


async def until(look: Callable[[], Awaitable[list[Any]]], count: int) -> None:
    """Wait until there are so many."""
    for _ in range(1_000):
        found = len(await look())
        if found == count or found > count > 0:
            return
        await asyncio.sleep(0.01)
    raise AssertionError("waited in vain")


async def run(database: Database, statement: str, **values: Any) -> None:
    async with database.authority() as tx:
        await tx.execute(text(statement), values)


async def person(operator: Any) -> UUID:
    id = new_id()
    async with operator() as tx:
        await tx.execute(
            text(
                "insert into user_account (id, organisation_id, email, name, roles)"
                " values (:id, :org, :email, 'A', '{AUDITOR}')"
            ),
            {"id": id, "org": KPAI, "email": f"{id.hex}@example.id"},
        )
    return id


async def test_what_is_seen_once_and_allowances_go_when_they_mean_nothing(
    database: Database, house: Housekeeping
) -> None:
    await run(
        database,
        "insert into used_once values ('a', now() - interval '1 s'), ('b', now() + interval '9 s')",
    )
    await run(database, "select access.draw('slow', 10, 1, 5), access.draw('fast', 10, 1e6, 1)")
    await run(database, "update allowance set full_at = full_at - interval '1 s'")
    removed = await house.once()
    assert [row.key for row in await rows(database, "used_once")] == [b"b"]
    assert [row.key for row in await rows(database, "allowance")] == [b"slow"]
    assert (removed["used_once"], removed["allowance"]) == (1, 1)


@pytest.mark.parametrize("table", ["ticket", "device_request", "refresh_token"])
async def test_secrets_go_a_day_after_they_expired(
    database: Database, house: Housekeeping, client: NewClient, table: str
) -> None:
    grant = new_id()
    await run(
        database,
        "insert into oauth_grant (id, client_id, kind, scopes, expires_at)"
        " values (:grant, :client, 'DEVICE_CODE', '{}', now())",
        grant=grant, client=client.id,
    )  # fmt: skip
    insert = {
        "ticket": "(hash, kind, expires_at) values (:hash, 'CODE', {})",
        "device_request": "(hash, user_code, client_id, scopes, expires_at)"
        " values (:hash, encode(:hash, 'escape'), :client, '{{}}', {})",
        "refresh_token": "(hash, grant_id, expires_at) values (:hash, :grant, {})",
    }[table]
    for name, expires in ((b"old", "now() - interval '25 h'"), (b"new", "now() - interval '23 h'")):
        statement = f"insert into {table} {insert.format(expires)}"
        given = {"hash": name, "client": client.id, "grant": grant}
        await run(database, statement, **{k: v for k, v in given.items() if f":{k}" in statement})
    assert (await house.once())[table] == 1
    assert [row.hash for row in await rows(database, table)] == [b"new"]


async def test_a_grant_goes_with_what_hangs_on_it_and_its_session_later(
    database: Database, house: Housekeeping, client: NewClient, operator: Any
) -> None:
    user, old, new = await person(operator), new_id(), new_id()
    for session, days in ((old, 100), (new, 80)):
        await run(
            database,
            "insert into session (id, user_id, hash, methods, expires_at)"
            " values (:id, :user, :hash, '{pwd}', now() - make_interval(days => :days))",
            id=session, user=user, hash=session.bytes, days=days,
        )  # fmt: skip
    for session, days in ((old, 6), (new, 8)):
        grant = new_id()
        await run(
            database,
            "insert into oauth_grant (id, client_id, user_id, session_id, kind, scopes, expires_at)"
            " values (:id, :client, :user, :session, 'AUTHORIZATION_CODE', '{}',"
            " now() - make_interval(days => :days))",
            id=grant, client=client.id, user=user, session=session, days=days,
        )  # fmt: skip
        await run(
            database,
            "insert into refresh_token (hash, grant_id, expires_at) values (:hash, :id, now())",
            hash=grant.bytes, id=grant,
        )  # fmt: skip
    removed = await house.once()
    assert (removed["oauth_grant"], removed["session"]) == (1, 0)  # the old session has a grant
    assert [row.session_id for row in await rows(database, "oauth_grant")] == [old]
    assert len(await rows(database, "refresh_token")) == 1
    await run(database, "update oauth_grant set expires_at = now() - interval '8 days'")
    assert (await house.once())["session"] == 1
    assert [row.id for row in await rows(database, "session")] == [new]


async def test_an_ended_session_goes_by_the_day_it_ended(
    database: Database, house: Housekeeping, operator: Any
) -> None:
    user = await person(operator)
    for days in (91, 89):
        await run(
            database,
            "insert into session (id, user_id, hash, methods, expires_at, ended_at) values"
            " (:id, :user, :hash, '{}', now(), now() - make_interval(days => :days))",
            id=new_id(), user=user, hash=bytes([days]), days=days,
        )  # fmt: skip
    assert (await house.once())["session"] == 1


async def _many(database: Database, count: int) -> None:
    await run(
        database,
        "insert into used_once select n::text::bytea, now() - interval '1 s'"
        " from generate_series(1, :count) n",
        count=count,
    )


async def test_it_goes_in_batches_and_stops_for_a_breath(
    database: Database, house: Housekeeping, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(auth.housekeeping, "MOST_BATCHES", 2)
    await _many(database, 1_200)
    assert [(await house.once())["used_once"] for _ in range(3)] == [1_000, 200, 0]


async def test_one_replica_at_a_time(database: Database, house: Housekeeping) -> None:
    await _many(database, 10)
    async with database.authority() as tx:
        await tx.execute(auth.housekeeping._ONLY_ONE)
        assert sum((await house.once()).values()) == 0
    assert (await house.once())["used_once"] == 10


async def test_who_holds_a_row_is_not_waited_for(database: Database, house: Housekeeping) -> None:
    await _many(database, 3)
    async with database.authority() as tx:
        await tx.execute(text("select from used_once where key = '2' for update"))
        assert (await asyncio.wait_for(house.once(), 5))["used_once"] == 2


async def test_the_security_log_is_out_of_its_reach(database: Database) -> None:
    with pytest.raises(Exception, match="permission denied"):
        await run(database, "delete from security_event")


# Keys


async def _events(operator: Any) -> list[Any]:
    async with operator() as tx:
        return list((await tx.execute(text("select * from security_event order by id"))).all())


async def _age(operator: Any, days: int) -> None:
    async with operator() as tx:
        await tx.execute(text("alter table signing_key no force row level security"))
        await tx.execute(
            text("update signing_key set signs_from = now() - make_interval(days => :days)"),
            {"days": days},
        )
        await tx.execute(text("alter table signing_key force row level security"))


async def test_a_key_of_its_age_is_followed_by_another_once(
    database: Database, settings: AuthSettings, operator: Any
) -> None:
    replicas = [SigningKeys(database, settings) for _ in range(3)]
    houses = [Housekeeping(database, keys, settings) for keys in replicas]
    old = (await replicas[0].current()).thumbprint()
    await _age(operator, 29)
    await asyncio.gather(*(house.once() for house in houses))
    assert len((await replicas[0].jwks())["keys"]) == 1
    token = (await Tokens(replicas[0], settings).issue(SOMEBODY)).token

    await _age(operator, 30)
    await asyncio.gather(*(house.once() for house in houses))
    fresh = SigningKeys(database, settings)
    published = [key["kid"] for key in (await fresh.jwks())["keys"]]
    assert len(published) == 2 and published[1] == old
    assert (await fresh.current()).thumbprint() == old  # which signs until the new one is known
    assert await Tokens(fresh, settings).verify(token) == SOMEBODY
    (event,) = await _events(operator)
    assert (event.kind, event.organisation_id) == ("KEYS_ROTATED", KPAI)
    assert event.facts == {"kid": published[0], "leaked": False, "scheduled": True}


async def test_zero_days_is_never(database: Database, house: Housekeeping, operator: Any) -> None:
    keys = house._keys
    await keys.current()
    await _age(operator, 4_000)
    await house.once()
    assert len((await keys.jwks())["keys"]) == 1


async def test_a_rotation_by_command_is_written_down(keys: SigningKeys, operator: Any) -> None:
    await keys.current()
    kid = await keys.rotate(leaked=True)
    (event,) = await _events(operator)
    assert event.facts == {"kid": kid, "leaked": True, "scheduled": False}


# Beside the server


async def test_it_runs_now_and_then_and_ends_with_the_server(
    database: Database, house: Housekeeping
) -> None:
    async with house.running(interval=0.01):
        for _ in range(2):
            await _many(database, 5)
            await until(lambda: rows(database, "used_once"), 0)
    await _many(database, 5)
    await asyncio.sleep(0.05)
    assert len(await rows(database, "used_once")) == 5


async def test_a_database_that_is_away_stops_nothing(
    settings: AuthSettings, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(db.rounds, "REPEAT", 0)
    away = Database("postgresql://nobody:planted-9f3c@127.0.0.1:1/nowhere")
    house = Housekeeping(away, SigningKeys(away, settings), settings)
    with caplog.at_level(logging.DEBUG):
        async with house.running(interval=0.01):
            await until(lambda: said(caplog, "the database is away"), 3)
    assert "planted-9f3c" not in caplog.text
    await away.close()


async def test_a_fault_of_ours_stops_nothing_either(
    house: Housekeeping, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def fail() -> dict[str, int]:
        raise RuntimeError("whatever")

    monkeypatch.setattr(house, "once", fail)
    async with house.running(interval=0.01):
        await until(lambda: said(caplog, "housekeeping failed"), 2)


async def test_what_takes_too_long_at_the_end_is_given_up(
    house: Housekeeping, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(db.rounds, "LAST_WORDS", 0.05)
    begun = asyncio.Event()

    async def linger() -> dict[str, int]:
        begun.set()
        await asyncio.sleep(60)
        return {}

    monkeypatch.setattr(house, "once", linger)
    async with asyncio.timeout(5), house.running(interval=0.001):
        await begun.wait()
