"""Recommendations (rekomendasi) and their follow-up (tindak lanjut)."""

from datetime import date, datetime
from typing import Annotated, Any

import strawberry

from auth.scopes import Scope
from db import recommendation as rows
from db.activity import ActivityNow
from db.due import Reminder
from db.organisation import Organisation as OrganisationRow
from domain import follow_up, recommendation
from domain.term import ORDER as BY_ID
from resolvers import recommendation as resolve
from schema.finding import Activity, Finding
from schema.inputs import described
from schema.organisation import Organisation
from schema.reference import Reference
from schema.refused import Refused
from schema.relay import Connection, Node, many, one
from schema.scopes import field, mutation, requires
from schema.vocabulary import vocabulary

READ, WRITE = Scope.OVERSIGHT_READ, Scope.OVERSIGHT_WRITE
Self = Annotated["Recommendation", strawberry.lazy("schema.recommendation")]

vocabulary(
    rows.RecommendationStatus,
    {
        "DRAFT": "Rancangan: seen by its issuer alone.",
        "ISSUED": "Disampaikan: the addressee owes a response.",
        "RESPONDED": "Ditanggapi: the addressee owes reports of follow-up.",
        "IN_PROGRESS": "Ditindaklanjuti: something was reported.",
        "VERIFIED": "Selesai: closed by its issuer, who took a report as enough.",
        "WITHDRAWN": "Dicabut by its issuer, with a reason.",
    },
)
vocabulary(
    rows.Response,
    {
        "ACCEPTED": "Diterima: it will be done.",
        "PARTLY": "Diterima sebagian: part of it will be done; the reason says why not all.",
        "REJECTED": "Ditolak, with a reason.",
    },
    name="RecommendationResponse",
)
vocabulary(
    rows.FollowUpVerdict,
    {
        "VERIFIED": "Terverifikasi: it is enough, and the recommendation is closed.",
        "NOT_YET": "Belum memenuhi, with a reason.",
    },
)
vocabulary(
    Reminder,
    {
        "WITHIN_7_DAYS": "Due within seven days.",
        "WITHIN_1_DAY": "Due today or tomorrow.",
        "OVERDUE": "The last day has passed.",
    },
)


@strawberry.type(
    directives=[requires(READ)], description="What the addressee did, and what is said to it."
)
class FollowUp(Node):
    text: str = strawberry.field(description="What was done.")
    evidence: list[Reference] = strawberry.field(description="What shows it (bukti).")
    created_at: datetime = strawberry.field(description="When it was reported.")
    verdict: rows.FollowUpVerdict | None = strawberry.field(
        description="What the issuer says; null until it has."
    )
    verdict_reason: str | None = strawberry.field(description="Why.")
    judged_at: datetime | None = strawberry.field(description="When.")
    recommendation = one(
        rows.Recommendation, "recommendation_id", Self | None, scope=READ, description="Of what."
    )

    @classmethod
    def is_type_of(cls, obj: Any, info: Any) -> bool:
        return isinstance(obj, rows.FollowUp)


@strawberry.type(
    directives=[requires(READ)],
    description="What one organisation recommends to another, from findings. It names no child.",
)
class Recommendation(Node):
    status: rows.RecommendationStatus = strawberry.field(description="Keadaan.")
    text: str = strawberry.field(description="What is recommended.")
    expected_evidence: str | None = strawberry.field(description="What would show that it is done.")
    due_on: date = strawberry.field(description="The last day.")
    days_left: int | None = strawberry.field(
        description="Days until then, below nothing when it has passed; null while nothing is owed."
    )
    overdue: bool = strawberry.field(description="Whether the last day has passed.")
    reminder: Reminder | None = strawberry.field(description="Of what it is time to remind.")
    issued_at: datetime | None = strawberry.field(description="When it was issued.")
    response: rows.Response | None = strawberry.field(description="Tanggapan of the addressee.")
    response_note: str | None = strawberry.field(description="What it said: how, or why not.")
    planned_on: date | None = strawberry.field(description="Until when it means to have done it.")
    responded_at: datetime | None = strawberry.field(description="When it responded.")
    verified_at: datetime | None = strawberry.field(description="When it was closed.")
    withdraw_reason: str | None = strawberry.field(description="Why it was taken back.")
    created_at: datetime = strawberry.field(description="When it was drafted.")
    issuer = one(
        OrganisationRow, "organisation_id", Organisation | None, scope=READ,
        description="Who recommends it, and alone may close it.",
    )  # fmt: skip
    addressee = one(
        OrganisationRow, "addressee_id", Organisation | None, scope=READ,
        description="To whom it is addressed.",
    )  # fmt: skip
    activity = one(
        ActivityNow, "activity_id", Activity | None, scope=Scope.ACTIVITY_READ,
        description="The activity it came from, if that is shared with you.",
    )  # fmt: skip
    follows = one(
        rows.Recommendation, "follows_id", Self | None, scope=READ,
        description="The one it goes on from, whose addressee was dissolved.",
    )  # fmt: skip
    findings = field(resolve.findings, scope=READ, returns=list[Finding])
    follow_ups = many(
        rows.FollowUp.recommendation_id, BY_ID, Connection[FollowUp], scope=READ,
        description="What was reported, oldest first.",
    )  # fmt: skip

    @classmethod
    def is_type_of(cls, obj: Any, info: Any) -> bool:
        return isinstance(obj, rows.Recommendation)


