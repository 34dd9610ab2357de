"""Break-glass (akses darurat): what it opens, for how long, and who is told and reviews."""

from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from typing import Any

import pytest
import pytest_asyncio

from auth.scopes import Scope
from db.session import Database
from tests.conftest import Databases
from tests.covered import covers
from tests.emergencies import (
    WHY,
    bodies,
    breaks_glass,
    closes,
    ids,
    reviews,
    seen,
    shift,
    suspend,
    timeline,
)
from tests.scenes import Pair, pair, stranger, unknown
from tests.unchanged import refused
from tests.world import PARTNER, SETTINGS, Api, World, ok

COUNTS = "query($side: EmergencySide) { emergencyCounts(side: $side) { awaiting overdue } }"
MINE = """
query($filter: EmergencyFilter) { emergencies(filter: $filter) { totalCount nodes { id } } }
"""


@pytest_asyncio.fixture(scope="module")
async def both(world: World) -> Pair:
    """Two partners whose agreement lets no emergency open EVIDENCE."""
    return await pair(world, "INCIDENT", "HEALTH", "IDENTITY", "EVIDENCE",
                      back=["OUTCOME"], emergencyExcluded=["EVIDENCE"])  # fmt: skip


@pytest_asyncio.fixture
async def closed(world: World, both: Pair) -> AsyncIterator[str]:
    """A handoff whose agreement is suspended while the test runs."""
    id = (await both.send("INCIDENT", "HEALTH", "IDENTITY", "EVIDENCE"))["id"]
    await suspend(both)
    yield id
    types = "$id: ID!"
    await ok(both.sender.mutate("resumeMou", types, "", id=both.mou))


@covers("openEmergency emergency", "success")
async def test_it_opens_what_was_closed_and_nothing_else(both: Pair, closed: str) -> None:
    assert set((await bodies(both.receiver, closed)).values()) == {"AGREEMENT_NOT_IN_FORCE"}

    opened = await ok(breaks_glass(both.receiver, handoffId=closed, categories=["HEALTH"]))

    assert opened["open"] and len(opened["sections"]) == 1
    assert await bodies(both.receiver, closed) == {
        "INCIDENT": "AGREEMENT_NOT_IN_FORCE", "HEALTH": "Isi bagian health.",
        "IDENTITY": "AGREEMENT_NOT_IN_FORCE", "EVIDENCE": "AGREEMENT_NOT_IN_FORCE",
    }  # fmt: skip
    shown = await seen(both.receiver, opened["id"])
    assert shown["reason"] == WHY
    assert shown["sections"][0]["content"] == {"__typename": "Disclosed",
                                               "body": "Isi bagian health."}  # fmt: skip
    assert moment(shown["endsAt"]) - moment(shown["openedAt"]) == timedelta(hours=4)
    assert moment(shown["reviewDueAt"]) - moment(shown["openedAt"]) == timedelta(hours=72)
    assert not shown["reviewOverdue"] and shown["review"] is None


async def test_both_sides_are_told_at_once_and_see_why(both: Pair, closed: str) -> None:
    before = await touched(both.sender, closed)
    opened = await ok(breaks_glass(both.receiver, handoffId=closed, categories=["INCIDENT"]))
    told = ("EMERGENCY_OPENED", both.receiver.org.gid)
    for side in (both.sender, both.receiver):
        assert (await timeline(side, closed))[-1] == told
        shown = await seen(side, opened["id"])
        assert (shown["reason"], shown["openedBy"]["id"]) == (WHY, both.receiver.org.gid)
        found = await side.data(
            "query($id: ID!) { handoff(id: $id) { emergencies { nodes { id } } } }", id=closed
        )
        assert found["handoff"]["emergencies"]["nodes"] == [{"id": opened["id"]}]
    assert await touched(both.sender, closed) > before


