"""An oversight activity to test in: who leads, who works, who looks on, and who is told what."""

from dataclasses import dataclass
from typing import Any

from tests.scenes import REASON, day, gids
from tests.world import Api, Org, World, ok

FINDING = """... on OversightFinding { id status statement severity sector legalBasis regionCode
  confirmedAt withdrawReason evidence { title url } foundBy { id } concerns { id }
  activity { id } }"""
RECOMMENDATION = """... on Recommendation { id status text dueOn daysLeft overdue reminder issuedAt
  response responseNote plannedOn verifiedAt withdrawReason issuer { id } addressee { id }
  follows { id } findings { id statement activity { id } }
  followUps { nodes { id text verdict verdictReason } } }"""
FOLLOW_UP = "... on FollowUp { id text verdict verdictReason recommendation { id status } }"
CLARIFICATION = """... on Clarification { id status subject dueOn overdue reminder askedUntil
  verdict verdictNote withdrawReason issuer { id } addressee { id } activity { id } follows { id }
  questions { number text answer { text evidence { title } verdict verdictNote } }
  events { nodes { kind note untilOn by { id } } } }"""
REPORT = """... on OversightReport { id title summary text content contentHash publishedAt
  forParticipants author { id } readers { id } activities { id } findings { id }
  clarifications { id } recommendations { id } visits { id } }"""
PROOF = {"title": "Foto ruang", "url": "https://contoh.example/foto.jpg"}


@dataclass
class Watch:
    """An oversight activity in progress, and an office that is watched."""

    world: World
    id: str
    lead: Api
    helper: Api
    organiser: Api
    observer: Api
    invited: Api
    office: Api
    stranger: Api

    async def finding(self, api: Api | None = None, *, confirmed: bool = True, **more: Any) -> str:
        made = await ok(find(api or self.helper, self.id, **more))
        if confirmed:
            await ok(step(api or self.helper, "confirmFinding", made["id"]))
        return str(made["id"])

    async def recommendation(
        self, status: str = "ISSUED", to: Org | None = None, **more: Any
    ) -> str:
        """A recommendation of the helper's that has come to this state."""
        given = advice(to or self.office.org, [await self.finding()], **more)
        made = await ok(recommend(self.helper, self.id, given))
        for name in RECOMMENDATION_PATHS[status]:
            await ok(self.take(name, made["id"]))
        return str(made["id"])

    def take(self, name: str, id: str, api: Api | None = None) -> Any:
        """One step of a recommendation's life, by the side it belongs to."""
        side = self.office if name in ADDRESSED else self.helper
        if name in ("VERIFIED", "NOT_YET"):
            return self._judge(api or side, id, name)
        return act(api or side, name, id)

    async def _judge(self, api: Api, id: str, verdict: str) -> Any:
        rows = await self.world.sql(
            "select id from recommendation_follow_up where recommendation_id = :id"
            " order by id desc limit 1", id=id.rpartition("_")[2]
        )  # fmt: skip
        followup = f"followup_{rows[0].id.hex if rows else '0' * 32}"
        return await judge(api, followup, verdict)

    async def clarification(self, status: str = "SENT", to: Org | None = None, **more: Any) -> str:
        """A request of the helper's that has come to this state."""
        given = asking(to or self.office.org, **more)
        made = await ok(ask(self.helper, given, activityId=self.id))
        for name in CLARIFICATION_PATHS[status]:
            await ok(act(self.office if name in ANSWERING else self.helper, name, made["id"]))
        return str(made["id"])


