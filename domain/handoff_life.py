"""The life of a handoff after it was written: who may take which step, from where to where.

The table `STEPS` is the whole of it: domain.md's life of a handoff as data, so that the rules can
be read, drawn and tested without reading code.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import delete, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from auth.caller import Caller
from db.enums import DataCategory, HandoffKind, HandoffStatus
from db.handoff import AWAITING_ANSWER, Handoff, HandoffSection
from db.mou import MouNow
from db.vault import vault_of
from domain import receipt
from domain.basis import BasisDraft, name_bases, require_basis
from domain.checks import PARAGRAPH, Ref, found, id_of, locked, optional_text, reason_of
from domain.coverage import covered_by, may_disclose
from domain.custody import require_custody, still_passes
from domain.handoff import (
    MOST_SECTIONS,
    SectionDraft,
    add_sections,
    bodies_of,
    record,
    tell_passed_on,
)
from domain.refusal import Refusal, RefusalCode, require
from domain.term import response_time

S = HandoffStatus
BEFORE_WORK = (S.REQUESTED, S.RECEIVED, S.INFO_REQUESTED, S.ACCEPTED)
UNDER_WAY = (*BEFORE_WORK, S.IN_PROGRESS)
ENDED = (S.REJECTED, S.COMPLETED, S.FAILED, S.CANCELLED, S.REVOKED)


class Side(StrEnum):
    """Whose step it is."""

    SENDER = "SENDER"
    RECEIVER = "RECEIVER"


@dataclass(frozen=True, slots=True)
class Step:
    """A step of a handoff's life."""

    event: str
    side: Side
    start: tuple[HandoffStatus, ...]
    end: HandoffStatus
    reason: bool = False
    """Whether the one who takes it must say why."""
    in_force: bool = False
    """Whether the agreement must be in force: true of every step that begins or renews sharing."""


SEND = Step("SENT", Side.SENDER, (S.DRAFT,), S.REQUESTED, in_force=True)
RECEIVE = Step("RECEIVED", Side.RECEIVER, (S.REQUESTED,), S.RECEIVED)
ACCEPT = Step("ACCEPTED", Side.RECEIVER, AWAITING_ANSWER, S.ACCEPTED, in_force=True)
REJECT = Step("REJECTED", Side.RECEIVER, AWAITING_ANSWER, S.REJECTED, reason=True)
ASK_INFO = Step(
    "INFO_REQUESTED",
    Side.RECEIVER,
    (S.REQUESTED, S.RECEIVED, S.ACCEPTED, S.IN_PROGRESS),
    S.INFO_REQUESTED,
    reason=True,
)
GIVE_INFO = Step("INFO_PROVIDED", Side.SENDER, (S.INFO_REQUESTED,), S.RECEIVED, in_force=True)
START = Step("STARTED", Side.RECEIVER, (S.ACCEPTED,), S.IN_PROGRESS, in_force=True)
COMPLETE = Step("COMPLETED", Side.RECEIVER, (S.IN_PROGRESS,), S.COMPLETED)
FAIL = Step("FAILED", Side.RECEIVER, (S.ACCEPTED, S.IN_PROGRESS), S.FAILED, reason=True)
CANCEL = Step("CANCELLED", Side.SENDER, (S.DRAFT, *BEFORE_WORK), S.CANCELLED, reason=True)
ASK_CANCEL = Step(
    "CANCELLATION_REQUESTED",
    Side.SENDER,
    (S.IN_PROGRESS, S.INFO_REQUESTED, S.ACCEPTED),
    S.IN_PROGRESS,
    reason=True,
)
AGREE_CANCEL = Step("CANCELLED", Side.RECEIVER, UNDER_WAY, S.CANCELLED)
DECLINE_CANCEL = Step("CANCELLATION_DECLINED", Side.RECEIVER, UNDER_WAY, S.IN_PROGRESS, reason=True)
REVOKE = Step("REVOKED", Side.SENDER, (*UNDER_WAY, S.COMPLETED), S.REVOKED, reason=True)

