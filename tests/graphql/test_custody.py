"""The chain of custody (rantai penanganan): who sees which links, and who has the case now."""

import asyncio
from typing import Any

import pytest
import pytest_asyncio

from tests.covered import covers
from tests.emergencies import breaks_glass, ids, number_of
from tests.onward import Chain, apis, chain_of, goes_on, hop, line
from tests.scenes import REASON, stranger, unknown
from tests.unchanged import refused
from tests.world import Api, World, agreement, clause, ok, sent, step

CHAIN = """
query($id: ID!) { custodyChain(handoffId: $id) {
  custodian { id }
  links { generation kind status sentAt acceptedAt endedAt custodian
          from { id } to { id } handoff { id number } }
} }
"""


async def chain_at(api: Api, id: str) -> dict[str, Any]:
    found: dict[str, Any] = (await api.data(CHAIN, id=id))["custodyChain"]
    return found


async def steps(api: Api, id: str) -> list[tuple[str, str, str | None]]:
    """From whom, to whom, and the handoff where it is shared."""
    found = await chain_at(api, id)
    return [
        (link["from"]["id"], link["to"]["id"], link["handoff"] and link["handoff"]["id"])
        for link in found["links"]
    ]


@pytest_asyncio.fixture(scope="module")
async def chain(world: World) -> Chain:
    return await chain_of(world)


@covers("custodyChain", "success")
async def test_everybody_in_it_sees_it_and_each_its_own_numbers(chain: Chain) -> None:
    first = await chain.first()
    second = await chain.second(first)
    third = await chain.third(second)
    a, b, c, d = (api.org.gid for api in (chain.a, chain.b, chain.c, chain.d))
    assert await steps(chain.a, first) == [(a, b, first), (b, c, None), (c, d, None)]
    assert await steps(chain.b, first) == [(a, b, first), (b, c, second), (c, d, None)]
    assert await steps(chain.b, second) == await steps(chain.b, first)
    assert await steps(chain.c, second) == [(a, b, None), (b, c, second), (c, d, third)]
    assert await steps(chain.d, third) == [(a, b, None), (b, c, None), (c, d, third)]
    found = await chain_at(chain.d, third)
    assert [link["generation"] for link in found["links"]] == [0, 1, 2]
    assert [link["status"] for link in found["links"]] == ["ACCEPTED"] * 3
    assert all(link["sentAt"] and link["acceptedAt"] for link in found["links"])
    assert found["custodian"] == {"id": a}  # referrals: the sender keeps the case
    assert not any(link["custodian"] for link in found["links"])


async def test_siblings_and_drafts_are_not_theirs_to_see(world: World) -> None:
    a, b, c, d = await apis(world, 4)
    [ab] = await line(world, a.org, b.org)
    [bc], [bd] = await line(world, b.org, c.org), await line(world, b.org, d.org)
    first = await hop_first(a, b, ab)
    received = await ids(b, first)
    to_c = await hop(b, c, bc, first, *received)
    to_d = await hop(b, d, bd, first, *received)
    draft = await ok(goes_on(b, d.org, bd, first, *received, name="draftHandoff"))
    begin, c_link, d_link = (a.org.gid, b.org.gid), (b.org.gid, c.org.gid), (b.org.gid, d.org.gid)
    assert [link[:2] for link in await steps(a, first)] == [begin, c_link, d_link]
    assert [link[:2] for link in await steps(c, to_c)] == [begin, c_link]
    assert [link[:2] for link in await steps(d, to_d)] == [begin, d_link]
    assert [link[2] for link in await steps(b, draft["id"])] == [first, draft["id"]]
    assert (await chain_at(b, draft["id"]))["links"][1]["sentAt"] is None
    hidden = await d.ask(CHAIN, id=draft["id"])
    assert hidden.codes == ["NOT_FOUND"]


@covers("custodyChain", "refusal", "stranger")
async def test_to_a_stranger_there_is_none(world: World, chain: Chain) -> None:
    first = await chain.first()
    second = await chain.second(first)
    nobody = await stranger(world)
    answers = [
        await api.ask(CHAIN, id=id)
        for api, id in [
            (nobody, first), (nobody, unknown("handoff")), (await world.as_(world.kpai), first),
            (chain.c, first), (chain.a, second),
        ]
    ]  # fmt: skip
    assert all(answer.codes == ["NOT_FOUND"] for answer in answers)
    messages = {str([e["message"] for e in answer.body["errors"]]) for answer in answers}
    assert len(messages) == 1
    assert (await nobody.ask(CHAIN, id="x")).codes == ["BAD_INPUT"]


