"""Passwords of people: what is good enough, how they are kept, how they are compared.

Unlike our own secrets (`auth/hashing.py`) a password can be guessed, so its hash must cost whoever
stole the table. How guessable it is we estimate here: no list of leaked passwords is asked.
"""

import asyncio
import re
import unicodedata
from collections.abc import Iterable
from enum import StrEnum
from uuid import UUID

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import func, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from auth.hashing import Turnstile
from auth.settings import AuthSettings
from db.credential import Password

SHORTEST = 12
LONGEST = 200
GOOD_ENOUGH = 3
"""Of 4: safe from guessing even where the table of hashes leaked, for some days (zxcvbn)."""
_LOOKED_AT = 72
"""Characters that are estimated; more of them could only make a password better."""
_OF_ITS_OWN = 8
"""Characters that must be there beside a person's name, address and organisation."""

_ARGON2 = PasswordHasher(time_cost=2, memory_cost=46 * 1024, parallelism=1)
_NOBODYS = _ARGON2.hash("nobody has this password")

# The estimate knows English. These are what people here begin with.
_COMMON = (
    "rahasia katasandi sandi kunci masuk rangkul kpai komisi perlindungan anak indonesia jakarta "
    "bandung surabaya medan semarang garuda pancasila merdeka nusantara bismillah alhamdulillah "
    "assalamualaikum insyaallah allah sayang sayangku cinta cintaku kamu kita selamanya bahagia "
    "selamat pagi siang malam terima kasih makan minum rumah kantor sekolah polisi kementerian "
    "dinas provinsi kabupaten kecamatan doraemon persib persija arema bunda ayah mama papa ibu "
    "bapak kakak adik satu dua tiga empat lima enam tujuh delapan sembilan sepuluh"
)


class Weakness(StrEnum):
    """Why a password is not good enough. Its sentences are texts ``weak.<value>``."""

    SHORT = "short"
    LONG = "long"
    PERSONAL = "personal"
    COMMON = "common"
    PATTERN = "pattern"
    GUESSABLE = "guessable"


class Passwords:
    """One object a process: hashing takes memory and a processor, so only a few do it at once."""

    def __init__(self, settings: AuthSettings) -> None:
        self._turnstile = Turnstile(settings.hashes_at_once, settings.hashes_waiting)

    async def weakness(self, password: str, about: Iterable[str]) -> Weakness | None:
        """What is wrong with a new password of somebody called, working at, reachable at that."""
        given = _normal(password)
        if len(given) < SHORTEST:
            return Weakness.SHORT
        if len(given) > LONGEST:
            return Weakness.LONG
        personal = sorted({word for text in about for word in _words(text)})
        async with self._turnstile:
            return await asyncio.to_thread(_weakness, given, personal)

    async def make_hash(self, password: str) -> str:
        async with self._turnstile:
            return await asyncio.to_thread(_ARGON2.hash, _normal(password))

    async def matches(self, hash: str | None, password: str) -> bool:
        """Whether this is the password. Without a hash the work is the same, and the answer no."""
        given = _normal(password)[: LONGEST + 1]
        async with self._turnstile:
            found = await asyncio.to_thread(_verify, hash or _NOBODYS, given)
        return found and hash is not None


def outdated(hash: str) -> bool:
    """Whether it was made with other parameters than today's."""
    return _ARGON2.check_needs_rehash(hash)


async def put(tx: AsyncSession, user_id: UUID, hash: str) -> None:
    """The person's password from now on."""
    new = {"hash": hash, "changed_at": func.now()}
    statement = insert(Password).values(user_id=user_id, **new)
    await tx.execute(statement.on_conflict_do_update(index_elements=["user_id"], set_=new))


async def rehash(tx: AsyncSession, user_id: UUID, former: str | None, hash: str) -> None:
    """The same password under today's parameters, unless it was changed in the meantime."""
    same = (Password.user_id == user_id, Password.hash == former)
    await tx.execute(update(Password).where(*same).values(hash=hash))


def _normal(password: str) -> str:
    """One form for what looks the same: keyboards differ in how they type an accent (NFC)."""
    return unicodedata.normalize("NFC", password)


def _words(text: str) -> list[str]:
    return [word for word in re.split(r"[^\w]+", _normal(text).casefold()) if len(word) > 2]


def _weakness(password: str, personal: list[str]) -> Weakness | None:
    if _own_words(password, personal):
        return Weakness.PERSONAL
    # Its dictionaries are 12 MB, which most processes never need.
    from zxcvbn import zxcvbn  # type: ignore[import-untyped]

    found = zxcvbn(password[:_LOOKED_AT], user_inputs=[*personal, *_COMMON.split()])
    if found["score"] >= GOOD_ENOUGH:
        return None
    parts = found["sequence"]
    if any(part["pattern"] == "dictionary" for part in parts):
        return Weakness.COMMON
    if any(part["pattern"] != "bruteforce" for part in parts):
        return Weakness.PATTERN
    return Weakness.GUESSABLE


def _own_words(password: str, personal: list[str]) -> bool:
    """Whether little is left without one's own name and the like: the estimate counts words that
    follow each other as if nobody knew which."""
    left = re.sub(r"\W", "", password.casefold())
    whole = len(left)
    for word in sorted(personal, key=len, reverse=True):
        left = left.replace(word, "")
    return len(left) < min(whole, _OF_ITS_OWN)


def _verify(hash: str, password: str) -> bool:
    try:
        return _ARGON2.verify(hash, password)
    except (VerificationError, InvalidHashError):
        return False
