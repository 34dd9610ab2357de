"""The catalogue of a migrated database, held against the matrix written by hand."""

from collections.abc import AsyncIterator

import asyncpg
import pytest
import pytest_asyncio
from sqlalchemy import text

from db.session import Database
from tests.conftest import Databases
from tests.db.catalogue import APP, AUTH_GRANTS, GRANTS, RULES_GRANTS, problems


@pytest_asyncio.fixture(scope="module")
async def owner(databases: Databases, database_name: str) -> AsyncIterator[asyncpg.Connection]:
    connection = await asyncpg.connect(databases.owner_url(database_name))
    yield connection
    await connection.close()


async def test_the_catalogue_is_as_it_must_be(owner: asyncpg.Connection) -> None:
    assert await problems(owner) == []


async def test_the_login_role_of_the_api_is_nothing_more_than_a_member(database: Database) -> None:
    async with database.anonymous() as tx:
        me = (await tx.execute(text(
            "select rolname, rolsuper, rolbypassrls, rolcreaterole, rolcreatedb, array("
            " select r.rolname from pg_auth_members m join pg_roles r on r.oid = m.roleid"
            " where m.member = me.oid) as of from pg_roles me where rolname = current_user"
        ))).one()  # fmt: skip
    assert tuple(me[1:5]) == (False,) * 4
    assert me.of == [APP]


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ("alter table term disable row level security", "term has no row-level security"),
        ("alter table term no force row level security", "term does not force"),
        ("create table stray (id int)", "stray is not in the matrix"),
        ("create materialized view term_copy as select * from term", "knows no row-level"),
        ("alter view mou_now set (security_invoker = false)", "mou_now reads as its owner"),
        ("grant delete on mou_event to rangkul_app", "rangkul_app on mou_event"),
        ("grant update (sender_id) on handoff to rangkul_app", "rangkul_app on handoff"),
        ("grant select (hash) on client_secret to rangkul_app", "rangkul_app on client_secret"),
        ("grant select on client_secret to public", "rangkul_app on client_secret"),
        ("grant select (hash) on password to rangkul_app", "rangkul_app on password"),
        ("grant select (secret_jwe) on identity_provider to rangkul_app", "on identity_provider"),
        ("grant insert on security_event to rangkul_app", "rangkul_app on security_event"),
        ("grant update (created_at) on security_event to rangkul_auth", "rangkul_auth on security"),
        ("grant select on handoff to rangkul_auth", "rangkul_auth on handoff"),
        ("grant select (version_id) on mou_party to rangkul_auth", "rangkul_auth on mou_party"),
        ("revoke delete on used_once from rangkul_auth", "rangkul_auth on used_once"),
        ("grant select on ticket to rangkul_app", "rangkul_app on ticket"),
        ("grant execute on function access.me() to rangkul_auth", "rangkul_auth may access.me()"),
        ("grant insert on handoff to rangkul_rules", "rangkul_rules on handoff"),
        ("grant update (name) on organisation to rangkul_rules", "rangkul_rules on organisation"),
        ("grant execute on function access.me() to public", "everyone may execute access.me()"),
        (
            "grant execute on function access.live_clauses_to(uuid) to rangkul_app",
            "rangkul_app may",
        ),
        ("alter function access.my_grants() reset search_path", "search path"),
        ("alter function access.is_kpai() owner to current_user", "access.is_kpai() runs as"),
        ("alter role rangkul_app bypassrls", "rangkul_app has ['rolbypassrls']"),
        ("grant create on schema public to rangkul_app", "rangkul_app has ['creates']"),
        ("alter table term owner to rangkul_app", "term belongs to rangkul_app"),
        ("alter table term owner to rangkul_auth", "term belongs to rangkul_auth"),
        (
            "revoke rangkul_auth from rangkul_app; grant rangkul_app to rangkul_auth",
            "rangkul_auth has ['inherits', 'member_of']",
        ),
        ("revoke rangkul_auth from rangkul_app", "rangkul_app has ['member_of']"),
        ("grant rangkul_rules to rangkul_app", "member_of"),
    ],
)
async def test_any_change_of_it_is_noticed(
    owner: asyncpg.Connection, change: str, complaint: str
) -> None:
    transaction = owner.transaction()
    await transaction.start()
    try:
        await owner.execute(change)
        assert complaint in "; ".join(await problems(owner))
    finally:
        await transaction.rollback()


async def test_the_api_role_does_not_inherit(owner: asyncpg.Connection) -> None:
    """Before PostgreSQL 16 the role has to say so, and since then the membership."""
    [version] = await owner.fetchrow("select current_setting('server_version_num')::int / 10000")
    transaction = owner.transaction()
    await transaction.start()
    try:
        if version < 16:
            await owner.execute("alter role rangkul_app inherit")
        else:
            await owner.execute("grant rangkul_auth to rangkul_app with inherit true")
        assert f"{APP} has ['inherits']" in await problems(owner)
    finally:
        await transaction.rollback()


async def test_the_matrix_names_no_table_that_is_gone(owner: asyncpg.Connection) -> None:
    tables = await owner.fetch(
        "select relname from pg_class where relnamespace = 'public'::regnamespace"
        " and relkind in ('r', 'p', 'v')"
    )
    assert {row["relname"] for row in tables} == set(GRANTS)
    assert set(GRANTS) >= {*AUTH_GRANTS, *RULES_GRANTS}
