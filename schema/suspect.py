"""Reported persons (terlapor) of a case, as far as they concern who may consent."""

from datetime import datetime
from typing import Annotated, Any

import strawberry

from auth.scopes import Scope
from db.case import CaseSuspect
from db.enums import Relation
from domain import suspect as rules
from resolvers import suspect as resolve
from schema.inputs import described
from schema.refused import Refused
from schema.relay import Node
from schema.scopes import field, mutation, requires

READ = Scope.HANDOFF_READ


@strawberry.type(
    directives=[requires(READ)],
    description=(
        "A reported person (terlapor) of a case, for the organisation that named them. Whoever it"
        " is gives no consent that counts (UU PDP article 25); others see that, and no name."
    ),
)
class Suspect(Node):
    relation: Relation = strawberry.field(description="What they are to the child.")
    created_at: datetime = strawberry.field(description="When they were named.")
    retracted_at: datetime | None = strawberry.field(description="When that was taken back.")
    name = field(resolve.person_name, scope=Scope.HANDOFF_IDENTITY)
    national_id = field(resolve.person_national_id, scope=Scope.HANDOFF_IDENTITY)

    @classmethod
    def is_type_of(cls, obj: Any, info: Any) -> bool:
        return isinstance(obj, CaseSuspect)


described(
    rules.SuspectDraft,
    "SuspectInput",
    {
        "relation": "What they are to the child; not the child itself.",
        "name": "Kept sealed; compared without case, blanks, punctuation and titles. Up to 200"
        " characters. Without a name, nobody of this relation can consent.",
        "national_id": "Nomor Induk Kependudukan (NIK), beside the name. Kept sealed. Up to 200"
        " characters.",
    },
)
SuspectResult = Annotated[Suspect | Refused, strawberry.union("SuspectResult")]


@strawberry.type
class SuspectMutation:
    name_suspect = mutation(resolve.name, scope=Scope.HANDOFF_WRITE, returns=SuspectResult | None)
    retract_suspect = mutation(
        resolve.retract, scope=Scope.HANDOFF_WRITE, returns=SuspectResult | None
    )
