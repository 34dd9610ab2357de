"""Checklists of laws in force: who assesses whom, who sees a score, and what averages show."""

from dataclasses import dataclass
from typing import Any

import pytest
import pytest_asyncio

from tests.covered import covers
from tests.graphql.test_regulation import register
from tests.scenes import rewrite, stranger, unknown
from tests.unchanged import refused
from tests.world import Api, Org, World, ok, today

TPKS = """
{ regulations(filter: {kinds: [UU], words: "Kekerasan Seksual"}) { nodes { id
  checklists(first: 1) { nodes { id items(first: 100) { nodes {
    id article organisationTypes weight } } } } } } }
"""
CHECKLIST = "... on Checklist { id number title items { nodes { id weight } } }"
READ_LIST = "query($id: ID!) { checklist(id: $id) { id items { nodes { article } } } }"
SEEN = """
... on ImplementationAssessment { id period revision score change regionCode note
  organisation { id } assessor { id } checklist { id }
  scores(first: 100) { nodes { status note evidence { url } item { id } } } }
"""
ONE = "query($id: ID!) { implementationAssessment(id: $id) { id score } }"
LIST = """
query($filter: ImplementationAssessmentFilter) {
  implementationAssessments(filter: $filter, first: 100) { nodes { id score revision } } }
"""
AVERAGES = """
query($id: ID!, $region: String, $type: String) { implementationAverages(
  regulationId: $id, regionCode: $region, organisationType: $type) {
  period regionCode organisationType score organisations change } }
"""
NOW = f"{today().year}-S{1 if today().month <= 6 else 2}"
PROOF = [{"title": "Bukti", "url": "https://contoh.example/bukti"}]


def ago(halves: int) -> str:
    number = today().year * 2 + (today().month > 6) - halves
    return f"{number // 2}-S{number % 2 + 1}"


@dataclass
class Scene:
    """UU TPKS and its checklist; KPAI, a KPAD of Jawa Barat, an office above, a unit below it."""

    world: World
    regulation: str
    checklist: str
    items: list[dict[str, Any]]
    kpai: Api
    kpad: Api
    above: Api
    unit: Api

    def scores(self, status: str = "PARTLY", type: str = "UPTD_PPA") -> list[dict[str, Any]]:
        return [
            {"itemId": item["id"], "status": status, "evidence": PROOF}
            for item in self.items
            if type in item["organisationTypes"]
        ]

    def assess(self, api: Api, org: Org, **change: Any) -> Any:
        given = {
            "checklistId": self.checklist, "organisationId": org.gid, "period": NOW,
            "scores": self.scores(),
        } | change  # fmt: skip
        types = "$input: ImplementationAssessmentInput!"
        return api.mutate("assessImplementation", types, SEEN, input=given)

    async def sees(self, api: Api, id: str) -> bool:
        answer = await api.ask(ONE, id=id)
        return answer.codes != ["NOT_FOUND"]


@pytest_asyncio.fixture(scope="module")
async def scene(world: World) -> Scene:
    kpai = await world.as_(world.kpai)
    [tpks] = (await kpai.data(TPKS))["regulations"]["nodes"]
    [checklist] = tpks["checklists"]["nodes"]
    kpad = await world.as_(await world.org("KPAD", region_code="32"))
    above = await world.org("DINAS_PPPA", region_code="32.73")
    unit = await world.org("UPTD_PPA", above, region_code="32.73")
    return Scene(world, tpks["id"], checklist["id"], checklist["items"]["nodes"], kpai, kpad,
                 await world.as_(above), await world.as_(unit))  # fmt: skip


@covers("checklist", "success", "refusal", "stranger")
async def test_everybody_reads_what_is_asked(scene: Scene) -> None:
    assert len(scene.items) >= 15
    assert {"Pasal 41 ayat (2) dan (3)", "Pasal 69"} <= {item["article"] for item in scene.items}
    other = await stranger(scene.world)
    assert (await other.data(READ_LIST, id=scene.checklist))["checklist"]["id"] == scene.checklist
    for id, code in ((unknown("checklist"), "NOT_FOUND"), ("x", "BAD_INPUT")):
        assert (await other.ask(READ_LIST, id=id)).codes == [code]


