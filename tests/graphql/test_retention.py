"""The end of keeping: what is over closes at once and is destroyed, and all else stays."""

import asyncio
from contextlib import suppress
from typing import Any

import pytest
import pytest_asyncio
from sqlalchemy import text

from domain.retention import Retention
from domain.retention import destroy as run_all
from tests.endings import (
    answer,
    anywhere,
    destroy,
    ended,
    events,
    left,
    place,
    request,
    secrets_of,
)
from tests.scenes import Pair, pair, rewrite, uuid_of
from tests.unchanged import refused
from tests.world import World, agreement, case, clause, ok


@pytest_asyncio.fixture
async def both(world: World) -> Pair:
    return await pair(world, "INCIDENT", "HEALTH", back=["OUTCOME"])


async def test_the_receiver_is_shut_out_first_and_then_the_content_is_destroyed(both: Pair) -> None:
    id = await both.at("COMPLETED", "INCIDENT", "HEALTH")
    before = await secrets_of(both.world, id)
    for secret in before:
        assert await anywhere(both.world, secret)
    await ended(both.world, id, 364)
    assert await both.bodies(both.receiver, id) == ["Isi bagian incident.", "Isi bagian health."]
    assert await destroy(both.world) == (0, 0)

    await ended(both.world, id, 365)
    assert await both.bodies(both.receiver, id) == ["RETENTION_ENDED"] * 2
    assert await both.bodies(both.sender, id) == ["Isi bagian incident.", "Isi bagian health."]

    assert await destroy(both.world) == (2, 1)
    assert await left(both.world, id) == {
        "bodies": 0, "words": 0, "destroyed": 2, "why": ["RETENTION"], "told": 1, "key": False,
        "spent": True,
    }  # fmt: skip
    for secret in before:
        assert await anywhere(both.world, secret) == []
    for api in (both.sender, both.receiver):
        assert await both.bodies(api, id) == ["DESTROYED"] * 2
    assert await events(both, id) == [("CONTENT_DESTROYED", both.sender.org.gid)]
    assert await destroy(both.world) == (0, 0)


@pytest.mark.parametrize(
    "status", ["DRAFT", "REQUESTED", "RECEIVED", "INFO_REQUESTED", "ACCEPTED", "IN_PROGRESS"]
)
async def test_what_is_open_is_never_touched(both: Pair, status: str) -> None:
    id = await both.at(status)
    await both.world.sql(
        "update handoff set created_at = now() - interval '20 years', requested_at ="
        " requested_at - interval '20 years' where id = :id", id=uuid_of(id),
    )  # fmt: skip
    assert await destroy(both.world) == (0, 0)
    assert await left(both.world, id) == {
        "bodies": 1, "words": 2, "destroyed": 0, "why": None, "told": 0, "key": True,
        "spent": False,
    }  # fmt: skip


@pytest.mark.parametrize("status", ["REJECTED", "FAILED", "CANCELLED", "REVOKED"])
async def test_every_end_counts(both: Pair, status: str) -> None:
    id = await both.at(status)
    await ended(both.world, id, 365)
    assert await destroy(both.world) == (1, 1)
    assert (await left(both.world, id))["why"] == ["RETENTION"]


async def test_each_category_has_its_own_time_and_the_key_goes_with_the_last(world: World) -> None:
    one, other = await world.org(), await world.org("HOSPITAL")
    clauses = [
        clause(one, other, "INCIDENT", retentionDays=10),
        clause(one, other, "HEALTH", retentionDays=30),
        clause(other, one, "OUTCOME", retentionDays=20),
    ]
    mou = await agreement(world, [one, other], clauses)
    both = Pair(world, await world.as_(one), await world.as_(other), mou)
    id = await both.at("IN_PROGRESS", "INCIDENT", "HEALTH")
    section = {"category": "OUTCOME", "body": "Pulih."}
    await ok(both.receiver.mutate(
        "completeHandoff", "$id: ID!, $sections: [SectionInput!], $bases: [LawfulBasisInput!]", "",
        id=id, sections=[section],
        bases=[{"kind": "PUBLIC_TASK", "categories": ["OUTCOME"], "legalSource": "UU 35/2014"}],
    ))  # fmt: skip
    for days, gone, kept, readable in [
        (10, (1, 0), True, ["DESTROYED", "Isi bagian health.", "Pulih."]),
        (20, (1, 0), True, ["DESTROYED", "Isi bagian health.", "DESTROYED"]),
        (30, (1, 1), False, ["DESTROYED"] * 3),
    ]:
        await ended(world, id, days)
        assert await destroy(world) == gone
        assert (await left(world, id))["key"] is kept
        assert await both.bodies(both.sender, id) == readable
    told = await events(both, id, 3)
    assert [who for _, who in told] == [one.gid, other.gid, one.gid]


