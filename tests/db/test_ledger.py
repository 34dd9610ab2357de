"""The ledger's tables beneath every rule in Python: nothing of it changes, and who sees what."""

from dataclasses import dataclass, replace
from typing import Any

import pytest
import pytest_asyncio
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from auth.caller import Caller
from auth.scopes import Scope
from db import ledger
from db.ids import new_id
from db.ledger import NoLongerOpen
from db.session import CallerUnknown, Database
from domain.ledger.sealing import Sealer
from tests.db.catalogue import LEDGER_GRANTS
from tests.scenes import Pair, pair, uuid_of
from tests.world import SETTINGS, World

SEEN = ("ledger_entry", "ledger_part", "ledger_leaf", "ledger_number")
"""Tables of which everybody sees what concerns them."""


@dataclass
class Callers:
    """Who wrote, who read, and somebody else."""

    both: Pair
    owner: Caller
    other: Caller
    reader: Caller
    stranger: Caller
    section: Any


@pytest_asyncio.fixture(scope="module")
async def callers(world: World) -> Callers:
    """Two readings of one organisation: of one owner's words, and of two owners' at once."""
    both = await pair(world, "INCIDENT")
    id = await both.at("ACCEPTED", "INCIDENT")
    verify = world.tokens.verify
    owner, reader = await verify(both.sender.token), await verify(both.receiver.token)
    other = await verify((await world.as_(await world.org())).token)
    stranger = await verify((await world.as_(await world.org())).token)
    async with world.database.transaction(reader) as tx:
        for owners in ((owner,), (owner, other)):
            await ledger.append(
                tx,
                [{"owner": str(o.organisation_id), "kind": "DISCLOSED", "handoff": str(new_id())}
                 for o in owners],
            )  # fmt: skip
    await Sealer(world.database, SETTINGS.auth).once()
    [(section,)] = await world.sql(
        "select id from handoff_section where handoff_id = :id", id=uuid_of(id)
    )
    return Callers(both, owner, other, reader, stranger, section)


async def count(database: Database, caller: Caller, table: str) -> int:
    async with database.transaction(caller) as tx:
        return int(await tx.scalar(text(f"select count(*) from {table}")) or 0)


async def state(work: Any) -> str | None:
    try:
        await work
    except DBAPIError as error:
        return getattr(error.orig, "sqlstate", None)
    return None


async def run(context: Any, statement: str, **values: Any) -> Any:
    async with context as tx:
        return await tx.execute(text(statement), values)


@pytest.mark.parametrize("table", SEEN)
async def test_everybody_sees_what_concerns_them(
    database: Database, callers: Callers, table: str
) -> None:
    per_part = table in ("ledger_part", "ledger_number")
    expected = {"owner": 2, "other": 1, "reader": 3 if per_part else 2, "stranger": 0}
    for who, rows in expected.items():
        caller: Caller = getattr(callers, who)
        assert await count(database, caller, table) == rows, who
        deaf = replace(caller, scopes=caller.scopes - {Scope.LEDGER_READ})
        assert await count(database, deaf, table) == 0, who
    async with database.anonymous() as tx:
        assert await tx.scalar(text(f"select count(*) from {table}")) == 0


@pytest.mark.parametrize("table", ["ledger_node", "ledger_head"])
async def test_hashes_and_heads_are_for_whoever_may_read_a_ledger(
    database: Database, callers: Callers, table: str
) -> None:
    assert await count(database, callers.stranger, table) > 0
    deaf = replace(callers.stranger, scopes=frozenset({Scope.HANDOFF_READ}))
    assert await count(database, deaf, table) == 0


async def test_an_owner_sees_that_there_are_other_parts_and_not_whose(
    database: Database, callers: Callers
) -> None:
    async with database.transaction(callers.owner) as tx:
        leaves = (await tx.execute(text("select parts from ledger_leaf order by index"))).all()
        owners = (await tx.execute(text("select distinct owner_id from ledger_part"))).all()
    assert [len(row.parts) for row in leaves] == [1, 2]
    assert [row.owner_id for row in owners] == [callers.owner.organisation_id]


@pytest.mark.parametrize("table", LEDGER_GRANTS)
async def test_nobody_changes_or_removes_anything(
    database: Database, callers: Callers, table: str
) -> None:
    columns = {"ledger_node": "hash", "ledger_head": "jws", "ledger_key": "private_jwe",
               "ledger_entry": "request_id", "ledger_part": "items"}  # fmt: skip
    column = columns.get(table, "entry_id")
    changes = [
        f"update {table} set {column} = {column}",
        f"delete from {table}",
        f"truncate {table} cascade",
        f"insert into {table} default values",
    ]
    for statement in changes:
        for context in (database.anonymous, database.authority,
                        lambda: database.transaction(callers.reader)):  # fmt: skip
            assert await state(run(context(), statement)) == "42501", statement
    sealer = changes[:1] if table == "ledger_pending" else changes[:3]
    for statement in sealer:
        assert await state(run(database.sealer(), statement)) == "42501", statement
    if table in ("ledger_key", "ledger_pending"):
        for context in (database.anonymous, lambda: database.transaction(callers.reader)):
            assert await state(run(context(), f"select 1 from {table}")) == "42501"


