"""The agreements of Bandung: one frame, and three agreements under it that cases travel by."""

from api.seed import paragraphs as basis
from api.seed.shapes import EVERY_ROLE, Change, Clause, Paper
from api.seed.signatories import party
from db.enums import ChildRole, MouKind
from db.enums import DataCategory as D
from db.enums import Purpose as P

WHO = (D.IDENTITY, D.CONTACT, D.FAMILY)
ENFORCE = (P.LAW_ENFORCEMENT, P.PROTECTION)
CARE = (P.SERVICE_DELIVERY, P.PROTECTION)

BANDUNG = [
    Paper(
        key="nk-bandung",
        kind=MouKind.MEMORANDUM,
        title="Nota Kesepahaman Penyelenggaraan Layanan Terpadu Pelindungan Anak Kota Bandung",
        purpose="Menyelenggarakan layanan terpadu satu pintu bagi anak korban, anak saksi, dan "
        "anak yang berkonflik dengan hukum di Kota Bandung.",
        scope="Penerimaan laporan, layanan kesehatan, penguatan psikologis, rehabilitasi sosial, "
        "proses hukum, pendidikan, dan reintegrasi.",
        begins=-365,
        ends=1460,
        parties=(
            party("dinas-bandung", covers=True),
            party("polres-bandung"),
            party("kejari-bandung"),
            party("rsud-bandung"),
            party("dinsos-bandung"),
            party("disdik-bandung", covers=True),
            party("bapas-bandung"),
        ),
        proposed=-430,
        submitted=-415,
        signed=-368,
        notice_days=60,
        comments=(
            ("rsud-bandung", "Pembiayaan visum agar disebut tidak dibebankan kepada korban."),
            ("bapas-bandung", "Mohon anak yang berkonflik dengan hukum tercakup dalam tujuan."),
        ),
    ),
    Paper(
        key="pks-layanan",
        kind=MouKind.COOPERATION_AGREEMENT,
        parent="nk-bandung",
        title="Perjanjian Kerja Sama Layanan Terpadu Anak Korban Kekerasan Seksual Kota Bandung",
        purpose="Mengatur alur rujukan antara UPTD PPA, kepolisian, rumah sakit, dan dinas sosial.",
        scope="Rujukan, pendampingan, visum, layanan kesehatan dan psikologis, rumah aman, serta "
        "rehabilitasi sosial.",
        begins=-350,
        ends=745,
        parties=(
            party("dinas-bandung", covers=True),
            party("polres-bandung"),
            party("rsud-bandung"),
            party("dinsos-bandung"),
        ),
        clauses=(
            Clause(
                "dinas-bandung",
                "polres-bandung",
                (*WHO, D.INCIDENT, D.HEALTH, D.PSYCHOLOGICAL, D.SUSPECT, D.EVIDENCE, D.SERVICE),
                ENFORCE,
                basis.REPORT_TO_POLICE,
            ),
            Clause(
                "dinas-bandung",
                "polres-bandung",
                (D.PSYCHOLOGICAL, D.SERVICE, D.OUTCOME),
                (P.SERVICE_DELIVERY,),
                basis.RESULT,
            ),
            Clause(
                "polres-bandung",
                "dinas-bandung",
                (*WHO, D.INCIDENT, D.LEGAL, D.SUSPECT, D.SERVICE, D.OUTCOME),
                (*ENFORCE, P.SERVICE_DELIVERY),
                basis.POLICE_TO_SERVICE,
            ),
            Clause(
                "dinas-bandung",
                "rsud-bandung",
                (D.IDENTITY, D.CONTACT, D.INCIDENT, D.HEALTH, D.SERVICE, D.OUTCOME),
                (P.SERVICE_DELIVERY,),
                basis.HEALTH,
                retention_days=3650,
            ),
            Clause(
                "rsud-bandung",
                "dinas-bandung",
                (D.IDENTITY, D.CONTACT, D.INCIDENT, D.HEALTH, D.PSYCHOLOGICAL, D.OUTCOME),
                (P.SERVICE_DELIVERY,),
                basis.HEALTH,
                retention_days=3650,
            ),
            Clause(
                "dinas-bandung",
                "dinsos-bandung",
                (*WHO, D.INCIDENT, D.PSYCHOLOGICAL, D.EDUCATION, D.SERVICE),
                CARE,
                basis.SOCIAL,
            ),
            Clause(
                "dinsos-bandung",
                "dinas-bandung",
                (D.FAMILY, D.SERVICE, D.OUTCOME),
                CARE,
                basis.RESULT,
            ),
            Clause(
                "polres-bandung",
                "rsud-bandung",
                (D.IDENTITY, D.INCIDENT, D.LEGAL),
                (P.LAW_ENFORCEMENT,),
                basis.PROSECUTION,
                retention_days=3650,
            ),
            Clause(
                "rsud-bandung",
                "polres-bandung",
                (D.HEALTH, D.EVIDENCE, D.OUTCOME),
                (P.LAW_ENFORCEMENT,),
                basis.HEALTH,
                retention_days=3650,
            ),
        ),
        proposed=-362,
        submitted=-360,
        signed=-351,
        obligations="Setiap PIHAK menunjuk narahubung 24 jam dan menjawab rujukan sesuai tingkat "
        "kedaruratan. Biaya visum dan layanan kesehatan tidak dibebankan kepada korban.",
    ),
    Paper(
        key="pks-sekolah",
        kind=MouKind.COOPERATION_AGREEMENT,
        parent="nk-bandung",
        title="Perjanjian Kerja Sama Penanganan Kekerasan Seksual di Satuan Pendidikan Kota "
        "Bandung",
        purpose="Memastikan sekolah meneruskan dugaan kekerasan seksual kepada UPTD PPA dan anak "
        "tetap memperoleh hak atas pendidikan.",
        scope="Pelaporan oleh sekolah, konsultasi kelompok kerja, penyesuaian pembelajaran, dan "
        "pengembalian anak ke sekolah.",
        begins=-320,
        ends=58,
        parties=(party("disdik-bandung", covers=True), party("dinas-bandung", covers=True)),
        clauses=(
            Clause(
                "disdik-bandung",
                "dinas-bandung",
                (*WHO, D.INCIDENT, D.EDUCATION, D.SERVICE, D.OUTCOME),
                CARE,
                basis.SCHOOL,
                EVERY_ROLE,
            ),
            Clause(
                "dinas-bandung",
                "disdik-bandung",
                (D.IDENTITY, D.EDUCATION, D.SERVICE, D.OUTCOME),
                CARE,
                basis.SCHOOL,
                EVERY_ROLE,
                retention_days=1095,
            ),
        ),
        proposed=-345,
        submitted=-340,
        signed=-322,
        change=Change(
            proposed=-16,
            until=788,
            comments=(
                (
                    "dinas-bandung",
                    "Perpanjangan kami dukung. Waktu penyampaian laporan sekolah "
                    "tetap 1x24 jam seperti selama ini.",
                ),
            ),
        ),
    ),
    Paper(
        key="pks-hukum",
        kind=MouKind.COOPERATION_AGREEMENT,
        parent="nk-bandung",
        title="Perjanjian Kerja Sama Pendampingan Anak dalam Proses Peradilan Kota Bandung",
        purpose="Menjamin pendampingan anak korban, anak saksi, dan anak yang berkonflik dengan "
        "hukum pada setiap tingkat pemeriksaan.",
        scope="Pelimpahan berkas, penelitian kemasyarakatan, pendampingan sidang, dan restitusi.",
        begins=-330,
        ends=765,
        parties=(
            party("polres-bandung"),
            party("kejari-bandung"),
            party("bapas-bandung"),
            party("dinas-bandung", covers=True),
        ),
        clauses=(
            Clause(
                "polres-bandung",
                "kejari-bandung",
                (D.IDENTITY, D.INCIDENT, D.LEGAL, D.SUSPECT, D.EVIDENCE),
                (P.LAW_ENFORCEMENT,),
                basis.PROSECUTION,
                EVERY_ROLE,
                3650,
            ),
            Clause(
                "kejari-bandung",
                "polres-bandung",
                (D.LEGAL, D.OUTCOME),
                (P.LAW_ENFORCEMENT,),
                basis.PROSECUTION,
                EVERY_ROLE,
                3650,
            ),
            Clause(
                "polres-bandung",
                "bapas-bandung",
                (*WHO, D.INCIDENT, D.LEGAL, D.EDUCATION),
                (P.LAW_ENFORCEMENT,),
                basis.PROBATION,
                (ChildRole.CHILD_OFFENDER,),
            ),
            Clause(
                "bapas-bandung",
                "polres-bandung",
                (D.FAMILY, D.EDUCATION, D.LEGAL, D.OUTCOME),
                (P.LAW_ENFORCEMENT,),
                basis.PROBATION,
                (ChildRole.CHILD_OFFENDER,),
            ),
            Clause(
                "kejari-bandung",
                "dinas-bandung",
                (D.IDENTITY, D.LEGAL, D.SERVICE),
                (P.COORDINATION,),
                basis.PROSECUTION,
            ),
            Clause(
                "dinas-bandung",
                "kejari-bandung",
                (D.PSYCHOLOGICAL, D.SERVICE, D.OUTCOME),
                (P.COORDINATION,),
                basis.RESULT,
            ),
        ),
        proposed=-352,
        submitted=-348,
        signed=-331,
    ),
]  # fmt: skip
