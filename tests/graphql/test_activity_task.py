"""Tasks of a joint activity: given by its lead, done by whoever they were given to."""

from typing import Any

import pytest_asyncio

from tests.covered import covers
from tests.scenes import day, gids, stranger, unknown
from tests.unchanged import refused
from tests.world import Api, World, ok

TASK = "... on ActivityTask { id title description dueOn status doneAt assignee { id } }"


class Team:
    """A lead, one who accepted, one who was only invited."""

    def __init__(self, world: World, apis: list[Api], activity: str) -> None:
        self.world, self.activity = world, activity
        self.lead, self.member, self.invited = apis

    def add(self, api: Api, assignee: Api | None = None, **change: Any) -> Any:
        given = {"title": "Siapkan materi", "assigneeId": (assignee or self.member).org.gid,
                 "dueOn": day(3)} | change  # fmt: skip
        types = "$id: ID!, $input: ActivityTaskInput!"
        return api.mutate("addActivityTask", types, TASK, id=self.activity, input=given)

    async def task(self, assignee: Api | None = None) -> str:
        return str((await ok(self.add(self.lead, assignee)))["id"])


def settle(api: Api, id: str, status: str = "DONE") -> Any:
    types = "$id: ID!, $status: TaskStatus!"
    return api.mutate("settleActivityTask", types, TASK, id=id, status=status)


def act(api: Api, name: str, id: str) -> Any:
    return api.mutate(name, "$id: ID!", "", id=id)


@pytest_asyncio.fixture
async def team(world: World) -> Team:
    apis = [await world.as_(await world.org()) for _ in range(3)]
    lead, member, invited = apis
    plan = {"kind": "OVERSIGHT", "title": "Kunjungan", "startsAt": f"{day(2)}T01:00:00Z",
            "endsAt": f"{day(2)}T02:00:00Z", "invite": gids(member.org, invited.org)}  # fmt: skip
    made = await ok(
        lead.mutate("planJointActivity", "$input: JointActivityInput!",
                    "... on JointActivity { id }", input=plan)
    )  # fmt: skip
    await ok(act(lead, "announceJointActivity", made["id"]))
    await ok(act(member, "acceptInvitation", made["id"]))
    return Team(world, apis, made["id"])


async def seen(api: Api, activity: str) -> list[str]:
    document = "query($id: ID!) { jointActivity(id: $id) { tasks { nodes { id } } } }"
    found = (await api.data(document, id=activity))["jointActivity"]
    return [task["id"] for task in found["tasks"]["nodes"]]


@covers("addActivityTask settleActivityTask", "success")
async def test_a_task_is_given_and_done_by_its_assignee(team: Team) -> None:
    made = await ok(team.add(team.lead, title=" Undang guru 📣 "))
    assert (made["title"], made["status"], made["doneAt"]) == ("Undang guru 📣", "OPEN", None)
    assert (made["dueOn"], made["assignee"]["id"]) == (day(3), team.member.org.gid)
    assert await seen(team.member, team.activity) == [made["id"]]
    assert await seen(team.invited, team.activity) == []

    done = await ok(settle(team.member, made["id"]))

    assert (done["status"], done["doneAt"] is None) == ("DONE", False)


@covers("settleActivityTask", "success")
async def test_the_lead_does_drops_and_opens_any_task_again(team: Team) -> None:
    id = await team.task()
    for status in ("DONE", "DROPPED", "OPEN", "DROPPED", "DONE", "OPEN"):
        task = await ok(settle(team.lead, id, status))
        assert (task["status"], task["doneAt"] is None) == (status, status != "DONE")
    own = await team.task(team.lead)
    await ok(settle(team.lead, own))


@covers("addActivityTask", "refusal")
async def test_refused_tasks(team: Team) -> None:
    gone = await team.world.org()
    await team.world.sql("update organisation set dissolved_at = now() where id = :id", id=gone.id)
    for change, code, field in [
        ({"title": " "}, "BAD_INPUT", "input.title"),
        ({"title": "x" * 201}, "TOO_LONG", "input.title"),
        ({"dueOn": "9999-12-31"}, "BAD_INPUT", "input.dueOn"),
        ({"assigneeId": "x"}, "BAD_INPUT", "input.assigneeId"),
        ({"assigneeId": unknown("organisation")}, "NOT_FOUND", "input.assigneeId"),
        ({"assigneeId": gone.gid}, "ORGANISATION_DISSOLVED", "input.assigneeId"),
        ({"assigneeId": team.invited.org.gid}, "NOT_A_PARTY", "input.assigneeId"),
        ({"assigneeId": (await team.world.org()).gid}, "NOT_A_PARTY", "input.assigneeId"),
    ]:
        await refused(team.world, team.add(team.lead, **change), code, field)
    await refused(team.world, team.add(team.member), "WRONG_SIDE", "id")
    reason = team.lead.mutate("cancelJointActivity", "$id: ID!, $reason: String!", "",
                              id=team.activity, reason="Banjir")  # fmt: skip
    await ok(reason)
    await refused(team.world, team.add(team.lead), "WRONG_STATE", "id")


