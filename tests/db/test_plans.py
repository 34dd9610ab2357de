"""What the API's own statements cost PostgreSQL under row-level security.

The statements are caught as the API sends them, and explained as the API's role, in a world large
enough that a wrong plan shows.
"""

import json
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import contextmanager
from typing import Any
from uuid import UUID

import pytest
import pytest_asyncio
from sqlalchemy import event, text

from auth.caller import Caller
from auth.scopes import Scope
from benchmarks import queries
from benchmarks.auth import bench_caller
from benchmarks.data import fill
from db.ids import new_id
from db.vault import Vault
from tests.world import SETTINGS, Api, Org, World

HANDOFFS = 12_000
READER = UUID("00000001-0000-7000-8000-000000000002")
CLIENT = UUID("00000002-0000-7000-8000-000000000002")
SCOPES = frozenset(
    {
        Scope.HANDOFF_READ,
        Scope.HANDOFF_WRITE,
        Scope.HANDOFF_IDENTITY,
        Scope.MOU_READ,
        Scope.ORGANISATION_READ,
    }
)

Statement = tuple[str, Any]


@pytest_asyncio.fixture(scope="module")
async def reader(world: World, databases: Any, database_name: str) -> AsyncIterator[Api]:
    vault = Vault(SETTINGS.vault.provider)  # it remembers the key of this database alone
    await fill(databases.owner_url(database_name), HANDOFFS, vault, organisations=4)
    token = (await world.tokens.issue(bench_caller(READER))).token
    yield Api(world.http, Org(READER, "reader"), token)


@contextmanager
def caught(world: World) -> Iterator[list[Statement]]:
    """The statements sent to the database meanwhile, but for saying who calls, and keys."""
    statements: list[Statement] = []

    def catch(_c: Any, _cursor: Any, statement: str, parameters: Any, _x: Any, _m: Any) -> None:
        if "access.enter" not in statement and "signing_key" not in statement:
            statements.append((statement, parameters))

    async def planned(statement: str, values: Sequence[Any]) -> Any:
        statements.append((statement, tuple(values)))
        return await fetch_row(statement, values)

    engine, fetch_row = world.database.engine.sync_engine, world.database.fetch_row
    event.listen(engine, "before_cursor_execute", catch)
    world.database.fetch_row = planned  # type: ignore[method-assign]
    try:
        yield statements
    finally:
        event.remove(engine, "before_cursor_execute", catch)
        del world.database.fetch_row


async def explained(world: World, statement: Statement) -> list[dict[str, Any]]:
    """Every node of the plan that really ran, as the API's role."""
    caller = Caller(READER, CLIENT, "bench-2", SCOPES)
    async with world.database.transaction(caller) as tx:
        connection = await tx.connection()
        result = await connection.exec_driver_sql(
            f"explain (analyze, format json) {statement[0]}", again(statement)
        )
        plan = result.scalar_one()
    [root] = json.loads(plan) if isinstance(plan, str) else plan
    return list(_nodes(root["Plan"]))


def again(statement: Statement) -> Any:
    """The values of a statement; one that tells the ledger does so under another id."""
    text, values = statement
    return values if "access.read_out" not in text else (*values[:7], new_id(), *values[8:])


def _nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for child in plan.get("Plans", []):
        yield from _nodes(child)


def rows_read(nodes: list[dict[str, Any]], table: str) -> float:
    """How many rows of a table were looked at, kept or not."""
    return sum(
        (node["Actual Rows"] + node.get("Rows Removed by Filter", 0)) * node["Actual Loops"]
        for node in nodes
        if node.get("Relation Name") == table
    )


def indexes(nodes: list[dict[str, Any]]) -> set[str]:
    return {node["Index Name"] for node in nodes if "Index Name" in node}


@pytest.mark.parametrize(
    ("box", "index"), [("INBOX", "handoff_inbox_idx"), ("OUTBOX", "handoff_outbox_idx")]
)
async def test_a_box_is_read_along_its_own_index(
    world: World, reader: Api, box: str, index: str
) -> None:
    with caught(world) as statements:
        page = await reader.data(f"{{ handoffs(box: {box}, first: 20) {{ nodes {{ id }} }} }}")
    assert len(page["handoffs"]["nodes"]) == 20
    nodes = await explained(world, statements[0])
    assert index in indexes(nodes)
    assert rows_read(nodes, "handoff") <= 21


async def test_both_boxes_are_read_along_both_indexes(world: World, reader: Api) -> None:
    with caught(world) as statements:
        await reader.data("{ handoffs(first: 20) { nodes { id } } }")
    nodes = await explained(world, statements[0])
    assert {"handoff_inbox_idx", "handoff_outbox_idx"} <= indexes(nodes)
    assert rows_read(nodes, "handoff") <= 42


async def test_a_deep_page_reads_no_more_than_the_first(world: World, reader: Api) -> None:
    cursor = None
    read = []
    for _ in range(4):
        with caught(world) as statements:
            page = await reader.data(
                "query($after: String) { handoffs(box: INBOX, first: 50, after: $after)"
                " { nodes { id } pageInfo { endCursor } } }",
                after=cursor,
            )
        cursor = page["handoffs"]["pageInfo"]["endCursor"]
        read.append(rows_read(await explained(world, statements[0]), "handoff"))
    assert read == [50, 50, 50, 50]


async def test_a_page_with_everything_touches_only_its_own_rows(world: World, reader: Api) -> None:
    with caught(world) as statements:
        await reader.data(queries.PAGE)
    for statement in statements:
        if "access.record_reading" in statement[0]:
            continue  # it is written already, and tells of what the others read
        nodes = await explained(world, statement)
        assert rows_read(nodes, "handoff") <= 21 * 21
        assert rows_read(nodes, "handoff_section") <= 100
        assert rows_read(nodes, "handoff_section_body") <= 100
        assert rows_read(nodes, "handoff_event") <= 100