ADDRESSED = ("respondToRecommendation", "reportFollowUp")
ANSWERING = ("writeClarificationAnswers", "submitClarificationAnswers", "askMoreTime")
RECOMMENDATION_PATHS: dict[str, tuple[str, ...]] = {
    "DRAFT": (),
    "ISSUED": ("issueRecommendation",),
    "RESPONDED": ("issueRecommendation", "respondToRecommendation"),
    "IN_PROGRESS": ("issueRecommendation", "respondToRecommendation", "reportFollowUp"),
    "VERIFIED": (
        "issueRecommendation", "respondToRecommendation", "reportFollowUp", "VERIFIED",
    ),
    "WITHDRAWN": ("issueRecommendation", "withdrawRecommendation"),
}  # fmt: skip
CLARIFICATION_PATHS: dict[str, tuple[str, ...]] = {
    "DRAFT": (),
    "SENT": ("sendClarification",),
    "ANSWERED": (
        "sendClarification", "writeClarificationAnswers", "submitClarificationAnswers",
    ),
    "ASSESSED": (
        "sendClarification", "writeClarificationAnswers", "submitClarificationAnswers",
        "assessClarification",
    ),
    "WITHDRAWN": ("sendClarification", "withdrawClarification"),
}  # fmt: skip


def asking(to: Org, **change: Any) -> dict[str, Any]:
    return {
        "addresseeId": to.gid,
        "subject": "Pelaporan kasus",
        "questions": ["Berapa lama?", "Siapa petugasnya?"],
        "dueOn": day(7),
    } | change


def advice(to: Org, findings: list[str], **change: Any) -> dict[str, Any]:
    return {
        "addresseeId": to.gid,
        "findingIds": findings,
        "text": "Sediakan ruang ramah anak.",
        "dueOn": day(30),
        "expectedEvidence": "Foto ruang.",
    } | change


REASONED = ("$id: ID!, $reason: String!", {"reason": REASON})
STEPS: dict[str, tuple[str, dict[str, Any]]] = {
    "confirmFinding": ("$id: ID!", {}),
    "withdrawFinding": REASONED,
    "issueRecommendation": ("$id: ID!", {}),
    "withdrawRecommendation": REASONED,
    "respondToRecommendation": (
        "$id: ID!, $input: RecommendationResponseInput!",
        {"input": {"response": "ACCEPTED", "plannedOn": day(20)}},
    ),
    "reportFollowUp": (
        "$id: ID!, $input: FollowUpInput!",
        {"input": {"text": "Ruang sudah ada.", "evidence": [PROOF]}},
    ),
    "sendClarification": ("$id: ID!", {}),
    "withdrawClarification": REASONED,
    "remindOfClarification": ("$id: ID!, $note: String", {"note": "Mohon dijawab."}),
    "writeClarificationAnswers": (
        "$id: ID!, $answers: [ClarificationAnswerInput!]!",
        {"answers": [{"number": 1, "text": "Dua hari."},
                     {"number": 2, "text": "Bagian perlindungan.", "evidence": [PROOF]}]},
    ),
    "submitClarificationAnswers": ("$id: ID!", {}),
    "askMoreTime": ("$id: ID!, $until: Date!, $reason: String!",
                    {"until": day(14), "reason": REASON}),
    "answerMoreTime": ("$id: ID!, $grant: Boolean!, $reason: String",
                       {"grant": True, "reason": REASON}),
    "assessClarification": (
        "$id: ID!, $input: AssessmentInput!",
        {"input": {"verdict": "INSUFFICIENT", "note": REASON, "answers": [
            {"number": 1, "verdict": "SATISFACTORY"},
            {"number": 2, "verdict": "INSUFFICIENT", "note": "Nama jabatan?"}]}},
    ),
    "publishOversightReport": ("$id: ID!", {}),
}  # fmt: skip
"""Every step with the least it takes."""


def act(api: Api, name: str, id: str, **change: Any) -> Any:
    """A step, or an attempt at it."""
    types, variables = STEPS[name]
    returns = f"{FINDING} {RECOMMENDATION} {FOLLOW_UP} {CLARIFICATION} {REPORT}"
    [one] = [part for part in _parts(returns) if _result(name) in part.split("{")[0]]
    return api.mutate(name, types, one, id=id, **{**variables, **change})


