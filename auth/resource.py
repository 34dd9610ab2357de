"""What the API is as a protected resource, for clients to find out by themselves (RFC 9728)."""

from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from auth.authority import Authority
from auth.dpop import ALGORITHMS
from auth.scopes import Scope
from auth.settings import AuthSettings

WELL_KNOWN = "/.well-known/oauth-protected-resource"


def metadata_path(settings: AuthSettings) -> str:
    """The well-known path goes before that of the resource (section 3.1)."""
    return WELL_KNOWN + urlsplit(settings.audience).path


def metadata(settings: AuthSettings) -> dict[str, object]:
    """Section 2, with what RFC 9449 section 5.1 adds."""
    return {
        "resource": settings.audience,
        "resource_name": "Rangkul",
        "authorization_servers": [settings.issuer],
        "scopes_supported": [scope.value for scope in Scope],
        "bearer_methods_supported": ["header"],
        "dpop_signing_alg_values_supported": list(ALGORITHMS),
        "dpop_bound_access_tokens_required": False,
    }


def routes(authority: Authority) -> list[Route]:
    described = metadata(authority.settings)

    async def describe(request: Request) -> JSONResponse:
        return JSONResponse(described, headers={"Cache-Control": "public, max-age=300"})

    return [Route(metadata_path(authority.settings), describe, methods=["GET"])]
