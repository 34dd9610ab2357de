"""Oversight plans (rencana pengawasan): what is to be looked at, and how far that has come."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import Select, delete, exists, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from auth.caller import Caller
from db.ids import new_id
from db.oversight_plan import OversightPlan, PlanItem, PlanStatus, Sector
from domain.checks import (
    LINE,
    Ref,
    distinct,
    id_of,
    in_order,
    in_reach,
    locked,
    reason_of,
    text_of,
)
from domain.organisation import living, region_of
from domain.paging import Order
from domain.refusal import Refusal, RefusalCode, require

LATEST_FIRST = Order(("starts_on", "id"), descending=True)
BY_NUMBER = Order(("number", "id"))
MOST_ITEMS = 200
MOST_VISITS = 1_000
MOST_ORGANISATIONS = 100


@dataclass(frozen=True)
class PlanItemDraft:
    """Something to look at; with organisations named, each is visited once at least."""

    sector: Sector
    focus: str
    month: date
    region_code: str | None = None
    organisation_ids: list[Ref] | None = None
    visits: int | None = None


@dataclass(frozen=True)
class PlanDraft:
    """A plan for a period."""

    title: str
    starts_on: date
    ends_on: date
    items: list[PlanItemDraft]


@dataclass(frozen=True)
class PlanFilter:
    """Which plans to list; every condition given must hold."""

    organisation_id: Ref | None = None
    sectors: list[Sector] | None = None
    statuses: list[PlanStatus] | None = None
    on: date | None = None


def listed(filter: PlanFilter | None) -> Select[OversightPlan]:
    """One's own plans and those shared with one, filtered."""
    chosen = filter or PlanFilter()
    statement = select(OversightPlan)
    if chosen.organisation_id is not None:
        owner = id_of(chosen.organisation_id, "organisation", "filter.organisationId")
        statement = statement.where(OversightPlan.organisation_id == owner)
    if chosen.sectors is not None:
        statement = statement.where(
            exists().where(
                PlanItem.plan_id == OversightPlan.id, PlanItem.sector.in_(chosen.sectors)
            )
        )
    if chosen.statuses is not None:
        statement = statement.where(OversightPlan.status.in_(chosen.statuses))
    if chosen.on is not None:
        statement = statement.where(
            OversightPlan.starts_on <= chosen.on, OversightPlan.ends_on >= chosen.on
        )
    return statement


async def draft(tx: AsyncSession, caller: Caller, given: PlanDraft) -> OversightPlan:
    """Draft a plan; nobody else sees it yet."""
    plan = OversightPlan(
        id=new_id(),
        organisation_id=caller.organisation_id,
        status=PlanStatus.DRAFT,
        shared_with=[],
    )
    items = await _written(tx, plan, given)
    tx.add(plan)
    await tx.flush()
    tx.add_all(items)
    return await _fresh(tx, plan)


async def change(tx: AsyncSession, caller: Caller, ref: Ref, given: PlanDraft) -> OversightPlan:
    """Write a draft anew."""
    plan = await _own(tx, ref, PlanStatus.DRAFT)
    items = await _written(tx, plan, given)
    await tx.execute(delete(PlanItem).where(PlanItem.plan_id == plan.id))
    tx.add_all(items)
    return await _fresh(tx, plan)


async def publish(tx: AsyncSession, caller: Caller, ref: Ref) -> OversightPlan:
    """From now on the plan stays as it is, and those it is shared with see it."""
    mine = func.hashtextextended(f"oversight plans of {caller.organisation_id}", 0)
    await tx.execute(select(func.pg_advisory_xact_lock(mine)))
    plan = await _own(tx, ref, PlanStatus.DRAFT)
    sectors = await tx.scalars(select(PlanItem.sector).where(PlanItem.plan_id == plan.id))
    await _apart(tx, plan, list(sectors), "id")
    plan.status, plan.published_at = PlanStatus.PUBLISHED, func.now()
    return await _fresh(tx, plan)


async def share(
    tx: AsyncSession, caller: Caller, ref: Ref, organisations: Sequence[Ref]
) -> OversightPlan:
    """Show the plan to more organisations, as soon as it is published."""
    plan = await _own(tx, ref, PlanStatus.DRAFT, PlanStatus.PUBLISHED)
    added = await _living(tx, organisations, "organisationIds", least=1)
    for index, organisation in enumerate(added):
        here = f"organisationIds[{index}]"
        require(organisation != caller.organisation_id, RefusalCode.SELF_ADDRESSED, here)
        require(organisation not in plan.shared_with, RefusalCode.DUPLICATE, here)
    everyone = [*plan.shared_with, *added]
    few = len(everyone) <= MOST_ORGANISATIONS
    require(few, RefusalCode.TOO_MANY, "organisationIds", most=MOST_ORGANISATIONS)
    plan.shared_with = everyone
    return await _fresh(tx, plan)