STEPS: tuple[Step, ...] = (
    SEND, RECEIVE, ACCEPT, REJECT, ASK_INFO, GIVE_INFO, START, COMPLETE, FAIL, CANCEL, ASK_CANCEL,
    AGREE_CANCEL, DECLINE_CANCEL, REVOKE,
)  # fmt: skip


async def send(tx: AsyncSession, caller: Caller, ref: Ref) -> Handoff:
    """Send a draft: what it says must be covered now, whatever held when it was written."""
    handoff = await _held(tx, caller, ref, SEND)
    categories = await _categories(tx, handoff)
    require(categories, RefusalCode.BAD_INPUT, "id")
    await require_basis(tx, handoff, caller.organisation_id, categories, "id")
    await may_disclose(tx, handoff, handoff.sender_id, handoff.receiver_id, categories, "id")
    await still_passes(tx, handoff, "id")
    await tell_passed_on(tx, caller, handoff)
    handoff.requested_at = handoff.listed_at = func.now()
    handoff.due_at = func.now() + await response_time(tx, handoff.urgency)
    return await _take(tx, caller, handoff, SEND)


async def receive(tx: AsyncSession, caller: Caller, ref: Ref) -> Handoff:
    """Acknowledge that the handoff arrived; the answer is still due."""
    return await _take(tx, caller, await _held(tx, caller, ref, RECEIVE), RECEIVE)


async def accept(tx: AsyncSession, caller: Caller, ref: Ref) -> Handoff:
    """Take responsibility for the case; with a transfer, custody moves now."""
    handoff = await _held(tx, caller, ref, ACCEPT)
    if handoff.kind is HandoffKind.TRANSFER and handoff.onward_of_id is not None:
        await require_custody(tx, handoff.onward_of_id, "id")
    handoff.accepted_at = func.now()
    accepted = await _take(tx, caller, handoff, ACCEPT)
    await receipt.accepted(tx, accepted)
    return accepted


async def reject(tx: AsyncSession, caller: Caller, ref: Ref, reason: str) -> Handoff:
    """Decline the case, with a reason; what it said closes."""
    return await _take(tx, caller, await _held(tx, caller, ref, REJECT), REJECT, reason)


async def request_info(tx: AsyncSession, caller: Caller, ref: Ref, reason: str) -> Handoff:
    """Hand the next step back to the sender, saying what is missing."""
    handoff = await _held(tx, caller, ref, ASK_INFO)
    handoff.resume_status = handoff.status
    return await _take(tx, caller, handoff, ASK_INFO, reason)


async def provide_info(
    tx: AsyncSession,
    caller: Caller,
    ref: Ref,
    note: str | None,
    sections: Sequence[SectionDraft],
    bases: Sequence[BasisDraft],
) -> Handoff:
    """Answer the receiver's question; the handoff goes on where it was."""
    handoff = await _held(tx, caller, ref, GIVE_INFO)
    await _add(tx, caller, handoff, sections, bases)
    end = handoff.resume_status or S.RECEIVED
    if end in AWAITING_ANSWER:
        handoff.due_at = func.now() + await response_time(tx, handoff.urgency)
    return await _take(tx, caller, handoff, GIVE_INFO, note, end=end)


async def start(tx: AsyncSession, caller: Caller, ref: Ref) -> Handoff:
    """Begin the work; from here on the sender can only ask for cancellation."""
    return await _take(tx, caller, await _held(tx, caller, ref, START), START)


async def complete(
    tx: AsyncSession,
    caller: Caller,
    ref: Ref,
    note: str | None,
    sections: Sequence[SectionDraft],
    bases: Sequence[BasisDraft],
) -> Handoff:
    """Finish the work; sections such as OUTCOME go back to the sender where a clause covers it."""
    handoff = await _held(tx, caller, ref, COMPLETE)
    await _add(tx, caller, handoff, sections, bases)
    return await _take(tx, caller, handoff, COMPLETE, note)


