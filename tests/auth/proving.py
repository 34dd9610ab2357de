"""Proofs of possession as a client makes them, and every way to make them wrong."""

import base64
import hashlib
import json
import secrets
import time
from collections.abc import Mapping
from typing import Any

from joserfc.jwk import ECKey, OctKey, OKPKey, RSAKey
from joserfc.jws import JWSRegistry

Key = ECKey | RSAKey | OKPKey | OctKey


class _Omit:
    """Stands for a member that is left out; always shown alike, for the names of tests."""

    def __repr__(self) -> str:
        return "OMIT"


OMIT = _Omit()


class Prover:
    """A client's key, and the proofs it makes with it."""

    def __init__(self, key: Key | None = None, algorithm: str = "ES256") -> None:
        self.key: Key = key or ECKey.generate_key("P-256")
        self.algorithm = algorithm

    @property
    def jkt(self) -> str:
        return self.key.thumbprint()

    def prove(
        self,
        method: str,
        url: str,
        *,
        nonce: str | None = None,
        token: str | None = None,
        header: Mapping[str, Any] | None = None,
        **claims: Any,
    ) -> str:
        """A proof; further claims and members of the header replace, or OMIT, those of a good one.
        Keys of claims that are no names can be given as ``**{"...": ...}``."""
        head = {"typ": "dpop+jwt", "alg": self.algorithm, "jwk": self.key.as_dict(private=False)}
        body = {
            "jti": secrets.token_urlsafe(12), "htm": method, "htu": url, "iat": int(time.time()),
        }  # fmt: skip
        if nonce is not None:
            body["nonce"] = nonce
        if token is not None:
            body["ath"] = b64(hashlib.sha256(token.encode()).digest())
        return self.sign(_changed(head, header or {}), _changed(body, claims))

    def sign(self, header: Any, claims: Any) -> str:
        """Anything at all, signed; text is taken as it is."""
        texts = [part if isinstance(part, str) else json.dumps(part) for part in (header, claims)]
        signed = ".".join(b64(part.encode()) for part in texts)
        signature = JWSRegistry.algorithms[self.algorithm].sign(signed.encode(), self.key)
        return f"{signed}.{b64(signature)}"


def b64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _changed(original: dict[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    changed = original | dict(changes)
    return {name: value for name, value in changed.items() if value is not OMIT}
