"""References: where something can be read, and a hash that tells whether it is still the same.

Files stay where their owner keeps them; nothing is uploaded, so nothing has to be scanned.
"""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Reference:
    """A document, picture or page, named and found by its address."""

    title: str
    url: str
    sha256: str | None = None


def read(stored: dict[str, Any]) -> Reference:
    """A reference as it was stored."""
    return Reference(**stored)
