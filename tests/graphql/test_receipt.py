"""Receipts: made with what they attest, signed by every side, seen by those sides alone."""

import asyncio
import base64
import json

import pytest
import pytest_asyncio
from sqlalchemy.exc import DBAPIError

from auth.scopes import Scope
from domain.receipt_document import canonical, hash_of
from tests.covered import covers
from tests.receipts import OF_MOU, READ, published, receipt_of, verified
from tests.scenes import Pair, pair, stranger, unknown, uuid_of
from tests.world import MOU, World, clause, content, ok, open_version, proposed, step
from tests.world import signature as signing


@pytest_asyncio.fixture(scope="module")
async def both(world: World) -> Pair:
    return await pair(world, "INCIDENT", "IDENTITY", "HEALTH")


@covers("receipt acceptHandoff", "success")
async def test_accepting_makes_a_receipt_that_both_sides_signed(world: World, both: Pair) -> None:
    id = await both.at("RECEIVED", "INCIDENT", "IDENTITY")
    assert await receipt_of(both.sender, id) is None

    handoff = await ok(step(both.receiver, "acceptHandoff", id))

    mine = await receipt_of(both.receiver, id)
    assert mine == await receipt_of(both.sender, id)
    assert mine == (await both.sender.data(READ, id=mine["id"]))["receipt"]
    assert mine["kind"] == "HANDOFF_ACCEPTED"
    assert mine["number"] == f"BAST/{handoff['number']}"
    assert mine["complete"]
    assert mine["pdfUrl"] == f"http://127.0.0.1:8000/receipts/{mine['id']}.pdf"
    sides = [both.sender.org, both.receiver.org]
    assert [s["organisation"]["id"] for s in mine["signatures"]] == [org.gid for org in sides]
    verdict = await verified(world, mine)
    assert verdict.whole
    assert [signed.name for signed in verdict.signed] == [org.name for org in sides]


async def test_what_a_receipt_of_a_handoff_says(world: World, both: Pair) -> None:
    id = await both.at("ACCEPTED", "INCIDENT", "IDENTITY", caseReference="PPA/77")
    receipt = await receipt_of(both.sender, id)
    text = receipt["document"]
    document = json.loads(text)
    assert text == canonical(document)
    assert receipt["hash"] == hash_of(text)
    payload = receipt["jws"]["payload"]
    assert base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)).decode() == text
    assert document["id"] == receipt["id"]
    assert document["from"]["name"] == both.sender.org.name
    assert document["to"]["type"] == "POLICE_PPA"
    assert document["handoff"]["child_role"] == "VICTIM"
    assert document["agreement"]["id"] == both.mou
    assert len(document["agreement"]["parties"]) == 2
    assert document["law"] == ["UU 12/2022 pasal 66"]
    sealed = await world.sql(
        "select 'section_' || replace(s.id::text, '-', ''), s.category,"
        " 'sha256:' || encode(sha256(b.sealed), 'hex')"
        " from handoff_section s join handoff_section_body b on b.section_id = s.id"
        " where s.handoff_id = :id order by s.id",
        id=uuid_of(id),
    )
    said = [(one["id"], one["category"], one["sealed"]) for one in document["sections"]]
    assert said == [tuple(row) for row in sealed]
    # Nothing of the child, nor what was written for one side's own file.
    assert "Isi bagian" not in text
    assert "PPA/77" not in text


async def test_who_may_not_read_a_section_attests_it_all_the_same(both: Pair) -> None:
    id = await both.at("RECEIVED", "INCIDENT", "IDENTITY")
    clerk = await both.world.as_(both.receiver.org, Scope.HANDOFF_WRITE)
    await ok(clerk.mutate("acceptHandoff", "$id: ID!", "", id=id))
    document = json.loads((await receipt_of(both.sender, id))["document"])
    assert [one["category"] for one in document["sections"]] == ["INCIDENT", "IDENTITY"]
    assert all(one["sealed"].startswith("sha256:") for one in document["sections"])


