"""Requests in a child's name (permintaan subjek data): UU PDP articles 30, 41 and 43."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

import strawberry

from auth.scopes import Scope
from db.data_request import DataRequest as DataRequestRow
from db.enums import DataCategory, DataRequestKind, DataRequestStatus, Relation
from db.handoff import Handoff as HandoffRow
from db.organisation import Organisation as OrganisationRow
from domain import data_request as rules
from resolvers import data_request as resolve
from schema.inputs import described
from schema.organisation import Organisation
from schema.refused import Refused
from schema.relay import Connection, Node, one
from schema.scopes import field, mutation, requires

if TYPE_CHECKING:
    from schema.handoff import Handoff

READ = Scope.HANDOFF_READ
Concerned = Annotated["Handoff", strawberry.lazy("schema.handoff")]


@strawberry.type(
    directives=[requires(READ)],
    description=(
        "What was asked in a child's name about categories of one handoff: rectification"
        " (pembetulan), restriction (pembatasan) or erasure (penghapusan). Both sides see it."
    ),
)
class DataRequest(Node):
    kind: DataRequestKind = strawberry.field(description="What is asked.")
    status: DataRequestStatus = strawberry.field(description="Whether it was answered, and how.")
    categories: list[DataCategory] = strawberry.field(description="Kategori data.")
    requester_relation: Relation = strawberry.field(
        description="What whoever asks is to the child (hubungan pemohon dengan anak)."
    )
    created_at: datetime = strawberry.field(description="When it was written down.")
    due_at: datetime = strawberry.field(
        description="When an answer is due: 3x24 hours, by the rule of that day."
    )
    overdue: bool = strawberry.field(description="Whether the answer is late (terlambat).")
    answered_at: datetime | None = strawberry.field(description="When it was answered.")
    answer: str | None = strawberry.field(description="The answer; a refusal has its reason here.")
    lifted_at: datetime | None = strawberry.field(description="When the restriction was lifted.")
    lift_reason: str | None = strawberry.field(description="Why it was lifted.")
    details = field(resolve.details, scope=Scope.HANDOFF_IDENTITY)
    handoff = one(
        HandoffRow, "handoff_id", Concerned | None, scope=READ, description="The handoff concerned."
    )
    opened_by = one(
        OrganisationRow, "opened_by", Organisation | None, scope=READ,
        description="Before whom it was asked.",
    )  # fmt: skip
    controller = one(
        OrganisationRow, "controller_id", Organisation | None, scope=READ,
        description="Pengendali: who gave these categories, and must answer.",
    )  # fmt: skip

    @classmethod
    def is_type_of(cls, obj: Any, info: Any) -> bool:
        return isinstance(obj, DataRequestRow)


described(
    rules.NewDataRequest,
    "DataRequestInput",
    {
        "handoff_id": "The handoff concerned; not a draft.",
        "kind": "What is asked.",
        "categories": "Which categories of it, each once.",
        "requester_relation": "What whoever asks is to the child.",
        "details": "What is wrong or wanted, and who asks: 1 to 4,000 characters. Stored sealed.",
        "controller_id": "Who shall answer, where both sides gave these categories.",
    },
)
described(
    rules.DataRequestFilter,
    "DataRequestFilter",
    {
        "statuses": "Any of these.",
        "kinds": "Any of these.",
        "side": "Whose answer it waits or waited for.",
        "overdue": "Whether the answer is late.",
    },
)
DataRequestResult = Annotated[DataRequest | Refused, strawberry.union("DataRequestResult")]


@strawberry.type
class DataRequestQuery:
    data_request = field(resolve.one, scope=READ, returns=DataRequest | None)
    data_requests = field(resolve.listed, scope=READ, returns=Connection[DataRequest] | None)


def _mutation(resolver: Any) -> Any:
    return mutation(resolver, scope=Scope.HANDOFF_WRITE, returns=DataRequestResult | None)


@strawberry.type
class DataRequestMutation:
    open_data_request = _mutation(resolve.open_)
    answer_data_request = _mutation(resolve.answer)
    lift_restriction = _mutation(resolve.lift)
