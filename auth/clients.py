"""Programs that may ask for tokens: registering, changing and ending them, and their secrets.

The operator does it (`rangkul client`), or a caller of the API, for whom row-level security decides
which clients are theirs to keep. Either way what is sound is decided in `auth/client_spec.py`, and
the security log tells of it.

How a client then proves who it is: `auth/authentication.py`.
"""

import re
import secrets
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field, fields
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import func, select, text, update
from sqlalchemy.ext.asyncio import AsyncSession

from auth import events
from auth.caller import Caller
from auth.client_spec import AuthMethod, ClientRefused, ClientSpec, GrantType, columns
from auth.events import EventKind
from auth.hashing import make_hash
from auth.scopes import Scope
from db.client import Client, ClientSecret
from db.ids import new_id
from db.organisation import Organisation

__all__ = ["AuthMethod", "ClientRefused", "ClientSpec", "GrantType", "NewClient"]

_KEY = re.compile(r"[a-z0-9][a-z0-9-]{0,62}")
_ADD_SECRET = text("select access.add_secret(:id, :client_id, :hash, :overlap)")
_CHANGING = [f.name for f in fields(ClientSpec) if f.name != "organisation_id"]
_BETTER = (AuthMethod.CLIENT_SECRET_BASIC, AuthMethod.PRIVATE_KEY_JWT)
LONGEST_OVERLAP = timedelta(days=90)


@dataclass(frozen=True, slots=True)
class NewClient:
    """A client just made. Its secret, if it has one, is shown this once and stored nowhere."""

    id: UUID
    key: str
    secret: str | None = field(repr=False)


def is_key(text: str) -> bool:
    """Whether this can be a client's key at all. Anything else is neither looked up nor logged: it
    may be a secret that someone put in the wrong place."""
    return _KEY.fullmatch(text) is not None


async def create(
    tx: AsyncSession, *, name: str, organisation_id: UUID, scopes: Iterable[Scope]
) -> NewClient:
    """Register a program that acts for itself, with one secret."""
    return await register(tx, ClientSpec(organisation_id, name, sorted(set(scopes))))


async def register(tx: AsyncSession, spec: ClientSpec, by: Caller | None = None) -> NewClient:
    """Register a program; ``by`` is the caller who does it, None for the operator."""
    row = columns(spec)
    await _within_grant(tx, spec.organisation_id, row)
    client = Client(id=new_id(), key=f"{_slug(row['name'])}-{secrets.token_hex(4)}", **row)
    tx.add(client)
    await tx.flush()
    secret = None
    if spec.auth_method is AuthMethod.CLIENT_SECRET_BASIC:
        secret = await _add_secret(tx, client, timedelta(0), by)
    await _record(
        tx, EventKind.CLIENT_REGISTERED, client, by, name=client.name, scopes=client.scopes,
        auth_method=client.auth_method, grant_types=client.grant_types,
    )  # fmt: skip
    return NewClient(client.id, client.key, secret)


async def change(
    tx: AsyncSession, client_key: str, by: Caller | None = None, **given: Any
) -> Client:
    """Change a client; ``given`` are fields of `ClientSpec`, and what is left out stays.

    The way of proving who it is only ever gets better: from a shared secret to a key of its own.
    """
    client = await _living(tx, client_key)
    before = _spec_of(client)
    if "jwks" in given or "jwks_uri" in given:
        given = {"jwks": None, "jwks_uri": None} | given
    step = (before.auth_method, given.get("auth_method", before.auth_method))
    if step == _BETTER:
        given = {"dpop_bound": None, "par_required": None} | given
    elif step[0] is not step[1]:
        raise ClientRefused("auth_method", "Register another client for that.", "WRONG_STATE")
    wanted = {name: getattr(before, name) for name in _CHANGING} | given
    row = columns(ClientSpec(client.organisation_id, **wanted))
    await _within_grant(tx, client.organisation_id, row, already=client.scopes)
    changed = sorted(name for name, value in row.items() if getattr(client, name) != value)
    for name in changed:
        setattr(client, name, row[name])
    await tx.flush()
    if changed:
        facts = {"scopes": client.scopes} if "scopes" in changed else {}
        await _record(tx, EventKind.CLIENT_CHANGED, client, by, changed=changed, **facts)
    return client


