"""Inquiries: what a partner asks before a handoff."""

from datetime import datetime
from typing import Annotated, Any

import strawberry

from auth.scopes import Scope
from db.enums import ChildRole, HandoffKind, InquiryKind, InquiryStatus, Purpose, Urgency
from db.inquiry import Inquiry as InquiryRow
from db.mou import MouNow
from db.organisation import Organisation as OrganisationRow
from domain import inquiry as rules
from resolvers import inquiry as resolve
from schema.inputs import described
from schema.mou import Mou
from schema.organisation import Organisation
from schema.refused import Refused
from schema.relay import Connection, Node, one
from schema.scopes import field, mutation, requires

READ = Scope.HANDOFF_READ


@strawberry.type(
    directives=[requires(READ)],
    description="A request for a handoff, or the question whether there is room. Names no child.",
)
class Inquiry(Node):
    kind: InquiryKind = strawberry.field(description="What is asked.")
    status: InquiryStatus = strawberry.field(description="Whether it was answered.")
    handoff_kind: HandoffKind = strawberry.field(description="Which kind of handoff is meant.")
    purpose: Purpose = strawberry.field(description="Tujuan.")
    urgency: Urgency = strawberry.field(description="Tingkat kedaruratan.")
    child_role: ChildRole = strawberry.field(description="The child's role in the case.")
    services: list[str] = strawberry.field(description="Codes from the vocabulary SERVICE.")
    question: str = strawberry.field(description="The question.")
    answer: str | None = strawberry.field(description="The answer.")
    answered_at: datetime | None = strawberry.field(description="When it was settled.")
    created_at: datetime = strawberry.field(description="When it was asked.")
    asker = one(
        OrganisationRow, "asker_id", Organisation | None, scope=READ, description="Who asks."
    )
    asked = one(
        OrganisationRow, "asked_id", Organisation | None, scope=READ, description="Who is asked."
    )
    mou = one(
        MouNow, "mou_id", Mou | None, scope=Scope.MOU_READ, description="Under which agreement."
    )

    @classmethod
    def is_type_of(cls, obj: Any, info: Any) -> bool:
        return isinstance(obj, InquiryRow)


described(
    rules.NewInquiry,
    "InquiryInput",
    {
        "kind": "Ask for a handoff, or whether there is room.",
        "asked_id": "Whom you ask.",
        "mou_id": "An agreement in force between you and them.",
        "handoff_kind": "Which kind of handoff is meant.",
        "purpose": "Tujuan.",
        "urgency": "Tingkat kedaruratan.",
        "child_role": "The child's role in the case.",
        "services": "Codes from the vocabulary SERVICE, up to 50.",
        "question": "1 to 4,000 characters. Write nothing that names a child.",
    },
)
InquiryResult = Annotated[Inquiry | Refused, strawberry.union("InquiryResult")]


@strawberry.type
class InquiryQuery:
    inquiry = field(resolve.one, scope=READ, returns=Inquiry | None)
    inquiries = field(resolve.listed, scope=READ, returns=Connection[Inquiry] | None)


@strawberry.type
class InquiryMutation:
    ask_partner = mutation(resolve.ask, scope=Scope.HANDOFF_WRITE, returns=InquiryResult | None)
    answer_inquiry = mutation(
        resolve.answer, scope=Scope.HANDOFF_WRITE, returns=InquiryResult | None
    )
    withdraw_inquiry = mutation(
        resolve.withdraw, scope=Scope.HANDOFF_WRITE, returns=InquiryResult | None
    )
