"""Policy advocacy: an input that was followed to its end, one being written, and UU TPKS assessed.

The drafts and their bodies are invented and say so; what is real stands in the migrations.
"""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import select

from api.seed.cast import Cast
from db.checklist import Checklist, ChecklistItem, ImplementationStatus
from db.ids import encode
from db.policy_input import PolicyInput, PolicyItem, PolicyOutcome, PolicyVersion
from db.reference import Reference
from db.regulation import Regulation, RegulationKind, RegulationStage
from domain import checklist, policy_input, policy_result, regulation
from domain.checks import Ref
from domain.policy_content import PolicyContent, PolicyEvidenceDraft, PolicyItemDraft

ACTIVITY = "Penyusunan masukan atas rancangan peraturan daerah pelindungan anak"
LEAD, COSIGNERS = "kpai", ("kpad-jabar", "lbh-contoh")
SOURCE = "https://jdih.contoh.example/"
CONTENT = PolicyContent(
    "Masukan atas Raperda Penyelenggaraan Pelindungan Anak",
    "Rancangan belum menempatkan korban sebagai pemilik hak: jangka waktu layanan, kerahasiaan dan"
    " pendanaan UPTD PPA perlu dirumuskan tegas, selaras dengan UU 12/2022.",
    [
        PolicyItemDraft(
            "Pasal 14 ayat (2)",
            "Kata 'segera' tidak memberi korban kepastian kapan layanan pertama diterima.",
            "Layanan diberikan paling lambat 1x24 (satu kali dua puluh empat) jam sejak laporan.",
            "Sejalan dengan pelindungan sementara dalam UU 12/2022 pasal 42.",
            "Layanan diberikan segera setelah laporan diterima.",
        ),
        PolicyItemDraft(
            "Pasal 22",
            "Publikasi penanganan perkara dapat membuka identitas korban di lingkungan kecil.",
            "Identitas korban dan keluarganya dirahasiakan pada setiap tahap dan setiap dokumen.",
            "UU 12/2022 pasal 69 dan UU 11/2012 pasal 19.",
        ),
        PolicyItemDraft(
            "Pasal 31",
            "Penyelesaian secara kekeluargaan membuat korban ditekan untuk berdamai.",
            "Perkara kekerasan seksual tidak diselesaikan di luar proses peradilan.",
            "UU 12/2022 pasal 23.",
            "Perkara dapat diselesaikan secara kekeluargaan.",
        ),
    ],
    [
        PolicyEvidenceDraft(
            "Pada enam dari sembilan layanan yang dikunjungi, layanan pertama melewati satu hari.",
            sources=[Reference("Ringkasan pengawasan (contoh)", f"{SOURCE}ringkasan.pdf")],
        )
    ],
)
OUTCOMES = [
    (PolicyOutcome.ADOPTED, "Layanan diberikan paling lambat 1x24 jam sejak laporan diterima."),
    (PolicyOutcome.PARTLY, "Identitas korban dirahasiakan dalam dokumen layanan."),
    (PolicyOutcome.REJECTED, None),
]
NEXT = PolicyContent(
    "Catatan awal atas RPP dana bantuan korban (contoh)",
    "Bahan pembahasan bersama; belum menjadi sikap lembaga.",
    [
        PolicyItemDraft(
            "Pasal 6",
            "Syarat putusan berkekuatan hukum tetap membuat bantuan datang terlalu lambat.",
            "Bantuan dapat diberikan sejak penyidikan dimulai.",
            "Pemulihan adalah hak korban sejak tindak pidana terjadi (UU 12/2022 pasal 66).",
        )
    ],
)


async def play(cast: Cast) -> None:
    draft = await _draft(cast)
    await _follow(cast, draft)
    await _begin(cast)
    await _assess(cast)


async def _draft(cast: Cast) -> Ref:
    """A bill of a province, which became a regulation."""
    async with cast.acting("kpad-jabar") as (tx, caller):
        given = regulation.NewRegulation(
            RegulationKind.RAPERDA, cast.day(0).year,
            "Penyelenggaraan Pelindungan Anak (contoh fiktif)", RegulationStage.PLANNED,
            cast.day(-300), f"{SOURCE}raperda", region_code="32",
        )  # fmt: skip
        row = await regulation.register(tx, caller, given)
        ref = Ref(encode("regulation", row.id))
        for stage, day in (
            (RegulationStage.DRAFTING, -240),
            (RegulationStage.HARMONISATION, -150),
            (RegulationStage.DELIBERATION, -60),
        ):
            await regulation.reach(tx, caller, ref, regulation.NewStage(stage, cast.day(day)))
    return ref


