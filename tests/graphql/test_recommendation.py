"""Recommendations: who sees what when, bad input, an addressee that is gone, lists and figures."""

import asyncio
from typing import Any

import pytest
import pytest_asyncio

from tests.covered import covers
from tests.oversight import (
    RECOMMENDATION,
    Watch,
    act,
    advice,
    dissolve,
    judge,
    readdress,
    recommend,
    watch,
)
from tests.scenes import REASON, day, unknown, uuid_of
from tests.unchanged import refused
from tests.world import Api, World, ok

ONE = """query($id: ID!) { recommendation(id: $id) { id status text activity { id }
  findings { id statement severity evidence { url }
    activity { id participants { nodes { role } } } }
  followUps { nodes { id verdict } } follows { id } } }"""
LIST = """query($side: OversightSide, $filter: RecommendationFilter) {
  recommendations(side: $side, filter: $filter, first: 100) { totalCount nodes { id } }
  recommendationCounts(side: $side, filter: $filter) {
    byStatus { status count overdue } followUpRate } }"""


@pytest_asyncio.fixture(scope="module")
async def scene(world: World) -> Watch:
    return await watch(world)


async def seen(api: Api, id: str) -> Any:
    answer = await api.ask(ONE, id=id)
    return None if answer.codes == ["NOT_FOUND"] else answer.data["recommendation"]


def change(api: Api, id: str, given: dict[str, Any]) -> Any:
    types = "$id: ID!, $input: RecommendationInput!"
    return api.mutate("changeRecommendation", types, RECOMMENDATION, id=id, input=given)


def respond(scene: Watch, id: str, **input: Any) -> Any:
    return act(scene.office, "respondToRecommendation", id, input=input)


@covers("draftRecommendation changeRecommendation recommendation", "success", "stranger")
async def test_the_addressee_sees_it_and_its_findings_and_nothing_else_of_the_activity(
    scene: Watch,
) -> None:
    told, other = await scene.finding(), await scene.finding(scene.lead)
    made = await ok(recommend(scene.helper, scene.id, advice(scene.office.org, [told])))
    assert (made["status"], made["daysLeft"]) == ("DRAFT", None)
    for api in (scene.lead, scene.observer, scene.office, scene.stranger):
        assert await seen(api, made["id"]) is None

    done = await ok(act(scene.helper, "issueRecommendation", made["id"]))

    assert (done["status"], done["daysLeft"], done["overdue"]) == ("ISSUED", 30, False)
    by_office = await seen(scene.office, made["id"])
    assert by_office["activity"] is None
    [finding] = by_office["findings"]
    assert (finding["id"], finding["activity"]) == (told, None)
    assert (finding["severity"], len(finding["evidence"])) == ("HIGH", 1)
    for document in ("query($id: ID!) { jointActivity(id: $id) { id } }",):
        assert (await scene.office.ask(document, id=scene.id)).codes == ["NOT_FOUND"]
    assert (await scene.office.ask("query($id: ID!) { finding(id: $id) { id } }", id=other)
            ).codes == ["NOT_FOUND"]  # fmt: skip
    for api in (scene.lead, scene.observer):
        assert (await seen(api, made["id"]))["activity"]["id"] == scene.id
    for api in (scene.invited, scene.stranger):
        assert await seen(api, made["id"]) is None


@covers("changeRecommendation", "success", "refusal")
async def test_a_draft_is_written_anew_and_what_was_issued_is_not(scene: Watch) -> None:
    one, two = await scene.finding(), await scene.finding()
    made = await ok(recommend(scene.helper, scene.id, advice(scene.office.org, [one])))
    given = advice(scene.office.org, [two], text="Lain.", dueOn=day(3))
    changed = await ok(change(scene.helper, made["id"], given))
    assert [finding["id"] for finding in changed["findings"]] == [two]
    assert (changed["text"], changed["dueOn"]) == ("Lain.", day(3))
    await ok(act(scene.helper, "issueRecommendation", made["id"]))
    await refused(scene.world, change(scene.helper, made["id"], given), "WRONG_STATE", "id")
    await refused(scene.world, change(scene.office, made["id"], given), "WRONG_SIDE", "id")


