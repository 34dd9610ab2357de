"""Proof of possession: that whoever sends a token has the key it is bound to (DPoP, RFC 9449).

A proof is a small JWT, signed for one request with a key that it shows. Everything about it is
checked here (section 4.3), and that it was not seen before comes last: what is refused for another
reason costs no row.
"""

import base64
import hashlib
import hmac
import re
import time
from collections.abc import Callable, Sequence
from typing import Any, NoReturn

from joserfc.errors import JoseError

from auth.once import first_time
from auth.proof_jwt import ALGORITHMS, read
from auth.sealing import derived
from auth.settings import AuthSettings
from auth.urls import same_resource
from db.session import Database

__all__ = ["ALGORITHMS", "ProofRefused", "Proofs"]

MAX_LENGTH = 8192
PROOF_SECONDS = 60
"""How long after it was made a proof is taken, clocks that differ apart."""
NONCE_STEP = 30
"""A nonce is the same for so many seconds, so that clients need not learn a new one each time."""
NONCE_STEPS = 10
"""How many of the latest nonces are taken: about five minutes."""

_JTI = re.compile(r"[ -~]{1,200}")
_NONCE = re.compile(r"[0-9a-f]{8}-[0-9a-f]{32}")


class ProofRefused(Exception):
    """``error`` is ``invalid_dpop_proof`` or ``use_dpop_nonce`` (RFC 9449 sections 5 and 8); or
    ``invalid_token`` when the token is bound to another key (section 7.1)."""

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
        # FAPI 2.0 section 5.3.2.1: 10 seconds of the future are to be taken, more than 60 are not.
        self._leeway = min(max(settings.leeway_seconds, 10), 60)
        self._nonce_key = derived(settings.key_encryption_key, "dpop nonce")
        self._clock = clock

    async def check(
        self,
        proofs: Sequence[str],
        method: str,
        url: str,
        *,
        access_token: str | None = None,
        bound_to: str | None = None,
    ) -> str:
        """The thumbprint of the key a request proves to have; ProofRefused when it does not.

        ``proofs`` are all headers ``DPoP`` of the request, ``url`` is the address that clients
        know it by. With an access token the proof must be made for that very token; with
        ``bound_to``, by the key of that thumbprint.
        """
        if len(proofs) != 1:
            _refuse("There must be exactly one proof.")
        if len(proofs[0]) > MAX_LENGTH:
            _refuse("The proof is too large.")
        try:
            proof = read(proofs[0])
        except (JoseError, ValueError, TypeError, RecursionError):
            _refuse("The proof is not a well-formed JWT signed with the key in its header.")
        jti = self._claims(proof.claims, method, url, access_token)
        if not proof.signed():
            _refuse("The signature is wrong.")
        if bound_to is not None and proof.jkt != bound_to:
            raise ProofRefused("invalid_token", "The token is bound to another key.")
        self._check_nonce(proof.claims.get("nonce"))
        # The window once for each end of it, and the clocks of two replicas apart in between.
        seconds = PROOF_SECONDS + 4 * self._leeway
        if not await first_time(self._database, "dpop", proof.jkt, jti, seconds=seconds):
            _refuse("The proof was used before.")
        return proof.jkt

    def nonce(self) -> str:
        """What the next proof must contain (section 8), for the header ``DPoP-Nonce``."""
        return self._nonce(int(self._clock()) // NONCE_STEP)

    def _claims(
        self, claims: dict[str, Any], method: str, url: str, access_token: str | None
    ) -> str:
        """The proof's ``jti``, if the claims are for this request and of this minute."""
        jti, htm, htu, iat = (claims.get(name) for name in ("jti", "htm", "htu", "iat"))
        if not isinstance(jti, str) or not _JTI.fullmatch(jti):
            _refuse("The claim jti must be a string of 1 to 200 printable characters.")
        if htm != method:
            _refuse("The proof is for another method.")
        if not isinstance(htu, str) or not same_resource(htu, url):
            _refuse("The proof is for another address.")
        if isinstance(iat, bool) or not isinstance(iat, int | float):
            _refuse("The claim iat must be a number.")
        now = self._clock()
        if not now - PROOF_SECONDS - self._leeway <= iat <= now + self._leeway:
            _refuse("The proof is too old, or of the future: compare the clocks.")
        if access_token is not None and not _same(claims.get("ath"), _ath(access_token)):
            _refuse("The proof is for another token.")
        return jti

    def _check_nonce(self, nonce: object) -> None:
        """Nonces carry their time, so every replica knows those of the others."""
        if isinstance(nonce, str) and _NONCE.fullmatch(nonce):
            step = int(nonce[:8], 16)
            age = int(self._clock()) // NONCE_STEP - step
            # A replica whose clock is ahead gives the nonce of a step that is yet to come here.
            ahead = -(-self._leeway // NONCE_STEP)
            if -ahead <= age <= NONCE_STEPS and _same(nonce, self._nonce(step)):
                return
        raise ProofRefused("use_dpop_nonce", "The proof must contain the nonce of DPoP-Nonce.")

    def _nonce(self, step: int) -> str:
        stamp = f"{step:08x}"
        return f"{stamp}-{hmac.digest(self._nonce_key, stamp.encode(), hashlib.sha256).hex()[:32]}"


def _ath(access_token: str) -> str:
    digest = hashlib.sha256(access_token.encode("utf-8", "surrogatepass")).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def _same(given: object, wanted: str) -> bool:
    return isinstance(given, str) and hmac.compare_digest(
        given.encode(errors="replace"), wanted.encode()
    )


def _refuse(description: str) -> NoReturn:
    raise ProofRefused("invalid_dpop_proof", description)
