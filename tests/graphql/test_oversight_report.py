"""Reports: drawn together by who leads, frozen, shared, and never more than their own words."""

import hashlib
from typing import Any

import pytest
import pytest_asyncio

from domain.oversight_report_page import plain
from tests.covered import covers
from tests.oversight import REPORT, Watch, act, advice, dissolve, recommend, report, watch
from tests.scenes import REASON, gids, unknown
from tests.unchanged import refused
from tests.world import Api, World, ok

ONE = """query($id: ID!) { oversightReport(id: $id) { id text content contentHash publishedAt
  findings { id } clarifications { id } recommendations { id } visits { id } activities { id }
  readers { id } } }"""
LIST = """query($own: Boolean, $activityId: ID) {
  oversightReports(own: $own, activityId: $activityId) { totalCount nodes { id } } }"""


@pytest_asyncio.fixture(scope="module")
async def scene(world: World) -> Watch:
    return await watch(world)


async def seen(api: Api, id: str) -> Any:
    answer = await api.ask(ONE, id=id)
    return None if answer.codes == ["NOT_FOUND"] else answer.data["oversightReport"]


async def drawn(scene: Watch, **change: Any) -> dict[str, Any]:
    """A draft of the lead's with one of everything."""
    given = {
        "findingIds": [await scene.finding(statement="<script> Pintu **terkunci**")],
        "clarificationIds": [await scene.clarification("ASSESSED")],
        "recommendationIds": [await scene.recommendation("VERIFIED")],
    }
    return await ok(report(scene.lead, [scene.id], **given | change))


def rewrite(api: Api, id: str, activity: str, **change: Any) -> Any:
    types = "$id: ID!, $input: OversightReportInput!"
    given = {"title": "Baru", "summary": "Baru.", "activityIds": [activity]} | change
    return api.mutate("changeOversightReport", types, REPORT, id=id, input=given)


def share(api: Api, id: str, readers: list[str], participants: bool | None = None) -> Any:
    types = "$id: ID!, $organisationIds: [ID!]!, $forParticipants: Boolean"
    return api.mutate("shareOversightReport", types, REPORT, id=id, organisationIds=readers,
                      forParticipants=participants)  # fmt: skip


@covers("draftOversightReport publishOversightReport oversightReport", "success", "stranger")
async def test_its_readers_see_its_words_and_no_row_behind_them(scene: Watch) -> None:
    made = await drawn(scene, readerIds=gids(scene.stranger.org))
    everyone = (scene.stranger, scene.helper, scene.observer, scene.office, scene.invited)
    assert (made["text"], made["content"]) == (None, None)
    assert [await seen(api, made["id"]) for api in everyone] == [None] * 5

    done = await ok(act(scene.lead, "publishOversightReport", made["id"]))

    digest = hashlib.sha256(done["content"].encode()).hexdigest()
    assert done["contentHash"] == f"sha256:{digest}"
    shown = [await seen(api, made["id"]) is not None for api in everyone]
    assert shown == [True, False, False, False, False]
    by_stranger = await seen(scene.stranger, made["id"])
    assert by_stranger["text"] == done["text"]
    for line in ("findings", "clarifications", "recommendations", "visits", "activities"):
        assert by_stranger[line] == []
    assert by_stranger["readers"] == [{"id": scene.stranger.org.gid}]
    for word in (
        "# Laporan \\*tahunan\\*", "## Findings", "\\<script\\> Pintu \\*\\*terkunci\\*\\*",
        "high, education", "Dua hari.", "Sediakan ruang ramah anak.", "closed, verified",
        "[Foto ruang](<https://contoh.example/foto.jpg>)", plain(scene.office.org.name),
    ):  # fmt: skip
        assert word in done["text"], done["text"]
    scene.stranger.language = "id"
    indonesian = (await seen(scene.stranger, made["id"]))["text"]
    scene.stranger.language = "en"
    assert "## Temuan" in indonesian and "selesai, sudah diverifikasi" in indonesian


