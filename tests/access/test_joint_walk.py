"""Every way through the API to what hangs on an activity: nobody comes to more than is theirs.

The rows and who is to see them are those of `scene_joint`, written by hand: made before and after
some left. Each organisation asks for every thing by its id, for every list at the root and in
every thing it sees, and for what each of them refers to.
"""

from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg
import pytest
import pytest_asyncio
from graphql import (
    GraphQLField,
    GraphQLObjectType,
    build_schema,
    get_named_type,
    is_required_argument,
)

from db.ids import decode, encode
from resolvers.viewer import NODES
from tests.access.rows_joint import working
from tests.access.rows_joint_oversight import oversight
from tests.access.rows_joint_results import advocacy, education, results
from tests.access.scene_joint import EVERYBODY, Scene, id_of, scene_of
from tests.world import Api, World

SCHEMA = build_schema(Path("schema.graphql").read_text())
NOUNS = {
    getattr(model, "__tablename__", "").replace("activity_now", "joint_activity"): noun
    for noun, (model, _) in NODES.items()
}


@dataclass
class Walk:
    """The scene, and who is to see each thing in it, by its id."""

    scene: Scene
    seen: dict[str, frozenset[str]]

    def strangers_in(self, who: str, answer: Any) -> Iterator[str]:
        """Things in an answer that are not for this organisation."""
        for id in _ids(answer):
            if id in self.seen and who not in self.seen[id]:
                yield id

    def expected(self, who: str, noun: str, activity: str | None = None) -> set[str]:
        return {
            encode(noun, id_of(row.name))
            for row in self.scene.rows
            if NOUNS.get(row.table) == noun and who in row.seen
            and (activity is None or row.values.get("activity_id") == f"'{id_of(activity)}'")
        }  # fmt: skip


def _ids(answer: Any) -> Iterator[str]:
    if isinstance(answer, list):
        for one in answer:
            yield from _ids(one)
    elif isinstance(answer, dict):
        for key, value in answer.items():
            if key == "id" and isinstance(value, str):
                yield value
            else:
                yield from _ids(value)


@pytest_asyncio.fixture(scope="module")
async def walk(api: World, owner: asyncpg.Connection) -> AsyncIterator[Walk]:
    parts = (working, oversight, advocacy, education, results)
    scene = await scene_of(api, owner, parts)
    seen: dict[str, frozenset[str]] = {}
    for row in scene.rows:
        if row.table in NOUNS and "id" in row.values:
            seen[encode(NOUNS[row.table], id_of(row.name))] = row.seen
        if row.table == "activity_past":  # the same activity, as it stood
            of = encode("activity", UUID(row.values["activity_id"].strip("'")))
            seen[of] = seen[of] | row.seen
    yield Walk(scene, seen)


@cache
def _inside(type: GraphQLObjectType, deep: bool = True) -> str:
    """The things a thing refers to and its lists, by their ids; and what those refer to."""
    parts = ["id"] if "id" in type.fields else []
    for name, field in type.fields.items():
        of = get_named_type(field.type)
        if not isinstance(of, GraphQLObjectType) or any(map(is_required_argument,
                                                            field.args.values())):  # fmt: skip
            continue
        if "nodes" in of.fields:
            inner = _inside(get_named_type(of.fields["nodes"].type), False) if deep else ""
            count = "totalCount " if "totalCount" in of.fields else ""
            parts += [f"{name}{_size(field)} {{ {count}nodes {{ {inner} }} }}"] if inner else []
        elif "id" in of.fields:
            parts.append(f"{name} {{ id }}")
    return " ".join(parts)


def _size(field: GraphQLField) -> str:
    return "(first: 100)" if "first" in field.args else ""


