"""Recommendations (rekomendasi) from findings, and how they were followed up (tindak lanjut)."""

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ForeignKey, ForeignKeyConstraint, Index, UniqueConstraint, desc
from sqlalchemy import text as sql
from sqlalchemy.orm import Mapped, column_property, mapped_column

from db.base import Base, choice
from db.due import Due, left_until
from db.reference import Reference


class RecommendationStatus(StrEnum):
    """State of a recommendation."""

    DRAFT = "DRAFT"
    ISSUED = "ISSUED"
    RESPONDED = "RESPONDED"
    IN_PROGRESS = "IN_PROGRESS"
    VERIFIED = "VERIFIED"
    WITHDRAWN = "WITHDRAWN"


OPEN = (
    RecommendationStatus.ISSUED,
    RecommendationStatus.RESPONDED,
    RecommendationStatus.IN_PROGRESS,
)
"""States in which the addressee owes something."""


class Response(StrEnum):
    """What the addressee says to a recommendation (tanggapan)."""

    ACCEPTED = "ACCEPTED"
    PARTLY = "PARTLY"
    REJECTED = "REJECTED"


class FollowUpVerdict(StrEnum):
    """What the issuer says to a report of follow-up."""

    VERIFIED = "VERIFIED"
    NOT_YET = "NOT_YET"


class Recommendation(Due, Base):
    """What one organisation recommends to another, and is owed an answer to."""

    noun = "recommendation"
    __tablename__ = "recommendation"
    __table_args__ = (
        UniqueConstraint("id", "organisation_id"),
        ForeignKeyConstraint(
            ["follows_id", "organisation_id"],
            ["recommendation.id", "recommendation.organisation_id"],
            name="recommendation_follows_id_organisation_id_fkey",
        ),
        Index("recommendation_activity_id_idx", "activity_id", desc("created_at"), desc("id")),
        Index(
            "recommendation_organisation_id_idx", "organisation_id", desc("created_at"), desc("id")
        ),
        Index("recommendation_addressee_id_idx", "addressee_id", desc("created_at"), desc("id")),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    activity_id: Mapped[UUID] = mapped_column(ForeignKey("joint_activity.id"))
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    addressee_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    follows_id: Mapped[UUID | None]
    """The one it goes on from, whose addressee was dissolved."""
    text: Mapped[str]
    expected_evidence: Mapped[str | None]
    due_on: Mapped[date] = mapped_column()
    status: Mapped[RecommendationStatus] = mapped_column(choice(RecommendationStatus))
    issued_at: Mapped[datetime | None]
    """Since when its addressee knows of it, and all who take part in the activity."""
    response: Mapped[Response | None] = mapped_column(choice(Response))
    response_note: Mapped[str | None]
    planned_on: Mapped[date | None]
    responded_at: Mapped[datetime | None]
    verified_at: Mapped[datetime | None]
    withdraw_reason: Mapped[str | None]
    changed_at: Mapped[datetime] = mapped_column(server_default=sql("now()"))
    created_at: Mapped[datetime] = mapped_column(server_default=sql("now()"))
    days_left: Mapped[int | None] = column_property(left_until(due_on, status, OPEN))


class RecommendationFinding(Base):
    """That a recommendation rests on a finding, which its addressee then may see."""

    __tablename__ = "recommendation_finding"
    __table_args__ = (Index("recommendation_finding_finding_id_idx", "finding_id"),)

    recommendation_id: Mapped[UUID] = mapped_column(
        ForeignKey("recommendation.id"), primary_key=True
    )
    finding_id: Mapped[UUID] = mapped_column(ForeignKey("finding.id"), primary_key=True)


class FollowUp(Base):
    """What the addressee says it did, and what the issuer says to that: once."""

    noun = "followup"
    __tablename__ = "recommendation_follow_up"
    __table_args__ = (
        Index("recommendation_follow_up_recommendation_id_idx", "recommendation_id", "id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    recommendation_id: Mapped[UUID] = mapped_column(ForeignKey("recommendation.id"))
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    text: Mapped[str]
    evidence: Mapped[list[Reference]]
    verdict: Mapped[FollowUpVerdict | None] = mapped_column(choice(FollowUpVerdict))
    verdict_reason: Mapped[str | None]
    judged_at: Mapped[datetime | None]
    changed_at: Mapped[datetime] = mapped_column(server_default=sql("now()"))
    created_at: Mapped[datetime] = mapped_column(server_default=sql("now()"))
