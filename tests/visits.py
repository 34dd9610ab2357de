"""What tests of visits begin with: an activity, those who take part in it, and an instrument."""

from dataclasses import dataclass
from typing import Any

from tests.scenes import day, rewrite, uuid_of
from tests.world import Api, Org, World, ok

PLAN = """
... on OversightPlan { id status title startsOn endsOn withdrawReason publishedAt
  sharedWith { id } items { nodes { id number sector focus month visits visitsMade
    organisations { id } } } }
"""
INSTRUMENT = """
... on OversightInstrument { id title open versions { nodes { id number status } } }
"""
VERSION = "... on InstrumentVersion { id number status content { sections { key } } }"
VISIT = """
... on Visit { id status subject name regionCode plannedOn heldOn cancelReason sharedAt
  visited { id } team { id } version { id } planItem { id } }
"""
RESPONSE = """
... on VisitResponse { id status reason submittedAt answers { question value }
  score { percent reached reachable band sections { key percent }
    questions { key reached reachable } }
  version { id number } corrects { id } organisation { id } }
"""
ONE_VISIT = """
query($id: ID!) { visit(id: $id) { id status activity { id } notes { nodes { body } }
  version { id content { sections { questions { key } } } }
  responses { nodes { id status score { percent } answers { question value }
    organisation { id } corrects { id } version { number } } } } }
"""
TYPES = {
    "draftOversightPlan": ("$input: OversightPlanInput!", PLAN),
    "changeOversightPlan": ("$id: ID!, $input: OversightPlanInput!", PLAN),
    "publishOversightPlan": ("$id: ID!", PLAN),
    "shareOversightPlan": ("$id: ID!, $organisationIds: [ID!]!", PLAN),
    "withdrawOversightPlan": ("$id: ID!, $reason: String!", PLAN),
    "draftInstrument": ("$input: OversightInstrumentInput!", INSTRUMENT),
    "reviseInstrument": ("$id: ID!, $input: QuestionnaireInput!", VERSION),
    "publishInstrumentVersion": ("$id: ID!", VERSION),
    "retireInstrumentVersion": ("$id: ID!", VERSION),
    "openInstrument": ("$id: ID!, $open: Boolean!", INSTRUMENT),
    "planVisit": ("$activityId: ID!, $input: VisitInput!", VISIT),
    "changeVisit": ("$id: ID!, $input: VisitChangeInput!", VISIT),
    "holdVisit": ("$id: ID!, $heldOn: Date!", VISIT),
    "cancelVisit": ("$id: ID!, $reason: String!", VISIT),
    "shareVisit": ("$id: ID!", VISIT),
    "addVisitNote": ("$id: ID!, $body: String!", "... on VisitNote { body }"),
    "saveVisitResponse": ("$id: ID!, $input: VisitResponseInput!", RESPONSE),
    "submitVisitResponse": ("$id: ID!, $input: VisitResponseInput!", RESPONSE),
    "correctVisitResponse": (
        "$id: ID!, $input: VisitResponseInput!, $reason: String!",
        RESPONSE,
    ),
}


def act(api: Api, name: str, **given: Any) -> Any:
    """One mutation of oversight, or an attempt at it."""
    types, returns = TYPES[name]
    return api.mutate(name, types, returns + " ... on Refused { problems { code field } }", **given)


def question(key: str, type: str = "TEXT", **more: Any) -> dict[str, Any]:
    return {"key": key, "type": type, "text": f"Pertanyaan {key}?"} | more


def content(**change: Any) -> dict[str, Any]:
    """A questionnaire with a question of each type, as `QuestionnaireInput`."""
    if_there = {"question": "satgas", "anyOf": ["true"]}
    channels = [
        {"key": "kotak", "label": "Kotak saran", "points": 1},
        {"key": "telepon", "label": "Telepon", "points": 1},
    ]
    followed_up = [
        {"key": "selalu", "label": "Selalu", "points": 2},
        {"key": "kadang", "label": "Kadang-kadang", "points": 1},
        {"key": "tak_ada", "label": "Belum pernah ada laporan"},
    ]
    general = [
        question("siswa", "NUMBER", unit="orang", least=0, most=5000, whole=True),
        question("satgas", "BOOLEAN", points=4),
        question("satgas_sejak", "DATE", required=False, askIf=if_there),
        question("satgas_aktif", "SCALE", least=1, most=5, points=4, askIf=if_there),
    ]
    reports = [
        question("kanal", "CHOICES", options=channels),
        question("tindak_lanjut", "CHOICE", weight=2, options=followed_up),
        question("catatan", required=False),
    ]
    return {
        "sections": [
            {"key": "umum", "title": "Umum", "questions": general},
            {"key": "lapor", "title": "Pelaporan", "questions": reports},
        ],
        "bands": [
            {"fromPercent": 0, "label": "perlu pembenahan"},
            {"fromPercent": 75, "label": "baik"},
        ],
    } | change


def answers(**change: Any) -> dict[str, Any]:
    """Sound answers to it, as `VisitResponseInput`; what is None is left out."""
    values = {
        "siswa": 320,
        "satgas": True,
        "satgas_aktif": 5,
        "kanal": ["kotak"],
        "tindak_lanjut": "selalu",
    } | change
    return {
        "answers": [
            {"question": key, "value": value} for key, value in values.items() if value is not None
        ]
    }


