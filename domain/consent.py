"""Naming further bases, withdrawing a consent, and answering that one has stopped.

What rested on a consent closes by itself, since every reading asks; who is told, and that nobody is
forgotten, is the database's work (migrations/consent.py).
"""

from collections.abc import Sequence

from sqlalchemy import Select, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from auth.caller import Caller
from db.basis import LawfulBasis, WithdrawalNotice
from db.case import CaseFile
from db.enums import BasisKind, BasisState, DataCategory
from db.handoff import Handoff
from db.vault import vault_of
from domain.basis import BasisDraft, name_bases
from domain.checks import PARAGRAPH, Ref, distinct, found, id_of, locked, optional_text
from domain.handoff import record
from domain.handoff_life import UNDER_WAY, S
from domain.paging import Order
from domain.refusal import RefusalCode, require

OLDEST_FIRST = Order(("created_at", "id"))
NEWEST_FIRST = Order(("created_at", "id"), descending=True)


async def add(tx: AsyncSession, caller: Caller, ref: Ref, given: BasisDraft) -> LawfulBasis:
    """Name a further basis for what one's own organisation discloses in a handoff."""
    id = id_of(ref, "handoff", "handoffId")
    handoff = await locked(tx, Handoff, id, "handoffId", barred=RefusalCode.WRONG_SIDE)
    open_ = handoff.status in (S.DRAFT, *UNDER_WAY, S.COMPLETED)
    require(open_ and await lives(tx, handoff), RefusalCode.WRONG_STATE, "handoffId")
    key = await vault_of(tx).case_key(tx, handoff.case_id)
    [basis_id] = await name_bases(tx, caller, handoff, key, [given], "input")
    handoff.updated_at = func.now()
    await tx.flush()
    if handoff.status is not S.DRAFT:
        await record(tx, caller, handoff, "BASIS_NAMED", handoff.status, None)
    return await found(tx, LawfulBasis, basis_id, "handoffId")


async def withdraw(
    tx: AsyncSession,
    caller: Caller,
    ref: Ref,
    categories: Sequence[DataCategory] | None,
    reason: str | None,
) -> LawfulBasis:
    """Take a consent back, in whole or for some categories; by whoever wrote it down."""
    id = id_of(ref, "basis", "id")
    seen = await found(tx, LawfulBasis, id, "id")
    require(seen.author_id == caller.organisation_id, RefusalCode.WRONG_SIDE, "id")
    basis = await locked(tx, LawfulBasis, id, barred=RefusalCode.WRONG_SIDE)
    require(basis.kind is BasisKind.CONSENT, RefusalCode.NOT_A_CONSENT, "id")
    left = [name for name in basis.categories if name not in basis.withdrawn_categories]
    require(left, RefusalCode.WRONG_STATE, "id")
    if categories is not None:
        distinct(categories, "categories", most=len(DataCategory), least=1)
        for index, category in enumerate(categories):
            place = f"categories[{index}]"
            require(category in basis.categories, RefusalCode.BAD_INPUT, place)
            require(category in left, RefusalCode.WRONG_STATE, place)
        left = [name for name in left if name in categories]
    gone = {*left, *basis.withdrawn_categories}
    basis.withdrawal_reason = optional_text(reason, "reason", PARAGRAPH)
    basis.withdrawn_at = func.now()
    basis.withdrawn_categories = [name for name in basis.categories if name in gone]
    await tx.flush()
    await tx.refresh(basis)
    return basis


async def acknowledge(tx: AsyncSession, caller: Caller, ref: Ref) -> WithdrawalNotice:
    """Say that one has stopped, as one was told to (UU PDP article 40)."""
    id = id_of(ref, "notice", "id")
    seen = await found(tx, WithdrawalNotice, id, "id")
    require(seen.receiver_id == caller.organisation_id, RefusalCode.WRONG_SIDE, "id")
    require(seen.acknowledged_at is None, RefusalCode.WRONG_STATE, "id")
    notice = await locked(tx, WithdrawalNotice, id, barred=RefusalCode.WRONG_STATE)
    notice.acknowledged_at = func.now()
    handoff = await found(tx, Handoff, notice.handoff_id, "id")
    handoff.updated_at = func.now()
    await tx.flush()
    await record(tx, caller, handoff, "WITHDRAWAL_ACKNOWLEDGED", handoff.status, None)
    await tx.refresh(notice)
    return notice


def notices(caller: Caller, open_: bool | None, to_us: bool | None) -> Select[WithdrawalNotice]:
    """What the caller's organisation was told, and what it waits for from others."""
    statement = select(WithdrawalNotice)
    if open_ is not None:
        waits = WithdrawalNotice.acknowledged_at.is_(None)
        statement = statement.where(waits if open_ else ~waits)
    if to_us is not None:
        ours = WithdrawalNotice.receiver_id == caller.organisation_id
        statement = statement.where(ours if to_us else ~ours)
    return statement


def state(basis: LawfulBasis, category: DataCategory | None) -> BasisState | None:
    """Whether it holds today: for a category, or for any of them."""
    states = dict(zip(basis.categories, map(BasisState, basis.states), strict=True))
    if category is not None:
        return states.get(category)
    return next((s for s in states.values() if s is BasisState.HOLDS), next(iter(states.values())))


async def lives(tx: AsyncSession, handoff: Handoff) -> bool:
    """Whether the case was not destroyed: there is a key to seal anything under."""
    there = select(CaseFile.id).where(
        CaseFile.id == handoff.case_id, CaseFile.destroyed_at.is_(None)
    )
    return await tx.scalar(there) is not None
