"""Calendar feeds: links for calendar programs, which can send no token.

Whoever has the link reads the calendar, so it is shown once, only its hash is kept, and behind it
stands a grant: it ends by hand, after a year, or with its client, its person or its organisation.
"""

import hashlib
import re
import secrets
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Select, func, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from auth import events
from auth.caller import Caller
from auth.events import EventKind
from auth.scopes import Scope
from db.calendar import CalendarFeed
from db.ids import new_id
from domain.checks import LINE, Ref, found, id_of, text_of
from domain.paging import Order
from domain.refusal import RefusalCode, require

NEWEST_FIRST = Order(("id",), descending=True)
MOST_FEEDS = 100
_SECRET = re.compile(r"[A-Za-z0-9_-]{43}")
_OF = text("select * from access.calendar_of(:hash)")


@dataclass(frozen=True, slots=True)
class WithLink:
    """A feed, and its link, shown this once."""

    feed: CalendarFeed
    link: str


def listed() -> Select[CalendarFeed]:
    """The feeds of the caller's organisation; those that ended too, for a while."""
    return select(CalendarFeed)


async def counted(tx: AsyncSession) -> int:
    """How many there are; by their ids, since not every column is ours to read."""
    return (await tx.execute(select(func.count(CalendarFeed.id)))).scalar_one()


async def create(tx: AsyncSession, caller: Caller, name: str, issuer: str) -> WithLink:
    """A link to what the caller's organisation has to do and when, as far as its token reads."""
    called = text_of(name, "name", LINE)
    standing = select(func.count()).where(func.access.calendar_until(CalendarFeed.id) > func.now())
    room = (await tx.scalar(standing) or 0) < MOST_FEEDS
    require(room, RefusalCode.TOO_MANY, most=MOST_FEEDS)
    id, secret = new_id(), secrets.token_urlsafe(32)
    made = select(func.access.open_calendar(id, new_id(), called, _hash(secret)))
    # An organisation whose tokens must all be bound to a key has no use for what anybody can send.
    require(await tx.scalar(made), RefusalCode.WRONG_STATE)
    await _tell(tx, EventKind.CALENDAR_OPENED, caller)
    return WithLink(await found(tx, CalendarFeed, id, "id"), f"{issuer}/calendar/{secret}.ics")


async def end(tx: AsyncSession, caller: Caller, ref: Ref) -> CalendarFeed:
    """Close a feed of one's organisation: its link opens nothing from the next request on."""
    feed = await found(tx, CalendarFeed, id_of(ref, "calendar", "id"), "id")
    ended = await tx.scalar(select(func.access.close_calendar(feed.id)))
    require(ended, RefusalCode.WRONG_STATE, "id")
    await _tell(tx, EventKind.GRANT_ENDED, caller)
    return feed


async def until(tx: AsyncSession, ids: list[UUID]) -> dict[UUID, datetime]:
    """Until when each of these feeds can be read."""
    statement = select(CalendarFeed.id, func.access.calendar_until(CalendarFeed.id))
    rows = await tx.execute(statement.where(CalendarFeed.id.in_(ids)))
    return {id: moment for id, moment in rows if moment is not None}


async def reader(tx: AsyncSession, secret: str) -> Caller | None:
    """For whom a link reads. Whether that still stands is asked when the transaction begins."""
    if not _SECRET.fullmatch(secret):
        return None
    row = (await tx.execute(_OF, {"hash": _hash(secret)})).one_or_none()
    if row is None:
        return None
    return Caller(
        organisation_id=row.organisation_id,
        client_id=row.client_id,
        client_key=row.client_key,
        scopes=frozenset(Scope(scope) for scope in row.scopes),
        user_id=row.user_id,
        grant_id=row.grant_id,
    )


async def _tell(tx: AsyncSession, kind: EventKind, caller: Caller) -> None:
    await events.record(
        tx, kind, organisation_id=caller.organisation_id, client_id=caller.client_id,
        user_id=caller.user_id, by_client_id=caller.client_id, by_user_id=caller.user_id,
    )  # fmt: skip


def _hash(secret: str) -> bytes:
    return hashlib.sha256(secret.encode()).digest()
