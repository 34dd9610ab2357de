"""`rangkul receipt`: a verdict anyone can ask for, with no server and no settings."""

import json
from pathlib import Path
from typing import Any

import pytest

from domain.receipt_document import hash_of
from domain.receipt_keys import Custody
from domain.receipt_pdf import rendered
from tests.api.test_cli import Run, operator_run, run  # noqa: F401  (fixtures)
from tests.conftest import Databases
from tests.domain.receipts import HASH, ONE, OTHER, Made, facts
from tests.world import KPAI_ID


@pytest.fixture
def made(tmp_path: Path) -> Made:
    """A receipt in the folder where the command is run, with its keys."""
    one = Made()
    (tmp_path / "receipt.json").write_bytes(one.file())
    (tmp_path / "receipt.pdf").write_bytes(rendered(one.text, HASH, one.jws()))
    (tmp_path / "keys.json").write_text(json.dumps(one.jwks()))
    return one


@pytest.mark.parametrize("file", ["receipt.json", "receipt.pdf"])
def test_a_genuine_receipt_says_who_signed_and_when(run: Run, made: Made, file: str) -> None:  # noqa: F811
    said = run("receipt", "verify", file, "--keys", "keys.json")
    kids = [key.thumbprint() for key in made.keys]
    for told in (
        "BAST/RJK-2026-CONTOH", ONE["name"], OTHER["name"], "2026-11-25 08:30:05 UTC", *kids,
        "SAH / GENUINE", hash_of(made.text),
    ):  # fmt: skip
        assert told in said


def test_without_keys_it_does_not_say_genuine(run: Run, made: Made) -> None:  # noqa: F811
    code, said, _ = run.any("receipt", "verify", "receipt.pdf")
    assert code == 2
    assert "UTUH" in said
    assert "GENUINE" not in said


def test_what_was_tampered_with_is_named_in_both_languages(
    run: Run,  # noqa: F811
    made: Made,
    tmp_path: Path,
) -> None:
    jws = made.jws()
    jws["signatures"][1]["signature"] = jws["signatures"][0]["signature"]
    (tmp_path / "spoiled.json").write_text(json.dumps(jws))
    code, said, _ = run.any("receipt", "verify", "spoiled.json", "--keys", "keys.json")
    assert code == 1
    assert f"Tanda tangan {OTHER['name']} tidak cocok" in said
    assert f"The signature of {OTHER['name']} does not fit" in said
    assert "TIDAK SAH / NOT GENUINE" in said
    assert ONE["name"] in said  # whose signature holds all the same


def test_the_keys_of_others_do_not_do(run: Run, made: Made, tmp_path: Path) -> None:  # noqa: F811
    (tmp_path / "others.json").write_text(json.dumps(Made().jwks()))
    code, said, _ = run.any("receipt", "verify", "receipt.json", "--keys", "others.json")
    assert code == 1
    assert "is not among the keys given" in said


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "neither JSON nor a PDF"),
        (b"{}", "no receipt"),
        (b"%PDF-1.4 broken", "damaged"),
    ],
)
def test_a_file_that_is_no_receipt(run: Run, tmp_path: Path, content: bytes, told: str) -> None:  # noqa: F811
    (tmp_path / "x").write_bytes(content)
    assert told in run.fails("receipt", "verify", "x")


def test_keys_that_are_none_and_files_that_are_not_there(
    run: Run,  # noqa: F811
    made: Made,
    tmp_path: Path,
) -> None:
    for text in ("", "[]", "{}", '{"keys": 1}'):
        (tmp_path / "bad.json").write_text(text)
        assert "no JWK Set" in run.fails("receipt", "verify", "receipt.json", "--keys", "bad.json")
    assert "cannot be read" in run.fails("receipt", "verify", "nowhere.pdf")
    assert "cannot be read" in run.fails("receipt", "verify", "receipt.pdf", "--keys", "nowhere")


def test_a_terminal_obeys_nothing_in_the_file(run: Run, tmp_path: Path) -> None:  # noqa: F811
    nasty = Made(facts(number="\x1b[2J\x07", **{"from": ONE | {"name": "A\x1b]0;x\x07\u202eB"}}))
    (tmp_path / "nasty.json").write_bytes(nasty.file())
    _, said, _ = run.any("receipt", "verify", "nasty.json")
    assert not {"\x1b", "\x07", "\u202e"} & set(said)
    assert "A?]0;x??B" in said


@pytest.mark.usefixtures("database")
def test_keys_are_listed_and_rotated(
    operator_run: Run,  # noqa: F811
    databases: Databases,
    database_name: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from api.settings import Settings

    custody = Custody(Settings().auth)

    def keys(*more: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = json.loads(operator_run("receipt", "keys", *more))["keys"]
        return found

    assert keys() == []
    _put(databases.owner_url(database_name), custody)
    [key] = keys("--organisation", "KPAI")
    assert "retired_at" not in key
    assert "d" not in key
    assert "1" in operator_run("receipt", "rotate-keys")
    [key] = keys()
    assert key["retired_at"]
    assert "0" in operator_run("receipt", "rotate-keys", "--organisation", "KPAI")
    # Under another key-encryption key nobody vouches for it, until the operator does.
    from api.cli.home import new_secret

    monkeypatch.setenv("RANGKUL_KEY_ENCRYPTION_KEY", new_secret())
    assert keys() == []
    operator_run("receipt", "rotate-keys", "--adopt")
    assert [one["kid"] for one in keys()] == [key["kid"]]


def _put(url: str, custody: Custody) -> None:
    """A key of KPAI, as its first receipt would make it."""
    import asyncio

    from sqlalchemy import text

    from api.cli.operator import session

    async def insert() -> None:
        async with session(url) as tx:
            await tx.execute(
                text(
                    "insert into organisation_key"
                    " (id, organisation_id, kid, jwk, sealed, custodial, attested) values"
                    " (:id, :organisation_id, :kid, cast(:jwk as jsonb), :sealed, true, :attested)"
                ),
                custody.made(KPAI_ID),
            )

    asyncio.run(insert())
