"""What of an entry is hashed: exactly this, in the canonical form of RFC 8785.

An entry is a *header*, which all whom it concerns see alike, and a *part* for each of them. The
header holds the hashes of the parts, and each part a salt, so that whoever has the header and one
part can check both and learns nothing of the others, not even by guessing.
"""

import hashlib
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import orjson

from domain.ledger import merkle

Document = dict[str, Any]

_FORM = "%Y-%m-%dT%H:%M:%S.%fZ"


def canonical(document: Document) -> bytes:
    """The form that is hashed: only strings, whole numbers, lists and objects with ASCII names
    occur, for which sorted names and minimal escaping are that of RFC 8785."""
    return orjson.dumps(document, option=orjson.OPT_SORT_KEYS)


def part(
    *, entry: UUID, owner: UUID, number: int, salt: bytes, items: list[dict[str, Any]]
) -> Document:
    """What concerns one organisation; ``number`` counts the parts of that organisation."""
    return {
        "entry": str(entry),
        "items": items,
        "number": number,
        "owner": str(owner),
        "salt": salt.hex(),
    }


def part_hash(part: Document) -> bytes:
    return hashlib.sha256(canonical(part)).digest()


def header(
    *,
    index: int,
    id: UUID,
    at: datetime,
    reader: UUID,
    client: UUID,
    user: UUID | None,
    request: str,
    parts: Iterable[bytes],
) -> Document:
    """What all see: who asked, when and with what, and at which place of the ledger it stands."""
    return {
        "at": written(at),
        "client": str(client),
        "id": str(id),
        "index": index,
        "parts": sorted(hash.hex() for hash in parts),
        "reader": str(reader),
        "request": request,
        "user": str(user) if user else None,
    }


def leaf(header: Document) -> bytes:
    """What stands in the tree for an entry."""
    return merkle.leaf_hash(canonical(header))


def written(at: datetime) -> str:
    """A moment as it is hashed: UTC, to the microsecond that the database keeps."""
    return at.astimezone(UTC).strftime(_FORM)


def moment(text: Any) -> datetime:
    """The moment that was written so; ValueError for anything else."""
    if not isinstance(text, str) or len(text) != 27:
        raise ValueError("no moment")
    return datetime.strptime(text, _FORM).replace(tzinfo=UTC)
