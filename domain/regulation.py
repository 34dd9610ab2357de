"""Regulations (peraturan): a directory that all keep together, and the stages of each."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Select, exists, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from auth.caller import Caller
from db.ids import new_id
from db.regulation import Regulation, RegulationKind, RegulationStage, StageReached
from domain.checks import LINE, PARAGRAPH, Ref, found, id_of, locked, optional_text, text_of
from domain.organisation import region_of
from domain.paging import Order
from domain.reference import link_of
from domain.refusal import RefusalCode, require

NEWEST_FIRST = Order(("year", "id"), descending=True)
IN_ORDER = Order(("since", "id"))
MOST_STAGES = 50
FIRST_YEAR = 1945
K, S = RegulationKind, RegulationStage

BECOMES = {K.RUU: K.UU, K.RPP: K.PP, K.RAPERDA: K.PERDA}
"""Drafts that have a name of their own, and what each becomes."""
REGIONAL = (K.PERDA, K.RAPERDA)
NUMBERED = (S.PROMULGATED, S.IN_FORCE, S.AMENDED, S.REPEALED, S.ANNULLED)
"""Stages at which a regulation has its number."""
BEFORE = (S.PLANNED, S.DRAFTING, S.HARMONISATION, S.DELIBERATION, S.ADOPTED, S.WITHDRAWN)


@dataclass(frozen=True)
class NewRegulation:
    """A regulation or a draft that the directory does not have yet."""

    kind: RegulationKind
    year: int
    title: str
    stage: RegulationStage
    since: date
    source_url: str
    number: str | None = None
    issuer: str | None = None
    region_code: str | None = None


@dataclass(frozen=True)
class RegulationChange:
    """What to change of an entry; what is left out stays."""

    number: str | None = None
    title: str | None = None
    source_url: str | None = None
    became_id: Ref | None = None


@dataclass(frozen=True)
class NewStage:
    """A stage that was reached."""

    stage: RegulationStage
    since: date
    note: str | None = None


@dataclass(frozen=True)
class RegulationFilter:
    """Which regulations to list; every condition given must hold."""

    kinds: list[RegulationKind] | None = None
    stages: list[RegulationStage] | None = None
    year: int | None = None
    region_code: str | None = None
    words: str | None = None


def listed(filter: RegulationFilter | None) -> Select[Regulation]:
    """The directory of regulations, filtered."""
    chosen = filter or RegulationFilter()
    statement = select(Regulation)
    if chosen.kinds is not None:
        statement = statement.where(Regulation.kind.in_(chosen.kinds))
    if chosen.stages is not None:
        statement = statement.where(Regulation.stage.in_(chosen.stages))
    if chosen.year is not None:
        statement = statement.where(Regulation.year == chosen.year)
    if chosen.region_code is not None:
        region = region_of(chosen.region_code, "filter.regionCode")
        statement = statement.where(Regulation.region_code == region)
    if chosen.words is not None:
        words = text_of(chosen.words, "filter.words", LINE)
        statement = statement.where(
            Regulation.title.icontains(words, autoescape=True)
            | Regulation.number.icontains(words, autoescape=True)
        )
    return statement


async def today_of(tx: AsyncSession) -> date:
    today: date = (await tx.execute(select(func.access.today()))).scalar_one()
    return today


async def come(tx: AsyncSession, day: date, field: str) -> date:
    """The day, when it is not still to come where KPAI sits."""
    require(day <= await today_of(tx), RefusalCode.BAD_INPUT, field)
    return day


async def register(tx: AsyncSession, caller: Caller, given: NewRegulation) -> Regulation:
    """Enter a regulation; whoever does keeps the entry."""
    today = await today_of(tx)
    within = FIRST_YEAR <= given.year <= today.year
    require(within, RefusalCode.BAD_INPUT, "input.year")
    regional = given.kind in REGIONAL
    require(regional == (given.region_code is not None), RefusalCode.BAD_INPUT, "input.regionCode")
    issuer = optional_text(given.issuer, "input.issuer", LINE)
    require((given.kind is K.PERMEN) == (issuer is not None), RefusalCode.BAD_INPUT, "input.issuer")
    number = _number(given.number)
    _fits(given.kind, given.stage, number, "input.stage")
    title = text_of(given.title, "input.title", LINE)
    regulation = Regulation(
        id=new_id(),
        kind=given.kind,
        number=number,
        year=given.year,
        title=title,
        issuer=issuer,
        region_code=region_of(given.region_code, "input.regionCode"),
        known_as=_known_as(number, title),
        stage=given.stage,
        source_url=link_of(given.source_url, "input.sourceUrl"),
        registered_by=caller.organisation_id,
    )
    await _only(tx, regulation)
    tx.add(regulation)
    await tx.flush()
    first = NewStage(given.stage, await come(tx, given.since, "input.since"))
    tx.add(_reached(caller, regulation.id, first))
    await tx.flush()
    return regulation


async def change(tx: AsyncSession, caller: Caller, ref: Ref, given: RegulationChange) -> Regulation:
    """Correct an entry, or say which regulation a draft became."""
    regulation = await _kept(tx, ref)
    became = await _became(tx, regulation, given.became_id)
    link = link_of(given.source_url, "input.sourceUrl") if given.source_url else None
    title = text_of(given.title, "input.title", LINE) if given.title is not None else None
    number = _number(given.number)
    known_as = _known_as(number or regulation.number, title or regulation.title)
    if known_as != regulation.known_as:
        await _only(tx, regulation, known_as)
    regulation.known_as = known_as
    regulation.number = number or regulation.number
    regulation.title = title or regulation.title
    regulation.source_url = link or regulation.source_url
    regulation.became_id = became or regulation.became_id
    await tx.flush()
    return regulation


async def reach(tx: AsyncSession, caller: Caller, ref: Ref, given: NewStage) -> Regulation:
    """Record the next stage; stages follow one another in time."""
    regulation = await _kept(tx, ref)
    _fits(regulation.kind, given.stage, regulation.number, "input.stage")
    require(given.stage is not regulation.stage, RefusalCode.WRONG_STATE, "input.stage")
    await come(tx, given.since, "input.since")
    before = select(func.max(StageReached.since), func.count()).where(
        StageReached.regulation_id == regulation.id
    )
    last, stages = (await tx.execute(before)).one()
    require(given.since >= last, RefusalCode.DATES_INVERTED, "input.since")
    require(stages < MOST_STAGES, RefusalCode.TOO_MANY, "input", most=MOST_STAGES)
    tx.add(_reached(caller, regulation.id, given))
    regulation.stage = given.stage
    await tx.flush()
    return regulation


async def keeps(tx: AsyncSession, regulation: UUID) -> bool:
    """Whether the caller keeps the entry: whoever registered it does, and KPAI."""
    return bool(await tx.scalar(select(func.access.keeps_regulation(regulation))))


def _reached(caller: Caller, regulation: UUID, given: NewStage) -> StageReached:
    return StageReached(
        id=new_id(),
        regulation_id=regulation,
        stage=given.stage,
        since=given.since,
        note=optional_text(given.note, "input.note", PARAGRAPH),
        organisation_id=caller.organisation_id,
    )


def _fits(kind: RegulationKind, stage: RegulationStage, number: str | None, field: str) -> None:
    """Drafts are not in force, and what has a name of its own as a draft begins when adopted."""
    if kind in BECOMES:
        require(stage in BEFORE, RefusalCode.BAD_INPUT, field)
    elif kind in BECOMES.values():
        require(stage in (S.ADOPTED, *NUMBERED), RefusalCode.BAD_INPUT, field)
    needed = stage in NUMBERED
    require(number or not needed, RefusalCode.BAD_INPUT, "input.number")


def _number(given: str | None) -> str | None:
    """The number as it is cited: without zeros before it."""
    number = optional_text(given, "input.number", LINE)
    return number.lstrip("0") or "0" if number and number.isdecimal() else number


def _known_as(number: str | None, title: str) -> str:
    return (number or title).casefold()


async def _only(tx: AsyncSession, regulation: Regulation, known_as: str | None = None) -> None:
    """Nothing else of its kind, year and place is called so."""
    alike: list[Any] = [
        getattr(Regulation, name).is_not_distinct_from(getattr(regulation, name))
        for name in ("kind", "year", "issuer", "region_code")
    ]
    called = Regulation.known_as == (known_as or regulation.known_as)
    twin = exists().where(called, Regulation.id != regulation.id, *alike)
    with tx.no_autoflush:
        there = await tx.scalar(select(twin))
    require(
        not there, RefusalCode.DUPLICATE, "input.number" if regulation.number else "input.title"
    )


async def _became(tx: AsyncSession, draft: Regulation, ref: Ref | None) -> UUID | None:
    """What the draft became: of the kind that it becomes, for the same region."""
    if ref is None:
        return None
    at = "input.becameId"
    regulation = await found(tx, Regulation, id_of(ref, "regulation", at), at)
    same = (BECOMES.get(draft.kind), draft.region_code) == (
        regulation.kind, regulation.region_code,
    )  # fmt: skip
    require(same, RefusalCode.BAD_INPUT, at)
    require(draft.stage is S.ADOPTED, RefusalCode.WRONG_STATE, at)
    return regulation.id


async def _kept(tx: AsyncSession, ref: Ref) -> Regulation:
    id = id_of(ref, "regulation", "id")
    return await locked(tx, Regulation, id, barred=RefusalCode.WRONG_SIDE)
