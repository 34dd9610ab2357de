"""Fields that follow a key from one row to another: declared as data, answered in batches."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Annotated, Any

import strawberry
from sqlalchemy.orm import InstrumentedAttribute

from db.base import Base
from domain.paging import Order, Page, PageArgs
from resolvers.context import Info
from resolvers.wanted import ToEach, ToFirst, ToMany, ToOne, marked

Resolver = Callable[..., Awaitable[Any]]
_BY_ID = Order(("id",))

First = Annotated[
    int | None,
    strawberry.argument(description="How many to read forward: 0 to 100, 20 when not said."),
]
After = Annotated[
    str | None, strawberry.argument(description="Read forward from after this cursor.")
]
Last = Annotated[
    int | None, strawberry.argument(description="How many to read backward, up to 100.")
]
Before = Annotated[
    str | None, strawberry.argument(description="Read backward from before this cursor.")
]


def to_one(model: type[Base], key: str) -> Resolver:
    """The row a key points to, or null when it does not exist for the caller."""

    async def resolve(root: Any, info: Info) -> Any:
        id = getattr(root, key)
        return None if id is None else await info.context.one(model, id)

    return marked(resolve, ToOne(model, key))


def to_many(key: InstrumentedAttribute[Any], order: Order, *, parent: str = "id") -> Resolver:
    """The rows whose key points here, as a connection."""

    async def resolve(
        root: Any,
        info: Info,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
    ) -> Page[Any]:
        args = PageArgs(first, after, last, before)
        return await info.context.many(key, order, getattr(root, parent), args)

    return marked(resolve, ToMany(key, order, parent))


def to_first(key: InstrumentedAttribute[Any]) -> Resolver:
    """The row whose key points here; the first, should there be several."""

    async def resolve(root: Any, info: Info) -> Any:
        page = await info.context.many(key, _BY_ID, root.id, PageArgs(first=1))
        return next(iter(page.rows), None)

    return marked(resolve, ToFirst(key, _BY_ID))


async def total_count(root: Page[Any]) -> int:
    """How many rows the whole list has."""
    return await root.count() if root.count else len(root.rows)


def to_each(model: type[Base], key: str) -> Resolver:
    """The rows whose ids stand in a list, without those that do not exist for the caller."""

    async def resolve(root: Any, info: Info) -> list[Any]:
        found = await asyncio.gather(*(info.context.one(model, id) for id in getattr(root, key)))
        return [row for row in found if row is not None]

    return marked(resolve, ToEach(model, key))
