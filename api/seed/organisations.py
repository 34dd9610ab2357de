"""Who lives in the seeded world.

State bodies carry their real names, because the paperwork would make no sense otherwise. Every
school, foundation and legal-aid office is invented and says so in its name. Region codes are those
of Kemendagri.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Org:
    """An organisation to register. Parents stand before their children."""

    key: str
    type: str
    name: str
    short: str
    region: str
    parent: str | None = None


KPAI = "kpai"
"""The one organisation that every installation has already."""

POLICE = [
    Org("polri", "POLICE_PPA", "Kepolisian Negara Republik Indonesia", "Polri", "31.74"),
    Org("polda-metro", "POLICE_PPA", "Polda Metro Jaya", "PMJ", "31", "polri"),
    Org("polda-jabar", "POLICE_PPA", "Polda Jawa Barat", "Polda Jabar", "32", "polri"),
    Org("polda-jatim", "POLICE_PPA", "Polda Jawa Timur", "Polda Jatim", "35", "polri"),
    Org(
        "polres-jakpus",
        "POLICE_PPA",
        "Unit PPA Polres Metro Jakarta Pusat",
        "Polres Jakpus",
        "31.71",
        "polda-metro",
    ),
    Org(
        "polres-jaktim",
        "POLICE_PPA",
        "Unit PPA Polres Metro Jakarta Timur",
        "Polres Jaktim",
        "31.75",
        "polda-metro",
    ),
    Org(
        "polres-bandung",
        "POLICE_PPA",
        "Unit PPA Polrestabes Bandung",
        "Polrestabes Bandung",
        "32.73",
        "polda-jabar",
    ),
    Org(
        "polres-bogor",
        "POLICE_PPA",
        "Unit PPA Polresta Bogor Kota",
        "Polresta Bogor Kota",
        "32.71",
        "polda-jabar",
    ),
    Org(
        "polres-surabaya",
        "POLICE_PPA",
        "Unit PPA Polrestabes Surabaya",
        "Polrestabes Surabaya",
        "35.78",
        "polda-jatim",
    ),
]

NATIONAL = [
    Org(
        "kemenpppa",
        "MINISTRY",
        "Kementerian Pemberdayaan Perempuan dan Perlindungan Anak",
        "Kemen PPPA",
        "31.71",
    ),
    Org(
        "kemendikdasmen",
        "MINISTRY",
        "Kementerian Pendidikan Dasar dan Menengah",
        "Kemendikdasmen",
        "31.74",
    ),
    Org("kemensos", "MINISTRY", "Kementerian Sosial", "Kemensos", "31.71"),
    Org("lpsk", "LPSK", "Lembaga Perlindungan Saksi dan Korban", "LPSK", "31.75"),
    Org("kejagung", "PROSECUTOR", "Kejaksaan Agung Republik Indonesia", "Kejagung", "31.74"),
]

JAKARTA = [
    Org(
        "dinas-dki",
        "DINAS_PPPA",
        "Dinas Pemberdayaan, Perlindungan Anak, dan Pengendalian Penduduk Provinsi DKI Jakarta",
        "Dinas PPAPP DKI",
        "31",
    ),
    Org(
        "uptd-dki",
        "UPTD_PPA",
        "Pusat Perlindungan Perempuan dan Anak Provinsi DKI Jakarta",
        "Pusat PPA DKI",
        "31",
        "dinas-dki",
    ),
    Org("dinsos-dki", "DINAS_SOSIAL", "Dinas Sosial Provinsi DKI Jakarta", "Dinsos DKI", "31"),
    Org("rsud-tarakan", "HOSPITAL", "RSUD Tarakan Jakarta", "RSUD Tarakan", "31.71"),
    Org(
        "pelita",
        "COMMUNITY_PROVIDER",
        "Yayasan Pelita Contoh (fiktif)",
        "Pelita Contoh",
        "31.75",
    ),
    Org(
        "sinar",
        "COMMUNITY_PROVIDER",
        "Yayasan Sinar Contoh (fiktif)",
        "Sinar Contoh",
        "31.72",
    ),
]

BANDUNG = [
    Org(
        "kpad-jabar",
        "KPAD",
        "Komisi Perlindungan Anak Daerah Provinsi Jawa Barat",
        "KPAD Jabar",
        "32",
    ),
    Org(
        "dinas-bandung",
        "DINAS_PPPA",
        "Dinas Pemberdayaan Perempuan dan Perlindungan Anak Kota Bandung",
        "DP3A Kota Bandung",
        "32.73",
    ),
    Org(
        "uptd-bandung",
        "UPTD_PPA",
        "UPTD PPA Kota Bandung",
        "UPTD PPA Bandung",
        "32.73",
        "dinas-bandung",
    ),
    Org("dinsos-bandung", "DINAS_SOSIAL", "Dinas Sosial Kota Bandung", "Dinsos Bandung", "32.73"),
    Org("rsud-bandung", "HOSPITAL", "RSUD Kota Bandung", "RSUD Bandung", "32.73"),
    Org(
        "kejari-bandung",
        "PROSECUTOR",
        "Kejaksaan Negeri Kota Bandung",
        "Kejari Bandung",
        "32.73",
        "kejagung",
    ),
    Org("pn-bandung", "COURT", "Pengadilan Negeri Bandung", "PN Bandung", "32.73"),
    Org("bapas-bandung", "BAPAS", "Balai Pemasyarakatan Kelas I Bandung", "Bapas Bandung", "32.73"),
    Org(
        "disdik-bandung",
        "EDUCATION_OFFICE",
        "Dinas Pendidikan Kota Bandung",
        "Disdik Bandung",
        "32.73",
    ),
    Org(
        "pokja-bandung",
        "EDUCATION_POKJA",
        "Kelompok Kerja Budaya Sekolah Aman dan Nyaman Kota Bandung",
        "Pokja BSAN Bandung",
        "32.73",
        "disdik-bandung",
    ),
    Org(
        "sd-1",
        "SCHOOL",
        "SD Negeri Contoh 1 Bandung (fiktif)",
        "SDN Contoh 1",
        "32.73",
        "disdik-bandung",
    ),
    Org(
        "sd-7",
        "SCHOOL",
        "SD Negeri Contoh 7 Bandung (fiktif)",
        "SDN Contoh 7",
        "32.73",
        "disdik-bandung",
    ),
    Org(
        "smp-3",
        "SCHOOL",
        "SMP Negeri Contoh 3 Bandung (fiktif)",
        "SMPN Contoh 3",
        "32.73",
        "disdik-bandung",
    ),
    Org(
        "smp-12",
        "SCHOOL",
        "SMP Negeri Contoh 12 Bandung (fiktif)",
        "SMPN Contoh 12",
        "32.73",
        "disdik-bandung",
    ),
    Org(
        "smp-pelangi",
        "SCHOOL",
        "SMP Swasta Contoh Pelangi Bandung (fiktif)",
        "SMP Contoh Pelangi",
        "32.73",
        "disdik-bandung",
    ),
    Org(
        "rumah-tumbuh",
        "COMMUNITY_PROVIDER",
        "Perkumpulan Rumah Tumbuh Contoh (fiktif)",
        "Rumah Tumbuh Contoh",
        "32.73",
    ),
    Org(
        "lbh-contoh",
        "LEGAL_AID",
        "LBH Anak Contoh Bandung (fiktif)",
        "LBH Anak Contoh",
        "32.73",
    ),
]

SURABAYA = [
    Org(
        "dinas-jatim",
        "DINAS_PPPA",
        "Dinas Pemberdayaan Perempuan, Perlindungan Anak, dan Kependudukan Provinsi Jawa Timur",
        "DP3AK Jatim",
        "35",
    ),
    Org("uptd-jatim", "UPTD_PPA", "UPTD PPA Provinsi Jawa Timur", "UPTD PPA Jatim", "35",
        "dinas-jatim"),
]  # fmt: skip

ORGANISATIONS = [*NATIONAL, *POLICE, *JAKARTA, *BANDUNG, *SURABAYA]
DISSOLVED = "sinar"
"""Dissolved at the end, after the agreement with it was terminated."""