async def test_the_clause_counts_though_the_agreement_ended(both: Pair) -> None:
    id = await both.at("COMPLETED")
    types = "$id: ID!, $reason: String!"
    await ok(both.receiver.mutate("suspendMou", types, "", id=both.mou, reason="Tunda."))
    await ended(both.world, id, 364)
    assert await destroy(both.world) == (0, 0)
    await ended(both.world, id, 365)
    assert await destroy(both.world) == (1, 1)


async def test_the_newest_version_that_has_come_and_has_a_clause_counts(both: Pair) -> None:
    """One of tomorrow shortens nothing today; one without the category takes no clause away."""
    world, id = both.world, await both.at("COMPLETED")
    await ended(world, id, 300)

    async def version(number: int, days: int, category: str, begins: str) -> None:
        await rewrite(world, """
            with v as (
              insert into mou_version select (jsonb_populate_record(v, jsonb_build_object(
                'id', gen_random_uuid(), 'number', cast(:number as integer),
                'in_force_from', current_date + cast(:begins as integer)))).*
              from mou_version v where v.mou_id = :mou and v.number = 1 returning id),
            p as (
              insert into mou_party select (jsonb_populate_record(p, jsonb_build_object(
                'id', gen_random_uuid(), 'version_id', v.id))).*
              from mou_party p join mou_version o on o.id = p.version_id and o.number = 1
                and o.mou_id = :mou, v)
            insert into mou_clause select (jsonb_populate_record(c, jsonb_build_object(
              'id', gen_random_uuid(), 'version_id', v.id, 'retention_days', cast(:days as integer),
              'categories', jsonb_build_array(cast(:category as text))))).*
            from mou_clause c join mou_version o on o.id = c.version_id and o.number = 1
              and o.mou_id = :mou, v where c.number = 1
            """, mou=uuid_of(both.mou), number=number, days=days, category=category,
            begins=int(begins))  # fmt: skip

    await version(2, 200, "INCIDENT", "5")
    assert await destroy(world) == (0, 0)
    await version(3, 10, "HEALTH", "-2")
    assert await destroy(world) == (0, 0)
    await version(4, 290, "INCIDENT", "-1")
    assert await destroy(world) == (1, 1)


async def test_without_a_clause_nothing_is_destroyed(both: Pair) -> None:
    id = await both.at("COMPLETED")
    await ended(both.world, id, 5_000)
    await rewrite(both.world, "update handoff set child_role = 'WITNESS' where id = :id",
                  id=uuid_of(id))  # fmt: skip
    assert await destroy(both.world) == (0, 0)
    assert (await left(both.world, id))["bodies"] == 1
    await rewrite(both.world, "update handoff set child_role = 'VICTIM' where id = :id",
                  id=uuid_of(id))  # fmt: skip
    assert await destroy(both.world) == (1, 1)


async def test_whoever_must_still_answer_can_still_read_what_was_asked(both: Pair) -> None:
    id = await both.at("COMPLETED")
    asked = await ok(request(both.receiver, id, "RECTIFICATION"))
    await ended(both.world, id, 365)
    assert await destroy(both.world) == (1, 0)
    read = "query($id: ID!) { dataRequest(id: $id) { details } }"
    assert (await both.sender.data(read, id=asked["id"]))["dataRequest"]["details"]
    await ok(answer(both.sender, asked["id"], False, "Sudah dimusnahkan."))
    assert await destroy(both.world) == (0, 1)
    assert (await both.sender.data(read, id=asked["id"]))["dataRequest"]["details"] is None


async def test_two_at_once_destroy_everything_once(both: Pair) -> None:
    ids = [await both.at("COMPLETED") for _ in range(6)]
    for id in ids:
        await ended(both.world, id, 365)
    rounds = await asyncio.gather(*(Retention(both.world.database).once() for _ in range(4)))
    assert sum(done.sections for done in rounds) == sum(done.cases for done in rounds) == 6
    for id in ids:
        assert (await left(both.world, id))["told"] == 1


