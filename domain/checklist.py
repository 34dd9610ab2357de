"""Checklists (daftar periksa) of laws in force, and how far organisations carry them out.

An assessment stands for one organisation and one half-year and is never changed: to correct it is
to assess again, until three months after the half-year. Only then averages are shown.

**Averages give no organisation away**, and the rule is as simple as we could make it
(`access.implementation_averages`):

- there is one division only, province by type of organisation, without totals of either: no two
  figures shown overlap, so there is nothing to subtract;
- nothing is shown before the half-year is closed to every assessor, and type and province are kept
  with the assessment: a figure shown once never moves;
- a figure rests on five organisations or more, and if the caller knows the scores of some of them
  (its own, those below it, those it assessed), on five more that it does not know;
- it is rounded to five points, and so is how many stand behind it: from one half-year to the next,
  one organisation more or less does not show.

The limit of it: an average of 0 or 100 says the same of every organisation behind it, and several
organisations that tell one another their scores know what is left.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Select, exists, func, select, text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from auth.caller import Caller
from db.checklist import (
    Assessment,
    AssessmentScore,
    Checklist,
    ChecklistItem,
    ImplementationStatus,
)
from db.enums import TermKind
from db.ids import new_id
from db.organisation import Organisation
from db.reference import Reference
from db.regulation import Regulation, RegulationStage
from domain.checks import (
    LINE,
    PARAGRAPH,
    Ref,
    distinct,
    found,
    id_of,
    known_codes,
    optional_text,
    text_of,
)
from domain.organisation import living
from domain.paging import Order
from domain.reference import references_of
from domain.refusal import Refusal, RefusalCode, require
from domain.regulation import FIRST_YEAR, keeps, today_of

BY_NUMBER = Order(("number", "id"))
LATEST_VERSION = Order(("number", "id"), descending=True)
LATEST_PERIOD = Order(("period", "id"), descending=True)
BY_ID = Order(("id",))
MOST_ITEMS = 100
MOST_WEIGHT = 10
MOST_REVISIONS = 20
_PERIOD = re.compile(r"[0-9]{4}-S[12]")
I = ImplementationStatus  # noqa: E741
WORTH = {I.NOT_STARTED: 0, I.PARTLY: 1, I.DONE: 2}
"""In halves of a duty done."""


@dataclass(frozen=True)
class ChecklistItemDraft:
    """One duty, whose it is, and how it is verified."""

    article: str
    duty: str
    organisation_types: list[str]
    verification: str
    weight: int = 1


@dataclass(frozen=True)
class NewChecklist:
    """A checklist of a regulation, or another version of it."""

    regulation_id: Ref
    title: str
    items: list[ChecklistItemDraft]
    note: str | None = None


@dataclass(frozen=True)
class ScoreDraft:
    """How far one duty is carried out."""

    item_id: Ref
    status: ImplementationStatus
    note: str | None = None
    evidence: list[Reference] | None = None


@dataclass(frozen=True)
class NewAssessment:
    """How far an organisation carries out what a checklist asks of it."""

    checklist_id: Ref
    organisation_id: Ref
    period: str
    scores: list[ScoreDraft]
    note: str | None = None


@dataclass(frozen=True)
class AssessmentFilter:
    """Which assessments to list; every condition given must hold."""

    regulation_id: Ref | None = None
    organisation_id: Ref | None = None
    assessor_id: Ref | None = None
    period: str | None = None
    include_earlier: bool = False


@dataclass(frozen=True)
class ImplementationAverage:
    """How far organisations of one type in one province were, in one half-year."""

    period: str
    region_code: str
    organisation_type: str
    score: int
    organisations: int
    change: int | None


async def draw_up(tx: AsyncSession, caller: Caller, given: NewChecklist) -> Checklist:
    """Write a checklist for a regulation that one keeps; the newest version is the one to use."""
    require(given.items, RefusalCode.BAD_INPUT, "input.items")
    few = len(given.items) <= MOST_ITEMS
    require(few, RefusalCode.TOO_MANY, "input.items", most=MOST_ITEMS)
    at = "input.regulationId"
    regulation = await found(tx, Regulation, id_of(given.regulation_id, "regulation", at), at)
    require(await keeps(tx, regulation.id), RefusalCode.WRONG_SIDE, at)
    holds = regulation.stage in (RegulationStage.IN_FORCE, RegulationStage.AMENDED)
    require(holds, RefusalCode.WRONG_STATE, at)
    last = select(func.max(Checklist.number)).where(Checklist.regulation_id == regulation.id)
    checklist = Checklist(
        id=new_id(),
        regulation_id=regulation.id,
        number=(await tx.scalar(last) or 0) + 1,
        title=text_of(given.title, "input.title", LINE),
        note=optional_text(given.note, "input.note", PARAGRAPH),
        organisation_id=caller.organisation_id,
    )
    items = [
        await _item(tx, checklist.id, number, item)
        for number, item in enumerate(given.items, start=1)
    ]
    tx.add(checklist)
    await tx.flush()
    tx.add_all(items)
    await tx.flush()
    return checklist


async def assess(tx: AsyncSession, caller: Caller, given: NewAssessment) -> Assessment:
    """Assess an organisation: it itself, those above it, KPAI, or the KPAD of its region."""
    refs = [score.item_id for score in given.scores]
    distinct(refs, "input.scores", most=MOST_ITEMS, least=1)
    await _open_period(tx, given.period)
    at = "input.checklistId"
    checklist = await found(tx, Checklist, id_of(given.checklist_id, "checklist", at), at)
    newer = exists().where(
        Checklist.regulation_id == checklist.regulation_id, Checklist.number > checklist.number
    )
    require(not await tx.scalar(select(newer)), RefusalCode.WRONG_STATE, at)
    organisation = await living(tx, given.organisation_id, "input.organisationId")
    may = await tx.scalar(select(func.access.may_assess(organisation.id)))
    require(may, RefusalCode.WRONG_SIDE, "input.organisationId")
    asked = await _asked(tx, checklist, organisation)
    scores = [_score(asked, score, f"input.scores[{n}]") for n, score in enumerate(given.scores)]
    require(len(scores) == len(asked), RefusalCode.BAD_INPUT, "input.scores")
    assessment = Assessment(
        id=new_id(),
        checklist_id=checklist.id,
        organisation_id=organisation.id,
        assessor_id=caller.organisation_id,
        period=given.period,
        revision=await _revision(tx, caller, checklist, organisation, given.period),
        type_code=organisation.type,
        region_code=organisation.region_code,
        score=_weighed(asked, scores),
        note=optional_text(given.note, "input.note", PARAGRAPH),
    )
    tx.add(assessment)
    await tx.flush()
    for score in scores:
        score.assessment_id = assessment.id
    tx.add_all(scores)
    await tx.flush()
    return assessment


def listed(filter: AssessmentFilter | None) -> Select[Assessment]:
    """The assessments that the caller may see, latest half-year first."""
    chosen = filter or AssessmentFilter()
    statement = select(Assessment)
    if chosen.regulation_id is not None:
        regulation = id_of(chosen.regulation_id, "regulation", "filter.regulationId")
        of = select(Checklist.id).where(Checklist.regulation_id == regulation)
        statement = statement.where(Assessment.checklist_id.in_(of))
    for ref, column, at in (
        (chosen.organisation_id, Assessment.organisation_id, "filter.organisationId"),
        (chosen.assessor_id, Assessment.assessor_id, "filter.assessorId"),
    ):
        if ref is not None:
            statement = statement.where(column == id_of(ref, "organisation", at))
    if chosen.period is not None:
        period = _period(chosen.period, "filter.period")
        statement = statement.where(Assessment.period == period)
    if not chosen.include_earlier:
        later = aliased(Assessment)
        statement = statement.where(~exists().where(later.revision > Assessment.revision,
                                                    *_same(later, Assessment)))  # fmt: skip
    return statement


async def averages(
    tx: AsyncSession, ref: Ref, region_code: str | None, organisation_type: str | None
) -> list[ImplementationAverage]:
    """What may be shown of everyone together, with the change since the half-year before."""
    at = "regulationId"
    regulation = await found(tx, Regulation, id_of(ref, "regulation", at), at)
    rows = func.access.implementation_averages(regulation.id).table_valued(
        "period", "region_code", "type_code", "score", "organisations"
    )
    wanted = select(rows)
    if region_code is not None:
        wanted = wanted.where(rows.c.region_code == text_of(region_code, "regionCode", LINE))
    if organisation_type is not None:
        of_type = text_of(organisation_type, "organisationType", LINE)
        wanted = wanted.where(rows.c.type_code == of_type)
    before: dict[Any, int] = {}
    shown = []
    for period, region, type_code, score, organisations in await tx.execute(wanted):
        last = before.get((_earlier(period), region, type_code))
        before[period, region, type_code] = score
        shown.append(
            ImplementationAverage(
                period, region, type_code, score, organisations,
                None if last is None else score - last,
            )
        )  # fmt: skip
    return shown


async def changes(tx: AsyncSession, ids: list[UUID]) -> dict[UUID, int]:
    """How many points an assessment stands above the same assessor's of the half-year before."""
    now, then, its, theirs = (aliased(Assessment), aliased(Assessment), aliased(Checklist),
                              aliased(Checklist))  # fmt: skip
    earlier = (
        select(now.id, now.score - then.score)
        .join(its, its.id == now.checklist_id)
        .join(theirs, theirs.regulation_id == its.regulation_id)
        .join(then, then.checklist_id == theirs.id)
        .where(
            now.id.in_(ids),
            then.organisation_id == now.organisation_id,
            then.assessor_id == now.assessor_id,
            func.access.period_begins(then.period)
            == func.access.period_begins(now.period) - text("interval '6 months'"),
            now.score.is_not(None),
            then.score.is_not(None),
        )
        .order_by(then.created_at, then.id)
    )
    return {id: change for id, change in await tx.execute(earlier) if change is not None}


