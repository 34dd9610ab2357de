"""Visits (kunjungan pengawasan): what was looked at in an activity, and what was answered there."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import Dialect, ForeignKey, Index, UniqueConstraint, desc, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import TypeDecorator

from db.base import Base, choice
from db.document import Document


class VisitSubject(StrEnum):
    """What is looked at."""

    ORGANISATION = "ORGANISATION"
    PLACE = "PLACE"
    PROGRAMME = "PROGRAMME"


class VisitStatus(StrEnum):
    """State of a visit."""

    PLANNED = "PLANNED"
    HELD = "HELD"
    CANCELLED = "CANCELLED"


class ResponseStatus(StrEnum):
    """State of the answers of one organisation."""

    DRAFT = "DRAFT"
    SUBMITTED = "SUBMITTED"


@dataclass(frozen=True)
class Mark:
    """Points for one question, or for one section."""

    key: str
    reached: float
    reachable: float
    percent: float | None


@dataclass(frozen=True)
class Score:
    """What answers earned, among the questions really asked."""

    percent: float
    reached: float
    reachable: float
    band: str | None
    band_en: str | None
    sections: list[Mark]
    questions: list[Mark]


def read_score(stored: Any) -> Score:
    """The score in the document that was kept with the answers."""
    return Score(
        **stored
        | {part: [Mark(**mark) for mark in stored[part]] for part in ("sections", "questions")}
    )


class Answers(TypeDecorator[dict[str, Any]]):
    """Answers by question, in one column that keeps the order of the questions."""

    impl = JSONB
    cache_ok = True

    def process_bind_param(self, value: dict[str, Any] | None, dialect: Dialect) -> Any:
        return None if value is None else [[key, answer] for key, answer in value.items()]

    def process_result_value(self, value: Any, dialect: Dialect) -> dict[str, Any] | None:
        return None if value is None else dict(value)


class Visit(Base):
    """A look at an organisation, a place or a programme, with one version of an instrument."""

    noun = "visit"
    __tablename__ = "visit"
    __table_args__ = (
        Index("visit_activity_id_idx", "activity_id", "planned_on", "id"),
        Index("visit_planned_on_id_idx", desc("planned_on"), desc("id")),
        Index("visit_organisation_id_idx", "organisation_id"),
        Index("visit_visited_id_idx", "visited_id", postgresql_where=text("shared_at is not null")),
        Index("visit_version_id_idx", "version_id"),
        Index(
            "visit_plan_item_id_idx",
            "plan_item_id",
            postgresql_where=text("plan_item_id is not null"),
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    activity_id: Mapped[UUID] = mapped_column(ForeignKey("joint_activity.id"))
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    status: Mapped[VisitStatus] = mapped_column(choice(VisitStatus))
    subject: Mapped[VisitSubject] = mapped_column(choice(VisitSubject))
    visited_id: Mapped[UUID | None] = mapped_column(ForeignKey("organisation.id"))
    name: Mapped[str | None]
    """Of a place or a programme; an organisation has its own."""
    region_code: Mapped[str | None]
    planned_on: Mapped[date]
    version_id: Mapped[UUID] = mapped_column(ForeignKey("instrument_version.id"))
    plan_item_id: Mapped[UUID | None] = mapped_column(ForeignKey("oversight_plan_item.id"))
    team: Mapped[list[UUID]]
    held_on: Mapped[date | None]
    cancel_reason: Mapped[str | None]
    shared_at: Mapped[datetime | None]
    """Since when the organisation visited sees the result."""
    created_at: Mapped[datetime] = mapped_column(server_default=text("now()"))
    changed_at: Mapped[datetime] = mapped_column(server_default=text("now()"))


class VisitNote(Base):
    """What somebody of the team wrote down; never shown to observers or those visited."""

    noun = "note"
    __tablename__ = "visit_note"
    __table_args__ = (Index("visit_note_visit_id_idx", "visit_id", "id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    visit_id: Mapped[UUID] = mapped_column(ForeignKey("visit.id"))
    activity_id: Mapped[UUID] = mapped_column(ForeignKey("joint_activity.id"))
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    body: Mapped[str]
    changed_at: Mapped[datetime] = mapped_column(server_default=text("now()"))


class VisitResponse(Base):
    """The answers of one organisation: a draft, or submitted and from then on as they are."""

    noun = "response"
    __tablename__ = "visit_response"
    __table_args__ = (
        UniqueConstraint("corrects_id"),
        Index(
            "visit_response_first_key",
            "visit_id",
            "organisation_id",
            unique=True,
            postgresql_where=text("corrects_id is null"),
        ),
        Index("visit_response_visit_id_idx", "visit_id", "id"),
        Index("visit_response_activity_id_idx", "activity_id"),
        Index("visit_response_organisation_id_idx", "organisation_id", "version_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    visit_id: Mapped[UUID] = mapped_column(ForeignKey("visit.id"))
    activity_id: Mapped[UUID] = mapped_column(ForeignKey("joint_activity.id"))
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    version_id: Mapped[UUID] = mapped_column(ForeignKey("instrument_version.id"))
    status: Mapped[ResponseStatus] = mapped_column(choice(ResponseStatus))
    answers: Mapped[dict[str, Any]] = mapped_column(Answers())
    """By the keys of the questions."""
    score: Mapped[Score | None] = mapped_column(Document(read_score))
    corrects_id: Mapped[UUID | None] = mapped_column(ForeignKey("visit_response.id"))
    reason: Mapped[str | None]
    submitted_at: Mapped[datetime | None]
    changed_at: Mapped[datetime] = mapped_column(server_default=text("now()"))
