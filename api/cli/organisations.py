"""`rangkul organisation`: the first partners of an installation. KPAI keeps the rest by the API."""

from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.console import Failure, out, say
from auth.scopes import Scope
from db.enums import DpopPolicy

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncSession

    from db.organisation import Organisation

app = typer.Typer(help="Register and list organisations.", no_args_is_help=True)


@app.command("create")
def create(
    type: Annotated[str, typer.Option(help="A code of the vocabulary, such as UPTD_PPA.")],
    name: Annotated[str, typer.Option(help="The full official name.")],
    short_name: Annotated[str | None, typer.Option(help="As people call it.")] = None,
    region: Annotated[str | None, typer.Option(help="Kemendagri code: 31, or 31.71.")] = None,
    parent: Annotated[str | None, typer.Option(help="Id or name of the one above it.")] = None,
) -> None:
    """Register an organisation, and print its id.

    Example: rangkul organisation create --type UPTD_PPA --name "UPTD PPA Kota Contoh"
    --region 31.71
    """
    from api.cli.configuration import load
    from api.cli.operator import as_operator
    from db.ids import encode
    from domain.checks import Ref
    from domain.organisation import NewOrganisation, add

    async def work(tx: "AsyncSession") -> str:
        above = Ref(encode("organisation", (await find(tx, parent)).id)) if parent else None
        row = await add(tx, NewOrganisation(type, name, short_name, region, above))
        return encode("organisation", row.id)

    say(as_operator(load(), work))


@app.command("list")
def list_() -> None:
    """List the organisations, with their ids.

    Example: rangkul organisation list
    """
    from rich.table import Column, Table

    from api.cli.configuration import load
    from api.cli.operator import as_operator

    rows = as_operator(load(), _all)
    names = {row.id: row.short_name or row.name for row in rows}
    table = Table(Column("Id", no_wrap=True, min_width=45), "Type", "Name", "Region", "Under")
    for row in rows:
        ended = " (dissolved)" if row.dissolved_at else ""
        above = names[row.parent_id] if row.parent_id else ""
        table.add_row(
            f"organisation_{row.id.hex}", row.type, row.name + ended, row.region_code or "", above
        )
    out.print(table)


@app.command("grant")
def grant(
    organisation: Annotated[str, typer.Argument(help="Its id, name or short name.")],
    scope: Annotated[
        list[Scope] | None,
        typer.Option(help="All that its programs and people may ask for; repeat for more."),
    ] = None,
    dpop: Annotated[
        DpopPolicy | None,
        typer.Option(help="Which of its tokens must be bound to a key (DPoP)."),
    ] = None,
) -> None:
    """Say what an organisation may do here; without options, show it.

    What is taken away closes at the next request, whatever its programs were registered for.

    Example: rangkul organisation grant "UPTD PPA Kota Contoh" --scope organisation:read
    --scope handoff:read --dpop IDENTITY
    """
    from api.cli.configuration import load
    from api.cli.operator import acting_for, as_operator
    from db.ids import encode
    from domain.organisation import set_access

    async def work(tx: "AsyncSession") -> "Organisation":
        row = await find(tx, organisation)
        if scope is None and dpop is None:
            return row
        operator = await acting_for(tx, (await find(tx, "KPAI")).id)
        scopes = None if scope is None else [each.value for each in scope]
        return await set_access(tx, operator, encode("organisation", row.id), scopes, dpop)

    row = as_operator(load(), work)
    say(f"scopes: {' '.join(sorted(row.scopes))}")
    say(f"dpop:   {row.dpop.value}")


async def _all(tx: "AsyncSession") -> "list[Organisation]":
    from sqlalchemy import select

    from db.organisation import Organisation

    return list(await tx.scalars(select(Organisation).order_by(Organisation.path)))


async def find(tx: "AsyncSession", wanted: str) -> "Organisation":
    """The one organisation with this id, name or short name."""
    from sqlalchemy import or_, select

    from db.ids import decode
    from db.organisation import Organisation

    known = decode(wanted)
    match = (
        Organisation.id == known[1]
        if known and known[0] == "organisation"
        else or_(Organisation.name == wanted, Organisation.short_name == wanted)
    )
    found = list(await tx.scalars(select(Organisation).where(match).limit(2)))
    if not found:
        raise Failure("There is no such organisation: see `rangkul organisation list`.")
    if len(found) > 1:
        raise Failure("Several organisations are called so: give the id instead.")
    return found[0]
