"""Handoffs (serah terima): the header both sides see, sections, their bodies, and the timeline."""

from datetime import UTC, datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    UniqueConstraint,
    and_,
    desc,
    false,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, choice
from db.enums import (
    ChildRole,
    DataCategory,
    Destruction,
    HandoffKind,
    HandoffStatus,
    Purpose,
    Urgency,
    WithheldCode,
)


class ChildAgeBand(StrEnum):
    """Age of the child in full years, as far as a header tells it (kelompok umur anak)."""

    AGE_0_5 = "AGE_0_5"
    AGE_6_9 = "AGE_6_9"
    AGE_10_12 = "AGE_10_12"
    AGE_13_15 = "AGE_13_15"
    AGE_16_17 = "AGE_16_17"


AWAITING_ANSWER = (HandoffStatus.REQUESTED, HandoffStatus.RECEIVED)
"""States in which the receiver owes an answer."""


class Handoff(Base):
    """The header: what both sides may always know. It holds nothing that tells who the child is."""

    noun = "handoff"
    __tablename__ = "handoff"
    __table_args__ = (
        UniqueConstraint("sender_id", "idempotency_key"),
        Index("handoff_outbox_idx", "sender_id", desc("listed_at"), desc("id")),
        Index("handoff_inbox_idx", "receiver_id", desc("listed_at"), desc("id")),
        Index("handoff_mou_id_idx", "mou_id", desc("listed_at"), desc("id")),
        Index("handoff_sent_status_idx", "sender_id", "status"),
        Index("handoff_received_status_idx", "receiver_id", "status"),
        Index("handoff_case_id_idx", "case_id"),
        Index(
            "handoff_onward_of_id_idx",
            "onward_of_id",
            postgresql_where=text("onward_of_id is not null"),
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[HandoffKind] = mapped_column(choice(HandoffKind))
    status: Mapped[HandoffStatus] = mapped_column(choice(HandoffStatus))
    sender_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    receiver_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    mou_id: Mapped[UUID] = mapped_column(ForeignKey("mou.id"))
    inquiry_id: Mapped[UUID | None] = mapped_column(ForeignKey("inquiry.id"))
    case_id: Mapped[UUID] = mapped_column(ForeignKey("case_file.id"))
    onward_of_id: Mapped[UUID | None] = mapped_column(ForeignKey("handoff.id"))
    """The handoff it goes on from: both are of one case, whose key they share."""
    purpose: Mapped[Purpose] = mapped_column(choice(Purpose))
    urgency: Mapped[Urgency] = mapped_column(choice(Urgency))
    child_role: Mapped[ChildRole] = mapped_column(choice(ChildRole))
    child_age_band: Mapped[ChildAgeBand | None] = mapped_column(choice(ChildAgeBand))
    """Said by the sender for statistics, and never taken from what is sealed."""
    case_categories: Mapped[list[str]]
    services: Mapped[list[str]]
    case_reference: Mapped[str | None]
    idempotency_key: Mapped[str | None]
    request_hash: Mapped[str | None]
    """With a key: the fingerprint of the request, so that another one under it is told apart."""
    resume_status: Mapped[HandoffStatus | None] = mapped_column(choice(HandoffStatus))
    """While INFO_REQUESTED: the state to come back to when the sender has answered."""
    cancellation_requested_at: Mapped[datetime | None]
    victim_reported_at: Mapped[datetime | None]
    """When the child, or somebody for it, reported: from then on the clock of UU TPKS 41 runs."""
    police_reported_at: Mapped[datetime | None]
    police_report_number: Mapped[str | None]
    created_at: Mapped[datetime] = mapped_column(server_default=text("now()"))
    updated_at: Mapped[datetime] = mapped_column(server_default=text("now()"))
    listed_at: Mapped[datetime] = mapped_column(server_default=text("now()"))
    """The order of inbox and outbox: when it was sent, or drafted while it is not sent."""
    requested_at: Mapped[datetime | None]
    due_at: Mapped[datetime | None]
    """When an answer is due; null once there is one."""
    accepted_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]

    @hybrid_property
    def overdue(self) -> bool:
        """Whether the answer is late."""
        if self.due_at is None or self.status not in AWAITING_ANSWER:
            return False
        return self.due_at < datetime.now(UTC)

    @overdue.inplace.expression
    @classmethod
    def _overdue(cls) -> ColumnElement[bool]:
        """The same in SQL: never null, so that its negation holds too."""
        late = and_(cls.due_at < func.now(), cls.status.in_(AWAITING_ANSWER))
        return func.coalesce(late, false())


class HandoffSection(Base):
    """That there is a section of some category; what it says is a row of its own."""

    __tablename__ = "handoff_section"
    __table_args__ = (
        UniqueConstraint("id", "handoff_id", "author_id", "category"),
        Index("handoff_section_handoff_id_idx", "handoff_id", "id"),
        Index(
            "handoff_section_source_id_idx",
            "source_id",
            postgresql_where=text("source_id is not null"),
        ),
        Index(
            "handoff_section_origin_id_idx",
            "origin_id",
            postgresql_where=text("origin_id is not null"),
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    handoff_id: Mapped[UUID] = mapped_column(ForeignKey("handoff.id"))
    author_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    category: Mapped[DataCategory] = mapped_column(choice(DataCategory))
    created_at: Mapped[datetime] = mapped_column(server_default=text("clock_timestamp()"))
    source_id: Mapped[UUID | None] = mapped_column(ForeignKey("handoff_section.id"))
    """Of one that is passed on: the section it was received as. Content is never copied."""
    origin_id: Mapped[UUID | None] = mapped_column(ForeignKey("handoff_section.id"))
    """And the section in which its author wrote it."""
    corrected_at: Mapped[datetime | None]
    destroyed_at: Mapped[datetime | None]
    destruction: Mapped[Destruction | None] = mapped_column(choice(Destruction))


class HandoffSectionBody(Base):
    """What a section says, sealed by `db.vault` under a key of its own, which the case's key seals.

    Row-level security decides here, so hidden content never leaves.
    """

    __tablename__ = "handoff_section_body"
    __table_args__ = (
        ForeignKeyConstraint(
            ["section_id", "handoff_id", "author_id", "category"],
            [
                "handoff_section.id",
                "handoff_section.handoff_id",
                "handoff_section.author_id",
                "handoff_section.category",
            ],
            name="handoff_section_body_section_fkey",
            ondelete="CASCADE",
        ),
        Index("handoff_section_body_handoff_id_idx", "handoff_id"),
    )

    section_id: Mapped[UUID] = mapped_column(primary_key=True)
    handoff_id: Mapped[UUID]
    author_id: Mapped[UUID]
    category: Mapped[DataCategory] = mapped_column(choice(DataCategory))
    sealed: Mapped[bytes]
    sealed_key: Mapped[bytes]


class SectionWord(Base):
    """Keyed hashes of a section's words: each side finds them under a key of its own."""

    __tablename__ = "section_word"
    __table_args__ = (Index("section_word_words_idx", "words", postgresql_using="gin"),)

    section_id: Mapped[UUID] = mapped_column(
        ForeignKey("handoff_section_body.section_id", ondelete="CASCADE"), primary_key=True
    )
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"), primary_key=True)
    words: Mapped[list[int]] = mapped_column(ARRAY(BigInteger()))


class SectionNow(Base):
    """A section as the caller may see it now: with its body, or with the reason why not."""

    noun = "section"
    __tablename__ = "handoff_section_now"
    __table_args__ = {"info": {"view": True}}  # noqa: RUF012

    id: Mapped[UUID] = mapped_column(primary_key=True)
    handoff_id: Mapped[UUID]
    author_id: Mapped[UUID]
    category: Mapped[DataCategory] = mapped_column(choice(DataCategory))
    created_at: Mapped[datetime]
    source_id: Mapped[UUID | None]
    corrected_at: Mapped[datetime | None]
    destroyed_at: Mapped[datetime | None]
    destruction: Mapped[Destruction | None] = mapped_column(choice(Destruction))
    origin_id: Mapped[UUID]
    origin_handoff_id: Mapped[UUID | None]
    case_id: Mapped[UUID]
    sealed: Mapped[bytes | None]
    sealed_key: Mapped[bytes | None]
    kek_id: Mapped[str | None]
    wrapped: Mapped[bytes | None]
    withheld: Mapped[WithheldCode | None] = mapped_column(choice(WithheldCode))

    @hybrid_property
    def passed_on(self) -> bool:
        """Whether it is a reference to what somebody else wrote in another handoff."""
        return self.source_id is not None

    @passed_on.inplace.expression
    @classmethod
    def _passed_on(cls) -> ColumnElement[bool]:
        return cls.source_id.is_not(None)

    @property
    def reason(self) -> WithheldCode:
        """Why its content is not here."""
        return self.withheld or WithheldCode.NOT_COVERED

    @property
    def content(self) -> "SectionNow":
        """What the section says or why it is withheld: two columns of the same row."""
        return self


class HandoffEvent(Base):
    """One step of a handoff's life. Rows are only ever added."""

    __tablename__ = "handoff_event"
    __table_args__ = (Index("handoff_event_handoff_id_idx", "handoff_id", "created_at", "id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    handoff_id: Mapped[UUID] = mapped_column(ForeignKey("handoff.id"))
    kind: Mapped[str]
    actor_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    from_status: Mapped[HandoffStatus | None] = mapped_column(choice(HandoffStatus))
    to_status: Mapped[HandoffStatus] = mapped_column(choice(HandoffStatus))
    note: Mapped[str | None]
    created_at: Mapped[datetime] = mapped_column(server_default=text("clock_timestamp()"))
