"""Onward sharing (meneruskan): by reference, and only for as long as every hop allows it."""

import asyncio
from typing import Any

import pytest
import pytest_asyncio

from db.session import Database
from tests.conftest import Databases
from tests.covered import covers
from tests.emergencies import bodies, ids, timeline
from tests.onward import (
    BOTH,
    CLOSED,
    Chain,
    accepted,
    apis,
    chain_of,
    end_basis,
    goes_on,
    hop,
    line,
    revoke,
)
from tests.scenes import expire, stranger, unknown, uuid_of
from tests.unchanged import refused
from tests.world import (
    HANDOFF,
    SETTINGS,
    Api,
    World,
    agreement,
    case,
    clause,
    conclude,
    content,
    ok,
    sent,
    step,
)  # fmt: skip


@pytest_asyncio.fixture(scope="module")
async def chain(world: World) -> Chain:
    return await chain_of(world)


@covers("sendHandoff", "success")
async def test_three_hops_and_nothing_is_copied(chain: Chain) -> None:
    first = await chain.first()
    before = await chain.world.count("handoff_section_body")
    second = await chain.second(first)
    third = await chain.third(second)
    assert await chain.world.count("handoff_section_body") == before
    assert await bodies(chain.c, second) == await bodies(chain.d, third) == BOTH
    assert await bodies(chain.b, second) == await bodies(chain.c, third) == BOTH
    found = await chain.d.data(
        "query($id: ID!) { handoff(id: $id) { onwardOf { id } sections { nodes {"
        " passedOn author { id } passedOnFrom { id } } } } }",
        id=third,
    )
    assert found["handoff"]["onwardOf"] is None
    assert found["handoff"]["sections"]["nodes"] == 2 * [
        {"passedOn": True, "author": {"id": chain.a.org.gid}, "passedOnFrom": None}
    ]
    [[cases]] = await chain.world.sql(
        "select count(distinct case_id) from handoff where id = any (:ids)",
        ids=[uuid_of(id) for id in (first, second, third)],
    )
    assert cases == 1


async def test_those_it_came_from_learn_that_it_went_on(chain: Chain) -> None:
    first = await chain.first()
    second = await chain.second(first)
    assert (await timeline(chain.a, first))[-1] == ("PASSED_ON", chain.b.org.gid)
    for api, hidden in [(chain.a, second), (chain.c, first)]:
        answer = await api.ask("query($id: ID!) { handoff(id: $id) { id } }", id=hidden)
        assert answer.codes == ["NOT_FOUND"]


async def terminate(chain: Chain, first: str) -> None:
    await expire(chain.world, chain.mous[0])


async def suspend(chain: Chain, first: str) -> None:
    types = "$id: ID!, $reason: String!"
    await ok(chain.a.mutate("suspendMou", types, "", id=chain.mous[0], reason="Uji"))


async def amend(chain: Chain, first: str) -> None:
    """An amendment that takes onward sharing away, signed by both."""
    a, b = chain.a, chain.b
    changed = content([a.org, b.org], [clause(a.org, b.org, "INCIDENT", "HEALTH")])
    types = "$id: ID!, $input: MouInput!"
    await ok(a.mutate("amendMou", types, "", id=chain.mous[0], input=changed))
    await conclude({"id": chain.mous[0]}, a, b)


@pytest.mark.parametrize("how", [end_basis, revoke, terminate, suspend, amend])
async def test_whatever_closes_the_first_hop_closes_all_behind_it(world: World, how: Any) -> None:
    chain = await chain_of(world)
    first = await chain.first()
    second = await chain.second(first)
    third = await chain.third(second)
    assert await bodies(chain.d, third) == BOTH
    await how(chain, first)
    assert await bodies(chain.c, second) == await bodies(chain.d, third) == CLOSED


async def test_on_every_replica_at_the_next_read(
    world: World, databases: Databases, database_name: str
) -> None:
    chain = await chain_of(world)
    first = await chain.first()
    third = await chain.third(await chain.second(first))
    other = Database(databases.app_url(database_name), info={"vault": SETTINGS.vault})
    try:
        async with World.open(other, world.operator) as replica:
            elsewhere = Api(replica.http, chain.d.org, chain.d.token)
            assert await bodies(elsewhere, third) == BOTH
            await revoke(chain, first)
            assert await bodies(elsewhere, third) == CLOSED
    finally:
        await other.close()


@covers("sendHandoff draftHandoff", "refusal", "stranger")
async def test_only_where_the_clause_lets_it_go_on(world: World) -> None:
    chain = await chain_of(world, onward=False)
    first = await chain.first()
    received = await ids(chain.b, first)
    for name in ("sendHandoff", "draftHandoff"):
        attempt = goes_on(chain.b, chain.c.org, chain.mous[1], first, *received, name=name)
        await refused(world, attempt, "ONWARD_NOT_ALLOWED", "input.passOn[0]")


async def test_only_what_the_new_clause_covers(world: World) -> None:
    a, b, c = await apis(world, 3)
    [mou] = await line(world, a.org, b.org)
    narrow = await agreement(world, [b.org, c.org], [clause(b.org, c.org, "INCIDENT")])
    first = await accepted(b, await sent(a, b.org, mou, "INCIDENT", "HEALTH"))
    received = await ids(b, first)
    attempt = goes_on(b, c.org, narrow, first, *received)
    await refused(world, attempt, "ONWARD_NOT_ALLOWED", "input.passOn[1]")


