"""Whether cost follows what is asked for: the same page in a small world and in a large one; and
what a second worker process brings.
"""

import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from statistics import median

from benchmarks.compare import MIDDLE
from benchmarks.load import Load
from benchmarks.queries import OPERATIONS
from benchmarks.report import Sheet
from benchmarks.served import FLOOR, OURS, Served
from benchmarks.usage import Program
from benchmarks.world import HANDOFFS, ROUNDS, SECONDS, World

SIZES = (max(1_000, HANDOFFS // 10), HANDOFFS * 10)
"""A page of 20 is there from a thousand on."""
TURNS = 2 * ROUNDS + 1
PAGE = OPERATIONS[1]
STEPS = 2 * 2 * (TURNS + 1)
WORKER_STEPS = 2 * 3 * 2 * (ROUNDS + 1)
SLOT, CYCLE = 0.006, 0.05
"""Seconds that a worker may run, and of how many, when it is held back."""


def measure(worlds: Sequence[World], database: Program, step: Callable[[str], object]) -> Sheet:
    """Page B with sections opened and reading written down, in turns in both worlds."""
    sheet = Sheet(
        f"B in worlds of different size, {MIDDLE} at once: ms of processor a request",
        "of", "handoffs", "server ms", "PostgreSQL ms", "together", "of the small one", "goal",
        "requests/s",
    )  # fmt: skip
    with Load() as load:
        for side in (OURS, FLOOR):
            with ExitStack() as stack:
                served = [stack.enter_context(Served(side, world)) for world in worlds]
                runs: list[list[dict[str, float]]] = []
                for turn in range(-1, TURNS):
                    found = {}
                    for one in served if turn % 2 else reversed(served):
                        step(f"growth: {side}, {one.world.handoffs:,} handoffs")
                        found[one] = one.drive(load, database, PAGE, MIDDLE, SECONDS)
                    if turn >= 0:  # what comes before is for getting warm
                        runs.append([found[one] for one in served])
            ratios = sorted(_cost(large) / _cost(small) for small, large in runs)
            for place, world in enumerate(worlds):
                of = [turn[place] for turn in runs]
                first = "" if place else side
                more = f"{median(ratios):.2f} ({ratios[0]:.2f}-{ratios[-1]:.2f})" if place else ""
                sheet.add(
                    first, f"{world.handoffs:,}", _told(of, "server"), _told(of, "database"),
                    f"{median(map(_cost, of)):.2f}", more,
                    "under 1.2" if place and side == OURS else "",
                    f"{median(run['rate'] for run in of):,.0f}",
                )  # fmt: skip
    return sheet


def workers(world: World, database: Program, step: Callable[[str], object]) -> Sheet:
    """One worker process and two, in turns: as they are, and each held to a share of a core.

    Where two cores are all there is, PostgreSQL and not the worker is what is busy, and a second
    one brings nothing. Held back, workers are what a request waits for; two then serve twice as
    much, unless one has to wait for the other.
    """
    sheet = Sheet(
        f"One worker and two, 64 at once; free, and held to {SLOT / CYCLE:.0%} of a core each",
        "operation", "workers", "one/s", "two/s", "two of one", "server ms: one, two",
        "cores of server: one, two", "of PostgreSQL", "MB of each process",
    )  # fmt: skip
    with Load() as load, Served(OURS, world) as one, Served(OURS, world, workers=2) as two:
        for held in (False, True):
            for operation in OPERATIONS[:3]:
                runs: list[tuple[dict[str, float], dict[str, float]]] = []
                for turn in range(-1, ROUNDS):
                    found = []
                    for served in (one, two):
                        step(f"workers: {operation.title[0]}, {'one' if served is one else 'two'}")
                        with _held(served.program) if held else ExitStack():
                            found.append(served.drive(load, database, operation, 64, SECONDS))
                    if turn >= 0:
                        runs.append((found[0], found[1]))
                single, double = zip(*runs, strict=True)
                ratios = sorted(b["rate"] / a["rate"] for a, b in runs)
                memory = sorted(two.program.resident())[-2:]
                sheet.add(
                    operation.title, "held" if held else "free",
                    f"{median(run['rate'] for run in single):,.0f}",
                    f"{median(run['rate'] for run in double):,.0f}",
                    f"{median(ratios):.2f} ({ratios[0]:.2f}-{ratios[-1]:.2f})",
                    f"{_told(single, 'server')} · {_told(double, 'server')}",
                    f"{_told(single, 'server cores')} · {_told(double, 'server cores')}",
                    f"{_told(single, 'database cores')} · {_told(double, 'database cores')}",
                    " · ".join(f"{mb:.0f}" for mb in memory),
                )  # fmt: skip
    return sheet


@contextmanager
def _held(program: Program) -> Iterator[None]:
    """Let each worker run for a short while only, one after the other, again and again.

    Not from the first moment: whoever runs then would take all connections.
    """
    workers = program.root.children(recursive=True) or [program.root]
    over = threading.Event()

    def hold() -> None:
        over.wait(SECONDS / 10)
        while not over.is_set():
            for worker in workers:
                worker.send_signal(signal.SIGCONT)
                over.wait(SLOT)
                worker.send_signal(signal.SIGSTOP)
            over.wait(CYCLE - SLOT * len(workers))

    holding = threading.Thread(target=hold)
    holding.start()
    try:
        yield
    finally:
        over.set()
        holding.join()
        for worker in workers:
            worker.send_signal(signal.SIGCONT)


def _cost(run: dict[str, float]) -> float:
    return run["server"] + run["database"]


def _told(runs: Sequence[dict[str, float]], name: str) -> str:
    return f"{median(run[name] for run in runs):.2f}"
