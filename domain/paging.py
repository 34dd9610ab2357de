"""Pages by keyset: the next page starts after a row, not after a number of rows.

So a page costs the same at any depth, and rows that arrive meanwhile neither repeat nor hide one.
"""

import base64
import json
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, Generic, TypeVar
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Select,
    Uuid,
    column,
    func,
    inspect,
    literal,
    select,
    true,
    tuple_,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute, aliased

from db.base import Base
from domain.refusal import Refusal, RefusalCode, require

DEFAULT_SIZE = 20
LARGEST_SIZE = 100

Row = TypeVar("Row", bound=Base)


@dataclass(frozen=True, slots=True)
class PageArgs:
    """What a client asks of a connection (Relay cursor connections): forward or backward."""

    first: int | None = None
    after: str | None = None
    last: int | None = None
    before: str | None = None

    def checked(self) -> "PageArgs":
        require(self.first is None or self.last is None, RefusalCode.BAD_INPUT, "last")
        for name, size in (("first", self.first), ("last", self.last)):
            within = size is None or 0 <= size <= LARGEST_SIZE
            require(within, RefusalCode.BAD_INPUT, name, most=LARGEST_SIZE)
        return self

    @property
    def backward(self) -> bool:
        return self.last is not None or (self.before is not None and self.first is None)

    @property
    def size(self) -> int:
        given = self.last if self.backward else self.first
        return DEFAULT_SIZE if given is None else given


@dataclass(frozen=True, slots=True)
class Order:
    """The columns that order a list; the last one is unique, so that no two rows tie."""

    names: tuple[str, ...]
    descending: bool = False

    def cursor(self, row: Any) -> str:
        """The place of a row, with the list it belongs to: no other list takes it."""
        values = [row.__table__.name, *(_written(getattr(row, name)) for name in self.names)]
        return base64.urlsafe_b64encode(json.dumps(values).encode()).decode().rstrip("=")

    def position(self, cursor: str, model: Any, field: str) -> list[Any]:
        """The values in a cursor of ours; anything else is bad input."""
        try:
            padded = cursor.encode("ascii") + b"=" * (-len(cursor) % 4)
            list_of, *values = json.loads(base64.urlsafe_b64decode(padded))
            kinds = [getattr(model, name).type.python_type for name in self.names]
            if list_of != model.__table__.name:
                raise ValueError
            return [_read(value, kind) for value, kind in zip(values, kinds, strict=True)]
        except (ValueError, TypeError, OverflowError, RecursionError):  # Unicode, base64 and JSON
            raise Refusal(RefusalCode.BAD_INPUT, field) from None


@dataclass(frozen=True, slots=True)
class Edge(Generic[Row]):
    """A row and its place in the list."""

    node: Row
    cursor: str


@dataclass(slots=True)
class Page(Generic[Row]):
    """Rows in the list's own order, and whether there are more on either side."""

    rows: Sequence[Row]
    order: Order
    has_next_page: bool
    has_previous_page: bool
    count: Callable[[], Awaitable[int]] | None = None
    """Counts the whole list, when a client asks."""

    @property
    def nodes(self) -> Sequence[Row]:
        return self.rows

    @property
    def edges(self) -> list[Edge[Row]]:
        return [Edge(row, self.order.cursor(row)) for row in self.rows]

    @property
    def page_info(self) -> "Page[Row]":
        return self

    @property
    def start_cursor(self) -> str | None:
        return self.order.cursor(self.rows[0]) if self.rows else None

    @property
    def end_cursor(self) -> str | None:
        return self.order.cursor(self.rows[-1]) if self.rows else None


def _written(value: Any) -> str | int:
    if isinstance(value, (datetime, date)):
        return value.isoformat()
    return value.hex if isinstance(value, UUID) else value


def _read(value: Any, kind: type) -> Any:
    if kind is int:
        if type(value) is not int or abs(value) >= 2**31:
            raise ValueError
        return value
    if not isinstance(value, str) or "\x00" in value or len(value.encode()) > 2_000:
        raise ValueError
    if kind is datetime:
        moment = datetime.fromisoformat(value)
        if moment.tzinfo is None:
            raise ValueError
        return moment.astimezone(UTC)
    if kind is date:
        return date.fromisoformat(value)
    return UUID(value) if kind is UUID else value


