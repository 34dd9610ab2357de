"""Organisations: the directory, KPAI's keeping of it, and what moves with them."""

import asyncio
from typing import Any

import pytest
import pytest_asyncio

from auth.scopes import Scope
from tests.covered import covers
from tests.scenes import Pair, pair, stranger, take, unknown
from tests.unchanged import refused, unchanged
from tests.world import (
    EVERY_SCOPE,
    HANDOFF,
    Api,
    Org,
    World,
    case,
    clause,
    conclude,
    content,
    ok,
    proposed,
    sent,
)

ORG = "... on Organisation { id type name shortName regionCode dissolvedAt parent { id } }"
LIST = """
query($filter: OrganisationFilter) {
  organisations(filter: $filter, first: 100) { totalCount nodes { name } }
}
"""
ONE = "query($id: ID!) { organisation(id: $id) { id name parent { id } branches { totalCount } } }"


@pytest_asyncio.fixture(scope="module")
async def keeper(world: World) -> Api:
    """KPAI, which keeps the directory."""
    return await world.as_(world.kpai, *EVERY_SCOPE)


def register(api: Api, **change: Any) -> Any:
    given = {"type": "UPTD_PPA", "name": "UPTD PPA Contoh"} | change
    types = "$input: OrganisationInput!"
    return api.mutate("registerOrganisation", types, ORG, input=given)


def change(api: Api, id: str, **given: Any) -> Any:
    types = "$id: ID!, $input: OrganisationChangeInput!"
    return api.mutate("changeOrganisation", types, ORG, id=id, input=given)


def dissolve(api: Api, id: str) -> Any:
    return api.mutate("dissolveOrganisation", "$id: ID!", ORG, id=id)


@covers("registerOrganisation organisation", "success")
async def test_kpai_registers_a_partner_that_everyone_finds(world: World, keeper: Api) -> None:
    polda = await world.org("POLICE_PPA")

    made = await ok(
        register(
            keeper, type="POLICE_PPA", name=" Polres Contoh ", shortName="Polres",
            regionCode="32.73", parentId=polda.gid,
        )
    )  # fmt: skip

    assert made | {"id": 0, "__typename": 0} == {
        "__typename": 0, "id": 0, "type": "POLICE_PPA", "name": "Polres Contoh",
        "shortName": "Polres", "regionCode": "32.73", "dissolvedAt": None,
        "parent": {"id": polda.gid},
    }  # fmt: skip
    partner = await stranger(world)
    assert (await partner.data(ONE, id=made["id"]))["organisation"]["name"] == "Polres Contoh"
    above = (await partner.data(ONE, id=polda.gid))["organisation"]
    assert above["branches"]["totalCount"] == 1


@pytest.mark.parametrize(
    ("given", "code", "field"),
    [
        ({"name": ""}, "BAD_INPUT", "input.name"),
        ({"name": "x" * 201}, "TOO_LONG", "input.name"),
        ({"shortName": "x" * 61}, "TOO_LONG", "input.shortName"),
        ({"type": "PIRATES"}, "UNKNOWN_CODE", "input.type[0]"),
        ({"type": "KPAI"}, "DUPLICATE", "input.type"),
        ({"regionCode": "3"}, "BAD_INPUT", "input.regionCode"),
        ({"regionCode": "32.73\n"}, "BAD_INPUT", "input.regionCode"),
        ({"regionCode": "٣٢"}, "BAD_INPUT", "input.regionCode"),
        ({"parentId": "x"}, "BAD_INPUT", "input.parentId"),
        ({"parentId": unknown("organisation")}, "NOT_FOUND", "input.parentId"),
    ],
)
@covers("registerOrganisation", "refusal")
async def test_refused_registrations(
    world: World, keeper: Api, given: dict[str, Any], code: str, field: str
) -> None:
    await refused(world, register(keeper, **given), code, field)


