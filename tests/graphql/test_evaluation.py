"""Evaluations: every promise answered, every party heard, concluded for good, and answered by what
comes next.
"""

import hashlib
import json
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
import pytest_asyncio

from tests.covered import covers
from tests.results import EVALUATION, FIRST, LAST_YEAR, Results, create, results
from tests.scenes import REASON, day, expire, stranger, uuid_of
from tests.unchanged import refused
from tests.world import MOU, Api, World, agreement, conclude, content, ok, proposed, today

PROMISE = "... on EvaluationPromise { id number answer note evidence { title } }"
RENEWED = """
... on Mou { id version { number } versions(first: 1) { nodes {
  number stage contentHash canonicalContent answersEvaluation { id recommendation } } } }
"""
SEEN = (
    "query($id: ID!) { evaluation(id: $id) { id voices { nodes { body } } done { what value } } }"
)
LIST = "query($mou: ID) { evaluations(mouId: $mou) { nodes { id } } }"
MOUS = "query($filter: MouFilter) { mous(filter: $filter, first: 100) { nodes { id } } }"
PAPER: dict[str, Any] = {
    "scope": "1. Pendampingan anak korban.\n2. Sosialisasi di sekolah.",
    "obligations": "- Melapor setiap triwulan.",
}


def start(api: Api, mou: str) -> Any:
    return api.mutate("startEvaluation", "$mouId: ID!", EVALUATION, mouId=mou)


def answer(api: Api, id: str, value: str = "KEPT", **change: Any) -> Any:
    types = "$id: ID!, $input: PromiseAnswerInput!"
    body = {"answer": value} | change
    return api.mutate("answerPromise", types, PROMISE, id=id, input=body)


def assess(api: Api, id: str, step: str = "EXTEND", body: str = "Berjalan baik.") -> Any:
    types = "$id: ID!, $recommendation: EvaluationRecommendation!, $body: String!"
    return api.mutate("assessAgreement", types, EVALUATION, id=id, recommendation=step, body=body)


def close(api: Api, id: str, **change: Any) -> Any:
    body = {"recommendation": "EXTEND", "reasons": "Anak lebih cepat dilayani."} | change
    types = "$id: ID!, $input: EvaluationConclusionInput!"
    return api.mutate("concludeEvaluation", types, EVALUATION, id=id, input=body)


def extend(api: Api, mou: str, evaluation: str | None) -> Any:
    types = "$id: ID!, $until: Date!, $evaluationId: ID"
    return api.mutate("extendMou", types, RENEWED, id=mou, until=day(700), evaluationId=evaluation)


def amend(api: Api, mou: str, body: dict[str, Any], evaluation: str | None) -> Any:
    types = "$id: ID!, $input: MouInput!, $evaluationId: ID"
    return api.mutate("amendMou", types, RENEWED, id=mou, input=body, evaluationId=evaluation)


async def listed(api: Api, mou: str | None = None) -> list[str]:
    return [e["id"] for e in (await api.data(LIST, mou=mou))["evaluations"]["nodes"]]


@dataclass
class Scene(Results):
    """An agreement that promises three things."""

    async def begun(self) -> tuple[str, list[str]]:
        """An evaluation by the first party, and its promises."""
        made = await ok(start(self.owner, self.mou))
        return made["id"], [promise["id"] for promise in made["promises"]["nodes"]]

    async def answered(self) -> str:
        id, promises = await self.begun()
        for promise in promises:
            await ok(answer(self.owner, promise))
        return id

    async def concluded(self, **change: Any) -> str:
        return str((await ok(close(self.owner, await self.answered(), **change)))["id"])


async def evaluated(world: World) -> Scene:
    return Scene(**vars(await results(world, **PAPER)))


@pytest_asyncio.fixture(scope="module")
async def scene(world: World) -> Scene:
    return await evaluated(world)


@covers("startEvaluation answerPromise assessAgreement concludeEvaluation evaluation evaluations",
        "success")  # fmt: skip
