"""Scores and conditions, for any questionnaire and any answers to it."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from db.instrument import AskIf, Band, Option, Part, Question, Questionnaire, QuestionType
from db.visit import Score, read_score
from domain.answers import Answer, asked, values_of
from domain.questionnaire import checked
from domain.score import score
from tests.domain.questionnaires import plainly

_OPTIONS = st.lists(st.none() | st.integers(0, 9), min_size=1, max_size=4).map(
    lambda points: [Option(f"o{n}", f"Pilihan {n}", points=one) for n, one in enumerate(points)]
)


@st.composite
def questions(draw: Any, number: int, earlier: list[Question]) -> Question:
    """Any question that can be scored or decide, perhaps on condition of an earlier one."""
    kind = draw(st.sampled_from(["BOOLEAN", "SCALE", "CHOICE", "CHOICES", "TEXT"]))
    type = QuestionType(kind)
    judged = type in (QuestionType.BOOLEAN, QuestionType.SCALE)
    choosing = type in (QuestionType.CHOICE, QuestionType.CHOICES)
    points = draw(st.none() | st.integers(1, 9)) if judged else None
    ask_if = None
    deciding = [one for one in earlier if one.type is not QuestionType.TEXT]
    if deciding and draw(st.booleans()):
        on = draw(st.sampled_from(deciding))
        words = {QuestionType.BOOLEAN: ["true", "false"], QuestionType.SCALE: list("0123")}.get(
            on.type, [option.key for option in on.options or ()]
        )
        ask_if = AskIf(on.key, draw(st.lists(st.sampled_from(words), min_size=1, unique=True)))
    return Question(
        key=f"q{number}",
        type=type,
        text="Apa?",
        least=0 if type is QuestionType.SCALE else None,
        most=3 if type is QuestionType.SCALE else None,
        options=draw(_OPTIONS) if choosing else None,
        points=points,
        lower_is_better=points is not None and draw(st.booleans()),
        weight=draw(st.integers(1, 5)),
        ask_if=ask_if,
    )


@st.composite
def questionnaires(draw: Any) -> Questionnaire:
    asked: list[Question] = []
    for number in range(draw(st.integers(1, 8))):
        asked.append(draw(questions(number, asked)))
    cut = draw(st.integers(0, len(asked) - 1))
    parts = [Part(f"s{n}", "Bagian", part) for n, part in enumerate((asked[:cut], asked[cut:]))]
    return Questionnaire(
        [part for part in parts if part.questions], [Band(0, "kurang"), Band(80, "baik")]
    )


@st.composite
def answered(draw: Any) -> tuple[Questionnaire, dict[str, Any]]:
    """A questionnaire, and an answer to each of its questions, asked or not."""
    given = draw(questionnaires())
    kinds: dict[QuestionType, Any] = {
        QuestionType.BOOLEAN: st.booleans(),
        QuestionType.SCALE: st.integers(0, 3),
        QuestionType.TEXT: st.just("Ya."),
    }
    values = {}
    for question in given.questions:
        keys = [option.key for option in question.options or ()]
        if question.type is QuestionType.CHOICE:
            kinds[question.type] = st.sampled_from(keys)
        if question.type is QuestionType.CHOICES:
            kinds[question.type] = st.lists(st.sampled_from(keys), unique=True)
        values[question.key] = draw(kinds[question.type])
    return given, values


def only_asked(given: Questionnaire, values: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in values.items() if key in asked(given, values)}


few = settings(max_examples=40)


@few
@given(questionnaires())
def test_what_is_made_here_is_sound(given: Questionnaire) -> None:
    assert checked(given, "input") == given


@few
@given(answered())
def test_a_score_lies_between_nothing_and_all(case: tuple[Questionnaire, dict[str, Any]]) -> None:
    made = score(*case)
    if made is not None:
        assert 0 <= made.percent <= 100
        assert 0 <= made.reached <= made.reachable
        assert abs(sum(mark.reached for mark in made.sections) - made.reached) < 1e-6
        assert abs(sum(mark.reachable for mark in made.questions) - made.reachable) < 1e-6
        assert all(0 <= mark.reached <= mark.reachable for mark in made.questions)
        assert made.band == ("baik" if made.percent >= 80 else "kurang")


@few
@given(answered())
def test_what_is_not_asked_counts_for_nothing(case: tuple[Questionnaire, dict[str, Any]]) -> None:
    given, values = case
    assert score(given, values) == score(given, only_asked(given, values))


@few
@given(answered())
def test_what_is_asked_and_scored_is_as_plain_reading_has_it(
    case: tuple[Questionnaire, dict[str, Any]],
) -> None:
    given, values = case
    reached, reachable = plainly(given, values)
    made = score(given, values)
    assert (made is None) == (reachable == 0)
    if made is not None:
        assert abs(made.percent - 100 * reached / reachable) <= 0.05 + 1e-9


@few
@given(answered(), st.randoms())
def test_the_order_of_answers_does_not_matter(
    case: tuple[Questionnaire, dict[str, Any]], random: Any
) -> None:
    given, values = case
    listed = [Answer(key, value) for key, value in only_asked(given, values).items()]
    kept = values_of(given, listed, "input.answers", complete=True)
    random.shuffle(listed)
    again = values_of(given, listed, "input.answers", complete=True)
    assert list(again.items()) == list(kept.items())
    assert kept == only_asked(given, values)


@few
@given(answered())
def test_a_score_is_read_again_as_it_was_kept(case: tuple[Questionnaire, dict[str, Any]]) -> None:
    made = score(*case)
    if made is not None:
        read: Score = read_score(asdict(made))
        assert read == made
