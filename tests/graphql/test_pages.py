"""Walking lists page by page: every row once, in one order, whichever way and however many."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

import pytest
import pytest_asyncio

from tests.scenes import Pair, day, pair, rewrite, uuid_of
from tests.walking import Listing, nested, root
from tests.world import Api, Org, World, basis, clause, conclude, content, ok, proposed, today

SIZES = (1, 3, 7, 100)


@dataclass
class Shelf:
    """Everything long enough to be read in pages."""

    both: Pair
    handoff: str
    mou: str
    activity: str

    @property
    def api(self) -> Api:
        return self.both.sender


WHO = "organisation { id }"
LISTS: dict[str, tuple[int, Callable[[Shelf], Listing]]] = {
    "organisations": (
        12,
        lambda s: root(s.api, "organisations", args=', filter: {name: "cabang"}'),
    ),
    "mous": (11, lambda s: root(s.api, "mous")),
    "outbox": (11, lambda s: root(s.api, "handoffs", args=", box: OUTBOX")),
    "inbox": (9, lambda s: root(s.api, "handoffs", args=", box: INBOX")),
    "handoffs": (20, lambda s: root(s.api, "handoffs")),
    "activities": (11, lambda s: root(s.api, "jointActivities")),
    "inquiries": (9, lambda s: root(s.api, "inquiries")),
    "vocabulary": (14, lambda s: root(s.api, "vocabulary", "code", ", kind: SERVICE")),
    "branches": (12, lambda s: nested(s.api, "organisation", s.api.org.gid, "branches")),
    "sections": (12, lambda s: nested(s.api, "handoff", s.handoff, "sections")),
    "events": (13, lambda s: nested(s.api, "handoff", s.handoff, "events", "createdAt")),
    "children": (9, lambda s: nested(s.api, "mou", s.both.mou, "children")),
    "versions": (9, lambda s: nested(s.api, "mou", s.mou, "versions")),
    "mou events": (35, lambda s: nested(s.api, "mou", s.mou, "events", "kind createdAt")),
    "parties": (12, lambda s: nested(s.api, "mou", s.mou, "parties", WHO, "version")),
    "clauses": (11, lambda s: nested(s.api, "mou", s.mou, "clauses", "number", "version")),
    "comments": (9, lambda s: nested(s.api, "mou", s.mou, "comments", "body", "version")),
    "approvals": (12, lambda s: nested(s.api, "mou", s.mou, "approvals", WHO, "version")),
    "signatures": (12, lambda s: nested(s.api, "mou", s.mou, "signatures", WHO, "version")),
    "participants": (
        12,
        lambda s: nested(s.api, "jointActivity", s.activity, "participants", WHO),
    ),
    "tasks": (9, lambda s: nested(s.api, "jointActivity", s.activity, "tasks")),
}


@pytest_asyncio.fixture(scope="module")
async def shelf(world: World) -> Shelf:
    both = await pair(world, "INCIDENT", back=["INCIDENT"])
    branches = [
        await world.org(parent=both.sender.org, name=f"Cabang {n % 5} {'aAbB'[n % 4]}")
        for n in range(12)
    ]
    for _ in range(10):
        await both.send()
    inbox = Pair(world, both.receiver, both.sender, both.mou)
    for _ in range(9):
        await inbox.send()
    sections = [{"category": "INCIDENT", "body": str(n)} for n in range(5)]
    handoff = (await both.send(sections=sections))["id"]
    for n in range(7):
        api = both.sender if n % 2 else both.receiver
        await ok(
            api.mutate(
                "addHandoffSection",
                "$id: ID!, $section: SectionInput!, $bases: [LawfulBasisInput!]", "", id=handoff,
                section={"category": "INCIDENT", "body": f"lagi {n}"}, bases=[basis()],
            )
        )  # fmt: skip
    await both.take("receiveHandoff", "acceptHandoff", "startHandoff", id=handoff)
    await both.take("requestHandoffCancellation", id=handoff)
    await both.take("answerHandoffCancellation", id=handoff)
    for _ in range(9):
        body = content([both.sender.org, both.receiver.org])
        await ok(proposed(both.sender, body, "COOPERATION_AGREEMENT", both.mou))
    mou = await _long_agreement(world, both.sender, branches[:11])
    activity = await _activities(world, both, branches)
    await _inquiries(both)
    # Rows of one moment: only their ids tell them apart.
    moment = "now() - interval '1 hour'"
    await world.sql(f"update handoff set listed_at = {moment} where sender_id = :me",
                    me=both.sender.org.id)  # fmt: skip
    await world.sql(f"update inquiry set created_at = {moment}")
    await world.sql(f"update mou set created_at = {moment} where parent_id is not null")
    return Shelf(both, handoff, mou, activity)


async def _long_agreement(world: World, api: Api, others: list[Org]) -> str:
    """Many parties, clauses, comments and versions; nine of them."""
    orgs = [api.org, *others]
    clauses = [clause(api.org, org) for org in others]
    apis = [api, *[await world.as_(org) for org in others]]
    mou = await ok(proposed(api, content(orgs, clauses)))
    for n in range(9):
        await ok(
            api.mutate("commentOnMou", "$id: ID!, $body: String!", "", id=mou["id"], body=str(n))
        )
    await conclude(mou, *apis)
    for n in range(8):  # and eight that came to nothing
        until = str(today() + timedelta(days=400 + n))
        extend = "$id: ID!, $until: Date!"
        await ok(api.mutate("extendMou", extend, "... on Mou { id }", id=mou["id"], until=until))
        if n < 7:
            await rewrite(
                world,
                "update mou_version set stage = 'WITHDRAWN' where stage = 'DRAFT' and mou_id = :id",
                id=uuid_of(mou["id"]),
            )
    return str(mou["id"])


async def _activities(world: World, both: Pair, orgs: list[Org]) -> str:
    types, returns = "$input: JointActivityInput!", "... on JointActivity { id }"
    plan = {"kind": "EDUCATION", "title": "Sosialisasi", "startsAt": f"{day(3)}T09:00:00+07:00",
            "endsAt": f"{day(3)}T12:00:00+07:00"}  # fmt: skip
    for _ in range(10):
        await ok(both.sender.mutate("planJointActivity", types, returns, input=plan))
    plan["invite"] = [org.gid for org in orgs]
    last = await ok(both.sender.mutate("planJointActivity", types, returns, input=plan))
    for n in range(9):
        task = {"title": f"Tugas {n}", "assigneeId": both.sender.org.gid, "dueOn": day(n)}
        await ok(
            both.sender.mutate(
                "addActivityTask", "$id: ID!, $input: ActivityTaskInput!", "",
                id=last["id"], input=task,
            )
        )  # fmt: skip
    return str(last["id"])


async def _inquiries(both: Pair) -> None:
    for _ in range(9):
        question = {
            "kind": "CAPACITY", "askedId": both.receiver.org.gid, "mouId": both.mou,
            "handoffKind": "REFERRAL", "purpose": "SERVICE_DELIVERY", "urgency": "SEGERA",
            "childRole": "VICTIM", "services": [], "question": "Ada tempat?",
        }  # fmt: skip
        await ok(both.sender.mutate("askPartner", "$input: InquiryInput!", "", input=question))


@pytest.mark.parametrize("name", LISTS)
async def test_every_row_once_in_one_order(shelf: Shelf, name: str) -> None:
    count, of = LISTS[name]
    listing = of(shelf)
    whole = await listing.page(first=100)
    rows = whole["nodes"]
    assert (len(rows), whole["totalCount"]) == (count, count)
    assert len({str(row) for row in rows}) == count
    for size in SIZES:
        assert await listing.forward(size) == rows
        assert await listing.backward(size) == rows


@pytest.mark.parametrize("name", LISTS)
async def test_pages_between_two_cursors_and_of_nothing(shelf: Shelf, name: str) -> None:
    count, of = LISTS[name]
    listing = of(shelf)
    whole = await listing.page(first=100)
    rows, cursors = whole["nodes"], [edge["cursor"] for edge in whole["edges"]]
    between = await listing.page(first=100, after=cursors[1], before=cursors[5])
    assert between["nodes"] == rows[2:5]
    between = await listing.page(last=2, after=cursors[1], before=cursors[5])
    assert between["nodes"] == rows[3:5]
    assert between["pageInfo"]["hasPreviousPage"] is True
    assert (await listing.page(before=cursors[3]))["nodes"] == rows[:3]
    assert (await listing.page(after=cursors[-1]))["nodes"] == []
    nothing = await listing.page(first=0)
    assert (nothing["nodes"], nothing["totalCount"]) == ([], count)
    assert nothing["pageInfo"]["hasNextPage"] is True


@pytest.mark.parametrize("name", ["handoffs", "mous"])
async def test_rows_that_arrive_meanwhile_neither_repeat_nor_hide_one(
    world: World, name: str
) -> None:
    both = await pair(world)

    async def arrive() -> None:
        if name == "handoffs":
            await both.send()
        else:
            await ok(proposed(both.sender, content([both.sender.org, both.receiver.org])))

    for _ in range(7):
        await arrive()
    listing = root(both.sender, name)
    before = await listing.forward(100)

    assert await listing.forward(2, between=arrive) == before

    after = await listing.forward(100)
    assert len(after) > len(before)
    assert after[-len(before) :] == before


async def test_order_is_the_databases_whatever_its_collation(world: World) -> None:
    """Names that a dictionary orders otherwise than their code points do."""
    if not await world.sql("select 1 from pg_collation where collname = 'en-x-icu'"):
        pytest.skip("this PostgreSQL was built without ICU")
    await world.sql('alter table organisation alter name type text collate "en-x-icu"')
    await world.database.engine.dispose()  # its connections remember plans for the former column
    parent = await world.org(name="Induk")
    names = ["apel", "Apel", "bayam", "Bayam", "ceri", "éclair", "Zaitun", "zaitun", "_garis", "10"]
    for name in names:
        await world.org(parent=parent, name=name)
    api = await world.as_(parent)
    below = nested(api, "organisation", parent.gid, "branches", "name")
    same = root(api, "organisations", "name", f', filter: {{under: "{parent.gid}"}}')

    rows = await same.forward(100)

    assert len(rows) == len(names)
    for listing in (same, below):
        for size in SIZES:
            assert await listing.forward(size) == rows
            assert await listing.backward(size) == rows
