"""Reading agreements: one, the list and its filters."""

from typing import Any

import pytest
import pytest_asyncio

from tests.covered import covers
from tests.scenes import day, expire, stranger, unknown
from tests.world import (
    EVERY_SCOPE,
    Api,
    Org,
    World,
    agreement,
    clause,
    conclude,
    content,
    ok,
    proposed,
)

LIST = """
query($filter: MouFilter) { mous(filter: $filter) { totalCount nodes { id status } } }
"""
ONE = "query($id: ID!) { mou(id: $id) { id } }"
TITLES = {
    "draft": "Nota 50% rujukan",
    "active": "Nota kesepahaman _garis_",
    "soon": "Perjanjian LAYANAN",
    "expired": "Rencana lama",
    "pks": "Perjanjian di bawah nota",
}


@pytest_asyncio.fixture(scope="module")
async def orgs(world: World) -> list[Org]:
    return [await world.org() for _ in range(3)]


@pytest_asyncio.fixture(scope="module")
async def api(world: World, orgs: list[Org]) -> Api:
    return await world.as_(orgs[0])


@pytest_asyncio.fixture(scope="module")
async def mous(world: World, orgs: list[Org], api: Api) -> dict[str, str]:
    """One agreement of each sort, oldest first."""
    one, other, third = orgs
    draft = await ok(proposed(api, content([one, other], title=TITLES["draft"])))
    active = await agreement(world, [one, other], [], title=TITLES["active"])
    soon = await agreement(
        world, [one, third], [], title=TITLES["soon"], validUntil=day(30), validFrom=day(-5)
    )
    expired = await agreement(world, [one, other], [], title=TITLES["expired"])
    await expire(world, expired)
    body = content([one, other], title=TITLES["pks"])
    pks = await ok(proposed(api, body, "COOPERATION_AGREEMENT", active))
    await conclude(pks, api, await world.as_(other))
    return {"draft": draft["id"], "active": active, "soon": soon, "expired": expired,
            "pks": pks["id"]}  # fmt: skip


async def names(api: Api, mous: dict[str, str], filter: Any) -> list[str]:
    """Which of them the list has with this filter, as it orders them."""
    found = (await api.data(LIST, filter=filter))["mous"]
    assert found["totalCount"] == len(found["nodes"])
    known = {id: name for name, id in mous.items()}
    return [known[node["id"]] for node in found["nodes"]]


@pytest.mark.parametrize(
    ("filter", "expected"),
    [
        (None, "pks expired soon active draft"),
        ({}, "pks expired soon active draft"),
        ({"statuses": ["ACTIVE"]}, "pks soon active"),
        ({"statuses": ["DRAFT", "EXPIRED"]}, "expired draft"),
        ({"statuses": []}, ""),
        ({"statuses": None}, "pks expired soon active draft"),
        ({"kinds": ["COOPERATION_AGREEMENT", "WORK_PLAN"]}, "pks"),
        ({"kinds": ["MEMORANDUM"], "statuses": ["ACTIVE"]}, "soon active"),
        ({"title": "nota"}, "pks active draft"),
        ({"title": " LAYANAN "}, "soon"),
        ({"title": "50%"}, "draft"),
        ({"title": "%"}, "draft"),
        ({"title": "_garis_"}, "active"),
        ({"title": "\\"}, ""),
        ({"title": "' or true --"}, ""),
        ({"endsWithinDays": 30}, "soon"),
        ({"endsWithinDays": 29}, ""),
        ({"endsWithinDays": 365}, "pks soon active"),
        ({"endsWithinDays": 0}, ""),
    ],
)
@covers("mous", "success")
async def test_the_list_and_its_filters(
    api: Api, mous: dict[str, str], filter: Any, expected: str
) -> None:
    assert await names(api, mous, filter) == expected.split()


async def test_filters_that_name_others(api: Api, orgs: list[Org], mous: dict[str, str]) -> None:
    _, other, third = orgs
    assert await names(api, mous, {"party": third.gid}) == ["soon"]
    assert await names(api, mous, {"party": other.gid, "statuses": ["ACTIVE"]}) == ["pks", "active"]
    assert await names(api, mous, {"party": unknown("organisation")}) == []
    assert await names(api, mous, {"parentId": mous["active"]}) == ["pks"]
    assert await names(api, mous, {"parentId": unknown("mou")}) == []


