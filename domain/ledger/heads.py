"""Signed tree heads: so many entries, this root, at this time, says the keeper of the ledger.

A head is a JWS (RFC 7515, ES256) over a small JSON document. Whoever keeps heads, or gets one from
another party, can hold the ledger to them for ever.
"""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import ECKey

from domain.ledger.entry import canonical, moment, written

ALGORITHM = "ES256"
TYPE = "rangkul-ledger-head"

MARK = 8
"""Hexadecimal digits of a leaf hash: enough to find an entry, the root proves it."""

_LONGEST = 60_000
_HASH = re.compile(r"[0-9a-f]{64}")
_MARKS = re.compile(r"(?:[0-9a-f]{8})*")


class BadHead(Exception):
    """What should be a signed tree head is none; the text says why."""


@dataclass(frozen=True, slots=True)
class Head:
    """What is signed."""

    log: str
    """Which ledger: the issuer's address."""
    size: int
    root: bytes
    at: datetime
    behind: int = 0
    """How many seconds the clock stood before ``at``, which never goes back when the clock does."""
    marks: str = ""
    """The first bytes of each leaf hash since the head before, so that it can be said which entry
    is another than the one that was signed, and not only that one is."""

    @property
    def begins(self) -> int:
        """How many entries were sealed before."""
        return self.size - len(self.marks) // MARK

    def mark(self, index: int) -> str | None:
        """What stands for an entry, when it was sealed under this head."""
        place = (index - self.begins) * MARK
        return self.marks[place : place + MARK] if self.begins <= index < self.size else None


def signed(head: Head, kid: str, key: ECKey) -> str:
    """The head in the compact form of JWS."""
    payload = {
        "at": written(head.at),
        "behind": head.behind,
        "log": head.log,
        "marks": head.marks,
        "root": head.root.hex(),
        "size": head.size,
    }
    protected = {"alg": ALGORITHM, "kid": kid, "typ": TYPE}
    return jws.serialize_compact(protected, canonical(payload), key)


class Reader:
    """Reads heads signed by any of some keys. Remembers what it checked: heads come again."""

    def __init__(self, keys: Mapping[str, ECKey]) -> None:
        self._keys = dict(keys)
        self._known: dict[str, Head] = {}

    @classmethod
    def of(cls, jwks: Any) -> "Reader":
        """The keys of a JWK Set (RFC 7517), as it is served at ``/ledger/keys``."""
        try:
            keys = [(one["kid"], ECKey.import_key(one)) for one in jwks["keys"]]
        except (JoseError, ValueError, TypeError, KeyError):
            raise BadHead("that is no set of public keys") from None
        return cls(dict(keys))

    def knows(self, kid: str) -> bool:
        return kid in self._keys

    def read(self, token: Any) -> Head:
        """The head, when one of the keys signed it."""
        if not isinstance(token, str) or len(token) > _LONGEST:
            raise BadHead("it is no signed tree head")
        known = self._known.get(token)
        if known is None:
            known = self._known[token] = self._read(token)
            if len(self._known) > 10_000:
                self._known.clear()
        return known

    def _read(self, token: str) -> Head:
        key = self._keys.get(kid_of(token))
        if key is None:
            raise BadHead("no key that is known signed it")
        try:
            opened = jws.deserialize_compact(token, key, algorithms=[ALGORITHM])
        except (JoseError, ValueError):
            raise BadHead("its signature does not hold") from None
        if opened.headers().get("typ") != TYPE:
            raise BadHead("what was signed is something else")
        return _head(json.loads(opened.payload))


def kid_of(token: str) -> str:
    """Which key a head says it is signed by."""
    try:
        kid = jws.extract_compact(token.encode()).headers().get("kid")
    except (JoseError, ValueError):
        raise BadHead("it is no signed tree head") from None
    return kid if isinstance(kid, str) else ""


def jwk_set(keys: Iterable[tuple[str, ECKey]]) -> dict[str, list[dict[str, Any]]]:
    """The public halves, for whoever checks."""
    return {
        "keys": [key.as_dict(private=False, kid=kid, use="sig", alg=ALGORITHM) for kid, key in keys]
    }


def _head(said: Any) -> Head:
    try:
        names = ("log", "size", "root", "behind", "marks")
        log, size, root, behind, marks = (said[name] for name in names)
        at = moment(said["at"])
        whole = all(type(number) is int and number >= 0 for number in (size, behind))
        if not (whole and isinstance(log, str) and _HASH.fullmatch(root)):
            raise ValueError
        if not _MARKS.fullmatch(marks) or len(marks) > size * MARK:
            raise ValueError
    except (KeyError, TypeError, ValueError):
        raise BadHead("what was signed is no tree head") from None
    return Head(log, size, bytes.fromhex(root), at, behind, marks)
