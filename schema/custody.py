"""The chain of custody: who handed a case to whom, and who is responsible for it now."""

from datetime import datetime
from typing import Any

import strawberry

from auth.scopes import Scope
from db.enums import HandoffKind, HandoffStatus
from db.handoff import Handoff as HandoffRow
from db.organisation import Organisation as OrganisationRow
from domain import custody as rules
from resolvers import custody as resolve
from resolvers.relations import to_one
from schema.handoff import Handoff
from schema.organisation import Organisation
from schema.relay import one
from schema.scopes import field, requires

READ = Scope.HANDOFF_READ


def _organisation(key: str, description: str, name: str | None = None) -> Any:
    returns = Organisation | None
    resolver = to_one(OrganisationRow, key)
    return field(resolver, scope=READ, returns=returns, description=description, name=name)


@strawberry.type(
    directives=[requires(READ)],
    description="One handoff of the chain, by its header alone.",
)
class CustodyLink:
    generation: int = strawberry.field(description="0 for the first handoff of the case, and on.")
    kind: HandoffKind = strawberry.field(description="Rujukan, pelimpahan or konsultasi.")
    status: HandoffStatus = strawberry.field(description="Keadaan.")
    requested_at: datetime | None = strawberry.field(name="sentAt", description="When it was sent.")
    accepted_at: datetime | None = strawberry.field(description="When it was accepted.")
    ended_at: datetime | None = strawberry.field(description="When it came to its end.")
    custodian: bool = strawberry.field(
        description="Whether its receiver is responsible for the case now."
    )
    from_ = _organisation("sender_id", "Who handed the case over (pengirim).", name="from")
    to = _organisation("receiver_id", "To whom (penerima).")
    handoff = one(
        HandoffRow, "handoff_id", Handoff | None, scope=READ,
        description="The handoff; null when you are no side of it.",
    )  # fmt: skip

    @classmethod
    def is_type_of(cls, obj: Any, info: Any) -> bool:
        return isinstance(obj, rules.Link)


@strawberry.type(
    directives=[requires(READ)],
    description=(
        "The chain of custody (rantai penanganan): the handoffs before one of yours, and those"
        " that went on from it. What went from somebody before you to others is not shown."
    ),
)
class CustodyChain:
    custodian = _organisation(
        "holder_id",
        "Who is responsible for the case now (penanggung jawab); null when it went where you do"
        " not see it.",
    )
    links: list[CustodyLink] = strawberry.field(description="From the first handoff onward.")

    @classmethod
    def is_type_of(cls, obj: Any, info: Any) -> bool:
        return isinstance(obj, rules.Chain)


@strawberry.type
class CustodyQuery:
    custody_chain = field(resolve.chain, scope=READ, returns=CustodyChain | None)
