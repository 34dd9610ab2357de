"""Resolvers of sessions of public education, their figures and tests."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any

import strawberry

from db.education import EducationSession, SessionFigures, SessionTest
from domain import education, education_figures, education_totals
from domain.checks import Ref, id_of
from domain.education_totals import EducationTotals, People, PeopleCount
from domain.paging import Page, PageArgs
from resolvers.context import Info
from resolvers.mou import Reason
from resolvers.relations import After, Before, First, Last


async def one(info: Info, id: Ref) -> EducationSession:
    """One session (sesi sosialisasi) of an activity you take part in."""
    return await info.context.found(EducationSession, id_of(id, "educationsession", "id"), "id")


async def listed(
    info: Info,
    filter: education.SessionFilter | None = None,
    first: First = None,
    after: After = None,
    last: Last = None,
    before: Before = None,
) -> Page[EducationSession]:
    """Sessions (sesi sosialisasi) of activities you take part in, latest start first."""
    args = PageArgs(first, after, last, before)
    statement = education.listed(filter)
    return await info.context.listed(statement, EducationSession, education.LATEST_FIRST, args)


async def plan(info: Info, input: education.SessionPlan) -> EducationSession:
    """Plan a session that your organisation runs. Lead, co-organisers and contributors."""
    async with info.context.change() as tx:
        return await education.plan(tx, info.context.me, input)


async def change(info: Info, id: Ref, input: education.SessionChange) -> EducationSession:
    """Change a planned session; what is left out stays. Who runs it, lead and co-organisers."""
    async with info.context.change() as tx:
        return await education.change(tx, info.context.me, id, input)


async def hold(
    info: Info,
    id: Ref,
    held_from: Annotated[datetime, strawberry.argument(description="When it began.")],
    held_until: Annotated[datetime, strawberry.argument(description="When it ended.")],
    material_version_ids: Annotated[
        list[Ref] | None,
        strawberry.argument(description="What was used, if something else than planned."),
    ] = None,
) -> EducationSession:
    """Say that a session was held; figures and tests are recorded then."""
    async with info.context.change() as tx:
        return await education.hold(
            tx, info.context.me, id, held_from, held_until, material_version_ids
        )


async def cancel(info: Info, id: Ref, reason: Reason) -> EducationSession:
    """Call a planned session off. Who runs it, lead and co-organisers."""
    async with info.context.change() as tx:
        return await education.cancel(tx, info.context.me, id, reason)


async def record(
    info: Info, id: Ref, input: education_figures.SessionFiguresDraft
) -> EducationSession:
    """Record who came or was reached, or correct it with a reason. Figures only, never names."""
    async with info.context.change() as tx:
        return await education_figures.record(tx, info.context.me, id, input)


async def record_test(
    info: Info, id: Ref, input: education_figures.SessionTestDraft
) -> EducationSession:
    """Record tests before and after (uji awal dan akhir) of an audience, or correct them."""
    async with info.context.change() as tx:
        return await education_figures.record_test(tx, info.context.me, id, input)


async def figures(root: EducationSession, info: Info) -> SessionFigures | None:
    """The figures that count: the last ones."""
    return await info.context.each(education_figures.latest_figures, root.id)


async def tests(root: EducationSession, info: Info) -> Sequence[SessionTest]:
    """The tests that count: the last one of each audience."""
    return await info.context.each(education_figures.latest_tests, root.id) or []


async def totals(root: Any, info: Info) -> EducationTotals | None:
    """What its public education came to, over the sessions you see; null unless you take part."""
    return await info.context.each(education_totals.totals, root.id)


async def people(root: SessionFigures) -> People:
    """The people counted."""
    return education_totals.people(root)


async def gain(root: SessionTest) -> float:
    """What was learnt, as a share of the maximum: from -1 to 1."""
    return education_figures.gain(root)


async def total(root: People) -> int:
    """In all."""
    return root.total


async def by_audience(root: People) -> list[PeopleCount]:
    """By audience."""
    return root.by("audience")


async def by_sex(root: People) -> list[PeopleCount]:
    """By sex."""
    return root.by("sex")


async def by_age_band(root: People) -> list[PeopleCount]:
    """By age."""
    return root.by("age_band")


async def by_disability(root: People) -> list[PeopleCount]:
    """By disability."""
    return root.by("disability")
