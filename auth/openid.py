"""Asking an organisation's own OpenID Connect issuer who somebody is (OpenID Connect Core 1.0).

Authorization code with PKCE, state and nonce. What comes back is believed when the ID token is
signed by a key of the issuer, for us, now, and for this very request. Nothing else that the issuer
says is kept, and its tokens are not kept at all.
"""

import re
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote
from uuid import UUID

from authlib.oauth2.auth import ClientAuth  # type: ignore[import-untyped]
from authlib.oauth2.rfc6749.parameters import (  # type: ignore[import-untyped]
    prepare_grant_uri,
    prepare_token_request,
)
from authlib.oauth2.rfc7636 import create_s256_code_challenge  # type: ignore[import-untyped]

from auth.client_keys import ClientKeys
from auth.fetching import Fetcher, FetchRefused, check_address
from auth.id_token import Expected, NotSignedIn, Trouble, believed

_FRESH_SECONDS = 300.0
_KEPT = 200  # issuers
_TOKEN = re.compile(r"[!-~]+")
_EMAIL = re.compile(r"[!-?A-~]+@[!-?A-~]+")


@dataclass(frozen=True, slots=True)
class Provider:
    """An organisation's issuer, and what we are there."""

    id: UUID
    organisation_id: UUID
    issuer: str
    client_id: str
    secret: str | None = field(repr=False)


@dataclass(frozen=True, slots=True)
class Asked:
    """What a request to an issuer is bound by. ``verifier`` and ``nonce`` never leave us together:
    of the first only the hash goes out."""

    redirect_uri: str
    state: str
    verifier: str = field(repr=False)
    nonce: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Person:
    """Who somebody is over there. ``email`` is one that the issuer says it has verified."""

    subject: str
    email: str | None


@dataclass(frozen=True, slots=True)
class Metadata:
    """What an issuer says of itself (OpenID Connect Discovery 1.0 section 3)."""

    authorization: str
    token: str
    jwks: str
    userinfo: str | None
    auth_methods: tuple[str, ...]
    names_itself: bool
    """Whether its answers carry ``iss`` (RFC 9207), so that one without is not its own."""


