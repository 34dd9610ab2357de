"""Before serving: is this a database, and a role, on which row-level security can be relied?"""

import asyncio
import time

from sqlalchemy import Row, text
from sqlalchemy.engine import make_url

from api.failure import sqlstate
from auth.keys import SigningKeys
from auth.settings import AuthSettings
from db.revision import newest
from db.session import Database, DatabaseAway
from db.vault import Vault

OLDEST = 15
PATIENCE = 8.0
"""Seconds to wait for a database that may be starting at the same time as we are."""

_LOOK = text("""
    select current_user as role,
      current_setting('server_version_num')::int / 10000 as version,
      r.rolsuper as is_super,
      exists (select from pg_roles b where (b.rolbypassrls or b.rolsuper)
              and pg_has_role(b.oid, 'member')) as bypasses,
      exists (select from pg_class c where c.relkind in ('r', 'p')
              and c.relnamespace::regnamespace::text not in ('pg_catalog', 'information_schema')
              and pg_has_role(c.relowner, 'member')) as owns,
      exists (select from pg_roles g where g.rolname = 'rangkul_rules'
              and pg_has_role(g.oid, 'member')) as rules,
      exists (select from pg_roles g where g.rolname = 'rangkul_app'
              and pg_has_role(g.oid, 'member')) as belongs,
      exists (select from pg_roles g where g.rolname = 'rangkul_auth'
              and pg_has_role(g.oid, 'usage')) as inherits,
      exists (select from pg_roles g where g.rolname = 'rangkul_auth' and not pg_has_role(
              g.oid, case when current_setting('server_version_num')::int < 160000 then 'member'
                          else 'set' end)) as shut_out,
      to_regnamespace('access') is not null as migrated
    from pg_roles r where r.rolname = current_user
""")
_OF_ITS_OWN = (
    "Put this address into MIGRATION_DATABASE_URL, write another role's name and a new password "
    "into DATABASE_URL, and run `rangkul migrate`: it makes that role."
)
_LOGIN_REFUSED = {
    "28P01": "does not accept this role or its password",
    "28000": "does not let this role in",
    "3D000": "has no database of this name",
}
_LATER = ("57P03", "57P01", "53300")  # starting, stopping, or no connection is left just now


class Obstacle(Exception):
    """Why nothing is served; the text says what to do about it."""


async def check(url: str, settings: AuthSettings, vault: Vault) -> None:
    """Raise the first `Obstacle` there is, or say that keys are not those of this database."""
    database = Database(url, pooled=False)
    try:
        seen = await _reached(database, make_url(url).host)
        if obstacle := _about_role(seen) or await _about_migrations(database, seen):
            raise Obstacle(obstacle)
        await SigningKeys(database, settings).check()
        async with database.anonymous() as tx:
            await vault.check(tx)
    finally:
        await database.close()


async def _reached(database: Database, host: str | None) -> Row[tuple[object, ...]]:
    """What the database says of itself and of us, as soon as it can be reached."""
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            async with database.anonymous() as tx:
                return (await tx.execute(_LOOK)).one()
        except Exception as error:
            if state := _LOGIN_REFUSED.get(sqlstate(error)):
                raise Obstacle(
                    f"The PostgreSQL of DATABASE_URL ({host}) {state}. `rangkul migrate` makes the "
                    "role and sets its password, as the role of MIGRATION_DATABASE_URL."
                ) from None
            if not isinstance(error, DatabaseAway) and sqlstate(error) not in _LATER:
                raise
            if time.monotonic() > deadline:
                raise Obstacle(
                    f"The PostgreSQL of DATABASE_URL ({host}) cannot be reached. Is it running, "
                    "and are host and port right?"
                ) from None
        await asyncio.sleep(0.3)


def _about_role(seen: Row[tuple[object, ...]]) -> str | None:
    role = f"The role {seen.role!r} in DATABASE_URL"
    obstacles = (
        (
            seen.version < OLDEST,
            f"PostgreSQL {OLDEST} or newer is needed; the one of DATABASE_URL is {seen.version}.",
        ),
        (
            seen.is_super,
            f"{role} is a superuser, for whom row-level security does not hold. {_OF_ITS_OWN}",
        ),
        (
            seen.bypasses,
            f"{role} may go around row-level security (BYPASSRLS). {_OF_ITS_OWN}",
        ),
        (
            seen.owns or seen.rules,
            f"{role} owns tables, and with them their policies. {_OF_ITS_OWN}",
        ),
        (
            not seen.migrated,
            "The database of DATABASE_URL is empty. Run `rangkul migrate` with "
            "MIGRATION_DATABASE_URL set to a role that may create tables and roles.",
        ),
        (
            seen.inherits,
            f"{role} inherits rangkul_auth, and reads passwords and sessions while it serves data. "
            "It may only become that role: revoke rangkul_auth from it, and run `rangkul migrate`.",
        ),
        (
            not seen.belongs or seen.shut_out,
            f"{role} is not a member of rangkul_app, or cannot become rangkul_auth by it. Run "
            "`rangkul migrate` with both MIGRATION_DATABASE_URL and this DATABASE_URL: it grants "
            "what the API needs.",
        ),
    )
    return next((text for met, text in obstacles if met), None)


async def _about_migrations(database: Database, seen: Row[tuple[object, ...]]) -> str | None:
    async with database.anonymous() as tx:
        known = await tx.scalar(text("select to_regprocedure('access.revision()') is not null"))
        at = await tx.scalar(text("select access.revision()")) if known else None
    if at == newest():
        return None
    return (
        f"The database is at migration {at or 'none'}, this program needs {newest()}. Run "
        "`rangkul migrate`."
    )
