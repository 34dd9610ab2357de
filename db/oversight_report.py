"""Reports (laporan pengawasan) that draw oversight together, kept as they stood when published."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, desc, text
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base


class OversightReport(Base):
    """A summary and what it draws together; once published, only who may read it still changes."""

    noun = "oversightreport"
    __tablename__ = "oversight_report"
    __table_args__ = (
        Index(
            "oversight_report_organisation_id_idx",
            "organisation_id",
            desc("created_at"),
            desc("id"),
        ),
        Index("oversight_report_activity_ids_idx", "activity_ids", postgresql_using="gin"),
        Index("oversight_report_reader_ids_idx", "reader_ids", postgresql_using="gin"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    title: Mapped[str]
    summary: Mapped[str]
    activity_ids: Mapped[list[UUID]]
    finding_ids: Mapped[list[UUID]]
    clarification_ids: Mapped[list[UUID]]
    recommendation_ids: Mapped[list[UUID]]
    visit_ids: Mapped[list[UUID]]
    for_participants: Mapped[bool]
    reader_ids: Mapped[list[UUID]]
    """Organisations it was shared with by name (tembusan)."""
    content: Mapped[str | None]
    """All it says, as it stood when it was published, in the form of RFC 8785."""
    content_hash: Mapped[str | None]
    published_at: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(server_default=text("now()"))
