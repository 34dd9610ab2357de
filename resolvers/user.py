"""Resolvers of people and the browsers they are signed in with."""

from typing import Annotated

import strawberry

from auth import invitations
from auth.roles import Role
from db.user import Session, User
from domain import user
from domain.checks import Ref, id_of
from domain.paging import Page, PageArgs
from resolvers.context import Info
from resolvers.relations import After, Before, First, Last


async def one(info: Info, id: Ref) -> User:
    """One person (pengguna) of your organisation."""
    return await info.context.found(User, id_of(id, "user", "id"), "id")


async def listed(
    info: Info,
    organisation_id: Annotated[
        Ref | None, strawberry.argument(description="Only people of this organisation.")
    ] = None,
    role: Annotated[
        Role | None, strawberry.argument(description="Only those who hold this role.")
    ] = None,
    include_disabled: Annotated[
        bool, strawberry.argument(description="Also those who were shut out.")
    ] = False,
    first: First = None,
    after: After = None,
    last: Last = None,
    before: Before = None,
) -> Page[User]:
    """The people of your organisation, by name. KPAI sees the administrators of all."""
    statement = user.listed(organisation_id, role, include_disabled)
    return await info.context.listed(
        statement, User, user.BY_NAME, PageArgs(first, after, last, before)
    )


def link(root: user.Invited, info: Info) -> str:
    """The address at which they set how they sign in, once and within days. Shown this once."""
    return invitations.link(info.context.auth.issuer, root.ticket)


async def invite(info: Info, input: user.NewUser) -> user.Invited:
    """Invite a person (mengundang pengguna) by a link that you hand over."""
    async with info.context.change() as tx:
        hours = info.context.auth.invitation_hours
        return await user.invite(tx, info.context.me, input, hours=hours)


async def change(info: Info, id: Ref, input: user.UserChange) -> User:
    """Change a person's name or roles; what is left out stays. Roles taken away close at once."""
    async with info.context.change() as tx:
        return await user.change(tx, info.context.me, id, input)


async def renew_link(info: Info, id: Ref) -> user.Invited:
    """Another link, for whoever lost the first or cannot sign in; former links end.

    When it is taken up, the former ways to sign in end, and all sessions and grants.
    """
    async with info.context.change() as tx:
        hours = info.context.auth.invitation_hours
        return await user.renew_link(tx, info.context.me, id, hours=hours)


async def disable(info: Info, id: Ref) -> User:
    """Shut a person out (menutup akses): sessions and all that programs may do for them end."""
    async with info.context.change() as tx:
        return await user.disable(tx, info.context.me, id)


async def enable(info: Info, id: Ref) -> User:
    """Let a person in again (membuka akses); they sign in as before."""
    async with info.context.change() as tx:
        return await user.enable(tx, info.context.me, id)


async def end_session(info: Info, id: Ref) -> Session:
    """Sign a person out of one browser (mengakhiri sesi), and of the programs used from there."""
    async with info.context.change() as tx:
        return await user.end_session(tx, info.context.me, id)
