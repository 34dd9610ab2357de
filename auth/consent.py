"""The page on which a person lets a client in, or does not (RFC 6749 section 4.1.1, step C).

It is shown every time: nothing is remembered, so nobody is taken through it without noticing.
"""

import hashlib
import hmac
from dataclasses import dataclass
from urllib.parse import quote, urlsplit

from authlib.oauth2.rfc6749 import (  # type: ignore[import-untyped]
    AccessDeniedError,
    InvalidRequestError,
)
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from auth import offer as offers
from auth import pages, tickets
from auth.authentication import KnownClient, find
from auth.authority import Authority
from auth.authorization import Asked, answer, redirect_of, refusal, see_other
from auth.endpoint import address_of
from auth.grants import GrantKind
from auth.offer import CODE_SECONDS, REFRESH, Offer
from auth.sessions import SignedIn, sign_in_address, signed_in
from auth.tickets import TicketKind

CONSENT_PATH = "/oauth/consent"


@dataclass(frozen=True, slots=True)
class _Kept:
    """A request under way in this browser, and its client as it is now."""

    asked: Asked
    client: KnownClient
    begun: float

    def is_for(self, person: SignedIn) -> bool:
        """Whether they have signed in as lately as was asked."""
        return "login" not in self.asked.prompt or person.signed_in_at.timestamp() > self.begun


def routes(authority: Authority) -> list[Route]:
    """The page, and the decision made on it."""
    settings = authority.settings

    async def show(request: Request) -> Response:
        ticket = request.query_params.get("request", "")
        person = await signed_in(authority, request)
        async with authority.database.authority() as tx:
            kept = await _kept(tx, request, ticket)
            if kept is None:
                return pages.refusal(request, "asked-too-late")
            if person is None or not kept.is_for(person):
                return _sign_in(ticket)
            offer = await offers.make(tx, kept.client, person, kept.asked.scopes, settings)
        return _page(request, ticket, kept.asked, offer)

    async def decide(request: Request) -> Response:
        form = await pages.checked_form(authority, request)
        ticket = form.get("request", "")
        person = await signed_in(authority, request)
        async with authority.database.authority() as tx:
            kept = await _kept(tx, request, ticket)
            if kept is None:
                return pages.refusal(request, "asked-too-late")
            if person is None or not kept.is_for(person):
                return _sign_in(ticket)
            offer = await offers.make(tx, kept.client, person, kept.asked.scopes, settings)
            if await tickets.redeem(tx, TicketKind.AUTHORIZATION, ticket) is None:
                return pages.refusal(request, "asked-too-late")
            code = await _decided(tx, request, form, kept.asked, offer)
        asked = kept.asked
        if code is None:
            error = AccessDeniedError("Access was not given.")
            return refusal(error, asked.redirect_uri, issuer=settings.issuer, state=asked.state)
        return answer(asked.redirect_uri, issuer=settings.issuer, state=asked.state, code=code)

    return [
        pages.page_route(authority, CONSENT_PATH, show),
        pages.page_route(authority, CONSENT_PATH, decide, methods=["POST"]),
    ]


def browser(request: Request) -> str:
    """What binds a request to the browser in which it began."""
    return hashlib.sha256(pages.visit(request).encode()).hexdigest()


def origin_of(uri: str) -> str:
    """Where a form may lead, as a source of a Content-Security-Policy, which knows no IPv6.

    Chromium holds all redirects after a form to it: a client that sends the browser on to another
    origin must do so from a page of its own, not by one more redirect.
    """
    parts = urlsplit(uri)
    return "http:" if "[" in parts.netloc else f"{parts.scheme}://{parts.netloc}"


async def _kept(tx: AsyncSession, request: Request, ticket: str) -> _Kept | None:
    found = await tickets.look(tx, TicketKind.AUTHORIZATION, ticket)
    if found is None or not hmac.compare_digest(found.data["browser"], browser(request)):
        return None
    asked = Asked.of(found.data)
    client = await find(tx, asked.client_key)
    try:
        if client is None or not redirect_of({"redirect_uri": asked.redirect_uri}, client):
            return None
    except InvalidRequestError:  # taken from the registration meanwhile
        return None
    return _Kept(asked, client, found.data["begun"])


def _sign_in(ticket: str) -> Response:
    return see_other(sign_in_address(f"{CONSENT_PATH}?request={quote(ticket)}"))


def _page(request: Request, ticket: str, asked: Asked, offer: Offer) -> Response:
    return pages.page(
        request,
        "consent.html",
        form_to=[origin_of(asked.redirect_uri)],
        offer=offer,
        weighty=offers.weighty,
        action=CONSENT_PATH,
        kept={"request": ticket},
        somebody_else=sign_in_address(f"{CONSENT_PATH}?request={quote(ticket)}"),
        host=urlsplit(asked.redirect_uri).netloc,
        code=None,
    )


async def _decided(
    tx: AsyncSession, request: Request, form: dict[str, str], asked: Asked, offer: Offer
) -> str | None:
    """The code to bring to the client; None when it is not let in, or to nothing."""
    kind, address = GrantKind.AUTHORIZATION_CODE, address_of(request)
    scopes = offer.ticked(form) if form.get("decision") == "allow" else frozenset()
    if not scopes:
        await offers.refuse(tx, offer, kind, address=address)
        return None
    jkt = asked.dpop_jkt
    grant_id = await offers.accept(tx, offer, scopes, kind, address=address, jkt=jkt)
    return await tickets.issue(
        tx,
        TicketKind.CODE,
        seconds=CODE_SECONDS,
        client_id=offer.client.id,
        user_id=offer.person.user_id,
        grant_id=grant_id,
        redirect_uri=asked.redirect_uri,
        code_challenge=asked.code_challenge,
        scope=" ".join(sorted(scopes)),
        refresh=REFRESH in offer.client.grant_types,
        dpop_jkt=jkt,
    )
