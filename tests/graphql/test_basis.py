"""Lawful bases (UU PDP article 20): named with evidence, shown to both sides, held at reading."""

from datetime import timedelta
from typing import Any

import pytest
import pytest_asyncio

from auth.scopes import Scope
from tests.consents import (
    BASES,
    PEOPLE,
    add,
    ago,
    bases,
    basis_id,
    consent,
    events,
    giver,
    withdraw,
)
from tests.covered import covers
from tests.onward import chain_of
from tests.scenes import REASON, Pair, day, pair, stranger, unknown, uuid_of
from tests.unchanged import refused
from tests.world import PARTNER, World, basis, ok, today

READ = ["Isi bagian incident."]


@pytest_asyncio.fixture(scope="module")
async def both(world: World) -> Pair:
    return await pair(world, "INCIDENT", "HEALTH", back=["INCIDENT"])


@covers("addLawfulBasis", "success")
async def test_a_basis_is_named_with_its_evidence_and_seen_by_both(both: Pair) -> None:
    id = await both.at("ACCEPTED")
    given = consent("INCIDENT", documentHash="a" * 64, validUntil=day(30))

    made = await ok(add(both.sender, id, given))

    assert made | {"id": "", "givenAt": ""} == {
        "__typename": "LawfulBasis", "id": "", "kind": "CONSENT", "categories": ["INCIDENT"],
        "withdrawnCategories": [], "purposes": ["SERVICE_DELIVERY"], "legalSource": None,
        "givenAt": "", "documentHash": "a" * 64, "validUntil": day(30), "withdrawnAt": None,
        "withdrawalReason": None, "state": "HOLDS", "author": {"id": both.sender.org.gid},
        "restsOn": None, "giver": giver(),
    }  # fmt: skip
    seen = await both.receiver.data(BASES, id=id)
    assert seen["handoff"]["bases"]["totalCount"] == 2
    assert seen["handoff"]["bases"]["nodes"][1]["giver"] == {"relation": "MOTHER"}
    last = (await events(both.receiver, id))[-1]
    assert last == ("BASIS_NAMED", None, both.sender.org.gid)


async def test_who_consented_is_for_whom_they_told(both: Pair) -> None:
    """The name is sealed, opened for the author only, and needs the scope of who the child is."""
    id = await both.at("REQUESTED", bases=[basis("HEALTH"), consent("INCIDENT")])
    theirs = (await both.receiver.data(PEOPLE, id=id))["handoff"]["bases"]["nodes"]
    assert [b["giver"] for b in theirs] == [None, giver(name=None, nationalId=None)]
    ours = (await both.sender.data(PEOPLE, id=id))["handoff"]["bases"]["nodes"]
    assert [b["giver"] for b in ours] == [None, giver()]
    less = await both.world.as_(both.sender.org, Scope.HANDOFF_READ, Scope.ORGANISATION_READ)
    assert (await less.ask(PEOPLE, id=id)).status == 403
    assert len(await bases(less, id)) == 2
    [(sealed, keys)] = await both.world.sql(
        "select giver_sealed, giver_keys from lawful_basis where giver_sealed is not null"
        " and handoff_id = :id",
        id=uuid_of(id),
    )
    assert len(keys) == 2
    assert b"Sari" not in bytes(sealed)


async def test_a_name_that_was_moved_to_another_row_opens_nowhere(both: Pair) -> None:
    id = await both.at("REQUESTED", bases=[consent("INCIDENT"), consent("HEALTH")])
    await both.world.sql(
        "update lawful_basis b set giver_sealed = o.giver_sealed from lawful_basis o"
        " where o.handoff_id = b.handoff_id and o.id <> b.id and b.handoff_id = :id",
        id=uuid_of(id),
    )
    nodes = (await both.sender.data(PEOPLE, id=id))["handoff"]["bases"]["nodes"]
    assert [b["giver"]["name"] for b in nodes] == [None, None]


async def test_a_draft_rests_on_what_its_sender_names_and_nobody_is_told(both: Pair) -> None:
    id = (await both.draft(bases=[]))["id"]
    await refused(
        both.world,
        both.sender.mutate("sendDraftedHandoff", "$id: ID!", "... on Handoff { id }", id=id),
        "BASIS_REQUIRED",
        "id",
    )
    await ok(add(both.sender, id, consent("INCIDENT")))
    assert [kind for kind, _, _ in await events(both.sender, id)] == ["DRAFTED"]
    await both.take("sendDraftedHandoff", id=id)
    assert await both.bodies(both.receiver, id) == READ


