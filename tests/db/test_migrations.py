"""Migrations go forward and back, and end where the tables in code are."""

from collections.abc import AsyncIterator

import asyncpg
import pytest_asyncio
from alembic.script import ScriptDirectory
from sqlalchemy.engine import make_url

from db.migrate import check, config, migrate, newest
from tests.conftest import Databases

NAME = "test_migrations"
_OURS = """
    select format('%s %s', c.relkind, c.oid::regclass) from pg_class c
    where c.relnamespace in (to_regnamespace('public'), to_regnamespace('access'))
      and c.relname not like 'alembic_version%'
    union all
    select format('function %s', p.oid::regprocedure) from pg_proc p
    where p.pronamespace in (to_regnamespace('public'), to_regnamespace('access'))
    order by 1
"""


@pytest_asyncio.fixture
async def url(databases: Databases) -> AsyncIterator[str]:
    await databases.drop(NAME)
    await databases._execute(f'create database "{NAME}"')
    yield databases.owner_url(NAME)
    await databases.drop(NAME)


async def things(url: str) -> list[str]:
    """Every table, view, index, sequence and function of ours."""
    plain = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    connection = await asyncpg.connect(plain)
    try:
        return [row[0] for row in await connection.fetch(_OURS)]
    finally:
        await connection.close()


async def test_every_step_can_be_taken_back_and_taken_again(url: str) -> None:
    revisions = [
        script.revision for script in ScriptDirectory.from_config(config()).walk_revisions()
    ]
    assert revisions[0] == newest()
    seen = {"base": await things(url)}
    for revision in reversed(revisions):
        await migrate(url, revision=revision)
        seen[revision] = await things(url)
    for revision in [*revisions[1:], "base"]:
        await migrate(url, revision="-1")
        assert await things(url) == seen[revision], f"going back to {revision}"
    await migrate(url)
    assert await things(url) == seen[newest()]


async def test_the_tables_in_code_are_those_of_the_database(url: str) -> None:
    await migrate(url)
    await check(url)
    await migrate(url)  # and once more changes nothing
    await check(url)


async def test_an_owner_that_is_no_superuser_can_migrate(databases: Databases, url: str) -> None:
    """As whoever made the roles of ours: from PostgreSQL 16 on a member, but not able to become."""
    owner, secret = "migrator_of_test", "only-for-this-test"
    [version] = await asked(url, "select current_setting('server_version_num')::int / 10000")
    how = "admin option" if version < 16 else "admin true, set false, inherit false"
    await databases._execute(f"create role {owner} login createrole password '{secret}'")
    await databases._execute(f"grant rangkul_rules, rangkul_app to {owner} with {how}")
    await databases._execute(f'alter database "{NAME}" owner to {owner}')
    as_owner = make_url(url).set(username=owner, password=secret)
    login = as_owner.set(username="api_of_test")
    try:
        await migrate(as_owner.render_as_string(hide_password=False), login=login)
        await check(url)
        found = await asked(url, "select pg_has_role('api_of_test', 'rangkul_app', 'member')")
        assert found == [True]
    finally:
        await databases.drop(NAME)
        for role in ("api_of_test", owner):
            await databases._execute(f"drop role if exists {role}")


async def asked(url: str, query: str) -> list[object]:
    plain = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    connection = await asyncpg.connect(plain)
    try:
        return [row[0] for row in await connection.fetch(query)]
    finally:
        await connection.close()
