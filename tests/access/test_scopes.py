"""Which scope opens which line of the contract: written by hand, and held against the schema.

A token with every scope but the one wanted gets nothing done and is told the scope it lacks. And
the test bites: taking the scope off any line of the schema makes it fail.
"""

from collections.abc import Iterator
from typing import Any

import pytest
from graphql import GraphQLObjectType, get_named_type, parse

from api.app import make_schema
from auth.scopes import Scope
from schema.scopes import needs
from tests.unchanged import unchanged
from tests.world import EVERY_SCOPE, Api, World

ROOTS: dict[str, str] = {
    "organisation:read": "organisation organisations vocabulary",
    "organisation:write": "registerOrganisation changeOrganisation dissolveOrganisation"
    " setOrganisationAccess",
    "mou:read": "mou mous previewAgreement",
    "mou:write": "proposeMou reviseMou submitMou withdrawMou commentOnMou approveMou amendMou"
    " extendMou suspendMou resumeMou terminateMou",
    "mou:sign": "signMou signReceipt registerReceiptKey",
    "handoff:read": "handoff handoffs handoffCounts inquiry inquiries dataRequest dataRequests"
    " emergency emergencies emergencyCounts custodyChain explainAccess viewAs withdrawalNotices"
    " clocks clockCounts lateBranches",
    "handoff:write": "draftHandoff sendHandoff sendDraftedHandoff receiveHandoff acceptHandoff"
    " rejectHandoff requestHandoffInfo provideHandoffInfo startHandoff completeHandoff failHandoff"
    " cancelHandoff requestHandoffCancellation answerHandoffCancellation revokeHandoff"
    " addHandoffSection removeHandoffSection askPartner answerInquiry withdrawInquiry"
    " placeLegalHold liftLegalHold openDataRequest answerDataRequest liftRestriction"
    " correctSection reviewEmergency addLawfulBasis withdrawConsent acknowledgeWithdrawal"
    " nameSuspect retractSuspect recordHandoffReports",
    "handoff:emergency": "openEmergency closeEmergency",
    "result:read": "programme programmes resultsFramework resultsFrameworks measurementsDue"
    " evaluation evaluations",
    "result:write": "startProgramme changeProgramme createResultsFramework changeResultsFramework"
    " addFrameworkResult addIndicator changeIndicator succeedIndicator reportMeasurement"
    " correctMeasurement startEvaluation answerPromise assessAgreement concludeEvaluation",
    "activity:read": "educationSession educationSessions material materials"
    " calendarFeeds jointActivity jointActivities regulation regulations policyInput policyInputs"
    " checklist implementationAssessment implementationAssessments implementationAverages",
    "activity:write": "planEducationSession changeEducationSession holdEducationSession"
    " cancelEducationSession recordSessionFigures recordSessionTest addMaterial addMaterialVersion"
    " publishMaterialVersion"
    " planJointActivity changeJointActivity announceJointActivity"
    " startJointActivity completeJointActivity cancelJointActivity inviteToJointActivity"
    " createCalendarFeed endCalendarFeed commentOnJointActivity editActivityComment"
    " withdrawActivityComment addActivityDocument"
    " recordActivityDecision addDocumentVersion"
    " acceptInvitation declineInvitation leaveJointActivity changeParticipantRole"
    " handOverJointActivity changeActivityTask addActivityTask settleActivityTask"
    " registerRegulation changeRegulation recordRegulationStage draftPolicyInput redraftPolicyInput"
    " invitePolicyCosigners removePolicyCosigner commentOnPolicyInput closePolicyInput"
    " revisePolicyInput signPolicyInput submitPolicyInput answerPolicyInput recordPolicyOutcomes"
    " publishPolicyInput drawUpChecklist assessImplementation",
    "client:read": "client clients",
    "client:write": "registerClient changeClient addClientSecret disableClient endGrant",
    "user:read": "user users",
    "user:write": "inviteUser changeUser renewUserLink disableUser enableUser endSession"
    " setIdentityProvider removeIdentityProvider",
    "security:read": "securityEvents",
    "ledger:read": "ledger ledgerHead ledgerConsistency",
    "statistics:read": "statistics statisticsReleases",
    "oversight:read": "finding findings findingCounts recommendation recommendations"
    " recommendationCounts clarification clarifications clarificationCounts oversightReport"
    " oversightReports"
    " oversightPlan oversightPlans instrument instruments visit visits"
    " visitComparison",
    "oversight:write": "draftFinding changeFinding confirmFinding withdrawFinding"
    " draftRecommendation changeRecommendation issueRecommendation withdrawRecommendation"
    " readdressRecommendation respondToRecommendation reportFollowUp judgeFollowUp"
    " draftClarification changeClarification sendClarification withdrawClarification"
    " readdressClarification remindOfClarification writeClarificationAnswers"
    " submitClarificationAnswers askMoreTime answerMoreTime assessClarification"
    " draftOversightReport changeOversightReport publishOversightReport shareOversightReport"
    " draftOversightPlan changeOversightPlan publishOversightPlan"
    " shareOversightPlan withdrawOversightPlan draftInstrument reviseInstrument"
    " publishInstrumentVersion"
    " retireInstrumentVersion openInstrument planVisit changeVisit holdVisit"
    " cancelVisit shareVisit addVisitNote saveVisitResponse submitVisitResponse"
    " correctVisitResponse",
}
FREE_ROOTS = {"viewer", "node", "nodes", "receipt"}
"""For any token: what they give says by itself which scopes it needs."""
TYPES: dict[str, str] = {
    "statistics:read": "StatisticsTable StatisticsAxis StatisticsValue StatisticsFigure"
    " StatisticsRelease",
    "mou:read": "Mou MouVersion MouParty MouClause MouComment MouApproval MouSignature MouEvent"
    " AgreementPreview PreviewCount",
    "handoff:read": "Handoff HandoffEvent HandoffCount Section Disclosed Withheld Inquiry"
    " LegalHold DataRequest Emergency EmergencyReview EmergencyCount CustodyChain CustodyLink"
    " Disclosure AccessExplanation HandoffView ViewedSection PreviewedHandoff"
    " LawfulBasis ConsentGiver WithdrawalNotice Suspect Clock ClockCount LateBranch",
    "result:read": "Programme ProgrammeMember ResultsFramework FrameworkResult Indicator"
    " ComputedFigure Measurement MeasurementDue Evaluation EvaluationPromise EvaluationVoice"
    " WorkDone",
    "activity:read": "EducationSession SessionFigures SessionTest SessionMaterial EducationTotals"
    " People PeopleCount Material MaterialVersion"
    " JointActivity ActivityParticipant ActivityTask ActivityComment"
    " CalendarFeed CalendarFeedWithLink ActivityDecision ActivityDocument DocumentVersion"
    " Regulation StageReached PolicyInput PolicyVersion PolicyItem PolicyEvidence PolicyComment"
    " PolicySignature PolicyCosigner PolicySubmission PolicyAnswer PolicyOutcomes ItemOutcome"
    " Checklist ChecklistItem ImplementationAssessment ItemScore ImplementationAverage",
    "client:read": "Client ClientKey Grant OrganisationAccess",
    "user:read": "User Session IdentityProvider",
    "security:read": "SecurityEvent SecurityFact",
    "ledger:read": "LedgerEntry LedgerItem LedgerHead LedgerConsistency",
    "oversight:read": "OversightFinding FindingCount Recommendation RecommendationCount"
    " RecommendationCounts FollowUp Clarification ClarificationQuestion ClarificationAnswer"
    " ClarificationEvent ClarificationCount OversightReport"
    " OversightPlan OversightPlanItem OversightInstrument InstrumentVersion Visit"
    " VisitNote VisitResponse VisitAnswer VisitScore ScoreMark VisitComparison"
    " ComparedScore AnswerCount",
}
"""Whatever way one comes to a row, it needs the scope of its noun."""
MORE = {
    "ClockCount.mou": "mou:read",
    "AgreementPreview.handoffs": "handoff:read",
    "Disclosure.agreement": "mou:read",
    "DataRequest.details": "handoff:identity",
    "ConsentGiver.name": "handoff:identity",
    "ConsentGiver.nationalId": "handoff:identity",
    "Suspect.name": "handoff:identity",
    "Suspect.nationalId": "handoff:identity",
    "Emergency.person": "user:read",
    "Handoff.mou": "mou:read",
    "Inquiry.mou": "mou:read",
    "JointActivity.mou": "mou:read",
    "ResultsFramework.mou": "mou:read",
    "Evaluation.mou": "mou:read",
    "Evaluation.version": "mou:read",
    "MouVersion.answersEvaluation": "result:read",
    "PolicyEvidence.figures": "statistics:read",
    "PolicyEvidence.finding": "oversight:read",
    "JointActivity.visits": "oversight:read",
    "JointActivity.findings": "oversight:read",
    "JointActivity.recommendations": "oversight:read",
    "JointActivity.clarifications": "oversight:read",
    "OversightFinding.activity": "activity:read",
    "Recommendation.activity": "activity:read",
    "Clarification.activity": "activity:read",
    "OversightReport.activities": "activity:read",
    "Visit.activity": "activity:read",
    "Organisation.parent": "organisation:read",
    "Organisation.branches": "organisation:read",
    "Organisation.access": "client:read",
    "OrganisationAccess.identityProvider": "user:read",
    "Grant.user": "user:read",
    "User.grants": "client:read",
    "ReceiptSignature.organisation": "organisation:read",
    "ReceiptKey.organisation": "organisation:read",
    "LedgerItem.handoff": "handoff:read",
    "LedgerItem.mou": "mou:read",
    "SecurityEvent.client": "client:read",
    "SecurityEvent.byClient": "client:read",
    "SecurityEvent.user": "user:read",
    "SecurityEvent.byUser": "user:read",
}
FREE_TYPES = {"Organisation", "Viewer", "Refused", "Term", "PageInfo", "Query", "Mutation",
              "Person", "Permission", "ClientWithSecret", "Invited", "Receipt", "ReceiptSignature",
              "ReceiptKey", "Reference", "Problem", "Questionnaire",
              "QuestionnaireSection", "Question", "QuestionOption", "QuestionCondition",
              "ScoreBand", "Target", "MeasurementPart"}  # fmt: skip
