"""Keys for one purpose each, derived from the key-encryption key (HKDF, RFC 5869).

What must be read again (the secret of an authenticator app, of an identity provider) is sealed as
a JWE bound to its row; what must only be recognised again is kept as a keyed hash.
"""

import hashlib
import hmac

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from joserfc import jwe
from joserfc.errors import JoseError
from joserfc.jwk import OctKey

PROVIDER_SECRET = "identity provider"  # noqa: S105  (a purpose)
"""The purpose of sealing what we are known by at an organisation's issuer; its row is the id."""

_HEADER = {"alg": "dir", "enc": "A256GCM"}


class Sealed:
    """Seals and opens small secrets for one purpose."""

    def __init__(self, key_encryption_key: bytes, purpose: str) -> None:
        self._key = OctKey.import_key(derived(key_encryption_key, purpose))

    def seal(self, secret: str, row: str) -> str:
        """``row`` names where it is kept: moved to another row it does not open."""
        return jwe.encrypt_compact({**_HEADER, "kid": row}, secret, self._key)

    def open(self, sealed: str, row: str) -> str | None:
        """The secret; None when it was not sealed here, for this purpose and for this row."""
        try:
            opened = jwe.decrypt_compact(sealed, self._key, algorithms=["dir", "A256GCM"])
        except (JoseError, ValueError):
            return None
        if opened.protected.get("kid") != row or opened.plaintext is None:
            return None
        return opened.plaintext.decode()


def derived(key_encryption_key: bytes, purpose: str) -> bytes:
    """32 bytes that tell nothing of the key they come from, nor of those for other purposes."""
    return HKDF(hashes.SHA256(), 32, salt=None, info=f"rangkul {purpose}".encode()).derive(
        key_encryption_key
    )


def keyed_hash(key: bytes, text: str) -> bytes:
    """A hash that cannot be tried out by whoever has only the database."""
    return hmac.digest(key, text.encode(), hashlib.sha256)
