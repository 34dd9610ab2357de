"""What somebody owes another by a day: how many days are left, and when it is time to remind."""

from collections.abc import Sequence
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Date, Integer, case, false, func, type_coerce
from sqlalchemy.ext.hybrid import hybrid_property

from db.base import choice


class Reminder(StrEnum):
    """Of what it is time to remind."""

    WITHIN_7_DAYS = "WITHIN_7_DAYS"
    WITHIN_1_DAY = "WITHIN_1_DAY"
    OVERDUE = "OVERDUE"


def left_until(due_on: Any, status: Any, owed_in: Sequence[StrEnum]) -> Any:
    """Days until the last one, below nothing when it has passed; null while nothing is owed."""
    left = type_coerce(due_on - func.access.today(type_=Date()), Integer)
    return case((status.in_(owed_in), left))


class Due:
    """A row with `days_left`."""

    days_left: Any

    @hybrid_property
    def overdue(self) -> bool:
        """Whether the last day has passed."""
        return self.days_left is not None and self.days_left < 0

    @overdue.inplace.expression
    @classmethod
    def _overdue(cls) -> ColumnElement[bool]:
        """The same in SQL: never null, so that its negation holds too."""
        return func.coalesce(cls.days_left < 0, false())

    @hybrid_property
    def reminder(self) -> Reminder | None:
        """Of what it is time to remind, if of anything."""
        if self.days_left is None or self.days_left > 7:
            return None
        if self.overdue:
            return Reminder.OVERDUE
        return Reminder.WITHIN_1_DAY if self.days_left <= 1 else Reminder.WITHIN_7_DAYS

    @reminder.inplace.expression
    @classmethod
    def _reminder(cls) -> ColumnElement[str | None]:
        found = case(
            (cls.days_left < 0, Reminder.OVERDUE.value),
            (cls.days_left <= 1, Reminder.WITHIN_1_DAY.value),
            (cls.days_left <= 7, Reminder.WITHIN_7_DAYS.value),
        )
        return type_coerce(found, choice(Reminder))
