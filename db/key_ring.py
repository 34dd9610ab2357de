"""Key-encryption keys in a file: the provider that works everywhere.

The file is JSON: ``{"current": "2026-11", "keys": {"2026-11": "<32 bytes in base64>"}}``. Former
keys stay in it as long as anything, or a backup that shall be readable, is sealed under them.
"""

import base64
import binascii
import json
import os
import secrets
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from db.vault import KEY, KeyUnknown, Wrapped, seal, unseal


class KeyRingUnreadable(Exception):
    """The file of keys is missing, open to others, or not what it should be."""


class KeyRing:
    """A provider that holds its keys in memory, as read when the server started."""

    def __init__(self, current: str, keys: Mapping[str, bytes]) -> None:
        if current not in keys or any(len(key) != KEY for key in keys.values()):
            raise KeyRingUnreadable("every key has 32 bytes, and one of them is current")
        self.current = current
        self._keys = dict(keys)
        self._ciphers = {name: AESGCM(key) for name, key in keys.items()}

    @classmethod
    def read(cls, path: Path) -> "KeyRing":
        """The keys of a file that only its owner may read."""
        try:
            if path.stat().st_mode & 0o077:
                raise KeyRingUnreadable(f"{path} is open to others: chmod 600")
            given = json.loads(path.read_bytes())
            keys = {
                str(name): base64.b64decode(key, validate=True)
                for name, key in given["keys"].items()
            }
            return cls(given["current"], keys)
        except FileNotFoundError:
            raise KeyRingUnreadable(f"there is no file {path}") from None
        except (OSError, ValueError, KeyError, TypeError, AttributeError, binascii.Error):
            raise KeyRingUnreadable(f"{path} is not a file of keys") from None

    @classmethod
    def create(cls, path: Path) -> "KeyRing":
        """A new file with one key; what is there already is read instead."""
        if path.exists():
            return cls.read(path)
        name = f"{datetime.now(UTC):%Y-%m-%d}"
        ring = cls(name, {name: secrets.token_bytes(KEY)})
        ring.write(path)
        return ring

    def with_new_key(self) -> "KeyRing":
        """The same keys and a new one, which is current from now on."""
        name = base = f"{datetime.now(UTC):%Y-%m-%d}"
        number = 1
        while name in self._keys:
            number += 1
            name = f"{base}.{number}"
        return KeyRing(name, {**self._keys, name: secrets.token_bytes(KEY)})

    def write(self, path: Path) -> None:
        """Replace the file whole, so that no reader ever sees half of it."""
        keys = {name: base64.b64encode(key).decode() for name, key in self._keys.items()}
        beside = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
        with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            json.dump({"current": self.current, "keys": keys}, file)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)

    async def wrap(self, key: bytes, bound_to: str) -> Wrapped:
        return Wrapped(self.current, seal(self._ciphers[self.current], key, bound_to))

    async def unwrap(self, wrapped: Wrapped, bound_to: str) -> bytes:
        cipher = self._ciphers.get(wrapped.kek_id)
        if cipher is None:
            raise KeyUnknown(wrapped.kek_id)
        return unseal(cipher, wrapped.sealed, bound_to)
