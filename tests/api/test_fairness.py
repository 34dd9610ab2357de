"""What one client costs another: what takes long runs beside the loop and in turns, what costs much
is charged much, and is refused before it is done. Nothing here is a matter of the clock;
`python -m benchmarks fairness` times it."""

import asyncio
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from api.admission import Rules
from api.apart import Apart
from api.app import make_schema
from api.graphql import Schema
from api.limits import Limits
from auth.caller import Caller
from auth.scopes import Scope
from benchmarks.hostile import Hostile
from db.session import Database, Identified
from resolvers.context import AT_ONCE, Context
from tests.api.toy import App, codes
from tests.world import SETTINGS, World

PAGE = "{handoffs {nodes {id sender {id name} sections {nodes {id}}}}}"


async def test_nobody_stands_behind_more_than_one_piece_of_anothers_work() -> None:
    apart, done, go = Apart(), list[str](), threading.Event()

    def work(whose: str) -> None:
        go.wait(10)
        done.append(whose)

    async with asyncio.TaskGroup() as tasks:
        for _ in range(50):
            tasks.create_task(apart.run("bad", lambda: work("bad")))
        await asyncio.sleep(0)
        tasks.create_task(apart.run("good", lambda: work("good")))
        await asyncio.sleep(0)
        go.set()
    assert done.index("good") == 1
    assert len(done) == 51


async def test_what_goes_wrong_apart_is_told_and_gives_the_turn_back() -> None:
    apart = Apart()

    def fail() -> None:
        raise ValueError("no")

    for _ in range(2):
        with pytest.raises(ValueError, match="no"):
            await apart.run("one", fail)


@pytest.mark.parametrize("part", ["parse", "validate"])
async def test_others_are_answered_while_a_document_is_read(
    part: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from api import documents

    go, busy = threading.Event(), threading.Event()
    real: Callable[..., Any] = getattr(documents, part)

    def slow(*args: Any, **named: Any) -> Any:
        busy.set()
        assert threading.current_thread().name.startswith("apart")
        assert go.wait(10)
        return real(*args, **named)

    async with App().client() as client:
        known = {"query": "{viewer}"}
        assert (await client.post("/graphql", json=known)).status_code == 200
        monkeypatch.setattr(documents, part, slow)
        new = asyncio.create_task(client.post("/graphql", json={"query": "{a: viewer}"}))
        assert await asyncio.to_thread(busy.wait, 10)
        for _ in range(3):
            assert (await client.post("/graphql", json=known)).json()["data"] == {"viewer": "toy"}
        assert not new.done()
        go.set()
        assert (await new).json()["data"] == {"a": "toy"}


class Till:
    """Takes points, as long as there are some."""

    def __init__(self, points: float = float("inf")) -> None:
        self.left, self.taken = points, list[int]()

    async def take(self, _caller: Caller | None, points: int) -> float | None:
        if points > self.left:
            return 5.0
        self.left -= points
        self.taken.append(points)
        return None


async def reader(world: World) -> Caller:
    api = await world.as_(
        await world.org(),
        Scope.HANDOFF_READ,
        Scope.HANDOFF_WRITE,
        Scope.ORGANISATION_READ,
        Scope.MOU_READ,
    )
    return await world.tokens.verify(api.token)


async def ask(schema: Schema, world: World, caller: Caller, sent: dict[str, Any]) -> Any:
    context = Context(world.database, caller, "en", "request", SETTINGS.auth)
    return await schema.execute(
        sent["query"], variable_values=sent.get("variables"), context_value=context
    )


@pytest.mark.parametrize(
    ("kind", "least"),
    [
        ("distinct documents", 1_500),
        ("invalid documents", 2_000),
        ("repeated fields", 3_000),
        ("huge fragments", 3_000),
        ("aliases of everything", 4_000),
        ("shapes of a plan", 600),
        ("large plans", 90),
        ("the schema", 500),
        ("deep pages", 4_000),
        ("many roots without a plan", 2_000),
        ("small and many", 25),
        ("changes that are refused", 100),
    ],
)
async def test_what_costs_much_is_charged_much(world: World, kind: str, least: int) -> None:
    """The least that a request of this kind costs, also the second time."""
    caller, hostile, budget = await reader(world), Hostile(), Till()
    schema = make_schema(Rules(rate_limit=budget.take))
    for _ in range(2):
        budget.taken.clear()
        await ask(schema, world, caller, hostile.kinds[kind]())
        assert sum(budget.taken) >= least, budget.taken


def test_each_way_of_being_hostile_has_a_price() -> None:
    marks = test_what_costs_much_is_charged_much.pytestmark  # type: ignore[attr-defined]
    (priced,) = (mark.args[1] for mark in marks if mark.name == "parametrize")
    assert [kind for kind, _ in priced] == list(Hostile().kinds)


async def test_no_plan_is_written_for_who_cannot_pay_for_it(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def never(*_: Any) -> None:
        raise AssertionError("a plan is written")

    caller, budget = await reader(world), Till()
    schema = make_schema(Rules(rate_limit=budget.take), plans=False)
    await ask(schema, world, caller, {"query": PAGE})
    without = sum(budget.taken)
    monkeypatch.setattr("api.plans.writing.Writer.__init__", never)
    schema = make_schema(Rules(rate_limit=Till(without + 100).take))
    result = await ask(schema, world, caller, {"query": PAGE})
    (error,) = result.errors
    assert error.code.name == "RATE_LIMITED"


async def test_a_large_plan_is_paid_for_at_every_run(world: World) -> None:
    caller, budget = await reader(world), Till()
    schema = make_schema(Rules(rate_limit=budget.take))
    lists = " ".join(f"l{n}: sections(first: 1) {{nodes {{id}}}}" for n in range(12))
    sent = {"query": f"{{handoffs(first: 1) {{nodes {{{lists}}}}}}}"}
    points = []
    for _ in range(2):
        budget.taken.clear()
        result = await ask(schema, world, caller, sent)
        assert result.errors is None
        points.append(sum(budget.taken))
    assert schema.plans and schema.plans.planned == 2
    cost = result.extensions["cost"]["requested"]
    assert points[0] > points[1] > 3 * cost


async def test_the_roots_of_one_request_leave_connections_to_others(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    open_, most = 0, 0
    real = Database.transaction

    @asynccontextmanager
    async def counted(database: Database, caller: Identified) -> AsyncIterator[AsyncSession]:
        nonlocal open_, most
        open_ += 1
        most = max(most, open_)
        try:
            async with real(database, caller) as tx:
                yield tx
        finally:
            open_ -= 1

    monkeypatch.setattr(Database, "transaction", counted)
    caller = await reader(world)
    roots = " ".join(f"r{n}: handoffs {{totalCount nodes {{id}}}}" for n in range(20))
    result = await ask(make_schema(plans=False), world, caller, {"query": f"{{{roots}}}"})
    assert result.errors is None
    assert 1 <= most <= AT_ONCE + 1


async def test_one_organisation_never_holds_all_connections() -> None:
    at_once = Limits().at_once * (AT_ONCE + 1)
    assert at_once < Database("postgresql://nowhere").engine.pool.size()  # type: ignore[attr-defined]


async def test_who_is_refused_is_not_worked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither read, nor validated, nor told the schema."""
    for what in ("documents.parse", "documents.validate", "introspection.execute_sync"):
        monkeypatch.setattr(f"api.{what}", None)
    app, hostile = App(replace(Rules(), rate_limit=Till(0).take)), Hostile()
    async with app.client() as client:
        for make in hostile.kinds.values():
            assert codes(await client.post("/graphql", json=make())) == ["RATE_LIMITED"]
