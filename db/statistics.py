"""Releases of statistics: counts by region and one further dimension, in which nobody is found."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, String, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, choice


class Dataset(StrEnum):
    """What is counted (himpunan data)."""

    HANDOFFS = "HANDOFFS"
    ACTIVITIES = "ACTIVITIES"


class Dimension(StrEnum):
    """By what it is counted (dimensi)."""

    REGION = "REGION"
    AGE_BAND = "AGE_BAND"
    URGENCY = "URGENCY"
    SENDER_TYPE = "SENDER_TYPE"
    RECEIVER_TYPE = "RECEIVER_TYPE"
    CASE_CATEGORY = "CASE_CATEGORY"
    SERVICE = "SERVICE"
    ACTIVITY_KIND = "ACTIVITY_KIND"
    LEAD_TYPE = "LEAD_TYPE"
    PARTICIPANT_TYPE = "PARTICIPANT_TYPE"


class StatisticsRelease(Base):
    """A period of a data set, counted once and never again."""

    __tablename__ = "statistics_release"
    __table_args__ = (UniqueConstraint("dataset", "period"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    dataset: Mapped[Dataset] = mapped_column(choice(Dataset))
    period: Mapped[str]
    """A month such as 2026-10, or a year."""
    smallest_cell: Mapped[int]
    method: Mapped[str]
    released_at: Mapped[datetime] = mapped_column(server_default=text("clock_timestamp()"))


class StatisticsCell(Base):
    """A figure that is shown. What is suppressed has no row, nor has zero."""

    __tablename__ = "statistics_cell"

    release_id: Mapped[UUID] = mapped_column(ForeignKey("statistics_release.id"), primary_key=True)
    region: Mapped[str] = mapped_column(primary_key=True)
    """Empty for all regions together."""
    dimension: Mapped[str] = mapped_column(String(40), primary_key=True)
    """The further dimension; empty where there is none."""
    code: Mapped[str] = mapped_column(primary_key=True)
    count: Mapped[int]


class StatisticsRow(Base):
    """What a month counted, until its year is released: codes, and nothing that names anybody."""

    __tablename__ = "statistics_row"

    release_id: Mapped[UUID] = mapped_column(ForeignKey("statistics_release.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    subject: Mapped[int] = mapped_column(BigInteger())
    """Which rows are of one case, and nothing more of it."""
    codes: Mapped[dict[str, Any]] = mapped_column(JSONB())