step = act


def _parts(returns: str) -> list[str]:
    return [f"... on {part}" for part in returns.split("... on ") if part]


def _result(name: str) -> str:
    if name == "reportFollowUp":
        return "FollowUp"
    if "Time" in name or "Clarification" in name:
        return "Clarification"
    return next(noun for noun in ("Finding", "Recommendation", "Report") if noun in name)


def find(api: Api, activity: str, **change: Any) -> Any:
    given = {
        "severity": "HIGH",
        "sector": "EDUCATION",
        "statement": "Tidak ada ruang ramah anak.",
        "evidence": [PROOF],
        "legalBasis": "UU 35/2014 pasal 54",
        "regionCode": "32.73",
    } | change
    types = "$activityId: ID!, $input: FindingInput!"
    return api.mutate("draftFinding", types, FINDING, activityId=activity, input=given)


def recommend(api: Api, activity: str, given: dict[str, Any]) -> Any:
    types = "$activityId: ID!, $input: RecommendationInput!"
    return api.mutate(
        "draftRecommendation", types, RECOMMENDATION, activityId=activity, input=given
    )


def judge(api: Api, id: str, verdict: str, reason: str | None = REASON) -> Any:
    types = "$id: ID!, $verdict: FollowUpVerdict!, $reason: String"
    return api.mutate("judgeFollowUp", types, FOLLOW_UP, id=id, verdict=verdict, reason=reason)


def ask(api: Api, given: dict[str, Any], **more: Any) -> Any:
    types = "$input: ClarificationInput!" + "".join(f", ${name}: ID" for name in more)
    return api.mutate("draftClarification", types, CLARIFICATION, input=given, **more)


def readdress(api: Api, name: str, id: str, to: Org, due: str = day(10), **more: Any) -> Any:
    types = "$id: ID!, $addresseeId: ID!, $dueOn: Date!, $reason: String!"
    returns = RECOMMENDATION if "Recommendation" in name else CLARIFICATION
    given = {"id": id, "addresseeId": to.gid, "dueOn": due, "reason": REASON} | more
    return api.mutate(name, types, returns, **given)


def report(api: Api, activities: list[str], **change: Any) -> Any:
    given = {"title": "Laporan *tahunan*", "summary": "Ringkasan.", "activityIds": activities}
    types = "$input: OversightReportInput!"
    return api.mutate("draftOversightReport", types, REPORT, input=given | change)


async def dissolve(world: World, org: Org) -> None:
    await world.sql("update organisation set dissolved_at = now() where id = :id", id=org.id)


async def watch(world: World) -> Watch:
    """The activity, with everybody in their parts."""
    kinds = ("KPAD", "UPTD_PPA", "KPAD", "SCHOOL", "LPSK", "EDUCATION_OFFICE", "LEGAL_AID")
    orgs = [await world.org(kind) for kind in kinds]
    lead, helper, organiser, observer, invited, office, stranger = [
        await world.as_(org) for org in orgs
    ]
    given = {
        "kind": "OVERSIGHT", "title": "Pengawasan sekolah", "startsAt": f"{day(-2)}T00:00:00Z",
        "endsAt": f"{day(9)}T00:00:00Z", "invite": gids(*orgs[1:5]),
    }  # fmt: skip
    made = await ok(lead.mutate("planJointActivity", "$input: JointActivityInput!",
                                "... on JointActivity { id }", input=given))  # fmt: skip
    id = str(made["id"])
    for name in ("announceJointActivity", "startJointActivity"):
        await ok(lead.mutate(name, "$id: ID!", "", id=id))
    types = "$id: ID!, $organisationId: ID!, $role: ParticipantRole!"
    for api, role in ((organiser, "CO_ORGANISER"), (observer, "OBSERVER")):
        await ok(api.mutate("acceptInvitation", "$id: ID!", "", id=id))
        await ok(lead.mutate("changeParticipantRole", types, "", id=id,
                             organisationId=api.org.gid, role=role))  # fmt: skip
    await ok(helper.mutate("acceptInvitation", "$id: ID!", "", id=id))
    return Watch(world, id, lead, helper, organiser, observer, invited, office, stranger)


