"""`make bench`: what a request costs, against two others in the same run.

One is the floor: hand-written SQL that returns the same JSON through a bare Starlette route, on
the same uvicorn. The other is PostGraphile 5, which is what a team would pick instead. All three
ask the same database under the same row-level security, and their answers are checked to be equal.
Ratios travel from machine to machine; absolute numbers do not.

With arguments only those parts run: `compare`, `workers`, `growth`, `auth` (what letting somebody
in costs), `sealing` (what sealing and the ledger cost), `fairness` (what a hostile client costs
another), `activities` (their lists), and `memory [minutes]`; the last two only when they are named.
Tables go into docs/performance.md, too.
"""

import asyncio
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)

from benchmarks import auth, compare, fairness, growth, memory, sealing, tables
from benchmarks.queries import OPERATIONS
from benchmarks.report import Sheet, machine, write
from benchmarks.served import POSTGRAPHILE, sides
from benchmarks.usage import Program, postgres
from benchmarks.world import HANDOFFS, ROUNDS, SECONDS, SETTINGS, World, make
from benchmarks.world import postgres as own_postgres
from db.embedded import Server

__all__ = ["SETTINGS", "main"]

ALWAYS = ("compare", "workers", "growth", "auth", "sealing", "fairness")
PARTS = (*ALWAYS, "activities", "memory")
console = Console(width=None if sys.stdout.isatty() else 180)


def main() -> None:
    named = [word for word in sys.argv[1:] if word in PARTS]
    rest = [word for word in sys.argv[1:] if word not in PARTS]
    if rest and (named[-1:] != ["memory"] or not rest[0].replace(".", "").isdigit()):
        raise SystemExit(f"What can be measured: {', '.join(PARTS)} [minutes]")
    parts = named or list(ALWAYS)
    minutes = float(rest[0]) if rest else 60.0
    if POSTGRAPHILE not in sides():
        console.print(
            "[yellow]PostGraphile is not installed (see benchmarks/postgraphile): without."
        )
    with own_postgres() as running:
        activities = HANDOFFS if "activities" in parts else 0
        world = _filled(running, "bench", HANDOFFS, activities=activities)
        database, version = asyncio.run(postgres(world.owner))
        where = machine(version)
        console.print(where, highlight=False)
        if "auth" in parts:
            auth.run(world.app, world.owner, console)
        if "sealing" in parts:
            sealing.run(world.app, console)
        if "activities" in parts:
            _activities(world, database)
        if "fairness" in parts:
            with _progress(fairness.STEPS) as step:
                _put("fairness", where, fairness.measure(world, database, step))
        # What adds handoffs comes last.
        if "workers" in parts:
            with _progress(growth.WORKER_STEPS) as step:
                _put("workers", where, growth.workers(world, database, step))
        if "compare" in parts:
            _compare(world, database, where)
        if "memory" in parts:
            with _progress(minutes) as step:
                _put("memory", where, memory.measure(world, minutes, step))
        if "growth" in parts:
            _grow(running, database, where)


def _compare(world: World, database: Program, where: str) -> None:
    with _progress(compare.steps(OPERATIONS[:4], sides())) as step:
        result = compare.compare(world, database, step)
    sheets = tables.sheets(result)
    told = tables.told(result)
    for sheet in sheets:
        console.print(sheet)
    console.print(told, highlight=False)
    write("comparison", f"{where} {_sizes()} {told}", *sheets)


def _activities(world: World, database: Program) -> None:
    operations = (OPERATIONS[1], *OPERATIONS[4:])
    with _progress(compare.steps(operations, sides())) as step:
        result = compare.compare(world, database, step, operations=operations)
    for sheet in tables.sheets(result):
        console.print(sheet)


def _grow(running: Server, database: Program, where: str) -> None:
    worlds = [_filled(running, f"grown_{size}", size, words=False) for size in growth.SIZES]
    with _progress(growth.STEPS) as step:
        _put("growth", where, growth.measure(worlds, database, step))


def _put(name: str, where: str, sheet: Sheet) -> None:
    console.print(sheet)
    write(name, f"{where} {_sizes()}", sheet)


def _sizes() -> str:
    rounds = f"{ROUNDS} rounds" if ROUNDS > 1 else "1 round"
    return f"{HANDOFFS:,} handoffs, {rounds} of {SECONDS:g} seconds; medians, and how they spread."


def _filled(
    running: Server, name: str, handoffs: int, *, activities: int = 0, words: bool = True
) -> World:
    with _progress(handoffs) as step:
        made = lambda number: step("filling, 5 sections and 4 events each", number)  # noqa: E731
        return make(running, name, handoffs, made, activities=activities, words=words)


@contextmanager
def _progress(total: float) -> Iterator[Callable[..., None]]:
    """A line that tells what is being done and how long it may take."""
    columns = (
        SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(),
        TimeElapsedColumn(), TimeRemainingColumn(),
    )  # fmt: skip
    with Progress(*columns, console=console, transient=True) as progress:
        task = progress.add_task("", total=total)

        def step(what: str, number: float = 1) -> None:
            progress.update(task, description=what, advance=number)

        yield step
