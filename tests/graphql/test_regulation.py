"""Regulations: a directory for all, each entry kept by whoever made it and by KPAI."""

from typing import Any

import pytest
import pytest_asyncio

from tests.covered import covers
from tests.scenes import day, stranger, unknown
from tests.unchanged import refused
from tests.world import Api, World, ok, today

REGULATION = """
... on Regulation { id kind number year title issuer regionCode stage sourceUrl
  became { id } registeredBy { id } stages { nodes { stage since note recordedBy { id } } } }
"""
ONE = "query($id: ID!) { regulation(id: $id) { id title drafts { nodes { id } } } }"
LIST = """
query($filter: RegulationFilter) { regulations(filter: $filter, first: 100) {
  nodes { id kind number year title stage } } }
"""
YEAR = today().year


def body(**change: Any) -> dict[str, Any]:
    return {
        "kind": "RAPERDA", "year": YEAR, "title": "Pelindungan anak di Kota Contoh",
        "stage": "DELIBERATION", "since": day(-20), "regionCode": "32.73",
        "sourceUrl": "https://jdih.contoh.example/raperda",
    } | change  # fmt: skip


def register(api: Api, **change: Any) -> Any:
    types = "$input: RegulationInput!"
    return api.mutate("registerRegulation", types, REGULATION, input=body(**change))


def change(api: Api, id: str, **given: Any) -> Any:
    types = "$id: ID!, $input: RegulationChangeInput!"
    return api.mutate("changeRegulation", types, REGULATION, id=id, input=given)


def reach(api: Api, id: str, stage: str, since: str, **given: Any) -> Any:
    types = "$id: ID!, $input: RegulationStageInput!"
    given |= {"stage": stage, "since": since}
    return api.mutate("recordRegulationStage", types, REGULATION, id=id, input=given)


@pytest_asyncio.fixture(scope="module")
async def keeper(world: World) -> Api:
    return await world.as_(await world.org("KPAD", region_code="32"))


@covers("registerRegulation changeRegulation recordRegulationStage", "success")
@covers("regulation", "success")
async def test_a_draft_becomes_a_regulation(world: World, keeper: Api) -> None:
    draft = await ok(register(keeper, title="Kota layak anak"))
    assert (draft["stage"], draft["number"]) == ("DELIBERATION", None)
    assert draft["registeredBy"]["id"] == keeper.org.gid
    moved = await ok(reach(keeper, draft["id"], "ADOPTED", day(-3), note="Paripurna"))
    assert [s["stage"] for s in moved["stages"]["nodes"]] == ["DELIBERATION", "ADOPTED"]
    became = await ok(
        register(keeper, kind="PERDA", number="007", stage="PROMULGATED", since=day(-1),
                 title="Kota layak anak")
    )  # fmt: skip
    assert became["number"] == "7"
    linked = await ok(change(keeper, draft["id"], becameId=became["id"]))
    assert linked["became"]["id"] == became["id"]

    read = await (await stranger(world)).data(ONE, id=became["id"])

    assert read["regulation"]["drafts"]["nodes"] == [{"id": draft["id"]}]


@covers("regulations", "success", "stranger")
async def test_everybody_reads_the_directory(world: World) -> None:
    anyone = await stranger(world)
    everything = (await anyone.data(LIST))["regulations"]["nodes"]
    known = {(r["kind"], r["number"], r["year"]) for r in everything}
    assert known >= {("UU", "12", 2022), ("UU", "35", 2014), ("UU", "11", 2012),
                     ("UU", "27", 2022), ("PERPRES", "55", 2024)}  # fmt: skip
    filter = {"kinds": ["UU"], "stages": ["IN_FORCE"], "year": 2022, "words": "kekerasan seksual"}
    [tpks] = (await anyone.data(LIST, filter=filter))["regulations"]["nodes"]
    assert (tpks["number"], tpks["stage"]) == ("12", "IN_FORCE")
    none = await anyone.data(LIST, filter={"regionCode": "99"})
    assert none["regulations"]["nodes"] == []


@covers("regulation regulations", "refusal", "stranger")
async def test_what_is_not_there_and_what_cannot_be_asked(world: World) -> None:
    anyone = await stranger(world)
    assert (await anyone.ask(ONE, id=unknown("regulation"))).codes == ["NOT_FOUND"]
    assert (await anyone.ask(ONE, id="x")).codes == ["BAD_INPUT"]
    assert (await anyone.ask(LIST, filter={"regionCode": "x"})).codes == ["BAD_INPUT"]


