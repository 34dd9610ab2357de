"""What an agreement may say: every refused content, with its field, and what is kept as written."""

import json
from typing import Any

import pytest
import pytest_asyncio

from tests.covered import covers
from tests.scenes import day, unknown
from tests.unchanged import refused, unchanged
from tests.world import Api, Org, World, clause, content, ok, proposed

PARAGRAPHS = ("obligations", "confidentiality", "evaluation", "disputes", "extension",
              "termination")  # fmt: skip
PROPOSE = (
    "mutation($input: MouInput!) { proposeMou(kind: MEMORANDUM, input: $input) { __typename } }"
)
READ = """
query($id: ID!) { mou(id: $id) { version {
  title purpose scope obligations confidentiality evaluation disputes extension termination
  noticeDays takesEffectOn validFrom validUntil
  clauses(first: 100) { nodes { number legalBasis categories purposes caseRoles onwardSharing
    retentionDays
    validFrom validUntil discloser { id } recipient { id } } }
  parties { totalCount nodes { ordinal coversBranches organisation { id } } }
} } }
"""


@pytest_asyncio.fixture(scope="module")
async def orgs(world: World) -> list[Org]:
    return [await world.org() for _ in range(3)]


@pytest_asyncio.fixture(scope="module")
async def api(world: World, orgs: list[Org]) -> Api:
    return await world.as_(orgs[0])


async def kept(api: Api, body: dict[str, Any]) -> dict[str, Any]:
    """The content as it comes back after it was proposed."""
    mou = await ok(proposed(api, body))
    version: dict[str, Any] = (await api.data(READ, id=mou["id"]))["mou"]["version"]
    return version


@pytest.mark.parametrize(
    ("change", "code", "field"),
    [
        ({"title": ""}, "BAD_INPUT", "input.title"),
        ({"title": " \t\n"}, "BAD_INPUT", "input.title"),
        ({"title": "x" * 201}, "TOO_LONG", "input.title"),
        ({"purpose": " "}, "BAD_INPUT", "input.purpose"),
        ({"purpose": "x" * 4_001}, "TOO_LONG", "input.purpose"),
        ({"scope": ""}, "BAD_INPUT", "input.scope"),
        ({"scope": "😀" * 4_001}, "TOO_LONG", "input.scope"),
        *[({name: "x" * 4_001}, "TOO_LONG", f"input.{name}") for name in PARAGRAPHS],
        ({"validFrom": day(3), "validUntil": day(2)}, "DATES_INVERTED", "input.validUntil"),
        ({"takesEffectOn": day(366)}, "DATES_INVERTED", "input.takesEffectOn"),
        ({"noticeDays": -1}, "BAD_INPUT", "input.noticeDays"),
        ({"noticeDays": 366}, "BAD_INPUT", "input.noticeDays"),
    ],
)  # fmt: skip
@covers("proposeMou", "refusal")
async def test_refused_content(
    world: World, api: Api, orgs: list[Org], change: dict[str, Any], code: str, field: str
) -> None:
    await refused(world, proposed(api, content(orgs, **change)), code, field)


@pytest.mark.parametrize(
    ("change", "code", "field"),
    [
        ({"categories": []}, "BAD_INPUT", "categories"),
        ({"categories": ["INCIDENT", "HEALTH", "INCIDENT"]}, "DUPLICATE", "categories[2]"),
        ({"purposes": []}, "BAD_INPUT", "purposes"),
        ({"purposes": ["PROTECTION", "PROTECTION"]}, "DUPLICATE", "purposes[1]"),
        ({"caseRoles": []}, "BAD_INPUT", "caseRoles"),
        ({"caseRoles": ["VICTIM", "VICTIM"]}, "DUPLICATE", "caseRoles[1]"),
        ({"legalBasis": " "}, "BAD_INPUT", "legalBasis"),
        ({"legalBasis": "x" * 4_001}, "TOO_LONG", "legalBasis"),
        ({"retentionDays": 0}, "BAD_INPUT", "retentionDays"),
        ({"retentionDays": 36_501}, "BAD_INPUT", "retentionDays"),
        ({"validFrom": day(9), "validUntil": day(8)}, "DATES_INVERTED", "validUntil"),
        ({"validFrom": day(-32)}, "DATES_INVERTED", "validFrom"),
        ({"validUntil": day(367)}, "DATES_INVERTED", "validUntil"),
        ({"validUntil": day(-32)}, "DATES_INVERTED", "validUntil"),
        ({"discloserId": "mou_" + "0" * 32}, "BAD_INPUT", "discloserId"),
        ({"recipientId": unknown("organisation")}, "NOT_A_PARTY", "recipientId"),
    ],
)
@covers("proposeMou", "refusal")
async def test_refused_clauses(
    world: World, api: Api, orgs: list[Org], change: dict[str, Any], code: str, field: str
) -> None:
    good = clause(orgs[1], orgs[0])
    bad = clause(orgs[0], orgs[1], **change)
    attempt = proposed(api, content(orgs, [good, bad]))
    await refused(world, attempt, code, f"input.clauses[1].{field}")