@pytest.mark.parametrize(
    ("change", "code", "field"),
    [
        ({"text": " "}, "BAD_INPUT", "input.text"),
        ({"text": "x" * 4_001}, "TOO_LONG", "input.text"),
        ({"expectedEvidence": "x" * 4_001}, "TOO_LONG", "input.expectedEvidence"),
        ({"dueOn": day(-1)}, "BAD_INPUT", "input.dueOn"),
        ({"dueOn": "2200-01-01"}, "BAD_INPUT", "input.dueOn"),
        ({"findingIds": []}, "BAD_INPUT", "input.findingIds"),
        ({"findingIds": [unknown("finding")]}, "NOT_FOUND", "input.findingIds[0]"),
        ({"findingIds": [unknown("finding")] * 2}, "DUPLICATE", "input.findingIds[1]"),
        ({"findingIds": [unknown("finding")] * 4_000}, "TOO_MANY", "input.findingIds"),
        ({"addresseeId": unknown("organisation")}, "NOT_FOUND", "input.addresseeId"),
        ({"addresseeId": "x"}, "BAD_INPUT", "input.addresseeId"),
    ],
)
@covers("draftRecommendation changeRecommendation", "refusal")
async def test_refused_recommendations(scene: Watch, change: Any, code: str, field: str) -> None:
    given = advice(scene.office.org, [await scene.finding()]) | change
    await refused(scene.world, recommend(scene.helper, scene.id, given), code, field)


@covers("draftRecommendation", "refusal", "stranger")
async def test_who_may_not_recommend_and_from_what(scene: Watch) -> None:
    own, draft = await scene.finding(), await scene.finding(confirmed=False)
    leads = await scene.finding(scene.lead)
    given = advice(scene.office.org, [own])
    for api, code in [(scene.observer, "WRONG_SIDE"), (scene.stranger, "NOT_FOUND")]:
        await refused(scene.world, recommend(api, scene.id, given), code, "activityId")
    for findings, code in [([draft], "WRONG_STATE"), ([leads], "WRONG_SIDE")]:
        attempt = recommend(scene.helper, scene.id, advice(scene.office.org, findings))
        await refused(scene.world, attempt, code, "input.findingIds[0]")
    attempt = recommend(scene.helper, scene.id, advice(scene.helper.org, [own]))
    await refused(scene.world, attempt, "SELF_ADDRESSED", "input.addresseeId")
    # Who leads or helps to organise may rest on what anybody found in it.
    for api in (scene.lead, scene.organiser):
        await ok(recommend(api, scene.id, advice(scene.office.org, [own, leads])))


@covers("issueRecommendation", "refusal")
async def test_a_finding_taken_back_is_no_ground_any_more(scene: Watch) -> None:
    finding = await scene.finding()
    given = advice(scene.office.org, [finding])
    made = await ok(recommend(scene.helper, scene.id, given))
    await ok(act(scene.helper, "withdrawFinding", finding))
    attempt = act(scene.helper, "issueRecommendation", made["id"])
    await refused(scene.world, attempt, "WRONG_STATE", "id")


@covers("respondToRecommendation", "success", "refusal")
async def test_what_a_response_takes(scene: Watch) -> None:
    id = await scene.recommendation()
    later = day(5)
    for given, code, field in [
        ({"response": "REJECTED"}, "REASON_REQUIRED", "input.note"),
        ({"response": "PARTLY", "plannedOn": later}, "REASON_REQUIRED", "input.note"),
        ({"response": "ACCEPTED"}, "BAD_INPUT", "input.plannedOn"),
        ({"response": "ACCEPTED", "plannedOn": day(-1)}, "BAD_INPUT", "input.plannedOn"),
        ({"response": "REJECTED", "note": REASON, "plannedOn": later}, "BAD_INPUT",
         "input.plannedOn"),
        ({"response": "ACCEPTED", "note": "x" * 4_001}, "TOO_LONG", "input.note"),
    ]:  # fmt: skip
        await refused(scene.world, respond(scene, id, **given), code, field)
    done = await ok(respond(scene, id, response="PARTLY", note="Bertahap.", plannedOn=later))
    assert (done["response"], done["responseNote"], done["plannedOn"]) == (
        "PARTLY", "Bertahap.", later,
    )  # fmt: skip
    other = await scene.recommendation()
    rejected = await ok(respond(scene, other, response="REJECTED", note="Bukan wewenang."))
    assert (rejected["status"], rejected["plannedOn"]) == ("RESPONDED", None)


