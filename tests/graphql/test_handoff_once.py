"""Sent once: the same key twice, another request under it, and two who act at the same time."""

import asyncio
from typing import Any

import pytest
import pytest_asyncio

from tests.covered import covers
from tests.scenes import Pair, pair, take
from tests.unchanged import refused, unchanged
from tests.world import HANDOFF, Api, World, agreement, case, clause, ok


@pytest_asyncio.fixture(scope="module")
async def both(world: World) -> Pair:
    return await pair(world, "INCIDENT", "HEALTH", back=["INCIDENT"])


async def how_many(both: Pair, key: str) -> int:
    [(number,)] = await both.world.sql(
        "select count(*) from handoff where idempotency_key = :key", key=key
    )
    return int(number)


@pytest.mark.parametrize("name", ["draftHandoff", "sendHandoff"])
@covers("draftHandoff sendHandoff", "success")
async def test_the_same_request_twice_is_one_handoff(both: Pair, name: str) -> None:
    key = f"sekali-{name}"
    first = await ok(both.write(name, idempotencyKey=key))
    async with unchanged(both.world):
        again = await ok(both.write(name, idempotencyKey=f" {key} "[1:-1]))
    assert again == first
    assert await how_many(both, key) == 1


async def test_a_retry_gets_its_answer_whatever_happened_since(world: World) -> None:
    both = await pair(world)
    first = await both.send(idempotencyKey="k")
    await ok(take(both.receiver, "acceptHandoff", first["id"]))
    types = "$id: ID!, $reason: String!"
    await ok(both.sender.mutate("suspendMou", types, "", id=both.mou, reason="Uji"))
    await world.sql(
        "update organisation set dissolved_at = now() where id = :id", id=both.receiver.org.id
    )
    again = await both.send(idempotencyKey="k")
    assert again == first | {"status": "ACCEPTED"}


@pytest.mark.parametrize(
    "change",
    [
        {"kind": "TRANSFER"},
        {"urgency": "BIASA"},
        {"purpose": "PROTECTION"},
        {"childRole": "WITNESS"},
        {"caseCategories": ["RAPE"]},
        {"services": []},
        {"caseReference": "lain"},
        {"sections": [{"category": "INCIDENT", "body": "Lain."}]},
        {"sections": [{"category": "HEALTH", "body": "Isi bagian incident."}]},
        {"receiverId": "organisation_" + "0" * 32},
    ],
)
@covers("sendHandoff draftHandoff", "refusal")
async def test_another_request_under_the_key_is_refused(both: Pair, change: dict[str, Any]) -> None:
    key = f"lain-{change}"
    await both.send(idempotencyKey=key)
    attempt = both.write("sendHandoff", idempotencyKey=key, **change)
    await refused(both.world, attempt, "KEY_REUSED", "input.idempotencyKey")


async def test_a_draft_is_not_what_was_sent(both: Pair) -> None:
    for first, second in [("draftHandoff", "sendHandoff"), ("sendHandoff", "draftHandoff")]:
        await ok(both.write(first, idempotencyKey=first))
        attempt = both.write(second, idempotencyKey=first)
        await refused(both.world, attempt, "KEY_REUSED", "input.idempotencyKey")


async def test_another_senders_key_is_another_key(both: Pair) -> None:
    mine = await both.send(idempotencyKey="milik")
    body = case(both.sender.org, both.mou, "INCIDENT", idempotencyKey="milik")
    theirs = await ok(
        both.receiver.mutate("sendHandoff", "$input: HandoffInput!", HANDOFF, input=body)
    )
    assert theirs["id"] != mine["id"]


async def test_without_a_key_the_same_twice_is_two(both: Pair) -> None:
    assert (await both.send())["id"] != (await both.send())["id"]
    assert (await both.send(idempotencyKey=" "))["id"] != (await both.send(idempotencyKey=" "))[
        "id"
    ]


async def test_the_same_request_five_times_at_once_is_one_handoff(both: Pair) -> None:
    key = "serentak"
    answers = await asyncio.gather(
        *(both.write("sendHandoff", idempotencyKey=key) for _ in range(5))
    )
    assert len({answer["id"] for answer in answers}) == 1
    assert await how_many(both, key) == 1


