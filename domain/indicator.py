"""Indicators: defined once, and once measured not changed but succeeded by a new version."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import combinations
from typing import Any
from uuid import UUID

from sqlalchemy import Date, Numeric, Select, Text, column, exists, func, literal, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from auth.caller import Caller
from db.enums import TermKind
from db.framework import FrameworkResult, ResultsFramework
from db.ids import new_id
from db.indicator import (
    Dimension,
    Direction,
    Frequency,
    Indicator,
    IndicatorKind,
    Measure,
    Target,
    Unit,
)
from db.measurement import Measurement
from domain.amount import Light, amount_of, light, target_of
from domain.checks import (
    LINE,
    PARAGRAPH,
    Ref,
    distinct,
    found,
    id_of,
    in_order,
    known_codes,
    optional_text,
    text_of,
)
from domain.framework import owned
from domain.organisation import living
from domain.paging import Order
from domain.refusal import RefusalCode, require

AS_WRITTEN = Order(("id",))
MOST_INDICATORS = 500
MOST_TARGETS = 50
_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,39}")
UNITS = {
    Measure.HANDOFFS: Unit.COUNT,
    Measure.HOURS_TO_ACCEPTANCE: Unit.HOURS,
    Measure.ACCEPTED_IN_TIME: Unit.PERCENT,
    Measure.REPORTED_TO_POLICE_IN_TIME: Unit.PERCENT,
    Measure.COMPLETION: Unit.PERCENT,
    Measure.SESSIONS_HELD: Unit.COUNT,
    Measure.PEOPLE_REACHED: Unit.COUNT,
    Measure.RECOMMENDATIONS_IN_TIME: Unit.PERCENT,
}
FIXED = (
    "definition", "unit", "unit_label", "direction", "dimensions", "frequency", "baseline",
    "baseline_on", "measure", "service",
)  # fmt: skip
"""What a measurement means; it stays once there is one."""


@dataclass(frozen=True)
class Definition:
    """What an indicator measures, how, and by whom."""

    name: str
    definition: str
    unit: Unit
    direction: Direction
    frequency: Frequency
    responsible_id: Ref
    unit_label: str | None = None
    dimensions: list[Dimension] | None = None
    baseline: Decimal | None = None
    baseline_on: date | None = None
    baseline_source: str | None = None
    targets: list[Target] | None = None
    source: str | None = None
    measure: Measure | None = None
    service: str | None = None


@dataclass(frozen=True)
class Figure:
    """A computed value of one period; null where it would tell of too few."""

    period: str
    period_from: date
    period_until: date
    value: Decimal | None
    light: Light

    @property
    def suppressed(self) -> bool:
        return self.value is None


async def add(
    tx: AsyncSession, caller: Caller, result: Ref, code: str, given: Definition
) -> Indicator:
    """Add an indicator of a result in a framework of one's own."""
    under = await found(tx, FrameworkResult, id_of(result, "result", "resultId"), "resultId")
    framework = await owned(tx, caller, under.framework_id, "resultId")
    require(_CODE.fullmatch(code), RefusalCode.BAD_INPUT, "code")
    here = select(Indicator.code).where(Indicator.framework_id == framework.id)
    codes = (await tx.scalars(here)).all()
    require(code not in codes, RefusalCode.DUPLICATE, "code")
    require(len(codes) < MOST_INDICATORS, RefusalCode.TOO_MANY, "code", most=MOST_INDICATORS)
    indicator = Indicator(
        id=new_id(),
        framework_id=framework.id,
        result_id=under.id,
        code=code,
        version=1,
        **await _checked(tx, framework, given),
    )
    tx.add(indicator)
    await tx.flush()
    return indicator


