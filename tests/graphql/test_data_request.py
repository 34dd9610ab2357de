"""Requests in a child's name: who asks whom, by when, and what an answer does at once."""

from typing import Any

import pytest
import pytest_asyncio

from auth.scopes import Scope
from tests.covered import covers
from tests.endings import DETAILS, REQUEST, answer, anywhere, events, lift_restriction, request
from tests.scenes import Pair, pair, rewrite, stranger, unknown, uuid_of
from tests.unchanged import refused
from tests.world import Api, World, ok

ONE = f"query($id: ID!) {{ dataRequest(id: $id) {{ {REQUEST.partition('{')[2]} }}"
LIST = """
query($filter: DataRequestFilter) { dataRequests(filter: $filter, first: 100) {
  totalCount nodes { id } } }
"""
OF = "query($id: ID!) { handoff(id: $id) { dataRequests { totalCount nodes { id status } } } }"
NODE = "query($id: ID!) { node(id: $id) { id ... on DataRequest { kind } } }"
OPEN = ["Isi bagian incident.", "Isi bagian health."]


@pytest_asyncio.fixture(scope="module")
async def both(world: World) -> Pair:
    return await pair(world, "INCIDENT", "HEALTH", "IDENTITY", back=["OUTCOME", "HEALTH"])


@pytest_asyncio.fixture
async def handoff(both: Pair) -> str:
    return await both.at("IN_PROGRESS", "INCIDENT", "HEALTH")


async def late(world: World, id: str) -> None:
    await rewrite(world, "update data_request set due_at = now() - interval '1 minute'"
                  " where id = :id", id=uuid_of(id))  # fmt: skip


@pytest.mark.parametrize("kind", ["RECTIFICATION", "RESTRICTION", "ERASURE"])
@pytest.mark.parametrize("side", ["SENDER", "RECEIVER"])
@covers("openDataRequest dataRequest", "success")
async def test_what_is_asked_before_either_side_reaches_who_must_answer(
    both: Pair, handoff: str, kind: str, side: str
) -> None:
    asked = await ok(request(both.side(side), handoff, kind, "INCIDENT", "HEALTH"))

    assert (asked["kind"], asked["status"], asked["overdue"]) == (kind, "OPEN", False)
    assert asked["categories"] == ["INCIDENT", "HEALTH"]
    assert asked["requesterRelation"] == "MOTHER" and asked["details"] == DETAILS
    assert asked["openedBy"]["id"] == both.side(side).org.gid
    assert asked["controller"]["id"] == both.sender.org.gid
    [(hours,)] = await both.world.sql(
        "select extract(epoch from due_at - created_at) / 3600 from data_request where id = :id",
        id=uuid_of(asked["id"]),
    )
    assert hours == 72
    for api in (both.sender, both.receiver):
        assert (await api.data(ONE, id=asked["id"]))["dataRequest"] == {
            key: value for key, value in asked.items() if key != "__typename"
        }
        assert (await api.data(NODE, id=asked["id"]))["node"]["kind"] == kind
        of = (await api.data(OF, id=handoff))["handoff"]["dataRequests"]
        assert of == {"totalCount": 1, "nodes": [{"id": asked["id"], "status": "OPEN"}]}
    assert await events(both, handoff) == [("DATA_REQUESTED", both.side(side).org.gid)]
    assert await both.bodies(both.receiver, handoff) == OPEN


async def test_details_are_sealed_and_need_the_scope_of_who_the_child_is(
    both: Pair, handoff: str
) -> None:
    id = (await ok(request(both.receiver, handoff, "RECTIFICATION")))["id"]
    assert await anywhere(both.world, "Sari") == await anywhere(both.world, b"Sari") == []
    plain = await both.world.as_(both.sender.org, Scope.HANDOFF_READ)
    assert (await plain.ask(ONE, id=id)).codes == ["MISSING_SCOPE"]
    read = "query($id: ID!) { dataRequest(id: $id) { kind } }"
    assert (await plain.data(read, id=id))["dataRequest"]["kind"] == "RECTIFICATION"


@pytest.mark.parametrize(
    ("change", "code", "field"),
    [
        ({"categories": []}, "BAD_INPUT", "input.categories"),
        ({"categories": ["INCIDENT", "INCIDENT"]}, "DUPLICATE", "input.categories[1]"),
        ({"categories": ["LEGAL"]}, "BAD_INPUT", "input.categories"),
        ({"details": " "}, "BAD_INPUT", "input.details"),
        ({"details": "x" * 4_001}, "TOO_LONG", "input.details"),
        ({"controllerId": "x"}, "BAD_INPUT", "input.controllerId"),
        ({"controllerId": unknown("organisation")}, "NOT_FOUND", "input.controllerId"),
        ({"handoffId": "x"}, "BAD_INPUT", "input.handoffId"),
        ({"handoffId": unknown("handoff")}, "NOT_FOUND", "input.handoffId"),
    ],
)
@covers("openDataRequest", "refusal")
async def test_refused_requests(
    both: Pair, handoff: str, change: Any, code: str, field: str
) -> None:
    await refused(both.world, request(both.sender, handoff, "ERASURE", **change), code, field)


