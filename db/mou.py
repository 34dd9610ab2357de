"""Agreements (kerja sama): the paper, its versions, its parties, its clauses and its signatures."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ForeignKey, ForeignKeyConstraint, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, choice
from db.enums import Instrument, MouKind, MouStatus, Stage


class Mou(Base):
    """One agreement through all its versions; its status is computed by `access.mou_status`."""

    __tablename__ = "mou"
    __table_args__ = (
        Index("mou_parent_id_idx", "parent_id"),
        Index("mou_proposer_id_idx", "proposer_id"),
        Index("mou_created_at_id_idx", "created_at", "id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    kind: Mapped[MouKind] = mapped_column(choice(MouKind))
    parent_id: Mapped[UUID | None] = mapped_column(ForeignKey("mou.id"))
    proposer_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    suspended_at: Mapped[datetime | None]
    suspended_by: Mapped[UUID | None] = mapped_column(ForeignKey("organisation.id"))
    suspension_reason: Mapped[str | None]
    terminated_on: Mapped[date | None]
    terminated_by: Mapped[UUID | None] = mapped_column(ForeignKey("organisation.id"))
    termination_reason: Mapped[str | None]
    created_at: Mapped[datetime] = mapped_column(server_default=text("now()"))


class MouNow(Base):
    """An agreement as it stands today: the view clients read (`mou_now`)."""

    noun = "mou"
    __tablename__ = "mou_now"
    __table_args__ = {"info": {"view": True}}  # noqa: RUF012

    id: Mapped[UUID] = mapped_column(primary_key=True)
    kind: Mapped[MouKind] = mapped_column(choice(MouKind))
    parent_id: Mapped[UUID | None]
    proposer_id: Mapped[UUID]
    suspended_at: Mapped[datetime | None]
    suspension_reason: Mapped[str | None]
    terminated_on: Mapped[date | None]
    termination_reason: Mapped[str | None]
    created_at: Mapped[datetime]
    status: Mapped[MouStatus] = mapped_column(choice(MouStatus))
    in_force: Mapped[bool]
    version_id: Mapped[UUID]
    """The version that counts today; before any is in force, the newest one the caller may see."""


class MouVersion(Base):
    """The content of an agreement at one time: what parties review, and what their hash covers."""

    noun = "version"
    __tablename__ = "mou_version"
    __table_args__ = (
        UniqueConstraint("mou_id", "number"),
        ForeignKeyConstraint(
            ["evaluation_id", "mou_id"],
            ["evaluation.id", "evaluation.mou_id"],
            name="mou_version_evaluation_id_mou_id_fkey",
            use_alter=True,
        ),
        Index("mou_version_drafted_by_idx", "drafted_by"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    mou_id: Mapped[UUID] = mapped_column(ForeignKey("mou.id"))
    number: Mapped[int]
    instrument: Mapped[Instrument] = mapped_column(choice(Instrument))
    stage: Mapped[Stage] = mapped_column(choice(Stage))
    drafted_by: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    title: Mapped[str]
    purpose: Mapped[str]
    scope: Mapped[str]
    valid_from: Mapped[date]
    valid_until: Mapped[date]
    takes_effect_on: Mapped[date | None]
    obligations: Mapped[str | None]
    confidentiality: Mapped[str | None]
    evaluation: Mapped[str | None]
    disputes: Mapped[str | None]
    extension: Mapped[str | None]
    termination: Mapped[str | None]
    notice_days: Mapped[int]
    emergency_excluded: Mapped[list[str]] = mapped_column(server_default=text("'{}'"))
    """Categories that no emergency (akses darurat) opens."""
    content_hash: Mapped[str]
    submitted_at: Mapped[datetime | None]
    signed_at: Mapped[datetime | None]
    in_force_from: Mapped[date | None]
    evaluation_id: Mapped[UUID | None]
    """The concluded evaluation of the agreement that this version answers."""
    created_at: Mapped[datetime] = mapped_column(server_default=text("now()"))


class MouParty(Base):
    """A party (pihak) of one version, in the order the paper names them."""

    __tablename__ = "mou_party"
    __table_args__ = (
        UniqueConstraint("version_id", "organisation_id"),
        UniqueConstraint("version_id", "ordinal"),
        Index("mou_party_organisation_id_idx", "organisation_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    version_id: Mapped[UUID] = mapped_column(ForeignKey("mou_version.id"))
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    ordinal: Mapped[int]
    covers_branches: Mapped[bool]


class MouClause(Base):
    """A data-sharing clause (pasal): the only source of visibility between organisations."""

    __tablename__ = "mou_clause"
    __table_args__ = (
        UniqueConstraint("version_id", "number"),
        Index("mou_clause_recipient_id_idx", "recipient_id"),
        Index("mou_clause_discloser_id_idx", "discloser_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    version_id: Mapped[UUID] = mapped_column(ForeignKey("mou_version.id"))
    number: Mapped[int]
    discloser_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    recipient_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    categories: Mapped[list[str]]
    purposes: Mapped[list[str]]
    case_roles: Mapped[list[str]]
    valid_from: Mapped[date | None]
    valid_until: Mapped[date | None]
    onward_sharing: Mapped[bool]
    retention_days: Mapped[int]
    legal_basis: Mapped[str]


class MouComment(Base):
    """A remark of a party during review."""

    __tablename__ = "mou_comment"
    __table_args__ = (Index("mou_comment_version_id_idx", "version_id", "created_at", "id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    version_id: Mapped[UUID] = mapped_column(ForeignKey("mou_version.id"))
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    body: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(server_default=text("clock_timestamp()"))


class MouApproval(Base):
    """A party's word that it will sign this content; a revision has another hash, so voids it."""

    __tablename__ = "mou_approval"
    __table_args__ = (UniqueConstraint("version_id", "organisation_id", "content_hash"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    version_id: Mapped[UUID] = mapped_column(ForeignKey("mou_version.id"))
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    content_hash: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(server_default=text("clock_timestamp()"))


class MouSignature(Base):
    """A party's signature under one content hash, with that party's own paperwork."""

    __tablename__ = "mou_signature"
    __table_args__ = (UniqueConstraint("version_id", "organisation_id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    version_id: Mapped[UUID] = mapped_column(ForeignKey("mou_version.id"))
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    document_number: Mapped[str]
    signatory_name: Mapped[str]
    signatory_office: Mapped[str]
    delegation_letter: Mapped[str | None]
    content_hash: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(server_default=text("clock_timestamp()"))


class MouEvent(Base):
    """What happened to an agreement, in order. Rows are only ever added."""

    __tablename__ = "mou_event"
    __table_args__ = (Index("mou_event_mou_id_idx", "mou_id", "created_at", "id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    mou_id: Mapped[UUID] = mapped_column(ForeignKey("mou.id"))
    version_id: Mapped[UUID] = mapped_column(ForeignKey("mou_version.id"))
    kind: Mapped[str]
    actor_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    note: Mapped[str | None]
    created_at: Mapped[datetime] = mapped_column(server_default=text("clock_timestamp()"))