@covers("openEmergency", "refusal")
@pytest.mark.parametrize(
    ("change", "code", "field"),
    [
        ({"reason": "  "}, "REASON_REQUIRED", "input.reason"),
        ({"hours": 0}, "BAD_INPUT", "input.hours"),
        ({"hours": 73}, "BAD_INPUT", "input.hours"),
        ({"categories": []}, "BAD_INPUT", "input.categories"),
        ({"categories": None}, "BAD_INPUT", "input.categories"),
        ({"number": "RJK-1"}, "BAD_INPUT", "input.handoffId"),
        ({"categories": ["HEALTH", "EVIDENCE"]}, "EMERGENCY_EXCLUDED", "input.categories[1]"),
        ({"categories": ["LEGAL"]}, "NOTHING_TO_OPEN", "input.handoffId"),
    ],
)
async def test_what_is_refused(
    both: Pair, closed: str, change: dict[str, Any], code: str, field: str
) -> None:
    given = {"handoffId": closed, "categories": ["HEALTH"]} | change
    await refused(both.world, breaks_glass(both.receiver, **given), code, field)


async def test_what_is_open_already_needs_no_emergency(both: Pair) -> None:
    id = (await both.send("INCIDENT", "HEALTH"))["id"]
    attempt = breaks_glass(both.receiver, handoffId=id, categories=["INCIDENT"])
    await refused(both.world, attempt, "NOTHING_TO_OPEN", "input.handoffId")


async def test_what_an_emergency_opened_is_not_opened_twice(both: Pair, closed: str) -> None:
    first = breaks_glass(both.receiver, handoffId=closed, categories=["INCIDENT"])
    opened = await ok(first)
    again = breaks_glass(both.receiver, handoffId=closed, categories=["INCIDENT"])
    await refused(both.world, again, "NOTHING_TO_OPEN", "input.handoffId")
    more = await ok(
        breaks_glass(both.receiver, handoffId=closed, categories=["INCIDENT", "HEALTH"])
    )
    assert more["sections"] != opened["sections"] and len(more["sections"]) == 1


async def test_sections_are_named_one_by_one(both: Pair, closed: str) -> None:
    incident, _, _, evidence = await ids(both.receiver, closed)
    excluded = breaks_glass(both.receiver, handoffId=closed, sectionIds=[incident, evidence])
    await refused(both.world, excluded, "EMERGENCY_EXCLUDED", "input.sectionIds[1]")
    nothing = breaks_glass(both.receiver, handoffId=closed, sectionIds=[unknown("section")])
    await refused(both.world, nothing, "NOT_FOUND", "input.sectionIds[0]")
    opened = await ok(breaks_glass(both.receiver, handoffId=closed, sectionIds=[incident]))
    assert opened["sections"] == [{"id": incident}]


async def test_a_refused_handoff_opens_too_and_so_does_a_stub(world: World) -> None:
    both = await pair(world)
    id = await both.at("REVOKED")
    await ok(breaks_glass(both.receiver, handoffId=id, categories=["INCIDENT"]))
    assert await both.bodies(both.receiver, id) == ["Isi bagian incident."]

    moved = await both.at("ACCEPTED", kind="TRANSFER")
    assert await both.bodies(both.sender, moved) == ["CUSTODY_MOVED"]
    opened = await ok(breaks_glass(both.sender, handoffId=moved, categories=["INCIDENT"]))
    assert await both.bodies(both.sender, moved) == ["Isi bagian incident."]
    await refused(world, reviews(both.sender, opened["id"]), "WRONG_SIDE", "id")
    await ok(reviews(both.receiver, opened["id"]))  # of its own words: the other side reviews


async def test_a_draft_is_its_senders_alone(both: Pair) -> None:
    id = (await both.draft("INCIDENT"))["id"]
    attempt = breaks_glass(both.receiver, handoffId=id, categories=["INCIDENT"])
    await refused(both.world, attempt, "NOT_FOUND", "input.handoffId")


async def test_the_clock_ends_it(both: Pair, closed: str) -> None:
    opened = await ok(breaks_glass(both.receiver, handoffId=closed, categories=["HEALTH"]))
    await shift(both.world, opened["id"], 3)
    assert (await bodies(both.receiver, closed))["HEALTH"] == "Isi bagian health."
    await shift(both.world, opened["id"], 1)
    assert (await bodies(both.receiver, closed))["HEALTH"] == "AGREEMENT_NOT_IN_FORCE"
    shown = await seen(both.receiver, opened["id"])
    assert (shown["open"], shown["closedAt"]) == (False, None)
    await refused(both.world, closes(both.receiver, opened["id"]), "WRONG_STATE", "id")


