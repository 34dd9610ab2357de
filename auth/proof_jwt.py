"""A JWT signed with a key that it shows in its own header, as proofs are (RFC 9449 section 4.2).

Read by hand up to the signature, because nothing of it may be lenient: the algorithm is of a short
list, the key is public, of a known kind and of a sensible size, and there is no other hint at one.
"""

import base64
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NoReturn

from joserfc.jwk import ECKey, OKPKey, RSAKey
from joserfc.jws import JWSRegistry

TYPE = "dpop+jwt"
ALGORITHMS = ("ES256", "PS256", "EdDSA", "Ed25519")
"""What FAPI 2.0 allows (section 5.4.1); the last is the newer name of the third (RFC 9864)."""

_KINDS = {"ES256": "EC", "PS256": "RSA", "EdDSA": "OKP", "Ed25519": "OKP"}
_COMPACT = re.compile(r"([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]+)")
_REFUSED = frozenset({"crit", "b64", "jku", "x5u", "x5c", "x5t", "x5t#S256"})
"""Other places for a key, and extensions of JWS: we know none of them (RFC 7515 section 4.1.11)."""
_PRIVATE = frozenset({"d", "p", "q", "dp", "dq", "qi", "oth", "k"})
_COORDINATE = re.compile(r"[A-Za-z0-9_-]{43}")
_MODULUS = re.compile(r"[A-Za-z0-9_-]{342,683}")
MIN_RSA, MAX_RSA = 2048, 4096

Key = ECKey | RSAKey | OKPKey


@dataclass(frozen=True, slots=True)
class SignedProof:
    """A well-formed proof whose signature is still to be looked at."""

    jkt: str
    """The thumbprint of its key (RFC 7638)."""
    claims: dict[str, Any]
    _key: Key
    _algorithm: str
    _signed: bytes
    _signature: bytes

    def signed(self) -> bool:
        """Whether the key in the header made the signature."""
        return JWSRegistry.algorithms[self._algorithm].verify(
            self._signed, self._signature, self._key
        )


def read(proof: str) -> SignedProof:
    """What is written in a proof; an exception of whatever kind when it is not well formed."""
    parts = _COMPACT.fullmatch(proof)
    if parts is None:
        raise ValueError("not a compact JWS")
    header, claims = _object(parts[1]), _object(parts[2])
    algorithm, jwk = header.get("alg"), header.get("jwk")
    if header.get("typ") != TYPE or algorithm not in ALGORITHMS or header.keys() & _REFUSED:
        raise ValueError("not a header of a proof")
    if not isinstance(jwk, dict) or jwk.keys() & _PRIVATE or jwk.get("kty") != _KINDS[algorithm]:
        raise ValueError("not a public key for the algorithm")
    key, jkt = _import(*_members(jwk))
    signed = f"{parts[1]}.{parts[2]}".encode()
    return SignedProof(jkt, claims, key, algorithm, signed, _decoded(parts[3]))


def _members(jwk: Mapping[str, Any]) -> tuple[str, ...]:
    """What makes the key, and nothing of what else is said about it."""
    match jwk:
        case {"kty": "EC", "crv": "P-256", "x": str(x), "y": str(y)}:
            if _COORDINATE.fullmatch(x) and _COORDINATE.fullmatch(y):
                return ("EC", x, y)
        case {"kty": "OKP", "crv": "Ed25519", "x": str(x)}:
            if _COORDINATE.fullmatch(x):
                return ("OKP", x)
        case {"kty": "RSA", "n": str(n), "e": "AQAB"}:
            if _MODULUS.fullmatch(n):
                return ("RSA", n)
    raise ValueError("not a key that proofs are made with")


@lru_cache(maxsize=1024)
def _import(kind: str, *members: str) -> tuple[Key, str]:
    """The key and its thumbprint. Remembered, since a client proves with the same key again and
    again; what is remembered is arithmetic and decides nothing."""
    key: Key
    if kind == "EC":
        x, y = members
        key = ECKey.import_key({"kty": kind, "crv": "P-256", "x": x, "y": y})  # on the curve
    elif kind == "OKP":
        key = OKPKey.import_key({"kty": kind, "crv": "Ed25519", "x": members[0]})
    else:
        rsa = RSAKey.import_key({"kty": kind, "n": members[0], "e": "AQAB"})
        if not MIN_RSA <= rsa.public_key.key_size <= MAX_RSA:
            raise ValueError("too short a key, or too long a one")
        key = rsa
    return key, key.thumbprint()


def _object(part: str) -> dict[str, Any]:
    read: object = json.loads(
        _decoded(part).decode(), object_pairs_hook=_once_each, parse_constant=_not_a_number
    )
    if not isinstance(read, dict):
        raise ValueError("not an object")
    return read


def _once_each(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """No member may stand twice: two readers could take a different one (RFC 7515 section 4)."""
    members = dict(pairs)
    if len(members) != len(pairs):
        raise ValueError("a member stands twice")
    return members


def _not_a_number(_name: str) -> NoReturn:
    raise ValueError("not a number")


def _decoded(part: str) -> bytes:
    """Base64url with no padding, and with no stray bits that would give one text two spellings."""
    decoded = base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))
    if base64.urlsafe_b64encode(decoded).rstrip(b"=").decode() != part:
        raise ValueError("not canonical base64url")
    return decoded