@covers("assessImplementation implementationAssessment", "success", "stranger")
@covers("implementationAssessments", "success", "stranger")
async def test_who_sees_a_score(scene: Scene) -> None:
    own = await ok(scene.assess(scene.unit, scene.unit.org))
    assert (own["score"], own["revision"], own["regionCode"]) == (50, 1, "32.73")
    by_kpad = await ok(
        scene.assess(scene.kpad, scene.unit.org, scores=scene.scores("DONE"), note="Kunjungan")
    )
    assert by_kpad["score"] == 100
    sibling = await scene.world.as_(
        await scene.world.org("UPTD_PPA", scene.above.org, region_code="32.73")
    )
    seen = {
        name: (await scene.sees(api, own["id"]), await scene.sees(api, by_kpad["id"]))
        for name, api in {
            "unit": scene.unit, "above": scene.above, "kpad": scene.kpad, "kpai": scene.kpai,
            "sibling": sibling, "stranger": await stranger(scene.world),
        }.items()
    }  # fmt: skip
    assert seen == {
        "unit": (True, True), "above": (True, True), "kpad": (False, True),
        "kpai": (False, False), "sibling": (False, False), "stranger": (False, False),
    }  # fmt: skip
    filter = {"organisationId": scene.unit.org.gid, "regulationId": scene.regulation, "period": NOW}
    listed = (await scene.above.data(LIST, filter=filter))["implementationAssessments"]["nodes"]
    assert {one["id"] for one in listed} == {own["id"], by_kpad["id"]}
    assert (await sibling.data(LIST))["implementationAssessments"]["nodes"] == []
    await refused(scene.world, scene.assess(sibling, scene.unit.org), "WRONG_SIDE",
                  "input.organisationId")  # fmt: skip


async def test_who_may_assess_whom(scene: Scene) -> None:
    elsewhere = await scene.world.org("UPTD_PPA", region_code="33.74")
    jatim = await scene.world.as_(await scene.world.org("KPAD", region_code="35"))
    nowhere = await scene.world.as_(await scene.world.org("KPAD"))
    for api, org, may in [
        (scene.kpai, elsewhere, True), (scene.above, scene.unit.org, True),
        (scene.kpad, elsewhere, False), (jatim, scene.unit.org, False),
        (nowhere, scene.unit.org, False), (scene.unit, scene.above.org, False),
    ]:  # fmt: skip
        attempt = scene.assess(api, org)
        if may:
            await ok(attempt)
        else:
            await refused(scene.world, attempt, "WRONG_SIDE", "input.organisationId")


async def test_to_correct_is_to_assess_again(scene: Scene) -> None:
    unit = await scene.world.as_(await scene.world.org("UPTD_PPA"))
    first = await ok(scene.assess(unit, unit.org, scores=scene.scores("NOT_STARTED")))
    second = await ok(scene.assess(unit, unit.org, scores=scene.scores("DONE")))
    assert (first["score"], second["score"], second["revision"]) == (0, 100, 2)
    for earlier, expected in ((False, [2]), (True, [2, 1])):
        filter = {"includeEarlier": earlier, "assessorId": unit.org.gid}
        nodes = (await unit.data(LIST, filter=filter))["implementationAssessments"]["nodes"]
        assert [one["revision"] for one in nodes] == expected
    await rewrite(scene.world, "update assessment set period = :p where assessor_id = :id",
                  p=ago(1), id=unit.org.id)  # fmt: skip
    none = scene.scores("NOT_APPLICABLE")
    half = [none[0] | {"status": "PARTLY"}, *none[1:]]
    now = await ok(scene.assess(unit, unit.org, scores=half))
    assert (now["score"], now["change"]) == (50, -50)
    nothing = await ok(scene.assess(unit, unit.org, scores=none))
    assert (nothing["score"], nothing["change"]) == (None, None)


