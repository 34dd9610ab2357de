"""Programmes and results frameworks (kerangka hasil)."""

from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated, Any

import strawberry

from auth.scopes import Scope
from db import framework as rows
from db.indicator import Indicator as IndicatorRow
from db.mou import MouNow
from db.organisation import Organisation as OrganisationRow
from domain import framework as rules
from domain import programme as programmes
from resolvers import framework as resolve
from schema.inputs import described
from schema.mou import Mou
from schema.organisation import Organisation
from schema.refused import Refused
from schema.relay import Connection, Node, many, one
from schema.scopes import field, mutation, requires
from schema.vocabulary import vocabulary

if TYPE_CHECKING:
    from schema.indicator import Indicator

READ, WRITE = Scope.RESULT_READ, Scope.RESULT_WRITE
Framework = Annotated["ResultsFramework", strawberry.lazy("schema.framework")]

vocabulary(
    rows.ResultLevel,
    {
        "IMPACT": "Dampak: how children are better off.",
        "OUTCOME": "Hasil (outcome): what changes by it.",
        "OUTPUT": "Keluaran (output): what the work brings forth.",
    },
)


@strawberry.type(directives=[requires(READ)], description="A member of a programme.")
class ProgrammeMember:
    created_at: datetime = strawberry.field(description="Since when.")
    organisation = one(
        OrganisationRow, "organisation_id", Organisation | None, scope=READ, description="Who."
    )


@strawberry.type(
    directives=[requires(READ)], description="A programme (program) of several organisations."
)
class Programme(Node):
    name: str = strawberry.field(description="Nama.")
    description: str | None = strawberry.field(description="Uraian.")
    valid_from: date = strawberry.field(description="First day.")
    valid_until: date = strawberry.field(description="Last day.")
    created_at: datetime = strawberry.field(description="When it was started here.")
    lead = one(
        OrganisationRow, "lead_id", Organisation | None, scope=READ, description="Who leads it."
    )
    members = many(
        rows.ProgrammeMember.programme_id, rules.AS_WRITTEN, Connection[ProgrammeMember],
        scope=READ, description="Who works in it, and therefore sees it.",
    )  # fmt: skip
    frameworks = many(
        rows.ResultsFramework.programme_id, rules.LATEST_PERIOD, Connection[Framework],
        scope=READ, description="Its results frameworks, latest period first.",
    )  # fmt: skip

    @classmethod
    def is_type_of(cls, obj: Any, info: Any) -> bool:
        return isinstance(obj, rows.Programme)


@strawberry.type(directives=[requires(READ)], description="A result, under the one it leads to.")
class FrameworkResult(Node):
    level: rows.ResultLevel = strawberry.field(description="Where it stands in the chain.")
    statement: str = strawberry.field(description="Rumusan.")
    parent = one(
        rows.FrameworkResult, "parent_id",
        Annotated["FrameworkResult", strawberry.lazy("schema.framework")] | None,
        scope=READ, description="What it leads to.",
    )  # fmt: skip
    indicators = many(
        IndicatorRow.result_id, rules.AS_WRITTEN,
        Connection[Annotated["Indicator", strawberry.lazy("schema.indicator")]],
        scope=READ, description="By what it is measured, every version.",
    )  # fmt: skip

    @classmethod
    def is_type_of(cls, obj: Any, info: Any) -> bool:
        return isinstance(obj, rows.FrameworkResult)


