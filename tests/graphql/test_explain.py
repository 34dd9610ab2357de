"""Why an organisation sees a category of data in a handoff, or why not: asked by its sides."""

from typing import Any

import pytest
import pytest_asyncio

from auth.scopes import Scope
from tests.covered import covers
from tests.scenes import Pair, expire, pair, rewrite, stranger, take, unknown, uuid_of
from tests.unchanged import unchanged
from tests.world import Answer, Api, World, ok

EXPLAIN = """
query($handoff: ID!, $category: DataCategory!, $organisation: ID!) {
  explainAccess(handoffId: $handoff, category: $category, organisationId: $organisation) {
    sections author { id }
    disclosure { open code sentence versionNumber clauseNumber status missingScope
                 agreement { id } } } }
"""


@pytest_asyncio.fixture(scope="module")
async def both(world: World) -> Pair:
    return await pair(world, "INCIDENT", "IDENTITY", "HEALTH", back=["OUTCOME"])


def ask(api: Api, handoff: str, category: str, organisation: str) -> Any:
    return api.ask(EXPLAIN, handoff=handoff, category=category, organisation=organisation)


async def told(api: Api, handoff: str, category: str, organisation: str) -> list[tuple[Any, ...]]:
    """Author, number of sections, code."""
    answer: Answer = await ask(api, handoff, category, organisation)
    return [
        (each["author"]["id"], each["sections"], each["disclosure"]["code"])
        for each in answer.data["explainAccess"]
    ]


@covers("explainAccess", "success")
async def test_the_sender_learns_why_its_partner_reads(both: Pair) -> None:
    id = await both.at("ACCEPTED", "INCIDENT", "HEALTH")
    answer = await ask(both.sender, id, "HEALTH", both.receiver.org.gid)
    assert answer.data["explainAccess"] == [
        {
            "sections": 1,
            "author": {"id": both.sender.org.gid},
            "disclosure": {
                "open": True, "code": "CLAUSE", "versionNumber": 1, "clauseNumber": 1,
                "status": "ACCEPTED", "missingScope": None, "agreement": {"id": both.mou},
                "sentence": "Opened by clause 1 of the agreement in force (version 1), on a lawful"
                " basis.",
            },
        }
    ]  # fmt: skip


async def test_also_where_there_is_no_such_section(both: Pair) -> None:
    id = await both.at("ACCEPTED")
    us, them = both.sender.org.gid, both.receiver.org.gid
    assert await told(both.sender, id, "HEALTH", them) == [(us, 0, "CLAUSE")]
    assert await told(both.sender, id, "LEGAL", them) == [(us, 0, "NOT_COVERED")]
    assert await told(both.sender, id, "OUTCOME", us) == [(them, 0, "BASIS_MISSING")]
    assert await told(both.receiver, id, "HEALTH", them) == [(us, 0, "CLAUSE")]
    assert await told(both.receiver, id, "OUTCOME", us) == [(them, 0, "BASIS_MISSING")]


@covers("explainAccess", "success")
async def test_of_each_author_by_itself(both: Pair) -> None:
    id = await both.at("IN_PROGRESS", "INCIDENT", "IDENTITY", kind="TRANSFER")
    us, them = both.sender.org.gid, both.receiver.org.gid
    for body in ("Satu.", "Dua."):
        section = {"category": "OUTCOME", "body": body}
        await ok(take(both.receiver, "addHandoffSection", id, section=section))
    assert await told(both.sender, id, "INCIDENT", us) == [
        (us, 1, "CUSTODY_MOVED"),
        (them, 0, "NOT_COVERED"),
    ]
    assert await told(both.sender, id, "OUTCOME", us) == [(them, 2, "CLAUSE")]
    assert await told(both.receiver, id, "OUTCOME", them) == [
        (them, 2, "OWN_WORDS"),
        (us, 0, "NOT_COVERED"),
    ]


