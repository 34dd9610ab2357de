"""Indicators (indikator) and their measurements (capaian)."""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any

import strawberry

from auth.scopes import Scope
from db import indicator as rows
from db import measurement as measured
from db.framework import FrameworkResult as FrameworkResultRow
from db.framework import ResultsFramework as ResultsFrameworkRow
from db.organisation import Organisation as OrganisationRow
from domain import indicator as rules
from domain import measurement as measuring
from domain.amount import Light
from resolvers import indicator as resolve
from schema import indicator_words  # noqa: F401  (registers the words of the enums)
from schema.framework import FrameworkResult, ResultsFramework
from schema.inputs import described
from schema.organisation import Organisation
from schema.reference import Reference
from schema.refused import Refused
from schema.relay import Connection, Node, first, many, one
from schema.scopes import field, mutation, requires

READ, WRITE = Scope.RESULT_READ, Scope.RESULT_WRITE
Self = Annotated["Indicator", strawberry.lazy("schema.indicator")]


@strawberry.type(description="What every measurement of a period is to reach.")
class Target:
    period_from: date = strawberry.field(description="First day.")
    period_until: date = strawberry.field(description="Last day.")
    value: Decimal = strawberry.field(description="In the unit of the indicator.")


@strawberry.type(description="The part of a value that falls to one group.")
class MeasurementPart:
    dimension: rows.Dimension = strawberry.field(description="By what.")
    group: str = strawberry.field(description="Which group.")
    value: Decimal = strawberry.field(description="In the unit of the indicator.")


@strawberry.type(
    directives=[requires(READ)],
    description="A value computed from what happened. Once computed it stays (ADR 24).",
)
class ComputedFigure:
    period: str = strawberry.field(description="Such as 2026-Q1 or 2026.")
    period_from: date = strawberry.field(description="First day.")
    period_until: date = strawberry.field(description="Last day.")
    value: Decimal | None = strawberry.field(description="Null where suppressed.")
    suppressed: bool = strawberry.field(
        description="Whether it is withheld, since it would tell of too few handoffs, or because"
        " this year is counted by quarters already, or by the year."
    )
    light: Light = strawberry.field(description="How it stands against its target.")


@strawberry.type(
    directives=[requires(READ)],
    description="What was reported of an indicator for a period. It is corrected, not changed.",
)
class Measurement(Node):
    period: str = strawberry.field(description="Such as 2026-03, 2026-Q1, 2026-S1 or 2026.")
    period_from: date = strawberry.field(description="First day of that period.")
    period_until: date = strawberry.field(description="Last day of that period.")
    value: Decimal = strawberry.field(description="In the unit of the indicator, exact.")
    breakdown: list[MeasurementPart] = strawberry.field(description="What it is made of.")
    evidence: list[Reference] = strawberry.field(description="What bears it out (bukti).")
    note: str | None = strawberry.field(description="Catatan.")
    reason: str | None = strawberry.field(description="Why it corrects what was said before.")
    corrected_at: datetime | None = strawberry.field(
        description="Since when another stands in its place; null while it counts."
    )
    created_at: datetime = strawberry.field(description="When it was reported.")
    target = field(resolve.target, scope=READ)
    light = field(resolve.light, scope=READ)
    corrects = one(
        measured.Measurement, "corrects_id",
        Annotated["Measurement", strawberry.lazy("schema.indicator")] | None,
        scope=READ, description="What was said before.",
    )  # fmt: skip
    indicator = one(
        rows.Indicator, "indicator_id", Self | None, scope=READ, description="Of which indicator."
    )
    organisation = one(
        OrganisationRow, "organisation_id", Organisation | None, scope=READ, description="By whom."
    )

    @classmethod
    def is_type_of(cls, obj: Any, info: Any) -> bool:
        return isinstance(obj, measured.Measurement)


@strawberry.type(
    directives=[requires(READ)],
    description="A measure of a result, in one version. Versions are series beside each other.",
)
class Indicator(Node):
    code: str = strawberry.field(
        name="indicatorCode", description="Kode; the same in every version."
    )
    version: int = strawberry.field(description="1, then upward.")
    name: str = strawberry.field(description="Nama.")
    definition: str = strawberry.field(description="Definisi operasional.")
    unit: rows.Unit = strawberry.field(description="Satuan.")
    unit_label: str | None = strawberry.field(description="The unit in words, where OTHER.")
    direction: rows.Direction = strawberry.field(description="Which way is better.")
    dimensions: list[rows.Dimension] = strawberry.field(description="By what it is broken down.")
    baseline: Decimal | None = strawberry.field(description="Data dasar.")
    baseline_on: date | None = strawberry.field(description="Of which day.")
    baseline_source: str | None = strawberry.field(description="From where.")
    targets: list[Target] = strawberry.field(description="Target, by period.")
    source: str | None = strawberry.field(description="Sumber data.")
    frequency: rows.Frequency = strawberry.field(description="How often it is measured.")
    kind: rows.IndicatorKind = strawberry.field(description="Said by somebody, or computed.")
    measure: rows.Measure | None = strawberry.field(description="What is computed.")
    service: str | None = strawberry.field(description="Of which service completion is computed.")
    created_at: datetime = strawberry.field(description="When it was defined.")
    successor = first(
        rows.Indicator.supersedes_id, Self | None, scope=READ,
        description="The next version, whose series stands beside this one; null for the newest.",
    )  # fmt: skip
    latest = field(resolve.latest, scope=READ, returns=Measurement | None)
    figures = field(resolve.figures, scope=READ, returns=list[ComputedFigure])
    predecessor = one(
        rows.Indicator, "supersedes_id", Self | None, scope=READ,
        description="The version before, measured in another way.",
    )  # fmt: skip
    measurements = many(
        measured.Measurement.indicator_id, measuring.LATEST_PERIOD, Connection[Measurement],
        scope=READ, description="What was reported, latest period first, corrected ones included.",
    )  # fmt: skip
    responsible = one(
        OrganisationRow, "responsible_id", Organisation | None, scope=READ,
        description="Who reports it.",
    )  # fmt: skip
    result = one(
        FrameworkResultRow, "result_id", FrameworkResult | None, scope=READ,
        description="What it measures.",
    )  # fmt: skip
    framework = one(
        ResultsFrameworkRow, "framework_id", ResultsFramework | None, scope=READ,
        description="Where it stands.",
    )  # fmt: skip

    @classmethod
    def is_type_of(cls, obj: Any, info: Any) -> bool:
        return isinstance(obj, rows.Indicator)


