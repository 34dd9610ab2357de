"""Access follows the agreement at the moment of reading: it closes and opens with it at once."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest

from tests.scenes import REASON, Pair, day, expire, pair, rewrite, take, uuid_of
from tests.unchanged import refused
from tests.world import MOU, World, clause, conclude, content, ok, proposed, today

READABLE = "Isi bagian incident."
CLOSED = "AGREEMENT_NOT_IN_FORCE"
FRAME = "$id: ID!, $reason: String!"


@dataclass
class Shared:
    """A handoff from one to the other, read by the other."""

    both: Pair
    id: str

    async def reads(self, *expected: str) -> None:
        """What the receiver reads now, by its id, in the list, by node and by searching."""
        assert await self.both.bodies(self.both.receiver, self.id) == list(expected)
        listed = await self.both.receiver.data(
            "{ handoffs(first: 1) { nodes { sections { nodes { content { ... on Disclosed { body }"
            " ... on Withheld { code } } } } } } }"
        )
        sections = listed["handoffs"]["nodes"][0]["sections"]["nodes"]
        assert [s["content"].get("body") or s["content"]["code"] for s in sections] == [*expected]
        found = await self.both.receiver.data(
            '{ handoffs(filter: {search: "bagian"}) { totalCount } }'
        )
        assert found["handoffs"]["totalCount"] == int(any(" " in text for text in expected))
        own = await self.both.bodies(self.both.sender, self.id)
        assert all(" " in text for text in own)  # the author's own words stay its own


async def shared(world: World, *categories: str, **change: Any) -> Shared:
    both = await pair(world, *(categories or ("INCIDENT",)), **change)
    return Shared(both, await both.at("IN_PROGRESS", *(categories or ("INCIDENT",))))


def amend(both: Pair, body: dict[str, Any]) -> Any:
    return both.sender.mutate(
        "amendMou", "$id: ID!, $input: MouInput!", MOU, id=both.mou, input=body
    )


async def amended(both: Pair, clauses: list[Any], **change: Any) -> None:
    await ok(amend(both, content([both.sender.org, both.receiver.org], clauses, **change)))
    await conclude({"id": both.mou}, both.sender, both.receiver)


async def test_suspended_it_closes_and_resumed_it_opens(world: World) -> None:
    case = await shared(world)
    await case.reads(READABLE)
    await ok(case.both.sender.mutate("suspendMou", FRAME, MOU, id=case.both.mou, reason=REASON))
    await case.reads(CLOSED)
    await ok(case.both.sender.mutate("resumeMou", "$id: ID!", MOU, id=case.both.mou))
    await case.reads(READABLE)


async def test_terminated_it_closes_for_good(world: World) -> None:
    case = await shared(world)
    await ok(case.both.receiver.mutate("terminateMou", FRAME, MOU, id=case.both.mou, reason=REASON))
    await case.reads(CLOSED)


async def test_terminated_with_notice_it_stays_open_until_that_day(world: World) -> None:
    case = await shared(world, noticeDays=10)
    await ok(case.both.sender.mutate("terminateMou", FRAME, MOU, id=case.both.mou, reason=REASON))
    await case.reads(READABLE)
    for offset, expected in ((1, READABLE), (0, CLOSED), (-1, CLOSED)):
        moved = "update mou set terminated_on = :last where id = :id"
        await world.sql(moved, last=today() + timedelta(offset), id=uuid_of(case.both.mou))
        await case.reads(expected)


async def test_on_its_last_day_it_is_open_and_the_day_after_closed(world: World) -> None:
    case = await shared(world)
    for days, expected in ((0, READABLE), (1, CLOSED), (-1, READABLE)):
        await expire(world, case.both.mou, days)
        await case.reads(expected)


async def test_before_its_first_day_it_is_closed(world: World) -> None:
    case = await shared(world)
    later = "update mou_version set in_force_from = :first where mou_id = :id"
    for days, expected in ((1, CLOSED), (0, READABLE)):
        await world.sql(later, first=today() + timedelta(days), id=uuid_of(case.both.mou))
        await case.reads(expected)


@pytest.mark.parametrize(
    ("first", "last", "expected"),
    [(0, 0, READABLE), (1, 5, "NOT_COVERED"), (-5, -1, "NOT_COVERED"), (-5, 5, READABLE)],
)
async def test_a_clause_has_a_period_of_its_own(
    world: World, first: int, last: int, expected: str
) -> None:
    case = await shared(world)
    await rewrite(
        world,
        "update mou_clause set valid_from = access.today() + cast(:first as int),"
        " valid_until = access.today() + cast(:last as int) where discloser_id = :id",
        first=first,
        last=last,
        id=case.both.sender.org.id,
    )
    await case.reads(expected)


async def test_an_amendment_narrows_and_widens_when_the_last_has_signed(world: World) -> None:
    case = await shared(world, "INCIDENT", "HEALTH")
    both = case.both
    one, other = both.sender.org, both.receiver.org
    body = content([one, other], [clause(one, other, "INCIDENT")])
    await ok(amend(both, body))
    await case.reads(READABLE, "Isi bagian health.")  # a draft changes nothing
    await conclude({"id": both.mou}, both.sender, both.receiver)
    await case.reads(READABLE, "NOT_COVERED")
    attempt = take(both.sender, "addHandoffSection", case.id,
                   section={"category": "HEALTH", "body": "x"})  # fmt: skip
    await refused(world, attempt, "NOT_COVERED", "section.category")

    await amended(both, [clause(one, other, "INCIDENT", "HEALTH", "LEGAL")])

    await case.reads(READABLE, "Isi bagian health.")
    legal = {"category": "LEGAL", "body": "Bagian baru"}
    await ok(take(both.sender, "addHandoffSection", case.id, section=legal))
    await case.reads(READABLE, "Isi bagian health.", "Bagian baru")


async def test_an_amendment_for_later_changes_nothing_before_its_day(world: World) -> None:
    case = await shared(world)
    await amended(case.both, [], takesEffectOn=day(5))
    await case.reads(READABLE)
    await world.sql(
        "update mou_version set in_force_from = access.today() where mou_id = :id and number = 2",
        id=uuid_of(case.both.mou),
    )
    await case.reads("NOT_COVERED")


@pytest.mark.parametrize(
    "change",
    [
        {"purposes": ["PROTECTION"]},
        {"caseRoles": ["WITNESS"]},
        {"categories": ["HEALTH"]},
    ],
)
async def test_a_clause_for_something_else_does_not_cover_it(world: World, change: Any) -> None:
    case = await shared(world)
    one, other = case.both.sender.org, case.both.receiver.org
    await amended(case.both, [clause(one, other, **change)])
    await case.reads("NOT_COVERED")


async def test_a_clause_the_other_way_or_between_others_does_not_cover_it(world: World) -> None:
    case = await shared(world)
    both, third = case.both, await world.as_(await world.org())
    one, other = both.sender.org, both.receiver.org
    await ok(
        amend(
            both,
            content(
                [one, other, third.org],
                [clause(other, one), clause(third.org, other), clause(one, third.org)],
            ),
        )
    )
    await conclude({"id": both.mou}, both.sender, both.receiver, third)
    await case.reads("NOT_COVERED")


async def test_a_party_amended_away_reads_no_more(world: World) -> None:
    case = await shared(world)
    both, third = case.both, await world.as_(await world.org())
    await ok(amend(both, content([both.sender.org, third.org], [])))
    await conclude({"id": both.mou}, both.sender, third)
    await case.reads("NOT_COVERED")
    attempt = take(both.receiver, "addHandoffSection", case.id)
    await refused(world, attempt, "NOT_COVERED", "section.category")


async def test_the_agreement_above_suspended_closes_it_too(world: World) -> None:
    frame = await pair(world)
    one, other = frame.sender.org, frame.receiver.org
    body = content([one, other], [clause(one, other)])
    pks = await ok(proposed(frame.sender, body, "COOPERATION_AGREEMENT", frame.mou))
    await conclude(pks, frame.sender, frame.receiver)
    both = Pair(world, frame.sender, frame.receiver, pks["id"])
    case = Shared(both, await both.at("IN_PROGRESS"))
    await case.reads(READABLE)
    await ok(both.receiver.mutate("suspendMou", FRAME, MOU, id=frame.mou, reason=REASON))
    await case.reads(CLOSED)
    await refused(world, both.write("sendHandoff"), "AGREEMENT_NOT_IN_FORCE", "input.mouId")
    await ok(both.receiver.mutate("resumeMou", "$id: ID!", MOU, id=frame.mou))
    await case.reads(READABLE)
    await expire(world, frame.mou)
    await case.reads(CLOSED)


async def test_another_agreement_between_the_two_opens_nothing_of_this_one(world: World) -> None:
    case = await shared(world)
    one, other = case.both.sender.org, case.both.receiver.org
    body = content([one, other], [clause(one, other)])
    second = await ok(proposed(case.both.sender, body))
    await conclude(second, case.both.sender, case.both.receiver)
    await ok(case.both.sender.mutate("suspendMou", FRAME, MOU, id=case.both.mou, reason=REASON))
    await case.reads(CLOSED)


async def test_what_an_operation_reads_after_a_change_is_read_after_it(world: World) -> None:
    """Mutations run one after the other; what was read before one is forgotten after it."""
    both = await pair(world, back=["OUTCOME"])
    id = await both.at("ACCEPTED")
    found = await both.receiver.data(
        """
        mutation($mou: ID!, $id: ID!) {
          started: startHandoff(id: $id) { ...Seen }
          suspendMou(id: $mou, reason: "Uji") { ... on Mou { inForce } }
          completed: completeHandoff(id: $id) { ...Seen }
        }
        fragment Seen on HandoffResult { ... on Handoff { status mou { inForce }
          sections { nodes { content { ... on Disclosed { body } ... on Withheld { code } } } } } }
        """,
        mou=both.mou,
        id=id,
    )
    assert found == {
        "started": {
            "status": "IN_PROGRESS",
            "mou": {"inForce": True},
            "sections": {"nodes": [{"content": {"body": READABLE}}]},
        },
        "suspendMou": {"inForce": False},
        "completed": {
            "status": "COMPLETED",
            "mou": {"inForce": False},
            "sections": {"nodes": [{"content": {"code": CLOSED}}]},
        },
    }
