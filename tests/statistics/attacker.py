"""Somebody who sees all that is published, and works out what a hidden figure can be.

It knows nothing of our code: which figures there are, what they count, and scipy. Its unknowns are
the cases themselves, each of a month, a region and all its codes together; every figure that is
shown is a sum of some of them.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, combinations, product

import numpy as np
from scipy.optimize import linprog

from domain.statistics.model import MENTIONS, Key

Codes = Mapping[str, Sequence[str]]


@dataclass(frozen=True)
class Bounds:
    """How far a figure was pinned down."""

    low: float
    high: float


class Attacker:
    """All it can know of a year, its regions and the codes of each dimension."""

    def __init__(self, year: str, months: Sequence[str], regions: Sequence[str], codes: Codes):
        self._year = year
        ways = [list(_ways(dimension, named)) for dimension, named in codes.items()]
        self._kinds = list(product(months, regions, *ways))
        self._dimensions = list(codes)
        self.keys = [
            *(Key(month, region) for month in months for region in ("", *regions)),
            *(Key(year, region) for region in ("", *regions)),
            *(
                Key(year, region, dimension, code)
                for region in ("", *regions)
                for dimension, named in codes.items()
                for code in named
            ),
        ]

    def bounds(self, shown: Mapping[Key, int], hidden: Iterable[Key]) -> dict[Key, Bounds]:
        """The smallest and the largest that each hidden figure can be."""
        known = [key for key in self.keys if key in shown]
        sums = np.array([self._sum(key) for key in known]).reshape(len(known), len(self._kinds))
        values = [shown[key] for key in known]
        return {key: self._bound(key, sums, values) for key in hidden}

    def _bound(self, key: Key, sums: np.ndarray, values: list[int]) -> Bounds:
        aim = self._sum(key)
        ends = []
        for sign in (1, -1):
            found = linprog(sign * aim, A_eq=sums if values else None, b_eq=values or None)
            assert found.status in (0, 3), found.message  # solved, or without an end
            ends.append(np.inf if found.status == 3 else found.fun)
        return Bounds(ends[0], np.inf if ends[1] == np.inf else -ends[1])

    def _sum(self, key: Key) -> np.ndarray:
        """Which cases a figure counts."""
        return np.array([self._counts(key, *kind) for kind in self._kinds], dtype=float)

    def _counts(self, key: Key, month: str, region: str, *codes: tuple[str, ...]) -> bool:
        return (
            key.period in (self._year, month)
            and key.region in ("", region)
            and (not key.dimension or key.code in codes[self._dimensions.index(key.dimension)])
        )


def _ways(dimension: str, named: Sequence[str]) -> Iterable[tuple[str, ...]]:
    """The codes a case may have: one, or where it may have several, any of them."""
    most = len(named) if dimension in MENTIONS else 1
    return chain.from_iterable(combinations(named, size) for size in range(1, most + 1))
