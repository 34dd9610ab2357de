"""Sections written later: what a sender adds when asked, and what a receiver sends back."""

from db.enums import DataCategory as D

ADDED: dict[D, tuple[str, ...]] = {
    D.INCIDENT: (
        "Tambahan: tempat kejadian berada di wilayah {kota}, sore hari sepulang sekolah, kurang "
        "dari tiga hari sebelum laporan. Keterangan berasal dari pendamping; anak tidak ditanyai "
        "ulang.",
        "Tambahan: peristiwa terakhir terjadi pada akhir pekan sebelum laporan, di wilayah {kota}. "
        "Anak setuju informasi ini disampaikan.",
    ),
    D.CONTACT: (
        "Pendamping: Tante Contoh-{n}, telepon 0800-0001-{n:04} (fiktif). Boleh dihubungi kapan "
        "saja dan akan hadir bersama anak.",
    ),
    D.EDUCATION: (
        "Kehadiran menurun pada bulan terakhir. Sekolah menunjuk satu guru sebagai penghubung; "
        "anak menghendaki sekolah yang dekat dengan rumah pengasuhnya.",
    ),
    D.EVIDENCE: (
        "Susulan: surat keterangan pada daftar nomor 3 diserahkan langsung kepada jaksa peneliti "
        "dengan tanda terima.",
    ),
    D.FAMILY: (
        "Asesmen keluarga: pengasuh mampu dan bersedia; anak setuju ditempatkan sementara. Rincian "
        "kerugian (transportasi dan kehilangan penghasilan) dihitung bersama keluarga.",
    ),
    D.HEALTH: (
        "Tambahan: pemeriksaan awal puskesmas telah dilakukan; hasil dibawa keluarga dalam amplop "
        "tertutup.",
    ),
    D.LEGAL: (
        "Susulan: salinan laporan polisi, kronologi penanganan, dan surat penunjukan pendamping "
        "sudah diserahkan kepada narahubung. Jadwal berikutnya hari Kamis pukul 10.00.",
    ),
    D.SERVICE: (
        "Layanan yang sudah berjalan: dua sesi penguatan psikologis dan satu kunjungan rumah. "
        "Kepada wali kelas cukup disampaikan bahwa anak memerlukan penyesuaian belajar.",
    ),
}

REPLIES: dict[D, tuple[str, ...]] = {
    D.AGGREGATE: (
        "Rekapitulasi enam bulan: 42 laporan diterima, 37 dijawab dalam 3x24 jam, 9 masih dalam "
        "penyelidikan. Angka di bawah lima digabung agar tidak menunjuk anak tertentu.",
    ),
    D.HEALTH: (
        "Keadaan umum baik, tanda vital normal. Pemeriksaan dilakukan dengan pendamping; temuan "
        "dituangkan dalam visum et repertum dan tidak diulang di sini. Kontrol 14 hari.",
        "Hasil laboratorium dalam batas normal. Profilaksis dilanjutkan sampai selesai; jadwal "
        "vaksinasi lanjutan telah diberikan kepada pendamping.",
    ),
    D.PSYCHOLOGICAL: (
        "Setelah enam sesi, gangguan tidur berkurang dan anak mulai bermain dengan teman. "
        "Disarankan pemantauan bulanan.",
        "Anak menyelesaikan terapi bermain. Gejala kecemasan menurun dari berat menjadi ringan; "
        "pengasuh dilatih mengenali tanda kekambuhan.",
    ),
    D.LEGAL: (
        "SP2HP diterbitkan. Perkara pada tahap penyidikan; jadwal pemeriksaan saksi disampaikan "
        "kepada pendamping.",
        "Berkas lengkap (P-21). Persidangan tertutup untuk umum; anak didengar melalui perekaman.",
    ),
    D.SERVICE: (
        "Layanan yang diberikan: asesmen, rencana intervensi bersama anak, pendampingan "
        "pemeriksaan, dan informasi restitusi.",
        "Layanan yang diberikan: pendampingan mingguan, penguatan keluarga, dan penghubungan "
        "dengan bantuan sosial.",
    ),
    D.EDUCATION: (
        "Anak hadir penuh dalam empat pekan terakhir. Tugas yang tertinggal diganti proyek; guru "
        "BK menemui anak setiap Senin.",
    ),
    D.FAMILY: (
        "Keluarga besar bersedia mengasuh. Kunjungan rumah menemukan pengawasan memadai; konflik "
        "orang tua dibicarakan dalam konseling keluarga.",
    ),
    D.INCIDENT: (
        "Telaah atas kronologi: tidak ditemukan jeda penanganan yang merugikan anak. Disarankan "
        "pemeriksaan bersama pendamping yang sama.",
    ),
}


def later(
    texts: dict[D, tuple[str, ...]], category: D, *, n: int, city: str, first: bool = False
) -> str | None:
    """A text for this category, or None where nothing is kept for it.

    The first of several says the least: it suits work that has only begun.
    """
    choices = texts.get(category)
    if choices is None:
        return None
    return choices[0 if first else n % len(choices)].format(n=n, kota=city)
