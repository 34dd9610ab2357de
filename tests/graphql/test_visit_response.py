"""Answers on a visit: a draft, then submitted and scored, then corrected by submitting again."""

import asyncio
from typing import Any

import pytest_asyncio

from tests.covered import covers
from tests.scenes import REASON, stranger, unknown
from tests.unchanged import refused
from tests.visits import ONE_VISIT, Team, act, answers, content, published, question, team
from tests.world import Api, World, ok

SAVE, SUBMIT, CORRECT = "saveVisitResponse", "submitVisitResponse", "correctVisitResponse"
COMPARE = """
query($activity: ID!, $instrument: ID!) {
  visitComparison(activityId: $activity, instrumentId: $instrument) {
    visits responses versions percent least most
    sections { key responses percent }
    questions { key type responses percent mean counts { value count } } } }
"""


@pytest_asyncio.fixture(scope="module")
async def scene(world: World) -> Team:
    return await team(world)


def correct(api: Api, id: str, reason: str = REASON, **change: Any) -> Any:
    return act(api, CORRECT, id=id, input=answers(**change), reason=reason)


async def responses(api: Api, id: str) -> list[dict[str, Any]]:
    seen: list[dict[str, Any]] = (await api.data(ONE_VISIT, id=id))["visit"]["responses"]["nodes"]
    return seen


@covers("saveVisitResponse submitVisitResponse", "success")
async def test_a_draft_is_submitted_and_scored(scene: Team) -> None:
    id = await scene.planned()
    draft = await ok(act(scene.guest, SAVE, id=id, input=answers(kanal=None, siswa=None)))
    assert (draft["status"], draft["score"], draft["version"]["number"]) == ("DRAFT", None, 1)
    again = await ok(act(scene.guest, SAVE, id=id, input={"answers": []}))
    assert (again["id"], again["answers"]) == (draft["id"], [])
    await ok(act(scene.lead, "holdVisit", id=id, heldOn=(await _today(scene))))
    done = await ok(act(scene.guest, SUBMIT, id=id, input=answers(siswa=12.0)))
    assert (done["id"], done["status"]) == (draft["id"], "SUBMITTED")
    assert done["answers"][0] == {"question": "siswa", "value": 12}
    # 4 of 4 for having it, 4 of 4 for its being active, 1 of 2 channels, 2 of 2 twice.
    score = done["score"]
    assert (score["reached"], score["reachable"], score["percent"]) == (13, 14, 92.9)
    assert score["band"] == "baik"
    assert [(s["key"], s["percent"]) for s in score["sections"]] == [
        ("umum", 100), ("lapor", 83.3),
    ]  # fmt: skip


async def _today(scene: Team) -> str:
    [(today,)] = await scene.world.sql("select access.today()")
    return str(today)


async def test_what_does_not_apply_is_no_part_of_the_score(scene: Team) -> None:
    given = {"satgas": False, "satgas_aktif": None, "tindak_lanjut": "tak_ada"}
    _, done = await scene.answered(**given)
    score = done["score"]
    assert (score["reached"], score["reachable"], score["percent"]) == (1, 6, 16.7)
    assert score["band"] == "perlu pembenahan"


