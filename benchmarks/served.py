"""The sides that are compared, each as a server of its own, and what each is asked."""

import json
import os
import socket
import sys
import time
from base64 import urlsafe_b64decode
from collections.abc import Sequence
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

from benchmarks.activities import Place
from benchmarks.load import Load
from benchmarks.postgraphile.operations import DOCUMENTS
from benchmarks.queries import Operation
from benchmarks.servers import MOU, READER
from benchmarks.usage import Program, Started, busy
from benchmarks.world import World
from db.ids import encode

OURS, FLOOR, POSTGRAPHILE = "Rangkul", "floor", "PostGraphile"
POSTGRAPHILE_FOLDER = Path(__file__).parent / "postgraphile"
CATEGORIES = ["IDENTITY", "INCIDENT", "HEALTH", "PSYCHOLOGICAL", "SERVICE"]
HANDOFF = {
    "kind": "REFERRAL", "receiverId": encode("organisation", READER),
    "mouId": encode("mou", MOU), "purpose": "SERVICE_DELIVERY", "urgency": "SEGERA",
    "childRole": "VICTIM", "caseCategories": ["CHILD_OBSCENE_ACTS"],
    "services": ["PSYCHOLOGICAL"],
    "sections": [{"category": c, "body": "Isi bagian."} for c in CATEGORIES],
    "bases": [{"kind": "PUBLIC_TASK", "categories": CATEGORIES,
               "legalSource": "UU 35/2014 pasal 76"}],
}  # fmt: skip


def sides() -> list[str]:
    """PostGraphile is only there where its packages are."""
    here = (POSTGRAPHILE_FOLDER / "node_modules" / ".package-lock.json").exists()
    return [OURS, POSTGRAPHILE, FLOOR] if here else [OURS, FLOOR]


def who(operation: Operation) -> str:
    return "sender" if operation.key == "send" else "reader"


