"""Keys of receipts: those organisations keep themselves, and those that are not what they seem."""

import json
from typing import Any

import pytest
import pytest_asyncio
from joserfc.jwk import ECKey, OKPKey

from tests.covered import covers
from tests.receipts import OF_MOU, compact, published, receipt_of, register, sign, verified
from tests.scenes import Pair, pair, stranger, unknown
from tests.unchanged import refused, unchanged
from tests.world import World, conclude, content, ok, proposed, step


@pytest_asyncio.fixture(scope="module")
async def both(world: World) -> Pair:
    return await pair(world, "INCIDENT", "IDENTITY", "HEALTH")


@covers("registerReceiptKey signReceipt", "success")
@pytest.mark.parametrize("kind", ["ES256", "Ed25519"])
async def test_an_organisation_that_keeps_its_key_signs_afterwards(world: World, kind: str) -> None:
    both = await pair(world)
    key: Any = OKPKey.generate_key("Ed25519") if kind == "Ed25519" else ECKey.generate_key("P-256")
    made = await ok(register(both.receiver, key))
    assert made == {"__typename": "ReceiptKey", "kid": key.thumbprint(), "custodial": False,
                    "retiredAt": None, "organisation": {"id": both.receiver.org.gid}}  # fmt: skip
    receipt = await receipt_of(both.sender, await both.at("ACCEPTED"))
    assert not receipt["complete"]
    assert [s["organisation"]["name"] for s in receipt["signatures"]] == [both.sender.org.name]
    assert [f.fault for f in (await verified(world, receipt)).findings] == ["MISSING_SIGNATURE"]

    jws = compact(key, receipt["document"], iat=1_790_000_000)
    detached = "..".join(jws.split(".")[::2])
    signed = await ok(sign(both.receiver, receipt["id"], detached))

    assert signed["complete"]
    assert signed["document"] == receipt["document"]
    verdict = await verified(world, signed)
    assert verdict.whole
    assert verdict.signed[1].at.timestamp() == 1_790_000_000
    await refused(world, sign(both.receiver, receipt["id"], jws), "ALREADY_SIGNED", "id")


@covers("signReceipt", "refusal")
async def test_only_a_sound_signature_by_the_named_key_is_taken(world: World) -> None:
    both = await pair(world)
    key, other = ECKey.generate_key("P-256"), ECKey.generate_key("P-256")
    await ok(register(both.receiver, key))
    receipt = await receipt_of(both.sender, await both.at("ACCEPTED"))
    document = receipt["document"]
    sound = compact(key, document)
    protected, payload, signature = sound.split(".")
    for wrong in (
        "", ".", "..", "a.b.c", "é..é", sound + ".", protected + "." + payload,
        compact(other, document), compact(other, document, kid=key.thumbprint()),
        compact(key, document + " "), compact(key, document, typ="JWT"),
        f"{protected}..{signature[:-2]}AA", f"{protected}..", compact(key, document, iat="now"),
        f"{compact(key, document + ' ').split('.')[0]}..{signature}x",
    ):  # fmt: skip
        await refused(world, sign(both.receiver, receipt["id"], wrong), "SIGNATURE_REFUSED", "jws")
    await refused(world, sign(both.receiver, receipt["id"], "x" * 200_001), "TOO_LONG", "jws")
    await refused(world, sign(both.receiver, "receipt_x", sound), "BAD_INPUT", "id")
    await refused(world, sign(both.sender, receipt["id"], sound), "ALREADY_SIGNED", "id")
    await ok(register(both.receiver, other))  # the named key is retired, and signs nothing more
    await refused(world, sign(both.receiver, receipt["id"], sound), "SIGNATURE_REFUSED", "jws")


@covers("signReceipt registerReceiptKey", "stranger")
async def test_a_stranger_signs_nothing(both: Pair) -> None:
    world = both.world
    receipt = await receipt_of(both.sender, await both.at("ACCEPTED"))
    outsider = await stranger(world)
    key = ECKey.generate_key("P-256")
    await ok(register(outsider, key))  # of its own, and nobody else's
    jws = compact(key, receipt["document"])
    for id in (receipt["id"], unknown("receipt")):
        await refused(world, sign(outsider, id, jws), "NOT_FOUND", "id")
    keys = await published(world, f"/organisations/{both.sender.org.gid}/keys")
    assert key.thumbprint() not in {one["kid"] for one in keys["keys"]}


