"""The authorization server's routes. `api/app.py` mounts them."""

from authlib.oauth2 import OAuth2Error  # type: ignore[import-untyped]
from authlib.oauth2.rfc7636 import CodeChallenge  # type: ignore[import-untyped]
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import BaseRoute, Route

from auth import (
    account,
    account_credentials,
    account_passkeys,
    authorize,
    consent,
    device,
    endpoint,
    events,
    introspection,
    invitations,
    pages,
    par,
    passkeys,
    revocation,
    sessions,
    sign_in,
    upstream,
)
from auth.authentication import TOKEN_PATH
from auth.authority import Authority
from auth.authorization import only_this_api
from auth.device_token import DeviceCode
from auth.dpop import ProofRefused
from auth.events import EventKind
from auth.keys import FRESH_SECONDS
from auth.metadata import JWKS_PATH, METADATA_PATH, metadata
from auth.program import program_route
from auth.protocol import ProofNeeded, Protocol, TokenRequest
from auth.token_grants import AuthorizationCode, ClientCredentials, Refresh
from db.session import DatabaseAway

_WAYS = (
    (ClientCredentials, ()),
    (AuthorizationCode, [CodeChallenge(required=True)]),
    (Refresh, ()),
    (DeviceCode, ()),
)
_NO_EVENT = frozenset({"authorization_pending", "slow_down", "use_dpop_nonce"})
"""What is answered in the ordinary course of things: it refuses nobody anything."""

_PARTS = (
    par, authorize, consent, device, revocation, introspection,
    sign_in, passkeys, sessions, upstream, pages,
    invitations, account, account_credentials, account_passkeys,
)  # fmt: skip


def routes(authority: Authority) -> list[BaseRoute]:
    """What programs call, what people see, and the metadata that tells where it all is."""
    return [
        program_route(authority, TOKEN_PATH, _Token(authority).answer),
        *_published(authority),
        *(route for part in _PARTS for route in part.routes(authority)),
    ]


class _Token:
    """The token endpoint (RFC 6749 section 3.2)."""

    def __init__(self, authority: Authority) -> None:
        self._authority = authority
        self._protocol = Protocol(_WAYS)

    async def answer(self, request: Request) -> JSONResponse:
        """One transaction decides; who asks, and with which key, was found out before, so that no
        second connection is wanted while one is held."""
        authority = self._authority
        form = await endpoint.form(request)
        known = await authority.authenticator.client(request, form)
        asked = TokenRequest(authority, form, known, endpoint.address_of(request))
        await self._prepare(asked, request)
        async with authority.database.authority() as tx:
            if asked.refusal is not None:
                response = endpoint.oauth_error(asked.refusal)
            else:
                response = await self._protocol.respond(asked, tx)
            await _tell(tx, asked)
        return response

    async def _prepare(self, asked: TokenRequest, request: Request) -> None:
        """What holds for each way to a token: the resource, and the key (RFC 9449 section 5)."""
        authority = self._authority
        try:
            only_this_api(asked.form, authority.settings.audience)
            proofs = request.headers.getlist("dpop")
            if proofs:
                url = authority.settings.issuer + TOKEN_PATH
                asked.jkt = await authority.proofs.check(proofs, "POST", url)
            elif asked.known.bound:
                raise ProofNeeded
            await authority.keys.current()
        except OAuth2Error as error:
            asked.refusal = error
        except ProofRefused as error:
            asked.refusal = OAuth2Error(error=error.error, description=error.description)


async def _tell(tx: AsyncSession, asked: TokenRequest) -> None:
    """A refusal, for the organisation it concerns to read."""
    if asked.refusal is None or asked.refusal.error in _NO_EVENT:
        return
    subject, known = asked.subject, asked.known
    await events.record(
        tx,
        EventKind.TOKEN_REFUSED,
        organisation_id=subject.organisation_id if subject else known.organisation_id,
        client_id=known.id,
        user_id=subject.user_id if subject else None,
        address=asked.address,
        error=asked.refusal.error,
    )


def _published(authority: Authority) -> list[Route]:
    """What anybody may read: where everything is, and the keys that verify our tokens."""
    described = metadata(authority.settings)

    async def jwks(request: Request) -> JSONResponse:
        headers = {"Cache-Control": f"public, max-age={FRESH_SECONDS:.0f}"}
        try:
            return JSONResponse(await authority.keys.jwks(), headers=headers)
        except DatabaseAway:
            return endpoint.later(503, 1)

    async def describe(request: Request) -> JSONResponse:
        return JSONResponse(described, headers={"Cache-Control": "public, max-age=300"})

    return [
        Route(JWKS_PATH, jwks, methods=["GET"]),
        Route(METADATA_PATH, describe, methods=["GET"]),
    ]
