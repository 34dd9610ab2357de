"""Inputs: the dataclasses of domain/, with the words clients read."""

from typing import Any, TypeVar

import strawberry

T = TypeVar("T")


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
    for line in made.__strawberry_definition__.fields:
        line.description = words[line.python_name]
        if one_of:
            line.default_value = strawberry.UNSET
    return cls
