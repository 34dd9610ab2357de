"""Changing one condition of a policy or function at a time, in its text.

A condition of several parts loses one part: a part of an AND becomes true, an arm of an OR becomes
false. A condition of one part becomes true where it filters, and false where it guards a step. And
every comparison of days is moved by one: `<=` becomes `<`, and so on.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

_TOKEN = re.compile(
    r"(?P<skip>\s+|--[^\n]*)|(?P<text>'(?:[^']|'')*'|\$\w*\$)|(?P<word>[A-Za-z_][\w.]*)"
    r"|(?P<sign>->>|->|=>|<@|@>|<=|>=|<>|::|:=|\|\||[^\w\s])|(?P<number>\d+)"
)
_FILTERS = {"where", "on", "having"}
_GUARDS = {"if", "elsif", "when"}
_WORDS = """
    select from join left right inner cross lateral group order limit union values then else end
    case loop while returning set into begin return query using for perform raise with as
"""
_BOUNDARIES = _FILTERS | _GUARDS | set(_WORDS.split())
_MOVED = {"<=": "<", "<": "<=", ">=": ">", ">": ">="}


@dataclass(frozen=True)
class Token:
    text: str
    start: int
    end: int
    quoted: bool


@dataclass(frozen=True)
class Change:
    """A new text, and what was changed in it, for people."""

    what: str
    text: str


def changes(text: str, start: int = 0) -> Iterator[Change]:
    """Every change of one condition of the text, from a position on."""
    tokens = [
        Token(match[0].lower(), match.start(), match.end(), match.lastgroup == "text")
        for match in _TOKEN.finditer(text, start)
        if match.lastgroup != "skip"
    ]
    seen = set()
    for first, last, value in _conditions(tokens):
        begin, end = tokens[first].start, tokens[last].end
        if (begin, end) not in seen and text[begin:end] != value:  # `on true` cannot be weaker
            seen.add((begin, end))
            what = f"{' '.join(text[begin:end].split())} -> {value}"
            yield Change(what, f"{text[:begin]} {value} {text[end:]}")
    for token in tokens:
        if token.text in _MOVED and not token.quoted:
            around = " ".join(text[max(start, token.start - 30) : token.end + 30].split())
            moved = _MOVED[token.text]
            yield Change(
                f"{around}: {token.text} -> {moved}",
                f"{text[: token.start]}{moved}{text[token.end :]}",
            )


Part = tuple[int, int]
"""The numbers of the first and last token."""


def _conditions(tokens: list[Token]) -> Iterator[tuple[int, int, str]]:
    """The conditions in the tokens, at every depth: first and last token, and what replaces it."""
    closing = _brackets(tokens)
    openings = [-1, *(n for n in closing if tokens[n].text == "(")]
    for opening in openings:
        end = closing.get(opening, len(tokens))
        for kind, parts in _segments(tokens, opening + 1, end, closing):
            yield from _of_segment(tokens, kind, parts)


def _brackets(tokens: list[Token]) -> dict[int, int]:
    pairs, open_ = {}, []
    for number, token in enumerate(tokens):
        if token.quoted:
            continue
        if token.text in "([":
            open_.append(number)
        elif token.text in ")]":
            pairs[open_.pop()] = number
    return pairs


def _segments(
    tokens: list[Token], first: int, end: int, closing: dict[int, int]
) -> Iterator[tuple[str, list[Part]]]:
    """What stands between boundaries at one depth; a bracket and its inside are one part."""
    kind, parts, number = "(", [], first
    while number < end:
        token = tokens[number]
        boundary = not token.quoted and (token.text in _BOUNDARIES or token.text in ",;")
        if token.text == "from" and parts and tokens[parts[-1][0]].text == "distinct":
            boundary = False
        if boundary:
            yield kind, parts
            kind, parts, number = token.text, [], number + 1
            if kind == "on" and tokens[number].text == "conflict":
                kind = "conflict"  # which is no condition
        else:
            last = closing.get(number, number)
            parts.append((number, last))
            number = last + 1
    yield kind, parts


def _of_segment(
    tokens: list[Token], kind: str, parts: list[Part]
) -> Iterator[tuple[int, int, str]]:
    arms = _split(tokens, parts, "or")
    if not arms or not all(arms):
        return
    if len(arms) > 1:
        for arm in arms:
            yield arm[0][0], arm[-1][1], "false"
    for arm in arms:
        operands = _split(tokens, arm, "and")
        if len(operands) > 1:
            for operand in filter(None, operands):  # before a CASE stands nothing
                yield operand[0][0], operand[-1][1], "true"
    if kind in _FILTERS:
        yield parts[0][0], parts[-1][1], "true"
    elif kind in _GUARDS:
        yield parts[0][0], parts[-1][1], "false"


def _split(tokens: list[Token], parts: list[Part], word: str) -> list[list[Part]]:
    """The parts between a word; the AND of a BETWEEN is none."""
    found: list[list[Part]] = [[]]
    between = False
    for part in parts:
        text = tokens[part[0]].text if part[0] == part[1] else ""
        if text == "between":
            between = True
        if text == word and not (word == "and" and between):
            found.append([])
            continue
        if text == "and" and between:
            between = False
        found[-1].append(part)
    return found
