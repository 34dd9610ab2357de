"""A database that goes away: said clearly, nothing half done, and working again when it is back."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
import pytest_asyncio
from httpx import ASGITransport, AsyncClient
from sqlalchemy import text

from api.app import make_app
from db.session import Database
from tests.conftest import Databases, Operator
from tests.scenes import Pair, pair, take, uuid_of
from tests.unchanged import unchanged
from tests.wire import Wire
from tests.world import SETTINGS, Answer, Api, World, case, ok

LIST = "{ handoffs { nodes { id sections { nodes { content { __typename } } } } } }"
TAKEN = "mutation($id: ID!) { acceptHandoff(id: $id) { ... on Handoff { status } } }"


@pytest_asyncio.fixture(scope="module")
async def wire(databases: Databases, database_name: str) -> AsyncIterator[Wire]:
    async with Wire.to(databases.app_url(database_name)) as wire:
        yield wire


@pytest_asyncio.fixture(scope="module")
async def both(wire: Wire, operator: Operator) -> AsyncIterator[Pair]:
    """Two partners whose API stands behind the wire."""
    database = Database(wire.url)
    async with World.open(database, operator) as world:
        yield await pair(world)
    await database.close()


@pytest.fixture(autouse=True)
def mended(wire: Wire) -> None:
    wire.mend()


def unavailable(answer: Answer) -> bool:
    return (answer.status, set(answer.codes)) == (503, {"UNAVAILABLE"})


async def ended(both: Pair) -> None:
    """End every connection of the API's role, from the server's side."""
    gone = await both.world.sql(
        "select pg_terminate_backend(pid) from pg_stat_activity"
        " where datname = current_database() and usename <> current_user"
    )
    assert gone


@pytest.mark.parametrize("by", ["server", "wire"])
async def test_connections_that_died_while_idle_are_replaced_unseen(
    both: Pair, wire: Wire, by: str
) -> None:
    async def break_all() -> None:
        if by == "server":
            await ended(both)
        else:
            wire.snap()
            await asyncio.sleep(0)

    id = (await both.send())["id"]
    await break_all()
    assert (await both.sender.ask(LIST)).data["handoffs"]["nodes"]
    await break_all()
    assert (await ok(take(both.receiver, "acceptHandoff", id)))["status"] == "ACCEPTED"
    await break_all()
    assert (await both.send())["status"] == "REQUESTED"


async def test_while_it_is_away_reading_and_changing_say_so(both: Pair, wire: Wire) -> None:
    id = (await both.send())["id"]
    async with unchanged(both.world):
        wire.cut()
        for document in (LIST, TAKEN, "{ viewer { clientId } }"):
            answer = await both.receiver.ask(document, id=id)
            assert unavailable(answer), document
            assert answer.headers["retry-after"]
            assert "data" not in answer.body
        wire.mend()
    assert (await both.receiver.ask(TAKEN, id=id)).data["acceptHandoff"] == {"status": "ACCEPTED"}


async def test_the_sentence_is_in_the_callers_language(both: Pair, wire: Wire) -> None:
    wire.cut()
    english = await both.sender.ask(LIST)
    indonesian = await replace(both.sender, language="id").ask(LIST)
    assert english.body["errors"][0]["message"].startswith("The service cannot be reached")
    assert indonesian.body["errors"][0]["message"].startswith("Layanan sedang tidak dapat")


@pytest.mark.parametrize("by", ["server", "wire"])
async def test_gone_in_the_middle_of_a_change_nothing_is_half_written(
    both: Pair, operator: Operator, wire: Wire, by: str
) -> None:
    """The change waits for a row someone holds; then its connection goes."""
    id = await both.at("RECEIVED")
    async with unchanged(both.world):
        async with operator() as tx:
            held = text("select 1 from handoff where id = :id for update")
            await tx.execute(held, {"id": uuid_of(id)})
            waiting = asyncio.create_task(both.receiver.ask(TAKEN, id=id))
            await _someone_waits(both)
            if by == "server":
                await ended(both)
            else:
                wire.snap()
            answer = await waiting
        assert unavailable(answer)
    done = await both.receiver.ask(TAKEN, id=id)
    assert done.data["acceptHandoff"] == {"status": "ACCEPTED"}


async def _someone_waits(both: Pair) -> None:
    for _ in range(500):
        waiting = await both.world.sql(
            "select 1 from pg_stat_activity where wait_event_type = 'Lock'"
        )
        if waiting:
            return
        await asyncio.sleep(0.01)
    raise AssertionError("nobody came to wait for the row")


async def test_under_a_rain_of_cuts_every_answer_is_clear_and_every_change_whole(
    both: Pair, wire: Wire
) -> None:
    ids = [await both.at("REQUESTED") for _ in range(12)]
    rounds, swallowed, pending = 0, 0, list(ids)

    while pending and rounds < 30:
        rounds += 1
        attempts = [asyncio.create_task(both.receiver.ask(TAKEN, id=id)) for id in pending]
        for _ in range(12 if rounds < 6 else 0):  # then it stops raining
            await asyncio.sleep(0.005)
            wire.snap()
        answers = await asyncio.gather(*attempts)
        again = []
        for id, answer in zip(pending, answers, strict=True):
            if unavailable(answer):
                swallowed += 1
                again.append(id)
            else:  # accepted now, or before the cut that swallowed the answer
                assert (answer.status, answer.codes) == (200, [])
        pending = again

    assert swallowed
    assert not pending
    for id in ids:
        seen = await both.seen(both.sender, id)
        assert seen["status"] == "ACCEPTED"
        assert [e["kind"] for e in seen["events"]["nodes"]] == ["DRAFTED", "SENT", "ACCEPTED"]


async def test_sending_with_a_key_is_safe_to_repeat_until_it_is_answered(
    both: Pair, wire: Wire
) -> None:
    for n in range(5):
        key = f"hujan-{n}"
        attempt = asyncio.create_task(_send(both, key))
        await asyncio.sleep(0.004 * n)
        wire.snap()
        first = await attempt
        again = await _send(both, key)
        assert again.status == 200
        if not unavailable(first):
            assert again.body["data"] == first.body["data"]
        [(number,)] = await both.world.sql(
            "select count(*) from handoff where idempotency_key = :key", key=key
        )
        assert number == 1


async def _send(both: Pair, key: str) -> Answer:
    body = case(both.receiver.org, both.mou, idempotencyKey=key)
    document = "mutation($i: HandoffInput!) { sendHandoff(input: $i) { ... on Handoff { id } } }"
    return await both.sender.ask(document, i=body)


async def test_a_server_that_is_not_there(world: World) -> None:
    token = (await world.as_(await world.org())).token
    for url in ("postgresql://a:b@127.0.0.1:1/x", "postgresql://a:b@db.invalid/x"):
        nowhere = Database(url)
        app = make_app(SETTINGS, nowhere)
        async with AsyncClient(transport=ASGITransport(app), base_url="http://127.0.0.1") as http:
            answer = await Api(http, world.kpai, token).ask(LIST)
        assert unavailable(answer)
        assert url not in str(answer.body)
        await nowhere.close()


async def test_a_pool_with_no_connection_free_says_so(databases: Databases, world: World,
                                                      database_name: str) -> None:  # fmt: skip
    few = Database(databases.app_url(database_name), pool_size=1)
    few.engine.pool._timeout = 0.2  # type: ignore[attr-defined]
    app = make_app(SETTINGS, few)
    token = (await world.as_(await world.org())).token
    async with AsyncClient(transport=ASGITransport(app), base_url="http://127.0.0.1") as http:
        api = Api(http, world.kpai, token)
        assert (await api.ask(LIST)).status == 200
        async with few.anonymous() as one, few.anonymous() as other:
            await one.connection()
            await other.connection()
            assert unavailable(await api.ask(LIST))
        assert (await api.ask(LIST)).status == 200
    await few.close()
