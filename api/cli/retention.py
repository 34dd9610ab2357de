"""`rangkul retention`: what is destroyed at the end of its time, and what a hold keeps."""

import asyncio
import json
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.console import out, say

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from sqlalchemy.ext.asyncio import AsyncSession

    from domain.retention import Outlook

app = typer.Typer(
    help="Destroy content whose time of keeping is over, or see what would be.",
    epilog="Example: rangkul retention --dry-run",
)
Json = Annotated[bool, typer.Option("--json", help="One JSON object, for programs.")]


@app.callback(invoke_without_command=True)
def retention(
    context: typer.Context,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Destroy nothing; say what would go now.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Without a command: `--dry-run` is the same as `show`."""
    if context.invoked_subcommand is None:
        if dry_run:
            show(as_json=as_json)
        else:
            say(context.get_help())


@app.command("show")
def show(
    until: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="What would be over by this day; now if not said."),
    ] = None,
    as_json: Json = False,
) -> None:
    """Say what would be destroyed: how many sections, by agreement, category and partner.

    What a legal hold keeps is counted by itself, and the holds are named. Content whose agreement
    has no clause for it is kept and counted as well. Nothing is changed.

    Example: rangkul retention show --until 2026-12-31 --json
    """
    from api.cli.configuration import load
    from api.cli.operator import as_operator
    from domain.retention import outlook

    at = until.replace(tzinfo=UTC) if until else None

    async def work(tx: "AsyncSession") -> "Outlook":
        return await outlook(tx, at)

    found = as_operator(load(), work)
    if as_json:
        say(json.dumps(found.as_json(), default=str, ensure_ascii=False))
    else:
        _print(found)


@app.command("run")
def run(as_json: Json = False) -> None:
    """Destroy what is over now, whatever RANGKUL_RETENTION_MINUTES says. There is no way back.

    Killed in between, what was destroyed is destroyed whole; run it again for the rest.

    Example: rangkul retention run
    """
    from api.cli.configuration import load
    from api.cli.operator import as_owner, owner_url, session
    from domain.retention import Destroyed, destroy

    async def work(url: str) -> Destroyed:
        await as_owner(url, _may)

        @asynccontextmanager
        async def batch() -> "AsyncIterator[AsyncSession]":
            async with session(url) as tx:
                yield tx

        return await destroy(batch)

    with owner_url(load()) as url:
        done = asyncio.run(work(url))
    if as_json:
        say(json.dumps({"sections": done.sections, "cases": done.cases,
                        "elsewhere": done.elsewhere}))  # fmt: skip
        return
    say(f"{done.sections} sections are destroyed, and the keys of {done.cases} whole cases.")
    if done.elsewhere:
        say("Another process is at it: the rest is left to it.")


async def _may(_tx: "AsyncSession") -> None:
    """Whether this could be done is looked at before."""


def _print(found: "Outlook") -> None:
    from rich.table import Table

    if not found.due:
        say("Nothing is over.")
        return
    table = Table("Agreement", "Category", "Of", "To", "To go", "Held", "No clause", "Since")
    for one in found.due:
        since = f"{one.since:%F}" if one.since else ""
        counts = [str(count or "") for count in (one.sections, one.held, one.unruled)]
        table.add_row(one.title, one.category, one.author, one.partner, *counts, since)
    out.print(table)
    for hold in found.holds:
        say(
            f"Held by {hold.organisation}, {hold.document_number}, since {hold.since:%F}: "
            f"{hold.sections} sections."
        )
    say(f"{sum(one.sections for one in found.due)} sections would be destroyed.")
