"""Resolvers of indicators, their measurements and their computed figures."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Annotated

import strawberry

from db.indicator import Indicator
from db.measurement import Measurement, MeasurementDue
from domain import indicator, measurement
from domain.amount import Light, target_of
from domain.checks import Ref
from domain.indicator import Definition, Figure
from domain.measurement import Correction, DueFilter, MeasurementDraft
from domain.paging import Page, PageArgs
from resolvers.context import Info
from resolvers.mou import Reason
from resolvers.relations import After, Before, First, Last

Code = Annotated[
    str,
    strawberry.argument(
        description="Letters, digits, dots and dashes, up to 40; once a framework."
    ),
]


async def latest(root: Indicator, info: Info) -> Measurement | None:
    """What was reported for the latest period."""
    return await info.context.batched(measurement.latest, root.id)


async def figures(root: Indicator, info: Info) -> Sequence[Figure]:
    """The computed values, a line for each calendar period that is over, oldest first; none of an
    indicator that is reported.
    """
    return await info.context.batched(indicator.figures, root.id) or []


async def target(root: Measurement, info: Info) -> Decimal | None:
    """What it is held against; null when no target covers its period."""
    of = await info.context.one(Indicator, root.indicator_id)
    return target_of(of.targets, root.period_from, root.period_until) if of else None


async def light(root: Measurement, info: Info) -> Light:
    """GREEN: the target is reached. AMBER: at least half of the way from the baseline to it, or
    within a tenth of it where no baseline is worse. RED: less. GREY: no target.
    """
    of = await info.context.one(Indicator, root.indicator_id)
    return measurement.light_of(of, root)


async def add(info: Info, result_id: Ref, code: Code, input: Definition) -> Indicator:
    """Add an indicator to a result of a framework of your own."""
    async with info.context.change() as tx:
        return await indicator.add(tx, info.context.me, result_id, code, input)


async def change(info: Info, id: Ref, input: Definition) -> Indicator:
    """Define an indicator anew, as a whole. Once measured, its unit and definition stay."""
    async with info.context.change() as tx:
        return await indicator.change(tx, info.context.me, id, input)


async def succeed(info: Info, id: Ref, input: Definition) -> Indicator:
    """Make the next version of an indicator: a series of its own, beside that of the old one."""
    async with info.context.change() as tx:
        return await indicator.succeed(tx, info.context.me, id, input)


async def due(
    info: Info,
    filter: DueFilter | None = None,
    first: First = None,
    after: After = None,
    last: Last = None,
    before: Before = None,
) -> Page[MeasurementDue]:
    """Periods that have begun and are not measured yet, soonest due first."""
    statement = measurement.due(info.context.me, filter)
    args = PageArgs(first, after, last, before)
    return await info.context.listed(statement, MeasurementDue, measurement.SOONEST_FIRST, args)


async def report(info: Info, input: MeasurementDraft) -> Measurement:
    """Report the value (capaian) of an indicator your organisation is responsible for."""
    async with info.context.change() as tx:
        return await measurement.report(tx, info.context.me, input)


async def correct(info: Info, id: Ref, input: Correction, reason: Reason) -> Measurement:
    """Report a value anew; what was said before stays readable as `corrects`."""
    async with info.context.change() as tx:
        return await measurement.correct(tx, info.context.me, id, input, reason)
