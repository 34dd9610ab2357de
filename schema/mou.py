"""Agreements (kerja sama): memoranda, cooperation agreements, work plans."""

from datetime import date, datetime
from typing import Annotated, Any

import strawberry

from auth.scopes import Scope
from db import mou as rows
from db.enums import ChildRole, DataCategory, Instrument, MouKind, MouStatus, Purpose, Stage
from db.evaluation import Evaluation as EvaluationRow
from db.organisation import Organisation as OrganisationRow
from db.receipt import Receipt as ReceiptRow
from domain import mou as rules
from domain import mou_content
from domain.mou_paper import BY_NUMBER, BY_ORDINAL, IN_ORDER, LATEST_VERSION
from resolvers import mou as resolve
from schema.inputs import described
from schema.organisation import Organisation
from schema.receipt import Receipt
from schema.refused import Refused
from schema.relay import Connection, Node, first, many, one
from schema.scopes import field, mutation, requires

READ = Scope.MOU_READ
Self = Annotated["Mou", strawberry.lazy("schema.mou")]


def _organisation(key: str, description: str) -> Any:
    return one(OrganisationRow, key, Organisation | None, scope=READ, description=description)


@strawberry.type(directives=[requires(READ)], description="A party (pihak) of one version.")
class MouParty:
    ordinal: int = strawberry.field(description="1 for pihak kesatu, 2 for pihak kedua, ...")
    covers_branches: bool = strawberry.field(
        description="Whether it signs for the organisations under it as well."
    )
    organisation = _organisation("organisation_id", "The organisation.")


@strawberry.type(
    directives=[requires(READ)],
    description=(
        "A data-sharing clause (pasal berbagi data): the only source of visibility between"
        " organisations, asked at the moment of reading."
    ),
)
class MouClause:
    number: int = strawberry.field(description="Its number in this version.")
    categories: list[DataCategory] = strawberry.field(description="What may be disclosed.")
    purposes: list[Purpose] = strawberry.field(description="For what (tujuan).")
    case_roles: list[ChildRole] = strawberry.field(description="About children in which role.")
    valid_from: date | None = strawberry.field(description="Null: as long as the version.")
    valid_until: date | None = strawberry.field(description="Null: as long as the version.")
    onward_sharing: bool = strawberry.field(description="Whether it may be passed on.")
    retention_days: int = strawberry.field(description="Days the receiver may keep it.")
    legal_basis: str = strawberry.field(description="Dasar hukum.")
    discloser = _organisation("discloser_id", "Who discloses.")
    recipient = _organisation("recipient_id", "Who may read.")


@strawberry.type(directives=[requires(READ)], description="A remark during review (tanggapan).")
class MouComment:
    body: str = strawberry.field(description="What was said.")
    created_at: datetime = strawberry.field(description="When.")
    organisation = _organisation("organisation_id", "By whom.")


@strawberry.type(directives=[requires(READ)], description="A party's approval of one content hash.")
class MouApproval:
    content_hash: str = strawberry.field(description="Of which content. An older one is void.")
    created_at: datetime = strawberry.field(description="When.")
    organisation = _organisation("organisation_id", "By whom.")


@strawberry.type(
    directives=[requires(READ)],
    description="A party's signature (tanda tangan), with its own paperwork.",
)
class MouSignature:
    document_number: str = strawberry.field(description="The party's own number (nomor naskah).")
    signatory_name: str = strawberry.field(description="Who signed.")
    signatory_office: str = strawberry.field(description="In which office (jabatan).")
    delegation_letter: str | None = strawberry.field(
        description="Letter of delegation, where the signatory is not the head."
    )
    content_hash: str = strawberry.field(description="What was signed.")
    created_at: datetime = strawberry.field(description="When.")
    organisation = _organisation("organisation_id", "For which party.")


@strawberry.type(directives=[requires(READ)], description="A step in the life of an agreement.")
class MouEvent:
    kind: str = strawberry.field(
        description="PROPOSED, REVISED, SUBMITTED, APPROVED, SIGNED, CONCLUDED, WITHDRAWN,"
        " SUSPENDED, RESUMED, AMENDMENT_PROPOSED, EXTENSION_PROPOSED or TERMINATED."
    )
    note: str | None = strawberry.field(description="The reason, where one is required.")
    created_at: datetime = strawberry.field(description="When.")
    actor = _organisation("actor_id", "Who did it.")


