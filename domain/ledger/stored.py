"""The whole ledger as it is stored: given out for others to check, and checked in place.

For the operator, who owns the tables. What is given out names nobody: organisations, programs and
people are ids, and of what was read there are only hashes.
"""

from collections.abc import AsyncIterator
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from domain.ledger import entry
from domain.ledger.checking import LogCheck
from domain.ledger.entry import Document
from domain.ledger.finding import Wrong
from domain.ledger.heads import Head
from domain.ledger.merkle import Place
from domain.ledger.receipts import header_of

_CHUNK = 2_000
_ENTRIES = text("""
    select coalesce(l.index, n.index) as place, l.parts, n.hash, e.id, e.at, e.reader_id,
           e.client_id, e.user_id, e.request_id
    from ledger_leaf l
    full join (select * from ledger_node where level = 0) n on n.index = l.index
    left join ledger_entry e on e.id = l.entry_id
    where coalesce(l.index, n.index) < :size
    order by 1
""")
_PARTS = text("""
    select l.index as place, p.entry_id, p.owner_id, n.number, p.salt, p.items
    from ledger_part p join ledger_leaf l on l.entry_id = p.entry_id
    left join ledger_number n on n.entry_id = p.entry_id and n.owner_id = p.owner_id
    where l.index < :size
    order by l.index, p.owner_id
""")
_HEADS = text("select size, root, at, jws from ledger_head where size <= :size order by size")
# What is sealed meanwhile is left for the next time: up to here nothing changes any more.
_SIZES = text("""
    select coalesce((select max(size) from ledger_head), 0) as size,
           coalesce((select max(index) + 1 from ledger_leaf), 0) as leaves
""")
# In the order in which a growing tree completes its subtrees.
_NODES = text("""
    select level, index, hash from ledger_node
    where level > 0 and (index + 1) << level <= :size
    order by (index + 1) << level, level
""")
_EXTRA = text("""
    select e.id, e.at from ledger_entry e
    where not exists (select from ledger_leaf l where l.entry_id = e.id)
      and not exists (select from ledger_pending q where q.entry_id = e.id)
""")


async def exported(tx: AsyncSession) -> AsyncIterator[Document]:
    """Line by line: entries with their hashes, and each head after the last entry it counts."""
    size = (await tx.execute(_SIZES)).one().size
    heads = await _stream(tx, _HEADS, size)
    head = await anext(heads, None)
    async for row in await _stream(tx, _ENTRIES, size):
        while head is not None and head.size <= row.place:
            yield {"head": head.jws}
            head = await anext(heads, None)
        if row.id is not None:
            yield {"entry": header_of(row), "leaf": row.hash.hex() if row.hash else None}
    while head is not None:
        yield {"head": head.jws}
        head = await anext(heads, None)


class StoredCheck:
    """Recomputes everything from the tables."""

    def __init__(self, tx: AsyncSession, check: LogCheck) -> None:
        self._tx, self._check = tx, check

    async def run(self) -> AsyncIterator[int]:
        """Goes through the ledger; says now and then how far it has come."""
        check = self._check
        size, leaves = (await self._tx.execute(_SIZES)).one()
        self._parts = await _stream(self._tx, _PARTS, size)
        self._part = await anext(self._parts, None)
        self._nodes = await _stream(self._tx, _NODES, size)
        heads = await _stream(self._tx, _HEADS, size)
        head = await anext(heads, None)
        if leaves > size:
            what = f"there are {leaves} entries, and no signed head counts them"
            check.findings.add(Wrong.REMOVED, what, size)
        async for row in await _stream(self._tx, _ENTRIES, size):
            while head is not None and head.size <= row.place:
                self._same(check.head(head.jws), head)
                head = await anext(heads, None)
            hashes = await self._hashes(row.place)
            if row.id is None:
                await self._compare(check.missing(row.hash) if row.hash else [])
                continue
            if sorted(hashes.values()) != sorted(row.parts):
                owners = ", ".join(o for o, hash in hashes.items() if hash not in row.parts)
                what = f"what it says was read is not what was sealed (owner {owners or 'gone'})"
                check.findings.add(Wrong.CHANGED, what, row.place, str(row.id))
            await self._compare(check.entry(header_of(row), row.hash))
            if row.place % _CHUNK == 0:
                yield row.place
        while head is not None:
            self._same(check.head(head.jws), head)
            head = await anext(heads, None)
        for row in await self._tx.execute(_EXTRA):
            what = "it is neither sealed nor waiting to be"
            check.findings.add(Wrong.REMOVED, what, id=str(row.id))

    async def _hashes(self, index: int) -> dict[str, bytes]:
        """The hashes of the parts of one entry, by owner."""
        found: dict[str, bytes] = {}
        while self._part is not None and self._part.place <= index:
            part = self._part
            if part.place == index:
                found[str(part.owner_id)] = entry.part_hash(
                    entry.part(
                        entry=part.entry_id, owner=part.owner_id, number=part.number or 0,
                        salt=part.salt, items=part.items,
                    )
                )  # fmt: skip
            self._part = await anext(self._parts, None)
        return found

    async def _compare(self, completed: list[tuple[Place, bytes]]) -> None:
        """The stored subtrees are those of the entries."""
        for (level, index), hash in completed:
            if level == 0:
                continue
            row = await anext(self._nodes, None)
            if row is None or tuple(row) != (level, index, hash):
                first = index << level
                what = f"the hash over entries {first} to {first + (1 << level) - 1} is another"
                self._check.findings.add(Wrong.CHANGED, what, first)

    def _same(self, signed: Head | None, row: Any) -> None:
        """What stands beside the signature is what was signed."""
        if signed is not None and (signed.size, signed.root, signed.at) != (
            row.size, row.root, row.at,
        ):  # fmt: skip
            what = f"the head of {row.size} entries says something else than was signed"
            self._check.findings.add(Wrong.CHANGED, what, row.size - 1)


async def _stream(tx: AsyncSession, statement: Any, size: int) -> AsyncIterator[Any]:
    result = await tx.stream(statement.execution_options(yield_per=_CHUNK), {"size": size})
    return aiter(result)
