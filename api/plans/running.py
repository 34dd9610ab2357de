"""Plans are kept with their documents, and run as the caller in one round trip."""

import logging
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import asyncpg
from graphql import (
    FragmentDefinitionNode,
    GraphQLError,
    GraphQLField,
    GraphQLObjectType,
    GraphQLSchema,
    OperationDefinitionNode,
    OperationType,
    VariableNode,
    Visitor,
    get_named_type,
    get_nullable_type,
    visit,
)
from graphql.execution.collect_fields import FieldDetails, FragmentDetails, collect_fields
from graphql.execution.values import VariableValues, get_argument_values, get_variable_values
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolExhausted

from api.apart import Apart
from api.documents import Document, Operation
from api.errors import Problem
from api.keeping import Kept
from api.plans.asking import Asked, Row, wanted
from api.plans.holes import filled
from api.plans.pages import List
from api.plans.roots import Root, Texts, Value
from api.plans.sections import NOTED
from api.plans.text import NotPlanned, joined, quoted
from api.plans.values import READABLE, source
from api.plans.writing import Writer
from db.ids import new_id
from db.session import LONGEST_KEPT
from db.vault import VaultFault
from domain.refusal import Refusal
from resolvers.context import Context
from resolvers.viewer import NODES

log = logging.getLogger(__name__)

SHAPES = 8
"""Outlines kept of one operation, by what its variables make of it below the root."""
LONGEST = 200
"""Characters of a variable that may make a shape of its own."""
MEMORY = 8_000_000
"""Characters of all statements that are kept."""
PRICE = 300
"""Points that writing a plan costs whoever needs a new one: 10 to 20 ms of Python."""
PRICE_OF_SOURCE = 25
"""Points for each row and list in it, which PostgreSQL plans for 1 to 2 ms: for a new plan, and at
each run for those beyond SOURCES."""
SOURCES = 12
"""Rows and lists of which runs are free, a page with everything has fewer: PostgreSQL plans a small
statement a few times and a large one always."""
Pay = Callable[[int], Awaitable[None]]
"""Takes points from the caller's budget, or raises what says that there are none left."""

_NO_INFO: Any = None

FAILURES = (
    asyncpg.PostgresError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,
    DBAPIError,
    PoolExhausted,
    OSError,
)
"""What the database says; graphql-core finds out for itself, and knows what to answer."""

_CALLER = 9
"""Parameters before those of the root fields: who calls, and the entry in the ledger."""


@dataclass(frozen=True, slots=True)
class Plan:
    """One statement, and where its parameters come from."""

    sql: str
    values: Sequence[Value]
    sources: int = 0
    """Rows and lists in it."""


NOTHING = Plan("", ())
"""That this is not to be planned."""


@dataclass(slots=True)
class Learnt:
    """What is known of an operation."""

    node: OperationDefinitionNode
    fragments: dict[str, FragmentDefinitionNode]
    inner: frozenset[str]
    """Variables on which its shape depends: those below the root, and of directives."""
    outlines: OrderedDict[Any, list["Outline"]] = field(default_factory=OrderedDict)


@dataclass(frozen=True, slots=True)
class Outline:
    """A root field of an operation of a certain shape."""

    name: str
    definition: GraphQLField
    details: list[FieldDetails]
    counted: bool