async def test_what_the_partner_was_granted_counts_and_of_oneself_the_token(world: World) -> None:
    both = await pair(world, "INCIDENT", "IDENTITY")
    id = await both.at("REQUESTED", "IDENTITY")
    us, them = both.sender.org.gid, both.receiver.org.gid
    narrow = await world.as_(both.receiver.org, Scope.HANDOFF_READ, Scope.MOU_READ)
    assert await told(narrow, id, "IDENTITY", them) == [(us, 1, "SCOPE_MISSING")]
    assert await told(both.sender, id, "IDENTITY", them) == [(us, 1, "CLAUSE")]
    await world.sql(
        "update organisation set scopes = array_remove(scopes, 'handoff:identity') where id = :id",
        id=both.receiver.org.id,
    )
    assert await told(both.sender, id, "IDENTITY", them) == [(us, 1, "SCOPE_MISSING")]


async def test_of_whom_it_is_not_shared_with(both: Pair) -> None:
    draft = (await both.draft())["id"]
    sent = await both.at("REQUESTED")
    us, them = both.sender.org.gid, both.receiver.org.gid
    third = await both.world.org()
    assert await told(both.sender, draft, "INCIDENT", them) == [(us, 1, "NOT_SHARED")]
    assert await told(both.sender, sent, "INCIDENT", third.gid) == [(us, 1, "NOT_SHARED")]
    assert await told(both.sender, sent, "HEALTH", third.gid) == [(us, 0, "NOT_SHARED")]
    await both.world.sql("update organisation set dissolved_at = now() where id = :id", id=third.id)
    assert await told(both.sender, sent, "INCIDENT", third.gid) == [(us, 1, "NOT_SHARED")]


async def test_states_bases_and_agreements_as_they_are_now(world: World) -> None:
    both = await pair(world, "INCIDENT")
    us, them = both.sender.org.gid, both.receiver.org.gid
    revoked, open = await both.at("REVOKED"), await both.at("ACCEPTED")
    bare = await both.at("ACCEPTED")
    await rewrite(world, "delete from lawful_basis where handoff_id = :id", id=uuid_of(bare))
    for api in (both.sender, both.receiver):
        assert await told(api, revoked, "INCIDENT", them) == [(us, 1, "STATE_CLOSED")]
        assert await told(api, bare, "INCIDENT", them) == [(us, 1, "BASIS_MISSING")]
        assert await told(api, open, "INCIDENT", them) == [(us, 1, "CLAUSE")]
    await expire(world, both.mou)
    for api in (both.sender, both.receiver):
        assert await told(api, open, "INCIDENT", them) == [(us, 1, "AGREEMENT_NOT_IN_FORCE")]


@covers("explainAccess", "refusal")
async def test_a_receiver_asks_about_the_two_sides_alone(both: Pair) -> None:
    id = await both.at("ACCEPTED")
    third = await both.world.org()
    assert (await ask(both.receiver, id, "INCIDENT", third.gid)).codes == ["WRONG_SIDE"]
    gone = unknown("organisation")
    assert (await ask(both.sender, id, "INCIDENT", gone)).codes == ["NOT_FOUND"]
    assert (await ask(both.sender, id, "INCIDENT", id)).codes == ["BAD_INPUT"]
    # Of what the sender wrote, the receiver does not learn how the sender reads it.
    us, them = both.sender.org.gid, both.receiver.org.gid
    assert await told(both.receiver, id, "INCIDENT", us) == [(them, 0, "NOT_COVERED")]


@covers("explainAccess", "stranger")
async def test_to_a_stranger_there_is_nothing_to_explain(both: Pair) -> None:
    sent, draft = await both.at("ACCEPTED"), (await both.draft())["id"]
    outsider = await stranger(both.world)
    for api, id in [(outsider, sent), (outsider, draft), (both.receiver, draft)]:
        async with unchanged(both.world):
            foreign = await ask(api, id, "INCIDENT", both.receiver.org.gid)
            nothing = await ask(api, unknown("handoff"), "INCIDENT", both.receiver.org.gid)
        assert foreign.codes == ["NOT_FOUND"]
        assert foreign.body == nothing.body


@pytest.mark.parametrize("own", [True, False])
async def test_without_the_scope_nothing_is_said(both: Pair, own: bool) -> None:
    id = await both.at("ACCEPTED")
    narrow = await both.world.as_(both.sender.org, Scope.HANDOFF_WRITE, Scope.MOU_READ)
    of = both.sender if own else both.receiver
    assert (await ask(narrow, id, "INCIDENT", of.org.gid)).codes == ["MISSING_SCOPE"]
