"""Root fields: the statements that domain rules made, with the places of their values."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import orjson
from sqlalchemy import Select, literal_column

from api.plans.asking import Row, Rows, Wanted
from api.plans.text import NotPlanned
from api.plans.values import DIALECT, labelled
from auth.caller import Caller
from auth.scopes import Scope
from domain.paging import sliced
from domain.refusal import Language

Value = tuple[int, int | None, Any]
"""A parameter: the bound value's index, the index within that if it is a list, its processor."""

ONE: Any = literal_column("1")
_PARAMETER = re.compile(r"\$(\d+)")
_TYPED = re.compile(
    r"\$(\d+)(?:::((?:double precision|character varying|\w+(?: with(?:out)? time zone)?)"
    r"(?:\([\d, ]*\))?(?:\[\])*))?",
    re.IGNORECASE,
)
"""A parameter, and the type it is cast to."""


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

    __slots__ = ("bounds", "counts", "models", "shape", "values", "wanted")

    def __init__(self, wanted: Wanted, language: Language, *, counted: bool) -> None:
        self.wanted = wanted
        self.bounds: list[Bound] = []
        self.counts: list[Bound] = []
        self.models: list[Any] = []
        """Of rows by their ids, the kinds that are among them: in whatever order, one shape."""
        if isinstance(wanted, Row):
            self.shape: Any = wanted.model
            self.values: list[Any] = [wanted.id]
        elif isinstance(wanted, Caller):
            self.shape = Caller
            self.values = _token(wanted, language)
        elif isinstance(wanted, Rows):
            self._page(wanted, counted=counted)
        else:
            self.models = sorted({one.model for one in wanted if one}, key=lambda m: m.__name__)
            self.shape = tuple(self.models)
            self.values = [
                [one.id if one and one.model is model else None for one in wanted]
                for model in self.models
            ]

    def _page(self, wanted: Rows, *, counted: bool) -> None:
        # How many rows are read is not a parameter: PostgreSQL would expect a tenth of all of them,
        # find a plan for any number too dear, and plan the whole anew at every run.
        most: Any = literal_column(str(int(wanted.args.size) + 1))
        parts = (
            sliced(part, wanted.model, wanted.order, wanted.args, wanted.along).limit(most)
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
        self.values = [value for one in both for value in one.values]


def _token(me: Caller, language: Language) -> list[Any]:
    """What a token says, as JSON; what every scope means; and the ids of those it is for."""
    said = (me.client_key, sorted(me.scopes), me.bound)
    written = (orjson.dumps(one).decode() for one in said)
    return [*written, _words(language), me.user_id, me.organisation_id]


@cache
def _words(language: Language) -> str:
    words = {one.value: {"id": one.indonesian, "en": one.english}[language] for one in Scope}
    return orjson.dumps(words).decode()


class Texts:
    """Statements as text, with all their parameters numbered through."""

    def __init__(self, first: int) -> None:
        self._first = self._next = first
        self.values: list[Value] = []
        """The values in the order of their numbers."""

    def parameter(self, index: int, cast: str) -> str:
        """A place for a value as it is."""
        self.values.append((index, None, None))
        self._next += 1
        return _hidden(self._next - 1, cast)

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
        return _TYPED.sub(lambda found: _hidden(int(found[1]) + offset, found[2]), str(compiled))

    def used(self, sql: str) -> str:
        """The text without gaps in its numbers: of a list that is only counted no row is read, and
        PostgreSQL wants no values that it does not use."""
        found = {int(number) for number in _PARAMETER.findall(sql)}
        used = [n for n in range(self._first, self._next) if n in found]
        self.values = [self.values[n - self._first] for n in used]
        numbers = {n: self._first + index for index, n in enumerate(used)}
        self._next = self._first + len(used)
        return _PARAMETER.sub(lambda one: f"${numbers.get(int(one[1]), one[1])}", sql)


def _hidden(number: int, cast: str | None) -> str:
    """A parameter whose value PostgreSQL does not look at when it plans.

    It looks for a better plan for each value, and compares the costs it expects: where a list is
    longer than others it would plan anew at every run what takes longer to plan than to run.
    """
    return f"(select ${number}::{cast})::{cast}" if cast else f"${number}"