async def add_secret(
    tx: AsyncSession,
    client_key: str,
    *,
    overlap: timedelta = timedelta(days=7),
    by: Caller | None = None,
) -> str:
    """A second secret. The former ones stop working after the overlap, or sooner if so set."""
    client = await _living(tx, client_key)
    if client.auth_method != AuthMethod.CLIENT_SECRET_BASIC:
        raise ClientRefused("id", "This client has no secrets.", "WRONG_STATE")
    if not timedelta(0) <= overlap <= LONGEST_OVERLAP:
        raise ClientRefused("overlap_days", f"Between 0 and {LONGEST_OVERLAP.days} days.")
    secret = await _add_secret(tx, client, overlap, by)
    days = overlap.days
    await _record(tx, EventKind.CLIENT_SECRET_ADDED, client, by, overlap_days=days)
    return secret


async def disable(
    tx: AsyncSession, client_key: str, *, by: Caller | None = None, reason: str | None = None
) -> None:
    """From now on no token is issued, and all it holds has ended (trigger `client_disabled`).

    There is no way back: who comes again registers anew, with keys nobody had meanwhile.
    """
    client = await _locked(tx, client_key)
    if client.disabled_at is not None:
        return
    client.disabled_at = await tx.scalar(select(func.now()))
    await tx.flush()
    facts = {"reason": reason} if reason else {}
    await _record(tx, EventKind.CLIENT_DISABLED, client, by, **facts)


async def _within_grant(
    tx: AsyncSession, organisation_id: UUID, row: dict[str, Any], already: Iterable[str] = ()
) -> None:
    """The database keeps the same rule; here it is said what is wrong."""
    if not row["scopes"]:
        raise ClientRefused("scopes", "A client needs at least one scope.")
    organisation = await tx.get(Organisation, organisation_id)
    if organisation is None or organisation.dissolved_at is not None:
        raise ClientRefused("organisation_id", "There is no such organisation, or it is dissolved.")
    beyond = sorted(set(row["scopes"]) - {*organisation.scopes, *already})
    if beyond:
        message = f"The organisation was not granted {', '.join(beyond)}."
        raise ClientRefused("scopes", message, "EXCEEDS_GRANT")
    if row["open_to_all"] and organisation.type != "KPAI":
        message = "Only a portal of KPAI is open to the people of all organisations."
        raise ClientRefused("open_to_all", message, "KPAI_ONLY")


def _spec_of(client: Client) -> ClientSpec:
    return ClientSpec(
        client.organisation_id,
        client.name,
        [scope for scope in Scope if scope in client.scopes],
        AuthMethod(client.auth_method),
        [GrantType(kind) for kind in client.grant_types],
        client.redirect_uris,
        client.jwks,
        client.jwks_uri,
        client.dpop_bound,
        client.par_required,
        client.open_to_all,
    )


async def _living(tx: AsyncSession, client_key: str) -> Client:
    client = await _locked(tx, client_key)
    if client.disabled_at is not None:
        raise ClientRefused("id", "The client is disabled.", "WRONG_STATE")
    return client


async def _locked(tx: AsyncSession, client_key: str) -> Client:
    query = select(Client).where(Client.key == client_key).with_for_update()
    client = await tx.scalar(query) if is_key(client_key) else None
    if client is None:
        raise ClientRefused("id", "There is no such client.", "NOT_FOUND")
    return client


async def _add_secret(
    tx: AsyncSession, client: Client, overlap: timedelta, by: Caller | None
) -> str:
    """The API may add a secret and not look at any; the operator writes the row itself."""
    selector = secrets.token_hex(4)
    secret = f"rks_{selector}_{secrets.token_urlsafe(32)}"
    values = {"id": new_id(), "client_id": client.id, "hash": selector + await make_hash(secret)}
    if by is not None:
        if not await tx.scalar(_ADD_SECRET, {**values, "overlap": overlap}):
            raise ClientRefused("id", "There is no such client.", "NOT_FOUND")
        return secret
    ends = func.now() + overlap
    await tx.execute(
        update(ClientSecret)
        .where(ClientSecret.client_id == client.id)
        .values(expires_at=func.least(func.coalesce(ClientSecret.expires_at, ends), ends))
    )
    tx.add(ClientSecret(**values))
    await tx.flush()
    return secret


async def _record(
    tx: AsyncSession, kind: EventKind, client: Client, by: Caller | None, **facts: Any
) -> None:
    await events.record(
        tx,
        kind,
        organisation_id=client.organisation_id,
        client_id=client.id,
        by_client_id=by.client_id if by else None,
        by_user_id=by.user_id if by else None,
        **facts,
    )


def _slug(name: str) -> str:
    """The readable beginning of a key: ``Simfoni PPA`` gives ``simfoni-ppa``."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain.lower())[:40].strip("-") or "client"
