"""Values of indicators: exact numbers, held against the unit, and the light they give."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from enum import StrEnum

from db.indicator import Direction, Target, Unit
from domain.refusal import RefusalCode, require

MOST_DIGITS = 15
"""Before the point."""
PLACES: dict[Unit, int] = {Unit.COUNT: 0, Unit.RUPIAH: 2}
"""Digits after the point; six where nothing else is said."""
ADDS_UP = frozenset({Unit.COUNT, Unit.RUPIAH})
"""Units of which the parts make the whole."""


class Light(StrEnum):
    """How a value stands against its target (lampu lalu lintas)."""

    GREEN = "GREEN"
    AMBER = "AMBER"
    RED = "RED"
    GREY = "GREY"


def amount_of(value: Decimal, unit: Unit, field: str) -> Decimal:
    """The number in plain digits, when the unit allows it; only OTHER goes below nothing."""
    require(value.is_finite(), RefusalCode.OUT_OF_RANGE, field)
    if not value:
        return Decimal(0)
    require(value.adjusted() < MOST_DIGITS, RefusalCode.OUT_OF_RANGE, field)
    _, digits, exponent = value.as_tuple()
    assert isinstance(exponent, int)
    while exponent < 0 and digits and digits[-1] == 0:
        digits, exponent = digits[:-1], exponent + 1
    require(-exponent <= PLACES.get(unit, 6), RefusalCode.OUT_OF_RANGE, field)
    require(value >= 0 or unit is Unit.OTHER, RefusalCode.OUT_OF_RANGE, field)
    require(value <= 100 or unit is not Unit.PERCENT, RefusalCode.OUT_OF_RANGE, field)
    return plain(value)


def plain(value: Decimal) -> Decimal:
    """The number without an exponent and without noughts at its end; nought has no sign."""
    if not value:
        return Decimal(0)
    short = value.normalize()
    return short.quantize(Decimal(1)) if short == short.to_integral() else short


def target_of(targets: Sequence[Target], first: date, last: date) -> Decimal | None:
    """What a measurement of these days is to reach: the latest target that has any of them."""
    values = [t.value for t in targets if t.period_from <= last and first <= t.period_until]
    return values[-1] if values else None


def light(
    value: Decimal | None, target: Decimal | None, baseline: Decimal | None, direction: Direction
) -> Light:
    """GREEN: the target is reached. AMBER: at least half of the way there. RED: less. GREY: no
    value, or no target.

    The way is from the baseline to the target. Where there is no baseline, or it is no worse than
    the target, there is no way to be measured: AMBER is then within a tenth of the target.
    """
    if value is None or target is None:
        return Light.GREY
    sign = 1 if direction is Direction.HIGHER else -1
    short = sign * (target - value)
    if short <= 0:
        return Light.GREEN
    way = sign * (target - baseline) if baseline is not None else Decimal(0)
    allowed = way / 2 if way > 0 else abs(target) / 10
    return Light.AMBER if short <= allowed else Light.RED