class OpenId:
    """Talks to issuers. One object a process."""

    def __init__(
        self,
        fetcher: Fetcher,
        keys: ClientKeys,
        *,
        private: bool = False,
        leeway: int = 30,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._fetcher = fetcher
        self._keys = keys
        self._private = private
        self._leeway = leeway
        self._clock = clock
        self._known: OrderedDict[str, tuple[float, Metadata]] = OrderedDict()

    async def address(self, provider: Provider, asked: Asked, language: str) -> str:
        """Where to send the browser."""
        metadata = await self.metadata(provider.issuer)
        address: str = prepare_grant_uri(
            metadata.authorization,
            provider.client_id,
            "code",
            redirect_uri=asked.redirect_uri,
            scope="openid email",
            state=asked.state,
            nonce=asked.nonce,
            code_challenge=create_s256_code_challenge(asked.verifier),
            code_challenge_method="S256",
            ui_locales=language,
        )
        return address

    async def person(self, provider: Provider, asked: Asked, answer: dict[str, str]) -> Person:
        """Who the answer that came back with the browser is about, or NotSignedIn."""
        metadata = await self.metadata(provider.issuer)
        given = answer.get("iss")
        if given != provider.issuer and (given is not None or metadata.names_itself):
            raise NotSignedIn(Trouble.WRONG_ISSUER)
        if "error" in answer or "code" not in answer:
            raise NotSignedIn(Trouble.REFUSED)
        tokens = await self._tokens(metadata, provider, asked, answer["code"])
        access_token = tokens.get("access_token")
        if not isinstance(access_token, str) or not _TOKEN.fullmatch(access_token):
            access_token = None
        claims = await believed(
            tokens.get("id_token"),
            Expected(provider.issuer, provider.client_id, asked.nonce, access_token),
            self._keys,
            metadata.jwks,
            now=self._clock(),
            leeway=self._leeway,
        )
        if "email" not in claims and metadata.userinfo and access_token:
            claims = await self._more(metadata.userinfo, access_token, claims)
        return _person(claims)

    async def metadata(self, issuer: str) -> Metadata:
        """Its own description, kept a few minutes."""
        until, known = self._known.get(issuer, (0.0, None))
        if known is None or until < self._clock():
            known = await self._described(issuer)
            self._known[issuer] = (self._clock() + _FRESH_SECONDS, known)
            self._known.move_to_end(issuer)
            if len(self._known) > _KEPT:
                self._known.popitem(last=False)
        return known

    async def _described(self, issuer: str) -> Metadata:
        address = issuer.removesuffix("/") + "/.well-known/openid-configuration"
        try:
            said = await self._fetcher.get(address)
        except FetchRefused as error:
            raise NotSignedIn(Trouble.UNREACHABLE, error.reason) from None
        if said.get("issuer") != issuer:
            raise NotSignedIn(Trouble.WRONG_ISSUER)
        methods = said.get("token_endpoint_auth_methods_supported", ["client_secret_basic"])
        if not isinstance(methods, list):
            raise NotSignedIn(Trouble.BAD_METADATA)
        try:
            return Metadata(
                authorization=self._endpoint(said.get("authorization_endpoint")),
                token=self._endpoint(said.get("token_endpoint")),
                jwks=self._endpoint(said.get("jwks_uri")),
                userinfo=self._endpoint(said["userinfo_endpoint"])
                if "userinfo_endpoint" in said
                else None,
                auth_methods=tuple(method for method in methods if isinstance(method, str)),
                names_itself=said.get("authorization_response_iss_parameter_supported") is True,
            )
        except FetchRefused as error:
            raise NotSignedIn(Trouble.BAD_METADATA, error.reason) from None

    def _endpoint(self, address: object) -> str:
        given = address if isinstance(address, str) else ""
        check_address(given, private=self._private)
        return given

    async def _tokens(
        self, metadata: Metadata, provider: Provider, asked: Asked, code: str
    ) -> dict[str, Any]:
        body = prepare_token_request(
            "authorization_code",
            code=code,
            redirect_uri=asked.redirect_uri,
            code_verifier=asked.verifier,
        )
        auth = _client_auth(provider, metadata.auth_methods)
        _, headers, body = auth.prepare("POST", metadata.token, {}, body)
        try:
            return await self._fetcher.post(metadata.token, body.encode(), headers)
        except FetchRefused as error:
            raise NotSignedIn(Trouble.CODE_REFUSED, error.reason) from None

    async def _more(
        self, address: str, access_token: str, claims: dict[str, Any]
    ) -> dict[str, Any]:
        """With what the issuer tells only when asked with the access token (section 5.3)."""
        try:
            more = await self._fetcher.get(address, {"authorization": f"Bearer {access_token}"})
        except (FetchRefused, ValueError):  # no e-mail then; it may not be needed
            return claims
        if more.get("sub") != claims["sub"]:
            raise NotSignedIn(Trouble.BAD_USERINFO)
        return claims | {name: more.get(name) for name in ("email", "email_verified")}


def _client_auth(provider: Provider, methods: tuple[str, ...]) -> ClientAuth:
    """How we show who we are. For Basic, both parts are encoded as RFC 6749 section 2.3.1 says."""
    if provider.secret is None:
        return ClientAuth(provider.client_id, None, "none")
    if "client_secret_basic" in methods:
        id, secret = quote(provider.client_id, safe=""), quote(provider.secret, safe="")
        return ClientAuth(id, secret, "client_secret_basic")
    if "client_secret_post" in methods:
        return ClientAuth(provider.client_id, provider.secret, "client_secret_post")
    raise NotSignedIn(Trouble.BAD_METADATA)


def _person(claims: dict[str, Any]) -> Person:
    subject, email = claims["sub"], claims.get("email")
    if not isinstance(subject, str) or not 1 <= len(subject) <= 255 or not subject.isprintable():
        raise NotSignedIn(Trouble.BAD_CLAIMS)
    sound = isinstance(email, str) and len(email) <= 254 and _EMAIL.fullmatch(email)
    verified = sound and claims.get("email_verified") is True
    return Person(subject, email if verified else None)
