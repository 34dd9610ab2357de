"""Instruments: drafted, published and retired; what was published never changes."""

from typing import Any

import pytest
import pytest_asyncio
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from auth.caller import Caller
from tests.covered import covers
from tests.scenes import stranger, unknown, uuid_of
from tests.unchanged import refused
from tests.visits import Team, act, content, published, question, team
from tests.world import EVERY_SCOPE, Api, World, ok

ONE = """
query($id: ID!) { instrument(id: $id) { id open versions { nodes { number status
  content { sections { title questions { key type askIf { question anyOf }
    options { key points } } } bands { fromPercent label } } } } } }
"""
LIST = "query($filter: OversightInstrumentFilter) { instruments(filter: $filter) { nodes { id } } }"
OTHERS: dict[str, dict[str, Any]] = {
    "reviseInstrument": {"input": content()},
    "openInstrument": {"open": True},
    "publishInstrumentVersion": {},
    "retireInstrumentVersion": {},
}


@pytest_asyncio.fixture(scope="module")
async def scene(world: World) -> Team:
    return await team(world)


async def versions(api: Api, id: str) -> list[tuple[int, str]]:
    seen = (await api.data(ONE, id=id))["instrument"]["versions"]["nodes"]
    return [(one["number"], one["status"]) for one in seen]


@covers("draftInstrument reviseInstrument publishInstrumentVersion retireInstrumentVersion"
        " instrument", "success")  # fmt: skip
async def test_a_change_is_a_version(world: World) -> None:
    api = await world.as_(await world.org())
    made = await ok(act(api, "draftInstrument", input={"title": " Uji ", "content": content()}))
    assert (made["title"], made["open"]) == ("Uji", False)
    other = {"sections": [{"key": "a", "title": "A", "questions": [question("b", "DATE")]}]}
    first = await ok(act(api, "reviseInstrument", id=made["id"], input=other))
    assert (first["number"], first["status"]) == (1, "DRAFT")
    await ok(act(api, "publishInstrumentVersion", id=first["id"]))
    second = await ok(act(api, "reviseInstrument", id=made["id"], input=content()))
    assert (second["number"], second["status"]) == (2, "DRAFT")
    await ok(act(api, "publishInstrumentVersion", id=second["id"]))
    await ok(act(api, "retireInstrumentVersion", id=first["id"]))
    assert await versions(api, made["id"]) == [(2, "PUBLISHED"), (1, "RETIRED")]
    new, old = (await api.data(ONE, id=made["id"]))["instrument"]["versions"]["nodes"]
    assert old["content"]["sections"][0]["questions"][0]["key"] == "b"
    asked = new["content"]["sections"][0]["questions"]
    assert asked[2]["askIf"] == {"question": "satgas", "anyOf": ["true"]}
    assert new["content"]["bands"][1] == {"fromPercent": 75, "label": "baik"}


async def test_the_database_itself_keeps_what_was_published(scene: Team) -> None:
    id = uuid_of(scene.version)
    for change in ("content = '{}'", "status = 'DRAFT', published_at = null", "number = 7"):
        with pytest.raises(DBAPIError, match="does not change"):
            await scene.world.sql(f"update instrument_version set {change} where id = :id", id=id)


@covers("publishInstrumentVersion retireInstrumentVersion", "refusal")
async def test_steps_from_the_wrong_state(world: World) -> None:
    api = await world.as_(await world.org())
    made = await ok(act(api, "draftInstrument", input={"title": "Uji", "content": content()}))
    version = made["versions"]["nodes"][0]["id"]
    attempt = act(api, "retireInstrumentVersion", id=version)
    await refused(world, attempt, "WRONG_STATE", "id")
    await ok(act(api, "publishInstrumentVersion", id=version))
    attempt = act(api, "publishInstrumentVersion", id=version)
    await refused(world, attempt, "WRONG_STATE", "id")
    await ok(act(api, "retireInstrumentVersion", id=version))
    for step in ("publishInstrumentVersion", "retireInstrumentVersion"):
        await refused(world, act(api, step, id=version), "WRONG_STATE", "id")


def broken(**change: Any) -> dict[str, Any]:
    asked = [question("satu", "BOOLEAN"), question("dua") | change]
    return {"sections": [{"key": "a", "title": "A", "questions": asked}]}


@pytest.mark.parametrize(
    ("given", "code", "place"),
    [
        ({"sections": []}, "BAD_INPUT", "sections"),
        (broken(key="satu"), "DUPLICATE", "sections[0].questions[1].key"),
        (broken(askIf={"question": "dua", "anyOf": ["true"]}), "UNKNOWN_CODE",
         "sections[0].questions[1].askIf.question"),
        (broken(askIf={"question": "satu", "anyOf": ["ya"]}), "UNKNOWN_CODE",
         "sections[0].questions[1].askIf.anyOf[0]"),
        (broken(type="CHOICE"), "BAD_INPUT", "sections[0].questions[1].options"),
        ({"sections": [{"key": "a", "title": "A", "questions": [question("x")]}] * 400},
         "TOO_MANY", "sections"),
    ],
)  # fmt: skip
@covers("draftInstrument reviseInstrument", "refusal")
async def test_refused_questionnaires(scene: Team, given: Any, code: str, place: str) -> None:
    attempt = act(scene.lead, "draftInstrument", input={"title": "Uji", "content": given})
    await refused(scene.world, attempt, code, f"input.content.{place}")
    attempt = act(scene.lead, "reviseInstrument", id=scene.instrument, input=given)
    await refused(scene.world, attempt, code, f"input.{place}")


