"""An attack on the figures: nobody who sees all of them can pin a small one down further than
promised. And the same attack succeeds where the protection is less than ours, or it would prove
nothing."""

import os
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import pytest

from domain.statistics.model import Counted, Key, tabulated
from domain.statistics.protect import month_figures, year_figures
from tests.statistics.attacker import Attacker

WORLDS = int(os.environ.get("STATISTICS_WORLDS", "24"))
YEAR = "2025"
MONTHS = ("2025-01", "2025-02", "2025-03")
REGIONS = ("31", "32", "94")
CODES = {
    "AGE_BAND": ("AGE_0_5", "AGE_13_15", "UNSTATED"),
    "SENDER_TYPE": ("UPTD_PPA", "SCHOOL"),
    "SERVICE": ("HEALTH", "LEGAL"),
}
VOCABULARY = {"REGION": set(REGIONS)} | {name: set(codes) for name, codes in CODES.items()}
ATTACKER = Attacker(YEAR, MONTHS, REGIONS, CODES)
ROOM = 1e-6
Rows = dict[str, list[Counted]]


@dataclass
class Told:
    """A world, and what was published of it."""

    k: int
    cases: dict[Key, int] = field(default_factory=dict)
    """On how many cases each figure rests."""
    counts: dict[Key, int] = field(default_factory=dict)
    shown: dict[Key, int] = field(default_factory=dict)

    @property
    def small(self) -> list[Key]:
        return [key for key in ATTACKER.keys if self.cases.get(key, 0) < self.k]

    def broken(self) -> list[Key]:
        """The small figures that can be pinned down further than the method promises."""
        bounds = ATTACKER.bounds(self.shown, self.small)
        return [
            key
            for key, found in bounds.items()
            if found.low > ROOM or found.high < self.k - 1 - ROOM
        ]