@covers("registerOrganisation changeOrganisation dissolveOrganisation", "refusal", "stranger")
async def test_only_kpai_keeps_the_directory(world: World) -> None:
    org = await world.org()
    for other in (org, await world.org("KPAD"), await world.org("MINISTRY")):
        pretender = await world.as_(other, *EVERY_SCOPE)
        await refused(world, register(pretender), "KPAI_ONLY", None)
        for id in (org.gid, unknown("organisation")):
            await refused(world, change(pretender, id, name="Lain"), "KPAI_ONLY", None)
            await refused(world, dissolve(pretender, id), "KPAI_ONLY", None)


async def test_kpai_needs_the_scope(world: World) -> None:
    api = await world.as_(world.kpai)
    async with unchanged(world):
        answer = await api.ask('mutation { dissolveOrganisation(id: "x") { __typename } }')
    assert (answer.status, answer.codes) == (403, ["MISSING_SCOPE"])


@covers("changeOrganisation", "success")
async def test_what_is_left_out_of_a_change_stays(world: World, keeper: Api) -> None:
    made = await ok(register(keeper, shortName="UPTD", regionCode="31.71"))
    changed = await ok(change(keeper, made["id"], name="UPTD PPA Baru"))
    assert changed == made | {"name": "UPTD PPA Baru"}
    changed = await ok(change(keeper, made["id"], shortName="", regionCode="32"))
    assert (changed["shortName"], changed["regionCode"]) == (None, "32")
    async with unchanged(world):
        assert await ok(change(keeper, made["id"])) == changed


@covers("changeOrganisation", "refusal")
async def test_refused_changes(world: World, keeper: Api) -> None:
    org, gone = await world.org(), await world.org()
    await ok(dissolve(keeper, gone.gid))
    for given, code, field in [
        ({"name": " "}, "BAD_INPUT", "input.name"),
        ({"name": "x" * 201}, "TOO_LONG", "input.name"),
        ({"regionCode": "x"}, "BAD_INPUT", "input.regionCode"),
        ({"parentId": "x"}, "BAD_INPUT", "input.parentId"),
        ({"parentId": unknown("organisation")}, "NOT_FOUND", "input.parentId"),
        ({"parentId": gone.gid}, "ORGANISATION_DISSOLVED", "input.parentId"),
        ({"parentId": org.gid}, "BAD_INPUT", "input.parentId"),
    ]:
        await refused(world, change(keeper, org.gid, **given), code, field)
    missing = change(keeper, unknown("organisation"), name="x")
    await refused(world, missing, "NOT_FOUND", "id")


@covers("changeOrganisation", "refusal")
async def test_no_organisation_comes_to_stand_under_itself(world: World, keeper: Api) -> None:
    top = await world.org()
    middle = await world.org(parent=top)
    bottom = await world.org(parent=middle)
    for below in (top, middle, bottom):
        attempt = change(keeper, top.gid, parentId=below.gid)
        await refused(world, attempt, "BAD_INPUT", "input.parentId")


async def length_of_path(world: World, *orgs: Org) -> list[int]:
    ids = [org.id for org in orgs]
    found = await world.sql(
        "select cardinality(path) from organisation where id = any (:ids) order by 1", ids=ids
    )
    return [length for (length,) in found]


@pytest.mark.parametrize("deep", [False, True])
async def test_two_moves_at_once_make_no_circle(world: World, keeper: Api, deep: bool) -> None:
    for _ in range(4):
        one, other = await world.org(), await world.org()
        orgs = below = [one, other]
        if deep:
            below = [await world.org(parent=one), await world.org(parent=other)]
            orgs = [one, other, *below]

        answers = await asyncio.gather(
            change(keeper, one.gid, parentId=below[1].gid),
            change(keeper, other.gid, parentId=below[0].gid),
        )

        assert sorted(a["__typename"] for a in answers) == ["Organisation", "Refused"]
        assert await length_of_path(world, *orgs) == ([1, 2, 3, 4] if deep else [1, 2])


