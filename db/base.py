"""What every table shares: the metadata Alembic compares with the database, and how types map."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import (
    Boolean,
    Date,
    DateTime,
    Enum,
    Integer,
    LargeBinary,
    MetaData,
    Text,
    Uuid,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import DeclarativeBase

from db import reference
from db.document import Documents
from db.ids import encode
from db.reference import Reference

NAMING = {
    "pk": "%(table_name)s_pkey",
    "fk": "%(table_name)s_%(column_0_name)s_fkey",
    "uq": "%(table_name)s_%(column_0_N_name)s_key",
    "ix": "%(table_name)s_%(column_0_N_name)s_idx",
}


def choice(enum: type[StrEnum]) -> Enum:
    """A closed vocabulary: text in the database (its CHECK lives in the migration), enum here."""
    return Enum(
        enum,
        native_enum=False,
        create_constraint=False,
        length=40,
        values_callable=lambda members: [member.value for member in members],
    )


class Base(DeclarativeBase):
    """A table or a view. Views carry ``info={"view": True}``: migrations make them by hand."""

    noun: ClassVar[str] = ""
    """What its global ids begin with, for rows that clients can ask for by id."""

    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        UUID: Uuid(),
        str: Text(),
        bool: Boolean(),
        int: Integer(),
        date: Date(),
        datetime: DateTime(timezone=True),
        bytes: LargeBinary(),
        list[str]: ARRAY(Text()),
        list[bytes]: ARRAY(LargeBinary()),
        list[UUID]: ARRAY(Uuid()),
        list[Reference]: Documents(reference.read),
    }

    @property
    def global_id(self) -> str:
        """The id a client sees."""
        id: UUID = self.__dict__["id"]
        return encode(self.noun, id)
