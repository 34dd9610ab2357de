"""Programs that may ask for tokens, and their secrets.

Making, rotating and disabling a client are an operator's acts, done on the connection of the
migrating role.

How a client then proves who it is: `auth/authentication.py`.
"""

import re
import secrets
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import timedelta
from uuid import UUID

from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from auth.hashing import make_hash
from auth.scopes import Scope
from db.client import Client, ClientSecret
from db.ids import new_id
from db.organisation import Organisation

_KEY = re.compile(r"[a-z0-9][a-z0-9-]{0,62}")


class ClientRefused(Exception):
    """What the operator asked for cannot be done; the message says why."""


@dataclass(frozen=True, slots=True)
class NewClient:
    """A client just made. Its secret is shown this once and stored nowhere."""

    id: UUID
    key: str
    secret: str = field(repr=False)


def is_key(text: str) -> bool:
    """Whether this can be a client's key at all. Anything else is neither looked up nor logged: it
    may be a secret that someone put in the wrong place."""
    return _KEY.fullmatch(text) is not None


async def create(
    tx: AsyncSession, *, name: str, organisation_id: UUID, scopes: Iterable[Scope]
) -> NewClient:
    """Register a program of an organisation, with one secret."""
    granted = sorted(set(scopes))
    if not name.strip() or len(name) > 200 or "\0" in name:
        raise ClientRefused("The name must have between 1 and 200 characters.")
    if not granted:
        raise ClientRefused("A client needs at least one scope.")
    organisation = await tx.get(Organisation, organisation_id)
    if organisation is None or organisation.dissolved_at is not None:
        raise ClientRefused("There is no such organisation, or it is dissolved.")
    client = Client(
        id=new_id(),
        key=f"{_slug(name)}-{secrets.token_hex(4)}",
        organisation_id=organisation_id,
        name=name.strip(),
        scopes=[scope.value for scope in granted],
    )
    tx.add(client)
    await tx.flush()
    return NewClient(client.id, client.key, await _add_secret(tx, client))


async def add_secret(
    tx: AsyncSession, client_key: str, *, overlap: timedelta = timedelta(days=7)
) -> str:
    """A second secret. The former ones stop working after the overlap, or sooner if so set."""
    client = await _locked(tx, client_key)
    ends = func.now() + overlap
    await tx.execute(
        update(ClientSecret)
        .where(ClientSecret.client_id == client.id)
        .values(expires_at=func.least(func.coalesce(ClientSecret.expires_at, ends), ends))
    )
    return await _add_secret(tx, client)


async def disable(tx: AsyncSession, client_key: str) -> None:
    """From now on no token is issued, and tokens already issued open nothing (`access.enter`)."""
    client = await _locked(tx, client_key)
    await tx.execute(
        update(Client)
        .where(Client.id == client.id, Client.disabled_at.is_(None))
        .values(disabled_at=func.now())
    )


async def _locked(tx: AsyncSession, client_key: str) -> Client:
    query = select(Client).where(Client.key == client_key).with_for_update()
    client = await tx.scalar(query) if is_key(client_key) else None
    if client is None:
        raise ClientRefused("There is no such client.")
    return client


async def _add_secret(tx: AsyncSession, client: Client) -> str:
    selector = secrets.token_hex(4)
    secret = f"rks_{selector}_{secrets.token_urlsafe(32)}"
    hashed = await make_hash(secret)
    tx.add(ClientSecret(id=new_id(), client_id=client.id, hash=selector + hashed))
    await tx.flush()
    return secret


def _slug(name: str) -> str:
    """The readable beginning of a key: ``Simfoni PPA`` gives ``simfoni-ppa``."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain.lower())[:40].strip("-") or "client"
