"""The keys of content by command: made, changed while a server runs, and let go."""

import asyncio
import json
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text

from api.settings import Settings
from db.key_ring import KeyRing
from db.session import Database
from db.vault import KeyUnknown, Vault
from tests.api.test_cli import Run, operator_run, run
from tests.conftest import Databases

__all__ = ["operator_run", "run"]  # fixtures


def do(databases: Databases, name: str, vault: Vault, work: Any) -> Any:
    """Work in a transaction of the owner, with a vault."""

    async def within() -> Any:
        database = Database(databases.owner_url(name), pooled=False, info={"vault": vault})
        try:
            async with database.anonymous() as tx:
                return await work(tx)
        finally:
            await database.close()

    return asyncio.run(within())


def test_keys_are_made_changed_and_let_go(
    operator_run: Run,
    monkeypatch: pytest.MonkeyPatch,
    databases: Databases,
    database_name: str,
    tmp_path: Path,
) -> None:
    run = operator_run
    said = run.fails("keys", "rotate-content-keys")
    assert "RANGKUL_CONTENT_KEYS is not set" in said

    # Cases that were begun under the derived key, and a server that is told of a file.
    begin = Settings(_env_file=None).vault  # type: ignore[call-arg]
    cases = [do(databases, database_name, begin, begin.begin_case) for _ in range(3)]
    words = do(databases, database_name, begin, lambda tx: begin.key_for(tx, "words"))
    path = tmp_path / "keys.json"
    monkeypatch.setenv("RANGKUL_CONTENT_KEYS", str(path))
    assert "is not there" in run.fails("keys", "rotate-content-keys")
    assert "was made" in run("keys", "new-content-key")
    assert path.stat().st_mode & 0o777 == 0o600
    first = KeyRing.read(path).current
    serving = Settings(_env_file=None).vault  # type: ignore[call-arg]

    assert "(4 keys were sealed anew)" in run("keys", "rotate-content-keys")
    assert KeyRing.read(path).names == [first]  # it only finished what was begun
    said = run("keys", "content-keys")
    assert first in said and "current" in said and "derived" not in said

    # A second key waits, then is used; the server that runs meets it by itself.
    assert "waits" in run("keys", "new-content-key")
    assert "waits" in run("keys", "new-content-key")  # the same one
    assert "waits" in run("keys", "content-keys")
    assert len(KeyRing.read(path).names) == 2
    assert "(4 keys were sealed anew)" in run("keys", "rotate-content-keys")
    second = KeyRing.read(path).current
    assert second != first
    for case_id, key in cases:
        sealed = key.seal("place", "rahasia")
        opened = do(databases, database_name, serving, lambda tx: serving.case_key(tx, case_id))  # noqa: B023
        assert opened.open("place", sealed) == "rahasia"
    fresh = Settings(_env_file=None).vault  # type: ignore[call-arg]
    assert do(databases, database_name, fresh, lambda tx: fresh.key_for(tx, "words")) == words
    late, _ = do(databases, database_name, serving, serving.begin_case)
    assert kek(databases, database_name, serving, late) == second

    # What still hangs on a key keeps it.
    slow = Vault(KeyRing(first, {first: KeyRing.read(path)._keys[first]}))
    do(databases, database_name, slow, slow.begin_case)
    assert "1 keys still hang" in run.fails("keys", "forget-content-key", first)
    assert "is the current key" in run.fails("keys", "forget-content-key", second)
    assert "There is no key" in run.fails("keys", "forget-content-key", "nobody")
    assert "(1 keys were sealed anew)" in run("keys", "rotate-content-keys")
    assert KeyRing.read(path).current == second
    assert "is gone" in run("keys", "forget-content-key", first)
    assert KeyRing.read(path).names == [second]
    third = run("keys", "rotate-content-keys")
    assert second not in third

    # A key that is missing is said, and nothing is sealed anew.
    other = json.loads(path.read_text())
    KeyRing("lost", {"lost": bytes(32)}).write(path)
    said = run.fails("keys", "rotate-content-keys")
    assert "does not open with the keys that are here" in said and other["current"] in said
    with pytest.raises(KeyUnknown):
        gone = Settings(_env_file=None).vault  # type: ignore[call-arg]
        do(databases, database_name, gone, lambda tx: gone.case_key(tx, late))


def kek(databases: Databases, name: str, vault: Vault, case_id: UUID) -> str:
    async def work(tx: Any) -> str:
        found = text("select kek_id from case_file where id = :id")
        return str(await tx.scalar(found, {"id": case_id}))

    return str(do(databases, name, vault, work))
