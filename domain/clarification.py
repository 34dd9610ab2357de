"""Requests for clarification (permintaan klarifikasi), as their issuer leads them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from auth.caller import Caller
from db.clarification import (
    AnswerVerdict,
    Clarification,
    ClarificationAnswer,
    ClarificationStatus,
)
from db.ids import new_id
from domain.addressed import (
    OversightSide,
    addressee,
    gone,
    on,
    owed,
    still_there,
    to_come,
)
from domain.checks import (
    LINE,
    PARAGRAPH,
    Ref,
    distinct,
    found,
    id_of,
    locked,
    optional_text,
    reason_of,
    text_of,
)
from domain.part import WORKS, part_in, worked_on
from domain.refusal import RefusalCode, require

MOST_QUESTIONS = 100
C = ClarificationStatus


@dataclass(frozen=True)
class ClarificationDraft:
    """What is asked of whom, until when. It names no child."""

    addressee_id: Ref
    subject: str
    questions: list[str]
    due_on: date


@dataclass(frozen=True)
class ClarificationFilter:
    """Which requests for clarification; every condition given must hold."""

    statuses: list[ClarificationStatus] | None = None
    overdue: bool | None = None
    due_within_days: int | None = None
    activity_id: Ref | None = None
    issuer_id: Ref | None = None
    addressee_id: Ref | None = None


@dataclass(frozen=True)
class AnswerAssessment:
    """What is said to the answer to one question."""

    number: int
    verdict: AnswerVerdict
    note: str | None = None


@dataclass(frozen=True)
class Assessment:
    """What is said to each answer, and to all of them."""

    answers: list[AnswerAssessment]
    verdict: AnswerVerdict
    note: str | None = None


def listed(
    caller: Caller, side: OversightSide | None, filter: ClarificationFilter | None
) -> Select[Clarification]:
    """The requests of one side, or all that the caller may see."""
    chosen = filter or ClarificationFilter()
    wanted = [*on(caller, side, Clarification), *owed(chosen, Clarification)]
    if chosen.statuses is not None:
        wanted.append(Clarification.status.in_(chosen.statuses))
    return select(Clarification).where(*wanted)


async def counts(
    tx: AsyncSession, caller: Caller, side: OversightSide | None, filter: ClarificationFilter | None
) -> Sequence[Any]:
    """How many there are in each state, and how many of them are late."""
    status = Clarification.status
    statement = listed(caller, side, filter).with_only_columns(
        status,
        func.count().label("count"),
        func.count().filter(Clarification.days_left < 0).label("overdue"),
    )
    return (await tx.execute(statement.group_by(status).order_by(status))).all()


async def draft(
    tx: AsyncSession,
    caller: Caller,
    activity: Ref | None,
    follows: Ref | None,
    given: ClarificationDraft,
) -> Clarification:
    """Write a request, of an activity or by itself; nobody else sees it until it is sent."""
    under = await worked_on(tx, activity, "activityId") if activity is not None else None
    row = Clarification(
        id=new_id(),
        activity_id=under.id if under else None,
        organisation_id=caller.organisation_id,
        status=C.DRAFT,
    )
    earlier = None
    if follows is not None:
        id = id_of(follows, "clarification", "followsId")
        earlier = await found(tx, Clarification, id, "followsId")
        own = earlier.organisation_id == caller.organisation_id
        require(own, RefusalCode.WRONG_SIDE, "followsId")
    await _write(tx, caller, row, given)
    if earlier is not None:
        wanting = earlier.verdict in (AnswerVerdict.PARTLY, AnswerVerdict.INSUFFICIENT)
        same = earlier.addressee_id == row.addressee_id
        require(wanting and same, RefusalCode.WRONG_STATE, "followsId")
        row.follows_id = earlier.id
    tx.add(row)
    return await fresh(tx, row)


async def change(
    tx: AsyncSession, caller: Caller, ref: Ref, given: ClarificationDraft
) -> Clarification:
    """Write a draft anew."""
    row = await _drafted(tx, caller, ref)
    await _write(tx, caller, row, given)
    return await fresh(tx, row)


async def send(tx: AsyncSession, caller: Caller, ref: Ref) -> Clarification:
    """Send it: its addressee sees it, and so do all who take part in the activity."""
    row = await _drafted(tx, caller, ref)
    await still_there(tx, row.addressee_id)
    await to_come(tx, row.due_on, "id")
    row.status, row.sent_at = C.SENT, func.now()
    return await fresh(tx, row)


async def withdraw(tx: AsyncSession, caller: Caller, ref: Ref, reason: str) -> Clarification:
    """Take it back before it is answered."""
    row = await held(tx, caller, ref, (C.DRAFT, C.SENT), issuer=True)
    row.status, row.withdraw_reason = C.WITHDRAWN, reason_of(reason)
    return await fresh(tx, row)


async def readdress(
    tx: AsyncSession, caller: Caller, ref: Ref, to: Ref, due_on: date, reason: str
) -> Clarification:
    """Ask another organisation when the one asked was dissolved: by a new request."""
    old = await held(tx, caller, ref, (C.SENT,), issuer=True)
    await gone(tx, old.addressee_id)
    await _works(tx, old)
    new = Clarification(
        id=new_id(),
        activity_id=old.activity_id,
        organisation_id=caller.organisation_id,
        addressee_id=await addressee(tx, caller, to, "addresseeId"),
        follows_id=old.id,
        subject=old.subject,
        questions=old.questions,
        due_on=await to_come(tx, due_on, "dueOn"),
        status=C.DRAFT,
    )
    tx.add(new)
    old.status = C.WITHDRAWN
    old.withdraw_reason = reason_of(reason)
    await tx.flush()
    new.status, new.sent_at = C.SENT, func.now()
    return await fresh(tx, new)


async def assess(tx: AsyncSession, caller: Caller, ref: Ref, given: Assessment) -> Clarification:
    """Say once of every answer, and of all, whether it will do."""
    row = await held(tx, caller, ref, (C.ANSWERED,), issuer=True)
    at = "input.answers"
    require(len(given.answers) <= MOST_QUESTIONS, RefusalCode.TOO_MANY, at, most=MOST_QUESTIONS)
    rows = await tx.scalars(
        select(ClarificationAnswer).where(ClarificationAnswer.clarification_id == row.id)
    )
    answers = {answer.number: answer for answer in rows}
    distinct([one.number for one in given.answers], at, most=MOST_QUESTIONS)
    for index, one in enumerate(given.answers):
        place = f"{at}[{index}]"
        require(one.number in answers, RefusalCode.BAD_INPUT, f"{place}.number")
        answers[one.number].verdict = one.verdict
        answers[one.number].verdict_note = optional_text(one.note, f"{place}.note", PARAGRAPH)
    require(len(given.answers) == len(answers), RefusalCode.ANSWER_REQUIRED, at)
    satisfied = given.verdict is AnswerVerdict.SATISFACTORY
    note = (
        optional_text(given.note, "input.note", PARAGRAPH)
        if satisfied
        else reason_of(given.note, "input.note")
    )
    await tx.flush()  # answers are judged while the request is not closed yet
    row.status, row.verdict, row.verdict_note = C.ASSESSED, given.verdict, note
    row.assessed_at = func.now()
    return await fresh(tx, row)


async def _write(
    tx: AsyncSession, caller: Caller, row: Clarification, given: ClarificationDraft
) -> None:
    at = "input.questions"
    row.subject = text_of(given.subject, "input.subject", LINE)
    most = len(given.questions) <= MOST_QUESTIONS
    require(most, RefusalCode.TOO_MANY, at, most=MOST_QUESTIONS)
    require(given.questions, RefusalCode.BAD_INPUT, at)
    row.questions = [
        text_of(question, f"{at}[{index}]", PARAGRAPH)
        for index, question in enumerate(given.questions)
    ]
    row.addressee_id = await addressee(tx, caller, given.addressee_id, "input.addresseeId")
    row.due_on = await to_come(tx, given.due_on, "input.dueOn")


async def _drafted(tx: AsyncSession, caller: Caller, ref: Ref) -> Clarification:
    row = await held(tx, caller, ref, (C.DRAFT,), issuer=True)
    await _works(tx, row)
    return row


async def _works(tx: AsyncSession, row: Clarification) -> None:
    """Of what belongs to an activity, only who works on it asks anything new."""
    works = row.activity_id is None or await part_in(tx, row.activity_id) in WORKS
    require(works, RefusalCode.WRONG_SIDE, "id")


async def held(
    tx: AsyncSession,
    caller: Caller,
    ref: Ref,
    states: Sequence[ClarificationStatus],
    *,
    issuer: bool,
) -> Clarification:
    """The request, locked, when the step is the caller's and it is in one of these states."""
    id: UUID = id_of(ref, "clarification", "id")
    row = await locked(tx, Clarification, id, barred=RefusalCode.WRONG_SIDE)
    mine = row.organisation_id if issuer else row.addressee_id
    require(mine == caller.organisation_id, RefusalCode.WRONG_SIDE, "id")
    require(row.status in states, RefusalCode.WRONG_STATE, "id")
    return row


async def fresh(tx: AsyncSession, row: Clarification) -> Clarification:
    await tx.flush()
    await tx.refresh(row)
    return row
