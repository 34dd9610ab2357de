"""What follows a policy input: submission, answers, outcomes and publication."""

import asyncio
from typing import Any

import pytest_asyncio

from tests.covered import covers
from tests.policy import Desk, act, answer, desk, item_of, read, record, submit
from tests.scenes import day, unknown
from tests.unchanged import refused
from tests.world import World, ok


@pytest_asyncio.fixture(scope="module")
async def at(world: World) -> Desk:
    return await desk(world)


@covers("submitPolicyInput", "success", "refusal")
async def test_submission(at: Desk) -> None:
    await refused(at.world, submit(at.lead, await at.at("DRAFT"), recipientName="Pansus DPRD"),
                  "WRONG_STATE", "id")  # fmt: skip
    id = await at.at("CLOSED")
    office, gone = at.watch.office.org.gid, await at.world.org("SCHOOL")
    await at.world.sql("update organisation set dissolved_at = now() where id = :id", id=gone.id)
    cases: list[tuple[dict[str, Any], str, str]] = [
        ({}, "BAD_INPUT", "recipientId"),
        ({"recipientName": "Pansus", "recipientId": office}, "BAD_INPUT", "recipientId"),
        ({"recipientId": at.lead.org.gid}, "SELF_ADDRESSED", "recipientId"),
        ({"recipientId": gone.gid}, "ORGANISATION_DISSOLVED", "recipientId"),
        ({"recipientId": unknown("organisation")}, "NOT_FOUND", "recipientId"),
        ({"recipientName": " "}, "BAD_INPUT", "recipientName"),
        ({"recipientName": "Pansus", "submittedOn": day(1)}, "BAD_INPUT", "submittedOn"),
        ({"recipientName": "Pansus", "submittedOn": day(-1)}, "DATES_INVERTED", "submittedOn"),
        ({"recipientName": "Pansus", "letterNumber": ""}, "BAD_INPUT", "letterNumber"),
        (
            {"recipientName": "Pansus", "documents": [{"title": "A", "url": "file:///a"}]},
            "BAD_INPUT",
            "documents[0].url",
        ),
    ]
    for change, code, field in cases:
        await refused(at.world, submit(at.lead, id, **change), code, f"input.{field}")
    sent = await ok(submit(at.lead, id, recipientName="Pansus DPRD Kota Contoh"))
    assert sent["submission"]["recipientName"] == "Pansus DPRD Kota Contoh"
    assert sent["outcomes"] == {"adopted": 0, "partly": 0, "rejected": 0, "pending": 2}
    again = submit(at.lead, id, recipientName="Pansus")
    await refused(at.world, again, "WRONG_STATE", "id")


@covers("answerPolicyInput", "success", "refusal")
async def test_answers_come_after_submission(at: Desk) -> None:
    id = await at.at("SIGNED")
    await refused(at.world, answer(at.lead, id), "WRONG_STATE", "id")
    await ok(submit(at.lead, id, recipientId=at.recipient.org.gid))
    for change, code, field in [
        ({"answeredOn": day(-1)}, "DATES_INVERTED", "answeredOn"),
        ({"answeredOn": day(1)}, "BAD_INPUT", "answeredOn"),
        ({"body": " "}, "BAD_INPUT", "body"),
    ]:
        await refused(at.world, answer(at.lead, id, **change), code, f"input.{field}")
    await ok(answer(at.recipient, id, body="Diterima sekretariat."))
    await ok(answer(at.lead, id, body="Jawaban tertulis terlampir."))
    await refused(at.world, answer(at.cosigner, id), "WRONG_SIDE", "id")
    await refused(at.world, answer(at.watch.observer, id), "WRONG_SIDE", "id")
    said = (await read(at.watch.observer, id))["answers"]["nodes"]
    assert [one["recordedBy"]["id"] for one in said] == [at.recipient.org.gid, at.lead.org.gid]


