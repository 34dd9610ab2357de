"""Figures of the seeded world: every month and year of it that is over is released.

What is played begins this year, and a year must be over before it is told apart by age, service
or form of violence. So that there is something to look at, the year before is drawn at random, as
coded rows that never were handoffs, and released as any other.
"""

import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from db.statistics import Dataset
from domain.statistics.model import Counted
from domain.statistics.release import release_all, release_of

_A_MONTH = 90
_DRAWN: dict[str, dict[str, int]] = {
    "REGION": {"31": 30, "32": 28, "35": 20, "33": 12, "73": 6, "53": 3, "94": 1},
    "AGE_BAND": {"AGE_0_5": 8, "AGE_6_9": 14, "AGE_10_12": 22, "AGE_13_15": 33, "AGE_16_17": 21,
                 "UNSTATED": 2},
    "URGENCY": {"DARURAT": 8, "MENDESAK": 24, "SEGERA": 48, "BIASA": 20},
    "SENDER_TYPE": {"UPTD_PPA": 46, "POLICE_PPA": 24, "SCHOOL": 16, "COMMUNITY_PROVIDER": 14},
    "RECEIVER_TYPE": {"POLICE_PPA": 34, "HOSPITAL": 26, "UPTD_PPA": 24, "LPSK": 10,
                      "DINAS_SOSIAL": 6},
    "CASE_CATEGORY": {"CHILD_OBSCENE_ACTS": 40, "ELECTRONIC_SEXUAL_VIOLENCE": 22, "RAPE": 18,
                      "HOUSEHOLD": 14, "TRAFFICKING": 6},
    "SERVICE": {"PSYCHOLOGICAL": 34, "HEALTH": 26, "LEGAL": 22, "SHELTER": 12, "PSYCHOSOCIAL": 6},
}  # fmt: skip
"""How often each code is drawn; invented, and like no real year."""


async def play(owner: AsyncEngine) -> int:
    """Release what is due, as the operator does; how many periods that were."""

    @asynccontextmanager
    async def each() -> AsyncIterator[AsyncSession]:
        async with AsyncSession(owner, expire_on_commit=False) as tx, tx.begin():
            yield tx

    async with each() as tx:
        today = (await tx.execute(select(func.access.today()))).scalar_one()
        drawn = random.Random(today.year)  # noqa: S311
        for month in range(1, 13):
            rows = [_row(drawn, month * 1_000 + n) for n in range(_A_MONTH + 4 * month)]
            await release_of(tx, Dataset.HANDOFFS, f"{today.year - 1}-{month:02}", rows)
    return 12 + len([one async for one in release_all(each)])


def _row(drawn: random.Random, subject: int) -> Counted:
    codes = {name: drawn.choices([*odds], [*odds.values()]) for name, odds in _DRAWN.items()}
    return Counted(subject, codes)