@covers("proposeMou", "refusal")
async def test_parties_are_two_to_fifty_and_each_named_once(
    world: World, api: Api, orgs: list[Org]
) -> None:
    one, other, _ = orgs
    await refused(world, proposed(api, content([one])), "BAD_INPUT", "input.parties")
    await refused(world, proposed(api, content([])), "BAD_INPUT", "input.parties")
    twice = content([one, other, one])
    await refused(world, proposed(api, twice), "DUPLICATE", "input.parties[2]")
    many = [one, *[await world.org() for _ in range(50)]]
    await refused(world, proposed(api, content(many)), "TOO_MANY", "input.parties")
    version = await kept(api, content(many[:50]))
    assert version["parties"]["totalCount"] == 50


@covers("proposeMou", "refusal")
async def test_parties_exist_and_are_not_dissolved(world: World, api: Api, orgs: list[Org]) -> None:
    gone = await world.org()
    await world.sql("update organisation set dissolved_at = now() where id = :id", id=gone.id)
    field = "input.parties[1].organisationId"
    attempt = proposed(api, content([orgs[0], gone]))
    await refused(world, attempt, "ORGANISATION_DISSOLVED", field)
    for ref, code in [(unknown("organisation"), "NOT_FOUND"), ("organisation_x", "BAD_INPUT")]:
        parties = [{"organisationId": orgs[0].gid}, {"organisationId": ref}]
        body = content(orgs) | {"parties": parties}
        await refused(world, proposed(api, body), code, field)


@covers("proposeMou", "refusal")
async def test_clauses_are_between_parties(world: World, api: Api, orgs: list[Org]) -> None:
    one, other, third = orgs
    body = content([one, other], [clause(one, third)])
    await refused(world, proposed(api, body), "NOT_A_PARTY", "input.clauses[0].recipientId")
    body = content([one, other], [clause(third, one)])
    await refused(world, proposed(api, body), "NOT_A_PARTY", "input.clauses[0].discloserId")
    body = content([one, other], [clause(one, one)])
    await refused(world, proposed(api, body), "SELF_ADDRESSED", "input.clauses[0].recipientId")
    many = [clause(one, other, legalBasis=str(n)) for n in range(150)]
    assert len((await kept(api, content([one, other], many)))["clauses"]["nodes"]) == 100


@covers("proposeMou", "refusal")
async def test_the_same_clause_twice_and_clauses_that_contradict(
    world: World, api: Api, orgs: list[Org]
) -> None:
    one, other, _ = orgs
    first = clause(one, other, "INCIDENT", "HEALTH")
    same = proposed(api, content(orgs, [first, first]))
    await refused(world, same, "DUPLICATE", "input.clauses[1]")
    for change in ({"retentionDays": 30}, {"onwardSharing": True}):
        rival = clause(one, other, "HEALTH", "LEGAL", **change)
        attempt = proposed(api, content(orgs, [first, rival]))
        await refused(world, attempt, "CLAUSES_CONTRADICT", "input.clauses[1]")


@pytest.mark.parametrize(
    "change",
    [
        {"categories": ["LEGAL"]},
        {"purposes": ["PROTECTION"]},
        {"caseRoles": ["WITNESS"]},
        {"validFrom": day(11)},
    ],
)
async def test_clauses_about_different_data_do_not_contradict(
    api: Api, orgs: list[Org], change: dict[str, Any]
) -> None:
    one, other, _ = orgs
    first = clause(one, other, validUntil=day(10))
    second = clause(one, other, retentionDays=30, **change)
    back = clause(other, one, retentionDays=31)
    version = await kept(api, content(orgs, [first, second, back]))
    assert [c["retentionDays"] for c in version["clauses"]["nodes"]] == [365, 30, 31]


