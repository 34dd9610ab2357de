"""The operator's command: what would go, by whom it is held, and that it goes."""

import asyncio
import json
from contextlib import asynccontextmanager
from typing import Any

import pytest
from sqlalchemy import NullPool
from sqlalchemy.ext.asyncio import AsyncSession, create_async_engine

from db.session import Database, async_url
from tests.api.test_cli import Run, operator_run, run
from tests.conftest import Databases
from tests.endings import ended, left, place
from tests.scenes import pair
from tests.world import SETTINGS, World, ok

__all__ = ["operator_run", "run"]  # fixtures


class Scene:
    """Four handoffs that ended a year ago: one of them is held, one is not quite over."""

    def __init__(self, databases: Databases, name: str) -> None:
        self.databases, self.name = databases, name
        self.ids: list[str] = []
        self.names = ("", "")

    def __call__(self, work: Any) -> Any:
        return asyncio.run(self._run(work))

    async def _run(self, work: Any) -> Any:
        engine = create_async_engine(
            async_url(self.databases.owner_url(self.name)), poolclass=NullPool
        )

        @asynccontextmanager
        async def operator() -> Any:
            async with AsyncSession(engine, expire_on_commit=False) as tx:
                yield tx
                await tx.commit()

        database = Database(self.databases.app_url(self.name), pooled=False,
                            info={"vault": SETTINGS.vault})  # fmt: skip
        try:
            async with World.open(database, operator) as world:
                return await work(world)
        finally:
            await database.close()

    async def make(self, world: World) -> None:
        both = await pair(world, "INCIDENT", "HEALTH")
        for days in (400, 400, 365, 300):
            id = await both.at("COMPLETED", "INCIDENT", "HEALTH")
            await ended(world, id, days)
            self.ids.append(id)
        await ok(place(both.receiver, self.ids[1], "LP/9/2026"))
        self.names = both.sender.org.name, both.receiver.org.name

    async def bodies(self, world: World) -> list[int]:
        return [(await left(world, id))["bodies"] for id in self.ids]


@pytest.fixture
def scene(databases: Databases, database_name: str) -> Scene:
    made = Scene(databases, database_name)
    made(made.make)
    return made


def test_it_says_what_would_go_and_then_destroys_it(scene: Scene, operator_run: Run) -> None:
    said = operator_run("retention", "--dry-run", "--json")
    found = json.loads(said)
    assert found["sections"] == 4
    assert [(d["category"], d["sections"], d["held"], d["unruled"]) for d in found["due"]] == [
        ("HEALTH", 2, 1, 0), ("INCIDENT", 2, 1, 0),
    ]  # fmt: skip
    assert {(d["author"], d["partner"]) for d in found["due"]} == {scene.names}
    assert {d["mou_id"].partition("_")[0] for d in found["due"]} == {"mou"}
    [hold] = found["holds"]
    assert (hold["organisation"], hold["document_number"], hold["sections"]) == (
        scene.names[1], "LP/9/2026", 2,
    )  # fmt: skip

    for command in (["retention", "--dry-run"], ["retention", "show"]):
        table = operator_run(*command)
        assert "4 sections would be destroyed." in table
        assert f"Held by {scene.names[1]}, LP/9/2026" in table
        assert all(name in table for name in (*scene.names, "INCIDENT", "HEALTH"))
    assert scene(scene.bodies) == [2, 2, 2, 2]

    assert "4 sections are destroyed, and the keys of 2 whole cases." in operator_run(
        "retention", "run"
    )

    assert scene(scene.bodies) == [0, 2, 0, 2]
    done = json.loads(operator_run("retention", "run", "--json"))
    assert done == {"sections": 0, "cases": 0, "elsewhere": False}
    again = json.loads(operator_run("retention", "show", "--json"))
    assert again["sections"] == 0 and again["holds"][0]["sections"] == 2
    later = json.loads(operator_run("retention", "show", "--until", "2999-01-01", "--json"))
    assert later["sections"] == 2


def test_without_a_command_it_says_which_there_are(run: Run) -> None:
    assert "--dry-run" in run("retention")


def test_a_role_that_owns_nothing_may_not(
    scene: Scene, operator_run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MIGRATION_DATABASE_URL", scene.databases.app_url(scene.name))
    assert "does not own the tables" in operator_run.fails("retention", "show")
    assert "does not own the tables" in operator_run.fails("retention", "run")
