"""SQL that makes text: pieces put one behind the other."""

from collections.abc import Sequence

EDGE = "\x01"
"""Stands on either side of a hole: a character that JSON never holds as it is."""
VOID = "X"
"""What a hole is where there should be something, and is nothing."""


class NotPlanned(Exception):
    """This operation, or this request, is for graphql-core."""


class Said(str):
    """Text as it stands in the answer; other pieces are SQL expressions that give text."""

    __slots__ = ()


def joined(pieces: Sequence[str]) -> str:
    """One expression for all of them, halved again and again: `||` takes half of what `concat`
    takes, and nothing is copied more often than the tree is deep. Null if any of them is."""
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
            parts.append(f"({piece})::text")
    return _tree(parts)


def unbroken(pieces: Sequence[str]) -> str:
    """The same of a row, which is not left out when something is null in it that must not be."""
    return f"coalesce({joined(pieces)}, {quoted(EDGE + VOID + EDGE)})"


def quoted(text: str) -> str:
    """A string literal; nothing in a plan has a backslash, and a quote is doubled."""
    return "'" + text.replace("'", "''") + "'"


def _tree(parts: Sequence[str]) -> str:
    if len(parts) == 1:
        return parts[0]
    half = len(parts) // 2
    return f"({_tree(parts[:half])} || {_tree(parts[half:])})"
