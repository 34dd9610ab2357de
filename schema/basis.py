"""Lawful bases (dasar pemrosesan, UU PDP article 20), and the withdrawal of consent."""

from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated, Any

import strawberry

from auth.scopes import Scope
from db import basis as rows
from db.enums import BasisKind, DataCategory, NoticeCause, Purpose, Relation
from db.handoff import Handoff as HandoffRow
from db.organisation import Organisation as OrganisationRow
from domain import basis as rules
from resolvers import basis as resolve
from schema.inputs import described
from schema.organisation import Organisation
from schema.refused import Refused
from schema.relay import Connection, Node, one
from schema.scopes import field, mutation, requires

if TYPE_CHECKING:
    from schema.handoff import Handoff

READ = Scope.HANDOFF_READ


@strawberry.type(
    directives=[requires(READ)],
    description=(
        "Who gave a consent (pemberi persetujuan): of a child, a parent or guardian (UU PDP"
        " article 25), unless that is the reported person."
    ),
)
class ConsentGiver:
    giver_relation: Relation = strawberry.field(
        name="relation", description="What they are to the child."
    )
    name = field(resolve.giver_name, scope=Scope.HANDOFF_IDENTITY)
    national_id = field(resolve.giver_national_id, scope=Scope.HANDOFF_IDENTITY)


@strawberry.type(
    directives=[requires(READ)],
    description=(
        "A lawful basis (dasar pemrosesan, UU PDP article 20): on what the organisation that named"
        " it discloses some categories, with the evidence. Whether it holds is asked at every read."
    ),
)
class LawfulBasis(Node):
    kind: BasisKind = strawberry.field(description="Which of the six.")
    categories: list[DataCategory] = strawberry.field(description="What rests on it.")
    withdrawn_categories: list[DataCategory] = strawberry.field(
        description="Those of them for which the consent was withdrawn (ditarik)."
    )
    purposes: list[Purpose] = strawberry.field(description="For which purposes (tujuan).")
    legal_source: str | None = strawberry.field(description="Law and article (dasar hukum).")
    giver: ConsentGiver | None = strawberry.field(description="Who consented; of a consent only.")
    given_at: datetime | None = strawberry.field(description="When the consent was given.")
    document_hash: str | None = strawberry.field(description="SHA-256 of the signed paper.")
    valid_until: date | None = strawberry.field(description="The last day on which it holds.")
    withdrawn_at: datetime | None = strawberry.field(description="When it was last withdrawn.")
    withdrawal_reason: str | None = strawberry.field(description="What was said about that.")
    created_at: datetime = strawberry.field(description="When it was named here.")
    state = field(resolve.state, scope=READ)
    rests_on = one(
        rows.LawfulBasis, "rests_on",
        Annotated["LawfulBasis", strawberry.lazy("schema.basis")] | None, scope=READ,
        description="The earlier basis it ends with; null when that is not shared with you.",
    )  # fmt: skip
    author = one(
        OrganisationRow, "author_id", Organisation | None, scope=READ,
        description="Who named it, and discloses on it.",
    )  # fmt: skip

    @classmethod
    def is_type_of(cls, obj: Any, info: Any) -> bool:
        return isinstance(obj, rows.LawfulBasis)


@strawberry.type(
    directives=[requires(READ)],
    description=(
        "That an organisation was told to stop (menghentikan pemrosesan, UU PDP article 40),"
        " because a consent was withdrawn or does not count any more; and when it said it had."
    ),
)
class WithdrawalNotice(Node):
    cause: NoticeCause = strawberry.field(description="Why.")
    categories: list[DataCategory] = strawberry.field(description="What rested on it.")
    created_at: datetime = strawberry.field(description="When it was told.")
    acknowledged_at: datetime | None = strawberry.field(description="When it said it had stopped.")
    due_at: datetime | None = strawberry.field(
        description="Until when: the rule WITHDRAWAL_ACKNOWLEDGEMENT of the vocabulary"
        " STATUTORY_CLOCK, by the day on which it was told."
    )
    overdue: bool = strawberry.field(description="Whether it is late (terlambat).")
    receiver = one(
        OrganisationRow, "receiver_id", Organisation | None, scope=READ,
        description="Who was told.",
    )  # fmt: skip
    handoff = one(
        HandoffRow, "handoff_id",
        Annotated["Handoff", strawberry.lazy("schema.handoff")] | None, scope=READ,
        description="In which handoff it closed.",
    )  # fmt: skip
    basis = one(
        rows.LawfulBasis, "basis_id", LawfulBasis | None, scope=READ,
        description="Which basis fell; null when it is of an earlier hop, not shared with you.",
    )  # fmt: skip

    @classmethod
    def is_type_of(cls, obj: Any, info: Any) -> bool:
        return isinstance(obj, rows.WithdrawalNotice)


described(
    rules.GiverDraft,
    "ConsentGiverInput",
    {
        "relation": "What they are to the child. Somebody who is the reported person gives none.",
        "name": "Kept sealed. Up to 200 characters. Needed but of the child, its father or its"
        " mother.",
        "national_id": "Nomor Induk Kependudukan (NIK), beside the name. Kept sealed. Up to 200"
        " characters.",
    },
)
described(
    rules.BasisDraft,
    "LawfulBasisInput",
    {
        "kind": "Which of the six.",
        "categories": "Which categories of data rest on it.",
        "purposes": "For which purposes; the handoff's when left out.",
        "legal_source": "Law and article; required unless it is a consent. Up to 200 characters.",
        "giver": "Who gave the consent; required for one.",
        "given_at": "When the consent was given; required for one. Not in the future.",
        "document_hash": "SHA-256 of the signed paper, 64 hexadecimal digits.",
        "valid_until": "The last day on which it holds, if it ends.",
        "rests_on_id": "An earlier basis that this one rests on, and ends with: of the same case,"
        " or your own of another one, with its giver named again.",
    },
)
LawfulBasisResult = Annotated[LawfulBasis | Refused, strawberry.union("LawfulBasisResult")]
WithdrawalNoticeResult = Annotated[
    WithdrawalNotice | Refused, strawberry.union("WithdrawalNoticeResult")
]


@strawberry.type
class BasisQuery:
    withdrawal_notices = field(
        resolve.notices, scope=READ, returns=Connection[WithdrawalNotice] | None
    )


@strawberry.type
class BasisMutation:
    add_lawful_basis = mutation(
        resolve.add, scope=Scope.HANDOFF_WRITE, returns=LawfulBasisResult | None
    )
    withdraw_consent = mutation(
        resolve.withdraw, scope=Scope.HANDOFF_WRITE, returns=LawfulBasisResult | None
    )
    acknowledge_withdrawal = mutation(
        resolve.acknowledge, scope=Scope.HANDOFF_WRITE, returns=WithdrawalNoticeResult | None
    )
