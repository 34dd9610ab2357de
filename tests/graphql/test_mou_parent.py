"""A cooperation agreement (PKS) stands under a memorandum (NK): it can't outlive or exceed it."""

from typing import Any

import pytest
import pytest_asyncio

from tests.covered import covers
from tests.scenes import day, expire, stranger, unknown, uuid_of
from tests.unchanged import refused
from tests.world import Api, Org, World, agreement, clause, conclude, content, ok, proposed

PKS = "COOPERATION_AGREEMENT"
READ = """
query($id: ID!) { mou(id: $id) { status inForce parent { id } children { nodes { id } }
  version { parties { nodes { organisation { id } } } } } }
"""


@pytest_asyncio.fixture(scope="module")
async def orgs(world: World) -> list[Org]:
    return [await world.org() for _ in range(3)]


@pytest_asyncio.fixture(scope="module")
async def api(world: World, orgs: list[Org]) -> Api:
    return await world.as_(orgs[0])


@pytest_asyncio.fixture(scope="module")
async def frame(world: World, orgs: list[Org]) -> str:
    """A memorandum whose clauses bound what may stand under it."""
    one, other, _ = orgs
    return await agreement(
        world,
        [one, other],
        [
            clause(one, other, "INCIDENT", "HEALTH", validUntil=day(100)),
            clause(one, other, "LEGAL", purposes=["LAW_ENFORCEMENT"], onwardSharing=True),
        ],
    )


def under(frame: str, api: Api, body: dict[str, Any], kind: str = PKS) -> Any:
    return proposed(api, body, kind, frame)


@covers("proposeMou mou", "success")
async def test_a_cooperation_agreement_under_a_memorandum(
    world: World, api: Api, orgs: list[Org], frame: str
) -> None:
    one, other, _ = orgs
    body = content([one, other], [clause(one, other, "HEALTH", validUntil=day(100))])

    mou = await ok(under(frame, api, body))
    await conclude(mou, api, await world.as_(other))

    seen = (await api.data(READ, id=mou["id"]))["mou"]
    assert (seen["inForce"], seen["parent"]["id"]) == (True, frame)
    children = (await api.data(READ, id=frame))["mou"]["children"]["nodes"]
    assert mou["id"] in [child["id"] for child in children]


@covers("proposeMou", "refusal")
async def test_which_kinds_need_which_parent(
    world: World, api: Api, orgs: list[Org], frame: str
) -> None:
    body = content(orgs[:2])
    for kind in (PKS, "WORK_PLAN"):
        await refused(world, proposed(api, body, kind), "PARENT_REQUIRED", "parentId")
    attempt = proposed(api, body, "MEMORANDUM", frame)
    await refused(world, attempt, "PARENT_REQUIRED", "parentId")
    pks = (await ok(under(frame, api, body)))["id"]
    attempt = proposed(api, body, PKS, pks)
    await refused(world, attempt, "PARENT_REQUIRED", "parentId")
    plan = await ok(proposed(api, body, "WORK_PLAN", pks))
    attempt = proposed(api, body, "WORK_PLAN", plan["id"])
    await refused(world, attempt, "PARENT_REQUIRED", "parentId")


@covers("proposeMou", "refusal", "stranger")
async def test_the_parent_must_be_there_for_the_drafter(
    world: World, orgs: list[Org], frame: str
) -> None:
    outsider = await stranger(world)
    body = content([outsider.org, orgs[0]])
    for parent, code in [
        (frame, "NOT_FOUND"),
        (unknown("mou"), "NOT_FOUND"),
        (orgs[0].gid, "BAD_INPUT"),
        ("x", "BAD_INPUT"),
    ]:
        await refused(world, proposed(outsider, body, PKS, parent), code, "parentId")


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"validFrom": day(-31)}, "input.validFrom"),
        ({"validUntil": day(366)}, "input.validUntil"),
    ],
)
@covers("proposeMou reviseMou", "refusal")
async def test_it_cannot_outlive_the_one_above(
    world: World, api: Api, orgs: list[Org], frame: str, change: dict[str, Any], field: str
) -> None:
    body = content(orgs[:2])
    attempt = under(frame, api, body | change)
    await refused(world, attempt, "EXCEEDS_PARENT", field)
    mou = await ok(under(frame, api, body))
    revision = api.mutate(
        "reviseMou", "$id: ID!, $input: MouInput!", "", id=mou["id"], input=body | change
    )
    await refused(world, revision, "EXCEEDS_PARENT", field)


@pytest.mark.parametrize(
    "change",
    [
        {"categories": ["IDENTITY"]},
        {"categories": ["HEALTH", "LEGAL"]},
        {"purposes": ["LAW_ENFORCEMENT"]},
        {"purposes": ["SERVICE_DELIVERY", "OVERSIGHT"]},
        {"caseRoles": ["VICTIM", "WITNESS"]},
        {"onwardSharing": True},
        {"retentionDays": 366},
        {"validUntil": day(101)},
    ],
)
@covers("proposeMou", "refusal")
async def test_its_clauses_cannot_exceed_those_above(
    world: World, api: Api, orgs: list[Org], frame: str, change: dict[str, Any]
) -> None:
    one, other, _ = orgs
    fitting = {"categories": ["HEALTH"], "validUntil": day(100)}
    await ok(under(frame, api, content([one, other], [clause(one, other, **fitting)])))
    body = content([one, other], [clause(one, other, **fitting | change)])
    await refused(world, under(frame, api, body), "EXCEEDS_PARENT", "input.clauses[0]")