class Plans:
    """The plans for one schema."""

    def __init__(self, schema: GraphQLSchema, apart: Apart | None = None) -> None:
        self._schema = schema
        self._apart = apart
        """Where plans are written; without it, where they are asked for."""
        self._types = _types(schema)
        self._plans: Kept[Any, Plan] = Kept(MEMORY)
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
            operation.plans = _learnt(document, operation)
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
        learnt: Learnt = operation.plans
        definitions = learnt.node.variable_definitions or ()
        variables = get_variable_values(self._schema, definitions, given)
        if not isinstance(variables, VariableValues):
            raise NotPlanned("bad variables")
        shape = tuple(_short(variables.coerced.get(name)) for name in learnt.inner)
        outlines = learnt.outlines.get(shape)
        if outlines is None:
            outlines = self._outlines(learnt, variables)
            _keep(learnt.outlines, shape, outlines)
        if not outlines:
            raise NotPlanned("asks for nothing")
        asked: Any = Asked(context)
        roots = []
        for one in outlines:
            node = one.details[0].node
            args = get_argument_values(one.definition, node, variables)
            want = wanted(asked, one.definition, node.name.value, args)
            roots.append(Root(want, counted=one.counted))
        key = (operation, shape, *(root.shape for root in roots))
        plan = self._plans.get(key)
        if plan is None:
            await pay(PRICE)
            write = partial(self._plan, learnt, variables, outlines, roots)
            owner = context.me.organisation_id
            plan = await self._apart.run(owner, write) if self._apart else write()
            await pay(PRICE_OF_SOURCE * plan.sources)
            self._plans.keep(key, plan, owner=context.me.organisation_id, cost=len(plan.sql) + 200)
        if not plan.sql:
            raise NotPlanned("known not to be planned")
        if plan.sources > SOURCES:
            await pay(PRICE_OF_SOURCE * (plan.sources - SOURCES))
        text = await self._run(plan, roots, context)
        return None if text is None else await filled(text, context)

    def _outlines(self, learnt: Learnt, variables: VariableValues) -> list[Outline]:
        query: Any = self._schema.query_type
        details = {name: FragmentDetails(node) for name, node in learnt.fragments.items()}
        found = collect_fields(self._schema, details, variables, query, learnt.node)
        outlines = []
        for name, fields in found.grouped_field_set.items():
            definition = query.fields.get(fields[0].node.name.value)
            if definition is None or found.new_defer_usages:
                raise NotPlanned("about the schema")
            outlines.append(Outline(name, definition, fields, _counts(fields)))
        return outlines

    def _plan(
        self, learnt: Learnt, variables: VariableValues, outlines: list[Outline], roots: list[Root]
    ) -> Plan:
        """Write the statement; nothing when this shape cannot be planned, which is kept as well."""
        writer = Writer(self._schema, learnt.node, learnt.fragments, variables)
        texts = Texts(_CALLER + 1)
        parts: list[str] = []
        at = 0
        try:
            for outline, root in zip(outlines, roots, strict=True):
                before = f'{"," if parts else "{"}"{outline.name}":'
                parts += [quoted(before), self._root(writer, texts, outline, root, at)]
                at += len(root.values)
        except NotPlanned as why:
            log.debug("not planned: %s", why)
            return NOTHING
        sql = _statement(" || ".join([*parts, "'}'"]), sealed=writer.sealed)
        return Plan(sql, texts.values, writer.sources) if len(sql) <= LONGEST_KEPT else NOTHING

    def _root(self, writer: Writer, texts: Texts, outline: Outline, root: Root, at: int) -> str:
        """The JSON of a root field; null where there is nothing, which makes the whole null."""
        want = root.wanted
        if isinstance(want, Row):
            alias = writer.alias()
            type_: Any = get_nullable_type(outline.definition.type)
            if not isinstance(type_, GraphQLObjectType):
                type_ = self._types.get(want.model)
            id = texts.parameter(at, "uuid")
            row = joined(writer.row(type_, want.model, alias, outline.details))
            beside = writer.joins(alias)
            return (
                f"(select {row} from {source(want.model)} {alias}{beside} where {alias}.id = {id})"
            )
        page = List(want.model, want.order, want.args)
        size = texts.parameter(at, "int")
        at += 1
        reads = []
        for part in root.bounds:
            reads.append(texts.of(part, at))
            at += len(part.values)
        counts = []
        for part in root.counts:
            counts.append(f"(select count(*) from ({texts.of(part, at)}) {writer.alias()})")
            at += len(part.values)
        inner = reads[0]
        if len(reads) > 1:
            either = writer.alias()
            union = " union all ".join(
                f"(select * from ({read}) p{n})" for n, read in enumerate(reads)
            )
            order = writer.lists.order(either, want.order, backward=want.args.backward)
            inner = f"select * from ({union}) {either} order by {order} limit {size} + 1"
        whole = f"({' + '.join(counts)})" if counts else "null"
        type_ = get_named_type(outline.definition.type)
        return joined(writer.lists.page(page, inner, size, whole, type_, outline.details))

    async def _run(self, plan: Plan, roots: list[Root], context: Context) -> str | None:
        database, caller = context.database, context.me
        known = [value for root in roots for value in root.values]
        mine = (*database.entering(caller).values(), caller.organisation_id)
        values = [*mine, new_id(), context.request_id, *(_value(known, v) for v in plan.values)]
        record = await database.fetch_row(plan.sql, values)
        return record[0] if record is not None else None