@covers("reportFollowUp judgeFollowUp", "success", "refusal")
async def test_reports_are_judged_one_by_one_and_the_last_closes_it(scene: Watch) -> None:
    id = await scene.recommendation("RESPONDED")
    first = await ok(act(scene.office, "reportFollowUp", id))
    second = await ok(act(scene.office, "reportFollowUp", id))
    assert first["recommendation"]["status"] == "IN_PROGRESS"
    attempt = judge(scene.helper, first["id"], "NOT_YET", None)
    await refused(scene.world, attempt, "REASON_REQUIRED", "reason")
    await refused(scene.world, judge(scene.office, first["id"], "VERIFIED"), "WRONG_SIDE", "id")
    await refused(scene.world, judge(scene.lead, first["id"], "VERIFIED"), "WRONG_SIDE", "id")
    said = await ok(judge(scene.helper, first["id"], "NOT_YET"))
    assert (said["verdict"], said["recommendation"]["status"]) == ("NOT_YET", "IN_PROGRESS")
    await refused(scene.world, judge(scene.helper, first["id"], "VERIFIED"), "WRONG_STATE", "id")
    closed = await ok(judge(scene.helper, second["id"], "VERIFIED", None))
    assert closed["recommendation"]["status"] == "VERIFIED"
    await refused(scene.world, act(scene.office, "reportFollowUp", id), "WRONG_STATE", "id")
    read = "query($id: ID!) { node(id: $id) { __typename } }"
    shown = [(await api.data(read, id=second["id"]))["node"] is not None
             for api in (scene.office, scene.observer, scene.stranger)]  # fmt: skip
    assert shown == [True, True, False]


@covers("judgeFollowUp respondToRecommendation reportFollowUp", "refusal")
async def test_bad_reports(scene: Watch) -> None:
    id = await scene.recommendation("RESPONDED")
    for given, code, field in [
        ({"text": ""}, "BAD_INPUT", "input.text"),
        ({"text": "x", "evidence": [{"title": "", "url": "https://x.example"}]}, "BAD_INPUT",
         "input.evidence[0].title"),
        ({"text": "x", "evidence": [{"title": "x", "url": "https://x.example"}] * 21}, "TOO_MANY",
         "input.evidence"),
    ]:  # fmt: skip
        attempt = act(scene.office, "reportFollowUp", id, input=given)
        await refused(scene.world, attempt, code, field)
    await refused(scene.world, judge(scene.helper, id, "VERIFIED"), "BAD_INPUT", "id")


async def test_verified_and_reported_at_once_ends_in_one_state(scene: Watch) -> None:
    id = await scene.recommendation("RESPONDED")
    report = await ok(act(scene.office, "reportFollowUp", id))
    await asyncio.gather(
        *(judge(scene.helper, report["id"], "VERIFIED") for _ in range(2)),
        *(act(scene.office, "reportFollowUp", id) for _ in range(3)),
    )
    assert (await seen(scene.office, id))["status"] == "VERIFIED"
    judged = [row["verdict"] for row in (await seen(scene.office, id))["followUps"]["nodes"]]
    assert judged.count("VERIFIED") == 1


async def test_the_database_by_itself_lets_nobody_else_close_it(scene: Watch) -> None:
    """The second wall, asked directly: as the API's role, with the addressee's own token."""
    id = uuid_of(await scene.recommendation("IN_PROGRESS"))
    for api, change, told in [
        (scene.office, "status = 'VERIFIED'", "row-level security"),
        (scene.office, "status = 'WITHDRAWN'", "row-level security"),
        (scene.office, "verified_at = now()", "stays as it was said"),
        (scene.office, "due_on = due_on + 9", "stays as it was said"),
        (scene.helper, "response = 'REJECTED'", "stays as it was said"),
        (scene.helper, "text = 'lain'", "stays as it was said"),
    ]:
        with pytest.raises(Exception, match=told):
            async with scene.world.operator() as tx:
                raw = await tx.connection()
                await raw.exec_driver_sql("set local role rangkul_app")
                await raw.exec_driver_sql(
                    f"select set_config('app.organisation_id', '{api.org.id}', true),"
                    " set_config('app.scopes', 'oversight:read oversight:write', true)"
                )
                await raw.exec_driver_sql(f"update recommendation set {change} where id = '{id}'")


