"""Receipts verified by programs of others, as docs/receipts.md has it, with nothing of ours."""

import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.clients.node import HERE
from tests.domain.receipts import ONE, OTHER, Made

PAGE = (HERE.parent.parent / "docs" / "receipts.md").read_text(encoding="utf-8")
TOOLS = ("openssl", "jq", "xxd", "base64")


def fence(language: str) -> str:
    [code] = re.findall(rf"^```{language}\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
    return str(code)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A genuine receipt, one whose second signature is the first one's, and the keys."""
    made = Made()
    keys = [jwk | {"kid": key.thumbprint()}
            for jwk, key in zip(made.jwks()["keys"], made.keys, strict=True)]  # fmt: skip
    (tmp_path / "keys.json").write_text(json.dumps({"keys": keys}))
    (tmp_path / "receipt.json").write_bytes(made.file())
    spoiled: Any = made.jws()
    spoiled["signatures"][1]["signature"] = spoiled["signatures"][0]["signature"]
    (tmp_path / "spoiled.json").write_text(json.dumps(spoiled))
    return tmp_path


def run(folder: Path, *command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command, cwd=folder, capture_output=True, text=True, check=False, timeout=60
    )


@pytest.mark.node
def test_with_jose(folder: Path) -> None:
    (folder / "node_modules").symlink_to(HERE / "node_modules")
    (folder / "verify.mjs").write_text(fence("js"))
    done = run(folder, "node", "verify.mjs", "receipt.json", "keys.json")
    assert done.returncode == 0, done.stderr
    assert [line.split() for line in done.stdout.splitlines()] == [
        ["BAST/RJK-2026-CONTOH", side["organisation"], "2026-11-25T08:30:05.000Z"]
        for side in (ONE, OTHER)
    ]
    spoiled = run(folder, "node", "verify.mjs", "spoiled.json", "keys.json")
    assert spoiled.returncode != 0
    assert "signature verification failed" in spoiled.stderr


@pytest.mark.skipif(not all(map(shutil.which, TOOLS)), reason=f"needs {', '.join(TOOLS)}")
def test_with_openssl(folder: Path) -> None:
    (folder / "verify.sh").write_text(fence("sh"))
    for number in ("0", "1"):
        done = run(folder, "sh", "verify.sh", "receipt.json", "keys.json", number)
        assert done.stdout == "Verified OK\n", done.stderr
    spoiled = run(folder, "sh", "verify.sh", "spoiled.json", "keys.json", "1")
    assert "Verified OK" not in spoiled.stdout
