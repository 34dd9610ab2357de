"""Inputs: the dataclasses of domain/, with the words clients read."""

from typing import Any, TypeVar

import strawberry

T = TypeVar("T")


def described(cls: type[T], name: str, words: dict[str, str], about: str | None = None) -> type[T]:
    """Register a dataclass of the domain as an input; every field must have its words."""
    made: Any = strawberry.input(cls, name=name, description=about or cls.__doc__)
    for line in made.__strawberry_definition__.fields:
        line.description = words[line.python_name]
    return cls
