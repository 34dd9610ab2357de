"""Calendar feeds: made and shown once, listed, ended; others find none."""

import pytest_asyncio

from tests.api.test_calendar import LIST, create, end, get
from tests.covered import covers
from tests.graphql.test_activity import Scene
from tests.scenes import stranger, unknown, uuid_of
from tests.unchanged import refused
from tests.world import World, ok


@pytest_asyncio.fixture(scope="module")
async def scene(world: World) -> Scene:
    return Scene(world, *[await world.as_(await world.org()) for _ in range(3)])


@covers("createCalendarFeed endCalendarFeed calendarFeeds", "success")
async def test_a_link_opens_the_calendar_until_it_is_ended(scene: Scene) -> None:
    made = await ok(create(scene.lead, " Ponsel Ibu Ketua "))
    link, feed = made["link"], made["feed"]
    assert link.startswith("http://127.0.0.1:8000/calendar/")
    listed = (await scene.lead.data(LIST))["calendarFeeds"]["nodes"]
    assert feed | {"createdAt": listed[0]["createdAt"]} == listed[0]
    assert feed["name"] == "Ponsel Ibu Ketua"
    secret = link.rpartition("/")[2].removesuffix(".ics")
    [(kept,)] = await scene.world.sql(
        "select f::text from calendar_feed f where id = :id", id=uuid_of(feed["id"])
    )
    assert secret not in kept
    assert (await get(scene.world, link)).status_code == 200
    await ok(end(scene.lead, feed["id"]))
    gone, never = await get(scene.world, link), await get(scene.world, link[:-10] + "AAAAAA.ics")
    assert (gone.status_code, gone.content) == (never.status_code, never.content)
    assert gone.status_code == 404
    assert {*gone.headers} == {*never.headers}
    for other in ("x", "A" * 43, "%00" * 43, "á" * 43):
        assert (await get(scene.world, f"/calendar/{other}.ics")).content == gone.content


@covers("createCalendarFeed endCalendarFeed calendarFeeds", "refusal", "stranger")
async def test_refused_feeds_and_those_of_others(scene: Scene) -> None:
    for name, code in ((" ", "BAD_INPUT"), ("x" * 201, "TOO_LONG")):
        await refused(scene.world, create(scene.guest, name), code, "name")
    mine = (await ok(create(scene.guest)))["feed"]["id"]
    outsider = await stranger(scene.world)
    for api, id in ((outsider, mine), (scene.guest, unknown("calendar"))):
        await refused(scene.world, end(api, id), "NOT_FOUND", "id")
    assert (await outsider.data(LIST))["calendarFeeds"]["nodes"] == []
    await ok(end(scene.guest, mine))
    await refused(scene.world, end(scene.guest, mine), "WRONG_STATE", "id")
    bound = await scene.world.as_(await scene.world.org())
    link = (await ok(create(bound)))["link"]
    demand = "update organisation set dpop = 'REQUIRED' where id = :id"
    await scene.world.sql(demand, id=bound.org.id)
    assert (await get(scene.world, link)).status_code == 404
    answer = await scene.guest.ask("{ calendarFeeds(first: 101) { totalCount } }")
    assert answer.codes == ["BAD_INPUT"]
