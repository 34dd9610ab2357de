"""What an operation must pass before it runs: limits, validation, scopes, cost and rate.

It is an extension of the schema, so nothing can be executed around it. It has no hook on fields:
all of it happens once per operation, most of it once per document.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from dataclasses import dataclass
from math import ceil
from typing import Any, Protocol
from uuid import UUID

from graphql import GraphQLError
from graphql.execution import ExecutionResult
from strawberry.extensions import SchemaExtension

from api.documents import Document, Documents, Operation
from api.errors import Code, Language, Problem
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


class Admission(SchemaExtension):
    """Lets one operation in, or says why not."""

    def __init__(self, documents: Documents, rules: Rules, plans: Plans | None) -> None:
        super().__init__()
        self._plans = plans
        self._documents, self._rules = documents, rules
        self._document: Document | None = None
        self._cost: int | None = None

    def on_operation(self) -> Iterator[None]:
        """Before anything is parsed: who asks, and the variables."""
        if self._context.caller is None and not self._rules.anonymous_introspection:
            raise Problem(Code.UNAUTHENTICATED)
        if self.execution_context.variables:
            check_variables(self.execution_context.variables, self._rules.limits)
        yield

    async def on_parse(self) -> AsyncIterator[None]:
        text = self.execution_context.query or ""
        if price := self._documents.price(text):
            if self._rules.trusted.only:
                raise Problem(Code.DOCUMENT_NOT_TRUSTED)
            await self._pay(price)
        self._document = self._documents.read(text)
        # No document is set yet, so this is the name the client gave, and not that of the first.
        self._operation = self._document.operation(self.execution_context.operation_name)
        if self._context.caller is None and not self._operation.introspects:
            raise Problem(Code.UNAUTHENTICATED)
        self.execution_context.graphql_document = self._document.tree
        yield

    async def on_validate(self) -> AsyncIterator[None]:
        assert self._document is not None
        text = self.execution_context.query or ""
        errors = self._documents.validate(text, self._document, self._owner)
        if not errors:
            # For want of a scope as well: what is denied is written down, and that has its cost.
            await self._charge(self._operation)
            errors = self._missing_scopes()
        self.execution_context.pre_execution_errors = errors
        yield

    async def on_execute(self) -> AsyncIterator[None]:
        """Where there is a plan for it, graphql-core has nothing more to do."""
        if self._plans is not None and self._document is not None and self._context.caller:
            variables, context = self.execution_context.variables, self.execution_context.context
            data = await self._plans.answer(self._document, self._operation, variables, context)
            if data is not None:
                self.execution_context.result = ExecutionResult(data=data, errors=None)  # type: ignore[arg-type]
        yield

    @property
    def _context(self) -> EdgeContext:
        context: EdgeContext = self.execution_context.context
        return context

    @property
    def _owner(self) -> UUID | None:
        """Who is charged for what is kept: the organisation, whatever program it uses."""
        caller = self._context.caller
        return caller.organisation_id if caller else None

    def _missing_scopes(self) -> list[GraphQLError]:
        if self._context.caller is None:
            return []
        return [
            Problem(Code.MISSING_SCOPE, node=need.node, path=need.path, scope=need.scope.value)
            for need in self._operation.needs
            if need.scope not in self._context.caller.scopes
        ]

    def get_results(self) -> dict[str, Any]:
        if self._cost is None:
            return {}
        return {"cost": {"requested": self._cost, "limit": self._rules.limits.cost}}

    async def _charge(self, operation: Operation) -> None:
        given = self.execution_context.variables or {}
        cost = operation.size.cost.total({**operation.defaults, **given})
        check("cost", cost, self._rules.limits.cost)
        self._cost = cost
        await self._pay(cost)

    async def _pay(self, points: int) -> None:
        wait = await self._rules.rate_limit(self._context.caller, points)
        if wait is not None:
            seconds = max(1, ceil(wait))
            headers = {"retry-after": str(seconds)}
            raise Problem(Code.RATE_LIMITED, headers=headers, retryAfter=seconds)
