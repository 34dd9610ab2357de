"""Selections written as SQL: what stands below a row, field by field."""

from collections.abc import Callable, Sequence
from typing import Any

from graphql import (
    FragmentDefinitionNode,
    GraphQLField,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLSchema,
    OperationDefinitionNode,
    get_named_type,
    get_nullable_type,
)
from graphql.execution.collect_fields import FieldDetails, FragmentDetails, collect_subfields
from graphql.execution.values import VariableValues, get_argument_values
from sqlalchemy import Boolean
from strawberry.types.field import StrawberryField

from api.plans import sections
from api.plans.pages import List, Lists, columns_of
from api.plans.text import NotPlanned, Said, joined, unbroken
from api.plans.values import attribute, named, source, value
from db.base import Base
from db.handoff import SectionNow
from domain.paging import PageArgs
from resolvers import section as resolve
from resolvers.wanted import ToEach, ToFirst, ToMany, ToOne, Wants, wants

Fields = dict[str, list[FieldDetails]]

Lines = dict[str, Callable[[str], list[str]]]

MOST_SOURCES = 60
"""Rows and lists in one statement. PostgreSQL plans each for 1 to 2 ms, and a large statement at
every run: beyond this graphql-core is quicker."""


def strawberry_field(definition: GraphQLField) -> StrawberryField:
    """How a field was declared."""
    made = definition.extensions.get("strawberry-definition")
    if not isinstance(made, StrawberryField):
        raise NotPlanned("not a field of ours")
    return made


