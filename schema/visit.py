"""Visits (kunjungan pengawasan): what was looked at, and what was answered there."""

from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated, Any

import strawberry

from auth.scopes import Scope
from db import visit as rows
from db.activity import ActivityNow
from db.instrument import InstrumentVersion as VersionRow
from db.organisation import Organisation as OrganisationRow
from db.oversight_plan import PlanItem
from db.visit import ResponseStatus, VisitStatus, VisitSubject
from domain import visit as rules
from domain import visit_response as responding
from domain.answers import Answer
from domain.checks import Json
from domain.questionnaire import MOST_QUESTIONS
from domain.term import ORDER as BY_ID
from resolvers import visit as resolve
from resolvers.relations import to_each
from schema.inputs import described
from schema.instrument import InstrumentVersion
from schema.organisation import Organisation
from schema.oversight_plan import OversightPlanItem
from schema.refused import Refused
from schema.relay import Connection, Node, many, one
from schema.scopes import field, mutation, requires
from schema.vocabulary import vocabulary

if TYPE_CHECKING:
    from schema.activity import JointActivity

READ, WRITE = Scope.OVERSIGHT_READ, Scope.OVERSIGHT_WRITE

vocabulary(
    VisitSubject,
    {
        "ORGANISATION": "Lembaga: an organisation of the directory.",
        "PLACE": "Tempat: a place that is no organisation of the directory.",
        "PROGRAMME": "Program: a programme or service, evaluated (evaluasi program).",
    },
)
vocabulary(
    VisitStatus,
    {
        "PLANNED": "Direncanakan.",
        "HELD": "Dilaksanakan.",
        "CANCELLED": "Dibatalkan.",
    },
)
vocabulary(
    ResponseStatus,
    {
        "DRAFT": "Rancangan: for those who do the work.",
        "SUBMITTED": "Dikirim: it stays as it is.",
    },
    name="VisitResponseStatus",
)


@strawberry.type(directives=[requires(READ)], description="The answer to one question.")
class VisitAnswer:
    question: str = strawberry.field(description="Its key in the version that was answered.")
    value: Json = strawberry.field(description="As the type of the question has it.")


@strawberry.type(directives=[requires(READ)], description="Points for a section or a question.")
class ScoreMark:
    key: str = strawberry.field(description="Of which section or question.")
    reached: float = strawberry.field(description="Points reached, times their weight.")
    reachable: float = strawberry.field(description="Points that could be reached.")
    percent: float | None = strawberry.field(description="The one over the other.")


@strawberry.type(
    directives=[requires(READ)],
    description="Points reached over points reachable, among the questions really asked.",
)
class VisitScore:
    percent: float = strawberry.field(description="0 to 100, with one decimal.")
    reached: float = strawberry.field(description="Points reached.")
    reachable: float = strawberry.field(description="Points that could be reached.")
    band: str | None = strawberry.field(description="What it means.")
    band_en: str | None = strawberry.field(description="The same in English.")
    sections: list[ScoreMark] = strawberry.field(description="By section.")
    questions: list[ScoreMark] = strawberry.field(description="By question.")


@strawberry.type(
    directives=[requires(READ)], description="What one organisation answered on a visit (jawaban)."
)
class VisitResponse(Node):
    status: ResponseStatus = strawberry.field(description="Keadaan.")
    score: VisitScore | None = strawberry.field(
        description="Once submitted; null where nothing that was asked earns points."
    )
    reason: str | None = strawberry.field(description="Why it corrects an earlier one.")
    submitted_at: datetime | None = strawberry.field(description="When it was submitted.")
    answers = field(resolve.answers, scope=READ, returns=list[VisitAnswer])
    organisation = one(
        OrganisationRow, "organisation_id", Organisation | None, scope=READ, description="Who."
    )
    version = one(
        VersionRow, "version_id", InstrumentVersion | None, scope=READ,
        description="Which version was answered.",
    )  # fmt: skip
    visit = one(
        rows.Visit, "visit_id", Annotated["Visit", strawberry.lazy("schema.visit")] | None,
        scope=READ, description="On which visit.",
    )  # fmt: skip
    corrects = one(
        rows.VisitResponse, "corrects_id",
        Annotated["VisitResponse", strawberry.lazy("schema.visit")] | None,
        scope=READ, description="The earlier answers that these correct.",
    )  # fmt: skip

    @classmethod
    def is_type_of(cls, obj: Any, info: Any) -> bool:
        return isinstance(obj, rows.VisitResponse)


@strawberry.type(
    directives=[requires(READ)],
    description="A note for those who do the work (catatan); it names no child.",
)
class VisitNote:
    body: str = strawberry.field(description="What was written.")
    changed_at: datetime = strawberry.field(name="writtenAt", description="When.")
    organisation = one(
        OrganisationRow, "organisation_id", Organisation | None, scope=READ, description="Who."
    )

    @classmethod
    def is_type_of(cls, obj: Any, info: Any) -> bool:
        return isinstance(obj, rows.VisitNote)