def _short(value: Any) -> str:
    written = repr(value)
    if len(written) > LONGEST:
        raise NotPlanned("a long variable below the root")
    return written


def _value(known: list[Any], place: Value) -> Any:
    index, inner, process = place
    value = known[index] if inner is None else known[index][inner]
    return process(value) if process else value


def _statement(doc: str, *, sealed: bool) -> str:
    """The whole statement: enter, and then read; what was shown is told to the ledger.

    `case` keeps the order: nothing is read before it is known who reads. Whoever is nobody any
    more gets null, as who would get an answer with an error in it.
    """
    entered = "select access.enter($1, $2, $3, $4, $5, $6) as me offset 0"
    doc = f"case when x.me = $7 and {READABLE} then {doc} end"
    read = f"select x.me, {doc} as doc from ({entered}) x offset 0"
    if not sealed:
        noted = "$8::uuid is not null and $9::text is not null"
        return f"select answer.doc, {noted} from ({read}) answer"
    told = (
        "case when noted.shown <> '{}' or noted.closed <> '{}' then"
        " access.read_out($8, $9, noted.shown, noted.closed, noted.codes) end"
    )
    return (
        f"select answer.doc, {told} from ({read}) answer left join lateral ({NOTED}) noted on true"
    )


def _learnt(document: Document, operation: Operation) -> Learnt:
    fragments = {
        node.name.value: node
        for node in document.tree.definitions
        if isinstance(node, FragmentDefinitionNode)
    }
    names: set[str] = set()

    class Names(Visitor):
        def enter_variable(self, node: VariableNode, *_: Any) -> None:
            names.add(node.name.value)

    reader = Names()
    for selection in operation.node.selection_set.selections:
        below = getattr(selection, "selection_set", None)
        for node in (*(selection.directives or ()), *((below,) if below else ())):
            visit(node, reader)
    for fragment in fragments.values():
        visit(fragment.selection_set, reader)
    return Learnt(operation.node, fragments, frozenset(names))


def _counts(details: list[FieldDetails]) -> bool:
    """Whether `totalCount` may stand directly below; once too often does no harm."""
    found = False

    class Names(Visitor):
        def enter_field(self, node: Any, *_: Any) -> None:
            nonlocal found
            found = found or node.name.value == "totalCount"

        def enter_fragment_spread(self, node: Any, *_: Any) -> None:
            nonlocal found
            found = True

    for one in details:
        visit(one.node, Names())
    return found


def _keep(memory: "OrderedDict[Any, Any]", key: Any, value: Any) -> None:
    memory[key] = value
    if len(memory) > SHAPES:
        memory.popitem(last=False)


def _types(schema: GraphQLSchema) -> dict[Any, Any]:
    """The type in which each row is shown that can be read again by its id."""
    node: Any = schema.get_type("Node")
    return {
        model: type_
        for type_ in (schema.get_possible_types(node) if node else ())
        for model, _ in NODES.values()
        if type_.is_type_of is not None and type_.is_type_of(model(), _NO_INFO)
    }
