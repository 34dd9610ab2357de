"""The authorization server's routes: tokens, keys, metadata. `api/app.py` mounts them."""

from urllib.parse import parse_qsl

from authlib.oauth2 import OAuth2Error  # type: ignore[import-untyped]
from authlib.oauth2.rfc6749 import InvalidRequestError  # type: ignore[import-untyped]
from authlib.oauth2.rfc8414 import (  # type: ignore[import-untyped]
    AuthorizationServerMetadata,
)
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from auth.authority import Authority
from auth.brake import SlowDown
from auth.hashing import Busy
from auth.keys import FRESH_SECONDS
from auth.protocol import AUTH_METHODS, GRANT_TYPES, TokenEndpoint, TokenRequest
from auth.scopes import Scope
from auth.settings import AuthSettings
from db.session import DatabaseAway

TOKEN_PATH = "/oauth/token"  # noqa: S105  (a path, not a password)
JWKS_PATH = "/oauth/jwks"
METADATA_PATH = "/.well-known/oauth-authorization-server"
MAX_BODY = 16 * 1024
MAX_PARAMETERS = 32
_FORM = "application/x-www-form-urlencoded"


def routes(authority: Authority) -> list[Route]:
    """Everything under ``/oauth`` and the metadata that tells clients where it is."""
    settings, keys = authority.settings, authority.keys
    endpoint = TokenEndpoint(authority)
    published = metadata(settings)

    async def token(request: Request) -> JSONResponse:
        try:
            form = await _form(request)
        except OAuth2Error as error:
            return endpoint.refuse(None, error)
        address = request.client.host if request.client else None
        # The issuer, not the request, says that we are reached by https: TLS ends at the proxy.
        asked = TokenRequest(settings.issuer + TOKEN_PATH, request.headers, form, address)
        try:
            return await endpoint.respond(asked)
        except SlowDown as error:
            return _later(429, error.seconds)
        except (Busy, DatabaseAway):
            return _later(503, 1)

    async def jwks(request: Request) -> JSONResponse:
        headers = {"Cache-Control": f"public, max-age={FRESH_SECONDS:.0f}"}
        try:
            return JSONResponse(await keys.jwks(), headers=headers)
        except DatabaseAway:
            return _later(503, 1)

    async def describe(request: Request) -> JSONResponse:
        return JSONResponse(published, headers={"Cache-Control": "public, max-age=300"})

    return [
        Route(TOKEN_PATH, token, methods=["POST"]),
        Route(JWKS_PATH, jwks, methods=["GET"]),
        Route(METADATA_PATH, describe, methods=["GET"]),
    ]


def metadata(settings: AuthSettings) -> dict[str, object]:
    """RFC 8414 section 2. There is no authorization endpoint yet, hence no response types; the
    member itself is required, which Authlib's check takes to mean that it cannot be empty."""
    described: dict[str, object] = {
        "issuer": settings.issuer,
        "token_endpoint": settings.issuer + TOKEN_PATH,
        "jwks_uri": settings.issuer + JWKS_PATH,
        "scopes_supported": [scope.value for scope in Scope],
        "grant_types_supported": GRANT_TYPES,
        "token_endpoint_auth_methods_supported": AUTH_METHODS,
    }
    AuthorizationServerMetadata(described | {"response_types_supported": ["none"]}).validate()
    return described | {"response_types_supported": []}


async def _form(request: Request) -> dict[str, str]:
    """The parameters, or an ``invalid_request`` that says what is wrong with them.

    Read by hand, because RFC 6749 section 3.2 is stricter than form parsers are: a parameter must
    not be repeated, one without a value counts as absent, and the encoding is UTF-8.
    """
    declared, _, parameters = request.headers.get("content-type", "").partition(";")
    charset = parameters.strip().lower().removeprefix("charset=").strip('"')
    if declared.strip().lower() != _FORM or charset not in ("", "utf-8"):
        raise InvalidRequestError(f"The body must be {_FORM} in UTF-8.")
    body = await _body(request)
    try:
        pairs = parse_qsl(
            body.decode("ascii"),
            keep_blank_values=True,
            errors="strict",
            max_num_fields=MAX_PARAMETERS,
        )
    except ValueError:
        raise InvalidRequestError("The body is not a form in UTF-8.") from None
    form: dict[str, str] = {}
    for name, value in pairs:
        if "\0" in name or "\0" in value:
            raise InvalidRequestError("A parameter holds a NUL character.")
        if not value:
            continue
        if name in form:
            raise InvalidRequestError("A parameter is repeated.")
        form[name] = value
    return form


async def _body(request: Request) -> bytes:
    """The body, never holding more of it than is allowed."""
    body = bytearray()
    try:
        async for chunk in request.stream():
            body += chunk
            if len(body) > MAX_BODY:
                raise InvalidRequestError("The body is too large.", status_code=413)
    except ClientDisconnect:  # nobody hears this; it only must not look like a fault of ours
        raise InvalidRequestError("The body ended early.") from None
    return bytes(body)


def _later(status: int, seconds: int) -> JSONResponse:
    """Not now. RFC 6749 names this error for its other endpoint; it fits here as well."""
    return JSONResponse(
        {"error": "temporarily_unavailable", "error_description": "Please try again later."},
        status,
        {"Retry-After": str(seconds), "Cache-Control": "no-store"},
    )
