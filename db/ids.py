"""Identifiers: UUIDv7 inside, `noun_hex` outside.

The outside form names its noun, so that a person reading a log or a support request knows what it
is, and an id given where another noun belongs is refused before the database is asked.
"""

import os
import re
import time
from uuid import UUID

_GLOBAL_ID = re.compile(r"([a-z_]+)_([0-9a-f]{32})")


def new_id() -> UUID:
    """A UUIDv7 (RFC 9562 section 5.7): 48 bits of milliseconds, then random bits."""
    milliseconds = time.time_ns() // 1_000_000
    value = (milliseconds << 80) | int.from_bytes(os.urandom(10), "big")
    value = (value & ~(0xF << 76)) | (0x7 << 76)
    value = (value & ~(0x3 << 62)) | (0x2 << 62)
    return UUID(int=value)


def encode(noun: str, id: UUID) -> str:
    """The id a client sees: ``encode("handoff", ...) == "handoff_0198..."``."""
    return f"{noun}_{id.hex}"


def decode(global_id: str) -> tuple[str, UUID] | None:
    """The noun and UUID of an id a client sent, or None when it is not one of ours."""
    match = _GLOBAL_ID.fullmatch(global_id)
    return (match[1], UUID(match[2])) if match else None
