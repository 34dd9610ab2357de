"""Why content is open or closed (dasar keterbukaan), for whoever may ask."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import strawberry

from auth.scopes import Scope
from db.basis import LawfulBasis as BasisRow
from db.emergency import EmergencyAccess
from db.enums import DisclosureCode, HandoffStatus
from db.mou import MouNow
from db.organisation import Organisation as OrganisationRow
from resolvers import disclosure as resolve
from schema.mou import Mou
from schema.organisation import Organisation
from schema.relay import one
from schema.scopes import field, requires

if TYPE_CHECKING:
    from schema.basis import LawfulBasis
    from schema.emergency import Emergency

READ = Scope.HANDOFF_READ


@strawberry.type(
    directives=[requires(READ)],
    description=(
        "Why a reader sees the content of a section, or does not: by the agreement, its clause, the"
        " lawful basis, the state of the handoff and the scopes of the reader, as they are now."
    ),
)
class Disclosure:
    open: bool = strawberry.field(description="Whether the content is open.")
    code: DisclosureCode = strawberry.field(description="What decided, for programs.")
    sentence = field(resolve.sentence, scope=READ)
    agreement = one(
        MouNow, "mou_id", Mou | None, scope=Scope.MOU_READ,
        description="The agreement it rests on; null where you may not see that.",
    )  # fmt: skip
    version_number: int | None = strawberry.field(
        description="The version that covers it or, where none does, that counts today."
    )
    clause: int | None = strawberry.field(
        name="clauseNumber", description="The number of the clause that covers it (pasal)."
    )
    basis = one(
        BasisRow, "basis_id",
        Annotated["LawfulBasis", strawberry.lazy("schema.basis")] | None, scope=READ,
        description="The lawful basis it rests on or, where none holds, the one that fails.",
    )  # fmt: skip
    emergency = one(
        EmergencyAccess, "emergency_id",
        Annotated["Emergency", strawberry.lazy("schema.emergency")] | None, scope=READ,
        description="The emergency (akses darurat) that opens it.",
    )  # fmt: skip
    status: HandoffStatus | None = strawberry.field(description="The state of the handoff.")
    scope: str | None = strawberry.field(
        name="missingScope", description="The scope that the reader lacks."
    )
    kept_until: datetime | None = strawberry.field(
        description="Until when the clause lets it be kept, once the handoff has ended."
    )


@strawberry.type(
    directives=[requires(READ)],
    description="Why an organisation sees what an author has written of a category, or does not.",
)
class AccessExplanation:
    author = one(
        OrganisationRow, "author_id", Organisation | None, scope=READ,
        description="Who wrote the sections, or would write them.",
    )  # fmt: skip
    sections: int = strawberry.field(
        description="Of how many sections this holds; 0: there is none, and so it would be."
    )
    disclosure: Disclosure = strawberry.field(description="Why.")


@strawberry.type
class DisclosureQuery:
    explain_access = field(resolve.explain, scope=READ, returns=list[AccessExplanation] | None)
