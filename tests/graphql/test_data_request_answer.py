"""What an answer to a request in a child's name does, at once and in one piece."""

import asyncio

import pytest
import pytest_asyncio
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from tests.covered import covers
from tests.endings import (
    answer,
    anywhere,
    destroy,
    ended,
    events,
    left,
    lift_hold,
    lift_restriction,
    place,
    request,
    secrets_of,
)
from tests.scenes import REASON, Pair, pair, take, uuid_of
from tests.unchanged import refused
from tests.world import World, ok

RESTRICTED = ["RESTRICTED", "Isi bagian health."]
OPEN = ["Isi bagian incident.", "Isi bagian health."]


@pytest_asyncio.fixture(scope="module")
async def both(world: World) -> Pair:
    return await pair(world, "INCIDENT", "HEALTH", back=["OUTCOME"])


@pytest_asyncio.fixture
async def handoff(both: Pair) -> str:
    return await both.at("IN_PROGRESS", "INCIDENT", "HEALTH")


@covers("answerDataRequest liftRestriction", "success")
async def test_a_restriction_closes_at_the_next_read_until_it_is_lifted(
    both: Pair, handoff: str
) -> None:
    id = (await ok(request(both.receiver, handoff, "RESTRICTION")))["id"]

    granted = await ok(answer(both.sender, id, text=" Baik. "))

    assert (granted["status"], granted["answer"]) == ("GRANTED", "Baik.")
    assert granted["answeredAt"] and not granted["liftedAt"]
    assert await both.bodies(both.receiver, handoff) == RESTRICTED
    assert await both.bodies(both.sender, handoff) == OPEN
    assert await events(both, handoff) == [("DATA_REQUEST_ANSWERED", both.sender.org.gid)]

    lifted = await ok(lift_restriction(both.sender, id, "Selesai diperiksa."))

    assert (lifted["status"], lifted["liftReason"]) == ("LIFTED", "Selesai diperiksa.")
    assert lifted["liftedAt"]
    assert await both.bodies(both.receiver, handoff) == OPEN
    assert await events(both, handoff) == [("RESTRICTION_LIFTED", both.sender.org.gid)]


@covers("answerDataRequest", "success")
async def test_an_erasure_destroys_what_was_named_and_nothing_else(
    both: Pair, handoff: str
) -> None:
    secrets = await secrets_of(both.world, handoff)
    id = (await ok(request(both.receiver, handoff, "ERASURE", "HEALTH")))["id"]

    await ok(answer(both.sender, id))

    for api in (both.sender, both.receiver):
        assert await both.bodies(api, handoff) == ["Isi bagian incident.", "DESTROYED"]
    assert await left(both.world, handoff) == {
        "bodies": 1, "words": 2, "destroyed": 1, "why": ["ERASURE"], "told": 1, "key": True,
        "spent": False,
    }  # fmt: skip
    assert [bool(await anywhere(both.world, s)) for s in secrets].count(False) == 2
    told = await events(both, handoff, 2)
    assert {kind for kind, _ in told} == {"CONTENT_DESTROYED", "DATA_REQUEST_ANSWERED"}
    await refused(both.world, request(both.sender, handoff, "ERASURE", "HEALTH"),
                  "BAD_INPUT", "input.categories")  # fmt: skip


@covers("answerDataRequest", "refusal")
async def test_what_a_legal_hold_keeps_is_not_erased(both: Pair, handoff: str) -> None:
    id = (await ok(request(both.receiver, handoff, "ERASURE")))["id"]
    hold = (await ok(place(both.receiver, handoff)))["id"]
    await refused(both.world, answer(both.sender, id), "LEGAL_HOLD", "id")
    await ok(lift_hold(both.receiver, hold))
    assert (await ok(answer(both.sender, id)))["status"] == "GRANTED"
    assert (await left(both.world, handoff))["bodies"] == 1


async def test_a_hold_placed_while_an_erasure_is_granted_keeps_it_or_comes_late(both: Pair) -> None:
    for _ in range(4):
        handoff = await both.at("IN_PROGRESS")
        id = (await ok(request(both.receiver, handoff, "ERASURE")))["id"]
        placed, answered = await asyncio.gather(
            place(both.receiver, handoff), answer(both.sender, id)
        )
        assert placed["__typename"] == "LegalHold"
        state = await left(both.world, handoff)
        if answered["__typename"] == "Refused":
            assert answered["code"] in ("LEGAL_HOLD", "CHANGED_MEANWHILE")
            assert (state["bodies"], state["destroyed"]) == (1, 0)
        else:
            assert (state["bodies"], state["destroyed"]) == (0, 1)


