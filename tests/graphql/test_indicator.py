"""Indicators and measurements: defined once, reported within the definition, never overwritten."""

import asyncio
from typing import Any

import pytest
import pytest_asyncio

from tests.covered import covers
from tests.results import (
    LAST_YEAR,
    THIS_YEAR,
    Results,
    add_indicator,
    correct,
    definition,
    redefine,
    report,
    results,
    seen,
)
from tests.scenes import day, stranger, unknown
from tests.unchanged import refused
from tests.world import World, ok

Q1, Q2 = f"{LAST_YEAR}-Q1", f"{LAST_YEAR}-Q2"
SERIES = """
measurements { nodes { period value correctedAt } } successor { id version }
predecessor { id } latest { value }
"""
REFERENCE = {"title": "Laporan triwulan", "url": "https://contoh.go.id/laporan.pdf"}


@pytest_asyncio.fixture(scope="module")
async def scene(world: World) -> Results:
    return await results(world)


def target(value: str, first: str = f"{LAST_YEAR}-01-01", last: str = f"{LAST_YEAR}-12-31") -> Any:
    return {"periodFrom": first, "periodUntil": last, "value": value}


@covers("addIndicator reportMeasurement", "success")
async def test_a_value_is_reported_with_its_parts_and_evidence(scene: Results) -> None:
    indicator = await scene.indicator(
        dimensions=["SEX"], baseline="4", baselineOn=f"{int(LAST_YEAR) - 1}-12-31",
        targets=[target("20")],
    )  # fmt: skip
    parts = [
        {"dimension": "SEX", "group": "FEMALE", "value": "9"},
        {"dimension": "SEX", "group": "MALE", "value": "3.0"},
    ]
    made = await ok(report(scene.measurer, indicator, breakdown=parts, evidence=[REFERENCE]))
    assert (made["value"], made["target"], made["light"]) == ("12", "20", "AMBER")
    assert [part["value"] for part in made["breakdown"]] == ["9", "3"]
    assert made["evidence"] == [{"title": REFERENCE["title"]}]
    found = await seen(scene.owner, "Measurement", made["id"], "period value light")
    assert found == {"period": Q1, "value": "12", "light": "AMBER"}


@pytest.mark.parametrize(
    ("frequency", "period"),
    [
        ("MONTHLY", f"{LAST_YEAR}-02"),
        ("QUARTERLY", f"{LAST_YEAR}-Q4"),
        ("SEMESTERLY", f"{LAST_YEAR}-S2"),
        ("YEARLY", LAST_YEAR),
    ],
)
async def test_a_period_fits_the_frequency_and_is_measured_once(
    scene: Results, frequency: str, period: str
) -> None:
    indicator = await scene.indicator(frequency=frequency)
    await scene.measured(indicator, period=period)
    others = {f"{LAST_YEAR}-02", f"{LAST_YEAR}-Q4", f"{LAST_YEAR}-S2", LAST_YEAR} - {period}
    for other in sorted(others):
        attempt = report(scene.measurer, indicator, other)
        await refused(scene.world, attempt, "BAD_INPUT", "input.period")
    again = report(scene.measurer, indicator, period)
    await refused(scene.world, again, "PERIODS_OVERLAP", "input.period")


