"""The ledger as the owner of data and its reader see it, and nobody else."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import pytest_asyncio

from auth.scopes import Scope
from domain.ledger.checking_receipts import ReceiptCheck
from domain.ledger.heads import Reader
from domain.ledger.reading import check_receipts
from domain.ledger.sealing import Sealer
from tests.conftest import Operator
from tests.covered import covers
from tests.people import acting, somebody
from tests.scenes import Pair, pair, stranger, unknown, uuid_of
from tests.unchanged import unchanged
from tests.world import EVERY_SCOPE, SETTINGS, Api, World, agreement, clause, sent

LEDGER = """
query($side: LedgerSide, $filter: LedgerFilter, $first: Int, $after: String) {
  ledger(side: $side, filter: $filter, first: $first, after: $after) {
    totalCount pageInfo { endCursor hasNextPage }
    nodes { id at program person requestId index number receipt reader { id name }
      items { kind code field category clause handoffId sectionId versionId basisId emergencyId
              owner { id } handoff { id } mou { id } } } } }
"""
HEAD = "{ ledgerHead { size root at jws } }"
LINK = "query($a: Int!, $b: Int!) { ledgerConsistency(from: $a, to: $b) { from to proof } }"
BODIES = """
query($id: ID!) { handoff(id: $id) { sections { nodes { id category
  content { ... on Disclosed { body } ... on Withheld { code } } } } } }
"""


@dataclass
class Read:
    """Two partners, what one read of the other's, and what became of it."""

    both: Pair
    handoff: str
    second: str
    denied: Api


async def seal(world: World) -> int:
    return await Sealer(world.database, SETTINGS.auth).once()


@pytest_asyncio.fixture(scope="module")
async def read(world: World) -> Read:
    both = await pair(world, "INCIDENT", "IDENTITY", back=("OUTCOME",))
    first = await both.at("ACCEPTED", "INCIDENT", "IDENTITY")
    second = await both.at("ACCEPTED", "INCIDENT")
    narrow = await world.as_(both.receiver.org, Scope.HANDOFF_READ)
    await both.receiver.data(BODIES, id=first)
    await seal(world)
    await narrow.data(BODIES, id=first)
    await both.receiver.data(BODIES, id=second)
    await both.receiver.ask(BODIES, id=unknown("handoff"))
    await seal(world)
    return Read(both, first, second, narrow)


async def entries(api: Api, side: str = "OWNER", **filter: Any) -> list[dict[str, Any]]:
    found = await api.data(LEDGER, side=side, filter=filter)
    nodes: list[dict[str, Any]] = found["ledger"]["nodes"]
    return nodes


@covers("ledger", "success")
async def test_the_owner_sees_who_read_what_when_and_under_which_clause(read: Read) -> None:
    found = (await read.both.sender.data(LEDGER))["ledger"]
    assert found["totalCount"] == 3
    third, second, first = found["nodes"]
    for entry in found["nodes"]:
        assert entry["reader"] == {"id": read.both.receiver.org.gid,
                                   "name": read.both.receiver.org.name}  # fmt: skip
        assert entry["program"].startswith("client_")
        assert entry["person"] is None
        assert {item["owner"]["id"] for item in entry["items"]} == {read.both.sender.org.gid}
    assert [entry["number"] for entry in found["nodes"]] == [3, 2, 1]
    assert [entry["index"] for entry in found["nodes"]] == [2, 1, 0]
    assert {(item["kind"], item["category"]) for item in first["items"]} == {
        ("DISCLOSED", "INCIDENT"), ("DISCLOSED", "IDENTITY"),
    }  # fmt: skip
    for item in first["items"]:
        assert (item["handoffId"], item["handoff"]) == (read.handoff, {"id": read.handoff})
        assert (item["mou"], item["clause"]) == ({"id": read.both.mou}, 1)
        assert item["versionId"].startswith("version_")
        assert item["basisId"].startswith("basis_")
        assert (item["code"], item["field"], item["emergencyId"]) == (None, None, None)
    by_category = {item["category"]: item for item in second["items"]}
    assert by_category["IDENTITY"]["kind"] == "DENIED"
    assert by_category["IDENTITY"]["code"] == "SCOPE_MISSING"
    assert [item["handoffId"] for item in third["items"]] == [read.second]


@covers("ledger", "success")
async def test_the_reader_sees_what_it_read_and_was_denied(read: Read) -> None:
    found = await entries(read.both.receiver, "READER")
    assert [sorted({i["kind"] for i in entry["items"]}) for entry in found] == [
        ["DENIED"], ["DISCLOSED"], ["DENIED", "DISCLOSED"], ["DISCLOSED"],
    ]  # fmt: skip
    [denied] = found[0]["items"]
    assert (denied["field"], denied["code"], denied["handoffId"]) == ("handoff", "NOT_FOUND", None)
    assert denied["owner"] == {"id": read.both.receiver.org.gid}
    assert [entry["number"] for entry in found] == [1, None, None, None]
    assert await entries(read.both.receiver, "OWNER") == []
    assert await entries(read.both.sender, "READER") == []


