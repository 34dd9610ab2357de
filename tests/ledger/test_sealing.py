"""Sealing: the tree grows as it must, one at a time, and never over a contradiction."""

import asyncio
import logging
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.exc import DBAPIError

from domain.ledger import entry, merkle, sealing
from domain.ledger.keys import LedgerKeyUnusable
from domain.ledger.merkle import Frontier
from domain.ledger.sealing import LedgerBroken, Sealer
from tests.ledger.scenes import AUTH, Book

HEADS = "select size, root, at, jws from ledger_head order by size"


async def tree(book: Book) -> Frontier:
    """The tree as its leaves make it."""
    grown = Frontier()
    for row in await book.sql("select hash from ledger_node where level = 0 order by index"):
        grown.add(row.hash)
    return grown


async def test_what_is_recorded_is_sealed_numbered_and_signed(book: Book) -> None:
    first = await book.write(1, count=2)
    assert await book.seal() == 2
    second = await book.write(1, 2, count=3)
    assert await book.seal() == 3
    assert await book.seal() == 0

    leaves = await book.sql("select entry_id from ledger_leaf order by index")
    assert [row.entry_id for row in leaves] == first + second
    assert await book.sql("select 1 from ledger_pending") == []
    numbers = await book.sql("select owner_id, number, entry_id from ledger_number")
    by_owner = {org: [r for r in numbers if r.owner_id == org] for org in book.orgs}
    assert [r.number for r in by_owner[book.orgs[1]]] == [1, 2, 3, 4, 5]
    assert [(r.number, r.entry_id) for r in by_owner[book.orgs[2]]] == [
        (n + 1, id) for n, id in enumerate(second)
    ]

    reader = await book.reader()
    heads = [(row, reader.read(row.jws)) for row in await book.sql(HEADS)]
    assert [row.size for row, _ in heads] == [2, 5]
    for row, head in heads:
        assert (head.size, head.root, head.at, head.behind) == (row.size, row.root, row.at, 0)
        assert head.log == AUTH.issuer
    assert heads[-1][1].root == (await tree(book)).root()


async def test_the_leaf_is_the_hash_of_what_is_written_of_an_entry(book: Book) -> None:
    [id] = await book.write(1, 2)
    await book.seal()
    [row] = await book.sql("select * from ledger_entry")
    parts = await book.sql("select * from ledger_part order by owner_id")
    hashes = [
        entry.part_hash(
            entry.part(entry=id, owner=p.owner_id, number=1, salt=p.salt, items=p.items)
        )
        for p in parts
    ]
    header = entry.header(
        index=0, id=id, at=row.at, reader=row.reader_id, client=row.client_id, user=None,
        request="permintaan-1", parts=hashes,
    )  # fmt: skip
    assert header["parts"] == sorted(hash.hex() for hash in hashes)
    [node] = await book.sql("select hash from ledger_node where level = 0")
    assert node.hash == entry.leaf(header)
    [leaf] = await book.sql("select parts from ledger_leaf")
    assert sorted(leaf.parts) == sorted(hashes)
    assert len({p.salt for p in parts}) == 2
    assert all(len(p.salt) == 16 for p in parts)


async def test_complete_subtrees_are_kept_and_make_every_root_and_proof(book: Book) -> None:
    for count in (1, 2, 1, 7, 4):
        await book.write(count=count)
        await book.seal()
    rows = await book.sql("select level, index, hash from ledger_node")
    stored = {(row.level, row.index): row.hash for row in rows}
    leaves = [stored[0, index] for index in range(15)]
    for row in await book.sql(HEADS):
        assert merkle.folded([stored[p] for p in merkle.cover((0, row.size))]) == row.root
        proof = merkle.proof(merkle.inclusion(0, row.size), stored)
        assert merkle.includes(leaves[0], 0, row.size, proof, row.root)


async def test_large_backlogs_are_sealed_batch_by_batch(
    book: Book, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sealing, "BATCH", 5)
    await book.write(count=12)
    assert [await book.sealer.once() for _ in range(4)] == [5, 5, 2, 0]
    assert [row.size for row in await book.sql(HEADS)] == [5, 10, 12]


async def test_two_sealers_at_once_are_harmless(book: Book) -> None:
    await book.write(count=40)
    sealed = await asyncio.gather(*(book.sealer.once() for _ in range(6)))
    assert sum(sealed) + await book.seal() == 40
    assert (await book.sql(HEADS))[-1].root == (await tree(book)).root()


