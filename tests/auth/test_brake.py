"""The brake: who has to wait, whom nobody can make wait, and what is kept of it."""

import asyncio
from dataclasses import replace
from typing import Any
from uuid import uuid4

import pytest
from httpx import BasicAuth
from sqlalchemy import text

from auth.authority import Authority
from auth.brake import Brake, SlowDown
from auth.clients import NewClient
from db.session import Database
from tests.auth.conftest import SETTINGS, Server

TIGHT = replace(SETTINGS, token_requests_per_minute=4, failures_per_minute=2)
HERE, THERE = "192.0.2.1", "198.51.100.7"


@pytest.fixture
def brake(database: Database) -> Brake:
    return Brake(database, TIGHT)


@pytest.fixture(autouse=True)
async def rested(operator: Any) -> None:
    async with operator() as tx:
        await tx.execute(text("truncate allowance, security_event"))


def name() -> str:
    return f"client-{uuid4().hex[:8]}"


async def waits(brake: Brake, client: str | None, address: str | None) -> bool:
    try:
        await brake.token_request(client, address)
    except SlowDown as slow:
        assert 1 <= slow.seconds <= 60
        return True
    return False


async def test_a_client_may_ask_so_often_from_one_address(brake: Brake) -> None:
    client = name()
    assert [await waits(brake, client, HERE) for _ in range(6)] == [False] * 4 + [True] * 2


async def test_two_replicas_share_one_allowance(database: Database) -> None:
    replicas = [Brake(database, TIGHT), Brake(database, TIGHT)]
    client = name()
    asked = await asyncio.gather(*(waits(replicas[n % 2], client, HERE) for n in range(12)))
    assert asked.count(False) == 4


async def test_nobody_makes_a_client_wait_elsewhere(brake: Brake) -> None:
    client = name()
    for _ in range(6):
        await waits(brake, client, HERE)
    assert not await waits(brake, client, THERE)


async def test_an_address_is_shared_by_what_asks_there(brake: Brake) -> None:
    asked = [await waits(brake, name(), HERE) for _ in range(17)]
    assert asked == [False] * 16 + [True]
    assert not await waits(brake, name(), THERE)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("2001:db8::1", "2001:db8::ffff", True), ("2001:db8::1", "2001:db8:0:1::1", False),
        ("::ffff:192.0.2.9", "192.0.2.9", True), ("fe80::1%eth0", "fe80::2%eth1", True),
        (None, "nonsense", True), (HERE, THERE, False),
    ],
)  # fmt: skip
async def test_what_counts_as_one_address(
    brake: Brake, one: str | None, other: str | None, same: bool
) -> None:
    client = name()
    for _ in range(5):
        await waits(brake, client, one)
    assert await waits(brake, client, other) is same


async def test_wrong_secrets_are_counted_tighter(brake: Brake) -> None:
    client = name()
    for _ in range(2):
        assert not await waits(brake, client, HERE)
        await brake.failed(client, HERE)
    assert await waits(brake, client, HERE)
    assert not await waits(brake, client, THERE)
    assert not await waits(brake, name(), HERE)


async def test_wrong_secrets_of_many_names_from_one_address(brake: Brake) -> None:
    for _ in range(8):
        await brake.failed(name(), HERE)
    assert await waits(brake, name(), HERE)


async def test_what_was_shown_counts_from_wherever(brake: Brake) -> None:
    client = name()
    for _ in range(4):
        await brake.authenticated(client)
    with pytest.raises(SlowDown):
        await brake.authenticated(client)


async def test_an_allowance_fills_again(brake: Brake, operator: Any) -> None:
    client = name()
    for _ in range(5):
        await waits(brake, client, HERE)
    async with operator() as tx:
        await tx.execute(text("alter table allowance no force row level security"))
        await tx.execute(text("update allowance set filled_at = filled_at - interval '16 s'"))
        await tx.execute(text("alter table allowance force row level security"))
    assert [await waits(brake, client, HERE) for _ in range(2)] == [False, True]


async def test_other_allowances(brake: Brake) -> None:
    who = name()
    drawn = [await brake.draw("sign-in", who, most=2, per_minute=6) for _ in range(3)]
    assert drawn[:2] == [None, None] and drawn[2] is not None and 0 < drawn[2] <= 10
    assert await brake.draw("other", who, most=2, per_minute=6) is None
    assert await brake.draw("dear", who, most=10, per_minute=1, cost=11) is not None


async def test_it_can_be_taken_off(database: Database) -> None:
    off = Brake(database, replace(SETTINGS, token_requests_per_minute=0, failures_per_minute=0))
    client = name()
    for _ in range(30):
        await off.failed(client, HERE)
        await off.authenticated(client)
        assert not await waits(off, client, HERE)
        assert await off.draw("sign-in", client, most=1, per_minute=1) is None


async def test_the_table_names_nobody(brake: Brake, operator: Any) -> None:
    await waits(brake, "well-known-client", HERE)
    async with operator() as tx:
        await tx.execute(text("alter table allowance no force row level security"))
        kept = (await tx.execute(text("select * from allowance"))).all()
        await tx.execute(text("alter table allowance force row level security"))
    assert kept and all(len(row.key) == 32 for row in kept)
    assert "well-known" not in str(kept) and HERE not in str(kept)


async def _events(operator: Any) -> list[Any]:
    async with operator() as tx:
        kind = text("select * from security_event where kind = 'SLOWED_DOWN'")
        return list((await tx.execute(kind)).all())


async def test_it_is_written_down_once_and_not_at_every_request(
    brake: Brake, client: NewClient, operator: Any
) -> None:
    for _ in range(12):
        await waits(brake, client.key, HERE)
    (event,) = await _events(operator)
    assert (event.client_id, event.address) == (client.id, HERE)
    assert event.organisation_id is not None


async def test_made_up_names_fill_no_log(brake: Brake, operator: Any) -> None:
    for _ in range(40):
        await waits(brake, name(), HERE)
    (event,) = await _events(operator)
    assert (event.organisation_id, event.client_id) == (None, None)


@pytest.fixture
def settings() -> Any:
    return TIGHT


async def test_at_the_token_endpoint(server: Server, client: NewClient) -> None:
    for _ in range(4):
        assert (await server.ask(client)).status_code == 200
    answer = await server.ask(client)
    assert answer.status_code == 429
    assert 1 <= int(answer.headers["retry-after"]) <= 60
    assert answer.headers["cache-control"] == "no-store"


async def test_guessing_at_the_token_endpoint(server: Server, client: NewClient) -> None:
    guess = BasicAuth(client.key, "rks_00000000_" + "a" * 43)
    form = {"grant_type": "client_credentials"}
    asked = [
        (await server.http.post("/oauth/token", data=form, auth=guess)).status_code
        for _ in range(3)
    ]
    assert asked == [401, 401, 429]


def test_the_authority_brakes(database: Database) -> None:
    assert isinstance(Authority.make(SETTINGS, database).brake, Brake)