async def test_two_requests_under_one_key_at_once_one_is_sent(both: Pair) -> None:
    answers = await asyncio.gather(
        *(both.write("sendHandoff", idempotencyKey="rebut", urgency=u) for u in ("BIASA", "SEGERA"))
    )
    assert sorted(a["__typename"] for a in answers) == ["Handoff", "Refused"]
    assert [a["code"] for a in answers if "code" in a] == ["KEY_REUSED"]


RACES = [
    ("REQUESTED", "acceptHandoff", "acceptHandoff"),
    ("REQUESTED", "acceptHandoff", "rejectHandoff"),
    ("RECEIVED", "acceptHandoff", "rejectHandoff"),
    ("REQUESTED", "rejectHandoff", "cancelHandoff"),
    ("REQUESTED", "receiveHandoff", "receiveHandoff"),
    ("ACCEPTED", "startHandoff", "cancelHandoff"),
    ("IN_PROGRESS", "completeHandoff", "failHandoff"),
    ("INFO_REQUESTED", "provideHandoffInfo", "cancelHandoff"),
    ("DRAFT", "sendDraftedHandoff", "sendDraftedHandoff"),
    ("REQUESTED", "cancelHandoff", "revokeHandoff"),
]


@pytest.mark.parametrize(("status", "one", "other"), RACES)
async def test_two_steps_at_once_one_of_them_is_taken(
    both: Pair, status: str, one: str, other: str
) -> None:
    def api(step: str) -> Api:
        mine = step in ("cancelHandoff", "revokeHandoff", "provideHandoffInfo",
                        "sendDraftedHandoff")  # fmt: skip
        return both.sender if mine else both.receiver

    for _ in range(3):
        id = await both.at(status)
        before = len((await both.seen(both.sender, id))["events"]["nodes"])

        answers = await asyncio.gather(take(api(one), one, id), take(api(other), other, id))

        won = [a["status"] for a in answers if a["__typename"] == "Handoff"]
        codes = [a["code"] for a in answers if a["__typename"] == "Refused"]
        seen = await both.seen(both.sender, id)
        if {one, other} == {"startHandoff", "cancelHandoff"} and codes != ["WRONG_STATE"]:
            assert codes == ["CANCELLATION_MUST_BE_ASKED"]
        elif {one, other} == {"provideHandoffInfo", "cancelHandoff"} and not codes:
            assert won == ["RECEIVED", "CANCELLED"]  # answered first, then cancelled: both may be
        else:
            assert codes == ["WRONG_STATE"]
            assert [seen["status"]] == won
            assert len(seen["events"]["nodes"]) == before + 1


async def test_accepting_and_cancelling_at_once_never_leaves_both(both: Pair) -> None:
    for _ in range(4):
        id = await both.at("REQUESTED", kind="TRANSFER")
        answers = await asyncio.gather(
            take(both.receiver, "acceptHandoff", id), take(both.sender, "cancelHandoff", id)
        )
        codes = [a["code"] for a in answers if a["__typename"] == "Refused"]
        assert codes in (["WRONG_STATE"], ["CUSTODY_MOVED"])


async def test_accepting_while_the_agreement_is_suspended_sees_one_or_the_other(
    world: World,
) -> None:
    for _ in range(3):
        one, other = await world.org(), await world.org()
        mou = await agreement(world, [one, other], [clause(one, other)])
        both = Pair(world, await world.as_(one), await world.as_(other), mou)
        id = await both.at("RECEIVED")
        accepted, suspended = await asyncio.gather(
            take(both.receiver, "acceptHandoff", id),
            both.sender.mutate("suspendMou", "$id: ID!, $reason: String!", "",
                               id=mou, reason="Uji"),
        )  # fmt: skip
        assert suspended["__typename"] == "Mou"
        assert accepted.get("code") in (None, "AGREEMENT_NOT_IN_FORCE")
        assert await both.bodies(both.receiver, id) == ["AGREEMENT_NOT_IN_FORCE"]


async def test_forty_sections_and_not_one_more_by_two_at_once(both: Pair) -> None:
    sections = [{"category": "INCIDENT", "body": str(n)} for n in range(39)]
    id = (await both.send(sections=sections))["id"]
    answers = await asyncio.gather(
        take(both.sender, "addHandoffSection", id), take(both.receiver, "addHandoffSection", id)
    )
    assert sorted(a["__typename"] for a in answers) == ["Handoff", "Refused"]
    assert [a["code"] for a in answers if "code" in a] == ["TOO_MANY"]
