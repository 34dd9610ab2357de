"""Results frameworks, against which agreements and programmes are held."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import Select, exists, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from auth.caller import Caller
from db.framework import (
    FrameworkResult,
    Programme,
    ResultLevel,
    ResultsFramework,
)
from db.ids import new_id
from db.measurement import Measurement
from db.mou import MouNow, MouVersion
from domain.checks import (
    LINE,
    PARAGRAPH,
    Ref,
    found,
    id_of,
    optional_text,
    text_of,
)
from domain.mou_paper import party_today
from domain.paging import Order
from domain.programme import within_reason
from domain.refusal import Refusal, RefusalCode, require

LATEST_PERIOD = Order(("period_from", "id"), descending=True)
AS_WRITTEN = Order(("id",))
MOST_RESULTS = 200
_ABOVE = {
    ResultLevel.IMPACT: (None,),
    ResultLevel.OUTCOME: (None, ResultLevel.IMPACT),
    ResultLevel.OUTPUT: (ResultLevel.OUTCOME,),
}


@dataclass(frozen=True)
class NewFramework:
    """A results framework of an agreement, a programme, or both."""

    name: str
    period_from: date
    period_until: date
    description: str | None = None
    mou_id: Ref | None = None
    programme_id: Ref | None = None


@dataclass(frozen=True)
class FrameworkChange:
    """What to change of a framework; what is left out stays."""

    name: str | None = None
    description: str | None = None
    period_from: date | None = None
    period_until: date | None = None


@dataclass(frozen=True)
class NewResult:
    """A result, under the one it leads to."""

    level: ResultLevel
    statement: str
    parent_id: Ref | None = None


@dataclass(frozen=True)
class FrameworkFilter:
    """Which frameworks to list; every condition given must hold."""

    mou_id: Ref | None = None
    programme_id: Ref | None = None
    owned_by_us: bool | None = None
    on: date | None = None


def listed(caller: Caller, filter: FrameworkFilter | None) -> Select[ResultsFramework]:
    """The frameworks the caller may see, filtered."""
    chosen = filter or FrameworkFilter()
    statement = select(ResultsFramework)
    if chosen.mou_id is not None:
        mou = id_of(chosen.mou_id, "mou", "filter.mouId")
        statement = statement.where(ResultsFramework.mou_id == mou)
    if chosen.programme_id is not None:
        programme = id_of(chosen.programme_id, "programme", "filter.programmeId")
        statement = statement.where(ResultsFramework.programme_id == programme)
    if chosen.owned_by_us is not None:
        ours = ResultsFramework.owner_id == caller.organisation_id
        statement = statement.where(ours if chosen.owned_by_us else ~ours)
    if chosen.on is not None:
        statement = statement.where(
            ResultsFramework.period_from <= chosen.on, ResultsFramework.period_until >= chosen.on
        )
    return statement


async def create(tx: AsyncSession, caller: Caller, given: NewFramework) -> ResultsFramework:
    """Set up the framework of an agreement in force to which one is a party, or of a programme
    that one leads.
    """
    named = given.mou_id is not None or given.programme_id is not None
    require(named, RefusalCode.BAD_INPUT, "input.mouId")
    framework = ResultsFramework(
        id=new_id(),
        name=text_of(given.name, "input.name", LINE),
        description=optional_text(given.description, "input.description", PARAGRAPH),
        mou_id=await _agreement(tx, caller, given.mou_id),
        programme_id=await _programme(tx, caller, given.programme_id),
        owner_id=caller.organisation_id,
        period_from=given.period_from,
        period_until=given.period_until,
    )
    await _fits(tx, framework)
    tx.add(framework)
    await tx.flush()
    return framework


async def change(
    tx: AsyncSession, caller: Caller, ref: Ref, given: FrameworkChange
) -> ResultsFramework:
    """Change a framework of one's own; its period keeps what was measured."""
    framework = await owned(tx, caller, id_of(ref, "framework", "id"), "id")
    if given.name is not None:
        framework.name = text_of(given.name, "input.name", LINE)
    if given.description is not None:
        framework.description = optional_text(given.description, "input.description", PARAGRAPH)
    with tx.no_autoflush:
        framework.period_from = given.period_from or framework.period_from
        framework.period_until = given.period_until or framework.period_until
        await _fits(tx, framework)
        beyond = exists().where(
            Measurement.framework_id == framework.id,
            or_(
                Measurement.period_until < framework.period_from,
                Measurement.period_from > framework.period_until,
            ),
        )
        require(not await tx.scalar(select(beyond)), RefusalCode.ALREADY_MEASURED, "input")
    await tx.flush()
    await tx.refresh(framework)
    return framework


