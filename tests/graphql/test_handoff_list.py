"""Inbox and outbox: every filter, the counts that go with them, and searching."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import pytest_asyncio

from auth.scopes import Scope
from tests.covered import covers
from tests.scenes import Pair, day, pair, stranger, unknown, uuid_of
from tests.world import HANDOFF, Api, Org, World, agreement, case, clause, ok

LIST = """
query($box: HandoffBox, $filter: HandoffFilter) {
  handoffs(box: $box, filter: $filter, first: 100) { totalCount nodes { id status overdue } }
}
"""
COUNTS = """
query($box: HandoffBox!, $filter: HandoffFilter) {
  handoffCounts(box: $box, filter: $filter) { status count overdue }
}
"""


@dataclass
class Desk:
    """One organisation with partners on both sides, and its handoffs by name."""

    world: World
    api: Api
    partners: list[Org]
    mous: list[str]
    ids: dict[str, str]

    async def names(self, box: str | None, filter: Any, api: Api | None = None) -> list[str]:
        found = (await (api or self.api).data(LIST, box=box, filter=filter))["handoffs"]
        assert found["totalCount"] == len(found["nodes"])
        known = {id: name for name, id in self.ids.items()}
        return [known[node["id"]] for node in found["nodes"]]


@pytest_asyncio.fixture(scope="module")
async def desk(world: World) -> Desk:
    """Handoffs `a` to `f` in the outbox, `v` to `z` in the inbox, in the order of the alphabet."""
    me, police, hospital = [await world.org(t) for t in ("UPTD_PPA", "POLICE_PPA", "HOSPITAL")]
    api, officer, doctor = [await world.as_(org) for org in (me, police, hospital)]
    first = await agreement(world, [me, police], [clause(me, police), clause(police, me)])
    second = await agreement(world, [me, hospital], [clause(me, hospital), clause(hospital, me)])
    to, back = Pair(world, api, officer, first), Pair(world, officer, api, first)
    care, cured = Pair(world, api, doctor, second), Pair(world, doctor, api, second)
    ids = {
        "a": await to.at("DRAFT"),
        "b": await to.at("REQUESTED", urgency="DARURAT"),
        "c": await to.at("ACCEPTED", kind="TRANSFER"),
        "d": await care.at("REQUESTED", caseReference="RS/7"),
        "e": await care.at("REJECTED", kind="CONSULTATION", urgency="BIASA"),
        "f": await care.at("RECEIVED"),
        "v": await back.at("REQUESTED"),
        "w": await back.at("IN_PROGRESS", urgency="MENDESAK"),
        "x": await cured.at("COMPLETED"),
        "y": await cured.at("RECEIVED"),
        "z": await cured.at("INFO_REQUESTED"),
        "draft of others": await back.at("DRAFT"),
    }
    for name in "bfvxz":  # an answer was due yesterday; only some of them still wait for one
        await world.sql(
            "update handoff set due_at = now() - interval '1 day' where id = :id",
            id=uuid_of(ids[name]),
        )
    for name, back_days in (("a", 10), ("b", 5), ("v", 5), ("w", 3)):
        await world.sql(
            "update handoff set listed_at = (access.today() - cast(:days as int))::timestamp"
            " at time zone 'Asia/Jakarta' where id = :id",
            id=uuid_of(ids[name]),
            days=back_days,
        )
    return Desk(world, api, [police, hospital], [first, second], ids)


FILTERS: list[tuple[Any, str, str]] = [
    (None, "fedcba", "zyxwv"),
    ({}, "fedcba", "zyxwv"),
    ({"statuses": ["REQUESTED", "DRAFT"]}, "dba", "v"),
    ({"statuses": []}, "", ""),
    ({"kinds": ["TRANSFER", "CONSULTATION"]}, "ec", ""),
    ({"urgencies": ["MENDESAK", "BIASA"]}, "e", "w"),
    ({"overdue": True}, "fb", "v"),
    ({"overdue": False}, "edca", "zyxw"),
    ({"overdue": None}, "fedcba", "zyxwv"),
    ({"overdue": True, "statuses": ["RECEIVED"]}, "f", ""),
    ({"since": day(-5)}, "fedcb", "zyxwv"),
    ({"since": day(-4)}, "fedc", "zyxw"),
    ({"until": day(-5)}, "ba", "v"),
    ({"until": day(-6)}, "a", ""),
    ({"since": day(-5), "until": day(-3)}, "b", "wv"),
    ({"since": "0001-01-01", "until": "9999-12-31"}, "fedcba", "zyxwv"),
    ({"search": "RS/7"}, "d", ""),
]


@pytest.mark.parametrize(("filter", "out", "into"), FILTERS)
@covers("handoffs handoffCounts", "success")
async def test_each_filter_on_each_side_and_both(
    desk: Desk, filter: Any, out: str, into: str
) -> None:
    assert "".join(await desk.names("OUTBOX", filter)) == out
    assert "".join(await desk.names("INBOX", filter)) == into
    assert sorted(await desk.names(None, filter)) == sorted(out + into)


@pytest.mark.parametrize(("filter", "out", "into"), FILTERS)
@covers("handoffCounts", "success")
async def test_the_counts_are_those_of_the_list(
    desk: Desk, filter: Any, out: str, into: str
) -> None:
    for box in ("OUTBOX", "INBOX"):
        listed = (await desk.api.data(LIST, box=box, filter=filter))["handoffs"]["nodes"]
        counted = (await desk.api.data(COUNTS, box=box, filter=filter))["handoffCounts"]
        assert {row["status"]: row["count"] for row in counted} == {
            status: [node["status"] for node in listed].count(status)
            for status in {node["status"] for node in listed}
        }
        assert sum(row["overdue"] for row in counted) == sum(node["overdue"] for node in listed)


async def test_filters_that_name_others(desk: Desk) -> None:
    police, _ = desk.partners
    for box, with_police, with_hospital in [("OUTBOX", "cba", "fed"), ("INBOX", "wv", "zyx")]:
        assert "".join(await desk.names(box, {"counterpart": police.gid})) == with_police
        assert "".join(await desk.names(box, {"mouId": desk.mous[1]})) == with_hospital
    assert await desk.names(None, {"counterpart": unknown("organisation")}) == []
    assert await desk.names(None, {"mouId": unknown("mou")}) == []
    both = {"counterpart": police.gid, "mouId": desk.mous[1]}
    assert await desk.names(None, both) == []


@pytest.mark.parametrize(
    ("filter", "code", "field"),
    [
        ({"counterpart": unknown("mou")}, "BAD_INPUT", "filter.counterpart"),
        ({"mouId": ""}, "BAD_INPUT", "filter.mouId"),
        ({"since": day(1), "until": day(0)}, "DATES_INVERTED", "filter.until"),
        ({"changedSince": "0001-01-01T00:00:00+23:59"}, "BAD_INPUT", "filter.changedSince"),
        ({"search": " "}, "BAD_INPUT", "filter.search"),
        ({"search": "x" * 201}, "TOO_LONG", "filter.search"),
    ],
)
@covers("handoffs handoffCounts", "refusal")
async def test_filters_that_mean_nothing(desk: Desk, filter: Any, code: str, field: str) -> None:
    for document in (LIST, COUNTS):
        answer = await desk.api.ask(document, box="INBOX", filter=filter)
        [error] = answer.body["errors"]
        assert error["extensions"] == {"code": code, "field": field}


@covers("handoffs handoffCounts", "stranger")
async def test_others_see_their_own_side_and_strangers_nothing(desk: Desk) -> None:
    outsider, kpai = await stranger(desk.world), await desk.world.as_(desk.world.kpai)
    for api in (outsider, kpai):
        assert await desk.names(None, None, api) == []
        for box in ("INBOX", "OUTBOX"):
            assert (await api.data(COUNTS, box=box))["handoffCounts"] == []
    officer = await desk.world.as_(desk.partners[0])
    assert "".join(await desk.names("INBOX", None, officer)) == "cb"
    assert (await desk.names("OUTBOX", None, officer))[0] == "draft of others"


SAID = {
    "pemukulan": "Korban mengalami pemukulan di sekolah pada malam hari.",
    "seling": "Pemeriksaan: luka memar; saksi guru & teman (2 orang).",
    "tanda": "Kutipan 'dia' \"berkata\" 100% -- selesai; drop table.",
}


@pytest_asyncio.fixture(scope="module")
async def said(world: World) -> Desk:
    me, other = await world.org(), await world.org("POLICE_PPA")
    api, reader = await world.as_(me), await world.as_(other)
    mou = await agreement(world, [me, other], [clause(me, other, "INCIDENT", "IDENTITY")])
    ids = {}
    for name, text in SAID.items():
        sections = [{"category": "INCIDENT", "body": text},
                    {"category": "IDENTITY", "body": f"Nama samaran Melati{name}"}]  # fmt: skip
        body = case(other, mou, sections=sections)
        handoff = await ok(api.mutate("sendHandoff", "$input: HandoffInput!", HANDOFF, input=body))
        ids[name] = handoff["id"]
    return Desk(world, reader, [me], [mou], ids)


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("pemukulan", "pemukulan"),
        ("PEMUKULAN", "pemukulan"),
        ("sekolah malam", "pemukulan"),
        ('"malam hari"', "pemukulan"),
        ('"hari malam"', "pemukulan"),
        ('"malam memar"', ""),
        ('sekolah -"guru teman"', "pemukulan"),
        ('memar or "sekolah malam', "seling pemukulan"),
        ("or memar or", "seling"),
        ("-memar", ""),
        ("korbannya dipukul", "pemukulan"),
        ("memar or pemukulan", "seling pemukulan"),
        ("luka -memar", ""),
        ("saksi -pemukulan", "seling"),
        ("melatitanda", "tanda"),
        ("table", "tanda"),
        ("tidak ada", ""),
        ("'", ""),
        ('"', ""),
        ("\\", ""),
        ("& | ! ( ) : *", ""),
        ("a:* & b", ""),
        ("%", ""),
        ("_", ""),
        ("🙂", ""),
    ],
)
async def test_searching(said: Desk, words: str, expected: str) -> None:
    assert await said.names("INBOX", {"search": words}) == expected.split()


async def test_searching_by_number_in_either_case(said: Desk) -> None:
    [(number,)] = await said.world.sql(
        "select number from handoff where id = :id", id=uuid_of(said.ids["tanda"])
    )
    for words in (number, number.lower(), f" {number} "):
        assert await said.names(None, {"search": words}) == ["tanda"]
    assert await said.names(None, {"search": number[:-1]}) == []


async def test_searching_never_finds_what_may_not_be_read(said: Desk) -> None:
    narrow = await said.world.as_(said.api.org, Scope.HANDOFF_READ, Scope.MOU_READ)
    outsider = await stranger(said.world)
    assert await said.names(None, {"search": "melatitanda"}, narrow) == []
    assert await said.names(None, {"search": "-melatitanda pemukulan"}, narrow) == ["pemukulan"]
    assert await said.names(None, {"search": "pemukulan"}, outsider) == []
    counts = await narrow.data(COUNTS, box="INBOX", filter={"search": "melatitanda"})
    assert counts["handoffCounts"] == []

    author = await said.world.as_(said.partners[0])
    types = "$id: ID!, $reason: String!"
    await ok(author.mutate("suspendMou", types, "", id=said.mous[0], reason="Uji"))
    assert await said.names(None, {"search": "pemukulan"}) == []
    assert await said.names(None, {"search": "pemukulan"}, author) == ["pemukulan"]
    await ok(author.mutate("resumeMou", "$id: ID!", "", id=said.mous[0]))
    assert await said.names(None, {"search": "pemukulan"}) == ["pemukulan"]


async def test_what_changed_since_a_moment(world: World) -> None:
    both = await pair(world, "INCIDENT")
    first, second = [(await both.send())["id"] for _ in range(2)]
    await world.sql("update handoff set updated_at = now() - interval '1 day'")
    since = datetime.now(UTC) - timedelta(hours=1)
    await both.take("receiveHandoff", id=first)
    document = (
        "query($since: DateTime!) { handoffs(box: OUTBOX, filter: {changedSince: $since})"
        " { nodes { id } } }"
    )
    found = await both.sender.data(document, since=since.isoformat())
    assert [h["id"] for h in found["handoffs"]["nodes"]] == [first]
    assert second != first
    answer = await both.sender.ask(document, since="2026-01-01T00:00:00")
    assert answer.codes == ["BAD_INPUT"]
