"""The method by itself: the same world gives the same figures, and a bad proof is not taken."""

import random

import pytest

from domain.statistics.model import tabulated
from domain.statistics.protect import month_figures
from domain.statistics.relations import System, Unprotected
from domain.statistics.suppress import suppress
from tests.statistics.test_attack import MONTHS, NASTY, VOCABULARY, YEAR, published, world


@pytest.mark.parametrize("seed", range(6))
def test_the_order_of_rows_changes_nothing_and_twice_is_the_same(seed: int) -> None:
    rows = world(random.Random(seed))
    shuffled = {month: random.Random(1).sample(some, len(some)) for month, some in rows.items()}
    assert published(rows, 5).shown == published(shuffled, 5).shown == published(rows, 5).shown


@pytest.mark.parametrize("seed", range(6))
def test_a_higher_k_shows_no_smaller_figure(seed: int) -> None:
    rows = world(random.Random(seed))
    for k in (5, 9, 30):
        told = published(rows, k)
        assert all(told.cases[key] >= k for key in told.shown)


def test_a_proof_that_does_not_fit_is_refused() -> None:
    rows = [row for some in NASTY["one small cell"].values() for row in some]
    counts, cases = tabulated(YEAR, rows)
    system = System.of(VOCABULARY, counts, YEAR)
    found = suppress(system, counts, {key: 4 for key in system.keys if cases.get(key, 0) < 5})
    cell = next(iter(found.protected))
    for wrong in ([*found.high[cell][:-1], 10**6], [-1] * len(system.keys)):
        kept, found.high[cell] = found.high[cell], wrong
        with pytest.raises(Unprotected):
            found.check()
        found.high[cell] = kept
    found.check()
    found.hidden.discard(cell)
    with pytest.raises(Unprotected):
        found.check()


def test_nothing_was_counted_and_nothing_is_shown() -> None:
    assert month_figures({"REGION": VOCABULARY["REGION"]}, MONTHS[0], [], 5) == {}
