"""Indicators computed from handoffs: once a period, never of too few, for whoever they concern."""

import asyncio
from dataclasses import dataclass
from typing import Any

import pytest
import pytest_asyncio
from sqlalchemy import text

from tests.results import (
    LAST_YEAR,
    THIS_YEAR,
    Results,
    definition,
    redefine,
    report,
    results,
    seen,
)
from tests.scenes import REASON, rewrite, stranger, uuid_of
from tests.unchanged import refused
from tests.world import MOU, Org, World, clause, ok, sent, step, today

FIGURES = "figures { period value suppressed light }"
WANTED = {
    "HANDOFFS": "COUNT",
    "HOURS_TO_ACCEPTANCE": "HOURS",
    "ACCEPTED_IN_TIME": "PERCENT",
    "REPORTED_TO_POLICE_IN_TIME": "PERCENT",
    "COMPLETION": "PERCENT",
    "SESSIONS_HELD": "COUNT",
    "PEOPLE_REACHED": "COUNT",
    "RECOMMENDATIONS_IN_TIME": "PERCENT",
}


@dataclass
class Past(Results):
    """With handoffs that happened in quarters of last year."""

    async def handoff(
        self, quarter: int, hours: float, *, completed: bool = True, reported: float = 10
    ) -> None:
        """One that was accepted after so many hours, and ended the day after."""
        id = await sent(self.owner, self.measurer.org, self.mou)
        for name in ("acceptHandoff", "startHandoff", "completeHandoff"):
            await ok(step(self.measurer, name, id))
        asked = f"timestamptz '{LAST_YEAR}-{quarter * 3 - 1}-03 09:00+07'"
        key = uuid_of(id)
        await rewrite(
            self.world,
            f"update handoff set requested_at = {asked}, status = :status,"
            f" accepted_at = {asked} + make_interval(hours => :hours),"
            f" ended_at = {asked} + interval '9 days', victim_reported_at = {asked},"
            f" police_reported_at = {asked} + make_interval(hours => :reported),"
            " police_report_number = 'LP/1' where id = :id",
            id=key, hours=int(hours), reported=int(reported),
            status="COMPLETED" if completed else "FAILED",
        )  # fmt: skip
        await rewrite(
            self.world,
            f"update handoff_event set created_at = {asked} + make_interval(hours => :hours)"
            " where handoff_id = :id and kind = 'ACCEPTED'",
            id=key, hours=int(hours),
        )  # fmt: skip

    async def computed(self, measure: str, **change: Any) -> str:
        service = {"service": "PSYCHOLOGICAL"} if measure == "COMPLETION" else {}
        return await self.indicator(measure=measure, unit=WANTED[measure], **service, **change)

    async def indicator_of_year(self, measure: str) -> dict[str, str | None]:
        return await self.figures(await self.computed(measure, frequency="YEARLY"))

    async def figures(self, indicator: str, api: Any = None) -> dict[str, str | None]:
        """The values by period, of last year alone."""
        found = (await seen(api or self.owner, "Indicator", indicator, FIGURES))["figures"]
        for line in found:
            assert line["suppressed"] == (line["value"] is None)
        return {f["period"]: f["value"] for f in found if f["period"].startswith(LAST_YEAR)}


def quarters(*values: str | None) -> dict[str, str | None]:
    return {f"{LAST_YEAR}-Q{n}": value for n, value in enumerate(values, 1)}


async def past(world: World) -> Past:
    plain = await results(world)
    made = Past(**vars(plain))
    body = clause(made.owner.org, made.measurer.org)
    await rewrite(
        world,
        "insert into mou_clause (id, version_id, number, discloser_id, recipient_id, categories,"
        " purposes, case_roles, onward_sharing, retention_days, legal_basis)"
        " select gen_random_uuid(), v.id, 1, :one, :other, :categories, :purposes, :roles, false,"
        " 365, 'UU' from mou_version v where v.mou_id = :mou",
        mou=uuid_of(made.mou), one=made.owner.org.id, other=made.measurer.org.id,
        categories=body["categories"], purposes=body["purposes"], roles=body["caseRoles"],
    )  # fmt: skip
    return made


