"""Correction: an author puts its own words right, and the former ones are gone."""

import asyncio
from dataclasses import replace
from typing import Any

import pytest
import pytest_asyncio
from sqlalchemy import text

from auth.caller import Caller
from auth.scopes import Scope
from tests.covered import covers
from tests.endings import (
    answer,
    anywhere,
    destroy,
    ended,
    events,
    left,
    lift_restriction,
    request,
    secrets_of,
    section_ids,
)
from tests.scenes import Pair, pair, stranger, unknown, uuid_of
from tests.unchanged import refused
from tests.world import Api, World, ok

SECTION = """
... on Section { id category correctedAt content { ... on Disclosed { body }
  ... on Withheld { code } } }
"""
SEARCH = "query($words: String!) { handoffs(filter: {search: $words}) { nodes { id } } }"
GIVEN = "sectionId: $sectionId, body: $body"
CORRECTED = "query($id: ID!) { handoff(id: $id) { sections { nodes { correctedAt } } } }"


@pytest_asyncio.fixture(scope="module")
async def both(world: World) -> Pair:
    return await pair(world, "INCIDENT", "IDENTITY", back=["OUTCOME"])


def correct(api: Api, section: str, body: str = "Dibetulkan.", request: str | None = None) -> Any:
    types = "$sectionId: ID!, $body: String!, $requestId: ID"
    return api.mutate("correctSection", types, SECTION, sectionId=section, body=body,
                      requestId=request)  # fmt: skip


async def first(both: Pair, id: str) -> str:
    return section_ids(await both.seen(both.sender, id))[0]


async def found(api: Api, words: str) -> list[str]:
    return [node["id"] for node in (await api.data(SEARCH, words=words))["handoffs"]["nodes"]]


async def granted(both: Pair, id: str, *categories: str) -> str:
    """A rectification that the sender granted."""
    asked = await ok(request(both.receiver, id, "RECTIFICATION", *categories))
    await ok(answer(both.sender, asked["id"]))
    return str(asked["id"])


@pytest.mark.parametrize("status", ["REQUESTED", "INFO_REQUESTED", "IN_PROGRESS"])
@covers("correctSection", "success")
async def test_new_words_for_both_sides_and_the_former_are_gone(both: Pair, status: str) -> None:
    section = {"category": "INCIDENT", "body": f"Kejadian di {status.lower()} jembatan."}
    id = await both.at(status, sections=[section])
    former = (await secrets_of(both.world, id))[:2]

    corrected = await ok(correct(both.sender, await first(both, id), " Di pasar, bukan di sana. "))

    assert corrected["content"] == {"body": "Di pasar, bukan di sana."}
    assert corrected["correctedAt"]
    for api in (both.sender, both.receiver):
        assert await both.bodies(api, id) == ["Di pasar, bukan di sana."]
        [seen] = (await api.data(CORRECTED, id=id))["handoff"]["sections"]["nodes"]
        assert seen["correctedAt"]
        assert id in await found(api, "pasar")
        assert id not in await found(api, "jembatan")
    for secret in former:
        assert await anywhere(both.world, secret) == []
    assert await events(both, id) == [("SECTION_CORRECTED", both.sender.org.gid)]


async def test_the_other_side_corrects_what_it_wrote(both: Pair) -> None:
    id = await both.at("IN_PROGRESS")
    await ok(both.receiver.mutate(
        "addHandoffSection", "$id: ID!, $section: SectionInput!, $bases: [LawfulBasisInput!]", "",
        id=id, section={"category": "OUTCOME", "body": "Pulih."},
        bases=[{"kind": "PUBLIC_TASK", "categories": ["OUTCOME"], "legalSource": "UU 35/2014"}],
    ))  # fmt: skip
    own, other = section_ids(await both.seen(both.sender, id))
    await ok(correct(both.receiver, other, "Belum pulih."))
    assert await both.bodies(both.sender, id) == ["Isi bagian incident.", "Belum pulih."]
    await refused(both.world, correct(both.sender, other), "WRONG_SIDE", "sectionId")
    await refused(both.world, correct(both.receiver, own), "WRONG_SIDE", "sectionId")


async def test_a_draft_is_its_senders_own_business(both: Pair) -> None:
    id = (await both.draft())["id"]
    await ok(correct(both.sender, await first(both, id)))
    assert await both.bodies(both.sender, id) == ["Dibetulkan."]
    assert await events(both, id) == [("DRAFTED", both.sender.org.gid)]


@pytest.mark.parametrize("status", ["COMPLETED", "REJECTED", "REVOKED"])
@covers("correctSection", "success", "refusal")
async def test_after_the_end_only_a_request_that_was_granted_lets_it_be_changed(
    both: Pair, status: str
) -> None:
    id = await both.at(status)
    section = await first(both, id)
    await refused(both.world, correct(both.sender, section), "WRONG_STATE", "sectionId")
    asked = (await ok(request(both.receiver, id, "RECTIFICATION")))["id"]
    await refused(both.world, correct(both.sender, section, request=asked), "WRONG_STATE",
                  "requestId")  # fmt: skip
    await ok(answer(both.sender, asked))
    await ok(correct(both.sender, section, request=asked))
    assert await both.bodies(both.sender, id) == ["Dibetulkan."]


