"""Bringing a database to the newest form, and making the API's own login role.

Runs as a role that may create tables and roles (the *migration* role). The API itself logs in as a
role that is merely a member of ``rangkul_app``.
"""

from alembic import command
from alembic.config import Config
from sqlalchemy import text
from sqlalchemy.engine import URL, Connection
from sqlalchemy.ext.asyncio import create_async_engine

from db.revision import MIGRATIONS, VERSIONS
from db.session import async_url

LOCK_TIMEOUT = "5s"
STATEMENT_TIMEOUT = "15min"
_ADVISORY_LOCK = 7_264_855  # two replicas that migrate at once wait for each other


def config(connection: Connection | None = None) -> Config:
    """Alembic's settings, without an ini file: there is one place for migrations."""
    settings = Config()
    settings.set_main_option("script_location", str(MIGRATIONS))
    settings.set_main_option("version_locations", str(VERSIONS))
    settings.set_main_option("path_separator", "os")
    settings.attributes["connection"] = connection
    return settings


async def migrate(url: str, *, login: URL | None = None, revision: str = "head") -> None:
    """Migrate the database at ``url`` to ``revision``; then let ``login`` be the API's role."""
    engine = create_async_engine(async_url(url))
    try:
        async with engine.connect() as connection:
            await connection.execute(text("select pg_advisory_lock(:key)"), {"key": _ADVISORY_LOCK})
            await connection.execute(text(f"set lock_timeout = '{LOCK_TIMEOUT}'"))
            await connection.execute(text(f"set statement_timeout = '{STATEMENT_TIMEOUT}'"))
            await connection.commit()
            await connection.run_sync(_run, revision)
            await connection.commit()
            if login is not None:
                await connection.run_sync(_let_log_in, login)
                await connection.commit()
    finally:
        await engine.dispose()


def _run(connection: Connection, revision: str) -> None:
    move = command.downgrade if revision == "base" or revision.startswith("-") else command.upgrade
    move(config(connection), revision)


async def check(url: str) -> None:
    """Fail when the tables in code and the migrated database differ (`alembic check`)."""
    engine = create_async_engine(async_url(url))
    try:
        async with engine.connect() as connection:
            await connection.run_sync(lambda sync: command.check(config(sync)))
    finally:
        await engine.dispose()


def _let_log_in(connection: Connection, login: URL) -> None:
    """Create or update the API's login role; it gets what ``rangkul_app`` may do, nothing more."""
    if not login.username:
        return
    quote = connection.dialect.identifier_preparer.quote_identifier
    role = quote(login.username)
    privileged = connection.scalar(
        text("select rolsuper or rolbypassrls from pg_roles where rolname = :name"),
        {"name": login.username},
    )
    if privileged:
        return  # `serve` refuses such a role and says what to do instead
    if privileged is None:
        connection.execute(text(f"create role {role} login"))
    if login.password:
        # ALTER ROLE takes no parameters; quote_literal makes the literal on the server.
        statement = connection.scalar(
            text(
                "select format('alter role %I login password %L',"
                " cast(:name as text), cast(:password as text))"
            ),
            {"name": login.username, "password": str(login.password)},
        )
        connection.exec_driver_sql(str(statement).replace("%", "%%"))
    connection.execute(text(f"grant rangkul_app to {role}"))
