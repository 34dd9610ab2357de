"""Requests for clarification: drafts and answers, more time, assessment, and an addressee gone."""

import asyncio
from typing import Any

import pytest
import pytest_asyncio

from tests.covered import covers
from tests.oversight import (
    CLARIFICATION,
    STEPS,
    Watch,
    act,
    ask,
    asking,
    dissolve,
    readdress,
    watch,
)
from tests.scenes import REASON, day, unknown, uuid_of
from tests.unchanged import refused
from tests.world import Api, World, ok

ONE = """query($id: ID!) { clarification(id: $id) { id status dueOn askedUntil activity { id }
  questions { number text answer { text verdict } } events { nodes { kind untilOn } }
  follows { id } reminder overdue } }"""
LIST = """query($side: OversightSide, $filter: ClarificationFilter) {
  clarifications(side: $side, filter: $filter, first: 100) { totalCount nodes { id } }
  clarificationCounts(side: $side, filter: $filter) { status count overdue } }"""


@pytest_asyncio.fixture(scope="module")
async def scene(world: World) -> Watch:
    return await watch(world)


async def seen(api: Api, id: str) -> Any:
    answer = await api.ask(ONE, id=id)
    return None if answer.codes == ["NOT_FOUND"] else answer.data["clarification"]


async def answers(api: Api, id: str) -> list[str | None]:
    """What one reads as the answers."""
    shown = (await seen(api, id))["questions"]
    return [row["answer"] and row["answer"]["text"] for row in shown]


def change(api: Api, id: str, given: dict[str, Any]) -> Any:
    types = "$id: ID!, $input: ClarificationInput!"
    return api.mutate("changeClarification", types, CLARIFICATION, id=id, input=given)


@covers("draftClarification sendClarification clarification", "success", "stranger")
async def test_it_is_seen_once_it_is_sent(scene: Watch) -> None:
    made = await ok(ask(scene.helper, asking(scene.office.org), activityId=scene.id))
    others = (scene.office, scene.lead, scene.observer, scene.invited, scene.stranger)
    assert (made["status"], made["questions"][1]["number"]) == ("DRAFT", 2)
    assert [await seen(api, made["id"]) for api in others] == [None] * 5
    await ok(act(scene.helper, "sendClarification", made["id"]))
    shown = [await seen(api, made["id"]) is not None for api in others]
    assert shown == [True, True, True, False, False]
    assert (await seen(scene.office, made["id"]))["activity"] is None


@covers("changeClarification", "success", "refusal", "stranger")
async def test_a_draft_is_written_anew_and_what_was_sent_is_not(scene: Watch) -> None:
    id = await scene.clarification("DRAFT")
    given = asking(scene.office.org, questions=["Satu?"])
    assert len((await ok(change(scene.helper, id, given)))["questions"]) == 1
    await refused(scene.world, change(scene.stranger, id, given), "NOT_FOUND", "id")
    await ok(act(scene.helper, "sendClarification", id))
    await refused(scene.world, change(scene.helper, id, given), "WRONG_STATE", "id")
    await refused(scene.world, change(scene.lead, id, given), "WRONG_SIDE", "id")


@pytest.mark.parametrize(
    ("change", "code", "field"),
    [
        ({"subject": " "}, "BAD_INPUT", "input.subject"),
        ({"subject": "x" * 201}, "TOO_LONG", "input.subject"),
        ({"questions": []}, "BAD_INPUT", "input.questions"),
        ({"questions": ["Apa?", " "]}, "BAD_INPUT", "input.questions[1]"),
        ({"questions": ["x" * 4_001]}, "TOO_LONG", "input.questions[0]"),
        ({"questions": ["Apa?"] * 4_000}, "TOO_MANY", "input.questions"),
        ({"dueOn": day(-1)}, "BAD_INPUT", "input.dueOn"),
        ({"dueOn": "9999-12-31"}, "BAD_INPUT", "input.dueOn"),
        ({"addresseeId": unknown("organisation")}, "NOT_FOUND", "input.addresseeId"),
    ],
)
@covers("draftClarification changeClarification", "refusal")
async def test_refused_requests(scene: Watch, change: Any, code: str, field: str) -> None:
    attempt = ask(scene.helper, asking(scene.office.org) | change)
    await refused(scene.world, attempt, code, field)


