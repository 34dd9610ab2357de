"""Sessions of public education: planned by who takes part, held, called off, and seen by nobody
else."""

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
import pytest_asyncio

from tests import education as on
from tests.covered import covers
from tests.education import Campaign, ago, cancel, change, hold, plan
from tests.scenes import unknown
from tests.unchanged import refused
from tests.world import Api, World, ok

ONE = "query($id: ID!) { educationSession(id: $id) { id figures { number } } }"
LIST = """query($filter: EducationSessionFilter) {
  educationSessions(filter: $filter, first: 100) { totalCount nodes { id title } } }"""
STEPS: dict[str, Callable[..., Any]] = {
    "changeEducationSession": partial(change, title="Lain"),
    "holdEducationSession": hold,
    "cancelEducationSession": cancel,
    "recordSessionFigures": on.count,
    "recordSessionTest": on.examine,
}


@pytest_asyncio.fixture(scope="module")
async def there(world: World) -> Campaign:
    return await on.campaign(world)


async def sees(api: Api, id: str) -> bool:
    """Whether the session is there for somebody, alone, in lists, under its activity and by id."""
    answer = await api.ask(ONE, id=id)
    listed = (await api.data(LIST))["educationSessions"]["nodes"]
    node = (await api.data("query($id: ID!) { node(id: $id) { id } }", id=id))["node"]
    found = {not answer.codes, id in [one["id"] for one in listed], node is not None}
    assert len(found) == 1
    assert answer.codes in ([], ["NOT_FOUND"])
    return found.pop()


@covers("planEducationSession educationSession educationSessions", "success", "stranger")
async def test_who_takes_part_sees_a_session_and_nobody_else(there: Campaign) -> None:
    made = await ok(plan(there.helper, there.id, hostId=there.other.org.gid))
    assert (made["status"], made["place"], made["ageBands"]) == ("PLANNED", "Aula", ["AGE_13_15"])
    assert made["organisation"]["id"] == there.helper.org.gid
    assert made["host"]["id"] == there.other.org.gid
    for api in (there.lead, there.helper, there.other, there.observer):
        assert await sees(api, made["id"])
    for api in (there.invited, there.stranger, await there.world.as_(there.world.kpai)):
        assert not await sees(api, made["id"])


async def test_a_host_is_a_place(there: Campaign) -> None:
    made = await ok(plan(there.helper, there.id, hostId=there.other.org.gid, place=None))
    assert made["place"] is None
    await ok(plan(there.helper, there.id, hostId=there.other.org.gid, place=None,
                  channel="WEBINAR"))  # fmt: skip


@covers("planEducationSession", "refusal", "stranger")
async def test_lead_and_contributors_plan_observers_and_the_invited_do_not(there: Campaign) -> None:
    await ok(plan(there.lead, there.id))
    for api, code in [
        (there.observer, "WRONG_SIDE"), (there.invited, "WRONG_SIDE"),
        (there.stranger, "NOT_FOUND"),
    ]:  # fmt: skip
        await refused(there.world, plan(api, there.id), code, "input.activityId")
    attempt = plan(there.stranger, unknown("activity"))
    await refused(there.world, attempt, "NOT_FOUND", "input.activityId")


@pytest.mark.parametrize("step", STEPS)
@covers(STEPS, "stranger", "refusal")
async def test_whose_step_it_is(there: Campaign, step: str) -> None:
    id = await there.session()
    for api, code in [
        (there.stranger, "NOT_FOUND"), (there.invited, "NOT_FOUND"),
        (there.other, "WRONG_SIDE"), (there.observer, "WRONG_SIDE"),
    ]:  # fmt: skip
        await refused(there.world, STEPS[step](api, id), code, "id")
    attempt = STEPS[step](there.stranger, unknown("educationsession"))
    await refused(there.world, attempt, "NOT_FOUND", "id")


