"""Results frameworks: for the parties of the agreement in force, and those of a programme."""

from typing import Any

import pytest
import pytest_asyncio

from tests.covered import covers
from tests.results import (
    FRAMEWORK,
    LAST_YEAR,
    PROGRAMME,
    Results,
    add_indicator,
    add_result,
    create,
    definition,
    report,
    results,
    seen,
)
from tests.scenes import REASON, day, expire, gids, stranger, unknown
from tests.unchanged import refused
from tests.world import MOU, Api, World, agreement, conclude, content, ok, proposed

LIST = """
query($filter: ResultsFrameworkFilter) {
  resultsFrameworks(filter: $filter, first: 100) { totalCount nodes { id } }
}
"""
ONE = """
query($id: ID!) { resultsFramework(id: $id) {
  id name results { nodes { id level } } indicators { nodes { id indicatorCode } } } }
"""


@pytest_asyncio.fixture(scope="module")
async def scene(world: World) -> Results:
    return await results(world)


def programme(api: Api, **change: Any) -> Any:
    body = {"name": "Sekolah aman", "validFrom": day(-400), "validUntil": day(400)} | change
    return api.mutate("startProgramme", "$input: ProgrammeInput!", PROGRAMME, input=body)


def change_programme(api: Api, id: str, **change: Any) -> Any:
    types = "$id: ID!, $input: ProgrammeChangeInput!"
    return api.mutate("changeProgramme", types, PROGRAMME, id=id, input=change)


def change(api: Api, id: str, **change: Any) -> Any:
    types = "$id: ID!, $input: ResultsFrameworkChangeInput!"
    return api.mutate("changeResultsFramework", types, FRAMEWORK, id=id, input=change)


async def ids(api: Api, **filter: Any) -> set[str]:
    found = (await api.data(LIST, filter=filter))["resultsFrameworks"]
    assert found["totalCount"] == len(found["nodes"])
    return {node["id"] for node in found["nodes"]}


async def all_seen(api: Api, made: dict[str, str]) -> set[str]:
    return {noun for noun, id in made.items() if await seen(api, noun, id)}


async def whole(scene: Results) -> dict[str, str]:
    """Everything that hangs on a framework, by its type."""
    indicator = await scene.indicator()
    return {
        "ResultsFramework": scene.framework,
        "FrameworkResult": scene.result,
        "Indicator": indicator,
        "Measurement": await scene.measured(indicator),
    }


@covers("createResultsFramework resultsFramework resultsFrameworks addFrameworkResult", "success")
async def test_parties_see_the_framework_and_all_in_it(scene: Results) -> None:
    output = await ok(add_result(scene.owner, scene.framework, "OUTPUT", parentId=scene.result))
    await scene.indicator()
    for api in (scene.owner, scene.measurer):
        found = (await api.data(ONE, id=scene.framework))["resultsFramework"]
        assert [r["level"] for r in found["results"]["nodes"]] == ["OUTCOME", "OUTPUT"]
        assert found["results"]["nodes"][1]["id"] == output["id"]
        assert found["indicators"]["nodes"]
        assert await ids(api) == {scene.framework}
        assert await ids(api, mouId=scene.mou, on=day(0)) == {scene.framework}
        assert await ids(api, on=day(400)) == set()
        assert await ids(api, ownedByUs=True) == (
            {scene.framework} if api is scene.owner else set()
        )


@covers("resultsFramework resultsFrameworks createResultsFramework changeResultsFramework"
        " addFrameworkResult programme changeProgramme", "stranger")  # fmt: skip
@covers("programmes startProgramme measurementsDue", "stranger")
async def test_a_stranger_finds_nothing(scene: Results) -> None:
    other = await stranger(scene.world)
    made = await ok(programme(scene.owner))
    assert await all_seen(other, await whole(scene)) == set()
    assert await ids(other) == set()
    document = "query($id: ID!) { programme(id: $id) { id } }"
    assert (await other.ask(document, id=made["id"])).codes == ["NOT_FOUND"]
    assert (await other.ask(ONE, id=scene.framework)).codes == ["NOT_FOUND"]
    assert (await other.data("{ programmes { nodes { id } } }"))["programmes"]["nodes"] == []
    due = await other.data("{ measurementsDue { nodes { period } } }")
    assert due["measurementsDue"]["nodes"] == []
    for attempt in (
        create(other, mou=scene.mou),
        change(other, scene.framework, name="Milik saya"),
        add_result(other, scene.framework),
        change_programme(other, made["id"], name="Milik saya"),
        programme(other, members=[unknown("organisation")]),
    ):
        await refused(scene.world, attempt, "NOT_FOUND")


