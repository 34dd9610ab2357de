"""One organisation's requests wait for one another, and nobody else's."""

import asyncio
from dataclasses import replace

import pytest

from api.admission import Rules
from api.limits import Limits
from api.turns import Turns
from tests.api.toy import App, codes


async def test_so_many_run_at_once_and_the_rest_in_order() -> None:
    turns, began, go = Turns(2), list[str](), asyncio.Event()

    async def request(owner: str, name: str) -> None:
        async with turns.of(owner):
            began.append(name)
            await go.wait()

    async with asyncio.TaskGroup() as tasks:
        for name in "abcd":
            tasks.create_task(request("bad", name))
        tasks.create_task(request("good", "good"))
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        assert began == ["a", "b", "good"]
        go.set()
    assert began == ["a", "b", "good", "c", "d"]
    assert turns._lines == {}


async def test_who_gives_up_waiting_leaves_the_line() -> None:
    turns = Turns(1)
    async with turns.of("one"):
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.01), turns.of("one"):
                raise AssertionError
        assert turns._lines["one"].length == 1
    assert turns._lines == {}


async def test_what_goes_wrong_gives_the_turn_back() -> None:
    turns = Turns(1)
    for _ in range(3):
        with pytest.raises(ValueError, match="no"):
            async with turns.of("one"):
                raise ValueError("no")
    assert turns._lines == {}


async def test_through_the_door_the_time_spent_waiting_counts() -> None:
    app = App(Rules(limits=replace(Limits(), seconds=0.3, at_once=1)))
    slow = {"query": '{fails(how: "slow")}'}
    async with app.client() as client:
        waiting = [asyncio.create_task(client.post("/graphql", json=slow)) for _ in range(2)]
        answers = await asyncio.gather(*waiting)
    assert [codes(answer) for answer in answers] == [["TIMEOUT"]] * 2


async def test_a_request_of_another_organisation_does_not_wait() -> None:
    app = App(Rules(limits=replace(Limits(), seconds=0.5, at_once=1)))
    async with app.client() as client:
        slow = asyncio.create_task(client.post("/graphql", json={"query": '{fails(how: "slow")}'}))
        await asyncio.sleep(0.05)
        del client.headers["authorization"]
        answer = await client.post("/graphql", json={"query": "{__typename}"})
        assert answer.json()["data"] == {"__typename": "Query"}
        assert codes(await slow) == ["TIMEOUT"]