async def test_statements_are_as_many_for_one_as_for_a_hundred(world: World, reader: Api) -> None:
    numbers = set()
    for size in (1, 20, 100):
        with caught(world) as statements:
            await reader.data(queries.PAGE.replace("first: 20", f"first: {size}"))
        numbers.add(len(statements))
    assert len(numbers) == 1, numbers


async def test_searching_goes_through_the_index_of_words(world: World, reader: Api) -> None:
    newest = await reader.data("{ handoffs(box: INBOX, first: 1) { nodes { number } } }")
    number = newest["handoffs"]["nodes"][0]["number"]
    words = number.replace("RJK-", "Contoh ")
    with caught(world) as statements:
        found = await reader.data(
            "query($search: String) { handoffs(box: INBOX, filter: {search: $search})"
            " { nodes { number } } }",
            search=f'"{words}"',
        )
    assert [h["number"] for h in found["handoffs"]["nodes"]] == [number]
    nodes = await explained(world, statements[0])
    assert rows_read(nodes, "handoff_section_body") <= 20
    # What access.sections_saying asks, of whose inside a plan tells nothing.
    plan = await world.sql(
        "explain select from section_word w where w.words @>"
        " (select words[1:2] from section_word limit 1) and w.organisation_id = :me",
        me=READER,
    )
    assert any("section_word_words_idx" in line for (line,) in plan)


async def test_grants_are_computed_once_a_statement(world: World, reader: Api) -> None:
    """A hundred sections, one look at the agreements."""
    await world.sql("alter database " + await _name(world) + " set track_functions = 'all'")
    await world.database.engine.dispose()  # new connections, which count
    with caught(world) as statements:
        await reader.data(queries.PAGE)
    sections = next(s for s in statements if "handoff_section_now" in s[0])
    caller = Caller(READER, CLIENT, "bench-2", SCOPES)
    async with world.database.transaction(caller) as tx:
        connection = await tx.connection()
        before = await _calls(tx)
        await connection.exec_driver_sql(sections[0], again(sections))
        assert await _calls(tx) == before + 1


async def _calls(tx: Any) -> int:
    """Calls of `my_grants` in this transaction so far."""
    calls = await tx.scalar(
        text("select pg_stat_get_xact_function_calls('access.my_grants()'::regprocedure)")
    )
    return int(calls or 0)


async def _name(world: World) -> str:
    [(name,)] = await world.sql("select quote_ident(current_database())")
    return str(name)


ENTERING = """
insert into user_account (id, organisation_id, email, name, roles)
  select gen_random_uuid(), :org, 'p' || n || '@contoh.id', 'P', '{CASE_WORKER}'
  from generate_series(1, 5000) n;
insert into oauth_grant (id, client_id, user_id, kind, scopes, expires_at)
  select gen_random_uuid(), :client, u.id, 'AUTHORIZATION_CODE', '{}', now() + interval '1 day'
  from user_account u, generate_series(1, 20);
analyze user_account, oauth_grant;
"""
COUNTED = ("user_account", "oauth_grant", "staff_role")
"""Tables that are asked when a transaction begins; of others this world has but four rows."""


async def test_entering_is_a_few_look_ups_however_much_there_is(world: World, reader: Api) -> None:
    """One more for the grant, which is what revocation costs; and none reads a table through."""
    for statement in (
        ENTERING.replace(":org", f"'{READER}'").replace(":client", f"'{CLIENT}'").split(";")
    ):
        if statement.strip():
            await world.sql(statement)
    [(grant, person)] = await world.sql(
        "select id, user_id from oauth_grant where kind <> 'DEMO' limit 1"
    )
    caller = Caller(READER, CLIENT, "bench-2", SCOPES, person, grant)
    read = text(
        "select relname, pg_stat_get_xact_numscans(i.indexrelid)::int,"
        " pg_stat_get_xact_numscans(c.oid)::int, pg_stat_get_xact_tuples_returned(c.oid)::int"
        " from pg_class c left join pg_index i on i.indrelid = c.oid"
        " where relname = any (:tables) and relnamespace = 'public'::regnamespace"
    )
    for _ in range(8):  # a connection plans anew five times, and then keeps its plan
        async with world.database.transaction(caller) as tx:
            await tx.execute(text("select pg_stat_force_next_flush()"))
    async with world.database.transaction(caller) as tx:
        rows = (await tx.execute(read, {"tables": list(COUNTED)})).all()
    looked = dict.fromkeys(COUNTED, 0)
    through = {}
    for table, by_index, scans, returned in rows:
        looked[table] += by_index or 0
        through[table] = (scans, returned)
    assert looked["oauth_grant"] == looked["user_account"] == 1
    for table in ("oauth_grant", "user_account"):
        assert through[table] == (0, 0), through
    assert through["staff_role"] == (1, 5)  # there are five roles, on one page


async def test_a_page_is_not_planned_anew_for_each_reader(world: World, reader: Api) -> None:
    """PostgreSQL would, for every list that is longer than others, could it see whose it is."""
    with caught(world) as statements:
        await reader.data("{ handoffs(box: INBOX, first: 20) { nodes { id } } }")
    sql, values = statements[0]
    async with world.database.engine.connect() as connection:
        pooled = await connection.get_raw_connection()
        driver: Any = pooled.driver_connection
        for _ in range(9):
            await driver.fetchrow(sql, *values[:7], new_id(), *values[8:])
        kept = await driver.fetchrow(
            "select generic_plans, custom_plans from pg_prepared_statements where statement = $1",
            sql,
        )
    assert kept["custom_plans"] <= 5
    assert kept["generic_plans"] >= 4
