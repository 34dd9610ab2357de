"""Policy inputs (masukan kebijakan) on regulations, mostly drafts."""

from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated, Any

import strawberry

from auth.scopes import Scope
from db import policy_input as rows
from db.activity import ActivityNow
from db.finding import Finding as FindingRow
from db.organisation import Organisation as OrganisationRow
from db.policy_input import PolicyOutcome
from db.regulation import Regulation as RegulationRow
from domain.policy_content import BY_NUMBER
from domain.policy_input import LATEST_VERSION
from domain.term import ORDER as BY_ID
from resolvers import policy_input as resolve
from schema import policy_words  # noqa: F401  (registers the inputs)
from schema.finding import Finding
from schema.organisation import Organisation
from schema.reference import Reference
from schema.refused import Refused
from schema.regulation import Regulation
from schema.relay import Connection, Node, many, one
from schema.scopes import field, mutation, requires
from schema.statistics import StatisticsTable

if TYPE_CHECKING:
    from schema.activity import JointActivity

READ, WRITE = Scope.ACTIVITY_READ, Scope.ACTIVITY_WRITE


def _organisation(key: str, description: str) -> Any:
    return one(OrganisationRow, key, Organisation | None, scope=READ, description=description)


@strawberry.type(
    directives=[requires(READ)], description="What became of an item in the text as adopted."
)
class ItemOutcome:
    outcome: PolicyOutcome = strawberry.field(description="Hasil.")
    adopted_wording: str | None = strawberry.field(description="The wording as adopted.")
    note: str | None = strawberry.field(description="What was said with it.")
    created_at: datetime = strawberry.field(description="When it was recorded.")


@strawberry.type(
    directives=[requires(READ)],
    description="What is wrong with one article for a victim, and the wording proposed.",
)
class PolicyItem(Node):
    number: int = strawberry.field(description="Its place, from 1.")
    article: str = strawberry.field(description="Pasal, ayat.")
    problem: str = strawberry.field(description="Masalah dari perspektif korban.")
    draft_wording: str | None = strawberry.field(description="Rumusan dalam rancangan.")
    proposed_wording: str = strawberry.field(description="Rumusan yang diusulkan.")
    reasoning: str = strawberry.field(description="Alasan.")
    outcome = field(resolve.outcome, scope=READ, returns=ItemOutcome | None)
    outcomes = many(
        rows.ItemOutcome.item_id, BY_ID, Connection[ItemOutcome], scope=READ,
        description="All that was recorded of what became of it, in order.",
    )  # fmt: skip

    @classmethod
    def is_type_of(cls, obj: Any, info: Any) -> bool:
        return isinstance(obj, rows.PolicyItem)


@strawberry.type(directives=[requires(READ)], description="What a policy input rests on.")
class PolicyEvidence:
    number: int = strawberry.field(description="Its place, from 1.")
    statement: str = strawberry.field(description="What it shows, in the author's words.")
    sources: list[Reference] = strawberry.field(description="Where it can be read.")
    finding = one(
        FindingRow, "finding_id", Finding | None, scope=Scope.OVERSIGHT_READ,
        description="The finding cited, if you may see that one.",
    )  # fmt: skip
    figures = field(resolve.figures, scope=Scope.STATISTICS_READ, returns=StatisticsTable | None)


@strawberry.type(directives=[requires(READ)], description="A remark on a version.")
class PolicyComment:
    body: str = strawberry.field(description="Catatan.")
    created_at: datetime = strawberry.field(description="When.")
    author = _organisation("organisation_id", "Who.")


@strawberry.type(directives=[requires(READ)], description="A co-signer's signature.")
class PolicySignature:
    signatory_name: str = strawberry.field(description="Penanda tangan.")
    signatory_office: str = strawberry.field(description="Jabatan.")
    content_hash: str = strawberry.field(description="What was signed.")
    created_at: datetime = strawberry.field(description="When.")
    organisation = _organisation("organisation_id", "For whom.")


@strawberry.type(
    directives=[requires(READ)],
    description="The text of a policy input at one time; closed, it has a hash and stays.",
)
class PolicyVersion(Node):
    number: int = strawberry.field(description="From 1.")
    title: str = strawberry.field(description="Judul.")
    summary: str = strawberry.field(description="Ringkasan.")
    content_hash: str | None = strawberry.field(description="SHA-256 of `canonicalContent`.")
    closed_at: datetime | None = strawberry.field(description="When it was closed for signing.")
    canonical_content = field(resolve.canonical_content, scope=READ)
    items = many(
        rows.PolicyItem.version_id, BY_NUMBER, Connection[PolicyItem], scope=READ,
        description="Article by article.",
    )  # fmt: skip
    evidence = many(
        rows.PolicyEvidence.version_id, BY_NUMBER, Connection[PolicyEvidence], scope=READ,
        description="What it rests on.",
    )  # fmt: skip
    comments = many(
        rows.PolicyComment.version_id, BY_ID, Connection[PolicyComment], scope=READ,
        description="Remarks, for lead and co-signers.",
    )  # fmt: skip
    signatures = many(
        rows.PolicySignature.version_id, BY_ID, Connection[PolicySignature], scope=READ,
        description="Who signed it beside the lead.",
    )  # fmt: skip

    @classmethod
    def is_type_of(cls, obj: Any, info: Any) -> bool:
        return isinstance(obj, rows.PolicyVersion)


