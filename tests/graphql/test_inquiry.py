"""Inquiries: asking a partner for a handoff, or whether there is room, before a child is named."""

import asyncio
from typing import Any

import pytest
import pytest_asyncio

from tests.covered import covers
from tests.scenes import REASON, Pair, pair, stranger, unknown
from tests.unchanged import refused, unchanged
from tests.world import HANDOFF, Api, World, case, ok

INQUIRY = """
... on Inquiry { id kind status handoffKind purpose urgency childRole services question answer
  answeredAt createdAt asker { id } asked { id } mou { id } }
"""
ONE = "query($id: ID!) { inquiry(id: $id) { id status question answer } }"
LIST = """
query($side: InquirySide, $statuses: [InquiryStatus!]) {
  inquiries(side: $side, statuses: $statuses, first: 100) { totalCount nodes { id status } }
}
"""


@pytest_asyncio.fixture(scope="module")
async def both(world: World) -> Pair:
    return await pair(world, back=["INCIDENT"])


def ask(both: Pair, **change: Any) -> Any:
    """The sender of the pair asks the receiver."""
    given = {
        "kind": "CAPACITY",
        "askedId": both.receiver.org.gid,
        "mouId": both.mou,
        "handoffKind": "REFERRAL",
        "purpose": "SERVICE_DELIVERY",
        "urgency": "SEGERA",
        "childRole": "VICTIM",
        "services": ["SHELTER"],
        "question": "Apakah ada tempat untuk satu anak?",
    } | change
    return both.sender.mutate("askPartner", "$input: InquiryInput!", INQUIRY, input=given)


def answer(api: Api, id: str, agree: bool = True, text: str = "Ada.") -> Any:
    types = "$id: ID!, $agree: Boolean!, $answer: String!"
    return api.mutate("answerInquiry", types, INQUIRY, id=id, agree=agree, answer=text)


def withdraw(api: Api, id: str) -> Any:
    return api.mutate("withdrawInquiry", "$id: ID!", INQUIRY, id=id)


@pytest.mark.parametrize("kind", ["CAPACITY", "HANDOFF"])
@pytest.mark.parametrize(("agree", "status"), [(True, "AGREED"), (False, "DECLINED")])
@covers("askPartner answerInquiry inquiry", "success")
async def test_a_question_and_its_answer(both: Pair, kind: str, agree: bool, status: str) -> None:
    asked = await ok(ask(both, kind=kind, question=" Ada tempat? 🏠 "))

    assert (asked["status"], asked["question"], asked["answer"]) == ("OPEN", "Ada tempat? 🏠", None)
    assert (asked["asker"]["id"], asked["asked"]["id"]) == (
        both.sender.org.gid,
        both.receiver.org.gid,
    )
    assert (await both.receiver.data(ONE, id=asked["id"]))["inquiry"]["status"] == "OPEN"

    answered = await ok(answer(both.receiver, asked["id"], agree, "Baik."))

    assert (answered["status"], answered["answer"]) == (status, "Baik.")
    assert answered["answeredAt"]
    assert (await both.sender.data(ONE, id=asked["id"]))["inquiry"]["answer"] == "Baik."


@pytest.mark.parametrize(
    ("change", "code", "field"),
    [
        ({"question": " "}, "BAD_INPUT", "input.question"),
        ({"question": "x" * 4_001}, "TOO_LONG", "input.question"),
        ({"services": ["NO_SUCH"]}, "UNKNOWN_CODE", "input.services[0]"),
        ({"services": ["HEALTH", "HEALTH"]}, "DUPLICATE", "input.services[1]"),
        ({"askedId": "x"}, "BAD_INPUT", "input.askedId"),
        ({"askedId": unknown("organisation")}, "NOT_FOUND", "input.askedId"),
        ({"mouId": "x"}, "BAD_INPUT", "input.mouId"),
        ({"mouId": unknown("mou")}, "NOT_FOUND", "input.mouId"),
    ],
)
@covers("askPartner", "refusal")
async def test_refused_questions(both: Pair, change: Any, code: str, field: str) -> None:
    await refused(both.world, ask(both, **change), code, field)


@covers("askPartner", "refusal")
async def test_one_asks_another_party_alive_under_an_agreement_in_force(world: World) -> None:
    both = await pair(world)
    gone = await world.org()
    await world.sql("update organisation set dissolved_at = now() where id = :id", id=gone.id)
    for asked, code, field in [
        (both.sender.org, "SELF_ADDRESSED", "input.askedId"),
        (gone, "ORGANISATION_DISSOLVED", "input.askedId"),
        (await world.org(), "NOT_A_PARTY", "input.mouId"),
    ]:
        await refused(world, ask(both, askedId=asked.gid), code, field)
    types = "$id: ID!, $reason: String!"
    await ok(both.receiver.mutate("suspendMou", types, "", id=both.mou, reason=REASON))
    await refused(world, ask(both), "AGREEMENT_NOT_IN_FORCE", "input.mouId")


@covers("answerInquiry withdrawInquiry", "refusal")
async def test_the_asked_answers_and_the_asker_withdraws(both: Pair) -> None:
    id = (await ok(ask(both)))["id"]
    await refused(both.world, answer(both.sender, id), "WRONG_SIDE", "id")
    await refused(both.world, withdraw(both.receiver, id), "WRONG_SIDE", "id")
    for text, code in [(" ", "BAD_INPUT"), ("x" * 4_001, "TOO_LONG")]:
        await refused(both.world, answer(both.receiver, id, text=text), code, "answer")


