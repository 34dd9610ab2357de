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


def wanted(asked: Asked, field: GraphQLField, name: str, args: Mapping[str, Any]) -> Row | Rows:
    """What a root field wants with these arguments; or `Refusal`, as ever."""
    if field.resolve is None:
        raise NotPlanned(name)
    info: Any = SimpleNamespace(context=asked, field_name=name)
    answer = field.resolve(None, info, **args)
    if isinstance(answer, Coroutine):
        answer = _at_once(answer)
    if not isinstance(answer, Row | Rows):
        raise NotPlanned(name)
    return answer


def _at_once(answer: Coroutine[Any, Any, Any]) -> Any:
    """The result of a coroutine that has nothing to wait for."""
    try:
        answer.send(None)
    except StopIteration as done:
        return done.value
    finally:
        answer.close()
    raise NotPlanned("waits for something")
