"""Inputs: the dataclasses of domain/, with the words clients read.

How one is made of what a client gives is found out once a class: Strawberry asks for the type and
the name of every field again for every value, which took a third of a small mutation.
"""

from collections.abc import Callable, Mapping
from dataclasses import MISSING
from functools import partial
from typing import Any, NamedTuple, TypeVar

import strawberry
from strawberry.types.arguments import InputContext
from strawberry.types.base import StrawberryList, StrawberryOptional, has_object_definition
from strawberry.types.field import StrawberryField
from strawberry.types.lazy_type import LazyType

T = TypeVar("T")
Make = Callable[[Any, InputContext], Any]


class Line(NamedTuple):
    """A field of an input: as a client writes it, as Python does, and how to make its value."""

    name: str
    attribute: str
    may_lack: bool
    """Whether it has a default of its own; the others are null when they are left out."""
    make: Make | None
    """None where what graphql-core read is what is wanted."""


_OURS: set[type] = set()
_LINES: dict[type, list[Line]] = {}


def described(
    cls: type[T], name: str, words: dict[str, str], about: str | None = None, *,
    one_of: bool = False,
) -> type[T]:  # fmt: skip
    """Register a dataclass of the domain as an input; every field must have its words.

    With ``one_of``, a client gives exactly one of its fields.
    """
    made: Any = strawberry.input(
        cls, name=name, description=about or cls.__doc__, one_of=one_of or None
    )
    definition = made.__strawberry_definition__
    for line in definition.fields:
        line.description = words[line.python_name]
        if one_of:
            line.default_value = strawberry.UNSET
    definition.from_input = _made
    _OURS.add(cls)
    return cls


def _made(cls: type, value: Mapping[str, Any], context: InputContext) -> Any:
    """An input, of what a client gave."""
    lines = _LINES.get(cls)
    if lines is None:
        fields = cls.__strawberry_definition__.fields  # type: ignore[attr-defined]
        lines = _LINES[cls] = [_line(cls, one, context) for one in fields]
    given = {}
    for name, attribute, may_lack, make in lines:
        if name in value:
            found = value[name]
            if make is not None and found is not None and found is not strawberry.UNSET:
                found = make(found, context)
            given[attribute] = found
        elif not may_lack:
            given[attribute] = None
    return cls(**given)


def _line(cls: type, field: StrawberryField, context: InputContext) -> Line:
    definition = cls.__strawberry_definition__  # type: ignore[attr-defined]
    may_lack = field.default_value is not MISSING or field.default_factory is not MISSING
    name = context.config.name_converter.from_field(field)
    make = _make(field.resolve_type(type_definition=definition))
    return Line(name, field.python_name, may_lack, make)


def _make(type_: Any) -> Make | None:
    while isinstance(type_, StrawberryOptional | LazyType):
        type_ = type_.resolve_type() if isinstance(type_, LazyType) else type_.of_type
    if isinstance(type_, StrawberryList):
        return partial(_each, _make(type_.of_type))
    if not has_object_definition(type_):
        return None
    return partial(_made, type_) if type_ in _OURS else partial(_input, type_)


def _each(make: Make | None, values: Any, context: InputContext) -> list[Any]:
    if make is None:
        return list(values)  # graphql-core gives the same default to every request
    return [value if value is None else make(value, context) for value in values]


def _input(type_: Any, value: Any, context: InputContext) -> Any:
    return context.convert(value, type_)
