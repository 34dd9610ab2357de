"""The public keys of clients (RFC 7591 ``jwks``, ``jwks_uri``), and of organisations' issuers.

What is fetched is kept for a few minutes by each process: it is public, and another replica that
still has yesterday's set asks again as soon as it meets a key it does not know. How often it may
ask is bounded, so that made-up key ids do not make us knock at somebody's door all day.
"""

import asyncio
import logging
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

from joserfc.errors import JoseError
from joserfc.jwk import ECKey, Key, KeySet, OKPKey, RSAKey

from auth.fetching import Fetcher, FetchRefused

MOST_KEYS = 20
FRESH_SECONDS = 300.0
"""How long a set is taken as it is."""
RETRY_SECONDS = 30.0
"""Between two fetches of one address, whatever the reason and however the first one ended."""
STALE_SECONDS = 3600.0
"""How long the last set is good for when it cannot be fetched again."""
_KEPT = 1000  # addresses
_RSA_BITS = range(2048, 8193)  # larger ones would only cost us time
_TYPES: dict[str, type[ECKey | OKPKey | RSAKey]] = {"EC": ECKey, "OKP": OKPKey, "RSA": RSAKey}
_EDDSA = frozenset({"EdDSA", "Ed25519"})
"""Two names of one algorithm: RFC 8037's, and RFC 9864's, which libraries begin to use."""
_CURVES = frozenset({"P-256", "P-384", "P-521", "Ed25519"})
_PRIVATE = frozenset({"d", "p", "q", "dp", "dq", "qi", "oth", "k"})

log = logging.getLogger(__name__)


class KeysUnavailable(Exception):
    """There are no keys to check a signature with; the message is a code."""


class KeyOwner(Protocol):
    """What is asked of a client."""

    @property
    def jwks(self) -> dict[str, Any] | None: ...
    @property
    def jwks_uri(self) -> str | None: ...


@dataclass
class _Kept:
    """What is known of an address."""

    keys: KeySet | None = None
    fetched: float = float("-inf")
    tried: float = float("-inf")
    fetching: asyncio.Task[None] | None = None


class ClientKeys:
    """Keys to check signatures of others with. One object a process."""

    def __init__(self, fetcher: Fetcher, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._fetcher = fetcher
        self._clock = clock
        self._kept: OrderedDict[str, _Kept] = OrderedDict()

    async def keys(self, client: KeyOwner, kid: str | None) -> KeySet:
        """The keys of a client, newly fetched when ``kid`` is not among them; KeysUnavailable."""
        if client.jwks is not None:
            return usable(client.jwks)
        if client.jwks_uri is None:
            raise KeysUnavailable("no_keys")
        return await self.at(client.jwks_uri, kid)

    async def at(self, address: str, kid: str | None) -> KeySet:
        """The keys published at an address."""
        kept = self._remembered(address)
        if self._wanting(kept, kid):
            await self._fetched(address, kept)
        if kept.keys is None or self._clock() - kept.fetched > STALE_SECONDS:
            raise KeysUnavailable("not_fetched")
        return kept.keys

    def _wanting(self, kept: _Kept, kid: str | None) -> bool:
        known = kept.keys is not None and (kid is None or any(kid == key.kid for key in kept.keys))
        return not known or self._clock() - kept.fetched > FRESH_SECONDS

    async def _fetched(self, address: str, kept: _Kept) -> None:
        """Wait for the fetch under way, or begin one if it is time. Several wait for one and the
        same, and it goes on when who asked for it has gone."""
        if kept.fetching is None:
            if self._clock() - kept.tried < RETRY_SECONDS:
                return
            kept.tried = self._clock()
            kept.fetching = asyncio.create_task(self._fetch(address, kept))
        await asyncio.shield(kept.fetching)

    async def _fetch(self, address: str, kept: _Kept) -> None:
        try:
            kept.keys = usable(await self._fetcher.get(address))
            kept.fetched = self._clock()
        except (FetchRefused, KeysUnavailable) as error:
            log.warning("keys not fetched: address=%s reason=%s", address, error)
        finally:
            kept.fetching = None

    def _remembered(self, address: str) -> _Kept:
        kept = self._kept.setdefault(address, _Kept())
        self._kept.move_to_end(address)
        if len(self._kept) > _KEPT:
            self._kept.popitem(last=False)
        return kept


def usable(jwks: dict[str, Any]) -> KeySet:
    """The keys of a set that may check a signature. A set may hold others as well: they are left
    out, as RFC 7517 section 5 asks for what is not understood."""
    listed = jwks.get("keys")
    if not isinstance(listed, list) or len(listed) > MOST_KEYS:
        raise KeysUnavailable("bad_key_set")
    found = [key for key in map(verifying_key, listed) if key is not None]
    if not found:
        raise KeysUnavailable("no_usable_key")
    return KeySet(found)


def verifying_key(jwk: object) -> Key | None:
    """A public key for signatures, of a kind and size we accept; None for any other."""
    if not isinstance(jwk, dict) or _PRIVATE & jwk.keys() or jwk.get("use", "sig") != "sig":
        return None
    kind = _TYPES.get(jwk["kty"]) if isinstance(jwk.get("kty"), str) else None
    if kind is None or not isinstance(jwk.get("kid", ""), str):
        return None
    if kind is not RSAKey and jwk.get("crv") not in _CURVES:
        return None
    if jwk.get("crv") == "Ed25519" and jwk.get("alg") in _EDDSA:
        jwk = {name: value for name, value in jwk.items() if name != "alg"}
    try:
        key = kind.import_key(jwk)
        key.check_key_op("verify")
        key.thumbprint()
        if isinstance(key, RSAKey) and key.public_key.key_size not in _RSA_BITS:
            return None
    except (JoseError, ValueError, TypeError, LookupError):
        return None
    return key
