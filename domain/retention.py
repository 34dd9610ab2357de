"""The end of keeping (akhir masa simpan, UU PDP article 44): what is over is destroyed.

What that is, the database decides by itself, from clauses, ends and holds; here it is asked to do
so, a few cases a transaction, now and then while the server runs or when the operator says so.
"""

import logging
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from db.ids import encode
from db.rounds import Rounds
from db.session import Database

BATCH = 500
"""Cases in one transaction."""

_DESTROY = text("select sections, cases from access.destroy_due(:most)")
_REPORT = text("select * from access.retention_report(coalesce(:at, now()))")
_HOLDS = text("select * from access.retention_holds(coalesce(:at, now()))")

log = logging.getLogger(__name__)
Open = Callable[[], AbstractAsyncContextManager[AsyncSession]]


@dataclass(frozen=True)
class Destroyed:
    """What was destroyed in one run."""

    sections: int = 0
    cases: int = 0
    """Cases of which nothing is left, so that their key went too."""
    elsewhere: bool = False
    """Whether another one is at it, and the rest is left to it."""


@dataclass(frozen=True)
class Due:
    """What one agreement lets one organisation keep of another's no longer, by category."""

    mou_id: UUID
    title: str
    author: str
    partner: str
    category: str
    sections: int
    held: int
    """Of those whose time is over: kept, because a legal hold stands."""
    unruled: int
    """Kept because no clause says for how long, such as after a move in the tree."""
    since: datetime | None


@dataclass(frozen=True)
class Holding:
    """A legal hold that keeps something whose time is over."""

    hold_id: UUID
    organisation: str
    document_number: str
    since: datetime
    sections: int


@dataclass(frozen=True)
class Outlook:
    """What would go, and what is in the way."""

    due: list[Due]
    holds: list[Holding]

    def as_json(self) -> dict[str, Any]:
        """For programs; ids as clients know them."""
        due = [asdict(one) | {"mou_id": encode("mou", one.mou_id)} for one in self.due]
        holds = [asdict(one) | {"hold_id": encode("hold", one.hold_id)} for one in self.holds]
        return {"due": due, "holds": holds, "sections": sum(one.sections for one in self.due)}


async def outlook(tx: AsyncSession, at: datetime | None = None) -> Outlook:
    """What would be destroyed by then, or now. For the operator: it is of everybody's."""
    due = await tx.execute(_REPORT, {"at": at})
    holds = await tx.execute(_HOLDS, {"at": at})
    return Outlook(
        [Due(**row) for row in due.mappings()], [Holding(**row) for row in holds.mappings()]
    )


async def destroy(open_: Open, stop: Callable[[], bool] = lambda: False) -> Destroyed:
    """Destroy all that is over. Each batch is whole or has not been."""
    sections = cases = 0
    while not stop():
        async with open_() as tx:
            done = (await tx.execute(_DESTROY, {"most": BATCH})).one_or_none()
        if done is None:
            return Destroyed(sections, cases, elsewhere=True)
        sections, cases = sections + done.sections, cases + done.cases
        if not done.sections and not done.cases:
            break
    return Destroyed(sections, cases)


class Retention(Rounds):
    """Destroys what is over while the server runs."""

    doing = "destroying what is over"

    def __init__(self, database: Database) -> None:
        super().__init__()
        self._database = database

    async def once(self) -> Destroyed:
        """One round, as nobody: the database needs no caller to know what is over."""
        done = await destroy(self._database.anonymous, self.ending.is_set)
        if done.sections or done.cases:
            log.info("destroyed at the end of keeping: sections=%d cases=%d",
                     done.sections, done.cases)  # fmt: skip
        return done
