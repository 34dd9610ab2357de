"""Whoever is the reported person gives no consent that counts (UU PDP article 25)."""

import asyncio
from typing import Any

import pytest
import pytest_asyncio

from auth.scopes import Scope
from tests.consents import (
    add,
    basis_id,
    consent,
    events,
    giver,
    retract,
    suspect,
    told,
    withdraw,
)
from tests.covered import covers
from tests.onward import chain_of, goes_on
from tests.scenes import Pair, pair, stranger, unknown, uuid_of
from tests.unchanged import refused, unchanged
from tests.world import World, basis, ok

READ = ["Isi bagian incident."]
CONFLICT = ["GUARDIAN_CONFLICT"]
SUSPECTS = """
query($id: ID!) { handoff(id: $id) { suspects { totalCount
  nodes { id relation name nationalId retractedAt } } } }
"""


@pytest_asyncio.fixture(scope="module")
async def both(world: World) -> Pair:
    return await pair(world, "INCIDENT", "HEALTH", back=["INCIDENT"])


async def rests_on(both: Pair, relation: str = "MOTHER", **person: Any) -> str:
    """A handoff that rests on one consent."""
    return await both.at("ACCEPTED", bases=[consent(giver={"relation": relation} | person)])


@covers("nameSuspect retractSuspect", "success")
async def test_named_later_the_consent_falls_and_taken_back_it_holds_again(both: Pair) -> None:
    id = await both.at("ACCEPTED", bases=[consent()])
    assert await both.bodies(both.receiver, id) == READ

    named = await ok(suspect(both.sender, id, name="Ibu Contoh Sari"))

    assert await both.bodies(both.receiver, id) == CONFLICT
    assert await both.bodies(both.sender, id) == READ  # own words
    [notice] = await told(both.receiver, id)
    assert (notice["cause"], notice["overdue"]) == ("GUARDIAN_CONFLICT", False)
    assert notice["receiver"] == {"id": both.receiver.org.gid}
    for api in (both.sender, both.receiver):
        assert (await events(api, id))[-1] == ("GUARDIAN_CONFLICT", None, both.sender.org.gid)

    gone = await ok(retract(both.sender, named["id"]))

    assert gone["retractedAt"]
    assert await both.bodies(both.receiver, id) == READ
    assert [kind for kind, _, _ in await events(both.receiver, id)][-2:] == [
        "GUARDIAN_CONFLICT", "GUARDIAN_CONFLICT_LIFTED",
    ]  # fmt: skip


async def test_named_by_the_receiver_the_author_is_told(both: Pair) -> None:
    id = await rests_on(both)
    await ok(suspect(both.receiver, id))
    assert await both.bodies(both.receiver, id) == CONFLICT
    [notice] = await told(both.sender, id)
    assert notice["receiver"] == {"id": both.sender.org.gid}


@covers("addLawfulBasis sendHandoff", "refusal")
async def test_a_consent_of_whom_one_suspects_is_refused_and_other_bases_offered(
    both: Pair,
) -> None:
    id = await both.at("ACCEPTED")
    await ok(suspect(both.sender, id, "GUARDIAN", name="Budi Santoso"))
    given = consent(giver=giver("STEP_PARENT", name="BUDI SANTOSO"))
    answer = await refused(
        both.world, add(both.sender, id, given), "GUARDIAN_CONFLICT", "input.giver"
    )
    assert "public task" in await said(both, id, given)
    assert "alternatives" not in answer
    await ok(add(both.sender, id, consent(giver=giver())))  # by the mother
    await ok(add(both.sender, id, basis()))


async def said(both: Pair, id: str, given: dict[str, Any]) -> str:
    answer = await both.sender.data(
        "mutation($id: ID!, $input: LawfulBasisInput!) { it: addLawfulBasis(handoffId: $id,"
        " input: $input) { ... on Refused { message alternatives } } }",
        id=id,
        input=given,
    )
    assert answer["it"]["alternatives"] == ["LEGAL_OBLIGATION", "VITAL_INTEREST", "PUBLIC_TASK"]
    return str(answer["it"]["message"])


async def test_other_refusals_offer_nothing(both: Pair) -> None:
    answer = await both.sender.data(
        'mutation { it: retractSuspect(id: "x") { ... on Refused { code alternatives } } }'
    )
    assert answer["it"] == {"code": "BAD_INPUT", "alternatives": None}


NAMED = {"name": "Budi Santoso", "nationalId": "3174 0101 0101 0001"}


