"""The security log: who was let in or turned away, and what was changed about access."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base


class SecurityEvent(Base):
    """One event, append-only. Its kinds are in auth/events.py; its facts hold nothing secret."""

    noun = "securityevent"
    __tablename__ = "security_event"
    __table_args__ = (Index("security_event_organisation_id_idx", "organisation_id", "id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    organisation_id: Mapped[UUID | None] = mapped_column(ForeignKey("organisation.id"))
    """Whom it concerns and who may read it; null when that could not be told."""
    kind: Mapped[str]
    client_id: Mapped[UUID | None]
    user_id: Mapped[UUID | None]
    by_client_id: Mapped[UUID | None]
    by_user_id: Mapped[UUID | None]
    address: Mapped[str | None]
    facts: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default=text("'{}'"))
    created_at: Mapped[datetime] = mapped_column(server_default=text("now()"))
