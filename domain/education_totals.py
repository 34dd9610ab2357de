"""What a campaign came to, computed from the last figures of each session: never typed beside."""

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, BigInteger, Text, Uuid, any_, column, func, literal, select, true
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.ext.asyncio import AsyncSession

from db.education import (
    AgeBand,
    Disability,
    EducationSession,
    SessionFigures,
    SessionStatus,
    SessionTest,
    Sex,
)
from db.material import Audience

S = SessionStatus


@dataclass(frozen=True)
class PeopleCount:
    """So many people; what is null is not told apart."""

    count: int
    audience: Audience | None = None
    sex: Sex | None = None
    age_band: AgeBand | None = None
    disability: Disability | None = None


@dataclass(frozen=True)
class People:
    """People counted, in all and by each dimension."""

    cells: Sequence[PeopleCount]

    @property
    def total(self) -> int:
        return sum(cell.count for cell in self.cells)

    def by(self, dimension: str) -> list[PeopleCount]:
        sums: dict[Any, int] = {}
        for cell in self.cells:
            key = getattr(cell, dimension)
            sums[key] = sums.get(key, 0) + cell.count
        alone = PeopleCount(0)
        return [replace(alone, count=n, **{dimension: key}) for key, n in sorted(sums.items())]


@dataclass(frozen=True)
class EducationTotals:
    """What a campaign came to so far."""

    planned: int
    held: int
    cancelled: int
    attendance: People
    reach: People
    tested: int
    gain: float | None


def people(figures: SessionFigures) -> People:
    return People([PeopleCount(**{f.name: getattr(c, f.name) for f in fields(c)})
                   for c in figures.cells])  # fmt: skip


async def totals(tx: AsyncSession, ids: list[UUID]) -> dict[UUID, EducationTotals]:
    """The totals of campaigns, over the sessions that the caller sees; none of what it does not."""
    wanted = func.unnest(_uuids(ids)).table_valued(column("id", Uuid())).render_derived(name="a")
    seen = select(wanted.c.id).where(func.access.seen_until(wanted.c.id).is_not(None))
    mine = set(await tx.scalars(seen))
    states = {(id, status): n for id, status, n in await tx.execute(_states(ids))}
    cells: dict[tuple[UUID, bool], list[PeopleCount]] = {}
    for id, reach, audience, sex, age, disability, n in await tx.execute(_cells_of(ids)):
        count = PeopleCount(
            int(n), Audience(audience), Sex(sex), AgeBand(age), Disability(disability)
        )
        cells.setdefault((id, reach), []).append(count)
    gains = {row.activity_id: row for row in await tx.execute(_gains(ids))}

    def total(id: UUID) -> EducationTotals:
        learnt = gains.get(id)
        return EducationTotals(
            planned=states.get((id, S.PLANNED), 0),
            held=states.get((id, S.HELD), 0),
            cancelled=states.get((id, S.CANCELLED), 0),
            attendance=People(cells.get((id, False), [])),
            reach=People(cells.get((id, True), [])),
            tested=learnt.tested if learnt else 0,
            gain=round(float(learnt.gain), 4) if learnt else None,
        )

    return {id: total(id) for id in ids if id in mine}


def _states(ids: list[UUID]) -> Any:
    row = EducationSession
    return (
        select(row.activity_id, row.status, func.count())
        .where(row.activity_id == any_(_uuids(ids)))
        .group_by(row.activity_id, row.status)
    )


def _cells_of(ids: list[UUID]) -> Any:
    """The cells of the last figures of every session, summed for each activity."""
    row = SessionFigures
    last = select(row.activity_id, row.cells, row.method.is_not(None).label("reach"))
    last = last.where(row.activity_id == any_(_uuids(ids))).ext(distinct_on(row.session_id))
    last_one = last.order_by(row.session_id, row.number.desc()).subquery()
    names = ("audience", "sex", "age_band", "disability")
    cell = (
        func.jsonb_to_recordset(last_one.c.cells)
        .table_valued(*(column(name, Text()) for name in names), column("count", BigInteger()))
        .render_derived(name="cell", with_types=True)
    )
    by = (last_one.c.activity_id, last_one.c.reach, *(cell.c[name] for name in names))
    # fmt: off
    return (select(*by, func.sum(cell.c["count"])).select_from(last_one).join(cell, true())
            .group_by(*by))
    # fmt: on


def _gains(ids: list[UUID]) -> Any:
    row = SessionTest
    last = select(row).where(row.activity_id == any_(_uuids(ids)))
    last = last.ext(distinct_on(row.session_id, row.audience))
    test = last.order_by(row.session_id, row.audience, row.number.desc()).subquery()
    learnt = (test.c.after_mean - test.c.before_mean) / test.c.maximum
    weighted: Any = func.sum(test.c.after_tested * learnt)
    tested = func.sum(test.c.after_tested)
    return select(
        test.c.activity_id, tested.label("tested"), (weighted / tested).label("gain")
    ).group_by(test.c.activity_id)


def _uuids(ids: Sequence[UUID]) -> Any:
    return literal(list(ids), ARRAY(Uuid()))
