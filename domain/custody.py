"""Passing on (meneruskan) and the chain of custody: who had a case, who has it, and from whom.

Nothing is copied: what is passed on is a reference, and opens as long as every hop allows it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Uuid, any_, func, literal, select
from sqlalchemy.dialects.postgresql import ARRAY, insert
from sqlalchemy.ext.asyncio import AsyncSession

from auth.caller import Caller
from db.case import CaseFile
from db.enums import DataCategory, HandoffKind, HandoffStatus
from db.handoff import Handoff, HandoffSection
from db.ids import new_id
from domain.checks import Ref, found, id_of
from domain.refusal import Refusal, RefusalCode, require

S = HandoffStatus
GOES_ON = (S.ACCEPTED, S.IN_PROGRESS, S.INFO_REQUESTED, S.COMPLETED)
"""States of an accepted handoff from which a case can go on."""


@dataclass(frozen=True, slots=True)
class Link:
    """One handoff of the chain, by its header alone."""

    generation: int
    handoff_id: UUID | None
    sender_id: UUID
    receiver_id: UUID
    kind: HandoffKind
    status: HandoffStatus
    requested_at: datetime | None
    accepted_at: datetime | None
    ended_at: datetime | None
    custodian: bool


@dataclass(frozen=True, slots=True)
class Chain:
    """The handoffs before and after one, from the first to the present custodian."""

    holder_id: UUID | None
    links: list[Link]


async def goes_on_from(
    tx: AsyncSession, caller: Caller, ref: Ref | None, kind: HandoffKind, at: str
) -> Handoff | None:
    """The handoff that a new one goes on from, when the caller accepted it and may take it on."""
    if ref is None:
        return None
    parent = await found(tx, Handoff, id_of(ref, "handoff", at), at)
    require(parent.receiver_id == caller.organisation_id, RefusalCode.WRONG_SIDE, at)
    accepted = parent.accepted_at is not None and parent.status in GOES_ON
    require(accepted, RefusalCode.WRONG_STATE, at)
    case = await found(tx, CaseFile, parent.case_id, at)
    require(case.destroyed_at is None, RefusalCode.WRONG_STATE, at)
    if kind is HandoffKind.TRANSFER:
        await require_custody(tx, parent.id, at)
    return parent


async def require_custody(tx: AsyncSession, onward_of_id: UUID, at: str) -> None:
    """Only whoever is responsible for a case can transfer it; held until the transaction ends."""
    holds = await tx.scalar(select(func.access.holds_custody(onward_of_id)))
    require(holds, RefusalCode.NOT_THE_CUSTODIAN, at)


async def seen_sections(tx: AsyncSession, refs: Sequence[Ref], at: str) -> list[UUID]:
    """The ids of sections that exist for the caller, asked for in one statement."""
    ids = [id_of(ref, "section", at.format(index)) for index, ref in enumerate(refs)]
    if not ids:
        return ids
    those = HandoffSection.id == any_(literal(ids, ARRAY(Uuid())))
    there = set(await tx.scalars(select(HandoffSection.id).where(those)))
    for index, id in enumerate(ids):
        require(id in there, RefusalCode.NOT_FOUND, at.format(index))
    return ids


async def pass_on(
    tx: AsyncSession, handoff: Handoff, sources: Sequence[UUID], at: str
) -> list[DataCategory]:
    """Add sections that were received to a handoff that goes on, by reference; their categories."""
    if not sources:
        return []
    those = HandoffSection.id == any_(literal(list(sources), ARRAY(Uuid())))
    rows = {row.id: row for row in await tx.scalars(select(HandoffSection).where(those))}
    await _require_onward(tx, handoff, [rows[id] for id in sources], at)
    await tx.execute(
        insert(HandoffSection).values(
            [
                {"id": new_id(), "handoff_id": handoff.id, "author_id": row.author_id,
                 "category": row.category, "source_id": row.id,
                 "origin_id": row.origin_id or row.id}
                for row in (rows[id] for id in sources)
            ]
        )
    )  # fmt: skip
    return [rows[id].category for id in sources]


async def still_passes(tx: AsyncSession, handoff: Handoff, at: str) -> None:
    """Refuse to send a draft with what may not go onward any more."""
    of_it = select(HandoffSection.source_id).where(
        HandoffSection.handoff_id == handoff.id, HandoffSection.source_id.is_not(None)
    )
    sources = select(HandoffSection).where(HandoffSection.id.in_(of_it))
    await _require_onward(tx, handoff, list(await tx.scalars(sources)), at)


async def _require_onward(
    tx: AsyncSession, handoff: Handoff, sources: Sequence[HandoffSection], at: str
) -> None:
    for index, row in enumerate(sources):
        may = await tx.scalar(
            select(
                func.access.may_pass(
                    row.id, row.origin_id or row.id, handoff.id, row.author_id, row.category.value
                )
            )
        )
        if not may:
            raise Refusal(RefusalCode.ONWARD_NOT_ALLOWED, at.format(index))


async def chain(tx: AsyncSession, ref: Ref) -> Chain:
    """The chain of custody around a handoff of the caller's, in one statement."""
    made = func.access.custody_chain(id_of(ref, "handoff", "handoffId")).table_valued(
        "generation", "handoff_id", "sender_id", "receiver_id", "kind", "status", "requested_at",
        "accepted_at", "ended_at", "custodian", "holder_id",
    )  # fmt: skip
    rows = (await tx.execute(select(made))).all()
    require(rows, RefusalCode.NOT_FOUND, "handoffId")
    return Chain(
        rows[0].holder_id,
        [
            Link(
                row.generation, row.handoff_id, row.sender_id, row.receiver_id,
                HandoffKind(row.kind), HandoffStatus(row.status), row.requested_at,
                row.accepted_at, row.ended_at, row.custodian,
            )
            for row in rows
        ],
    )  # fmt: skip
