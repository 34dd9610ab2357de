"""The keys that sign access tokens: made here, kept in the database, shared by every replica.

A private key is stored only as a JWE under the key-encryption key of the settings (RFC 7516,
``dir`` with A256GCM). Public keys are always derived from an opened JWE and never read from a
plain column: someone who can write a row, but does not know the key-encryption key, cannot make
this program trust a key of theirs.

The life of a key: it is published, a little later it begins to sign, and after the next rotation
it stays published until the last token it signed is gone.
"""

import asyncio
import json
import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from joserfc import jwe
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, OctKey
from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from auth import events
from auth.events import EventKind
from auth.settings import AuthSettings
from db.organisation import Organisation
from db.session import Database

ALGORITHM = "ES256"
FRESH_SECONDS = 30.0
"""How long a replica believes what it last read."""
RELOAD_SECONDS = 3.0
"""Tokens that name an unknown key make us look at the database at most this often."""
LEAD_SECONDS = 90
"""How long a new key is published before it signs. Longer than a replica's memory and the cache of
whoever fetched our keys from it together, so that nobody meets a token before its key."""

_LOCK = text("select pg_advisory_xact_lock(7264856)")  # the first key and rotations, one at a time
_LIVE = text("""
    select kid, private_jwe, signs_from <= clock_timestamp() as signs
    from signing_key
    where verifies_until is null or verifies_until > clock_timestamp()
    order by signs_from desc, kid
""")
_END_OTHERS = text("""
    update signing_key
    set verifies_until = clock_timestamp() + make_interval(secs => :seconds)
    where verifies_until is null
       or verifies_until > clock_timestamp() + make_interval(secs => :seconds)
""")
_INSERT = text("""
    insert into signing_key (kid, public_jwk, private_jwe, signs_from)
    values (:kid, cast(:public_jwk as jsonb), :private_jwe,
            clock_timestamp() + make_interval(secs => :lead))
""")

_DUE = text("""
    select max(signs_from) <= clock_timestamp() - make_interval(days => :days)
    from signing_key where verifies_until is null
""")
_AS_AUTHORITY = text("set local role rangkul_auth")

log = logging.getLogger(__name__)


class WrongKeyEncryptionKey(Exception):
    """The setting does not open the signing keys that the database holds."""

    def __init__(self, kid: str) -> None:
        super().__init__(
            f"The key-encryption key does not open signing key {kid}. Put back the former "
            "key-encryption key; or, if it is lost or has leaked, end all keys made under it with "
            "`rangkul keys rotate --leaked` (tokens already issued then stop working)."
        )


@dataclass(frozen=True, slots=True)
class _Ring:
    """The live keys, as one look at the database saw them. ``signer`` is None before the first."""

    keys: dict[str, ECKey]
    signer: ECKey | None
    sealed: tuple[str, ...]
    read_at: float


