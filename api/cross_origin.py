"""Which addresses a page of another site may call: those that a portal in a browser needs (CORS).

Any origin may, because no cookie counts there: a call is worth what the token, code or proof is
worth that it carries, and who has one needs no browser. Where people sign in and consent, and
where programs of servers speak (PAR, introspection), nothing is opened.
"""

from starlette.middleware.cors import CORSMiddleware
from starlette.types import ASGIApp, Receive, Scope, Send

OPEN = frozenset({"/graphql", "/oauth/token", "/oauth/revoke", "/oauth/jwks"})
BELOW = ("/.well-known/", "/receipts/", "/ledger/", "/import/", "/export/", "/statistics/")
ASKED = ("authorization", "content-type", "dpop", "accept-language", "x-request-id")
SHOWN = ("dpop-nonce", "www-authenticate", "retry-after", "x-request-id")
REMEMBERED = 7200
"""Seconds for which a browser need not ask again; longer ones they cut."""


class CrossOrigin:
    """Answers browsers that ask on behalf of another site, at the open addresses alone."""

    def __init__(self, app: ASGIApp) -> None:
        self._closed = app
        self._open = CORSMiddleware(
            app,
            allow_origins=["*"],
            allow_methods=["GET", "POST"],
            allow_headers=ASKED,
            expose_headers=SHOWN,
            max_age=REMEMBERED,
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = scope.get("path", "")
        is_open = scope["type"] == "http" and (path in OPEN or path.startswith(BELOW))
        await (self._open if is_open else self._closed)(scope, receive, send)
