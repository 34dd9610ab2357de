"""The whole contract: every root field, noun by noun."""

import strawberry
from strawberry.scalars import JSON
from strawberry.schema.config import StrawberryConfig
from strawberry.schema.types.scalar import DEFAULT_SCALAR_REGISTRY

import schema.enums  # noqa: F401  (registers the closed vocabularies)
from domain.checks import Json, Ref
from schema.activity import ActivityMutation, ActivityQuery, ActivityTask
from schema.basis import BasisMutation, BasisQuery
from schema.calendar import CalendarMutation, CalendarQuery
from schema.checklist import ChecklistMutation, ChecklistQuery
from schema.clarification import ClarificationMutation, ClarificationQuery
from schema.client import ClientMutation, ClientQuery
from schema.clock import ClockMutation, ClockQuery
from schema.comparison import ComparisonQuery
from schema.correction import CorrectionMutation
from schema.custody import CustodyQuery
from schema.data_request import DataRequestMutation, DataRequestQuery
from schema.disclosure import DisclosureQuery
from schema.education import EducationMutation, EducationQuery, SessionFigures, SessionTest
from schema.emergency import EmergencyMutation, EmergencyQuery
from schema.evaluation import EvaluationMutation, EvaluationQuery
from schema.finding import FindingMutation, FindingQuery
from schema.framework import FrameworkMutation, FrameworkQuery
from schema.handoff import HandoffMutation, HandoffQuery, Section
from schema.hold import LegalHoldMutation
from schema.indicator import IndicatorMutation, IndicatorQuery
from schema.inquiry import InquiryMutation, InquiryQuery
from schema.instrument import InstrumentMutation, InstrumentQuery
from schema.ledger import LedgerQuery
from schema.material import MaterialMutation, MaterialQuery, MaterialVersion
from schema.meeting import MeetingMutation
from schema.mou import MouMutation, MouQuery, MouVersion
from schema.organisation import OrganisationMutation, OrganisationQuery
from schema.oversight_plan import OversightPlanMutation, OversightPlanQuery
from schema.oversight_report import OversightReportMutation, OversightReportQuery
from schema.policy_input import PolicyInputMutation, PolicyInputQuery
from schema.preview import PreviewQuery
from schema.provider import ProviderMutation
from schema.receipt import ReceiptMutation, ReceiptQuery
from schema.recommendation import RecommendationMutation, RecommendationQuery
from schema.refused import RefusalHandler
from schema.regulation import RegulationMutation, RegulationQuery
from schema.security import SecurityQuery
from schema.statistics import StatisticsRootQuery
from schema.suspect import SuspectMutation
from schema.user import UserMutation, UserQuery
from schema.view_as import ViewAsQuery
from schema.viewer import ViewerQuery
from schema.visit import VisitMutation, VisitQuery


@strawberry.type(description="What can be read. Root fields run side by side.")
class Query(
    ViewerQuery,
    OrganisationQuery,
    MouQuery,
    HandoffQuery,
    BasisQuery,
    DisclosureQuery,
    ViewAsQuery,
    PreviewQuery,
    ClockQuery,
    EmergencyQuery,
    CustodyQuery,
    DataRequestQuery,
    InquiryQuery,
    ActivityQuery,
    CalendarQuery,
    FindingQuery,
    RecommendationQuery,
    ClarificationQuery,
    OversightReportQuery,
    RegulationQuery,
    PolicyInputQuery,
    StatisticsRootQuery,
    ChecklistQuery,
    EducationQuery,
    MaterialQuery,
    FrameworkQuery,
    IndicatorQuery,
    EvaluationQuery,
    OversightPlanQuery,
    InstrumentQuery,
    VisitQuery,
    ComparisonQuery,
    ClientQuery,
    UserQuery,
    SecurityQuery,
    LedgerQuery,
    ReceiptQuery,
):
    pass


@strawberry.type(description="What can be changed. Each answers with its noun, or with `Refused`.")
class Mutation(
    OrganisationMutation,
    MouMutation,
    HandoffMutation,
    BasisMutation,
    SuspectMutation,
    ClockMutation,
    EmergencyMutation,
    LegalHoldMutation,
    DataRequestMutation,
    CorrectionMutation,
    InquiryMutation,
    ActivityMutation,
    MeetingMutation,
    CalendarMutation,
    FindingMutation,
    RecommendationMutation,
    ClarificationMutation,
    OversightReportMutation,
    RegulationMutation,
    PolicyInputMutation,
    ChecklistMutation,
    EducationMutation,
    MaterialMutation,
    FrameworkMutation,
    IndicatorMutation,
    EvaluationMutation,
    OversightPlanMutation,
    InstrumentMutation,
    VisitMutation,
    ClientMutation,
    UserMutation,
    ProviderMutation,
    ReceiptMutation,
):
    pass


TYPES = (MouVersion, Section, ActivityTask, MaterialVersion, SessionFigures, SessionTest)
"""Types that are reached by `node` alone."""

HANDLERS = (RefusalHandler(),)


def config(*, suggestions: bool) -> StrawberryConfig:
    """Ids of the domain are GraphQL's ``ID``; names are suggested only where the schema is open."""
    return StrawberryConfig(
        scalar_map={
            Ref: DEFAULT_SCALAR_REGISTRY[strawberry.ID],
            Json: DEFAULT_SCALAR_REGISTRY[JSON],
        },
        disable_field_suggestions=not suggestions,
    )