async def test_promises_are_drawn_answered_and_kept_under_a_hash(world: World) -> None:
    scene = await evaluated(world)
    indicator = await scene.indicator(
        targets=[{"periodFrom": FIRST, "periodUntil": day(30), "value": "10"}]
    )
    await scene.measured(indicator)
    begun = await ok(start(scene.owner, scene.mou))
    promises = begun["promises"]["nodes"]
    assert [(p["number"], p["part"], p["promise"]) for p in promises] == [
        (1, "SCOPE", "Pendampingan anak korban."),
        (2, "SCOPE", "Sosialisasi di sekolah."),
        (3, "OBLIGATIONS", "Melapor setiap triwulan."),
    ]
    proof = [{"title": "Laporan akhir", "url": "https://contoh.go.id/akhir"}]
    for promise, value in zip(promises, ("KEPT", "PARTLY", "NOT_KEPT"), strict=True):
        await ok(answer(scene.owner, promise["id"], value, note="Catatan.", evidence=proof))
    await ok(assess(scene.owner, begun["id"]))
    await ok(assess(scene.measurer, begun["id"], "CHANGE", "Laporan sering terlambat."))
    await ok(assess(scene.measurer, begun["id"], "CHANGE", "Laporan terlambat."))

    done = await ok(close(scene.owner, begun["id"], summary="Ringkas."))

    digest = hashlib.sha256(done["document"].encode()).hexdigest()
    assert done["contentHash"] == f"sha256:{digest}"
    whole = json.loads(done["document"])
    assert [p["answer"] for p in whole["promises"]] == ["KEPT", "PARTLY", "NOT_KEPT"]
    assert [(v["recommendation"], v["body"]) for v in whole["voices"]] == [
        ("EXTEND", "Berjalan baik."),
        ("CHANGE", "Laporan terlambat."),
    ]
    assert whole["silent"] == []
    [line] = whole["indicators"]
    assert (line["value"], line["light"], line["period"]) == ("12", "GREEN", f"{LAST_YEAR}-Q1")
    assert {(d["what"], d["value"]) for d in whole["done"]} == {
        (measure, None)
        for measure in ("HANDOFFS", "HOURS_TO_ACCEPTANCE", "RECOMMENDATIONS_IN_TIME")
    }
    found = (await scene.measurer.data(SEEN, id=begun["id"]))["evaluation"]
    assert [voice["body"] for voice in found["voices"]["nodes"]][1] == "Laporan terlambat."
    assert found["done"]
    assert await listed(scene.measurer, scene.mou) == [begun["id"]]


@covers("startEvaluation answerPromise assessAgreement concludeEvaluation evaluation evaluations",
        "stranger")  # fmt: skip
async def test_a_stranger_has_no_part_in_it(scene: Scene) -> None:
    other = await stranger(scene.world)
    id, promises = await scene.begun()
    assert (await other.ask(SEEN, id=id)).codes == ["NOT_FOUND"]
    assert await listed(other) == []
    for attempt in (
        start(other, scene.mou),
        answer(other, promises[0]),
        assess(other, id),
        close(other, id),
    ):
        await refused(scene.world, attempt, "NOT_FOUND")


@covers("startEvaluation answerPromise assessAgreement concludeEvaluation evaluation evaluations",
        "refusal")  # fmt: skip
async def test_it_is_its_authors_and_over_once_concluded(scene: Scene) -> None:
    world = scene.world
    id, promises = await scene.begun()
    for attempt, code, field in (
        (answer(scene.measurer, promises[0]), "WRONG_SIDE", "id"),
        (close(scene.measurer, id), "WRONG_SIDE", "id"),
        (close(scene.owner, id), "ANSWER_REQUIRED", "id"),
        (close(scene.owner, id, reasons=" "), "BAD_INPUT", "input.reasons"),
        (answer(scene.owner, promises[0], note="x" * 4_001), "TOO_LONG", "input.note"),
        (assess(scene.owner, id, body=" "), "BAD_INPUT", "body"),
    ):
        await refused(world, attempt, code, field)
    closed = await scene.concluded()
    document = "query($id: ID!) { evaluation(id: $id) { promises { nodes { id } } } }"
    found = (await scene.owner.data(document, id=closed))["evaluation"]["promises"]["nodes"]
    for attempt in (
        answer(scene.owner, found[0]["id"], "NOT_KEPT"),
        assess(scene.measurer, closed),
        close(scene.owner, closed),
    ):
        await refused(world, attempt, "WRONG_STATE", "id")
    draft = await ok(proposed(scene.owner, content([scene.owner.org, scene.measurer.org])))
    await refused(world, start(scene.owner, draft["id"]), "WRONG_STATE", "mouId")
    assert (await scene.owner.ask(SEEN, id="mou_1")).codes == ["BAD_INPUT"]
    assert (await scene.owner.ask(LIST, mou="x")).codes == ["BAD_INPUT"]


