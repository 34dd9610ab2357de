"""What becomes of a recommendation (tindak lanjut): response, reports, and the issuer's verdict."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from auth.caller import Caller
from db.ids import new_id
from db.recommendation import (
    FollowUp,
    FollowUpVerdict,
    Recommendation,
    RecommendationStatus,
    Response,
)
from db.reference import Reference
from domain.addressed import to_come
from domain.checks import PARAGRAPH, Ref, found, id_of, optional_text, reason_of, text_of
from domain.recommendation import held
from domain.reference import references_of
from domain.refusal import RefusalCode, require
from domain.term import ORDER as BY_ID

OLDEST_FIRST = BY_ID
MOST_REPORTS = 1_000
R = RecommendationStatus


@dataclass(frozen=True)
class ResponseDraft:
    """What the addressee says: whether it will do it, how, and until when."""

    response: Response
    note: str | None = None
    planned_on: date | None = None


@dataclass(frozen=True)
class FollowUpDraft:
    """What was done, and what shows it."""

    text: str
    evidence: list[Reference] | None = None


async def respond(
    tx: AsyncSession, caller: Caller, ref: Ref, given: ResponseDraft
) -> Recommendation:
    """Say once whether one will do it. Doing only part of it, or nothing, takes a reason."""
    id = id_of(ref, "recommendation", "id")
    recommendation = await held(tx, id, caller, (R.ISSUED,), issuer=False)
    note = (
        optional_text(given.note, "input.note", PARAGRAPH)
        if given.response is Response.ACCEPTED
        else reason_of(given.note, "input.note")
    )
    rejected = given.response is Response.REJECTED
    require(rejected == (given.planned_on is None), RefusalCode.BAD_INPUT, "input.plannedOn")
    if given.planned_on is not None:
        await to_come(tx, given.planned_on, "input.plannedOn")
    recommendation.response, recommendation.response_note = given.response, note
    recommendation.planned_on = given.planned_on
    recommendation.responded_at = func.now()
    recommendation.status = R.RESPONDED
    return await _fresh(tx, recommendation)


async def report(tx: AsyncSession, caller: Caller, ref: Ref, given: FollowUpDraft) -> FollowUp:
    """Say what was done; after the response, any number of times."""
    id = id_of(ref, "recommendation", "id")
    recommendation = await held(tx, id, caller, (R.RESPONDED, R.IN_PROGRESS), issuer=False)
    there = select(func.count()).where(FollowUp.recommendation_id == id)
    room = (await tx.scalar(there) or 0) < MOST_REPORTS
    require(room, RefusalCode.TOO_MANY, "id", most=MOST_REPORTS)
    done = FollowUp(
        id=new_id(),
        recommendation_id=id,
        organisation_id=caller.organisation_id,
        text=text_of(given.text, "input.text", PARAGRAPH),
        evidence=references_of(given.evidence, "input.evidence"),
    )
    tx.add(done)
    recommendation.status = R.IN_PROGRESS
    await tx.flush()
    await tx.refresh(done)
    return done


async def judge(
    tx: AsyncSession, caller: Caller, ref: Ref, verdict: FollowUpVerdict, reason: str | None
) -> FollowUp:
    """Say once of a report whether it is enough. When it is, the recommendation is closed."""
    id = id_of(ref, "followup", "id")
    seen = await found(tx, FollowUp, id, "id")
    recommendation = await held(tx, seen.recommendation_id, caller, (R.IN_PROGRESS,), issuer=True)
    await tx.refresh(seen)  # as it stands now that the recommendation is held
    require(seen.verdict is None, RefusalCode.WRONG_STATE, "id")
    enough = verdict is FollowUpVerdict.VERIFIED
    seen.verdict, seen.judged_at = verdict, func.now()
    seen.verdict_reason = (
        optional_text(reason, "reason", PARAGRAPH) if enough else reason_of(reason)
    )
    await tx.flush()
    if enough:
        recommendation.status, recommendation.verified_at = R.VERIFIED, func.now()
        await tx.flush()
    await tx.refresh(seen)
    return seen


async def _fresh(tx: AsyncSession, recommendation: Recommendation) -> Recommendation:
    await tx.flush()
    await tx.refresh(recommendation)
    return recommendation
