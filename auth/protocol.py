"""Authlib's authorization server, fitted to asyncio and to our clients and tokens.

What RFC 6749 asks (how a client authenticates, which grant answers, when a scope is refused, how
an error looks) is Authlib's code. It is synchronous; `respond` runs it in a greenlet, in which
`await_` waits for our own coroutines, by the same bridge that SQLAlchemy uses. Grants to come
(authorization code, refresh) fit in the same way.

Authlib's RFC 9068 generator is not used, because it writes no ``kid``; its JOSE parts neither.
"""

import logging
from dataclasses import replace
from typing import Any

from authlib.oauth2 import OAuth2Error  # type: ignore[import-untyped]
from authlib.oauth2.rfc6749 import (  # type: ignore[import-untyped]
    AuthorizationServer,
    ClientMixin,
    InvalidRequestError,
    OAuth2Request,
    UnsupportedGrantTypeError,
)
from authlib.oauth2.rfc6749.grants import (  # type: ignore[import-untyped]
    ClientCredentialsGrant,
)
from authlib.oauth2.rfc6749.requests import BasicOAuth2Payload  # type: ignore[import-untyped]
from authlib.oauth2.rfc6750 import BearerTokenGenerator  # type: ignore[import-untyped]
from sqlalchemy.util.concurrency import await_, greenlet_spawn
from starlette.datastructures import Headers
from starlette.responses import JSONResponse

from auth import events, grants
from auth.authentication import KnownClient
from auth.authority import Authority
from auth.caller import Caller
from auth.events import EventKind
from auth.grants import GrantKind
from auth.scopes import Scope
from auth.tokens import Issued

GRANT_TYPES = ["client_credentials"]

log = logging.getLogger(__name__)


class TokenRequest(OAuth2Request):  # type: ignore[misc]
    """A request as Authlib wants it: the form already parsed, the client already known."""

    def __init__(
        self, uri: str, headers: Headers, form: dict[str, str], known: KnownClient
    ) -> None:
        super().__init__("POST", uri, headers=headers)
        self.payload = BasicOAuth2Payload(form)
        self.known = known

    @property
    def form(self) -> dict[str, str]:
        data: dict[str, str] = self.payload.data
        return data


class _UnsupportedGrant(UnsupportedGrantTypeError):  # type: ignore[misc]
    """Does not echo what was asked: section 5.2 restricts the characters of a description."""

    def get_error_description(self) -> str:
        return "Supported grant types: " + ", ".join(GRANT_TYPES)


class _Asking(ClientMixin):  # type: ignore[misc]
    """The authenticated client, with the questions that Authlib has of it."""

    def __init__(self, known: KnownClient) -> None:
        self.known = known

    def check_grant_type(self, grant_type: str) -> bool:
        return grant_type in self.known.grant_types

    def get_allowed_scope(self, scope: str | None) -> str | None:
        """All of the client's when none is asked (RFC 6749 section 3.3); None refuses."""
        allowed = self.known.scopes
        asked = set(scope.split()) if scope else allowed
        return " ".join(sorted(asked)) if asked <= allowed else None


class _ClientCredentials(ClientCredentialsGrant):  # type: ignore[misc]
    """RFC 6749 section 4.4."""

    def create_token_response(self) -> tuple[int, dict[str, Any], list[tuple[str, str]]]:
        """As in Authlib, without its debug line, which would print the token."""
        token = self.generate_token(scope=self.request.payload.scope, include_refresh_token=False)
        return 200, token, self.TOKEN_RESPONSE_HEADER


class TokenEndpoint(AuthorizationServer):  # type: ignore[misc]
    """The token endpoint of RFC 6749 section 3.2."""

    def __init__(self, authority: Authority) -> None:
        super().__init__(scopes_supported=[scope.value for scope in Scope])
        self._settings = authority.settings
        self._database = authority.database
        self._tokens = authority.tokens
        self.register_grant(_ClientCredentials)
        self.register_token_generator(
            "default",
            BearerTokenGenerator(self._issue, expires_generator=authority.settings.token_seconds),
        )

    async def respond(self, request: TokenRequest) -> JSONResponse:
        """Answer a well-formed request. Errors of OAuth become responses here, others pass."""
        try:
            response: JSONResponse = await greenlet_spawn(self.create_token_response, request)
            return response
        except OAuth2Error as error:
            return self.refuse(request, error)

    def refuse(self, request: TokenRequest | None, error: OAuth2Error) -> JSONResponse:
        """An error as section 5.2 writes it."""
        response: JSONResponse = self.handle_error_response(request, error)
        return response

    # What Authlib calls:

    def create_oauth2_request(self, request: TokenRequest) -> TokenRequest:
        return request

    def handle_response(
        self, status: int, body: dict[str, Any], headers: list[tuple[str, str]]
    ) -> JSONResponse:
        return JSONResponse(body, status, dict(headers))

    def send_signal(self, name: str, *args: object, **kwargs: object) -> None:
        """Nobody listens."""

    def get_token_grant(self, request: TokenRequest) -> ClientCredentialsGrant:
        if not request.payload.grant_type:
            raise InvalidRequestError("Missing 'grant_type' in request.")
        try:
            return super().get_token_grant(request)
        except UnsupportedGrantTypeError as error:
            raise _UnsupportedGrant(request.payload.grant_type) from error

    def authenticate_client(
        self, request: TokenRequest, methods: list[str], endpoint: str = "token"
    ) -> _Asking:
        """Who asks was found out before."""
        return _Asking(request.known)

    def _issue(self, *, client: _Asking, scope: str, **_: object) -> str:
        known, words = client.known, set(scope.split())
        scopes = frozenset(s for s in Scope if s in words)
        issued = await_(self._granted(Caller(known.organisation_id, known.id, known.key, scopes)))
        log.info("token issued: client=%s jti=%s scope=%s", known.key, issued.jti, scope)
        return issued.token

    async def _granted(self, caller: Caller) -> Issued:
        """A token, and the grant and the event that stand behind it."""
        async with self._database.authority() as tx:
            grant_id = await grants.begin(
                tx,
                GrantKind.CLIENT_CREDENTIALS,
                client_id=caller.client_id,
                scopes=caller.scopes,
                seconds=self._settings.token_seconds,
            )
            await events.record(
                tx,
                EventKind.TOKEN_ISSUED,
                organisation_id=caller.organisation_id,
                client_id=caller.client_id,
                scopes=sorted(caller.scopes),
            )
        return await self._tokens.issue(replace(caller, grant_id=grant_id))
