"""The scope on the field: which scope a token must carry to ask for what stands on a line.

Every field with a resolver is made here, so that nobody can add one without saying which scope it
needs. The scope is printed into the SDL, where a change of it shows in the diff, and is checked
once per operation, from the document, before anything runs. What exists for a caller is decided
later, by the database.
"""

import inspect
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import strawberry
from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLCompositeType,
    GraphQLField,
    GraphQLInterfaceType,
    GraphQLSchema,
    OperationDefinitionNode,
    TypeInfo,
    TypeInfoVisitor,
    Visitor,
    visit,
)
from strawberry.schema_directive import Location
from strawberry.types.field import StrawberryField

from auth.scopes import Scope

_DECLARED = "scope"
_STRAWBERRY = "strawberry-definition"


@strawberry.schema_directive(
    locations=[Location.FIELD_DEFINITION, Location.OBJECT],
    name="requires",
    description=(
        "The scopes an access token must carry. On an object it holds for every field of that"
        " object, however it was reached."
    ),
)
class Requires:
    """``@requires(scope: "handoff:read")``; the list of one prints as its one member."""

    scope: list[str]


def requires(scope: Scope) -> Requires:
    """The directive for a whole type: whoever reaches it by ``node`` needs the scope just as well.

    ``@strawberry.type(directives=[requires(Scope.HANDOFF_READ)])``
    """
    return Requires(scope=scope.value)  # type: ignore[arg-type]


def field(
    resolver: Callable[..., Any],
    *,
    scope: Scope | None,
    returns: Any = None,
    description: str | None = None,
    name: str | None = None,
    deprecated: str | None = None,
) -> Any:
    """A field answered by a resolver.

    ``scope=None`` is for any caller with a valid token; write it only where what is returned
    guards itself. ``returns`` is the type clients see, where it differs from what the resolver
    returns. Without a description, the *first paragraph* of the resolver's docstring becomes the
    description that clients read; later paragraphs are for whoever maintains the resolver.
    """
    return strawberry.field(
        resolver=resolver,
        graphql_type=returns,
        name=name,
        description=description or _first_paragraph(resolver),
        deprecation_reason=deprecated,
        directives=[requires(scope)] if scope else [],
        metadata={_DECLARED: scope},
    )


def mutation(
    resolver: Callable[..., Any],
    *,
    scope: Scope,
    returns: Any = None,
    description: str | None = None,
    name: str | None = None,
    deprecated: str | None = None,
) -> Any:
    """A field that changes something, and therefore always needs a scope."""
    return field(
        resolver,
        scope=scope,
        returns=returns,
        description=description,
        name=name,
        deprecated=deprecated,
    )


def attribute(*, scope: Scope, description: str | None = None, name: str | None = None) -> Any:
    """A plain column of a row, read without a resolver, that needs a scope of its own."""
    return strawberry.field(
        name=name,
        description=description,
        directives=[requires(scope)],
        metadata={_DECLARED: scope},
    )


def required_scope(definition: GraphQLField) -> Scope | None:
    """The scope printed on a field of the built schema, or None."""
    declared = _metadata(definition).get(_DECLARED)
    return declared if isinstance(declared, Scope) else None


def undeclared(schema: GraphQLSchema) -> list[str]:
    """Fields with a resolver that were not made by the makers above: there must be none."""
    return [
        f"{type_name}.{field_name}"
        for type_name, type_ in schema.type_map.items()
        if not type_name.startswith("__")
        for field_name, definition in getattr(type_, "fields", {}).items()
        if isinstance(definition, GraphQLField)
        and isinstance(made := definition.extensions.get(_STRAWBERRY), StrawberryField)
        and made.base_resolver is not None
        and _DECLARED not in made.metadata
    ]


@dataclass(frozen=True, slots=True)
class Need:
    """A scope an operation needs, and the first place that needs it."""

    scope: Scope
    node: FieldNode
    path: tuple[str, ...]
    """Response names from the root, through the first spread of a fragment."""


def needs(
    schema: GraphQLSchema,
    operation: OperationDefinitionNode,
    fragments: Mapping[str, FragmentDefinitionNode],
) -> tuple[Need, ...]:
    """Every scope that an operation of a *valid* document needs, each once.

    ``@skip`` and ``@include`` do not exempt: what a document may ask must not depend on its
    variables. A fragment is read once, however often it is spread.
    """
    info = TypeInfo(schema)
    reader = _Reader(schema, info)
    visit(operation, TypeInfoVisitor(info, reader))
    while reader.waiting:
        name, reader.path = reader.waiting.pop()
        visit(fragments[name], TypeInfoVisitor(info, reader))
    return tuple(reader.found.values())


class _Reader(Visitor):
    """Collects scopes on the way down, and the fragments still to be read."""

    def __init__(self, schema: GraphQLSchema, info: TypeInfo) -> None:
        super().__init__()
        self.schema, self.info = schema, info
        self.path: list[str] = []
        self.found: dict[Scope, Need] = {}
        self.waiting: list[tuple[str, list[str]]] = []
        self.seen: set[str] = set()

    def enter_field(self, node: FieldNode, *_: Any) -> None:
        self.path.append((node.alias or node.name).value)
        parent = self.info.get_parent_type()
        if parent is not None:
            for scope in _scopes(self.schema, parent, node.name.value):
                self.found.setdefault(scope, Need(scope, node, tuple(self.path)))

    def leave_field(self, *_: Any) -> None:
        self.path.pop()

    def enter_fragment_spread(self, node: FragmentSpreadNode, *_: Any) -> None:
        name = node.name.value
        if name not in self.seen:
            self.seen.add(name)
            self.waiting.append((name, self.path.copy()))


def _scopes(schema: GraphQLSchema, parent: GraphQLCompositeType, name: str) -> Iterator[Scope]:
    """The scopes of a field: its own, its type's, and those of whatever implements it.

    A field asked for on an interface is answered by one of the types below it; it needs what any
    of them needs, or the interface would be a way around. Only the id is free there: the caller
    named it, and whether it exists is for the database to say.
    """
    if name == "__typename":
        return
    yield from _own_scopes(parent, name)
    if isinstance(parent, GraphQLInterfaceType) and name != "id":
        for type_ in schema.get_possible_types(parent):
            yield from _own_scopes(type_, name)


def _own_scopes(type_: GraphQLCompositeType, name: str) -> Iterator[Scope]:
    made = type_.extensions.get(_STRAWBERRY)
    for directive in getattr(made, "directives", None) or ():
        if isinstance(directive, Requires):
            yield Scope(str(directive.scope))
    definition = getattr(type_, "fields", {}).get(name)
    if definition is not None and (scope := required_scope(definition)):
        yield scope


def _metadata(definition: GraphQLField) -> Mapping[Any, Any]:
    made = definition.extensions.get(_STRAWBERRY)
    return made.metadata if isinstance(made, StrawberryField) else {}


def _first_paragraph(resolver: Callable[..., Any]) -> str | None:
    text = inspect.getdoc(resolver)
    return text.split("\n\n", 1)[0] if text else None
