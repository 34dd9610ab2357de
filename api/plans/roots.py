"""Root fields: the statements that domain rules made, with the places of their values."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, literal_column

from api.plans.asking import Row, Rows
from api.plans.text import NotPlanned
from api.plans.values import DIALECT, labelled
from domain.paging import sliced

Value = tuple[int, int | None, Any]
"""A parameter: the bound value's index, the index within that if it is a list, its processor."""

ONE: Any = literal_column("1")
_PARAMETER = re.compile(r"\$(\d+)")


@dataclass(frozen=True, slots=True)
class Bound:
    """A statement made anew for a request: its shape, and the values in it."""

    statement: Select[Any]
    shape: Any
    values: Sequence[Any]


def bound(statement: Select[Any]) -> Bound:
    """The shape by which SQLAlchemy itself keeps compiled statements, and what is not in it."""
    key = statement._generate_cache_key()
    if key is None:
        raise NotPlanned("a statement without a shape")
    values: list[Any] = [parameter.effective_value for parameter in key.bindparams]
    lengths = tuple(
        len(value) for value, of in zip(values, key.bindparams, strict=True) if of.expanding
    )
    return Bound(statement, (key.key, lengths), values)


class Root:
    """What one root field reads in this request: of which shape, with which values."""

    __slots__ = ("bounds", "counts", "shape", "values", "wanted")

    def __init__(self, wanted: Row | Rows, *, counted: bool) -> None:
        self.wanted = wanted
        self.bounds: list[Bound] = []
        self.counts: list[Bound] = []
        if isinstance(wanted, Row):
            self.shape: Any = wanted.model
            self.values: list[Any] = [wanted.id]
            return
        parts = (
            sliced(part, wanted.model, wanted.order, wanted.args, wanted.along)
            for part in wanted.parts
        )
        columns = labelled(wanted.model)
        if columns is not None:  # a list is read by the names of its attributes
            parts = (part.with_only_columns(*columns, maintain_column_froms=True) for part in parts)
        self.bounds = [bound(part) for part in parts]
        if counted:
            self.counts = [
                bound(part.order_by(None).with_only_columns(ONE, maintain_column_froms=True))
                for part in wanted.whole
            ]
        args, both = wanted.args, (*self.bounds, *self.counts)
        self.shape = (
            wanted.model, wanted.order, args.backward, args.before is None, args.after is None,
            *(one.shape for one in both),
        )  # fmt: skip
        self.values = [args.size, *(value for one in both for value in one.values)]


class Texts:
    """Statements as text, with all their parameters numbered through."""

    def __init__(self, first: int) -> None:
        self._next = first
        self.values: list[Value] = []
        """The values in the order of their numbers."""

    def parameter(self, index: int, cast: str) -> str:
        """A place for a value as it is."""
        self.values.append((index, None, None))
        self._next += 1
        return f"${self._next - 1}::{cast}"

    def of(self, statement: Bound, at: int) -> str:
        """The text of a statement whose values begin at an index."""
        compiled: Any = statement.statement.compile(
            dialect=DIALECT, compile_kwargs={"render_postcompile": True}
        )
        key = statement.statement._generate_cache_key()
        assert key is not None
        where: dict[str, Value] = {}
        for index, parameter in enumerate(key.bindparams):
            name = compiled.bind_names[parameter]
            process = compiled._bind_processors.get(name)
            if parameter.expanding:
                for inner in range(len(statement.values[index])):
                    where[f"{name}_{inner + 1}"] = (at + index, inner, process)
            else:
                where[name] = (at + index, None, process)
        if not set(compiled.positiontup) <= where.keys():
            raise NotPlanned("a statement with values of its own")
        offset = self._next - 1
        self.values += [where[name] for name in compiled.positiontup]
        self._next += len(compiled.positiontup)
        return _PARAMETER.sub(lambda found: f"${int(found[1]) + offset}", str(compiled))