@covers("assessImplementation", "refusal")
async def test_refused_assessments(scene: Scene) -> None:
    scores = scene.scores()
    foreign = next(i for i in scene.items if "UPTD_PPA" not in i["organisationTypes"])
    gone = await scene.world.org("UPTD_PPA", region_code="32.73")
    await scene.world.sql("update organisation set dissolved_at = now() where id = :id", id=gone.id)
    court = await scene.world.org("BAPAS")
    cases: list[tuple[dict[str, Any], str, str]] = [
        ({"period": "2026"}, "BAD_INPUT", "input.period"),
        ({"period": "0000-S1"}, "BAD_INPUT", "input.period"),
        ({"period": ago(-1)}, "BAD_INPUT", "input.period"),
        ({"period": ago(2)}, "WRONG_STATE", "input.period"),
        ({"checklistId": unknown("checklist")}, "NOT_FOUND", "input.checklistId"),
        ({"organisationId": unknown("organisation")}, "NOT_FOUND", "input.organisationId"),
        ({"organisationId": gone.gid}, "ORGANISATION_DISSOLVED", "input.organisationId"),
        ({"organisationId": court.gid}, "BAD_INPUT", "input.organisationId"),
        ({"scores": []}, "BAD_INPUT", "input.scores"),
        ({"scores": scores[1:]}, "BAD_INPUT", "input.scores"),
        ({"scores": [*scores, scores[0]]}, "DUPLICATE", f"input.scores[{len(scores)}]"),
        ({"scores": [scores[0] | {"itemId": unknown("checklistitem")}, *scores[1:]]},
         "NOT_FOUND", "input.scores[0].itemId"),
        ({"scores": [scores[0] | {"itemId": foreign["id"]}, *scores[1:]]},
         "NOT_FOUND", "input.scores[0].itemId"),
        ({"scores": scores[:1] * 400}, "TOO_MANY", "input.scores"),
        ({"scores": [scores[0] | {"status": "DONE", "evidence": []}, *scores[1:]]},
         "EVIDENCE_REQUIRED", "input.scores[0].evidence"),
        ({"note": "x" * 4_001}, "TOO_LONG", "input.note"),
    ]  # fmt: skip
    for change, code, field in cases:
        attempt = scene.assess(scene.kpai, scene.unit.org, **change)
        await refused(scene.world, attempt, code, field)
    for id in (unknown("assessment"), "x"):
        assert (await scene.kpai.ask(ONE, id=id)).codes != []
    assert (await scene.kpai.ask(LIST, filter={"period": "x"})).codes == ["BAD_INPUT"]


@covers("implementationAssessment implementationAssessments", "refusal")
async def test_what_cannot_be_asked(scene: Scene) -> None:
    assert (await scene.kpai.ask(ONE, id="x")).codes == ["BAD_INPUT"]
    assert (await scene.kpai.ask(LIST, filter={"organisationId": "x"})).codes == ["BAD_INPUT"]


def draw_up(api: Api, regulation: str, **change: Any) -> Any:
    item = {"article": "Pasal 1", "duty": "Ada layanan.", "verification": "Kunjungan.",
            "organisationTypes": ["SCHOOL"], "weight": 2}  # fmt: skip
    given = {"regulationId": regulation, "title": "Daftar periksa", "items": [item]} | change
    return api.mutate("drawUpChecklist", "$input: ChecklistInput!", CHECKLIST, input=given)


@covers("drawUpChecklist", "success", "refusal", "stranger")
async def test_checklists_come_in_versions(scene: Scene) -> None:
    perda = await ok(
        register(scene.kpad, kind="PERDA", number="9", stage="IN_FORCE", regionCode="32")
    )
    bill = await ok(register(scene.kpad, title="Rancangan tanpa daftar"))
    first = await ok(draw_up(scene.kpad, perda["id"]))
    second = await ok(draw_up(scene.kpai, perda["id"]))
    assert (first["number"], second["number"]) == (1, 2)
    school = await scene.world.as_(await scene.world.org("SCHOOL", region_code="32.73"))
    for checklist, code in ((first, "WRONG_STATE"), (second, None)):
        items = checklist["items"]["nodes"]
        scores = [{"itemId": item["id"], "status": "NOT_STARTED"} for item in items]
        attempt = scene.assess(school, school.org, checklistId=checklist["id"], scores=scores)
        if code:
            await refused(scene.world, attempt, code, "input.checklistId")
        else:
            assert (await ok(attempt))["score"] == 0
    item = {"article": "1", "duty": "a", "verification": "b", "organisationTypes": ["SCHOOL"]}
    cases: list[tuple[Api, str, dict[str, Any], str, str]] = [
        (school, perda["id"], {}, "WRONG_SIDE", "input.regulationId"),
        (scene.kpad, scene.regulation, {}, "WRONG_SIDE", "input.regulationId"),
        (scene.kpad, bill["id"], {}, "WRONG_STATE", "input.regulationId"),
        (scene.kpad, unknown("regulation"), {}, "NOT_FOUND", "input.regulationId"),
        (scene.kpad, perda["id"], {"items": []}, "BAD_INPUT", "input.items"),
        (scene.kpad, perda["id"], {"items": [item] * 400}, "TOO_MANY", "input.items"),
        (scene.kpad, perda["id"], {"items": [item | {"weight": 0}]}, "BAD_INPUT",
         "input.items[0].weight"),
        (scene.kpad, perda["id"], {"items": [item | {"organisationTypes": []}]}, "BAD_INPUT",
         "input.items[0].organisationTypes"),
        (scene.kpad, perda["id"], {"items": [item | {"organisationTypes": ["X"]}]},
         "UNKNOWN_CODE", "input.items[0].organisationTypes[0]"),
    ]  # fmt: skip
    for api, regulation, change, code, field in cases:
        await refused(scene.world, draw_up(api, regulation, **change), code, field)


