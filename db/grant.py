"""What was granted to clients, and what may be presented once to get or renew it."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Double, ForeignKey, Index, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base


class Grant(Base):
    """A client's permission to act, for itself or for a person; every token names its grant.

    Ending it closes every token made under it at the next request (`access.enter`).
    """

    noun = "grant"
    __tablename__ = "oauth_grant"
    __table_args__ = (
        Index("oauth_grant_client_id_idx", "client_id", "id"),
        Index("oauth_grant_user_id_idx", "user_id", "id"),
        Index("oauth_grant_session_id_idx", "session_id"),
        Index("oauth_grant_expires_at_idx", "expires_at"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    client_id: Mapped[UUID] = mapped_column(ForeignKey("client.id"))
    user_id: Mapped[UUID | None] = mapped_column(ForeignKey("user_account.id"))
    session_id: Mapped[UUID | None] = mapped_column(ForeignKey("session.id"))
    kind: Mapped[str]
    scopes: Mapped[list[str]]
    jkt: Mapped[str | None]
    """The thumbprint of the key its tokens are bound to (RFC 9449 section 6)."""
    expires_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    end_reason: Mapped[str | None]
    created_at: Mapped[datetime] = mapped_column(server_default=text("now()"))


class RefreshToken(Base):
    """The hash of a refresh token. A used one is kept, so that its reuse is noticed."""

    __tablename__ = "refresh_token"
    __table_args__ = (Index("refresh_token_grant_id_idx", "grant_id"),)

    hash: Mapped[bytes] = mapped_column(primary_key=True)
    grant_id: Mapped[UUID] = mapped_column(ForeignKey("oauth_grant.id", ondelete="CASCADE"))
    used_at: Mapped[datetime | None]
    expires_at: Mapped[datetime]
    created_at: Mapped[datetime] = mapped_column(server_default=text("now()"))


class Ticket(Base):
    """Anything that may be presented once and soon: a code, an invitation, a pushed request."""

    __tablename__ = "ticket"
    __table_args__ = (
        Index("ticket_expires_at_idx", "expires_at"),
        Index("ticket_user_id_idx", "user_id"),
        Index("ticket_grant_id_idx", "grant_id"),
    )

    hash: Mapped[bytes] = mapped_column(primary_key=True)
    kind: Mapped[str]
    client_id: Mapped[UUID | None] = mapped_column(ForeignKey("client.id"))
    user_id: Mapped[UUID | None] = mapped_column(ForeignKey("user_account.id"))
    grant_id: Mapped[UUID | None] = mapped_column(ForeignKey("oauth_grant.id", ondelete="CASCADE"))
    data: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default=text("'{}'"))
    used_at: Mapped[datetime | None]
    expires_at: Mapped[datetime]
    created_at: Mapped[datetime] = mapped_column(server_default=text("now()"))


class DeviceRequest(Base):
    """A device that waits until a person lets it in from elsewhere (RFC 8628)."""

    __tablename__ = "device_request"
    __table_args__ = (
        Index("device_request_expires_at_idx", "expires_at"),
        Index("device_request_grant_id_idx", "grant_id"),
    )

    hash: Mapped[bytes] = mapped_column(primary_key=True)
    user_code: Mapped[str] = mapped_column(unique=True)
    client_id: Mapped[UUID] = mapped_column(ForeignKey("client.id"))
    scopes: Mapped[list[str]]
    jkt: Mapped[str | None]
    status: Mapped[str] = mapped_column(server_default=text("'PENDING'"))
    grant_id: Mapped[UUID | None] = mapped_column(ForeignKey("oauth_grant.id", ondelete="CASCADE"))
    polled_at: Mapped[datetime | None]
    interval_seconds: Mapped[int] = mapped_column(server_default=text("5"))
    used_at: Mapped[datetime | None]
    expires_at: Mapped[datetime]
    created_at: Mapped[datetime] = mapped_column(server_default=text("now()"))


class UsedOnce(Base):
    """The id of a proof or assertion that was seen, until it would be too old anyway."""

    __tablename__ = "used_once"
    __table_args__ = (Index("used_once_expires_at_idx", "expires_at"),)

    key: Mapped[bytes] = mapped_column(primary_key=True)
    expires_at: Mapped[datetime]


class Allowance(Base):
    """How often somebody may still try; `access.draw` fills and empties it."""

    __tablename__ = "allowance"
    __table_args__ = (Index("allowance_full_at_idx", "full_at"),)

    key: Mapped[bytes] = mapped_column(primary_key=True)
    points: Mapped[float] = mapped_column(Double())
    filled_at: Mapped[datetime]
    full_at: Mapped[datetime] = mapped_column(server_default=text("now()"))
    """When it will be as if nobody had drawn from it."""
