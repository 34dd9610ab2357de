"""Proposing, revising, submitting, withdrawing, commenting on and approving an agreement."""

from typing import Any

import pytest

from auth.scopes import Scope
from tests.covered import covers
from tests.scenes import expire, stranger, unknown
from tests.unchanged import refused, unchanged
from tests.world import EVERY_SCOPE, MOU, Api, World, clause, content, ok, open_version, proposed

VERSION = """
query($id: ID!) { mou(id: $id) { status versions(first: 1) { nodes {
  id number stage title contentHash submittedAt draftedBy { id }
  parties { nodes { ordinal coversBranches organisation { id } } }
  clauses { nodes { number categories } }
  comments { nodes { body organisation { id } } }
  approvals { nodes { contentHash organisation { id } } }
  signatures { totalCount }
} } events { nodes { kind note actor { id } } } } }
"""
MUTATIONS: dict[str, tuple[str, dict[str, Any]]] = {
    "submitMou": ("$id: ID!", {}),
    "withdrawMou": ("$id: ID!, $reason: String!", {"reason": "Tidak jadi."}),
    "commentOnMou": ("$id: ID!, $body: String!", {"body": "Mohon dijelaskan."}),
    "approveMou": ("$id: ID!, $contentHash: String!", {"contentHash": "sha256:0"}),
}


def act(api: Api, name: str, id: str, **change: Any) -> Any:
    types, variables = MUTATIONS[name]
    return api.mutate(name, types, MOU, id=id, **{**variables, **change})


def revise(api: Api, id: str, body: dict[str, Any]) -> Any:
    return api.mutate("reviseMou", "$id: ID!, $input: MouInput!", MOU, id=id, input=body)


async def version(api: Api, id: str) -> dict[str, Any]:
    mou = (await api.data(VERSION, id=id))["mou"]
    found: dict[str, Any] = mou["versions"]["nodes"][0]
    return found | {"status": mou["status"], "events": mou["events"]["nodes"]}


async def two(world: World) -> tuple[Api, Api, dict[str, Any]]:
    """A drafter, the other party, and a draft between them."""
    one, other = await world.org("UPTD_PPA"), await world.org("POLICE_PPA")
    drafter, party = await world.as_(one), await world.as_(other)
    mou = await ok(proposed(drafter, content([one, other], [clause(one, other)])))
    return drafter, party, mou


@covers("proposeMou mou", "success", "stranger")
async def test_a_proposal_is_a_draft_that_only_its_drafter_sees(world: World) -> None:
    drafter, party, mou = await two(world)

    assert (mou["status"], mou["inForce"]) == ("DRAFT", False)
    seen = await version(drafter, mou["id"])
    assert (seen["number"], seen["stage"], seen["submittedAt"]) == (1, "DRAFT", None)
    assert [p["ordinal"] for p in seen["parties"]["nodes"]] == [1, 2]
    assert [e["kind"] for e in seen["events"]] == ["PROPOSED"]
    for other in (party, await stranger(world)):
        answer = await other.ask(VERSION, id=mou["id"])
        assert (answer.body["data"], answer.codes) == ({"mou": None}, ["NOT_FOUND"])
        assert (await other.data("{ mous { nodes { id } } }"))["mous"]["nodes"] == []


@covers("proposeMou", "refusal")
async def test_one_drafts_only_agreements_of_ones_own(world: World) -> None:
    one, other = await world.org(), await world.org()
    outsider = await stranger(world)
    body = content([one, other])
    await refused(world, proposed(outsider, body), "NOT_A_PARTY", "input.parties")


@covers("proposeMou", "success", "refusal")
async def test_kpai_drafts_for_others_only_as_administrator(world: World) -> None:
    one, other = await world.org(), await world.org()
    admin = await world.as_(world.kpai, *EVERY_SCOPE)
    plain = await world.as_(world.kpai)  # without mou:admin
    body = content([one, other])

    await refused(world, proposed(plain, body), "NOT_A_PARTY", "input.parties")
    mou = await ok(proposed(admin, body))

    await ok(act(admin, "submitMou", mou["id"]))
    seen = await version(await world.as_(one), mou["id"])
    assert seen["approvals"]["nodes"] == []  # a drafter that is no party approves nothing
    assert seen["draftedBy"]["id"] == world.kpai.gid


async def test_nobody_becomes_administrator_by_the_scope_alone(world: World) -> None:
    one, other = await world.org(), await world.org()
    pretender = await world.as_(await world.org(), *EVERY_SCOPE)
    await refused(world, proposed(pretender, content([one, other])), "NOT_A_PARTY")
    assert (await pretender.data("{ mous { totalCount } }"))["mous"]["totalCount"] == 0


