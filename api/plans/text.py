"""SQL that makes text: pieces put one behind the other by PostgreSQL's `concat`."""

from collections.abc import Sequence

_MOST = 90
"""Arguments of one call; PostgreSQL allows 100."""


class NotPlanned(Exception):
    """This operation, or this request, is for graphql-core."""


class Said(str):
    """Text as it stands in the answer; other pieces are SQL expressions that give text."""

    __slots__ = ()


def joined(pieces: Sequence[str]) -> str:
    """One expression for all of them."""
    parts: list[str] = []
    before = ""
    for piece in (*pieces, None):
        if isinstance(piece, Said):
            before += piece
            continue
        if before:
            parts.append(quoted(before))
            before = ""
        if piece is not None:
            parts.append(piece)
    while len(parts) > _MOST:
        parts = [_concat(parts[n : n + _MOST]) for n in range(0, len(parts), _MOST)]
    return parts[0] if len(parts) == 1 else _concat(parts)


def quoted(text: str) -> str:
    """A string literal; nothing in a plan has a backslash, and a quote is doubled."""
    return "'" + text.replace("'", "''") + "'"


def _concat(parts: Sequence[str]) -> str:
    return f"concat({', '.join(parts)})"
