"""A campaign to test in: who leads it, who helps, who looks on, and what each of them can do."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.scenes import gids
from tests.world import Api, World, ok

NOW = datetime.now(UTC).replace(microsecond=0)
SESSION = """... on EducationSession { id title topics audiences ageBands channel place regionCode
  status heldFrom heldUntil cancelReason host { id } organisation { id } activity { id }
  materials { nodes { version { id number } } } %s }"""
COUNTED = """figures { id number method source reason organisation { id } people { total
    cells { audience sex ageBand disability count } bySex { sex count } } }
  tests { audience number gain maximum beforeMean afterMean reason }"""
TOTALS = """query($id: ID!) { jointActivity(id: $id) { sessions { nodes { id } }
  education { planned held cancelled tested gain
    attendance { total byAudience { audience count } bySex { sex count }
      byAgeBand { ageBand count } byDisability { disability count } }
    reach { total } } } }"""
FILE = {"title": "Lembar", "url": "https://contoh.example/lembar.pdf"}


def ago(hours: float) -> str:
    """A moment so many hours ago; negative, one to come."""
    return (NOW - timedelta(hours=hours)).isoformat()


@dataclass
class Campaign:
    """An activity of education in progress, from two days ago until in two days."""

    world: World
    id: str
    lead: Api
    helper: Api
    other: Api
    observer: Api
    invited: Api
    stranger: Api

    async def session(self, api: Api | None = None, **change: Any) -> str:
        made = await ok(plan(api or self.helper, self.id, **change))
        return str(made["id"])

    async def held(self, api: Api | None = None, **change: Any) -> str:
        id = await self.session(api, **change)
        await ok(hold(api or self.helper, id))
        return id


def body(activity: str, **change: Any) -> dict[str, Any]:
    return {
        "activityId": activity,
        "title": "Kelas VII A",
        "topics": ["RIGHTS", "HOW_TO_REPORT"],
        "audiences": ["CHILDREN", "EDUCATORS"],
        "ageBands": ["AGE_13_15"],
        "channel": "IN_PERSON",
        "place": "Aula",
        "regionCode": "32.73",
        "startsAt": ago(5),
        "endsAt": ago(3),
    } | change


def plan(api: Api, activity: str, **change: Any) -> Any:
    types = "$input: EducationSessionInput!"
    given = body(activity, **change)
    return api.mutate("planEducationSession", types, SESSION % "", input=given)


def change(api: Api, id: str, **input: Any) -> Any:
    types = "$id: ID!, $input: EducationSessionChangeInput!"
    return api.mutate("changeEducationSession", types, SESSION % "", id=id, input=input)


def hold(api: Api, id: str, start: str = ago(5), end: str = ago(3), **more: Any) -> Any:
    types = "$id: ID!, $heldFrom: DateTime!, $heldUntil: DateTime!"
    if more:
        types += ", $materialVersionIds: [ID!]"
    return api.mutate(
        "holdEducationSession", types, SESSION % "", id=id, heldFrom=start, heldUntil=end, **more
    )


def cancel(api: Api, id: str, reason: str = "Banjir.") -> Any:
    types = "$id: ID!, $reason: String!"
    return api.mutate("cancelEducationSession", types, SESSION % "", id=id, reason=reason)


def cell(audience: str, count: int, **told: str) -> dict[str, Any]:
    return {"audience": audience, "count": count} | told


CAME = [
    cell("CHILDREN", 14, sex="FEMALE", ageBand="AGE_13_15", disability="NO"),
    cell("CHILDREN", 12, sex="MALE", ageBand="AGE_13_15", disability="NO"),
    cell("CHILDREN", 1, sex="MALE", ageBand="AGE_13_15", disability="YES"),
    cell("EDUCATORS", 3, sex="FEMALE", ageBand="ADULT"),
]


def count(api: Api, id: str, cells: Any = None, **more: Any) -> Any:
    types = "$id: ID!, $input: SessionFiguresInput!"
    given = {"cells": CAME if cells is None else cells} | more
    return api.mutate("recordSessionFigures", types, SESSION % COUNTED, id=id, input=given)


def examine(api: Api, id: str, **change: Any) -> Any:
    types = "$id: ID!, $input: SessionTestInput!"
    given = {
        "audience": "CHILDREN", "maximum": "20", "beforeTested": 26, "beforeMean": "9.5",
        "afterTested": 25, "afterMean": "15.5",
    } | change  # fmt: skip
    return api.mutate("recordSessionTest", types, SESSION % COUNTED, id=id, input=given)


def material(api: Api, **change: Any) -> Any:
    types = "$input: MaterialInput!"
    version = {"languages": ["id", "su"], "files": [FILE]} | change.pop("version", {})
    given = {"title": "Berani Bicara", "topics": ["RIGHTS"], "audiences": ["CHILDREN"]} | change
    returns = "... on Material { id title versions { nodes { id number publishedAt } } }"
    return api.mutate("addMaterial", types, returns, input=given | {"version": version})


async def version(api: Api, **change: Any) -> str:
    """A version of a new material that nobody else sees."""
    made = await ok(material(api, **change))
    return str(made["versions"]["nodes"][0]["id"])


def publish(api: Api, id: str) -> Any:
    returns = "... on MaterialVersion { id publishedAt material { id } }"
    return api.mutate("publishMaterialVersion", "$id: ID!", returns, id=id)


async def campaign(world: World, **change: Any) -> Campaign:
    orgs = [await world.org(type) for type in
            ("KPAD", "UPTD_PPA", "SCHOOL", "LPSK", "SCHOOL", "LEGAL_AID")]  # fmt: skip
    lead, helper, other, observer, invited, stranger = [await world.as_(org) for org in orgs]
    given = {
        "kind": "EDUCATION", "title": "Kampanye", "startsAt": ago(48), "endsAt": ago(-48),
        "invite": gids(*orgs[1:5]),
    } | change  # fmt: skip
    made = await ok(lead.mutate("planJointActivity", "$input: JointActivityInput!",
                                "... on JointActivity { id }", input=given))  # fmt: skip
    id = str(made["id"])
    for step in ("announceJointActivity", "startJointActivity"):
        await ok(lead.mutate(step, "$id: ID!", "", id=id))
    await world.sql(
        "update activity_participant set role = 'OBSERVER'"
        " where organisation_id = :id", id=observer.org.id
    )  # fmt: skip
    for api in (helper, other, observer):
        await ok(api.mutate("acceptInvitation", "$id: ID!", "", id=id))
    return Campaign(world, id, lead, helper, other, observer, invited, stranger)


async def for_strangers(world: World) -> dict[str, str]:
    """What others must not know of: a session with figures and a test, and a material."""
    there = await campaign(world)
    used = await version(there.helper)
    id = await there.held(materialVersionIds=[used])
    figures = (await ok(count(there.helper, id)))["figures"]["id"]
    await ok(examine(there.helper, id))
    seen = await there.helper.data(
        "query($id: ID!, $version: ID!) { educationSession(id: $id) { tests { id } }"
        " node(id: $version) { ... on MaterialVersion { material { id } } } }",
        id=id, version=used,
    )  # fmt: skip
    return {
        "session held": id, "figures": figures,
        "test": seen["educationSession"]["tests"][0]["id"],
        "material": seen["node"]["material"]["id"], "material version": used,
    }  # fmt: skip


async def sound_values(me: Api) -> dict[str, Any]:
    """Sound values for every argument of these root fields, where ``me`` leads."""
    given = {"kind": "EDUCATION", "title": "Kampanye", "startsAt": ago(48), "endsAt": ago(-48)}
    types, returns = "$input: JointActivityInput!", "... on JointActivity { id }"
    activity = (await ok(me.mutate("planJointActivity", types, returns, input=given)))["id"]
    for step in ("announceJointActivity", "startJointActivity"):
        await ok(me.mutate(step, "$id: ID!", "", id=activity))
    planned, held = [(await ok(plan(me, activity)))["id"] for _ in range(2)]
    await ok(hold(me, held))
    kept = await ok(material(me))
    return {
        "EducationSessionInput": body(activity), "EducationSessionChangeInput": {"title": "Lain"},
        "EducationSessionResult": planned, "recordSessionFigures": held, "recordSessionTest": held,
        "SessionFiguresInput": {"cells": CAME},
        "SessionTestInput": {"audience": "CHILDREN", "maximum": "10", "beforeTested": 1,
                             "beforeMean": "1", "afterTested": 1, "afterMean": "1"},
        "MaterialInput": {"title": "Poster", "topics": ["LAW"], "audiences": ["PUBLIC"],
                          "version": {"languages": ["id"], "files": [FILE]}},
        "MaterialVersionInput": {"languages": ["id"], "files": [FILE]},
        "MaterialResult": kept["id"], "MaterialVersionResult": kept["versions"]["nodes"][0]["id"],
        "holdEducationSession": planned, "DateTime": ago(4),
    }  # fmt: skip