async def test_ten_thousand_questions_do_not_get_as_far_as_the_rules(scene: Watch) -> None:
    types = "mutation($input: ClarificationInput!) { draftClarification(input: $input)"
    given = asking(scene.office.org, questions=["Apa?"] * 10_000)
    answer = await scene.helper.ask(types + " { __typename } }", input=given)
    assert answer.codes == ["TOO_COMPLEX"]


@covers("draftClarification", "refusal", "stranger")
async def test_who_may_not_ask(scene: Watch) -> None:
    given = asking(scene.office.org)
    for api, code in [
        (scene.observer, "WRONG_SIDE"), (scene.invited, "WRONG_SIDE"),
        (scene.stranger, "NOT_FOUND"),
    ]:  # fmt: skip
        await refused(scene.world, ask(api, given, activityId=scene.id), code, "activityId")
    attempt = ask(scene.office, given)
    await refused(scene.world, attempt, "SELF_ADDRESSED", "input.addresseeId")
    alone = await ok(ask(scene.stranger, given))  # of no activity, between the two
    await ok(act(scene.stranger, "sendClarification", alone["id"]))
    assert await seen(scene.office, alone["id"])
    assert await seen(scene.lead, alone["id"]) is None


@covers("writeClarificationAnswers submitClarificationAnswers", "success", "refusal")
async def test_answers_are_the_addressees_own_until_all_are_handed_in(scene: Watch) -> None:
    id = await scene.clarification()
    name, submit = "writeClarificationAnswers", "submitClarificationAnswers"
    for given, code, field in [
        ([], "BAD_INPUT", "answers"),
        ([{"number": 3, "text": "x"}], "BAD_INPUT", "answers[0].number"),
        ([{"number": 0, "text": "x"}], "BAD_INPUT", "answers[0].number"),
        ([{"number": 1, "text": " "}], "BAD_INPUT", "answers[0].text"),
        ([{"number": 1, "text": "x"}] * 2, "DUPLICATE", "answers[1]"),
        ([{"number": 1, "text": "x"}] * 1_000, "TOO_MANY", "answers"),
    ]:
        await refused(scene.world, act(scene.office, name, id, answers=given), code, field)
    await ok(act(scene.office, name, id, answers=[{"number": 2, "text": "Rancangan."}]))
    attempt = act(scene.office, submit, id)
    await refused(scene.world, attempt, "ANSWER_REQUIRED", "questions[0]")
    assert await answers(scene.office, id) == [None, "Rancangan."]
    for api in (scene.helper, scene.lead, scene.observer):
        assert await answers(api, id) == [None, None]

    await ok(act(scene.office, name, id))
    done = await ok(act(scene.office, submit, id))

    assert (done["status"], done["overdue"]) == ("ANSWERED", False)
    for api in (scene.office, scene.helper, scene.lead, scene.observer):
        assert await answers(api, id) == ["Dua hari.", "Bagian perlindungan."]
    await refused(scene.world, act(scene.office, name, id), "WRONG_STATE", "id")
    await refused(scene.world, act(scene.office, submit, id), "WRONG_STATE", "id")


async def test_handed_in_and_withdrawn_at_once_one_of_them_holds(scene: Watch) -> None:
    id = await scene.clarification()
    await ok(act(scene.office, "writeClarificationAnswers", id))
    both = await asyncio.gather(
        act(scene.office, "submitClarificationAnswers", id),
        act(scene.helper, "withdrawClarification", id),
        act(scene.office, "submitClarificationAnswers", id),
    )
    assert [answer["__typename"] for answer in both].count("Clarification") == 1


