"""A policy input to test with: a lead and a co-signer, those around them, and every step."""

from dataclasses import dataclass
from typing import Any

from tests.graphql.test_checklist import TPKS
from tests.graphql.test_regulation import body, register
from tests.oversight import Watch, watch
from tests.scenes import day
from tests.world import Api, Org, World, ok, today

INPUT = """
... on PolicyInput { id publishedAt regulation { id } lead { id }
  cosigners { nodes { organisation { id } } }
  versions { nodes { id number title contentHash closedAt items { nodes { id number article } }
    evidence { nodes { statement } } signatures { nodes { organisation { id } contentHash } } } }
  submission { submittedOn letterNumber recipientName recipient { id } version { number } }
  answers { nodes { answeredOn body recordedBy { id } } }
  outcomes { adopted partly rejected pending } }
"""
READ = f"""
query($id: ID!) {{ it: policyInput(id: $id) {{ {INPUT} activity {{ id }}
  versions {{ nodes {{ canonicalContent comments {{ nodes {{ body }} }} }} }} }} }}
"""
LIST = """
query($filter: PolicyInputFilter) {
  policyInputs(filter: $filter, first: 100) { nodes { id } } }
"""
ID = "$id: ID!"


def content(**change: Any) -> dict[str, Any]:
    return {
        "title": "Masukan atas rancangan",
        "summary": "Perspektif korban belum tampak.",
        "items": [
            {
                "article": "Pasal 12 ayat (1)", "problem": "Korban menunggu terlalu lama.",
                "draftWording": "segera", "proposedWording": "paling lambat 1x24 jam",
                "reasoning": "UU TPKS pasal 42.",
            },
            {
                "article": "Pasal 15", "problem": "Identitas korban terbuka.",
                "proposedWording": "Identitas korban dirahasiakan.", "reasoning": "Pasal 69.",
            },
        ],
        "evidence": [
            {
                "statement": "Rata-rata tiga hari sampai layanan pertama.",
                "sources": [{"title": "Laporan", "url": "https://contoh.example/laporan"}],
            }
        ],
    } | change  # fmt: skip


@dataclass
class Desk:
    """A draft regulation, and who writes about it to whom."""

    watch: Watch
    regulation: str
    lead: Api
    cosigner: Api
    recipient: Api
    stranger: Api

    @property
    def world(self) -> World:
        return self.watch.world

    def draft(self, api: Api | None = None, **change: Any) -> Any:
        given = {
            "regulationId": self.regulation, "activityId": self.watch.id, "content": content(),
            "cosigners": [self.cosigner.org.gid],
        } | change  # fmt: skip
        return (api or self.lead).mutate(
            "draftPolicyInput", "$input: PolicyDraftInput!", INPUT, input=given
        )

    async def at(self, state: str, **change: Any) -> str:
        """The id of a policy input that has come to this state."""
        id = str((await ok(self.draft(**change)))["id"])
        steps = ("CLOSED", "SIGNED", "SUBMITTED", "PUBLISHED")
        for step in steps[: steps.index(state) + 1] if state != "DRAFT" else ():
            if step == "CLOSED":
                await ok(act(self.lead, "closePolicyInput", id))
            elif step == "SIGNED":
                await ok(sign(self.cosigner, id, await hash_of(self.lead, id)))
            elif step == "SUBMITTED":
                await ok(submit(self.lead, id, recipientId=self.recipient.org.gid))
            else:
                await ok(act(self.lead, "publishPolicyInput", id))
        return id

    async def seen(self, api: Api, id: str) -> list[int] | None:
        """The numbers of the versions this caller sees; None when it sees nothing of it."""
        answer = await api.ask(READ, id=id)
        if answer.codes:
            assert answer.codes == ["NOT_FOUND"]
            return None
        return [one["number"] for one in answer.data["it"]["versions"]["nodes"]]


async def desk(world: World) -> Desk:
    around = await watch(world)
    cosigner = await world.as_(await world.org("COMMUNITY_PROVIDER"))
    recipient = await world.as_(await world.org("MINISTRY"))
    regulation = await ok(register(around.lead, kind="RUU", regionCode=None, title="RUU Contoh"))
    return Desk(around, regulation["id"], around.lead, cosigner, recipient, around.stranger)


def act(api: Api, name: str, id: str) -> Any:
    return api.mutate(name, ID, INPUT, id=id)


def redraft(api: Api, id: str, **change: Any) -> Any:
    types = f"{ID}, $input: PolicyContentInput!"
    return api.mutate("redraftPolicyInput", types, INPUT, id=id, input=content(**change))


def invite(api: Api, id: str, *organisations: str) -> Any:
    types = f"{ID}, $organisationIds: [ID!]!"
    return api.mutate(
        "invitePolicyCosigners", types, INPUT, id=id, organisationIds=list(organisations)
    )


def remove(api: Api, id: str, organisation: str) -> Any:
    types = f"{ID}, $organisationId: ID!"
    return api.mutate("removePolicyCosigner", types, INPUT, id=id, organisationId=organisation)


def comment(api: Api, id: str, body: str = "Setuju.") -> Any:
    return api.mutate("commentOnPolicyInput", f"{ID}, $body: String!", INPUT, id=id, body=body)


