"""Which program is asking: client authentication at every endpoint that programs call.

A client uses exactly the method it is registered with (RFC 6749 section 2.3): a secret in the
header or in the form, a signed assertion (RFC 7523), or nothing but its name when it is public.

A secret is ``rks_<selector>_<256 random bits>``. The selector is no secret: it stands before the
hash in the table, so that of several valid secrets exactly one is compared, always. A wrong secret
then costs the same however many a client has, and as much as a client that does not exist.
"""

import logging
import re
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from authlib.oauth2.rfc6749 import (  # type: ignore[import-untyped]
    InvalidClientError,
    InvalidRequestError,
)
from authlib.oauth2.rfc6749.util import (  # type: ignore[import-untyped]
    extract_basic_authorization,
)
from sqlalchemy import func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import Request

from auth import assertions, events
from auth.assertions import Assertion, AssertionRefused, Assertions
from auth.brake import Brake
from auth.client_keys import ClientKeys
from auth.clients import is_key
from auth.endpoint import address_of
from auth.events import EventKind
from auth.hashing import Turnstile, matches
from auth.scopes import Scope
from auth.settings import AuthSettings
from db.client import Client, ClientSecret
from db.organisation import Organisation
from db.session import Database

TOKEN_PATH = "/oauth/token"  # noqa: S105  (a path, not a password)
AUTH_METHODS = ["client_secret_basic", "client_secret_post", "private_key_jwt", "none"]

_SECRET = re.compile(r"rks_(?P<selector>[0-9a-f]{8})_[A-Za-z0-9_-]{43}")

log = logging.getLogger(__name__)


class NotAuthenticated(InvalidClientError):  # type: ignore[misc]
    """One answer for an unknown client, a wrong secret and no authentication at all, so that it
    tells nobody which clients exist. Always 401 with a challenge, as RFC 6749 section 5.2 allows
    for credentials in the form and demands for those in the header (RFC 7617 names the realm)."""

    description = "Client authentication failed."
    status_code = 401

    def get_headers(self) -> list[tuple[str, str]]:
        headers = [pair for pair in super().get_headers() if pair[0] != "WWW-Authenticate"]
        return [*headers, ("WWW-Authenticate", 'Basic realm="rangkul", charset="UTF-8"')]


@dataclass(frozen=True, slots=True)
class KnownClient:
    """A live client of a live organisation, as registered."""

    id: UUID
    key: str
    name: str
    organisation_id: UUID
    organisation_name: str
    scopes: frozenset[Scope]
    """What it is registered for; what KPAI grants its organisation is `organisation_scopes`."""
    organisation_scopes: frozenset[Scope]
    organisation_dpop: str
    auth_method: str
    grant_types: tuple[str, ...]
    redirect_uris: tuple[str, ...]
    jwks: dict[str, Any] | None
    jwks_uri: str | None
    dpop_bound: bool
    par_required: bool
    open_to_all: bool

    @property
    def public(self) -> bool:
        """Whether it cannot keep a secret: a page in a browser, a program on a device."""
        return self.auth_method == "none"

    @property
    def bound(self) -> bool:
        """Whether it gets tokens only for a key it proves to have."""
        return self.dpop_bound or self.organisation_dpop == "REQUIRED"

    @property
    def fapi(self) -> bool:
        """Whether it is held to the FAPI 2.0 Security Profile."""
        return self.auth_method == "private_key_jwt" and self.dpop_bound


async def find(tx: AsyncSession, key: str) -> KnownClient | None:
    """The client of this ``client_id``, if it and its organisation live; ``tx`` is of
    ``database.authority()``."""
    if not is_key(key):
        return None
    query = (
        select(Client, Organisation.name, Organisation.scopes, Organisation.dpop)
        .join(Organisation, Organisation.id == Client.organisation_id)
        .where(Client.key == key, Client.disabled_at.is_(None), Organisation.dissolved_at.is_(None))
    )
    row = (await tx.execute(query)).one_or_none()
    if row is None:
        return None
    client, organisation, granted, dpop = row
    return KnownClient(
        id=client.id,
        key=client.key,
        name=client.name,
        organisation_id=client.organisation_id,
        organisation_name=organisation,
        scopes=known_scopes(client.scopes),
        organisation_scopes=known_scopes(granted),
        organisation_dpop=dpop.value,
        auth_method=client.auth_method,
        grant_types=tuple(client.grant_types),
        redirect_uris=tuple(client.redirect_uris),
        jwks=client.jwks,
        jwks_uri=client.jwks_uri,
        dpop_bound=client.dpop_bound,
        par_required=client.par_required,
        open_to_all=client.open_to_all,
    )


def known_scopes(words: list[str]) -> frozenset[Scope]:
    """The scopes among these words; what this version no longer knows is left out."""
    return frozenset(scope for scope in Scope if scope in words)


@dataclass(frozen=True, slots=True)
class _Shown:
    """What a request shows of who is asking, before any of it is believed."""

    key: str | None
    """None when it cannot be a client's: it is then neither looked up nor logged, for it may be a
    secret that someone put in the wrong place."""
    secret: str | None = field(default=None, repr=False)
    assertion: Assertion | None = field(default=None, repr=False)