@covers("openDataRequest", "refusal")
async def test_a_draft_concerns_nobody_yet(both: Pair) -> None:
    id = (await both.draft())["id"]
    await refused(both.world, request(both.sender, id, "ERASURE"), "WRONG_STATE", "input.handoffId")


@covers("openDataRequest", "success", "refusal")
async def test_where_both_sides_gave_a_category_one_of_them_is_named(
    both: Pair, handoff: str
) -> None:
    section = {"category": "HEALTH", "body": "Membaik."}
    bases = [{"kind": "PUBLIC_TASK", "categories": ["HEALTH"], "legalSource": "UU 35/2014"}]
    await ok(both.receiver.mutate(
        "addHandoffSection",
        "$id: ID!, $section: SectionInput!, $bases: [LawfulBasisInput!]", "",
        id=handoff, section=section, bases=bases,
    ))  # fmt: skip
    await refused(both.world, request(both.sender, handoff, "ERASURE", "HEALTH"),
                  "BAD_INPUT", "input.controllerId")  # fmt: skip
    for category in ("INCIDENT", "HEALTH"):
        named = request(both.sender, handoff, "RESTRICTION", category,
                        controllerId=both.receiver.org.gid)  # fmt: skip
        if category == "INCIDENT":
            await refused(both.world, named, "BAD_INPUT", "input.controllerId")
        else:
            asked = await ok(named)
    assert asked["controller"]["id"] == both.receiver.org.gid
    await ok(answer(both.receiver, asked["id"]))
    assert await both.bodies(both.sender, handoff) == [*OPEN, "RESTRICTED"]
    assert await both.bodies(both.receiver, handoff) == [*OPEN, "Membaik."]


@covers("dataRequests", "success", "refusal", "stranger")
async def test_the_list_by_status_kind_side_and_lateness(world: World) -> None:
    both = await pair(world, "INCIDENT", back=["OUTCOME"])
    id = await both.at("IN_PROGRESS")
    first, second, third = [(await ok(request(both.receiver, id, kind)))["id"]
                            for kind in ("ERASURE", "RESTRICTION", "RECTIFICATION")]  # fmt: skip
    await ok(answer(both.sender, second))
    await late(world, third)

    async def listed(api: Api, **filter: Any) -> list[str]:
        found = (await api.data(LIST, filter=filter))["dataRequests"]
        assert found["totalCount"] == len(found["nodes"])
        return [node["id"] for node in found["nodes"]]

    for api in (both.sender, both.receiver):
        assert await listed(api) == [third, second, first]
        assert await listed(api, statuses=["OPEN"]) == [third, first]
        assert await listed(api, statuses=[]) == []
        assert await listed(api, kinds=["ERASURE", "RESTRICTION"]) == [second, first]
        assert await listed(api, overdue=True) == [third]
        assert await listed(api, overdue=False) == [second, first]
    assert await listed(both.sender, side="ASKED_OF_US") == [third, second, first]
    assert await listed(both.receiver, side="ASKED_OF_US") == []
    assert await listed(both.receiver, side="ASKED_OF_OTHERS", overdue=True) == [third]
    assert await listed(await stranger(world)) == []
    assert (await both.sender.ask(LIST, filter={"side": "NONE"})).codes == ["BAD_INPUT"]
    seen = (await both.sender.data(ONE, id=third))["dataRequest"]
    assert seen["overdue"]
    assert not (await ok(answer(both.sender, third)))["overdue"]


@covers("dataRequest openDataRequest answerDataRequest liftRestriction", "refusal", "stranger")
async def test_to_others_there_is_no_request(both: Pair, handoff: str) -> None:
    id = (await ok(request(both.sender, handoff, "RESTRICTION")))["id"]
    outsider = await stranger(both.world)
    for known in (id, unknown("request")):
        assert (await outsider.ask(ONE, id=known)).codes == ["NOT_FOUND"]
        assert (await outsider.data(NODE, id=known))["node"] is None
        await refused(both.world, answer(outsider, known), "NOT_FOUND", "id")
        await refused(both.world, lift_restriction(outsider, known), "NOT_FOUND", "id")
    await refused(both.world, request(outsider, handoff, "ERASURE"), "NOT_FOUND",
                  "input.handoffId")  # fmt: skip
    assert (await both.sender.ask(ONE, id="request")).codes == ["BAD_INPUT"]
