"""Materials: an organisation's own until published, in versions that stay; used by sessions."""

from typing import Any

import pytest
import pytest_asyncio

from tests import education as on
from tests.covered import covers
from tests.education import FILE, Campaign, change, hold, material, plan, publish
from tests.scenes import stranger, unknown
from tests.unchanged import refused
from tests.world import Api, World, ok

ONE = """query($id: ID!) { material(id: $id) { title topics audiences organisation { id }
  versions { nodes { id number languages files { url } } } } }"""
LIST = """query($filter: MaterialFilter) {
  materials(filter: $filter, first: 100) { totalCount nodes { id title } } }"""
VERSION = {"languages": ["id"], "files": [FILE]}


def anew(api: Api, id: str, **given: Any) -> Any:
    types = "$id: ID!, $input: MaterialVersionInput!"
    returns = "... on Material { id versions { nodes { id number } } }"
    return api.mutate("addMaterialVersion", types, returns, id=id, input=VERSION | given)


async def numbers(api: Api, id: str) -> list[int] | None:
    """Which versions somebody sees; None when the material is not there."""
    answer = await api.ask(ONE, id=id)
    if answer.codes:
        assert answer.codes == ["NOT_FOUND"]
        return None
    return [v["number"] for v in answer.data["material"]["versions"]["nodes"]]


@pytest_asyncio.fixture(scope="module")
async def there(world: World) -> Campaign:
    return await on.campaign(world)


@covers("addMaterial addMaterialVersion publishMaterialVersion material", "success", "stranger")
async def test_ones_own_until_it_is_published(there: Campaign) -> None:
    owner, other = there.helper, there.stranger
    made = await ok(material(owner))
    added = await ok(anew(owner, made["id"], languages=["jv", "id-ID"]))
    assert await numbers(owner, made["id"]) == [2, 1]
    assert await numbers(other, made["id"]) is None
    first = added["versions"]["nodes"][1]["id"]
    await refused(there.world, publish(other, first), "NOT_FOUND", "id")
    await refused(there.world, anew(other, made["id"]), "NOT_FOUND", "id")
    assert (await ok(publish(owner, first)))["publishedAt"]
    assert await numbers(other, made["id"]) == [1]
    await refused(there.world, publish(owner, first), "WRONG_STATE", "id")
    await refused(there.world, publish(other, first), "WRONG_SIDE", "id")
    await refused(there.world, anew(other, made["id"]), "WRONG_SIDE", "id")
    listed = (await other.data(LIST))["materials"]["nodes"]
    assert made["id"] in [one["id"] for one in listed]


@covers("planEducationSession holdEducationSession", "success", "refusal", "stranger")
async def test_a_session_shows_the_very_version_it_uses(world: World) -> None:
    there = await on.campaign(world)
    mine = await ok(material(there.helper))
    [version] = [v["id"] for v in mine["versions"]["nodes"]]
    await ok(anew(there.helper, mine["id"]))
    foreign = await on.version(there.stranger)
    attempt = plan(there.helper, there.id, materialVersionIds=[foreign])
    await refused(world, attempt, "NOT_FOUND", "input.materialVersionIds[0]")
    session = await ok(plan(there.helper, there.id, materialVersionIds=[version]))
    assert [m["version"]["id"] for m in session["materials"]["nodes"]] == [version]
    for api, seen in [(there.observer, [1]), (there.invited, None), (there.stranger, None)]:
        assert await numbers(api, mine["id"]) == seen
    attempt = plan(there.other, there.id, materialVersionIds=[version])
    await refused(world, attempt, "WRONG_SIDE", "input.materialVersionIds[0]")
    leads = await on.version(there.lead)
    both = await ok(change(there.lead, session["id"], materialVersionIds=[version, leads]))
    assert len(both["materials"]["nodes"]) == 2
    held = await ok(hold(there.lead, session["id"], materialVersionIds=[leads]))
    assert [m["version"]["id"] for m in held["materials"]["nodes"]] == [leads]
    assert await numbers(there.observer, mine["id"]) is None


@pytest.mark.parametrize(
    ("given", "code", "field"),
    [
        ({"title": " "}, "BAD_INPUT", "input.title"),
        ({"topics": []}, "BAD_INPUT", "input.topics"),
        ({"audiences": []}, "BAD_INPUT", "input.audiences"),
        ({"version": {"files": []}}, "BAD_INPUT", "input.version.files"),
        ({"version": {"files": [FILE] * 21}}, "TOO_MANY", "input.version.files"),
        ({"version": {"languages": []}}, "BAD_INPUT", "input.version.languages"),
        ({"version": {"languages": ["xx"]}}, "UNKNOWN_CODE", "input.version.languages[0]"),
        ({"version": {"languages": ["id", "id_ID"]}}, "UNKNOWN_CODE", "input.version.languages[1]"),
        ({"version": {"languages": ["id", "ID"]}}, "DUPLICATE", "input.version.languages[1]"),
        ({"version": {"languages": [""]}}, "UNKNOWN_CODE", "input.version.languages[0]"),
        ({"version": {"languages": ["a" * 9_000]}}, "UNKNOWN_CODE", "input.version.languages[0]"),
        ({"version": {"note": "x" * 4_001}}, "TOO_LONG", "input.version.note"),
    ],
)
@covers("addMaterial addMaterialVersion", "refusal")
async def test_refused_materials(there: Campaign, given: Any, code: str, field: str) -> None:
    await refused(there.world, material(there.helper, **given), code, field)
    if "version" in given:
        made = await ok(material(there.helper))
        attempt = anew(there.helper, made["id"], **given["version"])
        await refused(there.world, attempt, code, field.replace(".version", ""))


@pytest.mark.parametrize(
    ("filter", "expected"),
    [
        ({"topics": ["LAW"]}, {"Undang-undang"}),
        ({"audiences": ["PARENTS", "PUBLIC"]}, {"Undang-undang"}),
        ({"language": "su"}, {"Komik"}),
        ({"title": "kom"}, {"Komik"}),
        ({"language": "en"}, set()),
        ({}, {"Komik", "Undang-undang"}),
    ],
)
@covers("materials", "success", "stranger")
async def test_the_list_and_its_filters(world: World, filter: Any, expected: set[str]) -> None:
    api, other = await stranger(world), await stranger(world)
    await ok(material(api, title="Komik"))
    await ok(material(api, title="Undang-undang", topics=["LAW"], audiences=["PUBLIC"],
                      version={"languages": ["id"]}))  # fmt: skip
    filter = filter | {"organisationId": api.org.gid}
    found = (await api.data(LIST, filter=filter))["materials"]
    assert {one["title"] for one in found["nodes"]} == expected
    assert (await other.data(LIST, filter=filter))["materials"]["totalCount"] == 0


@covers("publishMaterialVersion material materials", "refusal")
async def test_questions_that_mean_nothing(there: Campaign) -> None:
    assert (await there.lead.ask(ONE, id="x")).codes == ["BAD_INPUT"]
    await refused(there.world, publish(there.lead, unknown("materialversion")), "NOT_FOUND", "id")
    answer = await there.lead.ask(LIST, filter={"language": "xx"})
    assert answer.body["errors"][0]["extensions"]["field"] == "filter.language[0]"
