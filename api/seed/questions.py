"""Inquiries: whether there is room, or that a case be handed over. No child is named in them."""

from api.seed.shapes import Question
from db.enums import InquiryKind as K

QUESTIONS = [
    Question(
        "pendampingan-pelita", K.CAPACITY, "kpai>pelita", "10d",
        "Apakah tersedia pendamping untuk seorang anak perempuan usia SMA, kasus pemaksaan "
        "perkawinan, dua kali sepekan selama tiga bulan?",
        "Tersedia mulai pekan depan; pendamping perempuan, bisa daring dan tatap muka.",
        agreed=True,
    ),
    Question(
        "kamar-rumah-aman", K.CAPACITY, "uptd-bandung>rumah-tumbuh rumah aman", "14d",
        "Mohon informasi satu tempat untuk anak perempuan usia 16 tahun, paling lama 30 hari, "
        "mulai malam ini.",
        "Ada satu tempat kosong. Pendamping malam siap menerima sampai pukul 22.00.",
        agreed=True, answered_after="2h",
    ),
    Question(
        "tarik-bandung", K.HANDOFF, "uptd-bandung>polres-bandung", "280h",
        "Kami menerima laporan warga yang sejalan dengan kasus yang UPTD tangani. Mohon rujukan "
        "resmi agar laporan polisi dapat dibuat.",
        "Baik, rujukan kami kirim setelah anak dan ibunya diberi tahu.",
        agreed=True,
    ),
    Question(
        "konsultasi-bogor", K.HANDOFF, "polres-bogor>kpai", "9d",
        "Sehubungan pengaduan yang telah kami teruskan, mohon konsultasi tertulis mengenai "
        "kendala pemeriksaan anak dengan kebutuhan khusus.",
        "Siap, bahan konsultasi kami kirim tanpa identitas anak.",
        agreed=True, answered_after="14h",
    ),
    Question(
        "rawat-inap", K.CAPACITY, "uptd-bandung>rsud-bandung", "21d",
        "Apakah tersedia ruang rawat ramah anak untuk observasi dua malam?",
        withdrawn=True, answered_after="3h",
    ),
    Question(
        "rumah-perlindungan", K.CAPACITY, "uptd-bandung>dinsos-bandung", "2h",
        "Mohon informasi ketersediaan rumah perlindungan untuk dua bersaudara, perempuan usia 9 "
        "dan 12 tahun, mulai besok.",
    ),
    Question(
        "psikolog", K.CAPACITY, "polres-bandung>uptd-bandung", "26h",
        "Apakah psikolog anak dapat hadir mendampingi pemeriksaan hari Kamis pukul 09.00 di ruang "
        "pelayanan khusus?",
    ),
    Question(
        "rehabilitasi-dki", K.CAPACITY, "uptd-dki>dinsos-dki", "15d",
        "Apakah tersedia tempat rehabilitasi sosial untuk anak laki-laki usia 15 tahun?",
        "Mohon maaf, kapasitas penuh sampai akhir bulan. Kami sarankan sentra terpadu.",
        agreed=False, answered_after="20h",
    ),
    Question(
        "penjangkauan-dki", K.CAPACITY, "pelita>uptd-dki", "18d",
        "Apakah tim penjangkauan dapat turun pada akhir pekan ini?",
        "Dapat. Tim dua orang, hari Sabtu pukul 10.00.",
        agreed=True,
    ),
    Question(
        "restitusi-jaktim", K.HANDOFF, "polres-jaktim>lpsk", "3d",
        "Kami menerima permohonan restitusi dari kuasa hukum. Mohon rujukan resmi beserta nomor "
        "laporan polisi.",
    ),
    Question(
        "kelompok-dukungan", K.HANDOFF, "uptd-bandung>rumah-tumbuh", "33d",
        "Kelompok dukungan orang tua angkatan baru dibuka. Mohon rujukan bagi keluarga yang "
        "bersedia.",
        "Belum ada keluarga yang menyatakan bersedia. Kami ajukan lagi pada angkatan berikutnya.",
        agreed=False, answered_after="60h",
    ),
    Question(
        "data-ganda", K.HANDOFF, "pelita>uptd-dki", "24d",
        "Mohon rujukan atas kasus yang dilaporkan lewat kanal pengaduan kelurahan.",
        withdrawn=True, answered_after="6h",
    ),
    Question(
        "laporan-sekolah", K.HANDOFF, "smp-3>uptd-bandung", "7h",
        "Orang tua menyampaikan bahwa sekolah sudah memiliki catatan guru BK. Mohon diteruskan "
        "sebagai rujukan.",
    ),
]  # fmt: skip
