"""Every id a client may send: malformed, of another noun, of nobody, of somebody else."""

import re
from typing import Any

import pytest
from graphql import (
    GraphQLField,
    GraphQLInputObjectType,
    GraphQLList,
    GraphQLNonNull,
    build_schema,
    get_named_type,
)

from api.app import make_schema
from tests.scenes import stranger, unknown
from tests.unchanged import unchanged
from tests.world import EVERY_SCOPE, Api, World

SCHEMA = build_schema(make_schema().as_str())
assert SCHEMA.query_type and SCHEMA.mutation_type
ANY_NOUN = {"node", "nodes"}
"""Fields that take an id of any noun, and answer null when there is none."""
SAMPLES: dict[str, Any] = {
    "String": "Contoh",
    "Date": "2030-01-01",
    "DateTime": "2030-01-01T00:00:00Z",
    "Boolean": True,
    "Int": 1,
    "Float": 1.0,
    "Decimal": "1",
    "JSON": True,
}
LATER = {
    "parentId", "organisationIds", "organisationId", "requestId",
    "amendMou.evaluationId", "extendMou.evaluationId", "holdEducationSession.materialVersionIds",
    "readdressClarification.addresseeId", "readdressRecommendation.addresseeId",
    "visitComparison.instrumentId",
}  # fmt: skip
"""Arguments that are looked at after another one."""
MALFORMED = ["", "x", "handoff_7", "handoff_" + "z" * 32, "HANDOFF_" + "0" * 32, "😀", "x" * 5_000,
             "%", "' or 1=1 --", "../../etc", "0198f0c2-0000-7000-8000-000000000000"]  # fmt: skip


def sample(type_: Any) -> Any:
    """A sound value of an input type."""
    if isinstance(type_, GraphQLNonNull):
        return sample(type_.of_type)
    if isinstance(type_, GraphQLList):
        return [sample(type_.of_type)]
    if isinstance(type_, GraphQLInputObjectType):
        return {
            name: sample(field.type)
            for name, field in type_.fields.items()
            if isinstance(field.type, GraphQLNonNull)
        }
    if type_.name == "ID":
        return unknown("mou")
    if type_.name in SAMPLES:
        return SAMPLES[type_.name]
    return next(iter(type_.values))


def places() -> list[tuple[str, str, tuple[str, ...]]]:
    """(operation, field, path of an argument that is an id)."""
    found = []
    for operation, root in (("query", SCHEMA.query_type), ("mutation", SCHEMA.mutation_type)):
        assert root
        for name, field in root.fields.items():
            for argument, definition in field.args.items():
                inner = get_named_type(definition.type)
                if inner.name == "ID":
                    found.append((operation, name, (argument,)))
                elif isinstance(inner, GraphQLInputObjectType):
                    found += [
                        (operation, name, (argument, key))
                        for key, part in inner.fields.items()
                        if get_named_type(part.type).name == "ID"
                    ]
    return [place for place in found if place[1] not in ANY_NOUN]


async def attempt(api: Api, operation: str, name: str, path: tuple[str, ...], id: str) -> Any:
    """The answer of a root field given this id in this place; every other argument is sound."""
    root: Any = SCHEMA.query_type if operation == "query" else SCHEMA.mutation_type
    field: GraphQLField = root.fields[name]
    variables: dict[str, Any] = {
        argument: sample(definition.type)
        for argument, definition in field.args.items()
        if isinstance(definition.type, GraphQLNonNull) or argument == path[0]
    }
    variables = {key: value for key, value in variables.items() if value is not None}
    value: Any = [id] if isinstance(_nullable(field, path), GraphQLList) else id
    if len(path) == 2:
        whole = variables[path[0]]
        listed = isinstance(whole, list)
        part = {**(whole[0] if listed else whole), path[1]: value}
        variables[path[0]] = [part] if listed else part
    else:
        variables[path[0]] = value
    types = ", ".join(f"${key}: {field.args[key].type}" for key in variables)
    given = ", ".join(f"{key}: ${key}" for key in variables)
    return await api.ask(
        f"{operation}({types}) {{ it: {name}({given}) {{ __typename"
        + (" ... on Refused { code field }" if operation == "mutation" else "")
        + " } }",
        **variables,
    )


def _nullable(field: GraphQLField, path: tuple[str, ...]) -> Any:
    type_: Any = field.args[path[0]].type
    if len(path) == 2:
        inner: Any = get_named_type(type_)
        type_ = inner.fields[path[1]].type
    return type_.of_type if isinstance(type_, GraphQLNonNull) else type_


def verdict(answer: Any) -> tuple[str, str | None]:
    """Code and field of the refusal or of the error."""
    if "errors" in answer.body:
        [error] = answer.body["errors"]
        return error["extensions"]["code"], error["extensions"].get("field")
    it = answer.body["data"]["it"]
    assert it["__typename"] == "Refused", answer.body
    return it["code"], it["field"]


@pytest.mark.parametrize(("operation", "name", "path"), places())
async def test_a_malformed_id_is_bad_input_and_says_where(
    world: World, operation: str, name: str, path: tuple[str, ...]
) -> None:
    keeping = operation == "mutation" and "Organisation" in name
    api = await world.as_(world.kpai, *EVERY_SCOPE) if keeping else await stranger(world)
    async with unchanged(world):
        verdicts = [
            (id, *verdict(await attempt(api, operation, name, path, id)))
            for id in [*MALFORMED, unknown("nobody")]
        ]
    for id, code, field in verdicts:
        said = re.sub(r"\[\d+\]", "", field or "")
        if said == ".".join(path):
            assert code == "BAD_INPUT", id
        else:  # refused before this id was looked at, for what else was sent
            later = {path[0], f"{name}.{path[0]}"} & LATER
            assert (operation, len(path)) == ("mutation", 2) or later, (code, field)


def test_each_id_of_the_contract_is_tried() -> None:
    assert len(places()) > 60
