"""Giving the world its past: what was just played is dated back to when it should have been.

Done as the owner, in the one transaction that ends the seeding. Only times move; the states were
reached by the rules and stay as they are.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from api.seed.cast import Cast
from api.seed.play_handoffs import Played
from api.seed.play_meetings import Asked, Held
from db.enums import TermKind
from db.handoff import Handoff, HandoffEvent, HandoffSection
from db.term import Term

_HANDOFF = """
update handoff h set created_at = x.created, updated_at = x.updated, listed_at = x.listed,
  requested_at = x.requested, due_at = x.due, accepted_at = x.accepted, ended_at = x.ended,
  cancellation_requested_at = x.stop_asked
from unnest(cast(:id as uuid[]), cast(:created as timestamptz[]), cast(:updated as timestamptz[]),
  cast(:listed as timestamptz[]), cast(:requested as timestamptz[]), cast(:due as timestamptz[]),
  cast(:accepted as timestamptz[]), cast(:ended as timestamptz[]),
  cast(:stop_asked as timestamptz[]))
  as x(id, created, updated, listed, requested, due, accepted, ended, stop_asked)
where h.id = x.id
"""
_SENDS = ("send", "submit")


async def age_handoffs(tx: AsyncSession, played: Sequence[Played]) -> None:
    """Headers, timelines and sections."""
    answer_within = await _response_times(tx)
    rows = {row.id: row for row in await tx.scalars(select(Handoff))}
    columns: dict[str, list[Any]] = {}
    for play in played:
        for name, value in _header(play, rows[play.id], answer_within).items():
            columns.setdefault(name, []).append(value)
    await tx.execute(text(_HANDOFF), columns)
    for model, moments in (
        (HandoffEvent, {play.id: play.at for play in played}),
        (HandoffSection, {play.id: play.sections for play in played}),
    ):
        written = await tx.execute(
            select(model.id, model.handoff_id).order_by(
                model.handoff_id, model.created_at, model.id
            )
        )
        left = {id: iter(at) for id, at in moments.items()}
        await redate(
            tx, model.__tablename__, [(id, next(left[of]) + _MOMENT) for id, of in written]
        )
    for statement in _CONSENTS:
        await tx.execute(text(statement))


_CONSENTS = (
    "update lawful_basis b set created_at = coalesce((select min(e.created_at) from handoff_event e"
    "  where e.handoff_id = b.handoff_id and e.kind = 'BASIS_NAMED' and b.kind <> 'CONSENT'),"
    " h.created_at), given_at = case when b.given_at is not null"
    "  then h.created_at - interval '3 hours' end, withdrawn_at = case when b.withdrawn_at is not"
    "  null then (select max(e.created_at) from handoff_event e where e.handoff_id = b.handoff_id"
    "  and e.kind = 'CONSENT_WITHDRAWN') end from handoff h where h.id = b.handoff_id",
    "update withdrawal_notice n set created_at = (select max(e.created_at) from handoff_event e"
    "  where e.handoff_id = n.handoff_id and e.kind in ('CONSENT_WITHDRAWN', 'GUARDIAN_CONFLICT')),"
    " acknowledged_at = (select max(e.created_at) from handoff_event e"
    "  where e.handoff_id = n.handoff_id and e.kind = 'WITHDRAWAL_ACKNOWLEDGED')",
    "update case_suspect s set created_at = (select max(e.created_at) from handoff_event e"
    "  join handoff h on h.id = e.handoff_id"
    "  where h.case_id = s.case_id and e.kind = 'GUARDIAN_CONFLICT')",
)
"""What rests on consent has its times from the timelines."""


_MOMENT = timedelta(milliseconds=20)
"""An event is written a moment after the header it belongs to."""


def _header(play: Played, row: Handoff, within: dict[str, timedelta]) -> dict[str, Any]:
    """The times of a header, as its steps would have left them."""

    def last(*steps: str) -> datetime | None:
        taken = [at for step, at in zip(play.steps, play.at, strict=True) if step in steps]
        return taken[-1] if taken else None

    requested = last(*_SENDS)
    asked = last(*_SENDS, "give")
    return {
        "id": play.id,
        "created": play.at[0],
        "updated": play.at[-1],
        "listed": requested or play.at[0],
        "requested": requested,
        "due": asked + within[row.urgency] if asked and row.due_at else None,
        "accepted": last("accept"),
        "ended": play.at[-1] if row.ended_at else None,
        "stop_asked": last("ask_stop") if row.cancellation_requested_at else None,
    }


async def _response_times(tx: AsyncSession) -> dict[str, timedelta]:
    rules = await tx.execute(
        select(Term.code, Term.hours).where(Term.kind == TermKind.RESPONSE_TIME)
    )
    return {code: timedelta(hours=hours or 0) for code, hours in rules}


async def age_meetings(tx: AsyncSession, asked: Sequence[Asked], held: Sequence[Held]) -> None:
    """Inquiries, activities, the answers of guests, and tasks."""
    await redate(tx, "inquiry", [(one.id, one.asked) for one in asked])
    answered = [(one.id, one.answered) for one in asked if one.answered]
    await redate(tx, "inquiry", answered, "answered_at")
    await redate(tx, "joint_activity", [(one.id, one.planned) for one in held])
    await tx.execute(
        text(
            "update activity_participant p set created_at = a.created_at, responded_at ="
            " case when p.status in ('INVITED', 'LEFT') then p.responded_at else a.created_at"
            " + make_interval(hours => 20 + 17 * (abs(hashtext(p.organisation_id::text)) % 6)) end"
            " from joint_activity a where a.id = p.activity_id"
        )
    )
    await tx.execute(
        text(
            "update activity_task t set created_at = a.created_at + interval '5 days 3 hours',"
            " done_at = case when t.done_at is null then null"
            " else least(t.due_on + time '15:10' at time zone 'Asia/Jakarta' - interval '1 day',"
            " now() - interval '3 hours') end"
            " from joint_activity a where a.id = t.activity_id"
        )
    )


async def age_organisations(tx: AsyncSession, cast: Cast, dissolved: str, day: int) -> None:
    """The directory is older than any agreement."""
    registered = [(id, cast.at(-600, hour=9 + n / 60)) for n, id in enumerate(cast.ids.values())]
    await redate(tx, "organisation", registered)
    await redate(tx, "organisation", [(cast.ids[dissolved], cast.at(day, 14))], "dissolved_at")


async def redate(
    tx: AsyncSession,
    table: str,
    moments: Iterable[tuple[UUID, datetime | None]],
    column: str = "created_at",
) -> None:
    """Set one time of many rows of a table, in one statement."""
    rows = list(moments)
    await tx.execute(
        text(
            f"update {table} t set {column} = x.at"  # noqa: S608
            " from unnest(cast(:ids as uuid[]), cast(:moments as timestamptz[])) as x(id, at)"
            " where t.id = x.id"
        ),
        {"ids": [id for id, _ in rows], "moments": [at for _, at in rows]},
    )
