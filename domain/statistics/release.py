"""Making releases: each period of a data set is counted once, protected, and never counted again.

So that whoever asks twice over time, or asks together with others, has the same figures twice, and
nothing to subtract. What a month counted is kept in codes until its year is released: the year adds
up what its months counted, and is protected together with all that they showed.
"""

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager
from datetime import date, timedelta

from sqlalchemy import delete, func, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

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
    tabulated,
)
from domain.statistics.relations import System, Unprotected

LAG = timedelta(days=7)
"""How long after its end a period is released: late answers and corrections come in until then."""
_TURN = text("select pg_advisory_xact_lock('statistics_release'::regclass::bigint)")
_STEP = 2_000

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
    k: int = (await tx.execute(select(func.access.smallest_cell()))).scalar_one()
    release = StatisticsRelease(
        id=new_id(), dataset=dataset, period=period, smallest_cell=max(k, smallest or k), method=""
    )
    # What takes long stands apart: it is loaded for a release alone.
    make = _year if is_year(period) else _month
    cells, release.method = await make(tx, release)
    tx.add(release)
    await tx.flush()
    for start in range(0, len(cells), _STEP):
        await tx.execute(insert(StatisticsCell).values(cells[start : start + _STEP]))
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


Cells = list[dict[str, object]]


async def _month(tx: AsyncSession, release: StatisticsRelease) -> tuple[Cells, str]:
    """Count a month, and keep what was counted until its year is released."""
    period = release.period
    counted = await tx.execute(
        text("select subject, codes from access.statistics_rows(:dataset, :since, :until)"),
        {"dataset": release.dataset, "since": first_day(period), "until": last_day(period)},
    )
    rows = [Counted(row.subject, row.codes) for row in counted]
    kept = [
        {"release_id": release.id, "number": n, "subject": row.subject, "codes": row.codes}
        for n, row in enumerate(rows)
    ]
    tx.add(release)
    await tx.flush()
    for start in range(0, len(kept), _STEP):
        await tx.execute(insert(StatisticsRow).values(kept[start : start + _STEP]))
    counts, subjects = tabulated(period, rows)
    system = System.of(dimensions_of(release.dataset, period), counts, period)
    k = release.smallest_cell
    protect = {key: k - 1 for key in system.keys if subjects.get(key, 0) < k}
    return _shown(release, system, counts, protect)


async def _year(tx: AsyncSession, release: StatisticsRelease) -> tuple[Cells, str]:
    """Add up what the months of a year counted, and let go of it."""
    year = release.period
    months = (
        await tx.scalars(
            select(StatisticsRelease)
            .where(
                StatisticsRelease.dataset == release.dataset,
                StatisticsRelease.period.like(f"{year}-__"),
            )
            .order_by(StatisticsRelease.period)
        )
    ).all()
    smallest = {month.period: month.smallest_cell for month in months}
    of = {month.id: month.period for month in months}
    counts: dict[Key, int] = {}
    subjects: dict[Key, int] = {}
    rows: dict[str, list[Counted]] = {period: [] for period in smallest}
    for row in await tx.scalars(select(StatisticsRow).where(StatisticsRow.release_id.in_(of))):
        rows[of[row.release_id]].append(Counted(row.subject, row.codes))
    smallest[year] = release.smallest_cell
    whole = [row for of_month in rows.values() for row in of_month]
    for period, counted in [(year, whole), *rows.items()]:
        found, cases = tabulated(period, counted)
        counts |= found
        subjects |= cases
    shown = {
        Key(of[cell.release_id], cell.region, cell.dimension, cell.code)
        for cell in await tx.scalars(
            select(StatisticsCell).where(StatisticsCell.release_id.in_(of))
        )
    }
    await tx.execute(delete(StatisticsRow).where(StatisticsRow.release_id.in_(of)))
    system = System.of(dimensions_of(release.dataset, year), counts, year, rows)
    protect = {
        key: smallest[key.period] - 1
        for key in system.keys
        if subjects.get(key, 0) < smallest[key.period]
    }
    hidden = {key for key in system.keys if key.period != year and key not in shown}
    return _shown(release, system, counts, protect, list(rows), hidden)


def _shown(
    release: StatisticsRelease,
    system: System,
    counts: dict[Key, int],
    protect: dict[Key, int],
    earlier: Sequence[str] = (),
    hidden: Sequence[Key] | set[Key] = (),
) -> tuple[Cells, str]:
    """The cells of a release that may be seen; none at all, when that cannot be proved."""
    from domain.statistics.suppress import METHOD, suppress

    try:
        left_out = suppress(system, counts, protect, earlier, hidden).keys
    except Unprotected:
        return [], "Nothing is shown: it could not be protected"
    cells: Cells = [
        {
            "release_id": release.id,
            "region": key.region,
            "dimension": key.dimension,
            "code": key.code,
            "count": counts[key],
        }
        for key in system.keys
        if key.period == release.period and key not in left_out
    ]
    return cells, METHOD
