"""Resolvers of organisations and the vocabularies."""

from typing import Annotated

import strawberry

from db.enums import DpopPolicy, TermKind
from db.organisation import Organisation
from db.term import Term
from domain import organisation, term
from domain.checks import Ref, id_of
from domain.paging import Page, PageArgs
from resolvers.context import Info
from resolvers.relations import After, Before, First, Last


async def one(info: Info, id: Ref) -> Organisation:
    """One organisation (lembaga) of the directory."""
    return await info.context.found(Organisation, id_of(id, "organisation", "id"), "id")


async def listed(
    info: Info,
    filter: organisation.OrganisationFilter | None = None,
    first: First = None,
    after: After = None,
    last: Last = None,
    before: Before = None,
) -> Page[Organisation]:
    """The directory of organisations (direktori lembaga), by name."""
    statement = organisation.listed(filter)
    args = PageArgs(first, after, last, before)
    return await info.context.listed(statement, Organisation, organisation.ORDER, args)


async def vocabulary(
    info: Info,
    kind: TermKind,
    include_past: Annotated[
        bool, strawberry.argument(description="Also words whose period is over.")
    ] = False,
    first: First = None,
    after: After = None,
    last: Last = None,
    before: Before = None,
) -> Page[Term]:
    """A dated vocabulary: the words that hold today, each with its legal source."""
    args = PageArgs(first, after, last, before)
    return await info.context.listed(term.listed(kind, include_past), Term, term.ORDER, args)


async def access(root: Organisation, info: Info) -> Organisation | None:
    """What KPAI granted the organisation; null unless it is your own, or you are KPAI."""
    own = await info.context.one(Organisation, info.context.me.organisation_id)
    return organisation.access(own, root)


async def set_access(
    info: Info,
    id: Ref,
    scopes: Annotated[
        list[str] | None,
        strawberry.argument(description="All it is granted from now on; left out, it stays."),
    ] = None,
    dpop: Annotated[
        DpopPolicy | None,
        strawberry.argument(description="Which of its tokens must be bound to a key."),
    ] = None,
) -> Organisation:
    """Grant an organisation more or less; what is taken away closes at once. KPAI only."""
    async with info.context.change() as tx:
        return await organisation.set_access(tx, info.context.me, id, scopes, dpop)


async def register(info: Info, input: organisation.NewOrganisation) -> Organisation:
    """Register a partner (mendaftarkan lembaga). KPAI only."""
    async with info.context.change() as tx:
        return await organisation.register(tx, info.context.me, input)


async def change(info: Info, id: Ref, input: organisation.OrganisationChange) -> Organisation:
    """Rename or move an organisation. KPAI only; what is left out stays."""
    async with info.context.change() as tx:
        return await organisation.change(tx, info.context.me, id, input)


async def dissolve(info: Info, id: Ref) -> Organisation:
    """Close an organisation (membubarkan): its tokens open nothing from now on. KPAI only."""
    async with info.context.change() as tx:
        return await organisation.dissolve(tx, info.context.me, id)
