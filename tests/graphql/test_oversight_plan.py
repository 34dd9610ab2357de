"""Oversight plans: one's own and those shared; published, counted, never overlapping."""

import asyncio
from typing import Any

import pytest
import pytest_asyncio

from tests.covered import covers
from tests.scenes import REASON, day, stranger, unknown
from tests.unchanged import refused
from tests.visits import Team, act, plan_input, team
from tests.world import Api, World, ok

ONE = "query($id: ID!) { oversightPlan(id: $id) { id items { nodes { visits visitsMade } } } }"
LIST = """
query($filter: OversightPlanFilter) { oversightPlans(filter: $filter) { nodes { id } } }
"""
STEPS: dict[str, dict[str, Any]] = {
    "changeOversightPlan": {},
    "publishOversightPlan": {},
    "shareOversightPlan": {"organisationIds": []},
    "withdrawOversightPlan": {"reason": REASON},
}


def item(**change: Any) -> dict[str, Any]:
    return {"sector": "EDUCATION", "focus": "Satgas", "month": day(10), "visits": 3} | change


def take(api: Api, step: str, id: str, **change: Any) -> Any:
    given = {"input": plan_input()} if step == "changeOversightPlan" else STEPS[step]
    return act(api, step, id=id, **given | change)


async def draft(api: Api, **change: Any) -> str:
    return str((await ok(act(api, "draftOversightPlan", input=plan_input(**change))))["id"])


async def published(api: Api, **change: Any) -> str:
    id = await draft(api, **change)
    await ok(take(api, "publishOversightPlan", id))
    return id


async def codes(api: Api, id: str) -> list[str]:
    return (await api.ask(ONE, id=id)).codes


@pytest_asyncio.fixture(scope="module")
async def scene(world: World) -> Team:
    return await team(world)


@covers("draftOversightPlan changeOversightPlan publishOversightPlan shareOversightPlan"
        " withdrawOversightPlan oversightPlan", "success")  # fmt: skip
async def test_from_draft_to_withdrawal(world: World) -> None:
    owner, partner = await world.as_(await world.org()), await world.as_(await world.org())
    made = await ok(act(owner, "draftOversightPlan", input=plan_input(items=[item(), item()])))
    assert (made["status"], len(made["items"]["nodes"])) == ("DRAFT", 2)
    school = await world.org("SCHOOL")
    only = item(organisationIds=[school.gid], visits=None, regionCode="32.73")
    changed = await ok(
        take(owner, "changeOversightPlan", made["id"], input=plan_input(items=[only]))
    )
    [kept] = changed["items"]["nodes"]
    assert (kept["visits"], kept["visitsMade"], kept["organisations"]) == (
        1,
        0,
        [{"id": school.gid}],
    )
    assert kept["month"].endswith("-01")
    shared = {"organisationIds": [partner.org.gid]}
    assert (await ok(take(owner, "shareOversightPlan", made["id"], **shared)))["sharedWith"] == [
        {"id": partner.org.gid}
    ]
    assert await codes(partner, made["id"]) == ["NOT_FOUND"]
    await ok(take(owner, "publishOversightPlan", made["id"]))
    assert await codes(partner, made["id"]) == []
    gone = await ok(take(owner, "withdrawOversightPlan", made["id"]))
    assert (gone["status"], gone["withdrawReason"]) == ("WITHDRAWN", REASON)
    assert await codes(partner, made["id"]) == []


@covers("draftOversightPlan changeOversightPlan publishOversightPlan", "refusal")
async def test_published_plans_for_a_sector_do_not_overlap(world: World) -> None:
    owner = await world.as_(await world.org())
    first = await published(owner)
    attempt = act(owner, "draftOversightPlan", input=plan_input(startsOn=day(90), endsOn=day(100),
                                                          items=[item(month=day(90))]))  # fmt: skip
    await refused(world, attempt, "PERIODS_OVERLAP", "input.startsOn")
    await draft(owner, items=[item(sector="HEALTH")])
    later = {"startsOn": day(91), "endsOn": day(120), "items": [item(month=day(100))]}
    one, other = await draft(owner, **later), await draft(owner, **later)
    both = await asyncio.gather(*(take(owner, "publishOversightPlan", id) for id in (one, other)))
    assert sorted(a["__typename"] for a in both) == ["OversightPlan", "Refused"]
    await ok(take(owner, "withdrawOversightPlan", first))
    again = await draft(owner)
    await ok(take(owner, "publishOversightPlan", again))
    attempt = take(owner, "changeOversightPlan", again)
    await refused(world, attempt, "WRONG_STATE", "id")


