"""Inquiries: what a partner asks before a handoff; nothing in it tells who the child is."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, desc, text
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, choice
from db.enums import ChildRole, HandoffKind, InquiryKind, InquiryStatus, Purpose, Urgency


class Inquiry(Base):
    """A request that a case be handed over (pull), or the question whether there is room."""

    noun = "inquiry"
    __tablename__ = "inquiry"
    __table_args__ = (
        Index("inquiry_asked_by_idx", "asker_id", desc("created_at"), desc("id")),
        Index("inquiry_asked_of_idx", "asked_id", desc("created_at"), desc("id")),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    kind: Mapped[InquiryKind] = mapped_column(choice(InquiryKind))
    status: Mapped[InquiryStatus] = mapped_column(choice(InquiryStatus))
    asker_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    asked_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    mou_id: Mapped[UUID] = mapped_column(ForeignKey("mou.id"))
    handoff_kind: Mapped[HandoffKind] = mapped_column(choice(HandoffKind))
    purpose: Mapped[Purpose] = mapped_column(choice(Purpose))
    urgency: Mapped[Urgency] = mapped_column(choice(Urgency))
    child_role: Mapped[ChildRole] = mapped_column(choice(ChildRole))
    services: Mapped[list[str]]
    question: Mapped[str]
    answer: Mapped[str | None]
    answered_at: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(server_default=text("now()"))
