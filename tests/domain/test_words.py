"""What is looked for, read from what people write into a search box."""

import pytest

from domain.words import stems, wishes


@pytest.mark.parametrize(
    ("search", "expected"),
    [
        ("luka memar", [({"luka", "memar"}, set())]),
        ("luka or memar", [({"luka"}, set()), ({"memar"}, set())]),
        ("luka OR memar -guru", [({"luka"}, set()), ({"memar"}, {"guru"})]),
        ('"luka memar" -"guru teman"', [({"luka", "memar"}, {"guru", "teman"})]),
        ('luka "memar', [({"luka", "memar"}, set())]),
        ("saksi-korban", [({"saksi", "korban"}, set())]),
        ("ＬＵＫＡ", [({"luka"}, set())]),
        ("-luka", []),
        ("or or -", []),
        ("& | !", []),
    ],
)
def test_what_is_wished_for(search: str, expected: list[tuple[set[str], set[str]]]) -> None:
    assert [(wish.wanted, wish.unwanted) for wish in wishes(search)] == expected


def test_forms_of_a_word_have_one_stem() -> None:
    assert stems("pemukulan") == stems("dipukuli") == stems("Memukulkan")
    assert stems("membantu") == stems("bantuan") == stems("dibantu")
