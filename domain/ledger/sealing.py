"""Sealing: every few seconds, what was recorded since becomes part of the tree, and its head is
signed.

One replica does it at a time; two at once would stumble over the tree's own keys and harm nothing.
A tree that contradicts its last head is never signed: that is said, again and again, until somebody
looks.
"""

import logging
from collections.abc import Iterable
from dataclasses import dataclass, field
from math import ceil
from typing import Any
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from auth.settings import AuthSettings
from db.ledger import LedgerHead
from db.rounds import Rounds
from db.session import Database
from domain.ledger import entry, merkle
from domain.ledger.heads import MARK, BadHead, Head, Reader, kid_of, signed
from domain.ledger.keys import LedgerKeys, LedgerKeyUnusable, Ring
from domain.ledger.merkle import Frontier, Place

BATCH = 2_000
"""Entries sealed under one head, at most."""

_ONLY_ONE = text("select pg_try_advisory_xact_lock(7264858)")
_ANY = text("select exists (select from ledger_pending)")
_PENDING = text("""
    select e.id, e.at, e.reader_id, e.client_id, e.user_id, e.request_id,
           p.owner_id, p.salt, p.items
    from (select entry_id from ledger_pending order by entry_id limit :most) q
    join ledger_entry e on e.id = q.entry_id
    left join ledger_part p on p.entry_id = e.id
    order by e.at, e.id, p.owner_id
""")
_NUMBERS = text("""
    select o.id, coalesce((select max(n.number) from ledger_number n where n.owner_id = o.id), 0)
    from unnest(cast(:owners as uuid[])) o(id)
""")
_NODES = text("""
    select n.level, n.index, n.hash
    from unnest(cast(:levels as smallint[]), cast(:indexes as bigint[])) w(level, index)
    join ledger_node n on n.level = w.level and n.index = w.index
""")
_SEAL = (
    text("""
        insert into ledger_node (level, index, hash)
        select * from unnest(cast(:levels as smallint[]), cast(:indexes as bigint[]),
                             cast(:hashes as bytea[]))
    """),
    text("""
        insert into ledger_leaf (index, entry_id, parts)
        select l.index, l.id,
               array(select decode(h, 'hex') from unnest(string_to_array(l.parts, ' ')) h)
        from unnest(cast(:leaves as bigint[]), cast(:entries as uuid[]), cast(:parts as text[]))
             l(index, id, parts)
    """),
    text("""
        insert into ledger_number (owner_id, number, entry_id)
        select * from unnest(cast(:owners as uuid[]), cast(:numbers as bigint[]),
                             cast(:numbered as uuid[]))
    """),
    text("delete from ledger_pending where entry_id = any(cast(:entries as uuid[]))"),
)

log = logging.getLogger(__name__)


class LedgerBroken(Exception):
    """The tree as it is stored contradicts what was signed."""


@dataclass
class _Batch:
    """What sealing adds to the tables."""

    nodes: list[tuple[Place, bytes]] = field(default_factory=list)
    leaves: list[tuple[int, UUID, str]] = field(default_factory=list)
    numbers: list[tuple[UUID, int, UUID]] = field(default_factory=list)

    def values(self) -> dict[str, list[Any]]:
        return {
            "levels": [place[0] for place, _ in self.nodes],
            "indexes": [place[1] for place, _ in self.nodes],
            "hashes": [hash for _, hash in self.nodes],
            "leaves": [leaf[0] for leaf in self.leaves],
            "entries": [leaf[1] for leaf in self.leaves],
            "parts": [leaf[2] for leaf in self.leaves],
            "owners": [number[0] for number in self.numbers],
            "numbers": [number[1] for number in self.numbers],
            "numbered": [number[2] for number in self.numbers],
        }


