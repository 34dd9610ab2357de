"""The columns of each kind of table, in the words of whoever fills them."""

from datetime import datetime
from decimal import Decimal
from functools import partial
from typing import Any

from db.enums import ActivityKind
from db.indicator import Unit
from domain.exchange.sheet import Column
from domain.exchange.table import Value
from domain.exchange.values import choice_in, moment_in, number_in, text_in

_WORDS: dict[ActivityKind, str] = {
    ActivityKind.ADVOCACY: "advokasi kebijakan",
    ActivityKind.OVERSIGHT: "pengawasan",
    ActivityKind.EDUCATION: "edukasi dan sosialisasi",
    ActivityKind.MONITORING_EVALUATION: "monitoring dan evaluasi",
    ActivityKind.CAPACITY_BUILDING: "peningkatan kapasitas",
    ActivityKind.CASE_CONFERENCE: "konferensi kasus",
}
_KINDS = {word: kind for kind in ActivityKind
          for word in (kind.value.casefold().replace("_", " "), _WORDS[kind])}  # fmt: skip
_UNITS = {unit.value.casefold(): unit for unit in Unit} | {
    "jumlah": Unit.COUNT, "persen": Unit.PERCENT, "%": Unit.PERCENT, "jam": Unit.HOURS,
    "hari": Unit.DAYS, "skor": Unit.SCORE, "lainnya": Unit.OTHER,
}  # fmt: skip


def _region(value: Value) -> str:
    """A code of the Kemendagri: a spreadsheet takes ``31.70`` for a number, and drops the zero."""
    if isinstance(value, Decimal) and abs(value) < 10_000 and value % 1:
        return f"{value:.2f}"
    return text_in(value)


def _period(value: Value) -> str:
    """A period as SDMX writes it: a spreadsheet takes ``2026-03`` for a day."""
    return f"{value:%Y-%m}" if isinstance(value, datetime) else text_in(value)


ID = Column(
    "id", "Id", "Id",
    ("Dari ekspor; kosongkan untuk baris baru.", "From an export; left empty for a new row."),
)  # fmt: skip
REFERENCE = Column(
    "reference", "Nomor rujukan", "Reference",
    ("Nomor Anda sendiri; baris dengan nomor yang sama tidak dibuat dua kali.",
     "Your own number; a row with the same one is not made twice."),
    also=("No rujukan", "Nomor referensi"),
)  # fmt: skip


def _column(key: str, names: tuple[str, str], about: tuple[str, str], **more: Any) -> Column:
    return Column(key, *names, about, **more)


_REGION = _column(
    "region_code", ("Kode wilayah", "Region code"),
    ("Kode Kemendagri, misalnya 31 atau 31.71.", "Kemendagri code, such as 31 or 31.71."),
    read=_region, field="input.regionCode", also=("Wilayah", "Region"),
)  # fmt: skip
ACTIVITIES = (
    ID,
    REFERENCE,
    _column("kind", ("Jenis", "Kind"),
            (f"Salah satu: {', '.join(_WORDS.values())}.", f"One of {', '.join(ActivityKind)}."),
            read=partial(choice_in, choices=_KINDS), field="input.kind",
            also=("Jenis kegiatan",)),
    _column("title", ("Judul", "Title"), ("Paling banyak 200 karakter.", "Up to 200 characters."),
            field="input.title", also=("Nama kegiatan",)),
    _column("description", ("Uraian", "Description"),
            ("Paling banyak 4.000 karakter; tanpa nama anak.",
             "Up to 4,000 characters; no names of children."),
            field="input.description", also=("Deskripsi",)),
    _column("starts_at", ("Mulai", "Starts at"),
            ("Misalnya 31/12/2026 09.00 WIB; tanpa zona berarti WIB.",
             "Such as 2026-12-31 09:00 WIB; without a zone it is WIB."),
            read=moment_in, field="input.startsAt", also=("Start", "Starts", "Waktu mulai")),
    _column("ends_at", ("Selesai", "Ends at"),
            ("Tanggal saja berarti sampai akhir hari.", "A day alone means until it ends."),
            read=partial(moment_in, end_of_day=True), field="input.endsAt",
            also=("End", "Ends", "Waktu selesai")),
    _column("place", ("Tempat", "Place"), ("Paling banyak 200 karakter.", "Up to 200 characters."),
            field="input.place"),
    _REGION,
    _column("agreement", ("Kerja sama", "Agreement"),
            ("Id kerja sama yang berlaku, bila ada.", "The id of an agreement in force, if any."),
            field="input.mouId", also=("MoU",)),
    _column("status", ("Status", "Status"),
            ("Hanya dalam ekspor.", "In exports only.")),
    _column("lead", ("Penyelenggara", "Lead"),
            ("Hanya dalam ekspor.", "In exports only.")),
)  # fmt: skip
ORGANISATIONS = (
    ID,
    REFERENCE,
    _column("type", ("Jenis", "Type"),
            ("Kode jenis lembaga, misalnya UPTD_PPA.", "Code of its type, such as UPTD_PPA."),
            field="input.type", also=("Jenis lembaga",)),
    _column("name", ("Nama", "Name"), ("Nama resmi.", "Its official name."),
            field="input.name", also=("Nama lembaga",)),
    _column("short_name", ("Nama singkat", "Short name"),
            ("Paling banyak 60 karakter.", "Up to 60 characters."),
            field="input.shortName", also=("Singkatan",)),
    _REGION,
    _column("parent", ("Induk", "Parent"),
            ("Id, nomor rujukan, atau nama lembaga induk.",
             "Id, reference or name of the organisation it stands under."),
            field="input.parentId", also=("Lembaga induk",)),
)  # fmt: skip
MEASUREMENTS = (
    ID,
    REFERENCE,
    _column("indicator", ("Indikator", "Indicator"), ("Id indikator.", "The id of the indicator."),
            required=True, field="input.indicatorId"),
    _column("period", ("Periode", "Period"),
            ("Misalnya 2026-03, 2026-Q1, 2026-S1 atau 2026.",
             "Such as 2026-03, 2026-Q1, 2026-S1 or 2026."),
            required=True, read=_period, field="input.period", also=("Masa",)),
    _column("unit", ("Satuan", "Unit"),
            ("Satuan indikator itu.", "The unit of that indicator."),
            required=True, read=partial(choice_in, choices=_UNITS), field="input.unit"),
    _column("value", ("Capaian", "Value"),
            ("Angka tanpa pemisah ribuan; koma atau titik desimal.",
             "A number without marks for thousands; decimal comma or point."),
            required=True, read=number_in, field="input.value", also=("Nilai",)),
    _column("note", ("Catatan", "Note"),
            ("Paling banyak 4.000 karakter; tanpa nama anak.",
             "Up to 4,000 characters; no names of children."),
            field="input.note"),
)  # fmt: skip
