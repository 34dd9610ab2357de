"""The authorization server's role: taken on for a transaction, with its own half of the tables."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession

from auth import grants
from auth.caller import Caller
from auth.grants import GrantKind
from auth.roles import Role
from auth.scopes import KPAI_ONLY, Scope
from db.ids import new_id
from db.session import CallerUnknown, Database
from tests.conftest import Databases
from tests.db.catalogue import APP, AUTH, AUTH_GRANTS, GRANTS
from tests.people import somebody
from tests.world import World

Transaction = Callable[[], AbstractAsyncContextManager[AsyncSession]]
WHO = text("select current_user::text")
SECRETS = [t for t in AUTH_GRANTS if "SELECT" not in GRANTS[t].table and not GRANTS[t].reads]
CASES = [table for table in GRANTS if table not in AUTH_GRANTS]
READ_WITHOUT_SECRETS = {"identity_provider": "secret_jwe", "session": "hash"}


async def denied(transaction: Transaction, statement: str) -> bool:
    try:
        async with transaction() as tx:
            await tx.execute(text(statement))
    except DBAPIError as error:
        assert getattr(error.orig, "sqlstate", None) == "42501", error
        return True
    return False


@pytest.mark.parametrize("table", SECRETS)
async def test_the_api_reads_no_secret(database: Database, world: World, table: str) -> None:
    """Not as nobody, and not as a caller; by the same login that can become the other role."""
    org = await world.org()
    caller = await world.tokens.verify((await world.as_(org)).token)
    look = f"select 1 from {table}"
    assert await denied(database.anonymous, look)
    assert await denied(lambda: database.transaction(caller), look)
    assert not await denied(database.authority, look)


@pytest.mark.parametrize(("table", "column"), READ_WITHOUT_SECRETS.items())
async def test_the_api_reads_no_secret_column(database: Database, table: str, column: str) -> None:
    for look in (
        f"select {column} from {table}",
        f"select 1 from {table} where {column} is null",
        f"select * from {table}",
        f"select {table} from {table}",
    ):
        assert await denied(database.anonymous, look), look
        assert not await denied(database.authority, look), look
    change = "disabled_at = now()" if table == "identity_provider" else "ended_at = now()"
    assert await denied(database.anonymous, f"update {table} set {change} returning {column}")


@pytest.mark.parametrize("table", CASES)
async def test_the_authorization_server_reads_no_case(database: Database, table: str) -> None:
    assert await denied(database.authority, f"select 1 from {table}")


async def test_the_authorization_server_is_nobody_in_the_api(database: Database) -> None:
    for function in ("access.me()", "access.my_grants()", "access.sections_saying('{}', '{}')",
                     "access.enter(null, '', 0)", "access.add_secret(null, null, '', '1 day')",
                     "access.take_points(1, 1)"):  # fmt: skip
        assert await denied(database.authority, f"select {function}"), function
    assert await denied(database.anonymous, "select access.draw('x', 1, 1, 1)")
    for change in ("update user_account set roles = '{}'", "update client set scopes = '{}'",
                   "update organisation set scopes = '{}'", "delete from security_event",
                   "update security_event set facts = '{}'", "select facts from security_event",
                   "insert into security_event (id, kind, created_at) values"
                   " (gen_random_uuid(), 'X', now())", "insert into client_secret default values",
                   "insert into user_account default values"):  # fmt: skip
        assert await denied(database.authority, change), change


async def test_the_role_ends_with_the_transaction(databases: Databases, database_name: str) -> None:
    """However it ends, and on the same connection."""
    one = Database(databases.app_url(database_name), pool_size=1)
    try:
        async with one.anonymous() as tx:
            me = await tx.scalar(WHO)
            connection = await tx.scalar(text("select pg_backend_pid()"))

        async def after() -> tuple[Any, ...]:
            async with one.anonymous() as tx:
                asked = "select current_user::text, pg_backend_pid()"
                return tuple((await tx.execute(text(asked))).one())

        async with one.authority() as tx:
            assert await tx.scalar(WHO) == AUTH
            assert await tx.scalar(text("show statement_timeout")) == "10s"
        assert await after() == (me, connection)
        with pytest.raises(RuntimeError):
            async with one.authority() as tx:
                raise RuntimeError
        assert await after() == (me, connection)
        with pytest.raises(DBAPIError):
            async with one.authority() as tx:
                await tx.execute(text("select 1 / 0"))
        assert await after() == (me, connection)
        async with one.authority() as tx:
            await tx.rollback()
            assert await tx.scalar(WHO) == me
    finally:
        await one.close()


async def test_the_api_never_is_the_authorization_server(database: Database) -> None:
    async with database.anonymous() as tx:
        for role, how, may in ((APP, "usage", True), (AUTH, "usage", False),
                               (AUTH, "member", True)):  # fmt: skip
            asked = text("select pg_has_role(cast(:role as text), :how)")
            assert await tx.scalar(asked, {"role": role, "how": how}) == may, (role, how)


async def test_roles_and_their_scopes_are_the_same_in_code_and_database(world: World) -> None:
    rows = await world.sql("select code, scopes from staff_role")
    assert {code: set(scopes) for code, scopes in rows} == {
        role.value: {scope.value for scope in role.scopes} for role in Role
    }
    [(check,)] = await world.sql(
        "select pg_get_constraintdef(oid) from pg_constraint"
        " where conname = 'user_account_roles_check'"
    )
    assert all(f"'{role}'::text" in check for role in Role)
    assert check.count("'::text") == len(Role)


async def test_what_organisations_are_granted_at_first(world: World) -> None:
    """All that has a use for them: KPAI everything, the others what is not KPAI's alone."""
    [(kpai,)] = await world.sql("select scopes from organisation where id = :id", id=world.kpai.id)
    assert sorted(kpai) == sorted(Scope)
    org = await world.org()
    [(partner,)] = await world.sql("select scopes from organisation where id = :id", id=org.id)
    assert sorted(partner) == sorted(set(Scope) - KPAI_ONLY)


async def test_a_token_of_before_a_move_opens_nothing(world: World) -> None:
    """The operator moved a client to another organisation: what was let in for one is not there."""
    one, other = await world.org(), await world.org()
    caller = await world.tokens.verify((await world.as_(one)).token)
    moved = Caller(other.id, *(getattr(caller, n) for n in ("client_id", "client_key", "scopes")),
                   grant_id=caller.grant_id)  # fmt: skip
    async with world.database.transaction(caller):
        pass
    for unknown in (moved, Caller(one.id, new_id(), "k", caller.scopes)):
        with pytest.raises(CallerUnknown):
            async with world.database.transaction(unknown):
                pass


async def test_what_was_begun_while_a_person_was_shut_out_stays_shut(world: World) -> None:
    """A grant made at the very moment of shutting out must not come to life with the person."""
    person = await somebody(world, await world.org())
    client = (await world.sql("select id from client limit 1"))[0].id
    await world.sql("update user_account set disabled_at = now() where id = :id", id=person.id)
    async with world.operator() as tx:
        kind, scopes = GrantKind.AUTHORIZATION_CODE, [Scope.MOU_READ]
        late = await grants.begin(
            tx, kind, client_id=client, user_id=person.id, scopes=scopes, seconds=300
        )
    await world.sql("update user_account set disabled_at = null where id = :id", id=person.id)
    [row] = await world.sql("select end_reason from oauth_grant where id = :id", id=late)
    assert row.end_reason == "DISABLED"
