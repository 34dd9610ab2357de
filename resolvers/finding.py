"""Resolvers of findings."""

from typing import Annotated, Any

import strawberry

from db.finding import Finding
from domain import finding
from domain.addressed import NEWEST_FIRST, OversightSide
from domain.checks import Ref, id_of
from domain.paging import Page, PageArgs
from resolvers.context import Info
from resolvers.mou import Reason
from resolvers.relations import After, Before, First, Last

Under = Annotated[Ref, strawberry.argument(description="An activity your organisation works on.")]
Side = Annotated[
    OversightSide | None, strawberry.argument(description="Left out: all that you may see.")
]


async def one(info: Info, id: Ref) -> Finding:
    """One finding (temuan) that is shared with your organisation."""
    return await info.context.found(Finding, id_of(id, "finding", "id"), "id")


async def listed(
    info: Info,
    side: Side = None,
    filter: finding.FindingFilter | None = None,
    first: First = None,
    after: After = None,
    last: Last = None,
    before: Before = None,
) -> Page[Finding]:
    """Findings of your own, those you were told of, and those of activities you take part in."""
    statement = finding.listed(info.context.me, side, filter)
    args = PageArgs(first, after, last, before)
    return await info.context.listed(statement, Finding, NEWEST_FIRST, args)


async def counts(info: Info, side: Side = None, filter: finding.FindingFilter | None = None) -> Any:
    """How many findings there are of each severity in each state."""
    async with info.context.transaction() as tx:
        return await finding.counts(tx, info.context.me, side, filter)


async def draft(info: Info, activity_id: Under, input: finding.FindingDraft) -> Finding:
    """Write down what was found; who works on the activity sees it, observers do not."""
    async with info.context.change() as tx:
        return await finding.draft(tx, info.context.me, activity_id, input)


async def change(info: Info, id: Ref, input: finding.FindingDraft) -> Finding:
    """Write a draft of yours anew."""
    async with info.context.change() as tx:
        return await finding.change(tx, info.context.me, id, input)


async def confirm(info: Info, id: Ref) -> Finding:
    """Stand by a finding: it stays as it is, and all who take part see it."""
    async with info.context.change() as tx:
        return await finding.confirm(tx, info.context.me, id)


async def withdraw(info: Info, id: Ref, reason: Reason) -> Finding:
    """Take a finding back (mencabut temuan)."""
    async with info.context.change() as tx:
        return await finding.withdraw(tx, info.context.me, id, reason)