async def add_result(
    tx: AsyncSession, caller: Caller, ref: Ref, given: NewResult
) -> FrameworkResult:
    """Add a result: outcomes stand under an impact or alone, outputs under an outcome."""
    framework = await owned(tx, caller, id_of(ref, "framework", "frameworkId"), "frameworkId")
    parent = None
    if given.parent_id is not None:
        above = id_of(given.parent_id, "result", "input.parentId")
        parent = await found(tx, FrameworkResult, above, "input.parentId")
        here = parent.framework_id == framework.id
        require(here, RefusalCode.BAD_INPUT, "input.parentId")
    level = parent.level if parent else None
    require(level in _ABOVE[given.level], RefusalCode.BAD_INPUT, "input.parentId")
    written = select(func.count()).where(FrameworkResult.framework_id == framework.id)
    room = (await tx.scalar(written) or 0) < MOST_RESULTS
    require(room, RefusalCode.TOO_MANY, "input", most=MOST_RESULTS)
    result = FrameworkResult(
        id=new_id(),
        framework_id=framework.id,
        parent_id=parent.id if parent else None,
        level=given.level,
        statement=text_of(given.statement, "input.statement", PARAGRAPH),
    )
    tx.add(result)
    await tx.flush()
    return result


async def owned(tx: AsyncSession, caller: Caller, id: UUID, field: str) -> ResultsFramework:
    """A framework the caller owns and that is open to it today, held."""
    framework = await tx.get(ResultsFramework, id, with_for_update=True, populate_existing=True)
    if framework is None:
        seen = await found(tx, ResultsFramework, id, field)
        closed = seen.owner_id == caller.organisation_id
        raise Refusal(
            RefusalCode.AGREEMENT_NOT_IN_FORCE if closed else RefusalCode.WRONG_SIDE, field
        )
    return framework


async def _agreement(tx: AsyncSession, caller: Caller, ref: Ref | None) -> UUID | None:
    if ref is None:
        return None
    mou = await found(tx, MouNow, id_of(ref, "mou", "input.mouId"), "input.mouId")
    require(mou.in_force, RefusalCode.AGREEMENT_NOT_IN_FORCE, "input.mouId")
    await party_today(tx, mou, caller, "input.mouId")
    return mou.id


async def _programme(tx: AsyncSession, caller: Caller, ref: Ref | None) -> UUID | None:
    if ref is None:
        return None
    field = "input.programmeId"
    programme = await found(tx, Programme, id_of(ref, "programme", field), field)
    require(programme.lead_id == caller.organisation_id, RefusalCode.WRONG_SIDE, field)
    return programme.id


async def _fits(tx: AsyncSession, framework: ResultsFramework) -> None:
    """Refuse a period beyond what is measured, or one that another framework of it has."""
    within_reason(framework.period_from, framework.period_until, "input.periodUntil")
    bounds: list[tuple[date, date]] = []
    if framework.mou_id is not None:
        mou = await found(tx, MouNow, framework.mou_id, "id")
        version = await found(tx, MouVersion, mou.version_id, "id")
        bounds.append((version.valid_from, version.valid_until))
    if framework.programme_id is not None:
        programme = await found(tx, Programme, framework.programme_id, "id")
        bounds.append((programme.valid_from, programme.valid_until))
    for first, last in bounds:
        require(first <= framework.period_from, RefusalCode.EXCEEDS_PARENT, "input.periodFrom")
        require(framework.period_until <= last, RefusalCode.EXCEEDS_PARENT, "input.periodUntil")
    same = [
        key == value
        for key, value in (
            (ResultsFramework.mou_id, framework.mou_id),
            (ResultsFramework.programme_id, framework.programme_id),
        )
        if value is not None
    ]
    other = exists().where(
        ResultsFramework.id != framework.id,
        or_(*same),
        ResultsFramework.period_from <= framework.period_until,
        ResultsFramework.period_until >= framework.period_from,
    )
    require(not await tx.scalar(select(other)), RefusalCode.PERIODS_OVERLAP, "input.periodFrom")
