"""Whether one client can slow down another: a good one asks A at a fixed pace while a hostile one
does its worst at its rate limit.

A request is timed from the moment it is due, so a server that stands still is not spared by a
client that waits for it. Quiet seconds and hostile ones take turns, and p99 is that of all seconds
of a kind together. The hostile client's bucket is empty to begin with: that is what "at its rate
limit" means. What a full one lets it do, eight requests at once, is measured first.
"""

import asyncio
import json
import os
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from typing import Any

from api.rate_limit import RateLimiter
from api.settings import Settings
from benchmarks.auth import bench_caller
from benchmarks.hostile import Hostile, Line
from benchmarks.queries import OPERATIONS
from benchmarks.report import Sheet
from benchmarks.served import OURS, Served
from benchmarks.servers import SENDER
from benchmarks.usage import Program, Started
from benchmarks.world import ROUNDS, SECONDS, World
from db.session import Database

RATE = int(Settings.model_fields["rate_points_per_minute"].default)
PACE = 40
"""Requests a second of the good client."""
MIXED = "all of them in turn"
SAVED = "all of them, with a minute's points at once"
KINDS = (SAVED, *Hostile().kinds, MIXED)
GOAL = 2.0
STEPS = 2 * ROUNDS * len(KINDS)
ONE = OPERATIONS[0]


class _Turns:
    """The seconds of one sort, quiet or hostile: how long answers took, and what was used."""

    def __init__(self, *programs: Program) -> None:
        self._programs = programs
        self.times: list[float] = []
        self._used = [0.0 for _ in programs]

    def add(self, served: Served) -> None:
        before = [program.spent() for program in self._programs]
        self.times += asyncio.run(_paced(served, SECONDS))
        spent = [program.spent() for program in self._programs]
        self._used = [u + s - b for u, s, b in zip(self._used, spent, before, strict=True)]

    def cores(self) -> list[float]:
        return [used / SECONDS / ROUNDS for used in self._used]

    def part(self, part: float) -> float:
        return sorted(self.times)[min(len(self.times) - 1, int(len(self.times) * part))] * 1e3


def measure(world: World, database: Program, step: Callable[[str], object]) -> Sheet:
    """The good client's times, and how often the hostile one was heard or refused."""
    sheet = Sheet(
        f"One client asks A {PACE} times a second; another does its worst, at its rate limit",
        "it sends", "p50 ms: quiet, hostile", "p99 ms: quiet, hostile", "p99 of quiet", "goal",
        "hostile/s", "of them 429", "cores it takes: server, PostgreSQL",
    )  # fmt: skip
    os.environ["BENCH_RATE"] = str(RATE)
    try:
        with Served(OURS, world) as served, _Attacker() as attacker:
            asyncio.run(_paced(served, 2.0))  # for getting warm
            for kind in KINDS:
                programs, told = (served.program, database), Counter[str]()
                quiet, hostile = _Turns(*programs), _Turns(*programs)
                for _ in range(ROUNDS):
                    step(f"fairness: before {kind}")
                    quiet.add(served)
                    step(f"fairness: {kind}")
                    if kind != SAVED:
                        asyncio.run(_drained(world))
                    attacker.begin(kind, served, SECONDS + 1)
                    time.sleep(0.5)
                    hostile.add(served)
                    told.update(attacker.end())
                sent = sum(told.values())
                ratio = hostile.part(0.99) / quiet.part(0.99)
                pairs = zip(hostile.cores(), quiet.cores(), strict=True)
                sheet.add(
                    kind, *(f"{quiet.part(p):.1f} · {hostile.part(p):.1f}" for p in (0.5, 0.99)),
                    f"{ratio:.2f}", f"under {GOAL:g}" if kind == MIXED else "",
                    f"{sent / ROUNDS / (SECONDS + 1):,.0f}", f"{told['429'] / sent:.0%}",
                    " · ".join(f"{max(0.0, with_it - without):.2f}" for with_it, without in pairs),
                )  # fmt: skip
    finally:
        del os.environ["BENCH_RATE"]
    return sheet


class _Attacker(Started):
    """The hostile client's process, for as long as the `with` lasts."""

    def __init__(self) -> None:
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
        super().__init__([sys.executable, "-m", "benchmarks.hostile"], **pipes)

    def begin(self, kind: str, served: Served, seconds: float) -> None:
        assert self._process.stdin
        token = served.world.tokens["sender"]
        order = {"kind": kind, "port": served.port, "token": token, "seconds": seconds}
        self._process.stdin.write(json.dumps(order) + "\n")
        self._process.stdin.flush()

    def end(self) -> dict[str, int]:
        assert self._process.stdout
        told: dict[str, int] = json.loads(self._process.stdout.readline())
        return told


async def _paced(served: Served, seconds: float) -> list[float]:
    """Seconds from when each request was due until it was answered."""
    order = {"port": served.port, "token": served.world.tokens["reader"]}
    bodies = [body.encode() for body in served.bodies(ONE)]
    free, times = list[Line](), list[float]()
    began = time.perf_counter()

    async def ask(number: int) -> None:
        due = began + number / PACE
        await asyncio.sleep(due - time.perf_counter())
        line = free.pop() if free else Line(order)
        status, answer = await line.post(bodies[number % len(bodies)])
        times.append(time.perf_counter() - due)
        free.append(line)
        if status != 200:
            raise SystemExit(f"the good client is answered {status} {answer[:300]!r}")

    await asyncio.gather(*(ask(number) for number in range(int(seconds * PACE))))
    return times


async def _drained(world: World) -> None:
    """Leave the hostile client nothing of what it may spend in a minute."""
    database = Database(world.app, pool_size=1)
    limiter: Any = RateLimiter(database, RATE)
    while await limiter.take(bench_caller(SENDER), RATE // 20) is None:
        pass
    await database.close()
