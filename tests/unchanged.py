"""Nothing changed: a checksum over every row of every table, before and after."""

from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager
from typing import Any

import db.tables  # noqa: F401  (so that the metadata is whole)
from db.base import Base
from tests.world import World

JOURNALS = ("rate_budget", "ledger_entry", "ledger_part", "ledger_pending")
"""Tables that may change while nothing happens: a denial is written down as well."""
_HASH = "md5(coalesce(string_agg(md5(t::text), '' order by md5(t::text)), ''))"
CHECKSUM = " union all ".join(
    f"select '{table.name}' as name, {_HASH} as hash from {table.name} t"
    for table in Base.metadata.sorted_tables
    if not table.info.get("view") and table.name not in JOURNALS
)


async def checksum(world: World) -> dict[str, str]:
    """One hash a table, of all its rows in any order."""
    return {row.name: row.hash for row in await world.sql(CHECKSUM)}


@asynccontextmanager
async def unchanged(world: World) -> AsyncIterator[None]:
    """Whatever is done inside leaves every table as it was."""
    before = await checksum(world)
    yield
    after = await checksum(world)
    assert after == before, [name for name in before if before[name] != after[name]]


async def refused(
    world: World, attempt: Awaitable[dict[str, Any]], code: str, field: str | None = "any"
) -> dict[str, Any]:
    """The refusal an attempt meets, with this code (and field, if one is named), changing nothing.

    ``field=None`` means that the refusal names no field.
    """
    async with unchanged(world):
        answer = await attempt
    assert answer["__typename"] == "Refused", answer
    assert answer["code"] == code, answer
    if field != "any":
        assert answer["field"] == field, answer
    return answer
