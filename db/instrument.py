"""Instruments (instrumen pengawasan): questionnaires in versions, each one document."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, choice
from db.document import Document


class VersionStatus(StrEnum):
    """State of a version of an instrument."""

    DRAFT = "DRAFT"
    PUBLISHED = "PUBLISHED"
    RETIRED = "RETIRED"


class QuestionType(StrEnum):
    """What an answer is."""

    TEXT = "TEXT"
    NUMBER = "NUMBER"
    BOOLEAN = "BOOLEAN"
    CHOICE = "CHOICE"
    CHOICES = "CHOICES"
    DATE = "DATE"
    SCALE = "SCALE"


@dataclass(frozen=True)
class Option:
    """One of the answers to choose from."""

    key: str
    label: str
    label_en: str | None = None
    points: int | None = None


@dataclass(frozen=True)
class AskIf:
    """Ask only when an earlier question was answered in one of these ways."""

    question: str
    any_of: list[str]


@dataclass(frozen=True)
class Question:
    """One question of a questionnaire."""

    key: str
    type: QuestionType
    text: str
    text_en: str | None = None
    help: str | None = None
    help_en: str | None = None
    required: bool = True
    unit: str | None = None
    least: float | None = None
    most: float | None = None
    whole: bool = False
    options: list[Option] | None = None
    points: int | None = None
    lower_is_better: bool = False
    weight: int = 1
    ask_if: AskIf | None = None


@dataclass(frozen=True)
class Part:
    """A section of a questionnaire (bagian)."""

    key: str
    title: str
    questions: list[Question]
    title_en: str | None = None


@dataclass(frozen=True)
class Band:
    """What a score means from so many percent on."""

    from_percent: int
    label: str
    label_en: str | None = None


@dataclass(frozen=True)
class Questionnaire:
    """What is asked, and how the answers are scored."""

    sections: list[Part]
    bands: list[Band] | None = None

    @property
    def questions(self) -> list[Question]:
        return [question for section in self.sections for question in section.questions]


def read(stored: Any) -> Questionnaire:
    """The questionnaire in a document that was checked before it was stored."""
    return Questionnaire(
        [
            Part(**section | {"questions": [_question(one) for one in section["questions"]]})
            for section in stored["sections"]
        ],
        [Band(**band) for band in stored["bands"]] if stored["bands"] else None,
    )


def _question(stored: Any) -> Question:
    options, ask_if = stored["options"], stored["ask_if"]
    return Question(
        **stored
        | {
            "type": QuestionType(stored["type"]),
            "options": [Option(**one) for one in options] if options else None,
            "ask_if": AskIf(**ask_if) if ask_if else None,
        }
    )


class Instrument(Base):
    """An instrument of one organisation, under a name that stays."""

    noun = "instrument"
    __tablename__ = "instrument"
    __table_args__ = (
        Index("instrument_organisation_id_idx", "organisation_id"),
        Index("instrument_title_id_idx", "title", "id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    title: Mapped[str]
    description: Mapped[str | None]
    open: Mapped[bool] = mapped_column(server_default=text("false"))
    created_at: Mapped[datetime] = mapped_column(server_default=text("now()"))


class InstrumentVersion(Base):
    """One version of an instrument; what was published never changes."""

    noun = "questionnaire"
    __tablename__ = "instrument_version"
    __table_args__ = (
        UniqueConstraint("instrument_id", "number"),
        Index(
            "instrument_version_draft_key",
            "instrument_id",
            unique=True,
            postgresql_where=text("status = 'DRAFT'"),
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    instrument_id: Mapped[UUID] = mapped_column(ForeignKey("instrument.id"))
    number: Mapped[int]
    status: Mapped[VersionStatus] = mapped_column(choice(VersionStatus))
    content: Mapped[Questionnaire] = mapped_column(Document(read))
    published_at: Mapped[datetime | None]
    retired_at: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(server_default=text("now()"))
