"""How much one request may ask, measured before a validator or the database meets it.

Each limit has a number that ordinary use stays far below. What is over is refused with
TOO_COMPLEX, which names the limit, its maximum and what was counted.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from api.errors import Code, Problem


@dataclass(frozen=True, slots=True)
class Limits:
    """The limits of one installation; the defaults are those the documentation publishes."""

    body_bytes: int = 1_000_000
    """Bytes of a request body, or of the query string of a GET."""
    document: int = 65_536
    """Characters of the document itself; what is long belongs into variables."""
    tokens: int = 1_000
    """Words and punctuation marks of the document, about 300 fields. Reading and validating so many
    takes 0.1 s at worst, in a thread beside the loop."""
    depth: int = 16
    """Fields below one another, through fragments; the standard introspection query has 15."""
    aliases: int = 50
    """Fields renamed with an alias, through fragments."""
    root_fields: int = 20
    """Fields at the top of the operation: each may open a transaction of its own."""
    directives: int = 5
    """Directives on one field, fragment or operation."""
    variables: int = 5_000
    """Values in the variables, counted through lists and objects."""
    variable_depth: int = 12
    """Lists and objects inside one another in the variables."""
    cost: int = 10_000
    """Points: one for each object that may be returned, see `api.measure`."""
    default_page: int = 20
    """The items counted for a connection whose page size is not given."""
    largest_page: int = 100
    """The items counted at most; resolvers refuse a larger page."""
    list_size: int = 5
    """The items counted for a list that has no page size."""
    seconds: float = 30.0
    """How long one request may take before it is stopped."""
    at_once: int = 8
    """Requests of one organisation that a process works on at once; its others wait. With four, a
    quarter to a half less was answered. Each holds three connections at most (`resolvers.context`),
    so eight leave some of a pool's 32 to others."""
    points_per_operation: int = 25
    """Points that an operation costs at least, but for `{ __typename }`: being asked takes time."""
    points_per_token: int = 5
    """Points for each word and mark of a document that is not known yet: what reading it takes."""
    cached_tokens: int = 20_000
    """Tokens of parsed documents kept in memory, about 400 bytes each: 200 documents of 100."""


def over(limit: str, actual: int, maximum: int) -> Problem:
    """The refusal that names a limit."""
    return Problem(Code.TOO_COMPLEX, limit=limit, maximum=maximum, actual=actual)


def check(limit: str, actual: int, maximum: int) -> None:
    if actual > maximum:
        raise over(limit, actual, maximum)


def check_text(text: str) -> None:
    """Refuse what PostgreSQL cannot store and JSON cannot send: NUL and halves of characters."""
    if "\0" in text or not (text.isascii() or _is_whole(text)):
        raise Problem(Code.BAD_INPUT, detail="Text must not contain NUL or unpaired surrogates.")


def check_variables(variables: Mapping[str, Any], limits: Limits) -> None:
    """Count and look through the variables, level by level, so that nesting costs no stack."""
    level: list[Any] = [variables]
    count = depth = 0
    while level:
        check("variable depth", depth, limits.variable_depth)
        inner: list[Any] = []
        for value in level:
            if isinstance(value, str):
                check_text(value)
            elif isinstance(value, Mapping):
                inner += value.values()
                _check_names(value)
            elif isinstance(value, list):
                inner += value
        count += len(inner)
        check("variables", count, limits.variables)
        level, depth = inner, depth + 1


def _check_names(names: Iterable[str]) -> None:
    for name in names:
        check_text(name)


def _is_whole(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