async def test_whoever_is_registered_under_one_that_moves_moves_with_it(
    world: World, keeper: Api
) -> None:
    for _ in range(4):
        top, middle = await world.org(), await world.org()
        bottom = await world.org(parent=middle)
        answers = await asyncio.gather(
            change(keeper, middle.gid, parentId=top.gid), register(keeper, parentId=bottom.gid)
        )
        assert [answer["__typename"] for answer in answers] == ["Organisation"] * 2
        below = (await keeper.data(LIST, filter={"under": top.gid}))["organisations"]
        assert below["totalCount"] == 3


async def test_moving_a_subtree_changes_what_covers_it_at_once(world: World, keeper: Api) -> None:
    mabes, other, uptd = [await world.org("POLICE_PPA") for _ in range(3)]
    polda = await world.org("POLICE_PPA", parent=mabes)
    polres = await world.org("POLICE_PPA", parent=polda)
    wide = await _wide(world, uptd, mabes)
    sender, branch = await world.as_(uptd), await world.as_(polres)
    id = await sent(sender, polres, wide)
    both = Pair(world, sender, branch, wide)
    assert await both.bodies(branch, id) == ["Isi bagian incident."]

    await ok(change(keeper, polda.gid, parentId=other.gid))

    assert await both.bodies(branch, id) == ["NOT_COVERED"]
    attempt = sender.mutate(
        "sendHandoff", "$input: HandoffInput!", HANDOFF, input=case(polres, wide)
    )
    await refused(world, attempt, "NOT_A_PARTY", "input.mouId")
    await refused(world, take(branch, "acceptHandoff", id), "NOT_A_PARTY", "id")
    assert (await branch.data("{ mous { totalCount } }"))["mous"]["totalCount"] == 0

    await ok(change(keeper, polda.gid, parentId=mabes.gid))

    assert await both.bodies(branch, id) == ["Isi bagian incident."]


async def _wide(world: World, uptd: Org, mabes: Org) -> str:
    """An agreement with the police that covers everything under it."""
    parties = [{"organisationId": uptd.gid}, {"organisationId": mabes.gid, "coversBranches": True}]
    head = await world.as_(uptd)
    body = content([uptd, mabes], [clause(uptd, mabes)]) | {"parties": parties}
    mou = await ok(proposed(head, body))
    await conclude(mou, head, await world.as_(mabes))
    return str(mou["id"])


@covers("dissolveOrganisation", "success")
async def test_a_dissolved_organisations_tokens_stop_at_once(world: World, keeper: Api) -> None:
    both = await pair(world)
    id = (await both.send())["id"]

    gone = await ok(dissolve(keeper, both.receiver.org.gid))

    assert gone["dissolvedAt"]
    for document in (
        "{ viewer { clientId } }",
        "{ viewer { organisation { id } } }",
        "{ handoffs { totalCount } mous { totalCount } }",
        f'mutation {{ acceptHandoff(id: "{id}") {{ __typename }} }}',
    ):
        async with unchanged(world):
            answer = await both.receiver.ask(document)
        assert (answer.status, set(answer.codes)) == (401, {"UNAUTHENTICATED"}), document
    assert await both.bodies(both.sender, id) == ["Isi bagian incident."]
    await refused(world, both.write("sendHandoff"), "ORGANISATION_DISSOLVED", "input.receiverId")


@covers("dissolveOrganisation", "refusal")
async def test_what_is_not_dissolved(world: World, keeper: Api) -> None:
    org = await world.org()
    await ok(dissolve(keeper, org.gid))
    await refused(world, dissolve(keeper, org.gid), "WRONG_STATE", "id")
    await refused(world, dissolve(keeper, world.kpai.gid), "WRONG_STATE", "id")
    await refused(world, dissolve(keeper, unknown("organisation")), "NOT_FOUND", "id")
    await refused(world, dissolve(keeper, unknown("mou")), "BAD_INPUT", "id")


