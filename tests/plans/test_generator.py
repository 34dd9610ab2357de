"""What is asked at random is valid, and is everything that can be asked."""

from collections import Counter
from random import Random

import pytest
from graphql import GraphQLSchema, parse, validate
from graphql.language import print_ast

from api.app import make_schema
from auth.scopes import Scope
from tests.plans.material import Material, Voice
from tests.plans.operations import Asked, Writer
from tests.world import KPAI_ID, Api, Org

MANY = 900
FEATURES = (
    "...F", "... {", "... @", "on Node", "@skip(if: $", "@skip(if: true", "@include(if: $",
    "__typename", "$v", " = ", "first: ", "last: ", "after: ", "before: ", "filter: {", "filter: $",
    "node(id:", "nodes(ids: [", "nodes(ids: $", "query Lain", "select:", "null",
)  # fmt: skip


@pytest.fixture(scope="module")
def schema() -> GraphQLSchema:
    return make_schema()._schema


@pytest.fixture(scope="module")
def material(schema: GraphQLSchema) -> Material:
    """Ids of nothing: here nobody asks."""
    nodes = schema.get_possible_types(schema.get_type("Node"))  # type: ignore[arg-type]
    ids = {one.name: [f"{one.name.lower()}_{number:032x}" for number in range(3)] for one in nodes}
    all_scopes = frozenset(scope.value for scope in Scope)
    api = Api(None, Org(KPAI_ID, "KPAI"), "")  # type: ignore[arg-type]
    voices = [Voice("all", api, all_scopes, ids), Voice("few", api, frozenset({"mou:read"}), ids)]
    return Material(voices, ids)


@pytest.fixture(scope="module")
def asked(schema: GraphQLSchema, material: Material) -> list[Asked]:
    return [Writer(schema, material, Random(seed)).asked() for seed in range(MANY)]


def test_every_document_is_valid(schema: GraphQLSchema, asked: list[Asked]) -> None:
    for one in asked:
        errors = [error.message for error in validate(schema, parse(one.document))]
        assert not errors, f"{errors[:3]}\n{one.document}"


def test_a_seed_writes_one_document(schema: GraphQLSchema, material: Material) -> None:
    first, second = (Writer(schema, material, Random(7)).asked() for _ in range(2))
    assert (first.document, first.turns) == (second.document, second.turns)


def test_all_ways_of_writing_are_taken(asked: list[Asked]) -> None:
    texts = [print_ast(parse(one.document)).replace("{\n", "{ ") for one in asked]
    seen = Counter(feature for text in texts for feature in FEATURES if feature in text)
    assert [feature for feature in FEATURES if seen[feature] < 5] == []


def test_every_root_field_is_asked(schema: GraphQLSchema, asked: list[Asked]) -> None:
    assert schema.query_type
    everything = " ".join(one.document for one in asked)
    assert [name for name in schema.query_type.fields if name not in everything] == []
