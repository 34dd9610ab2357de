"""Programs of organisations: what their keepers may do with them, and what they were granted."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from joserfc.jwk import JWKRegistry
from sqlalchemy import Select, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from auth import clients, events, grants
from auth.caller import Caller
from auth.client_spec import MOST_URIS
from auth.clients import AuthMethod, ClientRefused, ClientSpec, GrantType
from auth.events import EventKind
from auth.grants import EndReason
from db.client import Client
from db.grant import Grant
from db.organisation import Organisation
from domain.checks import Json, Ref, found, id_of, locked, optional_text, scopes_of
from domain.organisation import living, require_kpai
from domain.paging import Order
from domain.refusal import Refusal, RefusalCode, require

ORDER = Order(("id",))
NEWEST_FIRST = Order(("id",), descending=True)
REASON = 500


@dataclass(frozen=True)
class NewClient:
    """A program to be registered."""

    name: str
    scopes: list[str]
    auth_method: AuthMethod
    organisation_id: Ref | None = None
    grant_types: list[GrantType] | None = None
    redirect_uris: list[str] | None = None
    jwks: Json | None = None
    jwks_uri: str | None = None
    dpop_bound: bool | None = None
    par_required: bool | None = None
    open_to_all: bool = False


@dataclass(frozen=True)
class ClientChange:
    """What to change of a program; what is left out stays."""

    name: str | None = None
    scopes: list[str] | None = None
    auth_method: AuthMethod | None = None
    grant_types: list[GrantType] | None = None
    redirect_uris: list[str] | None = None
    jwks: Json | None = None
    jwks_uri: str | None = None
    dpop_bound: bool | None = None
    par_required: bool | None = None
    open_to_all: bool | None = None


@dataclass(frozen=True, slots=True)
class WithSecret:
    """A program, and a secret of it that is shown this once."""

    client: Client
    secret: str | None


@dataclass(frozen=True, slots=True)
class PublicKey:
    """A public key of a program, by what it is called."""

    thumbprint: str
    kid: str | None
    type: str


def listed(organisation_id: Ref | None, include_disabled: bool) -> Select[Client]:
    """The programs the caller may see: of its own organisation, or all of them for KPAI."""
    statement = select(Client)
    if organisation_id is not None:
        id = id_of(organisation_id, "organisation", "organisationId")
        statement = statement.where(Client.organisation_id == id)
    return statement if include_disabled else statement.where(Client.disabled_at.is_(None))


def keys(client: Client) -> list[PublicKey]:
    """The keys it registered; those at an address of its own are not looked up for this."""
    given: list[dict[str, Any]] = (client.jwks or {}).get("keys", [])
    return [
        PublicKey(JWKRegistry.import_key(key).thumbprint(), key.get("kid"), key.get("crv", "RSA"))
        for key in given
    ]


async def register(tx: AsyncSession, caller: Caller, given: NewClient) -> WithSecret:
    owner = await owner_of(tx, caller, given.organisation_id)
    with _refusing("input."):
        made = await clients.register(
            tx,
            ClientSpec(
                owner.id, given.name, scopes_of(given.scopes, "input.scopes"), given.auth_method,
                given.grant_types, given.redirect_uris or (), given.jwks, given.jwks_uri,
                given.dpop_bound, given.par_required, given.open_to_all,
            ),
            by=caller,
        )  # fmt: skip
    return WithSecret(await found(tx, Client, made.id, "id"), made.secret)


async def change(tx: AsyncSession, caller: Caller, ref: Ref, given: ClientChange) -> Client:
    client = await _kept(tx, ref)
    wanted = {name: value for name, value in vars(given).items() if value is not None}
    if given.scopes is not None:
        wanted["scopes"] = scopes_of(given.scopes, "input.scopes")
    with _refusing("input."):
        return await clients.change(tx, client.key, by=caller, **wanted)


async def add_secret(tx: AsyncSession, caller: Caller, ref: Ref, overlap_days: int) -> WithSecret:
    """Another secret; the former ones work on for some days, and no longer than they would have."""
    client = await _kept(tx, ref)
    overlap = timedelta(days=min(max(overlap_days, -1), 10_000))
    with _refusing():
        secret = await clients.add_secret(tx, client.key, overlap=overlap, by=caller)
    return WithSecret(client, secret)


async def disable(tx: AsyncSession, caller: Caller, ref: Ref, reason: str | None) -> Client:
    client = await _kept(tx, ref)
    await clients.disable(tx, client.key, by=caller, reason=optional_text(reason, "reason", REASON))
    return client


async def end_grant(tx: AsyncSession, caller: Caller, ref: Ref) -> Grant:
    """Take back what a program was granted: its tokens open nothing from the next request on."""
    grant = await found(tx, Grant, id_of(ref, "grant", "id"), "id")
    now = (await tx.execute(select(func.now()))).scalar_one()
    standing = grant.ended_at is None and grant.expires_at > now
    require(standing, RefusalCode.WRONG_STATE, "id")
    grant = await locked(tx, Grant, grant.id, barred=RefusalCode.WRONG_SIDE)
    await grants.end(tx, EndReason.REVOKED, Grant.id == grant.id)
    await tx.refresh(grant)
    await events.record(
        tx, EventKind.GRANT_ENDED, organisation_id=caller.organisation_id,
        client_id=grant.client_id, user_id=grant.user_id, by_client_id=caller.client_id,
        by_user_id=caller.user_id, reason=EndReason.REVOKED.value,
    )  # fmt: skip
    return grant


async def owner_of(tx: AsyncSession, caller: Caller, ref: Ref | None) -> Organisation:
    """The organisation something is kept for: one's own, or for KPAI any that lives."""
    if ref is None:
        return await found(tx, Organisation, caller.organisation_id, "input.organisationId")
    id = id_of(ref, "organisation", "input.organisationId")
    if id != caller.organisation_id:
        await require_kpai(tx)
    return await living(tx, ref, "input.organisationId")


async def _kept(tx: AsyncSession, ref: Ref) -> Client:
    client = await locked(tx, Client, id_of(ref, "client", "id"), barred=RefusalCode.WRONG_SIDE)
    require(client.disabled_at is None, RefusalCode.WRONG_STATE, "id")
    return client


@contextmanager
def _refusing(prefix: str = "") -> Iterator[None]:
    """Says what the registration refused in the words of the API."""
    try:
        yield
    except ClientRefused as error:
        field = error.field and prefix + re.sub(r"_([a-z])", lambda m: m[1].upper(), error.field)
        code = RefusalCode(error.code)
        most = MOST_URIS if code is RefusalCode.TOO_MANY else None
        raise Refusal(code, field, most=most) from None