async def for_strangers(world: World) -> dict[str, str]:
    """One of everything, by name, of organisations that nobody else has to do with."""
    scene = await watch(world)
    followed = await scene.recommendation("IN_PROGRESS")
    [row] = await world.sql("select id from recommendation_follow_up order by id desc limit 1")
    made = await ok(report(scene.lead, [scene.id]))
    return {
        "finding": await scene.finding(confirmed=False),
        "confirmed": await scene.finding(),
        "recommendation": await scene.recommendation("DRAFT"),
        "issued": followed,
        "followup": f"followup_{row.id.hex}",
        "clarification": await scene.clarification(),
        "oversightreport": made["id"],
    }


async def sound_values(world: World, me: Api, other: Org) -> dict[str, Any]:
    """Sound values by the names of input types, and by root field for ids of one's own."""
    made = await ok(me.mutate("planJointActivity", "$input: JointActivityInput!",
                              "... on JointActivity { id }", input={
        "kind": "OVERSIGHT", "title": "Pengawasan", "startsAt": f"{day(1)}T00:00:00Z",
        "endsAt": f"{day(2)}T00:00:00Z"}))  # fmt: skip
    activity = str(made["id"])
    await ok(me.mutate("announceJointActivity", "$id: ID!", "", id=activity))
    drafted = await ok(find(me, activity))
    finding = str((await ok(find(me, activity)))["id"])
    await ok(act(me, "confirmFinding", finding))
    gone = await world.org()
    advised = await ok(recommend(me, activity, advice(other, [finding])))
    told = await ok(recommend(me, activity, advice(gone, [finding])))
    await ok(act(me, "issueRecommendation", told["id"]))
    asked = await ok(ask(me, asking(other)))
    sent = await ok(ask(me, asking(gone)))
    await ok(act(me, "sendClarification", sent["id"]))
    await dissolve(world, gone)
    begun, published = [await ok(report(me, [activity])) for _ in range(2)]
    await ok(act(me, "publishOversightReport", published["id"]))
    return {
        "FindingInput": {"severity": "LOW", "sector": "HEALTH", "statement": "Contoh"},
        "RecommendationInput": advice(other, [finding]),
        "RecommendationResponseInput": {"response": "ACCEPTED", "plannedOn": day(3)},
        "FollowUpInput": {"text": "Contoh"},
        "ClarificationInput": asking(other),
        "ClarificationAnswerInput": {"number": 1, "text": "Contoh"},
        "AssessmentInput": {"answers": [], "verdict": "SATISFACTORY"},
        "OversightReportInput": {"title": "T", "summary": "R", "activityIds": [activity]},
        "draftFinding": activity, "draftRecommendation": activity,
        "changeFinding": drafted["id"], "changeRecommendation": advised["id"],
        "readdressRecommendation": told["id"], "readdressClarification": sent["id"],
        "changeClarification": asked["id"], "changeOversightReport": begun["id"],
        "shareOversightReport": published["id"],
    }  # fmt: skip


DIRECTORY = {
    *(f"Mutation.{step}Finding.input.concernsId" for step in ("draft", "change")),
    *(f"Mutation.{step}{noun}.input.addresseeId" for step in ("draft", "change")
      for noun in ("Recommendation", "Clarification")),
    *(f"Mutation.readdress{noun}.addresseeId" for noun in ("Recommendation", "Clarification")),
    *(f"Mutation.{step}OversightReport.input.readerIds.0" for step in ("draft", "change")),
    "Mutation.shareOversightReport.organisationIds.0",
}  # fmt: skip
"""Where an organisation is named that one may know of from the directory."""
