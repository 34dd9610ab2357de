"""Pages that people see: made here on the server, complete without a script, never framed.

A module with pages makes its routes with `page_route` and answers with `page`, or with a redirect;
security headers, cookies and the pages of general failures are seen to here.
"""

import hashlib
import logging
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode

from authlib.oauth2 import OAuth2Error  # type: ignore[import-untyped]
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from auth.authority import Authority
from auth.brake import SlowDown
from auth.hashing import Busy
from auth.language import LANGUAGES, Language, known, preferred
from auth.pages import cookies
from auth.pages.moments import moment
from auth.pages.texts import text
from auth.pages.visit import Forged, authority_of, checked_form, csrf_field, csrf_token, keep, visit
from db.session import DatabaseAway

__all__ = [
    "Forged", "GoTo", "checked_form", "csrf_field", "csrf_token", "keep", "language_of", "page",
    "page_route", "refusal", "routes", "text", "visit",
]  # fmt: skip

log = logging.getLogger(__name__)

Answer = Callable[[Request], Awaitable[Response]]

STATIC_PATH = "/auth/static"
_HERE = Path(__file__).parent
_STATIC = {file.name: file.read_bytes() for file in sorted((_HERE / "static").iterdir())}
_TYPES = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
_YEAR = 365 * 24 * 3600

_HEADERS = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Frame-Options": "DENY",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


class GoTo(Exception):
    """Somewhere else first, such as signing in."""

    def __init__(self, address: str) -> None:
        super().__init__("somewhere else first")
        self.address = address


def page_route(
    authority: Authority, path: str, answer: Answer, *, methods: Sequence[str] = ("GET",)
) -> Route:
    """A route whose answers are fit for a browser, whatever happens."""

    async def answered(request: Request) -> Response:
        request.state.authority = authority
        request.state.cookies = []
        response = await _answer(request, answer)
        for cookie in request.state.cookies:
            cookie.put(response)
        for name, value in _HEADERS.items():
            response.headers.setdefault(name, value)
        return response

    return Route(path, answered, methods=list(methods))


def page(
    request: Request,
    template: str,
    *,
    status: int = 200,
    form_to: Sequence[str] = (),
    scripts: bool = False,
    language: str | None = None,
    **values: Any,
) -> HTMLResponse:
    """A page from a template. ``form_to`` are origins, besides ours, to which sending its form may
    lead in the end; ``scripts`` lets it run our own script files, which no page depends on."""
    chosen = known(language) or language_of(request)
    shown = {
        "lang": chosen,
        "t": lambda key, **inserted: text(chosen, key, **inserted),
        "csrf_field": lambda: csrf_field(request),
        "person": getattr(request.state, "signed_in", None),
        "languages": _switch(request),
        "moment": partial(moment, chosen),
        "problem": None,
        "notice": None,
    }
    body = _ENVIRONMENT.get_template(template).render(shown | values)
    policy = _policy(form_to, scripts=scripts)
    return HTMLResponse(body, status, {"Content-Security-Policy": policy})


def refusal(
    request: Request, key: str, *, status: int = 400, back: str | None = None, **values: object
) -> HTMLResponse:
    """A page that says why something cannot be: the texts ``<key>.title`` and ``<key>.text``."""
    return page(
        request, "refusal.html", status=status, key=key, back=back, inserted=values, switch=False
    )


def language_of(request: Request) -> Language:
    """What the person switched to, else what they chose for their account, else the browser's."""
    settings = authority_of(request).settings
    switched = known(request.query_params.get("lang"))
    if switched:
        cookie = cookies.make(settings, cookies.LANGUAGE, switched, _YEAR)
        if cookie not in request.state.cookies:
            keep(request, cookie)
        return switched
    kept = known(cookies.read(settings, request, cookies.LANGUAGE))
    return (
        kept
        or known(getattr(request.state, "speaks", None))
        or preferred(request.headers.get("accept-language", ""))
    )


def routes(authority: Authority) -> list[Route]:
    """The style sheet and what else pages are made of."""

    async def static(request: Request) -> Response:
        name = request.path_params["name"]
        if name not in _STATIC:
            return PlainTextResponse("not found", 404)
        headers = {"Cache-Control": f"public, max-age={_YEAR}, immutable"}
        return Response(_STATIC[name], 200, headers, _TYPES[Path(name).suffix])

    return [page_route(authority, STATIC_PATH + "/{name}", static)]


async def _answer(request: Request, answer: Answer) -> Response:  # noqa: PLR0911
    try:
        return await answer(request)
    except GoTo as elsewhere:
        return RedirectResponse(elsewhere.address, 303)
    except Forged:
        return refusal(request, "forged", status=403)
    except SlowDown as error:
        response = refusal(request, "slow", status=429, seconds=error.seconds)
        response.headers["Retry-After"] = str(error.seconds)
        return response
    except (Busy, DatabaseAway):
        response = refusal(request, "busy", status=503)
        response.headers["Retry-After"] = "1"
        return response
    except OAuth2Error as error:  # a form that cannot be read
        return refusal(request, "invalid", status=error.status_code)
    except Exception:
        log.exception("a page failed")
        return refusal(request, "fault", status=500)


def _policy(form_to: Sequence[str], *, scripts: bool) -> str:
    """Nothing but our own; a browser also holds redirects after a form to ``form-action``."""
    targets = " ".join(dict.fromkeys(["'self'", *form_to]))
    rules = [
        "default-src 'none'",
        "style-src 'self'",
        "img-src 'self' data:",
        f"form-action {targets}",
        "frame-ancestors 'none'",
        "base-uri 'none'",
    ]
    return "; ".join(rules + ["script-src 'self'", "connect-src 'self'"] * scripts)


def _switch(request: Request) -> list[tuple[Language, str]]:
    """Where this very page is in either language."""
    query = parse_qsl(request.url.query, keep_blank_values=True)
    others = [(name, value) for name, value in query if name != "lang"]
    return [(each, "?" + urlencode([*others, ("lang", each)])) for each in LANGUAGES]


def _static(name: str) -> str:
    """The address of a file, another one whenever the file changes."""
    return f"{STATIC_PATH}/{name}?{hashlib.sha256(_STATIC[name]).hexdigest()[:12]}"


_ENVIRONMENT = Environment(
    loader=FileSystemLoader(_HERE),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_ENVIRONMENT.globals["static"] = _static
