"""What a field wants, said as data: so that it can be answered row by row, or all at once.

A field that only follows a key carries one of these; `resolvers/relations.py` makes both the mark
and the resolver. What is not marked is answered by its resolver alone.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from sqlalchemy.orm import InstrumentedAttribute

from db.base import Base
from domain.paging import Order


@dataclass(frozen=True, slots=True)
class ToOne:
    """The row that a column of this row points to."""

    model: type[Base]
    key: str


@dataclass(frozen=True, slots=True)
class ToMany:
    """A page of the rows that point here."""

    key: InstrumentedAttribute[Any]
    order: Order
    parent: str = "id"


@dataclass(frozen=True, slots=True)
class ToFirst:
    """The first of the rows that point here, if there is one."""

    key: InstrumentedAttribute[Any]
    order: Order


@dataclass(frozen=True, slots=True)
class ToEach:
    """The rows whose ids stand in a column of this row, without those that are not shared."""

    model: type[Base]
    key: str


Wants = ToOne | ToMany | ToFirst | ToEach


Resolver = TypeVar("Resolver", bound=Callable[..., Any])


def marked(resolver: Resolver, wants: Wants) -> Resolver:
    """The resolver, with what it wants said on it."""
    resolver.wants = wants  # type: ignore[attr-defined]
    return resolver


def wants(resolver: Any) -> Wants | None:
    """What a resolver wants, if that is all it does."""
    found: Wants | None = getattr(resolver, "wants", None)
    return found