async def test_while_one_is_at_it_another_leaves_it_alone(both: Pair) -> None:
    id = await both.at("COMPLETED")
    await ended(both.world, id, 365)
    async with both.world.operator() as tx:
        await tx.execute(text("select pg_advisory_xact_lock(7264859)"))
        done = await Retention(both.world.database).once()
        assert (done.sections, done.elsewhere) == (0, True)
    assert await destroy(both.world) == (1, 1)


async def test_a_hold_that_is_just_being_placed_is_waited_for(both: Pair) -> None:
    """A case that somebody is about to hold is left for the next time, and then it is held."""
    id = await both.at("COMPLETED")
    await ended(both.world, id, 365)
    async with both.world.operator() as tx:
        await tx.execute(
            text("insert into legal_hold (id, case_id, placed_by, document_number, reason)"
                 " select gen_random_uuid(), case_id, sender_id, 'LP', 'x' from handoff"
                 " where id = :id"), {"id": uuid_of(id)},
        )  # fmt: skip
        assert await destroy(both.world) == (0, 0)
    assert await destroy(both.world) == (0, 0)
    assert (await left(both.world, id))["bodies"] == 1


async def test_killed_in_the_middle_every_section_is_whole_or_gone(
    both: Pair, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The connection is cut again and again while it works, one case a transaction."""
    monkeypatch.setattr("domain.retention.BATCH", 1)
    ids = [await both.at("COMPLETED", "INCIDENT", "HEALTH") for _ in range(8)]
    for id in ids:
        await ended(both.world, id, 365)
    stop = asyncio.Event()

    async def cut() -> None:
        while not stop.is_set():
            await both.world.sql(
                "select pg_terminate_backend(pid) from pg_stat_activity where pid <>"
                " pg_backend_pid() and datname = current_database()"
                " and query like '%destroy_due%'"
            )
            await asyncio.sleep(0.002)

    async def whole() -> list[Any]:
        states = [await left(both.world, id) for id in ids]
        for state in states:
            assert (state["bodies"], state["words"], state["destroyed"], state["told"],
                    state["key"]) in [(2, 4, 0, 0, True), (0, 0, 2, 1, False),
                                      (0, 0, 2, 1, True)]  # fmt: skip
        return states

    cutting = asyncio.create_task(cut())
    for _ in range(10):
        with suppress(Exception):  # which one depends on where it was cut
            await run_all(both.world.database.anonymous)
        await whole()
    stop.set()
    await cutting
    await destroy(both.world)
    assert {state["bodies"] for state in await whole()} == {0}
    assert not any(state["key"] for state in await whole())


async def test_nothing_is_added_to_a_case_of_which_nothing_is_left(world: World) -> None:
    both, third = await pair(world, "INCIDENT"), await world.org("LEGAL_AID")
    id = await both.at("COMPLETED")
    mou = await agreement(
        world, [both.receiver.org, third], [clause(both.receiver.org, third, "INCIDENT")]
    )
    await ended(world, id, 365)
    assert await destroy(world) == (1, 1)
    body = case(third, mou, onwardOfId=id)
    drafted = both.receiver.mutate("draftHandoff", "$input: HandoffInput!", "", input=body)
    await refused(world, drafted, "WRONG_STATE")


async def test_a_hold_on_the_case_counts_for_every_handoff_of_it(both: Pair) -> None:
    first, second = await both.at("COMPLETED"), await both.at("COMPLETED")
    await rewrite(both.world, "update handoff set case_id = (select case_id from handoff"
                  " where id = :first) where id = :second",
                  first=uuid_of(first), second=uuid_of(second))  # fmt: skip
    await ok(place(both.sender, first))
    await ended(both.world, second, 365)
    assert (await destroy(both.world))[0] == 0
    assert (await left(both.world, second))["bodies"] == 1


async def test_the_server_looks_by_itself_and_not_when_told_not_to(both: Pair) -> None:
    id = await both.at("COMPLETED")
    await ended(both.world, id, 365)
    async with Retention(both.world.database).running(0):
        await asyncio.sleep(0.1)
    assert (await left(both.world, id))["bodies"] == 1
    async with Retention(both.world.database).running(0.05):
        for _ in range(200):
            if not (await left(both.world, id))["bodies"]:
                break
            await asyncio.sleep(0.02)
    assert (await left(both.world, id))["bodies"] == 0
