"""`rangkul user`: the people of organisations, for whoever keeps the installation.

Administrators keep their own people by the API; here is how the first of them comes in, and how
somebody is shut out when no administrator can.
"""

from typing import TYPE_CHECKING, Annotated
from uuid import UUID

import typer

from api.cli.console import Failure, out, say
from api.cli.organisations import find as find_organisation
from auth.language import Language
from auth.roles import Role

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncSession

    from api.settings import Settings
    from db.user import User
    from domain.checks import Ref

app = typer.Typer(help="Invite people, give them roles, shut them out.", no_args_is_help=True)
Who = Annotated[str, typer.Argument(metavar="PERSON", help="E-mail address or id.")]
NOBODYS = UUID(int=0)
Roles = Annotated[list[Role], typer.Option("--role", help="A role; repeat for more.")]


@app.command("invite")
def invite(
    email: Annotated[str, typer.Argument(help="The address they sign in with.")],
    organisation: Annotated[str, typer.Option(help="Its id, name or short name.")],
    name: Annotated[str, typer.Option(help="Their name.")],
    role: Roles,
    language: Annotated[Language, typer.Option(help="The language of their pages.")] = "id",
) -> None:
    """Invite a person, and print the link with which they choose a password.

    Example: rangkul user invite sari@kpai.example --organisation KPAI --name "Sari Wulan"
    --role ADMINISTRATOR
    """
    from api.cli.configuration import load
    from api.cli.operator import acting_for, as_operator
    from domain import user

    settings = load()

    async def work(tx: "AsyncSession") -> "user.Invited":
        owner = await find_organisation(tx, organisation)
        given = user.NewUser(email, name, role, user.Tongue(language))
        operator = await acting_for(tx, owner.id)
        return await user.invite(tx, operator, given, hours=settings.invitation_hours)

    _show_link(settings, as_operator(settings, work).ticket)


@app.command("link")
def link(person: Who) -> None:
    """Print a new link for somebody who lost the first one, or what they signed in with.

    When it is taken up, what they signed in with before ends, and so do their sessions.

    Example: rangkul user link sari@kpai.example
    """
    from api.cli.configuration import load
    from api.cli.operator import acting_for, as_operator
    from domain import user

    settings = load()

    async def work(tx: "AsyncSession") -> "user.Invited":
        row = await _find(tx, person)
        operator = await acting_for(tx, row.organisation_id)
        hours = settings.invitation_hours
        return await user.renew_link(tx, operator, _ref(row), hours=hours)

    _show_link(settings, as_operator(settings, work).ticket)


@app.command("list")
def list_(
    organisation: Annotated[str | None, typer.Option(help="Only of this one.")] = None,
) -> None:
    """List the people, with their roles.

    Example: rangkul user list --organisation KPAI
    """
    from rich.table import Column, Table
    from sqlalchemy import select

    from api.cli.configuration import load
    from api.cli.operator import as_operator
    from db.organisation import Organisation
    from db.user import User

    async def work(tx: "AsyncSession") -> "list[tuple[User, str]]":
        query = select(User, Organisation.name).join(
            Organisation, Organisation.id == User.organisation_id
        )
        if organisation:
            query = query.where(
                User.organisation_id == (await find_organisation(tx, organisation)).id
            )
        rows = await tx.execute(query.order_by(Organisation.name, User.email))
        return [(row, owner) for row, owner in rows]

    table = Table(Column("E-mail", overflow="fold"), "Name", "Organisation", "Roles", "State")
    for row, owner in as_operator(load(), work):
        table.add_row(row.email, row.name, owner, " ".join(row.roles), _state(row))
    out.print(table)


@app.command("roles")
def roles(person: Who, role: Roles) -> None:
    """Give a person these roles, and no others.

    Example: rangkul user roles sari@kpai.example --role CASE_WORKER --role SUPERVISOR
    """
    from api.cli.configuration import load
    from api.cli.operator import acting_for, as_operator
    from domain import user

    async def work(tx: "AsyncSession") -> "User":
        row = await _find(tx, person)
        operator = await acting_for(tx, row.organisation_id)
        return await user.change(tx, operator, _ref(row), user.UserChange(roles=role))

    row = as_operator(load(), work)
    say(f"{row.email}: {' '.join(row.roles)}")


@app.command("disable")
def disable(person: Who) -> None:
    """Shut a person out: sessions, what programs may do for them, and links end at once.

    Example: rangkul user disable sari@kpai.example
    """
    from api.cli.configuration import load
    from api.cli.operator import acting_for, as_operator
    from domain import user

    async def work(tx: "AsyncSession") -> "User":
        row = await _find(tx, person)
        # As nobody's organisation: even a last administrator can be shut out by the operator.
        return await user.disable(tx, await acting_for(tx, NOBODYS), _ref(row))

    say(f"{as_operator(load(), work).email} is shut out.")


@app.command("enable")
def enable(person: Who) -> None:
    """Let a person in again, with what they signed in with before.

    Example: rangkul user enable sari@kpai.example
    """
    from api.cli.configuration import load
    from api.cli.operator import acting_for, as_operator
    from domain import user

    async def work(tx: "AsyncSession") -> "User":
        row = await _find(tx, person)
        return await user.enable(tx, await acting_for(tx, row.organisation_id), _ref(row))

    say(f"{as_operator(load(), work).email} may sign in again.")


def _ref(row: "User") -> "Ref":
    from domain.checks import Ref

    return Ref(row.global_id)


async def _find(tx: "AsyncSession", wanted: str) -> "User":
    from sqlalchemy import select

    from db.ids import decode
    from db.user import User

    known = decode(wanted)
    match = User.id == known[1] if known and known[0] == "user" else User.email == wanted.lower()
    found = await tx.scalar(select(User).where(match))
    if found is None:
        raise Failure("There is no such person: see `rangkul user list`.")
    return found


def _state(row: "User") -> str:
    if row.disabled_at is not None:
        return "shut out"
    return "" if row.joined_at else "invited"


def _show_link(settings: "Settings", ticket: str) -> None:
    from api.cli.configuration import issuer_of
    from auth.invitations import link as link_of

    say(link_of(issuer_of(settings), ticket))
    hours = settings.invitation_hours
    say(f"This link works once, for {hours} hours: give it to nobody but the person.")