@covers("settleActivityTask", "refusal")
async def test_an_assignee_marks_its_own_task_done_and_nothing_else(team: Team) -> None:
    mine, theirs = await team.task(), await team.task(team.lead)
    for status in ("OPEN", "DROPPED"):
        await refused(team.world, settle(team.member, mine, status), "WRONG_SIDE", "status")
    await refused(team.world, settle(team.member, theirs), "WRONG_SIDE", "id")
    await refused(team.world, settle(team.lead, mine, "OPEN"), "WRONG_STATE", "status")
    await ok(settle(team.member, mine))
    await refused(team.world, settle(team.member, mine), "WRONG_STATE", "status")
    await ok(settle(team.lead, mine, "DROPPED"))
    await refused(team.world, settle(team.member, mine), "WRONG_STATE", "status")


@covers("addActivityTask settleActivityTask", "stranger", "refusal")
async def test_to_others_there_is_no_task(team: Team) -> None:
    id = await team.task()
    outsider = await stranger(team.world)
    await refused(team.world, team.add(outsider, outsider), "NOT_FOUND", "id")
    for api in (outsider, team.invited):
        await refused(team.world, settle(api, id), "NOT_FOUND", "id")
    for known, code in [(unknown("task"), "NOT_FOUND"), (team.activity, "BAD_INPUT")]:
        await refused(team.world, settle(team.lead, known), code, "id")


async def test_whoever_leaves_keeps_sight_of_its_tasks_and_settles_none(team: Team) -> None:
    mine, theirs = await team.task(), await team.task(team.lead)
    leave = team.member.mutate("leaveJointActivity", "$id: ID!, $reason: String!", "",
                               id=team.activity, reason="Tugas lain")  # fmt: skip
    await ok(leave)
    later = await team.task(team.lead)
    assert await seen(team.member, team.activity) == [mine, theirs]
    await refused(team.world, settle(team.member, mine), "WRONG_SIDE", "id")
    await refused(team.world, settle(team.member, later), "NOT_FOUND", "id")
    await ok(settle(team.lead, mine))


def change(api: Api, id: str, **given: Any) -> Any:
    types = "$id: ID!, $input: ActivityTaskChangeInput!"
    return api.mutate("changeActivityTask", types, TASK, id=id, input=given)


@covers("changeActivityTask", "success", "refusal", "stranger")
async def test_an_open_task_is_changed_and_given_to_another(team: Team) -> None:
    id = await team.task()
    changed = await ok(change(team.lead, id, description=" Lima lembar. ", dueOn=day(9)))
    assert (changed["description"], changed["dueOn"]) == ("Lima lembar.", day(9))
    assert changed["title"] == "Siapkan materi"
    for given, code, field in [
        ({"title": " "}, "BAD_INPUT", "input.title"),
        ({"description": "x" * 4_001}, "TOO_LONG", "input.description"),
        ({"assigneeId": team.invited.org.gid}, "NOT_A_PARTY", "input.assigneeId"),
        ({"assigneeId": unknown("organisation")}, "NOT_FOUND", "input.assigneeId"),
    ]:
        await refused(team.world, change(team.lead, id, **given), code, field)
    await refused(team.world, change(team.member, id, title="Lain"), "WRONG_SIDE", "id")
    for api in (await stranger(team.world), team.invited):
        await refused(team.world, change(api, id, title="Lain"), "NOT_FOUND", "id")
    await ok(change(team.lead, id, assigneeId=team.lead.org.gid))
    await refused(team.world, settle(team.member, id), "WRONG_SIDE", "id")
    await ok(settle(team.lead, id))
    await refused(team.world, change(team.lead, id, title="Lain"), "WRONG_STATE", "id")


async def test_co_organisers_give_tasks_and_observers_get_none(team: Team) -> None:
    parts = "$id: ID!, $organisationId: ID!, $role: ParticipantRole!"

    async def make(role: str) -> None:
        given = {"id": team.activity, "organisationId": team.member.org.gid, "role": role}
        await ok(team.lead.mutate("changeParticipantRole", parts, "", **given))

    mine = await team.task()
    await make("CO_ORGANISER")
    given = await ok(team.add(team.member, team.lead))
    await ok(settle(team.member, given["id"], "DROPPED"))
    await make("OBSERVER")
    await refused(team.world, team.add(team.member, team.lead), "WRONG_SIDE", "id")
    await refused(team.world, team.add(team.lead), "NOT_A_PARTY", "input.assigneeId")
    await refused(team.world, settle(team.member, mine), "WRONG_SIDE", "id")


async def test_what_was_done_stays_with_whoever_left_and_nothing_later_does(team: Team) -> None:
    done, again, moved = [await team.task() for _ in range(3)]
    for id in (done, again):
        await ok(settle(team.member, id))
    await ok(team.member.mutate("leaveJointActivity", "$id: ID!, $reason: String!", "",
                                id=team.activity, reason="Tugas lain"))  # fmt: skip
    await ok(settle(team.lead, again, "OPEN"))
    await ok(change(team.lead, moved, title="Rahasia kemudian", assigneeId=team.lead.org.gid))
    assert await seen(team.member, team.activity) == [done]
