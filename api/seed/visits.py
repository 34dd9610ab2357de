"""KPAI plans its year, and visits three schools with the regional commission."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import select

from api.seed.cast import Cast
from api.seed.instrument import SAFE_SCHOOL
from db.ids import encode
from db.instrument import InstrumentVersion
from db.oversight_plan import PlanItem, Sector
from db.visit import VisitSubject
from domain import instrument, oversight_plan, visit, visit_response
from domain.answers import Answer
from domain.checks import Json, Ref

SCHOOLS = "Pengawasan sekolah aman di Kota Bandung"


@dataclass(frozen=True)
class School:
    """A school, how many days ago it was visited, and what was found."""

    key: str
    ago: int
    found: dict[str, Any]
    by_others: dict[str, Any] = field(default_factory=dict)
    """What the regional commission answered otherwise."""


_VISITED = (
    School(
        "smp-3", 9,
        {"siswa": 864, "satgas": True, "satgas_aktif": 2, "pelatihan": "sebagian",
         "ruang": ["toilet"], "kanal": ["guru_bk"], "anonim": False, "laporan": True,
         "waktu": "lebih", "damai": True,
         "catatan": "Ruang konseling dipakai sebagai gudang; kanal anonim belum dipasang."},
        {"satgas_aktif": 3},
    ),
    School(
        "smp-12", 8,
        {"siswa": 1_021, "satgas": True, "satgas_aktif": 5, "pelatihan": "semua",
         "ruang": ["konseling", "toilet", "cctv"], "kanal": ["telepon", "guru_bk"],
         "anonim": True, "laporan": True, "waktu": "sehari", "damai": False},
    ),
    School(
        "sd-1", 7,
        {"siswa": 412, "satgas": False, "pelatihan": "tidak", "ruang": ["konseling"],
         "kanal": ["kotak", "guru_bk"], "anonim": True, "laporan": False,
         "catatan": "Guru meminta pelatihan sebelum semester depan."},
    ),
)  # fmt: skip


async def play(cast: Cast) -> None:
    item = await _plan(cast)
    version = await _instrument(cast)
    for school in _VISITED:
        await _visit(cast, school, item, version)


async def _plan(cast: Cast) -> Ref:
    """The plan, shared with the regional commission; its item on schools."""
    year = cast.day(0).year
    items = [
        (Sector.EDUCATION, "Satuan tugas dan kanal pengaduan di sekolah", 3, -9, "32.73"),
        (Sector.VICTIM_SERVICES, "Waktu tanggap UPTD PPA", 2, -2, "32.73"),
        (Sector.LAW_ENFORCEMENT, "Ruang pelayanan khusus di Polres", 4, 0, None),
    ]
    async with cast.acting("kpai") as (tx, caller):
        plan = await oversight_plan.draft(
            tx,
            caller,
            oversight_plan.PlanDraft(
                f"Rencana pengawasan {year - 1} sampai {year}",
                date(year - 1, 1, 1),
                date(year, 12, 31),
                [
                    oversight_plan.PlanItemDraft(
                        sector, focus, cast.day(day), region, visits=visits
                    )
                    for sector, focus, visits, day, region in items
                ],
            ),
        )
        ref = Ref(encode("oversightplan", plan.id))
        await oversight_plan.share(tx, caller, ref, [cast.ref("kpad-jabar")])
        await oversight_plan.publish(tx, caller, ref)
        schools = select(PlanItem.id).where(PlanItem.plan_id == plan.id, PlanItem.number == 1)
        return Ref(encode("planitem", (await tx.scalars(schools)).one()))


async def _instrument(cast: Cast) -> Ref:
    """An instrument that everybody may use; its published version."""
    async with cast.acting("kpai") as (tx, caller):
        made = await instrument.draft(
            tx,
            caller,
            instrument.NewInstrument(
                "Sekolah aman",
                SAFE_SCHOOL,
                "Pemantauan langsung pencegahan dan penanganan kekerasan di satuan pendidikan.",
                open=True,
            ),
        )
        versions = select(InstrumentVersion.id).where(InstrumentVersion.instrument_id == made.id)
        ref = Ref(encode("questionnaire", (await tx.scalars(versions)).one()))
        await instrument.publish(tx, caller, ref)
        return ref


async def _visit(cast: Cast, school: School, item: Ref, version: Ref) -> None:
    async with cast.acting("kpai") as (tx, caller):
        row = await visit.plan(
            tx,
            caller,
            cast.activities[SCHOOLS],
            visit.VisitPlan(
                VisitSubject.ORGANISATION,
                cast.day(-school.ago),
                version,
                visited_id=cast.ref(school.key),
                team_ids=[cast.ref("kpad-jabar")],
                plan_item_id=item,
            ),
        )
        ref = Ref(encode("visit", row.id))
        await visit.hold(tx, caller, ref, cast.day(-school.ago))
        await visit_response.submit(tx, caller, ref, _answers(school.found))
    if school.by_others:
        async with cast.acting("kpad-jabar") as (tx, caller):
            answers = _answers(school.found | school.by_others)
            await visit_response.submit(tx, caller, ref, answers)
            await visit.note(tx, caller, ref, "Kepala sekolah baru menjabat dua bulan.")
    if school.key == "smp-3":
        async with cast.acting("kpai") as (tx, caller):
            await visit.share(tx, caller, ref)


def _answers(values: dict[str, Any]) -> visit_response.ResponseDraft:
    return visit_response.ResponseDraft([Answer(key, Json(one)) for key, one in values.items()])
