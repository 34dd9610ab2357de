"""Where a client sends a person's browser (RFC 6749 section 3.1).

What is asked, pushed before or in the address, is checked and kept for a few minutes, for this
browser alone. From there on the person goes about with a ticket and nothing a client wrote.
"""

from collections import Counter
from math import ceil
from urllib.parse import parse_qsl, urlencode

from authlib.oauth2 import OAuth2Error  # type: ignore[import-untyped]
from authlib.oauth2.rfc6749 import InvalidRequestError  # type: ignore[import-untyped]
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from auth import endpoint, pages, par, tickets
from auth.authentication import KnownClient, find
from auth.authority import Authority
from auth.authorization import (
    Asked,
    answer,
    checked,
    redirect_of,
    refusal,
    see_other,
    state_of,
)
from auth.brake import SlowDown, network_of
from auth.consent import CONSENT_PATH, browser
from auth.sessions import signed_in
from auth.tickets import TicketKind

AUTHORIZE_PATH = "/oauth/authorize"
SECONDS = 600
"""How long a person may take to sign in and decide."""


def routes(authority: Authority) -> list[Route]:
    """The endpoint that metadata calls ``authorization_endpoint``."""
    settings = authority.settings

    async def authorize(request: Request) -> Response:
        await _brake(authority, request)
        if request.method == "POST":
            # Sent from another site, a form comes without our cookies: once more, as a link.
            return see_other(f"{AUTHORIZE_PATH}?{urlencode(await endpoint.form(request))}")
        parameters, problem = _parameters(request.url.query)
        async with authority.database.authority() as tx:
            client = await find(tx, parameters.get("client_id", ""))
            if client is None:
                return pages.refusal(request, "asked-by-nobody")
            try:
                if problem is not None:
                    raise problem
                asked = await _asked(tx, parameters, client, settings.audience)
            except OAuth2Error as error:
                return _refused(request, parameters, client, error, settings.issuer)
            if "none" not in asked.prompt:
                ticket = await _keep(tx, request, client, asked)
                return see_other(f"{CONSENT_PATH}?request={ticket}")
        # A person is asked every time, so there is never an answer without a page.
        person = await signed_in(authority, request)
        why = "consent_required" if person else "login_required"
        return answer(asked.redirect_uri, issuer=settings.issuer, state=asked.state, error=why)

    return [pages.page_route(authority, AUTHORIZE_PATH, authorize, methods=("GET", "POST"))]


async def _brake(authority: Authority, request: Request) -> None:
    """Anybody may come here, and each time something is kept."""
    network = network_of(endpoint.address_of(request))
    wait = await authority.brake.draw("authorize", network, most=120, per_minute=120)
    if wait is not None:
        raise SlowDown(ceil(wait))


def _parameters(query: str) -> tuple[dict[str, str], InvalidRequestError | None]:
    """What was sent, and what is wrong with how it was sent.

    What came exactly once still tells where to send the error.
    """
    try:
        return endpoint.pairs(query), None
    except InvalidRequestError as error:
        pairs = parse_qsl(query, errors="replace")
        count = Counter(name for name, _ in pairs)
        return {name: value for name, value in pairs if count[name] == 1}, error


async def _asked(
    tx: AsyncSession, parameters: dict[str, str], client: KnownClient, audience: str
) -> Asked:
    """Of a pushed request nothing counts but what was pushed (RFC 9126 section 4)."""
    request_uri = parameters.get("request_uri")
    if request_uri is None:
        return checked(parameters, client, audience=audience, pushed=False)
    asked = await par.taken(tx, request_uri, client)
    if asked is None:
        described = "This request_uri is unknown, expired or used."
        raise OAuth2Error(error="invalid_request_uri", description=described)
    return asked


def _refused(
    request: Request,
    parameters: dict[str, str],
    client: KnownClient,
    error: OAuth2Error,
    issuer: str,
) -> Response:
    """To the client if it is certain where that is; else to the person, and not one step on."""
    try:
        redirect_uri = redirect_of(parameters, client)
    except InvalidRequestError:
        gone = "request_uri" in parameters and "redirect_uri" not in parameters
        return pages.refusal(request, "asked-too-late" if gone else "asked-from-nowhere")
    return refusal(error, redirect_uri, issuer=issuer, state=state_of(parameters))


async def _keep(tx: AsyncSession, request: Request, client: KnownClient, asked: Asked) -> str:
    now = (await tx.scalars(select(func.now()))).one()
    return await tickets.issue(
        tx,
        TicketKind.AUTHORIZATION,
        seconds=SECONDS,
        client_id=client.id,
        browser=browser(request),
        begun=now.timestamp(),
        **asked.kept(),
    )
