"""A small OpenID Connect issuer inside a test: it keeps to the rules, but for what it is told."""

import hashlib
import time
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit

from authlib.oauth2.rfc6749.util import extract_basic_authorization
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from joserfc import jwt
from joserfc.jwk import ECKey, Key

from auth.fetching import Fetcher, FetchRefused, Reason


@dataclass
class Issuer:
    """One organisation's own accounts. ``claims``, ``header`` and ``key`` spoil its ID tokens."""

    issuer: str
    client_id: str = "rangkul"
    secret: str | None = "geheim +/:"
    key: Key = field(default_factory=lambda: ECKey.generate_key("P-256", {"kid": "one"}))
    described: dict[str, Any] = field(default_factory=dict)
    claims: dict[str, Any] = field(default_factory=dict)
    header: dict[str, Any] = field(default_factory=dict)
    published: list[Key] | None = None
    userinfo: dict[str, Any] | None = None
    asked: dict[str, str] = field(default_factory=dict)
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    token: str | None = None

    def authorize(self, address: str, **change: str) -> dict[str, str]:
        """What the browser is sent back with, after somebody signed in here."""
        parts = urlsplit(address)
        assert f"{parts.scheme}://{parts.netloc}{parts.path}" == f"{self.issuer}/authorize"
        self.asked = {name: values[0] for name, values in parse_qs(parts.query).items()}
        assert self.asked["response_type"] == "code"
        assert self.asked["client_id"] == self.client_id
        assert self.asked["code_challenge_method"] == "S256"
        assert "openid" in self.asked["scope"]
        code = f"code-{len(self.codes)}"
        self.codes[code] = self.asked
        given = {"code": code, "state": self.asked["state"], "iss": self.issuer} | change
        return {name: value for name, value in given.items() if value}

    def get(self, path: str, headers: Mapping[str, str]) -> dict[str, Any]:
        if path == "/.well-known/openid-configuration":
            methods = ["client_secret_basic"] if self.secret else ["none"]
            return {
                "issuer": self.issuer,
                "authorization_endpoint": f"{self.issuer}/authorize",
                "token_endpoint": f"{self.issuer}/token",
                "jwks_uri": f"{self.issuer}/jwks",
                "userinfo_endpoint": f"{self.issuer}/userinfo",
                "token_endpoint_auth_methods_supported": methods,
                "authorization_response_iss_parameter_supported": True,
            } | self.described
        if path == "/jwks":
            keys = self.published if self.published is not None else [self.key]
            return {"keys": [key.as_dict(private=False) for key in keys]}
        if path == "/userinfo" and self.userinfo is not None:
            assert headers["authorization"] == "Bearer access"
            return self.userinfo
        raise FetchRefused(Reason.STATUS)

    def post(self, path: str, body: str, headers: Mapping[str, str]) -> dict[str, Any]:
        """The token endpoint, strict about everything."""
        form = {name: values[0] for name, values in parse_qs(body, strict_parsing=True).items()}
        asked = self.codes.pop(form.pop("code", ""), None)
        if path != "/token" or asked is None or not self._is_client(form, headers):
            raise FetchRefused(Reason.STATUS)
        assert form["grant_type"] == "authorization_code"
        assert form["redirect_uri"] == asked["redirect_uri"]
        if create_s256_code_challenge(form["code_verifier"]) != asked["code_challenge"]:
            raise FetchRefused(Reason.STATUS)
        return {
            "access_token": "access",
            "token_type": "Bearer",
            "id_token": self.token or self._id_token(asked["nonce"]),
        }

    def _is_client(self, form: dict[str, str], headers: Mapping[str, str]) -> bool:
        if self.secret is None:
            return form.get("client_id") == self.client_id
        if form.get("client_secret") == self.secret:
            return form["client_id"] == self.client_id
        shown: tuple[str | None, str | None] = extract_basic_authorization(headers)
        return shown == (self.client_id, self.secret)

    def _id_token(self, nonce: str) -> str:
        now = int(time.time())
        digest = hashlib.sha256(b"access").digest()[:16]
        claims = {
            "iss": self.issuer, "aud": self.client_id, "sub": "sub-1", "nonce": nonce,
            "iat": now, "exp": now + 60, "email": "sari@polri.example", "email_verified": True,
            "at_hash": urlsafe_b64encode(digest).decode().rstrip("="),
        } | self.claims  # fmt: skip
        said = {name: value for name, value in claims.items() if value is not None}
        header = {"alg": "ES256", "kid": self.key.kid} | self.header
        header = {name: value for name, value in header.items() if value is not None}
        return jwt.encode(header, said, self.key, algorithms=[header["alg"]])


class Network(Fetcher):
    """The internet, in which there are only these issuers."""

    def __init__(self, *issuers: Issuer) -> None:
        super().__init__()
        self.issuers = {issuer.issuer: issuer for issuer in issuers}
        self.fetched: list[str] = []

    async def get(self, address: str, headers: Mapping[str, str] | None = None) -> dict[str, Any]:
        return self._at(address).get(urlsplit(address).path, headers or {})

    async def post(
        self, address: str, body: bytes, headers: Mapping[str, str] | None = None
    ) -> dict[str, Any]:
        return self._at(address).post(urlsplit(address).path, body.decode(), headers or {})

    def _at(self, address: str) -> Issuer:
        self.fetched.append(address)
        parts = urlsplit(address)
        try:
            return self.issuers[f"{parts.scheme}://{parts.netloc}"]
        except KeyError:
            raise FetchRefused(Reason.UNREACHABLE) from None
