"""Findings (temuan) of oversight."""

from datetime import datetime
from typing import Annotated, Any

import strawberry

import schema.oversight_plan  # noqa: F401  (registers the sectors)
from auth.scopes import Scope
from db import finding as rows
from db.activity import ActivityNow
from db.organisation import Organisation as OrganisationRow
from db.oversight_plan import Sector
from db.visit import Visit as VisitRow
from domain import finding as rules
from domain.addressed import OversightSide
from resolvers import finding as resolve
from schema.inputs import described
from schema.organisation import Organisation
from schema.reference import Reference
from schema.refused import Refused
from schema.relay import Connection, Node, one
from schema.scopes import field, mutation, requires
from schema.vocabulary import vocabulary

READ, WRITE = Scope.OVERSIGHT_READ, Scope.OVERSIGHT_WRITE
Visit: Any = Annotated["Visit", strawberry.lazy("schema.visit")]
Activity: Any = Annotated["JointActivity", strawberry.lazy("schema.activity")]  # noqa: F821

vocabulary(
    rows.Severity,
    {
        "LOW": "Rendah.",
        "MEDIUM": "Sedang.",
        "HIGH": "Tinggi.",
        "CRITICAL": "Kritis: children are in danger as long as it stands.",
    },
)
vocabulary(
    rows.FindingStatus,
    {
        "DRAFT": "Rancangan: seen by those who work on the activity, not by observers.",
        "CONFIRMED": "Ditetapkan: stays as it is; all who take part see it.",
        "WITHDRAWN": "Dicabut, with a reason.",
    },
)
vocabulary(
    OversightSide,
    {
        "ISSUED": "Made by your organisation.",
        "ADDRESSED": "Addressed to your organisation; of findings, those you were told of.",
        "SHARED": "Of others, in activities you take part in.",
    },
)


@strawberry.type(
    name="OversightFinding",
    directives=[requires(READ)],
    description="Something found by oversight (temuan). It names no child.",
)
class Finding(Node):
    severity: rows.Severity = strawberry.field(description="Tingkat keparahan.")
    sector: Sector = strawberry.field(description="Bidang.")
    status: rows.FindingStatus = strawberry.field(description="Keadaan.")
    statement: str = strawberry.field(description="What was found.")
    evidence: list[Reference] = strawberry.field(description="What shows it (bukti).")
    legal_basis: str | None = strawberry.field(description="The article it goes against.")
    region_code: str | None = strawberry.field(description="Kemendagri code of the region.")
    confirmed_at: datetime | None = strawberry.field(description="Since when it stands.")
    withdraw_reason: str | None = strawberry.field(description="Why it was taken back.")
    created_at: datetime = strawberry.field(description="When it was written down.")
    found_by = one(
        OrganisationRow, "organisation_id", Organisation | None, scope=READ,
        description="Who found it.",
    )  # fmt: skip
    concerns = one(
        OrganisationRow, "concerns_id", Organisation | None, scope=READ,
        description="The organisation it is about.",
    )  # fmt: skip
    activity = one(
        ActivityNow, "activity_id", Activity | None, scope=Scope.ACTIVITY_READ,
        description="The activity it was found in, if that is shared with you.",
    )  # fmt: skip

    visit = one(
        VisitRow, "visit_id", Visit | None, scope=READ,
        description="The visit it was found on, if that is shared with you.",
    )  # fmt: skip

    @classmethod
    def is_type_of(cls, obj: Any, info: Any) -> bool:
        return isinstance(obj, rows.Finding)


@strawberry.type(directives=[requires(READ)], description="How many findings there are of a kind.")
class FindingCount:
    severity: rows.Severity = strawberry.field(description="Of this severity.")
    status: rows.FindingStatus = strawberry.field(description="In this state.")
    count: int = strawberry.field(description="How many.")


described(
    rules.FindingDraft,
    "FindingInput",
    {
        "severity": "Tingkat keparahan.",
        "sector": "Bidang.",
        "statement": "1 to 4,000 characters. Write nothing that names a child.",
        "evidence": "What shows it.",
        "visit_id": "A visit of the same activity.",
        "legal_basis": "Regulation and article, such as `UU 35/2014 pasal 54`; up to 200.",
        "concerns_id": "The organisation it is about.",
        "region_code": "Kemendagri code, `31` or `31.71`.",
    },
)
described(
    rules.FindingFilter,
    "FindingFilter",
    {
        "statuses": "Any of these.",
        "severities": "Any of these.",
        "sectors": "Any of these.",
        "activity_id": "Of this activity.",
        "visit_id": "Of this visit.",
        "concerns_id": "About this organisation.",
        "region_code": "A province finds its regencies too.",
    },
)
FindingResult = Annotated[Finding | Refused, strawberry.union("FindingResult")]


@strawberry.type
class FindingQuery:
    finding = field(resolve.one, scope=READ, returns=Finding | None)
    findings = field(resolve.listed, scope=READ, returns=Connection[Finding] | None)
    finding_counts = field(resolve.counts, scope=READ, returns=list[FindingCount] | None)


@strawberry.type
class FindingMutation:
    draft_finding = mutation(resolve.draft, scope=WRITE, returns=FindingResult | None)
    change_finding = mutation(resolve.change, scope=WRITE, returns=FindingResult | None)
    confirm_finding = mutation(resolve.confirm, scope=WRITE, returns=FindingResult | None)
    withdraw_finding = mutation(resolve.withdraw, scope=WRITE, returns=FindingResult | None)
