"""The examples of docs/security.md, run as they stand there against a server."""

import asyncio
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.clients.node import HERE, run
from tests.clients.people import Crowd
from tests.clients.served import Served

PAGE = (HERE.parent.parent / "docs" / "security.md").read_text(encoding="utf-8")


def fences(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)


async def python(code: str, where: Path, **variables: str) -> str:
    done = await asyncio.to_thread(
        subprocess.run,
        [sys.executable, "-c", code],
        cwd=where,
        env=os.environ | variables,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


async def test_the_system_with_a_key_of_its_own(served: Served, tmp_path: Path) -> None:
    keys, program = fences("python")
    jwks = json.loads(await python(keys, tmp_path))
    assert [sorted(key) for key in jwks["keys"]] == [["alg", "crv", "kid", "kty", "use", "x", "y"]]
    assert (tmp_path / "client-key.json").stat().st_mode & 0o777 == 0o600
    client = await served.partner(jwks=jwks)
    program = program.replace("http://127.0.0.1:8000", served.address)
    said = await python(program, tmp_path, CLIENT_ID=client.key)
    for line in said.splitlines():
        viewer = json.loads(line)["data"]["viewer"]
        assert viewer["clientId"] == client.key
        assert set(viewer["scopes"]) == {"organisation:read", "mou:read"}
    assert len(said.splitlines()) == 2


@pytest.mark.node
async def test_the_portal_in_a_browser(served: Served, crowd: Crowd) -> None:
    client, person = await served.portal(), await crowd.somebody()
    [code] = fences("js")
    for was, now in (
        ("https://rangkul.example", served.address),
        ("portal-1a2b3c4d", client.key),
        ('algorithm: "oauth2"', 'algorithm: "oauth2", execute: [client.allowInsecureRequests]'),
    ):
        assert was in code
        code = code.replace(was, now)
    module = HERE / "node_modules" / f"portal-{os.getpid()}.mjs"  # where it finds its library
    module.write_text(code, encoding="utf-8")
    try:
        seen = await run(
            "portal.mjs",
            scenario="portal",
            address=served.address,
            module=str(module),
            browser=person.decide,
        )
    finally:
        module.unlink()
    for answer in (seen["first"], seen["renewed"]):
        assert set(answer["data"]["viewer"]["scopes"]) == {"organisation:read", "mou:read"}
    assert seen["left over"] == 0
