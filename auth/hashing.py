"""Comparing client secrets with their Argon2id hashes, a few at a time.

Our secrets are 256 random bits: what protects them is that they cannot be guessed, and the hash is
for the day the table leaks. Therefore the lightest parameters that OWASP recommends are enough;
heavier ones would only make the token endpoint cheaper to flood.
"""

import asyncio

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

_ARGON2 = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
_NOBODYS = _ARGON2.hash("nobody has this secret")


class Busy(Exception):
    """Too many secrets wait to be compared; the caller should come back in a moment."""


async def make_hash(secret: str) -> str:
    """An operator's act, one at a time: it takes no turn."""
    return await asyncio.to_thread(_ARGON2.hash, secret)


class Turnstile:
    """Lets a few requests through at once and keeps a short queue, so that a flood of token
    requests can take neither all threads nor all memory nor all database connections."""

    def __init__(self, at_once: int, waiting: int) -> None:
        self._turn = asyncio.Semaphore(at_once)
        self._room = at_once + waiting

    async def __aenter__(self) -> None:
        if self._room <= 0:
            raise Busy
        self._room -= 1
        try:
            await self._turn.acquire()
        except BaseException:
            self._room += 1
            raise

    async def __aexit__(self, *_: object) -> None:
        self._turn.release()
        self._room += 1


async def matches(hash: str | None, secret: str) -> bool:
    """Whether this is the secret. Without a hash the work is done all the same, and the answer is
    no: the time taken does not tell whether the client exists (RFC 6749 section 10.10)."""
    found = await asyncio.to_thread(_verify, hash or _NOBODYS, secret)
    return found and hash is not None


def _verify(hash: str, secret: str) -> bool:
    try:
        return _ARGON2.verify(hash, secret)
    except (VerificationError, InvalidHashError):
        return False
