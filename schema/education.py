"""Public education (edukasi dan sosialisasi): sessions of a campaign, and what came of them."""

from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any

import strawberry

from auth.scopes import Scope
from db import education as rows
from db.activity import ActivityNow
from db.material import Audience, Topic
from db.material import MaterialVersion as MaterialVersionRow
from db.organisation import Organisation as OrganisationRow
from domain import education as rules
from domain import education_figures as counting
from resolvers import education as resolve
from schema.education_words import CELL, FIGURES, FILTER, PLAN, TEST
from schema.inputs import described
from schema.material import MaterialVersion
from schema.organisation import Organisation
from schema.refused import Refused
from schema.relay import Connection, Node, many, one
from schema.scopes import field, mutation, requires

READ, WRITE = Scope.ACTIVITY_READ, Scope.ACTIVITY_WRITE


@strawberry.type(
    directives=[requires(READ)], description="So many people; what is null is not told apart."
)
class PeopleCount:
    count: int = strawberry.field(description="How many.")
    audience: Audience | None = strawberry.field(description="Of which audience.")
    sex: rows.Sex | None = strawberry.field(description="Of which sex.")
    age_band: rows.AgeBand | None = strawberry.field(description="Of which age.")
    disability: rows.Disability | None = strawberry.field(description="Living with a disability.")


@strawberry.type(
    directives=[requires(READ)],
    description="People counted; every total is computed. Shown to those who take part only.",
)
class People:
    total = field(resolve.total, scope=READ)
    cells: list[PeopleCount] = strawberry.field(description="As they were counted.")
    by_audience = field(resolve.by_audience, scope=READ, returns=list[PeopleCount])
    by_sex = field(resolve.by_sex, scope=READ, returns=list[PeopleCount])
    by_age_band = field(resolve.by_age_band, scope=READ, returns=list[PeopleCount])
    by_disability = field(resolve.by_disability, scope=READ, returns=list[PeopleCount])


def _recorder() -> Any:
    about = "Who recorded it."
    return one(
        OrganisationRow, "organisation_id", Organisation | None, scope=READ, description=about
    )


@strawberry.type(
    directives=[requires(READ)],
    description="Who came (kehadiran), or an estimate of who was reached (jangkauan).",
)
class SessionFigures(Node):
    number: int = strawberry.field(description="From 1; a correction is the next.")
    people = field(resolve.people, scope=READ, returns=People)
    method: str | None = strawberry.field(description="How reach was estimated; null: counted.")
    source: str | None = strawberry.field(description="Where the estimate comes from.")
    reason: str | None = strawberry.field(description="Why it corrects what was there before.")
    recorded_at: datetime = strawberry.field(description="When it was recorded.")
    organisation = _recorder()

    @classmethod
    def is_type_of(cls, obj: Any, info: Any) -> bool:
        return isinstance(obj, rows.SessionFigures)


@strawberry.type(
    directives=[requires(READ)],
    description="What an audience knew before and after (uji awal dan akhir).",
)
class SessionTest(Node):
    audience: Audience = strawberry.field(description="Who was tested.")
    number: int = strawberry.field(description="From 1; a correction is the next.")
    maximum: Decimal = strawberry.field(description="The highest score there is.")
    before_tested: int = strawberry.field(description="How many were tested before.")
    before_mean: Decimal = strawberry.field(description="Their mean score.")
    after_tested: int = strawberry.field(description="How many were tested after.")
    after_mean: Decimal = strawberry.field(description="Their mean score.")
    gain = field(resolve.gain, scope=READ)
    reason: str | None = strawberry.field(description="Why it corrects what was there before.")
    recorded_at: datetime = strawberry.field(description="When it was recorded.")
    organisation = _recorder()

    @classmethod
    def is_type_of(cls, obj: Any, info: Any) -> bool:
        return isinstance(obj, rows.SessionTest)


@strawberry.type(directives=[requires(READ)], description="A version that a session uses.")
class SessionMaterial:
    version = one(
        MaterialVersionRow, "version_id", MaterialVersion | None, scope=READ,
        description="Which version of which material.",
    )  # fmt: skip


