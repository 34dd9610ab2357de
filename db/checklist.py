"""Checklists (daftar periksa) of laws in force, and how far organisations carry them out."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, choice
from db.reference import Reference


class ImplementationStatus(StrEnum):
    """How far a duty is carried out."""

    NOT_STARTED = "NOT_STARTED"
    PARTLY = "PARTLY"
    DONE = "DONE"
    NOT_APPLICABLE = "NOT_APPLICABLE"


class Checklist(Base):
    """What a regulation asks, item by item; other items are another version."""

    noun = "checklist"
    __tablename__ = "checklist"
    __table_args__ = (UniqueConstraint("regulation_id", "number"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    regulation_id: Mapped[UUID] = mapped_column(ForeignKey("regulation.id"))
    number: Mapped[int]
    title: Mapped[str]
    note: Mapped[str | None]
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    created_at: Mapped[datetime] = mapped_column(server_default=text("now()"))


class ChecklistItem(Base):
    """One duty: by which article, of which types of organisation, and how it is verified."""

    noun = "checklistitem"
    __tablename__ = "checklist_item"
    __table_args__ = (UniqueConstraint("checklist_id", "number"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    checklist_id: Mapped[UUID] = mapped_column(ForeignKey("checklist.id"))
    number: Mapped[int]
    article: Mapped[str]
    duty: Mapped[str]
    organisation_types: Mapped[list[str]]
    verification: Mapped[str]
    weight: Mapped[int]


class Assessment(Base):
    """How far one organisation was, in one half-year, as one assessor found it."""

    noun = "assessment"
    __tablename__ = "assessment"
    __table_args__ = (
        UniqueConstraint("checklist_id", "organisation_id", "assessor_id", "period", "revision",
                         name="assessment_revision_key"),
        Index("assessment_organisation_id_idx", "organisation_id", "period"),
        Index("assessment_assessor_id_idx", "assessor_id", "period"),
    )  # fmt: skip

    id: Mapped[UUID] = mapped_column(primary_key=True)
    checklist_id: Mapped[UUID] = mapped_column(ForeignKey("checklist.id"))
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    assessor_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    period: Mapped[str]
    revision: Mapped[int]
    """The highest one counts; nothing that was assessed is changed."""
    type_code: Mapped[str]
    """Type and region as they were then, so that averages of the past stay as they are."""
    region_code: Mapped[str | None]
    score: Mapped[int | None]
    """Per cent of what is applicable; null where nothing is."""
    note: Mapped[str | None]
    created_at: Mapped[datetime] = mapped_column(server_default=text("now()"))


class AssessmentScore(Base):
    """How far one duty was carried out, and what shows it."""

    __tablename__ = "assessment_score"
    __table_args__ = (UniqueConstraint("assessment_id", "item_id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    assessment_id: Mapped[UUID] = mapped_column(ForeignKey("assessment.id"))
    item_id: Mapped[UUID] = mapped_column(ForeignKey("checklist_item.id"))
    status: Mapped[ImplementationStatus] = mapped_column(choice(ImplementationStatus))
    note: Mapped[str | None]
    evidence: Mapped[list[Reference]]
