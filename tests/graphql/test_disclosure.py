"""Why a section is open or closed: said of every section, and always as its content has it."""

from typing import Any

import pytest
import pytest_asyncio

from auth.scopes import Scope
from db.enums import DisclosureCode, WithheldCode
from domain.disclosure import SENTENCES
from tests.scenes import Pair, day, expire, pair, rewrite, stranger, take, uuid_of
from tests.world import MOU, Api, World, basis, ok, today

WHY = """
query($id: ID!) { handoff(id: $id) { sections { nodes { id category
  content { __typename ... on Withheld { code } ... on Disclosed { body } }
  disclosure { open code sentence versionNumber clauseNumber status missingScope keptUntil
               agreement { id } } } } } }
"""


@pytest_asyncio.fixture(scope="module")
async def both(world: World) -> Pair:
    return await pair(world, "INCIDENT", "IDENTITY", "HEALTH", back=["OUTCOME"])


async def why(api: Api, id: str) -> dict[str, dict[str, Any]]:
    """What is said of each section, by category; it must be what its content shows."""
    handoff = (await api.data(WHY, id=id))["handoff"]
    told = {}
    for section in handoff["sections"]["nodes"]:
        said, content = section["disclosure"], section["content"]
        assert said["open"] == (content["__typename"] == "Disclosed"), section
        if not said["open"]:
            assert said["code"] == content["code"], section
        told[section["category"]] = said
    return told


async def code(api: Api, id: str, category: str = "INCIDENT") -> str:
    return str((await why(api, id))[category]["code"])


def test_every_reason_has_its_words() -> None:
    assert set(SENTENCES) == set(DisclosureCode)
    assert {code.value for code in WithheldCode} < {code.value for code in DisclosureCode}


async def test_an_open_section_names_what_opens_it(both: Pair) -> None:
    id = await both.at("ACCEPTED", "INCIDENT", "HEALTH")
    said = (await why(both.receiver, id))["HEALTH"]
    assert said == {
        "open": True, "code": "CLAUSE", "versionNumber": 1, "clauseNumber": 1,
        "status": "ACCEPTED", "missingScope": None, "keptUntil": None,
        "agreement": {"id": both.mou},
        "sentence": "Opened by clause 1 of the agreement in force (version 1), on a lawful basis.",
    }  # fmt: skip
    own = (await why(both.sender, id))["HEALTH"]
    assert (own["code"], own["clauseNumber"]) == ("OWN_WORDS", None)
    indonesian = await both.world.as_(both.receiver.org, language="id")
    assert (await why(indonesian, id))["HEALTH"]["sentence"].startswith("Dibuka oleh pasal 1 ")


async def test_the_agreement_needs_its_own_scope(both: Pair) -> None:
    id = await both.at("REQUESTED")
    narrow = await both.world.as_(both.receiver.org, Scope.HANDOFF_READ)
    assert (await narrow.ask(WHY, id=id)).codes == ["MISSING_SCOPE"]
    lines = WHY.replace("agreement { id }", "")
    said = (await narrow.data(lines, id=id))["handoff"]["sections"]["nodes"][0]["disclosure"]
    assert (said["code"], said["clauseNumber"]) == ("CLAUSE", 1)


@pytest.mark.parametrize("status", ["REJECTED", "FAILED", "CANCELLED", "REVOKED"])
async def test_states_that_close(both: Pair, status: str) -> None:
    id = await both.at(status)
    assert await code(both.receiver, id) == "STATE_CLOSED"
    assert await code(both.sender, id) == "OWN_WORDS"


async def test_a_scope_that_is_missing_is_named(both: Pair) -> None:
    id = await both.at("REQUESTED", "IDENTITY")
    for api in (both.sender, both.receiver):
        narrow = await both.world.as_(api.org, Scope.HANDOFF_READ, Scope.MOU_READ)
        said = (await why(narrow, id))["IDENTITY"]
        assert (said["code"], said["missingScope"]) == ("SCOPE_MISSING", "handoff:identity")
        assert said["sentence"] == "The reader does not have the scope handoff:identity."


async def test_custody_that_moved(both: Pair) -> None:
    id = await both.at("ACCEPTED", kind="TRANSFER")
    assert await code(both.sender, id) == "CUSTODY_MOVED"
    assert await code(both.receiver, id) == "CLAUSE"