@covers("askMoreTime answerMoreTime remindOfClarification", "success", "refusal")
async def test_more_time_and_reminders(scene: Watch) -> None:
    id = await scene.clarification()
    for until, reason, code, field in [
        (day(7), REASON, "BAD_INPUT", "until"),
        (day(-1), REASON, "BAD_INPUT", "until"),
        (day(14), " ", "REASON_REQUIRED", "reason"),
    ]:
        attempt = act(scene.office, "askMoreTime", id, until=until, reason=reason)
        await refused(scene.world, attempt, code, field)
    await refused(scene.world, act(scene.helper, "answerMoreTime", id), "WRONG_STATE", "id")
    asked = await ok(act(scene.office, "askMoreTime", id))
    assert (asked["askedUntil"], asked["dueOn"]) == (day(14), day(7))
    await refused(scene.world, act(scene.office, "askMoreTime", id), "WRONG_STATE", "id")
    await refused(scene.world, act(scene.office, "answerMoreTime", id), "WRONG_SIDE", "id")
    attempt = act(scene.helper, "answerMoreTime", id, grant=False, reason=None)
    await refused(scene.world, attempt, "REASON_REQUIRED", "reason")
    no = await ok(act(scene.helper, "answerMoreTime", id, grant=False))
    assert (no["askedUntil"], no["dueOn"]) == (None, day(7))
    await ok(act(scene.office, "askMoreTime", id, until=day(9)))
    yes = await ok(act(scene.helper, "answerMoreTime", id, reason=None))
    assert (yes["askedUntil"], yes["dueOn"]) == (None, day(9))
    done = await ok(act(scene.helper, "remindOfClarification", id))
    kinds = [(event["kind"], event["untilOn"]) for event in done["events"]["nodes"]]
    assert kinds == [
        ("TIME_ASKED", day(14)), ("TIME_REFUSED", None), ("TIME_ASKED", day(9)),
        ("TIME_GRANTED", day(9)), ("REMINDED", None),
    ]  # fmt: skip
    attempt = act(scene.helper, "remindOfClarification", id, note="x" * 4_001)
    await refused(scene.world, attempt, "TOO_LONG", "note")
    await scene.world.sql(
        "insert into clarification_event (id, clarification_id, organisation_id, kind)"
        " select gen_random_uuid(), id, organisation_id, 'REMINDED' from clarification,"
        " generate_series(1, 95) where id = :id", id=uuid_of(id)
    )  # fmt: skip
    await refused(scene.world, act(scene.helper, "remindOfClarification", id), "TOO_MANY", "id")


@covers("assessClarification draftClarification", "success", "refusal")
async def test_answers_are_assessed_and_another_request_follows(scene: Watch) -> None:
    id = await scene.clarification("ANSWERED")
    sound = STEPS["assessClarification"][1]["input"]
    one, two = sound["answers"]
    for given, code, field in [
        ({"answers": [one]}, "ANSWER_REQUIRED", "input.answers"),
        ({"answers": [one, one]}, "DUPLICATE", "input.answers[1]"),
        ({"answers": [one, two, one | {"number": 3}]}, "BAD_INPUT", "input.answers[2].number"),
        ({"answers": [one, two | {"note": "x" * 4_001}]}, "TOO_LONG", "input.answers[1].note"),
        ({"note": " "}, "REASON_REQUIRED", "input.note"),
    ]:
        attempt = act(scene.helper, "assessClarification", id, input=sound | given)
        await refused(scene.world, attempt, code, field)
    follow = asking(scene.office.org)
    attempt = ask(scene.helper, follow, followsId=id)
    await refused(scene.world, attempt, "WRONG_STATE", "followsId")

    done = await ok(act(scene.helper, "assessClarification", id))

    verdicts = [row["answer"]["verdict"] for row in done["questions"]]
    assert (done["verdict"], verdicts) == ("INSUFFICIENT", ["SATISFACTORY", "INSUFFICIENT"])
    for api, code in [(scene.lead, "WRONG_SIDE"), (scene.stranger, "NOT_FOUND")]:
        await refused(scene.world, ask(api, follow, followsId=id), code, "followsId")
    other = asking(scene.lead.org)
    attempt = ask(scene.helper, other, followsId=id)
    await refused(scene.world, attempt, "WRONG_STATE", "followsId")
    after = await ok(ask(scene.helper, follow, activityId=scene.id, followsId=id))
    await ok(act(scene.helper, "sendClarification", after["id"]))
    assert (await seen(scene.office, after["id"]))["follows"]["id"] == id


