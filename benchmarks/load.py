"""A small load generator: each connection sends its next request when the last is answered.

Runs as a process of its own, reads its orders as JSON from standard input, and prints the times.
"""

import asyncio
import json
import sys
import time
from typing import Any


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
    times, failures = [], 0
    while time.perf_counter() < until:
        started = time.perf_counter()
        status, body = await _one(reader, writer, requests[turn % len(requests)])
        times.append(time.perf_counter() - started)
        failures += status != 200 or b'"errors"' in body[:2_000] or b'"Refused"' in body
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
    until = time.perf_counter() + order["seconds"]
    results = await asyncio.gather(
        *(_worker(order, requests, until, n) for n in range(order["concurrency"]))
    )
    times = sorted(t for ts, _ in results for t in ts)
    return {
        "rate": len(times) / order["seconds"],
        "p50": times[len(times) // 2] * 1000,
        "p99": times[min(len(times) - 1, int(len(times) * 0.99))] * 1000,
        "failures": sum(f for _, f in results),
    }


if __name__ == "__main__":
    for line in sys.stdin:
        print(json.dumps(asyncio.run(run(json.loads(line)))), flush=True)
