"""Checklists (daftar periksa) of laws in force, and how far they are carried out."""

from datetime import datetime
from typing import Annotated, Any

import strawberry

from auth.scopes import Scope
from db import checklist as rows
from db.checklist import ImplementationStatus
from db.organisation import Organisation as OrganisationRow
from db.regulation import Regulation as RegulationRow
from domain import checklist as rules
from resolvers import checklist as resolve
from schema.inputs import described
from schema.organisation import Organisation
from schema.reference import Reference
from schema.refused import Refused
from schema.regulation import Regulation
from schema.relay import Connection, Node, many, one
from schema.scopes import field, mutation, requires
from schema.vocabulary import vocabulary

READ, WRITE = Scope.ACTIVITY_READ, Scope.ACTIVITY_WRITE

vocabulary(
    ImplementationStatus,
    {
        "NOT_STARTED": "Belum: counts nothing.",
        "PARTLY": "Sebagian: counts half.",
        "DONE": "Terlaksana: counts whole, and wants evidence.",
        "NOT_APPLICABLE": "Tidak berlaku: is left out of the score.",
    },
)


@strawberry.type(directives=[requires(READ)], description="A duty that the regulation names.")
class ChecklistItem(Node):
    number: int = strawberry.field(description="Its place, from 1.")
    article: str = strawberry.field(description="Pasal, ayat.")
    duty: str = strawberry.field(description="Kewajiban.")
    organisation_types: list[str] = strawberry.field(description="Whose duty it is.")
    verification: str = strawberry.field(description="Cara verifikasi.")
    weight: int = strawberry.field(description="Bobot, 1 to 10.")

    @classmethod
    def is_type_of(cls, obj: Any, info: Any) -> bool:
        return isinstance(obj, rows.ChecklistItem)


@strawberry.type(
    directives=[requires(READ)],
    description="What a regulation asks, item by item; the newest version is assessed.",
)
class Checklist(Node):
    number: int = strawberry.field(description="Version, from 1.")
    title: str = strawberry.field(description="Judul.")
    note: str | None = strawberry.field(description="Catatan.")
    created_at: datetime = strawberry.field(description="When it was drawn up.")
    regulation = one(
        RegulationRow, "regulation_id", Regulation | None, scope=READ, description="Of what."
    )
    author = one(
        OrganisationRow, "organisation_id", Organisation | None, scope=READ,
        description="Who drew it up.",
    )  # fmt: skip
    items = many(
        rows.ChecklistItem.checklist_id, rules.BY_NUMBER, Connection[ChecklistItem], scope=READ,
        description="Its items, in order.",
    )  # fmt: skip

    @classmethod
    def is_type_of(cls, obj: Any, info: Any) -> bool:
        return isinstance(obj, rows.Checklist)


@strawberry.type(directives=[requires(READ)], description="How far one duty is carried out.")
class ItemScore:
    status: ImplementationStatus = strawberry.field(description="Keadaan.")
    note: str | None = strawberry.field(description="Catatan.")
    evidence: list[Reference] = strawberry.field(description="Bukti.")
    item = one(
        rows.ChecklistItem, "item_id", ChecklistItem | None, scope=READ, description="Which duty."
    )


@strawberry.type(
    directives=[requires(READ)],
    description=(
        "How far one organisation carried out a regulation in a half-year (penilaian pelaksanaan),"
        " as it or somebody else found. Seen by both, and by organisations above it."
    ),
)
class ImplementationAssessment(Node):
    period: str = strawberry.field(description="Half-year, `2026-S1`.")
    revision: int = strawberry.field(description="From 1; the highest counts.")
    score: int | None = strawberry.field(
        description="Per cent of what is applicable, by weight; null where nothing is."
    )
    note: str | None = strawberry.field(description="Catatan.")
    region_code: str | None = strawberry.field(description="Its region, as it was then.")
    created_at: datetime = strawberry.field(description="When it was assessed.")
    change = field(resolve.change, scope=READ)
    checklist = one(
        rows.Checklist, "checklist_id", Checklist | None, scope=READ, description="By what."
    )
    organisation = one(
        OrganisationRow, "organisation_id", Organisation | None, scope=READ, description="Whose."
    )
    assessor = one(
        OrganisationRow, "assessor_id", Organisation | None, scope=READ,
        description="By whom; a self-assessment is by itself.",
    )  # fmt: skip
    scores = many(
        rows.AssessmentScore.assessment_id, rules.BY_ID, Connection[ItemScore], scope=READ,
        description="Item by item.",
    )  # fmt: skip

    @classmethod
    def is_type_of(cls, obj: Any, info: Any) -> bool:
        return isinstance(obj, rows.Assessment)


