"""Findings (temuan): drafted by who works on an activity, confirmed, withdrawn with a reason."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from auth.caller import Caller
from db.activity import ActivityNow
from db.finding import Finding, FindingStatus, Severity
from db.ids import new_id
from db.organisation import Organisation
from db.oversight_plan import Sector
from db.recommendation import Recommendation, RecommendationFinding
from db.reference import Reference
from db.visit import Visit
from domain.addressed import OversightSide
from domain.checks import (
    LINE,
    PARAGRAPH,
    Ref,
    found,
    id_of,
    locked,
    optional_text,
    reason_of,
    text_of,
)
from domain.organisation import region_of
from domain.part import WORKS, part_in, worked_on
from domain.reference import references_of
from domain.refusal import RefusalCode, require

F = FindingStatus


@dataclass(frozen=True)
class FindingDraft:
    """Something that was found. It names no child."""

    severity: Severity
    sector: Sector
    statement: str
    evidence: list[Reference] | None = None
    visit_id: Ref | None = None
    legal_basis: str | None = None
    concerns_id: Ref | None = None
    region_code: str | None = None


@dataclass(frozen=True)
class FindingFilter:
    """Which findings; every condition given must hold."""

    statuses: list[FindingStatus] | None = None
    severities: list[Severity] | None = None
    sectors: list[Sector] | None = None
    activity_id: Ref | None = None
    visit_id: Ref | None = None
    concerns_id: Ref | None = None
    region_code: str | None = None


def listed(
    caller: Caller, side: OversightSide | None, filter: FindingFilter | None
) -> Select[Finding]:
    """The findings the caller may see: its own, those it was told of, those of others."""
    return select(Finding).where(*_on(caller, side), *_conditions(filter or FindingFilter()))


def _on(caller: Caller, side: OversightSide | None) -> list[Any]:
    me = caller.organisation_id
    if side is None:
        return []
    told = (
        select(RecommendationFinding.finding_id)
        .join(Recommendation, Recommendation.id == RecommendationFinding.recommendation_id)
        .where(Recommendation.addressee_id == me)
    )
    sides: dict[OversightSide, list[Any]] = {
        OversightSide.ISSUED: [Finding.organisation_id == me],
        OversightSide.ADDRESSED: [Finding.id.in_(told)],
        OversightSide.SHARED: [
            Finding.organisation_id != me,
            Finding.activity_id.in_(select(ActivityNow.id)),
        ],
    }
    return sides[side]


def _conditions(chosen: FindingFilter) -> list[Any]:
    wanted: list[Any] = []
    if chosen.statuses is not None:
        wanted.append(Finding.status.in_(chosen.statuses))
    if chosen.severities is not None:
        wanted.append(Finding.severity.in_(chosen.severities))
    if chosen.sectors is not None:
        wanted.append(Finding.sector.in_(chosen.sectors))
    if chosen.activity_id is not None:
        activity = id_of(chosen.activity_id, "activity", "filter.activityId")
        wanted.append(Finding.activity_id == activity)
    if chosen.visit_id is not None:
        wanted.append(Finding.visit_id == id_of(chosen.visit_id, "visit", "filter.visitId"))
    if chosen.concerns_id is not None:
        about = id_of(chosen.concerns_id, "organisation", "filter.concernsId")
        wanted.append(Finding.concerns_id == about)
    if chosen.region_code is not None:
        region = region_of(chosen.region_code, "filter.regionCode")
        wanted.append(Finding.region_code.startswith(region, autoescape=True))
    return wanted


async def counts(
    tx: AsyncSession, caller: Caller, side: OversightSide | None, filter: FindingFilter | None
) -> Any:
    """How many findings there are of each severity in each state."""
    groups = (Finding.severity, Finding.status)
    statement = listed(caller, side, filter).with_only_columns(*groups, func.count().label("count"))
    return (await tx.execute(statement.group_by(*groups).order_by(*groups))).all()


async def draft(tx: AsyncSession, caller: Caller, activity: Ref, given: FindingDraft) -> Finding:
    """Write down what was found; those who work on the activity see it."""
    under = await worked_on(tx, activity, "activityId")
    finding = Finding(
        id=new_id(),
        activity_id=under.id,
        organisation_id=caller.organisation_id,
        status=F.DRAFT,
    )
    await _write(tx, finding, given)
    tx.add(finding)
    return await _fresh(tx, finding)


async def change(tx: AsyncSession, caller: Caller, ref: Ref, given: FindingDraft) -> Finding:
    """Write a draft anew."""
    finding = await _own(tx, caller, ref, F.DRAFT)
    await _write(tx, finding, given)
    return await _fresh(tx, finding)


async def confirm(tx: AsyncSession, caller: Caller, ref: Ref) -> Finding:
    """Stand by it: from now on it stays as it is, and all who take part see it."""
    finding = await _own(tx, caller, ref, F.DRAFT)
    finding.status, finding.confirmed_at = F.CONFIRMED, func.now()
    return await _fresh(tx, finding)


async def withdraw(tx: AsyncSession, caller: Caller, ref: Ref, reason: str) -> Finding:
    """Take it back; whoever saw it sees that, and why."""
    finding = await _own(tx, caller, ref, F.DRAFT, F.CONFIRMED)
    finding.status, finding.withdraw_reason = F.WITHDRAWN, reason_of(reason)
    return await _fresh(tx, finding)


async def _write(tx: AsyncSession, finding: Finding, given: FindingDraft) -> None:
    finding.severity, finding.sector = given.severity, given.sector
    finding.statement = text_of(given.statement, "input.statement", PARAGRAPH)
    finding.evidence = references_of(given.evidence, "input.evidence")
    finding.legal_basis = optional_text(given.legal_basis, "input.legalBasis", LINE)
    finding.region_code = region_of(given.region_code, "input.regionCode")
    finding.visit_id = finding.concerns_id = None
    if given.visit_id is not None:
        at = "input.visitId"
        visit = await found(tx, Visit, id_of(given.visit_id, "visit", at), at)
        require(visit.activity_id == finding.activity_id, RefusalCode.BAD_INPUT, at)
        finding.visit_id = visit.id
    if given.concerns_id is not None:  # one that was dissolved may still have been found wanting
        at = "input.concernsId"
        about = await found(tx, Organisation, id_of(given.concerns_id, "organisation", at), at)
        finding.concerns_id = about.id


async def _own(tx: AsyncSession, caller: Caller, ref: Ref, *states: FindingStatus) -> Finding:
    """A finding of one's own, held, while one works on its activity."""
    finding = await locked(tx, Finding, id_of(ref, "finding", "id"), barred=RefusalCode.WRONG_SIDE)
    require(await part_in(tx, finding.activity_id) in WORKS, RefusalCode.WRONG_SIDE, "id")
    require(finding.status in states, RefusalCode.WRONG_STATE, "id")
    return finding


async def _fresh(tx: AsyncSession, finding: Finding) -> Finding:
    await tx.flush()
    await tx.refresh(finding)
    return finding
