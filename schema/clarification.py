"""Requests for clarification (permintaan klarifikasi)."""

from datetime import date, datetime
from typing import Annotated, Any

import strawberry

from auth.scopes import Scope
from db import clarification as rows
from db.activity import ActivityNow
from db.due import Reminder
from db.organisation import Organisation as OrganisationRow
from domain import clarification, clarification_answer
from domain.term import ORDER as BY_ID
from resolvers import clarification as resolve
from schema.finding import Activity
from schema.inputs import described
from schema.organisation import Organisation
from schema.recommendation import OWED
from schema.reference import Reference
from schema.refused import Refused
from schema.relay import Connection, Node, many, one
from schema.scopes import field, mutation, requires
from schema.vocabulary import vocabulary

READ, WRITE = Scope.OVERSIGHT_READ, Scope.OVERSIGHT_WRITE
Self = Annotated["Clarification", strawberry.lazy("schema.clarification")]

vocabulary(
    rows.ClarificationStatus,
    {
        "DRAFT": "Rancangan: seen by its issuer alone.",
        "SENT": "Disampaikan: the addressee owes answers.",
        "ANSWERED": "Dijawab: all answers were handed in.",
        "ASSESSED": "Dinilai by its issuer.",
        "WITHDRAWN": "Dicabut by its issuer, with a reason.",
    },
)
vocabulary(
    rows.AnswerVerdict,
    {
        "SATISFACTORY": "Memadai.",
        "PARTLY": "Memadai sebagian: another request may follow.",
        "INSUFFICIENT": "Belum memadai: another request may follow.",
    },
)
vocabulary(
    rows.ClarificationEventKind,
    {
        "REMINDED": "The issuer reminded the addressee.",
        "TIME_ASKED": "The addressee asked for more time.",
        "TIME_GRANTED": "The issuer gave it: there is another last day.",
        "TIME_REFUSED": "The issuer did not give it.",
    },
)


@strawberry.type(directives=[requires(READ)], description="The answer to one question.")
class ClarificationAnswer:
    text: str = strawberry.field(description="The answer.")
    evidence: list[Reference] = strawberry.field(description="What shows it (bukti).")
    verdict: rows.AnswerVerdict | None = strawberry.field(description="What the issuer says to it.")
    verdict_note: str | None = strawberry.field(description="Why.")


@strawberry.type(directives=[requires(READ)], description="A question and its answer.")
class ClarificationQuestion:
    number: int = strawberry.field(description="Its number, from 1.")
    text: str = strawberry.field(description="The question.")
    answer: ClarificationAnswer | None = strawberry.field(
        description="The answer; until all are handed in, shown to the addressee alone."
    )


@strawberry.type(
    directives=[requires(READ)], description="A reminder that was sent, or a word on more time."
)
class ClarificationEvent:
    kind: rows.ClarificationEventKind = strawberry.field(description="What happened.")
    note: str | None = strawberry.field(description="What was said with it.")
    until_on: date | None = strawberry.field(description="Until when time was asked or given.")
    created_at: datetime = strawberry.field(description="When.")
    by = one(
        OrganisationRow, "organisation_id", Organisation | None, scope=READ, description="Who."
    )


