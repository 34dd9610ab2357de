"""Holes in the text that PostgreSQL made, and what Python fills them with.

A hole stands between two characters that JSON never holds as they are. Its first letter says what
it is; what follows is what must be known to fill it. All of them are filled in one pass.
"""

import json
from base64 import b64decode, urlsafe_b64encode
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
    done = [parts[0].encode()]
    keys: dict[str, CaseKey] = {}
    for inside, after in zip(parts[1::2], parts[2::2], strict=True):
        match inside[0]:
            case "S":
                done.append(orjson.dumps(await _words(inside, context, keys)))
            case "P":
                await _words(inside, context, keys)
            case "C":
                done.append(_cursor(inside[1:]))
            case "M":
                done.append(_sentence(inside[1:], context))
            case "X":
                raise NotPlanned("nothing where there must be something")
        done.append(after.encode())
    return b"".join(done)


def _cursor(values: str) -> bytes:
    """As `domain.paging.Order.cursor` writes it."""
    written = json.dumps(orjson.loads(values)).encode()
    return b'"' + urlsafe_b64encode(written).rstrip(b"=") + b'"'


def _sentence(code: str, context: Context) -> bytes:
    indonesian, english = sentences_of(WithheldCode(code))
    return orjson.dumps(indonesian if context.language == "id" else english)


async def _words(inside: str, context: Context, keys: dict[str, CaseKey]) -> str:
    _, author, case, origin, handoff, category, sealed, sealed_key, wrapped, kek = inside.split(
        " ", 9
    )
    if case not in keys:
        keys[case] = await context.case_key(UUID(case), kek, b64decode(wrapped))
    return keys[case].open_section(
        origin, handoff, author, category, b64decode(sealed), b64decode(sealed_key)
    )
