"""What was answered on a visit: saved as a draft, submitted, and corrected by a new submission."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import exists, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from auth.caller import Caller
from db.enums import ActivityStatus
from db.ids import encode, new_id
from db.instrument import InstrumentVersion
from db.visit import ResponseStatus, Visit, VisitResponse, VisitStatus
from domain.answers import Answer, values_of
from domain.checks import Ref, found, id_of, reason_of
from domain.instrument import usable
from domain.refusal import RefusalCode, require
from domain.score import score
from domain.visit import LIVE, in_states, takes_part

_FIELD = "input.answers"
_OPEN = (*LIVE, ActivityStatus.COMPLETED)


@dataclass(frozen=True)
class ResponseDraft:
    """The answers of one organisation."""

    answers: list[Answer]


async def save(tx: AsyncSession, caller: Caller, ref: Ref, given: ResponseDraft) -> VisitResponse:
    """Keep what is answered so far; what must be answered may still be missing."""
    states = (VisitStatus.PLANNED, VisitStatus.HELD)
    return await _written(tx, caller, ref, given, ResponseStatus.DRAFT, states)


async def submit(tx: AsyncSession, caller: Caller, ref: Ref, given: ResponseDraft) -> VisitResponse:
    """Hand in the answers for a visit that was held; they are scored and stay as they are."""
    states = (VisitStatus.HELD,)
    return await _written(tx, caller, ref, given, ResponseStatus.SUBMITTED, states)


async def correct(
    tx: AsyncSession, caller: Caller, ref: Ref, given: ResponseDraft, reason: str
) -> VisitResponse:
    """Hand in answers once more, to the same version, saying why; both stay readable."""
    earlier = await found(tx, VisitResponse, id_of(ref, "response", "id"), "id")
    own = earlier.organisation_id == caller.organisation_id
    require(own, RefusalCode.WRONG_SIDE, "id")
    await takes_part(tx, earlier.activity_id, "id")
    corrected = select(exists().where(VisitResponse.corrects_id == earlier.id))
    newest = earlier.status is ResponseStatus.SUBMITTED and not await tx.scalar(corrected)
    require(newest, RefusalCode.WRONG_STATE, "id")
    await in_states(tx, earlier.activity_id, _OPEN, "id")
    version = await found(tx, InstrumentVersion, earlier.version_id, "id")
    response = VisitResponse(
        id=new_id(),
        visit_id=earlier.visit_id,
        activity_id=earlier.activity_id,
        organisation_id=earlier.organisation_id,
        corrects_id=earlier.id,
        reason=reason_of(reason),
    )
    return await _filled(tx, response, version, given, ResponseStatus.SUBMITTED)


def answered(response: VisitResponse) -> list[Answer]:
    """The answers one by one, in the order of the questions."""
    return [Answer(question, value) for question, value in response.answers.items()]


async def _written(
    tx: AsyncSession,
    caller: Caller,
    ref: Ref,
    given: ResponseDraft,
    status: ResponseStatus,
    states: Sequence[VisitStatus],
) -> VisitResponse:
    visit = await found(tx, Visit, id_of(ref, "visit", "id"), "id")
    await takes_part(tx, visit.activity_id, "id")
    require(caller.organisation_id in visit.team, RefusalCode.WRONG_SIDE, "id")
    require(visit.status in states, RefusalCode.WRONG_STATE, "id")
    await in_states(tx, visit.activity_id, LIVE, "id")
    version = await usable(tx, Ref(encode("questionnaire", visit.version_id)), "id")
    mine: Any = select(VisitResponse).where(
        VisitResponse.visit_id == visit.id,
        VisitResponse.organisation_id == caller.organisation_id,
        VisitResponse.corrects_id.is_(None),
    )
    response = (await tx.scalars(mine)).one_or_none() or VisitResponse(
        id=new_id(),
        visit_id=visit.id,
        activity_id=visit.activity_id,
        organisation_id=caller.organisation_id,
    )
    require(response.status is not ResponseStatus.SUBMITTED, RefusalCode.WRONG_STATE, "id")
    return await _filled(tx, response, version, given, status)


async def _filled(
    tx: AsyncSession,
    response: VisitResponse,
    version: InstrumentVersion,
    given: ResponseDraft,
    status: ResponseStatus,
) -> VisitResponse:
    submitted = status is ResponseStatus.SUBMITTED
    values = values_of(version.content, given.answers, _FIELD, complete=submitted)
    response.version_id, response.status, response.answers = version.id, status, values
    if submitted:
        response.score = score(version.content, values)
        response.submitted_at = func.now()
    tx.add(response)
    await tx.flush()
    await tx.refresh(response)
    return response
