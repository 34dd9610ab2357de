"""Seeing one's own handoff as a partner does: the very same, and nothing else."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest
import pytest_asyncio
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from auth.caller import Caller
from auth.scopes import Scope
from db.session import Database
from tests.covered import covers
from tests.scenes import Pair, expire, pair, rewrite, stranger, take, unknown, uuid_of
from tests.unchanged import unchanged
from tests.world import MOU, Api, World, ok

CONTENT = "content { __typename ... on Disclosed { body } ... on Withheld { code message } }"
VIEW = f"""
query($handoff: ID!, $organisation: ID!) {{
  viewAs(handoffId: $handoff, organisationId: $organisation) {{
    visible timeline organisation {{ id }}
    sections {{ sectionId category author {{ id }} disclosure {{ open code }} {CONTENT} }} }} }}
"""
SEEN = f"""
query($id: ID!) {{ handoff(id: $id) {{
  sections(first: 100) {{ nodes {{
    id category author {{ id }} disclosure {{ open code }} {CONTENT} }} }}
  events {{ totalCount }} }} }}
"""

Scene = Callable[[Pair], Awaitable[str]]


def at(status: str, *categories: str, **change: Any) -> Scene:
    return lambda both: both.at(status, *(categories or ("INCIDENT", "IDENTITY")), **change)


async def with_an_outcome(both: Pair) -> str:
    id = await both.at("IN_PROGRESS", "INCIDENT", kind="TRANSFER")
    section = {"category": "OUTCOME", "body": "Hasil."}
    await ok(take(both.receiver, "addHandoffSection", id, section=section))
    return id


async def without_a_basis(both: Pair) -> str:
    id = await both.at("ACCEPTED", "INCIDENT", "HEALTH")
    await rewrite(both.world, "delete from lawful_basis where handoff_id = :id", id=uuid_of(id))
    return id


async def kept_too_long(both: Pair) -> str:
    id = await both.at("COMPLETED", "INCIDENT")
    await rewrite(both.world, "update handoff set ended_at = ended_at - interval '2 years'"
                  " where id = :id", id=uuid_of(id))  # fmt: skip
    return id


async def not_covered_any_more(both: Pair) -> str:
    own = await pair(both.world, "INCIDENT", "HEALTH")
    both.sender, both.receiver, both.mou = own.sender, own.receiver, own.mou
    id = await both.at("ACCEPTED", "INCIDENT", "HEALTH")
    await rewrite(both.world, "update mou_clause c set categories = '{HEALTH}' from mou_version v"
                  " where v.id = c.version_id and v.mou_id = :id", id=uuid_of(own.mou))  # fmt: skip
    return id


async def suspended(both: Pair) -> str:
    id = await not_covered_any_more(both)
    types = "$id: ID!, $reason: String!"
    await ok(both.sender.mutate("suspendMou", types, MOU, id=both.mou, reason="Uji."))
    return id


async def expired(both: Pair) -> str:
    id = await not_covered_any_more(both)
    await expire(both.world, both.mou)
    return id


async def granted_less(both: Pair) -> str:
    id = await not_covered_any_more(both)
    await both.world.sql(
        "update organisation set scopes = array_remove(scopes, 'handoff:identity')"
        " where id = :id", id=both.receiver.org.id,
    )  # fmt: skip
    return id


async def shut_out(both: Pair) -> str:
    id = await not_covered_any_more(both)
    await both.world.sql(
        "update organisation set scopes = '{mou:read}' where id = :id", id=both.receiver.org.id
    )
    return id


SCENES: dict[str, Scene] = {
    **{status: at(status) for status in ("DRAFT", "REQUESTED", "RECEIVED", "INFO_REQUESTED",
                                         "ACCEPTED", "REJECTED", "IN_PROGRESS", "COMPLETED",
                                         "FAILED", "CANCELLED", "REVOKED")},
    "TRANSFERRED": at("ACCEPTED", kind="TRANSFER"),
    "with an outcome": with_an_outcome,
    "without a basis": without_a_basis,
    "kept too long": kept_too_long,
    "not covered any more": not_covered_any_more,
    "suspended": suspended,
    "expired": expired,
    "granted less": granted_less,
    "shut out": shut_out,
}  # fmt: skip


@pytest_asyncio.fixture(scope="module")
async def common(world: World) -> Pair:
    return await pair(world, "INCIDENT", "IDENTITY", "HEALTH", back=["OUTCOME"])


@pytest.fixture
def both(common: Pair) -> Pair:
    return Pair(common.world, common.sender, common.receiver, common.mou)


async def view(api: Api, handoff: str, organisation: str) -> dict[str, Any]:
    answer = await api.data(VIEW, handoff=handoff, organisation=organisation)
    seen: dict[str, Any] = answer["viewAs"]
    assert seen["organisation"] == {"id": organisation}
    return seen


async def really(api: Api, id: str) -> dict[str, Any]:
    """What an organisation sees by its own token, in the same form."""
    answer = await api.ask(SEEN, id=id)
    handoff = (answer.body.get("data") or {}).get("handoff")
    if handoff is None:
        assert set(answer.codes) <= {"NOT_FOUND", "MISSING_SCOPE"}, answer.body
        return {"visible": False, "timeline": False, "sections": []}
    sections = [
        {"sectionId": section.pop("id"), **section} for section in handoff["sections"]["nodes"]
    ]
    timeline = handoff["events"]["totalCount"] > 0
    return {"visible": True, "timeline": timeline, "sections": sections}


@pytest.mark.parametrize("scene", SCENES)
@covers("viewAs", "success")
async def test_it_is_what_the_partner_sees(both: Pair, scene: str) -> None:
    id = await SCENES[scene](both)
    third = await both.world.as_(await both.world.org())
    for partner in (both.receiver, third):
        seen = await view(both.sender, id, partner.org.gid)
        truth = await really(partner, id)
        mine = {s["sectionId"]: s for s in (await really(both.sender, id))["sections"]}
        for section in truth["sections"]:
            open_to_me = mine[section["sectionId"]]["content"]["__typename"] == "Disclosed"
            if section["content"]["__typename"] == "Disclosed" and not open_to_me:
                section["content"] = None
        assert {key: seen[key] for key in truth} == truth


@pytest.mark.parametrize("scene", ["with an outcome", "COMPLETED", "REVOKED", "expired"])
async def test_a_receiver_learns_of_its_own_words_alone(both: Pair, scene: str) -> None:
    id = await SCENES[scene](both)
    seen = await view(both.receiver, id, both.sender.org.gid)
    truth = [
        section
        for section in (await really(both.sender, id))["sections"]
        if section["author"]["id"] == both.receiver.org.gid
    ]
    assert seen["sections"] == truth
    assert seen["visible"]


async def test_of_oneself_it_is_what_one_sees(both: Pair) -> None:
    id = await with_an_outcome(both)
    for api in (both.sender, both.receiver):
        seen = await view(api, id, api.org.gid)
        truth = await really(api, id)
        assert {key: seen[key] for key in truth} == truth


async def test_what_one_may_not_read_oneself_is_not_shown(both: Pair) -> None:
    id = await both.at("ACCEPTED", "INCIDENT", "IDENTITY")
    narrow = await both.world.as_(both.sender.org, Scope.HANDOFF_READ)
    contents = {
        s["category"]: (s["disclosure"]["code"], s["content"])
        for s in (await view(narrow, id, both.receiver.org.gid))["sections"]
    }
    assert contents["INCIDENT"] == (
        "CLAUSE",
        {"__typename": "Disclosed", "body": "Isi bagian incident."},
    )
    assert contents["IDENTITY"] == ("CLAUSE", None)


async def test_words_of_others_that_are_read_by_it_stand_in_the_ledger(both: Pair) -> None:
    id = await both.at("IN_PROGRESS")
    section = {"category": "OUTCOME", "body": "Hasil."}
    await rewrite(both.world, "update lawful_basis set author_id = :them where handoff_id = :id",
                  id=uuid_of(id), them=both.receiver.org.id)  # fmt: skip
    before = await both.world.count("ledger_part")
    await view(both.sender, id, both.receiver.org.gid)
    assert await both.world.count("ledger_part") == before  # one's own words
    await ok(take(both.receiver, "addHandoffSection", id, section=section))
    await view(both.sender, id, both.receiver.org.gid)
    assert await both.world.count("ledger_part") == before + 1


@covers("viewAs", "refusal")
async def test_a_receiver_looks_as_the_two_sides_alone(both: Pair) -> None:
    id = await both.at("ACCEPTED")
    third = await both.world.org()

    async def codes(api: Api, organisation: str) -> list[str]:
        return (await api.ask(VIEW, handoff=id, organisation=organisation)).codes

    assert await codes(both.receiver, third.gid) == ["WRONG_SIDE"]
    assert await codes(both.sender, unknown("organisation")) == ["NOT_FOUND"]
    assert await codes(both.sender, id) == ["BAD_INPUT"]


@covers("viewAs", "stranger")
async def test_a_stranger_looks_at_nothing(both: Pair) -> None:
    sent, draft = await both.at("ACCEPTED"), (await both.draft())["id"]
    outsider = await stranger(both.world)
    for api, id in [(outsider, sent), (outsider, draft), (both.receiver, draft)]:
        organisation = both.receiver.org.gid
        async with unchanged(both.world):
            foreign = await api.ask(VIEW, handoff=id, organisation=organisation)
            nothing = await api.ask(VIEW, handoff=unknown("handoff"), organisation=organisation)
        assert foreign.codes == ["NOT_FOUND"]
        assert foreign.body == nothing.body


# In the database ---------------------------------------------------------------------------------

THERE = {"case_file", "handoff", "handoff_event", "handoff_section", "handoff_section_body",
         "organisation"}  # fmt: skip
"""All there is for one who looks on as a partner."""


def caller_of(api: Api, row: Any) -> Caller:
    scopes = frozenset(Scope)
    return Caller(api.org.id, row.client_id, "test", scopes, grant_id=row.id)


async def signed_in(api: Api, world: World) -> Caller:
    [row] = await world.sql(
        "select g.id, g.client_id from oauth_grant g join client c on c.id = g.client_id"
        " where c.organisation_id = :id limit 1",
        id=api.org.id,
    )
    return caller_of(api, row)


async def test_nothing_else_of_the_partner_is_within_reach(both: Pair, database: Database) -> None:
    id = await both.at("ACCEPTED", "INCIDENT")
    await both.at("ACCEPTED", "INCIDENT")
    tables = await both.world.sql(
        "select distinct c.relname as name from pg_policy p join pg_class c on c.oid = p.polrelid"
        " where p.polcmd in ('r', '*') and 'rangkul_app'::regrole = any (p.polroles)"
        " and has_table_privilege('rangkul_app', c.oid, 'select')"
    )
    names = {row.name for row in tables}
    assert names > THERE
    me = await signed_in(both.sender, both.world)
    async with database.transaction(me) as tx:
        values = {"id": uuid_of(id), "them": both.receiver.org.id}
        assert await tx.scalar(text("select access.view_as(:id, :them)"), values)
        there = {
            name: await tx.scalar(text(f'select count(*) from "{name}"')) for name in sorted(names)
        }
        assert not await tx.scalar(text("select access.view_as(:id, :them)"), values)
        with pytest.raises(DBAPIError, match="read-only"):
            await tx.execute(text("update handoff set updated_at = now()"))
    assert {name for name, count in there.items() if count} == THERE
    assert there["handoff"] == there["handoff_section"] == there["handoff_section_body"] == 1
    assert there["case_file"] == 1


async def test_the_database_itself_lets_only_a_side_look(both: Pair, database: Database) -> None:
    id = await both.at("ACCEPTED")
    outsider = await stranger(both.world)
    async with database.transaction(await signed_in(outsider, both.world)) as tx:
        values = {"id": uuid_of(id), "them": both.receiver.org.id}
        assert not await tx.scalar(text("select access.view_as(:id, :them)"), values)
        assert await tx.scalar(text("select access.me()")) == outsider.org.id
        judged = text("select count(*) from access.judged(:id, :them, 'INCIDENT')")
        assert await tx.scalar(judged, values) == 0