@pytest.mark.parametrize(
    ("change", "code", "field"),
    [
        ({"giver": None}, "EVIDENCE_REQUIRED", "giver"),
        ({"givenAt": None}, "EVIDENCE_REQUIRED", "givenAt"),
        ({"givenAt": ago(hours=-1)}, "BAD_INPUT", "givenAt"),
        ({"givenAt": "2026-01-01T10:00:00"}, "BAD_INPUT", "givenAt"),
        ({"validUntil": "2020-01-01"}, "DATES_INVERTED", "validUntil"),
        ({"documentHash": "A" * 64}, "BAD_INPUT", "documentHash"),
        ({"documentHash": "a" * 63}, "BAD_INPUT", "documentHash"),
        ({"documentHash": "x" * 201}, "TOO_LONG", "documentHash"),
        ({"categories": []}, "BAD_INPUT", "categories"),
        ({"categories": ["INCIDENT", "INCIDENT"]}, "DUPLICATE", "categories[1]"),
        ({"purposes": []}, "BAD_INPUT", "purposes"),
        ({"purposes": ["OVERSIGHT", "OVERSIGHT"]}, "DUPLICATE", "purposes[1]"),
        ({"giver": giver("GUARDIAN", name=None)}, "EVIDENCE_REQUIRED", "giver.name"),
        ({"giver": {"relation": "GUARDIAN"}}, "EVIDENCE_REQUIRED", "giver.name"),
        ({"giver": giver(name="x" * 201)}, "TOO_LONG", "giver.name"),
        ({"giver": giver(name="...")}, "BAD_INPUT", "giver.name"),
        ({"giver": giver(nationalId="9" * 201)}, "TOO_LONG", "giver.nationalId"),
        ({"kind": "PUBLIC_TASK"}, "EVIDENCE_REQUIRED", "legalSource"),
        ({"kind": "VITAL_INTEREST", "legalSource": " "}, "EVIDENCE_REQUIRED", "legalSource"),
        ({"kind": "PUBLIC_TASK", "legalSource": "UU 35/2014"}, "BAD_INPUT", "giver"),
        ({"restsOnId": "x"}, "BAD_INPUT", "restsOnId"),
        ({"restsOnId": unknown("handoff")}, "BAD_INPUT", "restsOnId"),
        ({"restsOnId": unknown("basis")}, "NOT_FOUND", "restsOnId"),
    ],
)
@covers("addLawfulBasis sendHandoff", "refusal")
async def test_evidence_that_will_not_do(both: Pair, change: Any, code: str, field: str) -> None:
    """Whether it comes with the handoff or later."""
    id = await both.at("REQUESTED")
    given = consent("INCIDENT") | change
    await refused(both.world, add(both.sender, id, given), code, f"input.{field}")
    attempt = both.write("sendHandoff", bases=[given])
    await refused(both.world, attempt, code, f"input.bases[0].{field}")


@pytest.mark.parametrize("relation", ["CHILD", "FATHER", "MOTHER"])
async def test_who_is_one_person_needs_no_name(both: Pair, relation: str) -> None:
    id = await both.at("REQUESTED", bases=[consent(giver={"relation": relation})])
    assert await both.bodies(both.receiver, id) == READ


@covers("addLawfulBasis", "refusal", "stranger")
async def test_a_basis_is_for_sides_and_while_there_is_something_to_disclose(both: Pair) -> None:
    id = await both.at("REQUESTED")
    outsider = await stranger(both.world)
    for handoff in (id, unknown("handoff"), (await both.draft())["id"]):
        api = both.receiver if handoff not in (id, unknown("handoff")) else outsider
        await refused(both.world, add(api, handoff, consent()), "NOT_FOUND", "handoffId")
    await refused(both.world, add(both.sender, "x", consent()), "BAD_INPUT", "handoffId")
    await both.take("rejectHandoff", id=id)
    await refused(both.world, add(both.sender, id, consent()), "WRONG_STATE", "handoffId")
    seen = await outsider.ask('query($id: ID!) { node(id: $id) { id } }', id=await basis_id(
        both.sender, id))  # fmt: skip
    assert seen.data == {"node": None}


async def test_there_is_an_end_to_naming(both: Pair) -> None:
    id = await both.at("REQUESTED")
    await both.world.sql(
        "insert into lawful_basis (id, handoff_id, author_id, kind, categories, purposes,"
        " legal_source) select gen_random_uuid(), handoff_id, author_id, kind, categories,"
        " purposes, legal_source from lawful_basis, generate_series(1, 59) where handoff_id = :id",
        id=uuid_of(id),
    )
    await refused(both.world, add(both.sender, id, basis()), "TOO_MANY", "input")
    assert (await ok(add(both.receiver, id, basis("INCIDENT"))))["state"] == "HOLDS"


