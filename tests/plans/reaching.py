"""The ways to every field of the schema, and which fields are known to be without a plan."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

from graphql import (
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLSchema,
    get_named_type,
    is_composite_type,
    is_non_null_type,
)

from tests.plans.material import Material, Voice
from tests.plans.values import Spot, Values, literal

FOUND = Path(__file__).with_name("not_compiled.txt")
_ANY = ("node", "nodes")
"""Ways to everything, which are taken only where there is no other."""


@dataclass(frozen=True)
class Way:
    """How a type is reached: what to write before and after a selection of its fields."""

    type_: GraphQLObjectType
    before: str
    after: str

    def asking(self, selection: str) -> str:
        return f"{self.before} {{ {selection} }} {self.after}"


class Map:
    """The object types that can be read, and how to ask for their fields."""

    def __init__(self, schema: GraphQLSchema, material: Material, chosen: Random) -> None:
        assert schema.query_type is not None
        self.schema, self.values = schema, Values(material, chosen)
        self.start = Way(schema.query_type, "query", "")

    def types(self) -> list[GraphQLObjectType]:
        """Every object type that a query can come to."""
        return [way.type_ for way in self.walk(lambda *_: True, self.values.material.voices[0])]

    def walk(self, open_: Callable[[Way, str], bool], voice: Voice) -> Iterator[Way]:
        """The shortest way to each type, along fields that are open."""
        seen, waiting = {self.start.type_.name}, deque([self.start])
        while waiting:
            way = waiting.popleft()
            yield way
            for name, line in sorted(way.type_.fields.items(), key=lambda one: one[0] in _ANY):
                returned = get_named_type(line.type)
                if not is_composite_type(returned) or not open_(way, name):
                    continue
                for type_ in self._concrete(returned):
                    if type_.name not in seen:
                        seen.add(type_.name)
                        waiting.append(self._further(way, name, type_, voice))

    def _concrete(self, type_: GraphQLNamedType) -> Iterable[GraphQLObjectType]:
        possible: Any = type_
        return (
            [type_]
            if isinstance(type_, GraphQLObjectType)
            else self.schema.get_possible_types(possible)
        )

    def _further(self, way: Way, name: str, type_: GraphQLObjectType, voice: Voice) -> Way:
        line = way.type_.fields[name]
        asked, returned = self.field(way.type_, name, voice, of=type_), get_named_type(line.type)
        if returned is type_:
            return Way(type_, f"{way.before} {{ {asked}", f"}} {way.after}")
        return Way(type_, f"{way.before} {{ {asked} {{ ... on {type_.name}", f"}} }} {way.after}")

    def field(
        self,
        parent: GraphQLObjectType,
        name: str,
        voice: Voice,
        of: GraphQLObjectType | None = None,
    ) -> str:
        """A field with as few arguments as it takes, and of a list a few rows."""
        line = parent.fields[name]
        returned = of.name if of else get_named_type(line.type).name
        spot = Spot(f"{parent.name}.{name}", returned, "")
        given = {
            key: literal(self.values.value(arg.type, spot.below(key), voice), arg.type)
            for key, arg in line.args.items()
            if is_non_null_type(arg.type) and key not in ("id", "ids")
        }
        if "first" in line.args:
            given["first"] = "5"
        known = voice.ids if of or returned in voice.ids else self.values.material.ids
        ids = known.get(returned) or [one for some in voice.ids.values() for one in some] or [""]
        if "id" in line.args:
            given["id"] = f'"{self.values.chosen.choice(ids)}"'
        if "ids" in line.args:
            given["ids"] = "[" + ", ".join(f'"{id}"' for id in ids[:3]) + "]"
        args = ", ".join(f"{key}: {value}" for key, value in given.items())
        return f"{name}({args})" if args else name

    def whole(self, parent: GraphQLObjectType, name: str, voice: Voice) -> str:
        """A field, with a selection when it needs one."""
        asked = self.field(parent, name, voice)
        composite = is_composite_type(get_named_type(parent.fields[name].type))
        return f"{asked} {{ __typename }}" if composite else asked


def not_compiled() -> frozenset[str]:
    """What is never planned, as it was found last: fields, and types that no plan reaches."""
    lines = FOUND.read_text().splitlines()
    return frozenset(line for line in lines if line and not line.startswith("#"))