@covers("changeRegulation recordRegulationStage", "stranger")
@covers("registerRegulation", "stranger")
async def test_an_entry_is_kept_by_its_maker_and_by_kpai(world: World, keeper: Api) -> None:
    made = await ok(register(keeper, title="Milik KPAD"))
    other = await stranger(world)
    await refused(world, change(other, made["id"], title="Lain"), "WRONG_SIDE", "id")
    await refused(world, reach(other, made["id"], "ADOPTED", day(-1)), "WRONG_SIDE", "id")
    await refused(world, register(other, title="milik kpad"), "DUPLICATE", "input.title")
    for id in (unknown("regulation"), "x"):
        code = "BAD_INPUT" if id == "x" else "NOT_FOUND"
        await refused(world, change(other, id, title="Lain"), code, "id")
        await refused(world, reach(other, id, "ADOPTED", day(-1)), code, "id")
    kpai = await world.as_(world.kpai)
    assert (await ok(change(kpai, made["id"], title="Baru")))["title"] == "Baru"
    stages = (await ok(reach(kpai, made["id"], "ADOPTED", day(-1))))["stages"]["nodes"]
    assert stages[-1]["recordedBy"]["id"] == world.kpai.gid


@pytest.mark.parametrize(
    ("given", "code", "field"),
    [
        ({"regionCode": None}, "BAD_INPUT", "input.regionCode"),
        ({"regionCode": "Bandung"}, "BAD_INPUT", "input.regionCode"),
        ({"kind": "RUU"}, "BAD_INPUT", "input.regionCode"),
        ({"year": YEAR + 1}, "BAD_INPUT", "input.year"),
        ({"year": 1944}, "BAD_INPUT", "input.year"),
        ({"since": day(1)}, "BAD_INPUT", "input.since"),
        ({"stage": "IN_FORCE"}, "BAD_INPUT", "input.stage"),
        ({"title": " "}, "BAD_INPUT", "input.title"),
        ({"title": "x" * 201}, "TOO_LONG", "input.title"),
        ({"sourceUrl": "http://a.example"}, "BAD_INPUT", "input.sourceUrl"),
        ({"sourceUrl": "javascript:alert(1)"}, "BAD_INPUT", "input.sourceUrl"),
        ({"issuer": "Menteri PPPA"}, "BAD_INPUT", "input.issuer"),
        ({"kind": "PERMEN", "regionCode": None}, "BAD_INPUT", "input.issuer"),
        ({"kind": "PERDA", "stage": "IN_FORCE"}, "BAD_INPUT", "input.number"),
        ({"kind": "PERDA", "stage": "DRAFTING"}, "BAD_INPUT", "input.stage"),
        (
            {"kind": "UU", "number": "12", "year": 2022, "regionCode": None, "stage": "IN_FORCE"},
            "DUPLICATE",
            "input.number",
        ),
    ],
)
@covers("registerRegulation", "refusal")
async def test_refused_entries(
    world: World, keeper: Api, given: dict[str, Any], code: str, field: str
) -> None:
    await refused(world, register(keeper, **given), code, field)


async def test_two_ministers_may_have_the_same_number(keeper: Api) -> None:
    common = {"kind": "PERMEN", "number": "2", "stage": "IN_FORCE", "regionCode": None}
    await ok(register(keeper, issuer="Menteri Contoh A", **common))
    await ok(register(keeper, issuer="Menteri Contoh B", **common))


@covers("changeRegulation recordRegulationStage", "refusal")
async def test_refused_changes_and_stages(world: World, keeper: Api) -> None:
    draft = await ok(register(keeper, title="Rancangan A"))
    await ok(register(keeper, title="Rancangan B"))
    adopted = await ok(register(keeper, title="Rancangan C", stage="ADOPTED", since=day(-5)))
    elsewhere = await ok(
        register(keeper, kind="PERDA", number="1", stage="IN_FORCE", regionCode="32.71")
    )
    for id, given, code, field in [
        (draft["id"], {"title": "rancangan b"}, "DUPLICATE", "input.title"),
        (draft["id"], {"sourceUrl": "ftp://a.example"}, "BAD_INPUT", "input.sourceUrl"),
        (draft["id"], {"becameId": unknown("regulation")}, "NOT_FOUND", "input.becameId"),
        (draft["id"], {"becameId": "x"}, "BAD_INPUT", "input.becameId"),
        (adopted["id"], {"becameId": elsewhere["id"]}, "BAD_INPUT", "input.becameId"),
        (elsewhere["id"], {"becameId": adopted["id"]}, "BAD_INPUT", "input.becameId"),
    ]:
        await refused(world, change(keeper, id, **given), code, field)
    here = await ok(register(keeper, kind="PERDA", number="1", stage="IN_FORCE"))
    early = change(keeper, draft["id"], becameId=here["id"])
    await refused(world, early, "WRONG_STATE", "input.becameId")
    for stage, since, code, field in [
        ("DELIBERATION", day(-1), "WRONG_STATE", "input.stage"),
        ("IN_FORCE", day(-1), "BAD_INPUT", "input.stage"),
        ("ADOPTED", day(1), "BAD_INPUT", "input.since"),
        ("ADOPTED", day(-21), "DATES_INVERTED", "input.since"),
    ]:
        await refused(world, reach(keeper, draft["id"], stage, since), code, field)
    await refused(world, reach(keeper, draft["id"], "ADOPTED", day(-1), note="x" * 4_001),
                  "TOO_LONG", "input.note")  # fmt: skip