@covers("correctSection", "refusal")
async def test_a_request_lets_only_that_be_changed_of_which_it_speaks(both: Pair) -> None:
    id, other = [await both.at("COMPLETED", "INCIDENT", "IDENTITY") for _ in range(2)]
    incident, identity = section_ids(await both.seen(both.sender, id))
    good = await granted(both, id, "INCIDENT")
    restricted = (await ok(request(both.receiver, id, "RESTRICTION")))["id"]
    await ok(answer(both.sender, restricted))
    await ok(lift_restriction(both.sender, restricted))
    for section, named, code in [
        (identity, good, "BAD_INPUT"),
        (incident, await granted(both, other), "BAD_INPUT"),
        (incident, restricted, "BAD_INPUT"),
        (incident, unknown("request"), "NOT_FOUND"),
        (incident, "x", "BAD_INPUT"),
    ]:
        await refused(both.world, correct(both.sender, section, request=named), code, "requestId")


@covers("correctSection", "refusal")
async def test_nobody_writes_what_is_no_text_or_into_what_is_destroyed(both: Pair) -> None:
    id = await both.at("IN_PROGRESS")
    section = await first(both, id)
    for body, code in [(" ", "BAD_INPUT"), ("x" * 20_001, "TOO_LONG")]:
        await refused(both.world, correct(both.sender, section, body), code, "body")
    asked = await ok(request(both.receiver, id, "ERASURE"))
    await ok(answer(both.sender, asked["id"]))
    await refused(both.world, correct(both.sender, section), "WRONG_STATE", "sectionId")


async def test_after_a_transfer_its_sender_corrects_upon_request_what_it_no_longer_reads(
    both: Pair,
) -> None:
    id = await both.at("IN_PROGRESS", kind="TRANSFER")
    section = await first(both, id)
    await refused(both.world, correct(both.sender, section), "CUSTODY_MOVED", "sectionId")
    corrected = await ok(correct(both.sender, section, request=await granted(both, id)))
    assert corrected["content"] == {"code": "CUSTODY_MOVED"}
    assert await both.bodies(both.receiver, id) == ["Dibetulkan."]


@covers("correctSection", "stranger")
async def test_to_others_there_is_no_section(both: Pair) -> None:
    id = await both.at("IN_PROGRESS")
    outsider = await stranger(both.world)
    for known in (await first(both, id), unknown("section")):
        await refused(both.world, correct(outsider, known), "NOT_FOUND", "sectionId")
    draft = (await both.draft())["id"]
    await refused(both.world, correct(both.receiver, await first(both, draft)), "NOT_FOUND",
                  "sectionId")  # fmt: skip


async def test_who_may_only_read_corrects_nothing(both: Pair) -> None:
    id = await both.at("IN_PROGRESS")
    before = await secrets_of(both.world, id)
    section = await first(both, id)
    types = "$sectionId: ID!, $body: String!"
    reader = await both.world.as_(both.sender.org, Scope.HANDOFF_READ)
    document = f"mutation({types}) {{ correctSection({GIVEN}) {{ __typename }} }}"
    assert (await reader.ask(document, sectionId=section, body="x")).codes == ["MISSING_SCOPE"]
    assert await secrets_of(both.world, id) == before


async def test_two_corrections_at_once_leave_one_of_them_whole(both: Pair) -> None:
    id = await both.at("IN_PROGRESS")
    section = await first(both, id)
    said = ["Satu kata.", "Dua kata.", "Tiga kata."]
    await asyncio.gather(*(ok(correct(both.sender, section, body)) for body in said))
    [body] = await both.bodies(both.receiver, id)
    assert body in said
    assert id in await found(both.receiver, body.split()[0])
    assert (await left(both.world, id))["words"] == 2


async def test_what_is_over_is_not_brought_back_by_a_correction(both: Pair) -> None:
    id = await both.at("COMPLETED")
    asked = await granted(both, id)
    await ended(both.world, id, 365)
    section = await first(both, id)
    corrected, _ = await asyncio.gather(
        correct(both.sender, section, request=asked), destroy(both.world)
    )
    await destroy(both.world)
    assert (await left(both.world, id))["bodies"] == 0
    assert corrected["__typename"] in ("Section", "Refused")


async def test_the_database_asks_for_the_request_by_itself(both: Pair) -> None:
    id, other = [await both.at("COMPLETED", "INCIDENT", "IDENTITY") for _ in range(2)]
    section = await first(both, id)
    restricted = (await ok(request(both.receiver, id, "RESTRICTION")))["id"]
    await ok(answer(both.sender, restricted))
    pending = (await ok(request(both.receiver, id, "RECTIFICATION")))["id"]
    named = [restricted, pending, await granted(both, other), await granted(both, id, "IDENTITY"),
             await granted(both, id)]  # fmt: skip
    [row] = await both.world.sql(
        "select g.id, g.client_id from oauth_grant g join client c on c.id = g.client_id"
        " where c.organisation_id = :id limit 1", id=both.sender.org.id,
    )  # fmt: skip
    writer = Caller(both.sender.org.id, row.client_id, "test", frozenset({Scope.HANDOFF_WRITE}),
                    grant_id=row.id)  # fmt: skip
    reader = replace(writer, scopes=frozenset({Scope.HANDOFF_READ}))
    said = []
    for caller, about in [(reader, named[-1]), (writer, None), *((writer, one) for one in named)]:
        async with both.world.database.transaction(caller) as tx:
            values = {"section": uuid_of(section), "request": about and uuid_of(about),
                      "sealed": bytes(60)}  # fmt: skip
            said.append(await tx.scalar(
                text("select access.correct_section(:section, :sealed, :sealed, :request)"), values
            ))  # fmt: skip
    assert said == [False] * (len(named) + 1) + [True]