async def test_it_stays_as_it_stood_when_it_was_published(scene: Watch) -> None:
    finding, recommendation = await scene.finding(), await scene.recommendation()
    clarification = await scene.clarification()
    await ok(act(scene.office, "writeClarificationAnswers", clarification))
    made = await ok(report(scene.lead, [scene.id], findingIds=[finding],
                           recommendationIds=[recommendation],
                           clarificationIds=[clarification]))  # fmt: skip
    before = await ok(act(scene.lead, "publishOversightReport", made["id"]))
    assert "Not answered yet." in before["text"]  # what is not handed in is in no report
    await ok(act(scene.helper, "withdrawFinding", finding))
    await ok(act(scene.office, "respondToRecommendation", recommendation))
    after = await seen(scene.lead, made["id"])
    assert (after["text"], after["contentHash"]) == (before["text"], before["contentHash"])


@covers("shareOversightReport changeOversightReport", "success", "refusal", "stranger")
async def test_what_was_published_is_only_shared_further(scene: Watch) -> None:
    made = await drawn(scene)
    await refused(scene.world, share(scene.lead, made["id"], gids(scene.office.org)),
                  "WRONG_STATE", "id")  # fmt: skip
    changed = await ok(rewrite(scene.lead, made["id"], scene.id))
    assert (changed["title"], changed["findings"]) == ("Baru", [])
    for api in (scene.helper, scene.stranger):
        await refused(scene.world, rewrite(api, made["id"], scene.id), "NOT_FOUND", "id")
    await ok(act(scene.lead, "publishOversightReport", made["id"]))
    await refused(scene.world, rewrite(scene.lead, made["id"], scene.id), "WRONG_STATE", "id")
    again = act(scene.lead, "publishOversightReport", made["id"])
    await refused(scene.world, again, "WRONG_STATE", "id")
    await refused(scene.world, share(scene.stranger, made["id"], []), "NOT_FOUND", "id")
    for readers, code, field in [
        ([], "BAD_INPUT", "organisationIds"),
        (gids(scene.lead.org), "SELF_ADDRESSED", "organisationIds[0]"),
        ([unknown("organisation")], "NOT_FOUND", "organisationIds[0]"),
        ([unknown("organisation")] * 4_000, "TOO_MANY", "organisationIds"),
    ]:
        await refused(scene.world, share(scene.lead, made["id"], readers), code, field)
    await ok(share(scene.lead, made["id"], gids(scene.office.org)))
    both = await ok(share(scene.lead, made["id"], gids(scene.office.org, scene.stranger.org)))
    assert len(both["readers"]) == 2
    await refused(scene.world, share(scene.office, made["id"], gids(scene.helper.org)),
                  "WRONG_SIDE", "id")  # fmt: skip
    assert await seen(scene.observer, made["id"]) is None
    await ok(share(scene.lead, made["id"], [], participants=True))
    shown = [await seen(api, made["id"]) is not None
             for api in (scene.office, scene.helper, scene.observer, scene.invited)]  # fmt: skip
    assert shown == [True, True, True, False]


@covers("draftOversightReport publishOversightReport", "refusal", "stranger")
async def test_who_may_not_and_of_what(scene: Watch) -> None:
    for api, code in [
        (scene.helper, "WRONG_SIDE"), (scene.observer, "WRONG_SIDE"), (scene.stranger, "NOT_FOUND"),
    ]:  # fmt: skip
        await refused(scene.world, report(api, [scene.id]), code, "input.activityIds[0]")
    other = await watch(scene.world)
    elsewhere = await other.finding()
    drafted = await scene.recommendation("DRAFT")
    unsent = await ok(recommend(scene.lead, scene.id, advice(
        scene.office.org, [await scene.finding()])))  # fmt: skip
    gone = await scene.world.org()
    await dissolve(scene.world, gone)
    for change, code, field in [
        ({"title": " "}, "BAD_INPUT", "input.title"),
        ({"summary": "x" * 20_001}, "TOO_LONG", "input.summary"),
        ({"activityIds": []}, "BAD_INPUT", "input.activityIds"),
        ({"activityIds": [scene.id] * 2}, "DUPLICATE", "input.activityIds[1]"),
        ({"findingIds": [elsewhere]}, "NOT_FOUND", "input.findingIds[0]"),
        ({"findingIds": [await scene.finding(scene.lead, confirmed=False)]}, "WRONG_STATE",
         "input.findingIds[0]"),
        ({"findingIds": [unknown("finding")] * 4_000}, "TOO_MANY", "input"),
        ({"recommendationIds": [drafted]}, "NOT_FOUND", "input.recommendationIds[0]"),
        ({"recommendationIds": [unsent["id"]]}, "WRONG_STATE", "input.recommendationIds[0]"),
        ({"clarificationIds": ["x"]}, "BAD_INPUT", "input.clarificationIds[0]"),
        ({"visitIds": [unknown("visit")]}, "NOT_FOUND", "input.visitIds[0]"),
        ({"readerIds": gids(gone)}, "ORGANISATION_DISSOLVED", "input.readerIds[0]"),
    ]:  # fmt: skip
        given: Any = {"activityIds": [scene.id]} | change
        attempt = report(scene.lead, given.pop("activityIds"), **given)
        await refused(scene.world, attempt, code, field)
    finding = await scene.finding()
    made = await ok(report(scene.lead, [scene.id], findingIds=[finding]))
    for api in (scene.helper, scene.stranger):
        attempt = act(api, "publishOversightReport", made["id"])
        await refused(scene.world, attempt, "NOT_FOUND", "id")
    await ok(act(scene.helper, "withdrawFinding", finding))
    attempt = act(scene.lead, "publishOversightReport", made["id"])
    await refused(scene.world, attempt, "WRONG_STATE", "id")


