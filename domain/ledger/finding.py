"""What can be wrong with a ledger, and how it is told: which entry, and what about it."""

from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

MOST = 1_000
"""Findings that are kept: whoever has as many knows enough."""


class Wrong(StrEnum):
    """What is wrong. Codes keep their meaning."""

    CHANGED = "CHANGED"
    """It says something else than was signed."""
    REMOVED = "REMOVED"
    """It is not there."""
    REORDERED = "REORDERED"
    """It does not stand where it was put."""
    REPEATED = "REPEATED"
    """It is there twice."""
    BACKDATED = "BACKDATED"
    """Its time does not fit between the signed heads around it."""
    TRUNCATED = "TRUNCATED"
    """There are fewer entries than were signed."""
    UNSIGNED = "UNSIGNED"
    """What should be a signed tree head is none, or no key that was given signed it."""
    FORKED = "FORKED"
    """Two signed heads contradict each other: the ledger told two stories."""
    UNREADABLE = "UNREADABLE"
    """It is not of the form it should be."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong."""

    wrong: Wrong
    what: str
    """In a sentence."""
    index: int | None = None
    """The place in the ledger."""
    id: str | None = None
    line: int | None = None
    """The line of the file."""

    @property
    def document(self) -> dict[str, Any]:
        return {name: value for name, value in asdict(self).items() if value is not None}


class Findings(list[Finding]):
    """All that is wrong, up to a limit; ``total`` counts all."""

    total = 0

    def add(
        self,
        wrong: Wrong,
        what: str,
        index: int | None = None,
        id: str | None = None,
        line: int | None = None,
    ) -> None:
        self.total += 1
        if len(self) < MOST:
            self.append(Finding(wrong, what, index, id, line))
