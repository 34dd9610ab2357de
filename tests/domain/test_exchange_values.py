"""What people write into cells, and what it is read as; what can mean two things is refused."""

import re
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.exchange.csv_file import read_csv, write_csv
from domain.exchange.table import letter, shielded, unshielded
from domain.exchange.values import Unreadable, moment_in, number_in, number_out


def at(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[arg-type, misc]


@pytest.mark.parametrize(
    ("written", "moment"),
    [
        ("2026-12-31", at(2026, 12, 30, 17)),
        ("2026-12-31 09:00", at(2026, 12, 31, 2)),
        ("2026-12-31T09:00:30.5+09:00", at(2026, 12, 31, 0, 0, 30, 500_000)),
        ("2026-12-31T09:00Z", at(2026, 12, 31, 9)),
        ("31/12/2026", at(2026, 12, 30, 17)),
        ("31-12-2026 09.00 WITA", at(2026, 12, 31, 1)),
        ("1.2.2027, 09:00 WIT", at(2027, 2, 1, 0)),
        ("31 Desember 2026 pukul 09.00 WIB", at(2026, 12, 31, 2)),
        ("Kamis, 31 des 2026", at(2026, 12, 30, 17)),
        ("31  agustus  2026", at(2026, 8, 30, 17)),
        ("46387", at(2026, 12, 30, 17)),
        (Decimal("46387.375"), at(2026, 12, 31, 2)),
    ],
)
def test_moments(written: str | Decimal, moment: datetime) -> None:
    assert moment_in(written) == moment


@pytest.mark.parametrize(
    "written",
    ["31/12/26", "12/31/2026", "30 Februari 2026", "2026-02-30", "0000-01-01", "2026-13-01",
     "31/12-2026", "besok", "2026-12-31 25:00", "99999999999", "1", "31 Foo 2026", "",
     "2026-12-31 09:00 PST", "٣١/١٢/٢٠٢٦", "0001-01-01 00:00 WIT", "9" * 10_000,
     "9999-12-31 23:59 -23:59", "2026-01-01 00:00 +99:00"],
)  # fmt: skip
def test_no_moments(written: str) -> None:
    try:
        moment = moment_in(written)
    except Unreadable as error:
        assert error.code == "NOT_A_TIME"
    else:
        assert written.startswith("٣"), moment  # digits are digits in any script


@pytest.mark.parametrize(
    ("written", "number"),
    [("12", "12"), ("-5", "-5"), ("1234,5", "1234.5"), ("1234.5", "1234.5"), ("0,125", "0.125"),
     ("1.234,5", "1234.5"), ("1,234.5", "1234.5"), ("1.234.567", "1234567"), ("+7", "7"),
     ("1234,567", "1234.567")],
)  # fmt: skip
def test_numbers(written: str, number: str) -> None:
    assert number_in(written) == Decimal(number)


@pytest.mark.parametrize(
    ("written", "code"),
    [("1.234", "AMBIGUOUS_NUMBER"), ("1,234", "AMBIGUOUS_NUMBER"), ("12a", "NOT_A_NUMBER"),
     ("1e5", "NOT_A_NUMBER"), ("NaN", "NOT_A_NUMBER"), ("", "NOT_A_NUMBER"), ("1,2,3",
     "NOT_A_NUMBER"), ("1.23.456", "NOT_A_NUMBER"), ("1,", "NOT_A_NUMBER"),
     ("9" * 1_000, "NOT_A_NUMBER")],
)  # fmt: skip
def test_no_numbers(written: str, code: str) -> None:
    with pytest.raises(Unreadable) as caught:
        number_in(written)
    assert caught.value.code == code


@given(st.decimals(allow_nan=False, allow_infinity=False, places=6, min_value=-(10**15),
                   max_value=10**15))  # fmt: skip
def test_numbers_come_back(number: Decimal) -> None:
    assert number_in(number_out(number)) == number


@given(st.text(max_size=40))
def test_text_is_shielded_from_spreadsheets_and_comes_back(text: str) -> None:
    assert unshielded(shielded(text)) == text
    assert not re.match(r"[=+\-@\t\r\n＝＋－＠]", shielded(text))


@given(st.lists(st.lists(st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1)
                         .map(str.strip).filter(bool), min_size=2, max_size=5),
                min_size=1, max_size=5))  # fmt: skip
def test_csv_comes_back(rows: list[list[str]]) -> None:
    read = read_csv(write_csv([["x", "y"], *rows]))
    assert [row.cells for row in read.rows] == rows


@given(st.binary(max_size=300))
def test_any_bytes_are_a_table_or_refused(content: bytes) -> None:
    from domain.exchange.problem import FileRefused
    from domain.exchange.xlsx_file import read_xlsx

    for read in (read_csv, read_xlsx):
        try:
            read(content)
        except FileRefused as error:
            assert error.problems


def test_letters_of_columns() -> None:
    assert [letter(n) for n in (0, 25, 26, 51, 52)] == ["A", "Z", "AA", "AZ", "BA"]
