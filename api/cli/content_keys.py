"""`rangkul keys`, of content: making key-encryption keys, changing them, and letting them go."""

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING

from api.cli.console import Failure, out, say, step
from api.cli.keys import app

if TYPE_CHECKING:
    from api.settings import Settings
    from db.key_ring import KeyRing

BATCH = 2_000


@app.command("new-content-key")
def new_content_key() -> None:
    """Make the key that RANGKUL_CONTENT_KEYS names; in a file that is there, one that waits.

    A key that waits is used from the next `rotate-content-keys` on: time to bring the file to
    other hosts.

    Example: RANGKUL_CONTENT_KEYS=/etc/rangkul/content-keys.json rangkul keys new-content-key
    """
    from db.key_pkcs11 import SCHEME, Pkcs11Keys
    from db.key_ring import KeyRing

    named = _named(_settings())
    if named.startswith(SCHEME):
        keys = Pkcs11Keys(named)
        made = asyncio.run(keys.make_key())
        say(f"The key {keys.current!r} {'was made in' if made else 'is in'} the module.")
        return
    path = Path(named)
    if not path.exists():
        say(f"{path} was made, with the key {KeyRing.create(path).current!r}. Keep a copy of it")
        say("apart from the database's backups: without it no content can be read.")
        return
    ring = KeyRing.read(path)
    if ring.waiting is None:
        ring = ring.with_new_key()
        ring.write(path)
    say(f"The key {ring.waiting!r} waits in {path}. Bring this file to every host.")


@app.command("rotate-content-keys")
def rotate_content_keys() -> None:
    """Go over to a new key: the keys of all cases are sealed under it. Content is not touched.

    Servers may run meanwhile. Interrupted, the same command goes on where it was.

    Example: rangkul keys rotate-content-keys
    """
    from api.cli.operator import as_owner, owner_url
    from db import rekeying
    from db.key_pkcs11 import SCHEME
    from db.key_ring import KeyRing
    from db.vault import VaultFault

    settings = _settings()
    named = _named(settings)
    with owner_url(settings) as url:
        there = asyncio.run(as_owner(url, rekeying.hanging))
        if not named.startswith(SCHEME):
            _turn(KeyRing.read(Path(named)), Path(named), set(there))
        vault = settings.vault
        total = sum(there.values())
        done = 0
        with step("Sealing keys anew") as progress:
            try:
                while some := asyncio.run(
                    as_owner(url, lambda tx: rekeying.seal_anew(tx, vault, BATCH))
                ):
                    done += some
                    progress(f"{done:,} of at most {total:,}")
            except VaultFault as error:
                raise Failure(
                    "Something in the database does not open with the keys that are here: "
                    f"{type(error).__name__} {error}. `rangkul keys content-keys` shows which are "
                    "missing; former ones are named by RANGKUL_FORMER_CONTENT_KEYS."
                ) from None
        current = asyncio.run(rekeying.current(vault))
    say(f"Everything is sealed under {current!r} now ({done:,} keys were sealed anew).")


@app.command("content-keys")
def content_keys() -> None:
    """List the keys of content, and how much hangs on each.

    Example: rangkul keys content-keys
    """
    from rich.table import Column, Table

    from api.cli.operator import as_operator
    from db import rekeying

    settings = _settings()
    there = as_operator(settings, rekeying.hanging)
    current = asyncio.run(rekeying.current(settings.vault))
    ring = _ring(settings)
    names = [*(ring.names if ring else ()), current, *there]
    table = Table("Key", "State", Column("Keys under it", justify="right"))
    for name in dict.fromkeys(names):
        state = "current" if name == current else "former"
        if ring is not None and name == ring.waiting:
            state = "waits"
        table.add_row(name, state, f"{there.get(name, 0):,}")
    out.print(table)


@app.command("forget-content-key")
def forget_content_key(name: str) -> None:
    """Take a former key out of the file, once nothing hangs on it any more.

    Backups that were made while something did cannot be read afterwards: that is the point of it
    when content in them shall be gone for good.

    Example: rangkul keys forget-content-key 2026-11-25
    """
    from api.cli.operator import as_operator
    from db import rekeying

    settings = _settings()
    ring = _ring(settings)
    if ring is None or name not in ring.names:
        raise Failure(f"There is no key {name!r} in a file of RANGKUL_CONTENT_KEYS.")
    if name == ring.current:
        raise Failure(f"{name!r} is the current key. `rangkul keys rotate-content-keys` first.")
    if left := as_operator(settings, rekeying.hanging).get(name):
        raise Failure(
            f"{left:,} keys still hang on {name!r}. `rangkul keys rotate-content-keys` first."
        )
    ring.without(name).write(Path(_named(settings)))
    say(f"The key {name!r} is gone from the file. Delete it wherever else the file is kept.")


def _settings() -> "Settings":
    from api.cli.configuration import load
    from api.cli.operator import keyed

    return keyed(load())


def _named(settings: "Settings") -> str:
    if settings.content_keys is None:
        raise Failure(
            "RANGKUL_CONTENT_KEYS is not set: the key of content is derived from "
            "RANGKUL_KEY_ENCRYPTION_KEY, and changes with nothing else. Set it to a file, and make "
            "that with `rangkul keys new-content-key`."
        )
    return settings.content_keys


def _ring(settings: "Settings") -> "KeyRing | None":
    from db.key_pkcs11 import SCHEME
    from db.key_ring import KeyRing

    named = settings.content_keys
    return None if named is None or named.startswith(SCHEME) else KeyRing.read(Path(named))


def _turn(ring: "KeyRing", path: Path, there: set[str]) -> None:
    """Make the newest key current; unless the last change is not finished, which goes first."""
    if there - {ring.current}:
        return
    if ring.waiting is None:
        ring = ring.with_new_key()
    ring.turned().write(path)
