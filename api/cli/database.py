"""`rangkul migrate` and `rangkul seed`: what is in the database before anyone asks for it."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.console import Failure, Progress, say, step

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncSession

    from api.cli.home import Home
    from api.seed import Seeded
    from api.settings import Settings


def migrate(
    revision: Annotated[
        str, typer.Option(help="Where to go: head, a revision, -1 for one back, or base.")
    ] = "head",
    yes: Annotated[
        bool, typer.Option("--yes", help="Do not ask before a step back, which deletes data.")
    ] = False,
) -> None:
    """Bring the database to the newest form, and make the role the API logs in as.

    Works as the role of MIGRATION_DATABASE_URL, which must be able to create tables and roles.
    Name and password of the API's role are taken from DATABASE_URL. Without either, the embedded
    database is migrated.

    Example: MIGRATION_DATABASE_URL=postgresql://owner:...@db/rangkul
    DATABASE_URL=postgresql://rangkul_api:...@db/rangkul rangkul migrate
    """
    from api.cli.configuration import load

    settings = load()
    back = revision == "base" or revision.startswith("-")
    if back and not yes:
        typer.confirm(
            "A step back deletes what later migrations made, with its data. Go?", abort=True
        )
    if settings.migration_database_url or settings.database_url:
        _migrate_external(settings, revision)
    else:
        _migrate_embedded(settings, revision)


def _migrate_external(settings: "Settings", revision: str) -> None:
    from sqlalchemy.engine import make_url

    from db.migrate import migrate as run

    given = settings.migration_database_url or settings.database_url
    assert given is not None
    owner = make_url(given.get_secret_value())
    login = make_url(settings.database_url.get_secret_value()) if settings.database_url else None
    if login is not None and login.username == owner.username:
        login = None
    url = given.get_secret_value()
    before = asyncio.run(_check_migrator(url))
    with step("Migrating"):
        asyncio.run(run(url, login=login, revision=revision))
    after = asyncio.run(_revision(url))
    say(f"The database was at {before or 'nothing'} and is now at {after or 'nothing'}.")
    if revision != "head":
        return
    if login is not None:
        say(f"The API logs in as {login.username}, who owns nothing. Next: `rangkul serve`.")
    else:
        say(
            "Next: give the API a role of its own. Write any new name and password into "
            "DATABASE_URL, keep this address in MIGRATION_DATABASE_URL, and run this again."
        )


def _migrate_embedded(settings: "Settings", revision: str) -> None:
    from api.cli import home as embedded
    from api.cli.configuration import home_of
    from db.embedded import EmbeddedPostgres
    from db.migrate import migrate as run

    home = home_of(settings)
    home.make()
    with EmbeddedPostgres(home.postgres) as server, step("Migrating the embedded database"):
        if revision == "head":
            asyncio.run(embedded.bring_up(server))
        else:
            asyncio.run(run(server.url(embedded.DATABASE), revision=revision))
    say(f"The database is in {home.folder}. Next: `rangkul serve`, or `rangkul demo`.")


async def _check_migrator(url: str) -> str | None:
    """Stop before anything is changed when this role could not finish; else the revision."""
    from sqlalchemy import text

    from api.cli.operator import revision, session

    async with session(url) as tx:
        role = (
            await tx.execute(
                text("""
                    select r.rolname, r.rolsuper or pg_has_role(d.datdba, 'member') and
                      (r.rolcreaterole or exists (
                        select from pg_roles a where a.rolname = 'rangkul_app')) as able
                    from pg_roles r, pg_database d
                    where r.rolname = current_user and d.datname = current_database()
                """)
            )
        ).one()
        if not role.able:
            raise Failure(
                f"The role {role.rolname!r} may not create tables and roles here. Set "
                "MIGRATION_DATABASE_URL to one that may: a superuser, or a role with CREATEROLE "
                "that owns the database."
            )
        return await revision(tx)


async def _revision(url: str) -> str | None:
    from api.cli.operator import revision, session

    async with session(url) as tx:
        return await revision(tx)


def seed() -> None:
    """Put the demo world into an empty database. It does not belong in production.

    Works as the role of MIGRATION_DATABASE_URL, which must be a superuser or have BYPASSRLS, and
    as the API's role of DATABASE_URL; or in the embedded database. The secrets of clients and
    people are written to .rangkul/demo-clients.json and demo-people.json, readable by you alone.

    Example: rangkul seed
    """
    from api.cli.configuration import home_of, load
    from api.cli.operator import as_owner, keyed
    from api.seed import seed as sow
    from db.session import Database

    settings = load()
    home = home_of(settings)

    async def work(owner_url: str, api_url: str, progress: Progress) -> "Seeded":
        database = Database(api_url, info=keyed(settings).carried)
        try:
            return await sow(owner_url, database, progress)
        finally:
            await database.close()

    with _addresses(settings, home) as (owner_url, api_url):
        asyncio.run(as_owner(owner_url, _nothing))
        home.make()
        with step("Seeding the demo world") as progress:
            seeded = asyncio.run(work(owner_url, api_url, progress))
    home.make()
    home.keep_people(seeded.people, seeded.portal)
    home.keep_clients(seeded.clients)
    say(f"{len(seeded.clients)} clients and their secrets are in {home.clients_file},")
    say(f"{len(seeded.people)} people and their password in {home.people_file}.")
    say("All of this is made up, and does not belong in production.")


async def _nothing(_tx: "AsyncSession") -> None:
    """Whether this could be done is looked at before."""


@contextmanager
def _addresses(settings: "Settings", home: "Home") -> Iterator[tuple[str, str]]:
    """The database as its owner and as the API, while it lasts."""
    from api.cli import home as embedded
    from db.embedded import EmbeddedPostgres

    owner, api = settings.migration_database_url, settings.database_url
    if owner and api:
        yield owner.get_secret_value(), api.get_secret_value()
    elif owner or api:
        raise Failure(
            "Seeding acts both as the owner and as the API: set MIGRATION_DATABASE_URL and "
            "DATABASE_URL, or neither for the embedded database."
        )
    else:
        home.make()
        with EmbeddedPostgres(home.postgres) as server:
            api_url = asyncio.run(embedded.bring_up(server))
            yield server.url(embedded.DATABASE), api_url
