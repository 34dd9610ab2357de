"""Resolvers of visits and what was answered there."""

from datetime import date
from typing import Annotated

import strawberry

from db.visit import Visit, VisitNote, VisitResponse
from domain import comparison, visit, visit_response
from domain.answers import Answer
from domain.checks import Ref, id_of
from domain.paging import Page, PageArgs
from resolvers.context import Info
from resolvers.mou import Reason
from resolvers.relations import After, Before, First, Last

Body = Annotated[
    str,
    strawberry.argument(description="1 to 4,000 characters. Write nothing that names a child."),
]
Day = Annotated[date, strawberry.argument(description="The day it was made; not one to come.")]


async def one(info: Info, id: Ref) -> Visit:
    """One visit (kunjungan pengawasan) of an activity of yours, or one shared with you."""
    return await info.context.found(Visit, id_of(id, "visit", "id"), "id")


async def listed(
    info: Info,
    filter: visit.VisitFilter | None = None,
    first: First = None,
    after: After = None,
    last: Last = None,
    before: Before = None,
) -> Page[Visit]:
    """The visits of your activities and those shared with you, latest plan first."""
    args = PageArgs(first, after, last, before)
    return await info.context.listed(visit.listed(filter), Visit, visit.LATEST_FIRST, args)


async def compare(info: Info, activity_id: Ref, instrument_id: Ref) -> comparison.Comparison:
    """What the answers to one instrument come to in an activity, by section and question."""
    async with info.context.transaction() as tx:
        return await comparison.compare(tx, activity_id, instrument_id)


def answers(root: VisitResponse) -> list[Answer]:
    """What was answered, in the order of the questions."""
    return visit_response.answered(root)


async def plan(info: Info, activity_id: Ref, input: visit.VisitPlan) -> Visit:
    """Plan a visit under an activity of oversight, or of monitoring and evaluation."""
    async with info.context.change() as tx:
        return await visit.plan(tx, info.context.me, activity_id, input)


async def change(info: Info, id: Ref, input: visit.VisitChange) -> Visit:
    """Change what was planned, as long as nothing was submitted; what is left out stays."""
    async with info.context.change() as tx:
        return await visit.change(tx, info.context.me, id, input)


async def hold(info: Info, id: Ref, held_on: Day) -> Visit:
    """Say that the visit was made."""
    async with info.context.change() as tx:
        return await visit.hold(tx, info.context.me, id, held_on)


async def cancel(info: Info, id: Ref, reason: Reason) -> Visit:
    """Call a planned visit off."""
    async with info.context.change() as tx:
        return await visit.cancel(tx, info.context.me, id, reason)


async def share(info: Info, id: Ref) -> Visit:
    """Show the result to the organisation visited: what is submitted, and the score."""
    async with info.context.change() as tx:
        return await visit.share(tx, info.context.me, id)


async def note(info: Info, id: Ref, body: Body) -> VisitNote:
    """Write a note for those who do the work; observers and those visited never see it."""
    async with info.context.change() as tx:
        return await visit.note(tx, info.context.me, id, body)


async def save(info: Info, id: Ref, input: visit_response.ResponseDraft) -> VisitResponse:
    """Save your organisation's answers as a draft, in place of those saved before."""
    async with info.context.change() as tx:
        return await visit_response.save(tx, info.context.me, id, input)


async def submit(info: Info, id: Ref, input: visit_response.ResponseDraft) -> VisitResponse:
    """Submit your organisation's answers for a visit that was held; they stay as they are."""
    async with info.context.change() as tx:
        return await visit_response.submit(tx, info.context.me, id, input)


async def correct(
    info: Info, id: Ref, input: visit_response.ResponseDraft, reason: Reason
) -> VisitResponse:
    """Correct submitted answers by submitting all of them again, with a reason; both are kept."""
    async with info.context.change() as tx:
        return await visit_response.correct(tx, info.context.me, id, input, reason)
