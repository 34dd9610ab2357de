"""What a report says: facts, frozen as a document, and read as Markdown in either language."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from db.activity import ActivityNow
from db.clarification import Clarification
from db.finding import Finding
from db.organisation import Organisation
from db.oversight_report import OversightReport
from db.recommendation import FollowUp, Recommendation
from db.reference import Reference
from db.visit import Visit
from domain.clarification_answer import answers_of
from domain.receipt_document import Document, stamp

FORMAT = 1
"""Raised when a member changes its meaning; new members may be added without."""


@dataclass(frozen=True)
class Items:
    """All that a report draws together."""

    findings: Sequence[Finding]
    clarifications: Sequence[Clarification]
    recommendations: Sequence[Recommendation]
    visits: Sequence[Visit]


async def document(tx: AsyncSession, report: OversightReport, items: Items) -> Document:
    """Everything the report says, as it stands now, with names written out."""
    activities = await _activities(tx, report.activity_ids)
    names = await _names(tx, report, activities, items)
    answers = await answers_of(tx, [row.id for row in items.clarifications])
    reports = await _follow_ups(tx, [row.id for row in items.recommendations])
    return {
        "format": FORMAT,
        "id": report.global_id,
        "title": report.title,
        "summary": report.summary,
        "author": names[report.organisation_id],
        "activities": [
            {
                "id": row.global_id,
                "title": row.title,
                "starts_on": stamp(row.starts_at)[:10],
                "lead": names[row.lead_id],
            }
            for row in activities
        ],
        "visits": [
            {
                "id": row.global_id,
                "visited": row.name or names.get(row.visited_id),
                "region": row.region_code,
                "held_on": _day(row.held_on),
            }
            for row in items.visits
        ],
        "findings": [
            {
                "id": row.global_id,
                "by": names[row.organisation_id],
                "severity": row.severity,
                "sector": row.sector,
                "statement": row.statement,
                "legal_basis": row.legal_basis,
                "concerns": names.get(row.concerns_id),
                "region": row.region_code,
                "evidence": _references(row.evidence),
            }
            for row in items.findings
        ],
        "clarifications": [
            {
                "id": row.global_id,
                "subject": row.subject,
                "from": names[row.organisation_id],
                "to": names[row.addressee_id],
                "status": row.status,
                "due_on": _day(row.due_on),
                "verdict": row.verdict,
                "verdict_note": row.verdict_note,
                "questions": [
                    {"question": question} | _answer(row, answers[row.id].get(number))
                    for number, question in enumerate(row.questions, 1)
                ],
            }
            for row in items.clarifications
        ],
        "recommendations": [
            {
                "id": row.global_id,
                "text": row.text,
                "from": names[row.organisation_id],
                "to": names[row.addressee_id],
                "status": row.status,
                "due_on": _day(row.due_on),
                "response": row.response,
                "response_note": row.response_note,
                "planned_on": _day(row.planned_on),
                "follow_ups": reports[row.id],
            }
            for row in items.recommendations
        ],
    }


def read(content: str) -> Document:
    """The document a report was frozen as."""
    frozen: Document = json.loads(content)
    return frozen


async def _activities(tx: AsyncSession, ids: list[UUID]) -> Sequence[ActivityNow]:
    statement = select(ActivityNow).where(ActivityNow.id.in_(ids))
    return (await tx.scalars(statement.order_by(ActivityNow.starts_at, ActivityNow.id))).all()


async def _names(
    tx: AsyncSession, report: OversightReport, activities: Iterable[ActivityNow], items: Items
) -> dict[UUID | None, str]:
    """The names of all organisations that are spoken of."""
    ids = {report.organisation_id, *(activity.lead_id for activity in activities)}
    ids |= {row.organisation_id for row in items.findings}
    ids |= {row.concerns_id for row in items.findings if row.concerns_id}
    ids |= {row.visited_id for row in items.visits if row.visited_id}
    addressed: list[Any] = [*items.clarifications, *items.recommendations]
    ids |= {id for row in addressed for id in (row.organisation_id, row.addressee_id)}
    rows = await tx.execute(
        select(Organisation.id, Organisation.name).where(Organisation.id.in_(ids))
    )
    return {row.id: row.name for row in rows}


async def _follow_ups(tx: AsyncSession, ids: list[UUID]) -> dict[UUID, list[Document]]:
    listed: dict[UUID, list[Document]] = {id: [] for id in ids}
    these = FollowUp.recommendation_id.in_(ids)
    for row in await tx.scalars(select(FollowUp).where(these).order_by(FollowUp.id)):
        listed[row.recommendation_id].append(
            {
                "reported_on": stamp(row.created_at)[:10],
                "text": row.text,
                "evidence": _references(row.evidence),
                "verdict": row.verdict,
                "verdict_reason": row.verdict_reason,
            }
        )
    return listed


def _answer(asked: Clarification, row: Any) -> Document:
    if row is None or asked.answered_at is None:  # not handed in
        return {"answer": None, "evidence": [], "verdict": None, "note": None}
    return {
        "answer": row.text,
        "evidence": _references(row.evidence),
        "verdict": row.verdict,
        "note": row.verdict_note,
    }


def _references(given: Iterable[Reference]) -> list[Document]:
    return [{"title": one.title, "url": one.url, "sha256": one.sha256} for one in given]


def _day(value: date | None) -> str | None:
    return value.isoformat() if value else None
