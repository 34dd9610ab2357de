"""Evaluating an agreement: each promise answered, each party heard, and what is to come next."""

import json
import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import Numeric, Select, Text, column, func, literal, select
from sqlalchemy.ext.asyncio import AsyncSession

from auth.caller import Caller
from db.enums import MouStatus
from db.evaluation import (
    Evaluation,
    EvaluationPromise,
    EvaluationVoice,
    NextStep,
    PromiseAnswer,
    PromisePart,
)
from db.framework import ResultsFramework
from db.ids import encode, new_id
from db.indicator import IndicatorKind
from db.measurement import Measurement
from db.mou import MouNow, MouVersion
from db.reference import Reference
from domain.amount import Light
from domain.checks import PARAGRAPH, Ref, found, id_of, locked, optional_text, text_of
from domain.indicator import Figure, figures, judged, newest
from domain.measurement import latest
from domain.mou_content import digest, parties_of
from domain.mou_paper import is_party, party_today, today_of
from domain.paging import Order
from domain.reference import references_of
from domain.refusal import RefusalCode, require

LATEST_FIRST = Order(("created_at", "id"), descending=True)
BY_NUMBER = Order(("number", "id"))
IN_ORDER = Order(("created_at", "id"))
BEGUN = (MouStatus.ACTIVE, MouStatus.SUSPENDED, MouStatus.EXPIRED, MouStatus.TERMINATED)
_NUMBERING = re.compile(r"^\s*(?:[-*•]|\(?[0-9a-zA-Z]{1,2}[.)])\s+")


@dataclass(frozen=True)
class AnswerDraft:
    """What became of a promise."""

    answer: PromiseAnswer
    note: str | None = None
    evidence: list[Reference] | None = None


@dataclass(frozen=True)
class Conclusion:
    """What an evaluation comes to."""

    recommendation: NextStep
    reasons: str
    summary: str | None = None


@dataclass(frozen=True)
class Done:
    """Something that was done; without a value where it would tell of too few."""

    what: str
    period: str | None
    value: Decimal | None

    @property
    def suppressed(self) -> bool:
        return self.value is None


def listed(mou: Ref | None) -> Select[Evaluation]:
    """The evaluations the caller may see, of one agreement or of all."""
    statement = select(Evaluation)
    if mou is not None:
        statement = statement.where(Evaluation.mou_id == id_of(mou, "mou", "mouId"))
    return statement


async def start(tx: AsyncSession, caller: Caller, ref: Ref) -> Evaluation:
    """Begin to evaluate an agreement; its promises are drawn from the version that counts."""
    mou = await found(tx, MouNow, id_of(ref, "mou", "mouId"), "mouId")
    require(mou.status in BEGUN, RefusalCode.WRONG_STATE, "mouId")
    version = await party_today(tx, mou, caller, "mouId")
    evaluation = Evaluation(
        id=new_id(), mou_id=mou.id, version_id=version.id, author_id=caller.organisation_id
    )
    tx.add(evaluation)
    await tx.flush()
    drawn = [(PromisePart.SCOPE, one) for one in promises(version.scope)]
    drawn += [(PromisePart.OBLIGATIONS, one) for one in promises(version.obligations or "")]
    for number, (part, promise) in enumerate(drawn, 1):
        tx.add(
            EvaluationPromise(
                id=new_id(),
                evaluation_id=evaluation.id,
                number=number,
                part=part,
                promise=promise,
                evidence=[],
            )
        )
    await tx.flush()
    return evaluation


def promises(paragraph: str) -> list[str]:
    """The promises in a paragraph of an agreement: one a line, without their numbering."""
    lines = (_NUMBERING.sub("", line).strip() for line in paragraph.splitlines())
    return [line for line in lines if line]


async def answer(
    tx: AsyncSession, caller: Caller, ref: Ref, given: AnswerDraft
) -> EvaluationPromise:
    """Say what became of a promise. The author's step, until the evaluation is concluded."""
    promise = await found(tx, EvaluationPromise, id_of(ref, "promise", "id"), "id")
    await _draft(tx, caller, promise.evaluation_id, "id")
    promise.answer = given.answer
    promise.note = optional_text(given.note, "input.note", PARAGRAPH)
    promise.evidence = references_of(given.evidence, "input.evidence")
    await tx.flush()
    return promise


async def assess(
    tx: AsyncSession, caller: Caller, ref: Ref, recommendation: NextStep, body: str
) -> Evaluation:
    """Say what one's own organisation thinks; it may say so anew until it is concluded."""
    evaluation = await found(tx, Evaluation, id_of(ref, "evaluation", "id"), "id")
    version = await found(tx, MouVersion, evaluation.version_id, "id")
    party = await is_party(tx, version, caller.organisation_id)
    require(party, RefusalCode.NOT_A_PARTY, "id")
    require(evaluation.concluded_at is None, RefusalCode.WRONG_STATE, "id")
    said = text_of(body, "body", PARAGRAPH)
    mine = select(EvaluationVoice).where(
        EvaluationVoice.evaluation_id == evaluation.id,
        EvaluationVoice.organisation_id == caller.organisation_id,
    )
    voice = (await tx.scalars(mine)).one_or_none()
    if voice is None:
        voice = EvaluationVoice(
            id=new_id(), evaluation_id=evaluation.id, organisation_id=caller.organisation_id
        )
        tx.add(voice)
    voice.recommendation, voice.body = recommendation, said
    await tx.flush()
    return evaluation


