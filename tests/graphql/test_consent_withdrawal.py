"""Consent is withdrawn at once (UU PDP article 40): closed at the next read, and all are told."""

import asyncio
from datetime import datetime, timedelta

import pytest_asyncio

from db.session import Database
from tests.conftest import Databases
from tests.consents import (
    acknowledge,
    add,
    bases,
    basis_id,
    consent,
    events,
    told,
    withdraw,
)
from tests.covered import covers
from tests.emergencies import ids
from tests.onward import chain_of, goes_on
from tests.scenes import Pair, pair, stranger, unknown, uuid_of
from tests.unchanged import refused
from tests.world import SETTINGS, Api, World, basis, ok

READ = ["Isi bagian incident."]
GONE = ["CONSENT_WITHDRAWN"]


@pytest_asyncio.fixture(scope="module")
async def both(world: World) -> Pair:
    return await pair(world, "INCIDENT", "HEALTH", back=["INCIDENT"])


async def given(both: Pair, *categories: str, status: str = "ACCEPTED") -> tuple[str, str]:
    """A handoff that rests on one consent; and that consent."""
    id = await both.at(status, *(categories or ["INCIDENT"]), bases=[consent()])
    return id, await basis_id(both.sender, id)


@covers("withdrawConsent withdrawalNotices", "success")
async def test_withdrawn_it_closes_and_the_other_side_is_told(both: Pair) -> None:
    id, mothers = await given(both)
    assert await both.bodies(both.receiver, id) == READ

    done = await ok(withdraw(both.sender, mothers, reason=" Ibu menariknya. "))

    assert await both.bodies(both.receiver, id) == GONE
    assert await both.bodies(both.sender, id) == READ  # own words
    assert (done["state"], done["withdrawalReason"]) == ("CONSENT_WITHDRAWN", "Ibu menariknya.")
    assert done["withdrawnCategories"] == done["categories"]
    for api in (both.sender, both.receiver):
        assert (await events(api, id))[-1] == (
            "CONSENT_WITHDRAWN", "Ibu menariknya.", both.sender.org.gid,
        )  # fmt: skip
        [notice] = await told(api, id)
        assert notice["receiver"] == {"id": both.receiver.org.gid}
        assert (notice["cause"], notice["basis"]) == ("WITHDRAWN", {"id": mothers})
        assert set(notice["categories"]) == set(done["categories"])


async def test_in_part_it_closes_in_part(both: Pair) -> None:
    id, mothers = await given(both, "INCIDENT", "HEALTH")
    done = await ok(withdraw(both.sender, mothers, "HEALTH"))
    assert (done["state"], done["withdrawnCategories"]) == ("HOLDS", ["HEALTH"])
    assert await both.bodies(both.receiver, id) == [*READ, *GONE]

    await ok(withdraw(both.sender, mothers))  # the rest

    assert await both.bodies(both.receiver, id) == [*GONE, *GONE]
    one, rest = await told(both.receiver, id)
    assert one["categories"] == ["HEALTH"]
    assert "HEALTH" not in rest["categories"]
    assert "INCIDENT" in rest["categories"]


async def test_another_basis_keeps_it_open(both: Pair) -> None:
    id = await both.at("ACCEPTED", bases=[consent(), basis("INCIDENT")])
    await ok(withdraw(both.sender, await basis_id(both.sender, id)))
    assert await both.bodies(both.receiver, id) == READ
    assert len(await told(both.receiver, id)) == 1


async def test_what_the_receiver_wrote_rests_on_its_own(both: Pair) -> None:
    id = await both.at("IN_PROGRESS", bases=[consent()])
    types = "$id: ID!, $section: SectionInput!, $bases: [LawfulBasisInput!]"
    section = {"category": "INCIDENT", "body": "Jawaban."}
    await ok(
        both.receiver.mutate(
            "addHandoffSection", types, "", id=id, section=section, bases=[consent()]
        )
    )
    theirs = (await bases(both.receiver, id))[1]["id"]
    await refused(both.world, withdraw(both.sender, theirs), "WRONG_SIDE", "id")
    await ok(withdraw(both.receiver, theirs))
    assert await both.bodies(both.sender, id) == [*READ, *GONE]
    [notice] = await told(both.sender, id, toUs=True)
    assert notice["receiver"] == {"id": both.sender.org.gid}


async def test_of_a_draft_nobody_is_told(both: Pair) -> None:
    id = (await both.draft(bases=[consent()]))["id"]
    await ok(withdraw(both.sender, await basis_id(both.sender, id)))
    assert await told(both.sender, id) == []
    send = both.sender.mutate("sendDraftedHandoff", "$id: ID!", "", id=id)
    await refused(both.world, send, "BASIS_REQUIRED", "id")


