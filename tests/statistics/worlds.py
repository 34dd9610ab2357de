"""Worlds to count: rows put into the database behind the API, and what is released of them."""

import random
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from db.ids import new_id
from domain.statistics.model import first_day, last_day
from domain.statistics.release import release_all
from tests.scenes import pair
from tests.world import Org, World

AGES = ("AGE_0_5", "AGE_6_9", "AGE_10_12", "AGE_13_15", "AGE_16_17", None)
CATEGORIES = ("RAPE", "CHILD_OBSCENE_ACTS", "TRAFFICKING", "HOUSEHOLD")
SERVICES = ("HEALTH", "LEGAL", "SHELTER", "PSYCHOLOGICAL")
URGENCIES = ("DARURAT", "MENDESAK", "SEGERA", "BIASA")


async def counted(
    world: World,
    sender: Org,
    receiver: Org,
    mou: str,
    day: date,
    *,
    age: str | None = "AGE_13_15",
    categories: Sequence[str] = ("RAPE",),
    services: Sequence[str] = ("HEALTH",),
    urgency: str = "SEGERA",
    case: UUID | None = None,
) -> UUID:
    """A handoff that was sent on a day; its case."""
    case_id = case or new_id()
    if case is None:
        await world.sql(
            "insert into case_file (id, kek_id, wrapped) values (:id, 'test', '\\x00')",
            id=case_id,
        )
    await world.sql(
        "insert into handoff (id, number, kind, status, sender_id, receiver_id, mou_id, case_id,"
        " purpose, urgency, child_role, child_age_band, case_categories, services, requested_at)"
        " values (:id, :number, 'REFERRAL', 'COMPLETED', :sender, :receiver, :mou, :case,"
        " 'SERVICE_DELIVERY', :urgency, 'VICTIM', :age, :categories, :services,"
        " cast(:day as date) + time '12:00' at time zone 'Asia/Jakarta')",
        id=new_id(), number=f"RJK-{new_id().hex[-12:]}", sender=sender.id, receiver=receiver.id,
        mou=UUID(mou.rpartition("_")[2]), case=case_id, urgency=urgency, age=age,
        categories=list(categories), services=list(services), day=day,
    )  # fmt: skip
    return case_id


async def released(world: World, **how: Any) -> list[str]:
    """Release what is due; the periods of which data set that were."""
    return [f"{one.dataset} {one.period}" async for one in release_all(world.operator, **how)]


def days_of(period: str, count: int, seed: int = 0) -> Iterable[date]:
    """So many days of a period."""
    draw = random.Random(f"{period}{seed}")
    length = (last_day(period) - first_day(period)).days + 1
    return (first_day(period) + timedelta(days=draw.randrange(length)) for _ in range(count))


async def two_provinces(world: World) -> None:
    """Two provinces, one small, through 2025; the year is released."""
    one = await pair(world, types=("UPTD_PPA", "POLICE_PPA"))
    other = await pair(world, types=("DINAS_SOSIAL", "HOSPITAL"))
    for side, region in ((one.sender, "31"), (other.sender, "94.71")):
        await world.sql(
            "update organisation set region_code = :region where id = :id",
            region=region, id=side.org.id,
        )  # fmt: skip
    for n, day in enumerate(days_of("2025", 40)):
        await counted(
            world, one.sender.org, one.receiver.org, one.mou, day, age=AGES[n % 2 * 3],
            categories=CATEGORIES[: n % 3 + 1],
        )  # fmt: skip
    for day in days_of("2025", 3, seed=1):
        await counted(world, other.sender.org, other.receiver.org, other.mou, day)
    assert (await released(world, until="2025"))[-1] == "HANDOFFS 2025"
