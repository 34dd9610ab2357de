"""Handing over a case: drafting, sending, and finding handoffs again."""

import hashlib
import hmac
import json
import secrets
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import cast, func, literal, select
from sqlalchemy.dialects.postgresql import ARRAY, insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.types import Text

from auth.caller import Caller
from db.enums import (
    ChildRole,
    DataCategory,
    HandoffKind,
    HandoffStatus,
    InquiryKind,
    InquiryStatus,
    Purpose,
    TermKind,
    Urgency,
)
from db.handoff import ChildAgeBand, Handoff, HandoffEvent, HandoffSection, HandoffSectionBody
from db.ids import new_id
from db.inquiry import Inquiry
from db.mou import MouNow
from db.vault import CaseKey, vault_of
from domain.basis import BasisDraft, name_bases, require_basis
from domain.checks import (
    BODY,
    LINE,
    Ref,
    distinct,
    found,
    id_of,
    known_codes,
    optional_text,
    past,
    text_of,
)
from domain.custody import goes_on_from, pass_on, seen_sections
from domain.organisation import living
from domain.refusal import Refusal, RefusalCode, require
from domain.term import response_time
from domain.words import index_words

MOST_SECTIONS = 40
SECTIONS = "input.sections[{}]"
REFERENCES = "input.passOn[{}]"
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


async def draft(tx: AsyncSession, caller: Caller, given: HandoffDraft) -> Handoff:
    """Prepare a handoff; the receiver learns nothing of it until it is sent."""
    return await _write(tx, caller, given, HandoffStatus.DRAFT)


async def send(tx: AsyncSession, caller: Caller, given: HandoffDraft) -> Handoff:
    """Write a handoff and send it, in one step. The same idempotency key sends it once."""
    require(given.sections or given.pass_on, RefusalCode.BAD_INPUT, "input.sections")
    return await _write(tx, caller, given, HandoffStatus.REQUESTED)


async def _write(
    tx: AsyncSession, caller: Caller, given: HandoffDraft, status: HandoffStatus
) -> Handoff:
    key = optional_text(given.idempotency_key, "input.idempotencyKey", LINE)
    request = await _fingerprint(tx, given, status) if key else None
    earlier = await _sent_before(tx, caller, key, request)
    if earlier is not None:
        return earlier
    mou = await found(tx, MouNow, id_of(given.mou_id, "mou", "input.mouId"), "input.mouId")
    receiver = await living(tx, given.receiver_id, "input.receiverId")
    me = caller.organisation_id
    require(receiver.id != me, RefusalCode.SELF_ADDRESSED, "input.receiverId")
    parent = await goes_on_from(tx, caller, given.onward_of_id, given.kind, "input.onwardOfId")
    refs = distinct(given.pass_on or [], "input.passOn", most=MOST_SECTIONS)
    passed_on = await seen_sections(tx, refs, REFERENCES)
    require(parent or not passed_on, RefusalCode.BAD_INPUT, "input.passOn")
    bodies = bodies_of(given.sections)
    fit = len(bodies) + len(passed_on) <= MOST_SECTIONS
    require(fit, RefusalCode.TOO_MANY, "input.passOn", most=MOST_SECTIONS)
    values = {
        "id": new_id(),
        "number": _number(given.kind),
        "kind": given.kind,
        "status": status,
        "sender_id": me,
        "receiver_id": receiver.id,
        "mou_id": mou.id,
        "purpose": given.purpose,
        "urgency": given.urgency,
        "child_role": given.child_role,
        "child_age_band": given.child_age_band,
        "case_categories": await known_codes(
            tx, TermKind.CASE_CATEGORY, given.case_categories, "input.caseCategories"
        ),
        "services": await known_codes(tx, TermKind.SERVICE, given.services, "input.services"),
        "case_reference": optional_text(given.case_reference, "input.caseReference", LINE),
        "victim_reported_at": await past(tx, given.victim_reported_at, "input.victimReportedAt"),
        "idempotency_key": key,
        "request_hash": request,
        "inquiry_id": await _answers(tx, caller, given, receiver.id),
    }
    await covered_by(tx, mou, me, receiver.id)
    await may_disclose(tx, mou.id, me, receiver.id, given, [s.category for s in given.sections])
    if status is HandoffStatus.REQUESTED:
        values |= {
            "requested_at": func.now(),
            "due_at": func.now() + await response_time(tx, given.urgency),
        }
    if parent is None:
        values["case_id"], case_key = await vault_of(tx).begin_case(tx)
    else:
        case_key = await vault_of(tx).case_key(tx, parent.case_id)
        values |= {"case_id": parent.case_id, "onward_of_id": parent.id}
    added = await tx.scalars(
        insert(Handoff)
        .values(values)
        .on_conflict_do_nothing(index_elements=["sender_id", "idempotency_key"])
        .returning(Handoff)
    )
    handoff = added.one_or_none()
    if handoff is None:  # the same key arrived twice at once, and the other one was first
        earlier = await _sent_before(tx, caller, key, request)
        if earlier is None:
            raise Refusal(RefusalCode.CHANGED_MEANWHILE, "input.idempotencyKey")
        return earlier
    await name_bases(tx, caller, handoff, case_key, given.bases)
    named = [section.category for section in given.sections]
    named += await pass_on(tx, handoff, passed_on, REFERENCES)
    if status is HandoffStatus.REQUESTED:
        await require_basis(tx, handoff, me, named, "input.bases")
        await tell_passed_on(tx, caller, handoff)
    await add_sections(tx, caller, handoff, case_key, bodies)
    kind = "SENT" if status is HandoffStatus.REQUESTED else "DRAFTED"
    await record(tx, caller, handoff, kind, None, None)
    return handoff


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
    letters = "".join(secrets.choice(_LETTERS) for _ in range(10))
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
    tx: AsyncSession, caller: Caller, key: str | None, request: str | None
) -> Handoff | None:
    """The handoff an earlier request with the same key made; a different request is refused."""
    if key is None:
        return None
    same_key = select(Handoff).where(
        Handoff.sender_id == caller.organisation_id, Handoff.idempotency_key == key
    )
    earlier = (await tx.scalars(same_key)).one_or_none()
    if earlier is not None:
        require(earlier.request_hash == request, RefusalCode.KEY_REUSED, "input.idempotencyKey")
    return earlier


