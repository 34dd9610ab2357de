"""Endpoints that programs call: whatever happens, the answer is one their RFC names.

As `auth/pages` is for people.
"""

import logging
from collections.abc import Awaitable, Callable

from authlib.oauth2 import OAuth2Error  # type: ignore[import-untyped]
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from auth.authority import Authority
from auth.brake import SlowDown
from auth.dpop import ProofRefused
from auth.endpoint import later, oauth_error
from auth.hashing import Busy
from db.session import DatabaseAway

log = logging.getLogger(__name__)

Answer = Callable[[Request], Awaitable[JSONResponse]]


def program_route(authority: Authority, path: str, answer: Answer) -> Route:
    """A route for a form sent by a program. Each answer brings the nonce that the next proof of
    possession needs (RFC 9449 section 8.2), and none is kept by a cache."""

    async def answered(request: Request) -> JSONResponse:
        response = await _answer(request, answer)
        response.headers["DPoP-Nonce"] = authority.proofs.nonce()
        response.headers["Cache-Control"] = "no-store"
        return response

    return Route(path, answered, methods=["POST"])


async def _answer(request: Request, answer: Answer) -> JSONResponse:
    try:
        return await answer(request)
    except OAuth2Error as error:
        return oauth_error(error)
    except ProofRefused as error:
        body = {"error": error.error, "error_description": error.description}
        return JSONResponse(body, 400)
    except SlowDown as error:
        return later(429, error.seconds)
    except (Busy, DatabaseAway):
        return later(503, 1)
    except Exception:
        log.exception("a request of a program failed")
        return JSONResponse({"error": "server_error"}, 500)
