"""Content at rest: sealed with AES-256-GCM, so that the database alone tells nothing.

Three keys hang on each other. A key-encryption key, which a provider holds outside the database,
seals the key of a case; that seals a key for each section; that seals what the section says. Every
seal is bound to its row (AAD): moved to another row, it does not open. To destroy one section, its
key is deleted; to destroy a case, the case's.
"""

import hashlib
import hmac
import re
import secrets
import unicodedata
from dataclasses import dataclass
from typing import Any, Protocol
from uuid import UUID, uuid4

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from sqlalchemy import insert as plain_insert
from sqlalchemy import select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from db.case import CaseFile, VaultKey

_WORD = re.compile(r"[^\W_]+")
_TITLE = re.compile(
    "bapak|bpk|pak|ayah|ibunda|ibu|bu|saudara|sdr|saudari|sdri|tuan|tn|nyonya|ny|nona|nn|haji|hj|h"
    "|hajjah|kh|ustadz|ustaz|prof|drs|dra|dr|ir|almh|alm"
)
NONCE = 12
KEY = 32
MOST_KEYS = 1_000  # that are remembered: a few for everybody, and one an organisation


class VaultFault(Exception):
    """Something that was sealed does not open. Whoever asked is told that, and nothing else."""


class Damaged(VaultFault):
    """It does not open: changed, moved to another row, or sealed under another key."""


class Destroyed(Damaged):
    """Its key was destroyed at the end of its time; nobody opens it again."""


class KeyUnknown(VaultFault):
    """The provider has no key of that name: nothing that was sealed under it opens here."""


class KeysAway(KeyUnknown):
    """Whoever holds the key does not answer just now."""


class VaultShut(Exception):
    """Why nothing is served: content could not be sealed or opened. The text says what to do."""


@dataclass(frozen=True, slots=True)
class Wrapped:
    """A key, sealed under the key-encryption key of that name."""

    kek_id: str
    sealed: bytes


class KeyProvider(Protocol):
    """Who holds key-encryption keys: a file, a hardware module (PKCS#11), a service."""

    async def wrap(self, key: bytes, bound_to: str) -> Wrapped:
        """Seal a key under the key that is current now."""

    async def unwrap(self, wrapped: Wrapped, bound_to: str) -> bytes:
        """The key again; `Damaged`, or `KeyUnknown`."""


class Succession:
    """Providers one after the other: the first one seals, and whoever knows the key opens."""

    def __init__(self, first: KeyProvider, *former: KeyProvider) -> None:
        self._all = (first, *former)

    async def wrap(self, key: bytes, bound_to: str) -> Wrapped:
        return await self._all[0].wrap(key, bound_to)

    async def unwrap(self, wrapped: Wrapped, bound_to: str) -> bytes:
        for provider in self._all:
            try:
                return await provider.unwrap(wrapped, bound_to)
            except KeysAway:
                raise
            except KeyUnknown:
                continue
        raise KeyUnknown(wrapped.kek_id)