async def averages(scene: Scene, api: Api, **given: str) -> list[dict[str, Any]]:
    found = await api.data(AVERAGES, id=scene.regulation, **given)
    shown: list[dict[str, Any]] = found["implementationAverages"]
    return shown


async def assessed(
    scene: Scene, number: int, region: str, past: int, *, by: Api | None = None,
    status: str = "DONE",
) -> list[Org]:  # fmt: skip
    """Units of a region that assessed themselves (or were assessed), so many half-years ago."""
    orgs = [await scene.world.org("UPTD_PPA", region_code=region) for _ in range(number)]
    for org in orgs:
        api = by or await scene.world.as_(org)
        await ok(scene.assess(api, org, scores=scene.scores(status)))
    await rewrite(
        scene.world, "update assessment set period = :p where organisation_id = any (:ids)",
        p=ago(past), ids=[org.id for org in orgs],
    )  # fmt: skip
    return orgs


@covers("implementationAverages", "success", "stranger")
async def test_averages_rest_on_five_of_a_closed_half_year(scene: Scene) -> None:
    reader = await stranger(scene.world)
    await assessed(scene, 4, "51.71", 2)
    assert await averages(scene, reader, region="51") == []
    await assessed(scene, 1, "51.03", 2, status="NOT_STARTED")
    [shown] = await averages(scene, reader, region="51")
    assert shown == {
        "period": ago(2), "regionCode": "51", "organisationType": "UPTD_PPA", "score": 80,
        "organisations": 5, "change": None,
    }  # fmt: skip
    await assessed(scene, 6, "51.71", 3, status="PARTLY")
    both = await averages(scene, reader, region="51", type="UPTD_PPA")
    assert [(one["period"], one["score"], one["organisations"], one["change"]) for one in both] == [
        (ago(3), 50, 5, None),
        (ago(2), 80, 5, 30),
    ]
    await assessed(scene, 5, "52.71", 0)
    assert await averages(scene, reader, region="52") == []
    assert await averages(scene, reader, type="SCHOOL") == []


async def test_who_knows_the_others_gets_no_average(scene: Scene) -> None:
    """An assessor of four out of five would subtract its own four."""
    reader = await stranger(scene.world)
    assessor = await scene.world.as_(await scene.world.org("KPAD", region_code="61"))
    await assessed(scene, 4, "61.71", 2, by=assessor)
    await assessed(scene, 1, "61.71", 2)
    assert len(await averages(scene, reader, region="61")) == 1
    assert await averages(scene, assessor, region="61") == []
    await assessed(scene, 4, "61.71", 2)
    assert len(await averages(scene, assessor, region="61")) == 1


async def test_each_organisation_counts_once_by_its_assessor(scene: Scene) -> None:
    reader = await stranger(scene.world)
    orgs = await assessed(scene, 5, "62.71", 2, status="DONE")
    kpad = await scene.world.as_(await scene.world.org("KPAD", region_code="62"))
    for org in orgs:
        await ok(scene.assess(kpad, org, scores=scene.scores("NOT_STARTED")))
    await rewrite(scene.world, "update assessment set period = :p where assessor_id = :id",
                  p=ago(2), id=kpad.org.id)  # fmt: skip
    [shown] = await averages(scene, reader, region="62")
    assert (shown["score"], shown["organisations"]) == (0, 5)


@covers("implementationAverages", "refusal")
async def test_averages_of_nothing(scene: Scene) -> None:
    for id, code in ((unknown("regulation"), "NOT_FOUND"), ("x", "BAD_INPUT")):
        assert (await scene.kpai.ask(AVERAGES, id=id)).codes == [code]


@pytest.mark.parametrize("column", ["score", "period", "revision"])
async def test_what_was_assessed_does_not_change(scene: Scene, column: str) -> None:
    """The API's role holds no update on these tables at all."""
    held = await scene.world.sql(
        "select has_column_privilege('rangkul_app', 'assessment', :column, 'UPDATE')",
        column=column,
    )
    assert held == [(False,)]
