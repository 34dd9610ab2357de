"""Who signs for whom. Every one of them is invented, and called Contoh."""

from api.seed.shapes import Party

_HEADS: dict[str, tuple[str, str]] = {
    "kpai": ("Dr. Kartika Contoh, M.Si.", "Ketua KPAI"),
    "polri": ("Komjen Pol. Bagas Contoh, S.I.K.", "Kepala Badan Reserse Kriminal"),
    "polda-metro": ("Irjen Pol. Galih Contoh, S.I.K.", "Kapolda Metro Jaya"),
    "polda-jabar": ("Irjen Pol. Yoga Contoh, S.I.K.", "Kapolda Jawa Barat"),
    "polda-jatim": ("Irjen Pol. Panji Contoh, S.I.K.", "Kapolda Jawa Timur"),
    "polres-bandung": ("Kombes Pol. Restu Contoh, S.I.K.", "Kapolrestabes Bandung"),
    "kemenpppa": ("Prof. Ayudia Contoh", "Menteri PPPA"),
    "kemendikdasmen": ("Prof. Wiranto Contoh", "Menteri Dikdasmen"),
    "kemensos": ("Dr. Larasati Contoh", "Menteri Sosial"),
    "lpsk": ("Brigjen Pol. (Purn.) Seno Contoh", "Ketua LPSK"),
    "kejagung": ("Dr. Mahendra Contoh, S.H., M.H.", "Jaksa Agung Muda Tindak Pidana Umum"),
    "dinas-dki": ("dr. Melati Contoh, M.K.M.", "Kepala Dinas PPAPP"),
    "dinsos-dki": ("Drs. Purnomo Contoh", "Kepala Dinas Sosial"),
    "rsud-tarakan": ("dr. Anggun Contoh, Sp.A.", "Direktur"),
    "pelita": ("Sekar Contoh, S.Psi.", "Ketua Pengurus"),
    "sinar": ("Tirta Contoh", "Ketua Pengurus"),
    "kpad-jabar": ("Neng Asri Contoh, S.H.", "Ketua KPAD"),
    "dinas-bandung": ("Hj. Rengganis Contoh, M.Si.", "Kepala Dinas P3A"),
    "dinsos-bandung": ("Asep Contoh, S.Sos., M.AP.", "Kepala Dinas Sosial"),
    "rsud-bandung": ("dr. Gumilar Contoh, Sp.OG.", "Direktur"),
    "kejari-bandung": ("Rangga Contoh, S.H., M.H.", "Kepala Kejaksaan Negeri"),
    "bapas-bandung": ("Dadang Contoh, A.Md.IP., S.H.", "Kepala Bapas"),
    "disdik-bandung": ("Dr. Cucu Contoh, M.Pd.", "Kepala Dinas Pendidikan"),
    "pokja-bandung": ("Euis Contoh, S.Pd., M.Pd.", "Ketua Kelompok Kerja"),
    "rumah-tumbuh": ("Kinanti Contoh", "Direktur Eksekutif"),
    "lbh-contoh": ("Bima Contoh, S.H.", "Direktur"),
    "dinas-jatim": ("Dra. Wulan Contoh, M.M.", "Kepala DP3AK"),
}
_LETTERS = {
    "polri": "Surat Kuasa Kapolri Nomor Sprin/CONTOH-112/HUK.8.1",
    "kejagung": "Surat Kuasa Jaksa Agung Nomor PRINT-CONTOH-045/A/JA",
}
"""Where the one who signs is not the head."""


def party(org: str, *, covers: bool = False) -> Party:
    """A party with the one who signs for it."""
    name, office = _HEADS[org]
    return Party(org, name, office, covers, _LETTERS.get(org))
