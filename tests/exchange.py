"""Tables to send, and what is told of them."""

import csv
import io
import zipfile
from collections.abc import Callable, Sequence
from typing import Any

from httpx import Response
from openpyxl import Workbook, load_workbook

from tests.world import Api

CSV = "text/csv"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
HEADER = ["Nomor rujukan", "Jenis", "Judul", "Mulai", "Selesai", "Tempat", "Kode wilayah"]
ROW = ["K-1", "Edukasi dan sosialisasi", "Kelas A", "31/12/2026 09.00", "31/12/2026 11.00 WITA",
       "Aula", "32.73"]  # fmt: skip


async def send(
    api: Api, content: bytes, kind: str = "activities", *, dry: bool = True, type: str = CSV
) -> Response:
    headers = {"authorization": f"Bearer {api.token}", "content-type": type}
    path = f"/import/{kind}?dryRun={'true' if dry else 'false'}"
    return await api.http.post(path, content=content, headers=headers)


async def fetch(api: Api, path: str) -> Response:
    return await api.http.get(path, headers={"authorization": f"Bearer {api.token}"})


async def report(api: Api, content: bytes, kind: str = "activities", **how: Any) -> dict[str, Any]:
    response = await send(api, content, kind, **how)
    assert response.status_code in (200, 422), response.text
    told: dict[str, Any] = response.json()
    return told


def wrong(told: dict[str, Any]) -> list[tuple[Any, Any, str]]:
    """Row, column and code of everything that is wrong."""
    assert all(set(p["message"]) == {"id", "en"} for p in told["problems"])
    return [(p["row"], p["column"], p["code"]) for p in told["problems"]]


def as_csv(*rows: Sequence[Any], delimiter: str = ",") -> bytes:
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=delimiter).writerows(rows)
    return out.getvalue().encode()


def as_xlsx(*rows: Sequence[Any], change: Callable[[Workbook], None] | None = None) -> bytes:
    book = Workbook()
    assert book.active is not None
    for row in rows:
        book.active.append(list(row))
    if change:
        change(book)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def cells(content: bytes) -> list[list[Any]]:
    """What stands in the first sheet of a workbook."""
    book = load_workbook(io.BytesIO(content))
    assert book.active is not None
    return [list(row) for row in book.active.iter_rows(values_only=True)]


def repacked(content: bytes, **parts: bytes | Callable[[bytes], bytes]) -> bytes:
    """The workbook with some parts added or changed; ``__`` stands for a slash, ``_x`` for .x."""
    out = io.BytesIO()
    wanted: dict[str, Any] = {
        name.replace("__", "/").replace("_xml", ".xml").replace("_bin", ".bin"): part
        for name, part in parts.items()
    }
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(
        out, "w", zipfile.ZIP_DEFLATED
    ) as new:  # fmt: skip
        for name in old.namelist():
            part = wanted.pop(name, None)
            kept = old.read(name)
            new.writestr(name, part(kept) if callable(part) else part or kept)
        for name, part in wanted.items():
            new.writestr(name, part)
    return out.getvalue()
