"""The budget of a client: over all replicas, and in few round trips."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import TextClause

from api.rate_limit import SHARE, RateLimiter
from auth.caller import Caller
from db.ids import new_id
from db.session import CallerUnknown, Database
from tests.world import World

BUDGET = 600
"""Ten a second."""


class Counted:
    """A replica, the statements it sends, and a clock of its own."""

    def __init__(self, database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now, self.asked = 1000.0, 0
        self.limiter = RateLimiter(database, BUDGET, clock=lambda: self.now)
        send: Callable[..., Awaitable[Any]] = database.at_once

        async def at_once(statement: TextClause, values: dict[str, Any]) -> Any:
            self.asked += 1
            return await send(statement, values)

        monkeypatch.setattr(database, "at_once", at_once)


@pytest.fixture
def replica(world: World, monkeypatch: pytest.MonkeyPatch) -> Counted:
    return Counted(world.database, monkeypatch)


async def client(world: World) -> Caller:
    api = await world.as_(await world.org())
    return await world.tokens.verify(api.token)


async def test_a_share_is_spent_without_asking_again(world: World, replica: Counted) -> None:
    caller = await client(world)
    for _ in range(BUDGET // SHARE):
        assert await replica.limiter.take(caller, 1) is None
    assert replica.asked == 1
    assert await replica.limiter.take(caller, 1) is None
    assert replica.asked == 2


async def test_who_comes_together_fills_the_purse_once(world: World, replica: Counted) -> None:
    caller = await client(world)
    taken = await asyncio.gather(*(replica.limiter.take(caller, 1) for _ in range(20)))
    assert taken == [None] * 20
    assert replica.asked == 1


async def test_two_replicas_share_one_budget(world: World, replica: Counted) -> None:
    caller = await client(world)
    other = RateLimiter(world.database, BUDGET)
    assert await replica.limiter.take(caller, 400) is None
    wait = await other.take(caller, 400)
    assert wait is not None and 15 < wait <= 20  # 200 are there, and ten come in a second
    assert await other.take(caller, 199) is None
    assert (await replica.limiter.take(caller, 400) or 0) > 35


async def test_what_is_left_of_a_share_is_not_lost(world: World, replica: Counted) -> None:
    caller = await client(world)
    assert await replica.limiter.take(caller, BUDGET - 10) is None  # less than a share is left
    assert await replica.limiter.take(caller, 5) is None
    assert await replica.limiter.take(caller, 5) is None
    assert (await replica.limiter.take(caller, 5) or 0) > 0


async def test_who_was_refused_is_refused_without_asking_until_there_can_be_enough(
    world: World, replica: Counted
) -> None:
    caller = await client(world)
    assert await replica.limiter.take(caller, BUDGET) is None
    wait = await replica.limiter.take(caller, 100)
    assert wait is not None and 9 < wait <= 10
    asked = replica.asked
    replica.now += 5
    for _ in range(3):
        again = await replica.limiter.take(caller, 100)
        assert again is not None and 4 < again <= 5.1
    assert replica.asked == asked
    replica.now += 5.1  # of the replica: in the database no time went by
    assert (await replica.limiter.take(caller, 100) or 0) > 9
    assert replica.asked > asked


async def test_an_operation_dearer_than_the_budget_runs_when_it_is_full(
    world: World, replica: Counted
) -> None:
    caller = await client(world)
    assert await replica.limiter.take(caller, 10 * BUDGET) is None
    assert (await replica.limiter.take(caller, 1) or 0) > 500


async def test_one_client_does_not_spend_for_another(world: World, replica: Counted) -> None:
    one, other = await client(world), await client(world)
    assert await replica.limiter.take(one, BUDGET) is None
    assert await replica.limiter.take(other, BUDGET) is None


@pytest.mark.parametrize("what", ["client_id", "organisation_id", "grant_id"])
async def test_who_is_nobody_any_more_has_no_budget(
    world: World, replica: Counted, what: str
) -> None:
    caller = replace(await client(world), **{what: new_id()})
    with pytest.raises(CallerUnknown):
        await replica.limiter.take(caller, 1)


async def test_there_need_not_be_a_limit(world: World) -> None:
    caller = await client(world)
    assert await RateLimiter(world.database, 0).take(caller, 10**9) is None
    assert await RateLimiter(world.database, 1).take(None, 10**9) is None
