"""Reports (laporan pengawasan): drawn together by who leads, frozen when published, and shared."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from auth.caller import Caller
from db.base import Base
from db.clarification import Clarification, ClarificationStatus
from db.finding import Finding, FindingStatus
from db.ids import new_id
from db.oversight_report import OversightReport
from db.recommendation import Recommendation, RecommendationStatus
from db.visit import Visit, VisitStatus
from domain.checks import LINE, PARAGRAPH, Ref, distinct, id_of, locked, text_of
from domain.organisation import living
from domain.oversight_report_page import page
from domain.oversight_report_text import Items, document, read
from domain.paging import Order
from domain.part import LEADS, part_in, worked_on
from domain.receipt_document import canonical, hash_of
from domain.refusal import Language, Refusal, RefusalCode, require

NEWEST_FIRST = Order(("created_at", "id"), descending=True)
MOST_ACTIVITIES = 20
MOST_ITEMS = 200
MOST_READERS = 200
SUMMARY = 5 * PARAGRAPH
Row = TypeVar("Row", bound=Base)

# What was taken back, or was never said, is no part of a report.
_UNSAID: dict[type[Base], tuple[str, ...]] = {
    Finding: (FindingStatus.DRAFT, FindingStatus.WITHDRAWN),
    Clarification: (ClarificationStatus.DRAFT, ClarificationStatus.WITHDRAWN),
    Recommendation: (RecommendationStatus.DRAFT, RecommendationStatus.WITHDRAWN),
    Visit: (VisitStatus.CANCELLED,),
}


@dataclass(frozen=True)
class OversightReportDraft:
    """What a report says and draws together, and who may read it. It names no child."""

    title: str
    summary: str
    activity_ids: list[Ref]
    finding_ids: list[Ref] | None = None
    clarification_ids: list[Ref] | None = None
    recommendation_ids: list[Ref] | None = None
    visit_ids: list[Ref] | None = None
    for_participants: bool = False
    reader_ids: list[Ref] | None = None


def listed(caller: Caller, own: bool | None, activity: Ref | None) -> Select[OversightReport]:
    """One's own reports, and those that were shared."""
    statement = select(OversightReport)
    if own is not None:
        mine = OversightReport.organisation_id == caller.organisation_id
        statement = statement.where(mine if own else ~mine)
    if activity is not None:
        id = id_of(activity, "activity", "activityId")
        statement = statement.where(OversightReport.activity_ids.contains([id]))
    return statement


def text(report: OversightReport, language: Language) -> str | None:
    """What a published report says, as Markdown."""
    return None if report.content is None else page(read(report.content), language)


async def draft(tx: AsyncSession, caller: Caller, given: OversightReportDraft) -> OversightReport:
    """Begin a report on activities one leads or helps to organise; nobody else sees it yet."""
    report = OversightReport(id=new_id(), organisation_id=caller.organisation_id)
    await _write(tx, caller, report, given)
    tx.add(report)
    return await _fresh(tx, report)


async def change(
    tx: AsyncSession, caller: Caller, ref: Ref, given: OversightReportDraft
) -> OversightReport:
    """Write a draft anew."""
    report = await _own(tx, ref, published=False)
    await _write(tx, caller, report, given)
    return await _fresh(tx, report)


async def publish(tx: AsyncSession, caller: Caller, ref: Ref) -> OversightReport:
    """Freeze what it says as everything stands now, and let its readers see it."""
    report = await _own(tx, ref, published=False)
    for activity in report.activity_ids:
        require(await part_in(tx, activity) in LEADS, RefusalCode.WRONG_SIDE, "id")
    items = await _items(tx, report)
    for rows in (items.findings, items.clarifications, items.recommendations, items.visits):
        require(all(_said(row) for row in rows), RefusalCode.WRONG_STATE, "id")
    report.content = canonical(await document(tx, report, items))
    report.content_hash = hash_of(report.content)
    report.published_at = func.now()
    return await _fresh(tx, report)


async def share(
    tx: AsyncSession, caller: Caller, ref: Ref, readers: Sequence[Ref], participants: bool | None
) -> OversightReport:
    """Let more organisations read what was published; what was shared stays shared."""
    report = await _own(tx, ref, published=True)
    require(readers or participants, RefusalCode.BAD_INPUT, "organisationIds")
    new = await _readers(tx, caller, readers, "organisationIds")
    everyone = list(dict.fromkeys([*report.reader_ids, *new]))
    most = len(everyone) <= MOST_READERS
    require(most, RefusalCode.TOO_MANY, "organisationIds", most=MOST_READERS)
    report.reader_ids = everyone
    report.for_participants = report.for_participants or bool(participants)
    return await _fresh(tx, report)


