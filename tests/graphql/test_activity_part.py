"""Parts in a joint activity: who may do what, who leads, and what stays with whoever left."""

from typing import Any

import pytest
import pytest_asyncio

from tests.covered import covers
from tests.graphql.test_activity import ACTIVITY, ONE, Scene, act, body, plan
from tests.scenes import day, gids, stranger, unknown
from tests.unchanged import refused
from tests.world import Api, World, ok

PART = "query($id: ID!) { jointActivity(id: $id) { title outcome myPart lead { id } } }"
MINE = """
query($filter: JointActivityFilter) { jointActivities(filter: $filter) { nodes { id } } }
"""
CHANGE = "$id: ID!, $organisationId: ID!, $role: ParticipantRole!"
HAND = "$id: ID!, $organisationId: ID!"


def give(api: Api, id: str, to: str, role: str) -> Any:
    return api.mutate(
        "changeParticipantRole", CHANGE, ACTIVITY, id=id, organisationId=to, role=role
    )


def hand(api: Api, id: str, to: str) -> Any:
    return api.mutate("handOverJointActivity", HAND, ACTIVITY, id=id, organisationId=to)


def invite(api: Api, id: str, *orgs: str, role: str = "CONTRIBUTOR") -> Any:
    types = "$id: ID!, $organisationIds: [ID!]!, $role: ParticipantRole!"
    return api.mutate(
        "inviteToJointActivity", types, ACTIVITY, id=id, organisationIds=list(orgs), role=role
    )


@pytest_asyncio.fixture(scope="module")
async def scene(world: World) -> Scene:
    return Scene(world, *[await world.as_(await world.org()) for _ in range(3)])


async def joined(scene: Scene, role: str, *, other: str | None = None) -> str:
    """An activity that was announced, in which the guest (and the other) accepted such a part."""
    id = str((await ok(plan(scene.lead)))["id"])
    await ok(act(scene.lead, "announceJointActivity", id))
    for api, part in ((scene.guest, role), (scene.other, other)):
        if part is not None:
            await ok(invite(scene.lead, id, api.org.gid, role=part))
            await ok(act(api, "acceptInvitation", id))
    return id


async def seen(api: Api, id: str) -> dict[str, Any]:
    found: dict[str, Any] = (await api.data(PART, id=id))["jointActivity"]
    return found


@pytest.mark.parametrize("role", ["CO_ORGANISER", "CONTRIBUTOR", "OBSERVER"])
async def test_each_sees_its_own_part_once_it_accepted(scene: Scene, role: str) -> None:
    id = str((await ok(plan(scene.lead)))["id"])
    await ok(act(scene.lead, "announceJointActivity", id))
    await ok(invite(scene.lead, id, scene.guest.org.gid, role=role))
    assert (await seen(scene.guest, id))["myPart"] is None
    await ok(act(scene.guest, "acceptInvitation", id))
    assert (await seen(scene.guest, id))["myPart"] == role
    assert (await seen(scene.lead, id))["myPart"] == "LEAD"
    for api, parts, there in (
        (scene.guest, [role], True), (scene.guest, ["LEAD"], False), (scene.guest, [], False),
        (scene.lead, ["LEAD", role], True), (scene.lead, [role], False),
    ):  # fmt: skip
        nodes = (await api.data(MINE, filter={"myParts": parts}))["jointActivities"]["nodes"]
        assert ({"id": id} in nodes) == there
    await ok(act(scene.guest, "leaveJointActivity", id))
    assert (await seen(scene.guest, id))["myPart"] is None
    nodes = (await scene.guest.data(MINE, filter={"myParts": [role]}))["jointActivities"]["nodes"]
    assert {"id": id} not in nodes


@covers("inviteToJointActivity changeJointActivity startJointActivity", "success", "refusal")
async def test_a_co_organiser_does_what_the_lead_does_except_what_is_the_leads(
    scene: Scene,
) -> None:
    id, guest, other = await joined(scene, "CO_ORGANISER"), scene.guest, scene.other.org.gid
    await ok(act(guest, "changeJointActivity", id, input={"title": "Bersama"}))
    await refused(scene.world, invite(guest, id, other, role="CO_ORGANISER"), "WRONG_SIDE", "role")
    await ok(invite(guest, id, other, role="OBSERVER"))
    await refused(scene.world, give(guest, id, other, "CONTRIBUTOR"), "WRONG_SIDE", "id")
    await refused(scene.world, hand(guest, id, guest.org.gid), "WRONG_SIDE", "id")
    await ok(act(guest, "startJointActivity", id))
    for step in ("completeJointActivity", "cancelJointActivity", "announceJointActivity"):
        await refused(scene.world, act(guest, step, id), "WRONG_SIDE", "id")
    await ok(act(guest, "leaveJointActivity", id))
    for step in ("changeJointActivity", "startJointActivity"):
        await refused(scene.world, act(guest, step, id), "WRONG_SIDE", "id")


