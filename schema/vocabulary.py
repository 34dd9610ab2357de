"""Closed vocabularies: an enum of the code, with the words clients read beside each value."""

from enum import StrEnum

import strawberry


def vocabulary(
    enum: type[StrEnum],
    values: dict[str, str],
    description: str | None = None,
    name: str | None = None,
) -> None:
    """Register an enum; every value must have its words, or the program does not start."""
    named = strawberry.enum(enum, name=name, description=description or enum.__doc__)
    for value in named.__strawberry_definition__.values:  # type: ignore[attr-defined]
        value.description = values[value.name]
