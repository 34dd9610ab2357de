"""Sections: added by either side where a clause covers it, taken out of drafts alone."""

from typing import Any

import pytest
import pytest_asyncio

from auth.scopes import Scope
from tests.covered import covers
from tests.scenes import Pair, pair, stranger, take, unknown
from tests.unchanged import refused
from tests.world import HANDOFF, Api, World, ok


@pytest_asyncio.fixture(scope="module")
async def both(world: World) -> Pair:
    return await pair(world, "INCIDENT", "IDENTITY", "CONTACT", "FAMILY", back=["OUTCOME"])


def add(api: Api, id: str, category: str, body: str = "Isi.") -> Any:
    return take(api, "addHandoffSection", id, section={"category": category, "body": body})


def remove(api: Api, id: str) -> Any:
    return api.mutate("removeHandoffSection", "$id: ID!", HANDOFF, id=id)


async def section_ids(both: Pair, id: str) -> list[str]:
    return [s["id"] for s in (await both.seen(both.sender, id))["sections"]["nodes"]]


@covers("addHandoffSection", "success")
async def test_each_side_adds_what_its_clause_covers(both: Pair) -> None:
    id = await both.at("IN_PROGRESS")
    await ok(add(both.sender, id, "CONTACT", "Jalan Contoh 1"))
    await ok(add(both.receiver, id, "OUTCOME", "Sementara."))
    for api in (both.sender, both.receiver):
        assert await both.bodies(api, id) == [
            "Isi bagian incident.",
            "Jalan Contoh 1",
            "Sementara.",
        ]
    events = (await both.seen(both.sender, id))["events"]["nodes"]
    assert [(e["kind"], e["actor"]["id"], e["toStatus"]) for e in events[-2:]] == [
        ("SECTION_ADDED", both.sender.org.gid, "IN_PROGRESS"),
        ("SECTION_ADDED", both.receiver.org.gid, "IN_PROGRESS"),
    ]


@covers("addHandoffSection", "refusal")
async def test_what_no_clause_covers_is_not_added(both: Pair) -> None:
    id = await both.at("ACCEPTED")
    for api, category in [(both.sender, "OUTCOME"), (both.receiver, "INCIDENT")]:
        await refused(both.world, add(api, id, category), "NOT_COVERED", "section.category")
    for body, code in [("", "BAD_INPUT"), (" \n", "BAD_INPUT"), ("x" * 20_001, "TOO_LONG")]:
        await refused(both.world, add(both.sender, id, "INCIDENT", body), code, "section.body")


@covers("addHandoffSection", "refusal")
async def test_forty_sections_at_most(both: Pair) -> None:
    sections = [{"category": "INCIDENT", "body": str(n)} for n in range(40)]
    id = (await both.send(sections=sections))["id"]
    await refused(both.world, add(both.sender, id, "INCIDENT"), "TOO_MANY", "section")


@covers("removeHandoffSection", "success")
async def test_a_section_is_taken_out_of_a_draft_with_what_it_said(both: Pair) -> None:
    id = (await both.draft("INCIDENT", "IDENTITY"))["id"]
    [first, second] = await section_ids(both, id)

    await ok(remove(both.sender, second))

    assert await section_ids(both, id) == [first]
    assert await both.world.count("handoff_section_body") == await both.world.count(
        "handoff_section"
    )
    await refused(both.world, remove(both.sender, second), "NOT_FOUND", "id")


@pytest.mark.parametrize("status", ["REQUESTED", "IN_PROGRESS", "REJECTED"])
@covers("removeHandoffSection", "refusal")
async def test_what_was_sent_stays_as_it_was_sent(both: Pair, status: str) -> None:
    id = await both.at(status)
    [section] = await section_ids(both, id)
    for api in (both.sender, both.receiver):
        await refused(both.world, remove(api, section), "WRONG_STATE", "id")


@covers("removeHandoffSection", "refusal", "stranger")
async def test_sections_of_others_are_not_there(both: Pair) -> None:
    draft = (await both.draft())["id"]
    sent = await both.at("REQUESTED")
    outsider = await stranger(both.world)
    for handoff in (draft, sent):
        [section] = await section_ids(both, handoff)
        await refused(both.world, remove(outsider, section), "NOT_FOUND", "id")
    [section] = await section_ids(both, draft)
    await refused(both.world, remove(both.receiver, section), "NOT_FOUND", "id")
    for id, code in [(unknown("section"), "NOT_FOUND"), (sent, "BAD_INPUT"), ("", "BAD_INPUT")]:
        await refused(both.world, remove(both.sender, id), code, "id")


@pytest.mark.parametrize("category", ["IDENTITY", "CONTACT", "FAMILY"])
async def test_who_the_child_is_needs_a_scope_of_its_own_even_for_the_author(
    both: Pair, category: str
) -> None:
    id = (await both.send("INCIDENT", category))["id"]
    plain = (Scope.HANDOFF_READ, Scope.MOU_READ)
    for api in (both.sender, both.receiver):
        narrow = await both.world.as_(api.org, *plain)
        assert await both.bodies(narrow, id) == ["Isi bagian incident.", "SCOPE_MISSING"]
        wide = await both.world.as_(api.org, *plain, Scope.HANDOFF_IDENTITY)
        assert await both.bodies(wide, id) == ["Isi bagian incident.",
                                               f"Isi bagian {category.lower()}."]  # fmt: skip


async def test_a_client_that_may_not_show_who_the_child_is_may_still_write_it(both: Pair) -> None:
    writer = await both.world.as_(
        both.sender.org, Scope.HANDOFF_READ, Scope.HANDOFF_WRITE, Scope.MOU_READ
    )
    narrow = Pair(both.world, writer, both.receiver, both.mou)
    id = (await narrow.send("IDENTITY"))["id"]
    assert await narrow.bodies(writer, id) == ["SCOPE_MISSING"]
    assert await narrow.bodies(both.receiver, id) == ["Isi bagian identity."]
