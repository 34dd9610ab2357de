"""Signing in with an account that an organisation keeps itself, at its own OpenID Connect issuer.

The issuer says who somebody is; who may come in is said here (`auth/external.py`).

Each organisation's issuer has a redirect address of its own, so that the answer of one cannot be
passed off as that of another (RFC 9700 section 4.4.2), besides ``iss`` (RFC 9207) where it is sent.
"""

import base64
import hashlib
import hmac
import logging
from math import ceil
from urllib.parse import quote
from uuid import UUID

from authlib.oauth2 import OAuth2Error  # type: ignore[import-untyped]
from sqlalchemy import select
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from auth import events, sessions, tickets
from auth.authority import Authority
from auth.brake import SlowDown, network_of
from auth.endpoint import address_of, pairs
from auth.events import EventKind
from auth.external import Strange, Stranger, recognised
from auth.id_token import NotSignedIn, Trouble
from auth.openid import Asked, OpenId, Provider
from auth.pages import cookies, keep, language_of, page_route, refusal, visit
from auth.sealing import PROVIDER_SECRET, Sealed
from auth.settings import AuthSettings
from auth.tickets import TicketKind
from db.organisation import Organisation
from db.user import IdentityProvider

WITH_PATH = "/sign-in/with"
CALLBACK_PATH = "/sign-in/callback"
SECONDS = 600
"""How long somebody may take at their organisation's sign-in."""
_AT_ONCE, _PER_MINUTE = 60, 20

log = logging.getLogger(__name__)


def redirect_uri(settings: AuthSettings, organisation_id: UUID) -> str:
    """What an organisation registers with its issuer as the redirect address of Rangkul."""
    return f"{settings.issuer}{CALLBACK_PATH}/{organisation_id.hex}"


def address_with(provider_id: UUID, next: str) -> str:
    """Where to begin to sign in with this issuer, so as to come to ``next`` then."""
    return f"{WITH_PATH}/{provider_id.hex}?next={quote(sessions.safe_next(next), safe='/')}"


def sealed(settings: AuthSettings) -> Sealed:
    """How our secrets at issuers are kept; the row is the provider's id."""
    return Sealed(settings.key_encryption_key, PROVIDER_SECRET)


def routes(authority: Authority) -> list[Route]:
    settings = authority.settings
    openid = OpenId(
        authority.fetcher,
        authority.client_keys,
        private=settings.private_addresses,
        leeway=settings.leeway_seconds,
    )

    async def begin(request: Request) -> Response:
        await _slow(authority, request)
        provider = await _provider(authority, _id(request.path_params["provider_id"]))
        if provider is None:
            return refusal(request, "upstream-none", status=404)
        asked = await _remember(authority, request, provider)
        try:
            address = await openid.address(provider, asked, language_of(request))
        except NotSignedIn as error:
            return await _failed(authority, request, provider, error.trouble, error.because)
        return RedirectResponse(address, 303)

    async def callback(request: Request) -> Response:
        try:
            answer = pairs(request.url.query)
        except OAuth2Error:
            return refusal(request, "upstream-again")
        organisation_id = _id(request.path_params["organisation_id"])
        redeemed = await _redeem(authority, request, answer.get("state", ""), organisation_id)
        if redeemed is None:
            return refusal(request, "upstream-again", back=sessions.SIGN_IN_PATH)
        provider, asked, next = redeemed
        try:
            person = await openid.person(provider, asked, answer)
            async with authority.database.authority() as tx:
                user_id = await recognised(tx, provider, person, address=address_of(request))
                keep(request, await sessions.start(authority, tx, request, user_id, ["fed"]))
        except NotSignedIn as error:
            return await _failed(authority, request, provider, error.trouble, error.because)
        except Strange as error:
            return await _failed(authority, request, provider, error.reason)
        return RedirectResponse(sessions.safe_next(next), 303)

    return [
        page_route(authority, WITH_PATH + "/{provider_id}", begin),
        page_route(authority, CALLBACK_PATH + "/{organisation_id}", callback),
    ]


