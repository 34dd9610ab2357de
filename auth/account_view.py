"""What the account page shows a person of themselves."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from auth import recovery
from auth.authentication import known_scopes
from auth.roles import Role
from auth.scopes import Scope
from auth.sessions import SignedIn
from auth.settings import AuthSettings
from db.client import Client
from db.credential import Passkey, Password, Totp
from db.grant import Grant
from db.organisation import Organisation
from db.user import IdentityProvider, Session


@dataclass(frozen=True, slots=True)
class Credentials:
    """What somebody signs in with."""

    password_at: datetime | None
    app_at: datetime | None
    codes_left: int
    passkeys: tuple[Passkey, ...]
    elsewhere: bool
    """Only with an account of their organisation, so that nothing of it is kept here."""


@dataclass(frozen=True, slots=True)
class Access:
    """A program that somebody let act for them."""

    id: UUID
    name: str
    organisation: str
    scopes: tuple[Scope, ...]
    since: datetime
    until: datetime


@dataclass(frozen=True, slots=True)
class Permitted:
    """A role, and what it permits at most."""

    role: Role
    scopes: tuple[Scope, ...]


async def credentials(tx: AsyncSession, person: SignedIn) -> Credentials:
    id = person.user_id
    elsewhere = select(IdentityProvider.only_way).where(
        IdentityProvider.organisation_id == person.organisation_id,
        IdentityProvider.disabled_at.is_(None),
    )
    return Credentials(
        password_at=await tx.scalar(select(Password.changed_at).where(Password.user_id == id)),
        app_at=await tx.scalar(select(Totp.created_at).where(Totp.user_id == id)),
        codes_left=await recovery.left(tx, id),
        passkeys=tuple(await passkeys(tx, id)),
        elsewhere=bool(await tx.scalar(elsewhere)),
    )


async def passkeys(tx: AsyncSession, user_id: UUID) -> list[Passkey]:
    query = select(Passkey).where(Passkey.user_id == user_id).order_by(Passkey.id)
    return list(await tx.scalars(query))


async def sessions(tx: AsyncSession, person: SignedIn, settings: AuthSettings) -> list[Session]:
    """Where they are signed in just now, the last first."""
    idle = timedelta(seconds=settings.session_idle_seconds)
    query = (
        select(Session)
        .where(
            Session.user_id == person.user_id,
            Session.ended_at.is_(None),
            Session.expires_at > func.now(),
            Session.seen_at > func.now() - idle,
        )
        .order_by(Session.id.desc())
    )
    return list(await tx.scalars(query))


async def access(tx: AsyncSession, person: SignedIn) -> list[Access]:
    """Programs that may act for them just now, the last first."""
    query = (
        select(Grant, Client.name, Organisation.name)
        .join(Client, Client.id == Grant.client_id)
        .join(Organisation, Organisation.id == Client.organisation_id)
        .where(
            Grant.user_id == person.user_id,
            Grant.ended_at.is_(None),
            Grant.expires_at > func.now(),
        )
        .order_by(Grant.id.desc())
    )
    return [
        Access(
            grant.id, name, organisation, _listed(known_scopes(grant.scopes)), grant.created_at,
            grant.expires_at,
        )
        for grant, name, organisation in await tx.execute(query)
    ]  # fmt: skip


async def permitted(tx: AsyncSession, person: SignedIn) -> list[Permitted]:
    """The person's roles, within what KPAI granted their organisation."""
    query = select(Organisation.scopes).where(Organisation.id == person.organisation_id)
    granted = known_scopes((await tx.scalars(query)).one())
    roles = [Role(role) for role in person.roles]
    return [Permitted(role, _listed(role.scopes & granted)) for role in roles]


def _listed(scopes: frozenset[Scope]) -> tuple[Scope, ...]:
    """In the order of the catalogue."""
    return tuple(scope for scope in Scope if scope in scopes)