@covers("answerDataRequest", "success", "refusal")
async def test_a_refusal_needs_a_reason_and_changes_nothing(both: Pair, handoff: str) -> None:
    id = (await ok(request(both.receiver, handoff, "ERASURE")))["id"]
    for text_, code in [(None, "REASON_REQUIRED"), (" ", "REASON_REQUIRED"),
                        ("x" * 4_001, "TOO_LONG")]:  # fmt: skip
        await refused(both.world, answer(both.sender, id, False, text_), code, "answer")
    said = await ok(answer(both.sender, id, False, "Masih diperlukan."))
    assert (said["status"], said["answer"]) == ("REFUSED", "Masih diperlukan.")
    assert await both.bodies(both.receiver, handoff) == OPEN


@covers("answerDataRequest liftRestriction", "refusal")
async def test_the_controller_answers_once_and_lifts_only_a_restriction(
    both: Pair, handoff: str
) -> None:
    asked = [(await ok(request(both.receiver, handoff, kind)))["id"]
             for kind in ("RESTRICTION", "RECTIFICATION")]  # fmt: skip
    for id in asked:
        await refused(both.world, answer(both.receiver, id), "WRONG_SIDE", "id")
        await refused(both.world, lift_restriction(both.sender, id), "WRONG_STATE", "id")
        await ok(answer(both.sender, id))
        await refused(both.world, answer(both.sender, id, False, "Tidak."), "WRONG_STATE", "id")
    await refused(both.world, lift_restriction(both.receiver, asked[0]), "WRONG_SIDE", "id")
    await refused(both.world, lift_restriction(both.sender, asked[1]), "WRONG_STATE", "id")
    await refused(both.world, lift_restriction(both.sender, asked[0], " "), "REASON_REQUIRED",
                  "reason")  # fmt: skip
    await ok(lift_restriction(both.sender, asked[0]))
    await refused(both.world, lift_restriction(both.sender, asked[0]), "WRONG_STATE", "id")


@pytest.mark.parametrize(
    "change",
    ["status = 'OPEN', answered_at = null, answer = null", "answer = 'Lain.'",
     "status = 'REFUSED', answer = 'Tidak.'", "answered_at = now() - interval '1 day'"],
)  # fmt: skip
async def test_the_database_itself_keeps_an_answer(both: Pair, handoff: str, change: str) -> None:
    id = (await ok(request(both.receiver, handoff, "RESTRICTION")))["id"]
    await ok(answer(both.sender, id))
    with pytest.raises(DBAPIError, match="stays answered"):
        await both.world.sql(f"update data_request set {change} where id = :id", id=uuid_of(id))


async def test_nor_can_a_clock_be_set_by_whoever_asks(both: Pair, handoff: str) -> None:
    [(due,)] = await both.world.sql(
        "insert into data_request (id, handoff_id, kind, categories, opened_by, controller_id,"
        " requester_relation, due_at) select gen_random_uuid(), id, 'ERASURE',"
        " '{INCIDENT}', sender_id, sender_id, 'CHILD', now() + interval '1 year'"
        " from handoff where id = :id returning due_at - created_at", id=uuid_of(handoff),
    )  # fmt: skip
    assert due.total_seconds() == 72 * 3600


@covers("answerDataRequest", "refusal")
async def test_two_answers_at_once_one_holds(both: Pair, handoff: str) -> None:
    id = (await ok(request(both.receiver, handoff, "ERASURE")))["id"]
    answers = await asyncio.gather(
        answer(both.sender, id), answer(both.sender, id, False, "Tidak."),
        answer(both.sender, id),
    )  # fmt: skip
    assert [one["__typename"] for one in answers].count("DataRequest") == 1


async def test_a_restriction_holds_over_the_end_and_a_renewed_agreement(
    both: Pair, handoff: str
) -> None:
    id = (await ok(request(both.receiver, handoff, "RESTRICTION")))["id"]
    await ok(answer(both.sender, id))
    await ok(take(both.receiver, "completeHandoff", handoff))
    assert await both.bodies(both.receiver, handoff) == RESTRICTED
    await ended(both.world, handoff, 365)
    assert (await destroy(both.world))[0] == 2


async def test_a_case_that_somebody_works_on_is_not_waited_for_in_vain(
    both: Pair, handoff: str
) -> None:
    """An erasure whose case is locked waits, and is carried out afterwards."""
    id = (await ok(request(both.receiver, handoff, "ERASURE")))["id"]
    async with both.world.operator() as tx:
        await tx.execute(
            text("select from case_file c join handoff h on h.case_id = c.id"
                 " where h.id = :id for update of c"), {"id": uuid_of(handoff)},
        )  # fmt: skip
        waiting = asyncio.create_task(answer(both.sender, id, text=REASON))
        await asyncio.sleep(0.2)
        assert not waiting.done()
    assert (await ok(waiting))["status"] == "GRANTED"
    assert (await left(both.world, handoff))["bodies"] == 1
