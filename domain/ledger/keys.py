"""The keys that sign tree heads: made here, kept in the database, sealed for their row.

They are none of the keys that sign tokens, and they are read only as the role that seals. A key is
followed by another by command (`rangkul ledger new-key`); all that ever signed stay published.
"""

import json
from dataclasses import dataclass

from joserfc.errors import JoseError
from joserfc.jwk import ECKey
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from auth.sealing import Sealed
from auth.settings import AuthSettings
from db.ledger import LedgerKey
from domain.ledger.heads import jwk_set

PURPOSE = "ledger key"


class LedgerKeyUnusable(Exception):
    """There is no key to sign with, or the setting does not open it."""


@dataclass(frozen=True, slots=True)
class Ring:
    """The keys that opened, by their ids, oldest first; and which one signs."""

    keys: dict[str, ECKey]
    newest: LedgerKey | None

    @property
    def jwks(self) -> dict[str, list[dict[str, object]]]:
        return jwk_set(self.keys.items())

    def signer(self) -> tuple[str, ECKey]:
        """The key that signs now."""
        if self.newest is None:
            raise LedgerKeyUnusable(
                "The ledger has tree heads but no key: somebody removed it. Put it back from a"
                " backup, or begin with another by `rangkul ledger new-key`."
            )
        if self.newest.kid not in self.keys:
            raise LedgerKeyUnusable(
                f"The key-encryption key does not open the ledger's key {self.newest.kid}. Put back"
                " the former one; or, if it is lost, begin with another key by `rangkul ledger"
                " new-key`."
            )
        return self.newest.kid, self.keys[self.newest.kid]


class LedgerKeys:
    """Opens the keys. Public halves come from opened keys only, never from a plain column."""

    def __init__(self, settings: AuthSettings) -> None:
        self._sealed = Sealed(settings.key_encryption_key, PURPOSE)

    async def ring(self, tx: AsyncSession) -> Ring:
        """All keys, as the sealing role reads them."""
        statement = select(LedgerKey).order_by(LedgerKey.from_size, LedgerKey.created_at)
        rows = list(await tx.scalars(statement))
        opened = {row.kid: key for row in rows if (key := self._open(row)) is not None}
        return Ring(opened, rows[-1] if rows else None)

    async def add(self, tx: AsyncSession, from_size: int) -> str:
        """A new key that signs from now on; its id."""
        key = ECKey.generate_key("P-256")
        kid = key.thumbprint()
        row = LedgerKey(
            kid=kid,
            public_jwk=key.as_dict(private=False),
            private_jwe=self._sealed.seal(json.dumps(key.as_dict(private=True)), kid),
            from_size=from_size,
        )
        tx.add(row)
        await tx.flush()
        return kid

    def _open(self, row: LedgerKey) -> ECKey | None:
        secret = self._sealed.open(row.private_jwe, row.kid)
        try:
            key = ECKey.import_key(json.loads(secret or ""))
        except (JoseError, ValueError, TypeError):
            return None
        return key if key.is_private and key.thumbprint() == row.kid else None
