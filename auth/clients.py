"""Programs that may ask for tokens, and their secrets.

Making, rotating and disabling a client are an operator's acts, done on the connection of the
migrating role. The API itself can only ask for the hashes of one named client and compare.

A secret is ``rks_<selector>_<256 random bits>``. The selector is no secret: it stands before the
hash in the table, so that of several valid secrets exactly one is compared, always. A wrong secret
then costs the same however many a client has, and as much as a client that does not exist.
"""

import logging
import re
import secrets
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import timedelta
from uuid import UUID

from sqlalchemy import func, select, text, update
from sqlalchemy.ext.asyncio import AsyncSession

from auth.brake import Brake, NoBrake
from auth.caller import Caller
from auth.hashing import Turnstile, make_hash, matches
from auth.scopes import Scope
from auth.settings import AuthSettings
from db.client import Client, ClientSecret
from db.ids import new_id
from db.organisation import Organisation
from db.session import Database

_KEY = re.compile(r"[a-z0-9][a-z0-9-]{0,62}")
_SECRET = re.compile(r"rks_(?P<selector>[0-9a-f]{8})_[A-Za-z0-9_-]{43}")
_SECRETS_OF = text(
    "select client_id, organisation_id, scopes, hash from access.secrets_of(:client_key)"
)

log = logging.getLogger(__name__)


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


class Authenticator:
    """Compares the secrets that arrive at the token endpoint. One object a process."""

    def __init__(
        self, database: Database, settings: AuthSettings, *, brake: Brake | None = None
    ) -> None:
        self._database = database
        self._turnstile = Turnstile(settings.hashes_at_once, settings.hashes_waiting)
        self._brake = brake or NoBrake()

    async def authenticate(
        self, client_key: str, secret: str, *, address: str | None = None
    ) -> Caller | None:
        """The client with all scopes it may ask for, or None (RFC 6749 section 2.3.1).

        A key or secret that cannot be one of ours (too long, a NUL, a stray character) is never
        brought to the database, but it is compared with a hash nobody's secret has.
        """
        key = client_key if is_key(client_key) else None
        match = _SECRET.fullmatch(secret)
        await self._brake.check(key, address)
        async with self._turnstile:
            caller, hashed = None, None
            if key and match:
                caller, hashed = await self._find(key, match["selector"])
            right = await matches(hashed, secret if match else "")
        if not right:
            log.warning("client authentication failed: client=%s address=%s", key, address)
            await self._brake.failed(key, address)
            return None
        return caller

    async def _find(self, key: str, selector: str) -> tuple[Caller | None, str | None]:
        """The live client and the one hash this secret can belong to.

        The connection is given back before the slow comparison begins.
        """
        async with self._database.anonymous() as tx:
            rows = (await tx.execute(_SECRETS_OF, {"client_key": key})).all()
        for row in rows:
            stored_selector, dollar, rest = row.hash.partition("$")
            if stored_selector == selector:
                scopes = frozenset(scope for scope in Scope if scope in row.scopes)
                return Caller(row.organisation_id, row.client_id, key, scopes), dollar + rest
        return None, None


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
