"""Measurements (capaian): reported for a period, corrected with a reason, never overwritten."""

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from sqlalchemy import Select, exists, func, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.ext.asyncio import AsyncSession

from auth.caller import Caller
from db.framework import ResultsFramework
from db.ids import new_id
from db.indicator import Dimension, Indicator, IndicatorKind, Unit
from db.measurement import Measurement, MeasurementDue, Part
from db.reference import Reference
from domain.amount import ADDS_UP, Light, amount_of
from domain.checks import PARAGRAPH, Ref, found, id_of, optional_text, reason_of
from domain.indicator import judged, superseded
from domain.mou_paper import today_of
from domain.paging import Order
from domain.period import Period, period_in
from domain.reference import references_of
from domain.refusal import RefusalCode, require

LATEST_PERIOD = Order(("period_from", "id"), descending=True)
SOONEST_FIRST = Order(("due_on", "key"))
MOST_PARTS = 200
_GROUP = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,39}")


@dataclass(frozen=True)
class Correction:
    """A value, what it is made of, and what bears it out."""

    unit: Unit
    value: Decimal
    breakdown: list[Part] | None = None
    evidence: list[Reference] | None = None
    note: str | None = None


@dataclass(frozen=True)
class MeasurementDraft:
    """What to report, of which indicator, for which period."""

    indicator_id: Ref
    period: str
    unit: Unit
    value: Decimal
    breakdown: list[Part] | None = None
    evidence: list[Reference] | None = None
    note: str | None = None


@dataclass(frozen=True)
class DueFilter:
    """Which periods still to be measured to list; every condition given must hold."""

    framework_id: Ref | None = None
    owed_by_us: bool | None = None
    overdue: bool | None = None


def due(caller: Caller, filter: DueFilter | None) -> Select[MeasurementDue]:
    """Periods that have begun and are not measured yet."""
    chosen = filter or DueFilter()
    statement = select(MeasurementDue)
    if chosen.framework_id is not None:
        framework = id_of(chosen.framework_id, "framework", "filter.frameworkId")
        statement = statement.where(MeasurementDue.framework_id == framework)
    if chosen.owed_by_us is not None:
        ours = MeasurementDue.responsible_id == caller.organisation_id
        statement = statement.where(ours if chosen.owed_by_us else ~ours)
    if chosen.overdue is not None:
        statement = statement.where(MeasurementDue.overdue == chosen.overdue)
    return statement


async def report(tx: AsyncSession, caller: Caller, given: MeasurementDraft) -> Measurement:
    """Report the value of an indicator one is responsible for, for a period that is over."""
    id = id_of(given.indicator_id, "indicator", "input.indicatorId")
    indicator = await found(tx, Indicator, id, "input.indicatorId")
    framework = await _open(tx, caller, indicator, "input.indicatorId")
    ended = await superseded(tx, indicator.id)
    require(not ended, RefusalCode.WRONG_STATE, "input.indicatorId")
    period = period_in(given.period, indicator.frequency, "input.period")
    _within(framework, period, await today_of(tx))
    measured = exists().where(
        Measurement.indicator_id == indicator.id,
        Measurement.period_from == period.first,
        Measurement.corrected_at.is_(None),
    )
    require(not await tx.scalar(select(measured)), RefusalCode.PERIODS_OVERLAP, "input.period")
    measurement = _written(caller, indicator, period.first, period.last, str(period), given)
    tx.add(measurement)
    await tx.flush()
    return measurement


async def correct(
    tx: AsyncSession, caller: Caller, ref: Ref, given: Correction, reason: str
) -> Measurement:
    """Report a value anew, with the reason; what was said before stays readable."""
    id = id_of(ref, "measurement", "id")
    old = await found(tx, Measurement, id, "id")
    ours = old.organisation_id == caller.organisation_id
    require(ours, RefusalCode.WRONG_SIDE, "id")
    indicator = await tx.get(Indicator, old.indicator_id)
    require(indicator is not None, RefusalCode.AGREEMENT_NOT_IN_FORCE, "id")
    assert indicator is not None
    await _open(tx, caller, indicator, "id")
    await tx.refresh(old, with_for_update=True)
    require(old.corrected_at is None, RefusalCode.WRONG_STATE, "id")
    new = _written(caller, indicator, old.period_from, old.period_until, old.period, given)
    new.corrects_id, new.reason = old.id, reason_of(reason)
    old.corrected_at = func.now()
    await tx.flush()  # one that counts a period, at any moment
    tx.add(new)
    await tx.flush()
    return new