class Sealer(Rounds):
    """Seals while the server runs; what is recorded after its last round waits for the next."""

    doing, undone = "sealing the ledger", "the ledger is not sealed"
    known = (LedgerBroken, LedgerKeyUnusable)

    def __init__(self, database: Database, settings: AuthSettings) -> None:
        super().__init__()
        self._database = database
        self._log = settings.issuer
        self._keys = LedgerKeys(settings)

    async def once(self) -> int:
        """Seal what waits, up to a batch; how many entries that were."""
        async with self._database.sealer() as tx:
            if not await tx.scalar(_ANY) or not await tx.scalar(_ONLY_ONE):
                return 0
            return await self._seal(tx)

    async def new_key(self) -> str:
        """Sign with another key from now on; its id."""
        async with self._database.sealer() as tx:
            await tx.execute(text("select pg_advisory_xact_lock(7264858)"))
            last = await last_head(tx)
            return await self._keys.add(tx, last.size if last else 0)

    def at_once(self, done: object) -> bool:
        return done == BATCH

    async def _seal(self, tx: AsyncSession) -> int:
        last = await last_head(tx)
        ring = await self._keys.ring(tx)
        if last is None and ring.newest is None:
            log.info("first key of the ledger made: %s", await self._keys.add(tx, 0))
            ring = await self._keys.ring(tx)
        kid, key = ring.signer()
        tree = await _tree(tx, last, ring)
        rows = (await tx.execute(_PENDING, {"most": BATCH})).all()
        if not rows:  # another replica was first
            return 0
        batch = await _numbered(tx, tree, rows)
        leaves = [hash for (level, _), hash in batch.nodes if level == 0]
        marks = "".join(leaf.hex()[:MARK] for leaf in leaves)
        head = await self._head(tx, tree, marks, last, (row.at for row in rows))
        values = batch.values()
        for statement in _SEAL:
            names = statement.compile().params
            await tx.execute(statement, {name: values[name] for name in names})
        token = signed(head, kid, key)
        tx.add(LedgerHead(size=head.size, root=head.root, at=head.at, jws=token))
        await tx.flush()
        return len(batch.leaves)

    async def _head(
        self,
        tx: AsyncSession,
        tree: Frontier,
        marks: str,
        last: LedgerHead | None,
        times: Iterable[Any],
    ) -> Head:
        """Its time is that of the clock, but never before the last head's or an entry's."""
        now = await tx.scalar(text("select clock_timestamp()"))
        at = max([now, *times, *([last.at] if last else [])])
        behind = ceil((at - now).total_seconds())
        if behind:
            self._say(
                logging.WARNING,
                "the database's clock went back: it stands before the last head of the ledger",
            )
        return Head(self._log, tree.size, tree.root(), at, behind, marks)


async def last_head(tx: AsyncSession) -> LedgerHead | None:
    found: LedgerHead | None = await tx.scalar(
        select(LedgerHead).order_by(LedgerHead.size.desc()).limit(1)
    )
    return found


async def _tree(tx: AsyncSession, last: LedgerHead | None, ring: Ring) -> Frontier:
    """The tree to go on from, when it is the one whose head was signed."""
    leaves = await tx.scalar(text("select coalesce(max(index) + 1, 0) from ledger_leaf"))
    size = last.size if last else 0
    if leaves != size:
        raise LedgerBroken(f"its last signed head counts {size} entries, and there are {leaves}")
    if last is None:
        return Frontier()
    _check_signature(last, ring)
    wanted = merkle.cover((0, size))
    stored = await nodes(tx, wanted)
    if len(stored) != len(wanted):
        raise LedgerBroken(f"hashes are missing from the tree of {size} entries")
    tree = Frontier(size, [stored[place] for place in wanted])
    if tree.root() != last.root:
        raise LedgerBroken(f"the tree of {size} entries has another root than its signed head")
    return tree


def _check_signature(last: LedgerHead, ring: Ring) -> None:
    """What stands beside the signature is what was signed. A head by a key that nobody can open any
    more is believed only where the operator put another key after it."""
    try:
        reader = Reader(ring.keys)
        if not reader.knows(kid_of(last.jws)):
            if ring.newest is not None and ring.newest.from_size >= last.size:
                return
            raise BadHead("no key that is known signed it")
        head = reader.read(last.jws)
    except BadHead as error:
        raise LedgerBroken(f"the signed head of {last.size} entries: {error}") from None
    if (head.size, head.root, head.at) != (last.size, last.root, last.at):
        raise LedgerBroken(f"the head of {last.size} entries says something else than was signed")


async def _numbered(tx: AsyncSession, tree: Frontier, rows: Iterable[Any]) -> _Batch:
    """Put the entries into the tree, in the order of their times."""
    entries: dict[UUID, list[Any]] = {}
    for row in rows:
        entries.setdefault(row.id, []).append(row)
    owners = {row.owner_id for parts in entries.values() for row in parts if row.owner_id}
    last = {row[0]: row[1] for row in await tx.execute(_NUMBERS, {"owners": list(owners)})}
    batch = _Batch()
    for id, parts in entries.items():
        hashes = []
        for row in parts:
            if row.owner_id is None:
                continue
            number = last[row.owner_id] = last[row.owner_id] + 1
            batch.numbers.append((row.owner_id, number, id))
            hashes.append(
                entry.part_hash(
                    entry.part(
                        entry=id, owner=row.owner_id, number=number, salt=row.salt, items=row.items
                    )
                )
            )
        first = parts[0]
        header = entry.header(
            index=tree.size, id=id, at=first.at, reader=first.reader_id, client=first.client_id,
            user=first.user_id, request=first.request_id, parts=hashes,
        )  # fmt: skip
        batch.leaves.append((tree.size, id, " ".join(header["parts"])))
        batch.nodes += tree.add(entry.leaf(header))
    return batch


async def nodes(tx: AsyncSession, places: Iterable[Place]) -> dict[Place, bytes]:
    """The stored hashes of these subtrees."""
    wanted = list(places)
    values = {"levels": [level for level, _ in wanted], "indexes": [index for _, index in wanted]}
    return {(row[0], row[1]): row[2] for row in await tx.execute(_NODES, values)}
