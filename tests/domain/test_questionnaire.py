"""What makes a questionnaire sound, and answers to it; each fault is named where it stands."""

from dataclasses import replace
from typing import Any

import pytest

from db.instrument import AskIf, Band, Option, Part, Question, Questionnaire, QuestionType
from domain.answers import Answer, values_of
from domain.checks import Json
from domain.questionnaire import checked
from domain.refusal import Refusal

Q = QuestionType
YES_NO = Question("ada", Q.BOOLEAN, "Ada?")
PICK = Question("mana", Q.CHOICE, "Mana?", options=[Option("a", "A", points=1), Option("b", "B")])
SEVERAL = Question("apa", Q.CHOICES, "Apa?", options=[Option("a", "A"), Option("b", "B")])
COUNT = Question("berapa", Q.NUMBER, "Berapa?", least=0, most=10, whole=True)
STEP = Question("taraf", Q.SCALE, "Taraf?", least=1, most=5)


def asking(*questions: Question, **change: Any) -> Questionnaire:
    return replace(Questionnaire([Part("umum", "Umum", list(questions))]), **change)


def refusal(given: Questionnaire) -> tuple[str, str | None]:
    with pytest.raises(Refusal) as refused:
        checked(given, "input")
    return refused.value.code, refused.value.field


HERE = "input.sections[0].questions[0]"


@pytest.mark.parametrize(
    ("question", "code", "at"),
    [
        (replace(YES_NO, key="Ada"), "BAD_INPUT", ".key"),
        (replace(YES_NO, key="ada\n"), "BAD_INPUT", ".key"),
        (replace(YES_NO, text=" "), "BAD_INPUT", ".text"),
        (replace(YES_NO, help="x" * 4_001), "TOO_LONG", ".help"),
        (replace(YES_NO, unit="orang"), "BAD_INPUT", ".unit"),
        (replace(YES_NO, least=0), "BAD_INPUT", ".least"),
        (replace(YES_NO, whole=True), "BAD_INPUT", ".whole"),
        (replace(YES_NO, points=0), "OUT_OF_RANGE", ".points"),
        (replace(YES_NO, points=1_001), "OUT_OF_RANGE", ".points"),
        (replace(YES_NO, weight=0), "OUT_OF_RANGE", ".weight"),
        (replace(YES_NO, lower_is_better=True), "BAD_INPUT", ".lowerIsBetter"),
        (replace(YES_NO, points=1, required=False), "BAD_INPUT", ".required"),
        (replace(YES_NO, options=[Option("a", "A")]), "BAD_INPUT", ".options"),
        (replace(COUNT, points=1), "BAD_INPUT", ".points"),
        (replace(COUNT, least=float("nan")), "BAD_INPUT", ".least"),
        (replace(COUNT, most=float("inf")), "BAD_INPUT", ".most"),
        (replace(COUNT, least=10), "BAD_INPUT", ".most"),
        (replace(STEP, least=None), "BAD_INPUT", ".least"),
        (replace(STEP, most=5.5), "BAD_INPUT", ".most"),
        (replace(STEP, most=102), "BAD_INPUT", ".most"),
        (replace(PICK, options=None), "BAD_INPUT", ".options"),
        (replace(PICK, required=False), "BAD_INPUT", ".required"),
        (replace(PICK, options=[Option("a", "A"), Option("a", "B")]), "DUPLICATE",
         ".options[1].key"),
        (replace(PICK, options=[Option("a", " ")]), "BAD_INPUT", ".options[0].label"),
        (replace(PICK, options=[Option("a", "A", points=-1)]), "OUT_OF_RANGE",
         ".options[0].points"),
        (replace(PICK, options=[Option(f"a{n}", "A") for n in range(51)]), "TOO_MANY", ".options"),
        (replace(YES_NO, ask_if=AskIf("ada", ["true"])), "UNKNOWN_CODE", ".askIf.question"),
        (replace(YES_NO, ask_if=AskIf("mana", ["a"])), "UNKNOWN_CODE", ".askIf.question"),
    ],
)  # fmt: skip
def test_a_fault_in_a_question(question: Question, code: str, at: str) -> None:
    assert refusal(asking(question, replace(PICK, key="mana"))) == (code, HERE + at)


@pytest.mark.parametrize(
    ("on", "word", "code", "at"),
    [
        (YES_NO, "ya", "UNKNOWN_CODE", ".anyOf[0]"),
        (STEP, "6", "UNKNOWN_CODE", ".anyOf[0]"),
        (PICK, "c", "UNKNOWN_CODE", ".anyOf[0]"),
        (COUNT, "3", "BAD_INPUT", ".question"),
    ],
)
def test_a_condition_that_can_never_hold(on: Question, word: str, code: str, at: str) -> None:
    later = replace(YES_NO, key="lalu", ask_if=AskIf(on.key, [word]))
    assert refusal(asking(on, later)) == (code, f"input.sections[0].questions[1].askIf{at}")
    empty = replace(later, ask_if=AskIf(on.key, []))
    assert refusal(asking(on, empty))[0] == "BAD_INPUT"