@pytest.mark.parametrize("how", ["suspended", "terminated", "expired"])
async def test_it_closes_with_the_agreement(world: World, how: str) -> None:
    scene = await results(world)
    made = await whole(scene)
    indicator = made["Indicator"]
    assert await all_seen(scene.measurer, made) == set(made)
    if how == "expired":
        await expire(world, scene.mou)
    else:
        name = "suspendMou" if how == "suspended" else "terminateMou"
        types = "$id: ID!, $reason: String!"
        await ok(scene.owner.mutate(name, types, MOU, id=scene.mou, reason=REASON))

    assert await all_seen(scene.measurer, made) == {"Measurement"}  # what it said itself
    assert await all_seen(scene.owner, made) == set(made) - {"Measurement"}
    assert (await scene.measurer.data("{ measurementsDue { totalCount } }"))["measurementsDue"][
        "totalCount"
    ] == 0
    await refused(world, report(scene.measurer, indicator, LAST_YEAR + "-Q2"), "NOT_FOUND")
    for attempt in (
        change(scene.owner, scene.framework, name="Baru"),
        add_result(scene.owner, scene.framework),
        add_indicator(scene.owner, scene.result, "X", definition(scene.measurer.org)),
    ):
        await refused(world, attempt, "AGREEMENT_NOT_IN_FORCE")

    if how == "suspended":
        await ok(scene.owner.mutate("resumeMou", "$id: ID!", MOU, id=scene.mou))
        assert await all_seen(scene.measurer, made) == set(made)


async def test_a_party_that_an_amendment_leaves_out_sees_it_no_longer(world: World) -> None:
    third = await world.as_(await world.org("LPSK"))
    scene = await results(world, third.org)
    made = await whole(scene)
    assert await all_seen(third, made) == set(made)
    body = content([scene.owner.org, scene.measurer.org], validFrom=f"{int(LAST_YEAR) - 1}-01-01")
    types = "$id: ID!, $input: MouInput!"
    mou = await ok(scene.owner.mutate("amendMou", types, MOU, id=scene.mou, input=body))
    await conclude(mou, scene.owner, scene.measurer)
    assert await all_seen(third, made) == set()
    assert await all_seen(scene.measurer, made) == set(made)
    await refused(world, create(third, mou=scene.mou), "NOT_A_PARTY", "input.mouId")


async def test_whoever_is_covered_reads_and_may_be_responsible_but_does_not_write(
    world: World,
) -> None:
    above, other = await world.org("MINISTRY"), await world.org("LPSK")
    branch = await world.as_(await world.org("UPTD_PPA", parent=above))
    parties = [{"organisationId": above.gid, "coversBranches": True}, {"organisationId": other.gid}]
    owner = await world.as_(above)
    body = content([above, other]) | {"parties": parties}
    mou = (await conclude(await ok(proposed(owner, body)), owner, await world.as_(other)))["id"]
    made = await ok(create(owner, mou=mou, periodFrom=day(-30)))
    assert await ids(branch) == {made["id"]}
    await refused(world, create(branch, mou=mou), "NOT_A_PARTY")
    await refused(world, add_result(branch, made["id"]), "WRONG_SIDE")
    result = await ok(add_result(owner, made["id"]))
    await ok(add_indicator(owner, result["id"], "A", definition(branch.org)))
    outsider = definition((await stranger(world)).org)
    await refused(world, add_indicator(owner, result["id"], "B", outsider), "NOT_A_PARTY")


@covers("startProgramme programme programmes changeProgramme", "success")
async def test_a_programme_is_seen_by_its_members_as_long_as_they_are_members(
    world: World,
) -> None:
    lead, member = [await world.as_(await world.org()) for _ in range(2)]
    made = await ok(programme(lead, members=gids(member.org)))
    document = "query($id: ID!) { programme(id: $id) { frameworks { nodes { id } } } }"
    framework = await ok(create(lead, programmeId=made["id"], periodFrom=day(-400)))
    found = (await member.data(document, id=made["id"]))["programme"]["frameworks"]["nodes"]
    assert found == [{"id": framework["id"]}]
    mine = (await member.data("{ programmes { nodes { id } } }"))["programmes"]["nodes"]
    assert mine == [{"id": made["id"]}]
    await refused(world, create(member, programmeId=made["id"]), "WRONG_SIDE")
    await refused(world, add_result(member, framework["id"]), "WRONG_SIDE")

    changed = await ok(change_programme(lead, made["id"], members=[], name="Sekolah ramah anak"))
    assert (changed["name"], changed["members"]["nodes"]) == ("Sekolah ramah anak", [])
    assert await ids(member) == set()
    assert await ids(lead) == {framework["id"]}


