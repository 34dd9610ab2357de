"""Comments, decisions (keputusan) and documents (dokumen) of joint activities."""

from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated, Any

import strawberry

from auth.scopes import Scope
from db import meeting as rows
from db.activity import ActivityNow
from db.organisation import Organisation as OrganisationRow
from domain import meeting as rules
from domain.paging import Order
from domain.term import ORDER as BY_ID
from resolvers import meeting as resolve
from schema.inputs import described
from schema.organisation import Organisation
from schema.reference import Reference
from schema.refused import Refused
from schema.relay import Connection, Node, first, many, one
from schema.scopes import mutation, requires
from schema.vocabulary import vocabulary

if TYPE_CHECKING:
    from schema.activity import JointActivity

READ, WRITE = Scope.ACTIVITY_READ, Scope.ACTIVITY_WRITE
NEWEST_FIRST = Order(("number", "id"), descending=True)
vocabulary(
    rows.DocumentKind,
    {
        "TERMS_OF_REFERENCE": "Kerangka acuan kerja.",
        "INVITATION": "Surat undangan.",
        "AGENDA": "Susunan acara.",
        "ATTENDANCE": "Daftar hadir: numbers and organisations, no names of children.",
        "MINUTES": "Notulen.",
        "REPORT": "Laporan.",
        "OTHER": "Lainnya.",
    },
)
_Activity = Annotated["JointActivity", strawberry.lazy("schema.activity")]


def _activity() -> Any:
    return one(ActivityNow, "activity_id", _Activity | None, scope=READ, description="Of what.")


def _by(description: str) -> Any:
    return one(
        OrganisationRow, "organisation_id", Organisation | None, scope=READ, description=description
    )


@strawberry.type(directives=[requires(READ)], description="A comment (komentar).")
class ActivityComment(Node):
    body: str | None = strawberry.field(description="Its words; null once it was withdrawn.")
    created_at: datetime = strawberry.field(description="When it was said.")
    edited_at: datetime | None = strawberry.field(description="When its words last changed.")
    withdrawn_at: datetime | None = strawberry.field(description="When it was taken back.")
    organisation = _by("Who said it.")
    activity = _activity()

    @classmethod
    def is_type_of(cls, obj: Any, info: Any) -> bool:
        return isinstance(obj, rows.ActivityComment)


@strawberry.type(
    directives=[requires(READ)], description="A decision (keputusan); it stays as it was recorded."
)
class ActivityDecision(Node):
    text: str = strawberry.field(description="What was decided.")
    decided_on: date = strawberry.field(description="When.")
    created_at: datetime = strawberry.field(description="When it was recorded.")
    organisation = _by("Who recorded it.")
    supersedes = one(
        rows.ActivityDecision, "supersedes_id",
        Annotated["ActivityDecision", strawberry.lazy("schema.meeting")] | None, scope=READ,
        description="The earlier decision whose place it took.",
    )  # fmt: skip
    superseded_by = first(
        rows.ActivityDecision.supersedes_id,
        Annotated["ActivityDecision", strawberry.lazy("schema.meeting")] | None, scope=READ,
        description="The later decision that took its place.",
    )  # fmt: skip
    activity = _activity()

    @classmethod
    def is_type_of(cls, obj: Any, info: Any) -> bool:
        return isinstance(obj, rows.ActivityDecision)


@strawberry.type(directives=[requires(READ)], description="One version of a document.")
class DocumentVersion:
    number: int = strawberry.field(description="1 is the first.")
    files: list[Reference] = strawberry.field(description="Where it can be read.")
    note: str | None = strawberry.field(description="What is new in it.")
    created_at: datetime = strawberry.field(description="When it was added.")
    organisation = _by("Who added it.")


@strawberry.type(
    directives=[requires(READ)], description="A document (dokumen), of which each version stays."
)
class ActivityDocument(Node):
    kind: rows.DocumentKind = strawberry.field(description="What it is for.")
    title: str = strawberry.field(description="Judul.")
    language: str = strawberry.field(description="Its language, such as `id` (BCP 47).")
    created_at: datetime = strawberry.field(description="When it was added.")
    organisation = _by("Who added it.")
    versions = many(
        rows.DocumentVersion.document_id, NEWEST_FIRST, Connection[DocumentVersion], scope=READ,
        description="Its versions, the newest first.",
    )  # fmt: skip
    activity = _activity()

    @classmethod
    def is_type_of(cls, obj: Any, info: Any) -> bool:
        return isinstance(obj, rows.ActivityDocument)


def comments() -> Any:
    return many(
        rows.ActivityComment.activity_id, BY_ID, Connection[ActivityComment], scope=READ,
        description="What was said, in that order; for those who take part.",
    )  # fmt: skip


def decisions() -> Any:
    return many(
        rows.ActivityDecision.activity_id, BY_ID, Connection[ActivityDecision], scope=READ,
        description="What was decided; for those who take part.",
    )  # fmt: skip


def documents() -> Any:
    return many(
        rows.ActivityDocument.activity_id, BY_ID, Connection[ActivityDocument], scope=READ,
        description="Its documents; for those who take part.",
    )  # fmt: skip


described(
    rules.DecisionDraft,
    "ActivityDecisionInput",
    {
        "text": "Up to 4,000 characters; no names of children.",
        "decided_on": "Today or earlier.",
        "supersedes_id": "A decision of this activity that stands, whose place it takes.",
    },
)
described(
    rules.DocumentDraft,
    "ActivityDocumentInput",
    {
        "kind": "What it is for.",
        "title": "Up to 200 characters; no names of children.",
        "files": "1 to 20, each with its SHA-256.",
        "language": "Its language (BCP 47), `id` when left out.",
        "note": "About its first version: up to 200 characters.",
    },
)
CommentResult = Annotated[ActivityComment | Refused, strawberry.union("ActivityCommentResult")]
DecisionResult = Annotated[ActivityDecision | Refused, strawberry.union("ActivityDecisionResult")]
DocumentResult = Annotated[ActivityDocument | Refused, strawberry.union("ActivityDocumentResult")]


@strawberry.type
class MeetingMutation:
    comment_on_joint_activity = mutation(resolve.comment, scope=WRITE, returns=CommentResult | None)
    edit_activity_comment = mutation(
        resolve.edit_comment, scope=WRITE, returns=CommentResult | None
    )
    withdraw_activity_comment = mutation(
        resolve.withdraw_comment, scope=WRITE, returns=CommentResult | None
    )
    record_activity_decision = mutation(resolve.decide, scope=WRITE, returns=DecisionResult | None)
    add_activity_document = mutation(
        resolve.add_document, scope=WRITE, returns=DocumentResult | None
    )
    add_document_version = mutation(resolve.add_version, scope=WRITE, returns=DocumentResult | None)
