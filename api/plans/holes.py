"""Holes in the text that PostgreSQL made, and what Python fills them with.

A hole stands between two characters that JSON never holds as they are. Its first letter says what
it is; what follows is what must be known to fill it. All of them are filled in one pass.
"""

import json
from base64 import urlsafe_b64encode
from binascii import a2b_base64
from uuid import UUID

import orjson

from api.plans.text import EDGE, NotPlanned, Said
from db.enums import WithheldCode
from db.vault import CaseKey
from resolvers.context import Context
from resolvers.section import sentences_of

CURSOR, SHOWN, PEEKED, CLOSED, SENTENCE = "C", "S", "P", "W", "M"


def hole(letter: str, *pieces: str) -> list[str]:
    """The pieces of a hole, in SQL."""
    return [Said(EDGE + letter), *pieces, Said(EDGE)]


async def filled(text: str, context: Context) -> bytes:
    """The text with its holes filled. Raises `VaultFault` for words that do not open."""
    parts = text.split(EDGE)
    keys: dict[str, CaseKey] = {}
    for at in range(1, len(parts), 2):
        inside = parts[at]
        match inside[0]:
            case "S" | "P" as letter:
                _, author, case, origin, handoff, category, sealed, sealed_key, wrapped, kek = (
                    inside.split(" ", 9)
                )
                if case not in keys:
                    keys[case] = await context.case_key(UUID(case), kek, a2b_base64(wrapped))
                said = keys[case].open_section(
                    origin, handoff, author, category, a2b_base64(sealed), a2b_base64(sealed_key)
                )
                parts[at] = orjson.dumps(said).decode() if letter == "S" else ""
            case "C":
                parts[at] = _cursor(inside[1:])
            case "M":
                parts[at] = _sentence(inside[1:], context)
            case "W":
                parts[at] = ""
            case _:
                raise NotPlanned("nothing where there must be something")
    return "".join(parts).encode()


def _cursor(values: str) -> str:
    """As `domain.paging.Order.cursor` writes it; only beyond ASCII Python writes JSON otherwise."""
    if not values.isascii():
        values = json.dumps(orjson.loads(values))
    return f'"{urlsafe_b64encode(values.encode()).decode().rstrip("=")}"'


def _sentence(code: str, context: Context) -> str:
    indonesian, english = sentences_of(WithheldCode(code))
    return orjson.dumps(indonesian if context.language == "id" else english).decode()
