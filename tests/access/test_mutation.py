"""The tool that changes conditions: what it finds in a piece of SQL."""

from tests.access.mutation import changes


def found(text: str) -> list[str]:
    return [change.what for change in changes(text)]


def test_parts_of_a_condition() -> None:
    assert found("a and (b or c)") == ["a -> true", "(b or c) -> true", "b -> false", "c -> false"]


def test_a_between_has_an_and_of_its_own() -> None:
    assert found("x between 1 and 2 and y") == ["x between 1 and 2 -> true", "y -> true"]


def test_filters_guards_and_queries_inside() -> None:
    text = "if a then return exists (select from t where b = 'x and y' and c); end if;"
    assert found(text) == ["a -> false", "b = 'x and y' -> true", "c -> true",
                           "b = 'x and y' and c -> true"]  # fmt: skip


def test_comparisons_are_moved_but_not_in_quotes_or_comments() -> None:
    assert len(found("where a < '<' -- never <\n and b")) == 4
    assert found("where day <= today")[-1] == "where day <= today: <= -> <"


def test_the_text_is_changed_in_that_place_only() -> None:
    assert [" ".join(c.text.split()) for c in changes("f(a, b and c) or d")] == [
        "false or d", "f(a, b and c) or false", "f(a, true and c) or d", "f(a, b and true ) or d",
    ]  # fmt: skip


def test_arrows_and_what_contains_what_are_no_comparisons() -> None:
    assert found("a ->> 'b' and f(c => 1) and d <@ e and g @> h -> 'i'") == [
        "a ->> 'b' -> true", "f(c => 1) -> true", "d <@ e -> true", "g @> h -> 'i' -> true",
    ]  # fmt: skip
