"""What PostgreSQL writes is what Python would write, and nothing is left out in silence."""

from datetime import UTC, datetime
from typing import Any

import pytest

from api.plans.holes import hole
from api.plans.text import Said, joined, unbroken
from api.plans.values import READABLE, moment
from tests.world import World

MOMENTS = [
    "2026-11-26 01:02:03+00",
    "2026-11-26 01:02:03.1+00",
    "2026-11-26 01:02:03.120+00",
    "2026-11-26 01:02:03.123456+00",
    "2026-11-26 01:02:03.000001+00",
    "2026-11-26 01:02:03.999999+00",
    "2026-11-26 01:02:03.100001+00",
    "2026-11-26 07:02:03.5+07",
    "0042-01-01 00:00:00.00001+00",
    "9999-12-31 23:59:59.999999+00",
]


async def told(world: World, expression: str, source: str = "(select)") -> Any:
    """What an expression comes to. Straight to the driver: the text has colons of its own."""
    async with world.operator() as tx:
        connection = await tx.connection()
        result = await connection.exec_driver_sql(f"select {expression} from {source} t")
        return result.scalar_one()


@pytest.mark.parametrize("zone", ["UTC", "Asia/Jakarta"])
async def test_moments_are_written_as_python_writes_them(world: World, zone: str) -> None:
    for text in MOMENTS:
        value = datetime.fromisoformat(text.replace(" ", "T")).astimezone(UTC)
        source = (
            f"(select '{text}'::timestamptz as x, set_config('TimeZone', '{zone}', true) offset 0)"
        )
        assert await told(world, moment("x"), source) + "+00:00" == value.isoformat()


async def test_a_moment_without_end_is_the_last_one_of_the_calendar(world: World) -> None:
    for text, written in (
        ("infinity", "9999-12-31T23:59:59.999999"),
        ("-infinity", "0001-01-01T00:00:00"),
        (None, None),
    ):
        value = "null" if text is None else f"'{text}'"
        assert await told(world, moment("x"), f"(select {value}::timestamptz as x)") == written


async def test_moments_are_only_read_where_they_are_written_so(world: World) -> None:
    for style, readable in (("ISO, MDY", True), ("ISO, DMY", True), ("German", False)):
        said = f"(select set_config('DateStyle', '{style}', true) as x offset 0)"
        assert await told(world, f"x is not null and {READABLE}", said) is readable, style


async def test_pieces_stand_one_behind_the_other(world: World) -> None:
    for many in range(1, 40):
        pieces = [Said(f"'{n}\"") if n % 3 else f"{n} + 1" for n in range(many)]
        written = "".join(f"'{n}\"" if n % 3 else str(n + 1) for n in range(many))
        assert await told(world, joined(pieces)) == written


async def test_a_row_in_which_something_is_missing_is_not_left_out(world: World) -> None:
    """`string_agg` leaves out what is null; the hole that stands there is for graphql-core."""
    row = unbroken([Said("a"), "x", Said("b")])
    source = "(select * from (values ('1'), (null), ('3')) v(x))"
    found = await told(world, f"string_agg({row}, ',')", source)
    assert found == f"a1b,{''.join(hole('X'))},a3b"
