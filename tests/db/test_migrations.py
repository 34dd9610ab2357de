"""Migrations go forward and back, and end where the tables in code are."""

from collections.abc import AsyncIterator
from uuid import UUID

import asyncpg
import pytest_asyncio
from alembic.script import ScriptDirectory
from sqlalchemy.engine import make_url

from db.migrate import check, config, migrate
from db.revision import newest
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
        for role, how, may in (
            ("rangkul_app", "usage", True),
            ("rangkul_auth", "member", True),
            ("rangkul_auth", "usage", False),
            ("rangkul_rules", "member", False),
        ):
            asking = f"select pg_has_role('api_of_test', '{role}', '{how}')"
            assert await asked(url, asking) == [may], asking
    finally:
        await databases.drop(NAME)
        for role in ("api_of_test", owner):
            await databases._execute(f"drop role if exists {role}")


ROWS = """
insert into organisation (id, type_code, name) values ('{org}', 'UPTD_PPA', 'Unit');
insert into client (id, key, organisation_id, name, scopes) values
  ('{client}', 'k', '{org}', 'n', '{{handoff:read,mou:admin}}');
insert into client_secret (id, client_id, hash) values ('{client}', '{client}', 'h');
"""
MORE = """
update client set auth_method = 'none', grant_types = '{{authorization_code}}',
  redirect_uris = '{{https://a.example/cb}}' where id = '{client}';
insert into user_account (id, organisation_id, email, name, roles)
  values ('{person}', '{org}', 'a@example.id', 'A', '{{AUDITOR}}');
insert into session (id, user_id, hash, methods, expires_at)
  values ('{person}', '{person}', 'x', '{{pwd}}', now());
insert into oauth_grant (id, client_id, user_id, session_id, kind, scopes, expires_at)
  values ('{person}', '{client}', '{person}', '{person}', 'DEVICE_CODE', '{{}}', now());
insert into refresh_token (hash, grant_id, expires_at) values ('x', '{person}', now());
insert into ticket (hash, kind, grant_id, user_id, expires_at)
  values ('x', 'CODE', '{person}', '{person}', now());
insert into device_request (hash, user_code, client_id, scopes, grant_id, expires_at)
  values ('x', 'u', '{client}', '{{}}', '{person}', now());
insert into password values ('{person}', 'x');
insert into totp values ('{person}', 'x');
insert into recovery_code values ('x', '{person}');
insert into passkey (id, user_id, credential_id, public_key, sign_count, name)
  values ('{person}', '{person}', 'x', 'x', 0, 'n');
insert into identity_provider (id, organisation_id, name, issuer, client_id)
  values ('{person}', '{org}', 'n', 'https://i', 'c');
insert into external_identity values ('{person}', 's', '{person}');
insert into security_event (id, organisation_id, kind) values ('{person}', '{org}', 'SIGNED_IN');
insert into used_once values ('x', now());
insert into allowance values ('x', 1, now());
"""
IDS = {name: UUID(int=n) for n, name in enumerate(("org", "client", "person"), 1)}


async def test_people_and_grants_come_and_go_in_a_database_with_rows(url: str) -> None:
    """Clients that were there keep what they had; going back loses people, and nothing else."""
    await migrate(url, revision="0006")
    await asked(url, ROWS.format(**IDS))
    kept = (
        "select row(c.id, c.key, c.organisation_id, c.name, c.scopes, s.hash)::text"
        " from client c join client_secret s on true"
    )
    before = await asked(url, kept)
    for _ in range(2):
        await migrate(url)
        assert await asked(url, "select scopes @> '{client:write}' from organisation"
                           " order by type_code = 'KPAI'") == [True, True]  # fmt: skip
        assert await asked(url, kept) == before
        await asked(url, MORE.format(**IDS))
        await check(url)
        await migrate(url, revision=f"-{int(newest()) - 6}")
        assert await asked(url, kept) == before


async def asked(url: str, query: str) -> list[object]:
    plain = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    connection = await asyncpg.connect(plain)
    try:
        if ";" in query:
            await connection.execute(query)
            return []
        return [row[0] for row in await connection.fetch(query)]
    finally:
        await connection.close()