@strawberry.type(directives=[requires(READ)], description="How many are in one state.")
class RecommendationCount:
    status: rows.RecommendationStatus = strawberry.field(description="In this state.")
    count: int = strawberry.field(description="How many.")
    overdue: int = strawberry.field(description="Of these, late.")


@strawberry.type(directives=[requires(READ)], description="How far recommendations have come.")
class RecommendationCounts:
    by_status: list[RecommendationCount] = strawberry.field(description="State by state.")
    follow_up_rate: float | None = strawberry.field(
        description="Of those issued and not withdrawn, the share that was verified, from 0 to 1;"
        " null when there is none."
    )


OWED = {
    "overdue": "Whether the last day has passed.",
    "due_within_days": "Due within so many days; what is late is not among them.",
    "activity_id": "Of this activity.",
    "issuer_id": "By this organisation.",
    "addressee_id": "Addressed to this organisation.",
    "statuses": "Any of these.",
}
described(
    recommendation.RecommendationDraft,
    "RecommendationInput",
    {
        "addressee_id": "Another organisation that was not dissolved.",
        "finding_ids": f"Confirmed findings, 1 to {recommendation.MOST_FINDINGS}: your own, or of"
        " activities you lead or help to organise. The addressee will see them.",
        "text": "1 to 4,000 characters. Write nothing that names a child.",
        "due_on": "The last day, today or later.",
        "expected_evidence": "What would show that it is done; up to 4,000 characters.",
    },
)
described(
    recommendation.RecommendationFilter,
    "RecommendationFilter",
    OWED | {"sectors": "Resting on a finding of any of these fields."},
)
described(
    follow_up.ResponseDraft,
    "RecommendationResponseInput",
    {
        "response": "Whether you will do it.",
        "note": "How; with PARTLY and REJECTED the reason, required. Up to 4,000 characters.",
        "planned_on": "Until when, today or later; required unless you reject it.",
    },
)
described(
    follow_up.FollowUpDraft,
    "FollowUpInput",
    {"text": "1 to 4,000 characters. Write nothing that names a child.", "evidence": "Bukti."},
)
RecommendationResult = Annotated[Recommendation | Refused, strawberry.union("RecommendationResult")]
FollowUpResult = Annotated[FollowUp | Refused, strawberry.union("FollowUpResult")]


@strawberry.type
class RecommendationQuery:
    recommendation = field(resolve.one, scope=READ, returns=Recommendation | None)
    recommendations = field(resolve.listed, scope=READ, returns=Connection[Recommendation] | None)
    recommendation_counts = field(resolve.counts, scope=READ, returns=RecommendationCounts | None)


def _mutation(resolver: Any) -> Any:
    return mutation(resolver, scope=WRITE, returns=RecommendationResult | None)


@strawberry.type
class RecommendationMutation:
    draft_recommendation = _mutation(resolve.draft)
    change_recommendation = _mutation(resolve.change)
    issue_recommendation = _mutation(resolve.issue)
    withdraw_recommendation = _mutation(resolve.withdraw)
    readdress_recommendation = _mutation(resolve.readdress)
    respond_to_recommendation = _mutation(resolve.respond)
    report_follow_up = mutation(resolve.report, scope=WRITE, returns=FollowUpResult | None)
    judge_follow_up = mutation(resolve.judge, scope=WRITE, returns=FollowUpResult | None)