async def withdraw(tx: AsyncSession, caller: Caller, ref: Ref, reason: str) -> OversightPlan:
    """Give up a published plan, for a reason; another may then take its place."""
    plan = await _own(tx, ref, PlanStatus.PUBLISHED)
    plan.status, plan.withdraw_reason = PlanStatus.WITHDRAWN, reason_of(reason)
    return await _fresh(tx, plan)


async def made(tx: AsyncSession, items: list[UUID]) -> dict[UUID, int]:
    """How many visits were held for each of these items."""
    counted = select(func.access.visits_made(items).table_valued("item_id", "made"))
    return {row.item_id: row.made for row in await tx.execute(counted)}


async def _written(tx: AsyncSession, plan: OversightPlan, given: PlanDraft) -> list[PlanItem]:
    """The plan as given, and its items; those are not added yet."""
    in_order(given.starts_on, given.ends_on, "input.endsOn")
    in_reach(given.starts_on, "input.startsOn")
    in_reach(given.ends_on, "input.endsOn")
    require(given.items, RefusalCode.BAD_INPUT, "input.items")
    few = len(given.items) <= MOST_ITEMS
    require(few, RefusalCode.TOO_MANY, "input.items", most=MOST_ITEMS)
    plan.title = text_of(given.title, "input.title", LINE)
    plan.starts_on, plan.ends_on = given.starts_on, given.ends_on
    items = [
        await _item(tx, plan, number, item, f"input.items[{number}]")
        for number, item in enumerate(given.items)
    ]
    await _apart(tx, plan, [item.sector for item in items], "input.startsOn")
    return items


async def _item(
    tx: AsyncSession, plan: OversightPlan, number: int, given: PlanItemDraft, at: str
) -> PlanItem:
    month = given.month.replace(day=1)
    within = plan.starts_on.replace(day=1) <= month <= plan.ends_on
    require(within, RefusalCode.OUT_OF_RANGE, f"{at}.month")
    organisations = await _living(tx, given.organisation_ids or [], f"{at}.organisationIds")
    visits = given.visits if given.visits is not None else len(organisations)
    enough = max(1, len(organisations)) <= visits <= MOST_VISITS
    require(enough, RefusalCode.OUT_OF_RANGE, f"{at}.visits")
    return PlanItem(
        id=new_id(),
        plan_id=plan.id,
        number=number + 1,
        sector=given.sector,
        focus=text_of(given.focus, f"{at}.focus", LINE),
        region_code=region_of(given.region_code, f"{at}.regionCode"),
        organisation_ids=organisations,
        visits=visits,
        month=month,
    )


async def _living(tx: AsyncSession, refs: Sequence[Ref], at: str, *, least: int = 0) -> list[UUID]:
    distinct(refs, at, most=MOST_ORGANISATIONS, least=least)
    return [(await living(tx, ref, f"{at}[{index}]")).id for index, ref in enumerate(refs)]


async def _apart(
    tx: AsyncSession, plan: OversightPlan, sectors: Sequence[Sector], field: str
) -> None:
    """Two published plans of one organisation do not cover a sector at the same time."""
    overlapping = exists().where(
        OversightPlan.organisation_id == plan.organisation_id,
        OversightPlan.id != plan.id,
        OversightPlan.status == PlanStatus.PUBLISHED,
        OversightPlan.starts_on <= plan.ends_on,
        OversightPlan.ends_on >= plan.starts_on,
        PlanItem.plan_id == OversightPlan.id,
        PlanItem.sector.in_(sectors),
    )
    if await tx.scalar(select(overlapping)):
        raise Refusal(RefusalCode.PERIODS_OVERLAP, field)


async def _own(tx: AsyncSession, ref: Ref, *states: PlanStatus) -> OversightPlan:
    id = id_of(ref, "oversightplan", "id")
    plan = await locked(tx, OversightPlan, id, barred=RefusalCode.WRONG_SIDE)
    require(plan.status in states, RefusalCode.WRONG_STATE, "id")
    return plan


async def _fresh(tx: AsyncSession, plan: OversightPlan) -> OversightPlan:
    await tx.flush()
    await tx.refresh(plan)
    return plan
