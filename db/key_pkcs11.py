"""Key-encryption keys in a hardware security module, reached by PKCS#11 (python-pkcs11).

A module is named as RFC 7512 has it, in one line without a secret in it:
``pkcs11:token=rangkul;object=content-2026?module-path=/usr/lib/softhsm/libsofthsm2.so&pin-source=file:/run/secrets/pin``.
``object`` is the label of the AES-256 key that is current; former keys are other objects of the
token. Keys never leave the module: what is sealed goes there and comes back, with AES-GCM.
"""

import asyncio
import secrets
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import unquote

from db.vault import NONCE, Damaged, KeysAway, KeyUnknown, VaultShut, Wrapped

SCHEME = "pkcs11:"
_TAG = 16
Answer = TypeVar("Answer")


class ModuleRefused(VaultShut):
    """The module cannot be used: it, its token, its PIN or its key is not there."""


class Pkcs11Keys:
    """A provider that asks a module, in one thread: a session does one thing at a time."""

    def __init__(self, uri: str) -> None:
        said = _parts(uri)
        try:
            self._module, self._token = said["module-path"], said["token"]
            self.current, self._pin = said["object"], said["pin-source"].removeprefix("file:")
        except KeyError as missing:
            raise ModuleRefused(
                f"RANGKUL_CONTENT_KEYS names no {missing.args[0]}. It is written "
                "pkcs11:token=...;object=...?module-path=/...&pin-source=file:/..."
            ) from None
        try:
            import pkcs11
        except ImportError:
            raise ModuleRefused(
                "Keys in a hardware module need a library that is not installed: "
                "pip install 'rangkul[hsm]'."
            ) from None
        self._library: Any = pkcs11
        self._session: Any = None
        self._keys: dict[str, Any] = {}
        self._thread = ThreadPoolExecutor(1, "pkcs11")

    async def wrap(self, key: bytes, bound_to: str) -> Wrapped:
        nonce = secrets.token_bytes(NONCE)

        def work() -> bytes:
            sealed: bytes = self._key(self.current).encrypt(key, **self._how(nonce, bound_to))
            return sealed

        return Wrapped(f"{SCHEME}{self.current}", nonce + await self._asked(work))

    async def unwrap(self, wrapped: Wrapped, bound_to: str) -> bytes:
        if not wrapped.kek_id.startswith(SCHEME):
            raise KeyUnknown(wrapped.kek_id)
        nonce, sealed = wrapped.sealed[:NONCE], wrapped.sealed[NONCE:]
        if len(sealed) < _TAG:
            raise Damaged
        label = wrapped.kek_id.removeprefix(SCHEME)

        said = self._library.exceptions
        changed = (said.EncryptedDataInvalid, said.EncryptedDataLenRange, said.GeneralError)

        def work() -> bytes:
            key = self._key(label)
            try:
                opened: bytes = key.decrypt(sealed, **self._how(nonce, bound_to))
            except changed:  # modules differ in what they say of a tag that is wrong
                raise Damaged from None
            return opened

        return await self._asked(work)

    async def make_key(self) -> bool:
        """Make the key that the setting names, never to leave the module; false: it is there."""

        def work() -> bool:
            try:
                self._key(self.current)
            except KeyUnknown:
                attribute = self._library.Attribute
                template = {attribute.SENSITIVE: True, attribute.EXTRACTABLE: False}
                self._opened(rw=True).generate_key(
                    self._library.KeyType.AES, 256, label=self.current, store=True,
                    template=template,
                )  # fmt: skip
                return True
            return False

        return await self._asked(work)

    def _how(self, nonce: bytes, bound_to: str) -> dict[str, Any]:
        parameters = self._library.GCMParams(nonce, aad=bound_to.encode(), tag_bits=_TAG * 8)
        return {
            "mechanism": self._library.Mechanism.AES_GCM,
            "mechanism_param": parameters,
        }

    async def _asked(self, work: Callable[[], Answer]) -> Answer:
        """Do it in the module's thread; once again when the session has ended meanwhile."""

        def patiently() -> Answer:
            for attempt in (1, 2):
                try:
                    return work()
                except (self._library.exceptions.PKCS11Error, OSError):
                    self._forget()
                    if attempt == 2:
                        raise KeysAway from None
            raise AssertionError

        return await asyncio.get_running_loop().run_in_executor(self._thread, patiently)

    def _key(self, label: str) -> Any:
        if label not in self._keys:
            try:
                self._keys[label] = self._opened().get_key(
                    label=label, key_type=self._library.KeyType.AES
                )
            except self._library.exceptions.NoSuchKey:
                raise KeyUnknown(f"{SCHEME}{label}") from None
        return self._keys[label]

    def _opened(self, *, rw: bool = False) -> Any:
        if rw:
            self._forget()
        if self._session is None:
            pin = Path(self._pin).read_text(encoding="utf-8").strip()
            token = self._library.lib(self._module).get_token(token_label=self._token)
            try:
                self._session = token.open(rw=rw, user_pin=pin)
            except self._library.exceptions.UserAlreadyLoggedIn:  # by another session of ours
                self._session = token.open(rw=rw)
        return self._session

    def _forget(self) -> None:
        session, self._session = self._session, None
        self._keys.clear()
        if session is not None:
            try:
                session.close()
            except self._library.exceptions.PKCS11Error:
                return  # it had ended


def _parts(uri: str) -> dict[str, str]:
    path, _, query = uri.removeprefix(SCHEME).partition("?")
    pairs = [part.partition("=") for part in (*path.split(";"), *query.split("&"))]
    return {name: unquote(value) for name, _, value in pairs if value}