@pytest.mark.parametrize(
    ("change", "code", "field"),
    [
        ({"title": " "}, "BAD_INPUT", "input.title"),
        ({"endsOn": day(-1)}, "DATES_INVERTED", "input.endsOn"),
        ({"startsOn": "0001-01-01"}, "BAD_INPUT", "input.startsOn"),
        ({"endsOn": "9999-12-31"}, "BAD_INPUT", "input.endsOn"),
        ({"items": []}, "BAD_INPUT", "input.items"),
        ({"items": [item()] * 201}, "TOO_MANY", "input.items"),
        ({"items": [item(), item(focus="x" * 201)]}, "TOO_LONG", "input.items[1].focus"),
        ({"items": [item(month=day(200))]}, "OUT_OF_RANGE", "input.items[0].month"),
        ({"items": [item(visits=0)]}, "OUT_OF_RANGE", "input.items[0].visits"),
        ({"items": [item(visits=1_001)]}, "OUT_OF_RANGE", "input.items[0].visits"),
        ({"items": [item(visits=None)]}, "OUT_OF_RANGE", "input.items[0].visits"),
        ({"items": [item(regionCode="x")]}, "BAD_INPUT", "input.items[0].regionCode"),
        ({"items": [item(organisationIds=[unknown("organisation")])]}, "NOT_FOUND",
         "input.items[0].organisationIds[0]"),
        ({"items": [item(organisationIds=["x"] * 4_000)]}, "TOO_MANY",
         "input.items[0].organisationIds"),
    ],
)  # fmt: skip
@covers("draftOversightPlan", "refusal", "stranger")
async def test_refused_plans(scene: Team, change: Any, code: str, field: str) -> None:
    attempt = act(scene.guest, "draftOversightPlan", input=plan_input(**change))
    await refused(scene.world, attempt, code, field)


@covers("shareOversightPlan withdrawOversightPlan", "refusal")
async def test_refused_sharing_and_withdrawing(scene: Team) -> None:
    owner, org = scene.guest, scene.co.org.gid
    id = await draft(owner)
    gone = await scene.world.org()
    await scene.world.sql("update organisation set dissolved_at = now() where id = :id", id=gone.id)
    for refs, code, place in [
        ([owner.org.gid], "SELF_ADDRESSED", "[0]"),
        ([gone.gid], "ORGANISATION_DISSOLVED", "[0]"),
        ([org, org], "DUPLICATE", "[1]"),
        ([], "BAD_INPUT", ""),
        ([org] * 4_000, "TOO_MANY", ""),
    ]:
        attempt = take(owner, "shareOversightPlan", id, organisationIds=refs)
        await refused(scene.world, attempt, code, f"organisationIds{place}")
    attempt = take(owner, "withdrawOversightPlan", id)
    await refused(scene.world, attempt, "WRONG_STATE", "id")
    await ok(take(owner, "publishOversightPlan", id))
    attempt = take(owner, "withdrawOversightPlan", id, reason=" ")
    await refused(scene.world, attempt, "REASON_REQUIRED", "reason")


@pytest.mark.parametrize("step", STEPS)
@covers([*STEPS, "oversightPlan", "oversightPlans"], "stranger")
@covers("oversightPlan oversightPlans", "refusal")
async def test_others_find_no_draft_and_change_no_plan(scene: Team, step: str) -> None:
    outsider = await stranger(scene.world)
    org = [scene.co.org.gid]
    owner = await scene.world.as_(await scene.world.org())
    id = await draft(owner)
    for api in (outsider, scene.co):
        await refused(scene.world, take(api, step, id), "NOT_FOUND", "id")
        assert await codes(api, id) == ["NOT_FOUND"]
    assert (await outsider.data(LIST, filter=None))["oversightPlans"]["nodes"] == []
    assert (await outsider.ask(LIST, filter={"organisationId": "x"})).codes == ["BAD_INPUT"]
    await ok(take(owner, "shareOversightPlan", id, organisationIds=org))
    await ok(take(owner, "publishOversightPlan", id))
    await refused(scene.world, take(scene.co, step, id), "WRONG_SIDE", "id")
    await refused(scene.world, take(outsider, step, id), "NOT_FOUND", "id")


@covers("oversightPlans", "success")
async def test_progress_is_counted_from_the_visits_really_made(scene: Team) -> None:
    lead = scene.lead
    id = await published(lead, items=[item(), item(organisationIds=[scene.school.org.gid])])
    await ok(take(lead, "shareOversightPlan", id, organisationIds=[scene.observer.org.gid]))
    read = "query($id: ID!) { oversightPlan(id: $id) { items { nodes { id visitsMade } } } }"
    items = (await lead.data(read, id=id))["oversightPlan"]["items"]["nodes"]
    for one in (items[0]["id"], items[1]["id"], items[1]["id"]):
        await scene.held(planItemId=one)
    await scene.planned(planItemId=items[1]["id"])
    for api in (lead, scene.observer):
        seen = (await api.data(read, id=id))["oversightPlan"]["items"]["nodes"]
        assert [one["visitsMade"] for one in seen] == [1, 2]
    place = {"subject": "PLACE", "name": "Alun-alun", "visitedId": None}
    for change, code in [
        (place | {"planItemId": items[1]["id"]}, "BAD_INPUT"),
        ({"planItemId": unknown("planitem")}, "NOT_FOUND"),
    ]:
        attempt = scene.plan(lead, **change)
        await refused(scene.world, attempt, code, "input.planItemId")
    attempt = scene.plan(scene.guest, planItemId=items[0]["id"])
    await refused(scene.world, attempt, "NOT_FOUND", "input.planItemId")
    for filter, expected in [
        ({"sectors": ["EDUCATION"], "statuses": ["PUBLISHED"], "on": day(1)}, [id]),
        ({"sectors": ["HEALTH"]}, []),
        ({"organisationId": scene.lead.org.gid, "on": day(91)}, []),
    ]:
        found = (await lead.data(LIST, filter=filter))["oversightPlans"]["nodes"]
        assert [one["id"] for one in found] == expected
