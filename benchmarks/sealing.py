"""What sealing and the ledger cost: the same page, asked in turns with both, one and neither.

In one process and without a network, as `benchmarks.auth` does; the database works beside it. What
counts is processor time, ours and that of the database's backends: it says the same on a machine
that has other things to do.
"""

import asyncio
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any

from rich.console import Console
from rich.table import Table
from sqlalchemy import text

from api.app import _calm_the_collector, make_app
from api.plans import sections
from api.plans.text import Said, joined
from api.plans.writing import Writer
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
_FETCH_ROW = Database.fetch_row
TOLD = "access.read_out($8, $9, noted.shown, noted.closed, noted.codes)"
UNTOLD = "$8::uuid is null or $9::text is null"


def only(*, opening: bool, ledger: bool) -> None:
    """Have this process open what is sealed, and write down what was read, or not."""
    nothing = CaseKey(READER, bytes(32))

    async def open_case(*_: Any) -> CaseKey:
        return nothing

    async def write(*_: Any) -> None:
        return None

    async def fetch_row(self: Database, statement: str, values: Any) -> Any:
        return await _FETCH_ROW(self, statement.replace(TOLD, UNTOLD), values)

    open_section: Callable[..., str] = lambda *_: BARE  # noqa: E731
    Vault.open_case = _OPEN_CASE if opening else open_case  # type: ignore[method-assign]
    CaseKey.open_section = _OPEN_SECTION if opening else open_section  # type: ignore[method-assign]
    Reading.write = _WRITE if ledger else write  # type: ignore[method-assign]
    Database.fetch_row = _FETCH_ROW if ledger else fetch_row  # type: ignore[method-assign]


def bare() -> None:
    """Have this process open nothing and write nothing down, and ask the database for a few words
    in place of what is sealed, as the other sides do then."""
    only(opening=False, ledger=False)

    def content(alias: str, disclosed: list[str], withheld: list[str]) -> list[str]:
        shown = f"{alias}.sealed is not null"
        return [f"case when {shown} then {joined(disclosed)} else {joined(withheld)} end"]

    sections.content = content
    sections.body = lambda _alias: [Said(f'"{BARE}"')]
    # What holds no sealed words tells the ledger nothing.
    Writer.sealed = property(lambda _: False, lambda _, __: None)  # type: ignore[assignment]


async def measure(app_url: str, console: Console) -> None:
    settings = Settings(key_encryption_key=KEY, rate_points_per_minute=0)  # type: ignore[arg-type]
    database = Database(app_url, pool_size=2)
    app = make_app(settings, database)
    token = (
        await Tokens(SigningKeys(database, settings.auth), settings.auth).issue(
            bench_caller(READER)
        )
    ).token
    _calm_the_collector()
    asked: dict[str, list[tuple[float, float]]] = {way: [] for way in WAYS}
    backends = await _backends(database)
    try:
        for turn in range(TURNS):
            order = list(WAYS)[turn % 4 :] + list(WAYS)[: turn % 4]
            for way in order:
                opening, ledger = WAYS[way]
                only(opening=opening, ledger=ledger)
                cpu, theirs = time.process_time(), _spent(backends)
                await post(app, "/graphql", {"query": PAGE}, authorization=f"Bearer {token}")
                if turn >= 20:
                    asked[way].append((time.process_time() - cpu, _spent(backends) - theirs))
    finally:
        only(opening=True, ledger=True)
        await database.close()
    table = Table(title="the page of 20, 100 sections: ms of processor, one at a time (medians)")
    for column in ("with", "ours", "the database's", "together", "more", "of the page without"):
        table.add_column(column, justify="left" if column == "with" else "right")
    without = median(map(sum, asked["neither"]))
    for way, times in asked.items():
        # The same turn against the same turn.
        turns = zip(times, asked["neither"], strict=True)
        more = median(sum(mine) - sum(bare) for mine, bare in turns)
        parts = [f"{median(values) * 1e3:.2f}" for values in zip(*times, strict=True)]
        told = ("", "") if way == "neither" else (f"{more * 1e3:.2f}", f"{more / without:.1%}")
        table.add_row(way, *parts, f"{median(map(sum, times)) * 1e3:.2f}", *told)
    console.print(table)


async def _backends(database: Database) -> list[Path]:
    """Where Linux says how long our two connections' backends have worked."""
    async with database.engine.connect() as one, database.engine.connect() as other:
        pids = [await each.scalar(text("select pg_backend_pid()")) for each in (one, other)]
    return [Path(f"/proc/{pid}/schedstat") for pid in pids]


def _spent(backends: list[Path]) -> float:
    return sum(int(backend.read_text().split()[0]) for backend in backends) / 1e9


def run(app_url: str, console: Console) -> None:
    asyncio.run(measure(app_url, console))
