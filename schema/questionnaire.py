"""Questionnaires: what an instrument asks, in both directions."""

import strawberry

from db import instrument as rows
from db.instrument import QuestionType
from domain import questionnaire as rules
from schema.inputs import described
from schema.vocabulary import vocabulary

vocabulary(
    QuestionType,
    {
        "TEXT": "Words: up to 4,000 characters, and no names of children.",
        "NUMBER": "A number, in its unit and within its limits.",
        "BOOLEAN": "Ya atau tidak: `true` or `false`.",
        "CHOICE": "The key of one option.",
        "CHOICES": "A list of keys of options; an empty one says: none of these.",
        "DATE": "A day, as `2026-11-25`.",
        "SCALE": "A whole number from `least` to `most`.",
    },
)


@strawberry.type(description="One of the answers to choose from.")
class QuestionOption:
    key: str = strawberry.field(description="What an answer names.")
    label: str = strawberry.field(description="In Indonesian.")
    label_en: str | None = strawberry.field(description="In English.")
    points: int | None = strawberry.field(
        description="What it earns; null takes the question out of the score, as with 'does not"
        " apply'."
    )


@strawberry.type(description="A question is asked only if an earlier one was answered so.")
class QuestionCondition:
    question: str = strawberry.field(description="Key of an earlier question.")
    any_of: list[str] = strawberry.field(
        description="Keys of options, `true` or `false`, or steps of a scale."
    )


@strawberry.type(description="A question of a questionnaire (butir instrumen).")
class Question:
    key: str = strawberry.field(
        description="Names it, in all versions: answers are compared by it."
    )
    type: QuestionType = strawberry.field(description="What an answer is.")
    text: str = strawberry.field(description="In Indonesian.")
    text_en: str | None = strawberry.field(description="In English.")
    help: str | None = strawberry.field(description="How to answer, in Indonesian.")
    help_en: str | None = strawberry.field(description="How to answer, in English.")
    required: bool = strawberry.field(description="Whether it must be answered when it is asked.")
    unit: str | None = strawberry.field(description="Of a number.")
    least: float | None = strawberry.field(description="Smallest number, or first step.")
    most: float | None = strawberry.field(description="Largest number, or last step.")
    whole: bool = strawberry.field(description="Whether only whole numbers count.")
    options: list[QuestionOption] | None = strawberry.field(description="What to choose from.")
    points: int | None = strawberry.field(
        description="What the best answer earns, for BOOLEAN and SCALE; a step between, its share."
    )
    lower_is_better: bool = strawberry.field(
        description="Whether `false`, or the first step, is the best answer."
    )
    weight: int = strawberry.field(description="Times how much its points count.")
    ask_if: QuestionCondition | None = strawberry.field(description="When it is asked at all.")


@strawberry.type(description="A section of a questionnaire (bagian).")
class QuestionnaireSection:
    key: str = strawberry.field(description="Names it, in all versions.")
    title: str = strawberry.field(description="In Indonesian.")
    title_en: str | None = strawberry.field(description="In English.")
    questions: list[Question] = strawberry.field(description="In this order.")


@strawberry.type(description="What a score means.")
class ScoreBand:
    from_percent: int = strawberry.field(description="From so many percent on.")
    label: str = strawberry.field(description="Such as `baik`.")
    label_en: str | None = strawberry.field(description="In English.")


@strawberry.type(description="What is asked, and how answers are scored.")
class Questionnaire:
    sections: list[QuestionnaireSection] = strawberry.field(description="In this order.")
    bands: list[ScoreBand] | None = strawberry.field(description="What scores mean.")


_KEY = "A letter, then letters, digits and underlines, 40 in all, in lower case."
described(
    rows.Option,
    "QuestionOptionInput",
    {
        "key": _KEY,
        "label": "Up to 200 characters.",
        "label_en": "The same in English.",
        "points": "0 to 1,000; left out, choosing it takes the question out of the score.",
    },
)
described(
    rows.AskIf,
    "QuestionConditionInput",
    {
        "question": "Key of an earlier question: BOOLEAN, CHOICE, CHOICES or SCALE.",
        "any_of": "Keys of options, `true` or `false`, or steps of a scale.",
    },
)
described(
    rows.Question,
    "QuestionInput",
    {
        "key": _KEY + " Keep it from version to version for what stays the same question.",
        "type": "What an answer is.",
        "text": "Up to 4,000 characters.",
        "text_en": "The same in English.",
        "help": "How to answer it.",
        "help_en": "The same in English.",
        "required": "Whether it must be answered when it is asked; what is scored must be.",
        "unit": "For NUMBER, such as `orang`.",
        "least": "For NUMBER and SCALE: the smallest.",
        "most": "For NUMBER and SCALE: the largest; a scale has up to 100 steps.",
        "whole": "For NUMBER: only whole ones.",
        "options": f"For CHOICE and CHOICES: up to {rules.MOST_OPTIONS}.",
        "points": "For BOOLEAN and SCALE: what the best answer earns, 1 to 1,000.",
        "lower_is_better": "Whether `false`, or the first step, is the best answer.",
        "weight": "Times how much its points count, 1 to 100.",
        "ask_if": "When it is asked at all.",
    },
)
described(
    rows.Part,
    "QuestionnaireSectionInput",
    {
        "key": _KEY,
        "title": "Up to 200 characters.",
        "title_en": "The same in English.",
        "questions": f"1 or more; {rules.MOST_QUESTIONS} in the whole questionnaire.",
    },
)
described(
    rows.Band,
    "ScoreBandInput",
    {
        "from_percent": "The first from 0, each later one from more, up to 100.",
        "label": "Up to 200 characters.",
        "label_en": "The same in English.",
    },
)
described(
    rows.Questionnaire,
    "QuestionnaireInput",
    {
        "sections": f"1 to {rules.MOST_SECTIONS}.",
        "bands": f"Up to {rules.MOST_BANDS}, such as `perlu pembenahan`, `cukup`, `baik`.",
    },
)