@covers("draftInstrument openInstrument", "refusal")
@covers("draftInstrument", "stranger")
async def test_a_name_is_needed(scene: Team) -> None:
    attempt = act(scene.lead, "draftInstrument", input={"title": " ", "content": content()})
    await refused(scene.world, attempt, "BAD_INPUT", "input.title")
    attempt = act(scene.lead, "openInstrument", id="x", open=True)
    await refused(scene.world, attempt, "BAD_INPUT", "id")


@covers("instrument openInstrument instruments", "success")
@covers("instrument instruments", "stranger", "refusal")
async def test_who_reads_an_instrument(scene: Team) -> None:
    """Its owner; those who see a visit that uses a version, that version; all, when it is open."""
    instrument, version = await published(scene.lead, title="Terbatas")
    outsider = await stranger(scene.world)
    both = (scene.guest, scene.observer, scene.school, outsider)
    for api in both:
        assert (await api.ask(ONE, id=instrument)).codes == ["NOT_FOUND"]
        found = await api.data(LIST, filter={"title": "terbatas"})
        assert found["instruments"]["nodes"] == []
    await ok(scene.plan(scene.lead, versionId=version))
    await ok(act(scene.lead, "reviseInstrument", id=instrument, input=content()))
    for api in (scene.guest, scene.observer):
        assert await versions(api, instrument) == [(1, "PUBLISHED")]
    for api in (scene.school, outsider):
        assert (await api.ask(ONE, id=instrument)).codes == ["NOT_FOUND"]
    await ok(act(scene.lead, "openInstrument", id=instrument, open=True))
    for api in both:
        assert await versions(api, instrument) == [(1, "PUBLISHED")]
        for filter in ({"title": "terbatas"}, {"organisationId": scene.lead.org.gid}):
            found = (await api.data(LIST, filter=filter))["instruments"]["nodes"]
            assert instrument in [one["id"] for one in found]
    await ok(act(scene.lead, "openInstrument", id=instrument, open=False))
    assert (await outsider.ask(ONE, id=instrument)).codes == ["NOT_FOUND"]
    assert (await outsider.ask(LIST, filter={"organisationId": "x"})).codes == ["BAD_INPUT"]


@pytest.mark.parametrize("step", OTHERS)
@covers(OTHERS, "stranger")
@covers("openInstrument", "refusal")
async def test_others_change_no_instrument(scene: Team, step: str) -> None:
    await scene.planned()
    outsider = await stranger(scene.world)
    noun = "questionnaire" if "Version" in step else "instrument"
    id = scene.version if "Version" in step else scene.instrument
    for one in (id, unknown(noun)):
        await refused(scene.world, act(outsider, step, id=one, **OTHERS[step]), "NOT_FOUND", "id")
    attempt = act(scene.guest, step, id=id, **OTHERS[step])
    await refused(scene.world, attempt, "WRONG_SIDE", "id")


async def test_only_what_one_reads_can_be_used(scene: Team) -> None:
    """Using a version opens it to those who use it: the database by itself lets nobody begin."""
    instrument, version = await published(scene.school, title="Milik sekolah")
    [row] = await scene.world.sql(
        "select g.id, g.client_id from oauth_grant g join client c on c.id = g.client_id"
        " where c.organisation_id = :id limit 1",
        id=scene.guest.org.id,
    )
    caller = Caller(
        scene.guest.org.id, row.client_id, "test", frozenset(EVERY_SCOPE), grant_id=row.id
    )
    visit = await scene.planned()
    for statement in (
        "insert into visit (id, activity_id, organisation_id, status, subject, name, planned_on,"
        " version_id, team) values (gen_random_uuid(), :activity, cast(:me as uuid), 'PLANNED',"
        " 'PLACE', 'X', now(), :version, array[cast(:me as uuid)])",
        "insert into visit_response (id, visit_id, activity_id, organisation_id, version_id,"
        " status, answers) values (gen_random_uuid(), :visit, :activity, :me, :version, 'DRAFT',"
        " '[]')",
    ):
        values = {
            "activity": uuid_of(scene.activity), "me": scene.guest.org.id,
            "version": uuid_of(version), "visit": uuid_of(visit),
        }  # fmt: skip
        used = {key: values[key] for key in values if f":{key}" in statement}
        with pytest.raises(DBAPIError, match="row-level security"):
            async with scene.world.database.transaction(caller) as tx:
                await tx.execute(text(statement), used)
        async with scene.world.database.transaction(caller) as tx:
            await tx.execute(text(statement), used | {"version": uuid_of(scene.version)})
    assert (await scene.guest.ask(ONE, id=instrument)).codes == ["NOT_FOUND"]
