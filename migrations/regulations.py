"""The regulations every installation knows, and the checklist of UU TPKS to begin with.

Dates and articles were read in public copies of the texts, the checklist is in our own words, and
both still want a lawyer's eye; an item that says more than its article could be read to say is
marked so. KPAI keeps the entries, and adds to them through the API.
"""

from datetime import date

import sqlalchemy as sa

from db.ids import new_id

KPAI = "019abc00-0000-7000-8000-000000000001"
SOURCE = "https://peraturan.go.id/id/{kind}-no-{number}-tahun-{year}"
"""The official collection of the ministry of law."""

Stage = tuple[str, date]
# Kind, number, year, title and what became of it when.
REGULATIONS: list[tuple[str, str, int, str, list[Stage]]] = [
    ("UU", "11", 2012, "Sistem Peradilan Pidana Anak",
     [("PROMULGATED", date(2012, 7, 30)), ("IN_FORCE", date(2014, 7, 30))]),
    ("UU", "35", 2014,
     "Perubahan atas Undang-Undang Nomor 23 Tahun 2002 tentang Perlindungan Anak",
     [("PROMULGATED", date(2014, 10, 17)), ("IN_FORCE", date(2014, 10, 17))]),
    ("UU", "12", 2022, "Tindak Pidana Kekerasan Seksual",
     [("ADOPTED", date(2022, 4, 12)), ("PROMULGATED", date(2022, 5, 9)),
      ("IN_FORCE", date(2022, 5, 9))]),
    ("UU", "27", 2022, "Pelindungan Data Pribadi",
     [("PROMULGATED", date(2022, 10, 17)), ("IN_FORCE", date(2022, 10, 17))]),
    ("PERPRES", "9", 2024,
     "Penyelenggaraan Pendidikan dan Pelatihan Terpadu bagi Aparat Penegak Hukum dan Tenaga Layanan"
     " Pemerintah, dan Tenaga Layanan pada Lembaga Penyedia Layanan Berbasis Masyarakat",
     [("PROMULGATED", date(2024, 1, 23))]),
    ("PERPRES", "55", 2024, "Unit Pelaksana Teknis Daerah Perlindungan Perempuan dan Anak",
     [("PROMULGATED", date(2024, 4, 22)), ("IN_FORCE", date(2024, 4, 22))]),
]  # fmt: skip

_JUSTICE = ["POLICE_PPA", "PROSECUTOR", "COURT"]
_REPORTING = ["UPTD_PPA", "DINAS_SOSIAL", "COMMUNITY_PROVIDER"]
_SERVING = ["UPTD_PPA", "HOSPITAL", "COMMUNITY_PROVIDER", "LEGAL_AID"]
_LOCAL = ["DINAS_PPPA", "DINAS_SOSIAL", "EDUCATION_OFFICE"]
_EVERYONE = [*_JUSTICE, "UPTD_PPA", "DINAS_PPPA", "DINAS_SOSIAL", "LPSK", "HOSPITAL", "SCHOOL",
             "EDUCATION_OFFICE", "COMMUNITY_PROVIDER", "LEGAL_AID"]  # fmt: skip
LAWYER = " (rumusan daftar periksa; perlu dibaca ahli hukum)"

