"""`rangkul provider`: an organisation's own accounts, at its own OpenID Connect issuer."""

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.console import Failure, say
from api.cli.organisations import find

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncSession

    from db.user import IdentityProvider

app = typer.Typer(
    help="Let people sign in with accounts of their organisation.", no_args_is_help=True
)
Owner = Annotated[str, typer.Argument(metavar="ORGANISATION", help="Its id, name or short name.")]


@app.command("set")
def set_(
    organisation: Owner,
    name: Annotated[str, typer.Option(help="What people know their accounts as: Akun Polri.")],
    issuer: Annotated[str, typer.Option(help="The issuer, exactly as it calls itself.")],
    client_id: Annotated[str, typer.Option(help="What Rangkul is called there.")],
    secret_file: Annotated[
        Path | None,
        typer.Option(help="A file with Rangkul's secret there; without: the one before, or none."),
    ] = None,
    only_way: Annotated[
        bool, typer.Option("--only-way", help="Its people sign in there alone, not with us.")
    ] = False,
) -> None:
    """Set up or change the issuer at which people of an organisation sign in.

    Who may come in is still said here: only people who were invited are let in.

    Example: rangkul provider set "Kepolisian Contoh" --name "Akun Polri"
    --issuer https://masuk.polri.example --client-id rangkul --secret-file secret.txt
    """
    from api.cli.configuration import load
    from api.cli.operator import acting_for, as_operator, auth_settings
    from domain import provider

    settings = load()
    auth = auth_settings(settings)
    given = provider.ProviderSettings(name, issuer, client_id, _secret(secret_file), only_way)

    async def work(tx: "AsyncSession") -> "IdentityProvider":
        owner = await find(tx, organisation)
        return await provider.set_up(tx, await acting_for(tx, owner.id), auth, given)

    row = as_operator(settings, work)
    say(f"People of this organisation may sign in at {row.issuer}.")


@app.command("show")
def show(organisation: Owner) -> None:
    """Show an organisation's issuer, and the redirect address to register there for Rangkul.

    The address is the same before an issuer is set.

    Example: rangkul provider show "Kepolisian Contoh"
    """
    from sqlalchemy import select

    from api.cli.configuration import issuer_of, load
    from api.cli.operator import as_operator, auth_settings
    from auth.upstream import redirect_uri
    from db.user import IdentityProvider

    settings = load()
    auth = replace(auth_settings(settings), issuer=issuer_of(settings))

    async def work(tx: "AsyncSession") -> "tuple[str, IdentityProvider | None]":
        owner = await find(tx, organisation)
        own = select(IdentityProvider).where(IdentityProvider.organisation_id == owner.id)
        return redirect_uri(auth, owner.id), await tx.scalar(own)

    address, row = as_operator(settings, work)
    say(f"redirect URI: {address}")
    if row is not None:
        say(f"issuer:       {row.issuer}")
        say(f"client_id:    {row.client_id}")
        say(f"name:         {row.name}")
        say(f"only way:     {'yes' if row.only_way else 'no'}")
        say(f"state:        {'removed' if row.disabled_at else 'in use'}")


@app.command("remove")
def remove(organisation: Owner) -> None:
    """Let nobody sign in at the organisation's issuer any more.

    Who has no password here then needs a link: see `rangkul user link`.

    Example: rangkul provider remove "Kepolisian Contoh"
    """
    from api.cli.configuration import load
    from api.cli.operator import acting_for, as_operator
    from domain import provider

    async def work(tx: "AsyncSession") -> "IdentityProvider":
        owner = await find(tx, organisation)
        return await provider.remove(tx, await acting_for(tx, owner.id))

    say(f"Nobody signs in at {as_operator(load(), work).issuer} any more.")


def _secret(file: Path | None) -> str | None:
    """From a file: what stands in a command is seen by everybody on the machine."""
    if file is None:
        return None
    try:
        return file.read_text(encoding="utf-8").strip()
    except (OSError, ValueError):
        raise Failure(f"{file} cannot be read.") from None