@pytest_asyncio.fixture(scope="module")
async def tree(world: World, keeper: Api) -> Org:
    """A small directory of its own, under one organisation."""
    top = await world.org(name="Pohon")
    names = [
        ("SCHOOL", "SD 50% Maju", "SD50", "31", False),
        ("SCHOOL", "smp _harapan_", None, "31.71", False),
        ("HOSPITAL", "RS Sehat", "RSS", "32", False),
        ("COURT", "PN Lama", None, "31.72", True),
    ]
    for type, name, short, region, gone in names:
        org = await world.org(type, parent=top, name=name, short_name=short, region_code=region)
        if gone:
            await ok(dissolve(keeper, org.gid))
    return top


@pytest.mark.parametrize(
    ("filter", "expected"),
    [
        ({}, ["RS Sehat", "SD 50% Maju", "smp _harapan_"]),
        ({"types": ["SCHOOL"]}, ["SD 50% Maju", "smp _harapan_"]),
        ({"types": ["SCHOOL", "COURT"]}, ["SD 50% Maju", "smp _harapan_"]),
        ({"types": ["COURT"], "includeDissolved": True}, ["PN Lama"]),
        ({"types": []}, []),
        ({"regionCode": "31"}, ["SD 50% Maju", "smp _harapan_"]),
        ({"regionCode": "31.71"}, ["smp _harapan_"]),
        ({"regionCode": "31", "includeDissolved": True},
         ["PN Lama", "SD 50% Maju", "smp _harapan_"]),
        ({"name": "sehat"}, ["RS Sehat"]),
        ({"name": "rss"}, ["RS Sehat"]),
        ({"name": "%"}, ["SD 50% Maju"]),
        ({"name": "_"}, ["smp _harapan_"]),
        ({"name": "' or 1=1"}, []),
    ],
)  # fmt: skip
@covers("organisations", "success")
async def test_the_directory_and_its_filters(
    keeper: Api, tree: Org, filter: dict[str, Any], expected: list[str]
) -> None:
    found = await keeper.data(LIST, filter=filter | {"under": tree.gid})
    assert [node["name"] for node in found["organisations"]["nodes"]] == expected
    assert found["organisations"]["totalCount"] == len(expected)


@pytest.mark.parametrize(
    ("filter", "code", "field"),
    [
        ({"under": "x"}, "BAD_INPUT", "filter.under"),
        ({"under": unknown("mou")}, "BAD_INPUT", "filter.under"),
        ({"regionCode": "x"}, "BAD_INPUT", "filter.regionCode"),
        ({"name": " "}, "BAD_INPUT", "filter.name"),
        ({"name": "x" * 201}, "TOO_LONG", "filter.name"),
        ({"types": [""]}, "BAD_INPUT", "filter.types"),
        ({"types": ["SCHOOL"] * 51}, "TOO_MANY", "filter.types"),
    ],
)
@covers("organisations", "refusal")
async def test_filters_that_mean_nothing(
    keeper: Api, filter: dict[str, Any], code: str, field: str
) -> None:
    answer = await keeper.ask(LIST, filter=filter)
    assert answer.body["errors"][0]["extensions"] == {"code": code, "field": field}


async def test_under_finds_any_depth(world: World, keeper: Api) -> None:
    top = await world.org()
    middle = await world.org(parent=top)
    await world.org(parent=middle)
    assert (await keeper.data(LIST, filter={"under": top.gid}))["organisations"]["totalCount"] == 2
    for none in ({"under": unknown("organisation")}, {"under": (await world.org()).gid}):
        assert (await keeper.data(LIST, filter=none))["organisations"]["totalCount"] == 0


@covers("organisation organisations", "refusal", "stranger")
async def test_the_directory_is_for_partners_with_the_scope(world: World, keeper: Api) -> None:
    for id, code in [(unknown("organisation"), "NOT_FOUND"), ("x", "BAD_INPUT")]:
        answer = await keeper.ask(ONE, id=id)
        assert answer.body["errors"][0]["extensions"] == {"code": code, "field": "id"}
    nobody = await keeper.http.post("/graphql", json={"query": "{ organisations { totalCount } }"})
    assert nobody.status_code == 401
    other = await world.as_(await world.org(), Scope.MOU_READ)
    assert (await other.ask("{ organisations { totalCount } }")).codes == ["MISSING_SCOPE"]
