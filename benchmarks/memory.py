"""What the server keeps in memory under load that goes on: `python -m benchmarks memory 60`.

Everything is asked in turns, 16 at once; and every second document that reads is one of its own, as
of clients that write values into them, so that what is kept by document has to let go of some. Half
of those get a plan of their own, and half are of the kind that graphql-core answers.
"""

import asyncio
import json
import time
from collections.abc import Callable
from dataclasses import replace
from random import Random

from benchmarks.load import Load
from benchmarks.queries import OPERATIONS, Operation
from benchmarks.report import Sheet
from benchmarks.served import OURS, Served
from benchmarks.world import World, tokens

POINTS = 24
SLICE = 5.0
"""Seconds of one kind of request."""
DOCUMENTS = 2_000


class Varied(Served):
    """Asks every second time with a document that was hardly ever seen before."""

    def bodies(self, operation: Operation) -> list[str]:
        bodies = super().bodies(operation)
        if operation.key == "send":
            return bodies
        random = Random()
        varied = []
        for n in range(DOCUMENTS):
            body = json.loads(bodies[n % len(bodies)])
            alias = f"a{random.getrandbits(48):x}"
            if n % 4 == 1:
                body["query"] = body["query"].replace("id number", f"id {alias}: number", 1)
            elif n % 4 == 3:
                body["query"] = body["query"].replace("{", f"{{ {alias}: __typename ", 1)
            varied.append(json.dumps(body))
        return varied


def measure(world: World, minutes: float, step: Callable[[str, float], object]) -> Sheet:
    """Resident memory, from beginning to end, at most so many times."""
    sheet = Sheet(
        f"Resident memory of the server under {minutes:g} minutes of load",
        "minutes", "requests", "MB", "requests/s",
    )  # fmt: skip
    began, requests, points = time.monotonic(), 0, 0
    with Load() as load, Varied(OURS, world) as served:
        sheet.add("0", "0", f"{_resident(served):.0f}", "")
        last = began, 0
        while (elapsed := (time.monotonic() - began) / 60) < minutes:
            served.world = replace(world, tokens=asyncio.run(tokens(world.app)))
            for operation in OPERATIONS[:4]:
                requests += _asked(served, load, operation)
            before, elapsed = elapsed, (time.monotonic() - began) / 60
            step(f"memory: {_resident(served):.0f} MB", elapsed - before)
            if elapsed >= min(minutes, (points + 1) * minutes / POINTS):
                points = int(elapsed * POINTS / minutes)
                now = time.monotonic()
                rate = (requests - last[1]) / (now - last[0])
                last = now, requests
                told = f"{elapsed:.1f}", f"{requests:,}", f"{_resident(served):.0f}", f"{rate:,.0f}"
                sheet.add(*told)
    return sheet


def _asked(served: Served, load: Load, operation: Operation) -> int:
    order = served.order(operation, concurrency=16, seconds=SLICE)
    return int(load.drive(order)["requests"])


def _resident(served: Served) -> float:
    return sum(served.program.resident())
