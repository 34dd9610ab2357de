"""What the answers given in an activity come to together."""

import strawberry

from auth.scopes import Scope
from db.instrument import QuestionType
from resolvers import visit as resolve
from schema.scopes import field, requires

READ = Scope.OVERSIGHT_READ


@strawberry.type(directives=[requires(READ)], description="How often an answer was given.")
class AnswerCount:
    value: str = strawberry.field(description="Key of an option, `true` or `false`.")
    count: int = strawberry.field(description="How often.")


@strawberry.type(
    directives=[requires(READ)], description="A section or a question, over all answers."
)
class ComparedScore:
    key: str = strawberry.field(description="Its key, the same in all versions.")
    text: str = strawberry.field(description="As the newest version answered has it.")
    text_en: str | None = strawberry.field(description="The same in English.")
    responses: int = strawberry.field(description="How many answered it.")
    percent: float | None = strawberry.field(description="Points reached over points reachable.")
    type: QuestionType | None = strawberry.field(description="Of a question.")
    mean: float | None = strawberry.field(description="Of numbers and scales.")
    counts: list[AnswerCount] = strawberry.field(description="Of choices, and of yes and no.")


@strawberry.type(
    directives=[requires(READ)],
    description="The answers of an activity to one instrument, together: of each organisation and"
    " visit the newest that were submitted. In older versions a question counts with those of the"
    " same key and type.",
)
class VisitComparison:
    visits: int = strawberry.field(description="Of how many visits.")
    responses: int = strawberry.field(description="How many answered.")
    versions: list[int] = strawberry.field(description="Which versions they answered.")
    percent: float | None = strawberry.field(description="Of all together.")
    least: float | None = strawberry.field(description="The lowest score.")
    most: float | None = strawberry.field(description="The highest score.")
    sections: list[ComparedScore] = strawberry.field(description="By section.")
    questions: list[ComparedScore] = strawberry.field(description="By question.")


@strawberry.type
class ComparisonQuery:
    visit_comparison = field(resolve.compare, scope=READ, returns=VisitComparison | None)
