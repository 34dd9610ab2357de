"""Operations at random: valid, over the whole schema, in all the ways a document can be written.

Everything hangs on one `random.Random`: the same seed writes the same document. What is written is
kept valid as it is written: in each place of the answer it is remembered which response name stands
for which field with which arguments, and another field takes another name.
"""

from copy import deepcopy
from dataclasses import dataclass, field
from random import Random
from typing import Any

from graphql import (
    GraphQLField,
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLUnionType,
    get_named_type,
    is_composite_type,
)

from schema.scopes import _scopes
from tests.plans.material import Material, Voice
from tests.plans.values import Spot, Values
from tests.plans.variables import Variables

NAMES = (
    "a", "A", "b", "id", "node", "nodes", "select", "from", "null", "order", "row", "data", "value",
    "_", "__1", "c1", "jumlah", "x" * 64, "x" * 63 + "y",
)  # fmt: skip
"""What a field may be called instead: some mean something to SQL, some are longer than it likes."""

PAGING = (
    (0.45, "first"), (0.6, "first after"), (0.7, "last"), (0.82, "last before"),
    (0.86, "first before"), (0.9, "last after"), (0.93, "first after before"), (0.95, "after"),
    (0.96, "first last"), (1.0, ""),
)  # fmt: skip


@dataclass(frozen=True)
class Asked:
    """A document, and the ways it is to be asked: by whom and with which variables."""

    document: str
    name: str | None
    turns: list[tuple[Voice, dict[str, Any]]]


@dataclass
class Line:
    """What a response name stands for, and what was asked below it."""

    signature: str
    below: "Place" = field(default_factory=dict)


Place = dict[str, Line]
"""The response names in one place of the answer."""


def agree(here: Place, other: Place) -> bool:
    """Whether both can stand in one place."""
    return all(
        name not in here
        or (here[name].signature == line.signature and agree(here[name].below, line.below))
        for name, line in other.items()
    )


def add(here: Place, other: Place) -> None:
    for name, line in other.items():
        add(here.setdefault(name, Line(line.signature)).below, line.below)


@dataclass(frozen=True)
class Fragment:
    """A named fragment; without a text it is still being written, and cannot be spread."""

    on: GraphQLNamedType
    text: str = ""
    place: Place = field(default_factory=dict)