@covers("closeEmergency", "success", "refusal", "stranger")
async def test_its_opener_ends_it_early(both: Pair, closed: str) -> None:
    opened = await ok(breaks_glass(both.receiver, handoffId=closed, categories=["HEALTH"]))
    nobody = await stranger(both.world)
    await refused(both.world, closes(nobody, opened["id"]), "NOT_FOUND", "id")
    await refused(both.world, closes(both.sender, opened["id"]), "WRONG_SIDE", "id")
    done = await ok(closes(both.receiver, opened["id"]))
    assert not done["open"] and done["closedAt"]
    assert (await bodies(both.receiver, closed))["HEALTH"] == "AGREEMENT_NOT_IN_FORCE"
    assert (await timeline(both.sender, closed))[-1][0] == "EMERGENCY_CLOSED"
    await refused(both.world, closes(both.receiver, opened["id"]), "WRONG_STATE", "id")


@covers("reviewEmergency emergencyCounts", "success", "refusal", "stranger")
async def test_the_owner_reviews_it_and_until_then_it_counts(both: Pair, closed: str) -> None:
    opened = await ok(breaks_glass(both.receiver, handoffId=closed, categories=["HEALTH"]))
    nobody = await stranger(both.world)
    ours = await counted(both.sender, "OURS_TO_REVIEW")
    assert ours["awaiting"] >= 1
    assert await counted(nobody) == {"awaiting": 0, "overdue": 0}
    await shift(both.world, opened["id"], 73)
    late = await counted(both.sender, "OURS_TO_REVIEW")
    assert late == {"awaiting": ours["awaiting"], "overdue": ours["overdue"] + 1}
    assert (await seen(both.sender, opened["id"]))["reviewOverdue"]

    await refused(both.world, reviews(nobody, opened["id"]), "NOT_FOUND", "id")
    await refused(both.world, reviews(both.receiver, opened["id"]), "WRONG_SIDE", "id")
    unjust = reviews(both.sender, opened["id"], "NOT_JUSTIFIED")
    await refused(both.world, unjust, "REASON_REQUIRED", "note")
    await ok(reviews(both.sender, opened["id"], note="Benar, anak dijemput malam itu."))

    shown = await seen(both.receiver, opened["id"])
    assert shown["review"]["finding"] == "JUSTIFIED"
    assert shown["review"]["note"] == "Benar, anak dijemput malam itu."
    assert shown["review"]["reviewedBy"]["id"] == both.sender.org.gid
    assert not shown["reviewOverdue"]
    assert (await timeline(both.receiver, closed))[-1] == (
        "EMERGENCY_REVIEWED", both.sender.org.gid)  # fmt: skip
    after = await counted(both.sender, "OURS_TO_REVIEW")
    assert after == {"awaiting": ours["awaiting"] - 1, "overdue": ours["overdue"]}
    again = reviews(both.sender, opened["id"], "NOT_JUSTIFIED", "Lain.")
    await refused(both.world, again, "WRONG_STATE", "id")


async def test_what_was_not_justified_ends_at_once(both: Pair, closed: str) -> None:
    opened = await ok(breaks_glass(both.receiver, handoffId=closed, categories=["HEALTH"]))
    await ok(reviews(both.sender, opened["id"], "NOT_JUSTIFIED", "Tidak ada ancaman."))
    assert (await bodies(both.receiver, closed))["HEALTH"] == "AGREEMENT_NOT_IN_FORCE"
    shown = await seen(both.receiver, opened["id"])
    assert not shown["open"] and shown["closedAt"]
    await refused(both.world, closes(both.receiver, opened["id"]), "WRONG_STATE", "id")


