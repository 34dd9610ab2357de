"""Pages of lists (Relay cursor connections) written as SQL."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from graphql import GraphQLObjectType, get_named_type
from graphql.execution.collect_fields import FieldDetails
from sqlalchemy import Date, DateTime, Integer, String, Uuid

from api.plans.holes import CURSOR, hole
from api.plans.text import NotPlanned, Said, joined, quoted
from api.plans.values import day, expression, moment, source
from domain.paging import Order, PageArgs

if TYPE_CHECKING:
    from api.plans.writing import Writer

PLACE = "n_"
"""The column that numbers rows in reading direction: the one beyond the page is known by it."""


@dataclass(frozen=True, slots=True)
class List:
    """A page of some rows."""

    model: Any
    order: Order
    args: PageArgs


class Lists:
    """Writes the pages of one operation."""

    def __init__(self, writer: "Writer") -> None:
        self._writer = writer

    def order(self, alias: str, order: Order, *, backward: bool) -> str:
        """What stands after ORDER BY."""
        direction = "desc" if order.descending != backward else "asc"
        return ", ".join(f"{alias}.{name} {direction}" for name in order.names)

    def hanging(
        self, page: List, key: Any, at: str, type_: Any, details: list[FieldDetails]
    ) -> list[str]:
        """A page of the rows whose key is `at`."""
        alias = self._writer.alias()
        rows = f"{source(page.model)} {alias} where {alias}.{key.key} = {at}"
        order = self.order(alias, page.order, backward=page.args.backward)
        inner = f"select {alias}.* from {rows} order by {order} limit {page.args.size + 1}"
        whole = f"(select count(*) from {rows})"
        return self.page(page, inner, str(page.args.size), whole, type_, details, top=False)

    def page(
        self,
        page: List,
        inner: str,
        size: str,
        whole: str,
        type_: Any,
        details: list[FieldDetails],
        top: bool = True,
    ) -> list[str]:
        """A connection of what `inner` reads, which is one row more than the page has."""
        gathered: list[tuple[str, str]] = []
        outer = self._writer.alias()
        row = self._writer.alias()

        def gather(function: str, of: str) -> str:
            gathered.append((function, of))
            return f"{outer}.g{len(gathered) - 1}"

        pieces = self._connection(page, row, size, whole, type_, details, gather, outer)
        if not gathered:
            return pieces
        order = f" order by {row}.{PLACE}{' desc' if page.args.backward else ''}"
        within = f"filter (where {row}.{PLACE} <= {size})"
        numbered = f"select *, row_number() over () as {PLACE} from ({inner}) {row}_"
        columns = [
            f"{function.format(of + order)} {within} as g{n}"
            for n, (function, of) in enumerate(gathered)
        ]
        columns.append("count(*) as all_")
        gathered_ = ", ".join(columns)
        if not top:
            rows = f"select {gathered_} from ({numbered}) {row}{self._writer.joins(row)}"
            return [f"(select {joined(pieces)} from ({rows}) {outer})"]
        tables, joins = self._writer.joins_once(row, f"p{row}", gathered_)
        tables.insert(0, f"p{row} as materialized ({numbered})")
        rows = f"select {gathered_} from p{row} {row}{joins}"
        return [f"(with {', '.join(tables)} select {joined(pieces)} from ({rows}) {outer})"]

    def _connection(
        self,
        page: List,
        row: str,
        size: str,
        whole: str,
        type_: Any,
        details: list[FieldDetails],
        gather: Callable[[str, str], str],
        outer: str,
    ) -> list[str]:
        if not isinstance(type_, GraphQLObjectType) or not type_.name.endswith("Connection"):
            raise NotPlanned("not a connection")
        of: Any = get_named_type(type_.fields["nodes"].type)
        edge: Any = get_named_type(type_.fields["edges"].type)
        info: Any = get_named_type(type_.fields["pageInfo"].type)

        def listed(pieces: list[str]) -> list[str]:
            return [Said("["), gather("string_agg({})", f"{joined(pieces)}, ','"), Said("]")]

        def field(name: str, fields: list[FieldDetails]) -> list[str]:
            if name == "nodes":
                return listed(self._writer.row(of, page.model, row, fields))
            if name == "edges":
                return listed(self._writer.object(edge, fields, place))
            if name == "pageInfo":
                return self._writer.object(info, fields, about)
            return [whole]

        def place(name: str, fields: list[FieldDetails]) -> list[str]:
            if name == "cursor":
                return self._cursor(page, row)
            return self._writer.row(of, page.model, row, fields)

        def about(name: str, _: list[FieldDetails]) -> list[str]:
            if name in ("hasNextPage", "hasPreviousPage"):
                return self._more(page, name, size, gather, outer)
            kept = gather("array_agg({})", joined(self._cursor(page, row)))
            index = "1" if name == "startCursor" else f"cardinality({kept})"
            return [f"coalesce(({kept})[{index}], 'null')"]

        return self._writer.object(type_, details, field)

    def _more(
        self, page: List, name: str, size: str, gather: Callable[[str, str], str], outer: str
    ) -> list[str]:
        if (name == "hasPreviousPage") is page.args.backward:
            gather("count({})", "1")
            return [f"case when {outer}.all_ > {size} then 'true' else 'false' end"]
        came = page.args.before if page.args.backward else page.args.after
        return [Said("true" if came is not None else "false")]

    def _cursor(self, page: List, row: str) -> list[str]:
        pieces: list[str] = [quoted(f'["{page.model.__tablename__}"')]
        for name in page.order.names:
            kind, one = expression(page.model, row, name).type, f"{row}.{name}"
            if isinstance(kind, DateTime):
                pieces += [quoted(',"'), moment(one), quoted('+00:00"')]
            elif isinstance(kind, Uuid):
                pieces += [quoted(',"'), f"replace({one}::text, '-', '')", quoted('"')]
            elif isinstance(kind, Date):
                pieces += [quoted(","), day(one)]
            elif isinstance(kind, Integer | String):
                pieces += [quoted(","), f"to_json({one})"]
            else:
                raise NotPlanned(f"ordered by {kind}")
        return hole(CURSOR, *pieces, quoted("]"))