async def change(tx: AsyncSession, caller: Caller, ref: Ref, given: Definition) -> Indicator:
    """Define an indicator anew; once measured, only its name, source, responsible and the targets
    of periods still to be measured.
    """
    indicator, framework = await _held(tx, caller, ref)
    values = await _checked(tx, framework, given)
    require(values["kind"] is indicator.kind, RefusalCode.BAD_INPUT, "input.measure")
    last = await tx.scalar(
        select(func.max(Measurement.period_until)).where(Measurement.indicator_id == indicator.id)
    )
    if last is not None or indicator.kind is IndicatorKind.COMPUTED:
        for name in FIXED:
            same = values[name] == getattr(indicator, name)
            require(same, RefusalCode.ALREADY_MEASURED, f"input.{_camel(name)}")
    if last is not None:
        before = [t for t in indicator.targets if t.period_from <= last]
        kept = [t for t in values["targets"] if t.period_from <= last]
        require(before == kept, RefusalCode.ALREADY_MEASURED, "input.targets")
    for name, value in values.items():
        setattr(indicator, name, value)
    await tx.flush()
    await tx.refresh(indicator)
    return indicator


async def succeed(tx: AsyncSession, caller: Caller, ref: Ref, given: Definition) -> Indicator:
    """Make the next version of an indicator; the series of the old one ends, and is shown beside.

    The two are never joined: what they measure is not the same.
    """
    old, framework = await _held(tx, caller, ref)
    successor = Indicator(
        id=new_id(),
        framework_id=framework.id,
        result_id=old.result_id,
        code=old.code,
        version=old.version + 1,
        supersedes_id=old.id,
        **await _checked(tx, framework, given),
    )
    tx.add(successor)
    await tx.flush()
    return successor


async def _held(tx: AsyncSession, caller: Caller, ref: Ref) -> tuple[Indicator, ResultsFramework]:
    """The newest version of an indicator in a framework of one's own, held."""
    seen = await found(tx, Indicator, id_of(ref, "indicator", "id"), "id")
    framework = await owned(tx, caller, seen.framework_id, "id")
    await tx.refresh(seen, with_for_update=True)
    require(not await superseded(tx, seen.id), RefusalCode.WRONG_STATE, "id")
    return seen, framework


async def superseded(tx: AsyncSession, id: UUID) -> bool:
    return bool(await tx.scalar(select(exists().where(Indicator.supersedes_id == id))))


async def _checked(
    tx: AsyncSession, framework: ResultsFramework, given: Definition
) -> dict[str, Any]:
    """The definition as columns, or a refusal that names the field."""
    other = given.unit is Unit.OTHER
    require((given.unit_label is not None) == other, RefusalCode.BAD_INPUT, "input.unitLabel")
    dated = (given.baseline is None) == (given.baseline_on is None)
    require(dated, RefusalCode.BAD_INPUT, "input.baselineOn")
    await _computable(tx, framework, given)
    baseline = given.baseline
    if baseline is not None:
        baseline = amount_of(baseline, given.unit, "input.baseline")
    return {
        "name": text_of(given.name, "input.name", LINE),
        "definition": text_of(given.definition, "input.definition", PARAGRAPH),
        "unit": given.unit,
        "unit_label": optional_text(given.unit_label, "input.unitLabel", LINE),
        "direction": given.direction,
        "dimensions": distinct(given.dimensions or [], "input.dimensions", most=len(Dimension)),
        "baseline": baseline,
        "baseline_on": given.baseline_on,
        "baseline_source": optional_text(given.baseline_source, "input.baselineSource", LINE),
        "targets": _targets(framework, given),
        "source": optional_text(given.source, "input.source", LINE),
        "frequency": given.frequency,
        "kind": IndicatorKind.COMPUTED if given.measure else IndicatorKind.SELF_REPORTED,
        "measure": given.measure,
        "service": given.service,
        "responsible_id": await _responsible(tx, framework, given.responsible_id),
    }


