"""Which test tries which root field, so that none is forgotten when one is added.

Every root field is tried three ways: it does its work (`success`), it says no and nothing changes
(`refusal`), and someone it does not concern gets nothing from it (`stranger`).
"""

from collections import defaultdict
from collections.abc import Callable, Iterable
from typing import TypeVar

WAYS = ("success", "refusal", "stranger")
Test = TypeVar("Test", bound=Callable[..., object])
tried: dict[tuple[str, str], list[str]] = defaultdict(list)


def covers(fields: str | Iterable[str], *ways: str) -> Callable[[Test], Test]:
    """Say that a test tries these root fields (names with blanks between them) in these ways."""
    names = fields.split() if isinstance(fields, str) else list(fields)
    assert ways and set(ways) <= set(WAYS), ways

    def note(test: Test) -> Test:
        for name in names:
            for way in ways:
                tried[name, way].append(f"{test.__module__}.{test.__qualname__}")
        return test

    return note
