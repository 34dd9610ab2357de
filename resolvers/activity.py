"""Resolvers of joint activities."""

from typing import Annotated

import strawberry

from db.activity import ActivityNow, ActivityTask, JointActivity
from db.enums import TaskStatus
from domain import activity
from domain.checks import PARAGRAPH, Ref, found, id_of
from domain.paging import Page, PageArgs
from resolvers.context import Info
from resolvers.mou import Reason
from resolvers.organisation import paged
from resolvers.relations import After, Before, First, Last

Outcome = Annotated[
    str | None, strawberry.argument(description=f"What came of it: up to {PARAGRAPH:,} characters.")
]


async def one(info: Info, id: Ref) -> ActivityNow:
    """One joint activity (kegiatan bersama) your organisation leads or is invited to."""
    async with info.context.transaction() as tx:
        return await found(tx, ActivityNow, id_of(id, "activity", "id"), "id")


async def listed(
    info: Info,
    filter: activity.ActivityFilter | None = None,
    first: First = None,
    after: After = None,
    last: Last = None,
    before: Before = None,
) -> Page[ActivityNow]:
    """Joint activities your organisation leads or is invited to, latest start first."""
    statement = activity.listed(info.context.me, filter)
    args = PageArgs(first, after, last, before)
    return await paged(info, statement, ActivityNow, activity.LATEST_FIRST, args)


async def plan(info: Info, input: activity.ActivityPlan) -> JointActivity:
    """Draft an activity with your organisation as lead."""
    async with info.context.change() as tx:
        return await activity.plan(tx, info.context.me, input)


async def change(info: Info, id: Ref, input: activity.ActivityChange) -> JointActivity:
    """Change an activity you lead; what is left out stays."""
    async with info.context.change() as tx:
        return await activity.change(tx, info.context.me, id, input)


async def announce(info: Info, id: Ref) -> JointActivity:
    """Announce the activity: those invited now see it and can answer."""
    async with info.context.change() as tx:
        return await activity.announce(tx, info.context.me, id)


async def start(info: Info, id: Ref) -> JointActivity:
    """Say that the activity has begun."""
    async with info.context.change() as tx:
        return await activity.start(tx, info.context.me, id)


async def complete(info: Info, id: Ref, outcome: Outcome = None) -> JointActivity:
    """Say that the activity is over, and what came of it."""
    async with info.context.change() as tx:
        return await activity.complete(tx, info.context.me, id, outcome)


async def cancel(info: Info, id: Ref, reason: Reason) -> JointActivity:
    """Call the activity off."""
    async with info.context.change() as tx:
        return await activity.cancel(tx, info.context.me, id, reason)


async def invite(
    info: Info,
    id: Ref,
    organisation_ids: Annotated[
        list[Ref],
        strawberry.argument(description=f"Up to {activity.MOST_PARTICIPANTS} in all."),
    ],
) -> JointActivity:
    """Invite organisations, or invite again those that declined or left."""
    async with info.context.change() as tx:
        return await activity.invite(tx, info.context.me, id, organisation_ids)


async def accept_invitation(info: Info, id: Ref) -> ActivityNow:
    """Take part (bersedia)."""
    async with info.context.change() as tx:
        return await activity.respond(tx, info.context.me, id, True, None)


async def decline_invitation(info: Info, id: Ref, reason: Reason) -> ActivityNow:
    """Not take part (berhalangan); whoever has accepted leaves instead."""
    async with info.context.change() as tx:
        return await activity.respond(tx, info.context.me, id, False, reason)


async def leave(info: Info, id: Ref, reason: Reason) -> ActivityNow:
    """Take part no longer (mengundurkan diri): you keep sight of what was, and of what is yours."""
    async with info.context.change() as tx:
        return await activity.leave(tx, info.context.me, id, reason)


async def add_task(info: Info, id: Ref, input: activity.TaskDraft) -> ActivityTask:
    """Give a task to the lead or to a participant that accepted. Lead's step."""
    async with info.context.change() as tx:
        return await activity.add_task(tx, info.context.me, id, input)


async def settle_task(info: Info, id: Ref, status: TaskStatus) -> ActivityTask:
    """Mark a task done (assignee or lead); drop it or open it again (lead)."""
    async with info.context.change() as tx:
        return await activity.settle_task(tx, info.context.me, id, status)
