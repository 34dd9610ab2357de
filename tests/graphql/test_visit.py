"""Visits: planned under an activity, held or called off, shared with whoever was visited."""

from typing import Any

import pytest
import pytest_asyncio

from tests.covered import covers
from tests.scenes import REASON, day, stranger, unknown, uuid_of
from tests.unchanged import refused
from tests.visits import ONE_VISIT, Team, act, activity, answers, content, published, team
from tests.world import Api, World, ok

LIST = """
query($filter: VisitFilter) { visits(filter: $filter) { totalCount nodes { id } } }
"""
OF_ACTIVITY = """
query($id: ID!) { jointActivity(id: $id) { visits { nodes { id plannedOn } } } }
"""
STEPS: dict[str, dict[str, Any]] = {
    "changeVisit": {"input": {"plannedOn": day(5)}},
    "holdVisit": {"heldOn": day(0)},
    "cancelVisit": {"reason": REASON},
    "shareVisit": {},
    "addVisitNote": {"body": "Ruang konseling terkunci."},
}


@pytest_asyncio.fixture(scope="module")
async def scene(world: World) -> Team:
    return await team(world)


def take(api: Api, step: str, id: str, **change: Any) -> Any:
    return act(api, step, id=id, **STEPS[step] | change)


async def seen(api: Api, id: str) -> Any:
    return (await api.data(ONE_VISIT, id=id))["visit"]


@covers("planVisit changeVisit holdVisit visit", "success")
async def test_planned_changed_and_held(scene: Team) -> None:
    await scene.planned()  # now whoever takes part may read the instrument, and use it
    made = await ok(scene.plan(scene.guest, teamIds=[scene.lead.org.gid]))
    assert (made["status"], made["regionCode"], made["visited"]) == (
        "PLANNED", "32.73", {"id": scene.school.org.gid},
    )  # fmt: skip
    assert made["team"] == [{"id": scene.guest.org.gid}, {"id": scene.lead.org.gid}]
    change = {"regionCode": "31.71", "teamIds": [scene.co.org.gid], "plannedOn": day(4)}
    changed = await ok(take(scene.co, "changeVisit", made["id"], input=change))
    assert (changed["regionCode"], changed["plannedOn"]) == ("31.71", day(4))
    assert changed["team"] == [{"id": scene.guest.org.gid}, {"id": scene.co.org.gid}]
    held = await ok(take(scene.guest, "holdVisit", made["id"], heldOn=day(-1)))
    assert (held["status"], held["heldOn"]) == ("HELD", day(-1))
    assert (await seen(scene.observer, made["id"]))["status"] == "HELD"


@covers("cancelVisit visits", "success")
async def test_called_off_and_listed(world: World) -> None:
    scene = await team(world, "MONITORING_EVALUATION")
    programme = {"subject": "PROGRAMME", "name": "Sekolah ramah anak", "visitedId": None}
    one = await scene.planned(plannedOn=day(8))
    other = await scene.planned(plannedOn=day(6), **programme)
    gone = await ok(take(scene.lead, "cancelVisit", one))
    assert (gone["status"], gone["cancelReason"]) == ("CANCELLED", REASON)
    for filter, expected in [
        (None, [one, other]),
        ({"activityId": scene.activity}, [one, other]),
        ({"statuses": ["CANCELLED"]}, [one]),
        ({"subjects": ["PROGRAMME"]}, [other]),
        ({"visitedId": scene.school.org.gid}, [one]),
        ({"plannedFrom": day(7)}, [one]),
        ({"plannedUntil": day(7)}, [other]),
    ]:
        found = (await scene.guest.data(LIST, filter=filter))["visits"]
        assert [visit["id"] for visit in found["nodes"]] == expected
        assert found["totalCount"] == len(expected)
    listed = (await scene.guest.data(OF_ACTIVITY, id=scene.activity))["jointActivity"]
    assert [visit["id"] for visit in listed["visits"]["nodes"]] == [other, one]