async def _by_id(api: Api, ids: list[str], inside: bool) -> dict[str, Any]:
    found: dict[str, Any] = {}
    at_once = 3 if inside else 20  # a document has at most a thousand words
    for start in range(0, len(ids), at_once):
        some = ids[start : start + at_once]
        asked = " ".join(
            f'n{n}: node(id: "{id}") {{ id {_of(id) if inside else ""} }}'
            for n, id in enumerate(some)
        )
        data = await api.data(f"{{ {asked} }}")
        found |= {id: data[f"n{n}"] for n, id in enumerate(some)}
    return found


def _of(id: str) -> str:
    type = TYPES[id.partition("_")[0]]
    return f"... on {type.name} {{ {_inside(type)} }}"


TYPES: dict[str, GraphQLObjectType] = {}
"""The type in the contract of each noun, as `__typename` says."""


async def _learn_types(walk: Walk) -> None:
    for id in walk.seen:
        if (noun := id.partition("_")[0]) not in TYPES:
            who = next(iter(walk.seen[id]))
            asked = f'{{ node(id: "{id}") {{ __typename }} }}'
            node = (await walk.scene.apis[who].data(asked))["node"]
            TYPES[noun] = SCHEMA.type_map[node["__typename"]]  # type: ignore[assignment]


@pytest.mark.parametrize("who", sorted(EVERYBODY - {"co", "left co", "below", "contributor"}))
async def test_nobody_comes_to_more_than_is_theirs(walk: Walk, who: str) -> None:
    await _learn_types(walk)
    api = walk.scene.apis[who]
    found = await _by_id(api, sorted(walk.seen), False)
    wrong = {id for id, node in found.items() if (node is not None) != (who in walk.seen[id])}
    names = {encode(NOUNS[r.table], id_of(r.name)): r.name
             for r in walk.scene.rows if r.table in NOUNS}  # fmt: skip
    assert not wrong, [names[id] for id in wrong]

    mine = [id for id, node in found.items() if node is not None]
    inside = await _by_id(api, mine, True)
    leaks = [names[id] for id in walk.strangers_in(who, list(inside.values()))]
    assert not leaks, leaks
    for id, node in inside.items():
        for name, value in node.items():
            if isinstance(value, dict) and "totalCount" in value:
                assert value["totalCount"] == len(value["nodes"]), (names[id], name)
    activity = inside.get(encode("activity", id_of("activity")))
    for name, value in (activity or {}).items():
        listed = {n["id"] for n in value["nodes"] if "id" in n} if isinstance(value, dict) and (
            "nodes" in value) else set()  # fmt: skip
        for noun in {id.partition("_")[0] for id in listed}:
            assert listed == walk.expected(who, noun, "activity"), (name, noun)


ROOT = SCHEMA.type_map["Query"]


@pytest.mark.parametrize("who", ["lead", "left", "left observer", "declined", "addressee", "above"])
async def test_lists_at_the_root_hold_what_is_theirs(walk: Walk, who: str) -> None:
    await _learn_types(walk)
    api, nouns = walk.scene.apis[who], {type.name: noun for noun, type in TYPES.items()}
    seen_lists = 0
    assert isinstance(ROOT, GraphQLObjectType)
    for name, field in ROOT.fields.items():
        of = get_named_type(field.type)
        if not isinstance(of, GraphQLObjectType) or "nodes" not in of.fields:
            continue
        noun = nouns.get(get_named_type(of.fields["nodes"].type).name)
        if noun is None or any(map(is_required_argument, field.args.values())):
            continue
        page = (await api.data(f"{{ it: {name}(first: 100) {{ totalCount nodes {{ id }} }} }}"))[
            "it"
        ]
        listed = {node["id"] for node in page["nodes"]}
        assert page["totalCount"] == len(listed), name
        assert not list(walk.strangers_in(who, page)), name
        known = {id for id, seen in walk.seen.items() if who in seen and id.startswith(f"{noun}_")}
        assert listed & walk.seen.keys() == known, name
        seen_lists += 1
    assert seen_lists > 8
    assert all(decode(id) for id in walk.seen)
