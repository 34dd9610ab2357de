"""Which figures may be shown of what was counted: of a month by itself, of a year together with all
that its months showed."""

from collections.abc import Collection, Mapping, Sequence

from db.statistics import Dimension
from domain.statistics.model import Counted, Key, tabulated
from domain.statistics.relations import System, Vocabulary
from domain.statistics.suppress import suppress

Figures = dict[Key, int]


def month_figures(vocabulary: Vocabulary, month: str, rows: Sequence[Counted], k: int) -> Figures:
    """The figures of a month that may be shown."""
    counts, cases = tabulated(month, rows)
    system = System.of({Dimension.REGION: vocabulary[Dimension.REGION]}, counts, month)
    protect = {key: k - 1 for key in system.keys if cases.get(key, 0) < k}
    hidden = suppress(system, counts, protect).keys
    return {key: counts[key] for key in system.keys if key not in hidden}


def year_figures(
    vocabulary: Vocabulary,
    year: str,
    rows: Mapping[str, Sequence[Counted]],
    smallest: Mapping[str, int],
    shown: Collection[Key],
) -> Figures:
    """The figures of a year that may be shown, beside those that its months have shown.

    ``smallest`` is k of each period, of the months as they were released.
    """
    counts: Figures = {}
    cases: Figures = {}
    whole = [row for of_month in rows.values() for row in of_month]
    for period, counted in {year: whole, **rows}.items():
        found, resting = tabulated(period, counted)
        counts |= found
        cases |= resting
    system = System.of(vocabulary, counts, year, rows)
    protect = {
        key: smallest[key.period] - 1
        for key in system.keys
        if cases.get(key, 0) < smallest[key.period]
    }
    gone = {key for key in system.keys if key.period != year and key not in shown}
    hidden = suppress(system, counts, protect, rows.keys(), gone).keys
    return {key: counts[key] for key in system.keys if key.period == year and key not in hidden}
