"""Onward sharing: back to its author, in an emergency, and on a basis that rests on another."""

import pytest_asyncio

from tests.emergencies import bodies, breaks_glass, ids, seen, timeline
from tests.endings import answer, destroy, request
from tests.onward import (
    BOTH,
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
from tests.scenes import REASON, rewrite, uuid_of
from tests.unchanged import refused
from tests.world import (
    World,
    agreement,
    basis,
    clause,
    ok,
    sent,
    step,
)  # fmt: skip


@pytest_asyncio.fixture(scope="module")
async def chain(world: World) -> Chain:
    return await chain_of(world)


async def test_what_goes_back_to_its_author_opens_as_one_way_or_the_other(world: World) -> None:
    """A transfers the case to B and keeps a stub; B transfers it back."""
    a, b = await apis(world, 2)
    clauses = [clause(a.org, b.org, onwardSharing=True), clause(b.org, a.org, onwardSharing=True)]
    mou = await agreement(world, [a.org, b.org], clauses)
    first = await accepted(b, await sent(a, b.org, mou, "INCIDENT", kind="TRANSFER"))
    assert await bodies(a, first) == {"INCIDENT": "CUSTODY_MOVED"}
    back = await hop(b, a, mou, first, *await ids(b, first), kind="TRANSFER")
    assert await bodies(a, back) == {"INCIDENT": BOTH["INCIDENT"]}
    await rewrite(
        world, "update mou_clause set onward_sharing = false where discloser_id = :id",
        id=a.org.id,
    )  # fmt: skip
    assert await bodies(a, back) == {"INCIDENT": "ONWARD_CLOSED"}


async def test_an_emergency_opens_a_link_that_closed_and_tells_the_author(world: World) -> None:
    chain = await chain_of(world)
    first = await chain.first()
    second = await chain.second(first)
    await revoke(chain, first)
    opened = await ok(breaks_glass(chain.c, handoffId=second, categories=["HEALTH"]))
    assert await bodies(chain.c, second) == {
        "INCIDENT": "ONWARD_CLOSED", "HEALTH": BOTH["HEALTH"]}  # fmt: skip
    assert (await timeline(chain.a, first))[-1] == ("EMERGENCY_OPENED", chain.c.org.gid)
    assert (await timeline(chain.b, second))[-1] == ("EMERGENCY_OPENED", chain.c.org.gid)
    shown = await seen(chain.a, opened["id"])
    assert shown["handoff"] is None and len(shown["sections"]) == 1
    assert shown["sections"][0]["content"]["body"] == BOTH["HEALTH"]
    types = "$id: ID!, $finding: Finding!"
    answer = "... on Emergency { id }"
    given = {"id": opened["id"], "finding": "JUSTIFIED"}
    await refused(world, chain.b.mutate("reviewEmergency", types, answer, **given), "WRONG_SIDE")
    await ok(chain.a.mutate("reviewEmergency", types, answer, **given))


async def test_one_agreement_on_the_way_that_excludes_it_bars_an_emergency(world: World) -> None:
    a, b, c = await apis(world, 3)
    [strict] = await line(world, a.org, b.org, emergencyExcluded=["HEALTH"])
    [open_] = await line(world, b.org, c.org)
    first = await accepted(b, await sent(a, b.org, strict, "INCIDENT", "HEALTH"))
    second = await hop(b, c, open_, first, *await ids(b, first))
    await ok(step(a, "revokeHandoff", first, reason=REASON))
    attempt = breaks_glass(c, handoffId=second, categories=["HEALTH"])
    await refused(world, attempt, "EMERGENCY_EXCLUDED", "input.categories[0]")


async def test_a_basis_that_rests_on_the_first_ends_with_it(chain: Chain) -> None:
    first = await chain.first()
    [[id]] = await chain.world.sql(
        "select id from lawful_basis where handoff_id = :id", id=uuid_of(first)
    )
    rests = [basis(restsOnId=f"basis_{id.hex}")]
    second = await chain.second(first, bases=rests)
    assert await bodies(chain.c, second) == BOTH
    await end_basis(chain, first)
    assert set((await bodies(chain.c, second)).values()) == {"BASIS_EXPIRED"}


async def erase(chain: Chain, first: str) -> None:
    """Whoever wrote it has it destroyed, as was asked in the child's name."""
    asked = await ok(request(chain.a, first, "ERASURE", "INCIDENT", "HEALTH"))
    await ok(answer(chain.a, asked["id"]))


async def test_what_is_destroyed_is_closed_to_all_and_no_emergency_opens_it(chain: Chain) -> None:
    first = await chain.first()
    second = await chain.second(first)
    third = await chain.third(second)
    await erase(chain, first)
    for api, id in [(chain.c, second), (chain.d, third)]:
        assert set((await bodies(api, id)).values()) == {"DESTROYED"}
    attempt = breaks_glass(chain.d, handoffId=third, categories=["HEALTH"])
    await refused(chain.world, attempt, "NOTHING_TO_OPEN", "input.handoffId")


async def test_a_case_whose_words_are_gone_goes_on_no_more(chain: Chain) -> None:
    first = await chain.first()
    received = await ids(chain.b, first)
    for name in ("startHandoff", "completeHandoff"):
        await ok(step(chain.b, name, first))
    await erase(chain, first)
    await destroy(chain.world)
    attempt = goes_on(chain.b, chain.c.org, chain.mous[1], first, *received)
    await refused(chain.world, attempt, "WRONG_STATE", "input.onwardOfId")