@strawberry.type(
    directives=[requires(READ)], description="A period that has begun and is not measured yet."
)
class MeasurementDue:
    period: str = strawberry.field(description="Which period.")
    period_until: date = strawberry.field(description="Its last day, within the framework's.")
    due_on: date = strawberry.field(description="Until when to report it: 15 days after that.")
    overdue: bool = strawberry.field(description="Whether that day has passed.")
    indicator = one(
        rows.Indicator, "indicator_id", Indicator | None, scope=READ, description="Which one."
    )
    responsible = one(
        OrganisationRow, "responsible_id", Organisation | None, scope=READ,
        description="Who is to report it.",
    )  # fmt: skip


LINE, PARAGRAPH = "Up to 200 characters.", "Up to 4,000 characters; no names of children."
NUMBER = "An exact number, best sent as text: up to 15 digits before the point and 6 after."
described(
    rows.Target,
    "TargetInput",
    {
        "period_from": "First day, within the framework's period.",
        "period_until": "Last day; targets have no day in common.",
        "value": f"What each measurement of that time is to reach. {NUMBER}",
    },
)
described(
    rules.Definition,
    "IndicatorInput",
    {
        "name": LINE,
        "definition": f"Definisi operasional. {PARAGRAPH}",
        "unit": "Satuan.",
        "unit_label": f"With OTHER, and only then. {LINE}",
        "direction": "Which way is better.",
        "dimensions": "By what a measurement may be broken down.",
        "baseline": f"Where it stood before, in the unit. {NUMBER}",
        "baseline_on": "On which day; with a baseline, and only then.",
        "baseline_source": LINE,
        "targets": "Up to 50.",
        "source": f"Sumber data. {LINE}",
        "frequency": "How often. Computed ones by quarter or by year.",
        "responsible_id": "Who reports it: a party of the agreement or a member of the programme.",
        "measure": "What is computed; left out, it is reported. For frameworks of an agreement.",
        "service": "With COMPLETION, and only then: a code of the vocabulary SERVICE.",
    },
)
described(
    measured.Part,
    "MeasurementPartInput",
    {
        "dimension": "One the indicator expects.",
        "group": "Letters, digits, dots and dashes, up to 40; once a dimension.",
        "value": NUMBER,
    },
)
_VALUE = {
    "unit": "The unit it is said in: that of the indicator.",
    "value": f"COUNT whole, PERCENT 0 to 100, none but OTHER below nothing. {NUMBER}",
    "breakdown": "Up to 200. In COUNT and RUPIAH the parts of each dimension make the value.",
    "evidence": "What bears it out.",
    "note": PARAGRAPH,
}
described(measuring.Correction, "MeasurementCorrectionInput", _VALUE)
described(
    measuring.MeasurementDraft,
    "MeasurementInput",
    _VALUE
    | {
        "indicator_id": "One your organisation is responsible for.",
        "period": "2026-03, 2026-Q1, 2026-S1 or 2026, as the frequency has it; it must be over.",
    },
)
described(
    measuring.DueFilter,
    "MeasurementDueFilter",
    {
        "framework_id": "Of this framework.",
        "owed_by_us": "Whether you are to report it.",
        "overdue": "Whether the day has passed.",
    },
)
IndicatorResult = Annotated[Indicator | Refused, strawberry.union("IndicatorResult")]
MeasurementResult = Annotated[Measurement | Refused, strawberry.union("MeasurementResult")]


@strawberry.type
class IndicatorQuery:
    measurements_due = field(resolve.due, scope=READ, returns=Connection[MeasurementDue] | None)


@strawberry.type
class IndicatorMutation:
    add_indicator = mutation(resolve.add, scope=WRITE, returns=IndicatorResult | None)
    change_indicator = mutation(resolve.change, scope=WRITE, returns=IndicatorResult | None)
    succeed_indicator = mutation(resolve.succeed, scope=WRITE, returns=IndicatorResult | None)
    report_measurement = mutation(resolve.report, scope=WRITE, returns=MeasurementResult | None)
    correct_measurement = mutation(resolve.correct, scope=WRITE, returns=MeasurementResult | None)
