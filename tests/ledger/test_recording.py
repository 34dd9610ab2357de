"""What is served is written down, in the same breath or not at all; and only what is served."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio
from sqlalchemy import event

from auth.scopes import Scope
from db.session import Database
from resolvers.reading import Reading
from tests.conftest import Databases, Operator
from tests.ledger.scenes import Book
from tests.people import acting, somebody
from tests.scenes import Pair, pair, take, unknown, uuid_of
from tests.wire import Wire
from tests.world import EVERY_SCOPE, Answer, Api, World, ok

BODIES = """
query($id: ID!) { handoff(id: $id) { sections { nodes {
  id content { __typename ... on Disclosed { body } ... on Withheld { code } } } } } }
"""
SHAPES = "query($id: ID!) { handoff(id: $id) { sections { nodes { category content {\n"
SHAPES += "__typename } } } } }"
ITEMS = """
select e.reader_id, e.client_id, e.user_id, e.request_id, p.owner_id, p.kinds, p.handoffs,
       p.items, p.reader_id = e.reader_id as fits, e.at > now() - interval '1 minute' as recent
from ledger_entry e join ledger_part p on p.entry_id = e.id order by e.at, p.owner_id
"""


@pytest_asyncio.fixture(scope="module")
async def wire(databases: Databases, database_name: str) -> AsyncIterator[Wire]:
    async with Wire.to(databases.app_url(database_name)) as wire:
        yield wire


@pytest_asyncio.fixture(scope="module")
async def both(wire: Wire, operator: Operator) -> AsyncIterator[Pair]:
    """Two partners whose API stands behind the wire."""
    database = Database(wire.url)
    async with World.open(database, operator) as world:
        yield await pair(world, "INCIDENT", "IDENTITY", back=("OUTCOME",))
    await database.close()


@pytest_asyncio.fixture(autouse=True)
async def empty(wire: Wire, book: Book) -> None:
    wire.mend()


async def recorded(both: Pair) -> list[Any]:
    return await both.world.sql(ITEMS)


async def forget(both: Pair) -> None:
    await both.world.sql("truncate ledger_entry, ledger_part, ledger_pending cascade")


async def test_whoever_reads_the_words_of_another_stands_in_the_ledger(both: Pair) -> None:
    id = await both.at("ACCEPTED", "INCIDENT", "IDENTITY")
    await forget(both)
    answer = await both.receiver.ask(BODIES, id=id)
    shown = answer.data["handoff"]["sections"]["nodes"]
    assert [s["content"]["__typename"] for s in shown] == ["Disclosed", "Disclosed"]

    [row] = await recorded(both)
    assert (row.owner_id, row.reader_id) == (both.sender.org.id, both.receiver.org.id)
    assert row.request_id == answer.headers["x-request-id"]
    assert (row.kinds, row.handoffs, row.user_id) == (["DISCLOSED"], [uuid_of(id)], None)
    assert row.fits and row.recent
    assert {item["section"] for item in row.items} == {str(uuid_of(s["id"])) for s in shown}
    assert {item["category"] for item in row.items} == {"INCIDENT", "IDENTITY"}
    for item in row.items:
        assert item["mou"] == str(uuid_of(both.mou))
        assert (item["kind"], item["handoff"]) == ("DISCLOSED", str(uuid_of(id)))
        assert item["clause"] == 1 and item["version"] and item["basis"]
        assert "Isi bagian" not in str(item)
    [client] = await both.world.sql("select organisation_id from client where id = :id",
                                    id=row.client_id)  # fmt: skip
    assert client.organisation_id == both.receiver.org.id


async def test_ones_own_words_and_headers_are_nobodys_business(both: Pair) -> None:
    id = await both.at("ACCEPTED", "INCIDENT")
    await forget(both)
    assert (await both.sender.ask(BODIES, id=id)).data
    assert (await both.receiver.ask("{ handoffs { nodes { id status } } }")).data
    assert (await both.receiver.ask(SHAPES, id=id)).data
    assert await recorded(both) == []


async def test_a_request_is_one_entry_however_much_it_reads(both: Pair) -> None:
    ids = [await both.at("ACCEPTED", "INCIDENT") for _ in range(3)]
    await forget(both)
    page = "{ handoffs(first: 3) { nodes { sections { nodes { content { ... on Disclosed { body }\n"
    page += "} } } } } }"
    await both.receiver.data(page)
    [row] = await recorded(both)
    assert {str(id) for id in row.handoffs} == {str(uuid_of(id)) for id in ids}
    assert len(row.items) == 3


async def test_what_is_withheld_is_told_to_its_author(both: Pair) -> None:
    id = await both.at("ACCEPTED", "INCIDENT", "IDENTITY")
    narrow = await both.world.as_(both.receiver.org, Scope.HANDOFF_READ)
    await forget(both)
    await narrow.data(BODIES, id=id)
    [row] = await recorded(both)
    assert (row.owner_id, sorted(row.kinds)) == (both.sender.org.id, ["DENIED", "DISCLOSED"])
    by_category = {item["category"]: item for item in row.items}
    denied = by_category["IDENTITY"]
    assert (denied["kind"], denied["code"]) == ("DENIED", "SCOPE_MISSING")
    assert "mou" not in denied
    assert by_category["INCIDENT"]["kind"] == "DISCLOSED"


async def test_after_the_end_of_the_agreement_only_denials_are_recorded(both: Pair) -> None:
    other = await pair(both.world, "INCIDENT")
    id = await other.at("ACCEPTED")
    await both.world.sql("update mou set suspended_at = now(), suspension_reason = 'x',"
                         " suspended_by = :org where id = :id", id=uuid_of(other.mou),
                         org=other.sender.org.id)  # fmt: skip
    await forget(both)
    await other.receiver.data(BODIES, id=id)
    [row] = await recorded(both)
    assert [item["code"] for item in row.items] == ["AGREEMENT_NOT_IN_FORCE"]


@pytest.mark.parametrize(
    ("document", "field", "code"),
    [
        ("query($id: ID!) { it: handoff(id: $id) { id } }", "handoff", "NOT_FOUND"),
        ("mutation($id: ID!) { it: acceptHandoff(id: $id) { __typename } }", "acceptHandoff",
         "NOT_FOUND"),
        ("query($id: ID!) { it: node(id: $id) { id } }", "node", "NOT_FOUND"),
        ("query($id: ID!) { it: nodes(ids: [$id, $id]) { id } }", "nodes", "NOT_FOUND"),
    ],
)  # fmt: skip
async def test_what_does_not_exist_for_one_is_told_to_oneself_alone(
    both: Pair, document: str, field: str, code: str
) -> None:
    """The owner of the thing learns nothing, and whether there is one does not show."""
    real = await both.at("REQUESTED")
    api = await both.world.as_(await both.world.org("LEGAL_AID"))
    for id in (real, unknown("handoff")):
        await forget(both)
        await api.ask(document, id=id)
        [row] = await recorded(both)
        assert (row.owner_id, row.reader_id, row.handoffs) == (api.org.id, api.org.id, [])
        assert row.items == [{"kind": "DENIED", "field": field, "code": code}]


async def test_a_missing_scope_is_recorded_under_the_schemas_own_words(both: Pair) -> None:
    api = await both.world.as_(both.receiver.org, Scope.MOU_READ)
    answer = await api.ask("{ anak_bernama_siti: handoffs { nodes { id } } }")
    assert answer.codes == ["MISSING_SCOPE"]
    [row] = await recorded(both)
    assert row.items == [{"kind": "DENIED", "field": "handoffs", "code": "MISSING_SCOPE"}]


@pytest.mark.parametrize(
    "document",
    [
        "{ handoffs { nodes { nothing } } }",
        '{ handoff(id: "handoff_x") { id } }',
        "{ viewer { clientId } }",
        "{ handoffs(first: 1000) { nodes { id } } }",
    ],
)
async def test_mistakes_are_no_denials(both: Pair, document: str) -> None:
    await both.receiver.ask(document)
    assert await recorded(both) == []


async def test_who_is_shut_out_altogether_is_the_security_logs_matter(both: Pair) -> None:
    api = await both.world.as_(both.receiver.org)
    await both.world.sql("update client set disabled_at = now() where id = (select id from client"
                         " order by created_at desc, id desc limit 1)")  # fmt: skip
    assert (await api.ask("{ handoffs { nodes { id } } }")).codes == ["UNAUTHENTICATED"]
    assert await recorded(both) == []


def before_writing(monkeypatch: pytest.MonkeyPatch, what: Any) -> None:
    """Do something after an answer is made, and before it is written down."""
    write = Reading.write

    async def first(self: Reading, *args: Any) -> None:
        await what()
        await write(self, *args)

    monkeypatch.setattr(Reading, "write", first)


def nothing_of(answer: Answer) -> bool:
    return "data" not in answer.body and "Isi bagian" not in str(answer.body)


async def test_what_is_shut_at_the_last_moment_is_not_served(
    both: Pair, monkeypatch: pytest.MonkeyPatch
) -> None:
    id = await both.at("ACCEPTED", "INCIDENT")
    await forget(both)

    async def revoke() -> None:
        await both.world.sql("update handoff set status = 'REVOKED' where id = :id", id=uuid_of(id))

    before_writing(monkeypatch, revoke)
    answer = await both.receiver.ask(BODIES, id=id)
    assert (answer.status, answer.codes) == (409, ["CHANGED_MEANWHILE"])
    assert nothing_of(answer)
    assert await recorded(both) == []


async def test_who_is_shut_out_at_the_last_moment_is_not_served(
    both: Pair, monkeypatch: pytest.MonkeyPatch
) -> None:
    id = await both.at("ACCEPTED", "INCIDENT")
    api = await both.world.as_(both.receiver.org)
    caller = await both.world.tokens.verify(api.token)
    await forget(both)

    async def disable() -> None:
        await both.world.sql("update client set disabled_at = now() where id = :id",
                             id=caller.client_id)  # fmt: skip

    before_writing(monkeypatch, disable)
    answer = await api.ask(BODIES, id=id)
    assert (answer.status, answer.codes) == (401, ["UNAUTHENTICATED"])
    assert nothing_of(answer)
    assert await recorded(both) == []


async def test_with_the_database_gone_at_the_last_moment_nothing_is_served(
    both: Pair, wire: Wire, monkeypatch: pytest.MonkeyPatch
) -> None:
    id = await both.at("ACCEPTED", "INCIDENT")
    await forget(both)

    async def cut() -> None:
        wire.cut()
        await asyncio.sleep(0.01)

    before_writing(monkeypatch, cut)
    for document in (BODIES, "query($id: ID!) { node(id: $id) { id } }"):
        wire.mend()
        answer = await both.receiver.ask(document, id=id if document is BODIES else
                                         unknown("handoff"))  # fmt: skip
        assert (answer.status, answer.codes) == (503, ["UNAVAILABLE"])
        assert nothing_of(answer)
    assert await recorded(both) == []


async def test_a_ledger_that_cannot_be_written_serves_nothing(both: Pair) -> None:
    id = await both.at("ACCEPTED", "INCIDENT")
    await forget(both)
    await both.world.sql("alter table ledger_part add constraint broken check (false) not valid")
    try:
        answer = await both.receiver.ask(BODIES, id=id)
        assert (answer.status, answer.codes) == (500, ["INTERNAL"])
        assert nothing_of(answer)
        assert await recorded(both) == []
    finally:
        await both.world.sql("alter table ledger_part drop constraint broken")


async def test_a_connection_that_died_while_idle_is_replaced_and_one_entry_written(
    both: Pair, wire: Wire, monkeypatch: pytest.MonkeyPatch
) -> None:
    id = await both.at("ACCEPTED", "INCIDENT")
    await forget(both)

    async def snap() -> None:
        wire.snap()
        await asyncio.sleep(0.01)

    before_writing(monkeypatch, snap)
    assert (await both.receiver.ask(BODIES, id=id)).data
    assert len(await recorded(both)) == 1


async def test_under_a_rain_of_cuts_no_answer_is_without_its_entry(both: Pair, wire: Wire) -> None:
    id = await both.at("ACCEPTED", "INCIDENT")
    await forget(both)
    served: list[str] = []
    for round in range(12):
        asked = [asyncio.create_task(both.receiver.ask(BODIES, id=id)) for _ in range(6)]
        for _ in range(6 if round < 10 else 0):
            await asyncio.sleep(0.004)
            wire.snap()
        for answer in await asyncio.gather(*asked):
            if answer.status == 200 and "errors" not in answer.body:
                served.append(answer.headers["x-request-id"])
            else:
                assert "Isi bagian" not in str(answer.body)
    written = [row.request_id for row in await recorded(both)]
    assert served
    assert set(served) <= set(written)
    assert len(written) == len(set(written))


async def test_it_costs_one_round_trip_and_nothing_without_disclosure(both: Pair) -> None:
    id = await both.at("ACCEPTED", "INCIDENT")
    said: list[str] = []
    engine = both.world.database.engine.sync_engine

    def heard(_c: Any, _cursor: Any, statement: str, *_: Any) -> None:
        said.append(statement)

    await both.receiver.ask(BODIES, id=id)
    event.listen(engine, "before_cursor_execute", heard)
    try:
        await both.receiver.ask(BODIES, id=id)
        assert [s for s in said if "record_reading" in s] == said[-1:]
        said.clear()
        await both.sender.ask(BODIES, id=id)
        assert not [s for s in said if "record_reading" in s]
    finally:
        event.remove(engine, "before_cursor_execute", heard)


async def test_a_mutation_that_shows_what_it_returns_is_a_reading_too(both: Pair) -> None:
    id = await both.at("REQUESTED", "INCIDENT")
    await forget(both)
    returns = "... on Handoff { sections { nodes { content { ... on Disclosed { body } } } } }"
    await ok(both.receiver.mutate("acceptHandoff", "$id: ID!", returns, id=id))
    assert [row.kinds for row in await recorded(both)] == [["DISCLOSED"]]
    await forget(both)
    await ok(take(both.receiver, "startHandoff", id))
    assert await recorded(both) == []


async def test_the_whole_of_it_as_every_scope_would_have_it(both: Pair, world: World) -> None:
    """A token of KPAI, with every scope, reads no case and no ledger but its own."""
    id = await both.at("ACCEPTED", "INCIDENT")
    await forget(both)
    kpai: Api = await world.as_(world.kpai, *EVERY_SCOPE)
    assert (await kpai.ask(BODIES, id=id)).codes == ["NOT_FOUND"]
    [row] = await recorded(both)
    assert row.owner_id == world.kpai.id


async def test_a_person_stands_beside_the_program(both: Pair) -> None:
    id = await both.at("ACCEPTED", "INCIDENT")
    person = await somebody(both.world, both.receiver.org, "CASE_WORKER")
    api = await acting(both.world, person)
    await forget(both)
    await api.data(BODIES, id=id)
    [row] = await recorded(both)
    assert (row.reader_id, row.user_id) == (both.receiver.org.id, person.id)