async def test_identity_still_wants_its_scope(both: Pair, closed: str) -> None:
    without = await both.world.as_(
        both.receiver.org, *(s for s in PARTNER if s is not Scope.HANDOFF_IDENTITY)
    )
    attempt = breaks_glass(without, handoffId=closed, categories=["IDENTITY"])
    await refused(both.world, attempt, "NOTHING_TO_OPEN", "input.handoffId")
    await ok(breaks_glass(both.receiver, handoffId=closed, categories=["IDENTITY"]))
    assert (await bodies(both.receiver, closed))["IDENTITY"] == "Isi bagian identity."
    assert (await bodies(without, closed))["IDENTITY"] == "SCOPE_MISSING"


async def test_reading_it_wants_the_scope_that_opened_it(both: Pair, closed: str) -> None:
    await ok(breaks_glass(both.receiver, handoffId=closed, categories=["HEALTH"]))
    reader = await both.world.as_(both.receiver.org, Scope.HANDOFF_READ)
    assert (await bodies(reader, closed))["HEALTH"] == "AGREEMENT_NOT_IN_FORCE"


async def test_on_every_replica_at_once(both: Pair, closed: str, databases: Databases,
                                        database_name: str) -> None:  # fmt: skip
    other = Database(databases.app_url(database_name), info={"vault": SETTINGS.vault})
    try:
        async with World.open(other, both.world.operator) as replica:
            elsewhere = Api(replica.http, both.receiver.org, both.receiver.token)
            for _ in range(3):
                opened = await ok(
                    breaks_glass(both.receiver, handoffId=closed, categories=["HEALTH"])
                )
                assert (await bodies(elsewhere, closed))["HEALTH"] == "Isi bagian health."
                await ok(closes(both.receiver, opened["id"]))
                assert (await bodies(elsewhere, closed))["HEALTH"] == "AGREEMENT_NOT_IN_FORCE"
    finally:
        await other.close()


@covers("emergencies emergency", "success", "refusal", "stranger")
async def test_lists_and_what_strangers_see(both: Pair, closed: str) -> None:
    opened = await ok(breaks_glass(both.receiver, handoffId=closed, categories=["HEALTH"]))
    nobody = await stranger(both.world)
    for api, side, there in [
        (both.receiver, "OPENED_BY_US", True), (both.sender, "OURS_TO_REVIEW", True),
        (both.sender, "OPENED_BY_US", False), (both.receiver, "OURS_TO_REVIEW", False),
        (nobody, None, False),
    ]:  # fmt: skip
        chosen = {"open": True, "awaitingReview": True, "side": side}
        found = (await api.data(MINE, filter=chosen))["emergencies"]
        assert ({"id": opened["id"]} in found["nodes"]) is there
    hidden = await nobody.ask(SEEN_ID, id=opened["id"])
    none = await nobody.ask(SEEN_ID, id=unknown("emergency"))
    assert hidden.codes == none.codes == ["NOT_FOUND"]
    found = await both.receiver.data(MINE, filter={"open": False})
    assert {"id": opened["id"]} not in found["emergencies"]["nodes"]
    wrong = await both.receiver.ask(MINE.replace("(filter: $filter)", "(first: -1)"), filter=None)
    assert wrong.codes == ["BAD_INPUT"]


SEEN_ID = "query($id: ID!) { emergency(id: $id) { id } }"


async def test_who_of_them_opened_it_is_their_own_organisations_business(
    both: Pair, closed: str
) -> None:
    opened = await ok(breaks_glass(both.receiver, handoffId=closed, categories=["HEALTH"]))
    asked = "query($id: ID!) { emergency(id: $id) { person { name } } }"
    assert (await both.sender.data(asked, id=opened["id"]))["emergency"] == {"person": None}


def moment(said: str) -> datetime:
    return datetime.fromisoformat(said)


async def touched(api: Api, id: str) -> str:
    found = await api.data("query($id: ID!) { handoff(id: $id) { updatedAt } }", id=id)
    return str(found["handoff"]["updatedAt"])


async def counted(api: Api, side: str | None = None) -> dict[str, int]:
    found: dict[str, int] = (await api.data(COUNTS, side=side))["emergencyCounts"]
    return found
