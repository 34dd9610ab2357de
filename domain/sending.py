"""The rows that a handoff is made of, written in few round trips.

Three statements write a new one. They are not one, because the policies on a section look for its
handoff, which no statement sees while it writes it.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from db.enums import DataCategory, HandoffStatus
from db.handoff import Handoff
from db.ids import new_id
from db.vault import CaseKey, Wrapped
from domain.basis import ADD_BASES, BARE, columns_of
from domain.refusal import Refusal, RefusalCode
from domain.words import ADD_WORDS, words_of

Bodies = Sequence[tuple[DataCategory, str]]
Values = Mapping[str, Any]

_HANDOFF = text("""
  with begun as (
    insert into case_file (id, kek_id, wrapped)
    select cast(:case_id as uuid), cast(:kek_id as text), cast(:wrapped as bytea) where :begins
  )
  insert into handoff (id, number, kind, status, sender_id, receiver_id, mou_id, inquiry_id,
    case_id, onward_of_id, purpose, urgency, child_role, child_age_band, case_categories, services,
    case_reference, victim_reported_at, idempotency_key, request_hash, requested_at, due_at)
  values (:id, :number, :kind, :status, :sender_id, :receiver_id, :mou_id, :inquiry_id,
    :case_id, :onward_of_id, :purpose, :urgency, :child_role, :child_age_band, :case_categories,
    :services, :case_reference, :victim_reported_at, :idempotency_key, :request_hash,
    case when :sent then now() end,
    case when :sent then now() + make_interval(hours => :hours) end)
  on conflict (sender_id, idempotency_key) do nothing
  returning created_at, updated_at, listed_at, requested_at, due_at
""")
_SECTIONS = """
  insert into handoff_section (id, handoff_id, author_id, category)
  select id, :handoff, :me, category
  from unnest(cast(:ids as uuid[]), cast(:categories as text[])) s (id, category)
"""
_STEP = """
  insert into handoff_event (id, handoff_id, kind, actor_id, to_status)
  values (:event, :handoff, :step, :me, :status)
"""
_BODIES = """
  insert into handoff_section_body (section_id, handoff_id, author_id, category, sealed, sealed_key)
  select id, :handoff, :me, category, sealed, sealed_key
  from unnest(cast(:ids as uuid[]), cast(:categories as text[]), cast(:sealed as bytea[]),
              cast(:sealed_keys as bytea[])) s (id, category, sealed, sealed_key)
"""
_ONLY_SECTIONS = text(_SECTIONS)
_BASES_SECTIONS_STEP = text(f"with named as ({ADD_BASES}), parts as ({_SECTIONS}) {_STEP}")
_SAID = text(f"with said as ({_BODIES}), indexed as ({ADD_WORDS}) {BARE}")


async def begin(
    tx: AsyncSession, values: Values, wrapped: Wrapped | None, hours: int
) -> Handoff | None:
    """The handoff, with a case of its own unless it goes on; None if its key came before."""
    began = {
        "begins": wrapped is not None,
        "kek_id": wrapped and wrapped.kek_id,
        "wrapped": wrapped and wrapped.sealed,
        "sent": values["status"] is HandoffStatus.REQUESTED,
        "hours": hours,
    }
    written = (await tx.execute(_HANDOFF, {**values, **began})).one_or_none()
    return None if written is None else Handoff(**values, **written._mapping)


class Sections:
    """Sections of a handoff, under new ids, with what they say sealed."""

    def __init__(self, handoff: Handoff, author_id: UUID, key: CaseKey, bodies: Bodies) -> None:
        self.handoff = handoff
        self.said = [(new_id(), body) for _, body in bodies]
        sealed = [
            key.seal_section(id, handoff.id, author_id, category, body)
            for (id, body), (category, _) in zip(self.said, bodies, strict=True)
        ]
        self._rows = {
            "handoff": handoff.id,
            "me": author_id,
            "ids": [id for id, _ in self.said],
            "categories": [category for category, _ in bodies],
            "sealed": [said for said, _ in sealed],
            "sealed_keys": [key for _, key in sealed],
        }

    async def add(self, tx: AsyncSession) -> None:
        """That they exist."""
        await tx.execute(_ONLY_SECTIONS, self._rows)

    async def add_first(self, tx: AsyncSession, bases: Sequence[dict[str, Any]], step: str) -> None:
        """That they exist, on what they rest, and the first step of their handoff."""
        first = {"event": new_id(), "step": step, "status": self.handoff.status}
        await tx.execute(_BASES_SECTIONS_STEP, {**self._rows, **columns_of(bases), **first})

    async def say(
        self, tx: AsyncSession, wanted: Collection[DataCategory] = (), at: str = ""
    ) -> None:
        """What they say, and by what words they are found.

        Refused while one of the categories wanted rests on nothing.
        """
        sides = (self.handoff.sender_id, self.handoff.receiver_id)
        words = await words_of(tx, sides, self.said)
        rests = {"wanted": sorted(set(wanted)), "purpose": self.handoff.purpose}
        if await tx.scalar(_SAID, {**self._rows, **words, **rests}) is not None:
            raise Refusal(RefusalCode.BASIS_REQUIRED, at)
