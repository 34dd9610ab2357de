"""Joint activities (kegiatan bersama)."""

from datetime import date, datetime
from typing import Annotated, Any

import strawberry

from auth.scopes import Scope
from db import activity as rows
from db.clarification import Clarification as ClarificationRow
from db.education import EducationSession as EducationSessionRow
from db.enums import (
    ActivityKind,
    ActivityPart,
    ActivityStatus,
    ParticipantRole,
    ParticipantStatus,
    TaskStatus,
)
from db.finding import Finding as FindingRow
from db.mou import MouNow
from db.organisation import Organisation as OrganisationRow
from db.policy_input import PolicyInput as PolicyInputRow
from db.recommendation import Recommendation as RecommendationRow
from db.visit import Visit as VisitRow
from domain import activity as rules
from domain import task as task_rules
from domain.addressed import NEWEST_FIRST
from domain.education import SOONEST_FIRST
from domain.policy_input import NEWEST_FIRST as NEWEST_INPUT_FIRST
from domain.term import ORDER as BY_ID
from domain.visit import EARLIEST_FIRST
from resolvers import activity as resolve
from resolvers import education as learn
from schema import meeting
from schema.clarification import Clarification
from schema.education import EducationSession, EducationTotals
from schema.finding import Finding
from schema.inputs import described
from schema.mou import Mou
from schema.organisation import Organisation
from schema.policy_input import PolicyInput
from schema.recommendation import Recommendation
from schema.refused import Refused
from schema.relay import Connection, Node, many, one
from schema.scopes import field, mutation, requires
from schema.visit import Visit

READ, WRITE = Scope.ACTIVITY_READ, Scope.ACTIVITY_WRITE


@strawberry.type(directives=[requires(READ)], description="An invitation and its answer.")
class ActivityParticipant:
    role: ParticipantRole = strawberry.field(description="Its part.")
    status: ParticipantStatus = strawberry.field(description="The answer.")
    reason: str | None = strawberry.field(description="What was said with it.")
    responded_at: datetime | None = strawberry.field(description="When it was answered.")
    organisation = one(
        OrganisationRow, "organisation_id", Organisation | None, scope=READ, description="Who."
    )


@strawberry.type(directives=[requires(READ)], description="Something one participant has to do.")
class ActivityTask(Node):
    title: str = strawberry.field(description="What.")
    description: str | None = strawberry.field(description="More about it.")
    due_on: date = strawberry.field(description="Until when.")
    status: TaskStatus = strawberry.field(description="Whether it is done.")
    done_at: datetime | None = strawberry.field(description="When it was done.")
    assignee = one(
        OrganisationRow, "assignee_id", Organisation | None, scope=READ, description="Who."
    )

    @classmethod
    def is_type_of(cls, obj: Any, info: Any) -> bool:
        return isinstance(obj, rows.ActivityTask)


@strawberry.type(
    directives=[requires(READ)],
    description="A joint activity (kegiatan bersama) of several organisations.",
)
class JointActivity(Node):
    kind: ActivityKind = strawberry.field(description="Jenis kegiatan.")
    status: ActivityStatus = strawberry.field(description="Keadaan.")
    title: str = strawberry.field(description="Judul.")
    description: str | None = strawberry.field(description="Uraian.")
    starts_at: datetime = strawberry.field(description="Mulai.")
    ends_at: datetime = strawberry.field(description="Selesai.")
    place: str | None = strawberry.field(description="Tempat, or a link for a meeting online.")
    region_code: str | None = strawberry.field(description="Kemendagri code of the region.")
    outcome: str | None = strawberry.field(description="What came of it.")
    cancel_reason: str | None = strawberry.field(description="Why it was called off.")
    created_at: datetime = strawberry.field(description="When it was drafted.")
    my_part = field(resolve.my_part, scope=READ, returns=ActivityPart | None)
    lead = one(
        OrganisationRow, "lead_id", Organisation | None, scope=READ, description="Who leads it."
    )
    mou = one(
        MouNow, "mou_id", Mou | None, scope=Scope.MOU_READ,
        description="The agreement it belongs to, if you may see that one.",
    )  # fmt: skip
    participants = many(
        rows.ActivityParticipant.activity_id, BY_ID, Connection[ActivityParticipant], scope=READ,
        description="Who was invited; whoever declined sees only itself.",
    )  # fmt: skip
    tasks = many(
        rows.ActivityTask.activity_id, BY_ID, Connection[ActivityTask], scope=READ,
        description="What is to be done; for the lead and those who accepted.",
    )  # fmt: skip
    comments = meeting.comments()
    decisions = meeting.decisions()
    documents = meeting.documents()

    sessions = many(
        EducationSessionRow.activity_id, SOONEST_FIRST, Connection[EducationSession], scope=READ,
        description="Sessions of public education; for those who take part.",
    )  # fmt: skip
    education = field(learn.totals, scope=READ, returns=EducationTotals | None)

    findings = many(
        FindingRow.activity_id, NEWEST_FIRST, Connection[Finding], scope=Scope.OVERSIGHT_READ,
        description="What was found, newest first; drafts are for those who work on it.",
    )  # fmt: skip
    recommendations = many(
        RecommendationRow.activity_id, NEWEST_FIRST, Connection[Recommendation],
        scope=Scope.OVERSIGHT_READ, description="What was recommended, newest first.",
    )  # fmt: skip
    clarifications = many(
        ClarificationRow.activity_id, NEWEST_FIRST, Connection[Clarification],
        scope=Scope.OVERSIGHT_READ, description="What others were asked to explain, newest first.",
    )  # fmt: skip
    policy_inputs = many(
        PolicyInputRow.activity_id, NEWEST_INPUT_FIRST, Connection[PolicyInput], scope=READ,
        description="Policy inputs that it brought forth and that you may see, newest first.",
    )  # fmt: skip

    visits = many(
        VisitRow.activity_id, EARLIEST_FIRST, Connection[Visit], scope=Scope.OVERSIGHT_READ,
        description="Visits of oversight, and evaluations of programmes, in the order planned.",
    )  # fmt: skip

    @classmethod
    def is_type_of(cls, obj: Any, info: Any) -> bool:
        return isinstance(obj, rows.JointActivity | rows.ActivityNow)


