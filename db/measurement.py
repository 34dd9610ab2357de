"""Measurements (capaian): what somebody reports of an indicator, and what is still to come."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import (
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Numeric,
    UniqueConstraint,
    desc,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base
from db.document import Documents
from db.indicator import Dimension
from db.reference import Reference


@dataclass(frozen=True)
class Part:
    """The part of a value that falls to one group."""

    dimension: Dimension
    group: str
    value: Decimal


def read_part(stored: dict[str, str]) -> Part:
    """A part as it was stored."""
    return Part(Dimension(stored["dimension"]), stored["group"], Decimal(stored["value"]))


class Measurement(Base):
    """The value of an indicator in a period, as the responsible organisation reports it."""

    noun = "measurement"
    __tablename__ = "measurement"
    __table_args__ = (
        UniqueConstraint("corrects_id"),
        UniqueConstraint("id", "indicator_id", "organisation_id"),
        ForeignKeyConstraint(
            ["corrects_id", "indicator_id", "organisation_id"],
            ["measurement.id", "measurement.indicator_id", "measurement.organisation_id"],
            name="measurement_corrects_id_indicator_id_organisation_id_fkey",
        ),
        ForeignKeyConstraint(
            ["indicator_id", "framework_id"],
            ["indicator.id", "indicator.framework_id"],
            name="measurement_indicator_id_framework_id_fkey",
        ),
        Index("measurement_framework_id_idx", "framework_id"),
        Index("measurement_organisation_id_idx", "organisation_id"),
        Index(
            "measurement_indicator_id_period_from_id_idx",
            "indicator_id", desc("period_from"), desc("id"),
        ),
        Index(
            "measurement_one_a_period_key", "indicator_id", "period_from",
            unique=True, postgresql_where=text("corrected_at is null"),
        ),
    )  # fmt: skip

    id: Mapped[UUID] = mapped_column(primary_key=True)
    indicator_id: Mapped[UUID]
    framework_id: Mapped[UUID]
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    period: Mapped[str]
    period_from: Mapped[date]
    period_until: Mapped[date]
    value: Mapped[Decimal] = mapped_column(Numeric())
    breakdown: Mapped[list[Part]] = mapped_column(Documents(read_part))
    evidence: Mapped[list[Reference]]
    note: Mapped[str | None]
    corrects_id: Mapped[UUID | None]
    reason: Mapped[str | None]
    """Why it corrects another."""
    corrected_at: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(server_default=text("now()"))


class MeasurementDue(Base):
    """A period that is not measured yet: the view over indicators and what is reported of them."""

    __tablename__ = "measurement_due"
    __table_args__ = {"info": {"view": True}}  # noqa: RUF012

    key: Mapped[str] = mapped_column(primary_key=True)
    indicator_id: Mapped[UUID]
    framework_id: Mapped[UUID]
    responsible_id: Mapped[UUID]
    period: Mapped[str]
    period_until: Mapped[date]
    due_on: Mapped[date]
    overdue: Mapped[bool]
