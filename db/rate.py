"""Rate budgets: how many points each client has left."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Double
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base


class RateBudget(Base):
    """A client's bucket; `access.take_points` fills and empties it."""

    __tablename__ = "rate_budget"

    client_id: Mapped[UUID] = mapped_column(primary_key=True)
    points: Mapped[float] = mapped_column(Double())
    filled_at: Mapped[datetime]
