"""`rangkul client`: the programs that may ask for tokens, and their secrets."""

from datetime import timedelta
from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.console import out, say
from api.cli.organisations import find
from auth.scopes import Scope

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncSession

    from auth.clients import NewClient

app = typer.Typer(help="Register programs and keep their secrets.", no_args_is_help=True)
Key = Annotated[str, typer.Argument(metavar="CLIENT_ID", help="As `rangkul client list` shows it.")]
ONCE = "This secret is shown once and stored nowhere: hand it over now."


@app.command("create")
def create(
    organisation: Annotated[str, typer.Option(help="Its id, name or short name.")],
    name: Annotated[str, typer.Option(help="The program, for people: Simfoni PPA.")],
    scope: Annotated[list[Scope], typer.Option(help="A scope it may ask for; repeat for more.")],
) -> None:
    """Register a program of an organisation, and print its client_id and secret.

    Example: rangkul client create --organisation KPAI --name "Simfoni PPA" --scope mou:read
    --scope handoff:read
    """
    from api.cli.configuration import load
    from api.cli.operator import as_operator
    from auth import clients

    async def work(tx: "AsyncSession") -> "NewClient":
        owner = await find(tx, organisation)
        return await clients.create(tx, name=name, organisation_id=owner.id, scopes=scope)

    made = as_operator(load(), work)
    say(f"client_id:     {made.key}")
    say(f"client_secret: {made.secret}")
    say(ONCE)


@app.command("list")
def list_(
    organisation: Annotated[str | None, typer.Option(help="Only of this one.")] = None,
) -> None:
    """List the registered programs; never their secrets.

    Example: rangkul client list --organisation KPAI
    """
    from rich.table import Column, Table
    from sqlalchemy import select

    from api.cli.configuration import load
    from api.cli.operator import as_operator
    from db.client import Client
    from db.organisation import Organisation

    async def work(tx: "AsyncSession") -> list[tuple[str, str, list[str], bool]]:
        query = select(Client, Organisation.name).join(
            Organisation, Organisation.id == Client.organisation_id
        )
        if organisation:
            query = query.where(Organisation.id == (await find(tx, organisation)).id)
        rows = await tx.execute(query.order_by(Organisation.name, Client.key))
        return [
            (client.key, owner, list(client.scopes), client.disabled_at is not None)
            for client, owner in rows
        ]

    table = Table(Column("client_id", overflow="fold"), "Organisation", "Scopes", "State")
    for key, owner, scopes, disabled in as_operator(load(), work):
        table.add_row(key, owner, " ".join(scopes), "disabled" if disabled else "")
    out.print(table)


@app.command("disable")
def disable(client_id: Key) -> None:
    """Shut a program out: no new tokens, and those it has stop working at once.

    Example: rangkul client disable simfoni-ppa-1a2b3c4d
    """
    from api.cli.configuration import load
    from api.cli.operator import as_operator
    from auth import clients

    async def work(tx: "AsyncSession") -> None:
        await clients.disable(tx, client_id)

    as_operator(load(), work)
    say(f"{client_id} is disabled.")


@app.command("rotate-secret")
def rotate_secret(
    client_id: Key,
    overlap_days: Annotated[
        int, typer.Option(min=0, max=90, help="Days the former secrets still work; 0: none.")
    ] = 7,
) -> None:
    """Give a program a new secret; the former ones run out.

    Example: rangkul client rotate-secret simfoni-ppa-1a2b3c4d --overlap-days 0
    """
    from api.cli.configuration import load
    from api.cli.operator import as_operator
    from auth import clients

    async def work(tx: "AsyncSession") -> str:
        return await clients.add_secret(tx, client_id, overlap=timedelta(days=overlap_days))

    say(f"client_secret: {as_operator(load(), work)}")
    say(f"{ONCE} Former secrets work for {overlap_days} more days.")