def _same(one: Any, other: Any) -> Sequence[Any]:
    names = ("checklist_id", "organisation_id", "assessor_id", "period")
    return [getattr(one, name) == getattr(other, name) for name in names]


def _period(given: str, field: str) -> str:
    require(_PERIOD.fullmatch(given), RefusalCode.BAD_INPUT, field)
    return given


def _earlier(period: str) -> str:
    """The half-year before."""
    year, half = int(period[:4]), period[-1]
    return f"{year}-S1" if half == "2" else f"{year - 1:04}-S2"


async def _open_period(tx: AsyncSession, period: str) -> None:
    """A half-year that has begun, and ended no more than three months ago."""
    at = "input.period"
    _period(period, at)
    within = FIRST_YEAR <= int(period[:4]) <= (await today_of(tx)).year
    require(within, RefusalCode.BAD_INPUT, at)
    bounds = select(func.access.period_begins(period), func.access.period_closes(period),
                    func.access.today())  # fmt: skip
    begins, closes, today = (await tx.execute(bounds)).one()
    require(begins <= today, RefusalCode.BAD_INPUT, at)
    require(today < closes, RefusalCode.WRONG_STATE, at)


async def _item(
    tx: AsyncSession, checklist: UUID, number: int, given: ChecklistItemDraft
) -> ChecklistItem:
    at = f"input.items[{number - 1}]"
    require(1 <= given.weight <= MOST_WEIGHT, RefusalCode.BAD_INPUT, f"{at}.weight")
    types = f"{at}.organisationTypes"
    require(given.organisation_types, RefusalCode.BAD_INPUT, types)
    return ChecklistItem(
        id=new_id(),
        checklist_id=checklist,
        number=number,
        article=text_of(given.article, f"{at}.article", LINE),
        duty=text_of(given.duty, f"{at}.duty", PARAGRAPH),
        organisation_types=await known_codes(
            tx, TermKind.ORGANISATION_TYPE, given.organisation_types, types
        ),
        verification=text_of(given.verification, f"{at}.verification", PARAGRAPH),
        weight=given.weight,
    )


