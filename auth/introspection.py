"""What a token is worth at this moment (RFC 7662), for the programs of the organisation it is of.

Only a client that can prove who it is may ask, and only about tokens of its own or of other clients
of its organisation. Anything else is answered as what never existed is: ``active`` is false.
"""

import json
from typing import Any

from authlib.oauth2.rfc6749 import UnauthorizedClientError  # type: ignore[import-untyped]
from joserfc import jws
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from auth import endpoint, grants, issuing
from auth.authentication import KnownClient, find, known_scopes
from auth.authority import Authority
from auth.program import program_route
from auth.revocation import token_of
from auth.tokens import MAX_LENGTH, InvalidToken
from db.client import Client
from db.grant import Grant

INTROSPECTION_PATH = "/oauth/introspect"
_INACTIVE = {"active": False}


def routes(authority: Authority) -> list[Route]:
    """The endpoint that metadata calls ``introspection_endpoint``."""

    async def introspect(request: Request) -> JSONResponse:
        form = await endpoint.form(request)
        client = await authority.authenticator.client(request, form)
        if client.public:
            raise UnauthorizedClientError("Only a client that can prove who it is may ask here.")
        token = token_of(form)
        described = await _access_token(authority, client, token)
        if described is None:
            described = await _refresh_token(authority, client, token)
        return JSONResponse(described or _INACTIVE)

    return [program_route(authority, INTROSPECTION_PATH, introspect)]


async def _access_token(
    authority: Authority, asking: KnownClient, token: str
) -> dict[str, Any] | None:
    if len(token) > MAX_LENGTH:
        return None
    try:
        caller = await authority.tokens.verify(token)
    except InvalidToken:
        return None
    async with authority.database.authority() as tx:
        grant = await grants.standing(tx, caller.grant_id) if caller.grant_id else None
        if grant is None or (grant.client_id, grant.user_id) != (caller.client_id, caller.user_id):
            return None
        found = await _of_organisation(tx, asking, grant)
    if found is None or found[1].organisation_id != caller.organisation_id:
        return None
    client, subject = found
    if subject.dpop == "REQUIRED" and not caller.bound:
        return None
    claims = json.loads(jws.extract_compact(token.encode()).payload)  # verified above
    said = {name: claims[name] for name in ("iss", "aud", "sub", "exp", "iat", "jti", "cnf")
            if name in claims}  # fmt: skip
    return said | {
        "active": True,
        "client_id": client.key,
        "token_type": "DPoP" if caller.bound else "Bearer",
        "scope": " ".join(sorted(subject.allowed(caller.scopes, caller.jkt))),
    }


async def _refresh_token(
    authority: Authority, asking: KnownClient, token: str
) -> dict[str, Any] | None:
    async with authority.database.authority() as tx:
        row = await grants.find_refresh_token(tx, token)
        if row is None or row.used_at is not None:
            return None
        grant = await grants.standing(tx, row.grant_id)
        found = grant and await _of_organisation(tx, asking, grant)
    if not grant or not found:
        return None
    client, subject = found
    scopes = subject.allowed(known_scopes(grant.scopes), grant.jkt)
    return {
        "active": True,
        "iss": authority.settings.issuer,
        "client_id": client.key,
        "sub": str(grant.user_id),
        "iat": int(row.created_at.timestamp()),
        "exp": int(row.expires_at.timestamp()),
        "scope": " ".join(sorted(scopes)),
    } | ({"cnf": {"jkt": grant.jkt}} if client.public and grant.jkt else {})


async def _of_organisation(
    tx: AsyncSession, asking: KnownClient, grant: Grant
) -> tuple[KnownClient, issuing.Subject] | None:
    """The client a grant was given to and whom it acts for, if both live and the client is of the
    same organisation as the one that asks."""
    key = await tx.scalar(select(Client.key).where(Client.id == grant.client_id))
    client = await find(tx, key) if key else None
    if client is None or client.organisation_id != asking.organisation_id:
        return None
    subject = (
        await issuing.person(tx, client, grant.user_id) if grant.user_id else issuing.itself(client)
    )
    return (client, subject) if subject else None
