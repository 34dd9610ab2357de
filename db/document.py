"""Documents: what is kept in one column as JSON, and read as dataclasses again."""

from collections.abc import Callable
from dataclasses import asdict
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import Dialect
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.types import TypeDecorator


class Document(TypeDecorator[Any]):
    """A frozen dataclass in one column; ``read`` makes it from what was stored."""

    impl = JSONB
    cache_ok = True

    def __init__(self, read: Callable[[Any], Any]) -> None:
        super().__init__(none_as_null=True)
        self.read = read

    def process_bind_param(self, value: Any, dialect: Dialect) -> Any:
        return None if value is None else _plain(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> Any:
        return None if value is None else self.read(value)


class Documents(Document):
    """Several in one column, in their order."""

    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> Any:
        return None if value is None else [_plain(one) for one in value]

    def process_result_value(self, value: Any, dialect: Dialect) -> Any:
        return None if value is None else [self.read(one) for one in value]


def _plain(one: Any) -> dict[str, Any]:
    """As JSON has it; decimals and dates as text, so that they stay exact."""
    return {
        name: str(part) if isinstance(part, Decimal | date) else part
        for name, part in asdict(one).items()
    }