# Article, duty, whose, how it is verified, weight.
TPKS: list[tuple[str, str, list[str], str, int]] = [
    ("Pasal 21 ayat (1)", "Perkara ditangani penyidik, penuntut umum dan hakim yang kompeten dan"
     " telah mengikuti pelatihan penanganan tindak pidana kekerasan seksual.",
     _JUSTICE, "Daftar petugas dengan sertifikat pelatihannya.", 3),
    ("Pasal 21 ayat (2) dan (3)", "Selama petugas terlatih belum ada, petugas berpengalaman"
     " ditetapkan dengan keputusan pejabat yang berwenang.",
     _JUSTICE, "Keputusan penetapan yang masih berlaku.", 1),
    ("Pasal 22", "Pemeriksaan menjunjung martabat korban: tanpa intimidasi, tanpa pertanyaan yang"
     " menjerat atau menimbulkan trauma.",
     _JUSTICE, "Pedoman pemeriksaan dan hasil pemantauan pendamping.", 3),
    ("Pasal 23", "Tidak ada perkara yang diselesaikan di luar proses peradilan, kecuali terhadap"
     " pelaku anak.",
     [*_JUSTICE, "UPTD_PPA", "SCHOOL"], "Daftar perkara dan cara berakhirnya.", 3),
    ("Pasal 41 ayat (2) dan (3)", "Laporan korban diteruskan ke kepolisian paling lambat 3x24 jam"
     " sejak korban melapor.",
     _REPORTING, "Catatan waktu laporan korban dan waktu laporan ke kepolisian.", 5),
    ("Pasal 41 ayat (4)", "Laporan diterima di ruang pelayanan khusus yang menjamin keamanan dan"
     " kerahasiaan korban.",
     ["POLICE_PPA"], "Kunjungan ke ruang pelayanan; berita acara kunjungan.", 3),
    ("Pasal 42", "Ada tata cara pelindungan sementara bagi korban paling lambat 1x24 jam sejak"
     " laporan diterima." + LAWYER,
     ["POLICE_PPA"], "Prosedur tertulis dan catatan waktu pelindungan yang diberikan.", 4),
    ("Pasal 66 ayat (2)", "Korban penyandang disabilitas memperoleh aksesibilitas dan akomodasi"
     " yang layak.",
     _EVERYONE, "Pemeriksaan sarana; daftar penerjemah dan pendamping yang dapat dipanggil.", 3),
    ("Pasal 68", "Korban memperoleh informasi, dokumen hasil penanganan, layanan hukum, penguatan"
     " psikologis dan pelayanan kesehatan sesuai kebutuhannya.",
     _SERVING, "Standar layanan dan contoh rencana layanan tanpa identitas.", 4),
    ("Pasal 69", "Identitas korban dirahasiakan pada setiap tahap." + LAWYER,
     _EVERYONE, "Tata kelola berkas, hak akses, dan catatan pembukaan data.", 5),
    ("Pasal 71", "Keluarga korban memperoleh informasi, keamanan dan penguatan psikologis.",
     _SERVING, "Catatan layanan bagi keluarga tanpa identitas.", 2),
    ("Pasal 76", "Pelayanan terpadu di daerah diselenggarakan satu pintu melalui UPTD PPA."
     + LAWYER,
     ["UPTD_PPA", "DINAS_PPPA"], "Dasar pembentukan, anggaran dan susunan petugas.", 4),
    ("Pasal 79 ayat (1) dan (2)", "Pencegahan diselenggarakan secara cepat, terpadu dan"
     " terintegrasi di bidang-bidang yang disebut undang-undang.",
     ["MINISTRY", *_LOCAL], "Program dan anggaran pencegahan pada tahun berjalan.", 3),
    ("Pasal 79 ayat (4)", "Pencegahan dilakukan di satuan pendidikan, panti sosial dan tempat lain"
     " yang berpotensi.",
     ["SCHOOL", "EDUCATION_OFFICE", "DINAS_SOSIAL"],
     "Kegiatan pencegahan, kanal pengaduan, dan petugas yang ditunjuk.", 4),
    ("Pasal 81", "Pendidikan dan pelatihan bagi aparat penegak hukum, tenaga layanan pemerintah dan"
     " lembaga penyedia layanan berbasis masyarakat.",
     ["MINISTRY", "DINAS_PPPA"], "Jumlah peserta dan rencana pelatihan.", 3),
    ("Pasal 82", "Koordinasi pencegahan dan penanganan dilakukan secara berkala dan"
     " berkelanjutan.",
     ["MINISTRY", *_LOCAL], "Notula rapat koordinasi dan tindak lanjutnya.", 2),
    ("Pasal 90 ayat (2)", "UPTD PPA telah terbentuk paling lambat tiga tahun sejak undang-undang"
     " diundangkan.",
     ["DINAS_PPPA"], "Peraturan kepala daerah tentang pembentukan.", 3),
]  # fmt: skip


def insert_regulations(connection: sa.Connection) -> None:
    for kind, number, year, title, stages in REGULATIONS:
        regulation = new_id()
        connection.execute(
            sa.text(
                "insert into regulation (id, kind, number, year, title, known_as, stage,"
                " source_url, registered_by)"
                " values (:id, :kind, :number, :year, :title, :number, :stage, :source, :kpai)"
            ),
            {
                "id": regulation, "kind": kind, "number": number, "year": year, "title": title,
                "stage": stages[-1][0], "kpai": KPAI,
                "source": SOURCE.format(kind=kind.lower(), number=number, year=year),
            },
        )  # fmt: skip
        connection.execute(
            sa.text(
                "insert into regulation_stage (id, regulation_id, stage, since, organisation_id)"
                " values (:id, :regulation, :stage, :since, :kpai)"
            ),
            [
                {"id": new_id(), "regulation": regulation, "stage": stage, "since": since,
                 "kpai": KPAI}
                for stage, since in stages
            ],
        )  # fmt: skip
        if (kind, number, year) == ("UU", "12", 2022):
            _checklist(connection, regulation)


def _checklist(connection: sa.Connection, regulation: object) -> None:
    checklist = new_id()
    connection.execute(
        sa.text(
            "insert into checklist (id, regulation_id, number, title, note, organisation_id)"
            " values (:id, :regulation, 1, 'Daftar periksa pelaksanaan UU TPKS',"
            " 'Butir awal; rumusannya perlu dibaca ahli hukum sebelum dipakai menilai.', :kpai)"
        ),
        {"id": checklist, "regulation": regulation, "kpai": KPAI},
    )
    connection.execute(
        sa.text(
            "insert into checklist_item (id, checklist_id, number, article, duty,"
            " organisation_types, verification, weight)"
            " values (:id, :checklist, :number, :article, :duty, :types, :verification, :weight)"
        ),
        [
            {"id": new_id(), "checklist": checklist, "number": number, "article": article,
             "duty": duty, "types": types, "verification": verification, "weight": weight}
            for number, (article, duty, types, verification, weight) in enumerate(TPKS, start=1)
        ],
    )  # fmt: skip
