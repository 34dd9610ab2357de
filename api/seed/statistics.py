"""Figures of the seeded world: every month and year of it that is over is released."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from domain.statistics.release import release_all


async def play(owner: AsyncEngine) -> int:
    """Release what is due, as the operator does; how many periods that were."""

    @asynccontextmanager
    async def each() -> AsyncIterator[AsyncSession]:
        async with AsyncSession(owner, expire_on_commit=False) as tx, tx.begin():
            yield tx

    return len([one async for one in release_all(each)])
