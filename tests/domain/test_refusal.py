"""Every way to say no has a sentence in both languages."""

import pytest

from domain.refusal import SENTENCES, Refusal, RefusalCode, require


@pytest.mark.parametrize("code", RefusalCode)
def test_a_code_has_a_sentence_in_both_languages(code: RefusalCode) -> None:
    indonesian, english = code.message("id"), code.message("en")
    assert indonesian != english
    for sentence in (indonesian, english):
        assert sentence[0].isupper()
        assert sentence.endswith(".")


def test_no_sentence_is_said_of_two_codes() -> None:
    assert len(set(SENTENCES.values())) == len(RefusalCode)


@pytest.mark.parametrize("code", ["NOT_A_PARTY", "SELF_ADDRESSED", "EXCEEDS_PARENT"])
def test_what_programmes_and_activities_refuse_too_does_not_speak_of_agreements_alone(
    code: str,
) -> None:
    english = RefusalCode(code).message("en")
    assert "Sender" not in english and "party to the agreement" not in english
    assert "The agreement exceeds" not in english


def test_require_refuses_what_does_not_hold() -> None:
    require(True, RefusalCode.BAD_INPUT)
    with pytest.raises(Refusal) as refusal:
        require(None, RefusalCode.BAD_INPUT, "input.title")
    assert (refusal.value.code, refusal.value.field) == (RefusalCode.BAD_INPUT, "input.title")
