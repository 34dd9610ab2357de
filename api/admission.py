"""What an operation must pass before it runs: limits, validation, scopes, cost and rate.

The schema asks for it before anything else (`api.graphql.Schema.execute`), and can be executed in
no other way. It has no hook on fields: all of it happens once per operation, most of it once per
document.
"""

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from functools import partial
from math import ceil
from typing import Any, Protocol
from uuid import UUID

from graphql import GraphQLError, GraphQLSchema
from strawberry.schema.exceptions import InvalidOperationTypeError
from strawberry.types.execution import ExecutionResult, PreExecutionError
from strawberry.types.graphql import OperationType

from api.apart import Apart
from api.documents import Document, Documents, Operation
from api.errors import Code, Language, Problem
from api.introspection import Introspection
from api.limits import Limits, check, check_variables
from api.plans.running import Plans
from api.trusted import Trusted
from auth.caller import Caller

RateLimit = Callable[[Caller | None, int], Awaitable[float | None]]
"""Takes the points of an operation from a caller's budget: None, or the seconds to wait."""


class EdgeContext(Protocol):
    """What the edge must know of a request; `resolvers/context.py` has the rest."""

    @property
    def caller(self) -> Caller | None: ...
    @property
    def language(self) -> Language: ...
    @property
    def request_id(self) -> str: ...


_BESIDE = "Ask for the schema (__schema, __type) in an operation of its own."


async def unlimited(_caller: Caller | None, _cost: int) -> float | None:
    """No rate limit, for tests and for tools on one's own machine."""
    return None


@dataclass(frozen=True, slots=True)
class Rules:
    """What an installation decides about operations."""

    limits: Limits = Limits()  # noqa: RUF009 - frozen
    anonymous_introspection: bool = True
    """Whether the schema may be read without a token. It is public: this is only for quiet."""
    rate_limit: RateLimit = unlimited
    trusted: Trusted = Trusted()  # noqa: RUF009 - frozen


@dataclass(frozen=True, slots=True)
class Desk:
    """What all operations on one schema share."""

    rules: Rules
    documents: Documents
    introspection: Introspection
    apart: Apart
    plans: Plans | None

    @classmethod
    def of(cls, schema: GraphQLSchema, rules: Rules, *, plans: bool) -> "Desk":
        apart = Apart()
        documents = Documents(schema, rules.limits, rules.trusted.texts)
        introspection = Introspection(schema, apart)
        return cls(rules, documents, introspection, apart, Plans(schema, apart) if plans else None)


class Admission:
    """Lets one operation in, or says why not."""

    __slots__ = ("_allowed", "_context", "_desk", "_name", "_rules", "_text", "_variables", "cost")

    def __init__(
        self,
        desk: Desk,
        text: str,
        variables: dict[str, Any] | None,
        name: str | None,
        context: EdgeContext,
        allowed: Iterable[OperationType],
    ) -> None:
        self._desk, self._rules = desk, desk.rules
        self._text, self._variables, self._name = text, variables or {}, name
        self._context, self._allowed = context, allowed
        self.cost: int | None = None
        """What was charged, or nothing yet."""

    async def answer(self) -> ExecutionResult | Document:
        """Read, validate, charge, and answer by a plan where there is one; else the document, which
        graphql-core is to run."""
        if self._context.caller is None and not self._rules.anonymous_introspection:
            raise Problem(Code.UNAUTHENTICATED)
        if self._variables:
            check_variables(self._variables, self._rules.limits)
        document = await self._read()
        operation = document.operation(self._name)
        if not operation.introspects:
            if self._context.caller is None:
                raise Problem(Code.UNAUTHENTICATED)
            if operation.about_schema:
                raise Problem(Code.BAD_INPUT, detail=_BESIDE)
        kind = OperationType(operation.node.operation.value)
        if kind not in self._allowed:
            raise InvalidOperationTypeError(kind)
        cost = self._measure(operation)
        errors = await self._validate(document)
        if not errors:
            # For want of a scope as well: what is denied is written down, and that has its cost.
            await self._charge(operation, cost)
            errors = self._missing_scopes(operation)
        if errors:
            return PreExecutionError(data=None, errors=errors)
        return await self._planned(document, operation) or document

    async def _read(self) -> Document:
        if document := self._desk.documents.known(self._text):
            return document
        if self._rules.trusted.only:
            raise Problem(Code.DOCUMENT_NOT_TRUSTED)
        await self._pay(self._desk.documents.price(self._text))
        return await self._desk.apart.run(
            self._owner, partial(self._desk.documents.read, self._text)
        )

    async def _validate(self, document: Document) -> list[GraphQLError]:
        if document.errors is not None:
            return document.errors
        work = partial(self._desk.documents.validate, document)
        errors = await self._desk.apart.run(self._owner, work)
        if not errors:
            self._desk.documents.keep(self._text, document, self._owner)
        return errors

    async def _planned(self, document: Document, operation: Operation) -> ExecutionResult | None:
        """The answer to what is about the schema, or has a plan."""
        desk, given = self._desk, self._variables
        if operation.about_schema:
            told = desk.introspection
            result = await told.answer(self._text, document, operation, given, self._owner)
            return ExecutionResult(result.data, result.errors)
        if desk.plans is None or self._context.caller is None:
            return None
        context: Any = self._context
        data: Any = await desk.plans.answer(document, operation, given, context, self._pay)
        return None if data is None else ExecutionResult(data, None)

    @property
    def _owner(self) -> UUID | None:
        """Who is charged for what is kept: the organisation, whatever program it uses."""
        caller = self._context.caller
        return caller.organisation_id if caller else None

    def _missing_scopes(self, operation: Operation) -> list[GraphQLError]:
        if self._context.caller is None:
            return []
        return [
            Problem(Code.MISSING_SCOPE, node=need.node, path=need.path, scope=need.scope.value)
            for need in operation.needs
            if need.scope not in self._context.caller.scopes
        ]

    def _measure(self, operation: Operation) -> int:
        cost = operation.size.cost.total({**operation.defaults, **self._variables})
        check("cost", cost, self._rules.limits.cost)
        return cost

    async def _charge(self, operation: Operation, cost: int) -> None:
        self.cost = cost
        idle = operation.introspects and not operation.about_schema
        await self._pay(0 if idle else max(cost, self._rules.limits.points_per_operation))

    async def _pay(self, points: int) -> None:
        wait = await self._rules.rate_limit(self._context.caller, points)
        if wait is not None:
            seconds = max(1, ceil(wait))
            headers = {"retry-after": str(seconds)}
            raise Problem(Code.RATE_LIMITED, headers=headers, retryAfter=seconds)