_PLAN = {
    "title": "Up to 200 characters.",
    "description": "Up to 4,000 characters; no names of children.",
    "starts_at": "With a time zone.",
    "ends_at": "With a time zone; not before it starts.",
    "place": "Up to 200 characters.",
    "region_code": "Kemendagri code, `31` or `31.71`.",
}
described(
    rules.ActivityPlan,
    "JointActivityInput",
    _PLAN
    | {
        "kind": "Jenis kegiatan.",
        "mou_id": "An agreement in force that you may see.",
        "invite": "Whom to invite as contributors: up to 500.",
    },
)
described(rules.ActivityChange, "JointActivityChangeInput", _PLAN)
_TASK = {
    "title": "Up to 200 characters.",
    "description": "Up to 4,000 characters; no names of children.",
    "assignee_id": "The lead, or a participant that accepted and is no observer.",
    "due_on": "Until when.",
}
described(task_rules.TaskDraft, "ActivityTaskInput", _TASK)
described(task_rules.TaskChange, "ActivityTaskChangeInput", _TASK)
described(
    rules.ActivityFilter,
    "JointActivityFilter",
    {
        "kinds": "Any of these.",
        "statuses": "Any of these.",
        "mou_id": "Belonging to this agreement.",
        "lead_id": "Led by this organisation.",
        "starts_from": "Starting then or later.",
        "starts_until": "Starting then or earlier.",
        "my_answer": "To whose invitation you gave this answer.",
        "my_parts": "In which you have any of these parts now.",
        "region_code": "In this region; a province with its regencies.",
        "title": "With these words in the title, one after the other.",
    },
)
JointActivityResult = Annotated[JointActivity | Refused, strawberry.union("JointActivityResult")]
ActivityTaskResult = Annotated[ActivityTask | Refused, strawberry.union("ActivityTaskResult")]


@strawberry.type
class ActivityQuery:
    joint_activity = field(resolve.one, scope=READ, returns=JointActivity | None)
    joint_activities = field(resolve.listed, scope=READ, returns=Connection[JointActivity] | None)


def _mutation(resolver: Any) -> Any:
    return mutation(resolver, scope=WRITE, returns=JointActivityResult | None)


@strawberry.type
class ActivityMutation:
    plan_joint_activity = _mutation(resolve.plan)
    change_joint_activity = _mutation(resolve.change)
    announce_joint_activity = _mutation(resolve.announce)
    start_joint_activity = _mutation(resolve.start)
    complete_joint_activity = _mutation(resolve.complete)
    cancel_joint_activity = _mutation(resolve.cancel)
    invite_to_joint_activity = _mutation(resolve.invite)
    accept_invitation = _mutation(resolve.accept_invitation)
    decline_invitation = _mutation(resolve.decline_invitation)
    leave_joint_activity = _mutation(resolve.leave)
    change_participant_role = _mutation(resolve.change_role)
    hand_over_joint_activity = _mutation(resolve.hand_over)
    add_activity_task = mutation(resolve.add_task, scope=WRITE, returns=ActivityTaskResult | None)
    change_activity_task = mutation(
        resolve.change_task, scope=WRITE, returns=ActivityTaskResult | None
    )
    settle_activity_task = mutation(
        resolve.settle_task, scope=WRITE, returns=ActivityTaskResult | None
    )
