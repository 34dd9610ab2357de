"""Materials (materi) of public education, and their versions: one that was used stays as it was."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ForeignKey, ForeignKeyConstraint, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base
from db.reference import Reference


class Topic(StrEnum):
    """What public education is about (topik)."""

    RIGHTS = "RIGHTS"
    DANGER = "DANGER"
    PREVENTION = "PREVENTION"
    HOW_TO_REPORT = "HOW_TO_REPORT"
    BODY_SAFETY = "BODY_SAFETY"
    DIGITAL_SAFETY = "DIGITAL_SAFETY"
    PARENTING = "PARENTING"
    SERVICES = "SERVICES"
    LAW = "LAW"


class Audience(StrEnum):
    """For whom it is (sasaran)."""

    CHILDREN = "CHILDREN"
    PARENTS = "PARENTS"
    EDUCATORS = "EDUCATORS"
    OFFICERS = "OFFICERS"
    COMMUNITY_LEADERS = "COMMUNITY_LEADERS"
    PUBLIC = "PUBLIC"


class Material(Base):
    """A leaflet, film, module or poster that an organisation keeps."""

    noun = "material"
    __tablename__ = "material"
    __table_args__ = (
        UniqueConstraint("id", "organisation_id"),
        Index("material_organisation_id_idx", "organisation_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    title: Mapped[str]
    topics: Mapped[list[str]]
    audiences: Mapped[list[str]]
    created_at: Mapped[datetime] = mapped_column(server_default=text("now()"))


class MaterialVersion(Base):
    """A material as it was written once, in one or several languages."""

    noun = "materialversion"
    __tablename__ = "material_version"
    __table_args__ = (
        ForeignKeyConstraint(
            ["material_id", "organisation_id"], ["material.id", "material.organisation_id"]
        ),
        UniqueConstraint("material_id", "number"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    material_id: Mapped[UUID]
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    number: Mapped[int]
    languages: Mapped[list[str]]
    """Tags of BCP 47."""
    files: Mapped[list[Reference]]
    note: Mapped[str | None]
    published_at: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(server_default=text("now()"))
