"""Emergencies (akses darurat): who opened what, for how long and why, and what the review found."""

from datetime import datetime
from typing import Annotated, Any

import strawberry

from auth.scopes import Scope
from db import emergency as rows
from db.enums import Finding
from db.handoff import Handoff as HandoffRow
from db.organisation import Organisation as OrganisationRow
from db.user import User as UserRow
from domain import emergency as rules
from resolvers import emergency as resolve
from schema.handoff import Handoff, Section
from schema.inputs import described
from schema.organisation import Organisation
from schema.refused import Refused
from schema.relay import Connection, Node, one
from schema.scopes import field, mutation, requires
from schema.user import User

READ = Scope.HANDOFF_READ


@strawberry.type(
    directives=[requires(READ)],
    description="What the review (tinjauan) of an emergency came to. It stays as it is.",
)
class EmergencyReview:
    finding: Finding = strawberry.field(description="Hasil tinjauan.")
    review_note: str | None = strawberry.field(name="note", description="What was said about it.")
    reviewed_at: datetime = strawberry.field(description="When.")
    reviewed_by = one(
        OrganisationRow, "reviewed_by", Organisation | None, scope=READ, description="By whom."
    )


@strawberry.type(
    directives=[requires(READ)],
    description=(
        "An emergency (akses darurat): sections that an organisation opened to itself for hours"
        " because a life was in danger. Both sides of the handoff see it, whoever wrote what was"
        " opened reviews it, and what was read stands in the ledger."
    ),
)
class Emergency(Node):
    opened_at: datetime = strawberry.field(description="Since when.")
    ends_at: datetime = strawberry.field(description="When its time is over.")
    closed_at: datetime | None = strawberry.field(
        description="When it was ended before its time: by its opener, or by the review."
    )
    open: bool = strawberry.field(description="Whether it is still running.")
    review_due_at: datetime = strawberry.field(
        description="Until when it is to be reviewed: the rule EMERGENCY_REVIEW."
    )
    review_overdue: bool = strawberry.field(description="Whether the review is late (terlambat).")
    review: EmergencyReview | None = strawberry.field(
        description="What the review came to; null while there was none."
    )
    reason = field(resolve.reason, scope=READ)
    sections = field(resolve.sections, scope=READ, returns=list[Section])
    handoff = one(
        HandoffRow, "handoff_id", Handoff | None, scope=READ,
        description="Of which handoff; null to others than its two sides, once it is over.",
    )  # fmt: skip
    opened_by = one(
        OrganisationRow, "organisation_id", Organisation | None, scope=READ,
        description="Which organisation opened it.",
    )  # fmt: skip
    person = one(
        UserRow, "user_id", User | None, scope=Scope.USER_READ,
        description="Who opened it, if a person did; shown to their own organisation only.",
    )  # fmt: skip

    @classmethod
    def is_type_of(cls, obj: Any, info: Any) -> bool:
        return isinstance(obj, rows.EmergencyAccess)


@strawberry.type(directives=[requires(READ)], description="What is still to be reviewed.")
class EmergencyCount:
    awaiting: int = strawberry.field(description="How many emergencies wait for their review.")
    overdue: int = strawberry.field(description="How many of them wait too long.")


described(
    rules.NewEmergency,
    "EmergencyInput",
    {
        "reason": "Why a life is in danger (alasan): both sides read it. Up to 4,000 characters.",
        "hours": f"For how long: 1 to {rules.MOST_HOURS} hours.",
        "handoff_id": "The handoff, when you see it; otherwise give its number.",
        "number": "The number of the handoff, as one of its sides read it out to you.",
        "categories": "What is to be opened, by category; or name sections.",
        "section_ids": "What is to be opened, section by section.",
    },
)
described(
    rules.EmergencyFilter,
    "EmergencyFilter",
    {
        "open": "Whether it is still running.",
        "awaiting_review": "Whether it has not been reviewed.",
        "side": "Those your organisation opened, or those it has to review.",
    },
)
EmergencyResult = Annotated[Emergency | Refused, strawberry.union("EmergencyResult")]


@strawberry.type
class EmergencyQuery:
    emergency = field(resolve.one, scope=READ, returns=Emergency | None)
    emergencies = field(resolve.listed, scope=READ, returns=Connection[Emergency] | None)
    emergency_counts = field(resolve.counts, scope=READ, returns=EmergencyCount | None)


@strawberry.type
class EmergencyMutation:
    open_emergency = mutation(
        resolve.open_, scope=Scope.HANDOFF_EMERGENCY, returns=EmergencyResult | None
    )
    close_emergency = mutation(
        resolve.close, scope=Scope.HANDOFF_EMERGENCY, returns=EmergencyResult | None
    )
    review_emergency = mutation(
        resolve.review, scope=Scope.HANDOFF_WRITE, returns=EmergencyResult | None
    )