class SigningKeys:
    """The live keys, with a short memory. One object a process; safe among concurrent requests."""

    def __init__(
        self,
        database: Database,
        settings: AuthSettings,
        *,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._database = database
        self._encryption_key = OctKey.import_key(settings.key_encryption_key)
        # A replica whose memory is not yet fresh may sign with the old key for a while longer.
        self._linger = settings.token_seconds + settings.leeway_seconds + int(FRESH_SECONDS)
        self._clock = clock
        self._ring: _Ring | None = None
        self._reading: asyncio.Task[_Ring] | None = None

    async def check(self) -> None:
        """At the start: every live key opens, and there is one to sign with."""
        await self.current()
        ring = await self._fresh()
        if ring.sealed:
            raise WrongKeyEncryptionKey(ring.sealed[0])

    async def current(self) -> ECKey:
        """The private key to sign with now; the very first call of an installation makes it."""
        ring = await self._fresh()
        if ring.signer is None and not ring.sealed:
            await self._make_first()
            ring = await self._read()
        if ring.signer is None:
            raise WrongKeyEncryptionKey(next(iter(ring.sealed), "(none)"))
        return ring.signer

    async def public(self, kid: str) -> ECKey | None:
        """The key a token names, or None. Unknown names reach the database only now and then."""
        ring = await self._fresh()
        if kid not in ring.keys:
            ring = await self._fresh(RELOAD_SECONDS)
        return ring.keys.get(kid)

    async def jwks(self) -> dict[str, list[dict[str, Any]]]:
        """The public keys, for whoever verifies our tokens elsewhere (RFC 7517 section 5)."""
        await self.current()
        ring = await self._fresh()
        return {"keys": [_public_jwk(kid, key) for kid, key in ring.keys.items()]}

    async def rotate(self, *, leaked: bool = False) -> str:
        """Publish a new key and let the others run out; answers the new key's id.

        With ``leaked``, the others end at once, and every token they signed with them.
        """
        async with self._database.anonymous() as tx:
            await tx.execute(_LOCK)
            kid = await self._rotate(tx, leaked=leaked, scheduled=False)
        await self._read()
        return kid

    async def rotate_after(self, days: int) -> str | None:
        """Rotate if the newest key is as old as this; replicas that come together do it once."""
        async with self._database.anonymous() as tx:
            await tx.execute(_LOCK)
            if not await tx.scalar(_DUE, {"days": days}):
                return None
            kid = await self._rotate(tx, leaked=False, scheduled=True)
        await self._read()
        return kid

    async def _rotate(self, tx: AsyncSession, *, leaked: bool, scheduled: bool) -> str:
        at_once = leaked or not await _signing(tx)
        lead = 0 if at_once else LEAD_SECONDS
        await tx.execute(_END_OTHERS, {"seconds": 0 if leaked else lead + self._linger})
        kid = await self._insert(tx, lead)
        log.warning("signing keys rotated: new key %s, leaked=%s", kid, leaked)
        await tx.execute(_AS_AUTHORITY)  # who alone writes what nobody in particular did
        keeper = await tx.scalar(select(Organisation.id).where(Organisation.type == "KPAI"))
        await events.record(
            tx,
            EventKind.KEYS_ROTATED,
            organisation_id=keeper,
            kid=kid,
            leaked=leaked,
            scheduled=scheduled,
        )
        return kid

    async def _make_first(self) -> None:
        """Two replicas that start together wait for each other; the second finds the key made."""
        async with self._database.anonymous() as tx:
            await tx.execute(_LOCK)
            if not await _signing(tx):
                kid = await self._insert(tx, 0)
                log.info("first signing key made: %s", kid)

    async def _insert(self, tx: AsyncSession, lead: int) -> str:
        key = ECKey.generate_key("P-256")
        kid = key.thumbprint()
        sealed = jwe.encrypt_compact(
            {"alg": "dir", "enc": "A256GCM", "cty": "jwk+json"},
            json.dumps(key.as_dict(private=True)),
            self._encryption_key,
        )
        public_jwk = json.dumps(_public_jwk(kid, key))
        await tx.execute(
            _INSERT, {"kid": kid, "public_jwk": public_jwk, "private_jwe": sealed, "lead": lead}
        )
        return kid

    async def _fresh(self, seconds: float = FRESH_SECONDS) -> _Ring:
        """What is known, if it is not older than this; else one look, which all who ask share."""
        if self._ring is not None and self._clock() - self._ring.read_at < seconds:
            return self._ring
        if self._reading is None or self._reading.done():
            self._reading = asyncio.create_task(self._read())
        return await asyncio.shield(self._reading)

    async def _read(self) -> _Ring:
        read_at = self._clock()
        async with self._database.anonymous() as tx:
            rows = (await tx.execute(_LIVE)).all()
        keys: dict[str, ECKey] = {}
        signer: ECKey | None = None
        sealed: list[str] = []
        for kid, private_jwe, signs in rows:
            key = self._open(kid, private_jwe)
            if key is None:
                sealed.append(kid)
                log.error("signing key %s does not open: it is not used", kid)
                continue
            keys[kid] = key
            if signs and signer is None:
                signer = key
        ring = _Ring(keys, signer, tuple(sealed), read_at)
        if self._ring is None or self._ring.read_at <= read_at:
            self._ring = ring
        return ring

    def _open(self, kid: str, private_jwe: str) -> ECKey | None:
        """The key in a row, or None when it was not sealed by us or belongs to another row."""
        try:
            opened = jwe.decrypt_compact(
                private_jwe, self._encryption_key, algorithms=["dir", "A256GCM"]
            )
            key = ECKey.import_key(json.loads(opened.plaintext or b""))
        except (JoseError, ValueError, TypeError):
            return None
        return key if key.is_private and key.thumbprint() == kid else None


async def _signing(tx: AsyncSession) -> bool:
    """Whether some live key signs already, be it one that we can open or not."""
    return any(row.signs for row in await tx.execute(_LIVE))


def _public_jwk(kid: str, key: ECKey) -> dict[str, Any]:
    return key.as_dict(private=False, kid=kid, use="sig", alg=ALGORITHM)
