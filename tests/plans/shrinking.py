"""A document that shows a difference, made as small as it still shows it."""

from collections.abc import Awaitable, Callable
from typing import Any

from graphql import (
    REMOVE,
    GraphQLSchema,
    GraphQLSyntaxError,
    Node,
    Visitor,
    parse,
    print_ast,
    validate,
    visit,
)

from tests.plans.comparing import Difference

Shows = Callable[[str, dict[str, Any]], Awaitable[Difference | None]]
"""Asks a document with these variables; what differs then."""

MOST = 300
"""So many smaller documents are tried."""
PARTS = (
    "operation_definition", "field", "inline_fragment", "fragment_spread", "directive", "argument",
    "object_field",
)  # fmt: skip


async def smaller(schema: GraphQLSchema, found: Difference, shows: Shows) -> Difference:
    """The smallest found that still differs, by leaving out one thing after the other."""
    number = tried = since = 0
    while tried < MOST and since < _count(found.document):
        number = number % _count(found.document)
        less = _without(found.document, number)
        number, since = number + 1, since + 1
        if not _is_valid(schema, less):
            continue
        tried += 1
        if differs := await shows(
            less, {k: v for k, v in found.variables.items() if f"${k}" in less}
        ):
            found, number, since = differs, number - 1, 0
    return found


def _is_valid(schema: GraphQLSchema, document: str) -> bool:
    """Whether it is valid, and nothing in it is empty (graphql-core lets that pass)."""
    try:
        return "{}" not in document and not validate(schema, parse(document))
    except GraphQLSyntaxError:
        return False


def _count(document: str) -> int:
    reader = _Leaving(-1)
    visit(parse(document), reader)
    return reader.met


def _without(document: str, number: int) -> str:
    """The document without one part of it, and without all that only served that."""
    tree = visit(parse(document), _Leaving(number))
    while True:
        used = _Used()
        visit(tree, used)
        tidied = visit(tree, _Unused(used))
        if tidied is tree:
            return print_ast(tree)
        tree = tidied


class _Leaving(Visitor):
    """Leaves out the so-manieth part."""

    def __init__(self, number: int) -> None:
        super().__init__()
        self.number, self.met = number, 0

    def enter(self, node: Node, *_: Any) -> Any:
        if node.kind in PARTS:
            self.met += 1
            return REMOVE if self.met - 1 == self.number else None
        return None


class _Used(Visitor):
    """Which fragments are spread and which variables stand somewhere."""

    def __init__(self) -> None:
        super().__init__()
        self.fragments: set[str] = set()
        self.variables: set[str] = set()

    def enter_fragment_spread(self, node: Any, *_: Any) -> None:
        self.fragments.add(node.name.value)

    def enter_variable_definition(self, *_: Any) -> Any:
        return False  # to declare is not to use

    def enter_variable(self, node: Any, *_: Any) -> None:
        self.variables.add(node.name.value)


class _Unused(Visitor):
    """Takes out what is not used any more."""

    def __init__(self, used: _Used) -> None:
        super().__init__()
        self.used = used

    def enter_fragment_definition(self, node: Any, *_: Any) -> Any:
        return None if node.name.value in self.used.fragments else REMOVE

    def enter_variable_definition(self, node: Any, *_: Any) -> Any:
        return False if node.variable.name.value in self.used.variables else REMOVE
