"""What is due, by which law, and how late it is (tenggat): asked, never kept."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ARRAY,
    Integer,
    Select,
    Text,
    Uuid,
    any_,
    cast,
    column,
    func,
    or_,
    select,
)
from sqlalchemy.ext.asyncio import AsyncSession

from auth.caller import Caller
from db.clock import ClockNow
from db.enums import ClockRule
from db.handoff import Handoff
from domain.checks import LINE, Ref, distinct, id_of, locked, past, text_of
from domain.handoff import record
from domain.paging import Order
from domain.refusal import RefusalCode, require

SOONEST_FIRST = Order(("due_at", "key"))


@dataclass(frozen=True)
class ClockFilter:
    """Which clocks to list; every condition given must hold."""

    rules: list[ClockRule] | None = None
    met: bool | None = None
    overdue: bool | None = None
    owed_by_us: bool | None = None
    partner_id: Ref | None = None
    mou_id: Ref | None = None
    handoff_id: Ref | None = None


@dataclass(frozen=True)
class Reports:
    """When the child reported, and when and under what number the police were told."""

    victim_reported_at: datetime | None = None
    police_reported_at: datetime | None = None
    police_report_number: str | None = None


def listed(caller: Caller, filter: ClockFilter | None) -> Select[ClockNow]:
    """The clocks of the handoffs the caller may see; those that run, unless it asks for others."""
    return select(ClockNow).where(*_conditions(caller, filter))


def _conditions(caller: Caller, filter: ClockFilter | None) -> list[Any]:
    chosen = filter or ClockFilter(met=False)
    wanted: list[Any] = [_of(caller)]
    if chosen.rules is not None:
        rules = distinct(chosen.rules, "filter.rules", most=len(ClockRule))
        wanted.append(ClockNow.rule.in_(rules))
    if chosen.met is not None:
        wanted.append(ClockNow.met == chosen.met)
    if chosen.overdue is not None:
        wanted.append(ClockNow.overdue == chosen.overdue)
    if chosen.owed_by_us is not None:
        ours = ClockNow.owed_by == caller.organisation_id
        wanted.append(ours if chosen.owed_by_us else ~ours)
    if chosen.partner_id is not None:
        partner = id_of(chosen.partner_id, "organisation", "filter.partnerId")
        wanted.append((ClockNow.owed_by == partner) | (ClockNow.owed_to == partner))
    if chosen.mou_id is not None:
        wanted.append(ClockNow.mou_id == id_of(chosen.mou_id, "mou", "filter.mouId"))
    if chosen.handoff_id is not None:
        handoff = id_of(chosen.handoff_id, "handoff", "filter.handoffId")
        wanted.append(ClockNow.handoff_id == handoff)
    return wanted


def _of(caller: Caller) -> Any:
    """No other clock exists for the caller; said so that handoffs are found by their sides."""
    me = caller.organisation_id
    opened_to_us = cast(
        select(func.access.my_emergency_handoffs()).scalar_subquery(), ARRAY(Uuid())
    )
    opened = ClockNow.handoff_id == any_(opened_to_us)
    reviewed = ClockNow.rule == ClockRule.EMERGENCY_REVIEW
    return or_(ClockNow.owed_by == me, ClockNow.owed_to == me, opened, reviewed)


async def counts(tx: AsyncSession, caller: Caller, filter: ClockFilter | None) -> Sequence[Any]:
    """Per rule, agreement and whoever owes it: how many run, are late, and were met in time."""
    groups = (ClockNow.rule, ClockNow.mou_id, ClockNow.owed_by)
    statement = (
        select(
            *groups,
            func.count().filter(~ClockNow.met).label("running"),
            func.count().filter(~ClockNow.met, ClockNow.overdue).label("overdue"),
            func.count().filter(ClockNow.met, ~ClockNow.overdue).label("met_in_time"),
            func.count().filter(ClockNow.met, ClockNow.overdue).label("met_late"),
        )
        .where(*_conditions(caller, filter or ClockFilter()))
        .group_by(*groups)
        .order_by(*groups)
    )
    return (await tx.execute(statement)).all()


async def late_branches(tx: AsyncSession) -> Sequence[Any]:
    """How many duties each branch below the caller is late with."""
    late = func.access.late_branches().table_valued(
        column("organisation_id", Uuid()), column("rule", Text()), column("late", Integer())
    )
    statement = select(late.c.organisation_id, late.c.rule, late.c.late)
    return (await tx.execute(statement.order_by(late.c.organisation_id, late.c.rule))).all()


async def record_reports(tx: AsyncSession, caller: Caller, ref: Ref, given: Reports) -> Handoff:
    """Say when the child reported, and when the police were told: each once, by the sender."""
    id = id_of(ref, "handoff", "id")
    handoff = await locked(tx, Handoff, id, barred=RefusalCode.WRONG_SIDE)
    require(handoff.sender_id == caller.organisation_id, RefusalCode.WRONG_SIDE, "id")
    told = given.police_reported_at is not None
    said = told or given.victim_reported_at or given.police_report_number
    require(said, RefusalCode.BAD_INPUT, "input")
    require(told == (given.police_report_number is not None), RefusalCode.EVIDENCE_REQUIRED,
            "input.policeReportNumber")  # fmt: skip
    if given.victim_reported_at is not None:
        at = "input.victimReportedAt"
        require(handoff.victim_reported_at is None, RefusalCode.WRONG_STATE, at)
        handoff.victim_reported_at = await past(tx, given.victim_reported_at, at)
    if given.police_report_number is not None:
        at = "input.policeReportedAt"
        require(handoff.police_reported_at is None, RefusalCode.WRONG_STATE, at)
        handoff.police_reported_at = await past(tx, given.police_reported_at, at)
        number = text_of(given.police_report_number, "input.policeReportNumber", LINE)
        handoff.police_report_number = number
    handoff.updated_at = func.now()
    await tx.flush()
    if told:
        await record(tx, caller, handoff, "POLICE_TOLD", handoff.status, None)
    await tx.refresh(handoff)
    return handoff
