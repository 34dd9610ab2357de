"""Oversight plans (rencana pengawasan): what an organisation means to look at, where and when."""

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ForeignKey, Index, UniqueConstraint, desc, text
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, choice


class PlanStatus(StrEnum):
    """State of an oversight plan."""

    DRAFT = "DRAFT"
    PUBLISHED = "PUBLISHED"
    WITHDRAWN = "WITHDRAWN"


class Sector(StrEnum):
    """Field in which children are to be protected (bidang pengawasan)."""

    EDUCATION = "EDUCATION"
    HEALTH = "HEALTH"
    SOCIAL_SERVICES = "SOCIAL_SERVICES"
    VICTIM_SERVICES = "VICTIM_SERVICES"
    LAW_ENFORCEMENT = "LAW_ENFORCEMENT"
    JUSTICE = "JUSTICE"
    LOCAL_GOVERNMENT = "LOCAL_GOVERNMENT"
    NATIONAL_GOVERNMENT = "NATIONAL_GOVERNMENT"
    COMMUNITY = "COMMUNITY"
    DIGITAL = "DIGITAL"


class OversightPlan(Base):
    """A plan for a period; from its publication on it stays as it is, or is withdrawn."""

    noun = "oversightplan"
    __tablename__ = "oversight_plan"
    __table_args__ = (
        Index("oversight_plan_organisation_id_idx", "organisation_id"),
        Index("oversight_plan_starts_on_id_idx", desc("starts_on"), desc("id")),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    status: Mapped[PlanStatus] = mapped_column(choice(PlanStatus))
    title: Mapped[str]
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    shared_with: Mapped[list[UUID]] = mapped_column(server_default=text("'{}'"))
    withdraw_reason: Mapped[str | None]
    published_at: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(server_default=text("now()"))


class PlanItem(Base):
    """Something to look at: how many visits, or which organisations, in which month."""

    noun = "planitem"
    __tablename__ = "oversight_plan_item"
    __table_args__ = (UniqueConstraint("plan_id", "number"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    plan_id: Mapped[UUID] = mapped_column(ForeignKey("oversight_plan.id"))
    number: Mapped[int]
    sector: Mapped[Sector] = mapped_column(choice(Sector))
    focus: Mapped[str]
    region_code: Mapped[str | None]
    organisation_ids: Mapped[list[UUID]] = mapped_column(server_default=text("'{}'"))
    visits: Mapped[int]
    month: Mapped[date]
    """The first day of it."""
