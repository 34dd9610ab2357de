"""Resolvers of materials of public education."""

from db.material import Material, MaterialVersion
from domain import material
from domain.checks import Ref, id_of
from domain.paging import Page, PageArgs
from resolvers.context import Info
from resolvers.relations import After, Before, First, Last


async def one(info: Info, id: Ref) -> Material:
    """One material (materi): your own, a published one, or one that a session you see uses."""
    return await info.context.found(Material, id_of(id, "material", "id"), "id")


async def listed(
    info: Info,
    filter: material.MaterialFilter | None = None,
    first: First = None,
    after: After = None,
    last: Last = None,
    before: Before = None,
) -> Page[Material]:
    """Materials (materi) of public education that you may see, newest first."""
    args = PageArgs(first, after, last, before)
    return await info.context.listed(material.listed(filter), Material, material.NEWEST_FIRST, args)


async def add(info: Info, input: material.NewMaterial) -> Material:
    """Keep a material of your organisation, with its first version."""
    async with info.context.change() as tx:
        return await material.add(tx, info.context.me, input)


async def add_version(info: Info, id: Ref, input: material.MaterialVersionDraft) -> Material:
    """Write a material of yours anew; versions that were used stay."""
    async with info.context.change() as tx:
        return await material.add_version(tx, info.context.me, id, input)


async def publish(info: Info, id: Ref) -> MaterialVersion:
    """Let every organisation see and use a version of yours; it cannot be taken back."""
    async with info.context.change() as tx:
        return await material.publish(tx, info.context.me, id)
