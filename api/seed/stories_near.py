"""Cases in which the reported person is someone near: family, neighbour, school, coach.

Told as case files tell it: what was reported, by whom, and what the child needs. Never more.
"""

from api.seed.shapes import Story
from db.enums import ChildRole

NEAR = [
    Story(
        key="tetangga",
        categories=("CHILD_OBSCENE_ACTS",),
        ages=(7, 11),
        incident=(
            "Pada {hari} ibu anak melaporkan bahwa anak menceritakan perbuatan cabul oleh "
            "tetangga dekat rumah. Anak bercerita setelah menolak bermain di luar selama beberapa "
            "hari. Keterangan awal diambil satu kali oleh petugas terlatih; anak tidak ditanyai "
            "ulang.",
            "Ketua RT mendampingi keluarga melapor pada {hari}. Anak menyampaikan kepada ibunya "
            "bahwa ia mengalami perbuatan cabul ketika dititipkan di rumah tetangga. Anak masih "
            "bertemu terlapor karena tinggal di gang yang sama.",
        ),
        family="Tinggal bersama ayah (buruh harian), ibu (pedagang kecil), dan dua adik. Kedua "
        "orang tua mendukung proses hukum, namun khawatir dikucilkan lingkungan.",
        suspect="{terlapor}, laki-laki dewasa, tetangga berjarak tiga rumah. Tidak ada hubungan "
        "keluarga. Masih tinggal di lingkungan yang sama.",
        evidence="Pakaian anak disimpan keluarga dalam kantong kertas dan belum dicuci. Catatan "
        "cerita ibu ditulis pada hari yang sama.",
        psychological="Anak sulit tidur, takut pada laki-laki dewasa, dan menempel pada ibu. Skor "
        "skrining awal menunjukkan kebutuhan pendampingan psikolog anak.",
        health="Belum diperiksa dokter. Keluarga bersedia visum bila didampingi petugas perempuan.",
        education="Tidak masuk sekolah selama enam hari; wali kelas diberi tahu bahwa anak sakit.",
        girl=True,
    ),
    Story(
        key="ayah-tiri",
        categories=("HOUSEHOLD", "CHILD_INTERCOURSE"),
        ages=(12, 15),
        incident=(
            "Anak bercerita kepada guru BK pada {hari} tentang kekerasan seksual berulang oleh "
            "ayah tirinya. Guru mencatat pernyataan anak apa adanya dan tidak menghubungi rumah. "
            "Anak meminta tidak dipulangkan malam itu.",
            "Bibi anak melapor pada {hari} setelah anak melarikan diri ke rumahnya. Anak "
            "menyebut ayah tiri sebagai pelaku. Rincian hanya dituangkan dalam berita acara "
            "pemeriksaan.",
        ),
        family="Wali yang sah (ayah tiri) adalah terlapor sehingga persetujuannya tidak dapat "
        "dijadikan dasar. Ibu kandung bekerja di luar kota dan baru dapat dihubungi melalui bibi. "
        "Anak sementara berada di rumah bibi.",
        suspect="{terlapor}, ayah tiri, tinggal serumah. Mengetahui sekolah dan tempat anak "
        "mengaji. Berisiko menghubungi anak.",
        evidence="Catatan guru BK (satu halaman, tidak difotokopi) dan pesan singkat dari nomor "
        "terlapor kepada anak.",
        psychological="Anak menunjukkan rasa bersalah, menyalahkan diri atas perpecahan keluarga, "
        "dan pernah menyatakan ingin menghilang. Perlu pemantauan harian.",
        health="Nyeri perut berulang. Visum dan pemeriksaan lanjutan diperlukan segera.",
        education="Nilai menurun sejak semester lalu. Anak ingin tetap sekolah, tetapi tidak di "
        "tempat yang diketahui terlapor.",
        girl=True,
        guardian_suspected=True,
        trusted="Bibi",
    ),
    Story(
        key="guru",
        categories=("PHYSICAL_HARASSMENT",),
        ages=(12, 15),
        incident=(
            "Pada {hari} anak dan seorang temannya melaporkan pelecehan fisik oleh tenaga "
            "pendidik di sekolah. Kejadian disebut terjadi di ruang kegiatan seusai jam "
            "pelajaran. Kepala sekolah membebastugaskan terlapor sementara.",
            "Orang tua anak menyampaikan pengaduan tertulis pada {hari} tentang pelecehan fisik "
            "di sekolah. Sekolah sempat menawarkan pertemuan keluarga; petugas menjelaskan bahwa "
            "perkara ini tidak diselesaikan di luar peradilan.",
        ),
        family="Tinggal bersama kedua orang tua. Ayah menghendaki kasus tidak diketahui tetangga. "
        "Ibu mendampingi setiap pertemuan.",
        suspect="{terlapor}, tenaga pendidik, dibebastugaskan sementara. Dilarang menghubungi "
        "siswa selama pemeriksaan.",
        evidence="Rekaman kamera koridor diamankan sekolah selama 30 hari. Jadwal kegiatan dan "
        "daftar hadir tersedia.",
        psychological="Anak cemas ketika mendengar nama sekolah, tetapi mampu bercerita kepada "
        "pendamping yang dipercayainya.",
        health="Tidak ada keluhan fisik. Pemeriksaan kesehatan ditawarkan dan belum diputuskan.",
        education="Mengikuti pelajaran dari rumah. Sekolah menyiapkan pendamping belajar agar anak "
        "tidak tertinggal asesmen.",
    ),
    Story(
        key="pelatih",
        categories=("CHILD_OBSCENE_ACTS",),
        ages=(11, 16),
        incident=(
            "Anak mengikuti latihan olahraga di luar sekolah. Pada {hari} orang tua melaporkan "
            "perbuatan cabul oleh pelatih setelah menemukan anak berhenti latihan tanpa alasan. "
            "Dua anak lain diduga mengalami hal serupa dan belum bersedia bercerita.",
            "Pengurus klub menghubungi hotline pada {hari} setelah anak bercerita kepada asisten "
            "pelatih. Klub menghentikan kegiatan pelatih yang dilaporkan.",
        ),
        family="Orang tua berpisah; anak tinggal bersama ibu. Ayah mengetahui laporan dan "
        "mendukung.",
        suspect="{terlapor}, pelatih klub swasta, memegang kunci ruang ganti. Tidak lagi melatih "
        "sejak laporan.",
        evidence="Percakapan grup klub dan jadwal latihan disimpan ibu dalam bentuk tangkapan "
        "layar.",
        psychological="Anak marah dan malu, menghindari teman satu klub. Bersedia mengikuti sesi "
        "konseling bila tidak di sekolah.",
        health="Cedera lama pada lutut tidak terkait. Anak setuju diperiksa dokter anak.",
        education="Prestasi sekolah tetap baik; anak keluar dari kegiatan ekstrakurikuler.",
    ),
    Story(
        key="kawin",
        categories=("FORCED_MARRIAGE",),
        ages=(14, 17),
        incident=(
            "Pada {hari} anak meminta bantuan karena keluarga merencanakan perkawinannya dengan "
            "seorang laki-laki dewasa. Anak menolak dan ingin melanjutkan sekolah. Permohonan "
            "dispensasi belum didaftarkan.",
            "Wali kelas anak melaporkan pada {hari} bahwa anak akan dikawinkan bulan depan. Anak "
            "menyatakan tidak menghendakinya dalam pembicaraan tanpa kehadiran keluarga.",
        ),
        family="Ayah memiliki utang kepada keluarga calon suami. Ibu ragu-ragu. Kakek dihormati "
        "keluarga dan bersedia diajak bicara.",
        suspect="{terlapor}, laki-laki dewasa, calon suami yang diatur keluarga; ayah anak turut "
        "dilaporkan sebagai pihak yang memaksa.",
        evidence="Undangan yang telah dicetak dan pesan keluarga kepada anak.",
        psychological="Anak tertekan namun teguh. Takut disebut tidak berbakti. Memerlukan "
        "pendampingan saat bertemu keluarga.",
        health="Tidak ada keluhan. Informasi kesehatan reproduksi sesuai usia telah diberikan.",
        education="Aktif di kelas dan menerima bantuan biaya sekolah. Terancam berhenti pada akhir "
        "semester.",
        girl=True,
        guardian_suspected=True,
        trusted="Kakek",
    ),
    Story(
        key="disabilitas",
        categories=("ACTS_AGAINST_DECENCY",),
        ages=(11, 16),
        incident=(
            "Anak dengan hambatan pendengaran menyampaikan melalui juru bahasa isyarat "
            "pada {hari} bahwa ia mengalami perbuatan melanggar kesusilaan oleh pengemudi antar "
            "jemput. Pemeriksaan memerlukan juru bahasa isyarat dan waktu yang cukup.",
            "Kakak anak melapor pada {hari}. Anak memiliki hambatan intelektual ringan; "
            "keterangan diambil dengan alat bantu gambar dan pertanyaan terbuka oleh psikolog.",
        ),
        family="Ibu tunggal dengan penghasilan tidak tetap. Kakak perempuan menjadi pengasuh utama "
        "pada siang hari.",
        suspect="{terlapor}, pengemudi antar jemput langganan, mengetahui alamat rumah.",
        evidence="Catatan perjalanan antar jemput dan gambar yang dibuat anak saat konseling.",
        psychological="Anak gelisah saat naik kendaraan. Merespons baik pada kegiatan menggambar.",
        health="Alat bantu dengar rusak sejak kejadian dan perlu penggantian.",
        education="Bersekolah di kelas inklusif. Memerlukan guru pendamping khusus.",
        trusted="Kakak",
    ),
    Story(
        key="saksi-adik",
        categories=("HOUSEHOLD",),
        ages=(8, 13),
        incident=(
            "Anak berstatus saksi. Pada {hari} ia menceritakan kepada pendamping apa yang "
            "didengarnya ketika kakaknya mengalami kekerasan seksual di rumah. Anak belum pernah "
            "diperiksa dan takut kepada terlapor.",
        ),
        family="Tinggal bersama nenek sejak laporan kakaknya dibuat. Ibu mengunjungi pada akhir "
        "pekan.",
        suspect="{terlapor}, paman, pernah tinggal serumah. Keluarga besar menekan anak agar "
        "mencabut cerita.",
        evidence="Surat yang ditulis anak untuk kakaknya, disimpan pendamping.",
        psychological="Anak sering terbangun malam dan merasa wajib menjaga kakaknya.",
        health="Tidak ada keluhan kesehatan.",
        education="Tetap bersekolah; diantar jemput oleh nenek.",
        role=ChildRole.WITNESS,
        trusted="Nenek",
    ),
    Story(
        key="keluarga-jauh",
        categories=("RAPE", "HOUSEHOLD"),
        ages=(13, 16),
        incident=(
            "Pada {hari} anak datang bersama pendamping dan melaporkan perkosaan oleh kerabat "
            "yang menumpang di rumah. Keterangan lengkap hanya dicatat dalam berita acara; rujukan "
            "ini tidak memuat rincian.",
            "Puskesmas menghubungi petugas pada {hari} setelah anak meminta pemeriksaan tanpa "
            "sepengetahuan keluarga. Anak menyebut kerabat sebagai pelaku dan meminta tempat aman.",
        ),
        family="Ayah dan ibu belum mengetahui laporan. Anak menunjuk tante sebagai orang yang "
        "dipercaya.",
        suspect="{terlapor}, kerabat yang menumpang sejak tiga bulan. Keberadaan saat ini belum "
        "diketahui.",
        evidence="Hasil pemeriksaan awal puskesmas dalam amplop tertutup.",
        psychological="Anak mati rasa dan sulit berkonsentrasi. Ada riwayat menyakiti diri; "
        "rencana keselamatan telah disusun bersama anak.",
        health="Pemeriksaan awal dan profilaksis telah diberikan; kontrol ulang tujuh hari lagi.",
        education="Mengikuti ujian susulan atas izin kepala sekolah.",
        girl=True,
        trusted="Tante",
    ),
]