@covers("submitVisitResponse saveVisitResponse correctVisitResponse", "refusal")
async def test_every_fault_in_the_answers_is_named_in_order(scene: Team) -> None:
    visit, done = await scene.answered()
    id = await scene.held()
    given = {
        "answers": [
            {"question": "satgas", "value": False},
            {"question": "satgas_aktif", "value": 3},
            {"question": "siswa", "value": 5001},
            {"question": "kanal", "value": ["kotak", "surat"]},
            {"question": "kanal", "value": []},
            {"question": "lain", "value": "x"},
            {"question": "catatan", "value": 7},
        ]
    }
    problems = [
        ("NOT_ASKED", "input.answers[1].value"),
        ("OUT_OF_RANGE", "input.answers[2].value"),
        ("UNKNOWN_CODE", "input.answers[3].value[1]"),
        ("DUPLICATE", "input.answers[4].question"),
        ("UNKNOWN_CODE", "input.answers[5].question"),
        ("BAD_INPUT", "input.answers[6].value"),
    ]
    missing = [("ANSWER_REQUIRED", "input.answers.tindak_lanjut")]
    for attempt, expected in [
        (act(scene.lead, SAVE, id=id, input=given), problems),
        (act(scene.lead, SUBMIT, id=id, input=given), problems + missing),
        (act(scene.lead, CORRECT, id=done["id"], input=given, reason=REASON), problems + missing),
    ]:
        answer = await refused(scene.world, attempt, *problems[0])
        assert [(one["code"], one["field"]) for one in answer["problems"]] == expected
    many = {"answers": [{"question": "satgas", "value": True}] * 1_000}
    attempt = act(scene.lead, SUBMIT, id=id, input=many)
    await refused(scene.world, attempt, "TOO_MANY", "input.answers")
    assert await responses(scene.lead, id) == []
    assert len(await responses(scene.lead, visit)) == 1


@covers("saveVisitResponse submitVisitResponse", "refusal", "stranger")
async def test_who_answers_and_when(scene: Team) -> None:
    planned = await scene.planned()
    attempt = act(scene.lead, SUBMIT, id=planned, input=answers())
    await refused(scene.world, attempt, "WRONG_STATE", "id")
    await ok(act(scene.lead, "cancelVisit", id=planned, reason=REASON))
    id = await scene.held()
    outsider = await stranger(scene.world)
    for step in (SAVE, SUBMIT):
        attempt = act(scene.lead, step, id=planned, input=answers())
        await refused(scene.world, attempt, "WRONG_STATE", "id")
        # Whoever organises does not answer for the team.
        for api in (scene.co, scene.observer):
            attempt = act(api, step, id=id, input=answers())
            await refused(scene.world, attempt, "WRONG_SIDE", "id")
        for api in (scene.school, outsider):
            for one in (id, unknown("visit")):
                attempt = act(api, step, id=one, input=answers())
                await refused(scene.world, attempt, "NOT_FOUND", "id")
    await ok(act(scene.guest, SUBMIT, id=id, input=answers()))
    for step in (SAVE, SUBMIT):
        attempt = act(scene.guest, step, id=id, input=answers())
        await refused(scene.world, attempt, "WRONG_STATE", "id")


async def test_observers_see_what_was_submitted_and_no_draft(scene: Team) -> None:
    id = await scene.held()
    await ok(act(scene.guest, SAVE, id=id, input=answers()))
    assert [len(await responses(api, id)) for api in (scene.lead, scene.co, scene.observer)] == [
        1, 1, 0,
    ]  # fmt: skip
    await ok(act(scene.guest, SUBMIT, id=id, input=answers()))
    await ok(act(scene.lead, SUBMIT, id=id, input=answers()))
    assert len(await responses(scene.observer, id)) == 2


@covers("correctVisitResponse", "success", "refusal", "stranger")
async def test_a_correction_names_the_earlier_answers(scene: Team) -> None:
    id, first = await scene.answered()
    attempt = correct(scene.lead, first["id"], reason=" ")
    await refused(scene.world, attempt, "REASON_REQUIRED", "reason")
    for api in (scene.guest, scene.observer):
        await refused(scene.world, correct(api, first["id"]), "WRONG_SIDE", "id")
    for api in (scene.school, await stranger(scene.world)):
        for one in (first["id"], unknown("response")):
            await refused(scene.world, correct(api, one), "NOT_FOUND", "id")

    second = await ok(correct(scene.lead, first["id"], siswa=300))

    assert (second["corrects"], second["reason"]) == ({"id": first["id"]}, REASON)
    assert [one["id"] for one in await responses(scene.observer, id)] == [
        first["id"], second["id"],
    ]  # fmt: skip
    await refused(scene.world, correct(scene.lead, first["id"]), "WRONG_STATE", "id")
    both = await asyncio.gather(*(correct(scene.lead, second["id"]) for _ in range(2)))
    assert sorted(one["__typename"] for one in both) == ["Refused", "VisitResponse"]
    draft = await ok(act(scene.guest, SAVE, id=id, input=answers()))
    await refused(scene.world, correct(scene.guest, draft["id"]), "WRONG_STATE", "id")


