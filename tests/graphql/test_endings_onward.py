"""The end of content that was passed on: one original, and whoever refers to it."""

from typing import Any

import pytest

from tests.emergencies import bodies, timeline
from tests.endings import answer, destroy, ended, left, lift_hold, place, request
from tests.onward import BOTH, CLOSED, Chain, chain_of
from tests.scenes import uuid_of
from tests.world import Api, World, ok, step

GONE = dict.fromkeys(BOTH, "DESTROYED")
SECTIONS = "query($id: ID!) { handoff(id: $id) { sections { nodes { id category correctedAt } } } }"


async def complete(api: Api, id: str) -> None:
    await ok(step(api, "startHandoff", id))
    await ok(step(api, "completeHandoff", id))


async def three(world: World) -> tuple[Chain, list[str]]:
    chain = await chain_of(world)
    first = await chain.first()
    second = await chain.second(first)
    return chain, [first, second, await chain.third(second)]


async def section_of(api: Api, id: str, category: str = "INCIDENT") -> dict[str, Any]:
    nodes = (await api.data(SECTIONS, id=id))["handoff"]["sections"]["nodes"]
    return next(node for node in nodes if node["category"] == category)


async def test_it_is_kept_as_long_as_anyone_may_keep_it(world: World) -> None:
    chain, (first, second, third) = await three(world)
    await complete(chain.b, first)
    await ended(world, first, 400)
    assert await destroy(world) == (0, 0)
    # To the receiver it closes by the clause of each hop, and behind it too.
    assert await bodies(chain.b, first) == dict.fromkeys(BOTH, "RETENTION_ENDED")
    assert await bodies(chain.c, second) == await bodies(chain.d, third) == CLOSED
    assert await bodies(chain.a, first) == BOTH

    await complete(chain.c, second)
    await ended(world, second, 365)
    await complete(chain.d, third)
    await ended(world, third, 364)
    assert await destroy(world) == (0, 0)

    await ended(world, third, 365)
    assert await destroy(world) == (6, 1)

    for id, giver in [(first, chain.a), (second, chain.b), (third, chain.c)]:
        assert (await timeline(giver, id))[-1] == ("CONTENT_DESTROYED", giver.org.gid)
        assert (await left(world, id))["destroyed"] == 2
    assert await bodies(chain.a, first) == await bodies(chain.d, third) == GONE


async def test_a_draft_keeps_nothing(world: World) -> None:
    chain = await chain_of(world)
    first = await chain.first()
    second = await chain.second(first)
    await world.sql("update handoff set status = 'DRAFT', requested_at = null, accepted_at = null"
                    " where id = :id", id=uuid_of(second))  # fmt: skip
    await complete(chain.b, first)
    await ended(world, first, 365)
    assert await destroy(world) == (4, 0)
    state = await left(world, second)
    assert (state["destroyed"], state["key"]) == (2, True)


async def test_an_erasure_by_the_author_reaches_everybody(world: World) -> None:
    chain, ids = await three(world)
    asked = await ok(request(chain.b, ids[0], "ERASURE"))
    await ok(answer(chain.a, asked["id"]))
    for api, id in zip((chain.b, chain.c, chain.d), ids, strict=True):
        assert await bodies(api, id) == {"INCIDENT": "DESTROYED", "HEALTH": BOTH["HEALTH"]}
    assert (await timeline(chain.d, ids[2]))[-1] == ("CONTENT_DESTROYED", chain.c.org.gid)


async def test_who_passed_it_on_takes_its_own_reference_away_and_no_more(world: World) -> None:
    chain, (first, second, third) = await three(world)
    asked = await ok(request(chain.c, second, "ERASURE", "INCIDENT", "HEALTH"))
    assert asked["controller"]["id"] == chain.b.org.gid
    await ok(answer(chain.b, asked["id"]))
    assert await bodies(chain.c, second) == await bodies(chain.d, third) == GONE
    assert await bodies(chain.a, first) == await bodies(chain.b, first) == BOTH
    assert (await left(world, first))["destroyed"] == 0


@pytest.mark.parametrize("hop", [0, 1, 2])
async def test_a_restriction_closes_what_lies_behind_it(world: World, hop: int) -> None:
    chain, ids = await three(world)
    people = [chain.a, chain.b, chain.c, chain.d]
    asked = await ok(request(people[hop + 1], ids[hop], "RESTRICTION", "INCIDENT", "HEALTH"))
    await ok(answer(people[hop], asked["id"]))
    for n, id in enumerate(ids):
        open_ = await bodies(people[n + 1], id)
        assert (open_ == BOTH) is (n < hop), (n, open_)


async def test_a_hold_at_the_end_of_the_chain_keeps_its_beginning(world: World) -> None:
    chain, ids = await three(world)
    hold = (await ok(place(chain.d, ids[2])))["id"]
    for api, id in zip((chain.b, chain.c, chain.d), ids, strict=True):
        await complete(api, id)
        await ended(world, id, 400)
    assert await destroy(world) == (0, 0)
    asked = await ok(request(chain.b, ids[0], "ERASURE"))
    assert (await answer(chain.a, asked["id"]))["code"] == "LEGAL_HOLD"
    await ok(lift_hold(chain.d, hold))
    assert (await destroy(world))[0] == 6


async def test_a_correction_is_read_and_told_along_the_chain(world: World) -> None:
    chain, ids = await three(world)
    section = await section_of(chain.a, ids[0])
    types = "$sectionId: ID!, $body: String!"
    await ok(chain.a.mutate("correctSection", types, "", sectionId=section["id"], body="Betul."))
    for api, id in zip((chain.b, chain.c, chain.d), ids, strict=True):
        assert (await bodies(api, id))["INCIDENT"] == "Betul."
        assert (await section_of(api, id))["correctedAt"]
        assert not (await section_of(api, id, "HEALTH"))["correctedAt"]
        assert (await timeline(api, id))[-1] == ("SECTION_CORRECTED", chain.a.org.gid)
    passed = await section_of(chain.b, ids[1])
    refused = await chain.b.mutate("correctSection", types, "", sectionId=passed["id"], body="X")
    assert refused["code"] == "WRONG_SIDE"