async def test_who_is_covered_by_an_agreement_sees_its_receipt_and_does_not_sign(
    world: World,
) -> None:
    above, partner = await world.org("POLICE_PPA"), await world.org()
    below = await world.org("POLICE_PPA", above)
    apis = [await world.as_(above), await world.as_(partner)]
    body = content([above, partner])
    body["parties"][0]["coversBranches"] = True
    mou = await conclude(await ok(proposed(apis[0], body)), *apis)
    branch = await world.as_(below)
    receipt = (await branch.data(OF_MOU, id=mou["id"]))["mou"]["version"]["receipt"]
    assert receipt["complete"]
    await refused(world, sign(branch, receipt["id"], "a..b"), "WRONG_SIDE", "id")


@covers("registerReceiptKey", "refusal")
async def test_a_key_is_public_of_a_kind_we_take_and_nobodys_yet(world: World) -> None:
    api = await world.as_(await world.org())
    key = ECKey.generate_key("P-256")
    for wrong in (
        key.as_dict(private=True), {"kty": "oct", "k": "AAAA"}, {}, {"kty": "EC"},
        ECKey.generate_key("P-521").as_dict(private=False),
        key.as_dict(private=False) | {"use": "enc"},
        OKPKey.generate_key("X25519").as_dict(private=False),
    ):  # fmt: skip
        await refused(world, register(api, wrong), "KEY_REFUSED", "jwk")
    await ok(register(api, key))
    await refused(world, register(api, key), "DUPLICATE", "jwk")
    other = await world.as_(await world.org())
    await refused(world, register(other, key), "DUPLICATE", "jwk")


async def test_a_key_before_goes_on_verifying(world: World) -> None:
    both = await pair(world)
    receipt = await receipt_of(both.sender, await both.at("ACCEPTED"))
    await ok(register(both.sender, ECKey.generate_key("P-256")))
    assert (await verified(world, receipt)).whole
    keys = (await published(world, f"/organisations/{both.sender.org.gid}/keys"))["keys"]
    assert ["retired_at" in one for one in keys] == [True, False]
    later = await receipt_of(both.receiver, await both.at("ACCEPTED"))
    assert not later["complete"]


async def test_a_key_that_does_not_open_signs_nothing_and_nothing_is_accepted(world: World) -> None:
    both = await pair(world)
    id = await both.at("RECEIVED")
    mine, theirs = both.sender.org.id, both.receiver.org.id
    spoiled = (
        ("update organisation_key set sealed = 'x' where organisation_id = :id", mine),
        ("update organisation_key set sealed = (select sealed from organisation_key"
         " where organisation_id <> :id and sealed is not null limit 1)"
         " where organisation_id = :id", theirs),
        ("update organisation_key set attested = repeat('0', 64) where organisation_id = :id",
         mine),
    )  # fmt: skip
    for change, org in spoiled:
        [was] = await world.sql(
            "select sealed, attested from organisation_key where organisation_id = :id", id=org
        )
        await world.sql(change, id=org)
        async with unchanged(world):
            answer = await both.receiver.ask(
                "mutation($id: ID!) { acceptHandoff(id: $id) { __typename } }", id=id
            )
        assert answer.codes == ["DAMAGED"]
        await world.sql(
            "update organisation_key set sealed = :sealed, attested = :attested"
            " where organisation_id = :id", id=org, sealed=was.sealed, attested=was.attested,
        )  # fmt: skip
    assert (await ok(step(both.receiver, "acceptHandoff", id)))["status"] == "ACCEPTED"


async def test_a_key_that_was_planted_is_not_published(world: World) -> None:
    org = await world.org()
    key = ECKey.generate_key("P-256")
    await world.sql(
        "insert into organisation_key (id, organisation_id, kid, jwk, attested)"
        " values (gen_random_uuid(), :id, :kid, cast(:jwk as jsonb), repeat('0', 64))",
        id=org.id, kid=key.thumbprint(), jwk=json.dumps(key.as_dict(private=False)),
    )  # fmt: skip
    assert (await published(world, f"/organisations/{org.gid}/keys")) == {"keys": []}
    kids = {one["kid"] for one in (await published(world))["keys"]}
    assert key.thumbprint() not in kids
