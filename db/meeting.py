"""What hangs on a joint activity: comments, decisions (keputusan) and documents (dokumen)."""

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ForeignKey, ForeignKeyConstraint, Index, UniqueConstraint
from sqlalchemy import text as sql
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, choice
from db.reference import Reference


class DocumentKind(StrEnum):
    """What a document of an activity is for."""

    TERMS_OF_REFERENCE = "TERMS_OF_REFERENCE"
    INVITATION = "INVITATION"
    AGENDA = "AGENDA"
    ATTENDANCE = "ATTENDANCE"
    MINUTES = "MINUTES"
    REPORT = "REPORT"
    OTHER = "OTHER"


class Contributed:
    """By whom something was added, and since when it stands as it does."""

    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    changed_at: Mapped[datetime] = mapped_column(server_default=sql("now()"))
    """Whoever left before does not see it (`access.seen_until`)."""
    created_at: Mapped[datetime] = mapped_column(server_default=sql("now()"))


class ActivityComment(Contributed, Base):
    """What one of those who take part has to say; without a body once it is withdrawn."""

    noun = "activitycomment"
    __tablename__ = "activity_comment"
    __table_args__ = (Index("activity_comment_activity_id_idx", "activity_id", "id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    activity_id: Mapped[UUID] = mapped_column(ForeignKey("joint_activity.id"))
    body: Mapped[str | None]
    edited_at: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]


class ActivityDecision(Contributed, Base):
    """What was decided; a later decision may take its place, and both stay."""

    noun = "decision"
    __tablename__ = "activity_decision"
    __table_args__ = (
        UniqueConstraint("activity_id", "id"),
        ForeignKeyConstraint(
            ["activity_id", "supersedes_id"],
            ["activity_decision.activity_id", "activity_decision.id"],
            name="activity_decision_activity_id_supersedes_id_fkey",
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    activity_id: Mapped[UUID] = mapped_column(ForeignKey("joint_activity.id"))
    text: Mapped[str]
    decided_on: Mapped[date]
    supersedes_id: Mapped[UUID | None] = mapped_column(unique=True)


class ActivityDocument(Contributed, Base):
    """A document, of which every version is kept."""

    noun = "document"
    __tablename__ = "activity_document"
    __table_args__ = (UniqueConstraint("activity_id", "id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    activity_id: Mapped[UUID] = mapped_column(ForeignKey("joint_activity.id"))
    kind: Mapped[DocumentKind] = mapped_column(choice(DocumentKind))
    title: Mapped[str]
    language: Mapped[str]


class DocumentVersion(Contributed, Base):
    """One version of a document: where its files are, and their hashes."""

    __tablename__ = "activity_document_version"
    __table_args__ = (
        UniqueConstraint("document_id", "number"),
        ForeignKeyConstraint(
            ["activity_id", "document_id"],
            ["activity_document.activity_id", "activity_document.id"],
            name="activity_document_version_activity_id_document_id_fkey",
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    activity_id: Mapped[UUID]
    document_id: Mapped[UUID]
    number: Mapped[int]
    files: Mapped[list[Reference]]
    note: Mapped[str | None]