async def conclude(tx: AsyncSession, caller: Caller, ref: Ref, given: Conclusion) -> Evaluation:
    """Close the evaluation: it stays as it is, under a hash, and a renewal may name it."""
    evaluation = await _draft(tx, caller, id_of(ref, "evaluation", "id"), "id")
    evaluation.reasons = text_of(given.reasons, "input.reasons", PARAGRAPH)
    evaluation.summary = optional_text(given.summary, "input.summary", PARAGRAPH)
    evaluation.recommendation = given.recommendation
    document = await _document(tx, evaluation)
    open = any(one["answer"] is None for one in document["promises"])
    require(not open, RefusalCode.ANSWER_REQUIRED, "id")
    evaluation.document = json.dumps(
        document, ensure_ascii=False, sort_keys=True, separators=(",", ":")
    )
    evaluation.content_hash = digest(evaluation.document)
    evaluation.concluded_at = func.now()
    await tx.flush()
    await tx.refresh(evaluation)
    return evaluation


async def concluded(tx: AsyncSession, mou_id: UUID, ref: Ref | None) -> UUID | None:
    """The evaluation a new version of this agreement answers."""
    if ref is None:
        return None
    id = id_of(ref, "evaluation", "evaluationId")
    evaluation = await found(tx, Evaluation, id, "evaluationId")
    require(evaluation.mou_id == mou_id, RefusalCode.BAD_INPUT, "evaluationId")
    require(evaluation.concluded_at is not None, RefusalCode.WRONG_STATE, "evaluationId")
    return evaluation.id


async def done(tx: AsyncSession, evaluation: Evaluation) -> list[Done]:
    """What was done under the agreement: as concluded, or as its author finds it now."""
    if evaluation.document is not None:
        lines = json.loads(evaluation.document)["done"]
        return [
            Done(line["what"], line["period"], line["value"] and Decimal(line["value"]))
            for line in lines
        ]
    rows = func.access.done_under(literal(evaluation.id)).table_valued(
        column("what", Text()), column("period", Text()), column("value", Numeric())
    )
    return [Done(*row) for row in await tx.execute(select(rows))]


async def _draft(tx: AsyncSession, caller: Caller, id: UUID, field: str) -> Evaluation:
    """An evaluation of one's own that is not concluded, held."""
    seen = await found(tx, Evaluation, id, field)
    author = seen.author_id == caller.organisation_id
    require(author, RefusalCode.WRONG_SIDE, field)
    require(seen.concluded_at is None, RefusalCode.WRONG_STATE, field)
    return await locked(tx, Evaluation, id, field, barred=RefusalCode.WRONG_STATE)


async def _document(tx: AsyncSession, evaluation: Evaluation) -> dict[str, Any]:
    """The whole evaluation: what was promised, done, measured and said."""
    version = await found(tx, MouVersion, evaluation.version_id, "id")
    promised = (
        select(EvaluationPromise)
        .where(EvaluationPromise.evaluation_id == evaluation.id)
        .order_by(EvaluationPromise.number)
    )
    heard = (
        select(EvaluationVoice)
        .where(EvaluationVoice.evaluation_id == evaluation.id)
        .order_by(EvaluationVoice.created_at, EvaluationVoice.id)
    )
    voices = (await tx.scalars(heard)).all()
    spoken = {voice.organisation_id for voice in voices}
    parties = [party.organisation_id for party in await parties_of(tx, version.id)]
    return {
        "evaluation": encode("evaluation", evaluation.id),
        "agreement": {
            "id": encode("mou", evaluation.mou_id),
            "version": version.number,
            "content_hash": version.content_hash,
        },
        "author": encode("organisation", evaluation.author_id),
        "concluded_on": (await today_of(tx)).isoformat(),
        "promises": [
            {
                "number": one.number,
                "part": one.part,
                "promise": one.promise,
                "answer": one.answer,
                "note": one.note,
                "evidence": [asdict(reference) for reference in one.evidence],
            }
            for one in await tx.scalars(promised)
        ],
        "done": [
            {"what": one.what, "period": one.period, "value": _written(one.value)}
            for one in await done(tx, evaluation)
        ],
        "indicators": await _indicators(tx, evaluation),
        "voices": [
            {
                "organisation": encode("organisation", voice.organisation_id),
                "recommendation": voice.recommendation,
                "body": voice.body,
            }
            for voice in voices
        ],
        "silent": [encode("organisation", id) for id in parties if id not in spoken],
        "summary": evaluation.summary,
        "recommendation": evaluation.recommendation,
        "reasons": evaluation.reasons,
    }


async def _indicators(tx: AsyncSession, evaluation: Evaluation) -> Sequence[dict[str, Any]]:
    """The last value of each indicator of the agreement, with its light."""
    of_it = select(ResultsFramework.id).where(ResultsFramework.mou_id == evaluation.mou_id)
    lines = []
    for framework in await tx.scalars(of_it.order_by(ResultsFramework.period_from)):
        indicators = (await tx.scalars(newest(framework))).all()
        ids = [one.id for one in indicators]
        reported, computed = await latest(tx, ids), await figures(tx, ids)
        for one in indicators:
            last: Figure | Measurement | None = reported.get(one.id)
            if one.kind is IndicatorKind.COMPUTED:
                last = next(reversed(computed[one.id]), None)
            light = judged(one, last.value, last.period_from, last.period_until) if last else None
            lines.append(
                {
                    "indicator": encode("indicator", one.id),
                    "code": one.code,
                    "name": one.name,
                    "unit": one.unit_label or one.unit,
                    "period": last and last.period,
                    "value": last and _written(last.value),
                    "light": light or Light.GREY,
                }
            )
    return lines


def _written(value: Decimal | None) -> str | None:
    return None if value is None else format(value, "f")
