"""Receipts of entries, and proofs between heads, for whoever the entries concern."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from db.ledger import LedgerHead
from domain.ledger import entry, merkle
from domain.ledger.entry import Document
from domain.ledger.merkle import Range
from domain.ledger.sealing import last_head, nodes
from domain.refusal import RefusalCode, require

_SEALED = text("""
    select e.id, e.at, e.reader_id, e.client_id, e.user_id, e.request_id, l.index as place, l.parts,
           (select min(h.size) from ledger_head h where h.size > l.index) as size,
           (select max(h.size) from ledger_head h where h.size <= l.index) as before,
           access.me() as holder
    from ledger_entry e join ledger_leaf l on l.entry_id = e.id
    where e.id = any(cast(:ids as uuid[]))
""")
_PARTS = text("""
    select p.entry_id, p.owner_id, n.number, p.salt, p.items
    from ledger_part p
    join ledger_number n on n.entry_id = p.entry_id and n.owner_id = p.owner_id
    where p.entry_id = any(cast(:ids as uuid[])) order by p.owner_id
""")


async def receipts(tx: AsyncSession, ids: Sequence[UUID]) -> dict[UUID, Document]:
    """What proves each of these entries, by its id; those that are not sealed yet have none.

    The tree is that of the first head that counts the entry, so that a receipt stays the same.
    """
    rows = [row for row in await tx.execute(_SEALED, {"ids": list(ids)}) if row.size]
    parts = await _parts(tx, [row.id for row in rows])
    heads = await _heads(tx, {size for row in rows for size in (row.size, row.before) if size})
    paths = {row.id: merkle.inclusion(row.place, row.size) for row in rows}
    stored = await nodes(tx, merkle.places(r for path in paths.values() for r in path))
    return {
        row.id: {
            "for": str(row.holder),
            "entry": header_of(row),
            "parts": parts[row.id],
            "proof": _hex(merkle.proof(paths[row.id], stored)),
            "head": heads[row.size],
            "before": heads.get(row.before),
        }
        for row in rows
    }


@dataclass(frozen=True, slots=True)
class Link:
    """The proof that the ledger of the new size continues that of the old one."""

    old: int
    new: int
    proof: list[str]


async def consistency(tx: AsyncSession, old: int, new: int) -> Link:
    """The proof for two sizes that the ledger once had."""
    require(old > 0, RefusalCode.BAD_INPUT, "from")
    last = await last_head(tx)
    require(old <= new <= (last.size if last else 0), RefusalCode.BAD_INPUT, "to")
    path: list[Range] = merkle.consistency(old, new)
    return Link(old, new, _hex(merkle.proof(path, await nodes(tx, merkle.places(path)))))


def header_of(row: Any) -> Document:
    """What is hashed of an entry as it was read from the tables."""
    return entry.header(
        index=row.place,
        id=row.id,
        at=row.at,
        reader=row.reader_id,
        client=row.client_id,
        user=row.user_id,
        request=row.request_id,
        parts=row.parts,
    )


async def _parts(tx: AsyncSession, ids: list[UUID]) -> dict[UUID, list[Document]]:
    found: dict[UUID, list[Document]] = {id: [] for id in ids}
    for row in await tx.execute(_PARTS, {"ids": ids}):
        found[row.entry_id].append(
            entry.part(
                entry=row.entry_id,
                owner=row.owner_id,
                number=row.number,
                salt=row.salt,
                items=row.items,
            )
        )
    return found


async def _heads(tx: AsyncSession, sizes: Iterable[int]) -> dict[int, str]:
    wanted = select(LedgerHead.size, LedgerHead.jws).where(LedgerHead.size.in_(list(sizes)))
    return {row[0]: row[1] for row in await tx.execute(wanted)}


def _hex(hashes: Iterable[bytes]) -> list[str]:
    return [hash.hex() for hash in hashes]
