"""Finding sealed sections by their words: a blind index, under a key of each organisation.

What a section says is cut into words, each word to its stem (Snowball's Indonesian), each stem to
64 bits of a keyed hash. docs/adr/0013 says what that leaks to somebody who has the database only.
"""

import hashlib
import hmac
import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import orjson
import snowballstemmer  # type: ignore[import-untyped]
from sqlalchemy import BigInteger, Select, func, literal, select, text, union_all
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncSession

from db.handoff import Handoff
from db.vault import vault_of

MOST_WORDS = 4_000
"""Different words of one section that can be looked for: more than fit into 20,000 characters."""
ADD_WORDS = """
  insert into section_word (section_id, organisation_id, words)
  select w.section_id, w.organisation_id, cast(w.words as bigint[])
  from jsonb_to_recordset(cast(:words as jsonb))
    w (section_id uuid, organisation_id uuid, words text)
"""
_WORD = re.compile(r"\w+")
_TERM = re.compile(r'(-?)(?:"([^"]*)"?|(\S+))')


@dataclass
class Wish:
    """Words that a section must have, and words that it must not have."""

    wanted: set[str] = field(default_factory=set)
    unwanted: set[str] = field(default_factory=set)


def stems(said: str) -> set[str]:
    """The stems of the words in what is said, however they are written."""
    return set(_stemmed(_words(said)).values())


def _words(said: str) -> list[str]:
    words = set(_WORD.findall(unicodedata.normalize("NFKC", said).casefold()))
    return sorted(words)[:MOST_WORDS]


def _stemmed(words: Iterable[str]) -> dict[str, str]:
    distinct = list(words)
    stemmed = snowballstemmer.stemmer("indonesian").stemWords(distinct)
    return dict(zip(distinct, stemmed, strict=True))


def wishes(search: str) -> list[Wish]:
    """What people write into a search box: words that all count, `or` between them, `-` before one.

    A quotation is its words: in which order they stand, the index does not know. Where nothing is
    wanted there is nothing to look for.
    """
    found = [Wish()]
    for minus, quoted, bare in _TERM.findall(search):
        if not minus and bare.casefold() == "or":
            found.append(Wish())
        elif minus:
            found[-1].unwanted |= stems(quoted or bare)
        else:
            found[-1].wanted |= stems(quoted or bare)
    return [wish for wish in found if wish.wanted]


async def sections_saying(
    tx: AsyncSession, organisation_id: UUID, search: str
) -> Select[UUID] | None:
    """The sections of an organisation that have the words; None when no word is looked for.

    Of these, row-level security has yet to say which may be read.
    """
    key = await _key(tx, organisation_id)
    by_wish = [
        select(
            func.access.sections_saying(
                _listed(hashed(key, wish.wanted)), _listed(hashed(key, wish.unwanted))
            ).label("id")
        )
        for wish in wishes(search)
    ]
    return select(union_all(*by_wish).subquery().c.id) if by_wish else None


async def index_again(tx: AsyncSession, handoff: Handoff, id: UUID, said: str) -> None:
    """Let both sides find a section by what it says now."""
    await tx.execute(select(func.access.forget_words(id)))
    sides = (handoff.sender_id, handoff.receiver_id)
    words = await words_of(tx, sides, [(id, said)])
    await tx.execute(text(ADD_WORDS), {"words": orjson.dumps(words, default=str).decode()})


async def words_of(
    tx: AsyncSession, sides: Iterable[UUID], said: Sequence[tuple[UUID, str]]
) -> list[dict[str, Any]]:
    """A row for each side and section; the hashes as PostgreSQL writes a list."""
    # Sections of one case have most of their words in common: each is looked at once.
    found = [(id, _words(body)) for id, body in said]
    stemmed = _stemmed({word for _, words in found for word in words})
    rows = []
    for side in sides:
        key = await _key(tx, side)
        hashes = {stem: _hash(key, stem) for stem in set(stemmed.values())}
        for id, words in found:
            row = sorted({hashes[stemmed[word]] for word in words})
            written = "{" + ",".join(map(str, row)) + "}"
            rows.append({"section_id": id, "organisation_id": side, "words": written})
    return rows


async def _key(tx: AsyncSession, organisation_id: UUID) -> bytes:
    return await vault_of(tx).key_for(tx, f"words {organisation_id}")


def hashed(key: bytes, words: Iterable[str]) -> list[int]:
    """Stems as they stand in the index, under the key of an organisation."""
    return sorted(_hash(key, word) for word in words)


def _hash(key: bytes, stem: str) -> int:
    digest = hmac.digest(key, stem.encode(), hashlib.sha256)
    return int.from_bytes(digest[:8], "big", signed=True)


def _listed(words: list[int]) -> object:
    return literal(words, ARRAY(BigInteger()))