@strawberry.type(directives=[requires(READ)], description="An organisation asked to sign as well.")
class PolicyCosigner:
    created_at: datetime = strawberry.field(description="When it was asked.")
    organisation = _organisation("organisation_id", "Who.")


@strawberry.type(directives=[requires(READ)], description="To whom a version went.")
class PolicySubmission:
    submitted_on: date = strawberry.field(description="Tanggal penyampaian.")
    letter_number: str = strawberry.field(description="Nomor surat.")
    recipient_name: str | None = strawberry.field(
        description="To whom, if not in the directory: `Pansus DPRD ...`."
    )
    documents: list[Reference] = strawberry.field(description="What was sent.")
    recipient = _organisation("recipient_id", "To whom, of the directory.")
    version = one(
        rows.PolicyVersion, "version_id", PolicyVersion | None, scope=READ,
        description="What was submitted.",
    )  # fmt: skip


@strawberry.type(directives=[requires(READ)], description="What was answered.")
class PolicyAnswer:
    answered_on: date = strawberry.field(description="Tanggal jawaban.")
    body: str = strawberry.field(description="Jawaban.")
    documents: list[Reference] = strawberry.field(description="Where it can be read.")
    recorded_by = _organisation("organisation_id", "The recipient itself, or the lead.")


@strawberry.type(
    directives=[requires(READ)], description="How many items of the submitted version came to what."
)
class PolicyOutcomes:
    adopted: int = strawberry.field(description="Diterima.")
    partly: int = strawberry.field(description="Diterima sebagian.")
    rejected: int = strawberry.field(description="Ditolak.")
    pending: int = strawberry.field(description="Belum diketahui.")


@strawberry.type(
    directives=[requires(READ)],
    description="A policy input (masukan kebijakan) by a lead and those who sign with it.",
)
class PolicyInput(Node):
    published_at: datetime | None = strawberry.field(description="Since when everyone reads it.")
    created_at: datetime = strawberry.field(description="When it was begun.")
    regulation = one(
        RegulationRow, "regulation_id", Regulation | None, scope=READ, description="On what."
    )
    activity = one(
        ActivityNow, "activity_id",
        Annotated["JointActivity", strawberry.lazy("schema.activity")] | None, scope=READ,
        description="The joint activity it belongs to, if you may see that one.",
    )  # fmt: skip
    lead = _organisation("organisation_id", "Who leads it.")
    cosigners = many(
        rows.PolicyCosigner.input_id, BY_ID, Connection[PolicyCosigner], scope=READ,
        description="Who was asked to sign, for lead and co-signers.",
    )  # fmt: skip
    versions = many(
        rows.PolicyVersion.input_id, LATEST_VERSION, Connection[PolicyVersion], scope=READ,
        description="Its versions that you may see, newest first.",
    )  # fmt: skip
    submission = field(resolve.submission, scope=READ, returns=PolicySubmission | None)
    answers = many(
        rows.PolicyAnswer.input_id, BY_ID, Connection[PolicyAnswer], scope=READ,
        description="What was answered.",
    )  # fmt: skip
    outcomes = field(resolve.outcome_counts, scope=READ, returns=PolicyOutcomes | None)

    @classmethod
    def is_type_of(cls, obj: Any, info: Any) -> bool:
        return isinstance(obj, rows.PolicyInput)


PolicyInputResult = Annotated[PolicyInput | Refused, strawberry.union("PolicyInputResult")]


@strawberry.type
class PolicyInputQuery:
    policy_input = field(resolve.one, scope=READ, returns=PolicyInput | None)
    policy_inputs = field(resolve.listed, scope=READ, returns=Connection[PolicyInput] | None)


def _mutation(resolver: Any) -> Any:
    return mutation(resolver, scope=WRITE, returns=PolicyInputResult | None)


@strawberry.type
class PolicyInputMutation:
    draft_policy_input = _mutation(resolve.draft)
    redraft_policy_input = _mutation(resolve.redraft)
    invite_policy_cosigners = _mutation(resolve.invite)
    remove_policy_cosigner = _mutation(resolve.remove)
    comment_on_policy_input = _mutation(resolve.comment)
    close_policy_input = _mutation(resolve.close)
    revise_policy_input = _mutation(resolve.revise)
    sign_policy_input = _mutation(resolve.sign)
    submit_policy_input = _mutation(resolve.submit)
    answer_policy_input = _mutation(resolve.answer)
    record_policy_outcomes = _mutation(resolve.record)
    publish_policy_input = _mutation(resolve.publish)
