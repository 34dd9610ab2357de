"""Emergencies by those who are no side: found by its number, as far as an agreement reaches."""

import asyncio
from typing import Any

import pytest_asyncio
from sqlalchemy import event

from tests.covered import covers
from tests.emergencies import (
    WHY,
    bodies,
    breaks_glass,
    closes,
    ids,
    number_of,
    reviews,
    seen,
    shift,
    suspend,
    timeline,
)
from tests.scenes import Pair, expire, pair, stranger
from tests.unchanged import refused
from tests.world import Api, World, agreement, clause, ok

NOWHERE = "RJK-00000-00000"


class Scene:
    """Two sides, and a hospital that has an agreement of its own with the author."""

    def __init__(self, both: Pair, hospital: Api, mou: str) -> None:
        self.both, self.hospital, self.mou = both, hospital, mou

    async def number(self) -> tuple[str, str]:
        id = (await self.both.send("INCIDENT", "HEALTH"))["id"]
        return id, await number_of(self.both.sender, id)


async def scene_of(world: World) -> Scene:
    both = await pair(world, "INCIDENT", "HEALTH")
    hospital = await world.as_(await world.org("HOSPITAL"))
    author = both.sender.org
    mou = await agreement(world, [author, hospital.org], [clause(author, hospital.org, "HEALTH")])
    return Scene(both, hospital, mou)


@pytest_asyncio.fixture(scope="module")
async def scene(world: World) -> Scene:
    return await scene_of(world)


@covers("openEmergency emergency", "success")
async def test_who_knows_the_number_opens_what_its_agreement_reaches(scene: Scene) -> None:
    id, number = await scene.number()
    hospital = scene.hospital
    opened = await ok(
        breaks_glass(hospital, number=number.lower(), categories=["INCIDENT", "HEALTH"])
    )
    assert await bodies(hospital, id) == {"INCIDENT": "NOT_COVERED", "HEALTH": "Isi bagian health."}
    assert (await seen(hospital, opened["id"]))["handoff"] == {"id": id}
    for side in (scene.both.sender, scene.both.receiver):
        assert (await seen(side, opened["id"]))["reason"] == WHY
        assert (await timeline(side, id))[-1] == ("EMERGENCY_OPENED", hospital.org.gid)


async def test_it_sees_no_more_than_the_header_and_the_section(scene: Scene) -> None:
    id, number = await scene.number()
    await ok(breaks_glass(scene.hospital, number=number, categories=["HEALTH"]))
    found = await scene.hospital.data(
        "query($id: ID!) { handoff(id: $id) { number mou { id } receipt { id }"
        " events { nodes { kind } } } handoffs { nodes { id } } }",
        id=id,
    )
    assert found["handoff"] == {
        "number": number, "mou": None, "receipt": None, "events": {"nodes": []}}  # fmt: skip
    assert found["handoffs"]["nodes"] == []
    attempt = scene.hospital.mutate("acceptHandoff", "$id: ID!", "", id=id)
    await refused(scene.both.world, attempt, "WRONG_SIDE", "id")


async def test_when_it_is_over_not_even_the_header_is_left(scene: Scene) -> None:
    id, number = await scene.number()
    world = scene.both.world
    for end in ("the clock", "its opener", "the owner"):
        opened = await ok(breaks_glass(scene.hospital, number=number, categories=["HEALTH"]))
        if end == "the clock":
            await shift(world, opened["id"], 4)
        elif end == "its opener":
            await ok(closes(scene.hospital, opened["id"]))
        else:
            await ok(reviews(scene.both.sender, opened["id"], "NOT_JUSTIFIED", "Tidak benar."))
        await gone(scene, id, opened["id"])


async def gone(scene: Scene, id: str, emergency: str) -> None:
    """What is left to the opener is that it opened something, and why."""
    answer = await scene.hospital.ask("query($id: ID!) { handoff(id: $id) { id } }", id=id)
    assert answer.codes == ["NOT_FOUND"]
    shown = await seen(scene.hospital, emergency)
    assert (shown["handoff"], shown["sections"], shown["reason"]) == (None, [], WHY)


async def test_ending_the_agreement_ends_it_at_the_next_read(world: World) -> None:
    scene = await scene_of(world)
    id, number = await scene.number()
    opened = await ok(breaks_glass(scene.hospital, number=number, categories=["HEALTH"]))
    await expire(world, scene.mou)
    await gone(scene, id, opened["id"])


async def test_losing_the_scope_ends_it_at_the_next_read(world: World) -> None:
    scene = await scene_of(world)
    id, number = await scene.number()
    opened = await ok(breaks_glass(scene.hospital, number=number, categories=["HEALTH"]))
    await world.sql(
        "update organisation set scopes = array_remove(scopes, 'handoff:emergency') where id = :id",
        id=scene.hospital.org.id,
    )
    await gone(scene, id, opened["id"])