@covers("reportMeasurement", "refusal")
@pytest.mark.parametrize(
    ("unit", "change", "code", "field"),
    [
        ("COUNT", {"value": "-1"}, "OUT_OF_RANGE", "input.value"),
        ("COUNT", {"value": "1.5"}, "OUT_OF_RANGE", "input.value"),
        ("COUNT", {"value": "NaN"}, "OUT_OF_RANGE", "input.value"),
        ("COUNT", {"value": "-Infinity"}, "OUT_OF_RANGE", "input.value"),
        ("COUNT", {"value": "sNaN"}, "OUT_OF_RANGE", "input.value"),
        ("COUNT", {"value": "1E+999999"}, "OUT_OF_RANGE", "input.value"),
        ("COUNT", {"value": "1000000000000000"}, "OUT_OF_RANGE", "input.value"),
        ("COUNT", {"unit": "PERCENT"}, "OUT_OF_RANGE", "input.unit"),
        ("PERCENT", {"value": "100.01"}, "OUT_OF_RANGE", "input.value"),
        ("PERCENT", {"value": "-0.1"}, "OUT_OF_RANGE", "input.value"),
        ("HOURS", {"value": "1.0000001"}, "OUT_OF_RANGE", "input.value"),
        ("RUPIAH", {"value": "1.005"}, "OUT_OF_RANGE", "input.value"),
        ("COUNT", {"period": f"{THIS_YEAR + 1}-Q1"}, "OUT_OF_RANGE", "input.period"),
        ("COUNT", {"period": f"{THIS_YEAR - 3}-Q4"}, "OUT_OF_RANGE", "input.period"),
        ("COUNT", {"period": f"{LAST_YEAR}-Q5"}, "BAD_INPUT", "input.period"),
        ("COUNT", {"period": "9999-Q1"}, "BAD_INPUT", "input.period"),
        ("COUNT", {"period": f" {LAST_YEAR}-Q1"}, "BAD_INPUT", "input.period"),
        ("COUNT", {"note": "x" * 4_001}, "TOO_LONG", "input.note"),
        ("COUNT", {"evidence": [{"title": "x", "url": "http://a.id"}]}, "BAD_INPUT",
         "input.evidence[0].url"),
        ("COUNT", {"breakdown": [{"dimension": "SEX", "group": "MALE", "value": "11"}]},
         "OUT_OF_RANGE", "input.breakdown"),
        ("COUNT", {"breakdown": [{"dimension": "REGION", "group": "31", "value": "12"}]},
         "OUT_OF_RANGE", "input.breakdown[0].dimension"),
        ("COUNT", {"breakdown": [{"dimension": "SEX", "group": "ibu Siti", "value": "12"}]},
         "BAD_INPUT", "input.breakdown[0].group"),
        ("COUNT", {"breakdown": [{"dimension": "SEX", "group": "MALE", "value": "6"}] * 2},
         "DUPLICATE", "input.breakdown[1]"),
        ("PERCENT", {"breakdown": [{"dimension": "SEX", "group": "MALE", "value": "101"}]},
         "OUT_OF_RANGE", "input.breakdown[0].value"),
    ],
)  # fmt: skip
async def test_what_lies_outside_the_definition_is_refused(
    scene: Results, unit: str, change: dict[str, Any], code: str, field: str
) -> None:
    indicator = await scene.indicator(unit=unit, dimensions=["SEX"])
    attempt = report(scene.measurer, indicator, **{"unit": unit} | change)
    await refused(scene.world, attempt, code, field)


@covers("correctMeasurement", "success", "refusal")
async def test_a_correction_leaves_what_was_said_readable(scene: Results) -> None:
    indicator = await scene.indicator()
    old = await scene.measured(indicator)
    for attempt, code, field in (
        (correct(scene.owner, old), "WRONG_SIDE", "id"),
        (correct(scene.measurer, old, reason=" "), "REASON_REQUIRED", "reason"),
        (correct(scene.measurer, old, value="1.5"), "OUT_OF_RANGE", "input.value"),
        (correct(scene.measurer, old, unit="DAYS"), "OUT_OF_RANGE", "input.unit"),
    ):
        await refused(scene.world, attempt, code, field)

    new = await ok(correct(scene.measurer, old, value="13"))

    assert new["corrects"] == {"id": old, "value": "12"}
    assert (new["value"], new["reason"]) == ("13", "Salah hitung.")
    await refused(scene.world, correct(scene.measurer, old), "WRONG_STATE", "id")
    found = await seen(scene.owner, "Indicator", indicator, SERIES)
    assert found["latest"] == {"value": "13"}
    assert {m["value"]: m["correctedAt"] is None for m in found["measurements"]["nodes"]} == {
        "13": True,
        "12": False,
    }


