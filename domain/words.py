"""Finding sealed sections by their words: a blind index, under a key of each organisation.

What a section says is cut into words, each word to its stem (Snowball's Indonesian), each stem to
64 bits of a keyed hash. docs/adr/0013 says what that leaks to somebody who has the database only.
"""

import hashlib
import hmac
import re
import unicodedata
from uuid import UUID

import snowballstemmer  # type: ignore[import-untyped]
from sqlalchemy.ext.asyncio import AsyncSession

from db.vault import vault_of

MOST_WORDS = 4_000
"""Different words of one section that can be looked for: more than fit into 20,000 characters."""
_WORD = re.compile(r"\w+")


def stems(text: str) -> set[str]:
    """The stems of the words in a text, however they are written."""
    words = set(_WORD.findall(unicodedata.normalize("NFKC", text).casefold()))
    return set(snowballstemmer.stemmer("indonesian").stemWords(sorted(words)[:MOST_WORDS]))


async def hashed(tx: AsyncSession, organisation_id: UUID, text: str) -> list[int]:
    """The words of a text as one organisation finds them."""
    key = await vault_of(tx).key_for(tx, f"words {organisation_id}")
    return sorted(
        int.from_bytes(hmac.digest(key, stem.encode(), hashlib.sha256)[:8], "big", signed=True)
        for stem in stems(text)
    )
