"""Emergencies beneath every rule in Python: what the database itself lets who do with one."""

from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

import pytest
import pytest_asyncio
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from auth.caller import Caller
from auth.scopes import Scope
from db.ids import new_id
from db.session import Database
from tests.emergencies import breaks_glass, ids, number_of, timeline
from tests.scenes import Pair, pair, uuid_of
from tests.world import PARTNER, Api, World, agreement, clause, ok

NEW = {
    "id": ":id", "handoff_id": ":handoff", "organisation_id": "access.me()",
    "section_ids": "cast(:sections as uuid[])", "reason_sealed": "'x'",
    "ends_at": "now() + interval '4 hours'", "client_id": "access.client()",
    "user_id": "access.person()",
}  # fmt: skip


class Scene:
    """Two sides, and a hospital with an agreement with the author; one emergency each."""

    def __init__(self, database: Database, both: Pair, hospital: Api) -> None:
        self.database, self.both, self.hospital = database, both, hospital
        self.world = both.world
        self.handoff = self.emergency = ""

    async def caller(self, api: Api, *without: Scope) -> Caller:
        [row] = await self.world.sql(
            "select g.id, g.client_id from oauth_grant g join client c on c.id = g.client_id"
            " where c.organisation_id = :id limit 1",
            id=api.org.id,
        )
        scopes = frozenset(PARTNER) - set(without)
        return Caller(api.org.id, row.client_id, "test", scopes, grant_id=row.id)

    async def does(self, api: Api, statement: str, *without: Scope, **values: Any) -> int:
        """How many rows a statement of this organisation touched."""
        async with self.database.transaction(await self.caller(api, *without)) as tx:
            done: Any = await tx.execute(text(statement), values)
            return int(done.rowcount)

    async def barred(self, api: Api, statement: str, *without: Scope, **values: Any) -> str:
        """By what a statement was refused: a policy or a privilege (42501), or a trigger."""
        with pytest.raises(DBAPIError) as error:
            await self.does(api, statement, *without, **values)
        return str(getattr(error.value.orig, "sqlstate", None))

    async def opens(self, api: Api, *without: Scope, **change: str) -> str:
        """The attempt to declare one by SQL, with some columns otherwise."""
        columns = NEW | change
        statement = (
            f"insert into emergency_access ({', '.join(columns)})"
            f" values ({', '.join(columns.values())})"
        )
        values: dict[str, Any] = {"id": new_id()}
        if ":handoff" in statement:
            values["handoff"] = uuid_of(self.handoff)
        if ":sections" in statement:
            values["sections"] = [await self.section("HEALTH")]
        return await self.barred(api, statement, *without, **values)

    async def section(self, category: str) -> UUID:
        found = await self.world.sql(
            "select id from handoff_section where handoff_id = :id and category = :category",
            id=uuid_of(self.handoff), category=category,
        )  # fmt: skip
        return UUID(str(found[0].id))


@pytest_asyncio.fixture
async def scene(world: World, database: Database) -> AsyncIterator[Scene]:
    both = await pair(world, "INCIDENT", "HEALTH", "EVIDENCE", emergencyExcluded=["EVIDENCE"])
    hospital = await world.as_(await world.org("HOSPITAL"))
    author = both.sender.org
    await agreement(world, [author, hospital.org], [clause(author, hospital.org, "HEALTH")])
    scene = Scene(database, both, hospital)
    scene.handoff = (await both.send("INCIDENT", "HEALTH", "EVIDENCE"))["id"]
    number = await number_of(both.sender, scene.handoff)
    opened = await ok(breaks_glass(hospital, number=number, categories=["HEALTH"]))
    scene.emergency = opened["id"]
    yield scene


async def test_it_is_declared_for_oneself_now_and_within_what_is_reached(scene: Scene) -> None:
    hospital = scene.hospital
    evidence, incident = await scene.section("EVIDENCE"), await scene.section("INCIDENT")
    other = uuid_of(await other_handoff(scene))
    assert await scene.opens(hospital, Scope.HANDOFF_EMERGENCY) == "42501"
    for change in (
        {"organisation_id": f"'{scene.both.receiver.org.id}'"},
        {"section_ids": f"array['{evidence}'::uuid]"},
        {"section_ids": f"array['{incident}'::uuid]"},
        {"handoff_id": f"'{other}'"},
        {"opened_at": "now() - interval '1 hour'"},
        {"closed_at": "now()"},
        {"reviewed_at": "now()", "reviewed_by": "access.me()", "finding": "'JUSTIFIED'"},
        {"review_note": "'Benar.'"},
        {"client_id": "(select client_id from emergency_access limit 1)",
         "user_id": "access.me()"},
    ):  # fmt: skip
        assert await scene.opens(hospital, **change) in ("42501", "23503"), change
    assert await scene.opens(hospital, ends_at="now() + interval '73 hours'") == "23514"


