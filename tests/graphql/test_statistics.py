"""What is asked of statistics, and what is answered: from releases alone, by the same figures."""

from datetime import date
from typing import Any

import pytest_asyncio

from auth.scopes import Scope
from tests.covered import covers
from tests.scenes import pair
from tests.statistics.worlds import counted, released, two_provinces
from tests.world import World

READ = """
query($input: StatisticsInput!) { statistics(input: $input) {
  dataset smallestCell note axes { dimension mentions values { code nameId nameEn } }
  releases { id dataset period smallestCell method releasedAt }
  cells { period codes count suppressed } totals { period codes count suppressed } } }
"""
RELEASES = """
query($dataset: StatisticsDataset) { statisticsReleases(dataset: $dataset, first: 100) {
  totalCount nodes { dataset period smallestCell } } }
"""


def asked(**change: Any) -> dict[str, Any]:
    return {"dataset": "HANDOFFS", "fromPeriod": "2025", "untilPeriod": "2025"} | change


@pytest_asyncio.fixture(scope="module")
async def released_world(world: World) -> World:
    await two_provinces(world)
    return world


@covers("statistics", "success")
async def test_a_table_has_what_is_large_enough_and_says_what_it_leaves_out(
    released_world: World,
) -> None:
    api = await released_world.as_(await released_world.org(), Scope.STATISTICS_READ)
    table = (await api.data(READ, input=asked(by=["REGION", "AGE_BAND"])))["statistics"]
    figures = {tuple(cell["codes"]): cell for cell in table["cells"]}
    shown = {codes: cell["count"] for codes, cell in figures.items() if not cell["suppressed"]}
    assert shown.items() <= {("31", "AGE_0_5"): 20, ("31", "AGE_13_15"): 20}.items()
    seen = {}
    for by in ("URGENCY", "SENDER_TYPE", "RECEIVER_TYPE", "AGE_BAND", "SERVICE", "CASE_CATEGORY"):
        one = (await api.data(READ, input=asked(by=[by])))["statistics"]
        seen |= {cell["codes"][0]: cell["count"] for cell in one["cells"] if cell["count"]}
    assert seen, "what is large enough is shown"
    small = figures["94", "AGE_13_15"]
    assert small == {"period": "2025", "codes": ["94", "AGE_13_15"], "count": None,
                     "suppressed": True}  # fmt: skip
    assert figures["94", "AGE_0_5"]["suppressed"], "zero is not told from a few"
    assert table["smallestCell"] == 5
    assert "zero included" in table["note"]
    regions, ages = table["axes"]
    assert {"code": "31", "nameId": "DKI Jakarta", "nameEn": "DKI Jakarta"} in regions["values"]
    assert len(ages["values"]) == 6
    assert len(table["cells"]) == len(regions["values"]) * 6


@covers("statistics", "success")
async def test_picks_choose_lines_of_the_same_table(released_world: World) -> None:
    api = await released_world.as_(await released_world.org())
    by = ["CASE_CATEGORY", "REGION"]
    whole = (await api.data(READ, input=asked(by=by)))["statistics"]
    picked = (await api.data(READ, input=asked(by=by, pick=[
        {"dimension": "CASE_CATEGORY", "codes": ["RAPE"]},
        {"dimension": "REGION", "codes": ["94", "31"]},
    ])))["statistics"]  # fmt: skip
    assert [cell["codes"] for cell in picked["cells"]] == [["RAPE", "94"], ["RAPE", "31"]]
    assert all(cell in whole["cells"] for cell in picked["cells"])
    assert picked["axes"][0]["mentions"] and not picked["axes"][1]["mentions"]
    assert picked["totals"] == whole["totals"]
    months = asked(fromPeriod="2025-01", untilPeriod="2025-12", by=["REGION"])
    table = (await api.data(READ, input=months))["statistics"]
    assert {release["period"] for release in table["releases"]} <= {
        f"2025-{month:02}" for month in range(1, 13)
    }


@covers("statistics", "refusal")
async def test_what_is_not_in_the_list_of_tables_is_refused(released_world: World) -> None:
    api = await released_world.as_(await released_world.org())
    for change, field in (
        ({"fromPeriod": "2025-13"}, "input.fromPeriod"),
        ({"untilPeriod": "2025-12"}, "input.untilPeriod"),
        ({"untilPeriod": "2024"}, "input.untilPeriod"),
        ({"by": ["AGE_BAND", "SERVICE"]}, "input.by"),
        ({"by": ["REGION", "REGION"]}, "input.by[1]"),
        ({"by": ["REGION", "AGE_BAND", "SERVICE"]}, "input.by"),
        ({"by": ["ACTIVITY_KIND"]}, "input.by[0]"),
        ({"fromPeriod": "2025-01", "untilPeriod": "2025-02", "by": ["SERVICE"]}, "input.by[0]"),
        ({"pick": [{"dimension": "SERVICE", "codes": ["LEGAL"]}]}, "input.pick[0].dimension"),
        ({"by": ["SERVICE"], "pick": [{"dimension": "SERVICE", "codes": []}]},
         "input.pick[0].codes"),
        ({"by": ["SERVICE"], "pick": [{"dimension": "SERVICE", "codes": ["NONE"]}]}, "input.pick"),
        ({"by": ["SERVICE"], "pick": [{"dimension": "SERVICE", "codes": ["X"] * 1_000}]},
         "input.pick[0].codes"),
    ):  # fmt: skip
        answer = await api.ask(READ, input=asked(**change))
        [error] = answer.body["errors"]
        assert error["extensions"].get("field") == field, (change, error)


@covers("statistics statisticsReleases", "stranger")
async def test_without_the_scope_nothing_is_told(released_world: World) -> None:
    api = await released_world.as_(await released_world.org(), Scope.HANDOFF_READ)
    assert (await api.ask(READ, input=asked())).codes == ["MISSING_SCOPE"]
    assert (await api.ask(RELEASES)).codes == ["MISSING_SCOPE"]


@covers("statisticsReleases", "success", "refusal")
async def test_releases_are_listed(released_world: World) -> None:
    api = await released_world.as_(await released_world.org())
    listed = (await api.data(RELEASES, dataset="HANDOFFS"))["statisticsReleases"]
    assert listed["nodes"][0] == {"dataset": "HANDOFFS", "period": "2025", "smallestCell": 5}
    assert listed["totalCount"] == len(listed["nodes"]) > 1
    assert (await api.data(RELEASES, dataset="ACTIVITIES"))["statisticsReleases"]["nodes"] == []
    bad = await api.ask("{ statisticsReleases(first: 1000) { totalCount } }")
    assert bad.codes == ["BAD_INPUT"]


async def test_the_same_question_has_the_same_answer_after_rows_came_late_or_were_changed(
    released_world: World,
) -> None:
    world = released_world
    api = await world.as_(await world.org())
    questions = [asked(by=["REGION", "AGE_BAND"]), asked(by=["SERVICE"]), asked()]
    before = [(await api.ask(READ, input=one)).body for one in questions]
    late = await pair(world)
    for _ in range(7):
        await counted(world, late.sender.org, late.receiver.org, late.mou, date(2025, 3, 1))
    await world.sql("update handoff set child_age_band = 'AGE_0_5'")
    await world.sql("update organisation set region_code = '11' where region_code = '31'")
    assert await released(world, until="2025") == []
    assert [(await api.ask(READ, input=one)).body for one in questions] == before