@covers("withdrawInquiry", "success")
async def test_a_withdrawn_question_is_not_answered(both: Pair) -> None:
    id = (await ok(ask(both)))["id"]
    assert (await ok(withdraw(both.sender, id)))["status"] == "WITHDRAWN"
    await refused(both.world, answer(both.receiver, id), "WRONG_STATE", "id")
    await refused(both.world, withdraw(both.sender, id), "WRONG_STATE", "id")


@covers("answerInquiry withdrawInquiry", "refusal")
async def test_an_answer_is_given_once(both: Pair) -> None:
    id = (await ok(ask(both)))["id"]
    await ok(answer(both.receiver, id, agree=False))
    await refused(both.world, answer(both.receiver, id), "WRONG_STATE", "id")
    await refused(both.world, withdraw(both.sender, id), "WRONG_STATE", "id")


async def test_answering_and_withdrawing_at_once_one_of_them_holds(both: Pair) -> None:
    for _ in range(3):
        id = (await ok(ask(both)))["id"]
        answers = await asyncio.gather(
            answer(both.receiver, id), withdraw(both.sender, id), answer(both.receiver, id, False)
        )
        assert [a["__typename"] for a in answers].count("Inquiry") == 1


@covers("answerInquiry withdrawInquiry inquiry askPartner", "refusal", "stranger")
async def test_to_others_there_is_no_inquiry(both: Pair) -> None:
    id = (await ok(ask(both)))["id"]
    outsider = await stranger(both.world)
    for known in (id, unknown("inquiry")):
        await refused(both.world, answer(outsider, known), "NOT_FOUND", "id")
        await refused(both.world, withdraw(outsider, known), "NOT_FOUND", "id")
        async with unchanged(both.world):
            assert (await outsider.ask(ONE, id=known)).codes == ["NOT_FOUND"]
    outside = Pair(both.world, outsider, both.receiver, both.mou)
    await refused(both.world, ask(outside), "NOT_FOUND", "input.mouId")


@covers("inquiry", "refusal")
async def test_an_id_that_is_none(both: Pair) -> None:
    read = await both.sender.ask(ONE, id="inquiry")
    assert read.body["errors"][0]["extensions"] == {"code": "BAD_INPUT", "field": "id"}


@covers("inquiries", "success", "stranger", "refusal")
async def test_the_list_by_side_and_status(world: World) -> None:
    both = await pair(world)
    first, second, third = [(await ok(ask(both)))["id"] for _ in range(3)]
    await ok(answer(both.receiver, second))
    back = Pair(world, both.receiver, both.sender, both.mou)
    fourth = (await ok(ask(back)))["id"]

    async def listed(api: Api, **given: Any) -> list[str]:
        found = (await api.data(LIST, **given))["inquiries"]
        assert found["totalCount"] == len(found["nodes"])
        return [node["id"] for node in found["nodes"]]

    assert await listed(both.sender) == [fourth, third, second, first]
    assert await listed(both.sender, side="ASKED_BY_US") == [third, second, first]
    assert await listed(both.sender, side="ASKED_OF_US") == [fourth]
    assert await listed(both.receiver, side="ASKED_OF_US", statuses=["OPEN"]) == [third, first]
    assert await listed(both.receiver, statuses=["AGREED", "DECLINED"]) == [second]
    assert await listed(both.receiver, statuses=[]) == []
    assert await listed(await stranger(world)) == []
    assert (await both.sender.ask(LIST, side="NONE")).codes == ["BAD_INPUT"]


def send(pair: Pair, sender: Api, receiver: Api, inquiry: str) -> Any:
    body = case(receiver.org, pair.mou, inquiryId=inquiry)
    return sender.mutate("sendHandoff", "$input: HandoffInput!", HANDOFF, input=body)


@pytest.mark.parametrize("kind", ["CAPACITY", "HANDOFF"])
@covers("sendHandoff", "success", "refusal")
async def test_a_handoff_names_the_inquiry_it_follows(both: Pair, kind: str) -> None:
    """After a yes: who asked for a case receives it, who asked for room sends it."""
    id = (await ok(ask(both, kind=kind)))["id"]
    right, wrong = (both.sender, both.receiver), (both.receiver, both.sender)
    if kind == "HANDOFF":
        right, wrong = wrong, right
    early = send(both, *right, id)
    await refused(both.world, early, "WRONG_STATE", "input.inquiryId")
    await ok(answer(both.receiver, id))
    await refused(both.world, send(both, *wrong, id), "WRONG_SIDE", "input.inquiryId")

    handoff = await ok(send(both, *right, id))

    read = "query($id: ID!) { handoff(id: $id) { inquiry { id status } } }"
    for api in right:
        seen = (await api.data(read, id=handoff["id"]))["handoff"]
        assert seen["inquiry"] == {"id": id, "status": "AGREED"}


@pytest.mark.parametrize("end", ["decline", "withdraw"])
@covers("sendHandoff", "refusal")
async def test_after_a_no_no_handoff_names_it(both: Pair, end: str) -> None:
    id = (await ok(ask(both)))["id"]
    await ok(withdraw(both.sender, id) if end == "withdraw" else answer(both.receiver, id, False))
    attempt = send(both, both.sender, both.receiver, id)
    await refused(both.world, attempt, "WRONG_STATE", "input.inquiryId")


@covers("sendHandoff", "refusal")
async def test_nor_does_one_name_an_inquiry_of_others(both: Pair, world: World) -> None:
    others = await pair(world)
    id = (await ok(ask(others)))["id"]
    await ok(answer(others.receiver, id))
    attempt = send(both, both.sender, both.receiver, id)
    await refused(world, attempt, "NOT_FOUND", "input.inquiryId")
