"""Regulations (peraturan) and their drafts, and what became of each when."""

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ForeignKey, Index, UniqueConstraint, desc, text
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, choice


class RegulationKind(StrEnum):
    """Kinds of regulation, and of the drafts that have names of their own."""

    UU = "UU"
    RUU = "RUU"
    PP = "PP"
    RPP = "RPP"
    PERPRES = "PERPRES"
    PERMEN = "PERMEN"
    PERDA = "PERDA"
    RAPERDA = "RAPERDA"


class RegulationStage(StrEnum):
    """The stages of lawmaking (UU 12/2011), and what becomes of a regulation afterwards."""

    PLANNED = "PLANNED"
    DRAFTING = "DRAFTING"
    HARMONISATION = "HARMONISATION"
    DELIBERATION = "DELIBERATION"
    ADOPTED = "ADOPTED"
    PROMULGATED = "PROMULGATED"
    IN_FORCE = "IN_FORCE"
    AMENDED = "AMENDED"
    REPEALED = "REPEALED"
    ANNULLED = "ANNULLED"
    WITHDRAWN = "WITHDRAWN"


class Regulation(Base):
    """A regulation, or the draft of one."""

    noun = "regulation"
    __tablename__ = "regulation"
    __table_args__ = (
        UniqueConstraint(
            "kind", "year", "known_as", "issuer", "region_code",
            name="regulation_known_as_key", postgresql_nulls_not_distinct=True,
        ),
        Index("regulation_year_id_idx", desc("year"), desc("id")),
        Index("regulation_became_id_idx", "became_id"),
    )  # fmt: skip

    id: Mapped[UUID] = mapped_column(primary_key=True)
    kind: Mapped[RegulationKind] = mapped_column(choice(RegulationKind))
    number: Mapped[str | None]
    year: Mapped[int]
    title: Mapped[str]
    issuer: Mapped[str | None]
    region_code: Mapped[str | None]
    known_as: Mapped[str]
    """What nothing else of its kind, year and place is called: its number, or its title."""
    stage: Mapped[RegulationStage] = mapped_column(choice(RegulationStage))
    source_url: Mapped[str]
    became_id: Mapped[UUID | None] = mapped_column(ForeignKey("regulation.id"))
    registered_by: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    created_at: Mapped[datetime] = mapped_column(server_default=text("now()"))


class StageReached(Base):
    """A stage that a regulation reached, and when."""

    __tablename__ = "regulation_stage"
    __table_args__ = (Index("regulation_stage_regulation_id_idx", "regulation_id", "since", "id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    regulation_id: Mapped[UUID] = mapped_column(ForeignKey("regulation.id"))
    stage: Mapped[RegulationStage] = mapped_column(choice(RegulationStage))
    since: Mapped[date]
    note: Mapped[str | None]
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    created_at: Mapped[datetime] = mapped_column(server_default=text("clock_timestamp()"))
