"""The one way to open a transaction: begin, say who is calling, work, commit or roll back.

A transaction belongs to one root field or one loader batch; sibling fields run at the same time and
must not share one. Everything set is local to the transaction, so PgBouncer in transaction mode may
stand between.
"""

import asyncio
import ssl
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Sequence
from contextlib import (
    AbstractAsyncContextManager,
    AsyncExitStack,
    asynccontextmanager,
    contextmanager,
)
from typing import Any, Protocol
from uuid import UUID, uuid4

from sqlalchemy import NullPool, TextClause, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolExhausted
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, create_async_engine

from db.driver import Driver
from db.transaction import CallerUnknown, Transaction

__all__ = ("CallerUnknown", "Database")

_ENTER = text(
    "select access.enter(:client_id, :scopes, :statement_timeout_ms, :user_id, :grant_id, :bound)"
)
_AUTHORITY = text(
    "select set_config('role', 'rangkul_auth', true),"
    " set_config('statement_timeout', :statement_timeout_ms, true)"
)
_SEALER = text(
    "select set_config('role', 'rangkul_ledger', true),"
    " set_config('statement_timeout', :statement_timeout_ms, true)"
)


LONGEST_KEPT = 100_000
"""Bytes of a statement that connections keep prepared: a whole operation may be one."""


class Identified(Protocol):
    """What a transaction must know of a caller."""

    @property
    def organisation_id(self) -> UUID: ...
    @property
    def client_id(self) -> UUID: ...
    @property
    def scopes(self) -> Iterable[str]: ...
    @property
    def user_id(self) -> UUID | None: ...
    @property
    def grant_id(self) -> UUID | None: ...
    @property
    def bound(self) -> bool: ...


class DatabaseAway(Exception):
    """The database could not be reached; nothing was changed."""


def async_url(url: str) -> URL:
    """Accept the URL people have (``postgres://``, ``sslmode=``) and say it as the driver does."""
    parsed = make_url(url.replace("postgres://", "postgresql://", 1))
    query = {"ssl" if name == "sslmode" else name: value for name, value in parsed.query.items()}
    return parsed.set(drivername="postgresql+asyncpg", query=query)


