"""Joint activities: planned, announced, answered, held; seen by those they concern."""

import asyncio
from dataclasses import dataclass
from typing import Any

import pytest
import pytest_asyncio

from tests.covered import covers
from tests.scenes import REASON, day, gids, stranger, unknown
from tests.unchanged import refused
from tests.world import Api, Org, World, agreement, ok

ACTIVITY = """
... on JointActivity { id kind status title description startsAt endsAt place regionCode outcome
  cancelReason lead { id } mou { id } }
"""
ONE = """
query($id: ID!) { jointActivity(id: $id) { id status
  participants { nodes { status reason respondedAt organisation { id } } }
  tasks { nodes { id title status } } } }
"""
LIST = """
query($filter: JointActivityFilter) {
  jointActivities(filter: $filter, first: 100) { totalCount nodes { id title } }
}
"""
MUTATIONS: dict[str, tuple[str, dict[str, Any]]] = {
    "changeJointActivity": (
        "$id: ID!, $input: JointActivityChangeInput!",
        {"input": {"title": "Baru"}},
    ),
    "announceJointActivity": ("$id: ID!", {}),
    "startJointActivity": ("$id: ID!", {}),
    "completeJointActivity": ("$id: ID!, $outcome: String", {"outcome": "Baik."}),
    "cancelJointActivity": ("$id: ID!, $reason: String!", {"reason": REASON}),
    "inviteToJointActivity": ("$id: ID!, $organisationIds: [ID!]!", {"organisationIds": []}),
    "acceptInvitation": ("$id: ID!", {}),
    "declineInvitation": ("$id: ID!, $reason: String!", {"reason": REASON}),
    "leaveJointActivity": ("$id: ID!, $reason: String!", {"reason": REASON}),
}
PATHS = {
    "DRAFT": [],
    "PLANNED": ["announceJointActivity"],
    "IN_PROGRESS": ["announceJointActivity", "startJointActivity"],
    "COMPLETED": ["announceJointActivity", "startJointActivity", "completeJointActivity"],
    "CANCELLED": ["announceJointActivity", "cancelJointActivity"],
}
LEADS = {
    "changeJointActivity": ("DRAFT", "PLANNED", "IN_PROGRESS"),
    "announceJointActivity": ("DRAFT",),
    "startJointActivity": ("PLANNED",),
    "completeJointActivity": ("IN_PROGRESS",),
    "cancelJointActivity": ("DRAFT", "PLANNED", "IN_PROGRESS"),
    "inviteToJointActivity": ("DRAFT", "PLANNED", "IN_PROGRESS"),
}
ENDS = {
    "announceJointActivity": "PLANNED",
    "startJointActivity": "IN_PROGRESS",
    "completeJointActivity": "COMPLETED",
    "cancelJointActivity": "CANCELLED",
}


def act(api: Api, name: str, id: str, **change: Any) -> Any:
    types, variables = MUTATIONS[name]
    return api.mutate(name, types, ACTIVITY, id=id, **{**variables, **change})


def body(**change: Any) -> dict[str, Any]:
    return {
        "kind": "EDUCATION",
        "title": "Sosialisasi di sekolah",
        "startsAt": f"{day(7)}T09:00:00+07:00",
        "endsAt": f"{day(7)}T12:00:00+07:00",
    } | change


def plan(api: Api, **change: Any) -> Any:
    types = "$input: JointActivityInput!"
    return api.mutate("planJointActivity", types, ACTIVITY, input=body(**change))


@dataclass
class Scene:
    """A lead, a guest, and someone who is not asked."""

    world: World
    lead: Api
    guest: Api
    other: Api

    async def at(self, status: str) -> str:
        """An activity in this state, to which the guest is invited."""
        planned = await ok(plan(self.lead, invite=[self.guest.org.gid]))
        for step in PATHS[status]:
            await ok(act(self.lead, step, planned["id"]))
        return str(planned["id"])

    async def answers(self, api: Api, id: str) -> dict[str, str]:
        """Who answered what, as one of them sees it."""
        seen = (await api.data(ONE, id=id))["jointActivity"]
        return {p["organisation"]["id"]: p["status"] for p in seen["participants"]["nodes"]}


