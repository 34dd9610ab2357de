"""Resolvers of recommendations and of what becomes of them."""

from datetime import date
from typing import Annotated

import strawberry

from db.finding import Finding
from db.recommendation import FollowUp, FollowUpVerdict, Recommendation
from domain import follow_up, recommendation
from domain.addressed import NEWEST_FIRST
from domain.checks import PARAGRAPH, Ref, id_of
from domain.paging import Page, PageArgs
from resolvers.context import Info
from resolvers.finding import Side, Under
from resolvers.mou import Reason
from resolvers.relations import After, Before, First, Last

NewAddressee = Annotated[
    Ref, strawberry.argument(description="An organisation that was not dissolved.")
]
NewDay = Annotated[date, strawberry.argument(description="The last day, today or later.")]


async def one(info: Info, id: Ref) -> Recommendation:
    """One recommendation (rekomendasi) that is shared with your organisation."""
    return await info.context.found(Recommendation, id_of(id, "recommendation", "id"), "id")


async def listed(
    info: Info,
    side: Side = None,
    filter: recommendation.RecommendationFilter | None = None,
    first: First = None,
    after: After = None,
    last: Last = None,
    before: Before = None,
) -> Page[Recommendation]:
    """Recommendations you issued, that are addressed to you, or of activities you take part in."""
    statement = recommendation.listed(info.context.me, side, filter)
    args = PageArgs(first, after, last, before)
    return await info.context.listed(statement, Recommendation, NEWEST_FIRST, args)


async def counts(
    info: Info, side: Side = None, filter: recommendation.RecommendationFilter | None = None
) -> recommendation.RecommendationCounts:
    """How far recommendations have come: each state, what is late, the rate of follow-up."""
    async with info.context.transaction() as tx:
        return await recommendation.counts(tx, info.context.me, side, filter)


async def findings(root: Recommendation, info: Info) -> list[Finding]:
    """The findings it rests on, as far as they are shared with you."""
    return await info.context.each(recommendation.findings_of, root.id) or []


async def draft(
    info: Info, activity_id: Under, input: recommendation.RecommendationDraft
) -> Recommendation:
    """Write a recommendation from confirmed findings; nobody else sees it until it is issued."""
    async with info.context.change() as tx:
        return await recommendation.draft(tx, info.context.me, activity_id, input)


async def change(info: Info, id: Ref, input: recommendation.RecommendationDraft) -> Recommendation:
    """Write a draft of yours anew."""
    async with info.context.change() as tx:
        return await recommendation.change(tx, info.context.me, id, input)


async def issue(info: Info, id: Ref) -> Recommendation:
    """Issue it: its addressee sees it with its findings, and so do all who take part."""
    async with info.context.change() as tx:
        return await recommendation.issue(tx, info.context.me, id)


async def withdraw(info: Info, id: Ref, reason: Reason) -> Recommendation:
    """Take back a recommendation of yours that is not closed."""
    async with info.context.change() as tx:
        return await recommendation.withdraw(tx, info.context.me, id, reason)


async def readdress(
    info: Info, id: Ref, addressee_id: NewAddressee, due_on: NewDay, reason: Reason
) -> Recommendation:
    """Go on with another organisation when the addressee was dissolved: the new one is answered."""
    async with info.context.change() as tx:
        return await recommendation.readdress(tx, info.context.me, id, addressee_id, due_on, reason)


async def respond(info: Info, id: Ref, input: follow_up.ResponseDraft) -> Recommendation:
    """Say once whether you will do it (tanggapan). The addressee's step."""
    async with info.context.change() as tx:
        return await follow_up.respond(tx, info.context.me, id, input)


async def report(info: Info, id: Ref, input: follow_up.FollowUpDraft) -> FollowUp:
    """Report what you did (tindak lanjut), any number of times. The addressee's step."""
    async with info.context.change() as tx:
        return await follow_up.report(tx, info.context.me, id, input)


async def judge(
    info: Info,
    id: Annotated[Ref, strawberry.argument(description="The report of follow-up.")],
    verdict: FollowUpVerdict,
    reason: Annotated[
        str | None,
        strawberry.argument(description=f"Up to {PARAGRAPH:,} characters; for NOT_YET required."),
    ] = None,
) -> FollowUp:
    """Say of a report whether it is enough (verifikasi): then the recommendation is closed.

    Only the side that issued a recommendation closes it; the second wall holds that as well.
    """
    async with info.context.change() as tx:
        return await follow_up.judge(tx, info.context.me, id, verdict, reason)
