"""A case (berkas kasus): its key, whom it suspects, and what keeps it from being destroyed."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, choice
from db.enums import Relation


class CaseFile(Base):
    """A case and its key, sealed under a key-encryption key. Handoffs along a chain share it."""

    __tablename__ = "case_file"
    __table_args__ = (Index("case_file_kek_id_idx", "kek_id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    kek_id: Mapped[str]
    wrapped: Mapped[bytes | None]
    """Null once the case was destroyed: whatever was sealed under it opens no more."""
    destroyed_at: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(server_default=text("now()"))


class VaultKey(Base):
    """A key of the installation, sealed under a key-encryption key."""

    __tablename__ = "vault_key"

    name: Mapped[str] = mapped_column(primary_key=True)
    kek_id: Mapped[str]
    wrapped: Mapped[bytes]


class CaseSuspect(Base):
    """The reported person (terlapor) of a case: whoever it is gives no consent that counts."""

    noun = "suspect"
    __tablename__ = "case_suspect"
    __table_args__ = (Index("case_suspect_case_id_idx", "case_id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    case_id: Mapped[UUID] = mapped_column(ForeignKey("case_file.id"))
    named_by: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    relation: Mapped[Relation] = mapped_column(choice(Relation))
    sealed: Mapped[bytes | None] = mapped_column(deferred=True)
    """Name and identity number, under the key of the case: by `access.person_of`."""
    keys: Mapped[list[bytes]] = mapped_column(server_default=text("'{}'"))
    """Keyed hashes of name and identity number, of use within this case only."""
    created_at: Mapped[datetime] = mapped_column(server_default=text("clock_timestamp()"))
    retracted_at: Mapped[datetime | None]


class LegalHold(Base):
    """Content tied to a legal case is kept (UU PDP articles 43 and 44)."""

    noun = "hold"
    __tablename__ = "legal_hold"
    __table_args__ = (Index("legal_hold_case_id_idx", "case_id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    case_id: Mapped[UUID] = mapped_column(ForeignKey("case_file.id"))
    placed_by: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    document_number: Mapped[str]
    reason: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(server_default=text("now()"))
    lifted_at: Mapped[datetime | None]
    lift_reason: Mapped[str | None]