@pytest_asyncio.fixture(scope="module")
async def scene(world: World) -> Past:
    """Last year: ten in the first quarter, four in the second, five in the third, none after."""
    made = await past(world)
    for n in range(10):
        await made.handoff(1, 2 * n, completed=n < 5, reported=10 if n < 5 else 100)
    for n in range(4):
        await made.handoff(2, n)
    for n in range(5):
        await made.handoff(3, 7, completed=n > 0)
    return made


@pytest.mark.parametrize(
    ("measure", "expected"),
    [
        ("HANDOFFS", quarters("10", None, "5", None)),
        ("HOURS_TO_ACCEPTANCE", quarters("9", None, "7", None)),
        ("ACCEPTED_IN_TIME", quarters("100", None, "100", None)),
        ("REPORTED_TO_POLICE_IN_TIME", quarters("50", None, "100", None)),
        ("COMPLETION", quarters("50", None, None, None)),  # one that failed would be told
    ],
)
async def test_figures_come_from_what_happened_and_never_of_too_few(
    scene: Past, measure: str, expected: dict[str, str | None]
) -> None:
    indicator = await scene.computed(measure)
    assert await scene.figures(indicator) == expected
    assert await scene.figures(indicator, scene.measurer) == expected
    assert await scene.indicator_of_year(measure) == {LAST_YEAR: None}
    attempt = report(scene.measurer, indicator, unit=WANTED[measure], value="1")
    await refused(scene.world, attempt, "WRONG_STATE", "input.indicatorId")


async def test_figures_come_from_activities_too(world: World) -> None:
    """Two sessions reach 3 and 4 people, as corrected; half of the recommendations are in time."""
    scene = await past(world)
    of = {"mou": uuid_of(scene.mou), "lead": scene.owner.org.id, "other": scene.measurer.org.id}
    await rewrite(
        world,
        f"""
        with activity as (
          insert into joint_activity (id, kind, status, title, lead_id, mou_id, starts_at, ends_at)
          values (gen_random_uuid(), 'EDUCATION', 'COMPLETED', 'Kampanye', :lead, :mou,
                  '{LAST_YEAR}-02-01', '{LAST_YEAR}-02-02') returning id
        ), session as (
          insert into education_session (id, activity_id, organisation_id, title, topics, audiences,
            age_bands, channel, place, starts_at, ends_at, status, held_from, held_until)
          select gen_random_uuid(), a.id, :lead, 'Sesi', '{{}}', '{{}}', '{{}}', 'IN_PERSON',
            'Aula',
            '{LAST_YEAR}-02-01', '{LAST_YEAR}-02-01', 'HELD', '{LAST_YEAR}-02-01',
            '{LAST_YEAR}-02-01'
          from activity a cross join generate_series(1, 2) returning id, activity_id
        ), counted as (
          insert into session_figures (id, session_id, activity_id, organisation_id, number, cells,
            reason)
          select gen_random_uuid(), s.id, s.activity_id, :lead, n.number,
            jsonb_build_array(jsonb_build_object('count', case n.number when 1 then 90 else 1 end),
                              jsonb_build_object('count', 1 + s.place)),
            case n.number when 2 then 'Salah hitung.' end
          from (select id, activity_id, row_number() over () as place from session) s
          cross join generate_series(1, 2) n(number)
        )
        insert into recommendation (id, activity_id, organisation_id, addressee_id, text, due_on,
          status, issued_at, response, responded_at, verified_at)
        select gen_random_uuid(), a.id, :lead, :other, 'Perbaiki.', '{LAST_YEAR}-03-01', 'VERIFIED',
          '{LAST_YEAR}-02-02', 'ACCEPTED', '{LAST_YEAR}-02-03',
          timestamptz '{LAST_YEAR}-03-01 12:00+07' + make_interval(days => n - 5)
        from activity a cross join generate_series(1, 10) n
        """,
        **of,
    )
    for measure, value in (
        ("SESSIONS_HELD", "2"), ("PEOPLE_REACHED", "7"), ("RECOMMENDATIONS_IN_TIME", "50"),
    ):  # fmt: skip
        found = await scene.figures(await scene.computed(measure))
        assert found[f"{LAST_YEAR}-Q1"] == value
        assert found[f"{LAST_YEAR}-Q4"] == ("0" if measure == "SESSIONS_HELD" else None)


