"""Authlib's authorization server, fitted to asyncio and to our clients and tokens.

What RFC 6749 asks of a token request (which grant answers, what must be there, how an error looks)
is Authlib's code, and `auth/token_grants.py` fills in what it leaves open. It is synchronous;
`respond` runs it in a greenlet, in which `await_` waits for our own coroutines, by the same bridge
that SQLAlchemy uses. Authlib's own token generators are not used, because they write no ``kid``;
its JOSE parts neither.
"""

from collections.abc import Sequence
from typing import Any

from authlib.oauth2 import OAuth2Error  # type: ignore[import-untyped]
from authlib.oauth2.rfc6749 import (  # type: ignore[import-untyped]
    AuthorizationServer,
    BaseGrant,
    ClientMixin,
    InvalidRequestError,
    OAuth2Request,
    UnsupportedGrantTypeError,
)
from authlib.oauth2.rfc6749.requests import BasicOAuth2Payload  # type: ignore[import-untyped]
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.util.concurrency import greenlet_spawn
from starlette.responses import JSONResponse

from auth.authentication import TOKEN_PATH, KnownClient
from auth.authority import Authority
from auth.client_spec import GrantType
from auth.issuing import Subject


class ProofNeeded(OAuth2Error):  # type: ignore[misc]
    """A token would have to be bound to a key, and none was proved (RFC 9449 section 5)."""

    error = "invalid_dpop_proof"
    description = "A proof of possession is needed here (DPoP)."


class TokenRequest(OAuth2Request):  # type: ignore[misc]
    """A request as Authlib wants it: the form already parsed, the client already known."""

    def __init__(
        self,
        authority: Authority,
        form: dict[str, str],
        known: KnownClient,
        address: str | None,
    ) -> None:
        # The issuer, not the request, says that we are reached by https: TLS ends at the proxy.
        super().__init__("POST", authority.settings.issuer + TOKEN_PATH)
        self.payload = BasicOAuth2Payload(form)
        self.auth_method = known.auth_method
        self.authority = authority
        self.known = known
        self.address = address
        self.jkt: str | None = None
        self.subject: Subject | None = None
        self.refusal: OAuth2Error | None = None
        self.tx: AsyncSession

    @property
    def form(self) -> dict[str, str]:
        data: dict[str, str] = self.payload.data
        return data


class Asking(ClientMixin):  # type: ignore[misc]
    """The authenticated client, with the questions that Authlib has of it."""

    def __init__(self, known: KnownClient) -> None:
        self.known = known

    def get_client_id(self) -> str:
        return self.known.key

    def check_grant_type(self, grant_type: str) -> bool:
        return grant_type in self.known.grant_types


class _UnsupportedGrant(UnsupportedGrantTypeError):  # type: ignore[misc]
    """Does not echo what was asked: section 5.2 restricts the characters of a description."""

    def get_error_description(self) -> str:
        return "Supported grant types: " + ", ".join(GrantType)


class Protocol(AuthorizationServer):  # type: ignore[misc]
    """The token endpoint of RFC 6749 section 3.2."""

    def __init__(self, token_grants: Sequence[tuple[type[BaseGrant], Sequence[Any]]]) -> None:
        super().__init__()
        for kind, extensions in token_grants:
            self.register_grant(kind, extensions)

    async def respond(self, request: TokenRequest, tx: AsyncSession) -> JSONResponse:
        """Answer a well-formed request. What Authlib refuses becomes a response too, so that the
        transaction keeps what a refusal changed."""
        request.tx = tx
        response: JSONResponse = await greenlet_spawn(self.create_token_response, request)
        return response

    # What Authlib calls:

    def create_oauth2_request(self, request: TokenRequest) -> TokenRequest:
        return request

    def handle_response(
        self, status: int, body: dict[str, Any], headers: list[tuple[str, str]]
    ) -> JSONResponse:
        return JSONResponse(body, status, dict(headers))

    def handle_error_response(self, request: TokenRequest, error: OAuth2Error) -> JSONResponse:
        request.refusal = error
        response: JSONResponse = super().handle_error_response(request, error)
        return response

    def send_signal(self, name: str, *args: object, **kwargs: object) -> None:
        """Nobody listens."""

    def save_token(self, token: object, request: object) -> None:
        """What has to be kept of a token was kept when it was made."""

    def authenticate_client(
        self, request: TokenRequest, methods: list[str], endpoint: str = "token"
    ) -> Asking:
        """Who asks was found out before (`auth/authentication.py`)."""
        return Asking(request.known)

    def get_token_grant(self, request: TokenRequest) -> BaseGrant:
        if not request.payload.grant_type:
            raise InvalidRequestError("Missing 'grant_type' in request.")
        try:
            return super().get_token_grant(request)
        except UnsupportedGrantTypeError as error:
            raise _UnsupportedGrant(request.payload.grant_type) from error
