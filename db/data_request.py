"""Requests about the data of a child: rectification, restriction, erasure (UU PDP 30, 41, 43)."""

from datetime import UTC, datetime
from uuid import UUID

from sqlalchemy import ColumnElement, FetchedValue, ForeignKey, Index, and_, func, text
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, choice
from db.enums import DataRequestKind, DataRequestStatus, Relation


class DataRequest(Base):
    """What was asked of the controller (pengendali) of some categories of a handoff."""

    noun = "request"
    __tablename__ = "data_request"
    __table_args__ = (
        Index("data_request_handoff_id_idx", "handoff_id"),
        Index("data_request_controller_id_idx", "controller_id", "status"),
        Index("data_request_opened_by_idx", "opened_by"),
        Index("data_request_due_at_idx", "due_at", postgresql_where=text("status = 'OPEN'")),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    handoff_id: Mapped[UUID] = mapped_column(ForeignKey("handoff.id"))
    kind: Mapped[DataRequestKind] = mapped_column(choice(DataRequestKind))
    categories: Mapped[list[str]]
    opened_by: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    controller_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    requester_relation: Mapped[Relation] = mapped_column(choice(Relation))
    status: Mapped[DataRequestStatus] = mapped_column(
        choice(DataRequestStatus), server_default=text("'OPEN'")
    )
    created_at: Mapped[datetime] = mapped_column(server_default=text("now()"))
    answered_at: Mapped[datetime | None]
    answer: Mapped[str | None]
    lifted_at: Mapped[datetime | None]
    lift_reason: Mapped[str | None]
    due_at: Mapped[datetime] = mapped_column(server_default=FetchedValue())
    """When an answer was due, by the rule of the day on which it was opened."""

    @hybrid_property
    def overdue(self) -> bool:
        """Whether the answer is late."""
        return self.status is DataRequestStatus.OPEN and self.due_at < datetime.now(UTC)

    @overdue.inplace.expression
    @classmethod
    def _overdue(cls) -> ColumnElement[bool]:
        return and_(cls.status == DataRequestStatus.OPEN, cls.due_at < func.now())


class DataRequestDetails(Base):
    """What is wrong or wanted, and who asks, under the key of the case: it may name people."""

    __tablename__ = "data_request_details"

    id: Mapped[UUID] = mapped_column(ForeignKey("data_request.id"), primary_key=True)
    sealed: Mapped[bytes]
