"""Telling a story through the API: one mutation a line, its types read off the contract."""

from typing import Any

from graphql import GraphQLUnionType, build_schema, get_named_type

from api.app import make_schema
from tests.world import Api

SCHEMA = build_schema(make_schema().as_str())


async def attempt(api: Api, mutation: str, fields: str = "id", **given: Any) -> dict[str, Any]:
    """A mutation and what it answers: the fields of what it is about, or a refusal."""
    assert SCHEMA.mutation_type
    field = SCHEMA.mutation_type.fields[mutation]
    types = ", ".join(f"${name}: {field.args[name].type}" for name in given)
    union = get_named_type(field.type)
    assert isinstance(union, GraphQLUnionType)
    [noun] = [member.name for member in union.types if member.name != "Refused"]
    return await api.mutate(mutation, types, f"... on {noun} {{ {fields} }}", **given)


async def do(api: Api, mutation: str, fields: str = "id", **given: Any) -> dict[str, Any]:
    """A mutation that is done."""
    done = await attempt(api, mutation, fields, **given)
    assert done["__typename"] != "Refused", (mutation, done)
    return done
