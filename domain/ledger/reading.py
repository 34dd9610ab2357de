"""Reading what is to be checked, line by line: a ledger that was exported, or receipts."""

from collections.abc import Iterable
from typing import Any

from domain.ledger.checking import LogCheck, leaf_of
from domain.ledger.checking_receipts import ReceiptCheck

Numbered = tuple[int, Any]
"""A line of a file: its number and what stands there, None when that is no JSON."""


def check_log(check: LogCheck, lines: Iterable[Numbered]) -> None:
    """Give the lines of an exported ledger to the check, each knowing what comes after it."""
    ahead = iter(lines)
    current = next(ahead, None)
    while current is not None:
        following = next(ahead, None)
        number, line = current
        if isinstance(line, dict) and "head" in line:
            check.head(line["head"], number)
        elif isinstance(line, dict):
            leaf = leaf_of(line.get("leaf"))
            check.entry(line.get("entry"), leaf, number, _index(following))
        else:
            check.entry(None, None, number)
        current = following


def check_receipts(check: ReceiptCheck, lines: Iterable[Numbered]) -> None:
    """Give receipts, and proofs between heads, to the check."""
    for number, line in lines:
        if isinstance(line, dict) and "consistency" in line:
            check.link(line["consistency"], number)
        else:
            check.receipt(line, number)


def are_receipts(first: Any) -> bool:
    """Whether a file that begins so holds receipts, and not a ledger."""
    return isinstance(first, dict) and ("proof" in first or "consistency" in first)


def _index(following: Numbered | None) -> int | None:
    """The index of the next entry; after a head, that of nothing."""
    line = following[1] if following else None
    said = line.get("entry") if isinstance(line, dict) else None
    index = said.get("index") if isinstance(said, dict) else None
    return index if isinstance(index, int) else None