@covers("withdrawConsent", "refusal", "stranger")
async def test_what_cannot_be_withdrawn(both: Pair) -> None:
    id = await both.at("ACCEPTED", bases=[consent("INCIDENT", "HEALTH"), basis("INCIDENT")])
    consented, duty = [b["id"] for b in await bases(both.sender, id)]
    outsider = await stranger(both.world)
    world = both.world
    for known in (consented, unknown("basis")):
        await refused(world, withdraw(outsider, known), "NOT_FOUND", "id")
    await refused(world, withdraw(both.sender, id), "BAD_INPUT", "id")
    await refused(world, withdraw(both.receiver, consented), "WRONG_SIDE", "id")
    await refused(world, withdraw(both.sender, duty), "NOT_A_CONSENT", "id")
    for categories, code, field in [
        (["LEGAL"], "BAD_INPUT", "categories[0]"),
        (["INCIDENT", "LEGAL"], "BAD_INPUT", "categories[1]"),
        (["INCIDENT", "INCIDENT"], "DUPLICATE", "categories[1]"),
    ]:
        await refused(world, withdraw(both.sender, consented, *categories), code, field)
    empty = both.sender.mutate(
        "withdrawConsent", "$id: ID!, $categories: [DataCategory!]", "", id=consented, categories=[]
    )
    await refused(world, empty, "BAD_INPUT", "categories")
    long = withdraw(both.sender, consented, reason="x" * 4_001)
    await refused(world, long, "TOO_LONG", "reason")
    await ok(withdraw(both.sender, consented, "HEALTH"))
    await refused(world, withdraw(both.sender, consented, "HEALTH"), "WRONG_STATE", "categories[0]")
    await ok(withdraw(both.sender, consented))
    await refused(world, withdraw(both.sender, consented), "WRONG_STATE", "id")
    assert await both.bodies(both.receiver, id) == READ  # by the duty


async def test_withdrawn_twice_at_once_it_is_withdrawn_once(both: Pair) -> None:
    id, mothers = await given(both)
    answers = await asyncio.gather(*(withdraw(both.sender, mothers) for _ in range(4)))
    assert sorted(a["__typename"] for a in answers) == ["LawfulBasis", *["Refused"] * 3]
    assert len(await told(both.receiver, id)) == 1


async def test_on_every_replica_at_the_next_read(
    both: Pair, databases: Databases, database_name: str
) -> None:
    id, mothers = await given(both)
    other = Database(databases.app_url(database_name), info={"vault": SETTINGS.vault})
    try:
        async with World.open(other, both.world.operator) as replica:
            there = Pair(
                replica,
                Api(replica.http, both.sender.org, both.sender.token),
                Api(replica.http, both.receiver.org, both.receiver.token),
                both.mou,
            )
            assert await there.bodies(there.receiver, id) == READ
            await ok(withdraw(both.sender, mothers))
            assert await there.bodies(there.receiver, id) == GONE
            await ok(add(there.sender, id, consent()))
            assert await both.bodies(both.receiver, id) == READ
    finally:
        await other.close()


async def test_what_was_passed_on_closes_and_all_along_the_way_are_told(world: World) -> None:
    """A withdraws; C and D, of whom A knows nothing, read no more and are asked to stop."""
    chain = await chain_of(world)
    first = await chain.first("INCIDENT", bases=[consent("INCIDENT")])
    second = await chain.second(first)
    third = await chain.third(second)
    ends = [(chain.b, first), (chain.c, second), (chain.d, third)]
    root = await basis_id(chain.a, first)

    await ok(withdraw(chain.a, root, reason="Rahasia A."))

    for api, id in ends:
        [notice] = await told(api, id)
        assert notice["receiver"] == {"id": api.org.gid}
        assert notice["basis"] == ({"id": root} if id == first else None)
        kind, note, actor = (await events(api, id))[-1]
        assert (kind, actor) == ("CONSENT_WITHDRAWN", chain.a.org.gid)
        assert note == ("Rahasia A." if id == first else None)
        reader = Pair(world, api, api, "")
        expected = "CONSENT_WITHDRAWN" if id == first else "ONWARD_CLOSED"
        assert await reader.bodies(api, id) == [expected]
    assert await told(chain.a, second) == []
    await ok(acknowledge(chain.d, (await told(chain.d, third))[0]["id"]))


async def test_what_rests_on_it_elsewhere_falls_with_it(world: World) -> None:
    """B's own words to C rest on the consent that A was given, and so does another case of A."""
    chain = await chain_of(world)
    first = await chain.first("INCIDENT", bases=[consent("INCIDENT")])
    root = await basis_id(chain.a, first)
    own = [{"category": "INCIDENT", "body": "Kata B."}]
    resting = basis("INCIDENT", restsOnId=root)
    sent = await ok(
        goes_on(chain.b, chain.c.org, chain.mous[1], first, sections=own, bases=[resting])
    )
    again = consent("INCIDENT", restsOnId=root)
    other = await chain.first("INCIDENT", bases=[again])
    cases = [(chain.b, first, READ), (chain.c, sent["id"], ["Kata B."]), (chain.b, other, READ)]
    for api, id, expected in cases:
        assert await Pair(world, api, api, "").bodies(api, id) == expected

    await ok(withdraw(chain.a, root, "INCIDENT"))

    for api, id, _ in cases:
        assert await Pair(world, api, api, "").bodies(api, id) == GONE
        [notice] = await told(api, id)
        assert notice["receiver"] == {"id": api.org.gid}
        assert notice["basis"] == {"id": await basis_id(api, id)}