def sliced(
    statement: Select[Any], model: Any, order: Order, args: PageArgs, along: Any = None
) -> Select[Any]:
    """The statement, cut to one row more than the page, in reading direction."""
    columns = [getattr(along or model, name) for name in order.names]

    def beyond(cursor: str, field: str, forward: bool) -> ColumnElement[bool]:
        mark = order.position(cursor, model, field)
        upward = forward != order.descending
        return tuple_(*columns) > tuple_(*mark) if upward else tuple_(*columns) < tuple_(*mark)

    if args.after is not None:
        statement = statement.where(beyond(args.after, "after", True))
    if args.before is not None:
        statement = statement.where(beyond(args.before, "before", False))
    downward = order.descending != args.backward
    statement = statement.order_by(*(c.desc() if downward else c.asc() for c in columns))
    return statement.limit(args.size + 1)


def _page(rows: list[Row], order: Order, args: PageArgs) -> Page[Row]:
    more = len(rows) > args.size
    rows = rows[: args.size]
    if args.backward:
        return Page(
            rows[::-1], order, has_next_page=args.before is not None, has_previous_page=more
        )
    return Page(rows, order, has_next_page=more, has_previous_page=args.after is not None)


async def page(
    tx: AsyncSession,
    statement: Select[Row],
    model: type[Row],
    order: Order,
    args: PageArgs,
    along: Any = None,
) -> Page[Row]:
    """One page of a statement that selects a model; read along what is joined for its order."""
    args = args.checked()
    rows = await tx.scalars(sliced(statement, model, order, args, along))
    return _page(list(rows), order, args)


async def merged(
    tx: AsyncSession,
    branches: Sequence[Select[Row]],
    model: type[Row],
    order: Order,
    args: PageArgs,
) -> Page[Row]:
    """One page of several disjoint statements, each read along an index of its own.

    Inbox and outbox together: an OR over two columns would read and sort both in full.
    """
    args = args.checked()
    cut = [sliced(branch, model, order, args).subquery() for branch in branches]
    union = select(cut[0]).union_all(*(select(part) for part in cut[1:])).subquery()
    either = aliased(model, union)
    downward = order.descending != args.backward
    columns = [getattr(either, name) for name in order.names]
    statement = (
        select(either)
        .order_by(*(c.desc() if downward else c.asc() for c in columns))
        .limit(args.size + 1)
    )
    return _page(list(await tx.scalars(statement)), order, args)


async def pages(
    tx: AsyncSession,
    key: InstrumentedAttribute[UUID],
    parents: Sequence[UUID],
    order: Order,
    args: PageArgs,
) -> dict[UUID, Page[Any]]:
    """The same page for each of many parents, in one statement (a lateral join)."""
    args = args.checked()
    model: Any = key.class_
    ids = literal(list(parents), ARRAY(Uuid()))
    parent = func.unnest(ids).table_valued(column("id", Uuid())).render_derived(name="parent")
    here = select(*shown(model)).where(key == parent.c.id)
    inner = sliced(here, model, order, args).lateral()
    child = aliased(model, inner)
    downward = order.descending != args.backward
    columns = [getattr(child, name) for name in order.names]
    statement = (
        select(child)
        .select_from(parent)
        .join(inner, true())  # a join keeps no order, so the database is asked for it again
        .order_by(*(c.desc() if downward else c.asc() for c in columns))
    )
    found: dict[UUID, list[Any]] = {id: [] for id in parents}
    for row in await tx.scalars(statement):
        found[getattr(row, key.key)].append(row)
    return {id: _page(rows, order, args) for id, rows in found.items()}


def shown(model: Any) -> list[Any]:
    """The columns that are read with a row: a secret one is deferred, and not for the API."""
    return [getattr(model, a.key) for a in inspect(model).column_attrs if not a.deferred]


async def count(tx: AsyncSession, statement: Select[Any]) -> int:
    """How many rows a list has in all; asked only when a client asks."""
    counted = select(func.count()).select_from(statement.order_by(None).subquery())
    return (await tx.execute(counted)).scalar_one()