def test_what_is_asked_twice_or_not_at_all() -> None:
    assert refusal(asking(YES_NO, YES_NO))[0] == "DUPLICATE"
    assert refusal(Questionnaire([])) == ("BAD_INPUT", "input.sections")
    assert refusal(asking()) == ("BAD_INPUT", "input.sections[0].questions")
    two = [Part("umum", "Umum", [YES_NO]), Part("umum", "Lagi", [PICK])]
    assert refusal(Questionnaire(two)) == ("DUPLICATE", "input.sections[1].key")
    many = [replace(YES_NO, key=f"q{n}") for n in range(201)]
    assert refusal(asking(*many)) == ("TOO_MANY", "input.sections")
    assert refusal(Questionnaire(two * 5_000))[0] == "TOO_MANY"


@pytest.mark.parametrize(
    ("bands", "at"),
    [
        ([Band(1, "x")], "[0].fromPercent"),
        ([Band(0, "x"), Band(0, "y")], "[1].fromPercent"),
        ([Band(0, "x"), Band(101, "y")], "[1].fromPercent"),
        ([Band(0, "")], "[0].label"),
    ],
)
def test_bands_that_leave_gaps(bands: list[Band], at: str) -> None:
    assert refusal(asking(YES_NO, bands=bands)) == ("BAD_INPUT", f"input.bands{at}")


def problems(given: Questionnaire, *answers: tuple[str, Any], complete: bool = True) -> Any:
    try:
        listed = [Answer(key, Json(value)) for key, value in answers]
        values_of(given, listed, "input.answers", complete=complete)
    except Refusal as refused:
        return [(one.code.value, one.field) for one in (refused, *refused.after)]
    return []


@pytest.mark.parametrize(
    ("question", "value", "code"),
    [
        (YES_NO, "true", "BAD_INPUT"),
        (YES_NO, 1, "BAD_INPUT"),
        (COUNT, True, "BAD_INPUT"),
        (COUNT, "3", "BAD_INPUT"),
        (COUNT, 3.5, "BAD_INPUT"),
        (COUNT, -1, "OUT_OF_RANGE"),
        (COUNT, 11, "OUT_OF_RANGE"),
        (COUNT, 10**400, "OUT_OF_RANGE"),
        (COUNT, float("nan"), "OUT_OF_RANGE"),
        (COUNT, float("inf"), "OUT_OF_RANGE"),
        (COUNT, {}, "BAD_INPUT"),
        (STEP, 0, "OUT_OF_RANGE"),
        (STEP, 2.5, "BAD_INPUT"),
        (PICK, "c", "UNKNOWN_CODE"),
        (PICK, ["a"], "BAD_INPUT"),
        (SEVERAL, "a", "BAD_INPUT"),
        (SEVERAL, [1], "BAD_INPUT"),
        (Question("teks", Q.TEXT, "?"), " ", "BAD_INPUT"),
        (Question("teks", Q.TEXT, "?"), "\ud800", "BAD_INPUT"),
        (Question("teks", Q.TEXT, "?"), "x" * 4_001, "TOO_LONG"),
        (Question("hari", Q.DATE, "?"), "2026-02-30", "BAD_INPUT"),
        (Question("hari", Q.DATE, "?"), "20260225", "BAD_INPUT"),
        (Question("hari", Q.DATE, "?"), 20260225, "BAD_INPUT"),
    ],
)
def test_a_value_that_is_no_answer(question: Question, value: Any, code: str) -> None:
    found = problems(asking(question), (question.key, value))
    assert found == [(code, "input.answers[0].value")]


def test_every_fault_is_named_in_order() -> None:
    hidden = replace(YES_NO, key="lalu", ask_if=AskIf("ada", ["true"]))
    given = asking(YES_NO, hidden, PICK, SEVERAL, COUNT)
    assert problems(
        given, ("lalu", True), ("apa", ["a", "x"]), ("ada", False), ("ada", True), ("lain", 1)
    ) == [
        ("NOT_ASKED", "input.answers[0].value"),
        ("UNKNOWN_CODE", "input.answers[1].value[1]"),
        ("DUPLICATE", "input.answers[3].question"),
        ("UNKNOWN_CODE", "input.answers[4].question"),
        ("ANSWER_REQUIRED", "input.answers.mana"),
        ("ANSWER_REQUIRED", "input.answers.berapa"),
    ]
    assert problems(given, ("ada", True), complete=False) == []
    # Whether a question is asked is not complained of, where nobody can know it.
    assert problems(given, ("ada", "ya"), ("lalu", True), complete=False) == [
        ("BAD_INPUT", "input.answers[0].value")
    ]
    assert problems(given, *[("ada", True)] * 10_000) == [("TOO_MANY", "input.answers")]