def world(draw: random.Random) -> Rows:
    """Rows of a year: evenly spread, or nearly all alike, or few; some of one case."""
    most = draw.choice([0, 1, 6, 20, 60, 120])
    bend = draw.choice([0.1, 1, 3, 8])

    def one(named: Sequence[str]) -> str:
        return draw.choices(named, weights=[bend**-n for n in range(len(named))])[0]

    rows: Rows = {month: [] for month in MONTHS}
    cases = max(1, most // draw.choice([1, 1, 3]))
    for n in range(most):
        services = [CODES["SERVICE"][0], CODES["SERVICE"][1]][: draw.choice([1, 2])]
        codes = {
            "REGION": [one(REGIONS)],
            "AGE_BAND": [one(CODES["AGE_BAND"])],
            "SENDER_TYPE": [one(CODES["SENDER_TYPE"])],
            "SERVICE": services if draw.random() < 0.8 else [CODES["SERVICE"][1]],
        }
        rows[one(MONTHS)].append(Counted(n % cases, codes))
    return rows


def only(*codes: str, times: int = 1, month: int = 0, first: int = 0) -> Rows:
    """The same row so many times."""
    named = dict(zip(("REGION", *CODES), codes, strict=True))
    row = {dimension: [code] for dimension, code in named.items()}
    return {MONTHS[month]: [Counted(first + n, row) for n in range(times)]}


def together(*several: Rows) -> Rows:
    return {month: [row for rows in several for row in rows.get(month, [])] for month in MONTHS}


BIG = only("31", "AGE_13_15", "UPTD_PPA", "LEGAL", times=40, first=1000)
NASTY = {
    "nothing": together(),
    "one case": together(only("94", "AGE_0_5", "SCHOOL", "HEALTH")),
    "one small cell": together(BIG, only("31", "AGE_0_5", "UPTD_PPA", "LEGAL", times=2)),
    "one type with one small cell": together(BIG, only("31", "AGE_13_15", "SCHOOL", "LEGAL")),
    "a region of one": together(BIG, only("94", "AGE_13_15", "UPTD_PPA", "LEGAL")),
    "a row of two cells": together(
        BIG, only("32", "AGE_0_5", "UPTD_PPA", "LEGAL", times=4),
        only("32", "AGE_13_15", "UPTD_PPA", "LEGAL", times=30, first=50),
    ),
    "a month that is the rest of the year": together(
        only("31", "AGE_13_15", "UPTD_PPA", "LEGAL", times=30),
        only("31", "AGE_13_15", "UPTD_PPA", "LEGAL", times=30, month=1, first=30),
        only("31", "AGE_13_15", "UPTD_PPA", "LEGAL", times=3, month=2, first=60),
    ),
    "many rows of one case": together(
        BIG, {MONTHS[0]: only("94", "AGE_0_5", "SCHOOL", "HEALTH")[MONTHS[0]] * 9}
    ),
    "no zero anywhere": together(
        *(only(region, age, sender, service, times=1 + n, first=100 * n, month=n % 3)
          for n, (region, age, sender, service) in enumerate(
              (r, a, s, v) for r in REGIONS for a in CODES["AGE_BAND"]
              for s in CODES["SENDER_TYPE"] for v in CODES["SERVICE"]))
    ),
}  # fmt: skip


def counted(rows: Rows, k: int) -> Told:
    told = Told(k)
    whole = [row for of_month in rows.values() for row in of_month]
    for period, some in {YEAR: whole, **rows}.items():
        counts, cases = tabulated(period, some)
        told.counts |= counts
        told.cases |= cases
    return told


def published(rows: Rows, k: int) -> Told:
    """What we would publish, month after month and then the year."""
    told = counted(rows, k)
    for month, some in rows.items():
        told.shown |= month_figures(VOCABULARY, month, some, k)
    smallest = dict.fromkeys([YEAR, *MONTHS], k)
    told.shown |= year_figures(VOCABULARY, YEAR, rows, smallest, set(told.shown))
    return told


def primary_only(rows: Rows, k: int) -> Told:
    """Broken on purpose: small figures are left out, and nothing beside them."""
    told = counted(rows, k)
    small = set(told.small)
    told.shown = {key: count for key, count in told.counts.items() if key not in small}
    return told


def year_by_itself(rows: Rows, k: int) -> Told:
    """Broken on purpose: the year is protected as though its months had not been published."""
    told = counted(rows, k)
    whole = {"2025-01": [row for some in rows.values() for row in some]}
    for month, some in rows.items():
        told.shown |= month_figures(VOCABULARY, month, some, k)
    hidden: set[Key] = set()
    told.shown |= year_figures(VOCABULARY, YEAR, whole, dict.fromkeys([YEAR, "2025-01"], k), hidden)
    return told


def zeros_shown(rows: Rows, k: int) -> Told:
    """Broken on purpose: whatever is zero is shown, so that a small region tells its few cases."""
    told = published(rows, k)
    told.shown |= {key: 0 for key in ATTACKER.keys if key not in told.counts}
    return told


@pytest.mark.parametrize("name", NASTY)
@pytest.mark.parametrize("k", [5, 8])
def test_nasty_worlds_are_protected(name: str, k: int) -> None:
    told = published(NASTY[name], k)
    assert told.broken() == []
    assert all(told.shown[key] == told.counts[key] for key in told.shown)
    assert not set(told.shown) & set(told.small)


@pytest.mark.parametrize("seed", range(WORLDS))
def test_random_worlds_are_protected(seed: int) -> None:
    draw = random.Random(seed)
    told = published(world(draw), draw.choice([5, 5, 6, 11]))
    assert told.broken() == []


@pytest.mark.parametrize("broken", [primary_only, year_by_itself, zeros_shown])
def test_the_same_attack_breaks_less_than_that(broken: Callable[[Rows, int], Told]) -> None:
    assert any(broken(rows, 5).broken() for rows in NASTY.values())


def test_large_figures_are_shown() -> None:
    """Protection by showing nothing would be none."""
    told = published(NASTY["no zero anywhere"], 5)
    large = [key for key, cases in told.cases.items() if cases >= 5]
    assert len(told.shown) > 0.8 * len(large)