@covers("ledger", "success")
async def test_the_filters(read: Read) -> None:
    owner = read.both.sender
    now = datetime.now(UTC)

    async def numbers(**filter: Any) -> list[int]:
        return [entry["number"] for entry in await entries(owner, **filter)]

    assert await numbers(handoffId=read.handoff) == [2, 1]
    assert await numbers(handoffId=read.second) == [3]
    assert await numbers(handoffId=unknown("handoff")) == []
    assert await numbers(kinds=["DENIED"]) == [2]
    assert await numbers(kinds=["DENIED", "DISCLOSED"]) == [3, 2, 1]
    assert await numbers(kinds=[]) == []
    assert await numbers(category="IDENTITY") == [2, 1]
    assert await numbers(readerId=read.both.receiver.org.gid) == [3, 2, 1]
    assert await numbers(readerId=owner.org.gid) == []
    assert await numbers(since=(now - timedelta(hours=1)).isoformat()) == [3, 2, 1]
    assert await numbers(until=(now - timedelta(hours=1)).isoformat()) == []
    mine = await entries(read.both.receiver, "READER", handoffId=read.handoff, kinds=["DENIED"])
    assert len(mine) == 1


@covers("ledger", "success")
async def test_page_by_page(read: Read) -> None:
    first = (await read.both.sender.data(LEDGER, first=2))["ledger"]
    assert first["pageInfo"]["hasNextPage"] is True
    rest = await read.both.sender.data(LEDGER, first=2, after=first["pageInfo"]["endCursor"])
    assert [entry["number"] for entry in rest["ledger"]["nodes"]] == [1]


@pytest.mark.parametrize(
    ("filter", "code", "field"),
    [
        ({"handoffId": "x"}, "BAD_INPUT", "filter.handoffId"),
        ({"readerId": unknown("handoff")}, "BAD_INPUT", "filter.readerId"),
        ({"since": "2026-01-01T00:00:00"}, "BAD_INPUT", "filter.since"),
        ({"until": "2026-01-01T00:00:00"}, "BAD_INPUT", "filter.until"),
        ({"kinds": ["DENIED", "DENIED"]}, "DUPLICATE", "filter.kinds[1]"),
    ],
)
@covers("ledger", "refusal")
async def test_filters_that_mean_nothing(
    read: Read, filter: dict[str, Any], code: str, field: str
) -> None:
    answer = await read.both.sender.ask(LEDGER, filter=filter)
    assert answer.body["errors"][0]["extensions"] == {"code": code, "field": field}


@covers("ledger ledgerHead ledgerConsistency", "stranger")
async def test_others_see_nothing_of_it_not_even_kpai(world: World, read: Read) -> None:
    [newest, *_] = await entries(read.both.sender)
    node = "query($id: ID!) { node(id: $id) { id } }"
    assert (await read.both.sender.data(node, id=newest["id"]))["node"]
    for api in (await stranger(world), await world.as_(world.kpai, *EVERY_SCOPE)):
        for side in ("OWNER", "READER"):
            assert await entries(api, side, handoffId=read.handoff) == []
            assert await entries(api, side, readerId=read.both.receiver.org.gid) == []
        assert (await api.data(node, id=newest["id"]))["node"] is None
    narrow = await world.as_(read.both.sender.org, Scope.HANDOFF_READ)
    for document in (LEDGER, HEAD, LINK):
        async with unchanged(world):
            answer = await narrow.ask(document, a=1, b=2)
        assert answer.codes[0] == "MISSING_SCOPE"
    assert (await narrow.data(node, id=newest["id"]))["node"] is None


async def test_a_part_of_an_entry_is_its_owners_alone(world: World) -> None:
    """One request read of two: each sees its own, and that there was another."""
    one = await pair(world, "INCIDENT")
    other_org = await world.org()
    reader = one.receiver
    other = await world.as_(other_org)
    mou = await agreement(world, [other_org, reader.org], [clause(other_org, reader.org)])
    ids = [await one.at("ACCEPTED"), await sent(other, reader.org, mou)]
    two = " ".join(
        f'h{n}: handoff(id: "{id}") {{ sections {{ nodes {{ content {{ ... on Disclosed'
        " { body } } } } }"
        for n, id in enumerate(ids)
    )
    await reader.data(f"{{ {two} }}")
    await seal(world)
    for owner, id in ((one.sender, ids[0]), (other, ids[1])):
        [entry] = await entries(owner)
        assert [item["handoffId"] for item in entry["items"]] == [id]
        assert len(entry["receipt"]["parts"]) == 1
        assert len(entry["receipt"]["entry"]["parts"]) == 2
        assert str(uuid_of(ids[1 - ids.index(id)])) not in json.dumps(entry["receipt"])
    [mine] = await entries(reader, "READER")
    assert {item["handoffId"] for item in mine["items"]} == set(ids)
    assert len(mine["receipt"]["parts"]) == 2


