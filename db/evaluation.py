"""Evaluations (evaluasi kerja sama): what was promised, what became of it, and what is next."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ForeignKey, Index, UniqueConstraint, desc, text
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, choice
from db.reference import Reference


class NextStep(StrEnum):
    """What an evaluation recommends."""

    EXTEND = "EXTEND"
    CHANGE = "CHANGE"
    STOP = "STOP"


class PromisePart(StrEnum):
    """In which part of the agreement a promise stands."""

    SCOPE = "SCOPE"
    OBLIGATIONS = "OBLIGATIONS"


class PromiseAnswer(StrEnum):
    """What became of a promise."""

    KEPT = "KEPT"
    PARTLY = "PARTLY"
    NOT_KEPT = "NOT_KEPT"


class Evaluation(Base):
    """One party's evaluation of an agreement, in which every party has its say."""

    noun = "evaluation"
    __tablename__ = "evaluation"
    __table_args__ = (
        UniqueConstraint("id", "mou_id"),
        Index("evaluation_mou_id_idx", "mou_id", desc("created_at"), desc("id")),
        Index("evaluation_version_id_idx", "version_id"),
        Index("evaluation_author_id_idx", "author_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    mou_id: Mapped[UUID] = mapped_column(ForeignKey("mou.id"))
    version_id: Mapped[UUID] = mapped_column(ForeignKey("mou_version.id"))
    author_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    summary: Mapped[str | None]
    recommendation: Mapped[NextStep | None] = mapped_column(choice(NextStep))
    reasons: Mapped[str | None]
    document: Mapped[str | None]
    """The whole evaluation as it was concluded, in canonical JSON."""
    content_hash: Mapped[str | None]
    concluded_at: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(server_default=text("now()"))


class EvaluationPromise(Base):
    """A promise as the agreement has it, and what became of it."""

    noun = "promise"
    __tablename__ = "evaluation_promise"
    __table_args__ = (UniqueConstraint("evaluation_id", "number"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    evaluation_id: Mapped[UUID] = mapped_column(ForeignKey("evaluation.id"))
    number: Mapped[int]
    part: Mapped[PromisePart] = mapped_column(choice(PromisePart))
    promise: Mapped[str]
    answer: Mapped[PromiseAnswer | None] = mapped_column(choice(PromiseAnswer))
    note: Mapped[str | None]
    evidence: Mapped[list[Reference]]


class EvaluationVoice(Base):
    """What one party says."""

    __tablename__ = "evaluation_voice"
    __table_args__ = (UniqueConstraint("evaluation_id", "organisation_id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    evaluation_id: Mapped[UUID] = mapped_column(ForeignKey("evaluation.id"))
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    recommendation: Mapped[NextStep] = mapped_column(choice(NextStep))
    body: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(server_default=text("now()"))
