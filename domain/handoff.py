"""Handing over a case: drafting, sending, and finding handoffs again."""

import hashlib
import hmac
import json
import secrets
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import func, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession

from auth.caller import Caller
from db.enums import (
    ChildRole,
    DataCategory,
    HandoffKind,
    HandoffStatus,
    InquiryKind,
    InquiryStatus,
    Purpose,
    Urgency,
)
from db.handoff import ChildAgeBand, Handoff, HandoffEvent
from db.ids import decode, new_id
from db.inquiry import Inquiry
from db.transaction import Transaction, entering
from db.vault import CaseKey, vault_of
from domain.basis import BasisDraft, stands_alone, weigh
from domain.checks import (
    BODY,
    LINE,
    Ref,
    all_known,
    askable,
    distinct,
    found,
    id_of,
    optional_text,
    past,
    text_of,
)
from domain.coverage import SECTIONS, known, require_covered
from domain.custody import goes_on_from, pass_on, seen_sections
from domain.refusal import Refusal, RefusalCode, require
from domain.sending import begin, fill, first, sections_of

MOST_SECTIONS = 40
REFERENCES = "input.passOn[{}]"
_SAME_KEY = entering(
    "(select to_json(h.id) from handoff h where h.sender_id = $7 and h.idempotency_key = $8)"
)
_LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's base 32: no I, L, O, U
_PREFIX = {
    HandoffKind.REFERRAL: "RJK",
    HandoffKind.TRANSFER: "PLP",
    HandoffKind.CONSULTATION: "KON",
}


@dataclass(frozen=True)
class SectionDraft:
    """A section (bagian): one category of data, and what is said."""

    category: DataCategory
    body: str


@dataclass(frozen=True)
class HandoffDraft:
    """A case to be handed over. Only sections may tell who the child is."""

    kind: HandoffKind
    receiver_id: Ref
    mou_id: Ref
    purpose: Purpose
    urgency: Urgency
    child_role: ChildRole
    case_categories: list[str]
    services: list[str]
    sections: list[SectionDraft]
    bases: list[BasisDraft]
    child_age_band: ChildAgeBand | None = None
    case_reference: str | None = None
    inquiry_id: Ref | None = None
    victim_reported_at: datetime | None = None
    onward_of_id: Ref | None = None
    pass_on: list[Ref] | None = None
    idempotency_key: str | None = None


async def draft(tx: Transaction, caller: Caller, given: HandoffDraft) -> Handoff:
    """Prepare a handoff; the receiver learns nothing of it until it is sent."""
    return await _write(tx, caller, given, HandoffStatus.DRAFT)


async def send(tx: Transaction, caller: Caller, given: HandoffDraft) -> Handoff:
    """Write a handoff and send it, in one step. The same idempotency key sends it once."""
    require(given.sections or given.pass_on, RefusalCode.BAD_INPUT, "input.sections")
    return await _write(tx, caller, given, HandoffStatus.REQUESTED)


async def _write(
    tx: Transaction, caller: Caller, given: HandoffDraft, status: HandoffStatus
) -> Handoff:
    key = optional_text(given.idempotency_key, "input.idempotencyKey", LINE)
    request = await _fingerprint(tx, given, status) if key else None
    earlier = await _sent_before(tx, caller, key, request)
    if earlier is not None:
        return earlier
    me, sent = caller.organisation_id, status is HandoffStatus.REQUESTED
    mou_id = id_of(given.mou_id, "mou", "input.mouId")
    named = [section.category for section in given.sections]
    receiver = _maybe(given.receiver_id, "organisation")
    terms = askable(given.case_categories), askable(given.services)
    facts = await known(tx, mou_id, receiver, *terms, given.urgency)
    require(facts.mou_there, RefusalCode.NOT_FOUND, "input.mouId")
    receiver_id = id_of(given.receiver_id, "organisation", "input.receiverId")
    require(facts.receiver_there, RefusalCode.NOT_FOUND, "input.receiverId")
    require(facts.receiver_living, RefusalCode.ORGANISATION_DISSOLVED, "input.receiverId")
    require(receiver_id != me, RefusalCode.SELF_ADDRESSED, "input.receiverId")
    parent = await goes_on_from(tx, caller, given.onward_of_id, given.kind, "input.onwardOfId")
    refs = distinct(given.pass_on or [], "input.passOn", most=MOST_SECTIONS)
    passed_on = await seen_sections(tx, refs, REFERENCES)
    require(parent or not passed_on, RefusalCode.BAD_INPUT, "input.passOn")
    bodies = bodies_of(given.sections)
    fit = len(bodies) + len(passed_on) <= MOST_SECTIONS
    require(fit, RefusalCode.TOO_MANY, "input.passOn", most=MOST_SECTIONS)
    handoff = Handoff(
        id=new_id(),
        number=_number(given.kind),
        kind=given.kind,
        status=status,
        sender_id=me,
        receiver_id=receiver_id,
        mou_id=mou_id,
        purpose=given.purpose,
        urgency=given.urgency,
        child_role=given.child_role,
        child_age_band=given.child_age_band,
        case_categories=all_known(
            given.case_categories, facts.case_categories, "input.caseCategories"
        ),
        services=all_known(given.services, facts.services, "input.services"),
        case_reference=optional_text(given.case_reference, "input.caseReference", LINE),
        victim_reported_at=await past(tx, given.victim_reported_at, "input.victimReportedAt"),
        idempotency_key=key,
        request_hash=request,
        inquiry_id=await _answers(tx, caller, given, receiver_id),
        onward_of_id=parent and parent.id,
        case_id=parent.case_id if parent else uuid4(),  # it tells nothing, not even when it began
    )
    sections = await sections_of(tx, (me, receiver_id), bodies)
    alone = not tx.begun and all(map(stands_alone, given.bases))
    if not alone:
        await require_covered(tx, handoff, named)
    vault, wrapped = vault_of(tx), None
    if parent:
        case_key = await vault.case_key(tx, handoff.case_id)
    else:
        case_key, wrapped = await vault.new_case_key(handoff.case_id)
    if not alone and not await begin(tx, handoff, facts.hours, wrapped):
        return await _was_first(tx, caller, key, request)
    try:
        _, bases = await weigh(tx, caller, handoff, case_key, given.bases)
        named += await pass_on(tx, handoff, passed_on, REFERENCES)
        beside = first(handoff, bases, named if sent else ())
        filled = sections.sealed(handoff, me, case_key, **beside)
        if not alone:
            await fill(tx, handoff, filled)
        elif not await begin(tx, handoff, facts.hours, wrapped, filled):
            return await _was_first(tx, caller, key, request)
    except (Refusal, DBAPIError):
        if alone:
            await require_covered(tx, handoff, named)
        raise
    if sent:
        await tell_passed_on(tx, caller, handoff)
    return handoff