@pytest.mark.parametrize("how", ["suspended", "expired"])
async def test_an_agreement_is_evaluated_also_after_its_end(world: World, how: str) -> None:
    scene = await evaluated(world)
    if how == "expired":
        await expire(world, scene.mou)
    else:
        types = "$id: ID!, $reason: String!"
        await ok(scene.owner.mutate("suspendMou", types, MOU, id=scene.mou, reason=REASON))
    id = await scene.concluded(recommendation="STOP")
    assert await listed(scene.measurer) == [id]


async def test_one_left_out_by_an_amendment_keeps_what_it_took_part_in(world: World) -> None:
    third = await world.as_(await world.org("LPSK"))
    plain = await results(world, third.org, **PAPER)
    scene = Scene(**vars(plain))
    before = await scene.concluded()
    body = content([scene.owner.org, scene.measurer.org], validFrom=FIRST, **PAPER)
    await conclude(await ok(amend(scene.owner, scene.mou, body, None)), scene.owner, scene.measurer)
    after = await scene.concluded()
    assert await listed(third) == [before]
    assert await listed(scene.measurer) == [after, before]
    await refused(world, start(third, scene.mou), "NOT_A_PARTY", "mouId")
    await refused(world, assess(third, after), "NOT_FOUND", "id")


async def test_a_renewal_names_the_evaluation_it_answers(world: World) -> None:
    scene = await evaluated(world)
    draft = await scene.answered()
    elsewhere = await evaluated(world)
    foreign = await elsewhere.concluded()
    two = await agreement(world, [scene.owner.org, scene.measurer.org], [])
    other = (await ok(start(scene.owner, two)))["id"]
    for promise in (await scene.owner.data(
        "query($id: ID!) { evaluation(id: $id) { promises { nodes { id } } } }", id=other
    ))["evaluation"]["promises"]["nodes"]:  # fmt: skip
        await ok(answer(scene.owner, promise["id"]))
    await ok(close(scene.owner, other))
    for id, code in (
        (draft, "WRONG_STATE"),
        (foreign, "NOT_FOUND"),
        (other, "BAD_INPUT"),
        (scene.mou, "BAD_INPUT"),
    ):
        body = content([scene.owner.org, scene.measurer.org], validFrom=FIRST)
        await refused(world, extend(scene.owner, scene.mou, id), code, "evaluationId")
        await refused(world, amend(scene.owner, scene.mou, body, id), code, "evaluationId")
    id = (await ok(close(scene.owner, draft)))["id"]

    mou = await ok(extend(scene.owner, scene.mou, id))

    [version] = mou["versions"]["nodes"]
    assert version["answersEvaluation"] == {"id": id, "recommendation": "EXTEND"}
    assert json.loads(version["canonicalContent"])["evaluation_id"] == str(uuid_of(id))
    concluded = await conclude({"id": scene.mou}, scene.owner, scene.measurer)
    assert concluded["version"]["number"] == 2
    seen = await scene.measurer.data(
        "query($id: ID!) { mou(id: $id) { version { answersEvaluation { id } } } }", id=scene.mou
    )
    assert seen["mou"]["version"]["answersEvaluation"] == {"id": id}


async def test_agreements_that_end_soon_without_an_evaluation_are_found(world: World) -> None:
    scene = await evaluated(world)
    soon = str(today() + timedelta(days=20))
    parties = [scene.owner.org, scene.measurer.org]
    ending = [await agreement(world, parties, [], validUntil=soon, **PAPER) for _ in range(2)]

    async def found(evaluated: bool) -> list[str]:
        chosen = {"endsWithinDays": 30, "evaluated": evaluated}
        nodes = (await scene.measurer.data(MOUS, filter=chosen))["mous"]["nodes"]
        return [node["id"] for node in nodes]

    assert await found(False) == ending[::-1]
    made = await ok(start(scene.owner, ending[0]))
    assert await found(True) == []
    for promise in made["promises"]["nodes"]:
        await ok(answer(scene.owner, promise["id"]))
    await ok(close(scene.owner, made["id"]))
    assert await found(False) == ending[1:]
    assert await found(True) == ending[:1]
    await ok(create(scene.owner, mou=ending[1], periodFrom=day(-30), periodUntil=soon))