async def test_an_emergency_shows_a_handoff_and_no_chain(world: World, chain: Chain) -> None:
    first = await chain.first()
    helper = await world.as_(await world.org("HOSPITAL"))
    await agreement(world, [chain.a.org, helper.org], [clause(chain.a.org, helper.org)])
    number = await number_of(chain.a, first)
    await ok(breaks_glass(helper, number=number, categories=["INCIDENT"]))
    found = await helper.data("query($id: ID!) { handoff(id: $id) { id } }", id=first)
    assert found["handoff"] == {"id": first}
    assert (await helper.ask(CHAIN, id=first)).codes == ["NOT_FOUND"]


async def test_a_transfer_moves_custody_when_it_is_accepted(world: World) -> None:
    a, b, c = await apis(world, 3)
    ab, bc = await line(world, a.org, b.org, c.org)
    first = await sent(a, b.org, ab, "INCIDENT", kind="TRANSFER")
    assert await custodian(a, first) == a.org.gid
    await ok(step(b, "acceptHandoff", first))
    assert await custodian(a, first) == b.org.gid
    received = await ids(b, first)
    sent_on = await ok(goes_on(b, c.org, bc, first, *received, kind="TRANSFER"))
    assert await custodian(b, first) == b.org.gid
    await ok(step(c, "acceptHandoff", sent_on["id"]))
    for api, id in [(a, first), (b, first), (c, sent_on["id"])]:
        assert await custodian(api, id) == c.org.gid
        assert [link["custodian"] for link in (await chain_at(api, id))["links"]] == [False, True]
    await ok(step(c, "failHandoff", sent_on["id"], reason=REASON))
    assert await custodian(a, first) == b.org.gid


async def test_who_does_not_see_where_it_went_is_not_told_who_has_it(world: World) -> None:
    a, b, c, d = await apis(world, 4)
    [ab] = await line(world, a.org, b.org)
    [bc], [bd] = await line(world, b.org, c.org), await line(world, b.org, d.org)
    first = await hop_first(a, b, ab, kind="TRANSFER")
    received = await ids(b, first)
    referral = await hop(b, c, bc, first, *received)
    assert await custodian(c, referral) == b.org.gid
    await hop(b, d, bd, first, *received, kind="TRANSFER")
    assert await custodian(c, referral) is None
    assert await custodian(a, first) == d.org.gid


async def test_a_case_is_transferred_by_whoever_is_responsible_and_once(world: World) -> None:
    a, b, c, d = await apis(world, 4)
    [ab] = await line(world, a.org, b.org)
    [bc], [bd] = await line(world, b.org, c.org), await line(world, b.org, d.org)
    first = await hop_first(a, b, ab, kind="TRANSFER")
    received = await ids(b, first)
    offers = [
        (api, (await ok(goes_on(b, api.org, mou, first, *received, kind="TRANSFER")))["id"])
        for api, mou in [(c, bc), (d, bd)]
    ]
    answers = await asyncio.gather(*(step(api, "acceptHandoff", id) for api, id in offers))
    assert sorted(a["__typename"] for a in answers) == ["Handoff", "Refused"]
    [code] = [a["code"] for a in answers if "code" in a]
    assert code == "NOT_THE_CUSTODIAN"
    again = goes_on(b, c.org, bc, first, *received, kind="TRANSFER")
    await refused(world, again, "NOT_THE_CUSTODIAN", "input.onwardOfId")


@pytest.mark.parametrize("kind", ["REFERRAL", "CONSULTATION"])
async def test_what_one_was_only_shown_is_not_ones_own_to_transfer(chain: Chain, kind: str) -> None:
    first = await chain.first(kind=kind)
    received = await ids(chain.b, first)
    attempt = goes_on(chain.b, chain.c.org, chain.mous[1], first, *received, kind="TRANSFER")
    await refused(chain.world, attempt, "NOT_THE_CUSTODIAN", "input.onwardOfId")


async def hop_first(a: Api, b: Api, mou: str, **change: Any) -> str:
    id = await sent(a, b.org, mou, "INCIDENT", **change)
    await ok(step(b, "acceptHandoff", id))
    return id


async def custodian(api: Api, id: str) -> str | None:
    held = (await chain_at(api, id))["custodian"]
    return held and str(held["id"])
