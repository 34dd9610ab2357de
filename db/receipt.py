"""Receipts (berita acara): the signed word of both sides, and the keys they sign with."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, ForeignKeyConstraint, Index, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, choice
from db.enums import ReceiptKind


class OrganisationKey(Base):
    """A key an organisation signs receipts with. A retired one goes on verifying what it signed."""

    __tablename__ = "organisation_key"
    __table_args__ = (
        Index(
            "organisation_key_one_live_key",
            "organisation_id",
            unique=True,
            postgresql_where=text("retired_at is null"),
        ),
        UniqueConstraint("kid", "organisation_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    kid: Mapped[str] = mapped_column(unique=True)
    """Its thumbprint (RFC 7638): a name that nobody can give to another key."""
    jwk: Mapped[dict[str, Any]] = mapped_column(JSONB())
    sealed: Mapped[str | None] = mapped_column(deferred=True)
    """The private half, which the API may not read; null where it is the organisation's alone."""
    custodial: Mapped[bool] = mapped_column(server_default=text("false"))
    """Whether it is kept here: a check ties it to `sealed`."""
    attested: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(server_default=text("now()"))
    retired_at: Mapped[datetime | None]


class Receipt(Base):
    """What was handed over or agreed, in canonical JSON: the bytes that are signed."""

    noun = "receipt"
    __tablename__ = "receipt"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    kind: Mapped[ReceiptKind] = mapped_column(choice(ReceiptKind))
    number: Mapped[str] = mapped_column(unique=True)
    handoff_id: Mapped[UUID | None] = mapped_column(ForeignKey("handoff.id"), unique=True)
    version_id: Mapped[UUID | None] = mapped_column(ForeignKey("mou_version.id"), unique=True)
    signers: Mapped[list[UUID]]
    """The organisations whose signatures make it complete."""
    document: Mapped[str]
    hash: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(server_default=text("now()"))


class ReceiptSignature(Base):
    """One organisation's signature under a receipt, as RFC 7515 section 7.2.1 writes it."""

    __tablename__ = "receipt_signature"
    __table_args__ = (
        UniqueConstraint("receipt_id", "organisation_id"),
        ForeignKeyConstraint(
            ["kid", "organisation_id"],
            ["organisation_key.kid", "organisation_key.organisation_id"],
            name="receipt_signature_kid_fkey",
        ),
    )
    id: Mapped[UUID] = mapped_column(primary_key=True)
    receipt_id: Mapped[UUID] = mapped_column(ForeignKey("receipt.id"))
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    kid: Mapped[str]
    protected: Mapped[str]
    signature: Mapped[str]
    signed_at: Mapped[datetime] = mapped_column(server_default=text("clock_timestamp()"))
