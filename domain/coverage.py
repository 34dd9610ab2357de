"""What must be known before anything is sent: whom the agreement lets give what to whom.

A new handoff asks all of it in one statement; steps of its life ask for what they need.
"""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Row, cast, func, literal, select, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.types import Text

from db.enums import DataCategory
from db.handoff import Handoff
from db.mou import MouNow
from domain.refusal import Refusal, RefusalCode, require

SECTIONS = "input.sections[{}]"

_KNOWN = text("""
  with word as not materialized (
    select * from term t
    where t.valid_from <= access.today()
      and (t.valid_until is null or t.valid_until >= access.today()))
  select m.in_force,  -- null when the agreement is not there for the caller
    o.id is not null as receiver_there, o.dissolved_at is null as receiver_living,
    m.in_force and access.shares_agreement(m.id, :me, o.id) as shared,
    array(select w.code from word w where w.kind = 'CASE_CATEGORY'
          and w.code = any (cast(:case_categories as text[]))) as case_categories,
    array(select w.code from word w where w.kind = 'SERVICE'
          and w.code = any (cast(:services as text[]))) as services,
    (select coalesce(w.hours, 0) from word w
     where w.kind = 'RESPONSE_TIME' and w.code = :urgency
     order by w.valid_from desc limit 1) as hours,
    (select min(nth) from unnest(cast(:categories as text[])) with ordinality c (category, nth)
     where not access.discloses(m.id, :me, o.id, c.category, :purpose, :child_role)) as uncovered
  from (select) one
  left join mou_now m on m.id = :mou
  left join organisation o on o.id = :receiver
""")


async def known(tx: AsyncSession, asked: Mapping[str, Any]) -> Row[Any]:
    """All that must be known before a handoff may be written. What is not there is null."""
    return (await tx.execute(_KNOWN, asked)).one()


async def covered_by(
    tx: AsyncSession, mou: MouNow, one: UUID, other: UUID, at: str = "input.mouId"
) -> None:
    """Refuse unless the agreement is in force between the two."""
    require(mou.in_force, RefusalCode.AGREEMENT_NOT_IN_FORCE, at)
    shared = await tx.scalar(select(func.access.shares_agreement(mou.id, one, other)))
    require(shared, RefusalCode.NOT_A_PARTY, at)


async def may_disclose(
    tx: AsyncSession,
    handoff: Handoff,
    author: UUID,
    reader: UUID,
    categories: Sequence[DataCategory],
    at: str,
) -> None:
    """Refuse the first category that no clause in force lets the author give the reader."""
    if not categories:
        return
    listing = cast(list(categories), ARRAY(Text()))
    wanted = (
        func.unnest(listing)
        .table_valued("category", with_ordinality="at")
        .render_derived(name="wanted")
    )
    uncovered = await tx.scalar(
        select(wanted.c.at)
        .where(
            ~func.access.discloses(
                handoff.mou_id, author, reader, wanted.c.category,
                literal(handoff.purpose.value, Text()), literal(handoff.child_role.value, Text()),
            )
        )
        .order_by(wanted.c.at)
        .limit(1)
    )  # fmt: skip
    all_covered(uncovered, at)


def all_covered(uncovered: int | None, at: str) -> None:
    """Refuse the first category, counted from one, that nothing covers."""
    if uncovered is not None:
        raise Refusal(RefusalCode.NOT_COVERED, at.format(uncovered - 1))
