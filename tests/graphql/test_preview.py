"""What a change of an agreement would do: told before, and held against what it then does."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
import pytest_asyncio

from auth.scopes import Scope
from tests.covered import covers
from tests.scenes import Pair, day, pair, rewrite, stranger, take, unknown, uuid_of
from tests.unchanged import unchanged
from tests.world import (
    EVERY_SCOPE,
    MOU,
    Answer,
    Api,
    Org,
    World,
    clause,
    conclude,
    content,
    ok,
    open_version,
    proposed,
    sent,
    today,
)

PREVIEW = """
query($input: AgreementChangeInput!) { previewAgreement(input: $input) {
  effectiveOn
  counts { discloser { id } recipient { id } exact handoffs opens closes stays }
  handoffs { handoff { id } opens closes stays } } }
"""
COUNTS = "query($input: AgreementChangeInput!) { previewAgreement(input: $input) { counts {"
COUNTS += " discloser { id } recipient { id } exact handoffs opens closes stays } } }"
OPEN = """
query { handoffs(first: 40) { nodes { id sections(first: 20) { nodes {
  id author { id } content { __typename } } } } } }
"""
Figures = dict[tuple[str, str], tuple[int, int, int]]


async def ask(api: Api, document: str = PREVIEW, **change: Any) -> Answer:
    return await api.ask(document, input=change)


async def previewed(api: Api, **change: Any) -> dict[str, Any]:
    result: dict[str, Any] = (await ask(api, **change)).data["previewAgreement"]
    return result


def figures(preview: dict[str, Any]) -> Figures:
    """Opens, closes and stays, by who discloses to whom."""
    return {
        (c["discloser"]["id"], c["recipient"]["id"]): (c["opens"], c["closes"], c["stays"])
        for c in preview["counts"]
    }


async def read_by(*apis: Api) -> set[tuple[str, str, str, str]]:
    """Handoff, section, author and reader of all that is open to these, of what others wrote."""
    found = set()
    for api in apis:
        for handoff in (await api.data(OPEN))["handoffs"]["nodes"]:
            for section in handoff["sections"]["nodes"]:
                author = section["author"]["id"]
                if author != api.org.gid and section["content"]["__typename"] == "Disclosed":
                    found.add((handoff["id"], section["id"], author, api.org.gid))
    return found


@dataclass
class Held:
    """A preview, and what was open when it was asked."""

    preview: dict[str, Any]
    before: set[tuple[str, str, str, str]]
    apis: tuple[Api, ...] = field(default=())

    @classmethod
    async def of(cls, world: World, apis: tuple[Api, ...], **change: Any) -> "Held":
        before = await read_by(*apis)
        async with unchanged(world):
            preview = await previewed(apis[0], **change)
        return cls(preview, before, apis)

    async def against_the_truth(self) -> Figures:
        """The figures, once they are those of what really became of it."""
        after = await read_by(*self.apis)
        pairs = {item[2:] for item in self.before | after}
        truth = {
            (author, reader): (
                sum(item[2:] == (author, reader) for item in after - self.before),
                sum(item[2:] == (author, reader) for item in self.before - after),
                sum(item[2:] == (author, reader) for item in self.before & after),
            )
            for author, reader in pairs
        }
        me = self.apis[0].org.gid
        assert figures(self.preview) == {k: v for k, v in truth.items() if me in k}
        changed = Counter(item[0] for item in self.before ^ after if me in item[2:])
        assert {
            h["handoff"]["id"]: h["opens"] + h["closes"] for h in self.preview["handoffs"]
        } == changed
        return truth


@pytest_asyncio.fixture
async def both(world: World) -> Pair:
    """Handoffs in many states under one agreement, with words of both sides."""
    both = await pair(world, "INCIDENT", "HEALTH", "IDENTITY", back=["OUTCOME"])
    for status in ("DRAFT", "REQUESTED", "ACCEPTED", "COMPLETED", "REJECTED", "REVOKED"):
        await both.at(status, "INCIDENT", "HEALTH")
    await both.at("ACCEPTED", "IDENTITY", kind="TRANSFER")
    id = await both.at("IN_PROGRESS", "INCIDENT")
    section = {"category": "OUTCOME", "body": "Hasil."}
    await ok(take(both.receiver, "addHandoffSection", id, section=section))
    bare = await both.at("ACCEPTED", "INCIDENT")
    await rewrite(world, "delete from lawful_basis where handoff_id = :id", id=uuid_of(bare))
    return both


def amended(both: Pair, *categories: str, **change: Any) -> dict[str, Any]:
    one, other = both.sender.org, both.receiver.org
    return content([one, other], [clause(one, other, *categories)], **change)


async def amend(both: Pair, body: dict[str, Any]) -> None:
    types = "$id: ID!, $input: MouInput!"
    mou = await ok(both.sender.mutate("amendMou", types, MOU, id=both.mou, input=body))
    await conclude(mou, both.sender, both.receiver)


@covers("previewAgreement", "success")
async def test_an_amendment_does_what_was_said(both: Pair) -> None:
    body = amended(both, "HEALTH", "LEGAL")
    apis = (both.sender, both.receiver)
    held = await Held.of(both.world, apis, amendment={"mouId": both.mou, "content": body})
    assert held.preview["effectiveOn"] == str(today())
    await amend(both, body)
    truth = await held.against_the_truth()
    us, them = both.sender.org.gid, both.receiver.org.gid
    assert truth == {(us, them): (0, 5, 3), (them, us): (0, 1, 0)}
    # And back again, as the receiver sees it.
    body = amended(both, "INCIDENT", "HEALTH", "IDENTITY")
    held = await Held.of(both.world, apis[::-1], amendment={"mouId": both.mou, "content": body})
    await amend(both, body)
    assert await held.against_the_truth() == {(us, them): (5, 0, 3)}


async def test_the_open_version_is_what_is_asked_about_when_none_is_given(both: Pair) -> None:
    types = "$id: ID!, $input: MouInput!"
    body = amended(both, "INCIDENT")
    mou = await ok(both.sender.mutate("amendMou", types, MOU, id=both.mou, input=body))
    unseen = await ask(both.receiver, amendment={"mouId": both.mou})
    assert unseen.codes == ["WRONG_STATE"]  # for its drafter alone, as yet
    held = await Held.of(both.world, (both.sender, both.receiver), amendment={"mouId": both.mou})
    await conclude(mou, both.sender, both.receiver)
    await held.against_the_truth()
    assert (await ask(both.sender, amendment={"mouId": both.mou})).codes == ["WRONG_STATE"]


@pytest.mark.parametrize(
    "change",
    [
        {"validFrom": str(today() + timedelta(days=1)), "takesEffectOn": None},
        {"validFrom": str(today() - timedelta(days=9)), "validUntil": str(today())},
    ],
    ids=["begins tomorrow", "ends today"],
)
async def test_terms_count_as_they_will(both: Pair, change: dict[str, Any]) -> None:
    body = amended(both, "INCIDENT", "HEALTH", "IDENTITY", **change)
    held = await Held.of(
        both.world,
        (both.sender, both.receiver),
        amendment={"mouId": both.mou, "content": body},
    )
    if change.get("takesEffectOn", 0) is None:
        assert held.preview["effectiveOn"] == str(today())
    await amend(both, body)
    await held.against_the_truth()


async def test_what_counts_later_is_judged_on_its_day(both: Pair) -> None:
    body = amended(both, "HEALTH", validFrom=day(30), takesEffectOn=day(30), validUntil=day(60))
    later = await previewed(both.sender, amendment={"mouId": both.mou, "content": body})
    assert later["effectiveOn"] == day(30)
    us, them = both.sender.org.gid, both.receiver.org.gid
    assert figures(later) == {(us, them): (0, 5, 3), (them, us): (0, 1, 0)}


async def test_a_clause_that_keeps_shorter_closes_what_ended(both: Pair) -> None:
    await rewrite(both.world, "update handoff set ended_at = ended_at - interval '9 days'"
                  " where ended_at is not null")  # fmt: skip
    one, other = both.sender.org, both.receiver.org
    shorter = clause(one, other, "INCIDENT", "HEALTH", "IDENTITY", retentionDays=8)
    body = content([one, other], [shorter])
    held = await Held.of(
        both.world,
        (both.sender, both.receiver),
        amendment={"mouId": both.mou, "content": body},
    )
    await amend(both, body)
    assert (await held.against_the_truth())[one.gid, other.gid] == (0, 2, 6)


@covers("previewAgreement", "success")
async def test_an_end_closes_what_rests_on_it(both: Pair) -> None:
    apis = (both.sender, both.receiver)
    suspension = await Held.of(both.world, apis, suspension={"mouId": both.mou})
    types = "$id: ID!, $reason: String!"
    await ok(both.sender.mutate("suspendMou", types, MOU, id=both.mou, reason="Uji."))
    us, them = both.sender.org.gid, both.receiver.org.gid
    assert await suspension.against_the_truth() == {(us, them): (0, 8, 0), (them, us): (0, 1, 0)}
    assert (await ask(both.sender, suspension={"mouId": both.mou})).codes == ["WRONG_STATE"]
    await ok(both.sender.mutate("resumeMou", "$id: ID!", MOU, id=both.mou))
    termination = await Held.of(both.world, apis, termination={"mouId": both.mou})
    await ok(both.sender.mutate("terminateMou", types, MOU, id=both.mou, reason="Uji."))
    assert await termination.against_the_truth() == figures(suspension.preview)
    assert (await ask(both.sender, termination={"mouId": both.mou})).codes == ["WRONG_STATE"]


async def test_the_end_of_a_frame_ends_what_stands_under_it(world: World) -> None:
    one, other = await world.org(), await world.org("POLICE_PPA")
    us, them = await world.as_(one), await world.as_(other)
    frame = await conclude(await ok(proposed(us, content([one, other]))), us, them)
    below = content([one, other], [clause(one, other, "INCIDENT")])
    detail = await ok(proposed(us, below, kind="COOPERATION_AGREEMENT", parent=frame["id"]))
    await conclude(detail, us, them)
    await sent(us, other, detail["id"])
    held = await Held.of(world, (us, them), termination={"mouId": frame["id"]})
    types = "$id: ID!, $reason: String!"
    await ok(us.mutate("terminateMou", types, MOU, id=frame["id"], reason="Uji."))
    assert await held.against_the_truth() == {(one.gid, other.gid): (0, 1, 0)}


async def test_a_notice_is_kept_and_branches_are_covered(world: World) -> None:
    mabes, one = await world.org("POLICE_PPA"), await world.org()
    polres = await world.org("POLICE_PPA", mabes)
    us, above, branch = [await world.as_(org) for org in (one, mabes, polres)]

    def paper(covers: bool, **change: Any) -> dict[str, Any]:
        parties = [{"organisationId": one.gid},
                   {"organisationId": mabes.gid, "coversBranches": covers}]  # fmt: skip
        clauses = [clause(one, mabes, "INCIDENT")]
        return content([one, mabes], clauses, noticeDays=10, **change) | {"parties": parties}

    mou = await conclude(await ok(proposed(us, paper(True))), us, above)
    await sent(us, polres, mou["id"])
    ended = await previewed(us, termination={"mouId": mou["id"]})
    assert ended["effectiveOn"] == day(10)
    assert figures(ended) == {(one.gid, polres.gid): (0, 1, 0)}
    soon = await ask(us, termination={"mouId": mou["id"], "effectiveOn": day(1)})
    assert soon.codes == ["NOTICE_TOO_SHORT"]
    held = await Held.of(
        world, (us, branch), amendment={"mouId": mou["id"], "content": paper(False)}
    )
    types = "$id: ID!, $input: MouInput!"
    await ok(us.mutate("amendMou", types, MOU, id=mou["id"], input=paper(False)))
    await conclude(mou, us, above)
    assert await held.against_the_truth() == {(one.gid, polres.gid): (0, 1, 0)}


async def test_nothing_rests_on_what_there_is_not_yet(both: Pair) -> None:
    draft = {"kind": "MEMORANDUM", "content": amended(both, "INCIDENT")}
    assert await previewed(both.sender, draft=draft) == {
        "effectiveOn": str(today()), "counts": [], "handoffs": [],
    }  # fmt: skip


# Who may know -----------------------------------------------------------------------------------


async def three(world: World, handoffs: int) -> tuple[Api, Api, Api, str]:
    """Three parties; some handoffs between the first two, of two sections each."""
    orgs = [await world.org() for _ in range(3)]
    apis = [await world.as_(org) for org in orgs]
    body = content(orgs, [clause(orgs[0], orgs[1], "INCIDENT", "HEALTH")])
    mou = await conclude(await ok(proposed(apis[0], body)), *apis)
    for _ in range(handoffs):
        await sent(apis[0], orgs[1], mou["id"], "INCIDENT", "HEALTH")
    return apis[0], apis[1], apis[2], mou["id"]


async def test_of_others_figures_are_rounded_and_small_ones_not_told(world: World) -> None:
    for number, shown in ((4, None), (7, (5, 10))):
        first, second, third, mou = await three(world, number)
        between = {"discloser": {"id": first.org.gid}, "recipient": {"id": second.org.gid}}
        for api in (first, second):
            told = await previewed(api, termination={"mouId": mou})
            assert told["counts"] == [
                between | {"exact": True, "handoffs": number, "opens": 0, "closes": 2 * number,
                           "stays": 0}
            ]  # fmt: skip
            assert len(told["handoffs"]) == number
        for api in (third, await world.as_(world.kpai, *EVERY_SCOPE)):
            told = await previewed(api, termination={"mouId": mou})
            assert told["handoffs"] == []
            assert told["counts"] == (
                [] if shown is None else [
                    between | {"exact": False, "handoffs": shown[0], "opens": 0,
                               "closes": shown[1], "stays": 0}
                ]
            )  # fmt: skip


async def test_handoffs_need_their_own_scope(world: World) -> None:
    first, _, _, mou = await three(world, 1)
    narrow = await world.as_(first.org, Scope.MOU_READ)
    change = {"termination": {"mouId": mou}}
    assert (await ask(narrow, **change)).codes == ["MISSING_SCOPE"]
    counts = (await ask(narrow, COUNTS, **change)).data["previewAgreement"]["counts"]
    assert [c["closes"] for c in counts] == [2]


@covers("previewAgreement", "stranger")
async def test_a_stranger_learns_nothing(both: Pair) -> None:
    outsider = await stranger(both.world)
    body = amended(both, "INCIDENT")
    for change in (
        lambda mou: {"amendment": {"mouId": mou}},
        lambda mou: {"amendment": {"mouId": mou, "content": body}},
        lambda mou: {"termination": {"mouId": mou}},
        lambda mou: {"suspension": {"mouId": mou}},
    ):
        async with unchanged(both.world):
            foreign = await ask(outsider, **change(both.mou))
            nothing = await ask(outsider, **change(unknown("mou")))
        assert foreign.codes == ["NOT_FOUND"]
        assert foreign.body == nothing.body


@covers("previewAgreement", "refusal")
async def test_it_is_refused_as_the_change_would_be(both: Pair, world: World) -> None:
    async def codes(api: Api = both.sender, **change: Any) -> list[str]:
        return (await ask(api, **change)).codes

    empty = amended(both, "INCIDENT") | {"title": " "}
    assert await codes(amendment={"mouId": both.mou, "content": empty}) == ["BAD_INPUT"]
    assert await codes(draft={"kind": "MEMORANDUM", "content": empty}) == ["BAD_INPUT"]
    alone = {"kind": "WORK_PLAN", "content": amended(both, "INCIDENT")}
    assert await codes(draft=alone) == ["PARENT_REQUIRED"]
    late = {"mouId": both.mou, "effectiveOn": day(999)}
    assert await codes(termination=late) == ["DATES_INVERTED"]
    others = {"kind": "MEMORANDUM", "content": amended(both, "INCIDENT")}
    assert await codes(await stranger(world), draft=others) == ["NOT_A_PARTY"]
    assert await codes(draft=alone, termination=late) == ["BAD_INPUT"]
    assert await codes() == ["BAD_INPUT"]


async def test_who_is_merely_covered_has_no_say(world: World) -> None:
    mabes, one = await world.org("POLICE_PPA"), await world.org()
    polres: Org = await world.org("POLICE_PPA", mabes)
    us, above = await world.as_(one), await world.as_(mabes)
    parties = [{"organisationId": one.gid}, {"organisationId": mabes.gid, "coversBranches": True}]
    body = content([one, mabes], [clause(one, mabes)]) | {"parties": parties}
    mou = (await conclude(await ok(proposed(us, body)), us, above))["id"]
    branch = await world.as_(polres)
    assert (await open_version(branch, mou))["number"] == 1
    assert (await ask(branch, termination={"mouId": mou})).codes == ["NOT_A_PARTY"]
    [(row,)] = await world.sql("select count(*) from mou_event where kind = 'TERMINATED'"
                               " and mou_id = :id", id=uuid_of(mou))  # fmt: skip
    assert row == 0
