"""Making releases: each period of a data set is counted once, protected, and never counted again.

So that whoever asks twice over time, or asks together with others, has the same figures twice, and
nothing to subtract. What a month counted is kept in codes until its year is released: the year adds
up what its months counted, and is protected together with all that they showed.
"""

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager
from datetime import date, timedelta
from typing import Any

from sqlalchemy import delete, func, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from db.base import Base
from db.ids import new_id
from db.statistics import Dataset, StatisticsCell, StatisticsRelease, StatisticsRow
from domain.statistics.model import (
    Counted,
    Key,
    dimensions_of,
    first_day,
    is_year,
    last_day,
    month_after,
    month_of,
)
from domain.statistics.relations import Unprotected
from domain.statistics.words import vocabulary_of

LAG = timedelta(days=7)
"""How long after its end a period is released: late answers and corrections come in until then."""
_TURN = text("select pg_advisory_xact_lock('statistics_release'::regclass::bigint)")
_STEP = 2_000
METHOD = "LP cell suppression (Kelly, Golden, Assad 1992; Fischetti, Salazar 2001)"

Open = Callable[[], AbstractAsyncContextManager[AsyncSession]]


async def release_all(
    open: Open, *, until: str | None = None, smallest: int | None = None, lag: timedelta = LAG
) -> AsyncIterator[StatisticsRelease]:
    """Release whatever is due, each period in a transaction of its own, of whoever migrates.

    Two who do this at once take turns, and what one has released the other passes over.
    """
    for dataset in Dataset:
        while True:
            async with open() as tx:
                made = await release_next(tx, dataset, until=until, smallest=smallest, lag=lag)
            if made is None:
                break
            yield made


async def release_next(
    tx: AsyncSession, dataset: Dataset, *, until: str | None, smallest: int | None, lag: timedelta
) -> StatisticsRelease | None:
    """Release the next period that is over, if there is one: months in order, a year after them."""
    await tx.execute(_TURN)
    period = await _next(tx, dataset)
    today: date = (await tx.execute(select(func.access.today()))).scalar_one()
    if period is None or last_day(period) + lag >= today:
        return None
    if until is not None and last_day(period) > last_day(until):
        return None
    rows = None if is_year(period) else await _rows(tx, dataset, period)
    return await release_of(tx, dataset, period, rows, smallest)


async def release_of(
    tx: AsyncSession,
    dataset: Dataset,
    period: str,
    rows: Sequence[Counted] | None,
    smallest: int | None = None,
) -> StatisticsRelease:
    """Release a month in which this is what happened; or a year, made of its months."""
    k: int = (await tx.execute(select(func.access.smallest_cell()))).scalar_one()
    release = StatisticsRelease(
        id=new_id(), dataset=dataset, period=period, smallest_cell=max(k, smallest or k), method=""
    )
    tx.add(release)
    await tx.flush()
    try:
        figures = await (_year(tx, release) if rows is None else _month(tx, release, rows))
        release.method = METHOD
    except Unprotected:
        figures = {}
        release.method = "Nothing is shown: it could not be protected"
    await _keep(
        tx,
        StatisticsCell,
        [
            {"release_id": release.id, "count": count}
            | {name: getattr(key, name) for name in ("region", "dimension", "code")}
            for key, count in figures.items()
        ],
    )
    return release


async def _next(tx: AsyncSession, dataset: Dataset) -> str | None:
    """The first period that has not been released."""
    of_it = select(func.max(StatisticsRelease.period)).where(StatisticsRelease.dataset == dataset)
    last = await tx.scalar(of_it.where(func.length(StatisticsRelease.period) == 7))
    if last is None:
        first: date | None = await tx.scalar(select(func.access.statistics_since(dataset)))
        return month_of(first) if first else None
    year = str(last)[:4]
    if last.endswith("-12") and not await tx.scalar(of_it.where(StatisticsRelease.period == year)):
        return year
    return month_after(last)


async def _rows(tx: AsyncSession, dataset: Dataset, period: str) -> list[Counted]:
    """What happened in a month, in codes."""
    counted = await tx.execute(
        text("select subject, codes from access.statistics_rows(:dataset, :since, :until)"),
        {"dataset": dataset, "since": first_day(period), "until": last_day(period)},
    )
    return [Counted(row.subject, row.codes) for row in counted]


async def _month(
    tx: AsyncSession, release: StatisticsRelease, rows: Sequence[Counted]
) -> dict[Key, int]:
    """Count a month, and keep what was counted until its year is released."""
    from domain.statistics.protect import month_figures

    period = release.period
    kept = [
        {"release_id": release.id, "number": n, "subject": row.subject, "codes": row.codes}
        for n, row in enumerate(rows)
    ]
    await _keep(tx, StatisticsRow, kept)
    vocabulary = await _vocabulary(tx, release)
    return month_figures(vocabulary, period, rows, release.smallest_cell)


async def _year(tx: AsyncSession, release: StatisticsRelease) -> dict[Key, int]:
    """Add up what the months of a year counted, and let go of it."""
    from domain.statistics.protect import year_figures

    of_months = select(StatisticsRelease).where(
        StatisticsRelease.dataset == release.dataset,
        StatisticsRelease.period.like(f"{release.period}-__"),
    )
    months = (await tx.scalars(of_months.order_by(StatisticsRelease.period))).all()
    of = {month.id: month.period for month in months}
    rows: dict[str, list[Counted]] = {month.period: [] for month in months}
    counted = select(StatisticsRow).where(StatisticsRow.release_id.in_(of))
    for row in await tx.scalars(counted.order_by(StatisticsRow.release_id, StatisticsRow.number)):
        rows[of[row.release_id]].append(Counted(row.subject, row.codes))
    cells = await tx.scalars(select(StatisticsCell).where(StatisticsCell.release_id.in_(of)))
    shown = {Key(of[cell.release_id], cell.region, cell.dimension, cell.code) for cell in cells}
    await tx.execute(delete(StatisticsRow).where(StatisticsRow.release_id.in_(of)))
    smallest = {one.period: one.smallest_cell for one in [*months, release]}
    vocabulary = await _vocabulary(tx, release)
    return year_figures(vocabulary, release.period, rows, smallest, shown)


async def _vocabulary(tx: AsyncSession, release: StatisticsRelease) -> dict[str, set[str]]:
    period = release.period
    dimensions = dimensions_of(release.dataset, period)
    return await vocabulary_of(tx, dimensions, first_day(period), last_day(period))


async def _keep(tx: AsyncSession, table: type[Base], rows: list[dict[str, Any]]) -> None:
    for start in range(0, len(rows), _STEP):
        await tx.execute(insert(table).values(rows[start : start + _STEP]))
