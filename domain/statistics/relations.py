"""The relations that everybody knows to hold between cells, whatever they count."""

from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass, field

from db.statistics import Dimension
from domain.statistics.model import MENTIONS, Counts, Key

OTHER = "~"
"""A region or a code of which nothing was counted."""

Vocabulary = Mapping[str, Set[str]]
"""Which codes a dimension can have, as everybody knows."""


class Unprotected(Exception):
    """What was found does not protect what it should: nothing is released."""


@dataclass(frozen=True)
class Relation:
    """What some cells, added and subtracted, come to: nothing; or, of mentions, nothing or more."""

    terms: Mapping[int, int]
    equal: bool = True

    def holds(self, values: list[int]) -> bool:
        left = sum(factor * values[cell] for cell, factor in self.terms.items())
        return left == 0 if self.equal else left >= 0


@dataclass
class System:
    """The cells of some periods, and their relations.

    Regions and codes that nothing was counted of are alike: one of each stands for all of them, as
    long as there are any.
    """

    keys: list[Key] = field(default_factory=list)
    index: dict[Key, int] = field(default_factory=dict)
    relations: list[Relation] = field(default_factory=list)

    @classmethod
    def of(
        cls, vocabulary: Vocabulary, counts: Counts, period: str, months: Iterable[str] = ()
    ) -> "System":
        """A period by itself, or a year with its months."""
        system = cls()
        used: dict[str, set[str]] = {dimension: set() for dimension in vocabulary}
        for key in counts:
            used[key.dimension or Dimension.REGION].add(key.code or key.region)
        codes = {
            dimension: sorted(
                (used[dimension] - {""}) | ({OTHER} if known - used[dimension] else set())
            )
            for dimension, known in vocabulary.items()
        }
        regions = codes.pop(Dimension.REGION)
        system._tables(period, regions, codes)
        listed = list(months)
        for month in listed:
            system._tables(month, regions, {})
        for region in ["", *regions] if listed else ():
            parts = [system._cell(month, region) for month in listed]
            system._sum(system._cell(period, region), parts)
        return system

    @property
    def spare(self) -> list[int]:
        """The cells of regions and codes of which nothing was counted."""
        return [cell for cell, key in enumerate(self.keys) if OTHER in (key.region, key.code)]

    def _cell(self, *key: str) -> int:
        cell = Key(*key)
        if cell not in self.index:
            self.index[cell] = len(self.keys)
            self.keys.append(cell)
        return self.index[cell]

    def _tables(self, period: str, regions: list[str], codes: dict[str, list[str]]) -> None:
        whole = self._cell(period)
        rows = {region: self._cell(period, region) for region in regions}
        self._sum(whole, rows.values())
        for dimension, named in codes.items():
            for code in named:
                self._sum(
                    self._cell(period, "", dimension, code),
                    [self._cell(period, region, dimension, code) for region in regions],
                )
            for region, row in rows.items():
                cells = [self._cell(period, region, dimension, code) for code in named]
                if dimension not in MENTIONS:
                    self._sum(row, cells)
                    continue
                # A row mentions each code at most once, and at least one.
                self.relations += [Relation({row: 1, cell: -1}, equal=False) for cell in cells]
                self.relations.append(Relation({row: -1, **dict.fromkeys(cells, 1)}, equal=False))

    def _sum(self, whole: int, parts: Iterable[int]) -> None:
        self.relations.append(Relation({whole: 1, **dict.fromkeys(parts, -1)}))