async def test_retention_says_until_when(both: Pair) -> None:
    id = await both.at("COMPLETED")
    said = (await why(both.receiver, id))["INCIDENT"]
    assert said["code"] == "CLAUSE" and said["keptUntil"] > str(today())
    await rewrite(
        both.world, "update handoff set ended_at = ended_at - interval '366 days' where id = :id",
        id=uuid_of(id),
    )  # fmt: skip
    ended = (await why(both.receiver, id))["INCIDENT"]
    assert ended["code"] == "RETENTION_ENDED" and ended["keptUntil"] < said["keptUntil"]


async def test_a_basis_that_does_not_hold(both: Pair) -> None:
    ends = basis("INCIDENT", validUntil=str(today()))
    id = await both.at("ACCEPTED", bases=[ends])
    assert await code(both.receiver, id) == "CLAUSE"
    await rewrite(
        both.world,
        "update lawful_basis set valid_until = valid_until - 2 where handoff_id = :id",
        id=uuid_of(id),
    )
    assert await code(both.receiver, id) == "BASIS_EXPIRED"
    named = "query($id: ID!) { handoff(id: $id) { sections { nodes { disclosure {"
    named += " basis { kind validUntil } } } } } }"
    [section] = (await both.receiver.data(named, id=id))["handoff"]["sections"]["nodes"]
    assert section["disclosure"]["basis"] == {"kind": "PUBLIC_TASK", "validUntil": day(-2)}
    await rewrite(both.world, "delete from lawful_basis where handoff_id = :id", id=uuid_of(id))
    assert await code(both.receiver, id) == "BASIS_MISSING"
    assert await code(both.sender, id) == "OWN_WORDS"


async def test_agreements_that_do_not_hold(world: World) -> None:
    both = await pair(world, "INCIDENT", "HEALTH")
    id = await both.at("ACCEPTED", "INCIDENT", "HEALTH")
    await rewrite(
        world,
        "update mou_clause c set categories = '{INCIDENT}' from mou_version v"
        " where v.id = c.version_id and v.mou_id = :id",
        id=uuid_of(both.mou),
    )
    said = await why(both.receiver, id)
    assert [s["code"] for s in said.values()] == ["CLAUSE", "NOT_COVERED"]
    assert (said["HEALTH"]["versionNumber"], said["HEALTH"]["clauseNumber"]) == (1, None)
    types = "$id: ID!, $reason: String!"
    await ok(both.sender.mutate("suspendMou", types, MOU, id=both.mou, reason="Uji."))
    assert await code(both.receiver, id) == "AGREEMENT_NOT_IN_FORCE"
    await ok(both.sender.mutate("resumeMou", "$id: ID!", MOU, id=both.mou))
    assert await code(both.receiver, id) == "CLAUSE"
    await expire(world, both.mou)
    assert await code(both.receiver, id) == "AGREEMENT_NOT_IN_FORCE"


async def test_content_that_does_not_open_is_said_to_be_damaged(both: Pair) -> None:
    id = await both.at("ACCEPTED")
    await rewrite(
        both.world,
        "update handoff_section_body set sealed = set_byte(sealed, 20,"
        " (get_byte(sealed, 20) + 1) % 256) where handoff_id = :id",
        id=uuid_of(id),
    )
    assert await code(both.receiver, id) == await code(both.sender, id) == "DAMAGED"


async def test_what_comes_back_is_explained_the_same_way(both: Pair) -> None:
    id = await both.at("IN_PROGRESS")
    await ok(take(both.receiver, "addHandoffSection", id,
                  section={"category": "OUTCOME", "body": "Selesai."},
                  ))  # fmt: skip
    assert (await why(both.receiver, id))["OUTCOME"]["code"] == "OWN_WORDS"
    assert (await why(both.sender, id))["OUTCOME"]["clauseNumber"] == 2


async def test_a_stranger_learns_of_nothing_to_explain(both: Pair) -> None:
    id = await both.at("ACCEPTED")
    answer = await (await stranger(both.world)).ask(WHY, id=id)
    assert answer.codes == ["NOT_FOUND"]
    [(section,)] = await both.world.sql(
        "select id from handoff_section where handoff_id = :id", id=uuid_of(id)
    )
    outsider = await stranger(both.world)
    node = "query($id: ID!) { node(id: $id) { ... on Section { disclosure { open } } } }"
    assert (await outsider.data(node, id=f"section_{section.hex}"))["node"] is None