@covers("readdressRecommendation", "success", "refusal", "stranger")
async def test_an_addressee_that_was_dissolved(world: World) -> None:
    scene = await watch(world)
    gone, heir = await world.org(), await world.as_(await world.org())
    id = await scene.recommendation(to=gone)
    drafted = await scene.recommendation("DRAFT", to=gone)
    name = "readdressRecommendation"
    await refused(world, readdress(scene.helper, name, id, heir.org), "WRONG_STATE", "id")

    await dissolve(world, gone)

    attempt = act(scene.helper, "issueRecommendation", drafted)
    await refused(world, attempt, "ORGANISATION_DISSOLVED", "id")
    finding = await scene.finding()
    attempt = recommend(scene.helper, scene.id, advice(gone, [finding]))
    await refused(world, attempt, "ORGANISATION_DISSOLVED", "input.addresseeId")
    assert (await seen(scene.helper, id))["status"] == "ISSUED"
    for api, code in [(scene.lead, "WRONG_SIDE"), (scene.stranger, "NOT_FOUND")]:
        await refused(world, readdress(api, name, id, heir.org), code, "id")
    for more, code, field in [
        ({"addresseeId": gone.gid}, "ORGANISATION_DISSOLVED", "addresseeId"),
        ({"addresseeId": scene.helper.org.gid}, "SELF_ADDRESSED", "addresseeId"),
        ({"addresseeId": unknown("organisation")}, "NOT_FOUND", "addresseeId"),
        ({"dueOn": day(-1)}, "BAD_INPUT", "dueOn"),
        ({"reason": ""}, "REASON_REQUIRED", "reason"),
    ]:
        await refused(world, readdress(scene.helper, name, id, heir.org, **more), code, field)

    new = await ok(readdress(scene.helper, name, id, heir.org))

    assert (new["status"], new["follows"]["id"], len(new["findings"])) == ("ISSUED", id, 1)
    assert (await seen(scene.helper, id))["status"] == "WITHDRAWN"
    by_heir = await seen(heir, new["id"])
    assert (by_heir["follows"], len(by_heir["findings"])) == (None, 1)
    await refused(world, readdress(scene.helper, name, id, heir.org), "WRONG_STATE", "id")


@covers("recommendations recommendationCounts", "success", "stranger", "refusal")
async def test_lists_and_how_far_they_have_come(world: World) -> None:
    scene = await watch(world)
    draft = await scene.recommendation("DRAFT")
    late = await scene.recommendation("ISSUED")
    done = await scene.recommendation("VERIFIED")
    soon = await scene.recommendation("RESPONDED", dueOn=day(1))
    await world.sql("update recommendation set due_on = current_date - 3 where id = :id",
                    id=uuid_of(late))  # fmt: skip

    async def listed(api: Api, **given: Any) -> list[str]:
        found = await api.data(LIST, **given)
        ids = [node["id"] for node in found["recommendations"]["nodes"]]
        counted = sum(row["count"] for row in found["recommendationCounts"]["byStatus"])
        assert found["recommendations"]["totalCount"] == counted == len(ids)
        return ids

    assert await listed(scene.helper) == [soon, done, late, draft]
    assert await listed(scene.helper, side="ISSUED") == [soon, done, late, draft]
    assert await listed(scene.helper, side="ADDRESSED") == []
    for given in ({}, {"side": "ADDRESSED"}):
        assert await listed(scene.office, **given) == [soon, done, late]
    assert await listed(scene.observer, side="SHARED") == [soon, done, late]
    assert await listed(scene.stranger) == await listed(scene.invited) == []
    for filter, expected in [
        ({"overdue": True}, [late]), ({"overdue": False}, [soon, done, draft]),
        ({"dueWithinDays": 7}, [soon]), ({"statuses": ["DRAFT", "VERIFIED"]}, [done, draft]),
        ({"sectors": ["EDUCATION"]}, [soon, done, late, draft]), ({"sectors": ["HEALTH"]}, []),
        ({"activityId": scene.id, "addresseeId": scene.office.org.gid},
         [soon, done, late, draft]),
        ({"issuerId": scene.lead.org.gid}, []),
    ]:  # fmt: skip
        assert await listed(scene.helper, filter=filter) == expected
    told = (await scene.office.data(LIST))["recommendationCounts"]
    assert {row["status"]: (row["count"], row["overdue"]) for row in told["byStatus"]} == {
        "ISSUED": (1, 1), "RESPONDED": (1, 0), "VERIFIED": (1, 0),
    }  # fmt: skip
    assert told["followUpRate"] == pytest.approx(1 / 3)
    empty = (await scene.stranger.data(LIST))["recommendationCounts"]
    assert empty == {"byStatus": [], "followUpRate": None}
    wrong = await scene.office.ask(LIST, filter={"dueWithinDays": -1})
    assert set(wrong.codes) == {"BAD_INPUT"}
    read = "query($id: ID!) { recommendation(id: $id) { reminder overdue } }"
    reminders = [(await scene.office.data(read, id=id))["recommendation"]["reminder"]
                 for id in (late, soon, done)]  # fmt: skip
    assert reminders == ["OVERDUE", "WITHIN_1_DAY", None]


@covers("recommendation", "refusal")
async def test_an_id_that_is_none(scene: Watch) -> None:
    assert (await scene.lead.ask(ONE, id="x")).codes == ["BAD_INPUT"]
    assert await seen(scene.lead, unknown("recommendation")) is None
