"""Agreements in which KPAI or national bodies are parties."""

from api.seed import paragraphs as basis
from api.seed.shapes import BOTH_ROLES, EVERY_ROLE, Change, Clause, Paper
from api.seed.signatories import party
from db.enums import DataCategory as D
from db.enums import MouKind
from db.enums import Purpose as P

WHO = (D.IDENTITY, D.CONTACT, D.FAMILY)
ENFORCE = (P.LAW_ENFORCEMENT, P.PROTECTION)

_KPAI_TO_POLICE = Clause(
    "kpai", "polri", (*WHO, D.INCIDENT, D.SUSPECT), ENFORCE, basis.KPAI_REPORTS, EVERY_ROLE
)
_POLICE_TO_KPAI = Clause(
    "polri",
    "kpai",
    (D.INCIDENT, D.LEGAL, D.SERVICE, D.OUTCOME, D.AGGREGATE),
    (*ENFORCE, P.COORDINATION, P.OVERSIGHT),
    basis.KPAI_OVERSEES,
    EVERY_ROLE,
)
_KPAI_CLARIFIES = Clause(
    "kpai", "polri", (D.INCIDENT, D.LEGAL), (P.OVERSIGHT, P.COORDINATION), basis.KPAI_OVERSEES,
    EVERY_ROLE,
)  # fmt: skip
_DIGITAL_EVIDENCE = Clause(
    "kpai", "polri", (D.EVIDENCE,), ENFORCE, basis.KPAI_REPORTS, BOTH_ROLES, 365
)

