"""Signing: every party, its own papers, the same hash; and what happens when two sign at once."""

import asyncio
import hashlib
from typing import Any

import pytest

from auth.scopes import Scope
from tests.covered import covers
from tests.scenes import day, expire, rewrite, stranger, unknown, uuid_of
from tests.unchanged import refused, unchanged
from tests.world import MOU, Api, World, clause, conclude, content, ok, proposed, signature

READ = """
query($id: ID!) { mou(id: $id) { status inForce version {
  number stage contentHash canonicalContent signedAt inForceFrom
  signatures { nodes { documentNumber signatoryName signatoryOffice delegationLetter contentHash
    organisation { id } } }
} events { nodes { kind actor { id } } } } }
"""


def sign(api: Api, id: str, hash: str, **change: Any) -> Any:
    return api.mutate(
        "signMou", "$id: ID!, $input: MouSignatureInput!", MOU, id=id,
        input=signature(hash, **change),
    )  # fmt: skip


async def read(api: Api, id: str) -> dict[str, Any]:
    found: dict[str, Any] = (await api.data(READ, id=id))["mou"]
    return found


async def approve(api: Api, mou: dict[str, Any]) -> None:
    hash = (await read(api, mou["id"]))["version"]["contentHash"]
    await ok(
        api.mutate(
            "approveMou", "$id: ID!, $contentHash: String!", MOU, id=mou["id"], contentHash=hash
        )
    )


async def ready(world: World, parties: int = 2, **change: Any) -> tuple[str, str, list[Api]]:
    """An agreement every party has approved: its id, its hash, and the parties' clients."""
    orgs = [await world.org() for _ in range(parties)]
    apis = [await world.as_(org) for org in orgs]
    body = content(orgs, [clause(orgs[0], orgs[1])], **change)
    mou = await ok(proposed(apis[0], body))
    await ok(apis[0].mutate("submitMou", "$id: ID!", MOU, id=mou["id"]))
    for api in apis[1:]:
        await approve(api, mou)
    return mou["id"], (await read(apis[0], mou["id"]))["version"]["contentHash"], apis


@covers("signMou mou", "success")
async def test_the_last_of_five_signatures_concludes_it(world: World) -> None:
    id, hash, apis = await ready(world, 5)

    for number, api in enumerate(apis, 1):
        mou = await ok(sign(api, id, hash, documentNumber=f"{number}/NK"))
        assert mou["status"] == ("REVIEW" if number < 5 else "ACTIVE")
        assert mou["inForce"] == (number == 5)

    version = (await read(apis[2], id))["version"]
    assert version["stage"] == "SIGNED"
    assert version["signedAt"]
    assert version["inForceFrom"] == day(0)
    signed = version["signatures"]["nodes"]
    assert [s["documentNumber"] for s in signed] == [f"{n}/NK" for n in range(1, 6)]
    assert [s["organisation"]["id"] for s in signed] == [api.org.gid for api in apis]
    assert {s["contentHash"] for s in signed} == {hash}
    events = (await read(apis[4], id))["events"]["nodes"]
    assert [e["kind"] for e in events][-6:] == ["SIGNED"] * 5 + ["CONCLUDED"]


@covers("signMou", "success")
async def test_the_scope_to_sign_is_enough_to_sign(world: World) -> None:
    id, hash, (one, other) = await ready(world)
    signer = await world.as_(one.org, Scope.MOU_READ, Scope.MOU_SIGN)
    await ok(sign(other, id, hash))
    assert (await ok(sign(signer, id, hash)))["status"] == "ACTIVE"


async def test_every_party_reads_the_same_content_and_hash(world: World) -> None:
    id, hash, apis = await ready(world, 3, title="Kerja sama “uji” 🤝 — مذكرة تفاهم")

    texts = {(await read(api, id))["version"]["canonicalContent"] for api in apis}

    [text] = texts
    assert "sha256:" + hashlib.sha256(text.encode()).hexdigest() == hash
    assert "Kerja sama “uji” 🤝 — مذكرة تفاهم" in text


