"""Resolvers of statistics."""

from typing import Annotated

import strawberry

from db.statistics import Dataset, StatisticsRelease
from domain import statistics
from domain.paging import Page, PageArgs
from domain.statistics.reading import NEWEST_FIRST, made
from resolvers.context import Info
from resolvers.relations import After, Before, First, Last


async def read(info: Info, input: statistics.StatisticsQuery) -> statistics.StatisticsTable:
    """Released figures over handoffs or activities, in which nobody can be found."""
    async with info.context.transaction() as tx:
        return await statistics.read(tx, input)


async def releases(
    info: Info,
    dataset: Annotated[
        Dataset | None, strawberry.argument(description="Of this data set only.")
    ] = None,
    first: First = None,
    after: After = None,
    last: Last = None,
    before: Before = None,
) -> Page[StatisticsRelease]:
    """Which periods have been released, the newest first."""
    args = PageArgs(first, after, last, before)
    return await info.context.listed(made(dataset), StatisticsRelease, NEWEST_FIRST, args)


def note(root: statistics.StatisticsTable, info: Info) -> str:
    """What to print under the table: where it is from, and what is not in it."""
    return root.note(info.context.language)
