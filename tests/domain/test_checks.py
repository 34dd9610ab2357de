"""Checking text, ids and lists, with whatever anyone could send."""

from datetime import date
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from db.ids import encode
from domain.checks import distinct, id_of, in_order, optional_text, reason_of, text_of
from domain.refusal import Refusal, RefusalCode

ANY = st.text(st.characters(codec=None, categories=None), max_size=40)


@given(ANY)
def test_a_text_is_kept_to_the_letter_or_refused(text: str) -> None:
    try:
        kept = text_of(text, "f", 30)
    except Refusal as refusal:
        assert refusal.field == "f"
        stripped = text.strip()
        if refusal.code is RefusalCode.TOO_LONG:
            assert len(stripped) > 30
        else:
            surrogate = any("\ud800" <= letter <= "\udfff" for letter in stripped)
            assert not stripped or "\x00" in stripped or surrogate
        return
    assert kept == text.strip()
    assert kept.encode()


@given(st.one_of(st.none(), ANY))
def test_a_blank_text_that_may_be_left_out_is_none(text: str | None) -> None:
    try:
        kept = optional_text(text, "f", 30)
    except Refusal:
        assert text and text.strip()
    else:
        assert (kept is None) == (text is None or not text.strip())


@pytest.mark.parametrize("blank", [None, "", " ", "\t\r\n", "\u00a0", "\u3000"])
def test_a_blank_is_no_reason(blank: str | None) -> None:
    with pytest.raises(Refusal) as refusal:
        reason_of(blank)
    assert refusal.value.code is RefusalCode.REASON_REQUIRED


@given(st.uuids(), st.sampled_from(["mou", "handoff", "organisation"]))
def test_an_id_is_read_as_it_was_written_and_as_no_other_noun(id: UUID, noun: str) -> None:
    assert id_of(encode(noun, id), noun, "id") == id
    with pytest.raises(Refusal):
        id_of(encode(noun, id), "inquiry", "id")


@given(ANY)
def test_nothing_else_is_an_id(text: str) -> None:
    with pytest.raises(Refusal) as refusal:
        id_of(text, "mou", "id")
    assert refusal.value.code is RefusalCode.BAD_INPUT


@given(st.lists(st.integers(0, 9), max_size=12))
def test_a_list_names_the_first_that_stands_twice(values: list[int]) -> None:
    first = next((n for n, value in enumerate(values) if value in values[:n]), None)
    try:
        assert distinct(values, "f", most=10) == values
    except Refusal as refusal:
        if len(values) > 10:
            assert refusal.code is RefusalCode.TOO_MANY
        else:
            assert (refusal.code, refusal.field) == (RefusalCode.DUPLICATE, f"f[{first}]")
    else:
        assert first is None


def test_a_period_may_be_one_day() -> None:
    in_order(date(2026, 1, 1), date(2026, 1, 1), "until")
    with pytest.raises(Refusal):
        in_order(date(2026, 1, 2), date(2026, 1, 1), "until")