@covers("proposeMou", "refusal")
async def test_its_parties_stand_above_and_clauses_keep_their_direction(
    world: World, api: Api, orgs: list[Org], frame: str
) -> None:
    one, other, third = orgs
    body = content([one, third])
    await refused(world, under(frame, api, body), "EXCEEDS_PARENT", "input.parties[1]")
    back = clause(other, one, "HEALTH", validUntil=day(100))
    body = content([one, other], [back])
    await refused(world, under(frame, api, body), "EXCEEDS_PARENT", "input.clauses[0]")


async def test_branches_stand_under_a_party_that_covers_them(world: World) -> None:
    mabes, uptd = await world.org("POLICE_PPA"), await world.org()
    polres = await world.org("POLICE_PPA", parent=mabes)
    deep = await world.org("POLICE_PPA", parent=polres)
    alone = [{"organisationId": mabes.gid}, {"organisationId": uptd.gid, "coversBranches": True}]
    wide = [{"organisationId": mabes.gid, "coversBranches": True}, {"organisationId": uptd.gid}]
    kapolri, head = await world.as_(mabes), await world.as_(uptd)
    clauses = [clause(uptd, mabes, "INCIDENT")]
    for parties, expected in ((alone, "Refused"), (wide, "Mou")):
        frame = await ok(proposed(head, content([mabes, uptd], clauses) | {"parties": parties}))
        await conclude(frame, head, kapolri)
        for branch in (polres, deep):
            body = content([uptd, branch], [clause(uptd, branch, "INCIDENT")])
            assert (await under(frame["id"], head, body))["__typename"] == expected


async def test_a_memorandum_without_clauses_bounds_none(world: World, orgs: list[Org]) -> None:
    one, other, _ = orgs
    api = await world.as_(one)
    frame = await agreement(world, [one, other], [])
    body = content([one, other], [clause(other, one, "IDENTITY", retentionDays=36_500)])
    await ok(under(frame, api, body))


@pytest.mark.parametrize(
    "end", ["terminated_on = current_date - 2, termination_reason = 'x'", None]
)
@covers("proposeMou", "refusal")
async def test_nothing_new_stands_under_what_has_ended(
    world: World, api: Api, orgs: list[Org], end: str | None
) -> None:
    frame = await agreement(world, orgs[:2], [])
    if end:
        await world.sql(f"update mou set {end} where id = :id", id=uuid_of(frame))
    else:
        await expire(world, frame)
    body = content(orgs[:2], validUntil=day(-2), validFrom=day(-3))
    await refused(world, under(frame, api, body), "AGREEMENT_NOT_IN_FORCE", "parentId")


async def test_it_is_in_force_only_while_everything_above_is(
    world: World, orgs: list[Org], api: Api
) -> None:
    one, other, _ = orgs
    second = await world.as_(other)
    frame = await agreement(world, [one, other], [])
    pks = await ok(under(frame, api, content([one, other])))
    await conclude(pks, api, second)
    plan = await ok(proposed(api, content([one, other]), "WORK_PLAN", pks["id"]))
    await conclude(plan, api, second)

    async def state() -> list[tuple[str, bool]]:
        found = [(await api.data(READ, id=id))["mou"] for id in (pks["id"], plan["id"])]
        return [(mou["status"], mou["inForce"]) for mou in found]

    assert await state() == [("ACTIVE", True)] * 2
    suspend = "$id: ID!, $reason: String!"
    await ok(api.mutate("suspendMou", suspend, "", id=frame, reason="Uji"))
    assert await state() == [("ACTIVE", False)] * 2
    await ok(api.mutate("resumeMou", "$id: ID!", "", id=frame))
    await ok(api.mutate("suspendMou", suspend, "", id=pks["id"], reason="Uji"))
    assert await state() == [("SUSPENDED", False), ("ACTIVE", False)]


async def test_a_parent_one_may_not_see_is_null(world: World) -> None:
    mabes, uptd = await world.org("POLICE_PPA"), await world.org()
    polres = await world.org("POLICE_PPA", parent=mabes)
    head = await world.as_(uptd)
    wide = [{"organisationId": mabes.gid, "coversBranches": True}, {"organisationId": uptd.gid}]
    frame = await ok(proposed(head, content([mabes, uptd]) | {"parties": wide}))
    pks = await ok(under(frame["id"], head, content([uptd, polres])))
    await ok(head.mutate("submitMou", "$id: ID!", "", id=pks["id"]))
    branch = await world.as_(polres)  # the memorandum above is still a draft of someone else's
    seen = (await branch.data(READ, id=pks["id"]))["mou"]
    assert (seen["status"], seen["parent"]) == ("REVIEW", None)
