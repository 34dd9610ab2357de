"""Root fields run side by side, each in a transaction of its own; mutations one after another."""

import asyncio

import pytest_asyncio
from sqlalchemy import text

from resolvers.context import AT_ONCE
from tests.conftest import Operator
from tests.scenes import Pair, pair
from tests.world import World

TEN = """
query($mou: ID!, $handoff: ID!) {
  viewer { organisation { name } }
  organisations(first: 3) { totalCount nodes { name parent { name } } }
  vocabulary(kind: SERVICE) { totalCount nodes { code } }
  mou(id: $mou) { status version { parties { nodes { organisation { name } } } } }
  mous(first: 3) { totalCount
    nodes { versions { totalCount nodes { signatures { totalCount } } } } }
  handoff(id: $handoff) { status sender { name } sections { nodes { content { __typename } } } }
  handoffs(first: 3) { totalCount nodes { mou { inForce } events { nodes { kind } } } }
  handoffCounts(box: OUTBOX) { status count }
  inquiries { totalCount nodes { id } }
  jointActivities { totalCount nodes { id } }
}
"""


@pytest_asyncio.fixture(scope="module")
async def both(world: World) -> Pair:
    return await pair(world)


async def test_ten_root_fields_at_once_and_many_such_operations(both: Pair) -> None:
    id = await both.at("ACCEPTED")
    first = await both.sender.data(TEN, mou=both.mou, handoff=id)
    assert len(first) == 10
    assert first["handoff"]["sections"]["nodes"] == [{"content": {"__typename": "Disclosed"}}]
    assert first["mous"]["nodes"][0]["versions"]["nodes"] == [{"signatures": {"totalCount": 2}}]

    again = await asyncio.gather(
        *(both.sender.data(TEN, mou=both.mou, handoff=id) for _ in range(8))
    )

    assert all(answer == first for answer in again)


async def test_root_fields_have_connections_of_their_own_a_few_at_a_time(
    both: Pair, operator: Operator
) -> None:
    """They wait for the same table at the same time; one connection could not do that.

    With counts, which only graphql-core answers; without it they would be one statement.
    """
    id = await both.at("REQUESTED")
    fields = " ".join(f"f{n}: handoff(id: $id) {{ status }}" for n in range(10))
    fields += " handoffCounts { count }"
    async with operator() as tx:
        await tx.execute(text("lock table handoff in access exclusive mode"))
        asked = asyncio.create_task(both.sender.data(f"query($id: ID!) {{ {fields} }}", id=id))
        waiting = 0
        for _ in range(300):
            [(waiting,)] = await both.world.sql(
                "select count(*) from pg_stat_activity where wait_event_type = 'Lock'"
                " and datname = current_database()"
            )
            if waiting == AT_ONCE:
                break
            await asyncio.sleep(0.01)
        assert waiting == AT_ONCE > 1
    answer = await asked
    ten = {f"f{n}": {"status": "REQUESTED"} for n in range(10)}
    assert answer == ten | {"handoffCounts": answer["handoffCounts"]}


async def test_one_field_that_fails_leaves_the_others_their_answer(both: Pair) -> None:
    id = (await both.send())["id"]
    answer = await both.sender.ask(
        'query($id: ID!) { good: handoff(id: $id) { status } bad: handoff(id: "x") { status }'
        " worse: mous(first: -1) { totalCount } }",
        id=id,
    )
    assert answer.body["data"] == {"good": {"status": "REQUESTED"}, "bad": None, "worse": None}
    assert sorted(error["path"][0] for error in answer.body["errors"]) == ["bad", "worse"]


async def test_mutations_of_one_operation_run_in_order_and_each_keeps_its_own(both: Pair) -> None:
    id = await both.at("REQUESTED")
    found = await both.receiver.data(
        """
        mutation($id: ID!) {
          early: startHandoff(id: $id) { ... on Refused { code } }
          accepted: acceptHandoff(id: $id) { ... on Handoff { status events { totalCount } } }
          twice: acceptHandoff(id: $id) { ... on Refused { code } }
          started: startHandoff(id: $id) { ... on Handoff { status events { totalCount } } }
        }
        """,
        id=id,
    )
    assert found == {
        "early": {"code": "WRONG_STATE"},
        "accepted": {"status": "ACCEPTED", "events": {"totalCount": 3}},
        "twice": {"code": "WRONG_STATE"},
        "started": {"status": "IN_PROGRESS", "events": {"totalCount": 4}},
    }


async def test_two_callers_at_once_never_see_each_others_rows(world: World) -> None:
    pairs = [await pair(world) for _ in range(3)]
    ids = [(await both.send())["id"] for both in pairs]
    apis = [api for both in pairs for api in (both.sender, both.receiver)]
    owners = [id for id in ids for _ in range(2)]

    for _ in range(4):
        answers = await asyncio.gather(
            *(api.data("{ handoffs { nodes { id } } mous { nodes { id } } }") for api in apis)
        )
        for answer, id, both in zip(
            answers, owners, [both for both in pairs for _ in range(2)], strict=True
        ):
            assert answer == {
                "handoffs": {"nodes": [{"id": id}]},
                "mous": {"nodes": [{"id": both.mou}]},
            }


async def test_many_steps_at_once_on_many_handoffs(both: Pair) -> None:
    ids = [await both.at("REQUESTED") for _ in range(20)]
    document = "mutation($id: ID!) { acceptHandoff(id: $id) { ... on Handoff { status } } }"
    answers = await asyncio.gather(
        *(both.receiver.ask(document, id=id) for id in ids for _ in range(2))
    )
    assert {answer.status for answer in answers} == {200}
    accepted = [a for a in answers if a.data["acceptHandoff"].get("status") == "ACCEPTED"]
    assert len(accepted) == 20
