"""Requests for clarification (permintaan klarifikasi): questions, answers, how they are taken."""

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ForeignKey, ForeignKeyConstraint, Index, UniqueConstraint, desc
from sqlalchemy import text as sql
from sqlalchemy.orm import Mapped, column_property, mapped_column

from db.base import Base, choice
from db.due import Due, left_until
from db.reference import Reference


class ClarificationStatus(StrEnum):
    """State of a request for clarification."""

    DRAFT = "DRAFT"
    SENT = "SENT"
    ANSWERED = "ANSWERED"
    ASSESSED = "ASSESSED"
    WITHDRAWN = "WITHDRAWN"


class AnswerVerdict(StrEnum):
    """What the issuer says to an answer, and to all of them."""

    SATISFACTORY = "SATISFACTORY"
    PARTLY = "PARTLY"
    INSUFFICIENT = "INSUFFICIENT"


class ClarificationEventKind(StrEnum):
    """What happens while answers are awaited."""

    REMINDED = "REMINDED"
    TIME_ASKED = "TIME_ASKED"
    TIME_GRANTED = "TIME_GRANTED"
    TIME_REFUSED = "TIME_REFUSED"


class Clarification(Due, Base):
    """What one organisation asks another to explain until a day."""

    noun = "clarification"
    __tablename__ = "clarification"
    __table_args__ = (
        UniqueConstraint("id", "organisation_id"),
        ForeignKeyConstraint(
            ["follows_id", "organisation_id"],
            ["clarification.id", "clarification.organisation_id"],
            name="clarification_follows_id_organisation_id_fkey",
        ),
        Index(
            "clarification_activity_id_idx",
            "activity_id",
            desc("created_at"),
            desc("id"),
            postgresql_where=sql("activity_id is not null"),
        ),
        Index(
            "clarification_organisation_id_idx", "organisation_id", desc("created_at"), desc("id")
        ),
        Index("clarification_addressee_id_idx", "addressee_id", desc("created_at"), desc("id")),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    activity_id: Mapped[UUID | None] = mapped_column(ForeignKey("joint_activity.id"))
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    addressee_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    follows_id: Mapped[UUID | None]
    """The one it goes on from: not answered well enough, or by nobody any more."""
    subject: Mapped[str]
    questions: Mapped[list[str]]
    due_on: Mapped[date] = mapped_column()
    status: Mapped[ClarificationStatus] = mapped_column(choice(ClarificationStatus))
    sent_at: Mapped[datetime | None]
    """Since when its addressee knows of it, and all who take part in the activity."""
    asked_until: Mapped[date | None]
    """Until when the addressee asks to have time, as long as the issuer has not said."""
    answered_at: Mapped[datetime | None]
    verdict: Mapped[AnswerVerdict | None] = mapped_column(choice(AnswerVerdict))
    verdict_note: Mapped[str | None]
    assessed_at: Mapped[datetime | None]
    withdraw_reason: Mapped[str | None]
    changed_at: Mapped[datetime] = mapped_column(server_default=sql("now()"))
    created_at: Mapped[datetime] = mapped_column(server_default=sql("now()"))
    days_left: Mapped[int | None] = column_property(
        left_until(due_on, status, (ClarificationStatus.SENT,))
    )


class ClarificationAnswer(Base):
    """The answer to one question: the addressee's own until all are handed in."""

    __tablename__ = "clarification_answer"
    __table_args__ = (UniqueConstraint("clarification_id", "number"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    clarification_id: Mapped[UUID] = mapped_column(ForeignKey("clarification.id"))
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    number: Mapped[int]
    text: Mapped[str]
    evidence: Mapped[list[Reference]]
    verdict: Mapped[AnswerVerdict | None] = mapped_column(choice(AnswerVerdict))
    verdict_note: Mapped[str | None]
    changed_at: Mapped[datetime] = mapped_column(server_default=sql("now()"))


class ClarificationEvent(Base):
    """A reminder that was sent, or a word on more time."""

    __tablename__ = "clarification_event"
    __table_args__ = (Index("clarification_event_clarification_id_idx", "clarification_id", "id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    clarification_id: Mapped[UUID] = mapped_column(ForeignKey("clarification.id"))
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    kind: Mapped[ClarificationEventKind] = mapped_column(choice(ClarificationEventKind))
    note: Mapped[str | None]
    until_on: Mapped[date | None]
    created_at: Mapped[datetime] = mapped_column(server_default=sql("clock_timestamp()"))
