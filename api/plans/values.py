"""Plain values as JSON, written by PostgreSQL exactly as Python would write them."""

from collections.abc import Callable
from functools import cache
from typing import Any

from graphql import (
    GraphQLEnumType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLScalarType,
    get_nullable_type,
)
from sqlalchemy import (
    ARRAY,
    Boolean,
    ClauseElement,
    ColumnElement,
    Date,
    DateTime,
    Float,
    Integer,
    Numeric,
    String,
    Uuid,
    select,
)
from sqlalchemy import Enum as Choice
from sqlalchemy.dialects.postgresql import asyncpg
from sqlalchemy.orm import aliased

from api.plans.text import NotPlanned, Said, quoted
from db.base import Base

READABLE = "current_setting('DateStyle') like 'ISO%'"
"""That moments cast to text are as in ISO 8601; installations that differ are not planned for."""
DIALECT = asyncpg.dialect()  # type: ignore[no-untyped-call]


def expression(model: type[Base], alias: str, name: str) -> ColumnElement[Any]:
    """What an attribute of a row is in SQL: a column, or a hybrid property."""
    found = getattr(aliased(model, name=alias), name, None)
    made = getattr(found, "expression", found)
    if not isinstance(made, ColumnElement):
        raise NotPlanned(f"{model.__name__}.{name} is made in Python")
    return made


def sql(made: ClauseElement) -> str:
    """An expression without parameters."""
    return str(made.compile(dialect=DIALECT, compile_kwargs={"literal_binds": True}))


def moment(of: str) -> str:
    """As `datetime.isoformat` in UTC: microseconds in six digits, or none when they are nought.

    PostgreSQL's own text leaves out noughts at the end, and is made in a quarter of the time that
    `to_char` takes: it serves for all moments but one in ten. Needs `READABLE`.
    """
    utc = f"({of} at time zone interval '0')"
    return (
        f"case when {of} <> {of}::timestamptz(5) or isfinite({of}) and {of} = {of}::timestamptz(0)"
        f" then replace({utc}::text, ' ', 'T')"
        f" when isfinite({of}) then to_char({utc}, 'YYYY-MM-DD\"T\"HH24:MI:SS.US')"
        f" when {of} > now() then '9999-12-31T23:59:59.999999'"
        f" when {of} < now() then '0001-01-01T00:00:00' end"
    )


def day(of: str) -> str:
    """As `date.isoformat` in JSON: the driver keeps the ends of Python's calendar as infinite."""
    ends = ('"-infinity"', '"0001-01-01"'), ('"infinity"', '"9999-12-31"')
    written = f"to_json({of})::text"
    for infinite, end in ends:
        written = f"replace({written}, '{infinite}', '{end}')"
    return written


def value(model: type[Base], alias: str, name: str, type_: Any) -> list[str]:
    """The pieces of an attribute's value for a field of this type."""
    leaf = get_nullable_type(type_)
    if isinstance(leaf, GraphQLScalarType) and leaf.name == "ID":
        return _id(model, alias, name, not isinstance(type_, GraphQLNonNull))
    one, kind = attribute(model, alias, name)
    optional = not isinstance(type_, GraphQLNonNull)
    if isinstance(leaf, GraphQLList):
        of = get_nullable_type(leaf.of_type)
        if not isinstance(kind, ARRAY) or not isinstance(kind.item_type, String):
            raise NotPlanned(f"{model.__name__}.{name} is a list of something else")
        if isinstance(of, GraphQLEnumType) and (each := _renamed(of, "e_")) != "e_":
            one = f"case when {one} is not null then array(select {each} from unnest({one}) e_) end"
        return _plain(f"to_json({one})", optional)
    if not _fits(leaf, kind):
        raise NotPlanned(f"{model.__name__}.{name} has a type of its own")
    if isinstance(leaf, GraphQLEnumType):
        one = _renamed(leaf, one)
    return _written(kind)(one, optional)


def attribute(model: type[Base], alias: str, name: str) -> tuple[str, Any]:
    """An attribute in SQL, and its type."""
    made = expression(model, alias, name)
    return named(model, alias, name) or f"({sql(made)})", made.type


