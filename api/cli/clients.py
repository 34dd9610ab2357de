"""`rangkul client`: the programs that may ask for tokens, and their secrets."""

from datetime import timedelta
from typing import TYPE_CHECKING, Annotated, Any

import typer

from api.cli import client_options as options
from api.cli.console import Failure, out, say
from api.cli.organisations import find

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
    scope: options.Scopes,
    auth_method: Annotated[
        options.Method | None, typer.Option(help="How it proves who it is; with keys: by them.")
    ] = None,
    public: Annotated[
        bool, typer.Option("--public", help="A page or program that can keep no secret: none.")
    ] = False,
    jwks_file: options.JwksFile = None,
    jwks_uri: options.JwksUri = None,
    redirect_uri: options.RedirectUris = None,
    grant: options.Grants = None,
    dpop: options.Dpop = None,
    par: options.Par = None,
    portal: options.Portal = False,
) -> None:
    """Register a program of an organisation, and print its client_id, and its secret if it has one.

    With keys it is held to FAPI 2.0 unless told otherwise: bound tokens, pushed requests.

    Example: rangkul client create --organisation KPAI --name "Simfoni PPA" --scope mou:read
    --scope handoff:read --jwks-file simfoni.json

    A portal in a browser: rangkul client create --organisation KPAI --name "Portal KPAI" --public
    --scope mou:read --redirect-uri https://portal.kpai.example/callback --portal
    """
    from api.cli.configuration import load
    from api.cli.operator import as_operator
    from auth import clients

    method = options.method(auth_method, public=public, keys=bool(jwks_file or jwks_uri))
    keys = options.keys_in(jwks_file)

    async def work(tx: "AsyncSession") -> "NewClient":
        spec = clients.ClientSpec(
            (await find(tx, organisation)).id, name, scope, method, options.grant_types(grant),
            redirect_uri or (), keys, jwks_uri, dpop, par, portal,
        )  # fmt: skip
        return await clients.register(tx, spec)

    made = as_operator(load(), work)
    say(f"client_id:     {made.key}")
    if made.secret:
        say(f"client_secret: {made.secret}")
        say(ONCE)


@app.command("change")
def change(
    client_id: Key,
    name: Annotated[str | None, typer.Option(help="Another name.")] = None,
    scope: options.MaybeScopes = None,
    jwks_file: options.JwksFile = None,
    jwks_uri: options.JwksUri = None,
    redirect_uri: options.RedirectUris = None,
    grant: options.Grants = None,
    dpop: options.Dpop = None,
    par: options.Par = None,
    portal: Annotated[
        bool | None, typer.Option("--portal/--no-portal", help="Open to all organisations.")
    ] = None,
) -> None:
    """Change what a program is registered with; what is not named stays.

    A list that is named is the whole new list. A program with a secret that is given keys uses
    them from now on, and its secrets no longer work.

    Example: rangkul client change simfoni-ppa-1a2b3c4d --jwks-file simfoni.json
    """
    from api.cli.configuration import load
    from api.cli.operator import as_operator
    from auth import clients

    given: dict[str, Any] = {
        "name": name, "scopes": scope, "jwks": options.keys_in(jwks_file), "jwks_uri": jwks_uri,
        "redirect_uris": redirect_uri, "grant_types": options.grant_types(grant),
        "dpop_bound": dpop, "par_required": par, "open_to_all": portal,
        "auth_method": clients.AuthMethod.PRIVATE_KEY_JWT if jwks_file or jwks_uri else None,
    }  # fmt: skip
    named = {field: value for field, value in given.items() if value is not None}

    async def work(tx: "AsyncSession") -> None:
        await clients.change(tx, client_id, **named)

    as_operator(load(), work)
    say(f"{client_id} is changed.")


@app.command("show")
def show(client_id: Key) -> None:
    """Show what a program is registered with; never its secrets.

    Example: rangkul client show simfoni-ppa-1a2b3c4d
    """
    from sqlalchemy import select

    from api.cli.configuration import load
    from api.cli.operator import as_operator
    from db.client import Client
    from db.organisation import Organisation

    async def work(tx: "AsyncSession") -> "list[tuple[str, str]]":
        query = (
            select(Client, Organisation.name)
            .join(Organisation, Organisation.id == Client.organisation_id)
            .where(Client.key == client_id)
        )
        row = (await tx.execute(query)).one_or_none()
        if row is None:
            raise Failure("There is no such client: see `rangkul client list`.")
        return options.described(*row)

    for label, value in as_operator(load(), work):
        say(f"{label:18}{value}")


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

    async def work(tx: "AsyncSession") -> list[tuple[str, str, str, list[str], bool]]:
        query = select(Client, Organisation.name).join(
            Organisation, Organisation.id == Client.organisation_id
        )
        if organisation:
            query = query.where(Organisation.id == (await find(tx, organisation)).id)
        rows = await tx.execute(query.order_by(Organisation.name, Client.key))
        return [
            (client.key, owner, client.auth_method, list(client.scopes), bool(client.disabled_at))
            for client, owner in rows
        ]

    table = Table(Column("client_id", overflow="fold"), "Organisation", "By", "Scopes", "State")
    for key, owner, by, scopes, disabled in as_operator(load(), work):
        table.add_row(key, owner, by, " ".join(scopes), "disabled" if disabled else "")
    out.print(table)


@app.command("disable")
def disable(client_id: Key) -> None:
    """Shut a program out for good: no new tokens, and those it has stop working at once.

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