@covers("changeIndicator succeedIndicator", "success", "refusal")
async def test_what_was_measured_keeps_its_unit_and_gets_a_successor(scene: Results) -> None:
    targets = [target("20"), target("30", f"{THIS_YEAR}-01-01", day(30))]
    indicator = await scene.indicator(targets=targets)
    who = scene.measurer.org
    changed = definition(who, unit="DAYS", name="Lama", targets=targets)
    assert (await ok(redefine(scene.owner, "changeIndicator", indicator, changed)))[
        "unit"
    ] == "DAYS"
    old = await scene.measured(indicator, unit="DAYS", value="2.5")

    for change, field in (
        ({"unit": "COUNT"}, "input.unit"),
        ({"definition": "Lain."}, "input.definition"),
        ({"direction": "LOWER"}, "input.direction"),
        ({"frequency": "YEARLY"}, "input.frequency"),
        ({"dimensions": ["SEX"]}, "input.dimensions"),
        ({"baseline": "1", "baselineOn": day(-900)}, "input.baseline"),
        ({"targets": [target("2")]}, "input.targets"),
        ({"targets": []}, "input.targets"),
    ):
        body = changed | change
        attempt = redefine(scene.owner, "changeIndicator", indicator, body)
        await refused(scene.world, attempt, "ALREADY_MEASURED", field)
    moved = changed | {"name": "Baru", "targets": [*targets[:1], target("40", day(-9), day(30))]}
    found = await ok(redefine(scene.owner, "changeIndicator", indicator, moved))
    assert (found["name"], [t["value"] for t in found["targets"]]) == ("Baru", ["20", "40"])

    body = definition(who, unit="HOURS")
    for api, code in ((scene.measurer, "WRONG_SIDE"), (await stranger(scene.world), "NOT_FOUND")):
        for name in ("changeIndicator", "succeedIndicator"):
            await refused(scene.world, redefine(api, name, indicator, body), code, "id")
    successor = await ok(redefine(scene.owner, "succeedIndicator", indicator, body))

    assert (successor["version"], successor["predecessor"]) == (2, {"id": indicator})
    for name in ("changeIndicator", "succeedIndicator"):
        attempt = redefine(scene.owner, name, indicator, body)
        await refused(scene.world, attempt, "WRONG_STATE", "id")
    attempt = report(scene.measurer, indicator, Q2, unit="DAYS")
    await refused(scene.world, attempt, "WRONG_STATE", "input.indicatorId")
    await scene.measured(successor["id"], unit="HOURS", period=Q1)  # beside the other series
    found = await seen(scene.owner, "Indicator", indicator, SERIES)
    assert [m["value"] for m in found["measurements"]["nodes"]] == ["2.5"]
    assert found["successor"] == {"id": successor["id"], "version": 2}
    await ok(correct(scene.measurer, old, unit="DAYS", value="3"))


@covers("addIndicator", "refusal")
@pytest.mark.parametrize(
    ("change", "code", "field"),
    [
        ({"name": " "}, "BAD_INPUT", "input.name"),
        ({"definition": "x" * 4_001}, "TOO_LONG", "input.definition"),
        ({"unit": "OTHER"}, "BAD_INPUT", "input.unitLabel"),
        ({"unitLabel": "buku"}, "BAD_INPUT", "input.unitLabel"),
        ({"baseline": "1"}, "BAD_INPUT", "input.baselineOn"),
        ({"baseline": "-1", "baselineOn": "2020-01-01"}, "OUT_OF_RANGE", "input.baseline"),
        ({"dimensions": ["SEX", "SEX"]}, "DUPLICATE", "input.dimensions[1]"),
        ({"targets": [target("1"), target("2")]}, "PERIODS_OVERLAP", "input.targets"),
        ({"targets": [target("1", "2019-01-01")]}, "EXCEEDS_PARENT", "input.targets[0].periodFrom"),
        ({"targets": [target("1.5")]}, "OUT_OF_RANGE", "input.targets[0].value"),
        ({"targets": [target("1")] * 51}, "TOO_MANY", "input.targets"),
        ({"service": "PSYCHOLOGICAL"}, "BAD_INPUT", "input.service"),
        ({"measure": "HOURS_TO_ACCEPTANCE"}, "BAD_INPUT", "input.unit"),
        ({"measure": "HANDOFFS", "frequency": "MONTHLY"}, "BAD_INPUT", "input.frequency"),
        ({"measure": "HANDOFFS", "dimensions": ["SEX"]}, "BAD_INPUT", "input.dimensions"),
        ({"measure": "COMPLETION", "unit": "PERCENT"}, "BAD_INPUT", "input.service"),
        ({"measure": "COMPLETION", "unit": "PERCENT", "service": "NONE"}, "UNKNOWN_CODE",
         "input.service[0]"),
        ({"responsibleId": unknown("organisation")}, "NOT_FOUND", "input.responsibleId"),
    ],
)  # fmt: skip
async def test_what_defines_nothing_is_refused(
    scene: Results, change: dict[str, Any], code: str, field: str
) -> None:
    body = definition(scene.measurer.org, **change)
    await refused(scene.world, add_indicator(scene.owner, scene.result, "X", body), code, field)


