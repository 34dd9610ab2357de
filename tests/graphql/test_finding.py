"""Findings: who sees a draft and what is confirmed, what stays, and what is refused."""

from typing import Any

import pytest
import pytest_asyncio

from tests.covered import covers
from tests.oversight import FINDING, Watch, act, advice, find, recommend, report, watch
from tests.scenes import REASON, unknown, uuid_of
from tests.unchanged import refused
from tests.visits import team
from tests.world import Api, World, ok

ONE = "query($id: ID!) { finding(id: $id) { id status statement activity { id } } }"
LIST = """query($side: OversightSide, $filter: FindingFilter) {
  findings(side: $side, filter: $filter, first: 100) { totalCount nodes { id } }
  findingCounts(side: $side, filter: $filter) { severity status count } }"""
UNDER = "query($id: ID!) { jointActivity(id: $id) { findings { nodes { id } } } }"


@pytest_asyncio.fixture(scope="module")
async def scene(world: World) -> Watch:
    return await watch(world)


async def sees(api: Api, id: str) -> bool:
    answer = await api.ask(ONE, id=id)
    if answer.codes == ["NOT_FOUND"]:
        return False
    assert answer.data["finding"]["id"] == id
    return True


def change(api: Api, id: str, **input: Any) -> Any:
    given = {"severity": "LOW", "sector": "HEALTH", "statement": "Baru."} | input
    return api.mutate("changeFinding", "$id: ID!, $input: FindingInput!", FINDING, id=id,
                      input=given)  # fmt: skip


@covers("draftFinding confirmFinding finding", "success", "stranger")
async def test_a_draft_is_for_who_works_and_a_confirmed_one_for_all_who_take_part(
    scene: Watch,
) -> None:
    made = await ok(find(scene.helper, scene.id, concernsId=scene.office.org.gid))
    assert (made["status"], made["foundBy"]["id"]) == ("DRAFT", scene.helper.org.gid)
    assert (made["legalBasis"], made["regionCode"]) == ("UU 35/2014 pasal 54", "32.73")
    everyone = (scene.lead, scene.organiser, scene.observer, scene.invited, scene.office,
                scene.stranger)  # fmt: skip
    assert [await sees(api, made["id"]) for api in everyone] == [True, True] + [False] * 4

    done = await ok(act(scene.helper, "confirmFinding", made["id"]))

    assert (done["status"], bool(done["confirmedAt"])) == ("CONFIRMED", True)
    assert [await sees(api, made["id"]) for api in everyone] == [True] * 3 + [False] * 3
    assert done["concerns"]["id"] == scene.office.org.gid  # of which it knows nothing by that


@covers("changeFinding withdrawFinding", "success", "refusal")
async def test_what_was_confirmed_stays_as_it_was_said(scene: Watch) -> None:
    id = await scene.finding(confirmed=False)
    changed = await ok(change(scene.helper, id))
    assert (changed["statement"], changed["legalBasis"]) == ("Baru.", None)
    await ok(act(scene.helper, "confirmFinding", id))
    await refused(scene.world, change(scene.helper, id), "WRONG_STATE", "id")
    await refused(scene.world, act(scene.helper, "confirmFinding", id), "WRONG_STATE", "id")
    attempt = act(scene.helper, "withdrawFinding", id, reason=" ")
    await refused(scene.world, attempt, "REASON_REQUIRED", "reason")
    gone = await ok(act(scene.helper, "withdrawFinding", id))
    assert (gone["status"], gone["withdrawReason"]) == ("WITHDRAWN", REASON)
    await refused(scene.world, act(scene.helper, "withdrawFinding", id), "WRONG_STATE", "id")
    assert await sees(scene.observer, id)


@covers("draftFinding changeFinding confirmFinding withdrawFinding", "refusal", "stranger")
async def test_who_may_not(scene: Watch) -> None:
    for api, code in [
        (scene.observer, "WRONG_SIDE"), (scene.invited, "WRONG_SIDE"),
        (scene.stranger, "NOT_FOUND"), (scene.office, "NOT_FOUND"),
    ]:  # fmt: skip
        await refused(scene.world, find(api, scene.id), code, "activityId")
    draft, confirmed = await scene.finding(confirmed=False), await scene.finding()
    for id, api, code in [
        (draft, scene.lead, "WRONG_SIDE"), (draft, scene.observer, "NOT_FOUND"),
        (confirmed, scene.observer, "WRONG_SIDE"), (confirmed, scene.stranger, "NOT_FOUND"),
    ]:  # fmt: skip
        for attempt in (change(api, id), act(api, "confirmFinding", id),
                        act(api, "withdrawFinding", id)):  # fmt: skip
            await refused(scene.world, attempt, code, "id")


@pytest.mark.parametrize(
    ("change", "code", "field"),
    [
        ({"statement": " "}, "BAD_INPUT", "input.statement"),
        ({"statement": "x" * 4_001}, "TOO_LONG", "input.statement"),
        ({"legalBasis": "x" * 201}, "TOO_LONG", "input.legalBasis"),
        ({"regionCode": "Bandung"}, "BAD_INPUT", "input.regionCode"),
        ({"evidence": [{"title": "x", "url": "http://x.example"}]}, "BAD_INPUT",
         "input.evidence[0].url"),
        ({"evidence": [{"title": "x", "url": "https://x.example"}] * 1_000}, "TOO_MANY",
         "input.evidence"),
        ({"visitId": unknown("visit")}, "NOT_FOUND", "input.visitId"),
        ({"concernsId": unknown("organisation")}, "NOT_FOUND", "input.concernsId"),
        ({"concernsId": "x"}, "BAD_INPUT", "input.concernsId"),
    ],
)  # fmt: skip
@covers("draftFinding", "refusal")
async def test_refused_findings(scene: Watch, change: Any, code: str, field: str) -> None:
    await refused(scene.world, find(scene.helper, scene.id, **change), code, field)


