"""Resolvers of calendar feeds."""

from datetime import datetime
from typing import Annotated

import strawberry

from db.calendar import CalendarFeed
from domain import calendar
from domain.checks import LINE, Ref
from domain.paging import Page, PageArgs, page
from resolvers.context import Info
from resolvers.relations import After, Before, First, Last


async def listed(
    info: Info,
    first: First = None,
    after: After = None,
    last: Last = None,
    before: Before = None,
) -> Page[CalendarFeed]:
    """The calendar feeds (langganan kalender) of your organisation, the newest first."""

    async def total() -> int:
        async with info.context.transaction() as tx:
            return await calendar.counted(tx)

    args = PageArgs(first, after, last, before)
    async with info.context.transaction() as tx:
        found = await page(tx, calendar.listed(), CalendarFeed, calendar.NEWEST_FIRST, args)
    found.count = total
    return found


async def ends_at(root: CalendarFeed, info: Info) -> datetime | None:
    """Until when its link opens it: a year, or until somebody ended it."""
    return await info.context.each(calendar.until, root.id)


async def create(
    info: Info,
    name: Annotated[
        str, strawberry.argument(description=f"To know it by: 1 to {LINE} characters.")
    ],
) -> calendar.WithLink:
    """Make a link for a calendar program (langganan kalender): whoever has it reads the calendar.

    The calendar holds titles and times of what your organisation takes part in and owes, as far as
    this token may read it; not for organisations whose tokens must be bound to a key.
    """
    async with info.context.change() as tx:
        return await calendar.create(tx, info.context.me, name, info.context.auth.issuer)


async def end(info: Info, id: Ref) -> CalendarFeed:
    """End a calendar feed of your organisation: its link opens nothing any more."""
    async with info.context.change() as tx:
        return await calendar.end(tx, info.context.me, id)