async def _provider(authority: Authority, id: UUID | None) -> Provider | None:
    """The live provider of a live organisation, and what we are there."""
    query = (
        select(IdentityProvider, IdentityProvider.secret_jwe)
        .join(Organisation, Organisation.id == IdentityProvider.organisation_id)
        .where(IdentityProvider.id == id, IdentityProvider.disabled_at.is_(None))
        .where(Organisation.dissolved_at.is_(None))
    )
    async with authority.database.authority() as tx:
        found = (await tx.execute(query)).one_or_none()
    if found is None:
        return None
    row, jwe = found
    secret = sealed(authority.settings).open(jwe, str(row.id)) if jwe else None
    if jwe and secret is None:
        log.error("the secret at an identity provider does not open: provider=%s", row.id)
        return None
    return Provider(row.id, row.organisation_id, row.issuer, row.client_id, secret)


async def _remember(authority: Authority, request: Request, provider: Provider) -> Asked:
    """Bind what is asked to this browser: the database knows a hash of its cookie, and the cookie
    alone gives verifier and nonce, so that nobody else has a use for the state or the code."""
    async with authority.database.authority() as tx:
        state = await tickets.issue(
            tx, TicketKind.UPSTREAM, seconds=SECONDS, provider=str(provider.id),
            browser=_hash(visit(request)), next=request.query_params.get("next", "")[:4000],
        )  # fmt: skip
    return _asked(authority, request, provider, state)


async def _redeem(
    authority: Authority, request: Request, state: str, organisation_id: UUID | None
) -> tuple[Provider, Asked, str] | None:
    """What this browser asked for, once; None when it did not, or of another issuer. A state that
    turns up elsewhere has been seen by somebody, and is used up all the same."""
    async with authority.database.authority() as tx:
        redeemed = await tickets.redeem(tx, TicketKind.UPSTREAM, state)
    if redeemed is None or not cookies.read(authority.settings, request, cookies.VISIT):
        return None
    if not hmac.compare_digest(str(redeemed.data["browser"]), _hash(visit(request))):
        return None
    provider = await _provider(authority, UUID(redeemed.data["provider"]))
    if provider is None or provider.organisation_id != organisation_id:
        return None
    return provider, _asked(authority, request, provider, state), str(redeemed.data["next"])


def _asked(authority: Authority, request: Request, provider: Provider, state: str) -> Asked:
    def made(purpose: str) -> str:
        digest = hmac.digest(visit(request).encode(), f"{purpose} {state}".encode(), hashlib.sha256)
        return base64.urlsafe_b64encode(digest).decode().rstrip("=")

    address = redirect_uri(authority.settings, provider.organisation_id)
    return Asked(address, state, made("verifier"), made("nonce"))


async def _failed(
    authority: Authority,
    request: Request,
    provider: Provider,
    reason: Trouble | Stranger,
    because: str | None = None,
) -> Response:
    """For the organisation's log, why; for whoever stands there, only whom to ask."""
    log.warning(
        "sign-in elsewhere failed: provider=%s reason=%s because=%s", provider.id, reason, because
    )
    async with authority.database.authority() as tx:
        await events.record(
            tx, EventKind.SIGN_IN_FAILED, organisation_id=provider.organisation_id,
            address=address_of(request), method="fed", reason=reason.value,
        )  # fmt: skip
    if isinstance(reason, Stranger):
        return refusal(request, "upstream-unknown", status=403, back=sessions.SIGN_IN_PATH)
    return refusal(request, "upstream-failed", status=400, back=sessions.SIGN_IN_PATH)


async def _slow(authority: Authority, request: Request) -> None:
    """Whoever begins makes us ask an issuer, and keep a row for a while."""
    wait = await authority.brake.draw(
        "sign-in elsewhere", network_of(address_of(request)), most=_AT_ONCE, per_minute=_PER_MINUTE
    )
    if wait is not None:
        raise SlowDown(max(1, ceil(wait)))


def _id(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
