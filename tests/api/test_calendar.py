"""Calendar feeds: a link that opens what its maker may read, as iCalendar, and dies with it."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
import pytest_asyncio
from httpx import ASGITransport, AsyncClient, Response
from icalendar import Calendar, Event

from api.logging import AccessLog
from auth.housekeeping import Housekeeping
from auth.keys import SigningKeys
from auth.scopes import Scope
from tests.api.test_logging import Lines, lines  # noqa: F401  (a fixture)
from tests.graphql.test_activity import Scene, act, plan
from tests.graphql.test_activity_part import invite
from tests.people import acting, somebody
from tests.scenes import day, gids, uuid_of
from tests.world import SETTINGS, Api, World, agreement, ok

LINK = "... on CalendarFeedWithLink { link feed { id name endsAt } }"
FEED = "... on CalendarFeed { id endsAt }"
LIST = "{ calendarFeeds { totalCount nodes { id name createdAt endsAt } } }"


async def create(api: Api, called: str = "Ponsel") -> dict[str, Any]:
    refused = "__typename ... on Refused { code message field }"
    document = (
        f"mutation($n: String!) {{ it: createCalendarFeed(name: $n) {{ {refused} {LINK} }} }}"
    )
    made: dict[str, Any] = (await api.data(document, n=called))["it"]
    return made


def end(api: Api, id: str) -> Any:
    return api.mutate("endCalendarFeed", "$id: ID!", FEED, id=id)


async def get(world: World, link: str, **headers: str) -> Response:
    """As a calendar program asks: without a token."""
    return await world.http.get(link, headers=headers)


async def events(world: World, link: str) -> dict[str, Event]:
    """What stands in a calendar, by title."""
    answer = await get(world, link)
    assert (answer.status_code, answer.headers["content-type"]) == (
        200, "text/calendar; charset=utf-8"
    )  # fmt: skip
    calendar = Calendar.from_ical(answer.content)
    return {str(event["summary"]): event for event in calendar.walk("VEVENT")}


@pytest_asyncio.fixture(scope="module")
async def scene(world: World) -> Scene:
    return Scene(world, *[await world.as_(await world.org()) for _ in range(3)])


@pytest.mark.parametrize(
    "change",
    [
        "update client set disabled_at = now() where organisation_id = :id",
        "update organisation set dissolved_at = now() where id = :id",
        "update oauth_grant set expires_at = now() where kind = 'CALENDAR' and client_id in"
        " (select id from client where organisation_id = :id)",
        "update organisation set scopes = '{mou:read}' where id = :id",
        "update client set scopes = '{mou:read}' where organisation_id = :id",
    ],
)
async def test_a_link_dies_with_what_it_rests_on(world: World, change: str) -> None:
    api = await world.as_(await world.org())
    link = (await ok(create(api)))["link"]
    assert (await get(world, link)).status_code == 200
    await world.sql(change, id=api.org.id)
    assert (await get(world, link)).status_code == 404


async def test_a_link_dies_with_the_person_who_made_it(world: World) -> None:
    person = await somebody(world, await world.org(), "CASE_WORKER")
    link = (await ok(create(await acting(world, person))))["link"]
    assert (await get(world, link)).status_code == 200
    await world.sql("update user_account set roles = '{AUDITOR}' where id = :id", id=person.id)
    assert (await get(world, link)).status_code == 200
    await world.sql("update user_account set disabled_at = now() where id = :id", id=person.id)
    assert (await get(world, link)).status_code == 404


async def test_activities_stand_in_the_calendar_in_jakarta(scene: Scene) -> None:
    lead, guest = scene.lead, scene.guest
    link = (await ok(create(guest)))["link"]
    ids = {}
    for title, days in (
        ("Rapat", 3),
        ("Batal", 4),
        ("Diundang", 5),
        ("Ditolak", 6),
        ("Lama", -200),
    ):
        made = await ok(
            plan(lead, title=title, description="Rahasia uraian", place="https://rapat.example/x",
                 startsAt=f"{day(days)}T01:30:00Z", endsAt=f"{day(days)}T03:00:00Z",
                 invite=gids(guest.org))
        )  # fmt: skip
        ids[title] = made["id"]
        await ok(act(lead, "announceJointActivity", made["id"]))
    for title in ("Rapat", "Batal", "Lama"):
        await ok(act(guest, "acceptInvitation", ids[title]))
    await ok(act(guest, "declineInvitation", ids["Ditolak"]))
    before = await events(scene.world, link)
    await ok(act(lead, "cancelJointActivity", ids["Batal"]))
    file = (await get(scene.world, link)).text
    assert "Rahasia" not in file and "rapat.example" not in file
    assert "TZID=Asia/Jakarta" in file and "BEGIN:VTIMEZONE" in file
    assert "REFRESH-INTERVAL;VALUE=DURATION:PT1H" in file
    after = await events(scene.world, link)
    assert {title: str(event["status"]) for title, event in after.items()} == {
        "Rapat": "CONFIRMED", "Batal": "CANCELLED", "Diundang": "TENTATIVE"
    }  # fmt: skip
    start = after["Rapat"].decoded("dtstart")
    assert start.utcoffset() == timedelta(hours=7)
    assert start.isoformat() == f"{day(3)}T08:30:00+07:00"
    for title, event in after.items():
        assert event["uid"] == before[title]["uid"] == f"{ids[title]}@127.0.0.1"
        assert event.decoded("last-modified") == event.decoded("dtstamp")
    assert int(after["Batal"]["sequence"]) >= int(before["Batal"]["sequence"])
    assert after["Batal"].decoded("last-modified") >= before["Batal"].decoded("last-modified")


async def test_days_far_away_leave_the_calendar_readable(scene: Scene) -> None:
    api = await scene.world.as_(await scene.world.org())
    made = plan(api, title="Jauh", startsAt="1900-01-01T00:00:00Z", endsAt="2199-12-31T23:00:00Z")
    await ok(act(api, "announceJointActivity", (await ok(made))["id"]))
    link = (await ok(create(api)))["link"]
    assert (await events(scene.world, link))["Jauh"].decoded("dtend").year == 2200


async def test_an_agreement_that_never_ends_has_no_last_day_in_the_calendar(world: World) -> None:
    api, other = await world.as_(await world.org()), await world.org()
    link = (await ok(create(api)))["link"]
    await agreement(world, [api.org, other], [], validUntil="9999-12-31")
    assert await events(world, link) == {}


async def test_what_an_organisation_owes_is_reminded_of(scene: Scene) -> None:
    lead, guest = scene.lead, scene.guest
    link = (await ok(create(guest)))["link"]
    id = str((await ok(plan(lead)))["id"])
    await ok(act(lead, "announceJointActivity", id))
    await ok(invite(lead, id, guest.org.gid))
    await ok(act(guest, "acceptInvitation", id))
    types = "$id: ID!, $input: ActivityTaskInput!"
    tasks = {}
    for title, api in (("Materi", guest), ("Lain", lead), ("Selesai", guest), ("Gugur", guest)):
        given = {"title": title, "assigneeId": api.org.gid, "dueOn": day(20)}
        made = lead.mutate("addActivityTask", types, "... on ActivityTask { id }", id=id,
                           input=given)  # fmt: skip
        tasks[title] = (await ok(made))["id"]
    for title, status in (("Selesai", "DONE"), ("Gugur", "DROPPED")):
        settle = "$id: ID!, $status: TaskStatus!"
        await ok(lead.mutate("settleActivityTask", settle, "", id=tasks[title], status=status))
    found = await events(scene.world, link)
    assert {"Tenggat: Materi", "Tenggat: Gugur"} == {t for t in found if t.startswith("Tenggat")}
    task, off = found["Tenggat: Materi"], found["Tenggat: Gugur"]
    assert (str(off["status"]), off.walk("VALARM")) == ("CANCELLED", [])
    due = task.decoded("dtstart")
    assert type(due) is date and str(due) == day(20)
    morning = datetime.combine(due, datetime.min.time())
    reminders = [morning + alarm.decoded("trigger") for alarm in task.walk("VALARM")]
    assert [one.isoformat() for one in reminders] == [f"{day(13)}T09:00:00", f"{day(19)}T09:00:00"]
    await ok(act(guest, "leaveJointActivity", id))
    assert not any(t.startswith("Tenggat") for t in await events(scene.world, link))


async def test_ends_of_agreements_for_whoever_may_read_them(world: World) -> None:
    org, other = await world.org(), await world.org()
    await agreement(world, [org, other], [], title="Nota uji", validUntil=day(300))
    read = [Scope.ACTIVITY_READ, Scope.ACTIVITY_WRITE]
    with_it = (await ok(create(await world.as_(org, *read, Scope.MOU_READ))))["link"]
    without = (await ok(create(await world.as_(org, *read))))["link"]
    assert await events(world, without) == {}
    found = (await events(world, with_it))["Berakhir: Nota uji"]
    assert str(found.decoded("dtstart")) == day(300)
    assert len(found.walk("VALARM")) == 3


async def test_what_has_not_changed_is_not_sent_again(scene: Scene) -> None:
    link = (await ok(create(scene.other)))["link"]
    first = await get(scene.world, link)
    assert first.headers["cache-control"] == "private, no-cache"
    tag = first.headers["etag"]
    again = await get(scene.world, link, **{"if-none-match": f'"x", W/{tag}'})
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
    await ok(plan(scene.other, title="Baru"))
    changed = await get(scene.world, link, **{"if-none-match": tag})
    assert (changed.status_code, changed.headers["etag"] == tag) == (200, False)


async def test_the_secret_stands_in_no_log(scene: Scene, lines: Lines) -> None:  # noqa: F811
    made = await ok(create(scene.other))
    path = made["link"].removeprefix("http://127.0.0.1:8000")
    secret = path.removeprefix("/calendar/").removesuffix(".ics")
    transport = ASGITransport(AccessLog(scene.world.app), raise_app_exceptions=False)
    async with AsyncClient(transport=transport, base_url="http://127.0.0.1:8000") as http:
        assert (await http.get(path)).status_code == 200
        assert (await http.head(path)).status_code == 200
        assert (await http.post(path)).status_code == 405
        assert (await http.options(path)).status_code in (200, 204, 405)
        assert (await http.get(f"{path}/")).status_code == 307
        assert (await http.get(f"/x{path}")).status_code == 404
        await ok(end(scene.other, made["feed"]["id"]))
        assert (await http.get(path)).status_code == 404
    assert secret not in lines.text
    assert lines.requests[0]["path"] == "/calendar/{secret}.ics"


async def test_reading_too_often_has_to_wait(world: World) -> None:
    settings = SETTINGS.model_copy(update={"rate_points_per_minute": 120})
    link = (await ok(create(await world.as_(await world.org()))))["link"]
    async with World.open(world.database, world.operator, settings) as slow:
        answers = [await get(slow, link) for _ in range(4)]
    assert [one.status_code for one in answers][-1] == 429
    assert int(answers[-1].headers["retry-after"]) > 0


async def test_what_is_over_is_cleared_away_with_its_grant(world: World) -> None:
    api = await world.as_(await world.org())
    kept, gone = await ok(create(api)), await ok(create(api))
    await world.sql(
        "update oauth_grant set expires_at = now() - interval '8 days' where id ="
        " (select grant_id from calendar_feed where id = :id)",
        id=uuid_of(gone["feed"]["id"]),
    )
    keys = SigningKeys(world.database, SETTINGS.auth)
    await Housekeeping(world.database, keys, SETTINGS.auth).once()
    listed = (await api.data(LIST))["calendarFeeds"]
    assert [one["id"] for one in listed["nodes"]] == [kept["feed"]["id"]]
    assert listed["totalCount"] == 1