@pytest_asyncio.fixture(scope="module")
async def scene(world: World) -> Scene:
    return Scene(world, *[await world.as_(await world.org()) for _ in range(3)])


@covers("planJointActivity jointActivity", "success")
async def test_a_plan_is_the_leads_until_it_is_announced(scene: Scene) -> None:
    mou = await agreement(scene.world, [scene.lead.org, scene.guest.org], [])
    made = await ok(
        plan(
            scene.lead, description=" Uraian 🎈 ", place="Aula", regionCode="32.73", mouId=mou,
            invite=gids(scene.guest.org, scene.other.org),
        )
    )  # fmt: skip
    assert (made["status"], made["description"], made["place"]) == ("DRAFT", "Uraian 🎈", "Aula")
    assert (made["lead"]["id"], made["mou"]["id"]) == (scene.lead.org.gid, mou)
    for api in (scene.guest, scene.other):
        assert (await api.ask(ONE, id=made["id"])).codes == ["NOT_FOUND"]

    await ok(act(scene.lead, "announceJointActivity", made["id"]))

    assert await scene.answers(scene.guest, made["id"]) == {
        scene.guest.org.gid: "INVITED",
        scene.other.org.gid: "INVITED",
    }
    moment = (await scene.guest.data("query($id: ID!) { jointActivity(id: $id) { startsAt } }",
                                     id=made["id"]))["jointActivity"]["startsAt"]  # fmt: skip
    assert moment.startswith(f"{day(7)}T02:00:00")


@pytest.mark.parametrize(
    ("change", "code", "field"),
    [
        ({"title": " "}, "BAD_INPUT", "input.title"),
        ({"title": "x" * 201}, "TOO_LONG", "input.title"),
        ({"description": "x" * 4_001}, "TOO_LONG", "input.description"),
        ({"place": "x" * 201}, "TOO_LONG", "input.place"),
        ({"regionCode": "Jakarta"}, "BAD_INPUT", "input.regionCode"),
        ({"startsAt": f"{day(8)}T00:00:00Z"}, "DATES_INVERTED", "input.endsAt"),
        ({"startsAt": f"{day(7)}T09:00:00"}, "BAD_INPUT", "input.startsAt"),
        ({"endsAt": f"{day(7)}T12:00:00"}, "BAD_INPUT", "input.endsAt"),
        ({"startsAt": "0001-01-01T00:00:00+23:59"}, "BAD_INPUT", "input.startsAt"),
        ({"endsAt": "9999-12-31T23:59:59-23:59"}, "BAD_INPUT", "input.endsAt"),
        ({"startsAt": "1899-12-31T00:00:00Z"}, "BAD_INPUT", "input.startsAt"),
        ({"endsAt": "2200-01-01T00:00:00Z"}, "BAD_INPUT", "input.endsAt"),
    ],
)
@covers("planJointActivity changeJointActivity", "refusal")
async def test_refused_plans(scene: Scene, change: Any, code: str, field: str) -> None:
    await refused(scene.world, plan(scene.lead, **change), code, field)
    id = await scene.at("DRAFT")
    attempt = act(scene.lead, "changeJointActivity", id, input=change)
    await refused(scene.world, attempt, code, field)


