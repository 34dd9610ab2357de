"""People, their roles, and the browsers in which they are signed in."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base


class User(Base):
    """A person (pengguna) of one organisation. The e-mail address is what they sign in with."""

    noun = "user"
    __tablename__ = "user_account"
    __table_args__ = (Index("user_account_organisation_id_idx", "organisation_id", "id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    email: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    roles: Mapped[list[str]]
    language: Mapped[str] = mapped_column(server_default=text("'id'"))
    joined_at: Mapped[datetime | None]
    """When the invitation was taken up; before that there is nothing to sign in with."""
    disabled_at: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(server_default=text("now()"))


class StaffRole(Base):
    """A role (peran) and the scopes it covers: the list of auth/roles.py, for the database."""

    __tablename__ = "staff_role"

    code: Mapped[str] = mapped_column(primary_key=True)
    scopes: Mapped[list[str]]


class Session(Base):
    """A browser in which a person is signed in with us. Its cookie is kept as a hash only."""

    noun = "session"
    __tablename__ = "session"
    __table_args__ = (Index("session_user_id_idx", "user_id", "id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("user_account.id"))
    hash: Mapped[bytes] = mapped_column(unique=True, deferred=True)
    methods: Mapped[list[str]]
    """How they proved who they are (RFC 8176): `pwd`, `otp`, `hwk`, `fed`, `kba`."""
    address: Mapped[str | None]
    user_agent: Mapped[str | None]
    seen_at: Mapped[datetime] = mapped_column(server_default=text("now()"))
    expires_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(server_default=text("now()"))


class IdentityProvider(Base):
    """An organisation's own OpenID Connect issuer, which keeps the accounts of its people."""

    noun = "provider"
    __tablename__ = "identity_provider"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"), unique=True)
    name: Mapped[str]
    issuer: Mapped[str]
    client_id: Mapped[str]
    secret_jwe: Mapped[str | None] = mapped_column(deferred=True)
    only_way: Mapped[bool] = mapped_column(server_default=text("false"))
    disabled_at: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(server_default=text("now()"))


class ExternalIdentity(Base):
    """Who of ours somebody is at their organisation's issuer: `sub` is kept, never the address."""

    __tablename__ = "external_identity"
    __table_args__ = (Index("external_identity_user_id_idx", "user_id"),)

    provider_id: Mapped[UUID] = mapped_column(ForeignKey("identity_provider.id"), primary_key=True)
    subject: Mapped[str] = mapped_column(primary_key=True)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("user_account.id"))
    created_at: Mapped[datetime] = mapped_column(server_default=text("now()"))
