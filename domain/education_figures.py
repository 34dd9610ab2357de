"""Figures of sessions: who came or was reached, and what was learnt.

A correction is another row with a reason; the one before stays.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, Uuid, any_, literal, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.ext.asyncio import AsyncSession

from auth.caller import Caller
from db.activity import JointActivity
from db.education import (
    AgeBand,
    Cell,
    EducationSession,
    SessionFigures,
    SessionStatus,
    SessionTest,
)
from db.enums import ActivityStatus
from db.ids import new_id
from db.material import Audience
from domain.checks import LINE, PARAGRAPH, Ref, found, id_of, locked, reason_of, text_of
from domain.education import PEOPLE_COME
from domain.education_totals import totals
from domain.paging import Order
from domain.refusal import RefusalCode, require

BY_NUMBER = Order(("number", "id"))
MOST_CELLS = 400
MOST_PEOPLE = 2_000_000_000
"""In all sessions of one activity together."""
_MAXIMUM = Decimal(100_000)
_CENTS = Decimal("0.01")


@dataclass(frozen=True)
class SessionFiguresDraft:
    """Who came (kehadiran), or how many were reached by estimate (jangkauan). No names."""

    cells: list[Cell]
    method: str | None = None
    source: str | None = None
    reason: str | None = None


@dataclass(frozen=True)
class SessionTestDraft:
    """What one audience knew before and after."""

    audience: Audience
    maximum: Decimal
    before_tested: int
    before_mean: Decimal
    after_tested: int
    after_mean: Decimal
    reason: str | None = None


async def record(
    tx: AsyncSession, caller: Caller, ref: Ref, given: SessionFiguresDraft
) -> EducationSession:
    session = await _held(tx, ref)
    earlier = (await latest_figures(tx, [session.id])).get(session.id)
    counted = session.channel in PEOPLE_COME
    for name, text in (("method", given.method), ("source", given.source)):
        require(counted == (text is None), RefusalCode.BAD_INPUT, f"input.{name}")
    figures = SessionFigures(
        id=new_id(),
        session_id=session.id,
        activity_id=session.activity_id,
        organisation_id=caller.organisation_id,
        number=earlier.number + 1 if earlier else 1,
        cells=_cells(given.cells),
        method=None if given.method is None else text_of(given.method, "input.method", PARAGRAPH),
        source=None if given.source is None else text_of(given.source, "input.source", LINE),
        reason=_reason(earlier, given.reason),
    )
    for test in (await latest_tests(tx, [session.id])).get(session.id, ()):
        most = max(test.before_tested, test.after_tested)
        enough = most <= attended(figures, test.audience)
        require(enough, RefusalCode.OUT_OF_RANGE, "input.cells")
    tx.add(figures)
    await tx.flush()
    campaign = (await totals(tx, [session.activity_id]))[session.activity_id]
    most = campaign.attendance.total + campaign.reach.total
    require(most <= MOST_PEOPLE, RefusalCode.OUT_OF_RANGE, "input.cells")
    return session


async def record_test(
    tx: AsyncSession, caller: Caller, ref: Ref, given: SessionTestDraft
) -> EducationSession:
    """Record a test before and after, of no more people than came."""
    session = await _held(tx, ref)
    figures = (await latest_figures(tx, [session.id])).get(session.id)
    require(figures is not None, RefusalCode.WRONG_STATE, "id")
    for name in ("before_tested", "after_tested"):
        within = 0 < getattr(given, name) <= attended(figures, given.audience)
        require(within, RefusalCode.OUT_OF_RANGE, f"input.{_camel(name)}")
    maximum = _score(given.maximum, _MAXIMUM, "input.maximum")
    require(maximum > 0, RefusalCode.OUT_OF_RANGE, "input.maximum")
    before = _score(given.before_mean, maximum, "input.beforeMean")
    after = _score(given.after_mean, maximum, "input.afterMean")
    tests = (await latest_tests(tx, [session.id])).get(session.id, ())
    earlier = next((test for test in tests if test.audience is given.audience), None)
    tx.add(
        SessionTest(
            id=new_id(),
            session_id=session.id,
            activity_id=session.activity_id,
            organisation_id=caller.organisation_id,
            audience=given.audience,
            number=earlier.number + 1 if earlier else 1,
            maximum=maximum,
            before_tested=given.before_tested,
            before_mean=before,
            after_tested=given.after_tested,
            after_mean=after,
            reason=_reason(earlier, given.reason),
        )
    )
    await tx.flush()
    return session


def attended(figures: SessionFigures | None, audience: Audience) -> int:
    return sum(cell.count for cell in figures.cells if cell.audience is audience) if figures else 0


def gain(test: SessionTest) -> float:
    """What was learnt, as a share of the maximum."""
    return round(float((test.after_mean - test.before_mean) / test.maximum), 4)


async def latest_figures(tx: AsyncSession, ids: list[UUID]) -> dict[UUID, SessionFigures]:
    """The figures that count, of each session."""
    row = SessionFigures
    last = select(row).where(row.session_id == any_(_uuids(ids))).ext(distinct_on(row.session_id))
    last = last.order_by(row.session_id, row.number.desc())
    return {figures.session_id: figures for figures in await tx.scalars(last)}


async def latest_tests(tx: AsyncSession, ids: list[UUID]) -> dict[UUID, list[SessionTest]]:
    """The tests that count, of each session: one for each audience."""
    row = SessionTest
    last = select(row).where(row.session_id == any_(_uuids(ids)))
    last = last.ext(distinct_on(row.session_id, row.audience))
    tests: dict[UUID, list[SessionTest]] = {id: [] for id in ids}
    ordered = last.order_by(row.session_id, row.audience, row.number.desc())
    for found_test in await tx.scalars(ordered):
        tests[found_test.session_id].append(found_test)
    return tests


async def _held(tx: AsyncSession, ref: Ref) -> EducationSession:
    """The session, locked, once it was held and unless its activity was called off."""
    id = id_of(ref, "educationsession", "id")
    session = await locked(tx, EducationSession, id, barred=RefusalCode.WRONG_SIDE)
    activity = await found(tx, JointActivity, session.activity_id, "id")
    was = session.status is SessionStatus.HELD
    stands = activity.status is not ActivityStatus.CANCELLED
    require(was and stands, RefusalCode.WRONG_STATE, "id")
    return session


def _cells(given: Sequence[Cell]) -> list[Cell]:
    require(len(given) <= MOST_CELLS, RefusalCode.TOO_MANY, "input.cells", most=MOST_CELLS)
    require(given, RefusalCode.BAD_INPUT, "input.cells")
    there: set[Cell] = set()
    for index, cell in enumerate(given):
        at = f"input.cells[{index}]"
        require(0 <= cell.count <= MOST_PEOPLE, RefusalCode.OUT_OF_RANGE, f"{at}.count")
        grown = cell.audience is Audience.CHILDREN and cell.age_band is AgeBand.ADULT
        require(not grown, RefusalCode.BAD_INPUT, f"{at}.ageBand")
        place = replace(cell, count=0)
        require(place not in there, RefusalCode.DUPLICATE, at)
        there.add(place)
    return list(given)


def _reason(earlier: SessionFigures | SessionTest | None, given: str | None) -> str | None:
    """A correction says why; what is recorded first corrects nothing."""
    if earlier is not None:
        return reason_of(given, "input.reason")
    require(given is None, RefusalCode.BAD_INPUT, "input.reason")
    return None


def _score(given: Decimal, most: Decimal, field: str) -> Decimal:
    sound = given.is_finite() and 0 <= given <= most
    require(sound, RefusalCode.OUT_OF_RANGE, field)
    require(given == given.quantize(_CENTS), RefusalCode.BAD_INPUT, field)
    return given


def _camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(part.title() for part in rest)


def _uuids(ids: Iterable[UUID]) -> Any:
    return literal(list(ids), ARRAY(Uuid()))