NATIONAL = [
    Paper(
        key="nk-polri",
        kind=MouKind.MEMORANDUM,
        title="Nota Kesepahaman tentang Pelindungan Anak dan Penanganan Kekerasan Seksual "
        "terhadap Anak",
        purpose="Memperkuat sinergi KPAI dan Polri dalam pelindungan anak, khususnya penanganan "
        "tindak pidana kekerasan seksual terhadap anak yang cepat, terpadu, dan berperspektif "
        "korban.",
        scope="a. pertukaran data dan informasi;\nb. penanganan pengaduan;\nc. pengawasan dan "
        "asistensi penanganan perkara;\nd. peningkatan kapasitas sumber daya manusia;\n"
        "e. sosialisasi pencegahan.",
        begins=-420,
        ends=1405,
        parties=(party("kpai"), party("polri", covers=True)),
        proposed=-475,
        submitted=-462,
        signed=-424,
        notice_days=90,
        comments=(
            (
                "polri",
                "Mohon ruang lingkup huruf c disesuaikan: asistensi tanpa intervensi penyidikan.",
            ),
            ("kpai", "Sepakat. Redaksi huruf c telah diubah menjadi pengawasan dan asistensi."),
        ),
    ),
    Paper(
        key="pks-aduan",
        kind=MouKind.COOPERATION_AGREEMENT,
        parent="nk-polri",
        title="Perjanjian Kerja Sama tentang Penerusan Pengaduan Kekerasan Seksual terhadap Anak",
        purpose="Menjamin setiap pengaduan kepada KPAI yang memuat dugaan tindak pidana kekerasan "
        "seksual terhadap anak diteruskan, ditindaklanjuti, dan diketahui perkembangannya.",
        scope="Penerusan pengaduan kepada unit PPA di tingkat Mabes, Polda, dan Polres; permintaan "
        "klarifikasi; pemberitahuan perkembangan penanganan; rekapitulasi berkala.",
        begins=-400,
        ends=690,
        parties=(party("kpai"), party("polri", covers=True)),
        clauses=(_KPAI_TO_POLICE, _POLICE_TO_KPAI, _KPAI_CLARIFIES),
        proposed=-440,
        submitted=-430,
        signed=-402,
        obligations="PIHAK KESATU menelaah pengaduan paling lama 1x24 jam sebelum diteruskan. "
        "PIHAK KEDUA memberi tanda terima dan memberitahukan unit yang menangani.",
        change=Change(
            proposed=-96,
            signed=-74,
            clauses=(_KPAI_TO_POLICE, _POLICE_TO_KPAI, _KPAI_CLARIFIES, _DIGITAL_EVIDENCE),
            comments=(
                (
                    "polri",
                    "Adendum menambah pasal bukti elektronik. Usul retensi 1 (satu) tahun, "
                    "bukan 5 (lima) tahun, karena bukti asli berada pada penyidik.",
                ),
            ),
        ),
    ),
    Paper(
        key="rk-aduan-1",
        kind=MouKind.WORK_PLAN,
        parent="pks-aduan",
        title="Rencana Kerja Tahun Pertama Penerusan Pengaduan KPAI dan Polri",
        purpose="Menetapkan kegiatan, penanggung jawab, dan target tahun pertama.",
        scope="Penunjukan narahubung, uji coba formulir penerusan, dan rapat koordinasi triwulanan "
        "dengan Polda Metro Jaya dan Polda Jawa Barat.",
        begins=-395,
        ends=-32,
        parties=(party("kpai"), party("polda-metro"), party("polda-jabar")),
        proposed=-399,
        submitted=-398,
        signed=-396,
    ),
    Paper(
        key="rk-aduan-2",
        kind=MouKind.WORK_PLAN,
        parent="pks-aduan",
        title="Rencana Kerja Tahun Kedua Penerusan Pengaduan KPAI dan Polri",
        purpose="Menetapkan kegiatan, penanggung jawab, dan target tahun kedua.",
        scope="Perluasan narahubung ke seluruh Polres, evaluasi waktu tanggap, dan pelatihan "
        "pemeriksaan ramah anak.",
        begins=-31,
        ends=333,
        parties=(party("kpai"), party("polda-metro"), party("polda-jabar")),
        proposed=-60,
        submitted=-58,
        signed=-35,
    ),
    Paper(
        key="nk-nasional",
        kind=MouKind.MEMORANDUM,
        title="Nota Kesepahaman tentang Sinergi Penanganan Terpadu Kekerasan Seksual terhadap Anak",
        purpose="Menyelaraskan pencegahan, penanganan, pelindungan, dan pemulihan anak korban "
        "kekerasan seksual antara kementerian dan lembaga.",
        scope="Pertukaran data agregat, koordinasi penanganan kasus lintas wilayah, pelindungan "
        "saksi dan korban, pencegahan di satuan pendidikan, serta evaluasi kebijakan.",
        begins=-300,
        ends=1525,
        parties=(
            party("kpai"),
            party("kemenpppa"),
            party("kemendikdasmen"),
            party("kemensos"),
            party("polri", covers=True),
            party("kejagung", covers=True),
            party("lpsk"),
        ),
        proposed=-390,
        submitted=-372,
        signed=-305,
        notice_days=90,
        comments=(
            ("kemensos", "Mohon rehabilitasi sosial disebut tersendiri dalam ruang lingkup."),
            (
                "kejagung",
                "Frasa penyelesaian perkara agar dihapus; perkara kekerasan seksual tidak "
                "diselesaikan di luar peradilan (Pasal 23 UU 12/2022).",
            ),
            ("kemenpppa", "Setuju dengan catatan Kejaksaan Agung."),
        ),
    ),
    Paper(
        key="pks-lpsk",
        kind=MouKind.COOPERATION_AGREEMENT,
        parent="nk-nasional",
        title="Perjanjian Kerja Sama tentang Pelindungan Anak Saksi dan Anak Korban",
        purpose="Mempercepat permohonan pelindungan dan fasilitasi restitusi bagi anak saksi dan "
        "anak korban kekerasan seksual.",
        scope="Permohonan pelindungan, pelindungan darurat, penghitungan restitusi, dan pertukaran "
        "informasi perkembangan.",
        begins=-280,
        ends=815,
        parties=(party("lpsk"), party("polri", covers=True), party("kpai")),
        clauses=(
            Clause(
                "polri", "lpsk", (*WHO, D.INCIDENT, D.LEGAL, D.SUSPECT), (P.PROTECTION,), basis.LPSK
            ),
            Clause("lpsk", "polri", (D.SERVICE, D.LEGAL, D.OUTCOME), (P.PROTECTION,), basis.RESULT),
            Clause("kpai", "lpsk", (*WHO, D.INCIDENT), (P.PROTECTION,), basis.KPAI_REPORTS),
            Clause(
                "lpsk",
                "kpai",
                (D.SERVICE, D.OUTCOME, D.AGGREGATE),
                (P.PROTECTION, P.OVERSIGHT),
                basis.RESULT,
            ),
        ),
        proposed=-298,
        submitted=-295,
        signed=-283,
    ),
    Paper(
        key="nk-pelita",
        kind=MouKind.MEMORANDUM,
        title="Nota Kesepahaman KPAI dan Yayasan Pelita Contoh tentang Pendampingan Anak Korban",
        purpose="Membangun rujukan dua arah antara KPAI dan lembaga penyedia layanan masyarakat.",
        scope="Pendampingan psikososial, konsultasi kasus, dan pelaporan berkala.",
        begins=-343,
        ends=22,
        parties=(party("kpai"), party("pelita")),
        clauses=(
            Clause(
                "kpai",
                "pelita",
                (*WHO, D.INCIDENT, D.SERVICE, D.OUTCOME),
                (P.SERVICE_DELIVERY, P.COORDINATION),
                basis.KPAI_COMMUNITY,
                retention_days=730,
            ),
            Clause(
                "pelita",
                "kpai",
                (D.INCIDENT, D.PSYCHOLOGICAL, D.SERVICE, D.OUTCOME, D.AGGREGATE),
                (P.SERVICE_DELIVERY, P.COORDINATION, P.OVERSIGHT),
                basis.KPAI_COMMUNITY,
                retention_days=730,
            ),
        ),
        proposed=-380,
        submitted=-370,
        signed=-345,
    ),
    Paper(
        key="nk-sinar",
        kind=MouKind.MEMORANDUM,
        title="Nota Kesepahaman KPAI dan Yayasan Sinar Contoh tentang Rumah Aman Anak",
        purpose="Menyediakan rumah aman sementara bagi anak korban di wilayah Jakarta Utara.",
        scope="Penempatan sementara, pendampingan, dan reintegrasi.",
        begins=-310,
        ends=420,
        parties=(party("kpai"), party("sinar")),
        clauses=(
            Clause(
                "kpai",
                "sinar",
                (*WHO, D.INCIDENT, D.SERVICE),
                (P.SERVICE_DELIVERY,),
                basis.KPAI_COMMUNITY,
                retention_days=365,
            ),
            Clause(
                "sinar",
                "kpai",
                (D.SERVICE, D.PSYCHOLOGICAL, D.OUTCOME),
                (P.SERVICE_DELIVERY,),
                basis.KPAI_COMMUNITY,
                retention_days=365,
            ),
        ),
        proposed=-335,
        submitted=-330,
        signed=-312,
        terminated=(
            -82,
            -50,
            "kpai",
            "Yayasan menghentikan layanan rumah aman dan mengajukan pembubaran; anak yang masih "
            "ditampung telah dialihkan ke UPTD PPA.",
        ),
    ),
]  # fmt: skip
