"""Dated vocabularies and rules: each entry has a legal source and a period in which it holds."""

from datetime import date
from uuid import UUID

from sqlalchemy import Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, choice
from db.enums import TermKind


class Term(Base):
    """A word of a vocabulary: organisation type, case category, service or response time."""

    __tablename__ = "term"
    __table_args__ = (
        UniqueConstraint("kind", "code", "valid_from"),
        Index("term_kind_id_idx", "kind", "id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    kind: Mapped[TermKind] = mapped_column(choice(TermKind))
    code: Mapped[str]
    name_id: Mapped[str]
    name_en: Mapped[str]
    source: Mapped[str]
    hours: Mapped[int | None]
    valid_from: Mapped[date]
    valid_until: Mapped[date | None]
