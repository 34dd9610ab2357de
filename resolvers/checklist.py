"""Resolvers of checklists and assessments."""

from typing import Annotated

import strawberry

from db.checklist import Assessment, Checklist
from domain import checklist
from domain.checks import Ref, id_of
from domain.paging import Page, PageArgs
from resolvers.context import Info
from resolvers.relations import After, Before, First, Last

Province = Annotated[
    str | None, strawberry.argument(description="Kemendagri code of a province, `31`.")
]
OfType = Annotated[str | None, strawberry.argument(description="A type of organisation.")]


async def one(info: Info, id: Ref) -> Checklist:
    """One checklist (daftar periksa) of a regulation."""
    return await info.context.found(Checklist, id_of(id, "checklist", "id"), "id")


async def assessment(info: Info, id: Ref) -> Assessment:
    """One assessment: of your organisation, of one below it, or by it."""
    return await info.context.found(Assessment, id_of(id, "assessment", "id"), "id")


async def listed(
    info: Info,
    filter: checklist.AssessmentFilter | None = None,
    first: First = None,
    after: After = None,
    last: Last = None,
    before: Before = None,
) -> Page[Assessment]:
    """Assessments of your organisation, of those below it, or by it; latest half-year first."""
    args = PageArgs(first, after, last, before)
    statement = checklist.listed(filter)
    return await info.context.listed(statement, Assessment, checklist.LATEST_PERIOD, args)


async def averages(
    info: Info, regulation_id: Ref, region_code: Province = None, organisation_type: OfType = None
) -> list[checklist.ImplementationAverage]:
    """How far a regulation is carried out, by half-year, province and type of organisation.

    For closed half-years, over at least five organisations, and without totals: see
    `domain.checklist`.
    """
    async with info.context.transaction() as tx:
        return await checklist.averages(tx, regulation_id, region_code, organisation_type)


async def change(root: Assessment, info: Info) -> int | None:
    """Points above (or below) what the same assessor found in the half-year before."""
    return await info.context.each(checklist.changes, root.id)


async def draw_up(info: Info, input: checklist.NewChecklist) -> Checklist:
    """Write a checklist of a regulation in force, or its next version. Whoever keeps the entry."""
    async with info.context.change() as tx:
        return await checklist.draw_up(tx, info.context.me, input)


async def assess(info: Info, input: checklist.NewAssessment) -> Assessment:
    """Assess an organisation for a half-year; to correct it, assess again within three months.

    For the organisation itself, those above it, KPAI, and the KPAD of its region.
    """
    async with info.context.change() as tx:
        return await checklist.assess(tx, info.context.me, input)