@pytest.mark.parametrize(
    "text",
    [
        "Anak 👧🏽 & keluarga 👨‍👩‍👧",
        "اتفاقية تعاون \u200f(مذكرة)\u200e 2026",
        "עברית و日本語 — naïve e\u0301 é",
        "Kutip \"ganda\", 'tunggal', garis miring \\ dan </script>",
        "baris\nbaru\r\ndan\ttab",
        "a\u202eb\u2066c\u2069",
        "x",
    ],
)
async def test_text_is_kept_letter_by_letter(api: Api, orgs: list[Org], text: str) -> None:
    change = dict.fromkeys(("title", "purpose", "scope", *PARAGRAPHS), text)
    basis = [clause(orgs[0], orgs[1], legalBasis=text)]
    version = await kept(api, content(orgs, basis, **change))
    assert {version[name] for name in change} == {text}
    assert version["clauses"]["nodes"][0]["legalBasis"] == text


async def test_text_of_exactly_the_limit_is_kept(api: Api, orgs: list[Org]) -> None:
    change = {"title": "😀" * 200, "purpose": "é" * 4_000, "obligations": "x" * 4_000}
    version = await kept(api, content(orgs, **change))
    assert {name: version[name] for name in change} == change


async def test_blanks_around_a_text_go_and_a_blank_paragraph_is_none(
    api: Api, orgs: list[Org]
) -> None:
    version = await kept(api, content(orgs, title="  Judul \n", obligations=" \t"))
    assert (version["title"], version["obligations"]) == ("Judul", None)


@pytest.mark.parametrize("text", [r"a\u0000b", r"a\ud800b", r"a\udc00\ud800b"])
@covers("proposeMou", "refusal")
async def test_what_cannot_be_stored_is_no_input(
    world: World, api: Api, orgs: list[Org], text: str
) -> None:
    sent = json.dumps({"query": PROPOSE, "variables": {"input": content(orgs, title="!")}})
    async with unchanged(world):
        answer = await api.http.post(
            "/graphql",
            content=sent.replace('"!"', f'"{text}"'),
            headers={"authorization": f"Bearer {api.token}", "content-type": "application/json"},
        )
    [error] = answer.json()["errors"]
    assert error["extensions"]["code"] == "BAD_INPUT"


@pytest.mark.parametrize(("start", "end"), [("0001-01-01", "9999-12-31"), (day(0), day(0))])
async def test_any_term_in_the_calendar_is_kept(
    api: Api, orgs: list[Org], start: str, end: str
) -> None:
    clauses = [clause(orgs[0], orgs[1], validFrom=start, validUntil=end)]
    version = await kept(api, content(orgs, clauses, validFrom=start, validUntil=end))
    assert (version["validFrom"], version["validUntil"]) == (start, end)
    assert version["clauses"]["nodes"][0]["validFrom"] == start


@pytest.mark.parametrize("day", ["2026-02-30", "31-12-2026", "", "2026-01-01T00:00:00Z", 7])
@covers("proposeMou", "refusal")
async def test_a_day_that_is_none_is_no_input(
    world: World, api: Api, orgs: list[Org], day: Any
) -> None:
    async with unchanged(world):
        answer = await api.ask(PROPOSE, input=content(orgs, validFrom=day))
    assert answer.codes == ["BAD_INPUT"]


async def test_parties_and_clauses_come_back_as_the_paper_has_them(
    api: Api, orgs: list[Org]
) -> None:
    one, other, third = orgs
    parties = [
        {"organisationId": third.gid, "coversBranches": True},
        {"organisationId": one.gid, "coversBranches": False},
    ]
    written = clause(third, one, "LEGAL", "HEALTH", purposes=["OVERSIGHT"], onwardSharing=True)
    body = content(orgs, [written], noticeDays=365) | {"parties": parties}
    version = await kept(api, body)
    assert [
        (p["organisation"]["id"], p["coversBranches"], p["ordinal"])
        for p in version["parties"]["nodes"]
    ] == [(third.gid, True, 1), (one.gid, False, 2)]
    [read] = version["clauses"]["nodes"]
    assert (read["discloser"]["id"], read["recipient"]["id"]) == (third.gid, one.gid)
    assert (sorted(read["categories"]), read["purposes"]) == (["HEALTH", "LEGAL"], ["OVERSIGHT"])
    assert (read["onwardSharing"], read["validFrom"], version["noticeDays"]) == (True, None, 365)
    assert other.gid not in str(version)
