"""Receipts as files: for whoever may see them, by the token GraphQL takes; keys for everybody."""

import asyncio
import json
from typing import Any

import pytest
import pytest_asyncio
from httpx import Response

from auth.scopes import Scope
from db import ledger
from domain.receipt_check import checked, keys_of
from domain.receipt_file import opened
from tests.api.test_dpop import Bound, make
from tests.receipts import receipt_of
from tests.scenes import Pair, pair, stranger, unknown, uuid_of
from tests.unchanged import unchanged
from tests.world import SETTINGS, Api, World, ok


@pytest_asyncio.fixture(scope="module")
async def both(world: World) -> Pair:
    return await pair(world, "INCIDENT", "IDENTITY")


@pytest_asyncio.fixture(scope="module")
async def receipt(both: Pair) -> Any:
    return await receipt_of(both.sender, await both.at("ACCEPTED"))


async def get(api: Api, path: str, **headers: str) -> Response:
    given = {"authorization": f"Bearer {api.token}", "accept-language": "en"} | headers
    return await api.http.get(path, headers=given)


@pytest.mark.parametrize("ending", ["pdf", "json"])
async def test_both_sides_fetch_it_and_anyone_verifies_it(
    both: Pair, receipt: Any, ending: str
) -> None:
    keys = (await both.world.http.get("/receipts/keys")).json()
    for api in (both.sender, both.receiver):
        async with unchanged(both.world):
            response = await get(api, f"/receipts/{receipt['id']}.{ending}")
        assert response.status_code == 200
        types = {"pdf": "application/pdf", "json": "application/jose+json"}
        assert response.headers["content-type"] == types[ending]
        assert response.headers["cache-control"] == "no-store"
        assert response.headers["x-content-type-options"] == "nosniff"
        name = receipt["number"].replace("/", "-")
        assert response.headers["content-disposition"] == f'attachment; filename="{name}.{ending}"'
        verdict = checked(opened(response.content), keys_of(keys))
        assert verdict.whole
        assert verdict.attributed
        assert verdict.document["number"] == receipt["number"]
    if ending == "json":
        assert response.json() == receipt["jws"]


async def test_the_address_it_is_told_at_is_where_it_is(both: Pair, receipt: Any) -> None:
    path = receipt["pdfUrl"].removeprefix(SETTINGS.issuer)
    assert (await get(both.sender, path)).content.startswith(b"%PDF-1.7")


async def test_foreign_unknown_and_nonsense_are_one_answer(both: Pair, receipt: Any) -> None:
    outsider = await stranger(both.world)
    kpai = await both.world.as_(both.world.kpai, *Scope)
    clerk = await both.world.as_(both.sender.org, Scope.MOU_READ, Scope.HANDOFF_WRITE)
    mine = await both.at("ACCEPTED")
    for ending in ("pdf", "json"):
        answers = [
            await get(api, f"/receipts/{id}.{ending}")
            for api in (outsider, kpai, clerk)
            for id in (receipt["id"], unknown("receipt"), mine, "receipt_1", "x")
        ]
        assert {answer.status_code for answer in answers} == {404}
        assert len({answer.content for answer in answers}) == 1
        assert answers[0].json()["errors"][0]["extensions"] == {"code": "NOT_FOUND"}


async def test_without_a_good_token_there_is_nothing(both: Pair, receipt: Any) -> None:
    http, path = both.world.http, f"/receipts/{receipt['id']}.pdf"
    for header in ({}, {"authorization": "Basic YTpi"}, {"authorization": "Bearer x"}):
        answer = await http.get(path, headers=header)
        assert answer.status_code == 401
        assert answer.headers["www-authenticate"].startswith(("DPoP", "Bearer"))
        assert answer.json()["errors"][0]["extensions"]["code"] == "UNAUTHENTICATED"
    assert (await http.get(f"{path}?access_token={both.sender.token}")).status_code == 401
    assert (await http.post(path)).status_code == 405


async def test_a_bound_token_proves_its_key_for_this_very_address(both: Pair, receipt: Any) -> None:
    bound = await make(both.world, Scope.HANDOFF_READ)
    path = f"/receipts/{receipt['id']}.json"

    async def fetched(address: str) -> Response:
        proof = bound.prover.prove("GET", address, token=bound.token, nonce=bound.nonce)
        headers = {"authorization": f"DPoP {bound.token}", "dpop": proof}
        answer = await both.world.http.get(path, headers=headers)
        bound.nonce = answer.headers.get("dpop-nonce", bound.nonce)
        return answer

    if (await fetched(f"{SETTINGS.issuer}{path}")).status_code == 401:  # it must learn the nonce
        assert bound.nonce
    assert (await fetched(f"{SETTINGS.issuer}{path}")).status_code == 404  # let in; it is foreign
    for elsewhere in ("/graphql", "/receipts/receipt_1.json"):
        assert (await fetched(f"{SETTINGS.issuer}{elsewhere}")).status_code == 401
    as_bearer = {"authorization": f"Bearer {bound.token}"}
    assert (await both.world.http.get(path, headers=as_bearer)).status_code == 401
    assert isinstance(bound, Bound)


