"""A transaction of a caller, which may begin later.

Many a change is one question and one statement that writes all. Each can enter by itself and be a
transaction of its own: that saves BEGIN, COMMIT and the round trips they take. Under READ COMMITTED
the second statement would see what is new since the first in any case.
"""

from functools import wraps
from typing import TYPE_CHECKING, Any
from uuid import UUID

import asyncpg
import orjson
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession

if TYPE_CHECKING:
    from db.session import Database, Identified

LOST = (
    asyncpg.PostgresConnectionError,
    asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,
    OSError,
)
"""What the driver says when there is no database at the other end any more."""


class CallerUnknown(Exception):
    """What the token rests on (client, person, organisation, grant) has ended: it opens nothing."""


def entering(expression: str) -> str:
    """The statement that enters, and then answers what the expression says, as JSON.

    What it is told stands from ``$8`` on. `case` keeps the order: nothing is read or written before
    it is known who does it.
    """
    entered = "select access.enter($1, $2, $3, $4, $5, $6) as me offset 0"
    return f"select x.me, case when x.me = $7 then {expression}::text end from ({entered}) x"  # noqa: S608


def _beginning(method: Any) -> Any:
    """The method of a session, which begins the transaction before."""

    @wraps(method)
    async def begun(self: "Transaction", *args: Any, **options: Any) -> Any:
        await self.begin_once()
        return await method(self, *args, **options)

    return begun


class Transaction(AsyncSession):
    """A session that sees what this caller may see, and nothing else.

    Used before it has begun in another way than by these methods, it sees nothing at all.
    """

    execute = _beginning(AsyncSession.execute)
    scalar = _beginning(AsyncSession.scalar)
    scalars = _beginning(AsyncSession.scalars)
    flush = _beginning(AsyncSession.flush)
    get = _beginning(AsyncSession.get)
    connection = _beginning(AsyncSession.connection)

    def __init__(self, database: "Database", caller: "Identified") -> None:
        super().__init__(database.engine, expire_on_commit=False, info=database.info)
        self._database, self._caller = database, caller
        self._values = (*database.entering(caller).values(), caller.organisation_id)
        self.begun = False
        self._known = False

    async def begin_once(self) -> None:
        """Begin, and say who is calling."""
        if not self.begun:
            self.begun = self._known = True
            with self.no_autoflush:  # nothing is written before it is known who writes
                me = await self._database.begin_as(self, self._caller)
            self._recognise(me)

    async def make_known(self) -> None:
        """Find out whether the caller is somebody, when nothing was asked as yet."""
        if not self._known:
            await self.begin_once()

    async def finish(self) -> None:
        """Commit what has begun, or is still to be written."""
        await self.make_known()
        if self.new:
            await self.begin_once()
        if self.begun:
            await self.commit()

    async def told(self, statement: str, *values: Any, alone: bool) -> Any:
        """What a statement made by `entering` answers.

        Alone it is a transaction by itself, unless more has begun: one that only asks, or writes
        all there is to write, for that stays written whatever comes after. The first one only asks:
        it is asked again when it met a connection that died while idle.
        """
        if not alone:
            await self.begin_once()
        if self.begun:
            connection = await self.connection()
            found = await connection.exec_driver_sql(statement, (*self._values, *values))
            [(me, answer)] = found.all()
        else:
            first, self._known = not self._known, True
            try:
                me, answer = await self._database.fetch_row(statement, (*self._values, *values))
            except TimeoutError as error:
                raise DBAPIError(None, None, asyncpg.QueryCanceledError()) from error
            except LOST as error:
                if not first:
                    raise ConnectionError from error
                return await self.told(statement, *values, alone=False)
            except asyncpg.PostgresError as error:
                raise DBAPIError(None, None, error, hide_parameters=True) from error
        self._recognise(me)
        return answer if answer is None else orjson.loads(answer)

    def _recognise(self, me: UUID | None) -> None:
        if me != self._caller.organisation_id:
            raise CallerUnknown  # or of another organisation than when the token was made
