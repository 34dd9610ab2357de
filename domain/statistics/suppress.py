"""Which cells are left out, so that no figure that is shown gives back one that must not be.

A cell that rests on fewer than k cases is left out (primary suppression), zero like the others: in
a small region, what is zero tells what the few cases were. Others are left out besides (secondary
suppression), found by linear programming: for each primary cell we look for figures that fit all
that is shown and in which that cell is zero, and for some in which it counts k - 1 or more. Where
there are none, the cheapest way to have them says which cells to leave out: those that differ
(Kelly, Golden and Assad 1992; Fischetti and Salazar 2001).

What is found so is a proof, and is kept until it has been looked through in whole numbers: the
solver is not trusted, only its answer is checked.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from math import sqrt

from domain.statistics.model import Counts, Key
from domain.statistics.relations import System, Unprotected
from domain.statistics.solver import Solver


@dataclass
class Suppression:
    """What is left out of what is published, and the figures that prove it safe."""

    system: System
    counts: list[int]
    protected: dict[int, int]
    """The primary cells, and up to which count each must stay possible."""
    hidden: set[int]
    fixed: frozenset[int]
    """What was shown before, and cannot be taken back."""
    spare: frozenset[int]
    """Of regions and codes of which nothing was counted."""
    low: dict[int, list[int]] = field(default_factory=dict)
    """For a primary cell, figures that fit all that is shown, in which it is zero."""
    high: dict[int, list[int]] = field(default_factory=dict)
    """And some in which it counts k - 1 or more."""

    @property
    def keys(self) -> set[Key]:
        return {self.system.keys[cell] for cell in self.hidden}

    def note(self, figures: list[int]) -> bool:
        """Keep figures for all primary cells to which they are of use."""
        before = len(self.low) + len(self.high)
        # Figures that suppose what never was are good enough only for what never was.
        supposed = any(figures[cell] for cell in self.spare)
        for cell, most in self.protected.items():
            if supposed and cell not in self.spare:
                continue
            if figures[cell] == 0:
                self.low.setdefault(cell, figures)
            if figures[cell] >= most:
                self.high.setdefault(cell, figures)
        return len(self.low) + len(self.high) > before

    def check(self) -> None:
        """Look through all proofs, in whole numbers and by no more than the relations."""
        seen: set[int] = set()
        for cell, most in self.protected.items():
            low, high = self.low.get(cell), self.high.get(cell)
            if low is None or high is None or low[cell] or high[cell] < most:
                raise Unprotected
            if cell not in self.hidden:
                raise Unprotected
            for figures in (low, high):
                if id(figures) not in seen and not self._possible(figures):
                    raise Unprotected
                seen.add(id(figures))

    def _possible(self, figures: list[int]) -> bool:
        """Whether figures fit everything that is shown."""
        return (
            min(figures) >= 0
            and all(relation.holds(figures) for relation in self.system.relations)
            and all(
                figure == count or cell in self.hidden
                for cell, (figure, count) in enumerate(zip(figures, self.counts, strict=True))
            )
        )


def suppress(
    system: System,
    counts: Counts,
    protect: Mapping[Key, int],
    earlier: Collection[str] = (),
    hidden: Collection[Key] = (),
) -> Suppression:
    """What to leave out so that every cell of ``protect`` may be zero, and as much as is said.

    ``earlier`` are periods that have been released already, without the cells in ``hidden``.
    """
    before = {cell for cell, key in enumerate(system.keys) if key.period in earlier}
    gone = {system.index[key] for key in hidden}
    protected = {system.index[key]: most for key, most in sorted(protect.items())}
    found = Suppression(
        system,
        [counts.get(key, 0) for key in system.keys],
        protected,
        hidden={cell for cell in protected if cell not in before} | gone,
        fixed=frozenset(before - gone),
        spare=frozenset(system.spare if counts else range(len(system.keys))),
    )
    found.note(found.counts)
    if not _done(found):
        solver = Solver(system, found.counts, protected, found.fixed, _cost)
        while _freely(found, solver) and not _done(found):
            pass
        while not _done(found):
            _one(found, solver)
    found.check()
    return found


def _cost(count: int) -> float:
    """What leaving out a cell costs: little for what is small."""
    return sqrt(1 + count)


def _done(found: Suppression) -> bool:
    return len(found.low) == len(found.high) == len(found.protected)


def _freely(found: Suppression, solver: Solver) -> bool:
    """Prove as many cells at once as can be, leaving nothing more out; whether any was."""
    high, low = set(found.protected) - set(found.high), set(found.protected) - set(found.low)
    figures = [
        solver.raise_all(found.hidden, high - found.spare, barred=found.spare),
        solver.raise_all(found.hidden, high & found.spare, barred=()),
        solver.lower_all(found.hidden, low, barred=found.spare),
    ]
    return bool(sum([found.note(one) for one in figures]))


def _one(found: Suppression, solver: Solver) -> None:
    """Prove the next cell, and leave out what must be for it."""
    low = next((cell for cell in found.protected if cell not in found.low), None)
    high = next((cell for cell in found.protected if cell not in found.high), None)
    for cell, up in ((high, True), (low, False)):
        if cell is None:
            continue
        most = found.protected[cell]
        barred = () if cell in found.spare else found.spare
        figures = solver.one(found.hidden, cell, most if up else 0, up=up, barred=barred)
        found.hidden |= {
            place for place, figure in enumerate(figures) if figure != found.counts[place]
        }
        found.note(figures)
        if cell not in (found.high if up else found.low):
            raise Unprotected