class CaseKey:
    """The open key of one case; it lives as long as a request does."""

    __slots__ = ("_case_id", "_cipher", "_key")

    def __init__(self, case_id: UUID, key: bytes) -> None:
        self._case_id, self._key, self._cipher = case_id, key, AESGCM(key)

    def seal(self, place: str, said: str) -> bytes:
        """Seal something of the case; ``place`` names the column and row where it is kept."""
        return seal(self._cipher, said.encode(), f"{self._case_id} {place}")

    def open(self, place: str, sealed: bytes) -> str:
        return unseal(self._cipher, sealed, f"{self._case_id} {place}").decode()

    def seal_section(
        self, section_id: UUID, handoff_id: UUID, author_id: UUID, category: str, said: str
    ) -> tuple[bytes, bytes]:
        """What a section says, sealed under a key of its own; and that key, sealed."""
        row = of_section(section_id, handoff_id, author_id, category)
        key = secrets.token_bytes(KEY)
        return seal(AESGCM(key), said.encode(), row), seal(self._cipher, key, row)

    def open_section(
        self, section_id: UUID | str, handoff_id: UUID | str, author_id: UUID | str, category: str,
        sealed: bytes, sealed_key: bytes,
    ) -> str:  # fmt: skip
        """What it says; `Damaged` unless it was sealed for this very row."""
        bound_to = of_section(section_id, handoff_id, author_id, category).encode()
        try:
            key = self._cipher.decrypt(sealed_key[:NONCE], sealed_key[NONCE:], bound_to)
            said = AESGCM(key).decrypt(sealed[:NONCE], sealed[NONCE:], bound_to)
        except (InvalidTag, ValueError):
            raise Damaged from None
        return said.decode()

    def person_keys(self, name: str | None, national_id: str | None) -> list[bytes]:
        """By what a person is recognised within this case, without saying who it is.

        Spelling differs between papers: case, blanks, punctuation, titles and degrees do
        not count.
        """
        given = {
            "name": _plain(name or ""),
            "id": "".join(filter(str.isdecimal, unicodedata.normalize("NFKC", national_id or ""))),
        }
        key = _derived(self._key, "person")
        return [
            hmac.digest(key, f"{kind} {value}".encode(), hashlib.sha256)
            for kind, value in given.items()
            if value
        ]


class Vault:
    """Makes and opens keys, by way of a provider. One object a process; it keeps no case's key."""

    def __init__(self, provider: KeyProvider) -> None:
        self.provider = provider
        self._root: bytes | None = None
        self._keys: dict[str, bytes] = {}

    async def begin_case(self, tx: AsyncSession) -> tuple[UUID, CaseKey]:
        """A new case with a key of its own. Its id tells nothing, not even when it began."""
        case_id = uuid4()
        key, wrapped = await self.new_case_key(case_id)
        values = {"id": case_id, "kek_id": wrapped.kek_id, "wrapped": wrapped.sealed}
        await tx.execute(plain_insert(CaseFile).values(values))
        return case_id, key

    async def new_case_key(self, case_id: UUID) -> tuple[CaseKey, Wrapped]:
        """A key for a case, open and sealed."""
        key = secrets.token_bytes(KEY)
        return CaseKey(case_id, key), await self.provider.wrap(key, of_case(case_id))

    async def open_case(self, case_id: UUID, kek_id: str, wrapped: bytes) -> CaseKey:
        """The key of a case, from its row."""
        return CaseKey(
            case_id, await self.provider.unwrap(Wrapped(kek_id, wrapped), of_case(case_id))
        )

    async def case_key(self, tx: AsyncSession, case_id: UUID) -> CaseKey:
        """The key of a case that the caller may see; `Destroyed` when there is none left."""
        query = select(CaseFile.kek_id, CaseFile.wrapped).where(CaseFile.id == case_id)
        row = (await tx.execute(query)).one_or_none()
        if row is None or row.wrapped is None:
            raise Destroyed
        return await self.open_case(case_id, row.kek_id, row.wrapped)

    async def rewrap(self, wrapped: Wrapped, bound_to: str) -> Wrapped:
        """The same key, under the key-encryption key that is current now."""
        return await self.provider.wrap(await self.provider.unwrap(wrapped, bound_to), bound_to)

    async def check(self, tx: AsyncSession) -> None:
        """Refuse to begin unless what is there opens: one key under each key-encryption key."""
        try:
            await self._installation(tx)
            sealed = await tx.execute(text("select * from access.sealed_samples()"))
            for case_id, kek_id, wrapped in sealed.all():
                await self.open_case(case_id, kek_id, wrapped)
        except KeysAway:
            raise VaultShut(
                "Whoever holds the keys of content (RANGKUL_CONTENT_KEYS) does not answer, or lets "
                "us not in. Nothing can be read or written without them."
            ) from None
        except KeyUnknown as error:
            raise VaultShut(
                f"RANGKUL_CONTENT_KEYS has no key named {error.args[0]!r}, under which there is "
                "content. Put back the file, or the setting, that has it: without it this content "
                "is lost. Keys of a former provider are named by RANGKUL_FORMER_CONTENT_KEYS."
            ) from None
        except Damaged:
            raise VaultShut(
                "The keys of content (RANGKUL_CONTENT_KEYS; or RANGKUL_KEY_ENCRYPTION_KEY, when "
                "that is not set) do not open what is in this database. Put back those it was "
                "written with: without them its content is lost."
            ) from None

    async def key_for(self, tx: AsyncSession, purpose: str) -> bytes:
        """A key of the installation for one purpose, the same on every replica."""
        key = self._keys.get(purpose)
        if key is None:
            key = _derived(await self._installation(tx), purpose)
            if self._root is not None and len(self._keys) < MOST_KEYS:
                self._keys[purpose] = key
        return key

    async def seal_note(self, tx: AsyncSession, place: str, said: str) -> bytes:
        """Seal something that belongs to no case of the caller's."""
        return seal(AESGCM(await self.key_for(tx, "notes")), said.encode(), place)

    async def open_note(self, tx: AsyncSession, place: str, sealed: bytes) -> str:
        return unseal(AESGCM(await self.key_for(tx, "notes")), sealed, place).decode()

    async def _installation(self, tx: AsyncSession) -> bytes:
        if self._root is not None:
            return self._root
        mine: bytes | None = tx.info.get(self)
        if mine is not None:
            return mine
        query = select(VaultKey.kek_id, VaultKey.wrapped).where(VaultKey.name == ROOT)
        row = (await tx.execute(query)).one_or_none()
        if row is not None:
            self._root = await self.provider.unwrap(Wrapped(row.kek_id, row.wrapped), ROOT)
            return self._root
        new = await self.provider.wrap(secrets.token_bytes(KEY), ROOT)
        values = {"name": ROOT, "kek_id": new.kek_id, "wrapped": new.sealed}
        await tx.execute(insert(VaultKey).values(values).on_conflict_do_nothing())
        row = (await tx.execute(query)).one()  # another one may have been first
        made = await self.provider.unwrap(Wrapped(row.kek_id, row.wrapped), ROOT)
        tx.info[self] = made  # and no longer than that: this transaction may yet be rolled back
        return made