@pytest.mark.parametrize(
    ("filter", "code", "field"),
    [
        ({"party": "x"}, "BAD_INPUT", "filter.party"),
        ({"party": unknown("mou")}, "BAD_INPUT", "filter.party"),
        ({"parentId": unknown("organisation")}, "BAD_INPUT", "filter.parentId"),
        ({"title": ""}, "BAD_INPUT", "filter.title"),
        ({"title": "x" * 201}, "TOO_LONG", "filter.title"),
        ({"endsWithinDays": -1}, "BAD_INPUT", "filter.endsWithinDays"),
        ({"endsWithinDays": 3_661}, "BAD_INPUT", "filter.endsWithinDays"),
    ],
)
@covers("mous", "refusal")
async def test_filters_that_mean_nothing(api: Api, filter: Any, code: str, field: str) -> None:
    answer = await api.ask(LIST, filter=filter)
    assert answer.body["data"] == {"mous": None}
    [error] = answer.body["errors"]
    assert error["extensions"] == {"code": code, "field": field}
    assert error["path"] == ["mous"]


@covers("mous mou", "stranger")
async def test_a_stranger_sees_none(world: World, mous: dict[str, str]) -> None:
    outsider = await stranger(world)
    assert await names(outsider, mous, None) == []
    answers = [await outsider.ask(ONE, id=id) for id in (*mous.values(), unknown("mou"))]
    bodies = [answer.body for answer in answers]
    assert all(body == bodies[0] for body in bodies)
    assert answers[0].codes == ["NOT_FOUND"]


async def test_a_party_sees_its_own_and_kpai_as_administrator_all(
    world: World, orgs: list[Org], mous: dict[str, str]
) -> None:
    assert await names(await world.as_(orgs[1]), mous, None) == ["pks", "expired", "active"]
    assert await names(await world.as_(orgs[2]), mous, None) == ["soon"]
    admin, plain = await world.as_(world.kpai, *EVERY_SCOPE), await world.as_(world.kpai)
    assert await names(admin, mous, None) == ["pks", "expired", "soon", "active", "draft"]
    assert await names(plain, mous, None) == []


@covers("mou", "refusal")
async def test_an_id_that_is_none(api: Api) -> None:
    answer = await api.ask(ONE, id="mou_7")
    assert answer.body["errors"][0]["extensions"] == {"code": "BAD_INPUT", "field": "id"}


async def test_on_its_last_day_it_is_in_force_and_the_day_after_it_is_not(world: World) -> None:
    one, other = await world.org(), await world.org()
    api = await world.as_(one)
    mou = await agreement(world, [one, other], [clause(one, other)])
    state = "query($id: ID!) { mou(id: $id) { status inForce } }"
    await expire(world, mou, 0)
    assert (await api.data(state, id=mou))["mou"] == {"status": "ACTIVE", "inForce": True}
    await expire(world, mou, 1)
    assert (await api.data(state, id=mou))["mou"] == {"status": "EXPIRED", "inForce": False}


async def test_agreements_between_us_and_another(world: World) -> None:
    """Parties and those they cover find what they may hand over under; others find nothing."""
    police, station = await branch(world)
    uptd = await world.org()
    body = content([police, uptd], [clause(uptd, police)])
    body["parties"][0]["coversBranches"] = True
    apis = [await world.as_(police), await world.as_(uptd)]
    mou = (await conclude(await ok(proposed(apis[0], body)), *apis))["id"]
    document = "query($id: ID!) { mous(filter: {betweenUsAnd: $id}) { nodes { id } } }"

    async def found(reader: Org, other: Org) -> list[str]:
        api = await world.as_(reader)
        return [m["id"] for m in (await api.data(document, id=other.gid))["mous"]["nodes"]]

    assert await found(uptd, station) == [mou]
    assert await found(station, uptd) == [mou]
    assert await found(station, police) == [mou]
    assert await found(uptd, await world.org()) == []
    types = "$id: ID!, $reason: String!"
    await ok(apis[1].mutate("suspendMou", types, "... on Mou { id }", id=mou, reason="Jeda"))
    assert await found(station, uptd) == []


async def branch(world: World) -> tuple[Org, Org]:
    police = await world.org("POLICE_PPA")
    return police, await world.org("POLICE_PPA", parent=police)