async def fail(tx: AsyncSession, caller: Caller, ref: Ref, reason: str) -> Handoff:
    """Say that the work could not be done, and why."""
    return await _take(tx, caller, await _held(tx, caller, ref, FAIL), FAIL, reason)


async def cancel(tx: AsyncSession, caller: Caller, ref: Ref, reason: str) -> Handoff:
    """Take the handoff back before work began."""
    handoff = await _held(tx, caller, ref, CANCEL, too_late=RefusalCode.CANCELLATION_MUST_BE_ASKED)
    begun = S.IN_PROGRESS in (handoff.status, handoff.resume_status)
    require(not begun, RefusalCode.CANCELLATION_MUST_BE_ASKED, "id")
    return await _take(tx, caller, handoff, CANCEL, reason)


async def request_cancellation(tx: AsyncSession, caller: Caller, ref: Ref, reason: str) -> Handoff:
    """Ask the receiver, who is at work, to stop."""
    handoff = await _held(tx, caller, ref, ASK_CANCEL)
    require(handoff.cancellation_requested_at is None, RefusalCode.WRONG_STATE, "id")
    handoff.cancellation_requested_at = func.now()
    return await _take(tx, caller, handoff, ASK_CANCEL, reason, end=handoff.status)


async def answer_cancellation(
    tx: AsyncSession, caller: Caller, ref: Ref, agree: bool, reason: str | None
) -> Handoff:
    """Stop as the sender asked, or say why the work goes on."""
    step = AGREE_CANCEL if agree else DECLINE_CANCEL
    handoff = await _held(tx, caller, ref, step)
    require(handoff.cancellation_requested_at is not None, RefusalCode.WRONG_STATE, "id")
    handoff.cancellation_requested_at = None
    end = step.end if agree else handoff.status
    return await _take(tx, caller, handoff, step, reason, end=end)


async def revoke(tx: AsyncSession, caller: Caller, ref: Ref, reason: str) -> Handoff:
    """Close the disclosure for good. After a transfer was accepted it is no longer the sender's."""
    handoff = await _held(tx, caller, ref, REVOKE)
    return await _take(tx, caller, handoff, REVOKE, reason)


async def add_section(
    tx: AsyncSession, caller: Caller, ref: Ref, section: SectionDraft, bases: Sequence[BasisDraft]
) -> Handoff:
    """Add a section while the handoff is open: either side, as far as a clause covers it."""
    handoff = await _locked(tx, ref)
    require(handoff.status in (S.DRAFT, *UNDER_WAY), RefusalCode.WRONG_STATE, "id")
    await _add(tx, caller, handoff, [section], bases, "section")
    handoff.updated_at = func.now()
    await tx.flush()
    if handoff.status is not S.DRAFT:
        await record(tx, caller, handoff, "SECTION_ADDED", handoff.status, None)
    return await _fresh(tx, handoff)


async def remove_section(tx: AsyncSession, caller: Caller, ref: Ref) -> Handoff:
    """Take a section out of a draft. What was sent stays as it was sent."""
    id = id_of(ref, "section", "id")
    section = await found(tx, HandoffSection, id, "id")
    handoff = await locked(tx, Handoff, section.handoff_id, barred=RefusalCode.WRONG_SIDE)
    require(handoff.status is S.DRAFT, RefusalCode.WRONG_STATE, "id")
    await tx.execute(delete(HandoffSection).where(HandoffSection.id == id))
    return await _fresh(tx, handoff)


async def _locked(tx: AsyncSession, ref: Ref) -> Handoff:
    return await locked(tx, Handoff, id_of(ref, "handoff", "id"), barred=RefusalCode.WRONG_SIDE)