@pytest.mark.parametrize("role", ["CONTRIBUTOR", "OBSERVER"])
async def test_others_change_nothing(scene: Scene, role: str) -> None:
    id = await joined(scene, role)
    for step in ("changeJointActivity", "startJointActivity", "completeJointActivity"):
        await refused(scene.world, act(scene.guest, step, id), "WRONG_SIDE", "id")
    attempt = invite(scene.guest, id, scene.other.org.gid)
    await refused(scene.world, attempt, "WRONG_SIDE", "id")


@covers("changeParticipantRole", "success", "refusal", "stranger")
async def test_parts_are_given_by_the_lead(scene: Scene) -> None:
    id, guest = await joined(scene, "OBSERVER"), scene.guest.org.gid
    await ok(give(scene.lead, id, guest, "CONTRIBUTOR"))
    assert (await seen(scene.guest, id))["myPart"] == "CONTRIBUTOR"
    for to, role, code, field in [
        (guest, "CONTRIBUTOR", "WRONG_STATE", "role"),
        (scene.other.org.gid, "OBSERVER", "NOT_A_PARTY", "organisationId"),
        (scene.lead.org.gid, "OBSERVER", "NOT_A_PARTY", "organisationId"),
        (unknown("organisation"), "OBSERVER", "NOT_FOUND", "organisationId"),
        ("x", "OBSERVER", "BAD_INPUT", "organisationId"),
    ]:
        await refused(scene.world, give(scene.lead, id, to, role), code, field)
    outsider = await stranger(scene.world)
    for known in (id, unknown("activity")):
        await refused(scene.world, give(outsider, known, guest, "OBSERVER"), "NOT_FOUND", "id")
    await ok(act(scene.guest, "leaveJointActivity", id))
    attempt = give(scene.lead, id, guest, "OBSERVER")
    await refused(scene.world, attempt, "WRONG_STATE", "organisationId")


@covers("handOverJointActivity", "success", "refusal", "stranger")
async def test_the_lead_is_handed_over_and_back(scene: Scene) -> None:
    id = await joined(scene, "CO_ORGANISER", other="CONTRIBUTOR")
    lead, guest = scene.lead, scene.guest
    for to, code, field in [
        (scene.other.org.gid, "WRONG_STATE", "organisationId"),
        (lead.org.gid, "NOT_A_PARTY", "organisationId"),
        (unknown("organisation"), "NOT_FOUND", "organisationId"),
    ]:
        await refused(scene.world, hand(lead, id, to), code, field)
    outsider = await stranger(scene.world)
    for known in (id, unknown("activity")):
        await refused(scene.world, hand(outsider, known, guest.org.gid), "NOT_FOUND", "id")

    handed = await ok(hand(lead, id, guest.org.gid))

    assert handed["lead"]["id"] == guest.org.gid
    assert (await seen(guest, id))["myPart"] == "LEAD"
    assert (await seen(lead, id))["myPart"] == "CO_ORGANISER"
    assert await scene.answers(guest, id) == {
        lead.org.gid: "ACCEPTED", scene.other.org.gid: "ACCEPTED"
    }  # fmt: skip
    await refused(scene.world, act(lead, "cancelJointActivity", id), "WRONG_SIDE", "id")
    await refused(scene.world, act(guest, "leaveJointActivity", id), "WRONG_SIDE", "id")
    await ok(act(lead, "leaveJointActivity", id))
    await ok(act(guest, "changeJointActivity", id, input={"title": "Sesudahnya"}))
    assert (await seen(lead, id))["title"] == body()["title"]


