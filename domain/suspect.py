"""The reported person (terlapor) of a case: whoever it is gives no consent that counts."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from auth.caller import Caller
from db.case import CaseFile, CaseSuspect
from db.enums import Relation
from db.handoff import Handoff
from db.ids import new_id
from db.vault import vault_of
from domain.basis import ALONE, CASE, Named, opened, person
from domain.checks import Ref, found, id_of, locked
from domain.consent import lives
from domain.paging import Order
from domain.refusal import RefusalCode, require

MOST_SUSPECTS = 20
OLDEST_FIRST = Order(("created_at", "id"))


@dataclass(frozen=True)
class SuspectDraft:
    """Who is suspected."""

    relation: Relation
    name: str | None = None
    national_id: str | None = None


async def name(tx: AsyncSession, caller: Caller, ref: Ref, given: SuspectDraft) -> CaseSuspect:
    """Name a suspect of the case. Consents they gave count no longer, in any of its handoffs."""
    at = "handoffId"
    handoff = await found(tx, Handoff, id_of(ref, "handoff", at), at)
    side = caller.organisation_id in (handoff.sender_id, handoff.receiver_id)
    require(side, RefusalCode.WRONG_SIDE, at)
    require(given.relation is not Relation.CHILD, RefusalCode.BAD_INPUT, "input.relation")
    require(await lives(tx, handoff), RefusalCode.WRONG_STATE, at)
    id = new_id()
    key = await vault_of(tx).case_key(tx, handoff.case_id)
    sealed, keys = person(key, given, f"suspect {id}", "input")
    nobody = given.relation is Relation.OTHER and not keys
    require(not nobody, RefusalCode.BAD_INPUT, "input.name")
    named = list(
        await tx.scalars(
            select(CaseSuspect).where(
                CaseSuspect.case_id == handoff.case_id,
                CaseSuspect.named_by == caller.organisation_id,
                CaseSuspect.retracted_at.is_(None),
            )
        )
    )
    require(len(named) < MOST_SUSPECTS, RefusalCode.TOO_MANY, "input", most=MOST_SUSPECTS)
    for one in named:
        alike = one.relation is given.relation
        unnamed = given.relation in ALONE or not (one.keys or keys)
        same = set(one.keys) & set(keys) or (alike and unnamed)
        require(not same, RefusalCode.DUPLICATE, "input")
    row = {
        "id": id, "case_id": handoff.case_id, "named_by": caller.organisation_id,
        "relation": given.relation, "sealed": sealed, "keys": keys,
    }  # fmt: skip
    await tx.execute(insert(CaseSuspect).values(row))
    return await found(tx, CaseSuspect, id, at)


async def retract(tx: AsyncSession, caller: Caller, ref: Ref) -> CaseSuspect:
    """Take a name back: what the person consented to counts again, unless others name them."""
    id = id_of(ref, "suspect", "id")
    seen = await found(tx, CaseSuspect, id, "id")
    require(seen.retracted_at is None, RefusalCode.WRONG_STATE, "id")
    suspect = await locked(tx, CaseSuspect, id, barred=RefusalCode.WRONG_STATE)
    suspect.retracted_at = func.now()
    await tx.flush()
    await tx.refresh(suspect)
    return suspect


async def suspects(tx: AsyncSession, ids: list[UUID]) -> dict[UUID, Named]:
    """Whom the caller's own organisation named."""
    known = (
        select(CaseSuspect.id, func.access.person_of(CaseSuspect.id).label("sealed"), *CASE)
        .join(CaseFile, CaseFile.id == CaseSuspect.case_id)
        .where(CaseSuspect.id.in_(ids))
    )
    return await opened(tx, known, "suspect {}")
