"""The authorization server's routes: tokens, keys, metadata. `api/app.py` mounts them."""

from authlib.oauth2 import OAuth2Error  # type: ignore[import-untyped]
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from auth.authentication import TOKEN_PATH
from auth.authority import Authority
from auth.brake import SlowDown
from auth.endpoint import form, later, oauth_error
from auth.hashing import Busy
from auth.keys import FRESH_SECONDS
from auth.metadata import JWKS_PATH, METADATA_PATH, metadata
from auth.protocol import TokenEndpoint, TokenRequest
from db.session import DatabaseAway


def routes(authority: Authority) -> list[Route]:
    """Everything under ``/oauth`` and the metadata that tells clients where it is."""
    settings, keys = authority.settings, authority.keys
    endpoint = TokenEndpoint(authority)
    published = metadata(settings)

    async def token(request: Request) -> JSONResponse:
        try:
            asked = await form(request)
            known = await authority.authenticator.client(request, asked)
            # The issuer, not the request, says that we are reached by https: TLS ends at the proxy.
            uri = settings.issuer + TOKEN_PATH
            return await endpoint.respond(TokenRequest(uri, request.headers, asked, known))
        except OAuth2Error as error:
            return oauth_error(error)
        except SlowDown as error:
            return later(429, error.seconds)
        except (Busy, DatabaseAway):
            return later(503, 1)

    async def jwks(request: Request) -> JSONResponse:
        headers = {"Cache-Control": f"public, max-age={FRESH_SECONDS:.0f}"}
        try:
            return JSONResponse(await keys.jwks(), headers=headers)
        except DatabaseAway:
            return later(503, 1)

    async def describe(request: Request) -> JSONResponse:
        return JSONResponse(published, headers={"Cache-Control": "public, max-age=300"})

    return [
        Route(TOKEN_PATH, token, methods=["POST"]),
        Route(JWKS_PATH, jwks, methods=["GET"]),
        Route(METADATA_PATH, describe, methods=["GET"]),
    ]
