"""On what a handoff rests (dasar pemrosesan, UU PDP article 20), and that it was withdrawn."""

from datetime import UTC, date, datetime
from uuid import UUID

from sqlalchemy import ColumnElement, ForeignKey, Index, and_, false, func, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import Mapped, column_property, mapped_column
from sqlalchemy.types import DateTime, Text

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
    giver_sealed: Mapped[bytes | None] = mapped_column(deferred=True)
    """Name and identity number of who consented, under the key of the case: by `person_of`."""
    giver_keys: Mapped[list[bytes]] = mapped_column(server_default=text("'{}'"), deferred=True)
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
    states: Mapped[list[str]] = column_property(
        func.access.basis_states(id, type_=ARRAY(Text()))  # noqa: A003
    )
    """Whether it holds today, category by category; the database computes it."""

    @hybrid_property
    def giver(self) -> "LawfulBasis | None":
        """Who gave the consent: columns of the same row."""
        return None if self.giver_relation is None else self

    @giver.inplace.expression
    @classmethod
    def _giver(cls) -> ColumnElement[bool]:
        """In SQL: whether anybody did."""
        return cls.giver_relation.is_not(None)


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
    due_at: Mapped[datetime | None] = column_property(
        func.timestamptz_pl_interval(
            created_at,
            func.access.hours_for("WITHDRAWAL_ACKNOWLEDGEMENT", created_at),
            type_=DateTime(timezone=True),
        )
    )
    """Until when the receiver has to say so, by the rule that held when it was told."""

    @hybrid_property
    def overdue(self) -> bool:
        """Whether the receiver has not said so in time."""
        late = self.due_at is not None and self.due_at < datetime.now(UTC)
        return late and self.acknowledged_at is None

    @overdue.inplace.expression
    @classmethod
    def _overdue(cls) -> ColumnElement[bool]:
        late = and_(cls.due_at < func.now(), cls.acknowledged_at.is_(None))
        return func.coalesce(late, false())