async def test_who_seals_reads_no_case_and_no_person(database: Database) -> None:
    for table in ("handoff", "handoff_section_body", "lawful_basis", "organisation", "client",
                  "user_account", "password", "signing_key"):  # fmt: skip
        assert await state(run(database.sealer(), f"select 1 from {table}")) == "42501", table
    for call in ("access.enter(null, '', 0)", "access.append_reading(null, '', '[]')",
                 "access.readings_about(null)"):  # fmt: skip
        assert await state(run(database.sealer(), f"select {call}")) == "42501", call


async def test_an_entry_is_in_the_name_of_the_caller(
    database: Database, world: World, callers: Callers
) -> None:
    async with database.transaction(callers.stranger) as tx:
        id = await ledger.append(tx, [{"kind": "DENIED", "code": "X"}])
    [row] = await world.sql("select * from ledger_entry where id = :id", id=id)
    mine = (callers.stranger.organisation_id, callers.stranger.client_id, None)
    assert (row.reader_id, row.client_id, row.user_id) == mine
    [part] = await world.sql("select * from ledger_part where entry_id = :id", id=id)
    assert part.owner_id == part.reader_id == callers.stranger.organisation_id
    async with database.anonymous() as tx:
        with pytest.raises(DBAPIError, match="reader_id"):
            await ledger.append(tx, [{"kind": "DENIED"}])


@pytest.mark.parametrize(
    "item", [{}, {"kind": "OTHER"}, {"kind": "DENIED", "owner": str(new_id())}]
)
async def test_what_is_no_item_is_not_written(
    database: Database, world: World, callers: Callers, item: dict[str, Any]
) -> None:
    before = await world.count("ledger_entry")
    with pytest.raises(DBAPIError):
        async with database.transaction(callers.reader) as tx:
            await ledger.append(tx, [item])
    assert await world.count("ledger_entry") == before


async def record(database: Database, caller: Caller, *sections: Any, **more: Any) -> None:
    values: dict[str, Any] = {"withheld": {}, "denied": []} | more
    await ledger.record(
        database, caller, request_id="permintaan", disclosed=list(sections), **values
    )


async def test_what_the_caller_may_not_read_is_not_written_as_read(
    database: Database, world: World, callers: Callers
) -> None:
    """And the answer is not served: a stranger, the author of the words, or an unknown section."""
    before = await world.count("ledger_entry")
    for caller, section in ((callers.stranger, callers.section), (callers.owner, callers.section),
                            (callers.reader, new_id())):  # fmt: skip
        with pytest.raises(NoLongerOpen):
            await record(database, caller, section)
    deaf = replace(callers.reader, scopes=callers.reader.scopes - {Scope.HANDOFF_READ})
    with pytest.raises(NoLongerOpen):
        await record(database, deaf, callers.section)
    for nobody in (replace(callers.reader, grant_id=new_id()),
                   replace(callers.reader, organisation_id=new_id())):  # fmt: skip
        with pytest.raises(CallerUnknown):
            await record(database, nobody, callers.section)
    assert await world.count("ledger_entry") == before
    await record(database, callers.reader, callers.section)
    assert await world.count("ledger_entry") == before + 1


async def test_what_is_withheld_is_told_only_of_what_one_sees(
    database: Database, world: World, callers: Callers
) -> None:
    before = await world.count("ledger_entry")
    await record(database, callers.stranger, withheld={callers.section: "NOT_COVERED"})
    assert await world.count("ledger_entry") == before
    await record(database, callers.reader, withheld={callers.section: "NOT_COVERED"})
    assert await world.count("ledger_entry") == before + 1


async def test_the_same_entry_twice_is_once(
    database: Database, world: World, callers: Callers, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As after a connection that broke when it was written, and before that was said."""
    id = new_id()
    monkeypatch.setattr(ledger, "new_id", lambda: id)
    for _ in range(2):
        await record(database, callers.reader, callers.section)
    assert await world.sql("select count(*) from ledger_part where entry_id = :id", id=id) == [(1,)]


async def test_entries_about_a_handoff_are_ones_own(
    database: Database, world: World, callers: Callers
) -> None:
    await record(database, callers.reader, callers.section)
    for who, least in (("owner", 1), ("reader", 1), ("stranger", 0), ("other", 0)):
        [(handoff,)] = await world.sql("select handoff_id from handoff_section where id = :id",
                                       id=callers.section)  # fmt: skip
        async with database.transaction(getattr(callers, who)) as tx:
            ask = text("select count(*) from access.readings_about(:handoff)")
            rows = await tx.scalar(ask, {"handoff": handoff})
        assert (rows or 0) >= least and (rows == 0) == (least == 0), who