@pytest.mark.parametrize(
    ("change", "code", "field"),
    [
        ({"visitedId": None}, "BAD_INPUT", "input.visitedId"),
        ({"visitedId": unknown("organisation")}, "NOT_FOUND", "input.visitedId"),
        ({"name": "Sekolah"}, "BAD_INPUT", "input.name"),
        ({"subject": "PLACE"}, "BAD_INPUT", "input.visitedId"),
        ({"subject": "PLACE", "visitedId": None}, "BAD_INPUT", "input.name"),
        ({"subject": "PROGRAMME", "visitedId": None, "name": "x" * 201}, "TOO_LONG", "input.name"),
        ({"regionCode": "Bandung"}, "BAD_INPUT", "input.regionCode"),
        ({"versionId": unknown("questionnaire")}, "NOT_FOUND", "input.versionId"),
        ({"versionId": "x"}, "BAD_INPUT", "input.versionId"),
        ({"plannedOn": "9999-12-31"}, "BAD_INPUT", "input.plannedOn"),
        ({"teamIds": [unknown("organisation")]}, "NOT_FOUND", "input.teamIds[0]"),
        ({"teamIds": ["x"] * 4_000}, "TOO_MANY", "input.teamIds"),
    ],
)
@covers("planVisit", "refusal")
async def test_refused_plans(scene: Team, change: Any, code: str, field: str) -> None:
    await refused(scene.world, scene.plan(scene.lead, **change), code, field)


@covers("planVisit changeVisit", "refusal")
async def test_team_and_version_must_fit(scene: Team) -> None:
    gone = await scene.world.org("SCHOOL")
    await scene.world.sql("update organisation set dissolved_at = now() where id = :id", id=gone.id)
    attempt = scene.plan(scene.lead, visitedId=gone.gid)
    await refused(scene.world, attempt, "ORGANISATION_DISSOLVED", "input.visitedId")
    for outsider in (scene.observer, scene.school):
        attempt = scene.plan(scene.lead, teamIds=[outsider.org.gid])
        await refused(scene.world, attempt, "NOT_A_PARTY", "input.teamIds[0]")
    given = {"title": "Baru", "content": content()}
    made = await ok(act(scene.lead, "draftInstrument", input=given))
    draft = made["versions"]["nodes"][0]["id"]
    id = await scene.planned()
    for attempt in (
        scene.plan(scene.lead, versionId=draft),
        take(scene.lead, "changeVisit", id, input={"versionId": draft}),
    ):
        await refused(scene.world, attempt, "VERSION_NOT_PUBLISHED", "input.versionId")
    await ok(act(scene.lead, "publishInstrumentVersion", id=draft))
    await ok(act(scene.lead, "retireInstrumentVersion", id=draft))
    attempt = scene.plan(scene.lead, versionId=draft)
    await refused(scene.world, attempt, "VERSION_NOT_PUBLISHED", "input.versionId")
    _, foreign = await published(scene.guest)
    attempt = scene.plan(scene.lead, versionId=foreign)
    await refused(scene.world, attempt, "NOT_FOUND", "input.versionId")


@covers("planVisit", "refusal", "stranger")
async def test_only_who_works_on_an_activity_of_oversight_plans(scene: Team) -> None:
    await refused(scene.world, scene.plan(scene.observer), "WRONG_SIDE", "activityId")
    for api in (scene.school, await stranger(scene.world)):
        await refused(scene.world, scene.plan(api), "NOT_FOUND", "activityId")
    given = {"subject": "PLACE", "name": "Alun-alun", "plannedOn": day(3)}
    id = await activity(scene.world, scene.lead, kind="EDUCATION")
    body = given | {"versionId": scene.version}
    attempt = act(scene.lead, "planVisit", activityId=id, input=body)
    await refused(scene.world, attempt, "BAD_INPUT", "activityId")
    over = await activity(scene.world, scene.lead)
    await ok(scene.lead.mutate("cancelJointActivity", "$id: ID!, $reason: String!", "", id=over,
                               reason=REASON))  # fmt: skip
    attempt = act(scene.lead, "planVisit", activityId=over, input=body)
    await refused(scene.world, attempt, "WRONG_STATE", "activityId")


@covers("holdVisit cancelVisit shareVisit changeVisit", "refusal")
async def test_steps_out_of_turn(scene: Team) -> None:
    id = await scene.planned()
    await refused(scene.world, take(scene.lead, "shareVisit", id), "WRONG_STATE", "id")
    attempt = take(scene.lead, "holdVisit", id, heldOn=day(1))
    await refused(scene.world, attempt, "BAD_INPUT", "heldOn")
    attempt = take(scene.lead, "cancelVisit", id, reason=" ")
    await refused(scene.world, attempt, "REASON_REQUIRED", "reason")
    await ok(take(scene.lead, "holdVisit", id))
    for step in ("holdVisit", "cancelVisit", "shareVisit"):
        await refused(scene.world, take(scene.lead, step, id), "WRONG_STATE", "id")
    await ok(act(scene.lead, "submitVisitResponse", id=id, input=answers()))
    await refused(scene.world, take(scene.lead, "changeVisit", id), "WRONG_STATE", "id")
    called_off = await scene.planned()
    await ok(take(scene.lead, "cancelVisit", called_off))
    for step in ("holdVisit", "cancelVisit", "shareVisit", "changeVisit"):
        await refused(scene.world, take(scene.lead, step, called_off), "WRONG_STATE", "id")