async def test_a_year_is_counted_whole_or_by_quarters_and_never_both(world: World) -> None:
    scene = await past(world)
    for quarter in (1, 2):
        for _ in range(3):
            await scene.handoff(quarter, 1)
    year, parts = [
        await scene.computed("HANDOFFS", frequency=frequency)
        for frequency in ("YEARLY", "QUARTERLY")
    ]
    assert await scene.figures(year) == {LAST_YEAR: "6"}
    assert await scene.figures(parts) == quarters(None, None, None, None)
    await scene.handoff(1, 1)
    await scene.handoff(1, 1)
    assert await scene.figures(parts) == quarters(None, None, None, None)
    assert await scene.figures(year) == {LAST_YEAR: "6"}


async def test_what_was_computed_stays_and_what_was_withheld_stays_withheld(world: World) -> None:
    scene = await past(world)
    for _ in range(5):
        await scene.handoff(1, 4)
    for _ in range(4):
        await scene.handoff(2, 4)
    indicator = await scene.computed("HANDOFFS")
    before = await scene.figures(indicator)
    assert before == quarters("5", None, None, None)
    await scene.handoff(1, 4)
    await scene.handoff(2, 4)
    assert await scene.figures(indicator) == before
    again = await scene.computed("HANDOFFS")
    assert await scene.figures(again) == before
    after = definition(scene.measurer.org, measure="HANDOFFS")
    successor = await ok(redefine(scene.owner, "succeedIndicator", again, after))
    assert await scene.figures(successor["id"]) == before


async def test_a_running_period_has_no_figure(scene: Past) -> None:
    indicator = await scene.computed("HANDOFFS", frequency="YEARLY")
    found = (await seen(scene.owner, "Indicator", indicator, FIGURES))["figures"]
    assert [line["period"] for line in found] == [str(THIS_YEAR - 2), LAST_YEAR]


async def test_figures_close_with_the_agreement(world: World) -> None:
    scene = await past(world)
    for _ in range(5):
        await scene.handoff(1, 4)
    indicator = await scene.computed("HANDOFFS")
    assert await scene.figures(indicator, scene.measurer)
    assert await seen(await stranger(world), "Indicator", indicator) is None
    types = "$id: ID!, $reason: String!"
    await ok(scene.owner.mutate("suspendMou", types, MOU, id=scene.mou, reason=REASON))
    assert await seen(scene.measurer, "Indicator", indicator) is None
    assert await scene.figures(indicator) == {}  # its owner sees what it defined, and no figure


async def test_the_database_computes_for_nobody_else(scene: Past) -> None:
    """The function that computes is the second wall: it asks by itself who is calling."""
    indicator = uuid_of(await scene.computed("HANDOFFS"))
    other: Org = (await stranger(scene.world)).org
    for organisation, scopes, lines in (
        (scene.owner.org, "result:read", True),
        (scene.owner.org, "handoff:read", False),
        (other, "result:read", False),
    ):
        async with scene.world.operator() as tx:
            await tx.execute(text("set local role rangkul_app"))
            await tx.execute(
                text(
                    "select set_config('app.organisation_id', :id, true),"
                    " set_config('app.scopes', :scopes, true)"
                ),
                {"id": str(organisation.id), "scopes": scopes},
            )
            asked = text("select count(*) from access.computed(:indicator)")
            assert bool(await tx.scalar(asked, {"indicator": indicator})) == lines


async def test_many_who_ask_at_once_get_one_answer(world: World) -> None:
    scene = await past(world)
    for _ in range(5):
        await scene.handoff(1, 4)
    asked = [await scene.computed(measure) for measure in ("HANDOFFS", "COMPLETION")]
    answers = await asyncio.gather(
        *(scene.figures(one, api) for one in asked for api in (scene.owner, scene.measurer) * 3)
    )
    expected = [quarters("5", None, None, None), quarters("100", None, None, None)]
    assert answers == [found for found in expected for _ in range(6)]
    of = uuid_of(scene.mou)
    kept = await world.sql("select count(*) from computed_figure where mou_id = :of", of=of)
    quarters_over = 8 + (today().month - 1) // 3
    assert kept == [(2 * quarters_over,)]
