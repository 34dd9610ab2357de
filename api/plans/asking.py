"""Root resolvers are asked what they want, instead of fetching it."""

from collections.abc import Coroutine, Mapping, Sequence
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any
from uuid import UUID

from graphql import GraphQLField
from sqlalchemy import Select
from sqlalchemy.orm import InstrumentedAttribute

from api.plans.text import NotPlanned
from auth.caller import Caller
from db.base import Base
from domain.paging import Order, PageArgs
from domain.refusal import Language
from resolvers.context import Context


@dataclass(frozen=True, slots=True)
class Row:
    """One row by its id; if there is none, graphql-core says what that means."""

    model: type[Base]
    id: UUID


@dataclass(frozen=True, slots=True)
class Rows:
    """A page of a list; the parts are disjoint."""

    parts: Sequence[Select[Any]]
    model: type[Base]
    order: Order
    args: PageArgs
    along: Any
    whole: Sequence[Select[Any]]
    """What is counted."""


class Asked:
    """The context of a request, as far as saying what one wants needs it."""

    def __init__(self, context: Context) -> None:
        self.me: Caller = context.me
        self.language: Language = context.language

    async def found(self, model: type[Base], id: UUID, field: str) -> Row:
        return Row(model, id)

    async def one(self, model: type[Base], id: UUID) -> Row:
        return Row(model, id)

    async def myself(self) -> Caller:
        return self.me

    async def together(self, waiting: Sequence[Coroutine[Any, Any, Any]]) -> list[Any]:
        return [_at_once(one) for one in waiting]

    async def many(
        self, key: InstrumentedAttribute[UUID], order: Order, parent: UUID, args: PageArgs
    ) -> Any:
        raise NotPlanned("a list below nothing")

    async def listed(
        self,
        statement: Select[Any] | Sequence[Select[Any]],
        model: type[Base],
        order: Order,
        args: PageArgs,
        along: Any = None,
        counted: Any = None,
    ) -> Rows:
        parts = [statement] if isinstance(statement, Select) else statement
        whole = parts if counted is None else [counted]
        return Rows(parts, model, order, args.checked(), along, whole)

    def __getattr__(self, name: str) -> Any:
        """Whatever else a resolver does, it does by itself."""
        raise NotPlanned(name)


Wanted = Row | Rows | Caller | list[Row | None]
"""A row, a page, who asks, or rows by their ids."""


def wanted(asked: Asked, field: GraphQLField, name: str, args: Mapping[str, Any]) -> Wanted:
    """What a root field wants with these arguments; or `Refusal`, as ever."""
    if field.resolve is None:
        raise NotPlanned(name)
    info: Any = SimpleNamespace(context=asked, field_name=name)
    answer = field.resolve(None, info, **args)
    if isinstance(answer, Coroutine):
        answer = _at_once(answer)
    several = answer if isinstance(answer, list) else [answer]
    if not any(isinstance(one, Row | Rows | Caller) for one in several):
        raise NotPlanned(name)
    found: Wanted = answer
    return found


def _at_once(answer: Coroutine[Any, Any, Any]) -> Any:
    """The result of a coroutine that has nothing to wait for."""
    try:
        answer.send(None)
    except StopIteration as done:
        return done.value
    finally:
        answer.close()
    raise NotPlanned("waits for something")