@strawberry.type(
    directives=[requires(READ)],
    description="The content of an agreement at one time. Signed versions never change.",
)
class MouVersion(Node):
    number: int = strawberry.field(description="1 for the original, then upward.")
    instrument: Instrument = strawberry.field(description="What kind of paper made it.")
    stage: Stage = strawberry.field(description="Where the paper is.")
    title: str = strawberry.field(description="Judul.")
    purpose: str = strawberry.field(description="Maksud dan tujuan.")
    scope: str = strawberry.field(description="Ruang lingkup.")
    valid_from: date = strawberry.field(description="First day of the term (jangka waktu).")
    valid_until: date = strawberry.field(description="Last day of the term.")
    takes_effect_on: date | None = strawberry.field(
        description="From when this version counts, as written; null: once all have signed."
    )
    in_force_from: date | None = strawberry.field(
        description="From when this version counts, as concluded."
    )
    notice_days: int = strawberry.field(description="Days of notice before termination.")
    obligations: str | None = strawberry.field(description="Hak dan kewajiban.")
    confidentiality: str | None = strawberry.field(description="Kerahasiaan.")
    evaluation: str | None = strawberry.field(description="Pemantauan dan evaluasi.")
    disputes: str | None = strawberry.field(description="Penyelesaian perselisihan.")
    extension: str | None = strawberry.field(description="Perpanjangan.")
    termination: str | None = strawberry.field(description="Pengakhiran.")
    emergency_excluded: list[DataCategory] = strawberry.field(
        description="Categories that no emergency (akses darurat) opens."
    )
    content_hash: str = strawberry.field(description="SHA-256 of `canonicalContent`.")
    submitted_at: datetime | None = strawberry.field(description="When review began.")
    signed_at: datetime | None = strawberry.field(description="When the last party signed.")
    created_at: datetime = strawberry.field(description="When it was drafted.")
    canonical_content = field(resolve.canonical_content, scope=READ)
    drafted_by = one(
        OrganisationRow, "drafted_by", Organisation | None, scope=READ, description="Who drafted."
    )
    parties = many(
        rows.MouParty.version_id, BY_ORDINAL, Connection[MouParty], scope=READ,
        description="The parties, in the order of the paper.",
    )  # fmt: skip
    clauses = many(
        rows.MouClause.version_id, BY_NUMBER, Connection[MouClause], scope=READ,
        description="The data-sharing clauses.",
    )  # fmt: skip
    comments = many(
        rows.MouComment.version_id, IN_ORDER, Connection[MouComment], scope=READ,
        description="What parties said, oldest first. For parties only.",
    )  # fmt: skip
    approvals = many(
        rows.MouApproval.version_id, IN_ORDER, Connection[MouApproval], scope=READ,
        description="Who approved what, oldest first. For parties only.",
    )  # fmt: skip
    signatures = many(
        rows.MouSignature.version_id, IN_ORDER, Connection[MouSignature], scope=READ,
        description="Who signed, oldest first.",
    )  # fmt: skip
    answers_evaluation = one(
        EvaluationRow, "evaluation_id",
        Annotated["Evaluation", strawberry.lazy("schema.evaluation")] | None,  # noqa: F821
        scope=Scope.RESULT_READ, description="The evaluation it answers.",
    )  # fmt: skip
    receipt = first(
        ReceiptRow.version_id, Receipt | None, scope=READ,
        description="Berita acara penandatanganan, once every party has signed.",
    )  # fmt: skip

    @classmethod
    def is_type_of(cls, obj: Any, info: Any) -> bool:
        return isinstance(obj, rows.MouVersion)


@strawberry.type(
    directives=[requires(READ)],
    description="An agreement (kerja sama) through all its versions, as it stands today.",
)
class Mou(Node):
    kind: MouKind = strawberry.field(description="Jenis.")
    status: MouStatus = strawberry.field(description="Today, by its signatures and dates.")
    in_force: bool = strawberry.field(
        description="Whether it is ACTIVE and so is every agreement it stands under."
    )
    suspended_at: datetime | None = strawberry.field(description="Since when it is suspended.")
    suspension_reason: str | None = strawberry.field(description="Why it is suspended.")
    terminated_on: date | None = strawberry.field(description="First day without it.")
    termination_reason: str | None = strawberry.field(description="Why it was ended.")
    created_at: datetime = strawberry.field(description="When it was first drafted.")
    proposer = _organisation("proposer_id", "Who proposed it.")
    parent = one(
        rows.MouNow, "parent_id", Self | None, scope=READ,
        description="The agreement it stands under, if you may see that one.",
    )  # fmt: skip
    version = one(
        rows.MouVersion, "version_id", MouVersion | None, scope=READ,
        description="The version that counts today; before any does, the newest you may see.",
    )  # fmt: skip
    versions = many(
        rows.MouVersion.mou_id, LATEST_VERSION, Connection[MouVersion], scope=READ,
        description="Every version you may see, newest first; the first may be an open draft.",
    )  # fmt: skip
    children = many(
        rows.MouNow.parent_id, rules.NEWEST_FIRST, Connection[Self], scope=READ,
        description="The agreements under it that you may see.",
    )  # fmt: skip
    events = many(
        rows.MouEvent.mou_id, IN_ORDER, Connection[MouEvent], scope=READ,
        description="What happened to it, oldest first. For parties only.",
    )  # fmt: skip

    @classmethod
    def is_type_of(cls, obj: Any, info: Any) -> bool:
        return isinstance(obj, rows.MouNow)