class Writer:
    """Writes one operation, for the values its variables have below the root."""

    def __init__(
        self,
        schema: GraphQLSchema,
        operation: OperationDefinitionNode,
        fragments: dict[str, FragmentDefinitionNode],
        variables: VariableValues,
    ) -> None:
        self._schema, self._operation, self._variables = schema, operation, variables
        self._fragments = {name: FragmentDetails(node) for name, node in fragments.items()}
        self.sources = 0
        """Rows and lists so far."""
        self._joins: dict[str, list[tuple[str, str, str]]] = {}
        self._beside: dict[str, str] = {}
        self.lists = Lists(self)
        self.sealed = False
        """Whether sections are shown, so that the ledger must be told."""

    def alias(self) -> str:
        self.sources += 1
        if self.sources > MOST_SOURCES:
            raise NotPlanned("too large")
        return f"t{self.sources}"

    def below(self, type_: GraphQLObjectType, details: list[FieldDetails]) -> Fields:
        """The fields selected below a field, by their names in the answer."""
        found = collect_subfields(
            self._schema, self._fragments, self._variables, self._operation, type_, details
        )
        if found.new_defer_usages:
            raise NotPlanned("deferred")
        return found.grouped_field_set

    def object(
        self,
        type_: GraphQLObjectType,
        details: list[FieldDetails],
        write: Callable[[str, list[FieldDetails]], Sequence[str]],
    ) -> list[str]:
        """An object, of whatever `write` makes of each field's name."""
        pieces: list[str] = []
        for name, fields in self.below(type_, details).items():
            pieces.append(Said(f'{"," if pieces else "{"}"{name}":'))
            asked = fields[0].node.name.value
            if asked == "__typename":
                pieces.append(Said(f'"{type_.name}"'))
            else:
                pieces += write(asked, fields)
        return [*(pieces or [Said("{")]), Said("}")]

    def row(
        self, type_: Any, model: type[Base], alias: str, details: list[FieldDetails]
    ) -> list[str]:
        """A row as an object of this type."""
        if not isinstance(type_, GraphQLObjectType):
            raise NotPlanned("one of several types")

        def write(name: str, fields: list[FieldDetails]) -> list[str]:
            return self._field(type_.fields[name], model, alias, fields)

        return self.object(type_, details, write)

    def _field(
        self, definition: GraphQLField, model: type[Base], alias: str, fields: list[FieldDetails]
    ) -> list[str]:
        made = strawberry_field(definition)
        if made.base_resolver is None:
            of = get_nullable_type(definition.type)
            if isinstance(of, GraphQLObjectType):
                return self._same(of, model, alias, made.python_name, fields)
            return value(model, alias, made.python_name, definition.type)
        resolver = made.base_resolver.wrapped_func
        if resolver is resolve.content and model is SectionNow:
            return self._content(definition, alias, fields)
        return self._following(definition, made.python_name, wants(resolver), model, alias, fields)

    def _following(
        self,
        definition: GraphQLField,
        name: str,
        wants: Wants | None,
        model: type[Base],
        alias: str,
        fields: list[FieldDetails],
    ) -> list[str]:
        match wants:
            case ToOne(to, key):
                return self.one(definition, to, alias, _key(model, alias, key), fields)
            case ToEach(to, key):
                return self._each(definition, to, _key(model, alias, key), fields)
            case ToFirst(key, order):
                return self._first(definition, key, order, alias, fields)
            case ToMany(key, order, parent):
                at = _key(model, alias, parent)
                args = page_args(self._arguments(definition, fields))
                list_ = List(key.class_, order, args)
                return self.lists.hanging(list_, key, at, get_named_type(definition.type), fields)
        raise NotPlanned(f"{name} has a resolver of its own")

    def _same(
        self, of: Any, model: type[Base], alias: str, name: str, fields: list[FieldDetails]
    ) -> list[str]:
        """Columns of the same row that are an object of their own, where there is one."""
        there, kind = attribute(model, alias, name)
        if not isinstance(kind, Boolean):
            raise NotPlanned(f"{model.__name__}.{name} is made in Python")
        return [
            f"case when {there} then {joined(self.row(of, model, alias, fields))} else 'null' end"
        ]

    def one(
        self,
        definition: GraphQLField,
        model: type[Base],
        beside: str,
        key: str,
        fields: list[FieldDetails],
    ) -> list[str]:
        """A row beside another one: PostgreSQL chooses how to join them, for all rows of a page."""
        _may_be_null(definition)
        alias = self.alias()
        self._beside[alias] = beside
        self._joins.setdefault(self._base(alias), []).append((source(model), alias, key))
        row = joined(self.row(get_named_type(definition.type), model, alias, fields))
        return [f"case when {alias}.id is null then 'null' else {row} end"]

    def joins(self, alias: str) -> str:
        """What stands beside a row, once everything below it is written."""
        return "".join(
            f" left join {read} {beside} on {beside}.id = {key}"
            for read, beside, key in self._joins.get(alias, ())
        )

    def joins_once(self, alias: str, rows: str, text: str) -> tuple[list[str], str]:
        """The same for the rows of a page: what several of them point to is read once.

        PostgreSQL cannot know how few that are, and what an agreement is today costs it more than
        all the rest of a row. Answers with those tables and with the joins.
        """
        among, tables, joins = {alias: rows}, [], ""
        text += "".join(f" {key}" for _, _, key in self._joins.get(alias, ()))
        for read, beside, key in self._joins.get(alias, ()):
            parent, _, column = key.partition(".")
            used = columns_of(beside, f"{text} {beside}.id")
            among[beside] = f"q{beside}"
            tables.append(
                f"q{beside} as materialized (select {', '.join(used)} from {read} s_"
                f" where s_.id in (select {column} from {among[parent]}))"
            )
            joins += f" left join q{beside} {beside} on {beside}.id = {key}"
        return tables, joins

    def _base(self, alias: str) -> str:
        while alias in self._beside:
            alias = self._beside[alias]
        return alias

    def _first(
        self, definition: GraphQLField, key: Any, order: Any, at: str, fields: list[FieldDetails]
    ) -> list[str]:
        _may_be_null(definition)
        model, alias = key.class_, self.alias()
        row = unbroken(self.row(get_named_type(definition.type), model, alias, fields))
        there = (
            f"select {row} from {source(model)} {alias}{self.joins(alias)}"
            f" where {alias}.{key.key} = {at}.id"
            f" order by {self.lists.order(alias, order, backward=False)} limit 1"
        )
        return [f"coalesce(({there}), 'null')"]

    def _each(
        self, definition: GraphQLField, model: type[Base], ids: str, fields: list[FieldDetails]
    ) -> list[str]:
        """The rows with these ids, in their order, as far as they are there."""
        alias = self.alias()
        row = unbroken(self.row(get_named_type(definition.type), model, alias, fields))
        there = (
            f"select string_agg({row}, ',' order by ids.n)"
            f" from unnest({ids}) with ordinality ids(id, n)"
            f" join {source(model)} {alias} on {alias}.id = ids.id{self.joins(alias)}"
        )
        return [Said("["), f"coalesce(({there}), '')", Said("]")]

    def _content(
        self, definition: GraphQLField, alias: str, fields: list[FieldDetails]
    ) -> list[str]:
        """Words, or why there are none: the two types of the union, column by column."""
        self.sealed = True
        either: list[list[str]] = []
        lines: tuple[tuple[str, Lines], ...] = (
            ("Disclosed", {"body": sections.body}),
            ("Withheld", {"code": sections.code, "message": sections.message}),
        )
        for name, lines_of in lines:
            type_: Any = self._schema.get_type(name)

            def line(asked: str, _: list[FieldDetails], of: Lines = lines_of) -> list[str]:
                return of[asked](alias)

            either.append(self.object(type_, fields, line))
        return sections.content(alias, *either)

    def _arguments(self, definition: GraphQLField, fields: list[FieldDetails]) -> dict[str, Any]:
        return get_argument_values(definition, fields[0].node, self._variables)


def page_args(given: dict[str, Any]) -> PageArgs:
    """Where a page lies. Reading on in a list below another row is for graphql-core."""
    args = PageArgs(**given).checked()
    if args.after is not None or args.before is not None:
        raise NotPlanned("reads on below a row")
    return args


def _key(model: type[Base], alias: str, name: str) -> str:
    found = named(model, alias, name)
    if found is None:
        raise NotPlanned(f"{model.__name__}.{name} is made in Python")
    return found


def _may_be_null(definition: GraphQLField) -> None:
    if isinstance(definition.type, GraphQLNonNull):
        raise NotPlanned("must not be null")
