"""What oversight found in a city, what was asked and recommended, and what became of it."""

import asyncio

from api.seed.cast import Cast
from db.clarification import AnswerVerdict
from db.finding import Severity
from db.ids import encode
from db.oversight_plan import Sector
from db.recommendation import FollowUpVerdict, Response
from db.reference import Reference
from domain import (
    clarification,
    clarification_answer,
    finding,
    follow_up,
    oversight_report,
    recommendation,
)
from domain.checks import Ref

VISITS = "Pengawasan layanan UPTD PPA dan unit PPA di Kota Bandung"
SCHOOLS = "Permintaan klarifikasi penanganan kekerasan seksual di satuan pendidikan"


async def play(cast: Cast) -> None:
    await asyncio.gather(_schools(cast), _visits(cast))


def _file(title: str) -> Reference:
    return Reference(title, f"https://arsip.contoh.example/{title.lower().replace(' ', '-')}.pdf")


async def _found(cast: Cast, activity: str, given: finding.FindingDraft) -> Ref:
    """Something that KPAI found, and stands by."""
    async with cast.acting("kpai") as (tx, caller):
        row = await finding.draft(tx, caller, cast.activities[activity], given)
        ref = Ref(encode("finding", row.id))
        await finding.confirm(tx, caller, ref)
    return ref


async def _asked(cast: Cast) -> Ref:
    """The education office explains, at the second try well enough."""
    async with cast.acting("kpai") as (tx, caller):
        row = await clarification.draft(
            tx, caller, cast.activities[SCHOOLS], None,
            clarification.ClarificationDraft(
                cast.ref("disdik-bandung"),
                "Penanganan dua laporan di satuan pendidikan",
                ["Berapa lama sejak laporan sampai tim pencegahan bekerja?",
                 "Siapa yang mendampingi anak selama pemeriksaan?"],
                cast.day(7),
            ),
        )  # fmt: skip
        ref = Ref(encode("clarification", row.id))
        await clarification.send(tx, caller, ref)
    async with cast.acting("disdik-bandung") as (tx, caller):
        reason = "Menunggu berkas dari dua sekolah."
        await clarification_answer.ask_time(tx, caller, ref, cast.day(12), reason)
    async with cast.acting("kpai") as (tx, caller):
        await clarification_answer.answer_time(tx, caller, ref, True, None)
        await clarification_answer.remind(tx, caller, ref, "Mohon jawaban tertulis.")
    async with cast.acting("disdik-bandung") as (tx, caller):
        answer = clarification_answer.AnswerDraft
        await clarification_answer.write(
            tx, caller, ref,
            [answer(1, "Empat hari kerja pada sekolah pertama, dua pada sekolah kedua.",
                    [_file("Kronologi tanpa identitas")]),
             answer(2, "Guru bimbingan konseling; pekerja sosial datang pada hari ketiga.")],
        )  # fmt: skip
        await clarification_answer.hand_in(tx, caller, ref)
    async with cast.acting("kpai") as (tx, caller):
        judged, verdict = clarification.AnswerAssessment, AnswerVerdict
        await clarification.assess(
            tx, caller, ref,
            clarification.Assessment(
                [judged(1, verdict.SATISFACTORY),
                 judged(2, verdict.PARTLY, "Pendamping harus ada sejak hari pertama.")],
                verdict.PARTLY, "Pendampingan sejak laporan pertama belum terjamin.",
            ),
        )  # fmt: skip
    return ref


