"""Findings (temuan) of oversight: what was seen, where, and which article it goes against."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ForeignKey, Index, desc, text
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, choice
from db.oversight_plan import Sector
from db.reference import Reference


class Severity(StrEnum):
    """How grave a finding is (tingkat keparahan)."""

    LOW = "LOW"
    MEDIUM = "MEDIUM"
    HIGH = "HIGH"
    CRITICAL = "CRITICAL"


class FindingStatus(StrEnum):
    """State of a finding."""

    DRAFT = "DRAFT"
    CONFIRMED = "CONFIRMED"
    WITHDRAWN = "WITHDRAWN"


class Finding(Base):
    """Something one organisation found in an activity; confirmed, it stays as it was said."""

    noun = "finding"
    __tablename__ = "finding"
    __table_args__ = (
        Index("finding_activity_id_idx", "activity_id", desc("created_at"), desc("id")),
        Index("finding_organisation_id_idx", "organisation_id", desc("created_at"), desc("id")),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    activity_id: Mapped[UUID] = mapped_column(ForeignKey("joint_activity.id"))
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    visit_id: Mapped[UUID | None] = mapped_column(ForeignKey("visit.id"))
    severity: Mapped[Severity] = mapped_column(choice(Severity))
    sector: Mapped[Sector] = mapped_column(choice(Sector))
    statement: Mapped[str]
    evidence: Mapped[list[Reference]]
    legal_basis: Mapped[str | None]
    concerns_id: Mapped[UUID | None] = mapped_column(ForeignKey("organisation.id"))
    region_code: Mapped[str | None]
    status: Mapped[FindingStatus] = mapped_column(choice(FindingStatus))
    confirmed_at: Mapped[datetime | None]
    """Since when all who take part see it, and whoever a recommendation tells of it."""
    withdraw_reason: Mapped[str | None]
    changed_at: Mapped[datetime] = mapped_column(server_default=text("now()"))
    created_at: Mapped[datetime] = mapped_column(server_default=text("now()"))
