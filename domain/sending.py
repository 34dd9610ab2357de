"""The rows that a handoff is made of, written by one statement where that is enough.

What writes them (`access.begin_handoff`, `access.fill_handoff`) runs as the caller: row-level
security decides of every row.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession

from db.enums import DataCategory, HandoffStatus
from db.handoff import Handoff
from db.ids import new_id
from db.transaction import Transaction, entering
from db.vault import CaseKey, Wrapped
from domain.refusal import Refusal, RefusalCode
from domain.words import words_of

Bodies = Sequence[tuple[DataCategory, str]]

_BARE = "RL422"
"""What the database says when a category that is sent rests on nothing."""
_TIMES = ("created_at", "updated_at", "listed_at", "requested_at", "due_at")
_BEGUN = """select json_build_array(created_at, updated_at, listed_at, requested_at, due_at)
  from access.begin_handoff($8::text::jsonb, $9) b"""
_BEGIN = entering(f"({_BEGUN})")
_WHOLE = entering(f"({_BEGUN}, access.fill_handoff(b.id, $10::text::jsonb, $11, $12))")
_FILL = text("select access.fill_handoff(:handoff, cast(:said as jsonb), :seals, :keys)")


@dataclass(frozen=True, slots=True)
class Filling:
    """What `access.fill_handoff` is told: sections, what they say sealed, and what is beside."""

    said: str
    seals: list[bytes]
    keys: list[bytes]


@dataclass(frozen=True, slots=True)
class Sections:
    """Sections under new ids, and by what words they are found."""

    bodies: list[tuple[UUID, DataCategory, str]]
    words: list[dict[str, Any]]

    def sealed(self, handoff: Handoff, author: UUID, key: CaseKey, **beside: Any) -> Filling:
        """With what they say sealed for a handoff."""
        sealed = [
            key.seal_section(id, handoff.id, author, category, body)
            for id, category, body in self.bodies
        ]
        rows = [{"id": id, "category": category} for id, category, _ in self.bodies]
        said = _json({"sections": rows, "words": self.words, **beside})
        return Filling(said, [seal for seal, _ in sealed], [key for _, key in sealed])


async def sections_of(tx: AsyncSession, sides: Collection[UUID], bodies: Bodies) -> Sections:
    """New sections that both sides will find."""
    there = [(new_id(), category, body) for category, body in bodies]
    return Sections(there, await words_of(tx, sides, [(id, body) for id, _, body in there]))


def first(
    handoff: Handoff, bases: Sequence[dict[str, Any]], wanted: Collection[DataCategory]
) -> dict[str, Any]:
    """What is beside the sections of a handoff that begins: on what it rests, and its first step.

    It is refused when one of the categories wanted rests on nothing.
    """
    kind = "SENT" if handoff.status is HandoffStatus.REQUESTED else "DRAFTED"
    return {
        "bases": bases,
        "step": {"id": new_id(), "kind": kind, "to_status": handoff.status},
        "wanted": sorted(set(wanted)),
        "purpose": handoff.purpose,
    }


async def begin(
    tx: Transaction,
    handoff: Handoff,
    hours: int,
    wrapped: Wrapped | None,
    filled: Filling | None = None,
) -> bool:
    """Write a handoff, with a case of its own unless it goes on, and what fills it when that is
    known already; False if its key came before."""
    columns = {name: value for name, value in vars(handoff).items() if name[0] != "_"}
    said = _json({**columns, "hours": hours, "kek_id": wrapped and wrapped.kek_id})
    case_key = wrapped and wrapped.sealed
    if filled is None:
        times = await tx.told(_BEGIN, said, case_key, alone=False)
    else:
        told = said, case_key, filled.said, filled.seals, filled.keys
        with _resting():
            times = await tx.told(_WHOLE, *told, alone=True)
    if times is None:
        return False
    for name, time in zip(_TIMES, times, strict=True):
        setattr(handoff, name, time and datetime.fromisoformat(time).astimezone(UTC))
    return True


async def fill(tx: AsyncSession, handoff: Handoff, filled: Filling) -> None:
    """Add what is told to a handoff that stands."""
    asked = {"handoff": handoff.id, "said": filled.said}
    with _resting():
        await tx.execute(_FILL, asked | {"seals": filled.seals, "keys": filled.keys})


@contextmanager
def _resting() -> Iterator[None]:
    try:
        yield
    except DBAPIError as error:
        if getattr(error.orig, "sqlstate", None) == _BARE:
            raise Refusal(RefusalCode.BASIS_REQUIRED, "input.bases") from None
        raise


def _json(told: Mapping[str, Any]) -> str:
    return orjson.dumps(told, default=str).decode()  # the driver has UUIDs of its own
