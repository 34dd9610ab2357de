"""What is served is written down, once a request; and only what is served."""

from typing import Any

import pytest
from sqlalchemy import event

from auth.scopes import Scope
from tests.ledger.asking import BODIES, forget, recorded
from tests.people import acting, somebody
from tests.scenes import Pair, pair, take, unknown, uuid_of
from tests.world import EVERY_SCOPE, Api, World, ok

pytestmark = pytest.mark.usefixtures("empty")
SHAPES = "query($id: ID!) { handoff(id: $id) { sections { nodes { category content {\n"
SHAPES += "__typename } } } } }"


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