async def test_two_who_submit_at_once_submit_once(scene: Team) -> None:
    id = await scene.held()
    both = await asyncio.gather(
        *(act(scene.lead, SUBMIT, id=id, input=answers()) for _ in range(3))
    )
    assert [one["__typename"] for one in both].count("VisitResponse") == 1
    assert len(await responses(scene.lead, id)) == 1


@covers("submitVisitResponse visitComparison", "refusal")
@covers("visitComparison", "success", "stranger")
async def test_a_questionnaire_changed_while_answers_exist(world: World) -> None:
    """What was answered stays, says which version, and is compared; the old one takes no more."""
    scene = await team(world)
    _, first = await scene.answered()
    waiting = await scene.held()
    draft = await ok(act(scene.guest, SAVE, id=waiting, input=answers()))
    changed = content()
    general = changed["sections"][0]["questions"]
    general[0] = question("siswa", "TEXT")  # the same key, another type: another question
    general.append(question("psikolog", "BOOLEAN", points=2))
    version = await ok(act(scene.lead, "reviseInstrument", id=scene.instrument, input=changed))
    await ok(act(scene.lead, "publishInstrumentVersion", id=version["id"]))
    await ok(act(scene.lead, "retireInstrumentVersion", id=scene.version))
    for step in (SAVE, SUBMIT):
        attempt = act(scene.guest, step, id=waiting, input=answers())
        await refused(world, attempt, "VERSION_NOT_PUBLISHED", "id")
    assert [one["id"] for one in await responses(scene.guest, waiting)] == [draft["id"]]
    await ok(act(scene.lead, "changeVisit", id=waiting, input={"versionId": version["id"]}))
    given = {"siswa": "Sekitar tiga ratus.", "psikolog": True, "satgas_aktif": 3}
    second = await ok(act(scene.guest, SUBMIT, id=waiting, input=answers(**given)))
    assert (second["id"], second["version"]["number"]) == (draft["id"], 2)
    # Corrected in its own version, though nobody else answers that any more.
    corrected = await ok(correct(scene.lead, first["id"], satgas_aktif=1))
    assert corrected["version"]["number"] == 1

    asked = {"activity": scene.activity, "instrument": scene.instrument}
    seen = (await scene.observer.data(COMPARE, **asked))["visitComparison"]
    assert (seen["visits"], seen["responses"], seen["versions"]) == (2, 2, [1, 2])
    scores = [corrected["score"], second["score"]]
    whole = 100 * sum(s["reached"] for s in scores) / sum(s["reachable"] for s in scores)
    assert seen["percent"] == round(whole, 1)
    assert (seen["least"], seen["most"]) == tuple(sorted(s["percent"] for s in scores))
    by_key = {one["key"]: one for one in seen["questions"]}
    assert (by_key["siswa"]["type"], by_key["siswa"]["responses"]) == ("TEXT", 1)
    assert (by_key["satgas_aktif"]["mean"], by_key["satgas_aktif"]["responses"]) == (2, 2)
    assert by_key["satgas"]["counts"] == [
        {"value": "true", "count": 2}, {"value": "false", "count": 0},
    ]  # fmt: skip
    assert by_key["kanal"]["counts"][0] == {"value": "kotak", "count": 2}
    assert (by_key["psikolog"]["responses"], by_key["psikolog"]["percent"]) == (1, 100)

    outsider = await stranger(world)
    assert (await outsider.ask(COMPARE, **asked)).codes == ["NOT_FOUND"]
    instrument, _ = await published(scene.lead, title="Tak dipakai")
    empty = await scene.lead.data(COMPARE, **asked | {"instrument": instrument})
    assert empty["visitComparison"]["responses"] == 0
    hidden = await scene.guest.ask(COMPARE, **asked | {"instrument": instrument})
    assert hidden.codes == ["NOT_FOUND"]