@pytest.mark.parametrize(
    ("given", "code", "field"),
    [
        ({"title": " "}, "BAD_INPUT", "input.title"),
        ({"topics": []}, "BAD_INPUT", "input.topics"),
        ({"topics": ["RIGHTS", "RIGHTS"]}, "DUPLICATE", "input.topics[1]"),
        ({"audiences": []}, "BAD_INPUT", "input.audiences"),
        ({"ageBands": ["ADULT"]}, "BAD_INPUT", "input.ageBands"),
        ({"audiences": ["PARENTS"]}, "BAD_INPUT", "input.ageBands"),
        ({"place": " "}, "BAD_INPUT", "input.place"),
        ({"channel": "RADIO", "place": "Aula"}, "BAD_INPUT", "input.place"),
        ({"regionCode": "Bandung"}, "BAD_INPUT", "input.regionCode"),
        ({"hostId": unknown("organisation")}, "NOT_FOUND", "input.hostId"),
        ({"startsAt": ago(49)}, "OUT_OF_RANGE", "input.startsAt"),
        ({"endsAt": ago(-49)}, "OUT_OF_RANGE", "input.endsAt"),
        ({"endsAt": ago(6)}, "DATES_INVERTED", "input.endsAt"),
        ({"startsAt": "2026-01-01T00:00:00"}, "BAD_INPUT", "input.startsAt"),
        ({"materialVersionIds": [unknown("materialversion")]}, "NOT_FOUND",
         "input.materialVersionIds[0]"),
        ({"materialVersionIds": [unknown("materialversion")] * 10_000}, "TOO_COMPLEX", None),
        ({"materialVersionIds": [unknown("materialversion")] * 21}, "TOO_MANY",
         "input.materialVersionIds"),
    ],
)  # fmt: skip
@covers("planEducationSession changeEducationSession", "refusal")
async def test_refused_plans(there: Campaign, given: Any, code: str, field: Any) -> None:
    if code == "TOO_COMPLEX":
        document = "mutation($input: EducationSessionInput!) { planEducationSession(input: $input)"
        answer = await there.helper.ask(
            document + " { __typename } }", input=on.body(there.id, **given)
        )
        assert answer.codes == [code]
        return
    await refused(there.world, plan(there.helper, there.id, **given), code, field)
    id = await there.session()
    await refused(there.world, change(there.helper, id, **given), code, field)


@covers("planEducationSession", "refusal")
async def test_only_campaigns_that_are_not_over_have_sessions(world: World) -> None:
    other_kind = await on.campaign(world, kind="OVERSIGHT")
    attempt = plan(other_kind.lead, other_kind.id)
    await refused(world, attempt, "BAD_INPUT", "input.activityId")
    over = await on.campaign(world, kind="CAPACITY_BUILDING")
    planned = await over.session(over.lead)
    await ok(over.lead.mutate("completeJointActivity", "$id: ID!", "", id=over.id))
    attempt = plan(over.lead, over.id)
    await refused(world, attempt, "WRONG_STATE", "input.activityId")
    await refused(world, change(over.lead, planned, title="x"), "WRONG_STATE", "id")
    assert (await ok(hold(over.lead, planned)))["status"] == "HELD"


@covers("changeJointActivity", "refusal")
async def test_an_activity_does_not_shrink_from_under_its_sessions(world: World) -> None:
    there = await on.campaign(world)
    await there.session()
    types, returns = "$id: ID!, $input: JointActivityChangeInput!", "... on JointActivity { id }"
    for given, code in [
        ({"startsAt": ago(4)}, "OUT_OF_RANGE"), ({"endsAt": ago(4)}, "OUT_OF_RANGE"),
        ({"startsAt": ago(5), "endsAt": ago(3)}, None),
    ]:  # fmt: skip
        attempt = there.lead.mutate("changeJointActivity", types, returns, id=there.id, input=given)
        if code:
            await refused(world, attempt, code, f"input.{next(iter(given))}")
        else:
            await ok(attempt)


@covers("changeEducationSession cancelEducationSession", "success")
async def test_runner_and_lead_change_a_planned_session(there: Campaign) -> None:
    id = await there.session()
    changed = await ok(change(there.helper, id, channel="RADIO", audiences=["PUBLIC"], ageBands=[]))
    assert (changed["channel"], changed["place"], changed["ageBands"]) == ("RADIO", None, [])
    assert changed["topics"] == ["RIGHTS", "HOW_TO_REPORT"]
    assert (await ok(change(there.lead, id, title="Siaran")))["title"] == "Siaran"
    gone = await ok(cancel(there.lead, id))
    assert (gone["status"], gone["cancelReason"]) == ("CANCELLED", "Banjir.")


