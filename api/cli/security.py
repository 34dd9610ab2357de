"""`rangkul security`: what happened about access, over all organisations."""

from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.console import out, say
from api.cli.organisations import find
from auth.events import EventKind

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncSession

    from db.security import SecurityEvent

    Row = tuple[SecurityEvent, str | None, str | None, str | None]


def security(
    organisation: Annotated[str | None, typer.Option(help="Only what concerns this one.")] = None,
    kind: Annotated[
        list[EventKind] | None, typer.Option(help="Only events of this kind; repeat for more.")
    ] = None,
    limit: Annotated[int, typer.Option(min=1, max=10_000, help="How many, newest first.")] = 50,
    json: Annotated[bool, typer.Option("--json", help="One JSON object a line.")] = False,
) -> None:
    """Show the security log, newest first: who was let in or turned away, and what was changed.

    Example: rangkul security --organisation KPAI --kind SIGN_IN_FAILED --kind SLOWED_DOWN
    """
    from sqlalchemy import select

    from api.cli.configuration import load
    from api.cli.operator import as_operator
    from db.client import Client
    from db.organisation import Organisation
    from db.security import SecurityEvent
    from db.user import User

    async def work(tx: "AsyncSession") -> "list[Row]":
        query = (
            select(SecurityEvent, Organisation.name, Client.key, User.email)
            .outerjoin(Organisation, Organisation.id == SecurityEvent.organisation_id)
            .outerjoin(Client, Client.id == SecurityEvent.client_id)
            .outerjoin(User, User.id == SecurityEvent.user_id)
        )
        if organisation:
            owner = await find(tx, organisation)
            query = query.where(SecurityEvent.organisation_id == owner.id)
        if kind:
            query = query.where(SecurityEvent.kind.in_([each.value for each in kind]))
        rows = await tx.execute(query.order_by(SecurityEvent.id.desc()).limit(limit))
        return [(event, name, key, email) for event, name, key, email in rows]

    found = as_operator(load(), work)
    if json:
        for row in found:
            say(_line(*row))
    else:
        _table(found)


def _table(found: "list[Row]") -> None:
    from rich.markup import escape
    from rich.table import Column, Table

    table = Table(
        Column("When", no_wrap=True), Column("What", no_wrap=True), "Organisation", "About",
        "From", "More",
    )  # fmt: skip
    for event, owner, key, email in found:
        about = " ".join(word for word in (key, email) if word)
        more = " ".join(f"{name}={_word(value)}" for name, value in sorted(event.facts.items()))
        cells = (f"{event.created_at:%F %T}", event.kind, owner, about, event.address, more)
        table.add_row(*(escape(cell or "") for cell in cells))
    out.print(table)


def _line(event: "SecurityEvent", owner: str | None, key: str | None, email: str | None) -> str:
    import orjson

    line = {
        "id": event.id, "at": event.created_at, "kind": event.kind, "organisation": owner,
        "organisation_id": event.organisation_id, "client_id": key, "user": email,
        "by_client_id": event.by_client_id, "by_user_id": event.by_user_id,
        "address": event.address, "facts": event.facts,
    }  # fmt: skip
    return orjson.dumps(line, default=str).decode()


def _word(value: object) -> str:
    return ",".join(map(str, value)) if isinstance(value, list) else str(value)
