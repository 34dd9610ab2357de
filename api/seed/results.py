"""Results are framed and measured, an agreement is evaluated, another is being evaluated.

No figure of handoffs is asked for here: it would be computed before they are dated back, and kept.
The agreement that is evaluated to the end is therefore one under which nothing is handed over.
"""

import asyncio
from datetime import timedelta
from decimal import Decimal

from sqlalchemy import select

from api.seed.cast import Cast
from db.evaluation import EvaluationPromise, NextStep, PromiseAnswer
from db.framework import ResultLevel
from db.ids import encode
from db.indicator import Dimension, Direction, Frequency, Measure, Target, Unit
from db.measurement import Part
from db.reference import Reference
from domain import evaluation, framework, indicator, measurement, programme
from domain.checks import Ref
from domain.framework import NewFramework, NewResult
from domain.indicator import Definition
from domain.measurement import Correction, MeasurementDraft
from domain.period import Period, period_of

NATIONAL, SERVICES, ENDING = "nk-nasional", "pks-layanan", "nk-pelita"


async def play(cast: Cast) -> None:
    await asyncio.gather(
        _measure(cast), _services(cast), _programme(cast), _evaluate(cast), _begin_to_evaluate(cast)
    )


async def _measure(cast: Cast) -> None:
    await _report(cast, await _national(cast))


async def _national(cast: Cast) -> dict[str, Ref]:
    """Prevention in schools, over the first two years of the national memorandum."""
    first, last = cast.day(-300), cast.day(430)
    train = Definition(
        name="Pendidik yang dilatih",
        definition="Pendidik yang menyelesaikan pelatihan pencegahan kekerasan seksual dan alur"
        " pelaporan, dihitung satu kali.",
        unit=Unit.COUNT,
        direction=Direction.HIGHER,
        frequency=Frequency.QUARTERLY,
        responsible_id=cast.ref("kemendikdasmen"),
        dimensions=[Dimension.SEX],
        baseline=Decimal(400),
        baseline_on=first,
        baseline_source="Laporan tahunan Kementerian",
        targets=[Target(first, last, Decimal(1200))],
        source="Daftar hadir pelatihan",
    )
    formed = Definition(
        name="Satuan pendidikan dengan pokja pencegahan",
        definition="Satuan pendidikan yang telah menetapkan kelompok kerja pencegahan dan"
        " penanganan kekerasan, dibagi seluruh satuan pendidikan.",
        unit=Unit.PERCENT,
        direction=Direction.HIGHER,
        frequency=Frequency.QUARTERLY,
        responsible_id=cast.ref("kemendikdasmen"),
        baseline=Decimal(38),
        baseline_on=first,
        targets=[Target(first, last, Decimal(80))],
        source="Data pokok pendidikan",
    )
    waiting = Definition(
        name="Hari menunggu rehabilitasi sosial",
        definition="Rata-rata hari kalender sejak permohonan lengkap sampai layanan pertama.",
        unit=Unit.DAYS,
        direction=Direction.LOWER,
        frequency=Frequency.QUARTERLY,
        responsible_id=cast.ref("kemensos"),
        baseline=Decimal(21),
        baseline_on=first,
        targets=[Target(first, last, Decimal(7))],
    )
    async with cast.acting("kpai") as (tx, caller):
        made = await framework.create(
            tx, caller,
            NewFramework("Kerangka hasil sinergi nasional", first, last,
                         mou_id=cast.mous[NATIONAL]),
        )  # fmt: skip
        frame = Ref(encode("framework", made.id))
        outcome = await framework.add_result(
            tx, caller, frame,
            NewResult(ResultLevel.OUTCOME, "Anak di sekolah terlindungi dan tahu cara melapor."),
        )  # fmt: skip
        under = Ref(encode("result", outcome.id))
        output = await framework.add_result(
            tx, caller, frame,
            NewResult(ResultLevel.OUTPUT, "Pendidik mampu mengenali dan melaporkan.", under),
        )  # fmt: skip
        trained = Ref(encode("result", output.id))
        codes = {}
        for result, code, given in (
            (trained, "1.1", train), (under, "1.2", formed), (under, "1.3", waiting),
        ):  # fmt: skip
            row = await indicator.add(tx, caller, result, code, given)
            codes[code] = Ref(encode("indicator", row.id))
    return codes


async def _report(cast: Cast, indicators: dict[str, Ref]) -> None:
    """Two quarters that are over; one figure had to be corrected."""
    later = _quarters(cast)
    async with cast.acting("kemendikdasmen") as (tx, caller):
        for period, women, men, share in zip(
            later, (410, 690), (240, 380), (Decimal("51.5"), Decimal("58.5")), strict=True
        ):
            parts = [
                Part(Dimension.SEX, "FEMALE", Decimal(women)),
                Part(Dimension.SEX, "MALE", Decimal(men)),
            ]
            total = Decimal(women + men)
            await measurement.report(
                tx, caller,
                MeasurementDraft(indicators["1.1"], str(period), Unit.COUNT, total, parts,
                                 [_file(f"Rekap pelatihan {period}")]),
            )  # fmt: skip
            draft = MeasurementDraft(indicators["1.2"], str(period), Unit.PERCENT, share)
            last = await measurement.report(tx, caller, draft)
        await measurement.correct(
            tx, caller, Ref(encode("measurement", last.id)),
            Correction(Unit.PERCENT, Decimal("61.25"), evidence=[_file("Data pokok terbaru")]),
            "Satuan pendidikan dari dua provinsi terlambat masuk.",
        )  # fmt: skip
    async with cast.acting("kemensos") as (tx, caller):
        draft = MeasurementDraft(indicators["1.3"], str(later[0]), Unit.DAYS, Decimal("17.5"))
        await measurement.report(tx, caller, draft)  # the other is owed


