"""The same attacker on what the API answers: half of a year is released, then rows come late and
are changed, then the rest of the year and the year are."""

from datetime import date

from domain.statistics.model import Key
from tests.scenes import pair
from tests.statistics.attacker import Attacker
from tests.statistics.worlds import AGES, counted, days_of, released
from tests.world import Api, World

READ = """query($input: StatisticsInput!) { statistics(input: $input) {
  cells { period codes count } totals { period count } } }"""
MONTHS = [f"2025-{month:02}" for month in range(1, 13)]
REGIONS = ["31", "32", "94", "11"]
AGE_CODES = [age or "UNSTATED" for age in AGES]


async def seen(api: Api) -> dict[Key, int]:
    """Every figure of regions and ages that the API gives, by every way to ask."""
    found: dict[Key, int] = {}
    for since, until, ways in (
        ("2025-01", "2025-12", [[], ["REGION"]]),
        ("2025", "2025", [[], ["REGION"], ["AGE_BAND"], ["REGION", "AGE_BAND"]]),
    ):
        for by in ways:
            asked = {"dataset": "HANDOFFS", "fromPeriod": since, "untilPeriod": until, "by": by}
            table = (await api.data(READ, input=asked))["statistics"]
            for cell in table["cells"] + [{**total, "codes": []} for total in table["totals"]]:
                named = dict(zip(by if cell["codes"] else [], cell["codes"], strict=True))
                region, age = named.get("REGION", ""), named.get("AGE_BAND", "")
                key = Key(cell["period"], region, "AGE_BAND" if age else "", age)
                if cell["count"] is not None:
                    assert found.setdefault(key, cell["count"]) == cell["count"]
    return found


async def test_nobody_pins_a_small_figure_down_by_asking_for_everything(world: World) -> None:
    sides = [await pair(world) for _ in range(3)]
    for one, region in zip(sides, REGIONS, strict=False):
        await world.sql("update organisation set region_code = :region where id = :id",
                        region=region, id=one.sender.org.id)  # fmt: skip
    for one, many in zip(sides, (90, 40, 3), strict=True):
        for n, day in enumerate(days_of("2025", many)):
            age = AGES[(n * n) % 5] if many > 3 else "AGE_0_5"
            await counted(world, one.sender.org, one.receiver.org, one.mou, day, age=age)
    api = await world.as_(await world.org())
    assert await released(world, until="2025-06")
    early = await seen(api)
    late = sides[2]
    await counted(world, late.sender.org, late.receiver.org, late.mou, date(2025, 2, 2), age=None)
    await world.sql("update handoff set child_age_band = 'AGE_6_9' where child_age_band is null")
    assert "HANDOFFS 2025" in await released(world, until="2025")
    shown = await seen(api)
    assert early.items() <= shown.items()
    assert len(shown) > 15
    attacker = Attacker("2025", MONTHS, REGIONS, {"AGE_BAND": AGE_CODES})
    # The third region has three cases, the fourth none: all their figures are small.
    small = [key for key in attacker.keys if key.region in ("94", "11")]
    assert not set(small) & set(shown)
    for key, found in attacker.bounds(shown, small).items():
        assert found.low < 1e-6, key
        assert found.high > 4 - 1e-6, key
