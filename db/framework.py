"""Results frameworks (kerangka hasil): what an agreement or a programme is to bring about."""

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ForeignKey, ForeignKeyConstraint, Index, UniqueConstraint, desc, text
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, choice


class ResultLevel(StrEnum):
    """Where a result stands in the chain: an output leads to an outcome, that to an impact."""

    IMPACT = "IMPACT"
    OUTCOME = "OUTCOME"
    OUTPUT = "OUTPUT"


class Programme(Base):
    """Work of several organisations over some years, led by one of them."""

    noun = "programme"
    __tablename__ = "programme"
    __table_args__ = (
        Index("programme_lead_id_idx", "lead_id"),
        Index("programme_valid_from_id_idx", desc("valid_from"), desc("id")),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    name: Mapped[str]
    description: Mapped[str | None]
    valid_from: Mapped[date]
    valid_until: Mapped[date]
    lead_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    created_at: Mapped[datetime] = mapped_column(server_default=text("now()"))


class ProgrammeMember(Base):
    """An organisation that works in a programme, and therefore sees it."""

    __tablename__ = "programme_member"
    __table_args__ = (
        UniqueConstraint("programme_id", "organisation_id"),
        Index("programme_member_organisation_id_idx", "organisation_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    programme_id: Mapped[UUID] = mapped_column(ForeignKey("programme.id"))
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    created_at: Mapped[datetime] = mapped_column(server_default=text("now()"))


class ResultsFramework(Base):
    """The results an agreement or a programme is held against, for one period."""

    noun = "framework"
    __tablename__ = "results_framework"
    __table_args__ = (
        Index("results_framework_mou_id_idx", "mou_id"),
        Index("results_framework_programme_id_idx", "programme_id"),
        Index("results_framework_owner_id_idx", "owner_id"),
        Index("results_framework_period_from_id_idx", desc("period_from"), desc("id")),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    name: Mapped[str]
    description: Mapped[str | None]
    mou_id: Mapped[UUID | None] = mapped_column(ForeignKey("mou.id"))
    programme_id: Mapped[UUID | None] = mapped_column(ForeignKey("programme.id"))
    owner_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    period_from: Mapped[date]
    period_until: Mapped[date]
    created_at: Mapped[datetime] = mapped_column(server_default=text("now()"))


class FrameworkResult(Base):
    """One result of a framework, under the one it leads to."""

    noun = "result"
    __tablename__ = "framework_result"
    __table_args__ = (
        UniqueConstraint("id", "framework_id"),
        ForeignKeyConstraint(
            ["parent_id", "framework_id"],
            ["framework_result.id", "framework_result.framework_id"],
            name="framework_result_parent_id_framework_id_fkey",
        ),
        Index("framework_result_framework_id_idx", "framework_id", "id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    framework_id: Mapped[UUID] = mapped_column(ForeignKey("results_framework.id"))
    parent_id: Mapped[UUID | None]
    level: Mapped[ResultLevel] = mapped_column(choice(ResultLevel))
    statement: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(server_default=text("now()"))