@covers("recordPolicyOutcomes publishPolicyInput", "success", "refusal")
async def test_what_became_of_each_item(at: Desk) -> None:
    id = await at.at("SIGNED")
    await refused(at.world, act(at.lead, "publishPolicyInput", id), "WRONG_STATE", "id")
    early = await item_of(at.lead, id)
    pending = {"itemId": early, "outcome": "PENDING"}
    await refused(at.world, record(at.lead, id, pending), "WRONG_STATE", "id")
    await ok(act(at.lead, "revisePolicyInput", id))
    await ok(act(at.lead, "closePolicyInput", id))
    await ok(submit(at.lead, id, recipientId=at.recipient.org.gid))
    first, second = await item_of(at.lead, id, 1), await item_of(at.lead, id, 2)
    foreign = await item_of(at.lead, await at.at("CLOSED"))
    other = await at.world.as_(await at.world.org())
    hidden = await ok(at.draft(other, activityId=None, cosigners=[]))
    unseen = hidden["versions"]["nodes"][0]["items"]["nodes"][0]["id"]
    for outcomes, code, field in [
        ([], "BAD_INPUT", "outcomes"),
        ([pending], "BAD_INPUT", "outcomes[0].itemId"),
        ([{"itemId": foreign, "outcome": "PENDING"}], "BAD_INPUT", "outcomes[0].itemId"),
        ([{"itemId": unseen, "outcome": "PENDING"}], "NOT_FOUND", "outcomes[0].itemId"),
        ([{"itemId": unknown("policyitem"), "outcome": "PENDING"}], "NOT_FOUND",
         "outcomes[0].itemId"),
        ([{"itemId": first, "outcome": "ADOPTED"}], "BAD_INPUT", "outcomes[0].adoptedWording"),
        ([{"itemId": first, "outcome": "REJECTED"}] * 2, "DUPLICATE", "outcomes[1]"),
        ([{"itemId": first, "outcome": "REJECTED"}] * 500, "TOO_MANY", "outcomes"),
    ]:  # fmt: skip
        await refused(at.world, record(at.lead, id, *outcomes), code, field)
    await ok(record(at.lead, id, {"itemId": first, "outcome": "PENDING"}))
    adopted = {"itemId": first, "outcome": "ADOPTED", "adoptedWording": "dalam 1x24 jam"}
    done = await ok(record(at.lead, id, adopted, {"itemId": second, "outcome": "REJECTED"}))
    counts = {"adopted": 1, "partly": 0, "rejected": 1, "pending": 0}
    assert done["outcomes"] == counts
    for api in (at.cosigner, at.recipient, at.watch.observer):
        assert (await read(api, id))["outcomes"] == counts
    document = """query($id: ID!) { node(id: $id) { ... on PolicyItem { outcome { outcome
        adoptedWording } outcomes { nodes { outcome } } } } }"""
    assert (await at.stranger.data(document, id=first))["node"] is None
    published = await ok(act(at.lead, "publishPolicyInput", id))
    assert published["publishedAt"]
    await refused(at.world, act(at.lead, "publishPolicyInput", id), "WRONG_STATE", "id")
    assert (await at.stranger.data(document, id=first))["node"] == {
        "outcome": {"outcome": "ADOPTED", "adoptedWording": "dalam 1x24 jam"},
        "outcomes": {"nodes": [{"outcome": "PENDING"}, {"outcome": "ADOPTED"}]},
    }
    assert (await at.stranger.data(document, id=early))["node"] is None


async def test_an_activity_and_a_regulation_lead_to_what_was_said(at: Desk) -> None:
    closed, sent = await at.at("CLOSED"), await at.at("SUBMITTED")
    document = """query($activity: ID!, $regulation: ID!) {
      jointActivity(id: $activity) { policyInputs(first: 100) { nodes { id } } }
      regulation(id: $regulation) { policyInputs(first: 100) { nodes { id } } } }"""
    for api, seen in ((at.watch.helper, {closed, sent}), (at.watch.observer, {sent})):
        found = await api.data(document, activity=at.watch.id, regulation=at.regulation)
        for place in ("jointActivity", "regulation"):
            ids = {one["id"] for one in found[place]["policyInputs"]["nodes"]}
            assert ids & {closed, sent} == seen


async def test_submitted_and_revised_at_once_one_of_them_stands(at: Desk) -> None:
    id = await at.at("CLOSED")
    answers = await asyncio.gather(
        submit(at.lead, id, recipientName="Pansus"), act(at.lead, "revisePolicyInput", id)
    )
    assert sorted(one["__typename"] for one in answers) == ["PolicyInput", "Refused"]