async def _open(
    tx: AsyncSession, caller: Caller, indicator: Indicator, field: str
) -> ResultsFramework:
    """The framework of an indicator to which the caller may report today."""
    reported = indicator.kind is IndicatorKind.SELF_REPORTED
    require(reported, RefusalCode.WRONG_STATE, field)
    ours = indicator.responsible_id == caller.organisation_id
    require(ours, RefusalCode.WRONG_SIDE, field)
    framework = await found(tx, ResultsFramework, indicator.framework_id, field)
    part = await tx.scalar(select(func.access.takes_part(framework.id, caller.organisation_id)))
    require(part, RefusalCode.AGREEMENT_NOT_IN_FORCE, field)
    return framework


def _within(framework: ResultsFramework, period: Period, today: date) -> None:
    """Refuse a period outside the framework's, or one that is not over; at the ends of the
    framework's period, the part of it that lies within counts.
    """
    meets = period.first <= framework.period_until and framework.period_from <= period.last
    require(meets, RefusalCode.OUT_OF_RANGE, "input.period")
    over = min(period.last, framework.period_until) <= today
    require(over, RefusalCode.OUT_OF_RANGE, "input.period")


def _written(
    caller: Caller,
    indicator: Indicator,
    first: date,
    last: date,
    period: str,
    given: MeasurementDraft | Correction,
) -> Measurement:
    require(given.unit is indicator.unit, RefusalCode.OUT_OF_RANGE, "input.unit")
    value = amount_of(given.value, indicator.unit, "input.value")
    return Measurement(
        id=new_id(),
        indicator_id=indicator.id,
        framework_id=indicator.framework_id,
        organisation_id=caller.organisation_id,
        period=period,
        period_from=first,
        period_until=last,
        value=value,
        breakdown=_parts(indicator, value, given.breakdown or []),
        evidence=references_of(given.evidence, "input.evidence"),
        note=optional_text(given.note, "input.note", PARAGRAPH),
    )


def _parts(indicator: Indicator, value: Decimal, given: Sequence[Part]) -> list[Part]:
    """The parts, when the indicator expects them; where parts make a whole, they make this one."""
    field = "input.breakdown"
    require(len(given) <= MOST_PARTS, RefusalCode.TOO_MANY, field, most=MOST_PARTS)
    sums: dict[Dimension, Decimal] = defaultdict(Decimal)
    named: set[tuple[Dimension, str]] = set()
    parts = []
    for index, part in enumerate(given):
        at = f"{field}[{index}]"
        expected = part.dimension in indicator.dimensions
        require(expected, RefusalCode.OUT_OF_RANGE, f"{at}.dimension")
        require(_GROUP.fullmatch(part.group), RefusalCode.BAD_INPUT, f"{at}.group")
        key = (part.dimension, part.group)
        require(key not in named, RefusalCode.DUPLICATE, at)
        named.add(key)
        amount = amount_of(part.value, indicator.unit, f"{at}.value")
        sums[part.dimension] += amount
        parts.append(Part(part.dimension, part.group, amount))
    if indicator.unit in ADDS_UP:
        whole = all(total == value for total in sums.values())
        require(whole, RefusalCode.OUT_OF_RANGE, field)
    return parts


async def latest(tx: AsyncSession, indicators: Sequence[UUID]) -> dict[UUID, Measurement]:
    """What counts of each indicator for its latest period."""
    statement = (
        select(Measurement)
        .where(Measurement.indicator_id.in_(indicators), Measurement.corrected_at.is_(None))
        .order_by(Measurement.indicator_id, Measurement.period_from.desc())
        .ext(distinct_on(Measurement.indicator_id))
    )
    return {row.indicator_id: row for row in await tx.scalars(statement)}


def light_of(indicator: Indicator | None, row: Measurement) -> Light:
    """How a measurement stands, as far as its indicator is the caller's to see."""
    if indicator is None:
        return Light.GREY
    return judged(indicator, row.value, row.period_from, row.period_until)
