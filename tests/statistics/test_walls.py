"""Who reads what: released figures with the scope, what was counted nobody; files that agree."""

import asyncio
import csv
import io
from typing import Any
from xml.etree import ElementTree

import pytest
import pytest_asyncio
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from auth.scopes import Scope
from db.session import Database
from tests.statistics.worlds import released, two_provinces
from tests.world import Api, World

TABLES = """query($input: StatisticsInput!) { statistics(input: $input) {
  cells { codes count suppressed } } }"""


@pytest_asyncio.fixture(scope="module")
async def told(world: World) -> World:
    await two_provinces(world)
    return world


async def fetched(world: World, api: Api, path: str) -> Any:
    return await world.http.get(
        f"/statistics/{path}",
        headers={"authorization": f"Bearer {api.token}", "accept-language": "en"},
    )


@pytest.mark.parametrize(
    "statement",
    [
        "select * from access.statistics_rows('HANDOFFS', date '2025-01-01', date '2025-12-31')",
        "select access.statistics_since('HANDOFFS')",
        "select * from statistics_row",
        "insert into statistics_release (id, dataset, period, smallest_cell, method)"
        " values (gen_random_uuid(), 'HANDOFFS', '2020', 5, '')",
        "delete from statistics_cell",
        "update statistics_cell set count = 99",
    ],
)
@pytest.mark.parametrize("role", ["rangkul_app", "rangkul_auth", "rangkul_ledger"])
async def test_no_role_of_the_api_reads_what_is_counted(
    told: World, database: Database, statement: str, role: str
) -> None:
    with pytest.raises(DBAPIError, match="permission denied"):
        async with database.anonymous() as tx:
            await tx.execute(text(f"set local role {role}"))
            await tx.execute(text(statement))


async def test_released_figures_need_the_scope_in_the_database_too(
    told: World, database: Database
) -> None:
    async with database.anonymous() as tx:
        assert await tx.scalar(text("select count(*) from statistics_cell")) == 0
        assert await tx.scalar(text("select count(*) from statistics_release")) == 0


async def test_a_suppressed_count_is_nowhere(told: World) -> None:
    [(least,)] = await told.sql("select min(count) from statistics_cell")
    assert least >= 5
    [(kept,)] = await told.sql("select count(*) from statistics_row")
    assert kept == 0, "rows go when their year is released"
    columns = await told.sql(
        "select column_name from information_schema.columns where table_name = 'statistics_cell'"
    )
    assert {name for (name,) in columns} == {
        "release_id", "region", "dimension", "code", "count",
    }  # fmt: skip


async def test_two_who_release_at_once_release_once(told: World) -> None:
    await told.sql("delete from statistics_cell")
    await told.sql("delete from statistics_release")
    both = await asyncio.gather(released(told, until="2025"), released(told, until="2025"))
    made = [*both[0], *both[1]]
    assert len(made) == len(set(made))
    assert "HANDOFFS 2025" in made


async def test_files_agree_with_graphql_and_need_the_scope(told: World) -> None:
    api = await told.as_(await told.org(), Scope.STATISTICS_READ)
    given = {"dataset": "HANDOFFS", "fromPeriod": "2025", "untilPeriod": "2025",
             "by": ["REGION", "CASE_CATEGORY"]}  # fmt: skip
    cells = (await api.data(TABLES, input=given))["statistics"]["cells"]
    file = await fetched(told, api, "handoffs.csv?from=2025&by=REGION,CASE_CATEGORY")
    assert file.status_code == 200
    lines = list(csv.DictReader(io.StringIO(file.text)))
    assert [
        {"codes": [line["region"], line["case_category"]],
         "count": int(line["count"]) if line["count"] else None,
         "suppressed": line["suppressed"] == "*"}
        for line in lines
    ] == cells  # fmt: skip
    other = await told.as_(await told.org(), Scope.HANDOFF_READ)
    for ending in ("csv", "svg"):
        assert (await fetched(told, other, f"handoffs.{ending}?from=2025")).status_code == 403
        assert (await told.http.get(f"/statistics/handoffs.{ending}?from=2025")).status_code == 401


@pytest.mark.parametrize(
    "query", ["from=2025", "from=2025&by=SENDER_TYPE", "from=2025&by=REGION,AGE_BAND",
              "from=2025-01&until=2025-12&by=REGION"]
)  # fmt: skip
async def test_a_picture_says_in_words_what_it_shows_and_runs_nothing(
    told: World, query: str
) -> None:
    api = await told.as_(await told.org())
    file = await fetched(told, api, f"handoffs.svg?{query}")
    assert file.headers["content-security-policy"] == "default-src 'none'; sandbox"
    picture = ElementTree.fromstring(file.text)
    assert picture.get("role") == "img" and picture[0].text and picture[1].text
    assert "script" not in file.text and "href" not in file.text and "style" not in file.text
    assert "suppressed" in str(picture[1].text)
    assert "_" not in file.text and "REGION" not in file.text  # words, no codes


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("nothing.csv?from=2025", 404),
        ("handoffs.csv", 400),
        ("handoffs.csv?from=2025&by=NAME", 400),
        ("handoffs.csv?from=2025&by=REGION&REGION=31&REGION=32", 400),
        ("handoffs.csv?from=2025&what=1", 400),
        ("handoffs.svg?from=%27%3B--", 400),
    ],
)
async def test_what_an_address_does_not_know_is_refused(
    told: World, path: str, status: int
) -> None:
    api = await told.as_(await told.org())
    assert (await fetched(told, api, path)).status_code == status