@strawberry.type(
    directives=[requires(READ)],
    description=(
        "What an agreement or programme is held against for a period (kerangka hasil). Seen by the"
        " parties of the agreement while it is in force, and by whoever works in the programme."
    ),
)
class ResultsFramework(Node):
    name: str = strawberry.field(description="Nama.")
    description: str | None = strawberry.field(description="Uraian.")
    period_from: date = strawberry.field(description="First day.")
    period_until: date = strawberry.field(description="Last day.")
    created_at: datetime = strawberry.field(description="When it was set up.")
    owner = one(
        OrganisationRow, "owner_id", Organisation | None, scope=READ, description="Who writes it."
    )
    mou = one(MouNow, "mou_id", Mou | None, scope=Scope.MOU_READ, description="Of which agreement.")
    programme = one(
        rows.Programme, "programme_id", Programme | None, scope=READ,
        description="Of which programme.",
    )  # fmt: skip
    results = many(
        rows.FrameworkResult.framework_id, rules.AS_WRITTEN, Connection[FrameworkResult],
        scope=READ, description="Its results, as they were written.",
    )  # fmt: skip
    indicators = many(
        IndicatorRow.framework_id, rules.AS_WRITTEN,
        Connection[Annotated["Indicator", strawberry.lazy("schema.indicator")]],
        scope=READ, description="Its indicators, every version.",
    )  # fmt: skip

    @classmethod
    def is_type_of(cls, obj: Any, info: Any) -> bool:
        return isinstance(obj, rows.ResultsFramework)


LINE, PARAGRAPH = "Up to 200 characters.", "Up to 4,000 characters; no names of children."
_PROGRAMME = {
    "name": LINE,
    "description": PARAGRAPH,
    "valid_until": "Last day, within ten years.",
    "members": "Who works in it besides you: up to 200. They see it and what is measured of it.",
}
described(programmes.NewProgramme, "ProgrammeInput", _PROGRAMME | {"valid_from": "First day."})
described(
    programmes.ProgrammeChange,
    "ProgrammeChangeInput",
    _PROGRAMME | {"members": "All members from now on: up to 200."},
)
_FRAMEWORK = {
    "name": LINE,
    "description": PARAGRAPH,
    "period_from": "First day, within the term of the agreement and the programme.",
    "period_until": "Last day. Two frameworks of one agreement have no day in common.",
}
described(
    rules.NewFramework,
    "ResultsFrameworkInput",
    _FRAMEWORK
    | {
        "mou_id": "The agreement in force, to which you are a party.",
        "programme_id": "The programme, which you lead; one of the two is needed.",
    },
)
described(rules.FrameworkChange, "ResultsFrameworkChangeInput", _FRAMEWORK)
described(
    rules.NewResult,
    "FrameworkResultInput",
    {
        "level": "Where it stands in the chain.",
        "statement": PARAGRAPH,
        "parent_id": "For an outcome an impact, if there is one; for an output its outcome.",
    },
)
described(
    rules.FrameworkFilter,
    "ResultsFrameworkFilter",
    {
        "mou_id": "Of this agreement.",
        "programme_id": "Of this programme.",
        "owned_by_us": "Whether you write it.",
        "on": "Whose period has this day.",
    },
)
ProgrammeResult = Annotated[Programme | Refused, strawberry.union("ProgrammeResult")]
ResultsFrameworkResult = Annotated[
    ResultsFramework | Refused, strawberry.union("ResultsFrameworkResult")
]
FrameworkResultResult = Annotated[
    FrameworkResult | Refused, strawberry.union("FrameworkResultResult")
]


@strawberry.type
class FrameworkQuery:
    programme = field(resolve.programme, scope=READ, returns=Programme | None)
    programmes = field(resolve.programmes, scope=READ, returns=Connection[Programme] | None)
    results_framework = field(resolve.one, scope=READ, returns=ResultsFramework | None)
    results_frameworks = field(
        resolve.listed, scope=READ, returns=Connection[ResultsFramework] | None
    )


@strawberry.type
class FrameworkMutation:
    start_programme = mutation(resolve.start_programme, scope=WRITE, returns=ProgrammeResult | None)
    change_programme = mutation(
        resolve.change_programme, scope=WRITE, returns=ProgrammeResult | None
    )
    create_results_framework = mutation(
        resolve.create, scope=WRITE, returns=ResultsFrameworkResult | None
    )
    change_results_framework = mutation(
        resolve.change, scope=WRITE, returns=ResultsFrameworkResult | None
    )
    add_framework_result = mutation(
        resolve.add_result, scope=WRITE, returns=FrameworkResultResult | None
    )
