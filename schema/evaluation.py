"""Evaluations of agreements (evaluasi kerja sama)."""

from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any

import strawberry

from auth.scopes import Scope
from db import evaluation as rows
from db.mou import MouNow
from db.mou import MouVersion as MouVersionRow
from db.organisation import Organisation as OrganisationRow
from domain import evaluation as rules
from resolvers import evaluation as resolve
from schema.inputs import described
from schema.mou import Mou, MouVersion
from schema.organisation import Organisation
from schema.reference import Reference
from schema.refused import Refused
from schema.relay import Connection, Node, many, one
from schema.scopes import field, mutation, requires
from schema.vocabulary import vocabulary

READ, WRITE = Scope.RESULT_READ, Scope.RESULT_WRITE

vocabulary(
    rows.NextStep,
    {"EXTEND": "Diperpanjang.", "CHANGE": "Diubah.", "STOP": "Diakhiri."},
    name="EvaluationRecommendation",
)
vocabulary(
    rows.PromisePart,
    {"SCOPE": "Ruang lingkup.", "OBLIGATIONS": "Hak dan kewajiban."},
)
vocabulary(
    rows.PromiseAnswer,
    {"KEPT": "Terlaksana.", "PARTLY": "Sebagian.", "NOT_KEPT": "Tidak terlaksana."},
)


@strawberry.type(
    directives=[requires(READ)],
    description="A promise as the agreement has it, and what became of it.",
)
class EvaluationPromise(Node):
    number: int = strawberry.field(description="1, 2, ... through scope and obligations.")
    part: rows.PromisePart = strawberry.field(description="Where in the agreement it stands.")
    promise: str = strawberry.field(description="As the agreement has it.")
    answer: rows.PromiseAnswer | None = strawberry.field(description="Null: not answered yet.")
    note: str | None = strawberry.field(description="Penjelasan.")
    evidence: list[Reference] = strawberry.field(description="What bears it out.")

    @classmethod
    def is_type_of(cls, obj: Any, info: Any) -> bool:
        return isinstance(obj, rows.EvaluationPromise)


@strawberry.type(directives=[requires(READ)], description="What one party says.")
class EvaluationVoice:
    recommendation: rows.NextStep = strawberry.field(description="What it recommends.")
    body: str = strawberry.field(description="What it says.")
    created_at: datetime = strawberry.field(description="When it first spoke.")
    organisation = one(
        OrganisationRow, "organisation_id", Organisation | None, scope=READ, description="Who."
    )


@strawberry.type(
    directives=[requires(READ)],
    description="Something done under the agreement: activities, or a figure of a period.",
)
class WorkDone:
    what: str = strawberry.field(
        description="A kind of activity that was completed, or a measure of handoffs."
    )
    period: str | None = strawberry.field(description="Null: the whole term until then.")
    value: Decimal | None = strawberry.field(description="Null where suppressed.")
    suppressed: bool = strawberry.field(description="Whether it would tell of too few.")


@strawberry.type(
    directives=[requires(READ)],
    description=(
        "An evaluation of an agreement: what it promised, what was done, what each party says and"
        " what comes next. Seen by the parties of the very version it evaluates."
    ),
)
class Evaluation(Node):
    summary: str | None = strawberry.field(description="Ringkasan.")
    recommendation: rows.NextStep | None = strawberry.field(description="Null while a draft.")
    reasons: str | None = strawberry.field(description="Why (alasan).")
    document: str | None = strawberry.field(
        description="The whole as it was concluded, in canonical JSON; null while a draft."
    )
    content_hash: str | None = strawberry.field(description="SHA-256 of `document`.")
    concluded_at: datetime | None = strawberry.field(description="Null while a draft.")
    created_at: datetime = strawberry.field(description="When it was begun.")
    done = field(resolve.done, scope=READ, returns=list[WorkDone])
    promises = many(
        rows.EvaluationPromise.evaluation_id, rules.BY_NUMBER, Connection[EvaluationPromise],
        scope=READ, description="What was promised, in the order of the agreement.",
    )  # fmt: skip
    voices = many(
        rows.EvaluationVoice.evaluation_id, rules.IN_ORDER, Connection[EvaluationVoice],
        scope=READ, description="What each party says.",
    )  # fmt: skip
    mou = one(MouNow, "mou_id", Mou | None, scope=Scope.MOU_READ, description="Of which agreement.")
    version = one(
        MouVersionRow, "version_id", MouVersion | None, scope=Scope.MOU_READ,
        description="Of which version of it.",
    )  # fmt: skip
    author = one(
        OrganisationRow, "author_id", Organisation | None, scope=READ, description="Who wrote it."
    )

    @classmethod
    def is_type_of(cls, obj: Any, info: Any) -> bool:
        return isinstance(obj, rows.Evaluation)


PARAGRAPH = "Up to 4,000 characters; no names of children."
described(
    rules.AnswerDraft,
    "PromiseAnswerInput",
    {"answer": "What became of it.", "note": PARAGRAPH, "evidence": "What bears it out."},
)
described(
    rules.Conclusion,
    "EvaluationConclusionInput",
    {
        "recommendation": "What is to come next.",
        "reasons": f"Why. {PARAGRAPH}",
        "summary": PARAGRAPH,
    },
)
EvaluationResult = Annotated[Evaluation | Refused, strawberry.union("EvaluationResult")]
EvaluationPromiseResult = Annotated[
    EvaluationPromise | Refused, strawberry.union("EvaluationPromiseResult")
]


@strawberry.type
class EvaluationQuery:
    evaluation = field(resolve.one, scope=READ, returns=Evaluation | None)
    evaluations = field(resolve.listed, scope=READ, returns=Connection[Evaluation] | None)


def _mutation(resolver: Any) -> Any:
    return mutation(resolver, scope=WRITE, returns=EvaluationResult | None)


@strawberry.type
class EvaluationMutation:
    start_evaluation = _mutation(resolve.start)
    assess_agreement = _mutation(resolve.assess)
    conclude_evaluation = _mutation(resolve.conclude)
    answer_promise = mutation(resolve.answer, scope=WRITE, returns=EvaluationPromiseResult | None)
