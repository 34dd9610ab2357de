"""A transaction that begins later: statements that stand alone, and what becomes of each then."""

from typing import Any

import asyncpg
import pytest
import pytest_asyncio
from sqlalchemy import event, text
from sqlalchemy.exc import DBAPIError

from auth.caller import Caller
from db.ids import new_id
from db.mou import Mou
from db.session import CallerUnknown, Database, DatabaseAway
from db.transaction import Transaction, entering
from tests.conftest import Databases
from tests.scenes import Pair, pair
from tests.world import World

ME = entering("(select to_json(access.me()))")
NAME = "(select to_json(set_config('application_name', $8::text, false)))"
WRITE = entering(NAME)
SLEEP = entering("(select to_json(pg_sleep(2)::text))")


@pytest_asyncio.fixture(scope="module")
async def both(world: World) -> Pair:
    return await pair(world)


@pytest_asyncio.fixture(scope="module")
async def caller(both: Pair) -> Caller:
    return await both.world.tokens.verify(both.sender.token)


async def test_a_handoff_is_sent_by_one_question_and_one_statement(
    both: Pair, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(2):  # the key of the installation is made, and then known
        await both.send()
    asked: list[str] = []
    fetch_row = Database.fetch_row

    async def watched(self: Database, statement: str, values: Any) -> Any:
        asked.append(statement)
        return await fetch_row(self, statement, values)

    monkeypatch.setattr(Database, "fetch_row", watched)
    others: list[str] = []

    def other(_: Any, __: Any, statement: str, *rest: Any) -> None:
        others.append(statement)

    event.listen(database.engine.sync_engine, "before_cursor_execute", other)
    try:
        await both.send()
    finally:
        event.remove(database.engine.sync_engine, "before_cursor_execute", other)
    assert [statement for statement in asked if "_handoff(" in statement] == asked[-1:]
    assert len(asked) == 2
    assert not [statement for statement in others if "access.enter(" in statement]


async def test_it_begins_when_it_must_and_stays_one(database: Database, caller: Caller) -> None:
    async with database.transaction(caller, later=True) as tx:
        assert await tx.told(ME, alone=True) == str(caller.organisation_id)
        assert not tx.begun
        first = await tx.scalar(text("select txid_current()"))
        assert tx.begun
        assert await tx.told(ME, alone=True) == str(caller.organisation_id)
        assert await tx.scalar(text("select txid_current()")) == first
    async with database.transaction(caller, later=True) as tx:
        await tx.told(ME, alone=False)
        assert tx.begun
    async with database.transaction(caller) as tx:
        assert tx.begun


@pytest.mark.parametrize("begins", ["not", "alone", "at once"])
async def test_whoever_is_nobody_any_more_is_told_that_before_all_else(
    database: Database, caller: Caller, begins: str
) -> None:
    nobody = Caller(caller.organisation_id, new_id(), "gone", caller.scopes)
    with pytest.raises(CallerUnknown):
        async with database.transaction(nobody, later=begins != "at once") as tx:
            if begins == "alone":
                await tx.told(ME, alone=True)
            raise RuntimeError("a refusal")
    with pytest.raises(CallerUnknown):
        async with database.transaction(nobody, later=True):
            pass


async def test_who_asks_for_another_organisation_is_nobody(
    both: Pair, database: Database, caller: Caller
) -> None:
    other = Caller(both.receiver.org.id, caller.client_id, "x", caller.scopes)
    with pytest.raises(CallerUnknown):
        async with database.transaction(other, later=True) as tx:
            await tx.told(ME, alone=True)


async def test_what_is_still_to_be_written_is_written(
    both: Pair, database: Database, caller: Caller
) -> None:
    id = new_id()
    async with database.transaction(caller, later=True) as tx:
        await tx.told(ME, alone=True)
        tx.add(Mou(id=id, kind="MEMORANDUM", proposer_id=caller.organisation_id))
    assert await both.world.sql("select id from mou where id = :id", id=id)


async def test_what_fails_says_so_as_in_a_transaction(database: Database, caller: Caller) -> None:
    for later in (True, False):
        with pytest.raises(DBAPIError) as failed:
            async with database.transaction(caller, later=later) as tx:
                await tx.told(entering("(select to_json(1 / 0))"), alone=True)
        assert getattr(failed.value.orig, "sqlstate", None) == "22012"


async def test_what_takes_too_long_is_ended(
    databases: Databases, database_name: str, caller: Caller
) -> None:
    hasty = Database(databases.app_url(database_name), statement_timeout_ms=200)
    for later in (True, False):
        with pytest.raises(DBAPIError) as failed:
            async with hasty.transaction(caller, later=later) as tx:
                await tx.told(SLEEP, alone=True)
        assert getattr(failed.value.orig, "sqlstate", None) == "57014"
    await hasty.close()


async def test_the_first_question_is_asked_again_and_a_statement_that_writes_is_not(
    database: Database, caller: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    """When the connection is lost, nobody knows whether what was to be written is written."""
    tried: list[str] = []

    async def lost(self: Database, statement: str, values: Any) -> Any:
        tried.append(statement)
        raise asyncpg.ConnectionDoesNotExistError

    monkeypatch.setattr(Database, "fetch_row", lost)
    async with database.transaction(caller, later=True) as tx:
        assert await tx.told(ME, alone=True) == str(caller.organisation_id)
        assert tx.begun
    monkeypatch.undo()
    with pytest.raises(DatabaseAway):
        async with database.transaction(caller, later=True) as tx:
            await tx.told(ME, alone=True)
            monkeypatch.setattr(Database, "fetch_row", lost)
            await tx.told(WRITE, "once", alone=True)
    assert tried == [ME, WRITE]


async def test_used_in_another_way_before_it_begins_it_sees_nothing(
    both: Pair, database: Database, caller: Caller
) -> None:
    await both.send()
    tx = Transaction(database, caller)
    found = await tx.run_sync(lambda session: session.execute(text("select id from handoff")).all())
    assert found == []
    await tx.close()
