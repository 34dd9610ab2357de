"""Reading released figures. Nothing is computed here: a query only picks cells that were released,
so that however it is asked, and however often, the same figures come, and no others.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncSession

from db.statistics import Dataset, Dimension, StatisticsCell, StatisticsRelease
from domain.checks import distinct, text_of
from domain.paging import Order
from domain.refusal import Language, RefusalCode, require
from domain.statistics.model import MENTIONS, dimensions_of, is_period
from domain.statistics.words import Named, names, source_note

MOST_PERIODS = 24
MOST_CODES = 100
CODE = 60
MOST_CELLS = 10_000
NEWEST_FIRST = Order(("released_at", "id"), descending=True)


@dataclass(frozen=True)
class StatisticsPick:
    """Which codes of a dimension to show."""

    dimension: Dimension
    codes: list[str]


@dataclass(frozen=True)
class StatisticsQuery:
    """Which released figures: of what, when, by what."""

    dataset: Dataset
    from_period: str
    until_period: str
    by: list[Dimension] | None = None
    pick: list[StatisticsPick] | None = None


@dataclass(frozen=True)
class StatisticsAxis:
    """A dimension of a table, and what it shows of it."""

    dimension: Dimension
    values: list[Named]

    @property
    def mentions(self) -> bool:
        """Whether a row counts under each of its codes, so that they add up to more than all."""
        return self.dimension in MENTIONS


@dataclass(frozen=True)
class StatisticsFigure:
    """A cell: a count, or that none is shown."""

    period: str
    codes: list[str]
    """A code of each dimension, in their order; none for the total of a period."""
    count: int | None

    @property
    def suppressed(self) -> bool:
        return self.count is None


@dataclass(frozen=True)
class StatisticsTable:
    """Figures as they were released."""

    dataset: Dataset
    axes: list[StatisticsAxis]
    releases: Sequence[StatisticsRelease]
    cells: list[StatisticsFigure]
    totals: list[StatisticsFigure]
    """Of each period, whatever was picked."""

    @property
    def smallest_cell(self) -> int | None:
        """No figure is shown that rests on fewer cases, in any of the releases."""
        return min((release.smallest_cell for release in self.releases), default=None)

    def note(self, language: Language) -> str:
        """What to print under the table."""
        return source_note(language, self.releases, any(axis.mentions for axis in self.axes))


async def read(tx: AsyncSession, query: StatisticsQuery) -> StatisticsTable:
    """The figures asked for, of those periods that have been released."""
    by, picked = _checked(query)
    releases = await released(tx, query)
    stored = await _stored(tx, releases, [one for one in by if one is not Dimension.REGION])
    axes = await _axes(tx, query.dataset, by, picked, stored)
    periods = [release.period for release in releases]
    shown: list[list[str]] = [[]]
    for axis in axes:
        shown = [[*codes, value.code] for codes in shown for value in axis.values]
    few = len(shown) * len(periods) <= MOST_CELLS
    require(few, RefusalCode.TOO_MANY, "input.by", most=MOST_CELLS)
    return StatisticsTable(
        query.dataset,
        axes,
        releases,
        [_figure(stored, period, by, codes) for period in periods for codes in shown],
        [_figure(stored, period, [], []) for period in periods],
    )


def made(dataset: Dataset | None) -> Select[StatisticsRelease]:
    """All releases, or those of a data set."""
    statement = select(StatisticsRelease)
    return statement if dataset is None else statement.where(StatisticsRelease.dataset == dataset)


async def released(tx: AsyncSession, query: StatisticsQuery) -> Sequence[StatisticsRelease]:
    """The releases of the periods asked for, in order."""
    wanted = select(StatisticsRelease).where(
        StatisticsRelease.dataset == query.dataset,
        StatisticsRelease.period.between(query.from_period, query.until_period),
        StatisticsRelease.period.like("_" * len(query.from_period)),
    )
    periods = wanted.order_by(StatisticsRelease.period).limit(MOST_PERIODS + 1)
    found = (await tx.scalars(periods)).all()
    require(len(found) <= MOST_PERIODS, RefusalCode.TOO_MANY, "input.untilPeriod",
            most=MOST_PERIODS)  # fmt: skip
    return found


def _checked(query: StatisticsQuery) -> tuple[list[Dimension], dict[Dimension, list[str]]]:
    """The dimensions and picks, when there is a table of them."""
    require(is_period(query.from_period), RefusalCode.BAD_INPUT, "input.fromPeriod")
    alike = len(query.from_period) == len(query.until_period)
    require(is_period(query.until_period) and alike, RefusalCode.BAD_INPUT, "input.untilPeriod")
    sound = query.from_period <= query.until_period
    require(sound, RefusalCode.DATES_INVERTED, "input.untilPeriod")
    by = distinct(query.by or [], "input.by", most=2)
    for index, one in enumerate(by):
        known = dimensions_of(query.dataset, query.from_period)
        require(one in known, RefusalCode.BAD_INPUT, f"input.by[{index}]")
    # Two dimensions are a region and another: see the model.
    require(len(by) < 2 or Dimension.REGION in by, RefusalCode.BAD_INPUT, "input.by")
    picks = query.pick or []
    distinct([one.dimension for one in picks], "input.pick", most=2)
    picked = {}
    for index, pick in enumerate(picks):
        at = f"input.pick[{index}]"
        require(pick.dimension in by, RefusalCode.BAD_INPUT, f"{at}.dimension")
        distinct(pick.codes, f"{at}.codes", most=MOST_CODES, least=1)
        picked[pick.dimension] = [text_of(code, f"{at}.codes", CODE) for code in pick.codes]
    return by, picked


Stored = dict[tuple[str, str, str], int]


async def _stored(
    tx: AsyncSession, releases: Sequence[StatisticsRelease], further: Sequence[Dimension]
) -> Stored:
    """The cells of a dimension and its margins: by period, region and code."""
    periods = {release.id: release.period for release in releases}
    wanted = select(StatisticsCell).where(
        StatisticsCell.release_id.in_(periods),
        StatisticsCell.dimension.in_(["", *further]),
    )
    return {
        (periods[cell.release_id], cell.region, cell.code): cell.count
        for cell in await tx.scalars(wanted)
    }


async def _axes(
    tx: AsyncSession,
    dataset: Dataset,
    by: Sequence[Dimension],
    picked: dict[Dimension, list[str]],
    stored: Stored,
) -> list[StatisticsAxis]:
    """What each dimension has: its vocabulary, and whatever else was released of it."""
    axes = []
    for dimension in by:
        place = 1 if dimension is Dimension.REGION else 2
        seen = {key[place] for key in stored} - {""}
        known = list(await names(tx, dimension, seen))
        wanted = picked.get(dimension)
        if wanted is not None:
            have = {one.code: one for one in known}
            for code in wanted:
                require(code in have, RefusalCode.UNKNOWN_CODE, "input.pick")
            known = [have[code] for code in wanted]
        axes.append(StatisticsAxis(dimension, known))
    return axes


def _figure(
    stored: Stored, period: str, by: Sequence[Dimension], codes: list[str]
) -> StatisticsFigure:
    """A cell as it was released; what has no row is suppressed."""
    region = code = ""
    for dimension, one in zip(by, codes, strict=True):
        if dimension is Dimension.REGION:
            region = one
        else:
            code = one
    return StatisticsFigure(period, codes, stored.get((period, region, code)))
