"""The linear programs, solved by HiGHS (Huangfu and Hall 2018). Loaded when something is released;
no request of the API comes here.

A variable is what a cell might count instead. In whole numbers: where a solution is not whole, it
is sought again among whole ones.
"""

import os
from collections.abc import Callable, Collection, Mapping, Sequence
from pathlib import Path

import highspy
import numpy as np

from domain.statistics.relations import System, Unprotected

SECONDS = 600.0
"""How long one program may take; past that nothing is shown."""
_ROOM = 1e-6


class Solver:
    """One model of a system, asked many things."""

    def __init__(
        self,
        system: System,
        counts: Sequence[int],
        protected: Mapping[int, int],
        fixed: Collection[int],
        cost: Callable[[int], float],
    ) -> None:
        self._counts = np.array(counts, dtype=float)
        self._cells = cells = len(counts)
        self._fixed, self._protected = fixed, protected
        self._order = {cell: n for n, cell in enumerate(protected)}
        self._costs = np.array([cost(count) for count in counts])
        self._highs = _silent()
        for name, value in {
            "output_flag": False, "threads": 1, "random_seed": 0, "time_limit": SECONDS
        }.items():  # fmt: skip
            self._highs.setOptionValue(name, value)
        rows, lower, upper = self._rows(system)
        # What a cell might count; how far it is raised, of what is wanted; and by what it differs,
        # up and down.
        self._columns = columns = cells + len(protected) + 2 * cells
        zeros = np.zeros(columns)
        starts = np.cumsum([0, *(len(row) for row in rows[:-1])]).astype(np.int32)
        places = np.array([place for row in rows for place in row], dtype=np.int32)
        factors = np.array([factor for row in rows for factor in row.values()], dtype=float)
        self._highs.addVars(columns, zeros, np.full(columns, highspy.kHighsInf))
        self._highs.addRows(
            len(rows), np.array(lower), np.array(upper), len(places), starts, places, factors
        )

    def _rows(self, system: System) -> tuple[list[Mapping[int, int]], list[float], list[float]]:
        inf = highspy.kHighsInf
        rows: list[Mapping[int, int]] = [relation.terms for relation in system.relations]
        lower = [0.0] * len(rows)
        upper = [0.0 if relation.equal else inf for relation in system.relations]
        for cell, n in self._order.items():
            rows.append({cell: 1, self._raised(n): -1})
            lower.append(0.0)
            upper.append(inf)
        for cell, count in enumerate(self._counts):
            rows.append({cell: 1, self._more(cell): -1, self._less(cell): 1})
            lower.append(count)
            upper.append(count)
        return rows, lower, upper

    def _raised(self, n: int) -> int:
        return self._cells + n

    def _more(self, cell: int) -> int:
        return self._cells + len(self._order) + cell

    def _less(self, cell: int) -> int:
        return self._more(cell) + self._cells

    def raise_all(
        self, hidden: Collection[int], wanted: Collection[int], *, barred: Collection[int]
    ) -> list[int]:
        """Figures that fit what is shown, with as many of these cells as high as can be."""
        costs = np.zeros(self._columns)
        costs[[self._raised(self._order[cell]) for cell in wanted]] = -1
        return self._solve(costs, *self._bounds(hidden, barred, free=False))

    def lower_all(
        self, hidden: Collection[int], wanted: Collection[int], *, barred: Collection[int]
    ) -> list[int]:
        """Figures that fit what is shown, with as little in these cells as can be."""
        costs = np.zeros(self._columns)
        costs[list(wanted)] = 1
        return self._solve(costs, *self._bounds(hidden, barred, free=False))

    def one(
        self, hidden: Collection[int], cell: int, to: int, *, up: bool, barred: Collection[int]
    ) -> list[int]:
        """The figures in which one cell comes so far, that differ from what counts the least."""
        costs = np.zeros(self._columns)
        for other, price in enumerate(self._costs):
            if other not in hidden:
                costs[[self._more(other), self._less(other)]] = price
        low, high = self._bounds(hidden, barred, free=True)
        (low if up else high)[cell] = to
        return self._solve(costs, low, high)

    def _bounds(
        self, hidden: Collection[int], barred: Collection[int], *, free: bool
    ) -> tuple[np.ndarray, np.ndarray]:
        low, high = np.zeros(self._columns), np.full(self._columns, highspy.kHighsInf)
        shown = [
            cell for cell in range(self._cells)
            if cell in self._fixed or (cell not in hidden and not free)
        ]  # fmt: skip
        low[shown] = high[shown] = self._counts[shown]
        high[list(barred)] = 0
        for cell, n in self._order.items():
            high[self._raised(n)] = self._protected[cell]
        return low, high

    def _solve(self, costs: np.ndarray, low: np.ndarray, high: np.ndarray) -> list[int]:
        every = np.arange(self._columns, dtype=np.int32)
        self._highs.changeColsCost(self._columns, every, costs)
        self._highs.changeColsBounds(self._columns, every, low, high)
        figures = self._run()
        if np.abs(figures - figures.round()).max() > _ROOM:
            whole = np.zeros(self._columns, dtype=np.uint8)
            whole[: self._cells] = highspy.HighsVarType.kInteger.value
            self._highs.changeColsIntegrality(self._columns, every, whole)
            figures = self._run()
            self._highs.changeColsIntegrality(self._columns, every, np.zeros_like(whole))
        return [int(figure) for figure in figures.round()]

    def _run(self) -> np.ndarray:
        self._highs.run()
        if self._highs.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            raise Unprotected
        return np.array(self._highs.getSolution().col_value[: self._cells])


def _silent() -> highspy.Highs:
    """A solver, without the two lines that it writes to stdout before it can be told not to."""
    stdout = os.dup(1)
    try:
        with Path(os.devnull).open("w") as nothing:
            os.dup2(nothing.fileno(), 1)
            return highspy.Highs()  # type: ignore[no-untyped-call]
    finally:
        os.dup2(stdout, 1)
        os.close(stdout)
