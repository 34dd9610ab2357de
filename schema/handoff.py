"""Handoffs (serah terima): a child's case passes from one organisation to another."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

import strawberry

from auth.scopes import Scope
from db import handoff as rows
from db.basis import LawfulBasis as BasisRow
from db.basis import WithdrawalNotice as NoticeRow
from db.case import CaseSuspect
from db.case import LegalHold as LegalHoldRow
from db.clock import ClockNow
from db.data_request import DataRequest as DataRequestRow
from db.emergency import EmergencyAccess
from db.enums import (
    ChildRole,
    DataCategory,
    Destruction,
    HandoffKind,
    HandoffStatus,
    Purpose,
    Urgency,
    WithheldCode,
)
from db.handoff import ChildAgeBand
from db.inquiry import Inquiry as InquiryRow
from db.mou import MouNow
from db.organisation import Organisation as OrganisationRow
from db.receipt import Receipt as ReceiptRow
from domain import handoff as rules
from domain import handoff_list
from domain.clock import SOONEST_FIRST
from domain.consent import NEWEST_FIRST as NEWEST_NOTICE_FIRST
from domain.consent import OLDEST_FIRST as OLDEST_BASIS_FIRST
from domain.data_request import NEWEST_FIRST as NEWEST_REQUEST_FIRST
from domain.emergency import NEWEST_FIRST as LATEST_FIRST
from domain.hold import OLDEST_FIRST
from domain.mou_paper import IN_ORDER
from domain.term import ORDER as BY_ID
from resolvers import disclosure as why
from resolvers import handoff as resolve
from resolvers import section as resolve_section
from resolvers.relations import to_many
from schema.basis import LawfulBasis, WithdrawalNotice
from schema.data_request import DataRequest
from schema.disclosure import Disclosure
from schema.hold import LegalHold
from schema.inputs import described
from schema.inquiry import Inquiry
from schema.mou import Mou
from schema.organisation import Organisation
from schema.receipt import Receipt
from schema.refused import Refused
from schema.relay import Connection, Node, first, many, one
from schema.scopes import field, mutation, requires
from schema.suspect import Suspect
from schema.vocabulary import vocabulary

if TYPE_CHECKING:
    from schema.clock import Clock
    from schema.emergency import Emergency

READ = Scope.HANDOFF_READ


vocabulary(
    ChildAgeBand,
    {
        "AGE_0_5": "0-5 tahun.",
        "AGE_6_9": "6-9 tahun.",
        "AGE_10_12": "10-12 tahun.",
        "AGE_13_15": "13-15 tahun.",
        "AGE_16_17": "16-17 tahun.",
    },
)


@strawberry.type(
    directives=[requires(READ)], description="The content of a section, as its author wrote it."
)
class Disclosed:
    body = field(resolve_section.body, scope=READ)

    @classmethod
    def is_type_of(cls, obj: Any, info: Any) -> bool:
        return isinstance(obj, resolve_section.Opened)


@strawberry.type(
    directives=[requires(READ)],
    description="Content that is not shown to you; it never left the database.",
)
class Withheld:
    withheld: WithheldCode = strawberry.field(name="code", description="Why, for programs.")
    message = field(resolve_section.message, scope=READ)

    @classmethod
    def is_type_of(cls, obj: Any, info: Any) -> bool:
        return isinstance(obj, resolve_section.Hidden)


SectionContent = Annotated[
    Disclosed | Withheld,
    strawberry.union("SectionContent", description="What a section says, or why it is withheld."),
]


@strawberry.type(
    directives=[requires(READ)],
    description="A section (bagian) of a handoff: one category of data, disclosed by itself.",
)
class Section(Node):
    category: DataCategory = strawberry.field(description="Kategori data.")
    created_at: datetime = strawberry.field(description="When it was added.")
    author = one(
        OrganisationRow, "author_id", Organisation | None, scope=READ, description="Who wrote it."
    )
    passed_on: bool = strawberry.field(
        description="Whether it was passed on (diteruskan), by whoever sent this handoff."
    )
    passed_on_from = one(
        rows.SectionNow, "source_id",
        Annotated["Section", strawberry.lazy("schema.handoff")] | None, scope=READ,
        description="The section as it was received; null when you did not receive it.",
    )  # fmt: skip
    content = field(resolve_section.content, scope=READ, returns=SectionContent)
    disclosure = field(why.of_section, scope=READ, returns=Disclosure)
    corrected_at: datetime | None = strawberry.field(description="When it was last put right.")
    destroyed_at: datetime | None = strawberry.field(description="When its content was destroyed.")
    destruction: Destruction | None = strawberry.field(description="Why it was destroyed.")

    @classmethod
    def is_type_of(cls, obj: Any, info: Any) -> bool:
        return isinstance(obj, rows.SectionNow)


@strawberry.type(directives=[requires(READ)], description="A step in the life of a handoff.")
class HandoffEvent:
    kind: str = strawberry.field(
        description="DRAFTED, SENT, RECEIVED, ACCEPTED, REJECTED, INFO_REQUESTED, INFO_PROVIDED,"
        " STARTED, SECTION_ADDED, COMPLETED, FAILED, CANCELLED, CANCELLATION_REQUESTED,"
        " CANCELLATION_DECLINED, BASIS_NAMED, CONSENT_WITHDRAWN, WITHDRAWAL_ACKNOWLEDGED,"
        " GUARDIAN_CONFLICT, GUARDIAN_CONFLICT_LIFTED, POLICE_TOLD, PASSED_ON, EMERGENCY_OPENED,"
        " EMERGENCY_CLOSED, EMERGENCY_REVIEWED, DATA_REQUESTED, DATA_REQUEST_ANSWERED,"
        " RESTRICTION_LIFTED, SECTION_CORRECTED, CONTENT_DESTROYED, HOLD_PLACED, HOLD_LIFTED or"
        " REVOKED."
    )
    from_status: HandoffStatus | None = strawberry.field(description="State before.")
    to_status: HandoffStatus = strawberry.field(description="State after.")
    note: str | None = strawberry.field(description="The reason or note given.")
    created_at: datetime = strawberry.field(description="When.")
    actor = one(
        OrganisationRow, "actor_id", Organisation | None, scope=READ, description="Who did it."
    )


@strawberry.type(
    directives=[requires(READ)],
    description=(
        "A handoff (serah terima). Its header is seen by both sides and tells nothing of who the"
        " child is (UU SPPA 19); that stands in sections, which the agreement opens one by one."
    ),
)
class Handoff(Node):
    number: str = strawberry.field(
        description="A number to read out: RJK (rujukan), PLP (pelimpahan), KON (konsultasi)."
    )
    kind: HandoffKind = strawberry.field(description="Jenis.")
    status: HandoffStatus = strawberry.field(description="Keadaan.")
    purpose: Purpose = strawberry.field(description="Why data are shared; a clause must name it.")
    urgency: Urgency = strawberry.field(description="Tingkat kedaruratan.")
    child_role: ChildRole = strawberry.field(description="The child's role in the case.")
    child_age_band: ChildAgeBand | None = strawberry.field(
        description="Age of the child, if the sender told it: for statistics."
    )
    case_categories: list[str] = strawberry.field(
        description="Codes from the vocabulary CASE_CATEGORY (UU TPKS article 4)."
    )
    services: list[str] = strawberry.field(
        description="Requested services: codes from the vocabulary SERVICE (Perpres 55/2024)."
    )
    case_reference: str | None = strawberry.field(description="The sender's own file number.")
    victim_reported_at: datetime | None = strawberry.field(
        description="When the child, or somebody for it, reported what happened."
    )
    police_reported_at: datetime | None = strawberry.field(
        description="When the police were told (UU TPKS article 41)."
    )
    police_report_number: str | None = strawberry.field(description="Nomor laporan polisi.")
    created_at: datetime = strawberry.field(description="When it was drafted.")
    updated_at: datetime = strawberry.field(description="When its state last changed.")
    requested_at: datetime | None = strawberry.field(description="When it was sent.")
    due_at: datetime | None = strawberry.field(
        description="When an answer is due; null once there is one."
    )
    overdue: bool = strawberry.field(description="Whether the answer is late (terlambat).")
    accepted_at: datetime | None = strawberry.field(description="When it was accepted.")
    ended_at: datetime | None = strawberry.field(description="When it came to its end.")
    cancellation_requested_at: datetime | None = strawberry.field(
        description="Since when the sender asks for cancellation."
    )
    sender = one(
        OrganisationRow, "sender_id", Organisation | None, scope=READ, description="Pengirim."
    )
    receiver = one(
        OrganisationRow, "receiver_id", Organisation | None, scope=READ, description="Penerima."
    )
    mou = one(
        MouNow, "mou_id", Mou | None, scope=Scope.MOU_READ,
        description="The agreement it rests on.",
    )  # fmt: skip
    inquiry = one(
        InquiryRow, "inquiry_id", Inquiry | None, scope=READ,
        description="The inquiry it answers, if any.",
    )  # fmt: skip
    sections = many(
        rows.SectionNow.handoff_id, BY_ID, Connection[Section], scope=READ,
        description="What is handed over, section by section.",
    )  # fmt: skip
    bases = many(
        BasisRow.handoff_id, OLDEST_BASIS_FIRST, Connection[LawfulBasis], scope=READ,
        description="Dasar pemrosesan: on what either side discloses, oldest first.",
    )  # fmt: skip
    suspects = field(
        to_many(CaseSuspect.case_id, OLDEST_BASIS_FIRST, parent="case_id"), scope=READ,
        returns=Connection[Suspect],
        description="Terlapor: whom your own organisation named in this case, oldest first.",
    )  # fmt: skip
    withdrawal_notices = many(
        NoticeRow.handoff_id, NEWEST_NOTICE_FIRST, Connection[WithdrawalNotice], scope=READ,
        description="Who was told to stop because a consent fell, newest first.",
    )  # fmt: skip
    receipt = first(
        ReceiptRow.handoff_id, Receipt | None, scope=READ,
        description="Berita acara serah terima, once it was accepted.",
    )  # fmt: skip
    onward_of = one(
        rows.Handoff, "onward_of_id",
        Annotated["Handoff", strawberry.lazy("schema.handoff")] | None, scope=READ,
        description="The handoff it goes on from; null when it is not shared with you.",
    )  # fmt: skip
    emergencies = many(
        EmergencyAccess.handoff_id, LATEST_FIRST,
        Connection[Annotated["Emergency", strawberry.lazy("schema.emergency")]], scope=READ,
        description="What was opened in an emergency (akses darurat), newest first.",
    )  # fmt: skip
    clocks = many(
        ClockNow.handoff_id, SOONEST_FIRST,
        Connection[Annotated["Clock", strawberry.lazy("schema.clock")]], scope=READ,
        description="What is due in it (tenggat), soonest first, done or not.",
    )  # fmt: skip
    holds = field(
        to_many(LegalHoldRow.case_id, OLDEST_FIRST, parent="case_id"), scope=READ,
        returns=Connection[LegalHold],
        description="Legal holds on the whole case (penundaan pemusnahan), lifted or not.",
    )  # fmt: skip
    data_requests = many(
        DataRequestRow.handoff_id, NEWEST_REQUEST_FIRST, Connection[DataRequest], scope=READ,
        description="Permintaan subjek data: what was asked in the child's name.",
    )  # fmt: skip
    events = many(
        rows.HandoffEvent.handoff_id, IN_ORDER, Connection[HandoffEvent], scope=READ,
        description="The timeline, oldest first; `last: 4` gives the latest four.",
    )  # fmt: skip

    @classmethod
    def is_type_of(cls, obj: Any, info: Any) -> bool:
        return isinstance(obj, rows.Handoff)


@strawberry.type(directives=[requires(READ)], description="How many handoffs are in one state.")
class HandoffCount:
    status: HandoffStatus = strawberry.field(description="The state.")
    count: int = strawberry.field(description="How many.")
    overdue: int = strawberry.field(description="How many of them wait too long for an answer.")


described(
    rules.SectionDraft,
    "SectionInput",
    {
        "category": "Which category of data it is; a clause in force must cover it.",
        "body": "Plain text, 1 to 20,000 characters.",
    },
)
described(
    rules.HandoffDraft,
    "HandoffInput",
    {
        "kind": "Rujukan, pelimpahan or konsultasi.",
        "receiver_id": "Penerima: a party to the agreement, or covered by one.",
        "mou_id": "The agreement it rests on.",
        "purpose": "Tujuan; a clause must name it.",
        "urgency": "Tingkat kedaruratan; it sets when an answer is due.",
        "child_role": "The child's role in the case.",
        "child_age_band": "Age of the child, for statistics that identify nobody. It stands outside"
        " the sections, so both sides see it.",
        "case_categories": "Codes from the vocabulary CASE_CATEGORY, up to 50.",
        "services": "Codes from the vocabulary SERVICE, up to 50.",
        "sections": "What is handed over: up to 40 sections; to send, at least one.",
        "bases": "On what it rests (dasar pemrosesan, UU PDP article 20): up to 20. One must"
        " hold for each category that is sent.",
        "victim_reported_at": "When the child, or somebody for it, reported what happened: the"
        " report to police is due 3x24 h later (UU TPKS article 41).",
        "case_reference": "Your own file number, up to 200 characters. No names.",
        "inquiry_id": "The inquiry it answers.",
        "onward_of_id": "The handoff it goes on from (meneruskan): one you accepted. Both are of"
        " one case.",
        "pass_on": "Sections of that handoff to be passed on, not copied: where the clause under"
        " which you received them allows it, and for as long as every hop does.",
        "idempotency_key": "Up to 200 characters; the same key sends once, however often retried.",
    },
)
described(
    handoff_list.HandoffFilter,
    "HandoffFilter",
    {
        "statuses": "Any of these.",
        "kinds": "Any of these.",
        "urgencies": "Any of these.",
        "overdue": "Whether the answer is late.",
        "counterpart": "The organisation on the other side.",
        "mou_id": "Resting on this agreement.",
        "since": "Sent (or drafted) on this day or later, in Jakarta time.",
        "until": "Sent (or drafted) on this day or earlier, in Jakarta time.",
        "changed_since": "Whose state or sections changed then or later (`updatedAt`).",
        "search": "Words that all stand in one section you may read now, in any form of Indonesian,"
        " wherever in it (content is sealed: a quotation is looked for word by word); `or` between"
        " words, `-` before one that shall not be there. Or the number or case reference."
        " 1 to 200 characters.",
    },
)
HandoffResult = Annotated[Handoff | Refused, strawberry.union("HandoffResult")]


@strawberry.type
class HandoffQuery:
    handoff = field(resolve.one, scope=READ, returns=Handoff | None)
    handoffs = field(resolve.listed, scope=READ, returns=Connection[Handoff] | None)
    handoff_counts = field(resolve.counts, scope=READ, returns=list[HandoffCount] | None)


def _mutation(resolver: Any) -> Any:
    return mutation(resolver, scope=Scope.HANDOFF_WRITE, returns=HandoffResult | None)


@strawberry.type
class HandoffMutation:
    draft_handoff = _mutation(resolve.draft)
    send_handoff = _mutation(resolve.send)
    send_drafted_handoff = _mutation(resolve.send_draft)
    receive_handoff = _mutation(resolve.receive)
    accept_handoff = _mutation(resolve.accept)
    reject_handoff = _mutation(resolve.reject)
    request_handoff_info = _mutation(resolve.request_info)
    provide_handoff_info = _mutation(resolve.provide_info)
    start_handoff = _mutation(resolve.start)
    complete_handoff = _mutation(resolve.complete)
    fail_handoff = _mutation(resolve.fail)
    cancel_handoff = _mutation(resolve.cancel)
    request_handoff_cancellation = _mutation(resolve.request_cancellation)
    answer_handoff_cancellation = _mutation(resolve.answer_cancellation)
    revoke_handoff = _mutation(resolve.revoke)
    add_handoff_section = _mutation(resolve.add_section)
    remove_handoff_section = _mutation(resolve.remove_section)
