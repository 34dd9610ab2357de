"""Plans are kept, and run as the caller in one round trip."""

import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import asyncpg
import orjson
from graphql import GraphQLError, GraphQLSchema, OperationType
from graphql.execution.values import get_argument_values
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolExhausted

from api.apart import Apart
from api.documents import Document, Operation
from api.errors import Problem
from api.keeping import Kept
from api.plans.asking import Asked, Rows, wanted
from api.plans.holes import filled
from api.plans.learning import Learnt, Shaped, learnt, shaped
from api.plans.roots import Root, Value
from api.plans.statements import Plan, Statements
from api.plans.text import NotPlanned
from db.ids import new_id
from db.vault import VaultFault
from domain.refusal import Refusal
from resolvers.context import Context

log = logging.getLogger(__name__)

MEMORY = 4_000_000
"""Characters of all statements that are kept."""
REMEMBERED = 2_000
"""Requests whose parameters are known when the same is asked again."""
LONGEST = 1_000
"""Bytes of a request's variables that are remembered."""
PRICE = 300
"""Points that writing a plan costs whoever needs a new one: 10 to 20 ms of Python."""
PRICE_OF_SOURCE = 25
"""Points for each row and list in it, which PostgreSQL plans for 1 to 2 ms: for a new plan, and at
each run, also of graphql-core, for those beyond SOURCES."""
SOURCES = 12
"""Rows and lists of which runs are free, a page with everything has fewer: PostgreSQL plans a small
statement a few times and a large one always."""
Pay = Callable[[int], Awaitable[None]]
"""Takes points from the caller's budget, or raises what says that there are none left."""

FAILURES = (
    asyncpg.PostgresError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,
    DBAPIError,
    PoolExhausted,
    OSError,
)
"""What the database says; graphql-core finds out for itself, and knows what to answer."""


@dataclass(frozen=True, slots=True)
class Known:
    """What a request comes to: which plan, and its parameters but for the request's own."""

    plan: Any
    caller: Sequence[Any]
    values: Sequence[Any]


class Plans:
    """The plans for one schema."""

    def __init__(self, schema: GraphQLSchema, apart: Apart | None = None) -> None:
        self._schema = schema
        self._apart = apart
        """Where plans are written; without it, where they are asked for."""
        self._statements = Statements(schema)
        self._plans: Kept[Any, Plan] = Kept(MEMORY)
        self._known: Kept[Any, Known] = Kept(REMEMBERED)
        self.planned = self.fallen_back = 0

    async def answer(
        self,
        document: Document,
        operation: Operation,
        variables: dict[str, Any] | None,
        context: Context,
        pay: Pay,
    ) -> bytes | None:
        """The answer's data as JSON; None where it is for graphql-core to answer."""
        if operation.node.operation is not OperationType.QUERY or operation.introspects:
            return None
        if operation.plans is None:
            operation.plans = learnt(document, operation)
        try:
            answer = await self._answer(operation, variables or {}, context, pay)
        except Problem:  # no points are left
            raise
        except (NotPlanned, Refusal, VaultFault, GraphQLError, *FAILURES) as why:
            state = getattr(why, "sqlstate", None) or ""
            level = logging.WARNING if state.startswith("42") else logging.DEBUG  # a plan of ours
            log.log(level, "left to graphql-core: %s %s", type(why).__name__, state)
            answer = None
        if answer is None:
            self.fallen_back += 1
        else:
            self.planned += 1
        return answer

    async def _answer(
        self, operation: Operation, given: dict[str, Any], context: Context, pay: Pay
    ) -> bytes | None:
        """By what it asked, whoever asks it again: root resolvers know no time and no chance."""
        learnt: Learnt = operation.plans
        again = (learnt.number, context.me, context.language, _written(given))
        known = self._known.get(again)
        plan = self._plans.get(known.plan) if known else None
        if known is None or plan is None:
            asked = shaped(self._schema, learnt, given)
            roots = self._roots(asked, context)
            key = (learnt.number, asked.shape, *(root.shape for root in roots))
            plan = self._plans.get(key) or await self._plan(key, asked, roots, context, pay)
            known = self._parameters(key, plan, roots, context)
            # One row by its id is asked for once, and known as quickly as remembered.
            if again[-1] is not None and any(isinstance(root.wanted, Rows) for root in roots):
                self._known.keep(again, known, owner=context.me.organisation_id, cost=1)
        if plan.sources > SOURCES:  # too many for a plan take graphql-core longer still
            await pay(PRICE_OF_SOURCE * (plan.sources - SOURCES))
        if not plan.sql:
            raise NotPlanned("known not to be planned")
        text = await self._run(plan, known, context)
        return None if text is None else await filled(text, context)

    async def _run(self, plan: Plan, known: Known, context: Context) -> str | None:
        values = [*known.caller, new_id(), context.request_id, *known.values]
        record = await context.database.fetch_row(plan.sql, values)
        return record[0] if record is not None else None

    def _roots(self, asked: Shaped, context: Context) -> list[Root]:
        """What the root fields want."""
        describing: Any = Asked(context)
        roots = []
        for one in asked.outlines:
            node = one.details[0].node
            args = get_argument_values(one.definition, node, asked.variables)
            want = wanted(describing, one.definition, node.name.value, args)
            roots.append(Root(want, context.language, counted=one.counted))
        return roots

    async def _plan(
        self, key: Any, asked: Shaped, roots: list[Root], context: Context, pay: Pay
    ) -> Plan:
        """A new plan, paid for by who needs it."""
        await pay(PRICE)
        write = partial(self._statements.plan, asked, roots)
        owner = context.me.organisation_id
        plan = await self._apart.run(owner, write) if self._apart else write()
        await pay(PRICE_OF_SOURCE * plan.sources)
        self._plans.keep(key, plan, owner=owner, cost=len(plan.sql) + 200)
        return plan

    def _parameters(self, key: Any, plan: Plan, roots: list[Root], context: Context) -> Known:
        caller = context.me
        bound = [value for root in roots for value in root.values]
        return Known(
            key,
            (*context.database.entering(caller).values(), caller.organisation_id),
            [_value(bound, place) for place in plan.values],
        )


def _written(given: dict[str, Any]) -> bytes | None:
    """The variables of a request, to know them by."""
    if not given:
        return b""
    try:
        written = orjson.dumps(given)
    except TypeError:
        return None
    return written if len(written) <= LONGEST else None


def _value(known: list[Any], place: Value) -> Any:
    index, inner, process = place
    value = known[index] if inner is None else known[index][inner]
    return process(value) if process else value
