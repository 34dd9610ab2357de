"""Resolvers of programs and what they were granted."""

from typing import Annotated

import strawberry

from db.client import Client
from db.grant import Grant
from domain import client
from domain.checks import Ref, id_of
from domain.paging import Page, PageArgs
from resolvers.context import Info
from resolvers.relations import After, Before, First, Last

Reason = Annotated[
    str | None,
    strawberry.argument(description=f"For the security log: up to {client.REASON} characters."),
]


async def one(info: Info, id: Ref) -> Client:
    """One program (aplikasi) of your organisation."""
    return await info.context.found(Client, id_of(id, "client", "id"), "id")


async def listed(
    info: Info,
    organisation_id: Annotated[
        Ref | None, strawberry.argument(description="Only programs of this organisation.")
    ] = None,
    include_disabled: Annotated[
        bool, strawberry.argument(description="Also those that were shut out.")
    ] = False,
    first: First = None,
    after: After = None,
    last: Last = None,
    before: Before = None,
) -> Page[Client]:
    """The programs of your organisation, in the order of registration. KPAI sees those of all."""
    statement = client.listed(organisation_id, include_disabled)
    return await info.context.listed(
        statement, Client, client.ORDER, PageArgs(first, after, last, before)
    )


def keys(root: Client) -> list[client.PublicKey]:
    """The public keys it registered, if it signs and has no address of them."""
    return client.keys(root)


async def register(info: Info, input: client.NewClient) -> client.WithSecret:
    """Register a program (mendaftarkan aplikasi) of your organisation, within what KPAI granted."""
    async with info.context.change() as tx:
        return await client.register(tx, info.context.me, input)


async def change(info: Info, id: Ref, input: client.ClientChange) -> Client:
    """Change a program; what is left out stays. What it may no longer ask for closes at once."""
    async with info.context.change() as tx:
        return await client.change(tx, info.context.me, id, input)


async def add_secret(
    info: Info,
    id: Ref,
    overlap_days: Annotated[
        int,
        strawberry.argument(description="For how long the former secrets still work: 0 to 90."),
    ] = 7,
) -> client.WithSecret:
    """Give a program another secret (mengganti rahasia), shown this once."""
    async with info.context.change() as tx:
        return await client.add_secret(tx, info.context.me, id, overlap_days)


async def disable(info: Info, id: Ref, reason: Reason = None) -> Client:
    """Shut a program out (menonaktifkan), and end all it was granted. There is no way back.

    To let it in again, register it anew: with a client_id and keys that nobody had meanwhile.
    """
    async with info.context.change() as tx:
        return await client.disable(tx, info.context.me, id, reason)


async def end_grant(info: Info, id: Ref) -> Grant:
    """Take back one permission (mengakhiri izin): its tokens open nothing from now on.

    Those of people need the scope `user:write` as well.
    """
    async with info.context.change() as tx:
        return await client.end_grant(tx, info.context.me, id)