@covers("planJointActivity inviteToJointActivity", "refusal")
async def test_refused_invitations(scene: Scene) -> None:
    gone = await scene.world.org()
    await scene.world.sql("update organisation set dissolved_at = now() where id = :id", id=gone.id)
    lead, guest = scene.lead.org.gid, scene.guest.org.gid
    id = await scene.at("DRAFT")
    other = scene.other.org.gid
    for refs, code, place in [
        ([other, lead], "SELF_ADDRESSED", "[1]"),
        ([other, other], "DUPLICATE", "[1]"),
        ([other, gone.gid], "ORGANISATION_DISSOLVED", "[1]"),
        ([unknown("organisation")], "NOT_FOUND", "[0]"),
        (["x"], "BAD_INPUT", "[0]"),
        ([unknown("organisation")] * 501, "TOO_MANY", ""),
    ]:
        attempt = plan(scene.lead, invite=refs)
        await refused(scene.world, attempt, code, f"input.invite{place}")
        attempt = act(scene.lead, "inviteToJointActivity", id, organisationIds=refs)
        await refused(scene.world, attempt, code, f"organisationIds{place}")
    for refs, code, field in [
        ([guest], "DUPLICATE", "organisationIds[0]"),
        ([], "BAD_INPUT", "organisationIds"),
    ]:
        attempt = act(scene.lead, "inviteToJointActivity", id, organisationIds=refs)
        await refused(scene.world, attempt, code, field)


@covers("planJointActivity", "refusal", "stranger")
async def test_it_belongs_to_an_agreement_in_force_that_the_lead_sees(scene: Scene) -> None:
    mou = await agreement(scene.world, [scene.lead.org, scene.guest.org], [])
    for api, ref, code in [
        (scene.other, mou, "NOT_FOUND"),
        (scene.lead, unknown("mou"), "NOT_FOUND"),
        (scene.lead, "x", "BAD_INPUT"),
    ]:
        await refused(scene.world, plan(api, mouId=ref), code, "input.mouId")
    types = "$id: ID!, $reason: String!"
    await ok(scene.guest.mutate("suspendMou", types, "", id=mou, reason=REASON))
    attempt = plan(scene.lead, mouId=mou)
    await refused(scene.world, attempt, "AGREEMENT_NOT_IN_FORCE", "input.mouId")


@pytest.mark.parametrize("step", LEADS)
@pytest.mark.parametrize("status", PATHS)
@covers(LEADS, "success", "refusal")
async def test_the_leads_steps_from_every_state(scene: Scene, step: str, status: str) -> None:
    id = await scene.at(status)
    given = {}
    if step == "inviteToJointActivity":
        given = {"organisationIds": [scene.other.org.gid]}
    code = "NOT_FOUND" if status == "DRAFT" else "WRONG_SIDE"
    await refused(scene.world, act(scene.guest, step, id, **given), code, "id")
    attempt = act(scene.lead, step, id, **given)
    if status in LEADS[step]:
        assert (await ok(attempt))["status"] == ENDS.get(step, status)
    else:
        await refused(scene.world, attempt, "WRONG_STATE", "id")


@pytest.mark.parametrize("step", MUTATIONS)
@covers(MUTATIONS, "stranger")
async def test_a_stranger_finds_no_activity(scene: Scene, step: str) -> None:
    outsider = await stranger(scene.world)
    for id in (await scene.at("PLANNED"), unknown("activity")):
        await refused(scene.world, act(outsider, step, id), "NOT_FOUND", "id")


@covers("changeJointActivity", "success")
async def test_what_is_left_out_of_a_change_stays(scene: Scene) -> None:
    made = await ok(plan(scene.lead, description="Uraian", place="Aula"))
    changed = await ok(act(scene.lead, "changeJointActivity", made["id"], input={"place": ""}))
    assert changed == made | {"place": None}
    later = {"startsAt": f"{day(9)}T00:00:00Z", "endsAt": f"{day(9)}T01:00:00Z"}
    changed = await ok(act(scene.lead, "changeJointActivity", made["id"], input=later))
    assert changed["startsAt"].startswith(day(9))
    early = {"endsAt": f"{day(8)}T00:00:00Z"}
    attempt = act(scene.lead, "changeJointActivity", made["id"], input=early)
    await refused(scene.world, attempt, "DATES_INVERTED", "input.endsAt")