@covers("addIndicator changeIndicator succeedIndicator reportMeasurement correctMeasurement",
        "stranger")  # fmt: skip
async def test_only_the_owner_defines_and_only_the_responsible_measures(scene: Results) -> None:
    other = await stranger(scene.world)
    indicator = await scene.indicator()
    measured = await scene.measured(indicator)
    body = definition(scene.measurer.org)
    for attempt, code in (
        (add_indicator(other, scene.result, "X", body), "NOT_FOUND"),
        (redefine(other, "changeIndicator", indicator, body), "NOT_FOUND"),
        (redefine(other, "succeedIndicator", indicator, body), "NOT_FOUND"),
        (report(other, indicator, Q2), "NOT_FOUND"),
        (correct(other, measured), "NOT_FOUND"),
        (add_indicator(scene.measurer, scene.result, "X", body), "WRONG_SIDE"),
        (report(scene.owner, indicator, Q2), "WRONG_SIDE"),
        (add_indicator(scene.owner, scene.result, "I1", body), "DUPLICATE"),
        (add_indicator(scene.owner, scene.result, "I 1", body), "BAD_INPUT"),
    ):
        await refused(scene.world, attempt, code)


@covers("measurementsDue", "success", "refusal")
async def test_periods_without_a_measurement_are_due(world: World) -> None:
    scene = await results(world)
    indicator = await scene.indicator(frequency="YEARLY")
    document = """query($filter: MeasurementDueFilter, $after: String) {
      measurementsDue(filter: $filter, after: $after) {
        nodes { period dueOn overdue indicator { id } responsible { id } } } }"""

    async def due(api: Any, **filter: Any) -> list[tuple[str, bool]]:
        found = (await api.data(document, filter=filter))["measurementsDue"]["nodes"]
        return [(line["period"], line["overdue"]) for line in found]

    assert await due(scene.measurer) == [(str(THIS_YEAR), False)]
    await world.sql("update indicator set created_at = created_at - interval '2 years'")
    years = [(str(THIS_YEAR - 2), True), (LAST_YEAR, True), (str(THIS_YEAR), False)]
    assert await due(scene.measurer, owedByUs=True, frameworkId=scene.framework) == years
    assert await due(scene.owner, overdue=True) == years[:2]
    assert await due(scene.owner, owedByUs=True) == []
    await scene.measured(indicator, period=LAST_YEAR)
    assert await due(scene.measurer) == [years[0], years[2]]
    body = definition(scene.measurer.org, frequency="YEARLY")
    await ok(redefine(scene.owner, "succeedIndicator", indicator, body))
    assert await due(scene.measurer) == years[2:]
    assert (await scene.owner.ask(document, after="x")).codes == ["BAD_INPUT"]


async def test_of_two_reports_at_once_one_counts(scene: Results) -> None:
    indicator = await scene.indicator()
    answers = await asyncio.gather(*(report(scene.measurer, indicator) for _ in range(4)))
    refusals = [a["code"] for a in answers if a["__typename"] == "Refused"]
    assert len(refusals) == 3
    assert set(refusals) <= {"PERIODS_OVERLAP", "CHANGED_MEANWHILE"}
