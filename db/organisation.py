"""Organisations (lembaga): the tree of partners."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import FetchedValue, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, choice
from db.enums import DpopPolicy


class Organisation(Base):
    """A partner. ``path`` holds its ancestors from the root down to itself; a trigger keeps it."""

    noun = "organisation"
    __tablename__ = "organisation"
    __table_args__ = (
        Index("organisation_parent_id_idx", "parent_id"),
        Index("organisation_name_id_idx", "name", "id"),
        Index("organisation_path_idx", "path", postgresql_using="gin"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    parent_id: Mapped[UUID | None] = mapped_column(ForeignKey("organisation.id"))
    type: Mapped[str] = mapped_column("type_code")
    name: Mapped[str]
    short_name: Mapped[str | None]
    region_code: Mapped[str | None]
    path: Mapped[list[UUID]] = mapped_column(server_default=text("'{}'"))
    scopes: Mapped[list[str]] = mapped_column(server_default=FetchedValue())
    """What KPAI granted it: no client and no person of it can have more."""
    dpop: Mapped[DpopPolicy] = mapped_column(choice(DpopPolicy), server_default=text("'OPTIONAL'"))
    dissolved_at: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(server_default=text("now()"))
