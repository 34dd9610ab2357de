"""Measurements by table: reported by who is responsible, by the rules of results, and once."""

from tests.exchange import XLSX, as_csv, fetch, report, wrong
from tests.results import LAST_YEAR, results
from tests.scenes import stranger, unknown
from tests.unchanged import unchanged
from tests.world import World

HEADER = ["Nomor rujukan", "Indikator", "Periode", "Satuan", "Capaian", "Catatan"]


async def test_measurements_are_reported_once_and_come_back_unchanged(world: World) -> None:
    there = await results(world)
    one, other = await there.indicator(), await there.indicator(unit="PERCENT")
    file = as_csv(
        HEADER,
        ["C-1", one, f"{LAST_YEAR}-Q1", "jumlah", "1.234.567", "Dari register."],
        ["C-2", other, f"{LAST_YEAR}-Q2", "%", "87,5", ""],
    )
    async with unchanged(world):
        assert (await report(there.measurer, file, "measurements"))["created"] == 2
    assert (await report(there.measurer, file, "measurements", dry=False))["created"] == 2
    async with unchanged(world):
        assert (await report(there.measurer, file, "measurements", dry=False))["unchanged"] == 2
        for format, type in (("csv", "text/csv"), ("xlsx", XLSX)):
            content = (await fetch(there.measurer, f"/export/measurements.{format}")).content
            told = await report(there.measurer, content, "measurements", type=type, dry=False)
            assert (told["unchanged"], told["problems"]) == (2, [])
        changed = as_csv(HEADER, ["C-1", one, f"{LAST_YEAR}-Q1", "COUNT", "13", ""])
        told = await report(there.measurer, changed, "measurements", dry=False)
        assert wrong(told) == [(2, "Capaian", "NOT_CHANGED_HERE")]


async def test_bad_rows_are_told_by_row_and_column_and_nothing_is_reported(world: World) -> None:
    there = await results(world)
    id = await there.indicator()
    good = ["C-0", id, f"{LAST_YEAR}-Q1", "COUNT", "1", ""]
    rows = [
        good,
        ["C-1", unknown("indicator"), *good[2:]],
        ["C-2", id, LAST_YEAR, *good[3:]],
        ["C-3", id, f"{LAST_YEAR}-Q2", "HOURS", "1", ""],
        ["C-4", *good[1:4], "1.234", ""],
        ["C-5", id, f"{LAST_YEAR}-Q2", "COUNT", "1,5", ""],
        ["C-6", *good[1:]],
        ["C-7", "", *good[2:]],
    ]
    async with unchanged(world):
        told = await report(there.measurer, as_csv(HEADER, *rows), "measurements", dry=False)
    found = wrong(told)
    assert [(row, column) for row, column, _ in found] == [
        (3, "Indikator"), (4, "Periode"), (5, "Satuan"), (6, "Capaian"), (7, "Capaian"),
        (8, "Periode"), (9, "Indikator"),
    ]  # fmt: skip
    assert [code for _, _, code in found][::3] == ["NOT_FOUND", "AMBIGUOUS_NUMBER", "REQUIRED"]


async def test_others_report_and_export_nothing(world: World) -> None:
    there = await results(world)
    id = await there.indicator()
    await there.measured(id)
    outsider = await stranger(world)
    row = ["C-1", id, f"{LAST_YEAR}-Q2", "COUNT", "1", ""]
    for api, code in ((outsider, "NOT_FOUND"), (there.owner, "WRONG_SIDE")):
        async with unchanged(world):
            told = await report(api, as_csv(HEADER, row), "measurements", dry=False)
        assert wrong(told) == [(2, "Indikator", code)]
    exported = (await fetch(outsider, "/export/measurements.csv")).content
    assert exported.count(b"\n") == 1