@strawberry.type(
    directives=[requires(READ)],
    description="A session of public education (sesi sosialisasi) under a joint activity.",
)
class EducationSession(Node):
    title: str = strawberry.field(description="Judul.")
    topics: list[Topic] = strawberry.field(description="About what.")
    audiences: list[Audience] = strawberry.field(description="For whom.")
    age_bands: list[rows.AgeBand] = strawberry.field(description="Children of which ages.")
    channel: rows.Channel = strawberry.field(description="At a place, or by which channel.")
    place: str | None = strawberry.field(description="Tempat.")
    region_code: str | None = strawberry.field(description="Kemendagri code of the region.")
    starts_at: datetime = strawberry.field(description="Planned begin.")
    ends_at: datetime = strawberry.field(description="Planned end.")
    status: rows.SessionStatus = strawberry.field(description="Keadaan.")
    held_from: datetime | None = strawberry.field(description="When it really began.")
    held_until: datetime | None = strawberry.field(description="When it really ended.")
    cancel_reason: str | None = strawberry.field(description="Why it was called off.")
    created_at: datetime = strawberry.field(description="When it was planned.")
    activity = one(
        ActivityNow, "activity_id",
        Annotated["JointActivity", strawberry.lazy("schema.activity")] | None, scope=READ,  # noqa: F821
        description="The campaign it belongs to.",
    )  # fmt: skip
    organisation = one(
        OrganisationRow, "organisation_id", Organisation | None, scope=READ,
        description="Who runs it.",
    )  # fmt: skip
    host = one(
        OrganisationRow, "host_id", Organisation | None, scope=READ,
        description="At whose place, such as a school.",
    )  # fmt: skip
    materials = many(
        rows.SessionMaterial.session_id, rules.BY_ID, Connection[SessionMaterial], scope=READ,
        description="The materials used, each in one version.",
    )  # fmt: skip
    figures = field(resolve.figures, scope=READ, returns=SessionFigures | None)
    figures_history = many(
        rows.SessionFigures.session_id, counting.BY_NUMBER, Connection[SessionFigures], scope=READ,
        description="The figures as they were recorded and corrected.",
    )  # fmt: skip
    tests = field(resolve.tests, scope=READ, returns=list[SessionTest])
    test_history = many(
        rows.SessionTest.session_id, counting.BY_NUMBER, Connection[SessionTest], scope=READ,
        description="The tests as they were recorded and corrected.",
    )  # fmt: skip

    @classmethod
    def is_type_of(cls, obj: Any, info: Any) -> bool:
        return isinstance(obj, rows.EducationSession)


@strawberry.type(
    directives=[requires(READ)],
    description="What the public education of an activity came to, over the sessions you see.",
)
class EducationTotals:
    planned: int = strawberry.field(description="Sessions still to come.")
    held: int = strawberry.field(description="Sessions held.")
    cancelled: int = strawberry.field(description="Sessions called off.")
    attendance: People = strawberry.field(description="Who came, counted at each session.")
    reach: People = strawberry.field(
        description="Estimates added up: people reached by two sessions count twice."
    )
    tested: int = strawberry.field(description="How many were tested after a session.")
    gain: float | None = strawberry.field(
        description="What they learnt, as a share of the maximum, weighted by their number."
    )


described(
    rules.SessionPlan,
    "EducationSessionInput",
    PLAN | {"activity_id": "An activity of education or capacity building you take part in."},
)
described(rules.SessionChange, "EducationSessionChangeInput", PLAN)
described(rules.SessionFilter, "EducationSessionFilter", FILTER)
described(rows.Cell, "PeopleCountInput", CELL)
described(counting.SessionFiguresDraft, "SessionFiguresInput", FIGURES)
described(counting.SessionTestDraft, "SessionTestInput", TEST)
EducationSessionResult = Annotated[
    EducationSession | Refused, strawberry.union("EducationSessionResult")
]


@strawberry.type
class EducationQuery:
    education_session = field(resolve.one, scope=READ, returns=EducationSession | None)
    education_sessions = field(
        resolve.listed, scope=READ, returns=Connection[EducationSession] | None
    )


def _mutation(resolver: Any) -> Any:
    return mutation(resolver, scope=WRITE, returns=EducationSessionResult | None)


@strawberry.type
class EducationMutation:
    plan_education_session = _mutation(resolve.plan)
    change_education_session = _mutation(resolve.change)
    hold_education_session = _mutation(resolve.hold)
    cancel_education_session = _mutation(resolve.cancel)
    record_session_figures = _mutation(resolve.record)
    record_session_test = _mutation(resolve.record_test)