@covers("completeJointActivity cancelJointActivity", "success", "refusal")
async def test_outcome_and_reason_are_kept(scene: Scene) -> None:
    id = await scene.at("IN_PROGRESS")
    for blank in ("", " "):
        attempt = act(scene.lead, "cancelJointActivity", id, reason=blank)
        await refused(scene.world, attempt, "REASON_REQUIRED", "reason")
    attempt = act(scene.lead, "completeJointActivity", id, outcome="x" * 4_001)
    await refused(scene.world, attempt, "TOO_LONG", "outcome")
    done = await ok(act(scene.lead, "completeJointActivity", id, outcome=None))
    assert (done["outcome"], done["cancelReason"]) == (None, None)
    off = await ok(act(scene.lead, "cancelJointActivity", await scene.at("DRAFT"), reason="Banjir"))
    assert off["cancelReason"] == "Banjir"


@pytest.mark.parametrize(
    ("before", "step", "after", "closed"),
    [
        ([], "declineInvitation", "DECLINED", ["leaveJointActivity"]),
        (["acceptInvitation"], "leaveJointActivity", "LEFT",
         ["acceptInvitation", "declineInvitation"]),
    ],
)  # fmt: skip
@covers("acceptInvitation declineInvitation leaveJointActivity", "success", "refusal")
async def test_invited_gone_and_invited_again(
    scene: Scene, before: list[str], step: str, after: str, closed: list[str]
) -> None:
    lead, guest = scene.lead, scene.guest
    id = await scene.at("PLANNED")
    me = guest.org.gid
    for earlier in before:
        await ok(act(guest, earlier, id))
    for other in closed:
        await refused(scene.world, act(guest, other, id), "WRONG_STATE", "id")
    for blank in ("", "\t"):
        attempt = act(guest, step, id, reason=blank)
        await refused(scene.world, attempt, "REASON_REQUIRED", "reason")

    await ok(act(guest, step, id, reason="Berhalangan."))

    seen = (await lead.data(ONE, id=id))["jointActivity"]["participants"]["nodes"]
    assert [(p["status"], p["reason"]) for p in seen] == [(after, "Berhalangan.")]
    for answer in ("acceptInvitation", "declineInvitation", "leaveJointActivity"):
        await refused(scene.world, act(guest, answer, id), "WRONG_STATE", "id")

    await ok(act(lead, "inviteToJointActivity", id, organisationIds=[me]))

    seen = (await guest.data(ONE, id=id))["jointActivity"]["participants"]["nodes"]
    assert [(p["status"], p["reason"], p["respondedAt"]) for p in seen] == [("INVITED", None, None)]
    await ok(act(guest, "acceptInvitation", id))


@pytest.mark.parametrize("status", ["COMPLETED", "CANCELLED"])
@covers("acceptInvitation declineInvitation leaveJointActivity", "refusal")
async def test_nobody_answers_what_is_over_nor_the_leads_own(scene: Scene, status: str) -> None:
    id = await scene.at(status)
    for step in ("acceptInvitation", "declineInvitation", "leaveJointActivity"):
        await refused(scene.world, act(scene.guest, step, id), "WRONG_STATE", "id")
        await refused(scene.world, act(scene.lead, step, id), "WRONG_SIDE", "id")


async def test_accepting_and_declining_at_once_one_answer_stands(scene: Scene) -> None:
    id = await scene.at("PLANNED")
    answers = await asyncio.gather(
        *(act(scene.guest, "acceptInvitation", id) for _ in range(3)),
    )
    assert [a["__typename"] for a in answers].count("JointActivity") == 1


async def test_who_sees_whom(scene: Scene) -> None:
    lead, guest, other = scene.lead, scene.guest, scene.other
    id = await scene.at("PLANNED")
    await ok(act(lead, "inviteToJointActivity", id, organisationIds=[other.org.gid]))
    everyone = {guest.org.gid, other.org.gid}
    for api in (lead, guest, other):
        assert set(await scene.answers(api, id)) == everyone
    await ok(act(guest, "declineInvitation", id))
    assert await scene.answers(guest, id) == {guest.org.gid: "DECLINED"}
    assert set(await scene.answers(other, id)) == everyone