async def keys_of(world: World) -> Reader:
    return Reader.of((await world.http.get("/ledger/keys")).json())


async def test_receipts_are_checked_by_anyone_with_the_public_keys(
    world: World, read: Read
) -> None:
    for api, side, count in ((read.both.sender, "OWNER", 3), (read.both.receiver, "READER", 4)):
        lines: list[Any] = [entry["receipt"] for entry in await entries(api, side)]
        token = (await world.http.get("/ledger/head")).json()["head"]
        reader = await keys_of(world)
        kept = reader.read(token)
        link = (await world.http.get(f"/ledger/consistency?from=1&to={kept.size}")).json()
        check = ReceiptCheck(reader, kept)
        check_receipts(check, enumerate([*lines, link]))
        assert check.end() == []
        assert check.entries == count


async def test_until_it_is_sealed_there_is_no_receipt(world: World, read: Read) -> None:
    both = await pair(world, "INCIDENT")
    await both.receiver.data(BODIES, id=await both.at("ACCEPTED"))
    [entry] = await entries(both.sender)
    assert (entry["receipt"], entry["index"], entry["number"]) == (None, None, None)
    assert entry["items"]
    await seal(world)
    [entry] = await entries(both.sender)
    assert entry["number"] == 1 and entry["receipt"]


@covers("ledgerHead ledgerConsistency", "success")
async def test_heads_and_that_one_continues_the_other(world: World, read: Read) -> None:
    head = (await read.both.sender.data(HEAD))["ledgerHead"]
    said = (await keys_of(world)).read(head["jws"])
    assert (said.size, said.root.hex()) == (head["size"], head["root"])
    link = (await read.both.sender.data(LINK, a=1, b=head["size"]))["ledgerConsistency"]
    public = await world.http.get(f"/ledger/consistency?from=1&to={head['size']}")
    assert public.json()["consistency"] == link
    assert (await world.http.get("/ledger/head")).json()["head"] == head["jws"]
    old = await world.http.get("/ledger/head?size=1")
    assert (await keys_of(world)).read(old.json()["head"]).size == 1


@covers("ledgerHead", "refusal")
async def test_a_ledger_of_nobody_has_no_head_to_refuse(world: World, read: Read) -> None:
    """There is nothing to be refused but for want of the scope."""
    narrow = await world.as_(read.both.sender.org, Scope.MOU_READ)
    assert (await narrow.ask(HEAD)).codes == ["MISSING_SCOPE"]


@pytest.mark.parametrize(("a", "b", "field"), [(0, 1, "from"), (-1, 1, "from"), (2, 1, "to"),
                                               (1, 10_000, "to")])  # fmt: skip
@covers("ledgerConsistency", "refusal")
async def test_sizes_that_there_never_were(
    world: World, read: Read, a: int, b: int, field: str
) -> None:
    answer = await read.both.sender.ask(LINK, a=a, b=b)
    assert answer.body["errors"][0]["extensions"] == {"code": "BAD_INPUT", "field": field}
    public = await world.http.get(f"/ledger/consistency?from={a}&to={b}")
    assert public.status_code == 400
    assert (await world.http.get("/ledger/head?size=x")).status_code == 404


async def test_a_person_is_shown_by_an_id_that_their_own_organisation_resolves(
    world: World, read: Read
) -> None:
    person = await somebody(world, read.both.receiver.org, "CASE_WORKER")
    await (await acting(world, person)).data(BODIES, id=read.second)
    auditor = await acting(world, await somebody(world, read.both.sender.org, "AUDITOR"))
    owner = [e for e in await entries(auditor) if e["person"]]
    [mine] = [e for e in await entries(read.both.receiver, "READER") if e["person"]]
    assert owner[0]["person"] == mine["person"] == person.gid
    boss = await acting(world, await somebody(world, read.both.receiver.org))
    look = "query($id: ID!) { node(id: $id) { ... on User { name } } }"
    assert (await boss.data(look, id=person.gid))["node"]
    assert (await auditor.data(look, id=person.gid))["node"] is None


async def test_reading_the_ledger_is_no_reading_of_a_case(
    world: World, read: Read, operator: Operator
) -> None:
    before = await world.count("ledger_entry")
    await entries(read.both.sender)
    await entries(read.both.receiver, "READER")
    assert await world.count("ledger_entry") == before
