"""OAuth clients, their secrets, and the keys that sign access tokens."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base


class Client(Base):
    """A program of one organisation. ``key`` is the public ``client_id`` of RFC 6749."""

    noun = "client"
    __tablename__ = "client"
    __table_args__ = (Index("client_organisation_id_idx", "organisation_id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(unique=True)
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    name: Mapped[str]
    scopes: Mapped[list[str]]
    auth_method: Mapped[str] = mapped_column(server_default=text("'client_secret_basic'"))
    """How it proves who it is: `client_secret_basic`, `private_key_jwt` or `none` (RFC 7591)."""
    grant_types: Mapped[list[str]] = mapped_column(
        server_default=text("'{client_credentials}'::text[]")
    )
    redirect_uris: Mapped[list[str]] = mapped_column(server_default=text("'{}'::text[]"))
    jwks: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    jwks_uri: Mapped[str | None]
    dpop_bound: Mapped[bool] = mapped_column(server_default=text("false"))
    """Whether it gets sender-constrained tokens only (`dpop_bound_access_tokens`, RFC 9449)."""
    par_required: Mapped[bool] = mapped_column(server_default=text("false"))
    """Whether it must push its authorization requests (RFC 9126)."""
    open_to_all: Mapped[bool] = mapped_column(server_default=text("false"))
    """A portal of KPAI at which people of every organisation sign in, each for their own."""
    disabled_at: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(server_default=text("now()"))


class ClientSecret(Base):
    """An Argon2 hash of a secret. Several may be valid at once, so that a secret can be rotated.

    Only the authorization server's role reads these.
    """

    __tablename__ = "client_secret"
    __table_args__ = (Index("client_secret_client_id_idx", "client_id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    client_id: Mapped[UUID] = mapped_column(ForeignKey("client.id"))
    hash: Mapped[str]
    expires_at: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(server_default=text("now()"))


class SigningKey(Base):
    """A key pair for access tokens; the private half is encrypted under a setting's key (JWE)."""

    __tablename__ = "signing_key"

    kid: Mapped[str] = mapped_column(primary_key=True)
    public_jwk: Mapped[dict[str, Any]] = mapped_column(JSONB)
    private_jwe: Mapped[str]
    signs_from: Mapped[datetime]
    verifies_until: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(server_default=text("now()"))