async def test_a_co_organiser_that_only_was_invited_leads_nothing(scene: Scene) -> None:
    id = str((await ok(plan(scene.lead)))["id"])
    await ok(act(scene.lead, "announceJointActivity", id))
    await ok(invite(scene.lead, id, scene.guest.org.gid, role="CO_ORGANISER"))
    await refused(scene.world, act(scene.guest, "startJointActivity", id), "WRONG_SIDE", "id")
    attempt = hand(scene.lead, id, scene.guest.org.gid)
    await refused(scene.world, attempt, "WRONG_STATE", "organisationId")


@pytest.mark.parametrize("end", ["leaveJointActivity", "declineInvitation"])
async def test_whoever_is_gone_sees_it_as_it_stood_until_invited_again(
    scene: Scene, end: str
) -> None:
    lead, guest = scene.lead, scene.guest
    id = str((await ok(plan(lead, invite=gids(guest.org))))["id"])
    await ok(act(lead, "announceJointActivity", id))
    if end == "leaveJointActivity":
        await ok(act(guest, "acceptInvitation", id))
    await ok(act(lead, "changeJointActivity", id, input={"title": "Sebelum"}))
    await ok(act(guest, end, id))
    await ok(act(lead, "changeJointActivity", id, input={"title": "Sesudah"}))
    await ok(act(lead, "startJointActivity", id))
    await ok(invite(lead, id, scene.other.org.gid))

    then = (await guest.data(ONE, id=id))["jointActivity"]
    assert (await seen(guest, id))["title"] == "Sebelum"
    assert then["status"] == "PLANNED"
    assert [p["organisation"]["id"] for p in then["participants"]["nodes"]] == [guest.org.gid]

    await ok(invite(lead, id, guest.org.gid))
    assert (await seen(guest, id))["title"] == "Sesudah"
    await ok(act(guest, "declineInvitation", id))
    await ok(act(lead, "completeJointActivity", id, outcome="Rahasia kemudian."))
    assert await seen(guest, id) == {
        "title": "Sesudah", "outcome": None, "myPart": None, "lead": {"id": lead.org.gid}
    }  # fmt: skip


async def test_too_many_are_refused_before_any_is_looked_up(scene: Scene) -> None:
    id = await joined(scene, "OBSERVER")
    many = [f"organisation_{number:032x}" for number in range(10_000)]
    types = "$id: ID!, $organisationIds: [ID!]!"

    def attempt(refs: list[str]) -> Any:
        name = "inviteToJointActivity"
        return scene.lead.mutate(name, types, ACTIVITY, id=id, organisationIds=refs)

    await refused(scene.world, attempt(many[:4_000]), "TOO_MANY", "organisationIds")
    await refused(scene.world, plan(scene.lead, invite=many[:4_000]), "TOO_MANY", "input.invite")
    document = f"mutation({types}) {{ inviteToJointActivity(id: $id,"
    document += " organisationIds: $organisationIds) { __typename } }"
    answer = await scene.lead.ask(document, id=id, organisationIds=many)
    assert answer.codes == ["TOO_COMPLEX"]


@covers("jointActivities", "success", "refusal")
async def test_a_portal_finds_them_by_region_and_title(world: World) -> None:
    api = await world.as_(await world.org())
    for title, region in (("Pekan 100% aman", "32.73"), ("Pekan baca", "32"), ("Lain", "31.71")):
        await ok(plan(api, title=title, regionCode=region, startsAt=f"{day(1)}T00:00:00Z"))
    listed = "query($f: JointActivityFilter) { jointActivities(filter: $f) { nodes { title } } }"
    for filter, expected in [
        ({"regionCode": "32"}, {"Pekan 100% aman", "Pekan baca"}),
        ({"regionCode": "32.73"}, {"Pekan 100% aman"}),
        ({"title": "pekan"}, {"Pekan 100% aman", "Pekan baca"}),
        ({"title": "0%"}, {"Pekan 100% aman"}),
        ({"title": "_"}, set()),
    ]:
        nodes = (await api.data(listed, f=filter))["jointActivities"]["nodes"]
        assert {node["title"] for node in nodes} == expected
    for filter, field in [
        ({"regionCode": "Jawa"}, "filter.regionCode"),
        ({"title": " "}, "filter.title"),
        ({"myParts": ["LEAD", "LEAD"]}, "filter.myParts[1]"),
    ]:
        answer = await api.ask(listed, f=filter)
        assert answer.body["errors"][0]["extensions"]["field"] == field
