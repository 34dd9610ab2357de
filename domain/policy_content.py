"""What a policy input says: checking it, keeping it, and the form in which it is hashed."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from db.finding import Finding, FindingStatus
from db.ids import new_id
from db.policy_input import PolicyEvidence, PolicyInput, PolicyItem, PolicyVersion
from db.reference import Reference
from db.statistics import Dataset, Dimension
from domain.checks import LINE, PARAGRAPH, Ref, found, id_of, optional_text, text_of
from domain.paging import Order
from domain.reference import references_of
from domain.refusal import Refusal, RefusalCode, require
from domain.statistics import StatisticsPick, StatisticsQuery, StatisticsTable, read

BY_NUMBER = Order(("number", "id"))
MOST_ITEMS = 200
MOST_EVIDENCE = 100


@dataclass(frozen=True)
class PolicyItemDraft:
    """What is wrong with one article, and the wording proposed."""

    article: str
    problem: str
    proposed_wording: str
    reasoning: str
    draft_wording: str | None = None


@dataclass(frozen=True)
class PolicyEvidenceDraft:
    """What the input rests on, in words that may be shown to everyone."""

    statement: str
    finding_id: Ref | None = None
    figures: StatisticsQuery | None = None
    sources: list[Reference] | None = None


@dataclass(frozen=True)
class PolicyContent:
    """The text of a policy input."""

    title: str
    summary: str
    items: list[PolicyItemDraft]
    evidence: list[PolicyEvidenceDraft] | None = None


def bounded(given: PolicyContent, at: str) -> None:
    """Refuse what is too much or nothing, before the database is asked."""
    require(len(given.items) <= MOST_ITEMS, RefusalCode.TOO_MANY, f"{at}.items", most=MOST_ITEMS)
    few = len(given.evidence or []) <= MOST_EVIDENCE
    require(few, RefusalCode.TOO_MANY, f"{at}.evidence", most=MOST_EVIDENCE)
    require(given.items, RefusalCode.BAD_INPUT, f"{at}.items")


async def write(tx: AsyncSession, version: PolicyVersion, given: PolicyContent, at: str) -> None:
    """Make this the content of an open version; everything is checked before anything is written.

    A finding is cited by whoever sees it, and shown to others only in the words of the statement.
    """
    version.title = text_of(given.title, f"{at}.title", LINE)
    version.summary = text_of(given.summary, f"{at}.summary", PARAGRAPH)
    rows: list[Any] = [
        _item(version.id, number, item, f"{at}.items[{number - 1}]")
        for number, item in enumerate(given.items, start=1)
    ]
    for number, one in enumerate(given.evidence or [], start=1):
        where = f"{at}.evidence[{number - 1}]"
        rows.append(await _evidence(tx, version.id, number, one, where))
    tx.add(version)
    await tx.flush()
    for model in (PolicyItem, PolicyEvidence):
        await tx.execute(delete(model).where(model.version_id == version.id))
    tx.add_all(rows)
    await tx.flush()


async def copy(tx: AsyncSession, old: PolicyVersion, new: PolicyVersion) -> None:
    """Begin a version with what the one before it says."""
    items, evidence = await content_of(tx, old)
    tx.add(new)
    await tx.flush()
    for row in (*items, *evidence):
        values = {column.key: getattr(row, column.key) for column in row.__table__.columns}
        tx.add(type(row)(**{**values, "id": new_id(), "version_id": new.id}))
    await tx.flush()


async def content_of(
    tx: AsyncSession, version: PolicyVersion
) -> tuple[Sequence[PolicyItem], Sequence[PolicyEvidence]]:
    """Items and evidence of a version, by number."""
    items = select(PolicyItem).where(PolicyItem.version_id == version.id)
    evidence = select(PolicyEvidence).where(PolicyEvidence.version_id == version.id)
    return (
        (await tx.scalars(items.order_by(PolicyItem.number))).all(),
        (await tx.scalars(evidence.order_by(PolicyEvidence.number))).all(),
    )


async def canonical(tx: AsyncSession, input: PolicyInput, version: PolicyVersion) -> str:
    """The content in the form of RFC 8785, the same for everyone who computes it.

    As in `domain.mou_content`, only strings, whole numbers, lists and objects with ASCII names
    occur. Figures are the query, which is answered from releases that no longer change.
    """
    items, evidence = await content_of(tx, version)
    document = {
        "policy_input": str(input.id),
        "version": version.number,
        "regulation": str(input.regulation_id),
        "lead": str(input.organisation_id),
        "title": version.title,
        "summary": version.summary,
        "items": [
            {name: getattr(item, name) for name in (
                "number", "article", "problem", "draft_wording", "proposed_wording", "reasoning")}
            for item in items
        ],
        "evidence": [
            {
                "number": one.number,
                "statement": one.statement,
                "finding": str(one.finding_id) if one.finding_id else None,
                "figures": one.figures,
                "sources": [asdict(source) for source in one.sources],
            }
            for one in evidence
        ],
    }  # fmt: skip
    return json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


async def closed(tx: AsyncSession, input: PolicyInput | None, version: PolicyVersion) -> str | None:
    """The canonical content of a version that was closed; an open one has none to rely on."""
    if input is None or version.closed_at is None:
        return None
    return await canonical(tx, input, version)


async def cited(tx: AsyncSession, evidence: PolicyEvidence) -> StatisticsTable | None:
    """The figures that were cited, as they were released."""
    figures = evidence.figures
    if figures is None:
        return None
    return await read(
        tx,
        StatisticsQuery(
            Dataset(figures["dataset"]),
            figures["from_period"],
            figures["until_period"],
            [Dimension(one) for one in figures["by"] or []],
            [StatisticsPick(Dimension(one["dimension"]), one["codes"])
             for one in figures["pick"] or []],
        ),
    )  # fmt: skip


def _item(version: UUID, number: int, given: PolicyItemDraft, at: str) -> PolicyItem:
    return PolicyItem(
        id=new_id(),
        version_id=version,
        number=number,
        article=text_of(given.article, f"{at}.article", LINE),
        problem=text_of(given.problem, f"{at}.problem", PARAGRAPH),
        draft_wording=optional_text(given.draft_wording, f"{at}.draftWording", PARAGRAPH),
        proposed_wording=text_of(given.proposed_wording, f"{at}.proposedWording", PARAGRAPH),
        reasoning=text_of(given.reasoning, f"{at}.reasoning", PARAGRAPH),
    )


async def _evidence(
    tx: AsyncSession, version: UUID, number: int, given: PolicyEvidenceDraft, at: str
) -> PolicyEvidence:
    either = given.finding_id is None or given.figures is None
    require(either, RefusalCode.BAD_INPUT, f"{at}.figures")
    return PolicyEvidence(
        id=new_id(),
        version_id=version,
        number=number,
        statement=text_of(given.statement, f"{at}.statement", PARAGRAPH),
        finding_id=await _finding(tx, given.finding_id, f"{at}.findingId"),
        figures=await _figures(tx, given.figures, f"{at}.figures"),
        sources=references_of(given.sources, f"{at}.sources"),
    )


async def _finding(tx: AsyncSession, ref: Ref | None, at: str) -> UUID | None:
    if ref is None:
        return None
    finding = await found(tx, Finding, id_of(ref, "finding", at), at)
    require(finding.status is FindingStatus.CONFIRMED, RefusalCode.WRONG_STATE, at)
    return finding.id


async def _figures(
    tx: AsyncSession, query: StatisticsQuery | None, at: str
) -> dict[str, Any] | None:
    """The query, cut to periods that are released: what is cited then never changes."""
    if query is None:
        return None
    try:
        periods = [release.period for release in (await read(tx, query)).releases]
    except Refusal as refusal:
        where = (refusal.field or "input").removeprefix("input")
        raise Refusal(refusal.code, f"{at}{where}", most=refusal.most) from None
    require(periods, RefusalCode.BAD_INPUT, f"{at}.fromPeriod")
    return asdict(replace(query, from_period=periods[0], until_period=periods[-1]))