async def test_what_else_is_refused(chain: Chain) -> None:
    world, b, c = chain.world, chain.b, chain.c
    first, other = await chain.first(), await chain.first()
    [mine, _], [elsewhere, _] = await ids(b, first), await ids(b, other)
    waiting = await sent(chain.a, b.org, chain.mous[0], "INCIDENT")
    hidden = await sent(chain.a, b.org, chain.mous[0], "INCIDENT")
    mou = chain.mous[1]
    for attempt, code, field in [
        (goes_on(b, c.org, mou, waiting), "BAD_INPUT", "input.sections"),
        (goes_on(b, c.org, mou, waiting, *await ids(b, waiting)), "WRONG_STATE",
         "input.onwardOfId"),
        (goes_on(b, c.org, mou, unknown("handoff"), mine), "NOT_FOUND", "input.onwardOfId"),
        (goes_on(c, chain.d.org, chain.mous[2], hidden, mine), "NOT_FOUND", "input.onwardOfId"),
        (goes_on(chain.a, b.org, chain.mous[0], first, mine), "WRONG_SIDE", "input.onwardOfId"),
        (goes_on(b, c.org, mou, first, unknown("section")), "NOT_FOUND", "input.passOn[0]"),
        (goes_on(b, c.org, mou, first, mine, elsewhere), "ONWARD_NOT_ALLOWED", "input.passOn[1]"),
        (goes_on(b, c.org, mou, first, mine, mine), "DUPLICATE", "input.passOn[1]"),
        (goes_on(b, c.org, mou, first, mine, onwardOfId=None), "BAD_INPUT", "input.passOn"),
        (goes_on(b, c.org, mou, first, mine, bases=[]), "BASIS_REQUIRED", "input.bases"),
        (goes_on(b, c.org, mou, first, mine, kind="TRANSFER"), "NOT_THE_CUSTODIAN",
         "input.onwardOfId"),
    ]:  # fmt: skip
        await refused(world, attempt, code, field)


async def test_own_words_go_along(chain: Chain) -> None:
    first = await chain.first("INCIDENT")
    [incident] = await ids(chain.b, first)
    added = [{"category": "HEALTH", "body": "Hasil pemeriksaan."}]
    second = await hop(chain.b, chain.c, chain.mous[1], first, incident, sections=added)
    assert await bodies(chain.c, second) == BOTH | {"HEALTH": "Hasil pemeriksaan."}
    await revoke(chain, first)
    assert await bodies(chain.c, second) == {
        "INCIDENT": "ONWARD_CLOSED", "HEALTH": "Hasil pemeriksaan."}  # fmt: skip


async def test_a_draft_is_asked_again_when_it_is_sent(world: World) -> None:
    chain = await chain_of(world)
    first = await chain.first()
    received = await ids(chain.b, first)
    draft = await ok(
        goes_on(chain.b, chain.c.org, chain.mous[1], first, *received, name="draftHandoff")
    )
    assert "PASSED_ON" not in [kind for kind, _ in await timeline(chain.a, first)]
    assert await bodies(chain.b, draft["id"]) == BOTH
    await amend(chain, first)
    attempt = step(chain.b, "sendDraftedHandoff", draft["id"])
    await refused(world, attempt, "ONWARD_NOT_ALLOWED", "id")


async def test_a_reference_can_be_taken_out_of_a_draft(chain: Chain) -> None:
    first = await chain.first()
    received = await ids(chain.b, first)
    draft = await ok(
        goes_on(chain.b, chain.c.org, chain.mous[1], first, *received, name="draftHandoff")
    )
    incident, _ = await ids(chain.b, draft["id"])
    await ok(step(chain.b, "removeHandoffSection", incident))
    await ok(step(chain.b, "sendDraftedHandoff", draft["id"]))
    assert await bodies(chain.c, draft["id"]) == {"HEALTH": BOTH["HEALTH"]}
    assert (await timeline(chain.a, first))[-1] == ("PASSED_ON", chain.b.org.gid)
    assert await bodies(chain.b, first) == BOTH


async def test_the_same_request_sends_it_once(chain: Chain) -> None:
    first = await chain.first()
    received = await ids(chain.b, first)

    async def again(*passed: str) -> dict[str, Any]:
        answer: dict[str, Any] = await goes_on(
            chain.b, chain.c.org, chain.mous[1], first, *passed, idempotencyKey="terus"
        )
        return answer

    answers = await asyncio.gather(*(again(*received) for _ in range(4)))
    assert len({answer["id"] for answer in answers}) == 1
    assert (await again(received[0]))["code"] == "KEY_REUSED"
    assert await bodies(chain.c, answers[0]["id"]) == BOTH


async def test_a_stranger_has_nothing_of_it(chain: Chain) -> None:
    first = await chain.first()
    received = await ids(chain.b, first)
    nobody = await stranger(chain.world)
    mou = await agreement(chain.world, [nobody.org, chain.c.org], [clause(nobody.org, chain.c.org)])
    attempt = goes_on(nobody, chain.c.org, mou, first, *received)
    await refused(chain.world, attempt, "NOT_FOUND", "input.onwardOfId")
    whole = case(chain.c.org, mou, passOn=received)
    attempt = nobody.mutate("sendHandoff", "$input: HandoffInput!", HANDOFF, input=whole)
    await refused(chain.world, attempt, "NOT_FOUND", "input.passOn[0]")