@pytest.mark.parametrize(
    ("gave", "suspected", "same"),
    [
        (("FATHER", {}), ("FATHER", {}), True),
        (("FATHER", {"name": "Anton"}), ("FATHER", {"name": "Budi"}), True),
        (("FATHER", {}), ("MOTHER", {}), False),
        (("MOTHER", {"name": "Sari"}), ("FATHER", {"name": "Budi"}), False),
        (("FATHER", NAMED), ("STEP_PARENT", {"name": "budi  santoso"}), True),
        (("GUARDIAN", NAMED), ("OTHER", {"name": "Bpk. BUDI-SANTOSO, S.H."}), True),
        (("GUARDIAN", NAMED), ("OTHER", {"name": "Tn Budi S", "nationalId": "3174010101010001"}),
         True),
        (("GUARDIAN", NAMED), ("OTHER", {"name": "Budi Santosa"}), False),
        (("GUARDIAN", NAMED), ("GUARDIAN", {"name": "Anton"}), False),
        (("GUARDIAN", NAMED), ("GUARDIAN", {}), True),
        (("STEP_PARENT", NAMED), ("STEP_PARENT", {}), True),
        (("RELATIVE", NAMED), ("GUARDIAN", {}), False),
        (("CHILD", {}), ("FATHER", {}), False),
        (("CHILD", NAMED), ("OTHER", NAMED), False),
    ],
)  # fmt: skip
async def test_who_is_the_same_person(both: Pair, gave: Any, suspected: Any, same: bool) -> None:
    """Whether the suspect is named first or the consent: the answer is one."""
    id = await rests_on(both, gave[0], **gave[1])
    await ok(suspect(both.sender, id, suspected[0], **suspected[1]))
    assert await both.bodies(both.receiver, id) == (CONFLICT if same else READ)
    assert len(await told(both.receiver, id)) == int(same)
    given = consent(giver={"relation": gave[0]} | gave[1])
    if same:
        await refused(both.world, add(both.sender, id, given), "GUARDIAN_CONFLICT")
    else:
        await ok(add(both.sender, id, given))


async def test_two_name_the_same_person_and_one_takes_it_back(both: Pair) -> None:
    id = await rests_on(both)
    ours = await ok(suspect(both.sender, id))
    theirs = await ok(suspect(both.receiver, id, name="Sari"))
    assert len(await told(both.receiver, id)) == 1  # the second name changes nothing
    await ok(retract(both.sender, ours["id"]))
    assert await both.bodies(both.receiver, id) == CONFLICT
    await ok(retract(both.receiver, theirs["id"]))
    assert await both.bodies(both.receiver, id) == READ
    kinds = [kind for kind, _, _ in await events(both.sender, id)]
    assert kinds[-2:] == ["GUARDIAN_CONFLICT", "GUARDIAN_CONFLICT_LIFTED"]
    again = await ok(suspect(both.sender, id))
    assert again["id"] != ours["id"]
    assert await both.bodies(both.receiver, id) == CONFLICT


async def test_of_what_was_withdrawn_nobody_is_told_again(both: Pair) -> None:
    id = await rests_on(both)
    await ok(withdraw(both.sender, await basis_id(both.sender, id)))
    await ok(suspect(both.sender, id))
    assert [n["cause"] for n in await told(both.receiver, id)] == ["WITHDRAWN"]


async def test_in_every_handoff_of_the_case_and_to_everybody_concerned(world: World) -> None:
    """C, at the end, names the mother: what A was told closes for B and, passed on, for C."""
    chain = await chain_of(world)
    first = await chain.first("INCIDENT", bases=[consent("INCIDENT")])
    second = await chain.second(first)
    apart = await chain.first("INCIDENT", bases=[consent("INCIDENT")])  # another case

    await ok(suspect(chain.c, second))

    seen = [
        await Pair(world, api, api, "").bodies(api, id)
        for api, id in ((chain.b, first), (chain.c, second), (chain.b, apart))
    ]
    assert seen == [CONFLICT, ["ONWARD_CLOSED"], READ]
    assert {n["receiver"]["id"] for n in await told(chain.b, first)} == {
        chain.a.org.gid, chain.b.org.gid,
    }  # fmt: skip
    assert await told(chain.c, second) == []  # it knows
    for api, id in ((chain.a, first), (chain.c, second)):
        assert (await events(api, id))[-1][0] == "GUARDIAN_CONFLICT"
    assert "GUARDIAN_CONFLICT" not in [kind for kind, _, _ in await events(chain.a, apart)]
    own = [{"category": "INCIDENT", "body": "Kata B."}]
    resting = basis("INCIDENT", restsOnId=await basis_id(chain.b, first))
    onward = goes_on(chain.b, chain.c.org, chain.mous[1], first, sections=own, bases=[resting])
    await refused(world, onward, "GUARDIAN_CONFLICT", "input.bases[0].restsOnId")


