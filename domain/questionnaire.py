"""Questionnaires: what makes one sound.

Conditions name one earlier question and the answers to it, so that there is nothing to evaluate
and nothing can turn in a circle.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from db.instrument import AskIf, Band, Option, Part, Question, Questionnaire, QuestionType
from domain.checks import LINE, PARAGRAPH, distinct, optional_text, text_of
from domain.refusal import Refusal, RefusalCode, require

MOST_SECTIONS = 50
MOST_QUESTIONS = 200
MOST_OPTIONS = 50
MOST_BANDS = 10
MOST_POINTS = 1_000
MOST_WEIGHT = 100
MOST_STEPS = 100
LARGEST = 1e12
_KEY = re.compile(r"[a-z][a-z0-9_]{0,39}")
_CHOOSING = (QuestionType.CHOICE, QuestionType.CHOICES)
_DECIDING = (*_CHOOSING, QuestionType.BOOLEAN, QuestionType.SCALE)
Q = QuestionType


def checked(given: Questionnaire, field: str) -> Questionnaire:
    """The questionnaire without blanks at the ends of its texts, when it can be asked."""
    at = f"{field}.sections"
    require(given.sections, RefusalCode.BAD_INPUT, at)
    require(len(given.sections) <= MOST_SECTIONS, RefusalCode.TOO_MANY, at, most=MOST_SECTIONS)
    few = len(given.questions) <= MOST_QUESTIONS
    require(few, RefusalCode.TOO_MANY, at, most=MOST_QUESTIONS)
    earlier: dict[str, Question] = {}
    sections: list[Part] = []
    for number, section in enumerate(given.sections):
        here = f"{at}[{number}]"
        taken = [one.key for one in sections]
        sections.append(
            Part(
                key=_key(section.key, taken, f"{here}.key"),
                title=text_of(section.title, f"{here}.title", LINE),
                title_en=optional_text(section.title_en, f"{here}.titleEn", LINE),
                questions=_questions(section, earlier, f"{here}.questions"),
            )
        )
    return Questionnaire(sections, _bands(given.bands or [], f"{field}.bands"))


def _key(key: str, taken: Sequence[str], field: str) -> str:
    require(_KEY.fullmatch(key), RefusalCode.BAD_INPUT, field)
    require(key not in taken, RefusalCode.DUPLICATE, field)
    return key


def _questions(section: Part, earlier: dict[str, Question], at: str) -> list[Question]:
    require(section.questions, RefusalCode.BAD_INPUT, at)
    asked = []
    for number, given in enumerate(section.questions):
        here = f"{at}[{number}]"
        question = replace(
            given,
            key=_key(given.key, list(earlier), f"{here}.key"),
            text=text_of(given.text, f"{here}.text", PARAGRAPH),
            text_en=optional_text(given.text_en, f"{here}.textEn", PARAGRAPH),
            help=optional_text(given.help, f"{here}.help", PARAGRAPH),
            help_en=optional_text(given.help_en, f"{here}.helpEn", PARAGRAPH),
            unit=optional_text(given.unit, f"{here}.unit", LINE),
            options=_options(given, f"{here}.options"),
        )
        _numbers(question, here)
        _scoring(question, here)
        if given.ask_if is not None:
            _condition(given.ask_if, earlier, f"{here}.askIf")
        earlier[question.key] = question
        asked.append(question)
    return asked


def _options(question: Question, at: str) -> list[Option] | None:
    given = question.options or []
    require(bool(given) == (question.type in _CHOOSING), RefusalCode.BAD_INPUT, at)
    require(len(given) <= MOST_OPTIONS, RefusalCode.TOO_MANY, at, most=MOST_OPTIONS)
    options: list[Option] = []
    for number, option in enumerate(given):
        here = f"{at}[{number}]"
        _between(option.points, 0, MOST_POINTS, f"{here}.points")
        options.append(
            Option(
                key=_key(option.key, [one.key for one in options], f"{here}.key"),
                label=text_of(option.label, f"{here}.label", LINE),
                label_en=optional_text(option.label_en, f"{here}.labelEn", LINE),
                points=option.points,
            )
        )
    return options or None


def _numbers(question: Question, at: str) -> None:
    """Limits and units, where an answer is a number."""
    least, most = question.least, question.most
    numeric, scale = question.type is Q.NUMBER, question.type is Q.SCALE
    require(numeric or question.unit is None, RefusalCode.BAD_INPUT, f"{at}.unit")
    require(numeric or not question.whole, RefusalCode.BAD_INPUT, f"{at}.whole")
    for name, limit in (("least", least), ("most", most)):
        sound = (numeric and limit is None) or (
            abs(limit) <= LARGEST and (numeric or (scale and limit == int(limit)))
            if limit is not None
            else not scale
        )
        require(sound, RefusalCode.BAD_INPUT, f"{at}.{name}")
    if least is not None and most is not None:
        ordered = least < most and (numeric or most - least <= MOST_STEPS)
        require(ordered, RefusalCode.BAD_INPUT, f"{at}.most")


def _scoring(question: Question, at: str) -> None:
    """Points; what is scored must be answered, so that nobody gains by leaving it out."""
    _between(question.points, 1, MOST_POINTS, f"{at}.points")
    _between(question.weight, 1, MOST_WEIGHT, f"{at}.weight")
    single = question.type in (Q.BOOLEAN, Q.SCALE)
    require(single or question.points is None, RefusalCode.BAD_INPUT, f"{at}.points")
    turned = question.points is not None or not question.lower_is_better
    require(turned, RefusalCode.BAD_INPUT, f"{at}.lowerIsBetter")
    require(question.required or not scored(question), RefusalCode.BAD_INPUT, f"{at}.required")


def scored(question: Question) -> bool:
    """Whether an answer to it can earn points."""
    return question.points is not None or any(
        option.points is not None for option in question.options or ()
    )


def _between(value: int | None, least: int, most: int, field: str) -> None:
    require(value is None or least <= value <= most, RefusalCode.OUT_OF_RANGE, field)


def _condition(given: AskIf, earlier: Mapping[str, Question], at: str) -> None:
    on = earlier.get(given.question)
    if on is None:
        raise Refusal(RefusalCode.UNKNOWN_CODE, f"{at}.question")
    require(on.type in _DECIDING, RefusalCode.BAD_INPUT, f"{at}.question")
    distinct(given.any_of, f"{at}.anyOf", most=MOST_STEPS + 1, least=1)
    for number, word in enumerate(given.any_of):
        require(word in _answers(on), RefusalCode.UNKNOWN_CODE, f"{at}.anyOf[{number}]")


def _answers(question: Question) -> list[str]:
    """Every answer there can be to a question that others hang on, as conditions write it."""
    if question.type is Q.BOOLEAN:
        return ["true", "false"]
    if question.type is Q.SCALE:
        return [str(step) for step in range(int(question.least or 0), int(question.most or 0) + 1)]
    return [option.key for option in question.options or ()]


def _bands(given: Sequence[Band], at: str) -> list[Band] | None:
    require(len(given) <= MOST_BANDS, RefusalCode.TOO_MANY, at, most=MOST_BANDS)
    before = -1
    for number, band in enumerate(given):
        begins = band.from_percent == 0 if number == 0 else before < band.from_percent <= 100
        require(begins, RefusalCode.BAD_INPUT, f"{at}[{number}].fromPercent")
        before = band.from_percent
    return [
        Band(
            band.from_percent,
            text_of(band.label, f"{at}[{number}].label", LINE),
            optional_text(band.label_en, f"{at}[{number}].labelEn", LINE),
        )
        for number, band in enumerate(given)
    ] or None