@strawberry.type(
    directives=[requires(READ)],
    description="A visit of oversight, or the evaluation of a programme, in a joint activity.",
)
class Visit(Node):
    status: VisitStatus = strawberry.field(description="Keadaan.")
    subject: VisitSubject = strawberry.field(description="What is looked at.")
    name: str | None = strawberry.field(description="Of a place or programme.")
    region_code: str | None = strawberry.field(description="Kemendagri code of the region.")
    planned_on: date = strawberry.field(description="For which day it is planned.")
    held_on: date | None = strawberry.field(description="When it was made.")
    cancel_reason: str | None = strawberry.field(description="Why it was called off.")
    shared_at: datetime | None = strawberry.field(
        description="Since when the organisation visited sees the result."
    )
    organisation = one(
        OrganisationRow, "organisation_id", Organisation | None, scope=READ,
        description="Who planned it.",
    )  # fmt: skip
    visited = one(
        OrganisationRow, "visited_id", Organisation | None, scope=READ,
        description="The organisation visited.",
    )  # fmt: skip
    team = field(
        to_each(OrganisationRow, "team"), scope=READ, returns=list[Organisation],
        description="Who makes it, and answers.",
    )  # fmt: skip
    version = one(
        VersionRow, "version_id", InstrumentVersion | None, scope=READ,
        description="The version of an instrument to be answered.",
    )  # fmt: skip
    plan_item = one(
        PlanItem, "plan_item_id", OversightPlanItem | None, scope=READ,
        description="The item of a plan it counts for, if you see that plan.",
    )  # fmt: skip
    activity = one(
        ActivityNow, "activity_id",
        Annotated["JointActivity", strawberry.lazy("schema.activity")] | None,
        scope=Scope.ACTIVITY_READ, description="Under which activity, if you take part in it.",
    )  # fmt: skip
    responses = many(
        rows.VisitResponse.visit_id, BY_ID, Connection[VisitResponse], scope=READ,
        description="What was answered; drafts only for those who do the work.",
    )  # fmt: skip
    notes = many(
        rows.VisitNote.visit_id, BY_ID, Connection[VisitNote], scope=READ,
        description="Notes of those who do the work.",
    )  # fmt: skip

    @classmethod
    def is_type_of(cls, obj: Any, info: Any) -> bool:
        return isinstance(obj, rows.Visit)


_PLAN = {
    "planned_on": "For which day.",
    "version_id": "A published version of an instrument you may read.",
    "region_code": "Kemendagri code, `31` or `31.71`; else that of the organisation visited.",
    "team_ids": f"Who else makes it and answers: up to {rules.MOST_TEAM} that take part and do not"
    " only observe.",
    "plan_item_id": "An item of a published plan of your own that it counts for.",
}
described(
    rules.VisitPlan,
    "VisitInput",
    _PLAN
    | {
        "subject": "What is looked at.",
        "visited_id": "With ORGANISATION: which.",
        "name": "With PLACE or PROGRAMME: its name, up to 200 characters.",
    },
)
described(rules.VisitChange, "VisitChangeInput", _PLAN)
described(
    rules.VisitFilter,
    "VisitFilter",
    {
        "activity_id": "Of this activity.",
        "visited_id": "To this organisation.",
        "plan_item_id": "Counting for this item of a plan.",
        "subjects": "Any of these.",
        "statuses": "Any of these.",
        "planned_from": "Planned for then or later.",
        "planned_until": "Planned for then or earlier.",
    },
)
described(
    Answer,
    "VisitAnswerInput",
    {
        "question": "The key of the question.",
        "value": "Text, number, `true` or `false`, a key, a list of keys, or a day, as the question"
        " has it. Write nothing that names a child.",
    },
)
described(
    responding.ResponseDraft,
    "VisitResponseInput",
    {"answers": f"All answers, up to {MOST_QUESTIONS}, in any order."},
)
VisitResult = Annotated[Visit | Refused, strawberry.union("VisitResult")]
VisitNoteResult = Annotated[VisitNote | Refused, strawberry.union("VisitNoteResult")]
VisitResponseResult = Annotated[VisitResponse | Refused, strawberry.union("VisitResponseResult")]


@strawberry.type
class VisitQuery:
    visit = field(resolve.one, scope=READ, returns=Visit | None)
    visits = field(resolve.listed, scope=READ, returns=Connection[Visit] | None)


def _visit(resolver: Any) -> Any:
    return mutation(resolver, scope=WRITE, returns=VisitResult | None)


def _response(resolver: Any) -> Any:
    return mutation(resolver, scope=WRITE, returns=VisitResponseResult | None)


@strawberry.type
class VisitMutation:
    plan_visit = _visit(resolve.plan)
    change_visit = _visit(resolve.change)
    hold_visit = _visit(resolve.hold)
    cancel_visit = _visit(resolve.cancel)
    share_visit = _visit(resolve.share)
    add_visit_note = mutation(resolve.note, scope=WRITE, returns=VisitNoteResult | None)
    save_visit_response = _response(resolve.save)
    submit_visit_response = _response(resolve.submit)
    correct_visit_response = _response(resolve.correct)
