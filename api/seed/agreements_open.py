"""Agreements that are not in force yet: drafted, under review, withdrawn, or signed for later."""

from api.seed import paragraphs as basis
from api.seed.shapes import Clause, Paper
from api.seed.signatories import party
from db.enums import DataCategory as D
from db.enums import MouKind
from db.enums import Purpose as P

OPEN = [
    Paper(
        key="nk-kpad",
        kind=MouKind.MEMORANDUM,
        title="Nota Kesepahaman KPAI dan KPAD Provinsi Jawa Barat tentang Pengawasan Berjenjang",
        purpose="Menata pembagian tugas pengawasan dan penanganan pengaduan antara pusat dan "
        "daerah.",
        scope="Pelimpahan pengaduan, pengawasan bersama, dan pertukaran data agregat.",
        begins=14,
        ends=1109,
        parties=(party("kpai"), party("kpad-jabar")),
        clauses=(
            Clause(
                "kpai",
                "kpad-jabar",
                (D.IDENTITY, D.CONTACT, D.INCIDENT),
                (P.PROTECTION,),
                basis.KPAI_OVERSEES,
            ),
            Clause(
                "kpad-jabar",
                "kpai",
                (D.INCIDENT, D.OUTCOME, D.AGGREGATE),
                (P.PROTECTION, P.OVERSIGHT),
                basis.KPAI_OVERSEES,
            ),
        ),
        proposed=-48,
        submitted=-40,
        signed=-6,
    ),
    Paper(
        key="nk-kemensos",
        kind=MouKind.MEMORANDUM,
        title="Nota Kesepahaman KPAI dan Kementerian Sosial tentang Rehabilitasi Sosial Anak",
        purpose="Menyelaraskan rujukan rehabilitasi sosial bagi anak yang memerlukan pelindungan "
        "khusus.",
        scope="Rujukan ke sentra terpadu, pemantauan reintegrasi, dan pertukaran data agregat.",
        begins=45,
        ends=1140,
        parties=(party("kpai"), party("kemensos")),
        clauses=(
            Clause(
                "kpai",
                "kemensos",
                (D.IDENTITY, D.FAMILY, D.PSYCHOLOGICAL, D.SERVICE),
                (P.SERVICE_DELIVERY,),
                basis.SOCIAL,
            ),
            Clause(
                "kemensos",
                "kpai",
                (D.SERVICE, D.OUTCOME, D.AGGREGATE),
                (P.SERVICE_DELIVERY, P.EVALUATION),
                basis.RESULT,
            ),
        ),
        proposed=-9,
    ),
    Paper(
        key="nk-pokja",
        kind=MouKind.MEMORANDUM,
        title="Nota Kesepahaman tentang Pencegahan Kekerasan Seksual di Satuan Pendidikan Kota "
        "Bandung",
        purpose="Menerapkan budaya sekolah aman dan nyaman melalui pencegahan dan penanganan dini "
        "kekerasan seksual.",
        scope="Edukasi, penguatan kelompok kerja, mekanisme pelaporan ramah anak, dan pengawasan.",
        begins=20,
        ends=750,
        parties=(party("kpai"), party("disdik-bandung", covers=True), party("pokja-bandung")),
        clauses=(
            Clause(
                "disdik-bandung", "kpai", (D.AGGREGATE,), (P.OVERSIGHT, P.EVALUATION), basis.SCHOOL
            ),
        ),
        proposed=-31,
        submitted=-24,
        comments=(
            (
                "disdik-bandung",
                "Mohon laporan agregat cukup per semester agar selaras dengan kalender pendidikan.",
            ),
            ("kpai", "Dapat diterima sepanjang kejadian berat tetap dilaporkan segera."),
            (
                "pokja-bandung",
                "Kami menunggu penetapan anggota kelompok kerja oleh Wali Kota "
                "sebelum memberi persetujuan.",
            ),
        ),
        approvals=("disdik-bandung",),
    ),
    Paper(
        key="nk-jatim-baru",
        kind=MouKind.MEMORANDUM,
        title="Nota Kesepahaman Layanan Terpadu Anak Korban Kekerasan Seksual Jawa Timur "
        "(Pembaruan)",
        purpose="Melanjutkan kerja sama layanan terpadu yang telah berakhir, dengan waktu tanggap "
        "yang lebih jelas.",
        scope="Penerimaan laporan, pendampingan pemeriksaan, layanan psikologis, dan pertukaran "
        "informasi perkembangan perkara.",
        begins=7,
        ends=1102,
        parties=(party("dinas-jatim", covers=True), party("polda-jatim", covers=True)),
        clauses=(
            Clause(
                "dinas-jatim",
                "polda-jatim",
                (D.IDENTITY, D.CONTACT, D.INCIDENT, D.SUSPECT),
                (P.LAW_ENFORCEMENT,),
                basis.REPORT_TO_POLICE,
            ),
            Clause(
                "polda-jatim",
                "dinas-jatim",
                (D.IDENTITY, D.CONTACT, D.LEGAL, D.OUTCOME),
                (P.LAW_ENFORCEMENT, P.SERVICE_DELIVERY),
                basis.POLICE_TO_SERVICE,
            ),
        ),
        proposed=-38,
        submitted=-26,
        comments=(
            (
                "polda-jatim",
                "Pasal 2 agar memuat kategori FAMILY; tanpa itu penyidik sulit "
                "menentukan wali yang mendampingi.",
            ),
            (
                "dinas-jatim",
                "Kami bahas dengan bagian hukum; bila wali adalah terlapor, data "
                "keluarga perlu dasar tersendiri.",
            ),
        ),
    ),
    Paper(
        key="nk-dikdasmen",
        kind=MouKind.MEMORANDUM,
        title="Nota Kesepahaman KPAI dan Kementerian Pendidikan Dasar dan Menengah tentang "
        "Pertukaran Data Kasus",
        purpose="Pertukaran data kasus kekerasan di satuan pendidikan.",
        scope="Data kasus per anak dan rekapitulasi nasional.",
        begins=-10,
        ends=1085,
        parties=(party("kpai"), party("kemendikdasmen")),
        clauses=(
            Clause(
                "kemendikdasmen",
                "kpai",
                (D.INCIDENT, D.EDUCATION, D.AGGREGATE),
                (P.OVERSIGHT,),
                basis.SCHOOL,
            ),
        ),
        proposed=-130,
        submitted=-122,
        comments=(
            ("kemendikdasmen", "Data per anak melampaui kebutuhan pengawasan; cukup data agregat."),
        ),
        withdrawn=(
            -88,
            "Ditarik: kebutuhan data telah diakomodasi dalam nota kesepahaman nasional, terbatas "
            "pada data agregat.",
        ),
    ),
    Paper(
        key="rk-bandung",
        kind=MouKind.WORK_PLAN,
        parent="pks-layanan",
        title="Rencana Kerja Layanan Terpadu Kota Bandung Tahun Berikutnya",
        purpose="Menetapkan kegiatan, penanggung jawab, dan target tahun berikutnya.",
        scope="Jadwal piket bersama, simulasi penanganan darurat, dan evaluasi waktu tanggap.",
        begins=37,
        ends=400,
        parties=(party("dinas-bandung"), party("polres-bandung"), party("rsud-bandung")),
        proposed=-4,
    ),
]  # fmt: skip
