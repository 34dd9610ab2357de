"""`rangkul statistics`: making releases of figures that identify nobody."""

import asyncio
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.console import Failure, say

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from sqlalchemy.ext.asyncio import AsyncSession

app = typer.Typer(help="Release statistics that identify nobody.", no_args_is_help=True)


@app.callback()
def _statistics() -> None:
    """So that `release` is a command by name, though it is the only one."""


@app.command("release")
def release(
    until: Annotated[
        str | None, typer.Option(help="The last period to release: a month or a year; else all.")
    ] = None,
    smallest_cell: Annotated[
        int, typer.Option(min=5, max=1000, help="Show no figure that rests on fewer cases.")
    ] = 5,
    after_days: Annotated[
        int, typer.Option(min=0, max=366, help="How many days a period must be over.")
    ] = 7,
) -> None:
    """Count every month and year that is over, protect the figures, and publish them.

    What has been released stays as it is: a period is counted once, and run again this passes it
    over. Let it run once a day, as the role of MIGRATION_DATABASE_URL.

    Example: rangkul statistics release --until 2026-10 --smallest-cell 7
    """
    from datetime import timedelta

    from rich.progress import Progress

    from api.cli.configuration import load
    from api.cli.console import err
    from api.cli.operator import as_owner, owner_url, session
    from domain.statistics.model import is_period
    from domain.statistics.release import release_all

    if until is not None and not is_period(until):
        raise Failure("--until must be a month such as 2026-10, or a year.")

    async def work(url: str) -> int:
        await as_owner(url, _may)
        made = 0

        @asynccontextmanager
        async def each() -> "AsyncIterator[AsyncSession]":
            async with session(url) as tx:
                yield tx

        with Progress(console=err, transient=True, disable=not err.is_terminal) as progress:
            task = progress.add_task("Releasing", total=None)
            async for one in release_all(
                each, until=until, smallest=smallest_cell, lag=timedelta(days=after_days)
            ):
                made += 1
                progress.update(task, completed=made, description=f"{one.dataset} {one.period}")
                say(f"{one.dataset} {one.period}: released. {one.method}.")
        return made

    with owner_url(load()) as url:
        made = asyncio.run(work(url))
    say(f"{made} periods were released." if made else "Nothing is due.")


async def _may(_tx: "AsyncSession") -> None:
    """Whether this could be done is looked at before."""
