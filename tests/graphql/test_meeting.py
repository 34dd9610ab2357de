"""Comments, decisions and documents of a joint activity: who adds what, and what stays."""

from typing import Any

import pytest
import pytest_asyncio

from tests.covered import covers
from tests.graphql.test_activity import Scene, act, plan
from tests.graphql.test_activity_part import invite
from tests.scenes import day, stranger, unknown
from tests.unchanged import refused
from tests.world import Api, World, ok

COMMENT = "... on ActivityComment { id body editedAt withdrawnAt organisation { id } }"
DECISION = """... on ActivityDecision { id text decidedOn organisation { id }
  supersedes { id } supersededBy { id } activity { id } }"""
DOCUMENT = """... on ActivityDocument { id kind title language organisation { id }
  versions { nodes { number note files { title url sha256 } organisation { id } } } }"""
READ = """query($id: ID!) { jointActivity(id: $id) {
  comments { nodes { id body } } decisions { nodes { id text } }
  documents { nodes { id versions { nodes { number } } } } } }"""
FILE = {"title": "Notulen", "url": "https://arsip.example/notulen", "sha256": "a" * 64}


def say(api: Api, id: str, body: str = "Setuju.") -> Any:
    return api.mutate(
        "commentOnJointActivity", "$id: ID!, $body: String!", COMMENT, id=id, body=body
    )


def edit(api: Api, id: str, body: str = "Lebih jelas.") -> Any:
    return api.mutate("editActivityComment", "$id: ID!, $body: String!", COMMENT, id=id, body=body)


def withdraw(api: Api, id: str) -> Any:
    return api.mutate("withdrawActivityComment", "$id: ID!", COMMENT, id=id)


def decide(api: Api, id: str, **change: Any) -> Any:
    given = {"text": "Dilaksanakan bulan depan.", "decidedOn": day(0)} | change
    types = "$id: ID!, $input: ActivityDecisionInput!"
    return api.mutate("recordActivityDecision", types, DECISION, id=id, input=given)


def file(api: Api, id: str, **change: Any) -> Any:
    given = {"kind": "MINUTES", "title": "Notulen rapat", "files": [FILE]} | change
    types = "$id: ID!, $input: ActivityDocumentInput!"
    return api.mutate("addActivityDocument", types, DOCUMENT, id=id, input=given)


def again(api: Api, id: str, **change: Any) -> Any:
    given = {"files": [FILE | {"sha256": "b" * 64}], "note": "Perbaikan"} | change
    types = "$id: ID!, $files: [ReferenceInput!]!, $note: String"
    return api.mutate("addDocumentVersion", types, DOCUMENT, id=id, **given)


@pytest_asyncio.fixture(scope="module")
async def scene(world: World) -> Scene:
    return Scene(world, *[await world.as_(await world.org()) for _ in range(3)])


async def joined(scene: Scene, role: str = "CONTRIBUTOR") -> str:
    """An activity in which the guest has this part; the other was invited and has not answered."""
    id = str((await ok(plan(scene.lead)))["id"])
    await ok(act(scene.lead, "announceJointActivity", id))
    await ok(invite(scene.lead, id, scene.guest.org.gid, role=role))
    await ok(invite(scene.lead, id, scene.other.org.gid))
    await ok(act(scene.guest, "acceptInvitation", id))
    return id


async def read(api: Api, id: str) -> dict[str, list[str]]:
    """What there is to see of it: words of comments and decisions, numbers of versions."""
    seen = (await api.data(READ, id=id))["jointActivity"]
    documents = [one["versions"]["nodes"] for one in seen["documents"]["nodes"]]
    return {
        "comments": [one["body"] for one in seen["comments"]["nodes"]],
        "decisions": [one["text"] for one in seen["decisions"]["nodes"]],
        "versions": [version["number"] for versions in documents for version in versions],
    }


@pytest.mark.parametrize("role", ["CO_ORGANISER", "CONTRIBUTOR", "OBSERVER"])
@covers(
    "commentOnJointActivity recordActivityDecision addActivityDocument addDocumentVersion",
    "success", "refusal",
)  # fmt: skip
async def test_who_adds_what(scene: Scene, role: str) -> None:
    id, guest = await joined(scene, role), scene.guest
    assert (await ok(say(guest, id)))["organisation"]["id"] == guest.org.gid
    lead = await ok(file(scene.lead, id))
    if role == "CO_ORGANISER":
        assert (await ok(decide(guest, id)))["activity"] == {"id": id}
    else:
        await refused(scene.world, decide(guest, id), "WRONG_SIDE", "id")
    if role == "OBSERVER":
        await refused(scene.world, file(guest, id), "WRONG_SIDE", "id")
        await refused(scene.world, again(guest, lead["id"]), "WRONG_SIDE", "id")
    else:
        await ok(file(guest, id))
        versions = (await ok(again(guest, lead["id"])))["versions"]["nodes"]
        assert [(v["number"], v["organisation"]["id"]) for v in versions] == [
            (2, guest.org.gid), (1, scene.lead.org.gid)
        ]  # fmt: skip
    assert await read(scene.other, id) == {"comments": [], "decisions": [], "versions": []}


