"""What organisations write to each other while a case is handed over, by the type of the writer."""

from dataclasses import dataclass

from db.enums import DataCategory
from db.enums import DataCategory as D


@dataclass(frozen=True)
class Voice:
    """How one type of organisation asks, declines, fails and reports."""

    asks: tuple[tuple[DataCategory, str], ...]
    """Each with the category of the section that answers it."""
    rejects: tuple[str, ...]
    fails: str
    outcomes: tuple[str, ...]


POLICE = Voice(
    asks=(
        (
            D.INCIDENT,
            "Mohon dilengkapi tempat dan perkiraan waktu kejadian untuk menentukan wilayah hukum.",
        ),
        (D.CONTACT, "Mohon nama dan nomor pendamping yang akan hadir pada pemeriksaan."),
    ),
    rejects=(
        "Tempat kejadian di luar wilayah hukum kami. Mohon diteruskan kepada Polres setempat; "
        "narahubung telah kami beri tahu.",
        "Laporan atas peristiwa yang sama sudah kami terima dan sedang ditangani; berkas "
        "digabungkan dengan laporan pertama.",
    ),
    fails="Pelapor dan anak pindah ke luar provinsi; penanganan dilanjutkan oleh Polres domisili "
    "baru melalui surat pelimpahan.",
    outcomes=(
        "Laporan polisi diterbitkan dan pemeriksaan anak selesai dalam satu kali pertemuan di "
        "ruang ramah anak. Perkara naik ke tahap penyidikan.",
        "Terlapor ditetapkan sebagai tersangka dan berkas tahap I dikirim kepada penuntut umum. "
        "Pelindungan sementara 1x24 jam telah diberikan dan dilanjutkan penetapan.",
        "Penyelidikan selesai. Bukti permulaan cukup; anak tidak perlu diperiksa ulang.",
    ),
)
SERVICE_UNIT = Voice(
    asks=(
        (
            D.CONTACT,
            "Mohon informasi siapa orang dewasa yang dipercaya anak dan boleh kami hubungi.",
        ),
        (
            D.EDUCATION,
            "Mohon catatan kehadiran dan dukungan sekolah agar anak tidak menceritakan ulang.",
        ),
        (D.LEGAL, "Mohon jadwal pemeriksaan agar pendamping dapat disiapkan."),
    ),
    rejects=(
        "Anak berdomisili di luar wilayah layanan kami; telah kami hubungkan dengan UPTD PPA "
        "setempat.",
        "Kasus sudah kami tangani atas pengaduan langsung keluarga. Rujukan ini digabungkan.",
    ),
    fails="Keluarga memilih layanan di daerah asal dan tidak dapat dihubungi setelah tiga kali "
    "penjangkauan.",
    outcomes=(
        "Asesmen awal dan enam sesi penguatan psikologis selesai. Anak kembali bersekolah; "
        "pemantauan bulanan sampai tiga bulan.",
        "Anak didampingi pada pemeriksaan dan visum. Rencana intervensi disepakati bersama anak "
        "dan ibu; kasus ditutup dengan tindak lanjut berkala.",
        "Penjangkauan dilakukan pada hari yang sama. Anak menerima informasi hak, pendampingan "
        "psikolog, dan rujukan lanjutan.",
    ),
)
HOSPITAL = Voice(
    asks=(
        (D.HEALTH, "Mohon keterangan pemeriksaan yang sudah dilakukan agar tidak berulang."),
        (
            D.INCIDENT,
            "Mohon perkiraan waktu kejadian terakhir agar jenis pemeriksaan dapat ditentukan.",
        ),
    ),
    rejects=(
        "Dokter forensik tidak tersedia sampai lusa; agar tidak terlambat mohon dirujuk ke RS "
        "Bhayangkara.",
        "Pemeriksaan yang diminta sudah dilakukan di puskesmas; hasil dapat dimintakan ke sana.",
    ),
    fails="Anak menolak pemeriksaan setelah penjelasan. Penolakan dihormati; layanan terbuka.",
    outcomes=(
        "Pemeriksaan dilakukan oleh dokter perempuan dengan pendamping. Pengobatan dan profilaksis "
        "diberikan; kontrol ulang dijadwalkan. Biaya tidak dibebankan kepada keluarga.",
        "Visum et repertum selesai dan diserahkan kepada penyidik dalam amplop tertutup. Anak "
        "dipulangkan dalam keadaan stabil.",
    ),
)
SOCIAL_OFFICE = Voice(
    asks=((D.FAMILY, "Mohon asesmen keluarga dan kesediaan anak untuk ditempatkan sementara."),),
    rejects=(
        "Rumah perlindungan penuh sampai akhir pekan. Mohon penempatan pada mitra; kami siap "
        "menerima setelahnya.",
    ),
    fails="Anak memilih tinggal bersama keluarga pengganti yang disetujui pekerja sosial; "
    "penempatan tidak dilanjutkan.",
    outcomes=(
        "Anak menyelesaikan rehabilitasi sosial selama 60 hari dan kembali ke keluarga dengan "
        "pendampingan pekerja sosial.",
        "Bantuan ATENSI disalurkan, keluarga menerima penguatan pengasuhan, reintegrasi dipantau.",
    ),
)
LPSK = Voice(
    asks=(
        (
            D.LEGAL,
            "Mohon salinan laporan polisi dan surat permohonan yang ditandatangani wali, atau "
            "pendamping bila wali adalah terlapor.",
        ),
        (D.FAMILY, "Mohon rincian kerugian keluarga untuk penghitungan restitusi."),
    ),
    rejects=(
        "Permohonan belum memenuhi syarat formil karena belum ditandatangani; dapat diajukan "
        "kembali setelah lengkap.",
    ),
    fails="Pemohon menarik permohonan secara tertulis setelah penjelasan hak.",
    outcomes=(
        "Permohonan dikabulkan: pendampingan saksi, rehabilitasi psikologis, dan fasilitasi "
        "restitusi.",
        "Pelindungan darurat diberikan selama 30 hari dan dilanjutkan dengan pelindungan tetap.",
    ),
)
JUSTICE = Voice(
    asks=(
        (D.EVIDENCE, "Alat bukti surat pada daftar nomor 3 belum terlampir; mohon disusulkan."),
        (D.LEGAL, "Mohon dilengkapi surat penunjukan pendamping anak."),
    ),
    rejects=("Berkas belum lengkap secara formil; dikembalikan dengan petunjuk tertulis.",),
    fails="Perkara digabungkan dengan perkara lain pada kejaksaan berbeda.",
    outcomes=(
        "Berkas dinyatakan lengkap. Anak didengar melalui rekaman sehingga tidak perlu berhadapan "
        "dengan terdakwa.",
        "Perkara disidangkan tertutup. Tuntutan memuat restitusi; putusan disampaikan kepada anak "
        "melalui pendamping.",
    ),
)
PROBATION = Voice(
    asks=((D.LEGAL, "Mohon jadwal pemeriksaan agar Pembimbing Kemasyarakatan dapat hadir."),),
    rejects=("Anak berdomisili di wilayah balai lain; permintaan kami teruskan.",),
    fails="Anak dan keluarga pindah; penelitian dilanjutkan balai domisili baru.",
    outcomes=(
        "Penelitian kemasyarakatan selesai; direkomendasikan pembinaan di luar lembaga dengan "
        "pengawasan keluarga dan sekolah.",
        "Penelitian kemasyarakatan selesai dan rekomendasi disampaikan kepada penyidik.",
    ),
)
SCHOOL = Voice(
    asks=(
        (
            D.SERVICE,
            "Mohon arahan apa yang boleh disampaikan kepada wali kelas tanpa mengungkap kasus.",
        ),
    ),
    rejects=(
        "Anak sudah pindah sekolah bulan lalu; surat kami teruskan melalui Dinas Pendidikan.",
    ),
    fails="Orang tua meminta anak belajar di rumah sepenuhnya; penyesuaian tidak terlaksana.",
    outcomes=(
        "Anak mengikuti pembelajaran jarak jauh dua pekan lalu kembali ke kelas baru. Wali kelas "
        "dan guru BK memantau tanpa membuka alasan.",
        "Jadwal ujian susulan dan pendamping belajar disediakan; anak naik kelas.",
    ),
)
EDUCATION = Voice(
    asks=((D.EDUCATION, "Mohon jenjang dan wilayah sekolah tujuan yang dikehendaki anak."),),
    rejects=("Sekolah tujuan berada di bawah kewenangan provinsi; mohon diajukan ke sana.",),
    fails="Keluarga membatalkan kepindahan sekolah.",
    outcomes=(
        "Anak dipindahkan ke sekolah lain dalam zonasi yang sama; alasan kepindahan dicatat "
        "sebagai mutasi biasa.",
        "Penyesuaian asesmen disetujui dan guru pendamping ditugaskan.",
    ),
)
COMMUNITY = Voice(
    asks=(
        (
            D.SERVICE,
            "Mohon jadwal sesi yang sudah berjalan agar pendampingan tidak tumpang tindih.",
        ),
    ),
    rejects=("Pendamping kami penuh sampai bulan depan. Kami sarankan mitra lain dalam jejaring.",),
    fails="Layanan berhenti setelah dua pertemuan atas permintaan keluarga; pendampingan kembali "
    "kepada perujuk.",
    outcomes=(
        "Delapan sesi kelompok dan empat kunjungan rumah selesai. Ibu membentuk kelompok dukungan "
        "orang tua.",
        "Pendampingan mingguan selama tiga bulan tuntas. Anak kembali mengikuti kegiatan sebaya.",
    ),
)
SHELTERED = (
    "Anak tinggal 21 hari di rumah aman, didampingi setiap hari, lalu dipulangkan kepada pengasuh "
    "pengganti setelah asesmen keluarga.",
    "Penempatan 28 hari selesai. Anak pindah ke keluarga besar dengan rencana keselamatan.",
)
"""What a house that shelters reports."""
LEGAL_AID = Voice(
    asks=((D.LEGAL, "Mohon salinan surat panggilan dan nama penasihat hukum sebelumnya."),),
    rejects=("Terdapat benturan kepentingan dengan klien kami; mohon mitra lain.",),
    fails="Keluarga mencabut surat kuasa dan menunjuk penasihat hukum lain.",
    outcomes=(
        "Anak didampingi pada dua pemeriksaan. Permohonan restitusi disusun bersama keluarga.",
        "Bantuan hukum diberikan sampai putusan; keluarga memahami hak restitusi.",
    ),
)
COMMISSION = Voice(
    asks=(
        (D.LEGAL, "Mohon kronologi penanganan sejak laporan diterima dan kendala yang dihadapi."),
    ),
    rejects=("Pokok pengaduan di luar tugas kami; telah kami teruskan kepada lembaga berwenang.",),
    fails="Para pihak tidak menanggapi permintaan klarifikasi.",
    outcomes=(
        "Telah dilakukan telaah. Disarankan percepatan gelar perkara dan pendampingan UPTD PPA; "
        "tidak ada langkah yang menyimpang dari Pasal 23 UU 12/2022.",
        "Konsultasi selesai: anak tetap pada pendampingan yang berjalan, koordinasi lintas wilayah "
        "difasilitasi.",
    ),
)

