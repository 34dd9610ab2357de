"""Running a script of this folder in Node, and being the browser it sends a person to."""

import asyncio
import json
from asyncio.subprocess import PIPE, Process
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
PATIENCE = 150.0

Browser = Callable[[str, str], Awaitable[str]]
"""Takes an address and yes or no; answers where the person was sent in the end."""


async def _nobody(address: str, answer: str) -> str:
    raise AssertionError(f"nobody is there to be sent to {address} ({answer})")


async def run(script: str, *, browser: Browser = _nobody, **given: Any) -> dict[str, Any]:
    """Play a scenario to its end; what the script saw, by name."""
    process = await asyncio.create_subprocess_exec(
        "node", script, cwd=HERE, stdin=PIPE, stdout=PIPE, stderr=PIPE, limit=2**24
    )
    assert process.stderr is not None
    errors = asyncio.create_task(process.stderr.read())
    try:
        async with asyncio.timeout(PATIENCE):
            seen = await _converse(process, browser, given)
            code = await process.wait()
    except BaseException:
        if process.returncode is None:
            process.kill()
        print((await errors).decode())
        raise
    said = (await errors).decode()
    assert code == 0, f"{said}\n{seen}"
    return seen


async def _converse(process: Process, browser: Browser, given: dict[str, Any]) -> dict[str, Any]:
    assert process.stdin is not None
    assert process.stdout is not None
    seen: dict[str, Any] = {}
    process.stdin.write(json.dumps(given).encode() + b"\n")
    while line := await process.stdout.readline():
        message = json.loads(line)
        if "saw" in message:
            seen[message["saw"]] = message["value"]
        else:
            where = await browser(message["sent"], message["answer"])
            process.stdin.write(json.dumps(where).encode() + b"\n")
    return seen
