"""Cut before any statement, or before the commit: there is a receipt with what it attests, or
neither; and the next attempt does the whole."""

from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import pytest_asyncio
from sqlalchemy import event

from db.session import Database
from tests.conftest import Databases, Operator
from tests.scenes import Pair, pair, take, uuid_of
from tests.wire import Wire
from tests.world import MOU, SETTINGS, Api, World, clause, content, ok, open_version, proposed
from tests.world import signature as signing

MOST = 200
HELD = """
select (select count(*) from handoff where accepted_at is not null) as accepted,
       (select count(*) from mou_version where stage = 'SIGNED') as concluded,
       (select count(*) from receipt where handoff_id is not null) as of_handoffs,
       (select count(*) from receipt where version_id is not null) as of_versions,
       (select count(*) from receipt r where cardinality(r.signers) = (
          select count(*) from receipt_signature s where s.receipt_id = r.id)) as signed
"""


@pytest_asyncio.fixture(scope="module")
async def wire(databases: Databases, database_name: str) -> AsyncIterator[Wire]:
    async with Wire.to(databases.app_url(database_name)) as wire:
        yield wire


@pytest_asyncio.fixture(scope="module")
async def both(wire: Wire, operator: Operator) -> AsyncIterator[Pair]:
    """Two partners whose API stands behind the wire."""
    database = Database(wire.url, info=SETTINGS.carried)
    async with World.open(database, operator) as world:
        yield await pair(world)
    await database.close()


@contextmanager
def cut_before(world: World, wire: Wire, number: int) -> Iterator[list[str]]:
    """Break every connection before the statement of this number; the commit counts as one."""
    seen: list[str] = []

    def note(what: str) -> None:
        seen.append(what)
        if len(seen) == number:
            wire.snap()

    def statement(_connection: Any, _cursor: Any, text: str, *_: Any) -> None:
        note(text)

    def commit(_connection: Any) -> None:
        note("commit")

    engine = world.database.engine.sync_engine
    event.listen(engine, "before_cursor_execute", statement)
    event.listen(engine, "commit", commit)
    try:
        yield seen
    finally:
        event.remove(engine, "before_cursor_execute", statement)
        event.remove(engine, "commit", commit)


async def whole(world: World) -> None:
    """As many receipts as there is to attest, each signed by everyone."""
    [held] = await world.sql(HELD)
    assert held.of_handoffs == held.accepted
    assert held.of_versions == held.concluded
    assert held.signed == held.of_handoffs + held.of_versions


async def test_accepting(both: Pair, wire: Wire) -> None:
    id = await both.at("RECEIVED")
    document = "mutation($id: ID!) { acceptHandoff(id: $id) { __typename } }"
    for number in range(2, MOST):  # a connection that is dead at the first is replaced
        with cut_before(both.world, wire, number) as seen:
            answer = await both.receiver.ask(document, id=id)
        await whole(both.world)
        if len(seen) < number:
            break
        [(accepted,)] = await both.world.sql(
            "select accepted_at from handoff where id = :id", id=uuid_of(id)
        )
        if accepted:  # cut after the commit: what was read for the answer, or the ledger's entry
            id = await both.at("RECEIVED")
    assert answer.data == {"acceptHandoff": {"__typename": "Handoff"}}
    written = " ".join(seen)
    assert "INSERT INTO receipt " in written
    assert "INSERT INTO receipt_signature" in written
    assert written.index("INSERT INTO receipt_signature") < written.index("commit")
    await whole(both.world)


async def test_the_last_signature(both: Pair, wire: Wire) -> None:
    world = both.world
    sides = (both.sender, both.receiver)
    mou = await ok(proposed(sides[0], content([api.org for api in sides], [_clause(*sides)])))
    await ok(sides[0].mutate("submitMou", "$id: ID!", MOU, id=mou["id"]))
    hash = (await open_version(sides[0], mou["id"]))["contentHash"]
    types = "$id: ID!, $contentHash: String!"
    await ok(sides[1].mutate("approveMou", types, MOU, id=mou["id"], contentHash=hash))
    sign = (
        "mutation($id: ID!, $input: MouSignatureInput!)"
        " { signMou(id: $id, input: $input) { __typename } }"
    )
    assert (await sides[0].ask(sign, id=mou["id"], input=signing(hash))).data
    for number in range(2, MOST):
        with cut_before(world, wire, number) as seen:
            await sides[1].ask(sign, id=mou["id"], input=signing(hash))
        await whole(world)
        if len(seen) < number:
            break
    assert number > 20  # the signature, its event, the conclusion and the receipt
    assert (await open_version(sides[1], mou["id"]))["stage"] == "SIGNED"


def _clause(one: Api, other: Api) -> dict[str, Any]:
    return clause(one.org, other.org)


async def test_it_works_again_when_the_wire_is_whole(both: Pair, wire: Wire) -> None:
    id = await both.at("RECEIVED")
    assert (await ok(take(both.receiver, "acceptHandoff", id)))["status"] == "ACCEPTED"
    await whole(both.world)


@pytest.fixture(autouse=True)
def mended(wire: Wire) -> None:
    wire.mend()
