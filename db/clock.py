"""What is due (tenggat): the view over everything that runs against a clock."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, choice
from db.enums import ClockRule


class ClockNow(Base):
    """One duty: since when it runs, until when it is to be done, and whether it was."""

    __tablename__ = "clock_now"
    __table_args__ = {"info": {"view": True}}  # noqa: RUF012

    key: Mapped[str] = mapped_column(primary_key=True)
    rule: Mapped[ClockRule] = mapped_column(choice(ClockRule))
    subject_id: Mapped[UUID]
    """The handoff, notice, request or emergency it is about."""
    handoff_id: Mapped[UUID]
    mou_id: Mapped[UUID]
    owed_by: Mapped[UUID]
    owed_to: Mapped[UUID]
    started_at: Mapped[datetime]
    due_at: Mapped[datetime]
    met_at: Mapped[datetime | None]
    met: Mapped[bool]
    overdue: Mapped[bool]
    escalation: Mapped[int]
    term_id: Mapped[UUID | None]
    """The dated rule that sets the time."""
