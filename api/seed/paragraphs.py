"""The paragraphs such agreements have in common, and the laws their clauses rest on."""

CONFIDENTIALITY = (
    "(1) PARA PIHAK wajib merahasiakan identitas anak korban, anak saksi, dan anak yang "
    "berkonflik dengan hukum, termasuk nama, nama orang tua, alamat, wajah, sekolah, dan hal lain "
    "yang dapat mengungkapkan jati diri anak.\n"
    "(2) Data hanya diakses oleh petugas yang ditunjuk dan untuk tujuan yang disebut dalam pasal "
    "berbagi data.\n"
    "(3) Kewajiban kerahasiaan tetap berlaku setelah kerja sama berakhir."
)
EVALUATION = (
    "Monitoring dan evaluasi dilakukan bersama paling sedikit satu kali dalam enam bulan. Hasilnya "
    "dituangkan dalam berita acara dan menjadi dasar perbaikan layanan."
)
DISPUTES = (
    "Perbedaan penafsiran atau pelaksanaan diselesaikan secara musyawarah untuk mufakat. Ketentuan "
    "ini hanya mengenai hubungan antarlembaga; perkara kekerasan seksual tidak diselesaikan di "
    "luar proses peradilan."
)
EXTENSION = (
    "Jangka waktu dapat diperpanjang atas persetujuan tertulis PARA PIHAK yang diajukan paling "
    "lambat 60 (enam puluh) hari sebelum berakhir."
)
TERMINATION = (
    "Salah satu PIHAK dapat mengakhiri kerja sama sebelum waktunya dengan pemberitahuan tertulis. "
    "Pengakhiran tidak menghapus kewajiban menyelesaikan layanan bagi anak yang sedang ditangani "
    "dan kewajiban memusnahkan data pada akhir masa retensi."
)

KPAI_REPORTS = (
    "Pasal 76 huruf g UU 35/2014 (KPAI memberikan laporan kepada pihak berwajib); Pasal 20 ayat "
    "(2) huruf e UU 27/2022."
)
KPAI_OVERSEES = (
    "Pasal 76 huruf a dan huruf c UU 35/2014 (pengawasan, serta pengumpulan data dan informasi); "
    "Pasal 42 UU 2/2002."
)
KPAI_COMMUNITY = (
    "Pasal 76 huruf f UU 35/2014 (kerja sama dengan lembaga yang dibentuk masyarakat); Pasal 20 "
    "ayat (2) huruf a UU 27/2022 bagi data yang didasarkan pada persetujuan orang tua atau wali."
)
REPORT_TO_POLICE = (
    "Pasal 41 UU 12/2022 (laporan kepada kepolisian paling lambat 3x24 jam sejak laporan korban); "
    "Pasal 20 ayat (2) huruf c UU 27/2022."
)
POLICE_TO_SERVICE = (
    "Pasal 42 dan Pasal 68 UU 12/2022 (pelindungan sementara 1x24 jam dan hak korban atas "
    "penanganan); Perpres 55/2024."
)
SERVICE = (
    "Pasal 68 dan Pasal 70 UU 12/2022 (hak korban atas penanganan dan pemulihan); Perpres 55/2024; "
    "Pasal 20 ayat (2) huruf e UU 27/2022."
)
HEALTH = (
    "Pasal 68 UU 12/2022 (layanan kesehatan bagi korban); UU 17/2023 tentang Kesehatan; Pasal 4 "
    "ayat (2) UU 27/2022 (data spesifik)."
)
SOCIAL = (
    "Pasal 59A UU 35/2014 (rehabilitasi sosial dan pendampingan psikososial); Pasal 70 UU 12/2022."
)
SCHOOL = (
    "Pasal 54 UU 35/2014 (pelindungan anak di satuan pendidikan); Permendikdasmen 6/2026 tentang "
    "Budaya Sekolah Aman dan Nyaman."
)
PROSECUTION = (
    "UU 11/2012 tentang Sistem Peradilan Pidana Anak dan hukum acara pidana yang berlaku; Pasal 19 "
    "UU 11/2012 mengenai kerahasiaan identitas."
)
PROBATION = "Pasal 27 UU 11/2012 (pertimbangan Pembimbing Kemasyarakatan dalam penyidikan)."
LPSK = (
    "Pasal 36 UU 13/2006 sebagaimana diubah dengan UU 31/2014 (kerja sama LPSK dengan instansi "
    "yang berwenang); Pasal 69 UU 12/2022 (hak korban atas pelindungan)."
)
RESULT = (
    "Pasal 31 UU 27/2022 (perekaman kegiatan pemrosesan) dan asas kepentingan terbaik bagi anak "
    "(Pasal 2 UU 23/2002): pengirim perlu mengetahui hasil layanan."
)