@cache
def source(model: type[Base]) -> str:
    """What a row is read from, with a column for each attribute, named like it."""
    columns = labelled(model)
    return model.__tablename__ if columns is None else f"({sql(select(*columns))})"


@cache
def labelled(model: type[Base]) -> tuple[Any, ...] | None:
    """A row's attributes under their own names; None where these are just the table's columns.

    What is deferred is not for the API, which may not even be allowed to read it.
    """
    table: Any = model.__table__
    every = list(model.__mapper__.column_attrs)
    attributes = [a for a in every if not a.deferred]
    if attributes == every and all(table.c.get(a.key) is a.columns[0] for a in every):
        return None
    return tuple(getattr(model, a.key).label(a.key) for a in attributes)


def named(model: type[Base], alias: str, name: str) -> str | None:
    """A mapped attribute as the row's source names it; None for a hybrid."""
    attribute = model.__mapper__.attrs.get(name)
    if attribute is not None and attribute.deferred:
        raise NotPlanned(f"{model.__name__}.{name} is not for the API")
    return None if attribute is None else f"{alias}.{name}"


def _id(model: type[Base], alias: str, name: str, optional: bool) -> list[str]:
    if name == "global_id":
        return [Said(f'"{model.noun}_'), f"replace({alias}.id::text, '-', '')", Said('"')]
    one, kind = attribute(model, alias, name)
    if not isinstance(kind, String | Uuid):
        raise NotPlanned(f"{model.__name__}.{name} is another id")
    return _bare(f"{one}::text", optional)


def _fits(leaf: Any, kind: Any) -> bool:
    """Whether what the column holds is what the field says, without a resolver's help."""
    if isinstance(leaf, GraphQLEnumType):
        return isinstance(kind, String | Choice)
    if not isinstance(leaf, GraphQLScalarType):
        return False
    return {
        "String": isinstance(kind, String) and not isinstance(kind, Choice),
        "Boolean": isinstance(kind, Boolean),
        "Int": type(kind) is Integer,
        "DateTime": isinstance(kind, DateTime) and bool(kind.timezone),
        "Date": isinstance(kind, Date),
        "Decimal": isinstance(kind, Numeric) and not isinstance(kind, Float),
    }.get(leaf.name, False)


def _renamed(leaf: GraphQLEnumType, one: str) -> str:
    """What is stored, by its name in the schema; they are the same as a rule."""
    values = {name: getattr(v.value, "value", v.value) for name, v in leaf.values.items()}
    cases = [f"when {quoted(v)} then {quoted(name)}" for name, v in values.items() if name != v]
    return f"case {one} {' '.join(cases)} else {one} end" if cases else one


def _written(kind: Any) -> Callable[[str, bool], list[str]]:
    if isinstance(kind, Choice | Numeric):
        return lambda one, optional: _bare(f"{one}::text", optional)
    if isinstance(kind, Boolean):
        return _boolean
    if isinstance(kind, DateTime):
        return _moment
    if isinstance(kind, Date):
        return lambda one, optional: _plain(day(one), optional)
    if isinstance(kind, Integer):
        return _number
    return lambda one, optional: _plain(f"to_json({one})", optional)


def _plain(json: str, optional: bool) -> list[str]:
    return [f"coalesce(({json})::text, 'null')"] if optional else [json]


def _bare(one: str, optional: bool) -> list[str]:
    """Text that needs no escaping."""
    if optional:
        return [f"coalesce('\"' || {one} || '\"', 'null')"]
    return [Said('"'), one, Said('"')]


def _boolean(one: str, optional: bool) -> list[str]:
    rest = f"when not {one} then 'false' else 'null'" if optional else "else 'false'"
    return [f"case when {one} then 'true' {rest} end"]


def _number(one: str, optional: bool) -> list[str]:
    return [f"coalesce({one}::text, 'null')"] if optional else [one]


def _moment(one: str, optional: bool) -> list[str]:
    if optional:
        return [f"coalesce('\"' || {moment(one)} || '+00:00\"', 'null')"]
    return [Said('"'), moment(one), Said('+00:00"')]