@covers("changeProgramme startProgramme programme", "refusal")
async def test_a_programme_is_its_leads(world: World) -> None:
    lead, member = [await world.as_(await world.org()) for _ in range(2)]
    made = (await ok(programme(lead, members=gids(member.org))))["id"]
    await ok(create(lead, programmeId=made, periodFrom=day(-400)))
    document = 'query { programme(id: "mou_1") { id } }'
    assert (await lead.ask(document)).codes == ["BAD_INPUT"]
    for attempt, code, field in (
        (change_programme(member, made, name="Baru"), "WRONG_SIDE", "id"),
        (change_programme(lead, made, validUntil=day(10)), "EXCEEDS_PARENT", "input.validUntil"),
        (change_programme(lead, made, validUntil=day(-500)), "DATES_INVERTED", "input.validUntil"),
        (change_programme(lead, made, members=gids(lead.org)), "SELF_ADDRESSED",
         "input.members[0]"),
        (change_programme(lead, made, members=gids(member.org, member.org)), "DUPLICATE",
         "input.members[1]"),
        (programme(lead, members=gids(member.org) * 300), "TOO_MANY", "input.members"),
        (programme(lead, validUntil=day(9_000)), "BAD_INPUT", "input.validUntil"),
        (programme(lead, validFrom="9999-01-01", validUntil="9999-12-31"), "BAD_INPUT",
         "input.validUntil"),
        (programme(lead, name=" "), "BAD_INPUT", "input.name"),
    ):  # fmt: skip
        await refused(world, attempt, code, field)


@covers("createResultsFramework changeResultsFramework addFrameworkResult", "refusal")
async def test_what_is_no_framework_is_refused(scene: Results) -> None:
    await scene.measured()
    owner, framework = scene.owner, scene.framework
    two = await agreement(scene.world, [owner.org, scene.measurer.org], [])
    first = (await ok(create(owner, mou=two, periodFrom=day(-30), periodUntil=day(0))))["id"]
    later = await ok(create(scene.measurer, mou=two, periodFrom=day(1), periodUntil=day(9)))
    for attempt, code, field in (
        (create(owner), "BAD_INPUT", "input.mouId"),
        (create(owner, mou=scene.mou), "PERIODS_OVERLAP", "input.periodFrom"),
        (create(scene.measurer, mou=scene.mou), "PERIODS_OVERLAP", "input.periodFrom"),
        (create(owner, mou=two, periodFrom=day(9)), "PERIODS_OVERLAP", "input.periodFrom"),
        (create(owner, mou=two, periodFrom=day(20), periodUntil=day(10)), "DATES_INVERTED",
         "input.periodUntil"),
        (create(owner, mou=two, periodFrom=day(-31)), "EXCEEDS_PARENT", "input.periodFrom"),
        (create(owner, mou=two, periodFrom=day(20), periodUntil=day(366)), "EXCEEDS_PARENT",
         "input.periodUntil"),
        (create(owner, mou=two, periodFrom=day(20), name="x" * 201), "TOO_LONG", "input.name"),
        (change(owner, first, periodUntil=day(1)), "PERIODS_OVERLAP", "input.periodFrom"),
        (change(owner, later["id"], name="Lain"), "WRONG_SIDE", "id"),
        (change(owner, framework, periodFrom=day(0)), "ALREADY_MEASURED", "input"),
        (add_result(scene.measurer, framework), "WRONG_SIDE", "frameworkId"),
        (add_result(owner, framework, "OUTPUT"), "BAD_INPUT", "input.parentId"),
        (add_result(owner, framework, "IMPACT", parentId=scene.result), "BAD_INPUT",
         "input.parentId"),
        (add_result(owner, first, "OUTPUT", parentId=scene.result), "BAD_INPUT",
         "input.parentId"),
        (add_result(owner, framework, statement=" "), "BAD_INPUT", "input.statement"),
    ):  # fmt: skip
        await refused(scene.world, attempt, code, field)


@covers("changeResultsFramework", "success")
async def test_a_framework_is_changed_by_its_owner(world: World) -> None:
    scene = await results(world)
    changed = await ok(change(scene.owner, scene.framework, name="Baru", periodUntil=day(100)))
    assert (changed["name"], changed["periodUntil"]) == ("Baru", day(100))


@covers("programmes resultsFramework resultsFrameworks", "refusal")
async def test_reading_with_a_wrong_id_or_cursor_is_refused(scene: Results) -> None:
    for document in (
        '{ resultsFramework(id: "mou_1") { id } }',
        '{ resultsFrameworks(after: "x") { totalCount } }',
        '{ resultsFrameworks(filter: { mouId: "x" }) { totalCount } }',
        '{ programmes(after: "x") { totalCount } }',
    ):
        assert (await scene.owner.ask(document)).codes == ["BAD_INPUT"]