@covers("signMou", "success")
async def test_the_last_signature_under_an_agreement_makes_a_receipt(world: World) -> None:
    orgs = [await world.org() for _ in range(3)]
    apis = [await world.as_(org) for org in orgs]
    mou = await ok(proposed(apis[0], content(orgs, [clause(orgs[0], orgs[1])])))
    await ok(apis[0].mutate("submitMou", "$id: ID!", MOU, id=mou["id"]))
    hash = (await open_version(apis[0], mou["id"]))["contentHash"]
    for api in apis:
        types = "$id: ID!, $contentHash: String!"
        await ok(api.mutate("approveMou", types, MOU, id=mou["id"], contentHash=hash))
    for api in apis:
        assert (await api.data(OF_MOU, id=mou["id"]))["mou"]["version"]["receipt"] is None
        types = "$id: ID!, $input: MouSignatureInput!"
        await ok(api.mutate("signMou", types, MOU, id=mou["id"], input=signing(hash)))

    version = (await apis[0].data(OF_MOU, id=mou["id"]))["mou"]["version"]
    receipt = version["receipt"]
    assert receipt["complete"]
    assert receipt["kind"] == "AGREEMENT_SIGNED"
    assert (await verified(world, receipt)).whole
    document = json.loads(receipt["document"])
    assert document["agreement"]["content_hash"] == version["contentHash"]
    parties = document["agreement"]["parties"]
    assert [party["organisation"] for party in parties] == [org.gid for org in orgs]
    assert all(party["signature"]["document_number"] for party in parties)


@covers("receipt", "stranger")
async def test_nobody_else_sees_it(both: Pair) -> None:
    world = both.world
    receipt = await receipt_of(both.sender, await both.at("ACCEPTED"))
    node = "query($id: ID!) { node(id: $id) { id } receipt(id: $id) { id } }"
    for api in (await stranger(world), await world.as_(world.kpai, *Scope)):
        foreign = await api.ask(node, id=receipt["id"])
        nothing = await api.ask(node, id=unknown("receipt"))
        assert foreign.codes == nothing.codes == ["NOT_FOUND"]
        assert foreign.body == nothing.body
    assert (await both.sender.data(node, id=receipt["id"]))["node"]["id"] == receipt["id"]


@covers("receipt", "refusal")
async def test_it_takes_the_scope_of_what_it_is_of(both: Pair) -> None:
    world = both.world
    handoff = await receipt_of(both.sender, await both.at("ACCEPTED"))
    mou = (await both.sender.data(OF_MOU, id=both.mou))["mou"]["version"]["receipt"]
    for wanted, other, receipt in (
        (Scope.HANDOFF_READ, Scope.MOU_READ, handoff), (Scope.MOU_READ, Scope.HANDOFF_READ, mou)
    ):  # fmt: skip
        document = "query($id: ID!) { receipt(id: $id) { number } }"
        clerk = await world.as_(both.sender.org, other, Scope.HANDOFF_WRITE, Scope.MOU_SIGN)
        assert (await clerk.ask(document, id=receipt["id"])).codes == ["NOT_FOUND"]
        clerk = await world.as_(both.sender.org, wanted)
        assert (await clerk.data(document, id=receipt["id"]))["receipt"]["number"]
    assert (await both.sender.ask(READ, id="receipt_1")).codes == ["BAD_INPUT"]


async def test_a_handoff_that_is_not_accepted_has_none(both: Pair) -> None:
    before = await both.world.count("receipt")
    for status in ("REQUESTED", "REJECTED", "CANCELLED"):
        assert await receipt_of(both.sender, await both.at(status)) is None
    assert await both.world.count("receipt") == before


async def test_two_who_accept_at_once_make_one_receipt_and_one_key_each(world: World) -> None:
    both = await pair(world)
    id = await both.at("RECEIVED")
    other = await both.at("RECEIVED")
    again = await world.as_(both.receiver.org)
    answers = await asyncio.gather(
        step(both.receiver, "acceptHandoff", id), step(again, "acceptHandoff", id),
        step(again, "acceptHandoff", other),
    )  # fmt: skip
    assert sorted(a["__typename"] for a in answers) == ["Handoff", "Handoff", "Refused"]
    for one in (id, other):
        assert (await verified(world, await receipt_of(both.sender, one))).whole
    for org in (both.sender.org, both.receiver.org):
        assert len((await published(world, f"/organisations/{org.gid}/keys"))["keys"]) == 1


async def test_the_database_keeps_it_as_it_is(both: Pair) -> None:
    """Even its owner does not change a word of it by mistake."""
    world = both.world
    receipt = await receipt_of(both.sender, await both.at("ACCEPTED"))
    with pytest.raises(DBAPIError, match=r"receipt_(hash_)?check"):
        await world.sql(
            "update receipt set document = replace(document, 'VICTIM', 'WITNESS') where id = :id",
            id=uuid_of(receipt["id"]),
        )