async def _follow(cast: Cast, draft: Ref) -> None:
    """Written, signed, submitted, answered, and looked up again in the text as adopted."""
    async with cast.acting(LEAD) as (tx, caller):
        row = await policy_input.draft(
            tx,
            caller,
            policy_input.NewPolicyInput(
                draft,
                CONTENT,
                cast.activities[ACTIVITY],
                [cast.ref(key) for key in COSIGNERS],
            ),
        )
        ref = Ref(encode("policyinput", row.id))
    async with cast.acting(COSIGNERS[1]) as (tx, caller):
        await policy_input.comment(tx, caller, ref, "Pasal 31 sebaiknya merujuk pasal 23 UU TPKS.")
    async with cast.acting(LEAD) as (tx, caller):
        await policy_input.close(tx, caller, ref)
    for key in COSIGNERS:
        async with cast.acting(key) as (tx, caller):
            version = await policy_input.newest(tx, row.id)
            await policy_input.sign(
                tx, caller, ref,
                policy_input.PolicySigning(version.content_hash or "", "Pejabat Contoh", "Ketua"),
            )  # fmt: skip
    async with cast.acting(LEAD) as (tx, caller):
        sent = policy_result.PolicySending(
            cast.day(0), "112/KPAI/XI (contoh)", recipient_name="Pansus DPRD (contoh fiktif)"
        )
        await policy_result.submit(tx, caller, ref, sent)
    await _adopted(cast, draft)
    await _outcomes(cast, ref, row)


async def _adopted(cast: Cast, draft: Ref) -> None:
    today, stage = cast.day(0), RegulationStage
    async with cast.acting("kpad-jabar") as (tx, caller):
        await regulation.reach(tx, caller, draft, regulation.NewStage(stage.ADOPTED, today))
        given = regulation.NewRegulation(
            RegulationKind.PERDA, today.year, "Penyelenggaraan Pelindungan Anak (contoh fiktif)",
            stage.PROMULGATED, today, f"{SOURCE}perda", "999", region_code="32",
        )  # fmt: skip
        row = await regulation.register(tx, caller, given)
        became = regulation.RegulationChange(became_id=Ref(encode("regulation", row.id)))
        await regulation.change(tx, caller, draft, became)


async def _outcomes(cast: Cast, ref: Ref, row: PolicyInput) -> None:
    async with cast.acting(LEAD) as (tx, caller):
        reply = policy_result.PolicyReply(
            cast.day(0), "Dua dari tiga butir diterima; pasal 31 dipertahankan dengan perubahan."
        )
        await policy_result.answer(tx, caller, ref, reply)
        items = (
            select(PolicyItem)
            .join(PolicyVersion, PolicyVersion.id == PolicyItem.version_id)
            .where(PolicyVersion.input_id == row.id)
            .order_by(PolicyItem.number)
        )
        results = [
            policy_result.ItemResult(Ref(encode("policyitem", item.id)), outcome, wording)
            for item, (outcome, wording) in zip(await tx.scalars(items), OUTCOMES, strict=True)
        ]
        await policy_result.record(tx, caller, ref, results)
        await policy_result.publish(tx, caller, ref)


async def _begin(cast: Cast) -> None:
    """A draft that its lead and one co-signer are writing."""
    async with cast.acting(LEAD) as (tx, caller):
        given = regulation.NewRegulation(
            RegulationKind.RPP, cast.day(0).year, "Dana bantuan korban (contoh fiktif)",
            RegulationStage.DRAFTING, cast.day(-40), f"{SOURCE}rpp",
        )  # fmt: skip
        on = Ref(encode("regulation", (await regulation.register(tx, caller, given)).id))
        await policy_input.draft(
            tx, caller, policy_input.NewPolicyInput(on, NEXT, cosigners=[cast.ref("lpsk")])
        )


async def _assess(cast: Cast) -> None:
    """UU TPKS: service units and police assess themselves, and the KPAD assesses one of them."""
    S = ImplementationStatus
    for by, of, pattern in (
        ("uptd-bandung", "uptd-bandung", (S.DONE, S.PARTLY)),
        ("kpad-jabar", "uptd-bandung", (S.DONE, S.PARTLY, S.NOT_STARTED)),
        ("uptd-dki", "uptd-dki", (S.DONE, S.DONE, S.PARTLY)),
        ("polres-bandung", "polres-bandung", (S.PARTLY, S.DONE, S.NOT_STARTED)),
        ("kpai", "polres-jaktim", (S.DONE, S.PARTLY, S.PARTLY)),
    ):
        await _assessed(cast, by, of, pattern)


async def _assessed(cast: Cast, by: str, of: str, pattern: Sequence[ImplementationStatus]) -> None:
    evidence = [Reference("Bukti pelaksanaan (contoh)", f"{SOURCE}bukti.pdf")]
    async with cast.acting(by) as (tx, caller):
        tpks = select(Checklist).join(Regulation, Regulation.id == Checklist.regulation_id).where(
            Regulation.kind == RegulationKind.UU, Regulation.number == "12"
        )  # fmt: skip
        row = (await tx.scalars(tpks.order_by(Checklist.number.desc()).limit(1))).one()
        items = select(ChecklistItem).where(ChecklistItem.checklist_id == row.id)
        kind = "UPTD_PPA" if of.startswith("uptd") else "POLICE_PPA"
        asked = items.where(ChecklistItem.organisation_types.contains([kind]))
        scores = [
            checklist.ScoreDraft(
                Ref(encode("checklistitem", item.id)),
                pattern[number % len(pattern)],
                evidence=evidence,
            )
            for number, item in enumerate(await tx.scalars(asked.order_by(ChecklistItem.number)))
        ]
        given = checklist.NewAssessment(
            Ref(encode("checklist", row.id)), cast.ref(of), _half(cast.day(0)), scores
        )
        await checklist.assess(tx, caller, given)


def _half(day: date) -> str:
    return f"{day.year}-S{1 if day.month <= 6 else 2}"