class Writer:
    """Writes one operation."""

    def __init__(
        self,
        schema: GraphQLSchema,
        material: Material,
        chosen: Random,
        *,
        closed: frozenset[str] = frozenset(),
        drawn: frozenset[str] = frozenset(),
        deepest: int = 9,
    ) -> None:
        """``closed`` names what is not to be asked: types, and fields as ``Type.field``; ``drawn``
        the fields that are asked more often than not."""
        self.schema, self.material, self.chosen = schema, material, chosen
        self.voice = chosen.choice(material.voices)
        self.values = Values(material, chosen)
        self.variables = Variables(self.values, self.voice)
        self.bold = chosen.random() < 0.04  # asks for what its token has no scope for
        self.closed, self.drawn, self.deepest = closed, drawn, deepest
        self.left = chosen.choice((6, 12, 20, 35, 60))
        self.aliases = 45
        self.fragments: dict[str, Fragment] = {}

    def asked(self, root: str | None = None, turns: int = 3) -> Asked:
        """An operation that asks for this root field, perhaps among others."""
        chosen, place = self.chosen, Place()
        query = self.schema.query_type
        assert query is not None
        parts = [self._field(query, root, place, 1)] if root else []
        while not parts or (chosen.random() < 0.3 and self.left > 0 and len(parts) < 6):
            parts.append(self._part(query, place, 1))
        name = chosen.choice((None, "Tanya"))
        given = ", ".join(one.declared for one in self.variables.known.values())
        texts = [f"query {name or ''}{f'({given})' if given else ''} {{ {' '.join(parts)} }}"]
        texts += [
            f"fragment {key} on {one.on.name} {one.text}" for key, one in self.fragments.items()
        ]
        if name and chosen.random() < 0.3:
            texts.insert(chosen.choice((0, len(texts))), "query Lain { viewer { __typename } }")
        elif chosen.random() < 0.5:
            name = None  # one operation needs no name
        return Asked("\n".join(texts), name, [self._turn(number) for number in range(turns)])

    def _turn(self, number: int) -> tuple[Voice, dict[str, Any]]:
        another = number and self.chosen.random() < 0.3
        voice = self.chosen.choice(self.material.voices) if another else self.voice
        return voice, self.variables.given(voice)

    def _selections(self, type_: GraphQLNamedType, place: Place, depth: int) -> str:
        most = min(max(1, self.left), self.chosen.choice((1, 2, 3, 4, 6, 9)))
        parts = [self._part(type_, place, depth) for _ in range(most)]
        return "{ " + " ".join(parts) + " }"

    def _part(self, type_: GraphQLNamedType, place: Place, depth: int) -> str:
        luck = self.chosen.random()
        self.left -= 1
        if luck < 0.05 or self.left < 0:
            return self._typename(place)
        either = isinstance(type_, GraphQLInterfaceType)
        if isinstance(type_, GraphQLUnionType) or (either and luck < 0.75 and depth < self.deepest):
            return self._inline(self.chosen.choice(self._possible(type_)), place, depth)
        if luck < 0.15 and depth < self.deepest:
            on = self._condition(type_)
            return self._inline(on, place, depth, said=on is not type_ or luck < 0.1)
        if luck < 0.27 and depth < self.deepest:
            return self._spread(self._condition(type_), place, depth)
        return self._field(type_, None, place, depth)

    def _possible(self, type_: Any) -> list[GraphQLNamedType]:
        """The types it may be; of a node mostly those of which there are rows."""
        possible = [
            one for one in self.schema.get_possible_types(type_) if one.name not in self.closed
        ] or list(self.schema.get_possible_types(type_))
        known = [one for one in possible if one.name in self.voice.ids]
        return known if known and self.chosen.random() < 0.9 else possible

    def _condition(self, type_: GraphQLNamedType) -> GraphQLNamedType:
        """The type itself, or an interface that it implements."""
        wider = list(getattr(type_, "interfaces", ()))
        return self.chosen.choice(wider) if wider and self.chosen.random() < 0.25 else type_

    def _typename(self, place: Place) -> str:
        key = self._name("__typename", "__typename", place)
        return f"{'' if key == '__typename' else f'{key}: '}__typename"

    def _inline(self, on: GraphQLNamedType, place: Place, depth: int, *, said: bool = True) -> str:
        condition = f"on {on.name} " if said else ""
        directives = self.variables.directives()
        return f"... {condition}{directives}{self._selections(on, place, depth + 1)}"

    def _spread(self, on: GraphQLNamedType, place: Place, depth: int) -> str:
        """A fragment: one there is already that fits here, or a new one."""
        fits = [
            key
            for key, one in self.fragments.items()
            if one.on is on and one.text and agree(place, one.place)
        ]
        if fits and self.chosen.random() < 0.6:
            key = self.chosen.choice(fits)
            add(place, self.fragments[key].place)
        else:
            key = f"F{len(self.fragments)}"
            self.fragments[key] = Fragment(on)
            text = self._selections(on, place, max(depth, 4) + 1)
            self.fragments[key] = Fragment(on, text, deepcopy(place))
        return f"...{key} {self.variables.directives()}"

    def _field(self, type_: GraphQLNamedType, name: str | None, place: Place, depth: int) -> str:
        assert isinstance(type_, GraphQLObjectType | GraphQLInterfaceType)
        name = name or self._pick(type_, depth)
        if name is None:
            return self._typename(place)
        definition = type_.fields[name]
        args = self._arguments(f"{type_.name}.{name}", definition)
        key = self._name(name, f"{name}{args}: {definition.type}", place)
        called = f"{'' if key == name else f'{key}: '}{name}{args} "
        returned = get_named_type(definition.type)

        def once() -> str:
            text = called + self.variables.directives()
            if is_composite_type(returned):
                text += self._selections(returned, place[key].below, depth + 1)
            return text

        twice = self.left > 0 and self.chosen.random() < 0.05
        return f"{once()} {once()}" if twice else once()

    def _pick(self, type_: Any, depth: int) -> str | None:
        """A field this voice has the scopes for; at the bottom a plain one."""
        deep = {
            name
            for name, line in type_.fields.items()
            if is_composite_type(get_named_type(line.type))
        }
        names = [
            name
            for name in type_.fields
            if (depth < self.deepest or name not in deep)
            and f"{type_.name}.{name}" not in self.closed
            and self._allowed(type_, name)
        ]
        if (known := sorted(self.drawn.intersection(names))) and self.chosen.random() < 0.8:
            return self.chosen.choice(known)
        if (below := [name for name in names if name in deep]) and self.chosen.random() < 0.3:
            return self.chosen.choice(below)
        return self.chosen.choice(names) if names else None

    def _allowed(self, type_: Any, name: str) -> bool:
        return self.bold or all(
            scope in self.voice.scopes for scope in _scopes(self.schema, type_, name)
        )

    def _name(self, name: str, signature: str, place: Place) -> str:
        """The response name: its own where that is free or means the same, or another."""
        free = [one for one in (name, *NAMES, f"n{len(place)}") if _fits(place, one, signature)]
        key = free[0]
        if key != name or (self.aliases > 0 and self.chosen.random() < 0.1):
            key = self.chosen.choice(free)
            self.aliases -= 1
        place.setdefault(key, Line(signature))
        return key

    def _arguments(self, where: str, definition: GraphQLField) -> str:
        spot = Spot(where, get_named_type(definition.type).name, "")
        lines, luck = definition.args, self.chosen.random()
        names = [name for name, line in lines.items() if self.values.given(line)]
        if "first" in lines:
            paging = next(names.split() for most, names in PAGING if luck < most)
            names = [name for name in names if name not in ("first", "after", "last", "before")]
            names += paging
        self.chosen.shuffle(names)
        write = self.variables.expression
        given = ", ".join(f"{n}: {write(lines[n].type, spot.below(n))}" for n in names)
        return f"({given})" if given else ""


def _fits(place: Place, name: str, signature: str) -> bool:
    return name not in place or place[name].signature == signature
