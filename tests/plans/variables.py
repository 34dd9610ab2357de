"""Arguments and directives of one operation, and the variables that stand in them."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from graphql import GraphQLInputObjectType, GraphQLInputType, is_list_type, is_non_null_type

from tests.plans.material import Voice
from tests.plans.values import Spot, Values, literal


@dataclass(frozen=True)
class Variable:
    """A variable of the operation: how it is declared, and what may be given for it."""

    declared: str
    optional: bool
    make: Callable[[Voice], Any]


class Variables:
    """Writes what stands in brackets, and remembers the variables it took for that."""

    def __init__(self, values: Values, voice: Voice) -> None:
        self.values, self.voice, self.chosen = values, voice, values.chosen
        self.known: dict[str, Variable] = {}

    def given(self, voice: Voice) -> dict[str, Any]:
        """What to send with the operation, anew each time."""
        return {
            name: variable.make(voice)
            for name, variable in self.known.items()
            if not variable.optional or self.chosen.random() < 0.8
        }

    def expression(self, type_: GraphQLInputType, spot: Spot, *, inside: bool = False) -> str:
        """A value as a document writes it, with variables here and there in it."""
        if self.chosen.random() < (0.15 if inside else 0.45):
            return self._variable(type_, spot)
        bare = _bare(type_)
        if isinstance(bare, GraphQLInputObjectType):
            lines = [
                f"{name}: {self.expression(line.type, spot.below(name), inside=True)}"
                for name, line in bare.fields.items()
                if self.values.given(line)
            ]
            return "{" + ", ".join(lines) + "}"
        if is_list_type(bare) and self.chosen.random() < 0.5:
            many = range(self.chosen.randint(0, 3))
            return f"[{', '.join(self.expression(bare.of_type, spot, inside=True) for _ in many)}]"
        return literal(self.values.value(type_, spot, self.voice), bare)

    def _variable(self, type_: GraphQLInputType, spot: Spot) -> str:
        declared, default, needed = str(type_), "", is_non_null_type(type_)
        same = [key for key, one in self.known.items() if one.declared == f"${key}: {declared}"]
        if same and self.chosen.random() < 0.25:
            return f"${self.chosen.choice(same)}"
        if not needed and self.chosen.random() < 0.15:
            declared, needed = f"{declared}!", True
        elif self.chosen.random() < 0.3:
            value = self.values.value(type_, spot, self.voice)
            default = f" = {literal(value, _bare(type_))}"
            if needed and self.chosen.random() < 0.5:
                declared, needed = declared.removesuffix("!"), False
        return self._known(
            f"{declared}{default}",
            bool(default) or not needed,
            lambda voice: self._sent(type_, spot, voice, needed),
        )

    def _known(self, declared: str, optional: bool, make: Callable[[Voice], Any]) -> str:
        name = f"v{len(self.known)}"
        self.known[name] = Variable(f"${name}: {declared}", optional, make)
        return f"${name}"

    def _sent(self, type_: GraphQLInputType, spot: Spot, voice: Voice, needed: bool) -> Any:
        if not needed and is_non_null_type(type_) and self.chosen.random() < 0.15:
            return None  # valid, as it has a default, and not found out before the field is asked
        if self.chosen.random() < 0.01:
            return self.chosen.choice(("bukan", 1.5, [], {"x": 1}, True))
        while (value := self.values.value(type_, spot, voice)) is None and needed:
            pass
        return value

    def directives(self) -> str:
        """None as a rule, `@skip`, `@include` or both."""
        names = [name for name in ("skip", "include") if self.chosen.random() < 0.06]
        return "".join(f"@{name}(if: {self._whether(name)}) " for name in names)

    def _whether(self, name: str) -> str:
        likely = 0.75 if name == "include" else 0.25
        if self.chosen.random() < 0.25:
            return str(self.chosen.random() < likely).lower()
        same = [key for key, one in self.known.items() if one.declared == f"${key}: Boolean!"]
        if same and self.chosen.random() < 0.4:
            return f"${self.chosen.choice(same)}"
        declared = self.chosen.choice(("Boolean!", "Boolean! = true", "Boolean = false"))
        return self._known(declared, "=" in declared, lambda _: self.chosen.random() < likely)


def _bare(type_: GraphQLInputType) -> Any:
    return type_.of_type if is_non_null_type(type_) else type_  # type: ignore[union-attr]
