"""What somebody owes another by a day: how many days are left, and when it is time to remind."""

from collections.abc import Sequence
from enum import StrEnum
from typing import Any

from sqlalchemy import Date, Integer, case, func, type_coerce


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

    @property
    def overdue(self) -> bool:
        """Whether the last day has passed."""
        return self.days_left is not None and self.days_left < 0

    @property
    def reminder(self) -> Reminder | None:
        """Of what it is time to remind, if of anything."""
        if self.days_left is None or self.days_left > 7:
            return None
        if self.overdue:
            return Reminder.OVERDUE
        return Reminder.WITHIN_1_DAY if self.days_left <= 1 else Reminder.WITHIN_7_DAYS