@covers("signMou", "success", "refusal")
async def test_whoever_is_not_the_head_names_a_letter_of_delegation(world: World) -> None:
    id, hash, (one, _) = await ready(world)
    for letter in (None, "", "  "):
        attempt = sign(one, id, hash, signatoryIsHead=False, delegationLetter=letter)
        await refused(world, attempt, "DELEGATION_LETTER_REQUIRED", "input.delegationLetter")

    await ok(sign(one, id, hash, signatoryIsHead=False, delegationLetter="SK-7/2026"))

    [signed] = (await read(one, id))["version"]["signatures"]["nodes"]
    assert signed["delegationLetter"] == "SK-7/2026"


async def test_the_head_may_leave_the_letter_blank(world: World) -> None:
    id, hash, (one, other) = await ready(world)
    await ok(sign(one, id, hash, delegationLetter="  "))
    await ok(sign(other, id, hash, delegationLetter="SK-8/2026"))
    letters = [
        s["delegationLetter"] for s in (await read(one, id))["version"]["signatures"]["nodes"]
    ]
    assert letters == [None, "SK-8/2026"]


@pytest.mark.parametrize("field", ["documentNumber", "signatoryName", "signatoryOffice"])
@covers("signMou", "refusal")
async def test_a_signature_is_complete(world: World, field: str) -> None:
    id, hash, (one, _) = await ready(world)
    blank = sign(one, id, hash, **{field: "   "})
    await refused(world, blank, "BAD_INPUT", f"input.{field}")
    long = sign(one, id, hash, **{field: "x" * 201})
    await refused(world, long, "TOO_LONG", f"input.{field}")
    await ok(sign(one, id, hash, **{field: "x" * 200}))


@covers("signMou", "refusal")
async def test_nobody_signs_before_all_approved(world: World) -> None:
    orgs = [await world.org(), await world.org(), await world.org()]
    one, other, third = [await world.as_(org) for org in orgs]
    mou = await ok(proposed(one, content(orgs)))
    hash = (await read(one, mou["id"]))["version"]["contentHash"]
    await refused(world, sign(one, mou["id"], hash), "WRONG_STATE", "id")
    await ok(one.mutate("submitMou", "$id: ID!", MOU, id=mou["id"]))
    await approve(other, mou)
    for api in (one, other, third):
        await refused(world, sign(api, mou["id"], hash), "NOT_APPROVED", None)
    await approve(third, mou)
    await ok(sign(third, mou["id"], hash))


@covers("signMou", "refusal")
async def test_one_signs_what_one_has_read_and_once(world: World) -> None:
    id, hash, (one, other) = await ready(world)
    await refused(world, sign(one, id, "sha256:0"), "CONTENT_CHANGED", "input.contentHash")
    await ok(sign(one, id, hash))
    await refused(world, sign(one, id, hash), "ALREADY_SIGNED", None)
    await ok(sign(other, id, hash))
    await refused(world, sign(other, id, hash), "WRONG_STATE", "id")


@covers("signMou", "refusal")
async def test_what_has_ended_meanwhile_is_not_signed(world: World) -> None:
    id, hash, (one, _) = await ready(world)
    await expire(world, id)
    await refused(world, sign(one, id, hash), "DATES_INVERTED", "validUntil")


@covers("signMou", "stranger")
async def test_a_stranger_signs_nothing(world: World) -> None:
    id, hash, _ = await ready(world)
    outsider = await stranger(world)
    for known in (id, unknown("mou")):
        await refused(world, sign(outsider, known, hash), "NOT_FOUND", "id")


async def test_after_the_first_signature_the_content_stays(world: World) -> None:
    id, hash, (one, other) = await ready(world)
    await ok(sign(other, id, hash))
    body = content([one.org, other.org], title="Lain")
    attempt = one.mutate("reviseMou", "$id: ID!, $input: MouInput!", MOU, id=id, input=body)
    await refused(world, attempt, "WRONG_STATE", "id")