async def test_keys_are_for_everybody_and_hold_no_secret(both: Pair, receipt: Any) -> None:
    http = both.world.http
    everyones = await http.get("/receipts/keys", headers={"origin": "https://arsip.example"})
    assert everyones.headers["content-type"] == "application/jwk-set+json"
    assert everyones.headers["cache-control"] == "public, max-age=300"
    assert everyones.headers["access-control-allow-origin"] == "*"
    kids = {one["kid"]: one for one in everyones.json()["keys"]}
    for signer in json.loads(receipt["document"])["signers"]:
        known = kids[signer["kid"]]
        assert known["organisation"] == signer["organisation"]
        assert known.items() >= signer["jwk"].items()
        assert known.keys() == {"kty", "crv", "x", "y", "kid", "use", "alg", "organisation",
                                "created_at"}  # fmt: skip
    mine = await http.get(f"/organisations/{both.sender.org.gid}/keys")
    assert [one["organisation"] for one in mine.json()["keys"]] == [both.sender.org.gid]
    for nobody in (unknown("organisation"), receipt["id"], "x"):
        assert (await http.get(f"/organisations/{nobody}/keys")).json() == {"keys": []}


async def test_pages_for_many_do_not_hold_up_the_others(both: Pair, receipt: Any) -> None:
    """They are drawn beside the event loop; the answers are the same, whoever waits for whom."""
    path = f"/receipts/{receipt['id']}.pdf"
    answers = await asyncio.gather(*(get(both.sender, path) for _ in range(6)))
    assert {answer.status_code for answer in answers} == {200}


async def test_a_client_that_fetches_too_much_waits(world: World) -> None:
    settings = type(SETTINGS)(_env_file=None, **{**dict(SETTINGS), "rate_points_per_minute": 300})  # type: ignore[arg-type]
    both = await pair(world)
    receipt = await receipt_of(both.sender, await both.at("ACCEPTED"))
    async with World.open(world.database, world.operator, settings) as strict:
        fresh = await strict.as_(both.receiver.org)
        path = f"/receipts/{receipt['id']}.pdf"
        assert (await get(fresh, path)).status_code == 200
        later = await get(fresh, path)
        assert later.status_code == 429
        assert int(later.headers["retry-after"]) > 0
        assert later.json()["errors"][0]["extensions"]["code"] == "RATE_LIMITED"


async def test_a_client_that_was_shut_out_gets_nothing(both: Pair, receipt: Any) -> None:
    api = await both.world.as_(both.sender.org)
    path = f"/receipts/{receipt['id']}.json"
    assert (await get(api, path)).status_code == 200
    keeper = await both.world.as_(both.sender.org, Scope.CLIENT_WRITE, Scope.CLIENT_READ)
    [(id,)] = await both.world.sql(
        "select id from client where organisation_id = :org order by id desc offset 1 limit 1",
        org=both.sender.org.id,
    )
    await ok(
        keeper.mutate("disableClient", "$id: ID!", "... on Client { id }", id=f"client_{id.hex}")
    )
    assert (await get(api, path)).status_code == 401


async def test_it_stands_in_the_ledger_or_is_not_served(
    both: Pair, receipt: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The other side is told that it was taken out, and nobody gets it untold."""
    written = (
        "select p.owner_id, p.reader_id, p.kinds, p.items from ledger_part p"
        " join ledger_entry e on e.id = p.entry_id order by e.id desc limit 1"
    )
    path = f"/receipts/{receipt['id']}.pdf"
    mine, theirs = both.sender.org.id, both.receiver.org.id
    assert (await get(both.receiver, path)).status_code == 200
    [row] = await both.world.sql(written)
    assert (row.owner_id, row.reader_id, row.kinds) == (mine, theirs, ["EXPORTED"])
    [handoff] = await both.world.sql("select handoff_id from receipt where id = :id",
                                     id=uuid_of(receipt["id"]))  # fmt: skip
    assert row.items == [{"kind": "EXPORTED", "handoff": str(handoff.handoff_id)}]
    outsider = await stranger(both.world)
    assert (await get(outsider, path)).status_code == 404
    [row] = await both.world.sql(written)
    assert (row.owner_id, row.kinds) == (outsider.org.id, ["DENIED"])

    async def full(*_: object) -> None:
        raise OSError("no space left on device")

    monkeypatch.setattr(ledger, "append", full)
    answer = await get(both.receiver, path)
    assert answer.status_code == 503
    assert b"%PDF" not in answer.content