async def test_in_another_case_that_rests_on_it_the_person_is_known_too(world: World) -> None:
    """A consent of one case counts in another with its giver named there: a suspect fells it."""
    both = await pair(world)
    one = await both.at("ACCEPTED", bases=[consent("INCIDENT")])
    root = await basis_id(both.sender, one)
    other = await both.at("ACCEPTED", bases=[consent("INCIDENT", restsOnId=root)])
    await ok(suspect(both.receiver, other, name="Contoh Sari"))
    assert await both.bodies(both.receiver, other) == CONFLICT
    assert await both.bodies(both.receiver, one) == READ
    named = await ok(suspect(both.receiver, one, name="Contoh Sari"))
    assert await both.bodies(both.receiver, one) == CONFLICT
    await ok(retract(both.receiver, named["id"]))
    assert await both.bodies(both.receiver, one) == READ


async def test_naming_and_consenting_at_once_it_never_counts(both: Pair) -> None:
    for _ in range(4):
        id = await both.at("ACCEPTED", bases=[basis("HEALTH"), consent(giver=giver("GUARDIAN"))])
        await ok(withdraw(both.sender, await basis_id(both.sender, id, 1)))
        consented, named = await asyncio.gather(
            add(both.sender, id, consent("INCIDENT")), suspect(both.receiver, id)
        )
        assert named["__typename"] == "Suspect" or named["code"] == "CHANGED_MEANWHILE"
        if named["__typename"] == "Suspect":
            assert await both.bodies(both.receiver, id) != READ
            causes = [n["cause"] for n in await told(both.sender, id, toUs=True)]
            late = consented["__typename"] == "LawfulBasis"
            assert causes == (["GUARDIAN_CONFLICT"] if late else [])


@covers("nameSuspect retractSuspect", "refusal", "stranger")
async def test_a_name_is_its_organisations_own(both: Pair) -> None:
    id = await rests_on(both, "FATHER", name="Rahasia")
    named = await ok(suspect(both.sender, id, **NAMED))
    outsider = await stranger(both.world)
    assert (named["name"], named["nationalId"]) == (NAMED["name"], NAMED["nationalId"])
    seen = (await both.sender.data(SUSPECTS, id=id))["handoff"]["suspects"]
    assert [s["name"] for s in seen["nodes"]] == [NAMED["name"]]
    theirs = (await both.receiver.data(SUSPECTS, id=id))["handoff"]["suspects"]
    assert theirs == {"totalCount": 0, "nodes": []}
    node = "query($id: ID!) { node(id: $id) { id } }"
    assert (await both.receiver.data(node, id=named["id"]))["node"] is None
    for api in (both.receiver, outsider):
        for known in (named["id"], unknown("suspect")):
            await refused(both.world, retract(api, known), "NOT_FOUND", "id")
    for known in (id, unknown("handoff")):
        await refused(both.world, suspect(outsider, known), "NOT_FOUND", "handoffId")
    less = await both.world.as_(both.sender.org, Scope.HANDOFF_READ, Scope.HANDOFF_WRITE)
    async with unchanged(both.world):
        assert (await less.ask(SUSPECTS, id=id)).status == 403
    [(sealed,)] = await both.world.sql(
        "select sealed from case_suspect where id = :id", id=uuid_of(named["id"])
    )
    assert b"Budi" not in bytes(sealed)
    await ok(retract(both.sender, named["id"]))
    await refused(both.world, retract(both.sender, named["id"]), "WRONG_STATE", "id")


@pytest.mark.parametrize(
    ("change", "code", "field"),
    [
        ({"relation": "CHILD"}, "BAD_INPUT", "input.relation"),
        ({"relation": "OTHER"}, "BAD_INPUT", "input.name"),
        ({"name": "x" * 201}, "TOO_LONG", "input.name"),
        ({"name": "-"}, "BAD_INPUT", "input.name"),
        ({"nationalId": "3174010101010001"}, "EVIDENCE_REQUIRED", "input.name"),
    ],
)
@covers("nameSuspect", "refusal")
async def test_names_that_will_not_do(both: Pair, change: Any, code: str, field: str) -> None:
    id = await both.at("REQUESTED")
    await refused(both.world, suspect(both.sender, id, **change), code, field)


@covers("nameSuspect", "refusal")
async def test_the_same_person_is_named_once_and_not_too_many(both: Pair) -> None:
    id = await both.at("REQUESTED")
    await refused(both.world, suspect(both.sender, "x"), "BAD_INPUT", "handoffId")
    await ok(suspect(both.sender, id, "MOTHER"))
    await ok(suspect(both.sender, id, "GUARDIAN"))
    await ok(suspect(both.sender, id, "RELATIVE", **NAMED))
    for relation, person in [
        ("MOTHER", {"name": "Sari"}),
        ("GUARDIAN", {}),
        ("OTHER", {"name": "budi santoso"}),
    ]:
        await refused(both.world, suspect(both.sender, id, relation, **person), "DUPLICATE")
    await ok(suspect(both.receiver, id, "MOTHER"))  # for itself
    for n in range(17):
        await ok(suspect(both.sender, id, "OTHER", name=f"Orang {n}"))
    many = suspect(both.sender, id, "OTHER", name="Satu lagi")
    await refused(both.world, many, "TOO_MANY", "input")
