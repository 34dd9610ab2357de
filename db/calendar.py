"""Calendar feeds: links by which calendar programs read what an organisation has to do and when."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base


class CalendarFeed(Base):
    """A link, of which only a hash is kept; it opens as long as its grant stands."""

    noun = "calendar"
    __tablename__ = "calendar_feed"
    __table_args__ = (Index("calendar_feed_organisation_id_idx", "organisation_id", "id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    grant_id: Mapped[UUID] = mapped_column(
        ForeignKey("oauth_grant.id", ondelete="CASCADE"), unique=True
    )
    name: Mapped[str]
    hash: Mapped[bytes] = mapped_column(unique=True, deferred=True)
    """Not for the API to read."""
    created_at: Mapped[datetime] = mapped_column(server_default=text("now()"))