async def test_two_sealers_that_know_of_no_lock_are_harmless_too(
    book: Book, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The keys of the tables let one of them win; the other comes to nothing and tries again."""
    await book.write()
    await book.seal()
    await book.write(1, 2, count=9)
    monkeypatch.setattr(sealing, "_ONLY_ONE", sealing.text("select true"))
    outcomes = await asyncio.gather(*(book.sealer.once() for _ in range(4)), return_exceptions=True)
    assert all(isinstance(one, int | DBAPIError | LedgerBroken) for one in outcomes)
    await book.seal()
    assert await book.sql("select 1 from ledger_pending") == []
    [(leaves, entries, numbers)] = await book.sql(
        "select (select count(*) from ledger_leaf), (select count(*) from ledger_entry),"
        " (select count(distinct (owner_id, number)) from ledger_number)"
    )
    assert (leaves, entries, numbers) == (10, 10, 19)
    assert (await book.sql(HEADS))[-1].root == (await tree(book)).root()


async def test_a_clock_that_goes_back_is_said_and_heads_keep_their_order(
    book: Book, caplog: pytest.LogCaptureFixture
) -> None:
    await book.write()
    await book.seal()
    # The last head was signed when the clock stood an hour ahead of where it stands now.
    [first] = await book.sql(HEADS)
    reader = await book.reader()
    head = reader.read(first.jws)
    later = replace(head, at=head.at + timedelta(hours=1))
    async with book.database.sealer() as tx:
        ring = await sealing.LedgerKeys(AUTH).ring(tx)
    token = sealing.signed(later, *ring.signer())
    await book.sql("update ledger_head set at = :at, jws = :jws", at=later.at, jws=token)

    await book.write(count=2)
    assert await book.seal() == 2
    second = (await book.sql(HEADS))[1]
    said = (await book.reader()).read(second.jws)
    assert said.at == second.at == later.at
    assert 3590 <= said.behind <= 3600
    assert "clock went back" in caplog.text


BREAKS = {
    "a leaf is gone": ("delete from ledger_leaf where index = 4", "counts 5 entries"),
    "the ledger is truncated": ("delete from ledger_leaf where index >= 2", "there are 2"),
    "the head is gone": ("delete from ledger_head where size = 5", "counts 3 entries"),
    "all heads are gone": ("delete from ledger_head", "counts 0 entries"),
    "a hash is gone": ("delete from ledger_node where level = 2", "hashes are missing"),
    "a hash is another": (
        "update ledger_node set hash = sha256('x') where (level, index) = (2, 0)",
        "another root",
    ),
    "the root is another": (
        "update ledger_head set root = sha256('x') where size = 5",
        "something else than was signed",
    ),
    "the time is another": (
        "update ledger_head set at = at - interval '1 day' where size = 5",
        "something else than was signed",
    ),
    "the signature is another's": (
        "update ledger_head set jws = overlay(jws placing 'AAAA' from length(jws) - 9)"
        " where size = 5", "signature does not hold",
    ),
    "it is no signature": (
        "update ledger_head set jws = 'x' where size = 5", "no signed tree head",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", BREAKS)
async def test_a_tree_that_contradicts_its_head_is_not_sealed(book: Book, name: str) -> None:
    await book.write(count=3)
    await book.seal()
    await book.write(count=2)
    await book.seal()
    await book.write()
    change, said = BREAKS[name]
    await book.sql(change)
    before = await book.sql(HEADS)
    with pytest.raises(LedgerBroken, match=said):
        await book.seal()
    assert await book.sql(HEADS) == before
    assert len(await book.sql("select 1 from ledger_pending")) == 1


async def test_it_is_said_while_the_server_runs_but_not_all_the_time(
    book: Book, caplog: pytest.LogCaptureFixture
) -> None:
    await book.write()
    await book.seal()
    await book.sql("delete from ledger_leaf")
    await book.write()
    with caplog.at_level(logging.ERROR):
        async with book.sealer.running(0.01):
            await asyncio.sleep(0.3)
    said = [record.message for record in caplog.records]
    assert said == [
        "the ledger is not sealed: its last signed head counts 1 entries, and there are 0"
    ]


async def test_while_the_server_runs_it_is_sealed(book: Book) -> None:
    await book.write(count=3)
    async with book.sealer.running(0.01):
        for _ in range(200):
            if await book.sql(HEADS):
                break
            await asyncio.sleep(0.02)
    assert [row.size for row in await book.sql(HEADS)] == [3]


def other(book: Book) -> Sealer:
    return Sealer(book.database, replace(AUTH, key_encryption_key=b"x" * 32))


async def test_with_a_wrong_key_nothing_is_sealed(book: Book) -> None:
    await book.write()
    await book.seal()
    await book.write()
    with pytest.raises(LedgerKeyUnusable, match="does not open the ledger's key"):
        await other(book).once()
    assert len(await book.sql("select 1 from ledger_key")) == 1
    assert await book.seal() == 1


async def test_without_a_key_nothing_is_sealed(book: Book) -> None:
    await book.write()
    await book.seal()
    await book.sql("delete from ledger_key")
    await book.write()
    with pytest.raises(LedgerKeyUnusable, match="somebody removed it"):
        await book.seal()
    assert await book.sql("select 1 from ledger_key") == []


async def test_another_key_follows_by_command(book: Book) -> None:
    await book.write()
    await book.seal()
    kid = await book.sealer.new_key()
    await book.write()
    await book.seal()
    reader = await book.reader()
    first, second = await book.sql(HEADS)
    assert sealing.kid_of(first.jws) != sealing.kid_of(second.jws) == kid
    assert (reader.read(first.jws).size, reader.read(second.jws).size) == (1, 2)


async def test_after_the_key_is_lost_for_good_another_one_goes_on(book: Book) -> None:
    await book.write()
    await book.seal()
    await book.write()
    kid = await other(book).new_key()
    assert await other(book).once() == 1
    await book.write()
    assert await other(book).once() == 1
    assert sealing.kid_of((await book.sql(HEADS))[-1].jws) == kid


async def test_somebody_elses_key_in_the_table_is_not_believed(book: Book) -> None:
    """Whoever writes rows, but has no key-encryption key, signs nothing in our name."""
    await book.write()
    await book.seal()
    await book.write()
    forged: Any = sealing.LedgerKeys(replace(AUTH, key_encryption_key=b"y" * 32))
    async with book.database.sealer() as tx:
        await forged.add(tx, 0)
    with pytest.raises(LedgerKeyUnusable):
        await book.seal()
    [row] = await book.sql("select kid from ledger_key order by created_at desc limit 1")
    assert not (await book.reader()).knows(row.kid)