def sign(api: Api, id: str, hash: str, **change: Any) -> Any:
    given = {"contentHash": hash, "signatoryName": "Pejabat Contoh", "signatoryOffice": "Ketua"}
    types = f"{ID}, $input: PolicySignatureInput!"
    return api.mutate("signPolicyInput", types, INPUT, id=id, input=given | change)


def submit(api: Api, id: str, **change: Any) -> Any:
    given = {"submittedOn": str(today()), "letterNumber": "12/KPAD/2026"} | change
    types = f"{ID}, $input: PolicySubmissionInput!"
    return api.mutate("submitPolicyInput", types, INPUT, id=id, input=given)


def answer(api: Api, id: str, **change: Any) -> Any:
    given = {"answeredOn": day(0), "body": "Akan dipertimbangkan."} | change
    types = f"{ID}, $input: PolicyAnswerInput!"
    return api.mutate("answerPolicyInput", types, INPUT, id=id, input=given)


def record(api: Api, id: str, *outcomes: dict[str, Any]) -> Any:
    types = f"{ID}, $outcomes: [PolicyOutcomeInput!]!"
    return api.mutate("recordPolicyOutcomes", types, INPUT, id=id, outcomes=list(outcomes))


async def read(api: Api, id: str) -> dict[str, Any]:
    found: dict[str, Any] = (await api.data(READ, id=id))["it"]
    return found


async def hash_of(api: Api, id: str) -> str:
    """The hash of the newest version."""
    return str((await read(api, id))["versions"]["nodes"][0]["contentHash"])


async def item_of(api: Api, id: str, number: int = 1) -> str:
    """An item of the newest version."""
    return str((await read(api, id))["versions"]["nodes"][0]["items"]["nodes"][number - 1]["id"])


async def for_strangers(world: World) -> dict[str, str]:
    """Everything there is of policy inputs and assessments that concerns nobody else."""
    there = await desk(world)
    id = await there.at("CLOSED")
    [version] = (await read(there.lead, id))["versions"]["nodes"]
    unit = await world.as_(await world.org())
    assessed = await ok(
        unit.mutate(
            "assessImplementation", "$input: ImplementationAssessmentInput!",
            "... on ImplementationAssessment { id }",
            input=await _assessment(unit),
        )
    )  # fmt: skip
    return {
        "policyinput": id,
        "policyversion": version["id"],
        "policyitem": version["items"]["nodes"][0]["id"],
        "assessment": assessed["id"],
    }


async def sound_values(world: World, me: Api, other: Org) -> dict[str, Any]:
    """Sound inputs of this noun, by the names of their types; ids by root field."""
    regulation = await ok(register(me, regionCode="31", title="Rancangan sendiri"))
    draft = {"regulationId": regulation["id"], "content": content()}
    types = "$input: PolicyDraftInput!"
    ids = [
        str((await ok(me.mutate("draftPolicyInput", types, INPUT, input=draft)))["id"])
        for _ in range(3)
    ]
    for id in ids[1:]:
        await ok(act(me, "closePolicyInput", id))
    await ok(submit(me, ids[2], recipientName="Pansus"))
    item = {"article": "Pasal 1", "duty": "Ada.", "verification": "Lihat.",
            "organisationTypes": ["SCHOOL"], "weight": 1}  # fmt: skip
    return {
        "PolicyInputResult": ids[0],
        "submitPolicyInput": ids[1],
        "recordPolicyOutcomes": ids[2],
        "RegulationResult": regulation["id"],
        "ImplementationAverage": regulation["id"],
        "PolicyDraftInput": draft,
        "PolicyContentInput": content(),
        "PolicySignatureInput": {
            "contentHash": "sha256:", "signatoryName": "Contoh", "signatoryOffice": "Ketua",
        },
        "PolicySubmissionInput": {"submittedOn": str(today()), "letterNumber": "1"},
        "PolicyAnswerInput": {"answeredOn": str(today()), "body": "Contoh"},
        "PolicyOutcomeInput": {"itemId": await item_of(me, ids[2]), "outcome": "PENDING"},
        "RegulationInput": body(title="Lain"),
        "RegulationChangeInput": {"title": "Rancangan sendiri"},
        "RegulationStageInput": {"stage": "ADOPTED", "since": str(today())},
        "ChecklistInput": {"regulationId": regulation["id"], "title": "Daftar", "items": [item]},
        "ImplementationAssessmentInput": await _assessment(me),
    }  # fmt: skip


async def _assessment(api: Api) -> dict[str, Any]:
    """An assessment of one's own organisation, a service unit, by the checklist of UU TPKS."""
    [tpks] = (await api.data(TPKS))["regulations"]["nodes"]
    [checklist] = tpks["checklists"]["nodes"]
    return {
        "checklistId": checklist["id"],
        "organisationId": api.org.gid,
        "period": f"{today().year}-S{1 if today().month <= 6 else 2}",
        "scores": [
            {"itemId": item["id"], "status": "NOT_STARTED"}
            for item in checklist["items"]["nodes"]
            if "UPTD_PPA" in item["organisationTypes"]
        ],
    }
