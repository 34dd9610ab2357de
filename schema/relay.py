"""Relay: global ids, nodes and connections (GraphQL Cursor Connections Specification)."""

from typing import Any, Generic, TypeVar

import strawberry
from sqlalchemy.orm import InstrumentedAttribute

from auth.scopes import Scope
from db.base import Base
from domain.paging import Order
from resolvers.relations import to_first, to_many, to_one, total_count
from schema.scopes import field

T = TypeVar("T")


@strawberry.interface(description="Anything that has an id of its own and can be read again by it.")
class Node:
    global_id: strawberry.ID = strawberry.field(
        name="id", description="Globally unique; it names its noun, and is otherwise opaque."
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
    node: T = strawberry.field(description="The row.")
    cursor: str = strawberry.field(description="The place of this row; it stays valid.")


@strawberry.type(description="A page of a list, read by keyset: stable while rows come and go.")
class Connection(Generic[T]):
    edges: list[Edge[T]] = strawberry.field(description="The rows with their cursors.")
    nodes: list[T] = strawberry.field(description="The rows alone.")
    page_info: PageInfo = strawberry.field(description="Where this page stands.")
    total_count: int = field(
        total_count,
        scope=None,
        description="How many rows the whole list has for you. Counted only when asked for.",
    )


def one(model: type[Base], key: str, of: Any, *, scope: Scope, description: str) -> Any:
    """A line that follows a key to one row; null when it is not shared with the caller."""
    return field(to_one(model, key), scope=scope, returns=of, description=description)


def first(key: InstrumentedAttribute[Any], of: Any, *, scope: Scope, description: str) -> Any:
    """A line that follows a key back to the one row that has it, if there is one."""
    return field(to_first(key), scope=scope, returns=of, description=description)


def many(
    key: InstrumentedAttribute[Any], order: Order, of: Any, *, scope: Scope, description: str
) -> Any:
    """A line that lists the rows hanging on this one."""
    return field(to_many(key, order), scope=scope, returns=of, description=description)