"""What is said of an organisation beside a row is no secret; pages and edges are what they hold. A
token learns of itself, and whoever makes something is given it. Of a receipt, the database asks for
the scope of what it is of. A questionnaire is reached by its version alone."""

MADE = make_schema()
SCHEMA = MADE._schema
STRAWBERRY = "strawberry-definition"


def by_name(table: dict[str, str]) -> dict[str, str]:
    return {name: scope for scope, names in table.items() for name in names.split()}


def roots() -> Iterator[tuple[str, str, str]]:
    """Operation, root field, scope wanted."""
    wanted = by_name(ROOTS)
    for operation, root in (("query", SCHEMA.query_type), ("mutation", SCHEMA.mutation_type)):
        assert root
        for name in root.fields:
            if name not in FREE_ROOTS:
                yield operation, name, wanted.get(name, "not in the table")


def lines() -> Iterator[tuple[str, str]]:
    """Every line of every object type, as ``Type.field``, with the scopes wanted."""
    wanted = by_name(TYPES)
    top = {name: scope for _, name, scope in roots()}
    for type_ in SCHEMA.type_map.values():
        if isinstance(type_, GraphQLObjectType) and not type_.name.startswith("__"):
            for field in type_.fields:
                line = f"{type_.name}.{field}"
                scopes = {wanted.get(type_.name), MORE.get(line)}
                if type_ in (SCHEMA.query_type, SCHEMA.mutation_type):
                    scopes = {top.get(field)}
                yield line, " ".join(sorted(scope for scope in scopes if scope))


