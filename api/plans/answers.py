"""What stands in the answer for each root field: a row, rows by their ids, a page, or who asks."""

from collections.abc import Mapping
from typing import Any

from graphql import GraphQLField, GraphQLObjectType, get_named_type
from graphql.execution.collect_fields import FieldDetails

from api.plans.asking import Row, Rows
from api.plans.pages import List
from api.plans.roots import Root, Texts
from api.plans.text import Said, joined
from api.plans.values import source
from api.plans.writing import Writer, strawberry_field
from auth.caller import Caller
from resolvers.wanted import ToOne, wants


class Answers:
    """Writes the root fields of one statement."""

    def __init__(self, writer: Writer, texts: Texts, types: Mapping[Any, Any]) -> None:
        self._writer, self._texts, self._types = writer, texts, types

    def of(self, root: Root, at: int, definition: GraphQLField, details: list[FieldDetails]) -> str:
        """The JSON of a root field, whose values begin at an index; null where there is nothing,
        which makes the whole null."""
        type_ = get_named_type(definition.type)
        match root.wanted:
            case Row(model):
                return self._row(model, self._texts.parameter(at, "uuid"), type_, details)
            case Rows():
                return self._page(root, root.wanted, at, type_, details)
            case Caller():
                return self._caller(at, type_, details)
        return self._rows(root, at, type_, details)

    def _row(self, model: Any, id: str, type_: Any, details: list[FieldDetails]) -> str:
        if not isinstance(type_, GraphQLObjectType):
            type_ = self._types.get(model)
        alias = self._writer.alias()
        row = joined(self._writer.row(type_, model, alias, details))
        beside = self._writer.joins(alias)
        return f"(select {row} from {source(model)} {alias}{beside} where {alias}.id = {id})"

    def _rows(self, root: Root, at: int, type_: Any, details: list[FieldDetails]) -> str:
        """Rows of several kinds in the order of their ids; if one is not there, there is none."""
        ids, cases, names = [], [], []
        for number, model in enumerate(root.models):
            ids.append(self._texts.parameter(at + number, "uuid[]"))
            names.append(f"m{number}")
            row = self._row(model, f"ids.m{number}", type_, details)
            cases.append(f"when ids.m{number} is not null then {row}")
        each = (
            f"select ids.n, case {' '.join(cases)} else 'null' end as doc"
            f" from unnest({', '.join(ids)}) with ordinality ids({', '.join(names)}, n)"
        )
        listed = "'[' || string_agg(one.doc, ',' order by one.n) || ']'"
        return (
            f"(select case when count(*) = count(one.doc) then {listed} end"
            f" from ({each} offset 0) one)"
        )

    def _page(
        self, root: Root, want: Rows, at: int, type_: Any, details: list[FieldDetails]
    ) -> str:
        page = List(want.model, want.order, want.args)
        size = str(want.args.size)
        reads = []
        for part in root.bounds:
            reads.append(self._texts.of(part, at))
            at += len(part.values)
        counts = []
        for part in root.counts:
            counted = self._texts.of(part, at)
            counts.append(f"(select count(*) from ({counted}) {self._writer.alias()})")
            at += len(part.values)
        inner = reads[0]
        lists = self._writer.lists
        if len(reads) > 1:
            either = self._writer.alias()
            union = " union all ".join(
                f"(select * from ({read}) p{n})" for n, read in enumerate(reads)
            )
            order = lists.order(either, want.order, backward=want.args.backward)
            inner = f"select * from ({union}) {either} order by {order} limit {size} + 1"
        whole = f"({' + '.join(counts)})" if counts else "null"
        return joined(lists.page(page, inner, size, whole, type_, details))

    def _caller(self, at: int, type_: Any, details: list[FieldDetails]) -> str:
        """What a token says stands in a row of its own: as JSON, and the ids of whom it is for."""
        alias = self._writer.alias()
        casts = {"client_key": "text", "scopes": "text", "bound": "text", "words": "jsonb"}
        casts |= {"user_id": "uuid", "organisation_id": "uuid"}
        known = ", ".join(
            f"{self._texts.parameter(at + number, cast)} as {name}"
            for number, (name, cast) in enumerate(casts.items())
        )

        def write(name: str, fields: list[FieldDetails]) -> list[str]:
            made = strawberry_field(type_.fields[name])
            match wants(made.base_resolver and made.base_resolver.wrapped_func):
                case ToOne(to, key):
                    at = f"{alias}.{key}"
                    return self._writer.one(type_.fields[name], to, alias, at, fields)
            if made.python_name == "permissions":
                return self._permissions(alias, type_.fields[name], fields)
            return [f"{alias}.{made.python_name}"]

        row = joined(self._writer.object(type_, details, write))
        return f"(select {row} from (select {known} offset 0) {alias}{self._writer.joins(alias)})"

    def _permissions(
        self, alias: str, definition: GraphQLField, fields: list[FieldDetails]
    ) -> list[str]:
        """Scopes that the token carries and nobody has taken away since, in words as well."""

        def write(name: str, _: list[FieldDetails]) -> list[str]:
            said = f"to_json({alias}.words ->> p.scope)"
            return [said] if name == "description" else ["to_json(p.scope)"]

        type_: Any = get_named_type(definition.type)
        row = joined(self._writer.object(type_, fields, write))
        every = f"unnest(access.scopes()) p(scope) where {alias}.words ? p.scope"
        listed = f"string_agg({row}, ',' order by p.scope collate \"C\")"
        return [Said("["), f"(select coalesce({listed}, '') from {every})", Said("]")]