async def test_whoever_left_before_sees_no_report_for_participants(world: World) -> None:
    scene = await watch(world)
    types = "$id: ID!, $reason: String!"
    await ok(scene.observer.mutate("leaveJointActivity", types, "", id=scene.id, reason=REASON))
    made = await drawn(scene, forParticipants=True)
    await ok(act(scene.lead, "publishOversightReport", made["id"]))
    assert await seen(scene.observer, made["id"]) is None
    assert await seen(scene.helper, made["id"])


@covers("publishOversightReport shareOversightReport", "success", "refusal")
async def test_an_author_that_left_shares_what_it_published_and_publishes_no_more(
    world: World,
) -> None:
    scene = await watch(world)
    done, draft = [await ok(report(scene.organiser, [scene.id])) for _ in range(2)]
    await ok(act(scene.organiser, "publishOversightReport", done["id"]))
    types = "$id: ID!, $reason: String!"
    await ok(scene.organiser.mutate("leaveJointActivity", types, "", id=scene.id, reason=REASON))
    await ok(share(scene.organiser, done["id"], gids(scene.office.org)))
    assert await seen(scene.office, done["id"])
    attempt = act(scene.organiser, "publishOversightReport", draft["id"])
    await refused(world, attempt, "WRONG_SIDE", "id")
    await refused(world, rewrite(scene.organiser, draft["id"], scene.id), "WRONG_SIDE", "id")


@covers("oversightReports", "success", "stranger", "refusal")
async def test_lists(world: World) -> None:
    scene = await watch(world)
    one = (await drawn(scene, readerIds=gids(scene.office.org)))["id"]
    two = (await drawn(scene))["id"]

    async def listed(api: Api, **given: Any) -> list[str]:
        found = (await api.data(LIST, **given))["oversightReports"]
        return [node["id"] for node in found["nodes"]]

    assert await listed(scene.lead) == await listed(scene.lead, own=True) == [two, one]
    assert await listed(scene.office) == []
    await ok(act(scene.lead, "publishOversightReport", one))
    assert await listed(scene.office) == await listed(scene.office, own=False) == [one]
    assert await listed(scene.lead, activityId=scene.id) == [two, one]
    assert await listed(scene.lead, activityId=unknown("activity")) == []
    assert await listed(scene.stranger) == await listed(scene.lead, own=False) == []
    assert (await scene.lead.ask(LIST, activityId="x")).codes == ["BAD_INPUT"]


@covers("oversightReport", "refusal")
async def test_an_id_that_is_none(scene: Watch) -> None:
    assert (await scene.lead.ask(ONE, id="x")).codes == ["BAD_INPUT"]
    assert await seen(scene.lead, unknown("oversightreport")) is None


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("a < b & [c](d)", "a \\< b \\& \\[c\\](d)"),
        ("# Judul", "\\# Judul"),
        ("satu\n- dua\n1. tiga", "satu\n\\- dua\n1\\. tiga"),
    ],
)
def test_what_somebody_wrote_is_no_markup(written: str, shown: str) -> None:
    assert plain(written) == shown
