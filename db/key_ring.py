"""Key-encryption keys in a file: the provider that works everywhere.

The file is JSON: ``{"current": "2026-11-25", "keys": {"2026-11-25": "<32 bytes in base64>"}}``, its
keys in the order they were made. Former keys stay in it as long as anything, or a backup that shall
be readable, is sealed under them. One that comes after the current key waits until it is needed.
"""

import base64
import binascii
import json
import logging
import os
import secrets
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from db.vault import KEY, KeyUnknown, VaultShut, Wrapped, seal, unseal

log = logging.getLogger(__name__)


class KeyRingUnreadable(VaultShut):
    """The file of keys is missing, open to others, or not what it should be."""


class KeyRing:
    """A provider that holds its keys in memory, and reads its file again when that was replaced."""

    def __init__(self, current: str, keys: Mapping[str, bytes]) -> None:
        if current not in keys or any(len(key) != KEY for key in keys.values()):
            raise KeyRingUnreadable("every key has 32 bytes, and one of them is current")
        self._path: Path | None = None
        self._seen: tuple[int, int] | None = None
        self._take(current, keys)

    def _take(self, current: str, keys: Mapping[str, bytes]) -> None:
        self.current = current
        self._keys = dict(keys)
        self._ciphers = {name: AESGCM(key) for name, key in keys.items()}

    @classmethod
    def read(cls, path: Path) -> "KeyRing":
        """The keys of a file that only its owner may read."""
        about = f"The file of content keys, {path},"
        seen = _stamp(path)
        try:
            if path.stat().st_mode & 0o077:
                raise KeyRingUnreadable(f"{about} is open to others: chmod 600 {path}")
            given = json.loads(path.read_bytes())
            keys = {
                str(name): base64.b64decode(key, validate=True)
                for name, key in given["keys"].items()
            }
            ring = cls(given["current"], keys)
        except FileNotFoundError:
            raise KeyRingUnreadable(
                f"{about} is not there. Put it back from where it is kept safe; or, when nothing "
                "was sealed yet, make one with `rangkul keys new-content-key`."
            ) from None
        except PermissionError:
            raise KeyRingUnreadable(f"{about} may not be read by us: it must be ours.") from None
        except (OSError, ValueError, KeyError, TypeError, AttributeError, binascii.Error):
            raise KeyRingUnreadable(
                f"{about} does not hold keys as we write them. Put it back from where it is kept "
                "safe."
            ) from None
        ring._path, ring._seen = path, seen
        return ring

    @classmethod
    def create(cls, path: Path) -> "KeyRing":
        """A new file with one key; what is there already is read instead."""
        if not path.exists():
            name = _today()
            with suppress(FileExistsError):  # another process was first: its key counts
                cls(name, {name: secrets.token_bytes(KEY)}).write(path, new=True)
        return cls.read(path)

    @property
    def names(self) -> list[str]:
        """The names of the keys, in the order they were made."""
        return list(self._keys)

    @property
    def waiting(self) -> str | None:
        """The newest key, when it is not used yet."""
        newest = self.names[-1]
        return newest if newest != self.current else None

    def with_new_key(self) -> "KeyRing":
        """The same keys and a new one, which waits."""
        name = base = _today()
        number = 1
        while name in self._keys:
            number += 1
            name = f"{base}.{number}"
        return KeyRing(self.current, {**self._keys, name: secrets.token_bytes(KEY)})

    def turned(self) -> "KeyRing":
        """The same keys, of which the newest is current."""
        return KeyRing(self.names[-1], self._keys)

    def without(self, name: str) -> "KeyRing":
        """The keys but one."""
        return KeyRing(self.current, {n: key for n, key in self._keys.items() if n != name})

    def write(self, path: Path, *, new: bool = False) -> None:
        """Put the file there whole, so that no reader ever sees half of it."""
        keys = {name: base64.b64encode(key).decode() for name, key in self._keys.items()}
        beside = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
        with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            json.dump({"current": self.current, "keys": keys}, file, indent=1)
            file.flush()
            os.fsync(file.fileno())
        try:
            if new:
                path.hardlink_to(beside)
            else:
                beside.replace(path)
        finally:
            beside.unlink(missing_ok=True)
        _keep(path.parent)

    def _look(self) -> None:
        """Read the file again if it is another one by now: a key was added, or is current."""
        stamp = _stamp(self._path)
        if self._path is None or stamp == self._seen:
            return
        self._seen = stamp
        try:
            found = KeyRing.read(self._path)
        except KeyRingUnreadable as error:
            log.error("content keys cannot be read again: %s The known ones still hold.", error)
            return
        self._take(found.current, found._keys)
        log.info("content keys were read again, %r is current", self.current)

    async def wrap(self, key: bytes, bound_to: str) -> Wrapped:
        self._look()
        return Wrapped(self.current, seal(self._ciphers[self.current], key, bound_to))

    async def unwrap(self, wrapped: Wrapped, bound_to: str) -> bytes:
        if wrapped.kek_id not in self._ciphers:
            self._look()
        cipher = self._ciphers.get(wrapped.kek_id)
        if cipher is None:
            raise KeyUnknown(wrapped.kek_id)
        return unseal(cipher, wrapped.sealed, bound_to)


def _today() -> str:
    return f"{datetime.now(UTC):%Y-%m-%d}"


def _stamp(path: Path | None) -> tuple[int, int] | None:
    """By what a file that was replaced is known: asking costs microseconds."""
    with suppress(OSError):
        if path is not None:
            found = path.stat()
            return found.st_ino, found.st_mtime_ns
    return None


def _keep(folder: Path) -> None:
    """Let the disk know the new name before anything is sealed under a key that is only there."""
    place = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(place)
    finally:
        os.close(place)
