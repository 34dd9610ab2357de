"""Recommendations (rekomendasi): drawn from findings, addressed, closed by their issuer alone."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Select, delete, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from auth.caller import Caller
from db.finding import Finding, FindingStatus
from db.ids import new_id
from db.oversight_plan import Sector
from db.recommendation import (
    OPEN,
    Recommendation,
    RecommendationFinding,
    RecommendationStatus,
)
from domain.addressed import (
    OversightSide,
    addressee,
    gone,
    on,
    owed,
    still_there,
    to_come,
)
from domain.checks import (
    PARAGRAPH,
    Ref,
    distinct,
    found,
    id_of,
    locked,
    optional_text,
    reason_of,
    text_of,
)
from domain.part import LEADS, WORKS, part_in, worked_on
from domain.refusal import RefusalCode, require

MOST_FINDINGS = 50
R = RecommendationStatus


@dataclass(frozen=True)
class RecommendationDraft:
    """What is recommended to whom, from which findings, until when. It names no child."""

    addressee_id: Ref
    finding_ids: list[Ref]
    text: str
    due_on: date
    expected_evidence: str | None = None


@dataclass(frozen=True)
class RecommendationFilter:
    """Which recommendations; every condition given must hold."""

    statuses: list[RecommendationStatus] | None = None
    sectors: list[Sector] | None = None
    overdue: bool | None = None
    due_within_days: int | None = None
    activity_id: Ref | None = None
    issuer_id: Ref | None = None
    addressee_id: Ref | None = None


@dataclass(frozen=True)
class RecommendationCounts:
    """How far a number of recommendations have come."""

    by_status: Sequence[Any]
    follow_up_rate: float | None


def listed(
    caller: Caller, side: OversightSide | None, filter: RecommendationFilter | None
) -> Select[Recommendation]:
    """The recommendations of one side, or all that the caller may see."""
    chosen = filter or RecommendationFilter()
    wanted = [*on(caller, side, Recommendation), *owed(chosen, Recommendation)]
    if chosen.statuses is not None:
        wanted.append(Recommendation.status.in_(chosen.statuses))
    if chosen.sectors is not None:
        about = (
            select(RecommendationFinding.recommendation_id)
            .join(Finding, Finding.id == RecommendationFinding.finding_id)
            .where(Finding.sector.in_(chosen.sectors))
        )
        wanted.append(Recommendation.id.in_(about))
    return select(Recommendation).where(*wanted)


async def counts(
    tx: AsyncSession,
    caller: Caller,
    side: OversightSide | None,
    filter: RecommendationFilter | None,
) -> RecommendationCounts:
    """How many there are in each state, and which share of those that stand was verified."""
    status = Recommendation.status
    statement = listed(caller, side, filter).with_only_columns(
        status,
        func.count().label("count"),
        func.count().filter(Recommendation.days_left < 0).label("overdue"),
    )
    rows = (await tx.execute(statement.group_by(status).order_by(status))).all()
    standing = sum(number for state, number, _ in rows if state in (*OPEN, R.VERIFIED))
    verified = sum(number for state, number, _ in rows if state is R.VERIFIED)
    return RecommendationCounts(rows, verified / standing if standing else None)


async def findings_of(tx: AsyncSession, ids: list[UUID]) -> dict[UUID, list[Finding]]:
    """The findings that recommendations rest on, as far as the caller may see them."""
    statement = (
        select(RecommendationFinding.recommendation_id, Finding)
        .join(Finding, Finding.id == RecommendationFinding.finding_id)
        .where(RecommendationFinding.recommendation_id.in_(ids))
        .order_by(Finding.id)
    )
    listed: dict[UUID, list[Finding]] = {id: [] for id in ids}
    for recommendation, finding in (await tx.execute(statement)).all():
        listed[recommendation].append(finding)
    return listed


async def draft(
    tx: AsyncSession, caller: Caller, activity: Ref, given: RecommendationDraft
) -> Recommendation:
    """Write a recommendation; nobody else sees it until it is issued."""
    under = await worked_on(tx, activity, "activityId")
    recommendation = Recommendation(
        id=new_id(),
        activity_id=under.id,
        organisation_id=caller.organisation_id,
        status=R.DRAFT,
    )
    findings = await _write(tx, caller, recommendation, given)
    tx.add(recommendation)
    await _rest(tx, recommendation, findings)
    return await _fresh(tx, recommendation)


async def change(
    tx: AsyncSession, caller: Caller, ref: Ref, given: RecommendationDraft
) -> Recommendation:
    """Write a draft anew."""
    recommendation = await _drafted(tx, caller, ref)
    findings = await _write(tx, caller, recommendation, given)
    links = RecommendationFinding.recommendation_id == recommendation.id
    await tx.execute(delete(RecommendationFinding).where(links))
    await _rest(tx, recommendation, findings)
    return await _fresh(tx, recommendation)


async def issue(tx: AsyncSession, caller: Caller, ref: Ref) -> Recommendation:
    """Send it: its addressee sees it and the findings it rests on."""
    recommendation = await _drafted(tx, caller, ref)
    await still_there(tx, recommendation.addressee_id)
    await to_come(tx, recommendation.due_on, "id")
    rests = func.count(RecommendationFinding.finding_id)
    links = select(rests).where(RecommendationFinding.recommendation_id == recommendation.id)
    standing = await _standing(tx, recommendation)
    require(len(standing) == await tx.scalar(links), RefusalCode.WRONG_STATE, "id")
    recommendation.issued_at = func.now()
    return await _move(tx, recommendation, R.ISSUED)


async def withdraw(tx: AsyncSession, caller: Caller, ref: Ref, reason: str) -> Recommendation:
    """Take it back; whoever saw it sees that, and why."""
    recommendation = await _issued_by(tx, caller, ref, R.DRAFT, *OPEN)
    recommendation.withdraw_reason = reason_of(reason)
    return await _move(tx, recommendation, R.WITHDRAWN)


async def readdress(
    tx: AsyncSession, caller: Caller, ref: Ref, to: Ref, due_on: date, reason: str
) -> Recommendation:
    """Go on with another organisation when the addressee was dissolved: as a new recommendation."""
    old = await _issued_by(tx, caller, ref, *OPEN)
    await gone(tx, old.addressee_id)
    require(await part_in(tx, old.activity_id) in WORKS, RefusalCode.WRONG_SIDE, "id")
    new = Recommendation(
        id=new_id(),
        activity_id=old.activity_id,
        organisation_id=caller.organisation_id,
        addressee_id=await addressee(tx, caller, to, "addresseeId"),
        follows_id=old.id,
        text=old.text,
        expected_evidence=old.expected_evidence,
        due_on=await to_come(tx, due_on, "dueOn"),
        status=R.DRAFT,
    )
    tx.add(new)
    standing = await _standing(tx, old)
    require(standing, RefusalCode.WRONG_STATE, "id")
    await _rest(tx, new, standing)
    old.withdraw_reason = reason_of(reason)
    await _move(tx, old, R.WITHDRAWN)
    new.issued_at = func.now()
    return await _move(tx, new, R.ISSUED)


async def _write(
    tx: AsyncSession, caller: Caller, recommendation: Recommendation, given: RecommendationDraft
) -> list[Finding]:
    recommendation.text = text_of(given.text, "input.text", PARAGRAPH)
    recommendation.expected_evidence = optional_text(
        given.expected_evidence, "input.expectedEvidence", PARAGRAPH
    )
    at = "input.findingIds"
    distinct(given.finding_ids, at, most=MOST_FINDINGS, least=1)
    to = await addressee(tx, caller, given.addressee_id, "input.addresseeId")
    recommendation.addressee_id = to
    recommendation.due_on = await to_come(tx, given.due_on, "input.dueOn")
    findings = []
    for index, ref in enumerate(given.finding_ids):
        place = f"{at}[{index}]"
        finding = await found(tx, Finding, id_of(ref, "finding", place), place)
        own = finding.organisation_id == caller.organisation_id
        may = own or await part_in(tx, finding.activity_id) in LEADS
        require(may, RefusalCode.WRONG_SIDE, place)
        require(finding.status is FindingStatus.CONFIRMED, RefusalCode.WRONG_STATE, place)
        findings.append(finding)
    return findings


async def _standing(tx: AsyncSession, recommendation: Recommendation) -> list[Finding]:
    """The findings it rests on that the issuer still sees, and nobody has taken back."""
    findings = (await findings_of(tx, [recommendation.id]))[recommendation.id]
    return [finding for finding in findings if finding.status is FindingStatus.CONFIRMED]


async def _rest(
    tx: AsyncSession, recommendation: Recommendation, findings: Sequence[Finding]
) -> None:
    await tx.flush()
    tx.add_all(
        RecommendationFinding(recommendation_id=recommendation.id, finding_id=finding.id)
        for finding in findings
    )
    await tx.flush()


async def _drafted(tx: AsyncSession, caller: Caller, ref: Ref) -> Recommendation:
    recommendation = await _issued_by(tx, caller, ref, R.DRAFT)
    part = await part_in(tx, recommendation.activity_id)
    require(part in WORKS, RefusalCode.WRONG_SIDE, "id")
    return recommendation


async def _issued_by(
    tx: AsyncSession, caller: Caller, ref: Ref, *states: RecommendationStatus
) -> Recommendation:
    return await held(tx, id_of(ref, "recommendation", "id"), caller, states, issuer=True)


async def held(
    tx: AsyncSession,
    id: UUID,
    caller: Caller,
    states: Sequence[RecommendationStatus],
    *,
    issuer: bool,
) -> Recommendation:
    """The recommendation, held, when the step is the caller's and it is in one of these states."""
    row = await locked(tx, Recommendation, id, barred=RefusalCode.WRONG_SIDE)
    mine = row.organisation_id if issuer else row.addressee_id
    require(mine == caller.organisation_id, RefusalCode.WRONG_SIDE, "id")
    require(row.status in states, RefusalCode.WRONG_STATE, "id")
    return row


async def _move(
    tx: AsyncSession, recommendation: Recommendation, status: RecommendationStatus
) -> Recommendation:
    recommendation.status = status
    return await _fresh(tx, recommendation)


async def _fresh(tx: AsyncSession, recommendation: Recommendation) -> Recommendation:
    await tx.flush()
    await tx.refresh(recommendation)
    return recommendation
