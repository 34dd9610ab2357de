"""Resolvers of joint activities."""

from typing import Annotated

import strawberry

from db.activity import ActivityAgenda, ActivityNow, ActivityTask, JointActivity
from db.enums import ActivityPart, ParticipantRole, TaskStatus
from domain import activity, invitation, task
from domain.checks import PARAGRAPH, Ref, id_of
from domain.paging import Page, PageArgs
from resolvers.context import Info
from resolvers.mou import Reason
from resolvers.relations import After, Before, First, Last

Outcome = Annotated[
    str | None, strawberry.argument(description=f"What came of it: up to {PARAGRAPH:,} characters.")
]


async def one(info: Info, id: Ref) -> ActivityNow:
    """One joint activity (kegiatan bersama) your organisation leads or is invited to."""
    return await info.context.found(ActivityNow, id_of(id, "activity", "id"), "id")


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
    order, along = activity.LATEST_FIRST, ActivityAgenda
    counted = activity.counted(info.context.me, filter)
    return await info.context.listed(statement, ActivityNow, order, args, along, counted)


async def plan(info: Info, input: activity.ActivityPlan) -> JointActivity:
    """Draft an activity with your organisation as lead."""
    async with info.context.change() as tx:
        return await activity.plan(tx, info.context.me, input)


async def change(info: Info, id: Ref, input: activity.ActivityChange) -> JointActivity:
    """Change an activity you lead or help to organise; what is left out stays."""
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


async def my_part(root: JointActivity | ActivityNow, info: Info) -> ActivityPart | None:
    """Your part in it; null before you accept, and after you left."""
    return await info.context.each(activity.parts, root.id)


async def invite(
    info: Info,
    id: Ref,
    organisation_ids: Annotated[
        list[Ref],
        strawberry.argument(description=f"Up to {invitation.MOST_PARTICIPANTS} in all."),
    ],
    role: Annotated[
        ParticipantRole,
        strawberry.argument(description="As what; only the lead invites co-organisers."),
    ] = ParticipantRole.CONTRIBUTOR,
) -> JointActivity:
    """Invite organisations, or invite again those that declined or left. Also co-organisers may."""
    async with info.context.change() as tx:
        return await invitation.invite(tx, info.context.me, id, organisation_ids, role)


async def change_role(
    info: Info, id: Ref, organisation_id: Ref, role: ParticipantRole
) -> JointActivity:
    """Give a participant another part (peran). Lead's step."""
    async with info.context.change() as tx:
        return await invitation.change_role(tx, info.context.me, id, organisation_id, role)


async def hand_over(
    info: Info,
    id: Ref,
    organisation_id: Annotated[
        Ref, strawberry.argument(description="A co-organiser that accepted.")
    ],
) -> JointActivity:
    """Hand over the lead (menyerahkan kepemimpinan); you become a co-organiser. Lead's step."""
    async with info.context.change() as tx:
        return await invitation.hand_over(tx, info.context.me, id, organisation_id)


async def accept_invitation(info: Info, id: Ref) -> ActivityNow:
    """Take part (bersedia)."""
    async with info.context.change() as tx:
        return await invitation.respond(tx, info.context.me, id, True, None)


async def decline_invitation(info: Info, id: Ref, reason: Reason) -> ActivityNow:
    """Not take part (berhalangan); whoever has accepted leaves instead."""
    async with info.context.change() as tx:
        return await invitation.respond(tx, info.context.me, id, False, reason)


async def leave(info: Info, id: Ref, reason: Reason) -> ActivityNow:
    """Take part no longer (mengundurkan diri): you keep sight of what was, and of what is yours."""
    async with info.context.change() as tx:
        return await invitation.leave(tx, info.context.me, id, reason)


async def add_task(info: Info, id: Ref, input: task.TaskDraft) -> ActivityTask:
    """Give a task to the lead or to a participant. A step of the lead and of co-organisers."""
    async with info.context.change() as tx:
        return await task.add(tx, info.context.me, id, input)


async def change_task(info: Info, id: Ref, input: task.TaskChange) -> ActivityTask:
    """Change an open task, or give it to another. A step of the lead and of co-organisers."""
    async with info.context.change() as tx:
        return await task.change(tx, info.context.me, id, input)


async def settle_task(info: Info, id: Ref, status: TaskStatus) -> ActivityTask:
    """Mark a task done (assignee, or whoever leads); drop it or open it again (who leads)."""
    async with info.context.change() as tx:
        return await task.settle(tx, info.context.me, id, status)
