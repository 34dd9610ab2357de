"""`rangkul ledger`: verifying from files and from the tables, exporting, and a million entries."""

import asyncio
import json
import time
from pathlib import Path
from typing import Any

import orjson
import pytest

from domain.ledger import entry
from tests.api.test_cli import Run, run  # noqa: F401  (a fixture)
from tests.conftest import Databases
from tests.ledger import paper
from tests.ledger.scenes import Book
from tests.world import SETTINGS


@pytest.fixture
def keys(tmp_path: Path) -> str:
    path = tmp_path / "keys.json"
    path.write_bytes(orjson.dumps(paper.jwks()))
    return str(path)


def written(tmp_path: Path, lines: Any, name: str = "ledger.jsonl") -> str:
    path = tmp_path / name
    with path.open("wb") as stream:
        for line in lines:
            stream.write(orjson.dumps(line) + b"\n")
    return str(path)


def test_a_ledger_that_is_whole(run: Run, tmp_path: Path, keys: str) -> None:  # noqa: F811
    lines = list(paper.lines(50, 7))
    said = run("ledger", "verify", written(tmp_path, lines), "--keys", keys)
    assert said == "Nothing is wrong with 50 entries under 8 signed heads.\n"
    head = written(tmp_path, [lines[-1]], "head.json")
    run("ledger", "verify", written(tmp_path, lines), "--keys", keys, "--head", head)
    bare = tmp_path / "bare"
    bare.write_text(lines[-1]["head"])
    run("ledger", "verify", written(tmp_path, lines), "--keys", keys, "--head", str(bare))
    short = written(tmp_path, lines[:-1])
    code, said, _ = run.any("ledger", "verify", short, "--keys", keys, "--head", head)
    assert code == 0, "all fifty are there; the head that was kept signs for the last one"
    assert "1 entries after the last signed head are nobody's word yet" in said


def test_a_ledger_that_was_tampered_with(run: Run, tmp_path: Path, keys: str) -> None:  # noqa: F811
    lines = list(paper.lines(50, 7))
    lines[20]["entry"]["reader"] = "x\x1b[2Jy"
    index, id = lines[20]["entry"]["index"], lines[20]["entry"]["id"]
    code, said, _ = run.any("ledger", "verify", written(tmp_path, lines), "--keys", keys)
    assert code == 1
    assert f"CHANGED entry {index}, {id}, line 21: it says something else than was hashed" in said
    assert "Something is wrong" in said
    code, said, _ = run.any("ledger", "verify", written(tmp_path, lines), "--keys", keys, "--json")
    assert code == 1
    told = json.loads(said)
    assert (told["whole"], told["total"], told["entries"]) == (False, 1, 50)
    assert told["findings"][0] == {
        "wrong": "CHANGED", "what": "it says something else than was hashed", "index": index,
        "id": id, "line": 21,
    }  # fmt: skip


def test_receipts(run: Run, tmp_path: Path, keys: str) -> None:  # noqa: F811
    made = paper.Receipts(40, 7)
    lines = made.made()
    run("ledger", "verify", written(tmp_path, lines), "--keys", keys)
    code, said, _ = run.any("ledger", "verify", written(tmp_path, lines[:9] + lines[10:]),
                            "--keys", keys)  # fmt: skip
    assert code == 1
    assert f"receipt number 10 of {paper.ME} is not there" in said


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ([], "Name a file, or --database"),
        (["x.jsonl", "--database"], "Name a file, or --database"),
        (["x.jsonl"], "Name the public keys"),
        (["x.jsonl", "--keys", "nowhere"], "nowhere cannot be read"),
        (["x.jsonl", "--keys", "KEYS"], "x.jsonl cannot be read"),
        (["EMPTY", "--keys", "KEYS"], "is empty"),
        (["EMPTY", "--keys", "EMPTY"], "is no JSON"),
        (["LEDGER", "--keys", "LEDGER"], "is no JSON"),
        (["LEDGER", "--keys", "KEYS", "--head", "KEYS"], "it is no signed tree head"),
    ],
)
def test_what_cannot_be_checked(
    run: Run,  # noqa: F811
    tmp_path: Path,
    keys: str,
    arguments: list[str],
    sentence: str,
) -> None:
    files = {
        "KEYS": keys,
        "EMPTY": written(tmp_path, [], "empty"),
        "LEDGER": written(tmp_path, paper.lines(3, 2)),
    }
    code, _, err = run.any("ledger", "verify", *(files.get(one, one) for one in arguments))
    assert code == 2
    assert sentence in err


