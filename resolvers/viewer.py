"""Who is asking, and reading anything again by its id."""

from typing import Annotated, Any

import strawberry

from auth.caller import Caller
from auth.scopes import Scope
from db.activity import ActivityNow, ActivityTask
from db.basis import LawfulBasis, WithdrawalNotice
from db.calendar import CalendarFeed
from db.case import CaseSuspect, LegalHold
from db.checklist import Assessment, Checklist, ChecklistItem
from db.clarification import Clarification
from db.client import Client
from db.data_request import DataRequest
from db.education import EducationSession, SessionFigures, SessionTest
from db.emergency import EmergencyAccess
from db.evaluation import Evaluation, EvaluationPromise
from db.finding import Finding
from db.framework import FrameworkResult, Programme, ResultsFramework
from db.grant import Grant
from db.handoff import Handoff, SectionNow
from db.ids import decode
from db.indicator import Indicator
from db.inquiry import Inquiry
from db.instrument import Instrument, InstrumentVersion
from db.ledger import LedgerEntry
from db.material import Material, MaterialVersion
from db.measurement import Measurement
from db.meeting import ActivityComment, ActivityDecision, ActivityDocument
from db.mou import MouNow, MouVersion
from db.organisation import Organisation
from db.oversight_plan import OversightPlan, PlanItem
from db.oversight_report import OversightReport
from db.policy_input import PolicyInput, PolicyItem, PolicyVersion
from db.receipt import Receipt
from db.recommendation import FollowUp, Recommendation
from db.regulation import Regulation
from db.security import SecurityEvent
from db.user import IdentityProvider, Session, User
from db.visit import Visit, VisitResponse
from domain import access
from domain.checks import Ref
from domain.refusal import RefusalCode, require
from resolvers.context import Info

NODES: dict[str, tuple[type[Any], Scope | None]] = {
    "organisation": (Organisation, Scope.ORGANISATION_READ),
    "mou": (MouNow, Scope.MOU_READ),
    "version": (MouVersion, Scope.MOU_READ),
    "activity": (ActivityNow, Scope.ACTIVITY_READ),
    "task": (ActivityTask, Scope.ACTIVITY_READ),
    "activitycomment": (ActivityComment, Scope.ACTIVITY_READ),
    "calendar": (CalendarFeed, Scope.ACTIVITY_READ),
    "decision": (ActivityDecision, Scope.ACTIVITY_READ),
    "document": (ActivityDocument, Scope.ACTIVITY_READ),
    "regulation": (Regulation, Scope.ACTIVITY_READ),
    "policyinput": (PolicyInput, Scope.ACTIVITY_READ),
    "policyversion": (PolicyVersion, Scope.ACTIVITY_READ),
    "policyitem": (PolicyItem, Scope.ACTIVITY_READ),
    "checklist": (Checklist, Scope.ACTIVITY_READ),
    "checklistitem": (ChecklistItem, Scope.ACTIVITY_READ),
    "assessment": (Assessment, Scope.ACTIVITY_READ),
    "educationsession": (EducationSession, Scope.ACTIVITY_READ),
    "sessionfigures": (SessionFigures, Scope.ACTIVITY_READ),
    "sessiontest": (SessionTest, Scope.ACTIVITY_READ),
    "material": (Material, Scope.ACTIVITY_READ),
    "materialversion": (MaterialVersion, Scope.ACTIVITY_READ),
    "programme": (Programme, Scope.RESULT_READ),
    "framework": (ResultsFramework, Scope.RESULT_READ),
    "result": (FrameworkResult, Scope.RESULT_READ),
    "indicator": (Indicator, Scope.RESULT_READ),
    "measurement": (Measurement, Scope.RESULT_READ),
    "evaluation": (Evaluation, Scope.RESULT_READ),
    "promise": (EvaluationPromise, Scope.RESULT_READ),
    "finding": (Finding, Scope.OVERSIGHT_READ),
    "recommendation": (Recommendation, Scope.OVERSIGHT_READ),
    "followup": (FollowUp, Scope.OVERSIGHT_READ),
    "clarification": (Clarification, Scope.OVERSIGHT_READ),
    "oversightreport": (OversightReport, Scope.OVERSIGHT_READ),
    "oversightplan": (OversightPlan, Scope.OVERSIGHT_READ),
    "planitem": (PlanItem, Scope.OVERSIGHT_READ),
    "instrument": (Instrument, Scope.OVERSIGHT_READ),
    "questionnaire": (InstrumentVersion, Scope.OVERSIGHT_READ),
    "visit": (Visit, Scope.OVERSIGHT_READ),
    "response": (VisitResponse, Scope.OVERSIGHT_READ),
    "handoff": (Handoff, Scope.HANDOFF_READ),
    "section": (SectionNow, Scope.HANDOFF_READ),
    "emergency": (EmergencyAccess, Scope.HANDOFF_READ),
    "inquiry": (Inquiry, Scope.HANDOFF_READ),
    "basis": (LawfulBasis, Scope.HANDOFF_READ),
    "notice": (WithdrawalNotice, Scope.HANDOFF_READ),
    "suspect": (CaseSuspect, Scope.HANDOFF_READ),
    "hold": (LegalHold, Scope.HANDOFF_READ),
    "request": (DataRequest, Scope.HANDOFF_READ),
    "client": (Client, Scope.CLIENT_READ),
    "grant": (Grant, Scope.CLIENT_READ),
    "user": (User, Scope.USER_READ),
    "session": (Session, Scope.USER_READ),
    "provider": (IdentityProvider, Scope.USER_READ),
    "securityevent": (SecurityEvent, Scope.SECURITY_READ),
    "reading": (LedgerEntry, Scope.LEDGER_READ),
    "receipt": (Receipt, None),  # the database asks for the scope of what it is of
}
MOST_NODES = 100


async def viewer(info: Info) -> Caller:
    """Who you are here: what this token may do, and for which organisation."""
    return await info.context.myself()


def scopes(root: Caller) -> list[str]:
    """The scopes this token carries."""
    return sorted(root.scopes)


async def permissions(info: Info) -> list[Scope]:
    """What you may do now: scopes that the token carries and nobody has taken away since."""
    async with info.context.transaction() as tx:
        return await access.permitted(tx)


def description(root: Scope, info: Info) -> str:
    """What the scope allows, for people, by Accept-Language."""
    return {"id": root.indonesian, "en": root.english}[info.context.language]


async def node(info: Info, id: Ref) -> Any:
    """Anything by its id; null when it does not exist for you or the scope is missing."""
    model, scope = NODES.get(id.partition("_")[0], (None, None))
    known = decode(id)
    if model is None or known is None or (scope and scope not in info.context.me.scopes):
        return None
    found = await info.context.one(model, known[1])
    if found is None:
        info.context.reading.denied(info.field_name, RefusalCode.NOT_FOUND)
    return found


async def nodes(
    info: Info,
    ids: Annotated[list[Ref], strawberry.argument(description=f"Up to {MOST_NODES}.")],
) -> list[Any]:
    """Several by their ids, in the order asked; null for what does not exist for you."""
    require(len(ids) <= MOST_NODES, RefusalCode.TOO_MANY, "ids", most=MOST_NODES)
    return await info.context.together([node(info, id) for id in ids])
