"""Answering a request for clarification: drafts of one's own, handed in once, and more time."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from auth.caller import Caller
from db.clarification import (
    Clarification,
    ClarificationAnswer,
    ClarificationEvent,
    ClarificationEventKind,
    ClarificationStatus,
)
from db.ids import new_id
from db.reference import Reference
from domain.addressed import still_there, to_come
from domain.checks import PARAGRAPH, Ref, distinct, optional_text, reason_of, text_of
from domain.clarification import MOST_QUESTIONS, fresh, held
from domain.reference import references_of
from domain.refusal import Refusal, RefusalCode, refuse_all, require

MOST_EVENTS = 100
SENT = (ClarificationStatus.SENT,)
K = ClarificationEventKind


@dataclass(frozen=True)
class AnswerDraft:
    """The answer to one question, by its number, and what shows it."""

    number: int
    text: str
    evidence: list[Reference] | None = None


@dataclass(frozen=True)
class Question:
    """A question, and its answer once there is one that the caller may see."""

    number: int
    text: str
    answer: ClarificationAnswer | None


def questions(row: Clarification, answers: dict[int, ClarificationAnswer]) -> list[Question]:
    """The questions of a request in their order, each with its answer."""
    return [
        Question(number, text, answers.get(number)) for number, text in enumerate(row.questions, 1)
    ]


async def answers_of(
    tx: AsyncSession, ids: list[UUID]
) -> dict[UUID, dict[int, ClarificationAnswer]]:
    """The answers to requests by number, as far as the caller may see them."""
    listed: dict[UUID, dict[int, ClarificationAnswer]] = {id: {} for id in ids}
    these = ClarificationAnswer.clarification_id.in_(ids)
    for answer in await tx.scalars(select(ClarificationAnswer).where(these)):
        listed[answer.clarification_id][answer.number] = answer
    return listed


async def write(
    tx: AsyncSession, caller: Caller, ref: Ref, given: list[AnswerDraft]
) -> Clarification:
    """Keep answers as drafts, which nobody else sees; those not given stay."""
    row = await held(tx, caller, ref, SENT, issuer=False)
    require(len(given) <= MOST_QUESTIONS, RefusalCode.TOO_MANY, "answers", most=MOST_QUESTIONS)
    distinct([one.number for one in given], "answers", most=MOST_QUESTIONS, least=1)
    there = (await answers_of(tx, [row.id]))[row.id]
    for index, one in enumerate(given):
        at = f"answers[{index}]"
        asked = 1 <= one.number <= len(row.questions)
        require(asked, RefusalCode.BAD_INPUT, f"{at}.number")
        answer = there.get(one.number) or ClarificationAnswer(
            id=new_id(),
            clarification_id=row.id,
            organisation_id=caller.organisation_id,
            number=one.number,
        )
        answer.text = text_of(one.text, f"{at}.text", PARAGRAPH)
        answer.evidence = references_of(one.evidence, f"{at}.evidence")
        tx.add(answer)
    await tx.flush()
    return row


async def hand_in(tx: AsyncSession, caller: Caller, ref: Ref) -> Clarification:
    """Give all the answers at once; from now on they stay, and the issuer sees them."""
    row = await held(tx, caller, ref, SENT, issuer=False)
    there = (await answers_of(tx, [row.id]))[row.id]
    refuse_all(
        [
            Refusal(RefusalCode.ANSWER_REQUIRED, f"questions[{number - 1}]")
            for number in range(1, len(row.questions) + 1)
            if number not in there
        ]
    )
    row.status, row.answered_at = ClarificationStatus.ANSWERED, func.now()
    row.asked_until = None
    return await fresh(tx, row)


async def remind(tx: AsyncSession, caller: Caller, ref: Ref, note: str | None) -> Clarification:
    """Remind whoever was asked; that one did is written down."""
    row = await held(tx, caller, ref, SENT, issuer=True)
    await still_there(tx, row.addressee_id)
    return await _noted(tx, caller, row, K.REMINDED, optional_text(note, "note", PARAGRAPH))


async def ask_time(
    tx: AsyncSession, caller: Caller, ref: Ref, until: date, reason: str
) -> Clarification:
    """Ask for more time; one such request is open at a time."""
    row = await held(tx, caller, ref, SENT, issuer=False)
    require(row.asked_until is None, RefusalCode.WRONG_STATE, "id")
    await to_come(tx, until, "until")
    require(until > row.due_on, RefusalCode.BAD_INPUT, "until")
    row.asked_until = until
    return await _noted(tx, caller, row, K.TIME_ASKED, reason_of(reason), until)


async def answer_time(
    tx: AsyncSession, caller: Caller, ref: Ref, grant: bool, reason: str | None
) -> Clarification:
    """Give the time that was asked for, or refuse it with a reason."""
    row = await held(tx, caller, ref, SENT, issuer=True)
    require(row.asked_until is not None, RefusalCode.WRONG_STATE, "id")
    if not grant:
        row.asked_until = None
        return await _noted(tx, caller, row, K.TIME_REFUSED, reason_of(reason))
    assert row.asked_until is not None
    until = row.due_on = row.asked_until
    row.asked_until = None
    note = optional_text(reason, "reason", PARAGRAPH)
    return await _noted(tx, caller, row, K.TIME_GRANTED, note, until)


async def _noted(
    tx: AsyncSession,
    caller: Caller,
    row: Clarification,
    kind: ClarificationEventKind,
    note: str | None,
    until: date | None = None,
) -> Clarification:
    there = select(func.count()).where(ClarificationEvent.clarification_id == row.id)
    room = (await tx.scalar(there) or 0) < MOST_EVENTS
    require(room, RefusalCode.TOO_MANY, "id", most=MOST_EVENTS)
    tx.add(
        ClarificationEvent(
            id=new_id(),
            clarification_id=row.id,
            organisation_id=caller.organisation_id,
            kind=kind,
            note=note,
            until_on=until,
        )
    )
    return await fresh(tx, row)