async def _held(
    tx: AsyncSession,
    caller: Caller,
    ref: Ref,
    step: Step,
    *,
    too_late: RefusalCode = RefusalCode.WRONG_STATE,
) -> Handoff:
    """The handoff, locked, when it is this caller's turn to take the step from where it is."""
    handoff = await _locked(tx, ref)
    side = Side.SENDER if handoff.sender_id == caller.organisation_id else Side.RECEIVER
    require(side is step.side, RefusalCode.WRONG_SIDE, "id")
    if side is Side.SENDER and step not in (ASK_CANCEL, GIVE_INFO):
        over = handoff.status in ENDED and handoff.status not in step.start
        require(over or not custody_moved(handoff), RefusalCode.CUSTODY_MOVED, "id")
    working = handoff.status is S.IN_PROGRESS
    require(handoff.status in step.start, too_late if working else RefusalCode.WRONG_STATE, "id")
    if step.in_force:
        mou = await tx.get(MouNow, handoff.mou_id)
        if mou is None:  # no party covers the caller any more
            raise Refusal(RefusalCode.NOT_A_PARTY, "id")
        await covered_by(tx, mou, handoff.sender_id, handoff.receiver_id, "id")
    return handoff


def custody_moved(handoff: Handoff) -> bool:
    """Whether the receiver is responsible for the case; it comes back if the receiver gives up."""
    accepted = handoff.kind is HandoffKind.TRANSFER and handoff.accepted_at is not None
    return accepted and handoff.status not in (S.FAILED, S.CANCELLED)


async def _take(
    tx: AsyncSession,
    caller: Caller,
    handoff: Handoff,
    step: Step,
    note: str | None = None,
    *,
    end: HandoffStatus | None = None,
) -> Handoff:
    """Take the step and write it into the timeline."""
    note = reason_of(note) if step.reason else optional_text(note, "note", PARAGRAPH)
    before, handoff.status = handoff.status, end or step.end
    handoff.updated_at = func.now()
    if handoff.status is not S.INFO_REQUESTED:
        handoff.resume_status = None
    if handoff.status not in AWAITING_ANSWER:
        handoff.due_at = None
    if handoff.status in ENDED:
        handoff.ended_at = func.now()
        handoff.cancellation_requested_at = None
    await tx.flush()
    await record(tx, caller, handoff, step.event, before, note)
    return await _fresh(tx, handoff)


async def _add(
    tx: AsyncSession,
    caller: Caller,
    handoff: Handoff,
    sections: Sequence[SectionDraft],
    bases: Sequence[BasisDraft],
    at: str = "sections[{}]",
) -> None:
    me = caller.organisation_id
    other = handoff.receiver_id if me == handoff.sender_id else handoff.sender_id
    bodies = bodies_of(sections, at)
    there = len(await _categories(tx, handoff))
    place = at.removesuffix("[{}]")
    fit = there + len(bodies) <= MOST_SECTIONS
    require(fit, RefusalCode.TOO_MANY, place, most=MOST_SECTIONS)
    categories = [section.category for section in sections]
    await may_disclose(tx, handoff, me, other, categories, f"{at}.category")
    key = await vault_of(tx).case_key(tx, handoff.case_id)
    await name_bases(tx, caller, handoff, key, bases, "bases[{}]")
    if handoff.status is not S.DRAFT and categories:
        await require_basis(tx, handoff, me, categories, "bases")
    await add_sections(tx, caller, handoff, key, bodies)


async def _categories(tx: AsyncSession, handoff: Handoff) -> list[DataCategory]:
    wanted = select(HandoffSection.category).where(HandoffSection.handoff_id == handoff.id)
    return list(await tx.scalars(wanted.order_by(HandoffSection.id)))


async def _fresh(tx: AsyncSession, handoff: Handoff) -> Handoff:
    """The row with what the database computed, such as the time of the step."""
    await tx.flush()
    await tx.refresh(handoff)
    return handoff