class Authenticator:
    """Finds out which client is asking. One object a process."""

    def __init__(
        self,
        database: Database,
        settings: AuthSettings,
        *,
        brake: Brake,
        client_keys: ClientKeys,
    ) -> None:
        self._database = database
        self._issuer = settings.issuer
        self._assertions = Assertions(database, settings, client_keys)
        self._turnstile = Turnstile(settings.hashes_at_once, settings.hashes_waiting)
        self._brake = brake

    async def client(self, request: Request, form: dict[str, str]) -> KnownClient:
        """The client, or NotAuthenticated; InvalidRequestError for two methods at once; SlowDown
        and Busy when there is no telling now."""
        shown, address = _shown(request, form), address_of(request)
        await self._brake.token_request(shown.key, address)
        known: KnownClient | None = None
        try:
            if shown.secret is not None:
                known, right = await self._by_secret(shown.key, shown.secret)
            else:
                known, _ = await self._look_up(shown.key)
                right = known is not None and await self._without_secret(known, shown.assertion)
            if known is None or not right:
                raise NotAuthenticated
        except NotAuthenticated:
            await self._failed(shown.key, known, address)
            raise
        if not known.public:  # anybody can name a public one, and use up what it may ask
            await self._brake.authenticated(known.key)
        return known

    async def _without_secret(self, known: KnownClient, assertion: Assertion | None) -> bool:
        """By its name alone when it is public, by an assertion when it has a key."""
        if assertion is None:
            return known.public
        if known.auth_method != "private_key_jwt":
            return False
        audiences: list[object] = [self._issuer]
        if not known.fapi:  # what RFC 7523 suggests, and FAPI 2.0 found to be one name too many
            token_endpoint = self._issuer + TOKEN_PATH
            audiences += [[self._issuer], token_endpoint, [token_endpoint]]
        try:
            await self._assertions.check(assertion, known, audiences)
        except AssertionRefused as error:
            raise NotAuthenticated(str(error) or None) from None
        return True

    async def _by_secret(self, key: str | None, secret: str) -> tuple[KnownClient | None, bool]:
        """The client and whether the secret is its own (RFC 6749 section 2.3.1).

        A key or secret that cannot be one of ours (too long, a NUL, a stray character) is never
        brought to the database, but it is compared with a hash nobody's secret has.
        """
        match = _SECRET.fullmatch(secret)
        async with self._turnstile:
            known, hashed = await self._look_up(key, match["selector"] if match else None)
            if known is not None and known.auth_method != "client_secret_basic":
                hashed = None  # it had a secret before it had a key
            return known, await matches(hashed, secret if match else "")

    async def _look_up(
        self, key: str | None, selector: str | None = None
    ) -> tuple[KnownClient | None, str | None]:
        """The live client and the one hash this secret can belong to.

        The connection is given back before the slow comparison begins.
        """
        if key is None:
            return None, None
        async with self._database.authority() as tx:
            known = await find(tx, key)
            if known is None or selector is None:
                return known, None
            live = or_(ClientSecret.expires_at.is_(None), ClientSecret.expires_at > func.now())
            query = select(ClientSecret.hash).where(ClientSecret.client_id == known.id, live)
            for stored in await tx.scalars(query):
                found, dollar, rest = stored.partition("$")
                if found == selector:
                    return known, dollar + rest
        return known, None

    async def _failed(
        self, key: str | None, known: KnownClient | None, address: str | None
    ) -> None:
        """An unknown client is written down as well, which takes as long as a known one."""
        log.warning("client authentication failed: client=%s address=%s", key, address)
        await self._brake.failed(key, address)
        async with self._database.authority() as tx:
            await events.record(
                tx,
                EventKind.TOKEN_REFUSED,
                organisation_id=known.organisation_id if known else None,
                client_id=known.id if known else None,
                address=address,
                error="invalid_client",
            )


def _shown(request: Request, form: dict[str, str]) -> _Shown:
    """How the request authenticates its client, by exactly one method."""
    headers = request.headers.getlist("authorization")
    if len(headers) > 1:
        raise InvalidRequestError("More than one Authorization header.")
    if len(headers) + ("client_secret" in form) + ("client_assertion" in form) > 1:
        raise InvalidRequestError("More than one method of client authentication.")
    if "client_assertion" in form or "client_assertion_type" in form:
        return _shown_assertion(form)
    if not headers:
        return _Shown(_key(form.get("client_id")), form.get("client_secret"))
    try:
        named, secret = extract_basic_authorization(request.headers)
    except ValueError:  # base64 or UTF-8 that is none
        raise NotAuthenticated from None
    if named is None:
        raise NotAuthenticated
    if form.get("client_id", named) != named:
        raise InvalidRequestError("The header and the form name different clients.")
    return _Shown(_key(named), secret or "")


def _shown_assertion(form: dict[str, str]) -> _Shown:
    """An assertion names its client: ``client_id`` need not (RFC 7521 section 4.2)."""
    if form.get("client_assertion_type") != assertions.TYPE:
        raise InvalidRequestError("The client_assertion_type must be that of RFC 7523.")
    try:
        assertion = assertions.read(form.get("client_assertion", ""))
    except AssertionRefused:
        raise NotAuthenticated from None
    if form.get("client_id", assertion.subject) != assertion.subject:
        raise InvalidRequestError("The assertion and the form name different clients.")
    return _Shown(_key(assertion.subject), assertion=assertion)


def _key(named: str | None) -> str | None:
    return named if named is not None and is_key(named) else None
