"""The hash that is signed: any change of content changes it, and nothing else does."""

import hashlib
import json
from typing import Any

import pytest_asyncio

from tests.scenes import day
from tests.world import Api, Org, World, clause, content, ok, proposed

READ = """
query($id: ID!) { mou(id: $id) { version { contentHash canonicalContent number instrument } } }
"""


@pytest_asyncio.fixture(scope="module")
async def orgs(world: World) -> list[Org]:
    return [await world.org() for _ in range(3)]


@pytest_asyncio.fixture(scope="module")
async def api(world: World, orgs: list[Org]) -> Api:
    return await world.as_(orgs[0])


async def version(api: Api, id: str) -> dict[str, Any]:
    found: dict[str, Any] = (await api.data(READ, id=id))["mou"]["version"]
    assert (
        found["contentHash"]
        == "sha256:" + hashlib.sha256(found["canonicalContent"].encode()).hexdigest()
    )
    return found


def revise(api: Api, id: str, body: dict[str, Any]) -> Any:
    return api.mutate(
        "reviseMou", "$id: ID!, $input: MouInput!", "... on Mou { id }", id=id, input=body
    )


def changes(orgs: list[Org]) -> dict[str, dict[str, Any]]:
    one, other, third = orgs
    return {
        "title": {"title": "Lain"},
        "purpose": {"purpose": "Lain"},
        "scope": {"scope": "Lain"},
        "valid_from": {"validFrom": day(-29)},
        "valid_until": {"validUntil": day(364)},
        "takes_effect_on": {"takesEffectOn": day(0)},
        "notice_days": {"noticeDays": 1},
        "obligations": {"obligations": "Lain"},
        "confidentiality": {"confidentiality": "Lain"},
        "evaluation": {"evaluation": "Lain"},
        "disputes": {"disputes": "Lain"},
        "extension": {"extension": "Lain"},
        "termination": {"termination": "Lain"},
        "order of parties": {"parties": [{"organisationId": o.gid} for o in (other, one, third)]},
        "fewer parties": {"parties": [{"organisationId": o.gid} for o in (one, other)]},
        "branches": {
            "parties": [
                {"organisationId": o.gid, "coversBranches": o is third} for o in (one, other, third)
            ]
        },
        "no clauses": {"clauses": []},
        "category": {"clauses": [clause(one, other, "INCIDENT", "LEGAL")]},
        "direction": {"clauses": [clause(other, one)]},
        "role": {"clauses": [clause(one, other, caseRoles=["WITNESS"])]},
        "purposes": {"clauses": [clause(one, other, purposes=["PROTECTION"])]},
        "retention": {"clauses": [clause(one, other, retentionDays=1)]},
        "onward": {"clauses": [clause(one, other, onwardSharing=True)]},
        "basis": {"clauses": [clause(one, other, legalBasis="Lain")]},
        "period": {"clauses": [clause(one, other, validUntil=day(1))]},
    }


async def test_every_change_of_content_changes_the_hash(api: Api, orgs: list[Org]) -> None:
    body = content(orgs, [clause(orgs[0], orgs[1])])
    mou = await ok(proposed(api, body))
    original = (await version(api, mou["id"]))["contentHash"]
    seen = {original}
    for name, change in changes(orgs).items():
        await ok(revise(api, mou["id"], body | change))
        hash = (await version(api, mou["id"]))["contentHash"]
        assert hash not in seen, name
        seen.add(hash)
    await ok(revise(api, mou["id"], body))
    assert (await version(api, mou["id"]))["contentHash"] == original


async def test_the_order_inside_a_clause_does_not_matter(api: Api, orgs: list[Org]) -> None:
    body = content(orgs, [clause(orgs[0], orgs[1], "LEGAL", "HEALTH")])
    mou = await ok(proposed(api, body))
    hash = (await version(api, mou["id"]))["contentHash"]
    turned = [clause(orgs[0], orgs[1], "HEALTH", "LEGAL")]
    await ok(revise(api, mou["id"], body | {"clauses": turned}))
    assert (await version(api, mou["id"]))["contentHash"] == hash


async def test_two_agreements_of_the_same_content_have_different_hashes(
    api: Api, orgs: list[Org]
) -> None:
    hashes = set()
    for _ in range(2):
        mou = await ok(proposed(api, content(orgs)))
        hashes.add((await version(api, mou["id"]))["contentHash"])
    assert len(hashes) == 2


async def test_the_canonical_form_is_sorted_minimal_json(api: Api, orgs: list[Org]) -> None:
    odd = 'kontrol \x01\x1f \x7f \u2028 "kutip" \\ / 😀 ﷽'
    mou = await ok(proposed(api, content(orgs, [clause(orgs[0], orgs[1])], purpose=odd)))
    text = (await version(api, mou["id"]))["canonicalContent"]

    parsed = json.loads(text)

    assert parsed["purpose"] == odd
    assert list(parsed) == sorted(parsed)
    assert parsed["parties"][0] == {"organisation": str(orgs[0].id), "covers_branches": False}
    # RFC 8785: control characters as \u00xx in lower case, everything else as it is.
    assert r"kontrol \u0001\u001f " + '\x7f \u2028 \\"kutip\\" \\\\ / 😀 ﷽' in text
    assert json.dumps(parsed, ensure_ascii=False, separators=(",", ":")) == text
