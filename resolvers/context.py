"""What one request carries: who asks, in which language, and how to reach the rows."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Sequence
from contextlib import asynccontextmanager
from functools import partial
from typing import Any, TypeVar, cast
from uuid import UUID

import strawberry
from sqlalchemy import ARRAY, Select, Uuid, any_, func, literal, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute
from strawberry.dataloader import DataLoader

from auth.caller import Caller
from auth.settings import AuthSettings
from db.base import Base
from db.session import Database, Shared
from db.transaction import Transaction
from db.vault import CaseKey, Damaged, Destroyed, Vault, vault_of
from domain import checks
from domain.paging import Order, Page, PageArgs, count, merged, page, pages
from domain.refusal import Language, Refusal, RefusalCode
from resolvers.reading import Reading

Row = TypeVar("Row", bound=Base)
Found = TypeVar("Found")
Batch = Callable[[AsyncSession, list[UUID]], Awaitable[dict[UUID, Found]]]
Value = TypeVar("Value")
Rule = Callable[[AsyncSession, list[UUID]], Awaitable[dict[UUID, Value]]]

# What the second wall answers when something moved between the rule and the write: a policy
# (42501), a unique key (23505), a check or a foreign key, or a row another one held (40001, 40P01).
MOVED = {"42501", "23505", "23514", "23503", "40001", "40P01"}

AT_ONCE = 2
"""Transactions for reading that one request has at a time, so that twenty root fields, or a field
of a hundred rows, leave the connections to others."""


class Context:
    """One request. Loaders batch what fields ask for one by one."""

    def __init__(
        self,
        database: Database,
        caller: Caller | None,
        language: Language,
        request_id: str,
        auth: AuthSettings,
    ) -> None:
        self.database = database
        self.auth = auth
        self.language = language
        self.request_id = request_id
        self.caller = caller
        self._loaders: dict[Any, DataLoader[Any, Any]] = {}
        # Not `self.transaction`: in a circle, a request and its keys would stay until Python looks
        # for such. Who is nobody comes as far as no batch.
        self._batches = Shared(partial(database.transaction, cast(Caller, caller)))
        self._few = asyncio.Semaphore(AT_ONCE)
        self.reading = Reading()
        self._case_keys: dict[UUID, CaseKey] = {}

    @property
    def me(self) -> Caller:
        """The caller; the edge lets nobody without a token come as far as a resolver."""
        if self.caller is None:
            raise RuntimeError("an anonymous request reached a resolver")
        return self.caller

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[AsyncSession]:
        """A transaction for reading, of one root field: a few of its siblings run beside it. It is
        not asked for within another."""
        async with self._few, self.database.transaction(self.me) as tx:
            yield tx

    @asynccontextmanager
    async def change(self, *, later: bool = False) -> AsyncIterator[Transaction]:
        """A transaction for a mutation: a refusal rolls it back, and what was read is forgotten."""
        await self.reading.before_change(self.database, self.me, self.request_id)
        try:
            async with self.database.transaction(self.me, later=later) as tx:
                tx.info["request_id"] = self.request_id  # for the ledger
                yield tx
        except DBAPIError as error:
            if getattr(error.orig, "sqlstate", None) in MOVED:
                raise Refusal(RefusalCode.CHANGED_MEANWHILE) from None
            raise
        except Destroyed:  # nothing is added to a case of which nothing is left
            raise Refusal(RefusalCode.WRONG_STATE) from None
        finally:
            self._loaders.clear()

    async def case_key(self, case_id: UUID, kek_id: str | None, wrapped: bytes | None) -> CaseKey:
        """The key of a case, opened once a request."""
        key = self._case_keys.get(case_id)
        if key is None:
            if not kek_id or not wrapped:
                raise Damaged
            vault: Vault = self.database.info["vault"]
            key = await vault.open_case(case_id, kek_id, wrapped)
            self._case_keys[case_id] = key
        return key

    async def note(self, place: str, sealed: bytes) -> str:
        """What was sealed and belongs to no case, such as the reason of an emergency."""
        async with self._batches.turn() as tx:
            return await vault_of(tx).open_note(tx, place, sealed)

    async def found(self, model: type[Row], id: UUID, field: str) -> Row:
        """The row a root field asks for, or NOT_FOUND."""
        async with self.transaction() as tx:
            return await checks.found(tx, model, id, field)

    async def listed(
        self,
        statement: Select[Row] | Sequence[Select[Row]],
        model: type[Row],
        order: Order,
        args: PageArgs,
        along: Any = None,
        counted: Any = None,
    ) -> Page[Row]:
        """A page of a root list, which can also say how long the list is.

        Several statements are the disjoint parts of one list, each with an index of its own.
        """
        parts = [statement] if isinstance(statement, Select) else statement
        whole = parts if counted is None else [counted]

        async def total() -> int:
            async with self.transaction() as tx:
                return sum([await count(tx, part) for part in whole])

        async with self.transaction() as tx:
            if len(parts) == 1:
                found = await page(tx, parts[0], model, order, args, along)
            else:
                found = await merged(tx, parts, model, order, args)
        found.count = total
        return found

    async def myself(self) -> Caller:
        """Who asks; a client that was disabled is nobody any more."""
        async with self.transaction():
            return self.me

    async def together(self, waiting: Sequence[Coroutine[Any, Any, Value]]) -> list[Value]:
        """What all of these find, side by side."""
        return list(await asyncio.gather(*waiting))

    async def one(self, model: type[Row], id: UUID) -> Row | None:
        """A row by its id, or None when it does not exist for the caller."""

        async def load(ids: list[UUID]) -> list[Row | None]:
            statement = select(model).where(model.__table__.c.id == any_(_uuids(ids)))
            async with self._batches.turn() as tx:
                rows: dict[Any, Row] = {_id(row): row for row in await tx.scalars(statement)}
            return [rows.get(id) for id in ids]

        row: Row | None = await self._loader(model, load).load(id)
        return row

    async def batched(self, ask: Batch[Found], id: UUID) -> Found | None:
        """What a rule knows of a row, asked for all rows of the answer at once."""

        async def load(ids: list[UUID]) -> list[Found | None]:
            async with self._batches.turn() as tx:
                found = await ask(tx, ids)
            return [found.get(id) for id in ids]

        known: Found | None = await self._loader(ask, load).load(id)
        return known

    async def many(
        self, key: InstrumentedAttribute[UUID], order: Order, parent: UUID, args: PageArgs
    ) -> Page[Any]:
        """A page of the rows that hang on a parent, for all parents in one statement."""

        async def load(parents: list[UUID]) -> list[Page[Any]]:
            async with self._batches.turn() as tx:
                found = await pages(tx, key, parents, order, args)
            return [found[parent] for parent in parents]

        found: Page[Any] = await self._loader((key, order, args), load).load(parent)
        found.count = lambda: self._count(key, parent)
        return found

    async def _count(self, key: InstrumentedAttribute[UUID], parent: UUID) -> int:
        async def load(parents: list[UUID]) -> Sequence[int]:
            these = key == any_(_uuids(parents))
            statement = select(key, func.count()).where(these).group_by(key)
            async with self._batches.turn() as tx:
                counted = {row[0]: row[1] for row in await tx.execute(statement)}
            return [counted.get(parent, 0) for parent in parents]

        count: int = await self._loader((key, "count"), load).load(parent)
        return count

    async def each(self, rule: Rule[Value], id: UUID) -> Value | None:
        """What a rule says of an id, or None: it is asked of all that are waiting at once."""

        async def load(ids: list[UUID]) -> list[Value | None]:
            async with self._batches.turn() as tx:
                said = await rule(tx, ids)
            return [said.get(id) for id in ids]

        value: Value | None = await self._loader(rule, load).load(id)
        return value

    def _loader(self, key: Any, load: Any) -> DataLoader[Any, Any]:
        if key not in self._loaders:
            self._loaders[key] = _Loader(load_fn=load)
        return self._loaders[key]


class _Loader(DataLoader[Any, Any]):
    """Several fields wait for one row. When graphql-core gives up one of them, because an error
    beside it takes away the object they are in, the others go on waiting."""

    def load(self, key: Any) -> Awaitable[Any]:
        return asyncio.shield(super().load(key))


def _uuids(ids: list[UUID]) -> Any:
    """A list as one parameter: a statement then has one text, however many ids there are."""
    return literal(ids, ARRAY(Uuid()))


def _id(row: Any) -> UUID:
    id: UUID = row.id
    return id


Info = strawberry.Info[Context, None]
