"""The signatures of a receipt: JWS in General JSON Serialization (RFC 7515 section 7.2.1).

Every organisation signs the same payload, each with a header of its own. Headers are read by hand
and strictly: what two readers could understand differently is not a signature to us. ``iat`` says
when the signature was made, inside what is signed, as JAdES (ETSI TS 119 182-1) has it.
"""

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, NoReturn

from joserfc.errors import JoseError
from joserfc.jwk import Key
from joserfc.jws import JWSRegistry

from auth.client_keys import verifying_key

TYPE = "rangkul-receipt+json"
MEDIA_TYPE = "application/jose+json"
ALGORITHM = "ES256"
"""What keys that are kept here sign with: OpenSSL, every JOSE library and every HSM know it."""
_ALGORITHMS = {
    ("EC", "P-256"): ("ES256",),
    ("EC", "P-384"): ("ES384",),
    ("OKP", "Ed25519"): ("Ed25519", "EdDSA"),  # RFC 9864's name, and the one before it
    ("RSA", None): ("PS256",),
}
_REFUSED = frozenset({"crit", "b64"})
"""Extensions that change what is signed: we know none of them (RFC 7515 section 4.1.11)."""


class NotSigned(Exception):
    """No well-formed signature; the message is a code."""


@dataclass(frozen=True, slots=True)
class Header:
    """What stands in a protected header."""

    algorithm: str
    kid: str
    at: datetime | None


def signed_with(key: Key, document: str, kid: str, at: datetime) -> tuple[str, str]:
    """The protected header and the signature over the document, both in base64url."""
    header = {"alg": ALGORITHM, "iat": int(at.timestamp()), "kid": kid, "typ": TYPE}
    protected = encoded(json.dumps(header, separators=(",", ":")).encode())
    message = f"{protected}.{encoded(document.encode())}".encode()
    return protected, encoded(JWSRegistry.algorithms[ALGORITHM].sign(message, key))


def header_of(protected: str) -> Header:
    """The header, when it is one of ours; NotSigned otherwise."""
    try:
        read = strict(decoded(protected))
    except ValueError:
        raise NotSigned("MALFORMED_HEADER") from None
    match read:
        case {"alg": str(algorithm), "kid": str(kid), "typ": str(kind)} if (
            kind == TYPE and not read.keys() & _REFUSED
        ):
            return Header(algorithm, kid, _moment(read.get("iat")))
    raise NotSigned("MALFORMED_HEADER")


def verifies(jwk: Mapping[str, Any], protected: str, document: str, signature: str) -> bool:
    """Whether the key made the signature over the document, by an algorithm that is the key's."""
    header = header_of(protected)
    key = verifying_key(dict(jwk))
    if key is None or header.algorithm not in algorithms_of(jwk):
        return False
    message = f"{protected}.{encoded(document.encode())}".encode()
    try:
        return JWSRegistry.algorithms[header.algorithm].verify(message, decoded(signature), key)
    except (JoseError, ValueError):
        return False


def algorithms_of(jwk: Mapping[str, Any]) -> tuple[str, ...]:
    """By which algorithms a key signs here; none when we do not take such keys."""
    return _ALGORITHMS.get((str(jwk.get("kty")), jwk.get("crv")), ())


def compact_of(jws: str, document: str) -> tuple[str, str]:
    """Protected header and signature of a compact JWS over the document; its payload may be left
    out (RFC 7515 appendix F)."""
    match jws.strip().split("."):
        case [protected, payload, signature] if payload in ("", encoded(document.encode())):
            return protected, signature
        case [_, _, _]:
            raise NotSigned("OTHER_BYTES")
    raise NotSigned("MALFORMED")


def strict(text: bytes) -> Any:
    """JSON in UTF-8 in which no member stands twice: two readers could take a different one."""
    return json.loads(
        text.decode(), object_pairs_hook=_once_each, parse_constant=_refuse, parse_float=_refuse
    )


def encoded(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def decoded(part: str) -> bytes:
    """Base64url with no padding, and no stray bits that would give one value two spellings."""
    data = base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))
    if encoded(data) != part:
        raise ValueError("not canonical base64url")
    return data


def _moment(iat: object) -> datetime | None:
    if iat is None:
        return None
    try:
        return datetime.fromtimestamp(iat, UTC) if type(iat) is int else _refuse("iat")
    except (ValueError, OverflowError, OSError):
        raise NotSigned("MALFORMED_HEADER") from None


def _once_each(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise ValueError("a member stands twice")
    return members


def _refuse(_what: str) -> NoReturn:
    raise ValueError("not a value that receipts hold")