@pytest.mark.parametrize("first", [1, 40])
async def test_signed_before_its_first_day_it_is_not_yet_in_force(world: World, first: int) -> None:
    id, hash, (one, other) = await ready(world, validFrom=day(first))
    await ok(sign(one, id, hash))
    mou = await ok(sign(other, id, hash))
    assert (mou["status"], mou["inForce"]) == ("SIGNED", False)
    assert (await read(one, id))["version"]["inForceFrom"] == day(first)
    moved = "update mou_version set in_force_from = access.today() where mou_id = :id"
    await rewrite(world, moved, id=uuid_of(id))
    assert (await read(one, id))["status"] == "SIGNED"  # it counts, but its first day is to come
    moved = "update mou_version set valid_from = access.today() where mou_id = :id"
    await rewrite(world, moved, id=uuid_of(id))
    assert (await read(one, id))["status"] == "ACTIVE"


async def test_it_takes_effect_on_the_day_the_paper_says(world: World) -> None:
    id, hash, (one, other) = await ready(world, validFrom=day(-9), takesEffectOn=day(3))
    await ok(sign(one, id, hash))
    assert (await ok(sign(other, id, hash)))["status"] == "SIGNED"
    assert (await read(one, id))["version"]["inForceFrom"] == day(3)


async def test_the_last_two_sign_at_once_and_it_is_concluded_once(world: World) -> None:
    for _ in range(4):
        id, hash, (one, other, third) = await ready(world, 3)
        await ok(sign(one, id, hash))

        answers = await asyncio.gather(sign(other, id, hash), sign(third, id, hash))

        assert sorted(a["status"] for a in answers) == ["ACTIVE", "REVIEW"]
        seen = await read(one, id)
        assert [e["kind"] for e in seen["events"]["nodes"]].count("CONCLUDED") == 1
        assert len(seen["version"]["signatures"]["nodes"]) == 3
        assert seen["status"] == "ACTIVE"


async def test_a_party_that_signs_twice_at_once_signs_once(world: World) -> None:
    id, hash, (one, _) = await ready(world)

    answers = await asyncio.gather(*(sign(one, id, hash) for _ in range(4)))

    assert [a["__typename"] for a in answers].count("Mou") == 1
    codes = {a["code"] for a in answers if a["__typename"] == "Refused"}
    assert codes <= {"ALREADY_SIGNED", "CHANGED_MEANWHILE"}
    assert len((await read(one, id))["version"]["signatures"]["nodes"]) == 1


async def test_signing_and_revising_at_once_one_of_them_wins(world: World) -> None:
    for _ in range(4):
        id, hash, (one, other) = await ready(world)
        body = content([one.org, other.org], title="Diubah")
        revision = one.mutate("reviseMou", "$id: ID!, $input: MouInput!", MOU, id=id, input=body)

        signed, revised = await asyncio.gather(sign(other, id, hash), revision)

        version = (await read(one, id))["version"]
        if signed["__typename"] == "Refused":
            assert signed["code"] in ("CONTENT_CHANGED", "CHANGED_MEANWHILE")
            assert revised["__typename"] == "Mou"
            assert version["signatures"]["nodes"] == []
        else:
            assert revised["code"] in ("WRONG_STATE", "CHANGED_MEANWHILE")
            assert [s["contentHash"] for s in version["signatures"]["nodes"]] == [hash]
            assert version["contentHash"] == hash


async def test_withdrawing_and_the_last_signature_at_once_one_of_them_wins(world: World) -> None:
    for _ in range(4):
        id, hash, (one, other) = await ready(world)
        await ok(sign(one, id, hash))
        withdrawal = one.mutate(
            "withdrawMou", "$id: ID!, $reason: String!", MOU, id=id, reason="Batal"
        )

        answers = await asyncio.gather(sign(other, id, hash), withdrawal)

        assert sorted(a["__typename"] for a in answers) == ["Mou", "Refused"]
        [won] = [a["status"] for a in answers if a["__typename"] == "Mou"]
        assert (await read(one, id))["status"] == won


async def test_reading_it_changes_nothing(world: World) -> None:
    orgs = [await world.org(), await world.org()]
    apis = [await world.as_(org) for org in orgs]
    mou = await ok(proposed(apis[0], content(orgs)))
    await conclude(mou, *apis)
    async with unchanged(world):
        await read(apis[1], mou["id"])
