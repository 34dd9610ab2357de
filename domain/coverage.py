"""What must be known before anything is sent: whom the agreement lets give what to whom.

A new handoff asks in one statement for what its row needs. Whether the agreement covers it, the
policies decide when it is written: only what they refuse is looked at, to say why.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import cast, func, literal, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.types import Text

from db.enums import DataCategory, Urgency
from db.handoff import Handoff
from db.mou import MouNow
from db.transaction import Transaction, entering
from domain.refusal import Refusal, RefusalCode, require

SECTIONS = "input.sections[{}]"

_KNOWN = entering("""(
  with word as not materialized (
    select * from term t
    where t.valid_from <= access.today()
      and (t.valid_until is null or t.valid_until >= access.today()))
  select json_build_object(
    'mou_there', exists (select from mou m where m.id = $8),
    'receiver_there', o.id is not null, 'receiver_living', o.dissolved_at is null,
    'case_categories', array(select w.code from word w where w.kind = 'CASE_CATEGORY'
                             and w.code = any ($10::text[])),
    'services', array(select w.code from word w where w.kind = 'SERVICE'
                      and w.code = any ($11::text[])),
    'hours', (select coalesce(w.hours, 0) from word w
              where w.kind = 'RESPONSE_TIME' and w.code = $12
              order by w.valid_from desc limit 1))
  from (select) one left join organisation o on o.id = $9)""")

_COVERED = entering("""(
  select json_build_object(
    'in_force', m.in_force,
    'shared', m.in_force and access.shares_agreement(m.id, $7, $9),
    'uncovered', (
      select min(nth) from unnest($10::text[]) with ordinality c (category, nth)
      where not access.discloses(m.id, $7, $9, c.category, $11, $12)))
  from (select) one left join mou_now m on m.id = $8)""")


@dataclass(frozen=True, slots=True)
class Known:
    """What must be known before a handoff may be written."""

    mou_there: bool
    receiver_there: bool
    receiver_living: bool
    case_categories: list[str]
    services: list[str]
    hours: int


async def known(
    tx: Transaction,
    mou_id: UUID,
    receiver_id: UUID | None,
    case_categories: Sequence[str],
    services: Sequence[str],
    urgency: Urgency,
) -> Known:
    """All that must be known, in one question. What the caller does not see is not there."""
    terms = list(case_categories), list(services)
    return Known(**await tx.told(_KNOWN, mou_id, receiver_id, *terms, urgency, alone=True))


async def require_covered(
    tx: Transaction, handoff: Handoff, categories: Sequence[DataCategory]
) -> None:
    """Refuse what no agreement in force covers, and say which: policies only refuse it."""
    asked = handoff.mou_id, handoff.receiver_id, list(categories)
    found = await tx.told(_COVERED, *asked, handoff.purpose, handoff.child_role, alone=True)
    require(found["in_force"], RefusalCode.AGREEMENT_NOT_IN_FORCE, "input.mouId")
    require(found["shared"], RefusalCode.NOT_A_PARTY, "input.mouId")
    all_covered(found["uncovered"], f"{SECTIONS}.category")


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