class Database:
    """A pool of connections to one PostgreSQL, as the role that owns nothing."""

    def __init__(
        self,
        url: str,
        *,
        pool_size: int = 16,
        statement_timeout_ms: int = 10_000,
        pooled: bool = True,
        prepared_statements: bool = True,
        tls: ssl.SSLContext | None = None,
        info: dict[str, Any] | None = None,
    ) -> None:
        # Without hide_parameters, the message of every database error quotes the values sent.
        driver: dict[str, Any] = {"timeout": 5, "max_cacheable_statement_size": LONGEST_KEPT}
        options: dict[str, Any] = {"connect_args": driver, "hide_parameters": True}
        if not prepared_statements:
            # PgBouncer before 1.21 gives each transaction another connection, where a statement
            # prepared in the last one is unknown, or a name is taken.
            options["connect_args"] |= {
                "statement_cache_size": 0,
                "prepared_statement_cache_size": 0,
                "prepared_statement_name_func": lambda: f"__asyncpg_{uuid4()}__",
            }
        if tls is not None:
            options["connect_args"]["ssl"] = tls
        if pooled:
            # Whoever was last used knows statements by heart; opening a connection takes 15 ms.
            options |= {"pool_size": 2 * pool_size, "max_overflow": 0, "pool_timeout": 5}
            options["pool_use_lifo"] = True
        else:
            options["poolclass"] = NullPool
        self.engine: AsyncEngine = create_async_engine(async_url(url), **options)
        self._statement_timeout_ms = statement_timeout_ms
        kept = pool_size // 2 if pooled else 0
        self._driver = Driver(self.engine, statement_timeout_ms / 1000, kept)
        self.info: dict[str, Any] = info if info is not None else {}
        """What every session carries as `tx.info`: keys that rules need and no row holds."""

    @asynccontextmanager
    async def transaction(
        self, caller: Identified, *, later: bool = False
    ) -> AsyncIterator[Transaction]:
        """A transaction in which the database sees what this caller may see, and nothing else.

        It may begin later, when it must: whoever is nobody any more is told that all the same,
        before anything else there is to say.
        """
        tx = Transaction(self, caller)
        with _away():
            try:
                try:
                    if not later:
                        await tx.begin_once()
                    yield tx
                except Exception:
                    await tx.make_known()
                    raise
                await tx.finish()
            finally:
                if tx.begun:
                    await asyncio.shield(tx.close())

    @asynccontextmanager
    async def anonymous(self) -> AsyncIterator[AsyncSession]:
        """A transaction of nobody: for signing in, before there is a caller. Sees no shared row."""
        async with self._session() as tx:
            yield tx
            await tx.commit()

    @asynccontextmanager
    async def authority(self) -> AsyncIterator[AsyncSession]:
        """A transaction of the authorization server: it reads people and their grants, no case."""
        async with self._session() as tx:
            timeout = {"statement_timeout_ms": str(self._statement_timeout_ms)}
            await self._begin(tx, _AUTHORITY, timeout)
            yield tx
            await tx.commit()

    @asynccontextmanager
    async def sealer(self) -> AsyncIterator[AsyncSession]:
        """A transaction of whoever seals the ledger: it reads who read, and no case."""
        async with self._session() as tx:
            timeout = {"statement_timeout_ms": str(self._statement_timeout_ms)}
            await self._begin(tx, _SEALER, timeout)
            yield tx
            await tx.commit()

    async def at_once(self, statement: TextClause, values: dict[str, Any]) -> Any:
        """One statement that is a transaction by itself: one round trip, no BEGIN and no COMMIT.

        Answers the first value of its row. It is tried again once on another connection when the
        first one breaks, so it must be one that can tell that it was carried out already, or does
        no harm twice.
        """
        alone = self.engine.execution_options(isolation_level="AUTOCOMMIT")
        try:
            try:
                async with alone.connect() as connection:
                    return await connection.scalar(statement, values)
            except DBAPIError as error:
                if not error.connection_invalidated:
                    raise
                async with alone.connect() as connection:
                    return await connection.scalar(statement, values)
        except DBAPIError as error:
            if error.connection_invalidated:
                raise DatabaseAway from error
            raise
        except (OSError, PoolExhausted) as error:
            raise DatabaseAway from error

    async def fetch_row(self, statement: str, values: Sequence[Any]) -> Any:
        """The row of one statement in the driver's own words, which enters by itself.

        A transaction by itself and one round trip. Errors are the driver's.
        """
        return await self._driver.fetch_row(statement, values)

    async def close(self) -> None:
        await self._driver.close()
        await self.engine.dispose()

    @asynccontextmanager
    async def _session(self) -> AsyncIterator[AsyncSession]:
        with _away():
            async with AsyncSession(self.engine, expire_on_commit=False, info=self.info) as tx:
                yield tx

    async def begin_as(self, tx: AsyncSession, caller: Identified) -> UUID | None:
        """Begin and say who is calling; None when that is nobody any more."""
        began = await self._begin(tx, _ENTER, self.entering(caller))
        organisation_id: UUID | None = began.scalar_one()
        return organisation_id

    def entering(self, caller: Identified) -> dict[str, Any]:
        """What `access.enter` must be told."""
        return {
            "client_id": caller.client_id,
            "scopes": " ".join(sorted(caller.scopes)),
            "statement_timeout_ms": self._statement_timeout_ms,
            "user_id": caller.user_id,
            "grant_id": caller.grant_id,
            "bound": caller.bound,
        }

    async def _begin(self, tx: AsyncSession, first: TextClause, values: dict[str, Any]) -> Any:
        """The first statement; a connection that died while idle is replaced once."""
        try:
            return await tx.execute(first, values)
        except DBAPIError as error:
            if not error.connection_invalidated:
                raise
            await tx.rollback()
            return await tx.execute(first, values)


@contextmanager
def _away() -> Iterator[None]:
    """Say of a database that is not reached no more than that."""
    try:
        yield
    except DBAPIError as error:
        if error.connection_invalidated:
            raise DatabaseAway from error
        raise
    except (OSError, PoolExhausted) as error:  # refused, unreachable, or none free in time
        raise DatabaseAway from error


class Shared:
    """One transaction for the batches of a request that fall due together, one after the other.

    The first to come opens it, the last to go commits it; an error rolls it back, and who comes
    next opens another. So a page with all its children takes one connection and one BEGIN.
    """

    def __init__(self, open: Callable[[], AbstractAsyncContextManager[AsyncSession]]) -> None:
        self._open = open
        self._lock = asyncio.Lock()
        self._waiting = 0
        self._closing: AsyncExitStack | None = None
        self._tx: AsyncSession | None = None

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[AsyncSession]:
        """The transaction, for as long as this batch needs it."""
        self._waiting += 1
        try:
            async with self._lock:
                try:
                    if self._tx is None:
                        self._closing = AsyncExitStack()
                        self._tx = await self._closing.enter_async_context(self._open())
                    yield self._tx
                except BaseException as error:
                    await self._close(error)
                    raise
                if self._waiting == 1:
                    await self._close(None)
        finally:
            self._waiting -= 1
            if not self._waiting and not self._lock.locked():  # the last one was cancelled waiting
                await self._close(None)

    async def _close(self, error: BaseException | None) -> None:
        closing, self._closing, self._tx = self._closing, None, None
        if closing is not None:
            await closing.__aexit__(type(error) if error else None, error, None)
