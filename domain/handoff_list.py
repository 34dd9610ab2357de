"""Finding handoffs again: inbox and outbox, filters, full-text search, and counts."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import TIMESTAMP, Select, cast, func, or_, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from auth.caller import Caller
from db.enums import HandoffKind, HandoffStatus, Urgency
from db.handoff import Handoff, HandoffSectionBody
from domain.checks import LINE, Ref, id_of, in_order, moment_of, text_of
from domain.paging import Order
from domain.words import sections_saying

NEWEST_FIRST = Order(("listed_at", "id"), descending=True)


class HandoffBox(StrEnum):
    """Which side of a handoff the caller is on."""

    INBOX = "INBOX"
    OUTBOX = "OUTBOX"


@dataclass(frozen=True)
class HandoffFilter:
    """Which handoffs to list; every condition given must hold."""

    statuses: list[HandoffStatus] | None = None
    kinds: list[HandoffKind] | None = None
    urgencies: list[Urgency] | None = None
    overdue: bool | None = None
    counterpart: Ref | None = None
    mou_id: Ref | None = None
    since: date | None = None
    until: date | None = None
    changed_since: datetime | None = None
    search: str | None = None


def _conditions(filter: HandoffFilter | None, saying: Any) -> list[Any]:
    chosen = filter or HandoffFilter()
    wanted: list[Any] = []
    if chosen.statuses is not None:
        wanted.append(Handoff.status.in_(chosen.statuses))
    if chosen.kinds is not None:
        wanted.append(Handoff.kind.in_(chosen.kinds))
    if chosen.urgencies is not None:
        wanted.append(Handoff.urgency.in_(chosen.urgencies))
    if chosen.overdue is not None:
        wanted.append(Handoff.overdue if chosen.overdue else ~Handoff.overdue)
    if chosen.counterpart is not None:
        other = id_of(chosen.counterpart, "organisation", "filter.counterpart")
        wanted.append(or_(Handoff.sender_id == other, Handoff.receiver_id == other))
    if chosen.mou_id is not None:
        wanted.append(Handoff.mou_id == id_of(chosen.mou_id, "mou", "filter.mouId"))
    if chosen.since is not None and chosen.until is not None:
        in_order(chosen.since, chosen.until, "filter.until")
    if chosen.since is not None:
        wanted.append(Handoff.listed_at >= _midnight(cast(chosen.since, TIMESTAMP)))
    if chosen.until is not None:
        next_day = cast(chosen.until, TIMESTAMP) + text("interval '1 day'")
        wanted.append(Handoff.listed_at < _midnight(next_day))
    if chosen.changed_since is not None:
        since = moment_of(chosen.changed_since, "filter.changedSince")
        wanted.append(Handoff.updated_at >= since)
    if saying is not None:
        wanted.append(saying)
    return wanted


def _midnight(day: Any) -> Any:
    """The moment a day begins where KPAI sits."""
    return func.timezone("Asia/Jakarta", day)


async def saying(tx: AsyncSession, caller: Caller, search: str) -> Any:
    """Whether a section the caller may read says it, or the handoff bears that number."""
    words = text_of(search, "filter.search", LINE)
    named = or_(Handoff.number == words.upper(), Handoff.case_reference == words)
    sections = await sections_saying(tx, caller.organisation_id, words)
    if sections is None:
        return named
    readable = select(HandoffSectionBody.handoff_id).where(
        HandoffSectionBody.section_id.in_(sections)
    )
    return or_(Handoff.id.in_(readable), named)


def _side(caller: Caller, box: HandoffBox) -> Select[Handoff]:
    mine = Handoff.sender_id if box is HandoffBox.OUTBOX else Handoff.receiver_id
    return select(Handoff).where(mine == caller.organisation_id)


def listed(
    caller: Caller, box: HandoffBox | None, filter: HandoffFilter | None, saying: Any = None
) -> list[Select[Handoff]]:
    """Inbox, outbox or both: one statement for each, since each has an index of its own."""
    wanted = _conditions(filter, saying)
    boxes = [box] if box else [HandoffBox.INBOX, HandoffBox.OUTBOX]
    return [_side(caller, side).where(*wanted) for side in boxes]


async def counts(
    tx: AsyncSession,
    caller: Caller,
    box: HandoffBox,
    filter: HandoffFilter | None,
    saying: Any = None,
) -> Sequence[Any]:
    """How many handoffs are in each state, and how many of them are overdue."""
    side = _side(caller, box).where(*_conditions(filter, saying))
    statement = (
        side.with_only_columns(
            Handoff.status,
            func.count().label("count"),
            func.count().filter(Handoff.overdue).label("overdue"),
        )
        .group_by(Handoff.status)
        .order_by(Handoff.status)
    )
    return (await tx.execute(statement)).all()
