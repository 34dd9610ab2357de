"""The sections of a handoff, written for one child: every name, number and address is invented.

Who the child is stands in IDENTITY, CONTACT and FAMILY alone; all other sections say "anak".
"""

import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from api.seed.additions import ADDED, REPLIES, later
from api.seed.answers import SHELTERED, VOICES
from api.seed.numbers import police_report
from api.seed.shapes import Story
from db.enums import ChildRole, DataCategory

_MONTHS = (
    "Januari", "Februari", "Maret", "April", "Mei", "Juni", "Juli", "Agustus", "September",
    "Oktober", "November", "Desember",
)  # fmt: skip
_DAYS = ("Senin", "Selasa", "Rabu", "Kamis", "Jumat", "Sabtu", "Minggu")
_SERVICES = {
    "INTAKE": "penerimaan laporan dan asesmen awal oleh petugas terlatih",
    "RIGHTS_INFORMATION": "penjelasan hak anak dan keluarga dengan bahasa sederhana",
    "HEALTH": "pemeriksaan kesehatan dan visum oleh dokter perempuan bila anak memintanya",
    "PSYCHOLOGICAL": "penguatan psikologis, diutamakan psikolog anak yang sama sampai selesai",
    "PSYCHOSOCIAL": "pendampingan psikososial dan penguatan keluarga",
    "LEGAL": "pendampingan hukum sejak pelaporan",
    "SHELTER": "tempat tinggal sementara yang aman dan tidak diketahui terlapor",
    "COORDINATION": "penyesuaian pembelajaran tanpa mengungkap alasan kepada warga sekolah",
    "LEGAL_PROCESS": "pendampingan pada setiap tahap pemeriksaan",
    "LPSK_PROTECTION": "pelindungan saksi dan korban selama proses peradilan",
    "RESTITUTION": "penghitungan dan pengajuan restitusi",
    "CONTENT_REMOVAL": "permohonan penghapusan konten kepada penyelenggara sistem elektronik",
    "ECONOMIC": "penguatan ekonomi keluarga pengasuh",
    "DISABILITY": "akomodasi yang layak bagi anak penyandang disabilitas",
}


Moment = Literal["first", "asked", "under way", "end"]


def spoken(day: date) -> str:
    """A date as people write it: ``Senin, 9 November 2026``."""
    return f"{_DAYS[day.weekday()]}, {day.day} {_MONTHS[day.month - 1]} {day.year}"


@dataclass(frozen=True)
class Child:
    """The invented child of one case."""

    n: int
    story: Story
    girl: bool
    age: int
    born: date
    reported: date
    city: str
    school: str

    @property
    def name(self) -> str:
        return f"Ananda Contoh-{self.n}"

    @property
    def grade(self) -> int:
        return self.age - 6


def make_child(n: int, story: Story, reported: date, city: str, school: str | None) -> Child:
    """The child of case ``n``; the same number gives the same child."""
    draw = random.Random(n)  # noqa: S311
    least, most = story.ages
    if school is not None:
        youngest, oldest = (7, 12) if school.startswith("SD") else (13, 15)
        least, most = max(least, youngest), min(most, oldest)
    age = draw.randint(least, most)
    girl = draw.random() < 0.75 if story.girl is None else story.girl
    born = reported.replace(year=reported.year - age, day=1) - timedelta(days=draw.randint(5, 330))
    return Child(n, story, girl, age, born, reported, city, school or _school(n, age))


def _school(n: int, age: int) -> str:
    level = "SD" if age <= 12 else "SMP" if age <= 15 else "SMA"
    return f"{level} Contoh {n % 9 + 1} (fiktif)"


@dataclass(frozen=True)
class Writing:
    """Who writes, what was asked for, and when in the case: at first, when asked, at the end."""

    author_type: str
    services: tuple[str, ...]
    days: int
    """Days since the case was reported."""
    moment: Moment = "first"


def _identity(child: Child, _: Writing) -> str:
    born = child.born
    return (
        f"Nama samaran: {child.name}\n"
        f"Tempat, tanggal lahir: {child.city}, {born.day} {_MONTHS[born.month - 1]} {born.year}\n"
        f"Usia: {child.age} tahun; jenis kelamin: "
        f"{'perempuan' if child.girl else 'laki-laki'}\n"
        f"NIK: 0000-CONTOH-{child.n:04} (fiktif)\n"
        f"Kelas {child.grade}, {child.school}"
    )