@covers("readdressClarification sendClarification", "success", "refusal", "stranger")
async def test_an_addressee_that_was_dissolved(world: World) -> None:
    scene = await watch(world)
    gone, heir = await world.org(), await world.as_(await world.org())
    theirs = await world.as_(gone)
    id = await scene.clarification(to=gone)
    drafted = await scene.clarification("DRAFT", to=gone)
    await ok(act(theirs, "writeClarificationAnswers", id))
    name = "readdressClarification"
    await refused(world, readdress(scene.helper, name, id, heir.org), "WRONG_STATE", "id")

    await dissolve(world, gone)

    for step, at in [("sendClarification", drafted), ("remindOfClarification", id)]:
        await refused(world, act(scene.helper, step, at), "ORGANISATION_DISSOLVED", "id")
    attempt = ask(scene.helper, asking(gone))
    await refused(world, attempt, "ORGANISATION_DISSOLVED", "input.addresseeId")
    for api, code in [(scene.lead, "WRONG_SIDE"), (scene.stranger, "NOT_FOUND")]:
        await refused(world, readdress(api, name, id, heir.org), code, "id")
    for more, code, field in [
        ({"addresseeId": gone.gid}, "ORGANISATION_DISSOLVED", "addresseeId"),
        ({"dueOn": day(-1)}, "BAD_INPUT", "dueOn"),
        ({"reason": ""}, "REASON_REQUIRED", "reason"),
    ]:
        await refused(world, readdress(scene.helper, name, id, heir.org, **more), code, field)

    new = await ok(readdress(scene.helper, name, id, heir.org))

    assert (new["status"], new["follows"]["id"]) == ("SENT", id)
    assert (await seen(scene.helper, id))["status"] == "WITHDRAWN"
    assert await answers(scene.helper, id) == [None, None]  # drafts stay with whoever wrote them
    assert (await seen(heir, new["id"]))["follows"] is None
    assert await answers(heir, new["id"]) == [None, None]


async def test_whoever_left_sees_no_more_reminders(world: World) -> None:
    scene = await watch(world)
    id = await scene.clarification()
    types = "$id: ID!, $reason: String!"
    await ok(scene.observer.mutate("leaveJointActivity", types, "", id=scene.id, reason=REASON))
    await ok(scene.helper.mutate("leaveJointActivity", types, "", id=scene.id, reason=REASON))
    await ok(act(scene.helper, "remindOfClarification", id))  # its own goes on
    told = [len((await seen(api, id))["events"]["nodes"])
            for api in (scene.observer, scene.lead, scene.helper, scene.office)]  # fmt: skip
    assert told == [0, 1, 1, 1]


@covers("clarifications clarificationCounts", "success", "stranger", "refusal")
async def test_lists_by_side_and_filter(world: World) -> None:
    scene = await watch(world)
    draft = await scene.clarification("DRAFT")
    late = await scene.clarification()
    done = await scene.clarification("ASSESSED")
    await world.sql("update clarification set due_on = current_date - 3 where id = :id",
                    id=uuid_of(late))  # fmt: skip

    async def listed(api: Api, **given: Any) -> list[str]:
        found = await api.data(LIST, **given)
        ids = [node["id"] for node in found["clarifications"]["nodes"]]
        counted = sum(row["count"] for row in found["clarificationCounts"])
        assert found["clarifications"]["totalCount"] == counted == len(ids)
        return ids

    for given in ({}, {"side": "ISSUED"}):
        assert await listed(scene.helper, **given) == [done, late, draft]
    assert await listed(scene.office, side="ADDRESSED") == [done, late]
    assert await listed(scene.observer, side="SHARED") == [done, late]
    assert await listed(scene.stranger) == await listed(scene.office, side="ISSUED") == []
    for filter, expected in [
        ({"overdue": True}, [late]), ({"statuses": ["ASSESSED", "DRAFT"]}, [done, draft]),
        ({"activityId": scene.id, "dueWithinDays": 30}, []),
        ({"addresseeId": unknown("organisation")}, []),
    ]:  # fmt: skip
        assert await listed(scene.helper, filter=filter) == expected
    assert (await seen(scene.office, late))["reminder"] == "OVERDUE"
    wrong = await scene.office.ask(LIST, filter={"activityId": "x"})
    assert set(wrong.codes) == {"BAD_INPUT"}


@covers("clarification", "refusal")
async def test_an_id_that_is_none(scene: Watch) -> None:
    assert (await scene.lead.ask(ONE, id="x")).codes == ["BAD_INPUT"]
    assert await seen(scene.lead, unknown("clarification")) is None
