"""Legal holds (penundaan pemusnahan): content tied to a legal case is kept while one stands.

UU PDP articles 43 and 44 end where the data are needed in a legal case. A hold is on the whole
case, along every handoff of it; whoever works on the case may place one, and its placer lifts it.
"""

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from auth.caller import Caller
from db.case import CaseFile, LegalHold
from db.handoff import Handoff
from db.ids import new_id
from domain.checks import LINE, Ref, found, id_of, locked, reason_of, text_of
from domain.handoff import record
from domain.paging import Order
from domain.refusal import Refusal, RefusalCode, require

OLDEST_FIRST = Order(("created_at", "id"))


async def place(
    tx: AsyncSession, caller: Caller, ref: Ref, document_number: str, reason: str
) -> LegalHold:
    """Keep the content of a case from being destroyed, until the hold is lifted."""
    handoff = await found(tx, Handoff, id_of(ref, "handoff", "handoffId"), "handoffId")
    sides = (handoff.sender_id, handoff.receiver_id)
    require(caller.organisation_id in sides, RefusalCode.WRONG_SIDE, "handoffId")
    hold = LegalHold(
        id=new_id(),
        case_id=handoff.case_id,
        placed_by=caller.organisation_id,
        document_number=text_of(document_number, "documentNumber", LINE),
        reason=reason_of(reason),
    )
    tx.add(hold)
    await tx.flush()  # waits for whoever destroys something of this case at the moment
    case = await tx.get(CaseFile, handoff.case_id)
    require(case is not None and case.destroyed_at is None, RefusalCode.WRONG_STATE, "handoffId")
    await _tell(tx, caller, hold, "HOLD_PLACED", hold.reason)
    await tx.refresh(hold)
    return hold


async def lift(tx: AsyncSession, caller: Caller, ref: Ref, reason: str) -> LegalHold:
    """Let the time of keeping count again."""
    id = id_of(ref, "hold", "id")
    hold = await found(tx, LegalHold, id, "id")
    require(hold.placed_by == caller.organisation_id, RefusalCode.WRONG_SIDE, "id")
    require(hold.lifted_at is None, RefusalCode.WRONG_STATE, "id")
    hold = await locked(tx, LegalHold, id, barred=RefusalCode.CHANGED_MEANWHILE)
    hold.lift_reason = reason_of(reason)
    hold.lifted_at = func.now()
    await tx.flush()
    await _tell(tx, caller, hold, "HOLD_LIFTED", hold.lift_reason)
    await tx.refresh(hold)
    return hold


async def refuse_while_held(tx: AsyncSession, handoff: Handoff, at: str) -> None:
    """Refuse what would destroy content while a hold stands on its case."""
    standing = select(LegalHold.id).where(
        LegalHold.case_id == handoff.case_id, LegalHold.lifted_at.is_(None)
    )
    if await tx.scalar(standing.limit(1)) is not None:
        raise Refusal(RefusalCode.LEGAL_HOLD, at)


async def _tell(tx: AsyncSession, caller: Caller, hold: LegalHold, kind: str, reason: str) -> None:
    """Write it into the timeline of every handoff of the case in which the caller takes part."""
    me = caller.organisation_id
    mine = select(Handoff).where(
        Handoff.case_id == hold.case_id, (Handoff.sender_id == me) | (Handoff.receiver_id == me)
    )
    for handoff in (await tx.scalars(mine.order_by(Handoff.id))).all():
        handoff.updated_at = func.now()
        await record(tx, caller, handoff, kind, handoff.status, reason)
