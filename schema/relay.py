"""Relay: global ids, nodes and connections (GraphQL Cursor Connections Specification)."""

from typing import Any, Generic, TypeVar

import strawberry
from sqlalchemy.orm import InstrumentedAttribute

from auth.scopes import Scope
from db.base import Base
from domain.paging import Order, Page
from resolvers.relations import global_id, to_many, to_one
from schema.scopes import field

T = TypeVar("T")


@strawberry.interface(description="Anything that has an id of its own and can be read again by it.")
class Node:
    id: strawberry.ID = strawberry.field(
        description="Globally unique; it names its noun, and is otherwise opaque."
    )


@strawberry.type(description="Where a page stands in its list.")
class PageInfo:
    has_next_page: bool = strawberry.field(description="Whether more rows follow the last edge.")
    has_previous_page: bool = strawberry.field(description="Whether rows precede the first edge.")
    start_cursor: str | None = strawberry.field(description="Cursor of the first edge.")
    end_cursor: str | None = strawberry.field(
        description="Cursor of the last edge; give it as `after` to read on."
    )


@strawberry.type(description="A row of a list and its place in it.")
class Edge(Generic[T]):
    node: T
    cursor: str = strawberry.field(description="The place of this row; it stays valid.")


def _edges(root: Any) -> list[Any]:
    page: Page[Any] = root
    return [Edge(node=row, cursor=page.order.cursor(row)) for row in page.rows]


def _nodes(root: Any) -> list[Any]:
    return list(root.rows)


def _page_info(root: Any) -> Any:
    page: Page[Any] = root
    return PageInfo(
        has_next_page=page.has_next,
        has_previous_page=page.has_previous,
        start_cursor=page.order.cursor(page.rows[0]) if page.rows else None,
        end_cursor=page.order.cursor(page.rows[-1]) if page.rows else None,
    )


async def _total_count(root: Any) -> int | None:
    return await root.count() if root.count else None


@strawberry.type(description="A page of a list, read by keyset: stable while rows come and go.")
class Connection(Generic[T]):
    edges: list[Edge[T]] = field(_edges, scope=None, description="The rows with their cursors.")
    nodes: list[T] = field(_nodes, scope=None, description="The rows alone.")
    page_info: PageInfo = field(_page_info, scope=None, description="Where this page stands.")
    total_count: int | None = field(
        _total_count,
        scope=None,
        description="How many rows the whole list has for you. Counted only when asked for.",
    )


def node_id(noun: str) -> Any:
    """The ``id`` line of a type."""
    return field(
        global_id(noun),
        scope=None,
        description="Globally unique; it names its noun, and is otherwise opaque.",
    )


def one(model: type[Base], key: str, of: Any, *, scope: Scope, description: str) -> Any:
    """A line that follows a key to one row; null when it is not shared with the caller."""
    returns = of | None if isinstance(of, type) else of
    return field(to_one(model, key), scope=scope, returns=returns, description=description)


def many(
    key: InstrumentedAttribute[Any], order: Order, of: Any, *, scope: Scope, description: str
) -> Any:
    """A line that lists the rows hanging on this one."""
    return field(to_many(key, order), scope=scope, returns=of, description=description)
