"""Access tokens: signed JWTs of the profile in RFC 9068, issued and verified side by side.

A verified token says who the client *was* when the token was made. Whether that client and its
organisation still exist is asked of the database at the beginning of every transaction
(`access.enter`), so nothing is looked up here. That is also why a token that was verified once need
not be verified again while its time and its key last: checking a signature costs as much as
running a small query.
"""

import hashlib
import re
import secrets
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any
from uuid import UUID

from joserfc import jws, jwt
from joserfc.errors import (
    BadSignatureError,
    ExpiredTokenError,
    InvalidClaimError,
    JoseError,
    MissingClaimError,
)

from auth.caller import Caller
from auth.keys import ALGORITHM, SigningKeys
from auth.scopes import Scope
from auth.settings import AuthSettings

TYPE = "at+jwt"
MAX_LENGTH = 8192
_COMPACT = re.compile(r"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+")
_KID = re.compile(r"[A-Za-z0-9_-]{43}")  # an RFC 7638 thumbprint; nothing else is ever ours
REMEMBERED = 4096
"""Verified tokens kept in mind, by their digest, about 1 kB each; those longest unseen go first."""


class Reason(StrEnum):
    """Why a token is refused, for logs and tests. It never holds any part of the token."""

    TOO_LARGE = "too_large"
    MALFORMED = "malformed"
    WRONG_TYPE = "wrong_type"
    WRONG_ALGORITHM = "wrong_algorithm"
    UNKNOWN_KEY = "unknown_key"
    BAD_SIGNATURE = "bad_signature"
    MISSING_CLAIM = "missing_claim"
    BAD_CLAIM = "bad_claim"
    WRONG_ISSUER = "wrong_issuer"
    WRONG_AUDIENCE = "wrong_audience"
    EXPIRED = "expired"
    NOT_YET_VALID = "not_yet_valid"
    NEEDS_PROOF = "needs_proof"
    """It is bound to a key and came as a bearer token: whoever sent it may have found it."""
    NOT_BOUND = "not_bound"


_BY_CLAIM = {
    "iss": Reason.WRONG_ISSUER,
    "aud": Reason.WRONG_AUDIENCE,
    "iat": Reason.NOT_YET_VALID,
    "nbf": Reason.NOT_YET_VALID,
}