@strawberry.type(
    directives=[requires(READ)],
    description="An average that gives no organisation away: over five or more, and rounded.",
)
class ImplementationAverage:
    period: str = strawberry.field(description="Half-year, closed to every assessor.")
    region_code: str = strawberry.field(description="Province.")
    organisation_type: str = strawberry.field(description="Type of organisation.")
    score: int = strawberry.field(description="Average, in steps of five per cent.")
    organisations: int = strawberry.field(description="At least so many stand behind it.")
    change: int | None = strawberry.field(
        description="Since the half-year before, where that is shown too."
    )


described(
    rules.ChecklistItemDraft,
    "ChecklistItemInput",
    {
        "article": "Up to 200 characters.",
        "duty": "Up to 4,000 characters.",
        "organisation_types": "Whose duty it is: codes of the vocabulary ORGANISATION_TYPE.",
        "verification": "How one sees whether it is done: up to 4,000 characters.",
        "weight": "1 to 10.",
    },
)
described(
    rules.NewChecklist,
    "ChecklistInput",
    {
        "regulation_id": "A regulation in force whose entry you keep.",
        "title": "Up to 200 characters.",
        "items": f"1 to {rules.MOST_ITEMS}, in order.",
        "note": "Up to 4,000 characters.",
    },
)
described(
    rules.ScoreDraft,
    "ItemScoreInput",
    {
        "item_id": "A duty of organisations of this type.",
        "status": "Keadaan.",
        "note": "Up to 4,000 characters; no names of children.",
        "evidence": "What shows it; needed where it is done.",
    },
)
described(
    rules.NewAssessment,
    "ImplementationAssessmentInput",
    {
        "checklist_id": "The newest version of a checklist.",
        "organisation_id": "Whom to assess: your own organisation, or one you may.",
        "period": "A half-year, `2026-S1`: begun, and ended no more than three months ago.",
        "scores": "One for every duty of organisations of this type.",
        "note": "Up to 4,000 characters; no names of children.",
    },
)
described(
    rules.AssessmentFilter,
    "ImplementationAssessmentFilter",
    {
        "regulation_id": "Of this regulation.",
        "organisation_id": "Of this organisation.",
        "assessor_id": "By this organisation.",
        "period": "Of this half-year, `2026-S1`.",
        "include_earlier": "Also those that the same assessor corrected.",
    },
)
ChecklistResult = Annotated[Checklist | Refused, strawberry.union("ChecklistResult")]
ImplementationAssessmentResult = Annotated[
    ImplementationAssessment | Refused, strawberry.union("ImplementationAssessmentResult")
]


@strawberry.type
class ChecklistQuery:
    checklist = field(resolve.one, scope=READ, returns=Checklist | None)
    implementation_assessment = field(
        resolve.assessment, scope=READ, returns=ImplementationAssessment | None
    )
    implementation_assessments = field(
        resolve.listed, scope=READ, returns=Connection[ImplementationAssessment] | None
    )
    implementation_averages = field(
        resolve.averages, scope=READ, returns=list[ImplementationAverage] | None
    )


@strawberry.type
class ChecklistMutation:
    draw_up_checklist = mutation(resolve.draw_up, scope=WRITE, returns=ChecklistResult | None)
    assess_implementation = mutation(
        resolve.assess, scope=WRITE, returns=ImplementationAssessmentResult | None
    )
