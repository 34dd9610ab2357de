"""What is due (tenggat): duties that run against a clock, by dated rules with their law."""

from datetime import datetime

import strawberry

from auth.scopes import Scope
from db.enums import ClockRule
from db.handoff import Handoff as HandoffRow
from db.mou import MouNow
from db.organisation import Organisation as OrganisationRow
from db.term import Term as TermRow
from domain import clock as rules
from resolvers import clock as resolve
from schema.handoff import Handoff, HandoffResult
from schema.inputs import described
from schema.mou import Mou
from schema.organisation import Organisation, Term
from schema.relay import Connection, one
from schema.scopes import field, mutation, requires

READ = Scope.HANDOFF_READ


@strawberry.type(
    directives=[requires(READ)],
    description="A duty that runs against a clock: started by an event, met by another.",
)
class Clock:
    rule: ClockRule = strawberry.field(description="Which duty.")
    started_at: datetime = strawberry.field(description="When it began.")
    due_at: datetime = strawberry.field(description="Until when it is to be done.")
    met_at: datetime | None = strawberry.field(description="When it was done.")
    overdue: bool = strawberry.field(description="Whether it is late, or was done late.")
    escalation: int = strawberry.field(
        description="0: in time or done; 1: late; 2 and 3: late by the whole time once and twice"
        " over. Organisations above count what is late (`lateBranches`)."
    )
    law = one(
        TermRow, "term_id", Term | None, scope=READ,
        description="The dated rule that sets the time, with its legal source.",
    )  # fmt: skip
    owed_by = one(
        OrganisationRow, "owed_by", Organisation | None, scope=READ, description="Whose duty it is."
    )
    owed_to = one(
        OrganisationRow, "owed_to", Organisation | None, scope=READ, description="Who waits for it."
    )
    handoff = one(
        HandoffRow, "handoff_id", Handoff | None, scope=READ, description="The handoff concerned."
    )


@strawberry.type(
    directives=[requires(READ)],
    description="How one duty is kept, by one partner, under one agreement.",
)
class ClockCount:
    rule: ClockRule = strawberry.field(description="Which duty.")
    running: int = strawberry.field(description="Not done yet.")
    overdue: int = strawberry.field(description="Of these, late.")
    met_in_time: int = strawberry.field(description="Done in time.")
    met_late: int = strawberry.field(description="Done, but late.")
    owed_by = one(
        OrganisationRow, "owed_by", Organisation | None, scope=READ, description="Whose duty."
    )
    mou = one(
        MouNow, "mou_id", Mou | None, scope=Scope.MOU_READ, description="Under which agreement."
    )


@strawberry.type(
    directives=[requires(READ)],
    description="How many duties a branch is late with: an escalation shows numbers, no case.",
)
class LateBranch:
    rule: ClockRule = strawberry.field(description="Which duty.")
    late: int = strawberry.field(description="How many.")
    organisation = one(
        OrganisationRow, "organisation_id", Organisation | None, scope=READ, description="Who."
    )


described(
    rules.ClockFilter,
    "ClockFilter",
    {
        "rules": "Any of these.",
        "met": "Whether it is done.",
        "overdue": "Whether it is late, or was done late.",
        "owed_by_us": "Whether it is your own duty.",
        "partner_id": "Owed by, or to, this organisation.",
        "mou_id": "Under this agreement.",
        "handoff_id": "Of this handoff.",
    },
)
described(
    rules.Reports,
    "ReportsInput",
    {
        "victim_reported_at": "When the child, or somebody for it, reported what happened.",
        "police_reported_at": "When the police were told.",
        "police_report_number": "Nomor laporan polisi; required with the time. Up to 200.",
    },
)


@strawberry.type
class ClockQuery:
    clocks = field(resolve.listed, scope=READ, returns=Connection[Clock] | None)
    clock_counts = field(resolve.counts, scope=READ, returns=list[ClockCount] | None)
    late_branches = field(resolve.late_branches, scope=READ, returns=list[LateBranch] | None)


@strawberry.type
class ClockMutation:
    record_handoff_reports = mutation(
        resolve.record_reports, scope=Scope.HANDOFF_WRITE, returns=HandoffResult | None
    )
