"""Resolvers of regulations."""

from db.regulation import Regulation
from domain import regulation
from domain.checks import Ref, id_of
from domain.paging import Page, PageArgs
from resolvers.context import Info
from resolvers.relations import After, Before, First, Last


async def one(info: Info, id: Ref) -> Regulation:
    """One regulation (peraturan) or draft of one."""
    return await info.context.found(Regulation, id_of(id, "regulation", "id"), "id")


async def listed(
    info: Info,
    filter: regulation.RegulationFilter | None = None,
    first: First = None,
    after: After = None,
    last: Last = None,
    before: Before = None,
) -> Page[Regulation]:
    """The directory of regulations and drafts (daftar peraturan), newest year first."""
    args = PageArgs(first, after, last, before)
    statement = regulation.listed(filter)
    return await info.context.listed(statement, Regulation, regulation.NEWEST_FIRST, args)


async def register(info: Info, input: regulation.NewRegulation) -> Regulation:
    """Enter a regulation or a draft that the directory does not have; you keep the entry."""
    async with info.context.change() as tx:
        return await regulation.register(tx, info.context.me, input)


async def change(info: Info, id: Ref, input: regulation.RegulationChange) -> Regulation:
    """Correct an entry, or say which regulation a draft became. Whoever registered it, or KPAI."""
    async with info.context.change() as tx:
        return await regulation.change(tx, info.context.me, id, input)


async def reach(info: Info, id: Ref, input: regulation.NewStage) -> Regulation:
    """Record the stage that was reached. Whoever registered the regulation, or KPAI."""
    async with info.context.change() as tx:
        return await regulation.reach(tx, info.context.me, id, input)