ROOT = "root"


def vault_of(tx: AsyncSession) -> Vault:
    """The vault that this transaction's database was opened with."""
    vault: Any = tx.info["vault"]
    if not isinstance(vault, Vault):
        raise TypeError("this database was opened without a vault")
    return vault


def of_section(id: UUID | str, handoff_id: UUID | str, author_id: UUID | str, category: str) -> str:
    """What the words of a section are bound to."""
    return f"section {id} {handoff_id} {author_id} {category}"


def of_case(case_id: UUID) -> str:
    """What the key of a case is bound to."""
    return f"case {case_id}"


def seal(cipher: AESGCM, secret: bytes, bound_to: str) -> bytes:
    nonce = secrets.token_bytes(NONCE)
    return nonce + cipher.encrypt(nonce, secret, bound_to.encode())


def unseal(cipher: AESGCM, sealed: bytes, bound_to: str) -> bytes:
    try:
        return cipher.decrypt(sealed[:NONCE], sealed[NONCE:], bound_to.encode())
    except (InvalidTag, ValueError):
        raise Damaged from None


def _plain(name: str) -> str:
    """The letters of a name, without titles before it and degrees after it: Bapak, H., S.H."""
    whole = unicodedata.normalize("NFKC", name).casefold()
    words = _WORD.findall(whole.partition(",")[0]) or _WORD.findall(whole)
    while len(words) > 1 and _TITLE.fullmatch(words[0]):
        del words[0]
    return "".join(words)


def _derived(key: bytes, purpose: str) -> bytes:
    info = f"rangkul {purpose}".encode()
    return HKDF(hashes.SHA256(), KEY, salt=None, info=info).derive(key)