@pytest.mark.parametrize("status", ["HELD", "CANCELLED"])
@covers("changeEducationSession holdEducationSession cancelEducationSession", "refusal")
async def test_what_is_over_stays(there: Campaign, status: str) -> None:
    id = await there.session()
    await ok(hold(there.helper, id) if status == "HELD" else cancel(there.helper, id))
    for step in list(STEPS)[:3]:
        await refused(there.world, STEPS[step](there.helper, id), "WRONG_STATE", "id")


@pytest.mark.parametrize(
    ("times", "code", "field"),
    [
        ((ago(1), ago(-1)), "BAD_INPUT", "heldUntil"),
        ((ago(-1), ago(-2)), "BAD_INPUT", "heldFrom"),
        ((ago(1), ago(2)), "DATES_INVERTED", "heldUntil"),
        ((ago(50), ago(2)), "OUT_OF_RANGE", "heldFrom"),
    ],
)
@covers("holdEducationSession cancelEducationSession", "success", "refusal")
async def test_held_in_the_past_and_within_the_activity(
    there: Campaign, times: tuple[str, str], code: str, field: str
) -> None:
    id = await there.session()
    await refused(there.world, hold(there.helper, id, *times), code, field)
    await refused(there.world, cancel(there.helper, id, " "), "REASON_REQUIRED", "reason")
    held = await ok(hold(there.helper, id, ago(4), ago(2)))
    assert (held["status"], held["heldFrom"][:16]) == ("HELD", ago(4)[:16])


async def test_who_leaves_keeps_its_own_and_runs_nothing_any_more(world: World) -> None:
    there = await on.campaign(world)
    mine, theirs = await there.session(), await there.session(there.lead)
    types = "$id: ID!, $reason: String!"
    await ok(there.helper.mutate("leaveJointActivity", types, "", id=there.id, reason="Selesai."))
    later = await there.session(there.lead)
    assert [await sees(there.helper, id) for id in (mine, theirs, later)] == [True, True, False]
    await ok(change(there.lead, theirs, title="Kemudian"))
    assert not await sees(there.helper, theirs)
    await refused(world, change(there.helper, mine, title="Lagi"), "WRONG_SIDE", "id")
    attempt = plan(there.helper, there.id)
    await refused(world, attempt, "WRONG_SIDE", "input.activityId")


@pytest.mark.parametrize(
    ("filter", "expected"),
    [
        ({"statuses": ["HELD"]}, {"b"}),
        ({"channels": ["RADIO"]}, {"c"}),
        ({"topics": ["LAW", "DANGER"]}, {"c"}),
        ({"audiences": ["PARENTS"]}, {"b"}),
        ({"regionCode": "31"}, {"b"}),
        ({"startsFrom": ago(4)}, {"c"}),
        ({"startsUntil": ago(6)}, {"b"}),
        ({}, {"a", "b", "c"}),
    ],
)
@covers("educationSessions", "success")
async def test_the_list_and_its_filters(
    three: Campaign, filter: dict[str, Any], expected: set[str]
) -> None:
    found = (await three.lead.data(LIST, filter=filter))["educationSessions"]
    assert {node["title"] for node in found["nodes"]} == expected
    assert found["totalCount"] == len(expected)


@pytest_asyncio.fixture(scope="module")
async def three(world: World) -> Campaign:
    there = await on.campaign(world)
    await there.session(title="a")
    await there.held(title="b", audiences=["PARENTS"], ageBands=[], regionCode="31.75",
                     startsAt=ago(7))  # fmt: skip
    await there.session(title="c", topics=["LAW"], channel="RADIO", place=None, startsAt=ago(3.5))
    return there


@covers("educationSession educationSessions", "refusal")
async def test_questions_that_mean_nothing(there: Campaign) -> None:
    assert (await there.lead.ask(ONE, id="x")).codes == ["BAD_INPUT"]
    for filter, field in [
        ({"regionCode": "x"}, "filter.regionCode"),
        ({"startsFrom": "2026-01-01T00:00:00"}, "filter.startsFrom"),
        ({"topics": ["LAW", "LAW"]}, "filter.topics[1]"),
    ]:
        answer = await there.lead.ask(LIST, filter=filter)
        assert answer.body["errors"][0]["extensions"]["field"] == field
