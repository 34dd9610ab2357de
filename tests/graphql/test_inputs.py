"""Inputs are made as Strawberry makes them, of whatever graphql-core may have read."""

import datetime
import random
from typing import Any

import pytest
from graphql import (
    GraphQLInputObjectType,
    GraphQLInputType,
    GraphQLList,
    GraphQLNonNull,
    get_named_type,
    is_enum_type,
)
from strawberry.types.arguments import convert_argument

from api.app import make_schema
from schema import inputs

SCHEMA = make_schema()
TYPES = {
    name: type_
    for name, type_ in SCHEMA._schema.type_map.items()
    if isinstance(type_, GraphQLInputObjectType)
}


def some(type_: GraphQLInputType, draw: random.Random, depth: int = 0) -> Any:
    """A value as graphql-core reads it."""
    if isinstance(type_, GraphQLNonNull):
        return some(type_.of_type, draw, depth)
    if isinstance(type_, GraphQLList):
        return [some(type_.of_type, draw, depth + 1) for _ in range(draw.choice([0, 1, 3]))]
    if isinstance(type_, GraphQLInputObjectType):
        given = {}
        for name, line in type_.fields.items():
            wanted = isinstance(line.type, GraphQLNonNull)
            if wanted or (depth < 3 and draw.random() < 0.6):
                null = not wanted and draw.random() < 0.2
                given[name] = None if null else some(line.type, draw, depth + 1)
        return given
    if is_enum_type(type_):
        return draw.choice([value.value for value in type_.values.values()])
    plain = {"Int": 5, "Boolean": True, "Date": datetime.date(2026, 11, 26)}
    return plain.get(get_named_type(type_).name, "teks")


def made(cls: type, value: Any) -> Any:
    return convert_argument(value, cls, SCHEMA.schema_converter.scalar_registry, SCHEMA.config)


@pytest.mark.parametrize("name", TYPES)
def test_an_input_is_made_as_strawberry_makes_it(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    draw = random.Random(name)  # the same values at each run
    definition = TYPES[name].extensions["strawberry-definition"]
    values = [some(TYPES[name], draw) for _ in range(20)]
    ours = [made(definition.origin, value) for value in values]
    for cls in inputs._OURS:
        monkeypatch.setattr(cls.__strawberry_definition__, "from_input", None)  # type: ignore[attr-defined]
    assert ours == [made(definition.origin, value) for value in values]
