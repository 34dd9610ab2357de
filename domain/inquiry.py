"""Inquiries: asking for a handoff, or whether there is room, before a child is named."""

from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import Select, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from auth.caller import Caller
from db.enums import ChildRole, HandoffKind, InquiryKind, InquiryStatus, Purpose, TermKind, Urgency
from db.ids import new_id
from db.inquiry import Inquiry
from db.mou import MouNow
from domain.checks import PARAGRAPH, Ref, found, id_of, known_codes, locked, text_of
from domain.coverage import covered_by
from domain.organisation import living
from domain.paging import Order
from domain.refusal import RefusalCode, require

NEWEST_FIRST = Order(("created_at", "id"), descending=True)


class InquirySide(StrEnum):
    """Which side of an inquiry the caller is on."""

    ASKED_OF_US = "ASKED_OF_US"
    ASKED_BY_US = "ASKED_BY_US"


@dataclass(frozen=True)
class NewInquiry:
    """A question to a partner. It must not tell who the child is."""

    kind: InquiryKind
    asked_id: Ref
    mou_id: Ref
    handoff_kind: HandoffKind
    purpose: Purpose
    urgency: Urgency
    child_role: ChildRole
    services: list[str]
    question: str


def listed(
    side: InquirySide | None, statuses: list[InquiryStatus] | None, caller: Caller
) -> Select[Inquiry]:
    """Inquiries the caller asked or was asked."""
    me = caller.organisation_id
    mine = {
        None: or_(Inquiry.asked_id == me, Inquiry.asker_id == me),
        InquirySide.ASKED_OF_US: Inquiry.asked_id == me,
        InquirySide.ASKED_BY_US: Inquiry.asker_id == me,
    }[side]
    statement = select(Inquiry).where(mine)
    return statement if statuses is None else statement.where(Inquiry.status.in_(statuses))


async def ask(tx: AsyncSession, caller: Caller, given: NewInquiry) -> Inquiry:
    """Ask a partner, under an agreement in force between the two."""
    mou = await found(tx, MouNow, id_of(given.mou_id, "mou", "input.mouId"), "input.mouId")
    asked = await living(tx, given.asked_id, "input.askedId")
    require(asked.id != caller.organisation_id, RefusalCode.SELF_ADDRESSED, "input.askedId")
    await covered_by(tx, mou, caller.organisation_id, asked.id)
    inquiry = Inquiry(
        id=new_id(),
        kind=given.kind,
        status=InquiryStatus.OPEN,
        asker_id=caller.organisation_id,
        asked_id=asked.id,
        mou_id=mou.id,
        handoff_kind=given.handoff_kind,
        purpose=given.purpose,
        urgency=given.urgency,
        child_role=given.child_role,
        services=await known_codes(tx, TermKind.SERVICE, given.services, "input.services"),
        question=text_of(given.question, "input.question", PARAGRAPH),
    )
    tx.add(inquiry)
    await tx.flush()
    return inquiry


async def answer(tx: AsyncSession, caller: Caller, ref: Ref, agree: bool, text: str) -> Inquiry:
    """Say yes or no, with a word of explanation. A yes may be followed by a handoff naming it."""
    inquiry = await _open(tx, ref)
    require(inquiry.asked_id == caller.organisation_id, RefusalCode.WRONG_SIDE, "id")
    inquiry.answer = text_of(text, "answer", PARAGRAPH)
    return await _close(tx, inquiry, InquiryStatus.AGREED if agree else InquiryStatus.DECLINED)


async def withdraw(tx: AsyncSession, caller: Caller, ref: Ref) -> Inquiry:
    """Take back one's own question while it is open."""
    inquiry = await _open(tx, ref)
    require(inquiry.asker_id == caller.organisation_id, RefusalCode.WRONG_SIDE, "id")
    return await _close(tx, inquiry, InquiryStatus.WITHDRAWN)


async def _open(tx: AsyncSession, ref: Ref) -> Inquiry:
    id = id_of(ref, "inquiry", "id")
    inquiry = await locked(tx, Inquiry, id, barred=RefusalCode.WRONG_SIDE)
    require(inquiry.status is InquiryStatus.OPEN, RefusalCode.WRONG_STATE, "id")
    return inquiry


async def _close(tx: AsyncSession, inquiry: Inquiry, status: InquiryStatus) -> Inquiry:
    inquiry.status = status
    inquiry.answered_at = func.now()
    await tx.flush()
    await tx.refresh(inquiry)
    return inquiry
