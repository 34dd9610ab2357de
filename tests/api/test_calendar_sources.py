"""What others ask and what is due, in the calendars of whom it concerns, and of nobody else."""

from icalendar import Event

from auth.scopes import Scope
from tests import oversight, visits
from tests.api.test_calendar import create, events, get
from tests.results import results
from tests.scenes import day
from tests.visits import team
from tests.world import Api, World, ok

DUE = "Tenggat klarifikasi: Pelaporan kasus"
FOLLOWED = "Tenggat tindak lanjut rekomendasi"


async def link_of(api: Api) -> str:
    return str((await ok(create(api)))["link"])


def moment(event: Event) -> str:
    return str(event.decoded("dtstart"))


async def test_requests_for_clarification_stand_with_both_sides(world: World) -> None:
    scene = await oversight.watch(world)
    asks, owes, leads = [await link_of(api) for api in (scene.helper, scene.office, scene.lead)]
    await scene.clarification("DRAFT")
    assert DUE not in await events(world, asks)
    id = await scene.clarification()
    for link in (asks, owes):
        found = (await events(world, link))[DUE]
        assert (str(found["uid"]), len(found.walk("VALARM"))) == (f"{id}@127.0.0.1", 2)
    assert DUE not in await events(world, leads)
    await ok(oversight.act(scene.helper, "withdrawClarification", id))
    assert str((await events(world, owes))[DUE]["status"]) == "CANCELLED"
    await scene.clarification("ANSWERED")
    assert len(await events(world, owes)) == 1


async def test_recommendations_stand_without_a_word_of_them(world: World) -> None:
    scene = await oversight.watch(world)
    owes, outside = await link_of(scene.office), await link_of(scene.stranger)
    await scene.recommendation("DRAFT")
    assert await events(world, owes) == {}
    await scene.recommendation()
    assert [*await events(world, owes)] == [FOLLOWED]
    assert await events(world, outside) == {}
    narrow = await world.as_(scene.office.org, Scope.ACTIVITY_READ, Scope.ACTIVITY_WRITE)
    assert await events(world, await link_of(narrow)) == {}


async def test_visits_stand_with_the_team(world: World) -> None:
    scene = await team(world)
    with_them, elsewhere = await link_of(scene.guest), await link_of(scene.observer)
    id = await scene.planned(plannedOn=day(5))
    title = f"Kunjungan pengawasan: {scene.school.org.name}"
    assert moment((await events(world, with_them))[title]) == day(5)
    assert title not in await events(world, elsewhere)
    await ok(visits.act(scene.lead, "cancelVisit", id=id, reason="Banjir"))
    assert str((await events(world, with_them))[title]["status"]) == "CANCELLED"


async def test_measurements_stand_with_whoever_measures(world: World) -> None:
    scene = await results(world)
    measures, owns = await link_of(scene.measurer), await link_of(scene.owner)
    await scene.indicator(name="Anak didampingi", frequency="QUARTERLY")
    [title] = [one for one in await events(world, measures) if one.startswith("Tenggat pengukuran")]
    assert title.endswith(": Anak didampingi")
    assert not any(one.startswith("Tenggat") for one in await events(world, owns))
    assert "Mempercepat" not in (await get(world, measures)).text