@covers("editActivityComment withdrawActivityComment", "success", "refusal", "stranger")
async def test_a_comment_is_its_authors_to_change_and_take_back(scene: Scene) -> None:
    id = await joined(scene)
    said = await ok(say(scene.guest, id, " Satu. "))
    assert (said["body"], said["editedAt"]) == ("Satu.", None)
    for api, code in ((scene.lead, "WRONG_SIDE"), (scene.other, "NOT_FOUND"),
                      (await stranger(scene.world), "NOT_FOUND")):  # fmt: skip
        await refused(scene.world, edit(api, said["id"]), code, "id")
        await refused(scene.world, withdraw(api, said["id"]), code, "id")
    for attempt in (edit, withdraw):
        missing = attempt(scene.guest, unknown("activitycomment"))
        await refused(scene.world, missing, "NOT_FOUND", "id")
    await refused(scene.world, edit(scene.guest, said["id"], " "), "BAD_INPUT", "body")
    assert (await ok(edit(scene.guest, said["id"])))["editedAt"] is not None
    gone = await ok(withdraw(scene.guest, said["id"]))
    assert (gone["body"], gone["withdrawnAt"] is None) == (None, False)
    for attempt in (edit, withdraw):
        await refused(scene.world, attempt(scene.guest, said["id"]), "WRONG_STATE", "id")


@covers("recordActivityDecision", "success", "refusal")
async def test_a_later_decision_takes_the_place_of_one_and_both_stay(scene: Scene) -> None:
    id, elsewhere = await joined(scene), await joined(scene)
    first = await ok(decide(scene.lead, id))
    other = await ok(decide(scene.lead, elsewhere))
    for change, code, field in [
        ({"text": " "}, "BAD_INPUT", "input.text"),
        ({"text": "x" * 4_001}, "TOO_LONG", "input.text"),
        ({"decidedOn": day(1)}, "BAD_INPUT", "input.decidedOn"),
        ({"supersedesId": other["id"]}, "BAD_INPUT", "input.supersedesId"),
        ({"supersedesId": unknown("decision")}, "NOT_FOUND", "input.supersedesId"),
        ({"supersedesId": "x"}, "BAD_INPUT", "input.supersedesId"),
    ]:
        await refused(scene.world, decide(scene.lead, id, **change), code, field)
    second = await ok(decide(scene.lead, id, text="Ditunda.", supersedesId=first["id"]))
    assert second["supersedes"] == {"id": first["id"]}
    attempt = decide(scene.lead, id, supersedesId=first["id"])
    await refused(scene.world, attempt, "WRONG_STATE", "input.supersedesId")
    one = "query($id: ID!) { node(id: $id) { " + DECISION + " } }"
    earlier = (await scene.guest.data(one, id=first["id"]))["node"]
    assert earlier["supersededBy"] == {"id": second["id"]}


@covers("addActivityDocument addDocumentVersion", "refusal")
async def test_refused_documents(scene: Scene) -> None:
    id = await joined(scene)
    for change, code, field in [
        ({"title": " "}, "BAD_INPUT", "input.title"),
        ({"language": "bahasa"}, "BAD_INPUT", "input.language"),
        ({"note": "x" * 201}, "TOO_LONG", "input.note"),
        ({"files": []}, "BAD_INPUT", "input.files"),
        ({"files": [FILE] * 21}, "TOO_MANY", "input.files"),
        ({"files": [FILE | {"sha256": None}]}, "EVIDENCE_REQUIRED", "input.files[0].sha256"),
        ({"files": [FILE | {"url": "http://arsip.example"}]}, "BAD_INPUT", "input.files[0].url"),
    ]:
        await refused(scene.world, file(scene.lead, id, **change), code, field)
    there = (await ok(file(scene.lead, id)))["id"]
    await refused(scene.world, again(scene.lead, there, files=[]), "BAD_INPUT", "files")
    await refused(scene.world, again(scene.lead, unknown("document")), "NOT_FOUND", "id")


@covers(
    "commentOnJointActivity recordActivityDecision addActivityDocument addDocumentVersion",
    "stranger",
)
async def test_to_others_there_is_nothing(scene: Scene) -> None:
    id = await joined(scene)
    there = (await ok(file(scene.lead, id)))["id"]
    outsider = await stranger(scene.world)
    for attempt in (say, decide, file):
        for known in (id, unknown("activity")):
            await refused(scene.world, attempt(outsider, known), "NOT_FOUND", "id")
        await refused(scene.world, attempt(scene.other, id), "WRONG_SIDE", "id")
    for api in (outsider, scene.other):
        await refused(scene.world, again(api, there), "NOT_FOUND", "id")


async def test_whoever_left_sees_what_was_and_its_own_and_nothing_later(scene: Scene) -> None:
    id, guest = await joined(scene), scene.guest
    mine = await ok(say(guest, id, "Milik saya."))
    theirs = await ok(say(scene.lead, id, "Sebelum."))
    await ok(decide(scene.lead, id, text="Dulu."))
    there = (await ok(file(scene.lead, id)))["id"]
    await ok(act(guest, "leaveJointActivity", id))
    await ok(say(scene.lead, id, "Sesudah."))
    await ok(decide(scene.lead, id, text="Kini."))
    await ok(again(scene.lead, there))
    kept = {"comments": ["Milik saya.", "Sebelum."], "decisions": ["Dulu."], "versions": [1]}
    assert await read(guest, id) == kept
    await ok(edit(scene.lead, theirs["id"], "Rahasia kemudian."))
    assert (await read(guest, id))["comments"] == ["Milik saya."]
    for attempt in (edit(guest, mine["id"]), withdraw(guest, mine["id"])):
        await refused(scene.world, attempt, "WRONG_SIDE", "id")
    await refused(scene.world, say(guest, id), "WRONG_SIDE", "id")

    await ok(invite(scene.lead, id, guest.org.gid, role="OBSERVER"))
    only = {"comments": ["Milik saya."], "decisions": [], "versions": []}
    assert await read(guest, id) == only
    await ok(act(guest, "acceptInvitation", id))
    everything = await read(guest, id)
    assert everything["versions"] == [2, 1]
    assert everything["comments"] == ["Milik saya.", "Rahasia kemudian.", "Sesudah."]
