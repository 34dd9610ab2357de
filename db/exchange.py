"""Import and export: under which number an organisation keeps something elsewhere."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ForeignKey, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, choice


class ExchangeKind(StrEnum):
    """What tables are imported and exported."""

    ACTIVITIES = "ACTIVITIES"
    ORGANISATIONS = "ORGANISATIONS"
    MEASUREMENTS = "MEASUREMENTS"


class ExchangeReference(Base):
    """The number by which an organisation knows a row of ours in its own books."""

    __tablename__ = "exchange_reference"
    __table_args__ = (
        UniqueConstraint("organisation_id", "kind", "reference"),
        UniqueConstraint("organisation_id", "kind", "target_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    kind: Mapped[ExchangeKind] = mapped_column(choice(ExchangeKind))
    reference: Mapped[str]
    target_id: Mapped[UUID]
    created_at: Mapped[datetime] = mapped_column(server_default=text("now()"))
