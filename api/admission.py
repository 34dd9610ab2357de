"""What an operation must pass before it runs: limits, validation, scopes, cost and rate.

It is an extension of the schema, so nothing can be executed around it. It has no hook on fields:
all of it happens once per operation, most of it once per document. It has one hook in all, because
Strawberry finds out anew for each request what kind each of them is.
"""

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from functools import partial
from math import ceil
from typing import Any, Protocol
from uuid import UUID

from graphql import GraphQLError, GraphQLSchema
from graphql.execution import ExecutionResult
from strawberry.extensions import SchemaExtension
from strawberry.schema.exceptions import InvalidOperationTypeError
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


class Admission(SchemaExtension):
    """Lets one operation in, or says why not."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk, self._rules = desk, desk.rules
        self._cost: int | None = None

    async def on_operation(self) -> AsyncIterator[None]:
        """Read, validate, charge, and answer by a plan where there is one; Strawberry then does
        only what is left to do."""
        if self._context.caller is None and not self._rules.anonymous_introspection:
            raise Problem(Code.UNAUTHENTICATED)
        if self.execution_context.variables:
            check_variables(self.execution_context.variables, self._rules.limits)
        document = await self._read()
        # No document is set yet, so this is the name the client gave, and not that of the first.
        operation = document.operation(self.execution_context.operation_name)
        if not operation.introspects:
            if self._context.caller is None:
                raise Problem(Code.UNAUTHENTICATED)
            if operation.about_schema:
                raise Problem(Code.BAD_INPUT, detail=_BESIDE)
        type_ = OperationType(operation.node.operation.value)
        if type_ not in self.execution_context.allowed_operations:
            raise InvalidOperationTypeError(type_)
        cost = self._measure(operation)
        errors = await self._validate(document)
        if not errors:
            # For want of a scope as well: what is denied is written down, and that has its cost.
            await self._charge(operation, cost)
            errors = self._missing_scopes(operation)
        self.execution_context.graphql_document = document.tree
        self.execution_context.pre_execution_errors = errors
        if not errors:
            # What is answered here leaves graphql-core nothing more to do.
            self.execution_context.result = await self._answer(document, operation)
        yield

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

    async def _answer(self, document: Document, operation: Operation) -> ExecutionResult | None:
        """The answer to what is about the schema, or has a plan."""
        variables, context = self.execution_context.variables, self.execution_context.context
        if operation.about_schema:
            told = self._desk.introspection
            return await told.answer(self._text, document, operation, variables, self._owner)
        if self._desk.plans is None or self._context.caller is None:
            return None
        data = await self._desk.plans.answer(document, operation, variables, context, self._pay)
        return None if data is None else ExecutionResult(data=data, errors=None)  # type: ignore[arg-type]

    @property
    def _text(self) -> str:
        return self.execution_context.query or ""

    @property
    def _context(self) -> EdgeContext:
        context: EdgeContext = self.execution_context.context
        return context

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

    def get_results(self) -> dict[str, Any]:
        if self._cost is None:
            return {}
        return {"cost": {"requested": self._cost, "limit": self._rules.limits.cost}}

    def _measure(self, operation: Operation) -> int:
        given = self.execution_context.variables or {}
        cost = operation.size.cost.total({**operation.defaults, **given})
        check("cost", cost, self._rules.limits.cost)
        return cost

    async def _charge(self, operation: Operation, cost: int) -> None:
        self._cost = cost
        idle = operation.introspects and not operation.about_schema
        await self._pay(0 if idle else max(cost, self._rules.limits.points_per_operation))

    async def _pay(self, points: int) -> None:
        wait = await self._rules.rate_limit(self._context.caller, points)
        if wait is not None:
            seconds = max(1, ceil(wait))
            headers = {"retry-after": str(seconds)}
            raise Problem(Code.RATE_LIMITED, headers=headers, retryAfter=seconds)
