"""What the answers given in an activity come to, by section and by question.

An organisation's newest answers to a visit count once. Across versions of an instrument a question
is the same as long as its key and its type are.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from db.activity import ActivityNow
from db.instrument import Instrument, InstrumentVersion, Question, QuestionType
from db.visit import Mark, ResponseStatus, Score, VisitResponse
from domain.checks import Ref, found, id_of

Answered = tuple[VisitResponse, InstrumentVersion]


@dataclass(frozen=True)
class Count:
    """How often an answer was given."""

    value: str
    count: int


@dataclass(frozen=True)
class Compared:
    """A section or a question, over all answers."""

    key: str
    text: str
    text_en: str | None
    responses: int
    percent: float | None
    type: QuestionType | None = None
    mean: float | None = None
    counts: Sequence[Count] = ()


@dataclass(frozen=True)
class Comparison:
    """The answers of an activity to one instrument, together."""

    visits: int
    responses: int
    versions: list[int]
    percent: float | None
    least: float | None
    most: float | None
    sections: list[Compared]
    questions: list[Compared]


async def compare(tx: AsyncSession, activity: Ref, instrument: Ref) -> Comparison:
    """Put together what the caller may read of the answers that were submitted."""
    here = await found(tx, ActivityNow, id_of(activity, "activity", "activityId"), "activityId")
    its = await found(tx, Instrument, id_of(instrument, "instrument", "instrumentId"),
                      "instrumentId")  # fmt: skip
    rows = await _newest(tx, here.id, its.id)
    scores = [response.score for response, _ in rows if response.score]
    percents = [score.percent for score in scores]
    return Comparison(
        visits=len({response.visit_id for response, _ in rows}),
        responses=len(rows),
        versions=sorted({version.number for _, version in rows}),
        percent=_percent(scores),
        least=min(percents, default=None),
        most=max(percents, default=None),
        sections=_sections(rows),
        questions=_questions(rows),
    )


async def _newest(tx: AsyncSession, activity: UUID, instrument: UUID) -> list[Answered]:
    """What was submitted and not corrected since, the newest version first."""
    later = aliased(VisitResponse)
    statement = (
        select(VisitResponse, InstrumentVersion)
        .join(InstrumentVersion, InstrumentVersion.id == VisitResponse.version_id)
        .where(
            VisitResponse.activity_id == activity,
            VisitResponse.status == ResponseStatus.SUBMITTED,
            InstrumentVersion.instrument_id == instrument,
            ~select(later.id).where(later.corrects_id == VisitResponse.id).exists(),
        )
        .order_by(InstrumentVersion.number.desc(), VisitResponse.id)
    )
    return [(response, version) for response, version in await tx.execute(statement)]


def _sections(rows: Sequence[Answered]) -> list[Compared]:
    titles = {
        section.key: (section.title, section.title_en)
        for _, version in reversed(rows)
        for section in version.content.sections
    }
    compared = []
    for key, title in titles.items():
        marks = [
            mark
            for response, _ in rows
            if response.score
            for mark in response.score.sections
            if mark.key == key
        ]
        compared.append(Compared(key, *title, len(marks), _percent(marks)))
    return compared


def _questions(rows: Sequence[Answered]) -> list[Compared]:
    newest: dict[str, Question] = {}
    for _, version in rows:
        for question in version.content.questions:
            newest.setdefault(question.key, question)
    return [_question(question, rows) for question in newest.values()]


def _question(question: Question, rows: Sequence[Answered]) -> Compared:
    values: list[Any] = []
    marks: list[Mark] = []
    for response, version in rows:
        same = (question.key, question.type) in {
            (one.key, one.type) for one in version.content.questions
        }
        if same and question.key in response.answers:
            values.append(response.answers[question.key])
            if response.score:
                marks += [one for one in response.score.questions if one.key == question.key]
    return Compared(
        question.key,
        question.text,
        question.text_en,
        len(values),
        _percent(marks),
        type=question.type,
        mean=_mean(question, values),
        counts=_counts(question, values),
    )


def _percent(marks: Iterable[Mark | Score]) -> float | None:
    """Points reached over points reachable, of all together."""
    listed = list(marks)
    reachable = sum(mark.reachable for mark in listed)
    if not reachable:
        return None
    return round(100 * sum(mark.reached for mark in listed) / reachable, 1)


def _mean(question: Question, values: Sequence[Any]) -> float | None:
    if question.type not in (QuestionType.NUMBER, QuestionType.SCALE) or not values:
        return None
    return round(float(sum(values)) / len(values), 2)


def _counts(question: Question, values: Sequence[Any]) -> list[Count]:
    """Every answer there is to choose from, and how often it was chosen."""
    if question.type is QuestionType.BOOLEAN:
        counted = Counter("true" if value else "false" for value in values)
        return [Count(value, counted[value]) for value in ("true", "false")]
    if question.options:
        listed = [value if isinstance(value, list) else [value] for value in values]
        chosen = Counter(key for keys in listed for key in keys)
        known = dict.fromkeys([option.key for option in question.options] + list(chosen))
        return [Count(key, chosen[key]) for key in known]
    return []
