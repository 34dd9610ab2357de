"""Clients that prove who they are with a key of their own (RFC 7523, ``private_key_jwt``).

An assertion is a JWT the client signs for this one request. Its key is the client's registered one,
never one that the assertion brings along, and its algorithm is of a short list in which no public
key could serve as a shared secret. What is refused before the signature was found right is refused
without a reason; afterwards the owner of the key may know why.
"""

import json
import re
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from joserfc import jws, jwt
from joserfc.errors import JoseError
from joserfc.jwk import Key

from auth.client_keys import ClientKeys, KeyOwner, KeysUnavailable
from auth.once import first_time
from auth.settings import AuthSettings
from db.session import Database

TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
ALGORITHMS = ("ES256", "PS256", "EdDSA", "Ed25519")
"""What FAPI 2.0 allows (section 5.4.1); the last is the newer name of the third (RFC 9864)."""
MAX_LENGTH = 8192
MAX_SECONDS = 300
"""How far ahead an assertion may end, so that what was seen once need not be kept for long."""

_KINDS = {"ES256": "EC", "PS256": "RSA", "EdDSA": "OKP", "Ed25519": "OKP"}
_TYPES = frozenset({None, "JWT", "jwt", "client-authentication+jwt"})
_COMPACT = re.compile(r"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+")
_JTI = re.compile(r"[ -~]{1,200}")
_MALFORMED = (JoseError, ValueError, TypeError, AttributeError, RecursionError)


class AssertionRefused(Exception):
    """It proves nothing. The message is for the client's developer: fixed words, or none."""


@dataclass(frozen=True, slots=True)
class Assertion:
    """What is written in an assertion, believed by nobody yet."""

    text: str
    algorithm: str
    kid: str | None
    subject: str


def read(text: str) -> Assertion:
    """An assertion that is well formed, as far as that can be told without its key."""
    if len(text) > MAX_LENGTH or not _COMPACT.fullmatch(text):
        raise AssertionRefused
    try:
        parts = jws.extract_compact(text.encode("ascii"))
        header: object = parts.protected
        claims: object = json.loads(parts.payload)
    except _MALFORMED:
        raise AssertionRefused from None
    if not isinstance(header, dict) or not isinstance(claims, dict):
        raise AssertionRefused
    algorithm, kid, subject = header.get("alg"), header.get("kid"), claims.get("sub")
    if algorithm not in ALGORITHMS or header.get("typ") not in _TYPES or "crit" in header:
        raise AssertionRefused
    if not isinstance(kid, str | None) or not isinstance(subject, str):
        raise AssertionRefused
    return Assertion(text, algorithm, kid, subject)


class Assertions:
    """Checks assertions, and sees to it that none is used twice. One object a process."""

    def __init__(
        self,
        database: Database,
        settings: AuthSettings,
        keys: ClientKeys,
        *,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._database = database
        self._keys = keys
        self._clock = clock
        self._issuer = settings.issuer
        # FAPI 2.0 section 5.3.2.1: 10 seconds of the future are to be taken, 60 are too many.
        self._leeway = min(max(settings.leeway_seconds, 10), 60)

    async def check(
        self, assertion: Assertion, owner: KeyOwner, audiences: Iterable[object]
    ) -> None:
        """That the owner of the key made it, for us, just now, and for the first time."""
        claims = await self._verified(assertion, owner)
        if claims.get("iss") != assertion.subject:
            raise AssertionRefused("The claims iss and sub must both be the client_id.")
        if claims.get("aud") not in audiences:
            raise AssertionRefused("The claim aud must be our issuer.")
        self._check_times(claims)
        jti = claims.get("jti")
        if not isinstance(jti, str) or not _JTI.fullmatch(jti):
            raise AssertionRefused("The claim jti must have 1 to 200 printable characters.")
        seconds = MAX_SECONDS + 4 * self._leeway  # until it has ended by any replica's clock
        who = ("assertion", assertion.subject, jti)
        if not await first_time(self._database, *who, seconds=seconds):
            raise AssertionRefused("The assertion was used before.")

    async def _verified(self, assertion: Assertion, owner: KeyOwner) -> dict[str, Any]:
        """The claims, once one of the owner's keys is found to have signed them."""
        try:
            keys = await self._keys.keys(owner, assertion.kid)
        except KeysUnavailable:
            raise AssertionRefused("The keys of this client cannot be had.") from None
        for key in keys:
            if not _fits(key, assertion):
                continue
            try:
                token = jwt.decode(assertion.text, key, algorithms=[assertion.algorithm])
            except _MALFORMED:
                continue
            return token.claims
        raise AssertionRefused

    def _check_times(self, claims: dict[str, Any]) -> None:
        now = self._clock()
        end = _number(claims.get("exp"))
        if end is None or not now - self._leeway < end:
            raise AssertionRefused("The assertion has expired, or says not when.")
        if not end <= now + MAX_SECONDS + self._leeway:
            raise AssertionRefused(f"An assertion may be valid for {MAX_SECONDS} seconds at most.")
        for name in ("iat", "nbf"):
            if name in claims:
                begin = _number(claims[name])
                if begin is None or not begin <= now + self._leeway:
                    raise AssertionRefused(f"The claim {name} is of the future.")


def _fits(key: Key, assertion: Assertion) -> bool:
    """Whether this key can be the one: a named one by its name, none for another algorithm."""
    if assertion.kid is not None and key.kid != assertion.kid:
        return False
    return key.key_type == _KINDS[assertion.algorithm] and key.get("alg") in (
        None,
        assertion.algorithm,
    )


def _number(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return value
