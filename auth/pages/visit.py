"""Forms that only our own pages can send.

Every browser that is shown a form has a random visit cookie. The form carries a keyed hash of it,
and of the session: a page of another site knows neither, a form of another visit does not fit.
Browsers also say where a request comes from; what they say must be us.
"""

import hmac
import secrets

from markupsafe import Markup
from starlette.requests import Request

from auth.authority import Authority
from auth.endpoint import form
from auth.pages import cookies
from auth.sealing import derived, keyed_hash

FIELD = "csrf"


class Forged(Exception):
    """The form does not come from a page that we showed to this browser in this session."""


def visit(request: Request) -> str:
    """What tells this browser from others, signed in or not: random, and made when first asked."""
    known: str | None = getattr(request.state, "visit", None)
    if known is None:
        settings = authority_of(request).settings
        known = cookies.read(settings, request, cookies.VISIT)
        if not known:
            known = secrets.token_urlsafe(32)
            keep(request, cookies.make(settings, cookies.VISIT, known))
        request.state.visit = known
    return known


def csrf_token(request: Request) -> str:
    """What a form carries, or a script of ours sends along as ``X-CSRF-Token``."""
    settings = authority_of(request).settings
    session = cookies.read(settings, request, cookies.SESSION) or ""
    key = derived(settings.key_encryption_key, "csrf")
    return keyed_hash(key, f"{visit(request)} {session}").hex()


def csrf_field(request: Request) -> Markup:
    """The hidden field that every form begins with."""
    return Markup('<input type="hidden" name="{}" value="{}">').format(FIELD, csrf_token(request))


async def checked_form(authority: Authority, request: Request) -> dict[str, str]:
    """The parameters of a form of ours; raises Forged when it is somebody else's."""
    check_origin(authority, request)
    given = await form(request)
    check_token(authority, request, given.pop(FIELD, ""))
    return given


def check_origin(authority: Authority, request: Request) -> None:
    """``null`` says nothing: our pages send no referrer, so browsers do not name them either."""
    site = request.headers.get("sec-fetch-site", "same-origin")
    origin = request.headers.get("origin", "null")
    if site not in ("same-origin", "none") or origin not in ("null", authority.settings.issuer):
        raise Forged


def check_token(authority: Authority, request: Request, given: str) -> None:
    """Without a visit cookie there was no page of ours, whatever the form carries."""
    if not cookies.read(authority.settings, request, cookies.VISIT):
        raise Forged
    if not hmac.compare_digest(csrf_token(request).encode(), given.encode()):
        raise Forged


def keep(request: Request, cookie: cookies.Cookie) -> None:
    """Have a cookie set with whatever is answered."""
    request.state.cookies.append(cookie)


def authority_of(request: Request) -> Authority:
    """Set by `page_route`, through which every page is reached."""
    authority: Authority = request.state.authority
    return authority
