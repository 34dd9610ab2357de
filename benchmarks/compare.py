"""The comparison: the same operations, of the same database, with the same answers, in turns."""

import asyncio
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from statistics import fmean, median

from sqlalchemy.engine import make_url

from benchmarks.load import Load
from benchmarks.queries import OPERATIONS, Operation
from benchmarks.served import OURS, POSTGRAPHILE, Served, same_answers, sides, who
from benchmarks.trips import Trips
from benchmarks.usage import Program
from benchmarks.world import ROUNDS, SECONDS, World
from benchmarks.written import same_rows

CONCURRENCY = (1, 16, 64)
MIDDLE = 16
"""Where costs are told: enough at once that nobody waits for the network."""
GOALS = {  # of PostGraphile, of the floor
    "one": ("1.5", "0.5"), "page": ("3", "0.8"), "scalars": ("2", "0.8"), "send": ("1", "-"),
}  # fmt: skip
MODES = {
    False: "content opened and reading written down, on every side",
    True: "nothing opened and nothing written down, on any side",
}

Run = dict[str, float]


@dataclass
class Measured:
    """All runs of one operation in one mode, by how many asked at once."""

    operation: Operation
    bare: bool
    runs: dict[int, list[dict[str, Run]]] = field(default_factory=dict)
    """Rounds, each with a run of every side."""

    def value(self, concurrency: int, side: str, name: str) -> float:
        return median(run[side][name] for run in self.runs[concurrency])

    def ratio(self, concurrency: int, side: str) -> str:
        """Our rate as a multiple of a side's: the median of the rounds, and how they spread."""
        ratios = sorted(run[OURS]["rate"] / run[side]["rate"] for run in self.runs[concurrency])
        spread = f" ({ratios[0]:.2f}-{ratios[-1]:.2f})" if len(ratios) > 1 else ""
        return f"{median(ratios):.2f}{spread}"


@dataclass
class Comparison:
    """What was measured, and what it took beside."""

    measured: list[Measured] = field(default_factory=list)
    trips: dict[tuple[str, str, bool], float] = field(default_factory=dict)
    """Round trips of a request, by operation, side and mode."""
    memory: dict[str, float] = field(default_factory=dict)
    """MB of each side's process at the end."""

    @property
    def others(self) -> float:
        """Share of the machine's processors that other programs had meanwhile."""
        every = (m.runs[n] for m in self.measured for n in m.runs)
        return fmean(run["others"] for rounds in every for turn in rounds for run in turn.values())


def plan(operations: Sequence[Operation]) -> list[tuple[bool, str, list[Operation]]]:
    """Who asks what, in which mode. What holds no content is the same in both, and asked once;
    sending comes last, since it adds to the lists."""
    groups = [(False, [o for o in operations if o.key != "send"])]
    groups += [(True, [o for o in operations if o.key in {"one", "page"}])]
    groups += [(False, [o for o in operations if o.key == "send"])]
    return [(bare, who(chosen[0]), chosen) for bare, chosen in groups if chosen]


def steps(operations: Sequence[Operation], present: Sequence[str]) -> int:
    """How many runs that makes."""
    chosen = sum(len(group[2]) for group in plan(operations))
    groups = len(plan(operations))
    return len(present) * (groups + chosen * (1 + len(CONCURRENCY) * ROUNDS))


def compare(
    world: World,
    database: Program,
    step: Callable[[str], object],
    *,
    operations: Sequence[Operation] = OPERATIONS[:4],
) -> Comparison:
    """Measure it all; `step` is told what comes next."""
    present = sides()
    if operations[0].key not in GOALS:
        present = [side for side in present if side != POSTGRAPHILE]
    result = Comparison()
    with Load() as load:
        for bare, caller, chosen in plan(operations):
            with _served(present, world, caller, bare=bare) as served:
                for operation in chosen:
                    if operation.key == "send":
                        same_rows(operation, served)
                    else:
                        same_answers(operation, served)
                    result.measured.append(
                        _measure(operation, served, load, database, step, bare=bare)
                    )
                for one in served:
                    now = sum(one.program.resident())
                    result.memory[one.side] = max(now, result.memory.get(one.side, 0.0))
            for side in present:
                step(f"{side}: round trips")
                counted = asyncio.run(_trips(side, world, caller, chosen, bare=bare))
                result.trips |= {(key, side, bare): n for key, n in counted.items()}
    return result


def _measure(
    operation: Operation,
    served: Sequence[Served],
    load: Load,
    database: Program,
    step: Callable[[str], object],
    *,
    bare: bool,
) -> Measured:
    measured = Measured(operation, bare)
    for one in served:  # connections, plans, caches; twice as long as the machine may need
        step(f"{operation.title[0]}: warming {one.side}")
        one.drive(load, database, operation, MIDDLE, min(SECONDS, 2))
    for concurrency in CONCURRENCY:
        measured.runs[concurrency] = []
        for turn in range(ROUNDS):
            order = [*served[turn % len(served) :], *served[: turn % len(served)]]
            runs = {}
            for one in order:
                step(f"{operation.title[0]} {'bare ' * bare}at {concurrency}: {one.side}")
                runs[one.side] = one.drive(load, database, operation, concurrency, SECONDS)
            measured.runs[concurrency].append(runs)
    return measured


@contextmanager
def _served(
    present: Sequence[str], world: World, caller: str, *, bare: bool
) -> Iterator[list[Served]]:
    with ExitStack() as stack:
        yield [stack.enter_context(Served(side, world, caller, bare=bare)) for side in present]


async def _trips(
    side: str, world: World, caller: str, operations: Sequence[Operation], *, bare: bool
) -> dict[str, float]:
    """Round trips to the database a request, once statements are prepared."""
    at = make_url(world.app)
    async with Trips().before(at.host or "127.0.0.1", at.port or 5432) as trips:
        through = at.set(port=trips.port).render_as_string(hide_password=False)

        def count() -> dict[str, float]:
            counted = {}
            with Served(side, world, caller, bare=bare, url=through) as served:
                for operation in operations:
                    body = served.bodies(operation)[0]
                    for _ in range(40):
                        served.post(operation, body)
                    before = trips.count
                    for _ in range(20):
                        served.post(operation, body)
                    counted[operation.key] = (trips.count - before) / 20
            return counted

        return await asyncio.to_thread(count)  # the proxy goes on in this thread meanwhile