async def _schools(cast: Cast) -> None:
    """Two schools: a clarification, a recommendation followed up to the end, and a report."""
    asked = await _asked(cast)
    slow = await _found(
        cast, SCHOOLS,
        finding.FindingDraft(
            Severity.HIGH, Sector.EDUCATION,
            "Laporan kekerasan seksual di satuan pendidikan baru diteruskan setelah empat hari"
            " kerja.",
            [_file("Rekap waktu penerusan")], None, "UU 12/2022 pasal 41",
            cast.ref("disdik-bandung"), "32.73",
        ),
    )  # fmt: skip
    advice = await _recommended(
        cast, SCHOOLS, "disdik-bandung", slow,
        "Menetapkan prosedur penerusan laporan paling lambat 1x24 jam di setiap sekolah.",
        "Surat edaran dan daftar sekolah yang menerimanya.",
    )  # fmt: skip
    async with cast.acting("disdik-bandung") as (tx, caller):
        accepted = follow_up.ResponseDraft(Response.ACCEPTED, "Dimulai dari SMP.", cast.day(20))
        await follow_up.respond(tx, caller, advice, accepted)
        first = await follow_up.report(
            tx, caller, advice, follow_up.FollowUpDraft("Surat edaran disusun.")
        )
    async with cast.acting("kpai") as (tx, caller):
        ref = Ref(encode("followup", first.id))
        why = "Edaran belum ditandatangani."
        await follow_up.judge(tx, caller, ref, FollowUpVerdict.NOT_YET, why)
    async with cast.acting("disdik-bandung") as (tx, caller):
        done = follow_up.FollowUpDraft("Edaran berlaku di 58 SMP.", [_file("Surat edaran")])
        second = await follow_up.report(tx, caller, advice, done)
    async with cast.acting("kpai") as (tx, caller):
        ref = Ref(encode("followup", second.id))
        await follow_up.judge(tx, caller, ref, FollowUpVerdict.VERIFIED, None)
        report = await oversight_report.draft(
            tx, caller,
            oversight_report.OversightReportDraft(
                "Laporan pengawasan penanganan kekerasan seksual di satuan pendidikan",
                "Penerusan laporan kini paling lambat satu hari; pendampingan perlu dijamin.",
                [cast.activities[SCHOOLS]], [slow], [asked], [advice], None, True,
                [cast.ref("kemendikdasmen")],
            ),
        )  # fmt: skip
        await oversight_report.publish(tx, caller, Ref(encode("oversightreport", report.id)))


async def _visits(cast: Cast) -> None:
    """Services of a city: what was found is recommended, and is still on its way."""
    room = await _found(
        cast, VISITS,
        finding.FindingDraft(
            Severity.MEDIUM, Sector.LAW_ENFORCEMENT,
            "Ruang pelayanan khusus dipakai bersama dengan penyimpanan berkas.",
            [_file("Denah ruang")], None, "UU 11/2012 pasal 18", cast.ref("polres-bandung"),
            "32.73",
        ),
    )  # fmt: skip
    duty = await _found(
        cast, VISITS,
        finding.FindingDraft(
            Severity.LOW, Sector.VICTIM_SERVICES,
            "Tidak ada petugas jaga pada akhir pekan.", None, None, None,
            cast.ref("uptd-bandung"), "32.73",
        ),
    )  # fmt: skip
    await _recommended(
        cast, VISITS, "polres-bandung", room, "Mengosongkan ruang pelayanan khusus.", None
    )
    weekend = await _recommended(
        cast, VISITS, "uptd-bandung", duty, "Menyusun jadwal jaga akhir pekan.", "Jadwal jaga."
    )
    async with cast.acting("uptd-bandung") as (tx, caller):
        partly = follow_up.ResponseDraft(
            Response.PARTLY, "Jaga melalui telepon sampai ada petugas baru.", cast.day(25)
        )
        await follow_up.respond(tx, caller, weekend, partly)
    async with cast.acting("kpad-jabar") as (tx, caller):  # a draft, seen by who works on it
        seen = finding.FindingDraft(
            Severity.MEDIUM, Sector.HEALTH, "Visum masih dipungut biaya pada satu rumah sakit."
        )
        await finding.draft(tx, caller, cast.activities[VISITS], seen)


async def _recommended(
    cast: Cast, activity: str, to: str, rests_on: Ref, text: str, evidence: str | None
) -> Ref:
    async with cast.acting("kpai") as (tx, caller):
        row = await recommendation.draft(
            tx, caller, cast.activities[activity],
            recommendation.RecommendationDraft(
                cast.ref(to), [rests_on], text, cast.day(30), evidence
            ),
        )  # fmt: skip
        ref = Ref(encode("recommendation", row.id))
        await recommendation.issue(tx, caller, ref)
    return ref