@covers("draftFinding", "success", "refusal")
async def test_a_finding_names_a_visit_of_the_same_activity(world: World) -> None:
    scene, other = await team(world), await team(world)
    visit = await scene.held()
    made = await ok(find(scene.guest, scene.activity, visitId=visit))
    read = "query($id: ID!) { finding(id: $id) { visit { id } } }"
    seen = (await scene.lead.data(read, id=made["id"]))["finding"]
    assert seen["visit"]["id"] == visit
    assert [node["id"] for node in (await scene.lead.data(LIST, filter={"visitId": visit}))[
        "findings"]["nodes"]] == [made["id"]]  # fmt: skip
    attempt = find(scene.lead, scene.activity, visitId=await other.planned())
    await refused(world, attempt, "NOT_FOUND", "input.visitId")
    drawn = await ok(report(scene.lead, [scene.activity], visitIds=[visit]))
    done = await ok(act(scene.lead, "publishOversightReport", drawn["id"]))
    assert "## Visits" in done["text"] and visit in done["content"]


@covers("draftFinding", "refusal")
async def test_nothing_is_found_in_what_was_called_off(world: World) -> None:
    scene = await watch(world)
    types = "$id: ID!, $reason: String!"
    await ok(scene.lead.mutate("cancelJointActivity", types, "", id=scene.id, reason=REASON))
    await refused(world, find(scene.lead, scene.id), "WRONG_STATE", "activityId")


async def test_whoever_left_keeps_its_own_and_what_was_there(world: World) -> None:
    scene = await watch(world)
    own, before = await scene.finding(), await scene.finding(scene.lead)
    types = "$id: ID!, $reason: String!"
    await ok(scene.helper.mutate("leaveJointActivity", types, "", id=scene.id, reason=REASON))
    after = await scene.finding(scene.lead)
    assert [await sees(scene.helper, id) for id in (own, before, after)] == [True, True, False]
    await refused(world, find(scene.helper, scene.id), "WRONG_SIDE", "activityId")
    await refused(world, act(scene.helper, "withdrawFinding", own), "WRONG_SIDE", "id")


async def test_the_database_by_itself_keeps_what_was_confirmed(scene: Watch) -> None:
    """The second wall: though a rule forgot, what was said does not change."""
    id = await scene.finding()
    for column in ("statement = 'lain'", "confirmed_at = null", "concerns_id = null"):
        statement = f"update finding set {column}, region_code = null where id = '{uuid_of(id)}'"
        with pytest.raises(Exception, match="stays as it was said"):
            async with scene.world.operator() as tx:
                raw = await tx.connection()
                await raw.exec_driver_sql(
                    f"select set_config('app.organisation_id', '{scene.helper.org.id}', true)"
                )
                await raw.exec_driver_sql(statement)


@covers("findings findingCounts", "success", "stranger", "refusal")
async def test_lists_by_side_and_filter(world: World) -> None:
    scene = await watch(world)
    one = await scene.finding(severity="LOW", sector="HEALTH", regionCode="32")
    two = await scene.finding(concernsId=scene.office.org.gid)
    three = await scene.finding(scene.lead, confirmed=False)
    given = advice(scene.office.org, [one])
    made = await ok(recommend(scene.helper, scene.id, given))

    async def listed(api: Api, **given: Any) -> list[str]:
        found = await api.data(LIST, **given)
        ids = [node["id"] for node in found["findings"]["nodes"]]
        counted = sum(row["count"] for row in found["findingCounts"])
        assert found["findings"]["totalCount"] == counted == len(ids)
        return ids

    assert await listed(scene.helper) == [three, two, one]
    assert await listed(scene.helper, side="ISSUED") == [two, one]
    assert await listed(scene.helper, side="SHARED") == [three]
    assert await listed(scene.observer, side="SHARED") == [two, one]
    assert await listed(scene.office) == []
    await ok(act(scene.helper, "issueRecommendation", made["id"]))
    assert await listed(scene.office) == await listed(scene.office, side="ADDRESSED") == [one]
    for filter, expected in [
        ({"statuses": ["DRAFT"]}, [three]), ({"severities": ["LOW"]}, [one]),
        ({"sectors": ["HEALTH", "JUSTICE"]}, [one]), ({"regionCode": "32.73"}, [three, two]),
        ({"activityId": scene.id, "concernsId": scene.office.org.gid}, [two]),
        ({"activityId": unknown("activity")}, []), ({"visitId": unknown("visit")}, []),
    ]:  # fmt: skip
        assert await listed(scene.lead, filter=filter) == expected
    assert await listed(scene.stranger) == []
    seen = (await scene.lead.data(UNDER, id=scene.id))["jointActivity"]["findings"]["nodes"]
    assert [node["id"] for node in seen] == [three, two, one]
    wrong = await scene.lead.ask(LIST, filter={"activityId": "x"})
    assert set(wrong.codes) == {"BAD_INPUT"}


@covers("finding", "refusal")
async def test_an_id_that_is_none(scene: Watch) -> None:
    assert (await scene.lead.ask(ONE, id="x")).codes == ["BAD_INPUT"]
    assert not await sees(scene.lead, unknown("finding"))
