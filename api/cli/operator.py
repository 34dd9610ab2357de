"""Acting as the operator: in the database of MIGRATION_DATABASE_URL, or in the embedded one."""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import TYPE_CHECKING, Any, TypeVar, cast
from uuid import UUID

from sqlalchemy import NullPool, text
from sqlalchemy.ext.asyncio import AsyncSession, create_async_engine

from api.cli.configuration import home_of
from api.cli.console import Failure
from api.cli.home import DATABASE
from api.settings import Settings
from db.revision import newest
from db.session import async_url

if TYPE_CHECKING:
    from auth.caller import Caller
    from auth.settings import AuthSettings

Answer = TypeVar("Answer")

_LOOK = text("""
    select current_user as role,
      to_regclass('public.organisation') is not null as migrated,
      (select pg_has_role(c.relowner, 'member') from pg_class c
       where c.oid = to_regclass('public.organisation')) as owns
""")


@contextmanager
def owner_url(settings: Settings) -> Iterator[str]:
    """The database as its owner: the one that is named, or else the embedded one."""
    given = settings.migration_database_url or settings.database_url
    if given is not None:
        yield given.get_secret_value()
        return
    with home_of(settings).joined() as server:
        yield server.url(DATABASE)


def as_operator(
    settings: Settings, work: Callable[[AsyncSession], Coroutine[Any, Any, Answer]]
) -> Answer:
    """Do the work in one transaction as the owner of the tables, who is bound by no rule."""
    with owner_url(settings) as url:
        return asyncio.run(as_owner(url, work))


async def as_owner(url: str, work: Callable[[AsyncSession], Coroutine[Any, Any, Answer]]) -> Answer:
    """The same for a database that is open already."""
    async with session(url) as tx:
        seen = (await tx.execute(_LOOK)).one()
        if not seen.migrated:
            raise Failure("This database is empty. Run `rangkul migrate` first.")
        if not seen.owns:
            raise Failure(
                f"The role {seen.role!r} does not own the tables, and may not do this. Set "
                "MIGRATION_DATABASE_URL to the role that ran `rangkul migrate`."
            )
        at = await revision(tx)
        if at != newest():
            raise Failure(
                f"The database is at migration {at}, this program needs {newest()}. Run "
                "`rangkul migrate` first."
            )
        return await work(tx)


@asynccontextmanager
async def session(url: str) -> AsyncIterator[AsyncSession]:
    """One transaction on a connection of its own."""
    engine = create_async_engine(async_url(url), poolclass=NullPool, hide_parameters=True)
    try:
        async with AsyncSession(engine, expire_on_commit=False) as tx:
            yield tx
            await tx.commit()
    except OSError:
        raise Failure("The database cannot be reached. Are host and port right?") from None
    finally:
        await engine.dispose()


async def revision(tx: AsyncSession) -> str | None:
    """The migration a database is at, as its owner sees it; None when it is empty."""
    if await tx.scalar(text("select to_regclass('public.alembic_version') is null")):
        return None
    found: str | None = await tx.scalar(text("select version_num from public.alembic_version"))
    return found


async def acting_for(tx: AsyncSession, organisation_id: UUID) -> "Caller":
    """Keep something in the name of an organisation, under the rules that hold for it. No client
    and no person does it: the security log shows neither, which means the operator."""
    from auth.caller import Caller

    named = text("select set_config('app.organisation_id', :id, true)")
    await tx.execute(named, {"id": str(organisation_id)})
    return Caller(organisation_id, cast(UUID, None), "operator", frozenset())


def auth_settings(settings: Settings) -> "AuthSettings":
    """As `rangkul serve` has them; what is sealed here must open there."""
    return keyed(settings).auth


def keyed(settings: Settings) -> Settings:
    """The settings with the keys of the embedded database's folder, where none are set."""
    from api.cli.configuration import load

    if settings.key_encryption_key is not None:
        return settings
    if settings.database_url is not None or settings.migration_database_url is not None:
        raise Failure("RANGKUL_KEY_ENCRYPTION_KEY must be set as it is for `rangkul serve`.")
    home = home_of(settings)
    keys = settings.content_keys or home.content_keys()
    return load(key_encryption_key=home.key_encryption_key(), content_keys=keys)