async def _write(
    tx: AsyncSession, caller: Caller, report: OversightReport, given: OversightReportDraft
) -> None:
    report.title = text_of(given.title, "input.title", LINE)
    report.summary = text_of(given.summary, "input.summary", SUMMARY)
    at = "input.activityIds"
    distinct(given.activity_ids, at, most=MOST_ACTIVITIES, least=1)
    for kind in (
        given.finding_ids, given.clarification_ids, given.recommendation_ids, given.visit_ids,
    ):  # fmt: skip
        require(len(kind or []) <= MOST_ITEMS, RefusalCode.TOO_MANY, "input", most=MOST_ITEMS)
    under = [
        (await worked_on(tx, activity, f"{at}[{index}]", by=LEADS)).id
        for index, activity in enumerate(given.activity_ids)
    ]
    report.activity_ids = under
    report.finding_ids = await _chosen(tx, Finding, under, given.finding_ids, "findingIds")
    report.clarification_ids = await _chosen(
        tx, Clarification, [*under, None], given.clarification_ids, "clarificationIds"
    )
    report.recommendation_ids = await _chosen(
        tx, Recommendation, under, given.recommendation_ids, "recommendationIds"
    )
    report.visit_ids = await _chosen(tx, Visit, under, given.visit_ids, "visitIds")
    report.for_participants = given.for_participants
    report.reader_ids = await _readers(tx, caller, given.reader_ids or [], "input.readerIds")


async def _chosen(
    tx: AsyncSession,
    model: type[Base],
    activities: Sequence[UUID | None],
    refs: list[Ref] | None,
    name: str,
) -> list[UUID]:
    """The rows named, when each is there, was said and belongs to one of the activities."""
    at = f"input.{name}"
    given = distinct(refs or [], at, most=MOST_ITEMS)
    ids = [id_of(ref, model.noun, f"{at}[{index}]") for index, ref in enumerate(given)]
    there = {row.id: row for row in await _rows(tx, model, ids)}
    for index, id in enumerate(ids):
        place = f"{at}[{index}]"
        if id not in there:
            raise Refusal(RefusalCode.NOT_FOUND, place)
        require(there[id].activity_id in activities, RefusalCode.BAD_INPUT, place)
        require(_said(there[id]), RefusalCode.WRONG_STATE, place)
    return ids


def _said(row: Any) -> bool:
    return row.status not in _UNSAID[type(row)]


async def _rows(tx: AsyncSession, model: Any, ids: Iterable[UUID]) -> Sequence[Any]:
    return (await tx.scalars(select(model).where(model.id.in_(ids)).order_by(model.id))).all()


async def _items(tx: AsyncSession, report: OversightReport) -> Items:
    """All that the report draws together, as the author sees it now."""
    items = Items(
        findings=await _rows(tx, Finding, report.finding_ids),
        clarifications=await _rows(tx, Clarification, report.clarification_ids),
        recommendations=await _rows(tx, Recommendation, report.recommendation_ids),
        visits=await _rows(tx, Visit, report.visit_ids),
    )
    for ids, rows in (
        (report.finding_ids, items.findings),
        (report.clarification_ids, items.clarifications),
        (report.recommendation_ids, items.recommendations),
        (report.visit_ids, items.visits),
    ):
        require(len(ids) == len(rows), RefusalCode.WRONG_STATE, "id")
    return items


async def _readers(tx: AsyncSession, caller: Caller, refs: Sequence[Ref], at: str) -> list[UUID]:
    distinct(refs, at, most=MOST_READERS)
    readers = []
    for index, ref in enumerate(refs):
        place = f"{at}[{index}]"
        organisation = await living(tx, ref, place)
        other = organisation.id != caller.organisation_id
        require(other, RefusalCode.SELF_ADDRESSED, place)
        readers.append(organisation.id)
    return readers


async def _own(tx: AsyncSession, ref: Ref, *, published: bool) -> OversightReport:
    id = id_of(ref, "oversightreport", "id")
    report = await locked(tx, OversightReport, id, barred=RefusalCode.WRONG_SIDE)
    stands = (report.published_at is not None) == published
    require(stands, RefusalCode.WRONG_STATE, "id")
    return report


async def _fresh(tx: AsyncSession, report: OversightReport) -> OversightReport:
    await tx.flush()
    await tx.refresh(report)
    return report
