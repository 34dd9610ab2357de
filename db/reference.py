"""References: where something can be read, and a hash that tells whether it is still the same.

Files stay where their owner keeps them; nothing is uploaded, so nothing has to be scanned.
"""

from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import Dialect
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.types import TypeDecorator


@dataclass(frozen=True)
class Reference:
    """A document, picture or page, named and found by its address."""

    title: str
    url: str
    sha256: str | None = None


class References(TypeDecorator[list[Reference]]):
    """A list of references in one column."""

    impl = JSONB
    cache_ok = True

    def process_bind_param(
        self, value: list[Reference] | None, dialect: Dialect
    ) -> list[dict[str, Any]] | None:
        return None if value is None else [asdict(one) for one in value]

    def process_result_value(self, value: Any, dialect: Dialect) -> list[Reference] | None:
        return None if value is None else [Reference(**one) for one in value]
