"""What lists of activities cost PostgreSQL, where an organisation sees thousands of them."""

import re
from collections.abc import AsyncIterator
from typing import Any

import pytest_asyncio

from benchmarks import activities
from benchmarks.auth import bench_caller
from benchmarks.data import fill
from db.vault import Vault
from tests.db.test_plans import READER, caught, explained, indexes, rows_read
from tests.world import SETTINGS, Api, Org, World

ACTIVITIES = 8_000
BOTH = {"joint_activity_calendar_idx", "activity_participant_calendar_idx"}


@pytest_asyncio.fixture(scope="module")
async def reader(world: World, databases: Any, database_name: str) -> AsyncIterator[Api]:
    vault = Vault(SETTINGS.vault.provider)
    url = databases.owner_url(database_name)
    await fill(url, 10, vault, organisations=8, activities=ACTIVITIES)
    token = (await world.tokens.issue(bench_caller(READER))).token
    yield Api(world.http, Org(READER, "reader"), token)


async def test_pages_are_read_along_both_indexes_however_deep(world: World, reader: Api) -> None:
    """Those one leads and those one is invited to, merged; not more of them on a later page."""
    after, read = None, set()
    for _ in range(4):
        with caught(world) as statements:
            page = (await reader.data(activities.PAGE, after=after))["jointActivities"]
        after = page["pageInfo"]["endCursor"]
        nodes = await explained(world, statements[0])
        assert indexes(nodes) >= BOTH
        read.add(rows_read(nodes, "joint_activity"))
        assert len(page["edges"]) == 20
    assert max(read) <= 80, read


async def test_half_of_all_are_seen_and_counted_by_the_agenda_alone(
    world: World, reader: Api
) -> None:
    with caught(world) as statements:
        found = (await reader.data(activities.COUNTED))["jointActivities"]
    assert found["totalCount"] == ACTIVITIES // 2
    counting = [
        counted
        for statement, _ in statements
        for counted in re.findall(r"count\(\*\) from \((.*?)\) t\d+\)", statement, re.DOTALL)
    ]
    assert counting and not any("activity_now" in counted for counted in counting)


async def test_a_page_with_everything_touches_only_its_own_rows(world: World, reader: Api) -> None:
    with caught(world) as statements:
        await reader.data(activities.PAGE)
    for statement in statements:
        nodes = await explained(world, statement)
        assert rows_read(nodes, "activity_participant") <= 20 * 10, statement[0]
        assert rows_read(nodes, "activity_task") <= 20 * 4
        assert rows_read(nodes, "activity_past") <= 20 * 2


async def test_what_is_shown_is_in_order_and_each_once(reader: Api) -> None:
    """The order of the agenda is the order of what is shown, also of what others left."""
    after, seen = None, []
    for _ in range(6):
        page = (await reader.data(activities.PAGE, after=after))["jointActivities"]
        after = page["pageInfo"]["endCursor"]
        seen += [(edge["node"]["startsAt"], edge["node"]["id"]) for edge in page["edges"]]
    assert seen == sorted(set(seen), reverse=True)
    assert len(seen) == 120
