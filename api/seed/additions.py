"""Sections written later: what a sender adds when asked, and what a receiver sends back."""

from db.enums import DataCategory as D

ADDED: dict[D, tuple[str, ...]] = {
    D.INCIDENT: (
        "Tambahan: tempat kejadian berada di wilayah {kota}; perkiraan waktu sore hari sepulang "
        "sekolah. Keterangan berasal dari pendamping, {anak} tidak ditanyai ulang.",
        "Tambahan: peristiwa terakhir terjadi kurang dari tiga hari sebelum laporan. Anak setuju "
        "informasi ini disampaikan.",
    ),
    D.CONTACT: (
        "Orang dewasa tepercaya: Tante Contoh-{n}, telepon 0800-0001-{n:04} (fiktif). Boleh "
        "dihubungi kapan saja.",
    ),
    D.SERVICE: (
        "Layanan yang sudah berjalan: dua sesi penguatan psikologis dan satu kunjungan rumah. "
        "Jadwal berikutnya hari Kamis pukul 10.00.",
    ),
    D.LEGAL: (
        "Terlampir keterangan: salinan laporan polisi sudah diserahkan kepada narahubung; "
        "pendamping hukum telah ditunjuk.",
    ),
    D.IDENTITY: ("Tambahan: anak lebih nyaman disapa Contoh dan didampingi petugas perempuan.",),
    D.HEALTH: (
        "Tambahan: pemeriksaan awal puskesmas telah dilakukan; hasil dibawa keluarga dalam amplop "
        "tertutup.",
    ),
}

REPLIES: dict[D, tuple[str, ...]] = {
    D.HEALTH: (
        "Keadaan umum baik, tanda vital normal. Pemeriksaan dilakukan dengan pendamping; temuan "
        "dituangkan dalam visum et repertum dan tidak diulang di sini. Kontrol 14 hari.",
        "Hasil laboratorium dalam batas normal. Profilaksis dilanjutkan sampai selesai; jadwal "
        "vaksinasi lanjutan telah diberikan kepada pendamping.",
    ),
    D.PSYCHOLOGICAL: (
        "Setelah enam sesi, gangguan tidur berkurang dan {anak} mulai bermain dengan teman. "
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
    texts: dict[D, tuple[str, ...]], category: D, *, n: int, name: str, city: str
) -> str | None:
    """The text for this category, or None where nothing is kept for it."""
    choices = texts.get(category)
    if choices is None:
        return None
    return choices[n % len(choices)].format(anak=name, n=n, kota=city)
