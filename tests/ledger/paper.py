"""A ledger on paper: as it would be exported, made without a database, of any size."""

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from joserfc.jwk import ECKey

from domain.ledger import entry, merkle
from domain.ledger.heads import MARK, Head, Reader, jwk_set, signed
from domain.ledger.merkle import Frontier, Place

BEGAN = datetime(2026, 1, 1, tzinfo=UTC)
KEY = ECKey.generate_key("P-256")
KID = KEY.thumbprint()
LOG = "https://rangkul.example"
ME = UUID(int=11)


def jwks() -> dict[str, Any]:
    return jwk_set([(KID, KEY)])


def reader() -> Reader:
    return Reader.of(jwks())


def at(index: int) -> datetime:
    """An entry a second."""
    return BEGAN + timedelta(seconds=index)


def part(index: int, number: int, owner: UUID = ME) -> dict[str, Any]:
    items = [{"kind": "DISCLOSED", "handoff": str(UUID(int=index)), "category": "INCIDENT"}]
    return entry.part(
        entry=UUID(int=index + 1), owner=owner, number=number, salt=bytes(16), items=items
    )


def header(index: int, *parts: dict[str, Any], when: datetime | None = None) -> dict[str, Any]:
    return entry.header(
        index=index,
        id=UUID(int=index + 1),
        at=when or at(index),
        reader=UUID(int=1),
        client=UUID(int=2),
        user=None,
        request="permintaan",
        parts=[entry.part_hash(one) for one in parts],
    )


def head(tree: Frontier, marks: str, when: datetime, **change: Any) -> Head:
    return Head(LOG, tree.size, tree.root(), when, marks=marks, **change)


def lines(size: int, batch: int, when: dict[int, datetime] | None = None) -> Iterator[Any]:
    """What `rangkul ledger export` would write, with a head after each batch."""
    tree, marks = Frontier(), ""
    for index in range(size):
        said = header(index, when=(when or {}).get(index))
        leaf = entry.leaf(said)
        tree.add(leaf)
        marks += leaf.hex()[:MARK]
        yield {"entry": said, "leaf": leaf.hex()}
        if tree.size % batch == 0 or tree.size == size:
            yield {"head": signed(head(tree, marks, at(index)), KID, KEY)}
            marks = ""


@dataclass
class Receipts:
    """Receipts of one owner, of every other entry."""

    size: int
    batch: int
    heads: dict[int, str] = field(default_factory=dict)
    stored: dict[Place, bytes] = field(default_factory=dict)

    def made(self) -> list[dict[str, Any]]:
        tree, marks = Frontier(), ""
        mine = {index: part(index, index // 2 + 1) for index in range(0, self.size, 2)}
        headers = [
            header(i, *([mine[i]] if i in mine else [part(i, i, UUID(int=12))]))
            for i in range(self.size)
        ]
        for index, said in enumerate(headers):
            leaf = entry.leaf(said)
            self.stored.update(tree.add(leaf))
            marks += leaf.hex()[:MARK]
            if tree.size % self.batch == 0 or tree.size == self.size:
                self.heads[tree.size] = signed(head(tree, marks, at(index)), KID, KEY)
                marks = ""
        return [self._receipt(headers[index], one) for index, one in mine.items()]

    def _receipt(self, said: dict[str, Any], one: dict[str, Any]) -> dict[str, Any]:
        index = said["index"]
        size = min(s for s in self.heads if s > index)
        before = max((s for s in self.heads if s <= index), default=0)
        proof = merkle.proof(merkle.inclusion(index, size), self.stored)
        return {
            "for": str(ME), "entry": said, "parts": [one], "proof": [h.hex() for h in proof],
            "head": self.heads[size], "before": self.heads.get(before),
        }  # fmt: skip


def some(seed: int, size: int) -> int:
    return random.Random(seed).randrange(1, size - 1)