async def _computable(tx: AsyncSession, framework: ResultsFramework, given: Definition) -> None:
    """Refuse a computed indicator in another unit, by month or half year, or of no agreement."""
    if given.measure is None:
        require(given.service is None, RefusalCode.BAD_INPUT, "input.service")
        return
    require(framework.mou_id is not None, RefusalCode.BAD_INPUT, "input.measure")
    require(given.unit is UNITS[given.measure], RefusalCode.BAD_INPUT, "input.unit")
    whole = given.frequency in (Frequency.QUARTERLY, Frequency.YEARLY)
    require(whole, RefusalCode.BAD_INPUT, "input.frequency")
    require(not given.dimensions, RefusalCode.BAD_INPUT, "input.dimensions")
    of_one = given.measure is Measure.COMPLETION
    require((given.service is not None) == of_one, RefusalCode.BAD_INPUT, "input.service")
    if given.service is not None:
        await known_codes(tx, TermKind.SERVICE, [given.service], "input.service")


def _targets(framework: ResultsFramework, given: Definition) -> list[Target]:
    targets = given.targets or []
    require(len(targets) <= MOST_TARGETS, RefusalCode.TOO_MANY, "input.targets", most=MOST_TARGETS)
    checked = []
    for index, target in enumerate(targets):
        at = f"input.targets[{index}]"
        in_order(target.period_from, target.period_until, f"{at}.periodUntil")
        within = (
            framework.period_from <= target.period_from
            and target.period_until <= framework.period_until
        )
        require(within, RefusalCode.EXCEEDS_PARENT, f"{at}.periodFrom")
        value = amount_of(target.value, given.unit, f"{at}.value")
        checked.append(Target(target.period_from, target.period_until, value))
    ordered = sorted(checked, key=lambda target: target.period_from)
    for one, other in combinations(ordered, 2):
        apart = one.period_until < other.period_from
        require(apart, RefusalCode.PERIODS_OVERLAP, "input.targets")
    return ordered


async def _responsible(tx: AsyncSession, framework: ResultsFramework, ref: Ref) -> UUID:
    """An organisation to which the framework is open, so that it can report."""
    organisation = await living(tx, ref, "input.responsibleId")
    part = await tx.scalar(select(func.access.takes_part(framework.id, organisation.id)))
    require(part, RefusalCode.NOT_A_PARTY, "input.responsibleId")
    return organisation.id


def _camel(name: str) -> str:
    head, *tail = name.split("_")
    return head + "".join(word.title() for word in tail)


async def figures(tx: AsyncSession, ids: Sequence[UUID]) -> dict[UUID, list[Figure]]:
    """The computed values of indicators, oldest first; the database computes each one once."""
    known = select(Indicator).where(Indicator.id.in_(ids), Indicator.measure.is_not(None))
    in_turn = known.order_by(Indicator.framework_id, Indicator.id)  # locks are taken in one order
    return {one.id: await _figures(tx, one) for one in await tx.scalars(in_turn)}


async def _figures(tx: AsyncSession, indicator: Indicator) -> list[Figure]:
    rows = func.access.computed(literal(indicator.id)).table_valued(
        column("period", Text()), column("period_from", Date()),
        column("period_until", Date()), column("value", Numeric()),
    )  # fmt: skip
    return [
        Figure(
            row.period,
            row.period_from,
            row.period_until,
            row.value,
            judged(indicator, row.value, row.period_from, row.period_until),
        )
        for row in await tx.execute(select(rows))
    ]


def judged(indicator: Indicator, value: Decimal | None, first: date, last: date) -> Light:
    """The light of a value of these days."""
    target = target_of(indicator.targets, first, last)
    return light(value, target, indicator.baseline, indicator.direction)


def newest(framework_id: UUID) -> Select[Indicator]:
    """The indicators of a framework, in their newest version."""
    later = aliased(Indicator)
    return (
        select(Indicator)
        .where(
            Indicator.framework_id == framework_id,
            ~exists().where(later.supersedes_id == Indicator.id),
        )
        .order_by(Indicator.code)
    )