async def test_told_once_of_what_rests_on_it_and_what_was_passed_on(world: World) -> None:
    chain = await chain_of(world)
    first = await chain.first("INCIDENT", "HEALTH", bases=[consent("INCIDENT", "HEALTH")])
    root = await basis_id(chain.a, first)
    resting = basis("INCIDENT", restsOnId=root)
    second = await chain.second(first, bases=[resting, basis("HEALTH")])
    await ok(withdraw(chain.a, root))
    [notice] = await told(chain.c, second)
    assert notice["categories"] == ["HEALTH", "INCIDENT"]
    assert notice["basis"] == {"id": await basis_id(chain.c, second)}


async def test_naming_on_a_consent_and_withdrawing_it_at_once_nobody_is_overlooked(
    world: World,
) -> None:
    chain = await chain_of(world)
    for _ in range(4):
        first = await chain.first("INCIDENT", bases=[consent("INCIDENT")])
        root = await basis_id(chain.a, first)
        received = await ids(chain.b, first)
        resting = basis("INCIDENT", restsOnId=root)
        forward = goes_on(chain.b, chain.c.org, chain.mous[1], first, *received, bases=[resting])
        taken, sent = await asyncio.gather(withdraw(chain.a, root), forward)
        assert taken["__typename"] == "LawfulBasis" or taken["code"] == "CHANGED_MEANWHILE"
        if "Refused" in (taken["__typename"], sent["__typename"]):
            continue
        assert await Pair(world, chain.c, chain.c, "").bodies(chain.c, sent["id"]) != READ
        assert len(await told(chain.c, sent["id"])) == 1


@covers("acknowledgeWithdrawal withdrawalNotices", "success")
async def test_the_receiver_says_that_it_has_stopped(world: World) -> None:
    both = await pair(world)
    id, mothers = await given(both)
    await ok(withdraw(both.sender, mothers))
    [notice] = await told(both.receiver, open=True)
    due = datetime.fromisoformat(notice["dueAt"]) - datetime.fromisoformat(notice["createdAt"])
    assert (due, notice["overdue"]) == (timedelta(hours=72), False)
    assert [n["id"] for n in await told(both.sender, open=True, toUs=False)] == [notice["id"]]
    assert await told(both.sender, toUs=True) == await told(both.receiver, toUs=False) == []
    await world.sql(
        "update withdrawal_notice set created_at = created_at - interval '73 hours'"
        " where handoff_id = :id",
        id=uuid_of(id),
    )
    assert (await told(both.sender))[0]["overdue"] is True

    done = await ok(acknowledge(both.receiver, notice["id"]))

    assert done["acknowledgedAt"]
    assert done["overdue"] is False
    assert await told(both.receiver, open=True) == []
    assert len(await told(both.receiver, open=False)) == 1
    last = (await events(both.sender, id))[-1]
    assert last == ("WITHDRAWAL_ACKNOWLEDGED", None, both.receiver.org.gid)
    node = "query($id: ID!) { node(id: $id) { id ... on WithdrawalNotice { acknowledgedAt } } }"
    assert (await both.sender.data(node, id=notice["id"]))["node"]["acknowledgedAt"]


@covers("acknowledgeWithdrawal withdrawalNotices", "refusal", "stranger")
async def test_only_who_was_told_says_so_and_once(both: Pair) -> None:
    id, mothers = await given(both)
    await ok(withdraw(both.sender, mothers))
    [notice] = await told(both.receiver, id)
    outsider = await stranger(both.world)
    assert await told(outsider) == []
    for known in (notice["id"], unknown("notice")):
        await refused(both.world, acknowledge(outsider, known), "NOT_FOUND", "id")
    await refused(both.world, acknowledge(both.receiver, id), "BAD_INPUT", "id")
    await refused(both.world, acknowledge(both.sender, notice["id"]), "WRONG_SIDE", "id")
    twice = await asyncio.gather(*(acknowledge(both.receiver, notice["id"]) for _ in range(3)))
    assert sorted(a["__typename"] for a in twice) == ["Refused", "Refused", "WithdrawalNotice"]
    await refused(both.world, acknowledge(both.receiver, notice["id"]), "WRONG_STATE", "id")
    bad = await both.receiver.ask("{ withdrawalNotices(first: 101) { totalCount } }")
    assert bad.codes == ["BAD_INPUT"]
