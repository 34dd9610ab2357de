"""Scores: points reached over points reachable, among the questions that were really asked."""

from collections.abc import Iterable
from fractions import Fraction
from typing import Any

from db.instrument import Band, Question, Questionnaire, QuestionType
from db.visit import Mark, Score
from domain.answers import Values, asked

Points = tuple[Fraction, Fraction]
"""Reached, reachable."""


def score(questionnaire: Questionnaire, values: Values) -> Score | None:
    """The score of these answers; None when nothing that was asked earns points."""
    meant = asked(questionnaire, values)
    marks: dict[str, Points] = {}
    for question in questionnaire.questions:
        if question.key in meant and question.key in values:
            points = points_of(question, values[question.key])
            if points is not None:
                marks[question.key] = points
    whole = _sum(marks.values())
    percent = percent_of(*whole)
    if percent is None:
        return None
    band = band_of(questionnaire, percent)
    return Score(
        percent=percent,
        reached=float(whole[0]),
        reachable=float(whole[1]),
        band=band.label if band else None,
        band_en=band.label_en if band else None,
        sections=[
            _mark(section.key, _sum(here))
            for section in questionnaire.sections
            if (here := [marks[one.key] for one in section.questions if one.key in marks])
        ],
        questions=[_mark(key, points) for key, points in marks.items()],
    )


def points_of(question: Question, value: Any) -> Points | None:
    """Points for one answer; None where neither the question nor this answer is judged."""
    weight = Fraction(question.weight)
    if question.options:
        return _chosen(question, value, weight)
    if question.points is None:
        return None
    full = Fraction(question.points)
    if question.type is QuestionType.BOOLEAN:
        share = Fraction(bool(value))
    else:
        least, most = int(question.least or 0), int(question.most or 0)
        share = Fraction(int(value) - least, most - least)
    if question.lower_is_better:
        share = 1 - share
    return weight * full * share, weight * full


def _chosen(question: Question, value: Any, weight: Fraction) -> Points | None:
    points = {one.key: one.points for one in question.options or () if one.points is not None}
    if question.type is QuestionType.CHOICE:
        if value not in points:  # such as "does not apply here"
            return None
        return weight * points[value], weight * max(points.values())
    if not points:
        return None
    return weight * sum(points.get(key, 0) for key in value), weight * sum(points.values())


def band_of(questionnaire: Questionnaire, percent: float) -> Band | None:
    """The last band that begins at or below the score."""
    reached = [band for band in questionnaire.bands or () if band.from_percent <= percent]
    return reached[-1] if reached else None


def percent_of(reached: Fraction, reachable: Fraction) -> float | None:
    """Percent with one decimal; None where there was nothing to reach."""
    return float(round(100 * reached / reachable, 1)) if reachable else None


def _sum(points: Iterable[Points]) -> Points:
    listed = list(points)
    return sum((one[0] for one in listed), Fraction()), sum((one[1] for one in listed), Fraction())


def _mark(key: str, points: Points) -> Mark:
    return Mark(key, float(points[0]), float(points[1]), percent_of(*points))
