"""What is known of an operation before anything is planned: kept with its document."""

from collections import OrderedDict
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from graphql import (
    FragmentDefinitionNode,
    GraphQLField,
    GraphQLSchema,
    OperationDefinitionNode,
    VariableNode,
    Visitor,
    visit,
)
from graphql.execution.collect_fields import FieldDetails, FragmentDetails, collect_fields
from graphql.execution.values import VariableValues, get_variable_values

from api.documents import Document, Operation
from api.plans.text import NotPlanned

SHAPES = 8
"""Outlines kept of one operation, by what its variables make of it below the root."""
LONGEST = 200
"""Characters of a variable that may make a shape of its own."""

_numbers = count()


@dataclass(frozen=True, slots=True)
class Outline:
    """A root field of an operation of a certain shape."""

    name: str
    definition: GraphQLField
    details: list[FieldDetails]
    counted: bool


@dataclass(slots=True)
class Learnt:
    """What is known of an operation."""

    node: OperationDefinitionNode
    fragments: dict[str, FragmentDefinitionNode]
    inner: frozenset[str]
    """Variables on which its shape depends: those below the root, and of directives."""
    outlines: OrderedDict[Any, list[Outline]] = field(default_factory=OrderedDict)
    number: int = field(default_factory=lambda: next(_numbers))
    """Stands for it in other memories, which so do not keep its document."""


@dataclass(frozen=True, slots=True)
class Shaped:
    """An operation with the values of its variables, and what they make of it."""

    learnt: Learnt
    variables: VariableValues
    shape: tuple[str, ...]
    outlines: list[Outline]


def shaped(schema: GraphQLSchema, learnt: Learnt, given: dict[str, Any]) -> Shaped:
    """What the variables of a request make of an operation."""
    definitions = learnt.node.variable_definitions or ()
    variables = get_variable_values(schema, definitions, given)
    if not isinstance(variables, VariableValues):
        raise NotPlanned("bad variables")
    shape = tuple(_short(variables.coerced.get(name)) for name in learnt.inner)
    outlines = learnt.outlines.get(shape)
    if outlines is None:
        outlines = _outlines(schema, learnt, variables)
        learnt.outlines[shape] = outlines
        if len(learnt.outlines) > SHAPES:
            learnt.outlines.popitem(last=False)
    if not outlines:
        raise NotPlanned("asks for nothing")
    return Shaped(learnt, variables, shape, outlines)


def _short(value: Any) -> str:
    written = repr(value)
    if len(written) > LONGEST:
        raise NotPlanned("a long variable below the root")
    return written


def _outlines(schema: GraphQLSchema, learnt: Learnt, variables: VariableValues) -> list[Outline]:
    query: Any = schema.query_type
    details = {name: FragmentDetails(node) for name, node in learnt.fragments.items()}
    found = collect_fields(schema, details, variables, query, learnt.node)
    outlines = []
    for name, fields in found.grouped_field_set.items():
        definition = query.fields.get(fields[0].node.name.value)
        if definition is None or found.new_defer_usages:
            raise NotPlanned("about the schema")
        outlines.append(Outline(name, definition, fields, _counts(fields)))
    return outlines


def learnt(document: Document, operation: Operation) -> Learnt:
    """Read an operation once."""
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