async def _services(cast: Cast) -> None:
    """What is computed from referrals in Bandung, beside what the hospital says itself."""
    first, last = cast.day(-350), cast.day(380)
    async with cast.acting("dinas-bandung") as (tx, caller):
        made = await framework.create(
            tx, caller,
            NewFramework("Kerangka hasil layanan terpadu Kota Bandung", first, last,
                         mou_id=cast.mous[SERVICES]),
        )  # fmt: skip
        outcome = await framework.add_result(
            tx, caller, Ref(encode("framework", made.id)),
            NewResult(ResultLevel.OUTCOME, "Anak korban dilayani cepat dan tuntas."),
        )  # fmt: skip
        under = Ref(encode("result", outcome.id))
        for code, name, unit, way, measure, service, goal in (
            ("A", "Jam dari permintaan sampai diterima", Unit.HOURS, Direction.LOWER,
             Measure.HOURS_TO_ACCEPTANCE, None, 24),
            ("B", "Rujukan diterima tepat waktu", Unit.PERCENT, Direction.HIGHER,
             Measure.ACCEPTED_IN_TIME, None, 90),
            ("C", "Layanan psikologis yang tuntas", Unit.PERCENT, Direction.HIGHER,
             Measure.COMPLETION, "PSYCHOLOGICAL", 80),
        ):  # fmt: skip
            await indicator.add(
                tx, caller, under, code,
                Definition(
                    name=name, definition=f"{name}, dihitung dari serah terima.", unit=unit,
                    direction=way, frequency=Frequency.QUARTERLY,
                    responsible_id=cast.ref("dinas-bandung"), measure=measure, service=service,
                    targets=[Target(first, last, Decimal(goal))],
                ),
            )  # fmt: skip
        said = await indicator.add(
            tx, caller, under, "D",
            Definition(
                name="Visum selesai dalam tiga hari",
                definition="Visum et repertum yang diserahkan paling lama tiga hari kerja.",
                unit=Unit.PERCENT, direction=Direction.HIGHER, frequency=Frequency.QUARTERLY,
                responsible_id=cast.ref("rsud-bandung"),
                targets=[Target(first, last, Decimal(95))],
            ),
        )  # fmt: skip
    async with cast.acting("rsud-bandung") as (tx, caller):
        for period, share in zip(_quarters(cast), (82, 91), strict=True):
            draft = MeasurementDraft(
                Ref(encode("indicator", said.id)), str(period), Unit.PERCENT, Decimal(share)
            )
            await measurement.report(tx, caller, draft)


async def _programme(cast: Cast) -> None:
    async with cast.acting("kpai") as (tx, caller):
        await programme.start(
            tx, caller,
            programme.NewProgramme(
                "Sekolah aman dari kekerasan seksual", cast.day(-120), cast.day(600),
                "Kunjungan pengawasan, pelatihan pendidik, dan kampanye bersama murid.",
                [cast.ref(key) for key in ("kemendikdasmen", "kemenpppa", "pelita")],
            ),
        )  # fmt: skip


async def _evaluate(cast: Cast) -> None:
    """The national memorandum after its first year: most of it kept, data still late."""
    async with cast.acting("kemenpppa") as (tx, caller):
        made = await evaluation.start(tx, caller, cast.mous[NATIONAL])
        ref = Ref(encode("evaluation", made.id))
        drawn = select(EvaluationPromise.id).where(EvaluationPromise.evaluation_id == made.id)
        for promise in await tx.scalars(drawn):
            await evaluation.answer(
                tx, caller, Ref(encode("promise", promise)),
                evaluation.AnswerDraft(
                    PromiseAnswer.PARTLY,
                    "Koordinasi dan pencegahan berjalan; pertukaran data agregat masih terlambat.",
                    [_file("Notulen rapat koordinasi akhir tahun")],
                ),
            )  # fmt: skip
    for key, step, body in (
        ("kpai", NextStep.CHANGE, "Perlu tenggat yang mengikat untuk pertukaran data agregat."),
        ("lpsk", NextStep.EXTEND, "Permohonan pelindungan anak saksi diproses lebih cepat."),
    ):
        async with cast.acting(key) as (tx, caller):
            await evaluation.assess(tx, caller, ref, step, body)
    async with cast.acting("kemenpppa") as (tx, caller):
        conclusion = evaluation.Conclusion(
            NextStep.CHANGE,
            "Sinergi bermanfaat, tetapi data agregat perlu tenggat dan penanggung jawab.",
            "Evaluasi tahun pertama Nota Kesepahaman.",
        )
        await evaluation.conclude(tx, caller, ref, conclusion)


async def _begin_to_evaluate(cast: Cast) -> None:
    """An agreement that ends within weeks: its evaluation is begun, one party has spoken."""
    async with cast.acting("kpai") as (tx, caller):
        made = await evaluation.start(tx, caller, cast.mous[ENDING])
    async with cast.acting("pelita") as (tx, caller):
        await evaluation.assess(
            tx, caller, Ref(encode("evaluation", made.id)), NextStep.EXTEND,
            "Konsultasi kasus membantu pendamping kami; mohon pelaporan dibuat per triwulan.",
        )  # fmt: skip


def _quarters(cast: Cast) -> list[Period]:
    """The last two quarters that are over."""
    this = period_of(Frequency.QUARTERLY, cast.day(0))
    last = period_of(Frequency.QUARTERLY, this.first - timedelta(days=1))
    before = period_of(Frequency.QUARTERLY, last.first - timedelta(days=1))
    return [before, last]


def _file(title: str) -> Reference:
    slug = "-".join("".join(c if c.isalnum() else " " for c in title.lower()).split())
    return Reference(title, f"https://arsip.contoh.example/{slug}.pdf")
