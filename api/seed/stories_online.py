"""Cases that began online, among peers, in public places, or with a promise of work."""

from api.seed.shapes import Story
from db.enums import ChildRole

ONLINE = [
    Story(
        key="ancaman-foto",
        categories=("ELECTRONIC_SEXUAL_VIOLENCE",),
        ages=(12, 16),
        incident=(
            "Pada {hari} anak melaporkan bahwa sebuah akun yang dikenalnya dari permainan daring "
            "meminta gambar pribadi lalu mengancam menyebarkannya. Akun masih mengirim pesan. Anak "
            "telah berhenti membalas atas saran petugas.",
            "Orang tua anak melapor pada {hari} setelah menemukan ancaman penyebaran gambar "
            "pribadi di gawai anak. Satu unggahan telah muncul di media sosial dan dimohonkan "
            "penghapusan.",
        ),
        family="Orang tua bekerja sif malam. Anak awalnya takut dimarahi; hubungan membaik setelah "
        "sesi bersama petugas.",
        suspect="Pemilik akun belum dikenal; nama tampilan dan nomor telepon tercatat sebagai "
        "{terlapor}.",
        evidence="Tangkapan layar percakapan, tautan unggahan, dan gawai anak (disegel dalam "
        "amplop, tidak dibuka). Gambar pribadi tidak disalin ke berkas ini.",
        psychological="Anak panik setiap gawai berbunyi dan enggan bertemu teman. Tidak ada "
        "riwayat menyakiti diri.",
        health="Keluhan sakit kepala dan kurang tidur.",
        education="Meminta izin tidak hadir karena khawatir teman sudah melihat unggahan.",
    ),
    Story(
        key="grup-kelas",
        categories=("PORNOGRAPHY_CHILD_OR_VIOLENT", "ELECTRONIC_SEXUAL_VIOLENCE"),
        ages=(13, 16),
        incident=(
            "Pada {hari} pihak sekolah mengetahui gambar hasil rekayasa yang menyerupai anak "
            "beredar dalam grup percakapan kelas. Sekolah meminta siswa menghapusnya dan menyimpan "
            "bukti bahwa gambar pernah beredar.",
        ),
        family="Anak tinggal bersama orang tua dan nenek. Keluarga meminta agar nama sekolah tidak "
        "disebut kepada media.",
        suspect="{terlapor}, diduga sesama anak; identitas hanya disampaikan kepada penyidik anak.",
        evidence="Daftar waktu pengiriman dan nomor pengirim dari wali kelas; gambar tidak "
        "dilampirkan.",
        psychological="Anak malu dan menangis di kelas; dua teman dekat menjadi sumber dukungan.",
        health="Tidak ada keluhan fisik.",
        education="Sekolah menyusun rencana dukungan teman sebaya dan pengawasan grup kelas.",
        girl=True,
    ),
    Story(
        key="janji-kerja",
        categories=("TRAFFICKING", "CHILD_EXPLOITATION"),
        ages=(14, 17),
        incident=(
            "Anak ditemukan dalam pemeriksaan gabungan pada {hari} di sebuah tempat hiburan. "
            "Anak berangkat dari daerah asal karena janji pekerjaan sebagai penjaga toko. Dokumen "
            "perjalanannya dipegang orang lain.",
            "Pada {hari} anak menghubungi layanan pengaduan dari sebuah rumah kos dan meminta "
            "dijemput. Ia dijanjikan pekerjaan rumah makan, lalu diminta menemani tamu.",
        ),
        family="Orang tua berada di provinsi lain dan dihubungi melalui UPTD PPA daerah asal. "
        "Keluarga menerima uang muka dari perekrut.",
        suspect="{terlapor}, perekrut yang dikenal keluarga; dua orang lain belum teridentifikasi.",
        evidence="Tiket, catatan utang yang ditulis perekrut, dan daftar nomor telepon.",
        psychological="Anak waspada berlebihan dan takut keluarganya ditagih. Kepercayaan dibangun "
        "perlahan.",
        health="Kurang gizi ringan. Pemeriksaan kesehatan menyeluruh disarankan.",
        education="Putus sekolah sejak kelas 8; berminat mengikuti kejar paket B.",
        trusted="Pendamping",
    ),
    Story(
        key="teman-sebaya",
        categories=("NON_PHYSICAL_HARASSMENT",),
        ages=(11, 15),
        incident=(
            "Pada {hari} anak melaporkan ejekan dan isyarat bernada seksual berulang dari "
            "beberapa siswa di sekolah. Sekolah telah memisahkan tempat duduk dan memanggil "
            "orang tua.",
            "Guru piket sekolah menerima cerita anak pada {hari} tentang komentar bernada "
            "seksual mengenai tubuhnya, di kelas dan di grup percakapan.",
        ),
        family="Orang tua kooperatif dan meminta anak tetap di sekolah yang sama.",
        suspect="Beberapa siswa; seluruhnya anak. {terlapor} disebut paling sering.",
        evidence="Catatan guru piket dan tangkapan layar grup kelas.",
        psychological="Percaya diri menurun, menutupi tubuh dengan jaket sepanjang hari.",
        health="Tidak ada keluhan.",
        education="Hadir setiap hari namun menyendiri saat istirahat.",
    ),
    Story(
        key="angkutan",
        categories=("PHYSICAL_HARASSMENT",),
        ages=(13, 17),
        incident=(
            "Anak mengalami pelecehan fisik di angkutan umum pada {hari} dalam perjalanan "
            "pulang. Penumpang lain menolong dan petugas angkutan mengamankan rekaman kamera.",
        ),
        family="Keluarga mendukung penuh dan hadir pada hari kejadian.",
        suspect="{terlapor}, tidak dikenal anak; ciri-ciri dicatat petugas angkutan.",
        evidence="Rekaman kamera kendaraan diamankan operator selama 14 hari; nomor kendaraan "
        "tercatat.",
        psychological="Anak takut naik angkutan umum. Dua sesi penguatan dinilai cukup sebagai "
        "langkah awal.",
        health="Lebam ringan pada lengan telah difoto petugas kesehatan.",
        education="Sementara diantar keluarga; jadwal ekstrakurikuler disesuaikan.",
        girl=True,
    ),
    Story(
        key="pacar-dewasa",
        categories=("CHILD_EXPLOITATION", "CHILD_INTERCOURSE"),
        ages=(14, 17),
        incident=(
            "Pada {hari} anak diantar kakaknya. Anak menjalin hubungan dengan laki-laki dewasa "
            "yang kemudian memintanya melayani orang lain. Anak semula menyebutnya pacar dan masih "
            "takut kehilangan.",
            "Petugas penjangkauan bertemu anak pada {hari} setelah laporan warga. Anak menerima "
            "barang dari laki-laki dewasa sebagai imbalan. Pembicaraan dilakukan tanpa menghakimi.",
        ),
        family="Ayah meninggal; ibu bekerja sebagai pekerja migran. Anak tinggal bersama kakak.",
        suspect="{terlapor}, laki-laki dewasa, pengelola kos. Memegang gawai lama anak.",
        evidence="Bukti transfer dan percakapan pada gawai kakak.",
        psychological="Ambivalen terhadap terlapor. Perlu pendampingan jangka panjang dan kelompok "
        "sebaya.",
        health="Belum pernah diperiksa. Bersedia bila dokternya perempuan.",
        education="Tidak hadir 23 hari pada semester ini; sekolah membuka kesempatan kembali.",
        girl=True,
        trusted="Kakak",
    ),
    Story(
        key="anak-pelaku",
        categories=("CHILD_OBSCENE_ACTS",),
        ages=(14, 17),
        incident=(
            "Anak berstatus anak yang berkonflik dengan hukum. Pada {hari} ia dilaporkan atas "
            "dugaan perbuatan cabul terhadap anak yang lebih muda di lingkungan tempat tinggal. "
            "Anak didampingi orang tua dan penasihat hukum.",
            "Penyidik anak memeriksa anak pada {hari} sebagai anak yang berkonflik dengan hukum. "
            "Anak tidak ditahan dan berada dalam pengawasan orang tua.",
        ),
        family="Orang tua utuh; ayah jarang di rumah. Anak diasuh kakek sampai usia 10 tahun.",
        suspect="Tidak ada terlapor lain.",
        evidence="Gawai anak disita dengan berita acara.",
        psychological="Anak tertutup dan cemas terhadap persidangan. Diduga pernah menjadi korban; "
        "perlu asesmen tersendiri.",
        health="Sehat.",
        education="Masih bersekolah; sekolah belum mengetahui perkara.",
        girl=False,
        role=ChildRole.CHILD_OFFENDER,
    ),
    Story(
        key="les-privat",
        categories=("CHILD_OBSCENE_ACTS", "ELECTRONIC_SEXUAL_VIOLENCE"),
        ages=(9, 13),
        incident=(
            "Pada {hari} ayah anak melaporkan perbuatan cabul oleh pengajar les privat yang "
            "disertai perekaman. Kegiatan les dihentikan. Keluarga diminta tidak menghubungi "
            "terlapor agar bukti tidak dihapus.",
            "Anak bercerita pada {hari} bahwa pengajar les meminta merahasiakan permainan "
            "tertentu. Orang tua segera melapor dan tidak menanyai anak lebih jauh.",
        ),
        family="Kedua orang tua bekerja; les berlangsung di rumah dengan pengasuh di ruang lain.",
        suspect="{terlapor}, pengajar les, juga mengajar di dua rumah lain.",
        evidence="Jadwal les, bukti pembayaran, dan keterangan pengasuh.",
        psychological="Anak bermain sesuai usia, namun menghindari topik belajar. Terapi bermain "
        "direkomendasikan.",
        health="Pemeriksaan dokter anak tidak menemukan keluhan mendesak.",
        education="Tetap masuk sekolah; guru kelas tidak diberi tahu atas permintaan keluarga.",
    ),
]
