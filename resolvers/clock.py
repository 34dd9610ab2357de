"""Resolvers of what is due."""

from collections.abc import Sequence
from typing import Any

from db.clock import ClockNow
from db.handoff import Handoff
from domain import clock
from domain.checks import Ref
from domain.clock import ClockFilter, Reports
from domain.paging import Page, PageArgs
from resolvers.context import Info
from resolvers.relations import After, Before, First, Last


async def listed(
    info: Info,
    filter: ClockFilter | None = None,
    first: First = None,
    after: After = None,
    last: Last = None,
    before: Before = None,
) -> Page[ClockNow]:
    """What is due in your handoffs (tenggat), soonest first; without a filter, what still runs."""
    statement = clock.listed(info.context.me, filter)
    args = PageArgs(first, after, last, before)
    return await info.context.listed(statement, ClockNow, clock.SOONEST_FIRST, args)


async def counts(info: Info, filter: ClockFilter | None = None) -> Sequence[Any]:
    """How duties are kept, per rule, agreement and partner."""
    async with info.context.transaction() as tx:
        return await clock.counts(tx, info.context.me, filter)


async def late_branches(info: Info) -> Sequence[Any]:
    """How many duties the branches below your organisation are late with: numbers, no cases."""
    async with info.context.transaction() as tx:
        return await clock.late_branches(tx)


async def record_reports(info: Info, id: Ref, input: Reports) -> Handoff:
    """Say when the child reported, and when the police were told (UU TPKS 41). Sender's step."""
    async with info.context.change() as tx:
        return await clock.record_reports(tx, info.context.me, id, input)
