"""Giving access back (RFC 7009): a client ends what one of its tokens was made under.

Access token or refresh token, the grant behind it ends, and with it every token of that grant: one
look-up at the next request finds it ended. What is not the client's own stays as it is, and the
answer is the same as for what never existed, so that nobody can try out found tokens here.
"""

from uuid import UUID

from authlib.oauth2.rfc6749 import InvalidRequestError  # type: ignore[import-untyped]
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from auth import endpoint, events, grants
from auth.authority import Authority
from auth.events import EventKind
from auth.grants import EndReason
from auth.program import program_route
from auth.tokens import MAX_LENGTH, InvalidToken
from db.grant import Grant
from db.user import User

REVOCATION_PATH = "/oauth/revoke"


def routes(authority: Authority) -> list[Route]:
    """The endpoint that metadata calls ``revocation_endpoint``."""

    async def revoke(request: Request) -> JSONResponse:
        form = await endpoint.form(request)
        client = await authority.authenticator.client(request, form)
        secret = token_of(form)
        grant_id = await grant_named(authority, secret)
        async with authority.database.authority() as tx:
            grant = await find_grant(tx, grant_id, secret)
            if grant is not None and grant.client_id == client.id:
                await _end(tx, grant, client.organisation_id, endpoint.address_of(request))
        return JSONResponse({})

    return [program_route(authority, REVOCATION_PATH, revoke)]


def token_of(form: dict[str, str]) -> str:
    """The parameter ``token``. The hint beside it is not needed: each kind looks different."""
    if "token" not in form:
        raise InvalidRequestError("Missing 'token' in request.")
    return form["token"]


async def grant_named(authority: Authority, token: str) -> UUID | None:
    """The grant that an access token of ours names, be it bound to a key or not."""
    if len(token) > MAX_LENGTH:
        return None
    try:
        return (await authority.tokens.verify(token)).grant_id
    except InvalidToken:
        return None


async def find_grant(tx: AsyncSession, id: UUID | None, token: str) -> Grant | None:
    """The grant behind a token; if it is no access token, then that of the refresh token."""
    if id is None:
        row = await grants.find_refresh_token(tx, token)
        id = row.grant_id if row else None
    return await tx.get(Grant, id) if id else None


async def _end(tx: AsyncSession, grant: Grant, owner: UUID, address: str | None) -> None:
    if not await grants.end(tx, EndReason.REVOKED, Grant.id == grant.id):
        return
    whose = select(User.organisation_id).where(User.id == grant.user_id)
    await events.record(
        tx,
        EventKind.GRANT_ENDED,
        organisation_id=await tx.scalar(whose) or owner,
        client_id=grant.client_id,
        user_id=grant.user_id,
        by_client_id=grant.client_id,
        address=address,
        reason=EndReason.REVOKED.value,
    )
