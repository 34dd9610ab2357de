"""Legal holds (penundaan pemusnahan)."""

from datetime import datetime
from typing import Annotated, Any

import strawberry

from auth.scopes import Scope
from db.case import LegalHold as LegalHoldRow
from db.organisation import Organisation as OrganisationRow
from resolvers import hold as resolve
from schema.organisation import Organisation
from schema.refused import Refused
from schema.relay import Node, one
from schema.scopes import mutation, requires

READ = Scope.HANDOFF_READ


@strawberry.type(
    directives=[requires(READ)],
    description=(
        "A legal hold (penundaan pemusnahan): the content of a case is needed in a legal case, and"
        " not destroyed while it stands (UU PDP articles 43 and 44). It opens nothing to anyone."
    ),
)
class LegalHold(Node):
    document_number: str = strawberry.field(description="On which paper it rests (nomor surat).")
    reason: str = strawberry.field(description="Why.")
    created_at: datetime = strawberry.field(description="When it was placed.")
    lifted_at: datetime | None = strawberry.field(description="When it was lifted.")
    lift_reason: str | None = strawberry.field(description="Why it was lifted.")
    placed_by = one(
        OrganisationRow, "placed_by", Organisation | None, scope=READ,
        description="Who placed it, and alone may lift it.",
    )  # fmt: skip

    @classmethod
    def is_type_of(cls, obj: Any, info: Any) -> bool:
        return isinstance(obj, LegalHoldRow)


LegalHoldResult = Annotated[LegalHold | Refused, strawberry.union("LegalHoldResult")]


@strawberry.type
class LegalHoldMutation:
    place_legal_hold = mutation(
        resolve.place, scope=Scope.HANDOFF_WRITE, returns=LegalHoldResult | None
    )
    lift_legal_hold = mutation(
        resolve.lift, scope=Scope.HANDOFF_WRITE, returns=LegalHoldResult | None
    )