LINES = dict(lines())


def demanded(line: str) -> str:
    """What the schema asks for a line of a type, by itself, however it is reached."""
    type_, field = line.split(".")
    tree = parse(f"{{ ...F }} fragment F on {type_} {{ {field} }}")
    operation, fragment = tree.definitions
    found = needs(SCHEMA, operation, {"F": fragment})  # type: ignore[arg-type, dict-item]
    return " ".join(sorted(need.scope.value for need in found))


def sample(type_: Any) -> str:
    """A value of the type, as written in a document."""
    text = str(type_)
    if text.startswith("["):
        return "[]"
    named = get_named_type(type_)
    if hasattr(named, "values"):
        return str(next(iter(named.values)))
    if hasattr(named, "fields"):
        required = {k: f.type for k, f in named.fields.items() if str(f.type).endswith("!")}
        if named.extensions[STRAWBERRY].is_one_of:
            required = {k: f.type for k, f in list(named.fields.items())[:1]}
        return "{" + ", ".join(f"{k}: {sample(t)}" for k, t in required.items()) + "}"
    return {"Int": "1", "Boolean": "true", "Decimal": "1", "Date": '"2030-01-01"',
            "DateTime": '"2030-01-01T00:00:00Z"'}.get(named.name, '"contoh"')  # fmt: skip


