"""`make bench`: what a request costs, as a ratio to the floor, both measured in one run.

The floor is one hand-written SQL statement that returns the same JSON through a bare Starlette
route, on the same server, the same database and the same row-level security. Ratios travel from
machine to machine; absolute numbers do not. What letting somebody in costs is measured first
(`benchmarks.auth`), then what sealing and the ledger cost (`benchmarks.sealing`); with the
argument `auth`, `sealing` or `activities` nothing else is. Both sides open what is sealed and write
down what was read; or, in a second table, neither does.
"""

import asyncio
import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from datetime import datetime
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

from rich.console import Console
from rich.progress import Progress
from rich.table import Table
from sqlalchemy.engine import make_url

from api.settings import Settings
from auth.keys import SigningKeys
from auth.tokens import Tokens
from benchmarks import auth, sealing
from benchmarks.activities import Place
from benchmarks.auth import bench_caller
from benchmarks.data import fill
from benchmarks.queries import OPERATIONS, Operation
from benchmarks.servers import KEY, MOU, READER, SENDER
from benchmarks.trips import Trips
from db.embedded import EmbeddedPostgres, create_database
from db.ids import encode
from db.migrate import migrate
from db.session import Database

HANDOFFS = int(os.environ.get("BENCH_HANDOFFS", "100000"))
ACTIVITIES = int(os.environ.get("BENCH_ACTIVITIES", str(HANDOFFS)))
PLACES = {"activities": Place(ACTIVITIES + 1), "deep": Place(ACTIVITIES // 2)}
SECONDS = float(os.environ.get("BENCH_SECONDS", "4"))
ROUNDS = int(os.environ.get("BENCH_ROUNDS", "3"))
CONCURRENCY = (1, 16, 64)
PORTS = {"ours": 8701, "floor": 8702}
SETTINGS = Settings(key_encryption_key=KEY, token_seconds=3600)  # type: ignore[arg-type]
console = Console(width=160)


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="rangkul-bench-") as folder:
        Path(folder).chmod(0o711)
        settings = {"shared_buffers": "512MB", "max_connections": "200"}
        server = EmbeddedPostgres(Path(folder) / "postgres", settings=settings)
        with server as running:
            asyncio.run(create_database(running, "bench"))
            owner = running.url("bench")
            login = make_url(owner).set(username="bench_api", password="bench")
            asyncio.run(migrate(owner, login=login))
            console.print(f"[bold]{HANDOFFS:,} handoffs[/] with 5 sections and 4 events each ...")
            with Progress(console=console, transient=True) as progress:
                task = progress.add_task("filling", total=HANDOFFS)
                done = partial(progress.update, task)
                asyncio.run(
                    fill(owner, HANDOFFS, SETTINGS.vault, lambda number: done(completed=number),
                         activities=ACTIVITIES)
                )  # fmt: skip
            app = login.set(drivername="postgresql").render_as_string(hide_password=False)
            tokens = asyncio.run(_tokens(app))
            only = sys.argv[1:]
            if "auth" in only or not only:
                auth.run(app, owner, console)
            if "sealing" in only or not only:
                sealing.run(app, console)
            if "activities" in only or not only:
                chosen = (OPERATIONS[1], *OPERATIONS[4:]) if only else OPERATIONS
                trips = asyncio.run(_count_trips(app, tokens))
                _measure(app, tokens, trips, chosen)
                if not only:
                    _measure(app, tokens, trips, OPERATIONS[:2], bare=True)
        server.remove()


async def _tokens(url: str) -> dict[str, str]:
    settings = SETTINGS.auth
    database = Database(url)
    tokens = Tokens(SigningKeys(database, settings), settings)
    made = {}
    for name, organisation in (("reader", READER), ("sender", SENDER)):
        made[name] = (await tokens.issue(bench_caller(organisation))).token
    await database.close()
    return made


def _bodies(operation: Operation, side: str) -> list[str]:
    """Requests of one kind; a different handoff each time, as real readers ask."""
    variables: list[dict[str, Any]] = [{}]
    if operation.key == "one":
        ids = (n for n in range(HANDOFFS, 0, -1) if n % 40 == 0)  # those the reader receives
        variables = [{"id": f"handoff_00000007000070008000{n:012x}"} for n in islice(ids, 500)]
    if operation.key in PLACES:
        variables = [PLACES[operation.key].variables]
    if operation.key == "send":
        categories = ["IDENTITY", "INCIDENT", "HEALTH", "PSYCHOLOGICAL", "SERVICE"]
        handoff = {
            "kind": "REFERRAL", "receiverId": encode("organisation", READER),
            "mouId": encode("mou", MOU), "purpose": "SERVICE_DELIVERY", "urgency": "SEGERA",
            "childRole": "VICTIM", "caseCategories": ["CHILD_OBSCENE_ACTS"],
            "services": ["PSYCHOLOGICAL"],
            "sections": [{"category": c, "body": "Isi bagian."} for c in categories],
            "bases": [{"kind": "PUBLIC_TASK", "categories": categories,
                       "legalSource": "UU 35/2014 pasal 76"}],
        }  # fmt: skip
        variables = [{"input": handoff}]
    if side == "floor":
        return [json.dumps(v) for v in variables]
    return [json.dumps({"query": operation.document, "variables": v}) for v in variables]


class Served:
    """A server process, for as long as the `with` lasts."""

    def __init__(self, side: str, url: str, caller: str, *, bare: bool = False) -> None:
        self.side, self.port = side, PORTS[side]
        environment = os.environ | {"BENCH_DATABASE_URL": url, "BENCH_CALLER": caller}
        environment["BENCH_PLACES"] = " ".join(str(place.number) for place in PLACES.values())
        if bare:
            environment["BENCH_BARE"] = "1"
        command = [
            sys.executable, "-m", "uvicorn", f"benchmarks.servers:{side}", "--factory",
            "--port", str(self.port), "--loop", "uvloop", "--http", "httptools",
            "--no-access-log", "--log-level", "error",
        ]  # fmt: skip
        self._process = subprocess.Popen(command, env=environment)

    def __enter__(self) -> "Served":
        for _ in range(100):
            try:
                urlopen(f"http://127.0.0.1:{self.port}/health/live", timeout=1).close()
                return self
            except OSError as error:
                if getattr(error, "code", None):
                    return self
                time.sleep(0.1)
        raise RuntimeError(f"{self.side} did not start")

    def __exit__(self, *_: object) -> None:
        self._process.terminate()
        self._process.wait()

    def path(self, operation: Operation) -> str:
        return "/graphql" if self.side == "ours" else f"/{operation.key}"

    def post(self, operation: Operation, body: str, token: str) -> dict[str, Any]:
        headers = {"content-type": "application/json", "authorization": f"Bearer {token}"}
        url = f"http://127.0.0.1:{self.port}{self.path(operation)}"
        with urlopen(Request(url, body.encode(), headers), timeout=30) as response:
            answer: dict[str, Any] = json.load(response)
        return answer


def _who(operation: Operation) -> str:
    return "sender" if operation.key == "send" else "reader"


async def _count_trips(url: str, tokens: dict[str, str]) -> dict[str, float]:
    """Round trips to the database a request, once statements are prepared."""
    at = make_url(url)
    async with Trips().before(at.host or "127.0.0.1", at.port or 5432) as trips:
        through = at.set(port=trips.port).render_as_string(hide_password=False)

        def count() -> dict[str, float]:
            counted = {}
            with Served("ours", through, "reader") as ours:
                for operation in OPERATIONS:
                    body, token = _bodies(operation, "ours")[0], tokens[_who(operation)]
                    for _ in range(60):
                        ours.post(operation, body, token)
                    before = trips.count
                    for _ in range(20):
                        ours.post(operation, body, token)
                    counted[operation.key] = (trips.count - before) / 20
            return counted

        return await asyncio.to_thread(count)  # the proxy goes on in this thread meanwhile


def _measure(
    url: str,
    tokens: dict[str, str],
    trips: dict[str, float],
    operations: Sequence[Operation],
    *,
    bare: bool = False,
) -> None:
    load = subprocess.Popen(
        [sys.executable, "-m", "benchmarks.load"],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert load.stdin and load.stdout

    def drive(served: Served, operation: Operation, concurrency: int) -> dict[str, float]:
        assert load.stdin and load.stdout
        order = {
            "host": "127.0.0.1", "port": served.port, "path": served.path(operation),
            "token": tokens[_who(operation)], "bodies": _bodies(operation, served.side),
            "concurrency": concurrency, "seconds": SECONDS,
        }  # fmt: skip
        load.stdin.write(json.dumps(order) + "\n")
        load.stdin.flush()
        answer: dict[str, float] = json.loads(load.stdout.readline())
        if answer["failures"]:
            raise SystemExit(f"{operation.title}: {answer['failures']:.0f} requests failed")
        return answer

    machine = f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}"
    what = "nothing opened, nothing written down" if bare else "opened, and written down"
    table = Table(title=f"{machine}, {HANDOFFS:,} handoffs, {ROUNDS} x {SECONDS:g} s: {what}")
    for column in ("operation", "at once", "ours/s", "floor/s", "ratio (spread)",
                   "p50 ms", "p99 ms", "floor p50", "floor p99", "round trips"):  # fmt: skip
        table.add_column(column, justify="left" if column == "operation" else "right")
    for operation in operations:
        who = _who(operation)
        with (
            Served("ours", url, who, bare=bare) as ours,
            Served("floor", url, who, bare=bare) as floor,
        ):
            _same_answers(operation, ours, floor, tokens[who])
            for served in (ours, floor):
                drive(served, operation, 16)  # warm: connections, plans, caches
            for concurrency in CONCURRENCY:
                runs = [
                    (drive(ours, operation, concurrency), drive(floor, operation, concurrency))
                    for _ in range(ROUNDS)
                ]
                mine, theirs = ([run[side] for run in runs] for side in (0, 1))
                ratios = sorted(a["rate"] / b["rate"] for a, b in runs)
                table.add_row(
                    operation.title if concurrency == 1 else "", str(concurrency),
                    f"{_median(mine, 'rate'):.0f}", f"{_median(theirs, 'rate'):.0f}",
                    f"{ratios[len(ratios) // 2]:.2f} ({ratios[0]:.2f}-{ratios[-1]:.2f})",
                    f"{_median(mine, 'p50'):.1f}", f"{_median(mine, 'p99'):.1f}",
                    f"{_median(theirs, 'p50'):.1f}", f"{_median(theirs, 'p99'):.1f}",
                    f"{trips[operation.key]:.1f}",
                )  # fmt: skip
    load.stdin.close()
    load.wait()
    console.print(table)


def _median(runs: list[dict[str, float]], name: str) -> float:
    values = sorted(run[name] for run in runs)
    return values[len(values) // 2]


def _same_answers(operation: Operation, ours: Served, floor: Served, token: str) -> None:
    """A comparison is only fair between equal answers."""
    if operation.key == "send":
        return
    mine = ours.post(operation, _bodies(operation, "ours")[0], token)
    theirs = floor.post(operation, _bodies(operation, "floor")[0], token)
    if _plain(mine["data"]) != _plain(theirs["data"]):
        raise SystemExit(f"{operation.title}: the floor answers something else")


def _plain(value: Any) -> Any:
    """Answers without what only one side makes: cursors, the order of keys, zeros in fractions."""
    if isinstance(value, dict):
        skipped = ("cursor", "endCursor", "hasNextPage")
        return {k: _plain(v) for k, v in sorted(value.items()) if k not in skipped}
    if isinstance(value, str) and value[:2] == "20" and value[10:11] == "T":
        return datetime.fromisoformat(value)
    return [_plain(v) for v in value] if isinstance(value, list) else value
