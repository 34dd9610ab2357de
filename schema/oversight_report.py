"""Reports (laporan pengawasan) that draw findings, clarifications and recommendations together."""

from datetime import datetime
from typing import Annotated, Any

import strawberry

from auth.scopes import Scope
from db import oversight_report as rows
from db.activity import ActivityNow
from db.clarification import Clarification as ClarificationRow
from db.finding import Finding as FindingRow
from db.organisation import Organisation as OrganisationRow
from db.recommendation import Recommendation as RecommendationRow
from db.visit import Visit as VisitRow
from domain import oversight_report as rules
from resolvers import oversight_report as resolve
from resolvers.relations import to_each
from schema.clarification import Clarification
from schema.finding import Activity, Finding, Visit
from schema.inputs import described
from schema.organisation import Organisation
from schema.recommendation import Recommendation
from schema.refused import Refused
from schema.relay import Connection, Node, one
from schema.scopes import field, mutation, requires

READ, WRITE = Scope.OVERSIGHT_READ, Scope.OVERSIGHT_WRITE


def _named(model: Any, key: str, of: Any, words: str, scope: Scope = READ) -> Any:
    return field(
        to_each(model, key),
        scope=scope,
        returns=list[of],
        description=f"{words}, as far as shared with you.",
    )


@strawberry.type(
    directives=[requires(READ)],
    description="A report (laporan pengawasan), frozen when it was published. It names no child.",
)
class OversightReport(Node):
    title: str = strawberry.field(description="Judul.")
    summary: str = strawberry.field(description="Ringkasan.")
    published_at: datetime | None = strawberry.field(description="When; null while it is a draft.")
    content_hash: str | None = strawberry.field(
        description="SHA-256 of `content`: whether it is still the same."
    )
    content: str | None = strawberry.field(
        description="All it says as JSON in the form of RFC 8785, as it stood then."
    )
    for_participants: bool = strawberry.field(
        description="Whether all who take part in its activities may read it."
    )
    created_at: datetime = strawberry.field(description="When it was begun.")
    text = field(resolve.text, scope=READ)
    author = one(
        OrganisationRow, "organisation_id", Organisation | None, scope=READ,
        description="Who published it.",
    )  # fmt: skip
    readers = _named(OrganisationRow, "reader_ids", Organisation, "With whom it is shared by name")
    activities = _named(
        ActivityNow, "activity_ids", Activity, "What it is about", Scope.ACTIVITY_READ
    )
    visits = _named(VisitRow, "visit_ids", Visit, "Visits in it")
    findings = _named(FindingRow, "finding_ids", Finding, "Findings in it")
    clarifications = _named(
        ClarificationRow, "clarification_ids", Clarification, "Clarifications in it"
    )
    recommendations = _named(
        RecommendationRow, "recommendation_ids", Recommendation, "Recommendations in it"
    )

    @classmethod
    def is_type_of(cls, obj: Any, info: Any) -> bool:
        return isinstance(obj, rows.OversightReport)


described(
    rules.OversightReportDraft,
    "OversightReportInput",
    {
        "title": "Up to 200 characters.",
        "summary": f"1 to {rules.SUMMARY:,} characters. Write nothing that names a child.",
        "activity_ids": f"Activities you lead or help to organise: 1 to {rules.MOST_ACTIVITIES}.",
        "finding_ids": f"Confirmed findings of these activities, up to {rules.MOST_ITEMS}.",
        "clarification_ids": "Requests of these activities, or your own without one, that were"
        f" sent; up to {rules.MOST_ITEMS}.",
        "recommendation_ids": f"Issued ones of these activities, up to {rules.MOST_ITEMS}.",
        "visit_ids": f"Visits of these activities, up to {rules.MOST_ITEMS}.",
        "for_participants": "Whether all who take part in these activities may read it.",
        "reader_ids": f"Others who may read it (tembusan), up to {rules.MOST_READERS}.",
    },
)
OversightReportResult = Annotated[
    OversightReport | Refused, strawberry.union("OversightReportResult")
]


@strawberry.type
class OversightReportQuery:
    oversight_report = field(resolve.one, scope=READ, returns=OversightReport | None)
    oversight_reports = field(
        resolve.listed, scope=READ, returns=Connection[OversightReport] | None
    )


def _mutation(resolver: Any) -> Any:
    return mutation(resolver, scope=WRITE, returns=OversightReportResult | None)


@strawberry.type
class OversightReportMutation:
    draft_oversight_report = _mutation(resolve.draft)
    change_oversight_report = _mutation(resolve.change)
    publish_oversight_report = _mutation(resolve.publish)
    share_oversight_report = _mutation(resolve.share)
