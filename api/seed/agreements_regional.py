"""Agreements of Jakarta and East Java, and those with community providers in Bandung."""

from api.seed import paragraphs as basis
from api.seed.shapes import Clause, Paper
from api.seed.signatories import party
from db.enums import DataCategory as D
from db.enums import MouKind
from db.enums import Purpose as P

WHO = (D.IDENTITY, D.CONTACT, D.FAMILY)
ENFORCE = (P.LAW_ENFORCEMENT, P.PROTECTION)
CARE = (P.SERVICE_DELIVERY, P.PROTECTION)

ELSEWHERE = [
    Paper(
        key="nk-mitra",
        kind=MouKind.MEMORANDUM,
        title="Nota Kesepahaman DP3A Kota Bandung dan Lembaga Penyedia Layanan Masyarakat",
        purpose="Melengkapi layanan pemerintah dengan pendampingan psikososial dan bantuan hukum.",
        scope="Pendampingan, penguatan keluarga, rumah aman, dan bantuan hukum cuma-cuma.",
        begins=-290,
        ends=805,
        parties=(
            party("dinas-bandung", covers=True),
            party("rumah-tumbuh"),
            party("lbh-contoh"),
        ),
        clauses=(
            Clause(
                "dinas-bandung",
                "rumah-tumbuh",
                (*WHO, D.INCIDENT, D.PSYCHOLOGICAL, D.SERVICE, D.OUTCOME),
                CARE,
                basis.SERVICE,
                retention_days=730,
            ),
            Clause(
                "rumah-tumbuh",
                "dinas-bandung",
                (*WHO, D.INCIDENT, D.PSYCHOLOGICAL, D.SERVICE, D.OUTCOME),
                CARE,
                basis.SERVICE,
                retention_days=730,
            ),
            Clause(
                "dinas-bandung",
                "lbh-contoh",
                (D.IDENTITY, D.CONTACT, D.INCIDENT, D.LEGAL, D.SERVICE),
                CARE,
                basis.SERVICE,
                retention_days=1095,
            ),
            Clause(
                "lbh-contoh",
                "dinas-bandung",
                (D.LEGAL, D.SERVICE, D.OUTCOME),
                CARE,
                basis.RESULT,
                retention_days=1095,
            ),
        ),
        proposed=-318,
        submitted=-312,
        signed=-291,
    ),
    Paper(
        key="pks-rumah-aman",
        kind=MouKind.COOPERATION_AGREEMENT,
        parent="nk-mitra",
        title="Perjanjian Kerja Sama Rumah Aman Sementara Rumah Tumbuh Contoh",
        purpose="Menyediakan penampungan sementara bagi anak korban paling lama 30 hari.",
        scope="Penempatan, pengasuhan, pendampingan, dan pemulangan.",
        begins=-240,
        ends=490,
        parties=(party("dinas-bandung", covers=True), party("rumah-tumbuh")),
        clauses=(
            Clause(
                "dinas-bandung",
                "rumah-tumbuh",
                (*WHO, D.PSYCHOLOGICAL, D.SERVICE),
                CARE,
                basis.SERVICE,
                retention_days=730,
            ),
            Clause(
                "rumah-tumbuh",
                "dinas-bandung",
                (D.FAMILY, D.PSYCHOLOGICAL, D.SERVICE, D.OUTCOME),
                CARE,
                basis.SERVICE,
                retention_days=730,
            ),
        ),
        proposed=-262,
        submitted=-258,
        signed=-242,
        suspended=(
            -12,
            "dinas-bandung",
            "Masa berlaku sertifikat standar rumah aman habis; layanan ditangguhkan sampai hasil "
            "supervisi diterima.",
        ),
    ),
    Paper(
        key="nk-dki",
        kind=MouKind.MEMORANDUM,
        title="Nota Kesepahaman Layanan Terpadu Pelindungan Anak Provinsi DKI Jakarta",
        purpose="Memastikan anak korban memperoleh layanan tanpa berpindah-pindah pintu.",
        scope="Penerimaan laporan, penjangkauan, pendampingan hukum, layanan kesehatan dan "
        "psikologis, rehabilitasi sosial, serta pelaporan.",
        begins=-380,
        ends=715,
        parties=(
            party("dinas-dki", covers=True),
            party("polda-metro", covers=True),
            party("dinsos-dki"),
            party("rsud-tarakan"),
            party("pelita"),
        ),
        clauses=(
            Clause(
                "dinas-dki",
                "polda-metro",
                (*WHO, D.INCIDENT, D.PSYCHOLOGICAL, D.SUSPECT, D.EVIDENCE, D.SERVICE, D.OUTCOME),
                (*ENFORCE, P.SERVICE_DELIVERY),
                basis.REPORT_TO_POLICE,
            ),
            Clause(
                "polda-metro",
                "dinas-dki",
                (*WHO, D.INCIDENT, D.LEGAL, D.SUSPECT, D.SERVICE, D.OUTCOME),
                (*ENFORCE, P.SERVICE_DELIVERY),
                basis.POLICE_TO_SERVICE,
            ),
            Clause(
                "dinas-dki",
                "rsud-tarakan",
                (D.IDENTITY, D.CONTACT, D.INCIDENT, D.HEALTH, D.SERVICE, D.OUTCOME),
                (P.SERVICE_DELIVERY,),
                basis.HEALTH,
                retention_days=3650,
            ),
            Clause(
                "rsud-tarakan",
                "dinas-dki",
                (D.IDENTITY, D.CONTACT, D.INCIDENT, D.HEALTH, D.PSYCHOLOGICAL, D.OUTCOME),
                (P.SERVICE_DELIVERY,),
                basis.HEALTH,
                retention_days=3650,
            ),
            Clause(
                "dinas-dki",
                "dinsos-dki",
                (*WHO, D.PSYCHOLOGICAL, D.EDUCATION, D.SERVICE),
                CARE,
                basis.SOCIAL,
            ),
            Clause("dinsos-dki", "dinas-dki", (D.FAMILY, D.SERVICE, D.OUTCOME), CARE, basis.RESULT),
            Clause(
                "pelita",
                "dinas-dki",
                (*WHO, D.INCIDENT, D.PSYCHOLOGICAL, D.SERVICE, D.OUTCOME),
                CARE,
                basis.SERVICE,
                retention_days=730,
            ),
            Clause(
                "dinas-dki",
                "pelita",
                (D.IDENTITY, D.CONTACT, D.PSYCHOLOGICAL, D.SERVICE, D.OUTCOME),
                CARE,
                basis.SERVICE,
                retention_days=730,
            ),
            Clause(
                "pelita",
                "polda-metro",
                (*WHO, D.INCIDENT, D.SUSPECT, D.EVIDENCE),
                (P.LAW_ENFORCEMENT,),
                basis.REPORT_TO_POLICE,
            ),
            Clause(
                "polda-metro",
                "pelita",
                (D.LEGAL, D.OUTCOME),
                (P.LAW_ENFORCEMENT,),
                basis.RESULT,
                retention_days=730,
            ),
        ),
        proposed=-440,
        submitted=-428,
        signed=-384,
        comments=(
            (
                "pelita",
                "Sebagai penyedia layanan masyarakat kami mohon dapat menerima kabar "
                "perkembangan laporan yang kami sampaikan.",
            ),
            ("polda-metro", "Dapat diberikan, terbatas pada kategori LEGAL dan OUTCOME."),
        ),
    ),
    Paper(
        key="nk-jatim",
        kind=MouKind.MEMORANDUM,
        title="Nota Kesepahaman Layanan Terpadu Anak Korban Kekerasan Seksual Jawa Timur",
        purpose="Mengatur alur rujukan antara UPTD PPA dan kepolisian di Jawa Timur.",
        scope="Penerimaan laporan, pendampingan pemeriksaan, dan layanan psikologis.",
        begins=-410,
        ends=-45,
        parties=(party("dinas-jatim", covers=True), party("polda-jatim", covers=True)),
        clauses=(
            Clause(
                "dinas-jatim",
                "polda-jatim",
                (*WHO, D.INCIDENT, D.SUSPECT, D.SERVICE, D.OUTCOME),
                (*ENFORCE, P.SERVICE_DELIVERY),
                basis.REPORT_TO_POLICE,
            ),
            Clause(
                "polda-jatim",
                "dinas-jatim",
                (D.IDENTITY, D.CONTACT, D.INCIDENT, D.LEGAL, D.OUTCOME),
                (*ENFORCE, P.SERVICE_DELIVERY),
                basis.POLICE_TO_SERVICE,
            ),
        ),
        proposed=-455,
        submitted=-450,
        signed=-412,
    ),
]  # fmt: skip
