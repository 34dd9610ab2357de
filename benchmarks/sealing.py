"""What sealing and the ledger cost: the same page, asked in turns with both, one and neither.

In one process and without a network, as `benchmarks.auth` does; the database works beside it.
"""

import asyncio
import time
from collections.abc import Callable
from statistics import median
from typing import Any

from rich.console import Console
from rich.table import Table

from api.app import _calm_the_collector, make_app
from api.settings import Settings
from auth.keys import SigningKeys
from auth.tokens import Tokens
from benchmarks.auth import bench_caller, post
from benchmarks.queries import BARE, PAGE
from benchmarks.servers import KEY, READER
from db.session import Database
from db.vault import CaseKey, Vault
from resolvers.reading import Reading

TURNS = 240
WAYS = {
    "neither": (False, False),
    "sealed": (True, False),
    "ledger": (False, True),
    "both": (True, True),
}
_OPEN_CASE, _OPEN_SECTION, _WRITE = Vault.open_case, CaseKey.open_section, Reading.write


def only(*, opening: bool, ledger: bool) -> None:
    """Have this process open what is sealed, and write down what was read, or not."""
    nothing = CaseKey(READER, bytes(32))

    async def open_case(*_: Any) -> CaseKey:
        return nothing

    async def write(*_: Any) -> None:
        return None

    open_section: Callable[..., str] = lambda *_: BARE  # noqa: E731
    Vault.open_case = _OPEN_CASE if opening else open_case  # type: ignore[method-assign]
    CaseKey.open_section = _OPEN_SECTION if opening else open_section  # type: ignore[method-assign]
    Reading.write = _WRITE if ledger else write  # type: ignore[method-assign]


async def measure(app_url: str, console: Console) -> None:
    settings = Settings(key_encryption_key=KEY, rate_points_per_minute=0)  # type: ignore[arg-type]
    database = Database(app_url)
    app = make_app(settings, database)
    token = (
        await Tokens(SigningKeys(database, settings.auth), settings.auth).issue(
            bench_caller(READER)
        )
    ).token
    _calm_the_collector()
    asked: dict[str, list[tuple[float, float]]] = {way: [] for way in WAYS}
    try:
        for turn in range(TURNS):
            order = list(WAYS)[turn % 4 :] + list(WAYS)[: turn % 4]
            for way in order:
                opening, ledger = WAYS[way]
                only(opening=opening, ledger=ledger)
                cpu, wall = time.process_time(), time.perf_counter()
                await post(app, "/graphql", {"query": PAGE}, authorization=f"Bearer {token}")
                if turn >= 20:
                    asked[way].append((time.process_time() - cpu, time.perf_counter() - wall))
    finally:
        only(opening=True, ledger=True)
        await database.close()
    table = Table(title="the page of 20, 100 sections, one at a time (medians)")
    for column in ("with", "ms", "of our processor", "ms more", "share of the request"):
        table.add_column(column, justify="left" if column == "with" else "right")
    for way, times in asked.items():
        # The same turn against the same turn: what else the machine does then comes to both.
        turns = zip(times, asked["neither"], strict=True)
        more = median(mine[1] - bare[1] for mine, bare in turns)
        whole = median(wall for _, wall in times)
        own = median(cpu for cpu, _ in times)
        told = ("", "") if way == "neither" else (f"{more * 1e3:.2f}", f"{more / whole:.1%}")
        table.add_row(way, f"{whole * 1e3:.2f}", f"{own * 1e3:.2f}", *told)
    console.print(table)


def run(app_url: str, console: Console) -> None:
    asyncio.run(measure(app_url, console))