VOICES: dict[str, Voice] = {
    "KPAI": COMMISSION,
    "POLICE_PPA": POLICE,
    "UPTD_PPA": SERVICE_UNIT,
    "HOSPITAL": HOSPITAL,
    "DINAS_SOSIAL": SOCIAL_OFFICE,
    "LPSK": LPSK,
    "PROSECUTOR": JUSTICE,
    "BAPAS": PROBATION,
    "SCHOOL": SCHOOL,
    "EDUCATION_OFFICE": EDUCATION,
    "COMMUNITY_PROVIDER": COMMUNITY,
    "LEGAL_AID": LEGAL_AID,
}

GIVEN = (
    "Terlampir kelengkapan yang diminta. Mohon anak tidak ditanyai ulang.",
    "Sudah kami tanyakan kepada pendamping; jawabannya pada bagian tambahan.",
    "Data dilengkapi. Narahubung kami siaga 24 jam pada nomor layanan.",
)
TAKEN_BACK = (
    "Rujukan terkirim dua kali; yang pertama tetap berlaku.",
    "Keluarga memutuskan layanan di kota domisili; rujukan kami kirim ke sana.",
    "Salah memilih penerima; kami kirim ulang kepada unit yang berwenang.",
)
STOP_ASKED = (
    "Anak dan keluarga pindah domisili. Mohon pekerjaan dihentikan dan berkas ditutup.",
    "Layanan yang sama sudah diberikan mitra lain; mohon pembatalan agar tidak ganda.",
)
STOP_AGREED = "Disetujui. Pekerjaan dihentikan; catatan proses tetap tersimpan sesuai retensi."
STOP_DECLINED = (
    "Pemeriksaan sudah dijadwalkan dan anak menghendakinya; pekerjaan kami lanjutkan sampai "
    "selesai."
)
REVOKED = (
    "Persetujuan ditarik oleh wali; akses ditutup dalam 3x24 jam (Pasal 40 UU 27/2022).",
    "Ditemukan bahwa pemberi persetujuan adalah terlapor. Akses data dihentikan; rujukan baru "
    "dibuat dengan dasar pemrosesan lain.",
)
COMPLETED = (
    "Selesai. Hasil layanan pada bagian terlampir.",
    "Layanan tuntas; terima kasih atas rujukannya.",
    "Ditutup dengan tindak lanjut berkala.",
)