@covers("openEmergency", "stranger", "refusal")
async def test_a_number_that_is_none_and_one_that_is_no_business_of_theirs_are_the_same(
    scene: Scene,
) -> None:
    id, number = await scene.number()
    world = scene.both.world
    nobody = await stranger(world)
    for api, given in [
        (nobody, {"categories": ["HEALTH"]}),
        (scene.hospital, {"categories": ["INCIDENT"]}),  # its agreement does not reach that
    ]:
        answers = [
            await asked(world, api, {"reason": WHY, "hours": 4, "number": n} | given)
            for n in (number, NOWHERE)
        ]
        assert answers[0] == answers[1]
        assert b'"NOT_FOUND"' in answers[0][0] and b"input.number" in answers[0][0]
    by_id = breaks_glass(scene.hospital, handoffId=id, categories=["HEALTH"])
    await refused(world, by_id, "NOT_FOUND", "input.handoffId")
    named = breaks_glass(
        scene.hospital, number=number, categories=None,
        sectionIds=[(await ids(scene.both.sender, id))[1]],
    )  # fmt: skip
    await refused(world, named, "NOT_FOUND", "input.sectionIds[0]")


async def test_excluded_for_everybody_by_the_handoffs_own_agreement(world: World) -> None:
    both = await pair(world, "HEALTH", emergencyExcluded=["HEALTH"])
    hospital = await world.as_(await world.org("HOSPITAL"))
    author = both.sender.org
    await agreement(world, [author, hospital.org], [clause(author, hospital.org, "HEALTH")])
    id = (await both.send("HEALTH"))["id"]
    number = await number_of(both.sender, id)
    attempt = breaks_glass(hospital, number=number, categories=["HEALTH"])
    await refused(world, attempt, "NOT_FOUND", "input.number")


async def test_excluded_by_their_own(world: World) -> None:
    both = await pair(world, "HEALTH")
    hospital = await world.as_(await world.org("HOSPITAL"))
    author = both.sender.org
    await agreement(world, [author, hospital.org], [clause(author, hospital.org, "HEALTH")],
                    emergencyExcluded=["HEALTH"])  # fmt: skip
    number = await number_of(both.sender, (await both.send("HEALTH"))["id"])
    attempt = breaks_glass(hospital, number=number, categories=["HEALTH"])
    await refused(world, attempt, "NOT_FOUND", "input.number")


async def test_two_at_once_open_it_once(scene: Scene) -> None:
    for _ in range(3):
        _, number = await scene.number()
        answers = await asyncio.gather(
            *(breaks_glass(scene.hospital, number=number, categories=["HEALTH"]) for _ in range(4))
        )
        codes = [a["code"] for a in answers if "code" in a]
        assert codes == ["NOTHING_TO_OPEN"] * 3


async def test_two_of_one_side_at_once_open_it_once(world: World) -> None:
    both = await pair(world, "INCIDENT")
    id = (await both.send())["id"]
    await suspend(both)
    answers = await asyncio.gather(
        breaks_glass(both.receiver, handoffId=id, categories=["INCIDENT"]),
        breaks_glass(both.receiver, handoffId=id, categories=["INCIDENT"]),
    )
    assert sorted(a["__typename"] for a in answers) == ["Emergency", "Refused"]


async def test_reviewed_twice_at_once_is_reviewed_once(scene: Scene) -> None:
    _, number = await scene.number()
    opened = await ok(breaks_glass(scene.hospital, number=number, categories=["HEALTH"]))
    answers = await asyncio.gather(
        reviews(scene.both.sender, opened["id"]),
        reviews(scene.both.sender, opened["id"], "NOT_JUSTIFIED", "Tidak benar."),
    )
    assert [a["code"] for a in answers if "code" in a] == ["WRONG_STATE"]
    shown = await seen(scene.both.sender, opened["id"])
    assert shown["open"] is (shown["review"]["finding"] == "JUSTIFIED")


async def test_closing_while_it_is_read_shows_all_or_nothing(scene: Scene) -> None:
    for _ in range(5):
        id, number = await scene.number()
        opened = await ok(breaks_glass(scene.hospital, number=number, categories=["HEALTH"]))
        document = (
            "query($id: ID!) { handoff(id: $id) { sections { nodes { content {"
            " ... on Disclosed { body } ... on Withheld { code } } } } } }"
        )
        *reads, _ = await asyncio.gather(
            *(scene.hospital.ask(document, id=id) for _ in range(4)),
            closes(scene.hospital, opened["id"]),
        )
        for read in reads:  # 409: it closed between the answer and its entry in the ledger
            assert (read.status, *read.codes) in [
                (200,), (200, "NOT_FOUND"), (409, "CHANGED_MEANWHILE")]  # fmt: skip
        await gone(scene, id, opened["id"])


async def asked(world: World, api: Api, given: dict[str, Any]) -> tuple[bytes, list[str]]:
    """The bytes of the answer, and what was asked of the database for it."""
    statements: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if "from signing_key" not in statement:
            statements.append(statement)

    engine = world.database.engine.sync_engine
    event.listen(engine, "before_cursor_execute", note)
    document = (
        "mutation($input: EmergencyInput!) { openEmergency(input: $input)"
        " { __typename ... on Refused { code message field } } }"
    )
    try:
        response = await api.http.post(
            "/graphql",
            json={"query": document, "variables": {"input": given}},
            headers={"authorization": f"Bearer {api.token}"},
        )
    finally:
        event.remove(engine, "before_cursor_execute", note)
    return response.content, statements