def _contact(child: Child, _: Writing) -> str:
    n, who = child.n, f"{child.story.trusted} Contoh-{child.n}"
    address = f"Jalan Contoh No. {n}, RT 00/RW 00, {child.city} (fiktif)"
    telephone = f"0800-0000-{n:04} (fiktif)"
    if child.story.guardian_suspected:
        return (
            f"Tempat anak berada saat ini: {address}. Hubungi {who}, telepon {telephone}.\n"
            "JANGAN menghubungi wali yang tercatat pada kartu keluarga: ia adalah terlapor."
        )
    return (
        f"Alamat: {address}.\n{who}, telepon {telephone}, setelah pukul 16.00. Petugas datang "
        "tanpa seragam dan tanpa kendaraan dinas."
    )


def _incident(child: Child, _: Writing) -> str:
    told = child.story.incident[child.n % len(child.story.incident)]
    return told.format(hari=spoken(child.reported))


def _legal(child: Child, writing: Writing) -> str:
    report = f"Laporan polisi {police_report(child.n, child.reported)} (fiktif)"
    if writing.author_type == "KPAI":
        return (
            f"{report}. Mohon penjelasan perkembangan penyidikan, berapa kali anak diperiksa, dan "
            "siapa yang mendampinginya."
        )
    if child.story.role is ChildRole.CHILD_OFFENDER:
        return (
            f"{report}. Anak berusia {child.age} tahun; upaya paksa tidak dikenakan. Penelitian "
            "kemasyarakatan dimohonkan sesuai Pasal 27 UU 11/2012."
        )
    if writing.days < 7:
        return f"{report}. Pemeriksaan dijadwalkan pekan ini di ruang ramah anak, satu kali saja."
    state = (
        "Anak telah diperiksa satu kali dengan pendamping; saksi lain dijadwalkan.",
        "Gelar perkara awal telah dilaksanakan. Sangkaan sementara berdasarkan UU 12/2022 dan UU "
        "35/2014; pasal ditetapkan setelah alat bukti lengkap.",
        "SPDP telah dikirim kepada penuntut umum. Pemeriksaan tambahan anak tidak diperlukan.",
    )[child.n % 3]
    return f"{report}. {state}"


def _service(child: Child, writing: Writing) -> str:
    wanted = [_SERVICES.get(code, code.lower()) for code in writing.services]
    basis = (
        "Wali adalah terlapor; pemrosesan tidak didasarkan pada persetujuannya, melainkan pada "
        "pelindungan kepentingan vital anak (Pasal 20 ayat (2) huruf d UU 27/2022)."
        if child.story.guardian_suspected
        else "Anak dan walinya menyetujui rujukan ini setelah penjelasan sesuai usia anak."
    )
    return f"Layanan yang dimohon: {'; '.join(wanted)}.\n{basis}"


def _outcome(child: Child, writing: Writing) -> str:
    sheltered = writing.author_type == "COMMUNITY_PROVIDER" and "SHELTER" in writing.services
    outcomes = SHELTERED if sheltered else VOICES[writing.author_type].outcomes
    return outcomes[child.n % len(outcomes)]


def _story(part: str) -> Callable[[Child, Writing], str]:
    def written(child: Child, _: Writing) -> str:
        told: str = getattr(child.story, part)
        return told.format(terlapor=f"Terlapor Contoh-{child.n}")

    return written


_WRITERS: dict[DataCategory, Callable[[Child, Writing], str]] = {
    DataCategory.IDENTITY: _identity,
    DataCategory.CONTACT: _contact,
    DataCategory.FAMILY: _story("family"),
    DataCategory.INCIDENT: _incident,
    DataCategory.HEALTH: _story("health"),
    DataCategory.PSYCHOLOGICAL: _story("psychological"),
    DataCategory.LEGAL: _legal,
    DataCategory.EDUCATION: _story("education"),
    DataCategory.SUSPECT: _story("suspect"),
    DataCategory.EVIDENCE: _story("evidence"),
    DataCategory.SERVICE: _service,
    DataCategory.OUTCOME: _outcome,
}


def write(category: DataCategory, child: Child, writing: Writing) -> str:
    """One section, as its author would write it."""
    texts = {"first": {}, "asked": ADDED}.get(writing.moment, REPLIES)
    said = later(texts, category, n=child.n, city=child.city, first=writing.moment == "under way")
    return said or _WRITERS[category](child, writing)
