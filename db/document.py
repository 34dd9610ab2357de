"""Documents: what is kept in one column as JSON, and read as a dataclass again."""

from collections.abc import Callable
from dataclasses import asdict
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
        return None if value is None else asdict(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> Any:
        return None if value is None else self.read(value)
