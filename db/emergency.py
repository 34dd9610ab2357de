"""Break-glass (akses darurat): opened for a danger to life, ended by the clock, and reviewed."""

from datetime import UTC, datetime
from uuid import UUID

from sqlalchemy import ColumnElement, FetchedValue, ForeignKey, Index, and_, func, text
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, choice
from db.enums import Finding


class EmergencyAccess(Base):
    """Sections that one organisation opened to itself, for hours; both sides see that it did."""

    noun = "emergency"
    __tablename__ = "emergency_access"
    __table_args__ = (
        Index("emergency_access_handoff_id_idx", "handoff_id"),
        Index("emergency_access_organisation_id_idx", "organisation_id", "ends_at"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    handoff_id: Mapped[UUID] = mapped_column(ForeignKey("handoff.id"))
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    section_ids: Mapped[list[UUID]]
    reason_sealed: Mapped[bytes]
    opened_at: Mapped[datetime] = mapped_column(server_default=text("now()"))
    ends_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    client_id: Mapped[UUID] = mapped_column(ForeignKey("client.id"))
    user_id: Mapped[UUID | None] = mapped_column(ForeignKey("user_account.id"))
    reviewed_at: Mapped[datetime | None]
    reviewed_by: Mapped[UUID | None] = mapped_column(ForeignKey("organisation.id"))
    finding: Mapped[Finding | None] = mapped_column(choice(Finding))
    review_note: Mapped[str | None]
    origin_ids: Mapped[list[UUID]] = mapped_column(server_default=FetchedValue())
    """The same sections where their authors wrote them; the database looks them up."""
    reviewer_ids: Mapped[list[UUID]] = mapped_column(server_default=FetchedValue())
    """Who wrote what was opened; the database names them. Of one's own words, the other side."""
    review_due_at: Mapped[datetime] = mapped_column(server_default=FetchedValue())

    @hybrid_property
    def open(self) -> bool:
        """Whether its time has not run out, and nobody ended it."""
        return self.closed_at is None and datetime.now(UTC) < self.ends_at

    @open.inplace.expression  # noqa: A003
    @classmethod
    def _open(cls) -> ColumnElement[bool]:
        return and_(cls.closed_at.is_(None), func.now() < cls.ends_at)

    @hybrid_property
    def review_overdue(self) -> bool:
        """Whether nobody has reviewed it in time."""
        return self.reviewed_at is None and self.review_due_at < datetime.now(UTC)

    @review_overdue.inplace.expression
    @classmethod
    def _review_overdue(cls) -> ColumnElement[bool]:
        return and_(cls.reviewed_at.is_(None), cls.review_due_at < func.now())

    @hybrid_property
    def review(self) -> "EmergencyAccess | None":
        """What the review came to, once there was one: columns of the same row."""
        return None if self.reviewed_at is None else self

    @review.inplace.expression
    @classmethod
    def _review(cls) -> ColumnElement[bool]:
        """In SQL: whether there was one."""
        return cls.reviewed_at.is_not(None)
