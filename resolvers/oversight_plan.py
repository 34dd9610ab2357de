"""Resolvers of oversight plans."""

from typing import Annotated

import strawberry

from db.oversight_plan import OversightPlan, PlanItem
from domain import oversight_plan
from domain.checks import Ref, id_of
from domain.paging import Page, PageArgs
from resolvers.context import Info
from resolvers.mou import Reason
from resolvers.relations import After, Before, First, Last


async def one(info: Info, id: Ref) -> OversightPlan:
    """One oversight plan (rencana pengawasan): your own, or one that is shared with you."""
    return await info.context.found(OversightPlan, id_of(id, "oversightplan", "id"), "id")


async def listed(
    info: Info,
    filter: oversight_plan.PlanFilter | None = None,
    first: First = None,
    after: After = None,
    last: Last = None,
    before: Before = None,
) -> Page[OversightPlan]:
    """Your oversight plans and those shared with you, latest period first."""
    statement = oversight_plan.listed(filter)
    args = PageArgs(first, after, last, before)
    return await info.context.listed(statement, OversightPlan, oversight_plan.LATEST_FIRST, args)


async def made(root: PlanItem, info: Info) -> int:
    """How many visits were held for it so far."""
    return await info.context.each(oversight_plan.made, root.id) or 0


async def draft(info: Info, input: oversight_plan.PlanDraft) -> OversightPlan:
    """Draft a plan; nobody else sees it yet."""
    async with info.context.change() as tx:
        return await oversight_plan.draft(tx, info.context.me, input)


async def change(info: Info, id: Ref, input: oversight_plan.PlanDraft) -> OversightPlan:
    """Write a draft anew: what is given takes the place of all that was there."""
    async with info.context.change() as tx:
        return await oversight_plan.change(tx, info.context.me, id, input)


async def publish(info: Info, id: Ref) -> OversightPlan:
    """Publish a plan: it stays as it is from now on, and those it is shared with see it."""
    async with info.context.change() as tx:
        return await oversight_plan.publish(tx, info.context.me, id)


async def share(
    info: Info,
    id: Ref,
    organisation_ids: Annotated[
        list[Ref],
        strawberry.argument(description=f"Up to {oversight_plan.MOST_ORGANISATIONS} in all."),
    ],
) -> OversightPlan:
    """Share a plan with more organisations; they see it once it is published."""
    async with info.context.change() as tx:
        return await oversight_plan.share(tx, info.context.me, id, organisation_ids)


async def withdraw(info: Info, id: Ref, reason: Reason) -> OversightPlan:
    """Give up a published plan, for a reason."""
    async with info.context.change() as tx:
        return await oversight_plan.withdraw(tx, info.context.me, id, reason)
