"""The ledger as it is stored: given out and checked elsewhere, or checked in place."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from domain.ledger.checking import LogCheck
from domain.ledger.checking_receipts import ReceiptCheck
from domain.ledger.finding import Findings, Wrong
from domain.ledger.reading import check_log, check_receipts
from domain.ledger.receipts import consistency, receipts
from domain.ledger.stored import StoredCheck, exported
from tests.ledger.scenes import Book


@asynccontextmanager
async def owner(book: Book) -> AsyncIterator[AsyncSession]:
    async with book.operator() as tx:
        yield tx


async def filled(book: Book) -> list[UUID]:
    """Twelve entries under four heads."""
    ids = []
    for count in (5, 1, 4, 2):
        ids += await book.write(1, 2, count=count) if count != 1 else await book.write(2)
        await book.seal()
    return ids


async def stored(book: Book) -> Findings:
    check = LogCheck(await book.reader())
    async with owner(book) as tx:
        async for _ in StoredCheck(tx, check).run():
            pass
    return check.end()


async def given_out(book: Book) -> list[Any]:
    async with owner(book) as tx:
        return [json.loads(json.dumps(line)) async for line in exported(tx)]


async def test_what_is_given_out_can_be_checked_elsewhere(book: Book) -> None:
    await filled(book)
    await book.write()
    lines = await given_out(book)
    assert [("head" in line) for line in lines] == [
        *[False] * 5, True, False, True, *[False] * 4, True, *[False] * 2, True,
    ]  # fmt: skip
    check = LogCheck(await book.reader())
    check_log(check, enumerate(lines, 1))
    assert check.end() == []
    assert (check.entries, check.heads) == (12, 4)
    assert await stored(book) == []


async def test_an_empty_ledger_is_whole(book: Book) -> None:
    assert await given_out(book) == []
    assert await stored(book) == []


async def test_it_names_nobody(book: Book) -> None:
    await filled(book)
    whole = json.dumps(await given_out(book))
    for org in book.orgs[1:]:
        assert str(org) not in whole, "whose data were read is a hash"
    assert "INCIDENT" not in whole


TAMPERED = {
    "update ledger_entry set user_id = '00000000-0000-0000-0000-000000000009' where id = :id":
        {(Wrong.CHANGED, 7)},
    "update ledger_entry set at = at - interval '1 day' where id = :id":
        {(Wrong.CHANGED, 7), (Wrong.BACKDATED, 7)},
    "update ledger_part set items = jsonb_set(items, '{0,clause}', '9') where entry_id = :id":
        {(Wrong.CHANGED, 7)},
    "update ledger_part set salt = '\\x00' where entry_id = :id": {(Wrong.CHANGED, 7)},
    "delete from ledger_part where entry_id = :id": {(Wrong.CHANGED, 7)},
    "update ledger_number set number = 999 where entry_id = :id and owner_id = :org":
        {(Wrong.CHANGED, 7)},
    "update ledger_leaf set parts = '{}' where index = 7": {(Wrong.CHANGED, 7)},
    "delete from ledger_entry where id = :id": {(Wrong.REMOVED, 7)},
    "delete from ledger_leaf where index = 7": {(Wrong.REMOVED, 7), (Wrong.REMOVED, None)},
    "update ledger_leaf set index = -index where index in (7, 8);"
    " update ledger_leaf set index = 15 + index where index < 0":
        {(Wrong.CHANGED, 7), (Wrong.CHANGED, 8)},
    "update ledger_node set hash = sha256('x') where level = 0 and index = 7":
        {(Wrong.CHANGED, 7), (Wrong.CHANGED, 6), (Wrong.CHANGED, 4), (Wrong.CHANGED, 0)},
    "update ledger_node set hash = sha256('x') where level = 1 and index = 3":
        {(Wrong.CHANGED, 6)},
    "delete from ledger_head where size = 6": {(Wrong.REMOVED, 5)},
    "delete from ledger_head where size = 12": {(Wrong.REMOVED, 10)},
    "update ledger_head set root = sha256('x') where size = 6": {(Wrong.CHANGED, 5)},
    "update ledger_head set jws = 'x.y.z' where size = 6": {(Wrong.UNSIGNED, None)},
    "delete from ledger_leaf where index > 7": {(Wrong.REMOVED, n) for n in range(8, 12)}
        | {(Wrong.REMOVED, None)},
}  # fmt: skip


@pytest.mark.parametrize("change", TAMPERED)
async def test_a_row_that_was_tampered_with_is_named(book: Book, change: str) -> None:
    id = (await filled(book))[7]
    async with owner(book) as tx:
        await tx.execute(text("set local session_replication_role = replica"))  # no foreign keys
        if "index in (7, 8)" in change:
            await tx.execute(
                text("alter table ledger_leaf drop constraint ledger_leaf_index_check")
            )
        for one in change.split(";"):
            values = {"id": id, "org": book.orgs[1]}
            await tx.execute(text(one), {n: v for n, v in values.items() if f":{n}" in one})
        await tx.execute(text("set local session_replication_role = origin"))
    try:
        found = await stored(book)
        assert {(f.wrong, f.index) for f in found} == TAMPERED[change], found
    finally:
        if "index in (7, 8)" in change:
            await book.sql("alter table ledger_leaf add constraint ledger_leaf_index_check"
                           " check (index >= 0)")  # fmt: skip


async def test_receipts_prove_themselves_and_a_head_links_to_the_next(book: Book) -> None:
    ids = await filled(book)
    waiting = await book.write()
    async with owner(book) as tx:
        made = await receipts(tx, [*ids, *waiting])
        link = await consistency(tx, 5, 12)
        kept = (await book.reader()).read(
            await tx.scalar(text("select jws from ledger_head where size = 12"))
        )
    assert set(made) == set(ids)
    lines = json.loads(json.dumps([made[id] for id in ids]))
    assert all(len(line["parts"]) in (1, 2) for line in lines)
    lines.append({"consistency": {"from": 5, "to": 12, "proof": link.proof}})
    check = ReceiptCheck(await book.reader(), kept)
    check_receipts(check, enumerate(lines))
    assert check.end() == []
    assert check.entries == 12
