"""Emergencies and what was passed on: explained, seen as a partner, and previewed."""

from typing import Any

from tests.emergencies import breaks_glass, closes, suspend
from tests.graphql.test_explain import told
from tests.graphql.test_preview import previewed
from tests.graphql.test_view_as import really, view
from tests.onward import Chain, chain_of, end_basis, revoke
from tests.scenes import pair
from tests.world import Api, World, clause, conclude, content, ok

WHY = """
query($id: ID!) { handoff(id: $id) { sections { nodes { category
  content { __typename } disclosure { open code clauseNumber emergency { id } sentence } } } } }
"""


async def why(api: Api, id: str) -> list[dict[str, Any]]:
    said = []
    for section in (await api.data(WHY, id=id))["handoff"]["sections"]["nodes"]:
        opened = section["content"]["__typename"] == "Disclosed"
        assert section["disclosure"]["open"] == opened, section
        said.append(section["disclosure"])
    return said


async def codes(api: Api, id: str) -> list[str]:
    return [said["code"] for said in await why(api, id)]


async def same(api: Api, id: str, partner: Api) -> None:
    """What a side is shown of a partner is what the partner sees."""
    seen, truth = await view(api, id, partner.org.gid), await really(partner, id)
    assert {key: seen[key] for key in truth} == truth


async def test_an_emergency_is_named_by_what_it_opens(world: World) -> None:
    both = await pair(world, "INCIDENT", "HEALTH")
    id = await both.at("ACCEPTED", "INCIDENT", "HEALTH")
    await suspend(both)
    assert await codes(both.receiver, id) == ["AGREEMENT_NOT_IN_FORCE"] * 2
    opened = await ok(breaks_glass(both.receiver, handoffId=id, categories=["HEALTH"]))
    [incident, health] = await why(both.receiver, id)
    assert (incident["code"], incident["emergency"]) == ("AGREEMENT_NOT_IN_FORCE", None)
    assert (health["code"], health["emergency"]) == ("EMERGENCY", {"id": opened["id"]})
    us, them = both.sender.org.gid, both.receiver.org.gid
    assert await told(both.sender, id, "HEALTH", them) == [(us, 1, "EMERGENCY")]
    await same(both.sender, id, both.receiver)
    await ok(closes(both.receiver, opened["id"]))
    assert await codes(both.receiver, id) == ["AGREEMENT_NOT_IN_FORCE"] * 2
    await same(both.sender, id, both.receiver)


async def test_what_an_emergency_opens_no_end_of_the_agreement_closes(world: World) -> None:
    both = await pair(world, "INCIDENT", "HEALTH")
    id = await both.at("ACCEPTED", "INCIDENT", "HEALTH")
    await suspend(both)
    await ok(breaks_glass(both.receiver, handoffId=id, categories=["HEALTH"]))
    await ok(both.sender.mutate("resumeMou", "$id: ID!", "", id=both.mou))
    told_before = await previewed(both.sender, suspension={"mouId": both.mou})
    await suspend(both)
    assert await codes(both.receiver, id) == ["AGREEMENT_NOT_IN_FORCE", "EMERGENCY"]
    [count] = told_before["counts"]
    assert (count["opens"], count["closes"], count["stays"]) == (0, 1, 1)


async def test_what_was_passed_on_is_explained_to_each_by_its_own_way(world: World) -> None:
    chain = await chain_of(world)
    first = await chain.first()
    second = await chain.second(first)
    third = await chain.third(second)
    assert await codes(chain.a, first) == ["OWN_WORDS"] * 2
    assert await codes(chain.b, second) == ["CLAUSE"] * 2  # as it had received them
    assert await codes(chain.c, second) == await codes(chain.d, third) == ["PASSED_ON"] * 2
    said = (await why(chain.d, third))[0]
    assert said["sentence"] == (
        "Passed on to the reader by clause 1 of the agreement (version 1); every link of the chain"
        " before allows it."
    )
    await same(chain.b, second, chain.c)
    await same(chain.c, third, chain.d)
    author, reader = chain.a.org.gid, chain.c.org.gid
    assert (author, 1, "PASSED_ON") in await told(chain.b, second, "HEALTH", reader)
    await revoke(chain, first)
    assert await codes(chain.b, second) == ["STATE_CLOSED"] * 2
    assert await codes(chain.c, second) == await codes(chain.d, third) == ["ONWARD_CLOSED"] * 2
    assert (author, 1, "ONWARD_CLOSED") in await told(chain.b, second, "HEALTH", reader)
    await same(chain.b, second, chain.c)


async def test_also_when_a_basis_at_the_beginning_fails(world: World) -> None:
    chain = await chain_of(world)
    first = await chain.first()
    second = await chain.second(first)
    await end_basis(chain, first)
    assert await codes(chain.b, first) == ["BASIS_EXPIRED"] * 2
    assert await codes(chain.c, second) == ["ONWARD_CLOSED"] * 2
    await same(chain.b, second, chain.c)


async def closed_by(chain: Chain, change: dict[str, Any]) -> dict[str, list[tuple[int, int, int]]]:
    """What the first two are told of a change: of themselves, and of what went on."""
    found = {}
    for api in (chain.a, chain.b):
        found[api.org.gid] = [
            (c["opens"], c["closes"], c["stays"])
            for c in (await previewed(api, **change))["counts"]
        ]
    return found


async def test_a_change_reaches_what_was_passed_on(world: World) -> None:
    chain = await chain_of(world)
    first = await chain.first()
    second = await chain.second(first)
    third = await chain.third(second)
    a, b = chain.a, chain.b
    # The second is told of its own handoff; of what lies behind, which is few, nobody is.
    found = await closed_by(chain, {"suspension": {"mouId": chain.mous[0]}})
    assert found == {a.org.gid: [(0, 2, 0)], b.org.gid: [(0, 2, 0), (0, 2, 0)]}
    # Without onward sharing the second goes on reading, and nobody behind it.
    changed = content([a.org, b.org], [clause(a.org, b.org, "INCIDENT", "HEALTH")])
    amendment = {"mouId": chain.mous[0], "content": changed}
    found = await closed_by(chain, {"amendment": amendment})
    assert found[a.org.gid] == [(0, 0, 2)]
    assert sorted(found[b.org.gid]) == [(0, 0, 2), (0, 2, 0)]
    types = "$id: ID!, $input: MouInput!"
    await ok(a.mutate("amendMou", types, "", id=chain.mous[0], input=changed))
    await conclude({"id": chain.mous[0]}, a, b)
    assert await codes(b, first) == ["CLAUSE"] * 2
    assert await codes(chain.c, second) == await codes(chain.d, third) == ["ONWARD_CLOSED"] * 2


async def test_whom_it_went_on_to_is_not_named_to_the_parties(world: World) -> None:
    chain = await chain_of(world)
    for _ in range(6):
        await chain.second(await chain.first())
    told = await previewed(chain.a, suspension={"mouId": chain.mous[0]})
    assert [(c["discloser"], c["exact"], c["handoffs"], c["closes"]) for c in told["counts"]] == [
        ({"id": chain.a.org.gid}, True, 6, 12),
        (None, False, 5, 10),
    ]