@covers("submitMou", "success")
async def test_submitting_shows_the_draft_to_its_parties_and_approves_it(world: World) -> None:
    drafter, party, mou = await two(world)

    submitted = await ok(act(drafter, "submitMou", mou["id"]))

    assert submitted["status"] == "REVIEW"
    seen = await version(party, mou["id"])
    assert seen["submittedAt"]
    assert [a["organisation"]["id"] for a in seen["approvals"]["nodes"]] == [drafter.org.gid]
    assert [e["kind"] for e in seen["events"]] == ["PROPOSED", "SUBMITTED", "APPROVED"]


@covers("submitMou withdrawMou reviseMou", "refusal")
async def test_the_draft_is_the_drafters(world: World) -> None:
    drafter, party, mou = await two(world)
    body = content([drafter.org, party.org])
    await refused(world, act(party, "submitMou", mou["id"]), "NOT_FOUND", "id")
    await refused(world, revise(party, mou["id"], body), "NOT_FOUND", "id")

    await ok(act(drafter, "submitMou", mou["id"]))

    await refused(world, act(drafter, "submitMou", mou["id"]), "WRONG_STATE", "id")
    await refused(world, act(party, "submitMou", mou["id"]), "WRONG_STATE", "id")
    await refused(world, act(party, "withdrawMou", mou["id"]), "WRONG_SIDE")
    await refused(world, revise(party, mou["id"], body), "WRONG_SIDE")


@covers("submitMou", "refusal")
async def test_what_has_ended_already_is_not_submitted(world: World) -> None:
    drafter, _, mou = await two(world)
    await expire(world, mou["id"])
    await refused(world, act(drafter, "submitMou", mou["id"]), "DATES_INVERTED", "validUntil")


@covers("commentOnMou", "success")
async def test_parties_comment_while_the_version_is_open(world: World) -> None:
    drafter, party, mou = await two(world)
    await ok(act(drafter, "commentOnMou", mou["id"], body="Catatan penyusun."))
    await ok(act(drafter, "submitMou", mou["id"]))
    await ok(act(party, "commentOnMou", mou["id"], body="  Setuju, dengan catatan.  "))

    comments = (await version(party, mou["id"]))["comments"]["nodes"]
    assert [(c["body"], c["organisation"]["id"]) for c in comments] == [
        ("Catatan penyusun.", drafter.org.gid),
        ("Setuju, dengan catatan.", party.org.gid),
    ]


@covers("commentOnMou", "refusal")
async def test_a_comment_says_something_to_an_open_version(world: World) -> None:
    drafter, party, mou = await two(world)
    await refused(world, act(party, "commentOnMou", mou["id"]), "NOT_FOUND", "id")
    await refused(world, act(drafter, "commentOnMou", mou["id"], body=" "), "BAD_INPUT", "body")
    long = "x" * 4_001
    await refused(world, act(drafter, "commentOnMou", mou["id"], body=long), "TOO_LONG", "body")
    await ok(act(drafter, "withdrawMou", mou["id"]))
    await refused(world, act(drafter, "commentOnMou", mou["id"]), "WRONG_STATE", "id")


@covers("approveMou", "success", "refusal")
async def test_parties_approve_the_content_they_read_and_only_that(world: World) -> None:
    drafter, party, mou = await two(world)
    hash = (await open_version(drafter, mou["id"]))["contentHash"]
    early = act(drafter, "approveMou", mou["id"], contentHash=hash)
    await refused(world, early, "WRONG_STATE", "id")
    await ok(act(drafter, "submitMou", mou["id"]))
    await refused(world, act(party, "approveMou", mou["id"]), "CONTENT_CHANGED", "contentHash")

    await ok(act(party, "approveMou", mou["id"], contentHash=hash))

    seen = await version(party, mou["id"])
    assert [a["contentHash"] for a in seen["approvals"]["nodes"]] == [hash, hash]
    async with unchanged(world):  # approving again says nothing new
        await ok(act(party, "approveMou", mou["id"], contentHash=hash))


@covers("approveMou signMou", "refusal")
async def test_kpai_administrators_see_all_but_approve_and_sign_for_nobody(world: World) -> None:
    drafter, _, mou = await two(world)
    await ok(act(drafter, "submitMou", mou["id"]))
    admin = await world.as_(world.kpai, *EVERY_SCOPE)
    hash = (await open_version(admin, mou["id"]))["contentHash"]
    approve = act(admin, "approveMou", mou["id"], contentHash=hash)
    await refused(world, approve, "NOT_A_PARTY", None)


