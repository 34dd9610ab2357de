"""Legal holds: any side of the case places one, all of them see it, its placer lifts it."""

from typing import Any

import pytest
import pytest_asyncio

from auth.scopes import Scope
from tests.covered import covers
from tests.endings import HOLD, destroy, ended, events, left, lift_hold, place
from tests.scenes import REASON, Pair, pair, stranger, unknown, uuid_of
from tests.unchanged import refused
from tests.world import Api, World, ok

HOLDS = """
query($id: ID!) { handoff(id: $id) { holds { totalCount nodes {
  id documentNumber reason createdAt liftedAt liftReason placedBy { id } } } } }
"""
NODE = f"query($id: ID!) {{ node(id: $id) {{ id {HOLD} }} }}"


@pytest_asyncio.fixture(scope="module")
async def both(world: World) -> Pair:
    return await pair(world, "INCIDENT", "HEALTH", back=["OUTCOME"])


async def holds(api: Api, handoff: str) -> list[dict[str, Any]]:
    found = (await api.data(HOLDS, id=handoff))["handoff"]["holds"]
    assert found["totalCount"] == len(found["nodes"])
    nodes: list[dict[str, Any]] = found["nodes"]
    return nodes


@pytest.mark.parametrize("side", ["SENDER", "RECEIVER"])
@covers("placeLegalHold liftLegalHold", "success")
async def test_a_side_places_a_hold_that_both_see_and_lifts_it(both: Pair, side: str) -> None:
    id = await both.at("IN_PROGRESS")
    api = both.side(side)

    placed = await ok(place(api, id, " LP/1/2026 ", " Perkara berjalan. "))

    assert (placed["documentNumber"], placed["reason"]) == ("LP/1/2026", "Perkara berjalan.")
    assert placed["placedBy"]["id"] == api.org.gid
    assert placed["createdAt"] and not placed["liftedAt"]
    for reader in (both.sender, both.receiver):
        assert [hold["id"] for hold in await holds(reader, id)] == [placed["id"]]
        assert (await reader.data(NODE, id=placed["id"]))["node"]["reason"] == "Perkara berjalan."

    lifted = await ok(lift_hold(api, placed["id"], "Putusan tetap."))

    assert lifted["liftedAt"] and lifted["liftReason"] == "Putusan tetap."
    assert await events(both, id, 2) == [("HOLD_PLACED", api.org.gid), ("HOLD_LIFTED", api.org.gid)]
    notes = [e["note"] for e in (await both.seen(both.sender, id))["events"]["nodes"][-2:]]
    assert notes == ["Perkara berjalan.", "Putusan tetap."]


async def test_nothing_is_destroyed_while_one_of_two_holds_stands(both: Pair) -> None:
    id = await both.at("COMPLETED", "INCIDENT", "HEALTH")
    first = (await ok(place(both.sender, id)))["id"]
    second = (await ok(place(both.receiver, id)))["id"]
    await ended(both.world, id, 365)

    assert await destroy(both.world) == (0, 0)
    await ok(lift_hold(both.sender, first))
    assert await destroy(both.world) == (0, 0)
    # The hold keeps the content from being destroyed; to the other side it is closed all the same.
    assert await both.bodies(both.receiver, id) == ["RETENTION_ENDED"] * 2
    assert await both.bodies(both.sender, id) == ["Isi bagian incident.", "Isi bagian health."]
    await ok(lift_hold(both.receiver, second))
    assert await destroy(both.world) == (2, 1)

    assert (await left(both.world, id))["bodies"] == 0


@pytest.mark.parametrize(
    ("number", "reason", "code", "field"),
    [
        (" ", REASON, "BAD_INPUT", "documentNumber"),
        ("x" * 201, REASON, "TOO_LONG", "documentNumber"),
        ("LP/1", " ", "REASON_REQUIRED", "reason"),
        ("LP/1", "x" * 4_001, "TOO_LONG", "reason"),
    ],
)
@covers("placeLegalHold", "refusal")
async def test_a_hold_needs_a_paper_and_a_reason(
    both: Pair, number: str, reason: str, code: str, field: str
) -> None:
    id = await both.at("IN_PROGRESS")
    await refused(both.world, place(both.sender, id, number, reason), code, field)


@covers("placeLegalHold", "refusal")
async def test_of_a_case_that_is_destroyed_there_is_nothing_to_hold(both: Pair) -> None:
    id = await both.at("COMPLETED")
    await ended(both.world, id, 365)
    assert await destroy(both.world) == (1, 1)
    await refused(both.world, place(both.sender, id), "WRONG_STATE", "handoffId")


@covers("liftLegalHold", "refusal")
async def test_only_its_placer_lifts_a_hold_and_once(both: Pair) -> None:
    id = await both.at("IN_PROGRESS")
    hold = (await ok(place(both.receiver, id)))["id"]
    await refused(both.world, lift_hold(both.sender, hold), "WRONG_SIDE", "id")
    await refused(both.world, lift_hold(both.receiver, hold, " "), "REASON_REQUIRED", "reason")
    await ok(lift_hold(both.receiver, hold))
    await refused(both.world, lift_hold(both.receiver, hold), "WRONG_STATE", "id")


@covers("placeLegalHold liftLegalHold", "stranger")
async def test_to_others_there_is_no_hold(both: Pair) -> None:
    id = await both.at("IN_PROGRESS")
    hold = (await ok(place(both.sender, id)))["id"]
    outsider = await stranger(both.world)
    for known in (id, unknown("handoff")):
        await refused(both.world, place(outsider, known), "NOT_FOUND", "handoffId")
    for known in (hold, unknown("hold")):
        await refused(both.world, lift_hold(outsider, known), "NOT_FOUND", "id")
        assert (await outsider.data(NODE, id=known))["node"] is None
    reader = await both.world.as_(both.sender.org, Scope.HANDOFF_READ)
    assert (await reader.ask(f"mutation {{ liftLegalHold(id: \"{hold}\", reason: \"x\")"
                             " { __typename } }")).codes == ["MISSING_SCOPE"]  # fmt: skip


async def test_a_hold_is_seen_along_the_whole_case(both: Pair) -> None:
    """By the sides of another handoff of the same case, as one that was passed on."""
    first, second = await both.at("IN_PROGRESS"), await both.at("IN_PROGRESS")
    await both.world.sql(
        "update handoff set case_id = (select case_id from handoff where id = :first)"
        " where id = :second", first=uuid_of(first), second=uuid_of(second),
    )  # fmt: skip
    hold = (await ok(place(both.sender, first)))["id"]
    assert [h["id"] for h in await holds(both.receiver, second)] == [hold]
    assert await events(both, second) == [("HOLD_PLACED", both.sender.org.gid)]