async def _fingerprint(tx: AsyncSession, given: HandoffDraft, status: HandoffStatus) -> str:
    """What tells two requests apart without keeping what they said: nobody else can try it out."""
    whole = json.dumps([status, asdict(given)], sort_keys=True, default=str)
    key = await vault_of(tx).key_for(tx, "requests")
    return hmac.digest(key, whole.encode(), hashlib.sha256).hex()


async def covered_by(
    tx: AsyncSession, mou: MouNow, one: UUID, other: UUID, at: str = "input.mouId"
) -> None:
    """Refuse unless the agreement is in force between the two."""
    require(mou.in_force, RefusalCode.AGREEMENT_NOT_IN_FORCE, at)
    shared = await tx.scalar(select(func.access.shares_agreement(mou.id, one, other)))
    require(shared, RefusalCode.NOT_A_PARTY, at)


async def may_disclose(
    tx: AsyncSession,
    mou_id: UUID,
    author: UUID,
    reader: UUID,
    case: HandoffDraft | Handoff,
    categories: Sequence[DataCategory],
    at: str = f"{SECTIONS}.category",
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
                mou_id, author, reader, wanted.c.category,
                literal(case.purpose.value, Text()), literal(case.child_role.value, Text()),
            )
        )
        .order_by(wanted.c.at)
        .limit(1)
    )  # fmt: skip
    if uncovered is not None:
        raise Refusal(RefusalCode.NOT_COVERED, at.format(uncovered - 1))


async def add_sections(
    tx: AsyncSession,
    caller: Caller,
    handoff: Handoff,
    key: CaseKey,
    bodies: Sequence[tuple[DataCategory, str]],
) -> None:
    """Store sections: that they exist, what they say, sealed, and by what words they are found."""
    me = caller.organisation_id
    rows: list[dict[str, Any]] = [
        {"id": new_id(), "handoff_id": handoff.id, "author_id": me, "category": category}
        for category, _ in bodies
    ]
    if not rows:
        return
    await tx.execute(insert(HandoffSection).values(rows))
    said = []
    for row, (category, body) in zip(rows, bodies, strict=True):
        id = row["id"]
        sealed, sealed_key = key.seal_section(id, handoff.id, me, category, body)
        said.append({"section_id": id, "sealed": sealed, "sealed_key": sealed_key}
                    | {name: row[name] for name in row if name != "id"})  # fmt: skip
    await tx.execute(insert(HandoffSectionBody).values(said))
    await index_words(
        tx, handoff, [(row["id"], body) for row, (_, body) in zip(rows, bodies, strict=True)]
    )


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