async def test_state_is_of_a_category_or_of_any(both: Pair) -> None:
    id = await both.at("REQUESTED", bases=[consent("INCIDENT", "HEALTH", validUntil=day(0))])
    await ok(withdraw(both.sender, await basis_id(both.sender, id), "HEALTH"))
    read = (
        "query($id: ID!) { handoff(id: $id) { bases { nodes { state i: state(category: INCIDENT)"
        " h: state(category: HEALTH) l: state(category: LEGAL) } } } }"
    )

    async def states(**expected: Any) -> None:
        for api in (both.sender, both.receiver):
            [found] = (await api.data(read, id=id))["handoff"]["bases"]["nodes"]
            assert found == expected

    await states(state="HOLDS", i="HOLDS", h="CONSENT_WITHDRAWN", l=None)
    assert await both.bodies(both.receiver, id) == READ
    await both.world.sql(
        "update lawful_basis set valid_until = :day where handoff_id = :id",
        day=today() - timedelta(1),
        id=uuid_of(id),
    )
    await states(state="BASIS_EXPIRED", i="BASIS_EXPIRED", h="CONSENT_WITHDRAWN", l=None)
    assert await both.bodies(both.receiver, id) == ["BASIS_EXPIRED"]


async def test_a_further_basis_opens_again_what_had_closed(both: Pair) -> None:
    """Also after the work was completed: but not what was revoked."""
    id = await both.at("COMPLETED", bases=[consent("INCIDENT")])
    await ok(withdraw(both.sender, await basis_id(both.sender, id)))
    assert await both.bodies(both.receiver, id) == ["CONSENT_WITHDRAWN"]
    await ok(add(both.sender, id, basis("HEALTH")))
    assert await both.bodies(both.receiver, id) == ["CONSENT_WITHDRAWN"]
    await ok(add(both.sender, id, basis("INCIDENT", purposes=["OVERSIGHT"])))
    assert await both.bodies(both.receiver, id) == ["CONSENT_WITHDRAWN"]
    await ok(add(both.receiver, id, basis("INCIDENT")))  # of the other side: not for these words
    assert await both.bodies(both.receiver, id) == ["CONSENT_WITHDRAWN"]
    await ok(add(both.sender, id, basis("INCIDENT")))
    assert await both.bodies(both.receiver, id) == READ
    types = "$id: ID!, $reason: String!"
    await ok(both.sender.mutate("revokeHandoff", types, "", id=id, reason=REASON))
    await refused(both.world, add(both.sender, id, basis()), "WRONG_STATE", "handoffId")


async def test_what_a_basis_may_rest_on(world: World) -> None:
    """On one of the same case that covers it; in another case on one's own, named anew."""
    chain = await chain_of(world)
    first = await chain.first(bases=[consent("INCIDENT", "HEALTH")])
    second = await chain.second(first)
    root = await basis_id(chain.a, first)
    received = {"restsOnId": root}

    onward = await ok(add(chain.b, second, basis("INCIDENT", **received)))
    assert (onward["restsOn"], onward["state"]) == ({"id": root}, "HOLDS")
    assert (await bases(chain.c, second))[1]["restsOn"] is None  # a hop that C is no side of

    for change in (
        {"categories": ["LEGAL"]},
        {"categories": ["INCIDENT", "LEGAL"]},
        {"purposes": ["OVERSIGHT"]},
    ):
        wide = basis("INCIDENT", **received) | change
        await refused(world, add(chain.b, second, wide), "EXCEEDS_BASIS", "input.restsOnId")
    foreign = basis("INCIDENT", restsOnId=root)
    await refused(world, add(chain.c, second, foreign), "NOT_FOUND", "input.restsOnId")

    other = await chain.first()  # another case of the same two
    await refused(
        world,
        add(chain.b, other, basis("INCIDENT", **received)),
        "EXCEEDS_BASIS",
        "input.restsOnId",
    )
    await refused(
        world,
        add(chain.a, other, basis("INCIDENT", **received)),
        "EXCEEDS_BASIS",
        "input.restsOnId",
    )
    again = await ok(add(chain.a, other, consent("INCIDENT", **received)))
    assert again["giver"] == giver()
    third = await chain.first()
    deeper = consent("INCIDENT", restsOnId=again["id"])
    await refused(world, add(chain.a, third, deeper), "EXCEEDS_BASIS", "input.restsOnId")


async def test_nor_on_one_that_has_fallen(both: Pair) -> None:
    id = await both.at("REQUESTED", bases=[basis("HEALTH"), consent("INCIDENT", "HEALTH")])
    fallen = await basis_id(both.sender, id, 1)
    await ok(withdraw(both.sender, fallen, "INCIDENT"))
    resting = basis("INCIDENT", restsOnId=fallen)
    await refused(both.world, add(both.sender, id, resting), "WRONG_STATE", "input.restsOnId")
    held = await ok(add(both.sender, id, basis("HEALTH", restsOnId=fallen)))
    assert held["state"] == "HOLDS"


async def test_it_needs_the_scope_to_write(both: Pair) -> None:
    id = await both.at("REQUESTED")
    reader = await both.world.as_(
        both.sender.org, *(s for s in PARTNER if s is not Scope.HANDOFF_WRITE)
    )
    answer = await reader.ask(
        "mutation($id: ID!, $input: LawfulBasisInput!) { addLawfulBasis(handoffId: $id,"
        " input: $input) { __typename } }", id=id, input=consent(),
    )  # fmt: skip
    assert answer.status == 403
