"""ID tokens of others: who somebody is, if it is said by a key of theirs, for us, now, for this."""

import hmac
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from authlib.oidc.core.util import create_half_hash  # type: ignore[import-untyped]
from joserfc import jws, jwt
from joserfc.errors import JoseError
from joserfc.jwk import Key

from auth.client_keys import ClientKeys, KeysUnavailable

_KEY_TYPES = {"RS256": "RSA", "PS256": "RSA", "ES256": "EC", "EdDSA": "OKP"}
"""The algorithms we take: the token chooses among them, and never what kind of key it is."""
_AGE_SECONDS = 600
"""How old a token may be that was made for a request of just now."""


class Trouble(StrEnum):
    """Why signing in elsewhere came to nothing: for the security log, and without any detail."""

    UNREACHABLE = "unreachable"
    BAD_METADATA = "bad_metadata"
    REFUSED = "refused"
    WRONG_ISSUER = "wrong_issuer"
    CODE_REFUSED = "code_refused"
    BAD_ID_TOKEN = "bad_id_token"  # noqa: S105
    KEYS_UNAVAILABLE = "keys_unavailable"
    BAD_SIGNATURE = "bad_signature"
    BAD_CLAIMS = "bad_claims"
    BAD_NONCE = "bad_nonce"
    BAD_USERINFO = "bad_userinfo"


class NotSignedIn(Exception):
    """The issuer did not tell us, in a way we can believe, who it is."""

    def __init__(self, trouble: Trouble, because: str | None = None) -> None:
        super().__init__(trouble.value)
        self.trouble = trouble
        self.because = because
        """For our own log: what can be seen of our network is nothing for others to read."""


@dataclass(frozen=True, slots=True)
class Expected:
    """What an ID token must say."""

    issuer: str
    client_id: str
    nonce: str = field(repr=False)
    access_token: str | None = field(repr=False)
    """The one that came with it."""


async def believed(
    token: object, expected: Expected, keys: ClientKeys, jwks: str, *, now: float, leeway: int
) -> dict[str, Any]:
    """The claims, after all that OpenID Connect Core section 3.1.3.7 asks; or NotSignedIn."""
    if not isinstance(token, str):
        raise NotSignedIn(Trouble.BAD_ID_TOKEN)
    try:
        header: Any = jws.extract_compact(token.encode("ascii")).protected
        algorithm, kid = header["alg"], header.get("kid")
        if algorithm not in _KEY_TYPES or not isinstance(kid, str | None):
            raise NotSignedIn(Trouble.BAD_ID_TOKEN)
        key = await _key(keys, jwks, _KEY_TYPES[algorithm], kid)
        claims = jwt.decode(token, key, algorithms=[algorithm]).claims
    except (JoseError, ValueError, TypeError, LookupError, AttributeError, RecursionError):
        raise NotSignedIn(Trouble.BAD_SIGNATURE) from None
    _check(claims, expected, int(now), leeway)
    if "at_hash" in claims and not _is_hash(claims["at_hash"], expected.access_token, algorithm):
        raise NotSignedIn(Trouble.BAD_CLAIMS)
    return claims


def _is_hash(given: object, access_token: str | None, algorithm: str) -> bool:
    """Whether it is the hash of the access token beside it, if there is one (section 3.1.3.8)."""
    if access_token is None:
        return True
    return bool(given == create_half_hash(access_token, algorithm).decode())


async def _key(keys: ClientKeys, jwks: str, kind: str, kid: str | None) -> Key:
    """The one key it can be. Without a ``kid`` there must be only one of its kind."""
    try:
        published = await keys.at(jwks, kid)
    except KeysUnavailable as error:
        raise NotSignedIn(Trouble.KEYS_UNAVAILABLE, str(error)) from None
    fit = [key for key in published if key.key_type == kind and kid in (None, key.kid)]
    if len(fit) != 1:
        raise NotSignedIn(Trouble.BAD_SIGNATURE)
    return fit[0]


def _check(claims: dict[str, Any], expected: Expected, now: int, leeway: int) -> None:
    registry = jwt.JWTClaimsRegistry(
        now=now,
        leeway=leeway,
        iss={"essential": True, "value": expected.issuer},
        aud={"essential": True},
        exp={"essential": True},
        iat={"essential": True},
        sub={"essential": True},
        nonce={"essential": True},
        azp={"value": expected.client_id},
    )
    try:
        registry.validate(claims)
    except (JoseError, ValueError, TypeError):
        raise NotSignedIn(Trouble.BAD_CLAIMS) from None
    # We trust no other audience: a token that is for somebody else as well is not for us.
    if claims["aud"] not in (expected.client_id, [expected.client_id]):
        raise NotSignedIn(Trouble.BAD_CLAIMS)
    if claims["iat"] < now - _AGE_SECONDS:
        raise NotSignedIn(Trouble.BAD_CLAIMS)
    given = str(claims["nonce"]).encode("utf-8", "surrogatepass")
    if not hmac.compare_digest(given, expected.nonce.encode()):
        raise NotSignedIn(Trouble.BAD_NONCE)
