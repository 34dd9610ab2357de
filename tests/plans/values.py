"""Values for the arguments and variables of operations, as JSON and as a document writes them."""

import json
from dataclasses import dataclass
from datetime import timedelta
from random import Random
from typing import Any

from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLInputType,
    is_list_type,
    is_non_null_type,
)

from tests.plans.material import OF, TEXTS, Material, Voice
from tests.world import today


@dataclass(frozen=True)
class Spot:
    """Where a value stands: the field that takes it, what that returns, and its own name."""

    place: str
    returns: str
    name: str

    def below(self, name: str) -> "Spot":
        return Spot(self.place, self.returns, name)


class Values:
    """Values of any input type, as JSON."""

    def __init__(self, material: Material, chosen: Random) -> None:
        self.material, self.chosen = material, chosen

    def value(self, type_: GraphQLInputType, spot: Spot, voice: Voice) -> Any:
        chosen = self.chosen
        if is_non_null_type(type_):
            type_ = type_.of_type  # type: ignore[union-attr]
        elif chosen.random() < 0.04:
            return None
        if is_list_type(type_):
            most = 6 if spot.name == "ids" else 3
            inner = type_.of_type  # type: ignore[union-attr]
            return [self.value(inner, spot, voice) for _ in range(chosen.randint(0, most))]
        if isinstance(type_, GraphQLInputObjectType):
            return {
                name: self.value(line.type, spot.below(name), voice)
                for name, line in type_.fields.items()
                if self.given(line)
            }
        if isinstance(type_, GraphQLEnumType):
            return chosen.choice(list(type_.values))
        return self._plain(type_.name, spot, voice)  # type: ignore[union-attr]

    def given(self, line: Any) -> bool:
        """Whether an argument or a line of an input is given at all."""
        return is_non_null_type(line.type) or self.chosen.random() < 0.25

    def _plain(self, type_name: str, spot: Spot, voice: Voice) -> Any:
        chosen = self.chosen
        match type_name:
            case "Int" if spot.name in ("first", "last"):
                return chosen.choice((0, 1, 1, 2, 2, 3, 3, 4, 5, 7, 100, 101, -1))
            case "Int":
                return chosen.choice((0, 1, 2, 7, 14, 30, 365, 2020, 2026, -1, 2**31 - 1))
            case "Float":
                return chosen.choice((0.0, 1.5, -2.25))
            case "Boolean":
                return chosen.random() < 0.5
            case "ID":
                return self._id(spot, voice)
            case "Date":
                return str(today() + timedelta(days=chosen.randint(-400, 400)))
            case "DateTime":
                day = today() + timedelta(days=chosen.randint(-200, 100))
                return f"{day}T{chosen.choice(('00:00:00Z', '23:59:59.5+07:00', '12:00:00+00:00'))}"
            case "Decimal":
                return chosen.choice(("1.5", "0", "-3"))
            case "JSON":
                return chosen.choice(({}, {"a": [1, None]}, [], "x", 3))
        if spot.name in ("after", "before"):
            return self.material.cursor(spot.place, chosen)
        return chosen.choice(TEXTS)

    def _id(self, spot: Spot, voice: Voice) -> str:
        name = OF.get(spot.name, spot.returns)
        if name == "Node" or (spot.name in ("id", "ids") and spot.returns not in self.material.ids):
            name = self.chosen.choice(sorted(voice.ids))
        return self.material.id(name, voice, self.chosen)


def literal(value: Any, type_: Any) -> str:
    """A JSON value as a GraphQL document writes it."""
    if value is None:
        return "null"
    if is_non_null_type(type_):
        type_ = type_.of_type
    if is_list_type(type_):
        return f"[{', '.join(literal(one, type_.of_type) for one in value)}]"
    if isinstance(type_, GraphQLInputObjectType):
        lines = [f"{key}: {literal(one, type_.fields[key].type)}" for key, one in value.items()]
        return "{" + ", ".join(lines) + "}"
    if isinstance(type_, GraphQLEnumType):
        return str(value)
    if type_.name == "JSON":
        return _untyped(value)
    return json.dumps(value, ensure_ascii=False)


def _untyped(value: Any) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {_untyped(one)}" for key, one in value.items()) + "}"
    if isinstance(value, list):
        return f"[{', '.join(_untyped(one) for one in value)}]"
    return json.dumps(value, ensure_ascii=False)
