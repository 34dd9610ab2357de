"""Lights and periods, for any numbers and days."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from db.indicator import Direction, Frequency, Target, Unit
from domain.amount import Light, amount_of, light, target_of
from domain.period import MONTHS, period_in, period_of
from domain.refusal import Refusal

NUMBERS = st.decimals(
    min_value=-(10**14), max_value=10**14, places=6, allow_nan=False, allow_infinity=False
)
DIRECTIONS = st.sampled_from(Direction)
DAYS = st.dates(date(2000, 1, 1), date(2199, 12, 31))
ORDER = [Light.RED, Light.AMBER, Light.GREEN]


def better(direction: Direction, one: Decimal, other: Decimal) -> bool:
    return one >= other if direction is Direction.HIGHER else one <= other


@given(NUMBERS, NUMBERS, NUMBERS, st.none() | NUMBERS, DIRECTIONS)
def test_a_better_value_never_gives_a_worse_light(
    one: Decimal, other: Decimal, target: Decimal, baseline: Decimal | None, way: Direction
) -> None:
    if not better(way, one, other):
        one, other = other, one
    lights = [ORDER.index(light(value, target, baseline, way)) for value in (one, other)]
    assert lights[0] >= lights[1]


@given(NUMBERS, NUMBERS, st.none() | NUMBERS, DIRECTIONS)
def test_green_is_the_target_reached_and_nothing_else(
    value: Decimal, target: Decimal, baseline: Decimal | None, way: Direction
) -> None:
    shown = light(value, target, baseline, way)
    assert (shown is Light.GREEN) == better(way, value, target)
    assert shown is not Light.GREY
    mirrored = Direction.LOWER if way is Direction.HIGHER else Direction.HIGHER
    under = None if baseline is None else -baseline
    assert light(-value, -target, under, mirrored) is shown


@pytest.mark.parametrize(
    ("value", "baseline", "expected"),
    [
        ("100", "0", Light.GREEN),
        ("50", "0", Light.AMBER),
        ("49.999999", "0", Light.RED),
        ("80", "60", Light.AMBER),
        ("79", "60", Light.RED),
        ("90", None, Light.AMBER),
        ("89", None, Light.RED),
        ("90", "120", Light.AMBER),
        ("89", "120", Light.RED),
    ],
)
def test_amber_is_half_of_the_way_or_a_tenth(
    value: str, baseline: str | None, expected: Light
) -> None:
    start = None if baseline is None else Decimal(baseline)
    assert light(Decimal(value), Decimal(100), start, Direction.HIGHER) is expected


def test_grey_is_where_there_is_nothing_to_compare() -> None:
    assert light(None, Decimal(1), None, Direction.LOWER) is Light.GREY
    assert light(Decimal(1), None, Decimal(1), Direction.LOWER) is Light.GREY


@given(NUMBERS)
def test_a_number_stays_exactly_what_it_was(value: Decimal) -> None:
    kept = amount_of(value, Unit.OTHER, "value")
    assert kept == value
    assert "E" not in str(kept)


@given(st.text("0123456789.-+eEnaifNIsFty", max_size=30))
def test_any_number_is_taken_or_refused(text: str) -> None:
    try:
        number = Decimal(text)
    except ArithmeticError:
        return
    for unit in Unit:
        try:
            assert amount_of(number, unit, "value") == number
        except Refusal as refusal:
            assert refusal.code == "OUT_OF_RANGE"


@given(DAYS, st.sampled_from(Frequency))
def test_periods_cover_every_day_once(day: date, frequency: Frequency) -> None:
    period = period_of(frequency, day)
    assert period.first <= day <= period.last
    assert period_in(str(period), frequency, "period") == period
    assert period_of(frequency, period.last) == period
    following = period_of(frequency, period.last + timedelta(days=1))
    assert following.first == period.last + timedelta(days=1)
    months = (following.first.year - period.first.year) * 12
    assert months + following.first.month - period.first.month == MONTHS[frequency]


@given(st.text(max_size=8), st.sampled_from(Frequency))
def test_what_is_not_written_as_a_period_is_refused(text: str, frequency: Frequency) -> None:
    try:
        assert str(period_in(text, frequency, "period")) == text
    except Refusal as refusal:
        assert refusal.code == "BAD_INPUT"


def test_the_latest_target_of_a_period_counts() -> None:
    targets = [
        Target(date(2026, 1, 1), date(2026, 6, 30), Decimal(1)),
        Target(date(2026, 7, 1), date(2026, 12, 31), Decimal(2)),
    ]
    assert target_of(targets, date(2026, 1, 1), date(2026, 3, 31)) == 1
    assert target_of(targets, date(2026, 1, 1), date(2026, 12, 31)) == 2
    assert target_of(targets, date(2027, 1, 1), date(2027, 12, 31)) is None
