"""Who somebody is, as far as letting them in goes."""

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncSession

from auth.attempts import Whom
from db.credential import Password, Totp
from db.organisation import Organisation
from db.user import IdentityProvider, User


@dataclass(frozen=True, slots=True)
class Person:
    """A person of ours, whether or not they may come in just now."""

    user_id: UUID
    organisation_id: UUID
    organisation_name: str
    email: str
    name: str
    roles: tuple[str, ...]
    language: str
    joined: bool
    out: bool
    """Disabled, or of an organisation that is no more."""
    hash: str | None = field(repr=False)
    has_app: bool
    provider_id: UUID | None
    """Where their organisation keeps its own accounts."""
    elsewhere: bool
    """Whether they may sign in there alone."""

    @property
    def welcome(self) -> bool:
        """Whether a password, code or passkey of ours lets them in."""
        return self.joined and not self.out and not self.elsewhere

    @property
    def whom(self) -> Whom:
        return Whom(self.email, self.user_id, self.organisation_id)

    @property
    def about(self) -> tuple[str, ...]:
        """What a password of theirs must not be made of."""
        return (self.name, self.email, self.organisation_name)


def normal_email(typed: str) -> str:
    """As it is kept: nobody's address differs from another's by capitals only."""
    return typed.strip().lower()[:254]


async def by_email(tx: AsyncSession, email: str) -> Person | None:
    return await _one(tx, _QUERY.where(User.email == email))


async def by_id(tx: AsyncSession, id: UUID) -> Person | None:
    return await _one(tx, _QUERY.where(User.id == id))


async def providers(tx: AsyncSession) -> list[tuple[UUID, str]]:
    """All organisations' own accounts that one may sign in with, by name.

    Shown to everybody: to ask for an address first would tell who is one of ours.
    """
    query = (
        select(IdentityProvider.id, IdentityProvider.name)
        .join(Organisation, Organisation.id == IdentityProvider.organisation_id)
        .where(IdentityProvider.disabled_at.is_(None), Organisation.dissolved_at.is_(None))
        .order_by(IdentityProvider.name)
    )
    return [(id, name) for id, name in await tx.execute(query)]


_QUERY = (
    select(
        User.id, User.organisation_id, Organisation.name, User.email, User.name, User.roles,
        User.language, User.joined_at, User.disabled_at, Organisation.dissolved_at, Password.hash,
        Totp.user_id, IdentityProvider.id, IdentityProvider.only_way,
    )
    .join(Organisation, Organisation.id == User.organisation_id)
    .outerjoin(Password, Password.user_id == User.id)
    .outerjoin(Totp, Totp.user_id == User.id)
    .outerjoin(
        IdentityProvider,
        (IdentityProvider.organisation_id == User.organisation_id)
        & IdentityProvider.disabled_at.is_(None),
    )
)  # fmt: skip


async def _one(tx: AsyncSession, query: Select[*tuple[Any, ...]]) -> Person | None:
    row = (await tx.execute(query)).one_or_none()
    if row is None:
        return None
    id, organisation_id, organisation, email, name, roles, language, *rest = row
    joined, disabled, dissolved, hash, app, provider_id, only_way = rest
    return Person(
        user_id=id, organisation_id=organisation_id, organisation_name=organisation, email=email,
        name=name, roles=tuple(roles), language=language, joined=joined is not None,
        out=disabled is not None or dissolved is not None, hash=hash, has_app=app is not None,
        provider_id=provider_id, elsewhere=bool(only_way),
    )  # fmt: skip
