"""Answers to a questionnaire: which questions are asked, and what is wrong with what came."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from db.instrument import Question, Questionnaire
from db.instrument import QuestionType as Q
from domain.checks import PARAGRAPH, Json, distinct, text_of
from domain.questionnaire import LARGEST, MOST_OPTIONS, MOST_QUESTIONS
from domain.refusal import Refusal, RefusalCode, refuse_all, require

Values = Mapping[str, Any]
"""Answers by the keys of their questions."""
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


@dataclass(frozen=True)
class Answer:
    """The answer to one question."""

    question: str
    value: Json


def asked(questionnaire: Questionnaire, values: Values) -> set[str]:
    """The keys of the questions that are asked, when these are the answers so far."""
    found: set[str] = set()
    for question in questionnaire.questions:
        on = question.ask_if
        if on is None or (on.question in found and _words(values.get(on.question)) & {*on.any_of}):
            found.add(question.key)
    return found


def _words(value: Any) -> set[str]:
    """An answer as conditions write it."""
    if value is None:
        return set()
    if isinstance(value, bool):
        return {"true" if value else "false"}
    return set(value) if isinstance(value, list) else {str(value)}


def values_of(
    questionnaire: Questionnaire, given: Sequence[Answer], field: str, *, complete: bool
) -> dict[str, Any]:
    """The answers by question, in the order of the questions; all that is wrong is said at once.

    Only a draft may leave out what must be answered.
    """
    require(len(given) <= MOST_QUESTIONS, RefusalCode.TOO_MANY, field, most=MOST_QUESTIONS)
    known = {question.key: question for question in questionnaire.questions}
    values: dict[str, Any] = {}
    places: dict[str, int] = {}
    problems: list[tuple[int, Refusal]] = []
    for number, answer in enumerate(given):
        here = f"{field}[{number}]"
        try:
            question = known.get(answer.question)
            if question is None:
                raise Refusal(RefusalCode.UNKNOWN_CODE, f"{here}.question")
            require(question.key not in places, RefusalCode.DUPLICATE, f"{here}.question")
            places[question.key] = number
            values[question.key] = value_of(question, answer.value, f"{here}.value")
        except Refusal as problem:
            problems.append((number, problem))
    meant, unclear = asked(questionnaire, values), _unclear(questionnaire, places.keys() - values)
    for key in values:
        if key not in meant | unclear:
            here = f"{field}[{places[key]}].value"
            problems.append((places[key], Refusal(RefusalCode.NOT_ASKED, here)))
    problems.sort(key=lambda problem: problem[0])
    missing = [
        Refusal(RefusalCode.ANSWER_REQUIRED, f"{field}.{key}")
        for key, question in known.items()
        if complete and question.required and key in meant and key not in places
    ]
    refuse_all([problem for _, problem in problems] + missing)
    return {key: values[key] for key in known if key in values}


def _unclear(questionnaire: Questionnaire, wrong: set[str]) -> set[str]:
    """Questions of which nobody can say whether they are asked: they hang on a wrong answer."""
    found = set(wrong)
    for question in questionnaire.questions:
        if question.ask_if is not None and question.ask_if.question in found:
            found.add(question.key)
    return found


def value_of(question: Question, value: Any, field: str) -> Any:
    """The value as it is kept, when it is an answer to this question."""
    if question.type is Q.TEXT:
        require(isinstance(value, str), RefusalCode.BAD_INPUT, field)
        return text_of(value, field, PARAGRAPH)
    if question.type is Q.BOOLEAN:
        require(isinstance(value, bool), RefusalCode.BAD_INPUT, field)
        return value
    if question.type is Q.DATE:
        return _day(value, field)
    if question.type in (Q.NUMBER, Q.SCALE):
        return _number(question, value, field)
    keys = [option.key for option in question.options or ()]
    if question.type is Q.CHOICE:
        require(isinstance(value, str), RefusalCode.BAD_INPUT, field)
        require(value in keys, RefusalCode.UNKNOWN_CODE, field)
        return value
    texts = isinstance(value, list) and all(isinstance(one, str) for one in value)
    require(texts, RefusalCode.BAD_INPUT, field)
    distinct(value, field, most=MOST_OPTIONS)
    for number, one in enumerate(value):
        require(one in keys, RefusalCode.UNKNOWN_CODE, f"{field}[{number}]")
    return value


def _day(value: Any, field: str) -> str:
    require(isinstance(value, str) and _DAY.fullmatch(value), RefusalCode.BAD_INPUT, field)
    try:
        return date.fromisoformat(value).isoformat()
    except ValueError:
        raise Refusal(RefusalCode.BAD_INPUT, field) from None


def _number(question: Question, value: Any, field: str) -> int | float:
    counted = isinstance(value, int | float) and not isinstance(value, bool)
    require(counted, RefusalCode.BAD_INPUT, field)
    # What is no number at all (NaN) is within no limits either.
    least = -LARGEST if question.least is None else question.least
    most = LARGEST if question.most is None else question.most
    require(least <= value <= most, RefusalCode.OUT_OF_RANGE, field)
    whole = question.whole or question.type is Q.SCALE
    require(not whole or value == int(value), RefusalCode.BAD_INPUT, field)
    return int(value) if value == int(value) else float(value)