def _maybe(ref: Ref, noun: str) -> UUID | None:
    """The id in a reference that is looked at later; None when it is of something else."""
    decoded = decode(ref)
    return decoded[1] if decoded and decoded[0] == noun else None


def bodies_of(
    sections: Sequence[SectionDraft], at: str = SECTIONS
) -> list[tuple[DataCategory, str]]:
    """What sections say, checked. ``at`` is the place of a section among the arguments."""
    distinct(sections, at.removesuffix("[{}]"), most=MOST_SECTIONS)
    return [
        (section.category, text_of(section.body, f"{at.format(index)}.body", BODY))
        for index, section in enumerate(sections)
    ]


def _number(kind: HandoffKind) -> str:
    """A number people can read out: it says the kind and nothing else, and cannot be guessed."""
    letters = "".join(_LETTERS[byte % 32] for byte in secrets.token_bytes(10))
    return f"{_PREFIX[kind]}-{letters[:5]}-{letters[5:]}"


async def _answers(
    tx: AsyncSession, caller: Caller, given: HandoffDraft, receiver_id: UUID
) -> UUID | None:
    """The inquiry this handoff answers: the receiver asked for it, or said there is room."""
    if given.inquiry_id is None:
        return None
    at = "input.inquiryId"
    inquiry = await found(tx, Inquiry, id_of(given.inquiry_id, "inquiry", at), at)
    pulled = inquiry.kind is InquiryKind.HANDOFF
    asker, asked = (receiver_id, caller.organisation_id)[:: 1 if pulled else -1]
    require((inquiry.asker_id, inquiry.asked_id) == (asker, asked), RefusalCode.WRONG_SIDE, at)
    require(inquiry.status is InquiryStatus.AGREED, RefusalCode.WRONG_STATE, at)
    return inquiry.id


async def _sent_before(
    tx: Transaction, caller: Caller, key: str | None, request: str | None
) -> Handoff | None:
    """The handoff an earlier request with the same key made; a different request is refused."""
    if key is None or await tx.told(_SAME_KEY, key, alone=True) is None:
        return None
    same_key = select(Handoff).where(
        Handoff.sender_id == caller.organisation_id, Handoff.idempotency_key == key
    )
    earlier: Handoff | None = (await tx.scalars(same_key)).one_or_none()
    if earlier is not None:
        require(earlier.request_hash == request, RefusalCode.KEY_REUSED, "input.idempotencyKey")
    return earlier


async def _was_first(
    tx: Transaction, caller: Caller, key: str | None, request: str | None
) -> Handoff:
    """The same key arrived twice at once, and the other one was first."""
    earlier = await _sent_before(tx, caller, key, request)
    if earlier is None:
        raise Refusal(RefusalCode.CHANGED_MEANWHILE, "input.idempotencyKey")
    return earlier


async def _fingerprint(tx: AsyncSession, given: HandoffDraft, status: HandoffStatus) -> str:
    """What tells two requests apart without keeping what they said: nobody else can try it out."""
    whole = json.dumps([status, asdict(given)], sort_keys=True, default=str)
    key = await vault_of(tx).key_for(tx, "requests")
    return hmac.digest(key, whole.encode(), hashlib.sha256).hex()


async def add_sections(
    tx: AsyncSession,
    caller: Caller,
    handoff: Handoff,
    key: CaseKey,
    bodies: Sequence[tuple[DataCategory, str]],
) -> None:
    """Store sections: that they exist, what they say, sealed, and by what words they are found."""
    if bodies:
        sections = await sections_of(tx, (handoff.sender_id, handoff.receiver_id), bodies)
        await fill(tx, handoff, sections.sealed(handoff, caller.organisation_id, key))


async def tell_passed_on(tx: AsyncSession, caller: Caller, handoff: Handoff) -> None:
    """Those from whom a case came learn from their timeline that it went on."""
    if handoff.onward_of_id is None:
        return
    parent = await found(tx, Handoff, handoff.onward_of_id, "id")
    parent.updated_at = func.now()
    await tx.flush()
    await record(tx, caller, parent, "PASSED_ON", parent.status, None)


async def record(
    tx: AsyncSession,
    caller: Caller,
    handoff: Handoff,
    kind: str,
    before: HandoffStatus | None,
    note: str | None,
) -> None:
    """Add a step to the timeline both sides see."""
    tx.add(
        HandoffEvent(
            id=new_id(),
            handoff_id=handoff.id,
            kind=kind,
            actor_id=caller.organisation_id,
            from_status=before,
            to_status=handoff.status,
            note=note,
        )
    )
    await tx.flush()