async def _asked(
    tx: AsyncSession, checklist: Checklist, organisation: Organisation
) -> dict[UUID, ChecklistItem]:
    """The duties of organisations of this type; with none there is nothing to assess."""
    items = select(ChecklistItem).where(
        ChecklistItem.checklist_id == checklist.id,
        ChecklistItem.organisation_types.contains([organisation.type]),
    )
    asked = {item.id: item for item in await tx.scalars(items)}
    require(asked, RefusalCode.BAD_INPUT, "input.organisationId")
    return asked


def _score(asked: dict[UUID, ChecklistItem], given: ScoreDraft, at: str) -> AssessmentScore:
    id = id_of(given.item_id, "checklistitem", f"{at}.itemId")
    if id not in asked:
        raise Refusal(RefusalCode.NOT_FOUND, f"{at}.itemId")
    evidence = references_of(given.evidence, f"{at}.evidence")
    shown = evidence or given.status is not I.DONE
    require(shown, RefusalCode.EVIDENCE_REQUIRED, f"{at}.evidence")
    return AssessmentScore(
        id=new_id(),
        item_id=id,
        status=given.status,
        note=optional_text(given.note, f"{at}.note", PARAGRAPH),
        evidence=evidence,
    )


def _weighed(asked: dict[UUID, ChecklistItem], scores: Sequence[AssessmentScore]) -> int | None:
    """Per cent of what is applicable, by weight."""
    counted = [one for one in scores if one.status is not I.NOT_APPLICABLE]
    whole = sum(2 * asked[one.item_id].weight for one in counted)
    done = sum(WORTH[one.status] * asked[one.item_id].weight for one in counted)
    return round(100 * done / whole) if whole else None


async def _revision(
    tx: AsyncSession, caller: Caller, checklist: Checklist, organisation: Organisation, period: str
) -> int:
    so_far = select(func.max(Assessment.revision)).where(
        Assessment.checklist_id == checklist.id,
        Assessment.organisation_id == organisation.id,
        Assessment.assessor_id == caller.organisation_id,
        Assessment.period == period,
    )
    last = await tx.scalar(so_far) or 0
    require(last < MOST_REVISIONS, RefusalCode.TOO_MANY, "input.period", most=MOST_REVISIONS)
    return last + 1
