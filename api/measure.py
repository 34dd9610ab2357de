"""The size of an operation, from its document and the types, before anything is validated.

One pass, each fragment once. A point stands for an object that may be returned:

- a field that returns an object costs one point, ten plain values together another;
- how many rows a list has in all (`totalCount`) costs a hundred: they are counted;
- a field of a mutation costs a hundred: its rules, its locks and what it writes down;
- what stands below a connection counts once for each item of its page (``first`` or ``last``);
- what stands below a list counts for each of the ``ids`` asked for, or else for five items;
- what is asked of the schema itself counts for as many types and fields as there are, which cost a
  tenth: the whole of it is some thousands of points.

A point is about 40 us of processor time. Page sizes may be variables, so a cost is kept as a sum
with the unknown pages left open, and worked out for each request. The document may still be
nonsense: unknown fields count as plain, and a fragment inside itself counts as nothing, since
validation refuses both.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from graphql import (
    DirectiveNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLField,
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLSchema,
    InlineFragmentNode,
    IntValueNode,
    ListValueNode,
    OperationDefinitionNode,
    SelectionSetNode,
    VariableNode,
    get_named_type,
    get_nullable_type,
    is_composite_type,
    is_input_object_type,
    is_list_type,
)

from api.limits import Limits, check

WITH_FIELDS = (GraphQLObjectType, GraphQLInterfaceType)
MANY = 10**9
"""Where counting stops: fragments can double a number with every line."""


@dataclass(slots=True, eq=False)
class Cost:
    """Points, and below them what is still to be multiplied: (times, variable or None, below)."""

    points: int = 0
    below: list[tuple[int, "Page | None", "Cost"]] = field(default_factory=list)

    def add(self, other: "Cost", times: int = 1, page: "Page | None" = None) -> None:
        if page is None and not other.below:
            self.points = min(MANY, self.points + times * other.points)
        elif other.points or other.below:
            self.below.append((times, page, other))

    def total(self, variables: Mapping[str, Any]) -> int:
        """The points for these variables; shared fragments are worked out once."""
        return self._total(variables, {})

    def _total(self, variables: Mapping[str, Any], known: dict[int, int]) -> int:
        if not self.below:
            return self.points
        if id(self) not in known:
            total = self.points
            for times, page, cost in self.below:
                size = 1 if page is None else page.size(variables)
                total += times * size * cost._total(variables, known)
            known[id(self)] = min(MANY, total)
        return known[id(self)]


@dataclass(frozen=True, slots=True)
class Page:
    """A page size, or the number of ids, that a variable will tell."""

    variable: str
    default: int
    largest: int

    def size(self, variables: Mapping[str, Any]) -> int:
        value = variables.get(self.variable, self.default)
        if isinstance(value, list):
            return max(1, len(value))
        if value is None:
            return self.default
        return min(max(1, value), self.largest) if isinstance(value, int) else self.largest


class Size(NamedTuple):
    """What one selection set comes to, with everything below it."""

    depth: int
    aliases: int
    fields: int
    """Fields at its top level, through fragments."""
    cost: Cost
    counts: int = 0
    """Fields at its top level that count a whole list."""


PLAIN = 10
"""Plain values, and objects of the schema, that cost a point."""
COUNT = 100
"""Points of counting a list."""
CHANGE = 100
"""Points of a field of a mutation."""


ABOUT = ("queryType", "mutationType", "__type")
"""Ways to one type, which may be the largest."""


@dataclass(frozen=True, slots=True)
class Extent:
    """How much a schema has to tell of itself."""

    lists: Mapping[str, int]
    """The usual length of each list, such as the fields of a type."""
    largest: int
    """How many times more fields than usual one type has."""

    @classmethod
    def of(cls, schema: GraphQLSchema) -> "Extent":
        types = [type_ for name, type_ in schema.type_map.items() if not name.startswith("__")]
        inputs = [len(type_.fields) for type_ in types if is_input_object_type(type_)]
        fields = [len(type_.fields) for type_ in types if isinstance(type_, WITH_FIELDS)]
        usual, usual_input = (max(1, round(sum(n) / len(types))) for n in (fields, inputs))
        lists = {"types": len(types), "fields": usual, "inputFields": usual_input}
        return cls(lists, max(fields) // usual)


class Measure:
    """Measures the operations of one document."""

    def __init__(
        self,
        schema: GraphQLSchema,
        fragments: Mapping[str, FragmentDefinitionNode],
        limits: Limits,
        extent: Extent,
    ) -> None:
        self.schema, self.fragments, self.limits = schema, fragments, limits
        self.extent = extent
        self._sizes: dict[str, Size | None] = {}

    def operation(self, node: OperationDefinitionNode) -> Size:
        """The size of an operation, already held against every limit but the cost."""
        self._check_directives(node.directives)
        root = self.schema.get_root_type(node.operation)
        size = self._selections(node.selection_set, root, 0)
        check("depth", size.depth, self.limits.depth)
        check("aliases", size.aliases, self.limits.aliases)
        check("root fields", size.fields, self.limits.root_fields)
        return size

    def _selections(
        self, node: SelectionSetNode, parent: GraphQLNamedType | None, nesting: int
    ) -> Size:
        # Far more than any field is deep: a chain of fragments must not exhaust the stack.
        check("nesting", nesting, 4 * self.limits.depth)
        depth = aliases = fields = plain = counts = 0
        cost = Cost()
        for selection in node.selections:
            self._check_directives(selection.directives)
            if isinstance(selection, FieldNode):
                below = self._field(selection, parent, nesting, cost)
                depth = max(depth, below.depth + 1)
                aliases += below.aliases + (selection.alias is not None)
                fields += 1
                plain += selection.selection_set is None
                counts += selection.name.value == "totalCount"
            elif inner := self._spread(selection, parent, nesting):
                depth = max(depth, inner.depth)
                aliases += inner.aliases
                fields += inner.fields
                counts += inner.counts
                cost.add(inner.cost)
        cost.points = min(MANY, cost.points + plain // PLAIN)
        return Size(depth, min(MANY, aliases), min(MANY, fields), cost, min(MANY, counts))

    def _spread(self, node: Any, parent: GraphQLNamedType | None, nesting: int) -> Size | None:
        if isinstance(node, InlineFragmentNode):
            type_ = self._condition(node, parent)
            return self._selections(node.selection_set, type_, nesting + 1)
        name = node.name.value if isinstance(node, FragmentSpreadNode) else ""
        if name not in self._sizes and (fragment := self.fragments.get(name)):
            self._sizes[name] = None  # stands while we are inside it: a cycle counts as nothing
            self._check_directives(fragment.directives)
            type_ = self._condition(fragment, parent)
            self._sizes[name] = self._selections(fragment.selection_set, type_, nesting + 1)
        return self._sizes.get(name)

    def _field(
        self, node: FieldNode, parent: GraphQLNamedType | None, nesting: int, cost: Cost
    ) -> Size:
        """Add a field's points to those of its selection set; answer with what is below it."""
        definition = _definition(self.schema, parent, node)
        type_ = get_named_type(definition.type) if definition else None
        own = int(is_composite_type(type_))
        if parent is not None and parent.name.startswith("__"):
            own *= self._told(node)
        elif definition and parent is self.schema.mutation_type and not _is_meta(node):
            own += CHANGE
        cost.points = min(MANY, cost.points + own)
        if node.selection_set is None:
            return Size(0, 0, 0, Cost())
        size = self._selections(node.selection_set, type_, nesting + 1)
        cost.points = min(MANY, cost.points + COUNT * size.counts)
        times = self._times(node, definition, parent) if definition else 1
        if _is_meta(node):
            cost.points = min(MANY, cost.points + self._told(node) * size.cost.points // PLAIN)
        elif isinstance(times, Page):
            cost.add(size.cost, page=times)
        else:
            cost.add(size.cost, times)
        return size

    def _told(self, node: FieldNode) -> int:
        """How many types or fields the schema has to tell of here."""
        name = node.name.value
        return self.extent.largest if name in ABOUT else self.extent.lists.get(name, 1)

    def _times(
        self, node: FieldNode, definition: GraphQLField, parent: GraphQLNamedType | None
    ) -> int | Page:
        """How many items what stands below a field is to be counted for."""
        if parent is not None and parent.name.startswith("__"):
            return self._told(node)
        given = {argument.name.value: argument.value for argument in node.arguments or ()}
        for name in ("first", "last", "ids"):
            if name in given and name in definition.args:
                return self._given(given[name])
        if definition.args.keys() & {"first", "last"}:
            return self._default(definition)
        in_connection = parent is not None and parent.name.endswith("Connection")
        plain = in_connection or not is_list_type(get_nullable_type(definition.type))
        return 1 if plain else self.limits.list_size

    def _given(self, value: Any) -> int | Page:
        largest = self.limits.largest_page
        match value:
            case VariableNode():
                return Page(value.name.value, self.limits.default_page, largest)
            case ListValueNode():
                return max(1, len(value.values))
            case IntValueNode():
                return min(max(1, int(value.value[:9])), largest)
        return self.limits.default_page

    def _default(self, definition: GraphQLField) -> int:
        default = getattr(definition.args.get("first"), "default_value", None)
        return default if isinstance(default, int) else self.limits.default_page

    def _condition(
        self, node: InlineFragmentNode | FragmentDefinitionNode, parent: GraphQLNamedType | None
    ) -> GraphQLNamedType | None:
        condition = node.type_condition
        return self.schema.get_type(condition.name.value) if condition else parent

    def _check_directives(self, directives: Sequence[DirectiveNode] | None) -> None:
        check("directives", len(directives or ()), self.limits.directives)


def _definition(
    schema: GraphQLSchema, parent: GraphQLNamedType | None, node: FieldNode
) -> GraphQLField | None:
    name = node.name.value
    if isinstance(parent, WITH_FIELDS):
        return schema.get_field(parent, name)
    return None


def _is_meta(node: FieldNode) -> bool:
    return node.name.value.startswith("__")
