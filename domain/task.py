"""Tasks of a joint activity: given, changed, done and dropped."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from auth.caller import Caller
from db.activity import ActivityTask, JointActivity
from db.enums import TaskStatus
from db.ids import new_id
from domain.checks import (
    LINE,
    PARAGRAPH,
    Ref,
    found,
    id_of,
    in_reach,
    locked,
    optional_text,
    text_of,
)
from domain.invitation import works
from domain.leading import LIVE, held
from domain.organisation import living
from domain.part import LEADS, part_in
from domain.refusal import Refusal, RefusalCode, require

MOST_TASKS = 1_000


@dataclass(frozen=True)
class TaskDraft:
    """Something one participant has to do."""

    title: str
    assignee_id: Ref
    due_on: date
    description: str | None = None


@dataclass(frozen=True)
class TaskChange:
    """What to change of a task that is open; what is left out stays."""

    title: str | None = None
    assignee_id: Ref | None = None
    due_on: date | None = None
    description: str | None = None


def _due(day: date) -> date:
    in_reach(day, "input.dueOn")
    return day


async def add(tx: AsyncSession, caller: Caller, ref: Ref, given: TaskDraft) -> ActivityTask:
    """Give a task to the lead or to a participant that accepted and does not only look on."""
    activity = await held(tx, ref, LIVE, by=LEADS)
    tasks = select(func.count()).where(ActivityTask.activity_id == activity.id)
    task = ActivityTask(
        id=new_id(),
        activity_id=activity.id,
        title=text_of(given.title, "input.title", LINE),
        description=optional_text(given.description, "input.description", PARAGRAPH),
        due_on=_due(given.due_on),
        status=TaskStatus.OPEN,
    )
    await _assign(tx, activity, task, given.assignee_id)
    room = (await tx.scalar(tasks) or 0) < MOST_TASKS
    require(room, RefusalCode.TOO_MANY, "input", most=MOST_TASKS)
    tx.add(task)
    await tx.flush()
    return task


async def change(tx: AsyncSession, caller: Caller, ref: Ref, given: TaskChange) -> ActivityTask:
    """Change a task while it is open: what, until when, and who."""
    task = await locked(tx, ActivityTask, id_of(ref, "task", "id"), barred=RefusalCode.WRONG_SIDE)
    require(await part_in(tx, task.activity_id) in LEADS, RefusalCode.WRONG_SIDE, "id")
    require(task.status is TaskStatus.OPEN, RefusalCode.WRONG_STATE, "id")
    if given.title is not None:
        task.title = text_of(given.title, "input.title", LINE)
    if given.description is not None:
        task.description = optional_text(given.description, "input.description", PARAGRAPH)
    if given.due_on is not None:
        task.due_on = _due(given.due_on)
    if given.assignee_id is not None:
        activity = await found(tx, JointActivity, task.activity_id, "id")
        await _assign(tx, activity, task, given.assignee_id)
    return await _fresh(tx, task)


async def settle(tx: AsyncSession, caller: Caller, ref: Ref, status: TaskStatus) -> ActivityTask:
    """Mark a task done (its assignee too), drop it or open it again (whoever leads)."""
    task = await locked(tx, ActivityTask, id_of(ref, "task", "id"), barred=RefusalCode.WRONG_SIDE)
    leads = await part_in(tx, task.activity_id) in LEADS
    require(leads or status is TaskStatus.DONE, RefusalCode.WRONG_SIDE, "status")
    require(task.status is not status, RefusalCode.WRONG_STATE, "status")
    require(leads or task.status is TaskStatus.OPEN, RefusalCode.WRONG_STATE, "status")
    task.status = status
    task.done_at = func.clock_timestamp() if status is TaskStatus.DONE else None
    return await _fresh(tx, task)


async def _assign(tx: AsyncSession, activity: JointActivity, task: ActivityTask, ref: Ref) -> None:
    assignee = await living(tx, ref, "input.assigneeId")
    if not await works(tx, activity, assignee.id):
        raise Refusal(RefusalCode.NOT_A_PARTY, "input.assigneeId")
    task.assignee_id = assignee.id


async def _fresh(tx: AsyncSession, task: ActivityTask) -> ActivityTask:
    await tx.flush()
    await tx.refresh(task)
    return task