def document(operation: str, name: str, alias: str = "it") -> str:
    root: Any = SCHEMA.query_type if operation == "query" else SCHEMA.mutation_type
    required = {k: a.type for k, a in root.fields[name].args.items() if str(a.type).endswith("!")}
    given = ", ".join(f"{key}: {sample(type_)}" for key, type_ in required.items())
    return f"{operation} {{ {alias}: {name}{f'({given})' if given else ''} {{ __typename }} }}"


async def all_but(world: World, scope: str) -> Api:
    """KPAI with a token that carries everything but one scope."""
    return await world.as_(world.kpai, *(s for s in EVERY_SCOPE if s.value != scope))


@pytest.mark.parametrize(("operation", "name", "scope"), list(roots()))
async def test_without_its_scope_nothing_is_done(
    world: World, operation: str, name: str, scope: str
) -> None:
    api = await all_but(world, scope)
    async with unchanged(world):
        answer = await api.ask(document(operation, name))
    assert answer.status == 403
    assert "data" not in answer.body
    assert [error["extensions"] for error in answer.body["errors"]] == [
        {"code": "MISSING_SCOPE", "scope": scope}
    ]


@pytest.mark.parametrize(("operation", "name", "scope"), list(roots()))
async def test_its_scope_alone_is_enough(
    world: World, operation: str, name: str, scope: str
) -> None:
    api = await world.as_(world.kpai, Scope(scope))
    answer = await api.ask(document(operation, name))
    assert answer.status == 200
    assert "MISSING_SCOPE" not in answer.codes


@pytest.mark.parametrize("line", LINES)
def test_a_line_asks_for_its_scopes(line: str) -> None:
    assert demanded(line) == LINES[line]


def test_every_type_is_in_the_table() -> None:
    known = by_name(TYPES).keys() | FREE_TYPES
    types = {line.split(".")[0] for line in LINES}
    assert {t for t in types - known if not t.endswith(("Connection", "Edge"))} == set()
    assert set(MORE) <= LINES.keys()
    assert set(by_name(ROOTS)) == {name for _, name, _ in roots()}


# That the tests bite ----------------------------------------------------------------------------


def strip(patch: pytest.MonkeyPatch, line: str) -> None:
    """Take every scope off a line: its own, and its type's."""
    type_, field = line.split(".")
    of = SCHEMA.type_map[type_]
    assert isinstance(of, GraphQLObjectType)
    patch.setattr(of.extensions[STRAWBERRY], "directives", [])
    patch.setattr(of.fields[field].extensions[STRAWBERRY], "metadata", {"scope": None})


GUARDED = [line for line, scopes in LINES.items() if scopes]


@pytest.mark.parametrize("line", GUARDED)
def test_a_line_that_lost_its_scope_is_noticed(monkeypatch: pytest.MonkeyPatch, line: str) -> None:
    strip(monkeypatch, line)
    assert demanded(line) != LINES[line]


@pytest.mark.parametrize("type_", by_name(TYPES))
def test_a_type_that_lost_its_scope_is_noticed(monkeypatch: pytest.MonkeyPatch, type_: str) -> None:
    of = SCHEMA.type_map[type_]
    monkeypatch.setattr(of.extensions[STRAWBERRY], "directives", [])
    lines = [line for line in LINES if line.startswith(f"{type_}.")]
    # Unless each line carries a scope of its own as well, one of them asks for less now.
    own = all(of.fields[line.split(".")[1]].extensions[STRAWBERRY].metadata for line in lines)
    assert own or any(demanded(line) != LINES[line] for line in lines)


@pytest.mark.parametrize(("operation", "name", "scope"), list(roots()))
async def test_a_root_field_that_lost_its_scope_lets_the_token_through(
    world: World, monkeypatch: pytest.MonkeyPatch, operation: str, name: str, scope: str
) -> None:
    """So the test above, which expects MISSING_SCOPE, fails of any field that forgot its scope."""
    strip(monkeypatch, f"{operation.title()}.{name}")
    answer = await (await all_but(world, scope)).ask(document(operation, name, alias="unguarded"))
    assert "MISSING_SCOPE" not in answer.codes