class InvalidToken(Exception):
    """A token that opens nothing (RFC 6750 section 3.1, ``invalid_token``)."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason.value)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Issued:
    """A new access token; ``jti`` names it in logs, where the token itself never stands."""

    token: str = field(repr=False)
    jti: str
    expires_in: int


@dataclass(frozen=True, slots=True)
class _Verified:
    """What a good token said. Its key is asked for anew each time: a key may be withdrawn."""

    caller: Caller
    kid: str
    since: float
    until: float


class Tokens:
    """Issues and verifies the access tokens of one issuer for one audience."""

    def __init__(
        self,
        keys: SigningKeys,
        settings: AuthSettings,
        *,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._keys = keys
        self._settings = settings
        self._clock = clock
        self._verified: OrderedDict[bytes, _Verified] = OrderedDict()
        self._claims = jwt.JWTClaimsRegistry(
            now=lambda: int(clock()),
            leeway=settings.leeway_seconds,
            iss={"essential": True, "value": settings.issuer},
            aud={"essential": True, "value": settings.audience},
            exp={"essential": True},
            iat={"essential": True},
            jti={"essential": True},
            sub={"essential": True},
            client_id={"essential": True},
            cid={"essential": True},
            org={"essential": True},
            grant={"essential": True},
            scope={"essential": True, "allow_blank": True},
        )

    async def issue(self, caller: Caller) -> Issued:
        """A token with exactly this caller's scopes, bound to the caller's key if there is one.

        ``sub`` is the person, or else the client itself (RFC 9068 section 2.2): both are UUIDs
        that nothing else shares. ``cid`` is the client in either case, ``grant`` what the token
        was made under.
        """
        if caller.grant_id is None:
            raise ValueError("a token must name its grant")
        key = await self._keys.current()
        now = int(self._clock())
        jti = secrets.token_urlsafe(16)
        claims: dict[str, Any] = {
            "iss": self._settings.issuer,
            "aud": self._settings.audience,
            "sub": str(caller.user_id or caller.client_id),
            "client_id": caller.client_key,
            "cid": str(caller.client_id),
            "org": str(caller.organisation_id),
            "grant": str(caller.grant_id),
            "scope": " ".join(sorted(caller.scopes)),
            "iat": now,
            "exp": now + self._settings.token_seconds,
            "jti": jti,
        }
        if caller.jkt is not None:
            claims["cnf"] = {"jkt": caller.jkt}
        header = {"typ": TYPE, "alg": ALGORITHM, "kid": key.thumbprint()}
        token = jwt.encode(header, claims, key, algorithms=[ALGORITHM])
        return Issued(token, jti, self._settings.token_seconds)

    async def verify(self, token: str) -> Caller:
        """Who a token speaks for, or InvalidToken (RFC 9068 section 4, RFC 8725 section 3)."""
        if len(token) > MAX_LENGTH:
            raise InvalidToken(Reason.TOO_LARGE)
        digest = hashlib.sha256(token.encode(errors="surrogatepass")).digest()
        known = self._verified.get(digest)
        if known is None or not known.since <= int(self._clock()) < known.until:
            known = await self._verify(token)
        elif await self._keys.public(known.kid) is None:
            raise InvalidToken(Reason.UNKNOWN_KEY)
        self._verified[digest] = known
        self._verified.move_to_end(digest)
        if len(self._verified) > REMEMBERED:
            self._verified.popitem(last=False)
        return known.caller

    async def _verify(self, token: str) -> _Verified:
        kid = _kid(token)
        key = await self._keys.public(kid)
        if key is None:
            raise InvalidToken(Reason.UNKNOWN_KEY)
        try:
            claims = jwt.decode(token, key, algorithms=[ALGORITHM]).claims
        except BadSignatureError:
            raise InvalidToken(Reason.BAD_SIGNATURE) from None
        except (JoseError, ValueError, TypeError, RecursionError):
            raise InvalidToken(Reason.MALFORMED) from None
        self._validate(claims)
        leeway = self._settings.leeway_seconds
        since = max(claims["iat"], claims.get("nbf", 0)) - leeway
        return _Verified(_caller(claims), kid, since, claims["exp"] + leeway)

    def _validate(self, claims: dict[str, Any]) -> None:
        try:
            self._claims.validate(claims)
        except ExpiredTokenError:
            raise InvalidToken(Reason.EXPIRED) from None
        except MissingClaimError:
            raise InvalidToken(Reason.MISSING_CLAIM) from None
        except InvalidClaimError as error:
            raise InvalidToken(_BY_CLAIM.get(error.claim, Reason.BAD_CLAIM)) from None


def _kid(token: str) -> str:
    """The key a token names, after all that can be refused before any key is involved.

    The header holds exactly the three members that ours hold: no embedded key, no address to fetch
    one from, no ``crit``, and the algorithm is never the token's to choose.
    """
    if not _COMPACT.fullmatch(token):
        raise InvalidToken(Reason.MALFORMED)
    try:
        header: object = jws.extract_compact(token.encode("ascii")).protected
    except (JoseError, ValueError, TypeError, AttributeError, RecursionError):
        raise InvalidToken(Reason.MALFORMED) from None
    if not isinstance(header, dict):
        raise InvalidToken(Reason.MALFORMED)
    if header.get("typ") != TYPE:
        raise InvalidToken(Reason.WRONG_TYPE)
    if header.get("alg") != ALGORITHM:
        raise InvalidToken(Reason.WRONG_ALGORITHM)
    kid = header.get("kid")
    if header.keys() != {"typ", "alg", "kid"}:
        raise InvalidToken(Reason.MALFORMED)
    if not isinstance(kid, str) or not _KID.fullmatch(kid):
        raise InvalidToken(Reason.UNKNOWN_KEY)
    return kid


def _caller(claims: dict[str, Any]) -> Caller:
    """The claims as a Caller. A scope that this version no longer knows is simply not carried."""
    key, scope = claims["client_id"], claims["scope"]
    if not isinstance(key, str) or not isinstance(scope, str):
        raise InvalidToken(Reason.BAD_CLAIM)
    try:
        organisation_id, client_id = UUID(claims["org"]), UUID(claims["cid"])
        subject, grant_id = UUID(claims["sub"]), UUID(claims["grant"])
    except (ValueError, TypeError, AttributeError):
        raise InvalidToken(Reason.BAD_CLAIM) from None
    words = set(scope.split())
    return Caller(
        organisation_id,
        client_id,
        key,
        frozenset(s for s in Scope if s in words),
        user_id=subject if subject != client_id else None,
        grant_id=grant_id,
        jkt=_thumbprint(claims.get("cnf")),
    )


def _thumbprint(confirmation: object) -> str | None:
    """The key a token is bound to. A binding of another kind is one we cannot check."""
    if confirmation is None:
        return None
    jkt = confirmation.get("jkt") if isinstance(confirmation, dict) else None
    if not isinstance(jkt, str) or not _KID.fullmatch(jkt):
        raise InvalidToken(Reason.BAD_CLAIM)
    return jkt
