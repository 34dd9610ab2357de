"""Pages of lists (Relay cursor connections) written as SQL."""

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from graphql import GraphQLObjectType, get_named_type
from graphql.execution.collect_fields import FieldDetails
from sqlalchemy import Date, DateTime, Integer, String, Uuid

from api.plans.holes import CURSOR, hole
from api.plans.text import NotPlanned, Said, joined, unbroken
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
        inner = f"select {alias}.* from {rows} order by {order}"
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
        """A connection of the first of what `inner` reads, in reading direction."""
        here = _Here(page, self._writer.alias(), self._writer.alias(), size)
        pieces = self._connection(here, whole, type_, details)
        if not here.gathered and not here.counted:
            return pieces
        row, backward = here.row, page.args.backward
        rows = inner if top else f"{inner} limit {size} + 1"
        order, within = f"{row}.{PLACE}{' desc' if backward else ''}", ""
        if here.counted:  # one more is read, and not shown
            rows = f"select *, row_number() over () as {PLACE} from ({rows}) {row}_"
            within = f" filter (where {row}.{PLACE} <= {size})"
        else:
            rows = (
                f"select * from ({inner}) {row}_ limit {size}" if top else f"{inner} limit {size}"
            )
            order = self.order(row, page.order, backward=False)
        # Rows come in order, and stay in it where nothing is joined to them.
        joins = self._writer.joins(row)
        order = f" order by {order}" if joins or backward else ""
        columns = [
            f"{function.format(of + order)}{within} as g{n}"
            for n, (function, of) in enumerate(here.gathered)
        ]
        if here.counted:
            columns.append("count(*) as all_")
        gathered, tables = ", ".join(columns), ""
        if top and joins:
            once, joins = self._writer.joins_once(row, f"p{row}", gathered)
            kept = ", ".join(columns_of(row, gathered + joins))
            once.insert(0, f"p{row} as materialized (select {kept} from ({rows}) {row}_)")
            tables, read = f"with {', '.join(once)} ", f"p{row}"
        else:
            read = f"({rows})"
        found = f"select {gathered} from {read} {row}{joins}"
        return [f"({tables}select {joined(pieces)} from ({found}) {here.outer})"]

    def _connection(
        self, here: "_Here", whole: str, type_: Any, details: list[FieldDetails]
    ) -> list[str]:
        if not isinstance(type_, GraphQLObjectType) or not type_.name.endswith("Connection"):
            raise NotPlanned("not a connection")
        of: Any = get_named_type(type_.fields["nodes"].type)
        edge: Any = get_named_type(type_.fields["edges"].type)
        info: Any = get_named_type(type_.fields["pageInfo"].type)
        model, row = here.page.model, here.row

        def listed(pieces: list[str]) -> list[str]:
            rows = here.gather("string_agg({})", f"{unbroken(pieces)}, ','")
            return [Said("["), f"coalesce({rows}, '')", Said("]")]

        def line(name: str, fields: list[FieldDetails]) -> list[str]:
            if name == "nodes":
                return listed(self._writer.row(of, model, row, fields))
            if name == "edges":
                return listed(self._writer.object(edge, fields, place))
            if name == "pageInfo":
                return self._writer.object(info, fields, about)
            return [whole]

        def place(name: str, fields: list[FieldDetails]) -> list[str]:
            if name == "cursor":
                return self._cursor(here.page, row)
            return self._writer.row(of, model, row, fields)

        def about(name: str, _: list[FieldDetails]) -> list[str]:
            if name in ("hasNextPage", "hasPreviousPage"):
                return here.more(name)
            kept = here.gather("array_agg({})", unbroken(self._cursor(here.page, row)))
            index = "1" if name == "startCursor" else f"cardinality({kept})"
            return [f"coalesce(({kept})[{index}], 'null')"]

        return self._writer.object(type_, details, line)

    def _cursor(self, page: List, row: str) -> list[str]:
        pieces: list[str] = [Said(f'["{page.model.__tablename__}"')]
        for name in page.order.names:
            kind, one = expression(page.model, row, name).type, f"{row}.{name}"
            if isinstance(kind, DateTime):
                pieces += [Said(', "'), moment(one), Said('+00:00"')]
            elif isinstance(kind, Uuid):
                pieces += [Said(', "'), f"replace({one}::text, '-', '')", Said('"')]
            elif isinstance(kind, Date):
                pieces += [Said(", "), day(one)]
            elif isinstance(kind, Integer | String):
                pieces += [Said(", "), f"to_json({one})"]
            else:
                raise NotPlanned(f"ordered by {kind}")
        return hole(CURSOR, *pieces, Said("]"))


def columns_of(alias: str, text: str) -> list[str]:
    """The columns of a table that are named in some SQL."""
    return sorted({*re.findall(rf"\b{alias}\.(\w+)", text)})


@dataclass(slots=True)
class _Here:
    """One page while it is written: what is gathered of its rows, and whether they are counted."""

    page: List
    outer: str
    row: str
    size: str
    gathered: list[tuple[str, str]] = field(default_factory=list)
    counted: bool = False

    def gather(self, function: str, of: str) -> str:
        self.gathered.append((function, of))
        return f"{self.outer}.g{len(self.gathered) - 1}"

    def more(self, name: str) -> list[str]:
        """Whether there are rows on that side of the page."""
        args = self.page.args
        if (name == "hasPreviousPage") is args.backward:
            self.counted = True
            return [f"case when {self.outer}.all_ > {self.size} then 'true' else 'false' end"]
        came = args.before if args.backward else args.after
        return [Said("true" if came is not None else "false")]