class Served(Started):
    """A server process with its workers, for as long as the `with` lasts."""

    def __init__(
        self,
        side: str,
        world: World,
        caller: str = "reader",
        *,
        bare: bool = False,
        workers: int = 1,
        url: str | None = None,
    ) -> None:
        self.side, self.world = side, world
        with socket.create_server(("127.0.0.1", 0)) as probe:
            self.port = int(probe.getsockname()[1])
        places = (world.activities + 1, world.activities // 2)
        more = {
            "BENCH_DATABASE_URL": url or world.app,
            "BENCH_CALLER": caller,
            "BENCH_PLACES": " ".join(map(str, places)),
            "PORT": str(self.port),
            "NODE_ENV": "production",
        }
        if bare:
            more["BENCH_BARE"] = "1"
        if side == POSTGRAPHILE:
            command = ["node", str(POSTGRAPHILE_FOLDER / "server.mjs")]
        else:
            factory = "ours" if side == OURS else "floor"
            command = [
                sys.executable, "-m", "uvicorn", f"benchmarks.servers:{factory}", "--factory",
                "--port", str(self.port), "--loop", "uvloop", "--http", "httptools",
                "--no-access-log", "--log-level", "error", "--workers", str(workers),
            ]  # fmt: skip
        super().__init__(command, more)

    def __enter__(self) -> "Served":
        for _ in range(1_200):  # a busy machine takes its time
            if self._process.poll() is not None:
                break
            try:
                urlopen(f"http://127.0.0.1:{self.port}/health/live", timeout=1).close()
                return self
            except OSError as error:
                if getattr(error, "code", None):  # an answer, if only that there is nothing
                    return self
                time.sleep(0.1)
        self._process.kill()
        raise SystemExit(f"{self.side} did not start")

    def bodies(self, operation: Operation) -> list[str]:
        """Requests of one kind; a different handoff each time, as real readers ask."""
        variables: list[dict[str, Any]] = [{}]
        if operation.key == "one":
            # Those that the reader receives.
            ids = (n for n in range(self.world.handoffs, 0, -1) if n % 40 == 0)
            variables = [{"id": f"handoff_00000007000070008000{n:012x}"} for n in islice(ids, 500)]
        if operation.key == "activities":
            variables = [Place(self.world.activities + 1).variables]
        if operation.key == "deep":
            variables = [Place(self.world.activities // 2).variables]
        if operation.key == "send":
            variables = [{"input": HANDOFF}]
        if self.side == FLOOR:
            return [json.dumps(v) for v in variables]
        own = DOCUMENTS if self.side == POSTGRAPHILE else {}
        document = own.get(operation.key, operation.document)
        return [json.dumps({"query": document, "variables": v}) for v in variables]

    def path(self, operation: Operation) -> str:
        return f"/{operation.key}" if self.side == FLOOR else "/graphql"

    def post(self, operation: Operation, body: str) -> dict[str, Any]:
        """One request, and what is answered."""
        token = self.world.tokens[who(operation)]
        headers = {"content-type": "application/json", "authorization": f"Bearer {token}"}
        url = f"http://127.0.0.1:{self.port}{self.path(operation)}"
        with urlopen(Request(url, body.encode(), headers), timeout=30) as response:
            answer: dict[str, Any] = json.load(response)
        if "errors" in answer:
            raise SystemExit(f"{operation.title}: {self.side} answers {answer['errors']}")
        return answer

    def order(self, operation: Operation, concurrency: int, seconds: float) -> dict[str, Any]:
        """What the load generator is told."""
        return {
            "host": "127.0.0.1", "port": self.port, "path": self.path(operation),
            "token": self.world.tokens[who(operation)], "bodies": self.bodies(operation),
            "concurrency": concurrency, "seconds": seconds,
        }  # fmt: skip

    def drive(
        self,
        load: Load,
        database: Program,
        operation: Operation,
        concurrency: int,
        seconds: float,
    ) -> dict[str, float]:
        """Rate and times of some seconds; of each program the ms of processor a request took, and
        how many cores it kept busy."""
        programs = {"server": self.program, "database": database, "load": load.program}
        before = {name: program.spent() for name, program in programs.items()}
        began, used = time.monotonic(), busy()
        run = load.drive(self.order(operation, concurrency, seconds))
        spent = {name: program.spent() - before[name] for name, program in programs.items()}
        elapsed, used = time.monotonic() - began, busy() - used
        run |= {name: seconds / run["requests"] * 1e3 for name, seconds in spent.items()}
        run |= {f"{name} cores": seconds / elapsed for name, seconds in spent.items()}
        others = (used - sum(spent.values())) / elapsed / (os.cpu_count() or 1)
        return run | {"others": max(0.0, others)}


def same_answers(operation: Operation, all_served: Sequence[Served]) -> None:
    """A comparison is only fair between equal answers."""
    first, *others = all_served
    bodies = {served: served.bodies(operation) for served in all_served}
    for turn in range(min(5, len(bodies[first]))):
        mine = first.post(operation, bodies[first][turn])["data"]
        for served in others:
            theirs = served.post(operation, bodies[served][turn])["data"]
            places = served.side == FLOOR
            if _told(mine, places) != _told(theirs, places):
                raise SystemExit(f"{operation.title}: {served.side} answers something else")


def _told(answer: Any, places: bool) -> bytes:
    return json.dumps(_plain(answer, places), sort_keys=True).encode()


def _plain(value: Any, places: bool) -> Any:
    """Answers but for zeros at the end of a second, and cursors that each makes as it likes."""
    if isinstance(value, dict):
        cursors = {k: v for k, v in value.items() if k in {"cursor", "endCursor"}}
        told = {k: _plain(v, places) for k, v in value.items() if k not in cursors}
        return told | {k: _plain(_place(v), places) for k, v in cursors.items() if places}
    if isinstance(value, str) and value[:2] == "20" and value[10:11] == "T":
        return datetime.fromisoformat(value).isoformat()
    return [_plain(v, places) for v in value] if isinstance(value, list) else value


def _place(cursor: str) -> Any:
    return json.loads(urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