@pytest.fixture
async def operated(
    book: Book, databases: Databases, database_name: str, monkeypatch: pytest.MonkeyPatch
) -> Book:
    """A ledger in the tables, for the command to find."""
    monkeypatch.setenv("MIGRATION_DATABASE_URL", databases.owner_url(database_name))
    monkeypatch.setenv("DATABASE_URL", databases.app_url(database_name))
    assert SETTINGS.key_encryption_key is not None
    secret = SETTINGS.key_encryption_key.get_secret_value()
    monkeypatch.setenv("RANGKUL_KEY_ENCRYPTION_KEY", secret)
    await book.write(1, 2, count=5)
    await book.seal()
    return book


async def test_the_operator_checks_and_gives_out(
    run: Run,  # noqa: F811
    operated: Book,
    tmp_path: Path,
    databases: Databases,
    database_name: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("MIGRATION_DATABASE_URL", databases.owner_url(database_name))
    monkeypatch.setenv("DATABASE_URL", databases.app_url(database_name))
    assert SETTINGS.key_encryption_key is not None
    monkeypatch.setenv("RANGKUL_KEY_ENCRYPTION_KEY", SETTINGS.key_encryption_key.get_secret_value())

    async def command(*arguments: str) -> tuple[object, str, str]:
        return await asyncio.to_thread(run.any, "ledger", *arguments)

    code, said, err = await command("verify", "--database")
    assert (code, said) == (0, "Nothing is wrong with 5 entries under 1 signed heads.\n"), err
    ledger, keys = tmp_path / "out.jsonl", tmp_path / "out.keys"
    code, said, err = await command("export", "--output", str(ledger))
    assert (code, "5 entries are in" in said) == (0, True), err
    code, said, err = await command("keys")
    assert code == 0, err
    keys.write_text(said)
    code, said, err = await command("verify", str(ledger), "--keys", str(keys))
    assert (code, said) == (0, "Nothing is wrong with 5 entries under 1 signed heads.\n"), err
    code, said, err = await command("new-key")
    assert (code, "The new key is" in said) == (0, True), err
    await operated.write()
    assert await operated.seal() == 1
    await operated.sql("update ledger_entry set request_id = 'lain'")
    code, said, _ = await command("verify", "--database", "--json")
    assert code == 1
    assert [one["index"] for one in json.loads(said)["findings"]] == [0, 1, 2, 3, 4, 5]


@pytest.mark.parametrize("how", ["changed", "removed", "reordered", "backdated"])
def test_one_among_many_and_how_long_it_takes(
    run: Run,  # noqa: F811
    tmp_path: Path,
    keys: str,
    how: str,
) -> None:
    """A hundred thousand here, so that a million takes ten times as long; the time is printed."""
    size, victim = 100_000, 71_234
    lines = list(paper.lines(size, 2_000))
    place = victim + victim // 2_000
    line = lines[place]
    if how == "changed":
        line["entry"]["client"] = "00000000-0000-0000-0000-0000000000ff"
        line["leaf"] = entry.leaf(line["entry"]).hex()  # by somebody who knows the form
    elif how == "backdated":
        line["entry"]["at"] = entry.written(paper.BEGAN)
        line["leaf"] = entry.leaf(line["entry"]).hex()
    elif how == "removed":
        del lines[place]
    else:
        lines.insert(10, lines.pop(place))
    path = written(tmp_path, lines)
    began = time.perf_counter()
    code, said, _ = run.any("ledger", "verify", path, "--keys", keys, "--json")
    print(f"\n{how}: {size} entries in {time.perf_counter() - began:.1f} s")
    assert code == 1
    told = json.loads(said)
    assert {one["index"] for one in told["findings"]} == {victim}
    wrong = {one["wrong"] for one in told["findings"]}
    assert wrong == {"backdated": {"CHANGED", "BACKDATED"}}.get(how, {how.upper()})
