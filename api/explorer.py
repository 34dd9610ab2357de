"""The page on which people try the API: GraphiQL, served from here and working without internet.

People sign in to it as to any portal, by authorization code. In demo mode it also offers the demo's
organisations and hands out a token for the one chosen; outside of it there is no such address.
"""

import json
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response
from starlette.routing import BaseRoute, Mount, Route, request_response
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Message, Receive, Scope, Send

STATIC = Path(__file__).parent / "static"
LONGEST_BODY = 1_024

# Styles are written into elements by the editor; nothing else may be inline, or from elsewhere.
POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data:",
        "font-src 'self' data:",
        "connect-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
    )
)
HEADERS = {
    b"content-security-policy": POLICY.encode(),
    b"x-frame-options": b"DENY",
    b"x-content-type-options": b"nosniff",
    b"referrer-policy": b"no-referrer",
    b"cross-origin-opener-policy": b"same-origin",
    b"cross-origin-resource-policy": b"same-origin",
}


@dataclass(frozen=True, slots=True)
class DemoClient:
    """An organisation one may act as in the demo."""

    client_id: str
    organisation: str


@dataclass(frozen=True, slots=True)
class DemoToken:
    """An access token for a demo client, and how many seconds it lives."""

    access_token: str
    expires_in: int


@dataclass(frozen=True, slots=True)
class Demo:
    """How the demo lists its clients and issues tokens for them."""

    clients: Callable[[], Awaitable[Sequence[DemoClient]]]
    issue: Callable[[str], Awaitable[DemoToken]]


def routes(
    *, endpoint: str = "/graphql", demo: Demo | None = None, sign_in: str | None = None
) -> list[BaseRoute]:
    """The explorer at ``/``, what it is made of, and in demo mode ``/demo/token``.

    ``sign_in`` is the public client as which people sign in to it.
    """
    explorer = _Explorer(endpoint, demo, sign_in)
    made: list[BaseRoute] = [
        _guarded("/", explorer.page, "GET"),
        _guarded("/explorer/config.json", explorer.config, "GET"),
        Mount("/explorer/static", _Guarded(StaticFiles(directory=STATIC))),
    ]
    if demo is not None:
        made.append(_guarded("/demo/token", explorer.token, "POST"))
    return made


def default_queries() -> Iterator[dict[str, str]]:
    """The tabs to begin with: one ``.graphql`` file each, its variables in ``.json`` beside it."""
    for file in sorted((STATIC / "queries").glob("*.graphql")):
        tab = {"query": file.read_text(encoding="utf-8")}
        variables = file.with_suffix(".json")
        if variables.exists():
            tab["variables"] = variables.read_text(encoding="utf-8")
        yield tab


class _Explorer:
    def __init__(self, endpoint: str, demo: Demo | None, sign_in: str | None) -> None:
        self._endpoint, self._demo, self._sign_in = endpoint, demo, sign_in
        self._queries = list(default_queries())

    async def page(self, _request: Request) -> Response:
        return FileResponse(STATIC / "explorer.html", headers={"cache-control": "no-cache"})

    async def config(self, _request: Request) -> Response:
        clients = await self._demo.clients() if self._demo else ()
        content = {
            "endpoint": self._endpoint,
            "clients": [asdict(client) for client in clients],
            "queries": self._queries,
            "sign_in": self._sign_in,
        }
        return JSONResponse(content, headers={"cache-control": "no-store"})

    async def token(self, request: Request) -> Response:
        """A token for one of the listed clients, for our own page only."""
        assert self._demo is not None
        if request.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
            return _no("another site asks", 403)
        wanted = await _client_id(request)
        if wanted is None:
            return _no('send {"client_id": "..."} as application/json', 400)
        if all(client.client_id != wanted for client in await self._demo.clients()):
            return _no("no such demo client", 404)
        token = await self._demo.issue(wanted)
        content = {"token_type": "Bearer", **asdict(token)}
        return JSONResponse(content, headers={"cache-control": "no-store"})


async def _client_id(request: Request) -> str | None:
    """What the page sent. JSON only: no form of another site can send that."""
    if request.headers.get("content-type", "").partition(";")[0].strip() != "application/json":
        return None
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > LONGEST_BODY:
            return None
    try:
        sent: Any = json.loads(body)
    except (ValueError, RecursionError):
        return None
    wanted = sent.get("client_id") if isinstance(sent, dict) else None
    return wanted if isinstance(wanted, str) else None


def _no(reason: str, status: int) -> Response:
    return JSONResponse({"error": reason}, status, headers={"cache-control": "no-store"})


class _Guarded:
    """Adds the security headers to whatever is answered."""

    def __init__(self, inner: ASGIApp) -> None:
        self._inner = inner

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], *HEADERS.items()]
            await send(message)

        await self._inner(scope, receive, guarded)


def _guarded(path: str, answer: Callable[[Request], Awaitable[Response]], method: str) -> Route:
    return Route(path, _Guarded(request_response(answer)), methods=[method])