@covers("withdrawMou", "success")
async def test_a_withdrawn_draft_is_over(world: World) -> None:
    drafter, party, mou = await two(world)
    await ok(act(drafter, "submitMou", mou["id"]))

    gone = await ok(act(drafter, "withdrawMou", mou["id"], reason="Pihak lain mundur."))

    assert gone["status"] == "WITHDRAWN"
    event = (await version(party, mou["id"]))["events"][-1]
    assert (event["kind"], event["note"]) == ("WITHDRAWN", "Pihak lain mundur.")
    body = content([drafter.org, party.org])
    await refused(world, revise(drafter, mou["id"], body), "WRONG_STATE", "id")
    await refused(world, act(drafter, "withdrawMou", mou["id"]), "WRONG_STATE", "id")
    await refused(world, act(drafter, "submitMou", mou["id"]), "WRONG_STATE", "id")


@covers("withdrawMou", "refusal")
async def test_withdrawing_needs_a_reason(world: World) -> None:
    drafter, _, mou = await two(world)
    attempt = act(drafter, "withdrawMou", mou["id"], reason=" \n")
    await refused(world, attempt, "REASON_REQUIRED", "reason")


@covers("reviseMou", "success")
async def test_a_revision_replaces_the_content_and_voids_approvals(world: World) -> None:
    drafter, party, mou = await two(world)
    third = await world.org()
    await ok(act(drafter, "submitMou", mou["id"]))
    before = await version(party, mou["id"])
    approve = act(party, "approveMou", mou["id"], contentHash=before["contentHash"])
    await ok(approve)

    body = content([drafter.org, party.org, third], title="Judul baru")
    await ok(revise(drafter, mou["id"], body))

    after = await version(party, mou["id"])
    assert (after["title"], after["stage"], after["number"]) == ("Judul baru", "REVIEW", 1)
    assert len(after["parties"]["nodes"]) == 3
    assert after["clauses"]["nodes"] == []
    assert after["contentHash"] != before["contentHash"]
    assert after["contentHash"] not in [a["contentHash"] for a in after["approvals"]["nodes"]]
    old = act(party, "approveMou", mou["id"], contentHash=before["contentHash"])
    await refused(world, old, "CONTENT_CHANGED", "contentHash")
    assert (await version(await world.as_(third), mou["id"]))["title"] == "Judul baru"


@covers("reviseMou", "refusal")
async def test_a_party_revised_away_no_longer_sees_it_and_refused_content_changes_nothing(
    world: World,
) -> None:
    drafter, party, mou = await two(world)
    third = await world.org()
    await ok(act(drafter, "submitMou", mou["id"]))
    inverted = content([drafter.org, third], validFrom="2026-02-01", validUntil="2026-01-31")
    attempt = revise(drafter, mou["id"], inverted)
    await refused(world, attempt, "DATES_INVERTED", "input.validUntil")
    without = content([party.org, third])
    await refused(world, revise(drafter, mou["id"], without), "NOT_A_PARTY", "input.parties")

    await ok(revise(drafter, mou["id"], content([drafter.org, third])))

    assert (await party.ask(VERSION, id=mou["id"])).codes == ["NOT_FOUND"]


@pytest.mark.parametrize("name", MUTATIONS)
@covers(MUTATIONS, "stranger")
async def test_a_stranger_finds_no_agreement(world: World, name: str) -> None:
    drafter, _, mou = await two(world)
    outsider = await stranger(world)
    await refused(world, act(outsider, name, mou["id"]), "NOT_FOUND", "id")
    await ok(act(drafter, "submitMou", mou["id"]))
    await refused(world, act(outsider, name, mou["id"]), "NOT_FOUND", "id")
    await refused(world, act(outsider, name, unknown("mou")), "NOT_FOUND", "id")


@covers("reviseMou", "stranger")
async def test_a_stranger_revises_nothing(world: World) -> None:
    drafter, _, mou = await two(world)
    await ok(act(drafter, "submitMou", mou["id"]))
    outsider = await stranger(world)
    body = content([outsider.org, drafter.org])
    await refused(world, revise(outsider, mou["id"], body), "NOT_FOUND", "id")


async def test_the_scope_is_asked_before_anything_runs(world: World) -> None:
    drafter, _, mou = await two(world)
    reader = await world.as_(drafter.org, Scope.MOU_READ)
    async with unchanged(world):
        answer = await reader.ask('mutation { submitMou(id: "x") { __typename } }')
        assert (answer.status, answer.codes) == (403, ["MISSING_SCOPE"])
        assert answer.body["errors"][0]["extensions"]["scope"] == "mou:write"
    assert mou["status"] == "DRAFT"
