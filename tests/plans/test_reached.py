"""Which fields are answered by plans is written down: `not_compiled.txt` only becomes shorter."""

import asyncio
from random import Random
from types import SimpleNamespace
from typing import Any

import pytest
from graphql import GraphQLSchema, get_named_type, is_composite_type

from api.app import make_schema
from api.documents import Documents
from api.limits import Limits
from api.plans.running import Plans
from auth.caller import Caller
from auth.scopes import Scope
from db.ids import encode, new_id
from resolvers.viewer import NODES
from tests.plans.material import Material, Voice
from tests.plans.reaching import Map, Way, not_compiled
from tests.world import KPAI_ID, Api, Org


class Written(Exception):
    """There is a plan, and it would run now."""


class Writing(Plans):
    """Writes plans, and runs none of them."""

    async def _run(self, *_: Any) -> str | None:
        raise Written


class Somebody:
    """A context, as far as saying what one wants needs it."""

    me = Caller(new_id(), new_id(), "", frozenset(Scope))
    language = "id"
    database = SimpleNamespace(entering=lambda caller: {})


@pytest.fixture(scope="module")
def schema() -> GraphQLSchema:
    return make_schema()._schema


@pytest.fixture(scope="module")
def map(schema: GraphQLSchema) -> Map:
    """Ids of nothing: here nobody reads."""
    node: Any = schema.get_type("Node")
    ids = {
        type_.name: [encode(noun, new_id())]
        for noun, (model, _) in NODES.items()
        for type_ in schema.get_possible_types(node)
        if type_.is_type_of and type_.is_type_of(model(), None)  # type: ignore[arg-type]
    }
    api = Api(None, Org(KPAI_ID, "KPAI"), "")  # type: ignore[arg-type]
    all_ = Voice("all", api, frozenset(scope.value for scope in Scope), ids)
    return Map(schema, Material([all_], ids), Random(1))


async def free(_: int) -> None:
    """Points are of no concern here."""


def not_planned(schema: GraphQLSchema, map: Map) -> set[str]:
    """Fields without a plan where their type is reached by one, and types that are not reached."""
    plans, documents, context = Writing(schema), Documents(schema, Limits()), Somebody()
    [all_] = map.values.material.voices
    found: set[str] = set()

    def is_planned(way: Way, name: str) -> bool:
        document = documents.read(way.asking(map.whole(way.type_, name, all_)))
        answer: Any = plans.answer(document, document.operation(None), {}, context, free)  # type: ignore[arg-type]
        try:
            runner.run(answer)
        except Written:
            return True
        found.add(f"{way.type_.name}.{name}")
        return False

    reached = set()
    with asyncio.Runner() as runner:
        for way in map.walk(is_planned, all_):
            reached.add(way.type_.name)
            for name, line in way.type_.fields.items():
                if not is_composite_type(get_named_type(line.type)):
                    is_planned(way, name)
    return found | {type_.name for type_ in map.types()} - reached


def test_what_no_plan_reaches_is_written_down(schema: GraphQLSchema, map: Map) -> None:
    found, known = not_planned(schema, map), not_compiled()
    assert sorted(found - known) == [], "answered by plans until now"
    assert sorted(known - found) == [], "answered by plans now: take these out of the list"
