"""Reading the ledger: whose entries, which of them, and what they say to whom."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, Select, Text, Uuid, and_, any_, exists, func, literal, select
from sqlalchemy.ext.asyncio import AsyncSession

from auth.caller import Caller
from db.enums import DataCategory
from db.ids import encode
from db.ledger import LedgerEntry, LedgerLeaf, LedgerNumber, LedgerPart
from domain.checks import Ref, distinct, id_of, moment_of
from domain.paging import Order

NEWEST_FIRST = Order(("id",), descending=True)


class LedgerKind(StrEnum):
    """What became of something that was asked for."""

    DISCLOSED = "DISCLOSED"
    DENIED = "DENIED"
    EMERGENCY = "EMERGENCY"
    EXPORTED = "EXPORTED"


class LedgerSide(StrEnum):
    """From which side one looks at the ledger."""

    OWNER = "OWNER"
    READER = "READER"


@dataclass(frozen=True)
class LedgerFilter:
    """Which entries to list; every condition given must hold."""

    kinds: list[LedgerKind] | None = None
    handoff_id: Ref | None = None
    category: DataCategory | None = None
    reader_id: Ref | None = None
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Item:
    """One thing that was shown or denied."""

    kind: LedgerKind
    owner_id: UUID
    code: str | None
    field_: str | None
    category: DataCategory | None
    clause: int | None
    handoff_id: UUID | None
    section_id: UUID | None
    mou_id: UUID | None
    version_id: UUID | None
    basis_id: UUID | None
    emergency_id: UUID | None

    @property
    def handoff_ref(self) -> str | None:
        return _ref("handoff", self.handoff_id)

    @property
    def section_ref(self) -> str | None:
        return _ref("section", self.section_id)

    @property
    def version_ref(self) -> str | None:
        return _ref("version", self.version_id)

    @property
    def basis_ref(self) -> str | None:
        return _ref("basis", self.basis_id)

    @property
    def emergency_ref(self) -> str | None:
        return _ref("emergency", self.emergency_id)


@dataclass(slots=True)
class Sheet:
    """What an entry says to the caller, and its place in the tree once it has one."""

    items: list[Item]
    index: int | None = None
    number: int | None = None


def listed(caller: Caller, side: LedgerSide, filter: LedgerFilter | None) -> Select[LedgerEntry]:
    """What others read of the caller's data; or what the caller read and was denied."""
    chosen = filter or LedgerFilter()
    me = caller.organisation_id
    conditions = _about_parts(chosen)
    mine = LedgerEntry.reader_id == me
    statement = select(LedgerEntry)
    part_of = LedgerPart.entry_id == LedgerEntry.id
    if side is LedgerSide.OWNER:
        # Along the index of the owner's parts, newest first.
        theirs = and_(part_of, LedgerPart.owner_id == me, *conditions)
        statement = statement.join(LedgerPart, theirs).where(~mine)
    else:
        statement = statement.where(mine)
        if conditions:
            statement = statement.where(exists().where(part_of, *conditions))
    if chosen.handoff_id is not None:
        handoff = id_of(chosen.handoff_id, "handoff", "filter.handoffId")
        about = select(func.access.readings_about(handoff))
        statement = statement.where(LedgerEntry.id.in_(about.scalar_subquery()))
    if chosen.reader_id is not None:
        reader = id_of(chosen.reader_id, "organisation", "filter.readerId")
        statement = statement.where(LedgerEntry.reader_id == reader)
    if chosen.since is not None:
        statement = statement.where(LedgerEntry.at >= moment_of(chosen.since, "filter.since"))
    if chosen.until is not None:
        statement = statement.where(LedgerEntry.at <= moment_of(chosen.until, "filter.until"))
    return statement


async def sheets(tx: AsyncSession, ids: Sequence[UUID]) -> dict[UUID, Sheet]:
    """What each of these entries says to the caller."""
    wanted = any_(literal(list(ids), ARRAY(Uuid())))
    # A caller's own part comes with its number; of its readings, the parts of all owners.
    parts = (
        select(LedgerPart, LedgerNumber.number, LedgerPart.owner_id == func.access.me())
        .outerjoin(
            LedgerNumber,
            and_(
                LedgerNumber.entry_id == LedgerPart.entry_id,
                LedgerNumber.owner_id == LedgerPart.owner_id,
            ),
        )
        .where(LedgerPart.entry_id == wanted)
        .order_by(LedgerPart.owner_id)
    )
    found: dict[UUID, Sheet] = {id: Sheet([]) for id in ids}
    for part, number, own in await tx.execute(parts):
        sheet = found[part.entry_id]
        sheet.items += [_item(part.owner_id, item) for item in part.items]
        sheet.number = number if own else sheet.number
    leaves = select(LedgerLeaf.entry_id, LedgerLeaf.index).where(LedgerLeaf.entry_id == wanted)
    for id, index in await tx.execute(leaves):
        found[id].index = index
    return found


def _about_parts(chosen: LedgerFilter) -> list[Any]:
    conditions: list[Any] = []
    if chosen.kinds is not None:
        kinds = distinct(chosen.kinds, "filter.kinds", most=len(LedgerKind))
        named = literal([kind.value for kind in kinds], ARRAY(Text()))
        conditions.append(LedgerPart.kinds.overlap(named))
    if chosen.category is not None:
        some = [{"category": chosen.category.value}]
        conditions.append(LedgerPart.items.contains(some))
    return conditions


def _item(owner: UUID, said: dict[str, Any]) -> Item:
    def id(name: str) -> UUID | None:
        return UUID(said[name]) if name in said else None

    return Item(
        kind=LedgerKind(said["kind"]),
        owner_id=owner,
        code=said.get("code"),
        field_=said.get("field"),
        category=DataCategory(said["category"]) if "category" in said else None,
        clause=said.get("clause"),
        handoff_id=id("handoff"),
        section_id=id("section"),
        mou_id=id("mou"),
        version_id=id("version"),
        basis_id=id("basis"),
        emergency_id=id("emergency"),
    )


def _ref(noun: str, id: UUID | None) -> str | None:
    return encode(noun, id) if id else None
