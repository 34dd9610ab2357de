"""Indicators (indikator): what is measured, in which unit, how often, by whom."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from sqlalchemy import (
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Numeric,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, choice
from db.document import Documents


class Unit(StrEnum):
    """Unit of an indicator (satuan)."""

    COUNT = "COUNT"
    PERCENT = "PERCENT"
    HOURS = "HOURS"
    DAYS = "DAYS"
    SCORE = "SCORE"
    RUPIAH = "RUPIAH"
    OTHER = "OTHER"


class Direction(StrEnum):
    """Which way is better."""

    HIGHER = "HIGHER"
    LOWER = "LOWER"


class Dimension(StrEnum):
    """By what a value is broken down (pemilahan)."""

    SEX = "SEX"
    AGE_BAND = "AGE_BAND"
    DISABILITY = "DISABILITY"
    REGION = "REGION"
    ORGANISATION_TYPE = "ORGANISATION_TYPE"


class Frequency(StrEnum):
    """How often an indicator is measured."""

    MONTHLY = "MONTHLY"
    QUARTERLY = "QUARTERLY"
    SEMESTERLY = "SEMESTERLY"
    YEARLY = "YEARLY"


class IndicatorKind(StrEnum):
    """Whether somebody says the value, or it is computed from what happened."""

    SELF_REPORTED = "SELF_REPORTED"
    COMPUTED = "COMPUTED"


class Measure(StrEnum):
    """What is computed, from the handoffs and activities under the agreement."""

    HANDOFFS = "HANDOFFS"
    HOURS_TO_ACCEPTANCE = "HOURS_TO_ACCEPTANCE"
    ACCEPTED_IN_TIME = "ACCEPTED_IN_TIME"
    REPORTED_TO_POLICE_IN_TIME = "REPORTED_TO_POLICE_IN_TIME"
    COMPLETION = "COMPLETION"
    SESSIONS_HELD = "SESSIONS_HELD"
    PEOPLE_REACHED = "PEOPLE_REACHED"
    RECOMMENDATIONS_IN_TIME = "RECOMMENDATIONS_IN_TIME"


@dataclass(frozen=True)
class Target:
    """What every measurement of a period is to reach."""

    period_from: date
    period_until: date
    value: Decimal


def read_target(stored: dict[str, str]) -> Target:
    """A target as it was stored."""
    return Target(
        date.fromisoformat(stored["period_from"]),
        date.fromisoformat(stored["period_until"]),
        Decimal(stored["value"]),
    )


class Indicator(Base):
    """An indicator in one version: what has been measured does not change its meaning."""

    noun = "indicator"
    __tablename__ = "indicator"
    __table_args__ = (
        UniqueConstraint("framework_id", "code", "version"),
        UniqueConstraint("id", "framework_id"),
        UniqueConstraint("supersedes_id"),
        ForeignKeyConstraint(
            ["supersedes_id", "framework_id"],
            ["indicator.id", "indicator.framework_id"],
            name="indicator_supersedes_id_framework_id_fkey",
        ),
        ForeignKeyConstraint(
            ["result_id", "framework_id"],
            ["framework_result.id", "framework_result.framework_id"],
            name="indicator_result_id_framework_id_fkey",
        ),
        Index("indicator_result_id_idx", "result_id", "id"),
        Index("indicator_responsible_id_idx", "responsible_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    framework_id: Mapped[UUID]
    result_id: Mapped[UUID]
    code: Mapped[str]
    version: Mapped[int]
    supersedes_id: Mapped[UUID | None]
    name: Mapped[str]
    definition: Mapped[str]
    unit: Mapped[Unit] = mapped_column(choice(Unit))
    unit_label: Mapped[str | None]
    direction: Mapped[Direction] = mapped_column(choice(Direction))
    dimensions: Mapped[list[str]]
    baseline: Mapped[Decimal | None] = mapped_column(Numeric())
    baseline_on: Mapped[date | None]
    baseline_source: Mapped[str | None]
    targets: Mapped[list[Target]] = mapped_column(Documents(read_target))
    source: Mapped[str | None]
    frequency: Mapped[Frequency] = mapped_column(choice(Frequency))
    kind: Mapped[IndicatorKind] = mapped_column(choice(IndicatorKind))
    measure: Mapped[Measure | None] = mapped_column(choice(Measure))
    service: Mapped[str | None]
    """Of which service completion is computed."""
    responsible_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    created_at: Mapped[datetime] = mapped_column(server_default=text("now()"))


class ComputedFigure(Base):
    """A figure once computed; no role of the API reads it but through `access.computed`."""

    __tablename__ = "computed_figure"
    __table_args__ = (UniqueConstraint("mou_id", "measure", "service", "period"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, server_default=text("gen_random_uuid()"))
    measure: Mapped[Measure] = mapped_column(choice(Measure))
    service: Mapped[str]
    mou_id: Mapped[UUID] = mapped_column(ForeignKey("mou.id"))
    frequency: Mapped[Frequency] = mapped_column(choice(Frequency))
    period: Mapped[str]
    period_from: Mapped[date]
    value: Mapped[Decimal | None] = mapped_column(Numeric())
    computed_at: Mapped[datetime] = mapped_column(server_default=text("now()"))
