"""Proof of possession: that whoever sends a token has the key it is bound to (DPoP, RFC 9449)."""

import time
from collections.abc import Callable, Sequence

from auth.settings import AuthSettings
from db.session import Database


class ProofRefused(Exception):
    """``error`` is ``invalid_dpop_proof`` or ``use_dpop_nonce`` (RFC 9449 sections 5 and 8)."""

    def __init__(self, error: str, description: str) -> None:
        super().__init__(description)
        self.error = error
        self.description = description


class Proofs:
    """Checks proofs, and sees to it that none is used twice. One object a process."""

    def __init__(
        self, database: Database, settings: AuthSettings, *, clock: Callable[[], float] = time.time
    ) -> None:
        self._database = database
        self._settings = settings
        self._clock = clock

    async def check(
        self, proofs: Sequence[str], method: str, url: str, *, access_token: str | None = None
    ) -> str:
        """The thumbprint of the key a request proves to have; ProofRefused when it does not."""
        raise ProofRefused("invalid_dpop_proof", "Proofs are not checked yet.")

    def nonce(self) -> str:
        """What the next proof must contain (section 8), for the header ``DPoP-Nonce``."""
        return ""