async def other_handoff(scene: Scene) -> str:
    return str((await scene.both.send("HEALTH"))["id"])


CLOSE = "update emergency_access set closed_at = now() where id = :id"
REVIEW = "update emergency_access set finding = 'JUSTIFIED' where id = :id"


async def test_its_opener_closes_it_and_nothing_else(scene: Scene) -> None:
    id = uuid_of(scene.emergency)
    hospital = scene.hospital
    assert await scene.barred(hospital, REVIEW, id=id) == "23514"
    longer = "update emergency_access set ends_at = ends_at + interval '1 hour' where id = :id"
    assert await scene.barred(hospital, longer, id=id) == "42501"
    assert await scene.does(hospital, CLOSE, Scope.HANDOFF_EMERGENCY, id=id) == 0
    assert await scene.does(hospital, CLOSE, id=id) == 1
    again = "update emergency_access set closed_at = null where id = :id"
    assert await scene.barred(hospital, again, id=id) == "23514"


async def test_its_owner_reviews_it_once_and_nothing_else(scene: Scene) -> None:
    id = uuid_of(scene.emergency)
    owner, other = scene.both.sender, scene.both.receiver
    assert await scene.barred(owner, CLOSE, id=id) == "23514"
    assert await scene.does(other, REVIEW, id=id) == 0  # a side, but no owner
    assert await scene.does(owner, REVIEW, Scope.HANDOFF_WRITE, id=id) == 0
    assert await scene.does(owner, REVIEW, id=id) == 1
    [row] = await scene.world.sql(
        "select reviewed_by, reviewed_at, closed_at from emergency_access where id = :id", id=id
    )
    assert row.reviewed_by == owner.org.id and row.reviewed_at and row.closed_at is None
    for statement in (REVIEW, REVIEW.replace("JUSTIFIED", "NOT_JUSTIFIED")):
        assert await scene.barred(owner, statement, id=id) == "23514"
    assert await scene.barred(scene.hospital, CLOSE, id=id) == "23514"


async def test_nobody_writes_of_an_emergency_that_was_none(scene: Scene) -> None:
    event = (
        "insert into handoff_event (id, handoff_id, kind, actor_id, to_status)"
        " values (:id, :handoff, :kind, access.me(), 'REQUESTED')"
    )
    values = {"id": new_id(), "handoff": uuid_of(scene.handoff)}
    before = await timeline(scene.both.sender, scene.handoff)
    for api, kind in [(scene.both.sender, "EMERGENCY_REVIEWED"), (scene.hospital, "SENT"),
                      (scene.hospital, "EMERGENCY_OPENED")]:  # fmt: skip
        assert await scene.barred(api, event, **values, kind=kind) == "42501"
    assert await timeline(scene.both.sender, scene.handoff) == before


async def test_whoever_is_no_side_sees_none_of_it(scene: Scene, world: World) -> None:
    nobody = await world.as_(await world.org("LEGAL_AID"))
    count = "select id from emergency_access where id = :id"
    id = uuid_of(scene.emergency)
    for api, seen in [(nobody, 0), (scene.hospital, 1), (scene.both.sender, 1),
                      (scene.both.receiver, 1)]:  # fmt: skip
        assert await scene.does(api, count, id=id) == seen
    every = (Scope.HANDOFF_READ, Scope.HANDOFF_WRITE, Scope.HANDOFF_EMERGENCY)
    assert await scene.does(scene.both.sender, count, *every, id=id) == 0


async def test_a_target_is_told_to_those_with_the_scope_only(scene: Scene) -> None:
    number = await number_of(scene.both.sender, scene.handoff)
    target = "select * from access.emergency_target(:number, '{}', '{HEALTH}')"
    assert await scene.does(scene.hospital, target, number=number) == 1
    assert await scene.does(scene.hospital, target, Scope.HANDOFF_EMERGENCY, number=number) == 0
    assert len(await ids(scene.hospital, scene.handoff)) == 3