async def published(api: Api, **change: Any) -> tuple[str, str]:
    """An instrument with a published version: both ids."""
    given = {"title": "Sekolah aman", "content": content()} | change
    made = await ok(act(api, "draftInstrument", input=given))
    version = made["versions"]["nodes"][0]["id"]
    await ok(act(api, "publishInstrumentVersion", id=version))
    return made["id"], version


@dataclass
class Team:
    """An activity of oversight under way, by those who take part in it and one who does not."""

    world: World
    lead: Api
    co: Api
    guest: Api
    observer: Api
    school: Api
    activity: str
    instrument: str
    version: str

    def plan(self, api: Api, **change: Any) -> Any:
        given = {
            "subject": "ORGANISATION",
            "visitedId": self.school.org.gid,
            "plannedOn": day(3),
            "versionId": self.version,
            "teamIds": [self.guest.org.gid],
        } | change
        return act(api, "planVisit", activityId=self.activity, input=given)

    async def planned(self, **change: Any) -> str:
        return str((await ok(self.plan(self.lead, **change)))["id"])

    async def held(self, **change: Any) -> str:
        id = await self.planned(**change)
        await ok(act(self.lead, "holdVisit", id=id, heldOn=day(0)))
        return id

    async def answered(self, **change: Any) -> tuple[str, dict[str, Any]]:
        """A visit that was held, and what the lead answered."""
        id = await self.held()
        return id, await ok(act(self.lead, "submitVisitResponse", id=id, input=answers(**change)))


async def activity(world: World, lead: Api, *guests: Api, kind: str = "OVERSIGHT") -> str:
    """An activity that everyone invited accepted."""
    plan = {
        "kind": kind,
        "title": "Pengawasan sekolah",
        "startsAt": f"{day(1)}T01:00:00Z",
        "endsAt": f"{day(9)}T01:00:00Z",
        "invite": [guest.org.gid for guest in guests],
    }
    returns = "... on JointActivity { id }"
    made = await ok(
        lead.mutate("planJointActivity", "$input: JointActivityInput!", returns, input=plan)
    )
    await ok(lead.mutate("announceJointActivity", "$id: ID!", returns, id=made["id"]))
    for guest in guests:
        await ok(guest.mutate("acceptInvitation", "$id: ID!", returns, id=made["id"]))
    return str(made["id"])


async def team(world: World, kind: str = "OVERSIGHT") -> Team:
    lead, co, guest, observer = [await world.as_(await world.org()) for _ in range(4)]
    school = await world.as_(await world.org("SCHOOL", region_code="32.73"))
    id = await activity(world, lead, co, guest, observer, kind=kind)
    for api, role in ((co, "CO_ORGANISER"), (observer, "OBSERVER")):
        await rewrite(
            world,
            "update activity_participant set role = :role"
            " where activity_id = :id and organisation_id = :org",
            role=role,
            id=uuid_of(id),
            org=api.org.id,
        )
    return Team(world, lead, co, guest, observer, school, id, *await published(lead))


async def for_strangers(world: World) -> dict[str, str]:
    """One of each noun of oversight, by organisations that are strangers to everybody else."""
    scene = await team(world)
    _, response = await scene.answered()
    plan = await ok(act(scene.lead, "draftOversightPlan", input=plan_input()))
    await ok(act(scene.lead, "publishOversightPlan", id=plan["id"]))
    return {
        "oversightplan": plan["id"],
        "planitem": plan["items"]["nodes"][0]["id"],
        "instrument": scene.instrument,
        "questionnaire": scene.version,
        "visit": await scene.planned(),
        "response": response["id"],
    }


async def sound_values(world: World, me: Api, other: Org) -> dict[str, Any]:
    """Sound values by the names of input types, and by root field for ids of one's own."""
    mine = await activity(world, me)
    _, version = await published(me)
    visit = {"subject": "ORGANISATION", "visitedId": other.gid, "plannedOn": day(3)}
    given = visit | {"versionId": version}
    planned = await ok(act(me, "planVisit", activityId=mine, input=given))
    plan = await ok(act(me, "draftOversightPlan", input=plan_input()))
    return {
        "OversightPlanInput": plan_input(),
        "OversightPlanItemInput": plan_input()["items"][0],
        "OversightPlanResult": plan["id"],
        "OversightInstrumentInput": {"title": "Uji", "content": content()},
        "QuestionnaireInput": content(),
        "VisitInput": given,
        "VisitChangeInput": {},
        "VisitResponseInput": {"answers": []},
        "VisitResult": planned["id"],
        "planVisit": mine,
        "visitComparison": mine,
    }


def plan_input(**change: Any) -> dict[str, Any]:
    """A plan of one item as `OversightPlanInput`."""
    item = {"sector": "EDUCATION", "focus": "Satgas", "month": day(10), "visits": 3}
    return {
        "title": "Pengawasan sekolah",
        "startsOn": day(0),
        "endsOn": day(90),
        "items": [item],
    } | change
