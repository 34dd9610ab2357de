"""What a change of an agreement would do (pratinjau), before anybody signs it."""

from datetime import date

import strawberry

from auth.scopes import Scope
from db.handoff import Handoff as HandoffRow
from db.organisation import Organisation as OrganisationRow
from domain import preview as rules
from resolvers import preview as resolve
from schema.handoff import Handoff
from schema.inputs import described
from schema.organisation import Organisation
from schema.relay import one
from schema.scopes import attribute, field, requires

READ = Scope.MOU_READ
MAY_READ = "How many sections"


@strawberry.type(
    directives=[requires(READ)],
    description=(
        "What would change between two organisations, one of which discloses to the other. Where"
        " your organisation is one of the two, the figures are exact. Of others they are rounded"
        " down to steps of five, and with fewer than five handoffs there are none."
    ),
)
class PreviewCount:
    discloser = one(
        OrganisationRow, "discloser_id", Organisation | None, scope=READ,
        description="Who discloses. Null: others, to whom content under the agreement was passed"
        " on by an agreement of theirs.",
    )  # fmt: skip
    recipient = one(
        OrganisationRow, "recipient_id", Organisation | None, scope=READ,
        description="Who reads. Null as the discloser is.",
    )  # fmt: skip
    exact: bool = strawberry.field(description="Whether the figures are not rounded.")
    handoffs: int = strawberry.field(
        description="In how many handoffs a section is open now, or would be."
    )
    opens: int = strawberry.field(description=f"{MAY_READ} that are closed would open.")
    closes: int = strawberry.field(description=f"{MAY_READ} that are open would close.")
    stays: int = strawberry.field(description=f"{MAY_READ} that are open would stay so.")


@strawberry.type(
    directives=[requires(Scope.HANDOFF_READ)],
    description="What would change in one handoff that you send or receive.",
)
class PreviewedHandoff:
    handoff = one(
        HandoffRow, "handoff_id", Handoff | None, scope=Scope.HANDOFF_READ,
        description="Which one.",
    )  # fmt: skip
    opens: int = strawberry.field(description=f"{MAY_READ} would open.")
    closes: int = strawberry.field(description=f"{MAY_READ} would close.")
    stays: int = strawberry.field(description=f"{MAY_READ} would stay open.")


@strawberry.type(
    directives=[requires(READ)],
    description=(
        "What is open now, held against what would be open on the day from which the change"
        " counts, by the same rules. What is closed for another reason stays closed."
    ),
)
class AgreementPreview:
    day: date = strawberry.field(
        name="effectiveOn", description="From which day the change would count."
    )
    counts: list[PreviewCount] = strawberry.field(
        description="For each organisation that discloses and each that reads."
    )
    handoffs: list[PreviewedHandoff] = attribute(
        scope=Scope.HANDOFF_READ,
        description="Those of your own handoffs in which something would open or close: the newest"
        " hundred.",
    )


described(
    rules.NewAgreement,
    "NewAgreementPreviewInput",
    {
        "kind": "Jenis.",
        "content": "What it would say.",
        "parent_id": "The agreement it would stand under.",
    },
    "An agreement that there is not yet: it is checked, and no handoff rests on it.",
)
described(
    rules.Amendment,
    "AmendmentPreviewInput",
    {
        "mou_id": "The agreement.",
        "content": "What it would say; the open version, when left out.",
    },
)
described(
    rules.Termination,
    "TerminationPreviewInput",
    {
        "mou_id": "The agreement.",
        "effective_on": "First day without it; by default as soon as its notice period allows.",
    },
)
described(rules.Suspension, "SuspensionPreviewInput", {"mou_id": "The agreement."})
described(
    rules.AgreementChange,
    "AgreementChangeInput",
    {
        "draft": "A new agreement (rancangan).",
        "amendment": "An amendment or extension (adendum, perpanjangan).",
        "termination": "An end (pengakhiran).",
        "suspension": "A suspension (penangguhan).",
    },
    one_of=True,
)


@strawberry.type
class PreviewQuery:
    preview_agreement = field(resolve.of_change, scope=READ, returns=AgreementPreview | None)
