"""On what a handoff rests (dasar pemrosesan, UU PDP article 20), and that it was withdrawn."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, choice
from db.enums import BasisKind, NoticeCause, Relation


class LawfulBasis(Base):
    """One basis, named by the author of the sections that rest on it.

    Whether it holds is asked at reading (`access.basis_state`) and kept nowhere.
    """

    noun = "basis"
    __tablename__ = "lawful_basis"
    __table_args__ = (
        Index("lawful_basis_handoff_id_idx", "handoff_id", "author_id"),
        Index(
            "lawful_basis_rests_on_idx", "rests_on", postgresql_where=text("rests_on is not null")
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    handoff_id: Mapped[UUID] = mapped_column(ForeignKey("handoff.id"))
    author_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    kind: Mapped[BasisKind] = mapped_column(choice(BasisKind))
    categories: Mapped[list[str]]
    purposes: Mapped[list[str]]
    legal_source: Mapped[str | None]
    giver_relation: Mapped[Relation | None] = mapped_column(choice(Relation))
    giver_sealed: Mapped[bytes | None]
    """Name and identity number of who consented, under the key of the case."""
    giver_keys: Mapped[list[bytes]] = mapped_column(server_default=text("'{}'"))
    """Keyed hashes of the two, to be compared with those of suspects of this case."""
    given_at: Mapped[datetime | None]
    document_hash: Mapped[str | None]
    valid_until: Mapped[date | None]
    rests_on: Mapped[UUID | None] = mapped_column(ForeignKey("lawful_basis.id"))
    """An earlier basis: this one holds no longer than that."""
    withdrawn_categories: Mapped[list[str]] = mapped_column(server_default=text("'{}'"))
    withdrawn_at: Mapped[datetime | None]
    withdrawal_reason: Mapped[str | None]
    created_at: Mapped[datetime] = mapped_column(server_default=text("clock_timestamp()"))


class WithdrawalNotice(Base):
    """That a receiver was told to stop (UU PDP article 40), and when it said it had."""

    noun = "notice"
    __tablename__ = "withdrawal_notice"
    __table_args__ = (
        Index("withdrawal_notice_handoff_id_idx", "handoff_id"),
        Index("withdrawal_notice_receiver_id_idx", "receiver_id"),
        Index("withdrawal_notice_basis_id_idx", "basis_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    basis_id: Mapped[UUID] = mapped_column(ForeignKey("lawful_basis.id"))
    handoff_id: Mapped[UUID] = mapped_column(ForeignKey("handoff.id"))
    receiver_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    cause: Mapped[NoticeCause] = mapped_column(choice(NoticeCause))
    categories: Mapped[list[str]]
    created_at: Mapped[datetime] = mapped_column(server_default=text("now()"))
    acknowledged_at: Mapped[datetime | None]
