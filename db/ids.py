"""Identifiers: UUIDv7 inside, `noun_hex` outside.

The outside form names its noun, so that a person reading a log or a support request knows what it
is, and an id given where another noun belongs is refused before the database is asked.
"""

import os
import re
import time
from uuid import UUID

_GLOBAL_ID = re.compile(r"([a-z_]+)_([0-9a-f]{32})")


_last = 0
"""The last time stamp used: milliseconds in 48 bits, then a counter in 12."""


def new_id() -> UUID:
    """A UUIDv7 (RFC 9562 section 5.7): milliseconds, a counter, then 62 random bits.

    The counter (section 6.2, method 1) keeps the ids that one process makes in the order in which
    it made them, so that lists ordered by id keep the order in which they were written.
    """
    global _last  # noqa: PLW0603
    _last = max(time.time_ns() // 1_000_000 << 12, _last + 1)
    milliseconds, counter = _last >> 12, _last & 0xFFF
    random = int.from_bytes(os.urandom(8), "big") >> 2
    return UUID(int=milliseconds << 80 | 0x7 << 76 | counter << 64 | 0x2 << 62 | random)


def encode(noun: str, id: UUID) -> str:
    """The id a client sees: ``encode("handoff", ...) == "handoff_0198..."``."""
    return f"{noun}_{id.hex}"


def decode(global_id: str) -> tuple[str, UUID] | None:
    """The noun and UUID of an id a client sent, or None when it is not one of ours."""
    match = _GLOBAL_ID.fullmatch(global_id)
    return (match[1], UUID(match[2])) if match else None