@strawberry.type(
    directives=[requires(READ)],
    description="What one organisation asks another to explain until a day. It names no child.",
)
class Clarification(Node):
    status: rows.ClarificationStatus = strawberry.field(description="Keadaan.")
    subject: str = strawberry.field(description="Perihal.")
    due_on: date = strawberry.field(description="The last day.")
    days_left: int | None = strawberry.field(
        description="Days until then, below nothing when it has passed; null while nothing is owed."
    )
    overdue: bool = strawberry.field(description="Whether the last day has passed.")
    reminder: Reminder | None = strawberry.field(description="Of what it is time to remind.")
    asked_until: date | None = strawberry.field(
        description="Until when the addressee asks to have time; null when nothing is asked."
    )
    sent_at: datetime | None = strawberry.field(description="When it was sent.")
    answered_at: datetime | None = strawberry.field(description="When it was answered.")
    verdict: rows.AnswerVerdict | None = strawberry.field(
        description="What its issuer says in all."
    )
    verdict_note: str | None = strawberry.field(description="Why.")
    assessed_at: datetime | None = strawberry.field(description="When it was assessed.")
    withdraw_reason: str | None = strawberry.field(description="Why it was taken back.")
    created_at: datetime = strawberry.field(description="When it was drafted.")
    issuer = one(
        OrganisationRow, "organisation_id", Organisation | None, scope=READ, description="Who asks."
    )
    addressee = one(
        OrganisationRow,
        "addressee_id",
        Organisation | None,
        scope=READ,
        description="Who is asked.",
    )
    activity = one(
        ActivityNow, "activity_id", Activity | None, scope=Scope.ACTIVITY_READ,
        description="The activity it belongs to, if to one that is shared with you.",
    )  # fmt: skip
    follows = one(
        rows.Clarification, "follows_id", Self | None, scope=READ,
        description="The one it goes on from: not answered well enough, or whose addressee was"
        " dissolved.",
    )  # fmt: skip
    questions = field(resolve.questions, scope=READ, returns=list[ClarificationQuestion])
    events = many(
        rows.ClarificationEvent.clarification_id, BY_ID, Connection[ClarificationEvent], scope=READ,
        description="Reminders, and words on more time, oldest first.",
    )  # fmt: skip

    @classmethod
    def is_type_of(cls, obj: Any, info: Any) -> bool:
        return isinstance(obj, rows.Clarification)


@strawberry.type(directives=[requires(READ)], description="How many are in one state.")
class ClarificationCount:
    status: rows.ClarificationStatus = strawberry.field(description="In this state.")
    count: int = strawberry.field(description="How many.")
    overdue: int = strawberry.field(description="Of these, late.")


described(
    clarification.ClarificationDraft,
    "ClarificationInput",
    {
        "addressee_id": "Another organisation that was not dissolved.",
        "subject": "Up to 200 characters.",
        "questions": f"1 to {clarification.MOST_QUESTIONS}, up to 4,000 characters each. Write"
        " nothing that names a child.",
        "due_on": "The last day, today or later.",
    },
)
described(clarification.ClarificationFilter, "ClarificationFilter", OWED)
described(
    clarification.AnswerAssessment,
    "AnswerAssessmentInput",
    {
        "number": "The number of the question.",
        "verdict": "Whether the answer will do.",
        "note": "Up to 4,000 characters.",
    },
)
described(
    clarification.Assessment,
    "AssessmentInput",
    {
        "answers": "One for every question.",
        "verdict": "Whether the answers will do in all.",
        "note": "Required unless they will. Up to 4,000 characters.",
    },
)
described(
    clarification_answer.AnswerDraft,
    "ClarificationAnswerInput",
    {
        "number": "The number of the question.",
        "text": "1 to 4,000 characters. Write nothing that names a child.",
        "evidence": "What shows it.",
    },
)
ClarificationResult = Annotated[Clarification | Refused, strawberry.union("ClarificationResult")]


@strawberry.type
class ClarificationQuery:
    clarification = field(resolve.one, scope=READ, returns=Clarification | None)
    clarifications = field(resolve.listed, scope=READ, returns=Connection[Clarification] | None)
    clarification_counts = field(
        resolve.counts, scope=READ, returns=list[ClarificationCount] | None
    )


def _mutation(resolver: Any) -> Any:
    return mutation(resolver, scope=WRITE, returns=ClarificationResult | None)


@strawberry.type
class ClarificationMutation:
    draft_clarification = _mutation(resolve.draft)
    change_clarification = _mutation(resolve.change)
    send_clarification = _mutation(resolve.send)
    withdraw_clarification = _mutation(resolve.withdraw)
    readdress_clarification = _mutation(resolve.readdress)
    remind_of_clarification = _mutation(resolve.remind)
    write_clarification_answers = _mutation(resolve.write)
    submit_clarification_answers = _mutation(resolve.hand_in)
    ask_more_time = _mutation(resolve.ask_time)
    answer_more_time = _mutation(resolve.answer_time)
    assess_clarification = _mutation(resolve.assess)