@pytest.mark.parametrize("step", STEPS)
@covers([*STEPS, "visit", "visits"], "stranger")
@covers("addVisitNote visit visits", "refusal")
async def test_who_may_do_nothing_with_it(scene: Team, step: str) -> None:
    id = await scene.held()
    await refused(scene.world, take(scene.observer, step, id), "WRONG_SIDE", "id")
    if step != "addVisitNote":
        await refused(scene.world, take(scene.guest, step, id), "WRONG_SIDE", "id")
    outsider = await stranger(scene.world)
    for api in (scene.school, outsider):
        for one in (id, unknown("visit")):
            await refused(scene.world, take(api, step, one), "NOT_FOUND", "id")
            assert (await api.ask(ONE_VISIT, id=one)).codes == ["NOT_FOUND"]
        filter = {"visitedId": scene.school.org.gid}
        assert (await api.data(LIST, filter=filter))["visits"]["totalCount"] == 0
    assert (await outsider.ask(LIST, filter={"planItemId": "x"})).codes == ["BAD_INPUT"]


@covers("shareVisit", "success")
async def test_the_one_visited_sees_the_result_once_it_is_shared(scene: Team) -> None:
    id, _ = await scene.answered()
    await ok(act(scene.guest, "saveVisitResponse", id=id, input=answers()))
    await ok(take(scene.lead, "addVisitNote", id))
    assert (await scene.school.ask(ONE_VISIT, id=id)).codes == ["NOT_FOUND"]

    await ok(take(scene.lead, "shareVisit", id))

    shown = await seen(scene.school, id)
    assert [one["status"] for one in shown["responses"]["nodes"]] == ["SUBMITTED"]
    assert shown["responses"]["nodes"][0]["score"]["percent"] > 0
    assert (shown["notes"]["nodes"], shown["activity"]) == ([], None)
    assert len(shown["version"]["content"]["sections"]) == 2
    found = (await scene.school.data(LIST, filter=None))["visits"]["nodes"]
    assert id in [one["id"] for one in found]
    attempt = act(scene.school, "saveVisitResponse", id=id, input=answers())
    await refused(scene.world, attempt, "WRONG_SIDE", "id")
    await refused(scene.world, take(scene.school, "addVisitNote", id), "WRONG_SIDE", "id")
    await refused(scene.world, take(scene.lead, "shareVisit", id), "WRONG_STATE", "id")


@covers("addVisitNote", "success", "refusal")
async def test_notes_are_for_those_who_do_the_work(scene: Team) -> None:
    id = await scene.held()
    assert (await ok(take(scene.guest, "addVisitNote", id, body=" Catatan ")))["body"] == "Catatan"
    for api, notes in ((scene.lead, 1), (scene.co, 1), (scene.guest, 1), (scene.observer, 0)):
        assert len((await seen(api, id))["notes"]["nodes"]) == notes
    for body, code in ((" ", "BAD_INPUT"), ("x" * 4_001, "TOO_LONG")):
        attempt = take(scene.guest, "addVisitNote", id, body=body)
        await refused(scene.world, attempt, code, "body")


async def test_whoever_left_sees_nothing_that_came_later(world: World) -> None:
    scene = await team(world)
    before, _ = await scene.answered()
    mine = str((await ok(scene.plan(scene.guest)))["id"])
    types, returns = "$id: ID!, $reason: String!", "... on JointActivity { id }"
    await ok(scene.guest.mutate("leaveJointActivity", types, returns, id=scene.activity,
                                reason=REASON))  # fmt: skip
    after = await scene.planned(teamIds=[])
    await ok(act(scene.co, "changeVisit", id=mine, input={"plannedOn": day(7)}))
    assert (await seen(scene.guest, before))["status"] == "HELD"
    assert (await scene.guest.ask(ONE_VISIT, id=after)).codes == ["NOT_FOUND"]
    for step in ("changeVisit", "holdVisit", "addVisitNote"):
        await refused(world, take(scene.guest, step, mine), "WRONG_SIDE", "id")
    attempt = act(scene.guest, "saveVisitResponse", id=before, input=answers())
    await refused(world, attempt, "WRONG_SIDE", "id")
    await ok(act(scene.lead, "submitVisitResponse", id=(held := await scene.held(teamIds=[])),
                 input=answers()))  # fmt: skip
    assert (await scene.guest.ask(ONE_VISIT, id=held)).codes == ["NOT_FOUND"]
    rows = await world.sql("select organisation_id from visit where id = :id", id=uuid_of(mine))
    assert rows[0][0] == scene.guest.org.id