@pytest_asyncio.fixture(scope="module")
async def calendar(world: World) -> tuple[Api, Org, dict[str, str]]:
    """Someone's calendar: two of its own, one it is invited to, one it declined."""
    me, host = await world.org(), await world.org()
    api, other = await world.as_(me), await world.as_(host)
    ids = {}
    for name, lead, days, kind in [
        ("own", api, 1, "OVERSIGHT"),
        ("late", api, 30, "EDUCATION"),
        ("invited", other, 10, "EDUCATION"),
        ("declined", other, 20, "ADVOCACY"),
        ("draft of others", other, 5, "ADVOCACY"),
    ]:
        made = await ok(
            plan(
                lead, kind=kind, title=name, startsAt=f"{day(days)}T00:00:00Z",
                endsAt=f"{day(days)}T02:00:00Z", invite=[me.gid] if lead is other else [],
            )
        )  # fmt: skip
        ids[name] = made["id"]
        if name not in ("own", "draft of others"):
            await ok(act(lead, "announceJointActivity", made["id"]))
    await ok(act(api, "declineInvitation", ids["declined"]))
    return api, host, ids


@pytest.mark.parametrize(
    ("filter", "expected"),
    [
        (None, "late declined invited own"),
        ({"kinds": ["EDUCATION"]}, "late invited"),
        ({"kinds": []}, ""),
        ({"statuses": ["DRAFT"]}, "own"),
        ({"statuses": ["PLANNED"], "kinds": ["ADVOCACY"]}, "declined"),
        ({"startsFrom": f"{day(10)}T00:00:00Z"}, "late declined invited"),
        ({"startsFrom": f"{day(10)}T07:00:01+07:00"}, "late declined"),
        ({"startsUntil": f"{day(10)}T00:00:00Z"}, "invited own"),
        ({"myAnswer": "INVITED"}, "invited"),
        ({"myAnswer": "DECLINED"}, "declined"),
        ({"myAnswer": "ACCEPTED"}, ""),
    ],
)
@covers("jointActivities", "success")
async def test_the_list_and_its_filters(calendar: Any, filter: Any, expected: str) -> None:
    found = (await calendar[0].data(LIST, filter=filter))["jointActivities"]
    assert [node["title"] for node in found["nodes"]] == expected.split()
    assert found["totalCount"] == len(found["nodes"])


@pytest.mark.parametrize(
    ("filter", "field"),
    [
        ({"mouId": "x"}, "filter.mouId"),
        ({"leadId": unknown("mou")}, "filter.leadId"),
        ({"startsFrom": f"{day(1)}T00:00:00"}, "filter.startsFrom"),
        ({"startsUntil": "9999-12-31T23:59:59-23:59"}, "filter.startsUntil"),
    ],
)
@covers("jointActivities", "refusal")
async def test_filters_that_mean_nothing(calendar: Any, filter: Any, field: str) -> None:
    answer = await calendar[0].ask(LIST, filter=filter)
    assert answer.body["errors"][0]["extensions"] == {"code": "BAD_INPUT", "field": field}


@covers("jointActivities jointActivity", "refusal", "stranger")
async def test_others_have_other_calendars(world: World, calendar: Any) -> None:
    _, host, ids = calendar
    found = await calendar[0].data(LIST, filter={"leadId": host.gid})
    assert [n["title"] for n in found["jointActivities"]["nodes"]] == ["declined", "invited"]
    found = await calendar[0].data(LIST, filter={"mouId": unknown("mou")})
    assert found["jointActivities"]["nodes"] == []
    outsider = await stranger(world)
    assert (await outsider.data(LIST))["jointActivities"]["nodes"] == []
    for id in (*ids.values(), unknown("activity")):
        assert (await outsider.ask(ONE, id=id)).codes == ["NOT_FOUND"]
    bad = await outsider.ask(ONE, id="activity")
    assert bad.body["errors"][0]["extensions"] == {"code": "BAD_INPUT", "field": "id"}
