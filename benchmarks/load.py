"""A small load generator: each connection sends its next request when the last is answered.

Runs as a process of its own, reads its orders as JSON from standard input, and prints the times.
"""

import asyncio
import json
import subprocess
import sys
import time
from typing import Any

import uvloop

from benchmarks.usage import Started


class Load(Started):
    """The load generator, for as long as the `with` lasts."""

    def __init__(self) -> None:
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
        super().__init__([sys.executable, "-m", "benchmarks.load"], **pipes)

    def drive(self, order: dict[str, Any]) -> dict[str, float]:
        """Have an order carried out; any request that fails ends the measuring."""
        assert self._process.stdin and self._process.stdout
        self._process.stdin.write(json.dumps(order) + "\n")
        self._process.stdin.flush()
        answer: dict[str, Any] = json.loads(self._process.stdout.readline())
        if answer.pop("failures"):
            raise SystemExit(f"{order['path']} on port {order['port']}: {answer['failure']}")
        del answer["failure"]
        return answer


async def _one(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, request: bytes
) -> tuple[int, bytes]:
    writer.write(request)
    head = await reader.readuntil(b"\r\n\r\n")
    status = int(head[9:12])
    lines = head.lower().split(b"\r\n")
    length = next(int(line[15:]) for line in lines if line.startswith(b"content-length:"))
    return status, await reader.readexactly(length)


async def _worker(order: dict[str, Any], requests: list[bytes], until: float, turn: int) -> Any:
    reader, writer = await asyncio.open_connection(order["host"], order["port"])
    times, failures = [], []
    while time.perf_counter() < until:
        started = time.perf_counter()
        status, body = await _one(reader, writer, requests[turn % len(requests)])
        times.append(time.perf_counter() - started)
        if status != 200 or b'"errors"' in body[:2_000] or b'"Refused"' in body:
            failures.append(f"{status} {body[:500].decode(errors='replace')}")
        turn += order["concurrency"]
    writer.close()
    return times, failures


async def run(order: dict[str, Any]) -> dict[str, Any]:
    """Send the requests in turn, so many at once, for so many seconds."""
    requests = [
        (
            f"POST {order['path']} HTTP/1.1\r\nhost: {order['host']}\r\n"
            f"content-type: application/json\r\ncontent-length: {len(body.encode())}\r\n"
            f"authorization: Bearer {order['token']}\r\n\r\n{body}"
        ).encode()
        for body in order["bodies"]
    ]
    began = time.perf_counter()
    until = began + order["seconds"]
    results = await asyncio.gather(
        *(_worker(order, requests, until, n) for n in range(order["concurrency"]))
    )
    times = sorted(t for ts, _ in results for t in ts)
    failures = [failure for _, found in results for failure in found]
    return {
        "requests": len(times),
        "rate": len(times) / (time.perf_counter() - began),
        "p50": times[len(times) // 2] * 1000,
        "p99": times[min(len(times) - 1, int(len(times) * 0.99))] * 1000,
        "failures": len(failures),
        "failure": failures[0] if failures else None,
    }


if __name__ == "__main__":
    for line in sys.stdin:
        print(json.dumps(uvloop.run(run(json.loads(line)))), flush=True)