LINE, PARAGRAPH = "Up to 200 characters.", "Up to 4,000 characters."
described(
    mou_content.PartyDraft,
    "MouPartyInput",
    {
        "organisation_id": "The party.",
        "covers_branches": "Whether it signs for the organisations under it as well.",
    },
)
described(
    mou_content.ClauseDraft,
    "MouClauseInput",
    {
        "discloser_id": "The party that discloses.",
        "recipient_id": "The party that may read.",
        "categories": "What may be disclosed; at least one.",
        "purposes": "For what; at least one.",
        "case_roles": "About children in which role; at least one.",
        "legal_basis": "Dasar hukum, up to 4,000 characters.",
        "retention_days": "How long it may be kept: 1 to 36,500 days.",
        "onward_sharing": "Whether the recipient may pass it on.",
        "valid_from": "Not before the agreement's first day; null: that day.",
        "valid_until": "Not after the agreement's last day; null: that day.",
    },
)
described(
    mou_content.MouContent,
    "MouInput",
    {
        "title": f"Judul. {LINE}",
        "purpose": f"Maksud dan tujuan. {PARAGRAPH}",
        "scope": f"Ruang lingkup. {PARAGRAPH}",
        "valid_from": "First day of the term.",
        "valid_until": "Last day of the term.",
        "parties": "2 to 50, in the order of the paper. KPAI administrators may draft for others.",
        "clauses": "Up to 200. Without any, nothing can be handed over under it.",
        "takes_effect_on": "From when this version counts; null: once all have signed.",
        "notice_days": "Days of notice before termination: 0 to 365.",
        "obligations": f"Hak dan kewajiban. {PARAGRAPH}",
        "confidentiality": f"Kerahasiaan. {PARAGRAPH}",
        "evaluation": f"Pemantauan dan evaluasi. {PARAGRAPH}",
        "disputes": f"Penyelesaian perselisihan. {PARAGRAPH}",
        "extension": f"Perpanjangan. {PARAGRAPH}",
        "termination": f"Pengakhiran. {PARAGRAPH}",
        "emergency_excluded": "Categories that no emergency (akses darurat) opens under this"
        " agreement.",
    },
)
described(
    rules.Signature,
    "MouSignatureInput",
    {
        "content_hash": "`contentHash` of the version as the signatory read it.",
        "document_number": f"Your own number for this agreement (nomor naskah). {LINE}",
        "signatory_name": LINE,
        "signatory_office": f"Jabatan. {LINE}",
        "signatory_is_head": "Whether the signatory heads the organisation.",
        "delegation_letter": f"Number of the letter of delegation, required otherwise. {LINE}",
    },
)
described(
    rules.MouFilter,
    "MouFilter",
    {
        "statuses": "Any of these.",
        "kinds": "Any of these.",
        "party": "To which this organisation is a party.",
        "between_us_and": "In force between you and this organisation, each a party or covered.",
        "parent_id": "Under this agreement.",
        "title": "Part of the title.",
        "ends_within_days": "In force or suspended, and ending within so many days (90, 30, 7).",
        "evaluated": "Whether the version that counts has a concluded evaluation.",
    },
)

MouResult = Annotated[Mou | Refused, strawberry.union("MouResult")]


@strawberry.type
class MouQuery:
    mou = field(resolve.one, scope=READ, returns=Mou | None)
    mous = field(resolve.listed, scope=READ, returns=Connection[Mou] | None)


def _mutation(resolver: Any, scope: Scope = Scope.MOU_WRITE) -> Any:
    return mutation(resolver, scope=scope, returns=MouResult | None)


@strawberry.type
class MouMutation:
    propose_mou = _mutation(resolve.propose)
    revise_mou = _mutation(resolve.revise)
    submit_mou = _mutation(resolve.submit)
    withdraw_mou = _mutation(resolve.withdraw)
    comment_on_mou = _mutation(resolve.comment)
    approve_mou = _mutation(resolve.approve)
    sign_mou = _mutation(resolve.sign, Scope.MOU_SIGN)
    amend_mou = _mutation(resolve.amend)
    extend_mou = _mutation(resolve.extend)
    suspend_mou = _mutation(resolve.suspend)
    resume_mou = _mutation(resolve.resume)
    terminate_mou = _mutation(resolve.terminate)
