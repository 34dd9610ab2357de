"""Inquiries are asked and answered; joint activities are planned, held and called off."""

import asyncio
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from api.seed.activities import ACTIVITIES
from api.seed.cast import Cast
from api.seed.questions import QUESTIONS
from api.seed.routes import ROUTES
from api.seed.shapes import Activity, Question
from api.seed.timeline import back
from db.enums import ActivityStatus, ChildRole, InquiryKind, TaskStatus
from db.ids import encode
from domain import activity, inquiry, invitation, task
from domain.checks import Ref


@dataclass(frozen=True)
class Asked:
    """An inquiry that was asked, and when."""

    id: UUID
    asked: datetime
    answered: datetime | None


@dataclass(frozen=True)
class Held:
    """An activity that came about, and when it was planned."""

    id: UUID
    planned: datetime
    starts: datetime


async def ask_all(cast: Cast) -> list[Asked]:
    return list(await asyncio.gather(*(_ask(cast, question) for question in QUESTIONS)))


async def _ask(cast: Cast, question: Question) -> Asked:
    route = ROUTES[question.route]
    asker, asked = route.sender, route.receiver
    if question.kind is InquiryKind.HANDOFF:
        asker, asked = asked, asker
    async with cast.acting(asker) as (tx, caller):
        row = await inquiry.ask(
            tx,
            caller,
            inquiry.NewInquiry(
                kind=question.kind,
                asked_id=cast.ref(asked),
                mou_id=cast.mous[route.mou],
                handoff_kind=route.kind,
                purpose=route.purpose,
                urgency=route.urgency,
                child_role=ChildRole.VICTIM,
                services=list(route.services),
                question=question.question,
            ),
        )
        ref = cast.inquiries[question.key] = Ref(encode("inquiry", row.id))
        if question.withdrawn:
            await inquiry.withdraw(tx, caller, ref)
    if question.answer is not None:
        async with cast.acting(asked) as (tx, caller):
            await inquiry.answer(tx, caller, ref, bool(question.agreed), question.answer)
    closed = question.withdrawn or question.answer is not None
    moment = cast.now - back(question.ago)
    return Asked(row.id, moment, moment + back(question.answered_after) if closed else None)


async def hold_all(cast: Cast) -> list[Held]:
    return list(await asyncio.gather(*(_hold(cast, plan) for plan in ACTIVITIES)))


async def _hold(cast: Cast, plan: Activity) -> Held:
    starts = cast.at(cast.workday(plan.starts))
    async with cast.acting(plan.lead) as (tx, caller):
        row = await activity.plan(
            tx,
            caller,
            activity.ActivityPlan(
                kind=plan.kind,
                title=plan.title,
                description=plan.description,
                starts_at=starts,
                ends_at=starts + timedelta(hours=plan.hours),
                place=plan.place,
                region_code=plan.region,
                mou_id=cast.mous[plan.mou] if plan.mou else None,
                invite=[cast.ref(guest) for guest in plan.guests],
            ),
        )
        ref = cast.activities[plan.title] = Ref(encode("activity", row.id))
        if plan.status != ActivityStatus.DRAFT:
            await activity.announce(tx, caller, ref)
    for guest, answer in plan.guests.items():
        if answer is not None:
            async with cast.acting(guest) as (tx, caller):
                await invitation.respond(tx, caller, ref, answer, None if answer else plan.declined)
    for guest in plan.left:
        async with cast.acting(guest) as (tx, caller):
            await invitation.leave(tx, caller, ref, plan.declined)
    await _lead(cast, plan, ref)
    planned = min(starts - timedelta(days=32), cast.now - timedelta(days=6))
    return Held(row.id, planned, starts)


async def _lead(cast: Cast, plan: Activity, ref: Ref) -> None:
    """Tasks, and what became of the activity."""
    async with cast.acting(plan.lead) as (tx, caller):
        for one in plan.tasks:
            given = task.TaskDraft(one.title, cast.ref(one.assignee), cast.day(one.due))
            row = await task.add(tx, caller, ref, given)
            if one.settled is not None:
                settled = TaskStatus(one.settled)
                await task.settle(tx, caller, Ref(encode("task", row.id)), settled)
        if plan.status in (ActivityStatus.IN_PROGRESS, ActivityStatus.COMPLETED):
            await activity.start(tx, caller, ref)
        if plan.status == ActivityStatus.COMPLETED:
            await activity.complete(tx, caller, ref, plan.outcome)
        if plan.reason is not None:
            await activity.cancel(tx, caller, ref, plan.reason)
