"""The access ledger: entries, what of them concerns whom, and the tree they are sealed into."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    SmallInteger,
    UniqueConstraint,
    bindparam,
    cast,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import LargeBinary, Text, Uuid

from db.base import Base
from db.ids import encode, new_id
from db.session import CallerUnknown, Database, Identified

_APPEND = text("select access.append_reading(:id, :request_id, :items)").bindparams(
    bindparam("items", type_=JSONB)
)
_RECORD = text(
    "select access.record_reading(:client_id, :scopes, :statement_timeout_ms, :user_id, :grant_id,"
    " :bound, :organisation_id, :entry_id, :request_id, :disclosed, :withheld, :codes, :denied)"
).bindparams(bindparam("denied", type_=JSONB))
_NOBODY, _SHUT, _DONE_ALREADY = "RL401", "RL409", "23505"


def _hex(id: Any) -> ColumnElement[Any]:
    """An id as `db.ids.encode` writes it; null of null."""
    return func.replace(cast(id, Text()), "-", "", type_=Text())


class NoLongerOpen(Exception):
    """Something that was about to be served may not be served any more."""


class LedgerEntry(Base):
    """One request that showed content or was denied it. Rows are only ever added."""

    noun = "reading"
    __tablename__ = "ledger_entry"
    __table_args__ = (
        UniqueConstraint("id", "reader_id"),
        Index("ledger_entry_reader_id_idx", "reader_id", "id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(server_default=text("clock_timestamp()"))
    reader_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    client_id: Mapped[UUID]
    user_id: Mapped[UUID | None]
    request_id: Mapped[str]

    @hybrid_property
    def program(self) -> str:
        """The program that asked, by the id its own organisation knows."""
        return encode("client", self.client_id)

    @program.inplace.expression
    @classmethod
    def _program(cls) -> ColumnElement[str]:
        return "client_" + _hex(cls.client_id)

    @hybrid_property
    def person(self) -> str | None:
        """The person for whom it asked, likewise; no name."""
        return encode("user", self.user_id) if self.user_id else None

    @person.inplace.expression
    @classmethod
    def _person(cls) -> ColumnElement[str | None]:
        return "user_" + _hex(cls.user_id)


class LedgerPart(Base):
    """What of an entry concerns one organisation: the author of what was asked for, as a rule."""

    __tablename__ = "ledger_part"
    __table_args__ = (
        ForeignKeyConstraint(
            ["entry_id", "reader_id"],
            ["ledger_entry.id", "ledger_entry.reader_id"],
            name="ledger_part_entry_id_fkey",
        ),
        Index("ledger_part_owner_id_idx", "owner_id", "entry_id"),
        Index("ledger_part_handoffs_idx", "handoffs", postgresql_using="gin"),
    )

    entry_id: Mapped[UUID] = mapped_column(primary_key=True)
    owner_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"), primary_key=True)
    reader_id: Mapped[UUID]
    salt: Mapped[bytes] = mapped_column(
        LargeBinary(), server_default=text("uuid_send(gen_random_uuid())")
    )
    kinds: Mapped[list[str]] = mapped_column(ARRAY(Text()))
    handoffs: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid()))
    items: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)


class LedgerPending(Base):
    """That an entry is not sealed yet."""

    __tablename__ = "ledger_pending"

    entry_id: Mapped[UUID] = mapped_column(ForeignKey("ledger_entry.id"), primary_key=True)


class LedgerLeaf(Base):
    """The place of a sealed entry in the tree."""

    __tablename__ = "ledger_leaf"

    index: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    entry_id: Mapped[UUID] = mapped_column(ForeignKey("ledger_entry.id"), unique=True)
    parts: Mapped[list[bytes]] = mapped_column(ARRAY(LargeBinary()))
    """The hash of each part, in an order that tells nothing: also of those one may not see."""


class LedgerNumber(Base):
    """The running number of a sealed part for its owner."""

    __tablename__ = "ledger_number"
    __table_args__ = (
        UniqueConstraint("entry_id", "owner_id"),
        ForeignKeyConstraint(
            ["entry_id", "owner_id"],
            ["ledger_part.entry_id", "ledger_part.owner_id"],
            name="ledger_number_part_fkey",
        ),
    )

    owner_id: Mapped[UUID] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    entry_id: Mapped[UUID]


class LedgerNode(Base):
    """A complete subtree of the Merkle tree; on level 0 the leaves."""

    __tablename__ = "ledger_node"

    level: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    index: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    hash: Mapped[bytes] = mapped_column(LargeBinary())


class LedgerHead(Base):
    """A signed tree head. What it says stands in its JWS, and beside it so that it can be found."""

    __tablename__ = "ledger_head"

    size: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    root: Mapped[bytes] = mapped_column(LargeBinary())
    at: Mapped[datetime]
    jws: Mapped[str]

    @property
    def root_hex(self) -> str:
        return self.root.hex()


class LedgerKey(Base):
    """A key that signs tree heads; its private half is sealed. Only the sealing role reads it."""

    __tablename__ = "ledger_key"

    kid: Mapped[str] = mapped_column(primary_key=True)
    public_jwk: Mapped[dict[str, Any]] = mapped_column(JSONB)
    private_jwe: Mapped[str]
    from_size: Mapped[int] = mapped_column(BigInteger)
    """How many entries were sealed before it began to sign."""
    created_at: Mapped[datetime] = mapped_column(server_default=text("clock_timestamp()"))


async def append(tx: AsyncSession, items: list[dict[str, Any]]) -> UUID:
    """An entry in the caller's name, in the transaction of what it tells of; answers its id.

    An item names its ``owner`` (an organisation's id; the caller's own without) and its ``kind``,
    and what else is known: ``handoff``, ``section``, ``category``, ``code``; never content.
    """
    id = new_id()
    request_id = tx.info.get("request_id", "none")
    await tx.execute(_APPEND, {"id": id, "request_id": request_id, "items": items})
    return id


async def record(
    database: Database,
    caller: Identified,
    *,
    request_id: str,
    disclosed: list[UUID],
    withheld: dict[UUID, str],
    denied: list[dict[str, str]],
) -> None:
    """What a request showed and was denied, in one statement; or an error, and nothing is served.

    Tried again after a broken connection, it may find its entry written already: that is as good.
    """
    values = database.entering(caller) | {
        "organisation_id": caller.organisation_id,
        "entry_id": new_id(),
        "request_id": request_id,
        "disclosed": disclosed,
        "withheld": list(withheld),
        "codes": list(withheld.values()),
        "denied": [{"kind": "DENIED", **one} for one in denied],
    }
    try:
        await database.at_once(_RECORD, values)
    except DBAPIError as error:
        state = getattr(error.orig, "sqlstate", None)
        if state == _NOBODY:
            raise CallerUnknown from None
        if state == _SHUT:
            raise NoLongerOpen from None
        if state != _DONE_ALREADY:
            raise
