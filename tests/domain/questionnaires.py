"""Scoring once more, read off the rule as plainly as can be, to hold the real one against."""

from collections.abc import Mapping
from typing import Any

from db.instrument import Question, Questionnaire


def plainly(given: Questionnaire, values: Mapping[str, Any]) -> tuple[float, float]:
    """Points reached and reachable among the questions asked."""
    by_key = {question.key: question for question in given.questions}

    def is_asked(question: Question) -> bool:
        if question.ask_if is None:
            return True
        on = by_key[question.ask_if.question]
        value = values[on.key]
        listed = value if isinstance(value, list) else [value]
        words = [{True: "true", False: "false"}[v] if isinstance(v, bool) else str(v)
                 for v in listed]  # fmt: skip
        return is_asked(on) and any(word in question.ask_if.any_of for word in words)

    reached = reachable = 0.0
    for question in by_key.values():
        if is_asked(question):
            got, most = _points(question, values[question.key])
            reached, reachable = reached + got * question.weight, reachable + most * question.weight
    return reached, reachable


def _points(question: Question, value: Any) -> tuple[float, float]:
    points = {option.key: option.points for option in question.options or ()}
    worth = [one for one in points.values() if one is not None]
    if question.type == "CHOICE":
        chosen = points[value]
        return (0, 0) if chosen is None else (chosen, max(worth))
    if question.type == "CHOICES":
        return sum(points[key] or 0 for key in value), sum(worth)
    if question.points is None:
        return 0, 0
    share = value / 3 if question.type == "SCALE" else float(value)
    return question.points * (1 - share if question.lower_is_better else share), question.points
