"""The first content of the dated vocabularies, with the legal source of each entry.

Marked "(house rule)" where no law gives the entry; those are Rangkul's own and may be changed by a
later migration that closes the old period and opens a new one.
"""

from datetime import date

import sqlalchemy as sa

from db.ids import new_id

TPKS_1 = "UU 12/2022 pasal 4 ayat (1)"
TPKS_2 = "UU 12/2022 pasal 4 ayat (2)"
TPKS_FROM = date(2022, 5, 9)
PERPRES = "Perpres 55/2024"
PERPRES_FROM = date(2024, 4, 22)
HOUSE = "Rangkul (house rule)"
START = date(2020, 1, 1)

Row = tuple[str, str, str]  # code, Indonesian, English

ORGANISATION_TYPES: list[Row] = [
    ("KPAI", "Komisi Perlindungan Anak Indonesia", "Child-protection commission"),
    ("KPAD", "Komisi Perlindungan Anak Daerah", "Regional child-protection commission"),
    ("POLICE_PPA", "Kepolisian, unit PPA", "Police, women and children unit"),
    ("PROSECUTOR", "Kejaksaan", "Prosecutor"),
    ("COURT", "Pengadilan", "Court"),
    ("UPTD_PPA", "UPTD PPA", "Service unit for women and children"),
    ("DINAS_PPPA", "Dinas PPPA", "Regional office for women and children"),
    ("DINAS_SOSIAL", "Dinas Sosial", "Social office"),
    ("LPSK", "LPSK", "Witness and victim protection agency"),
    ("BAPAS", "Balai Pemasyarakatan", "Corrections office"),
    ("HOSPITAL", "Rumah sakit", "Hospital"),
    ("SCHOOL", "Sekolah", "School"),
    ("EDUCATION_OFFICE", "Dinas Pendidikan", "Education office"),
    ("COMMUNITY_PROVIDER", "Lembaga penyedia layanan masyarakat", "Community service provider"),
    ("LEGAL_AID", "Lembaga bantuan hukum", "Legal aid"),
    ("MINISTRY", "Kementerian", "Ministry"),
]
EDUCATION_POKJA: Row = ("EDUCATION_POKJA", "Kelompok kerja pendidikan", "Education working group")

OFFENCES_1: list[Row] = [
    ("NON_PHYSICAL_HARASSMENT", "Pelecehan seksual nonfisik", "Non-physical sexual harassment"),
    ("PHYSICAL_HARASSMENT", "Pelecehan seksual fisik", "Physical sexual harassment"),
    ("FORCED_CONTRACEPTION", "Pemaksaan kontrasepsi", "Forced contraception"),
    ("FORCED_STERILISATION", "Pemaksaan sterilisasi", "Forced sterilisation"),
    ("FORCED_MARRIAGE", "Pemaksaan perkawinan", "Forced marriage"),
    ("SEXUAL_TORTURE", "Penyiksaan seksual", "Sexual torture"),
    ("SEXUAL_EXPLOITATION", "Eksploitasi seksual", "Sexual exploitation"),
    ("SEXUAL_SLAVERY", "Perbudakan seksual", "Sexual slavery"),
    (
        "ELECTRONIC_SEXUAL_VIOLENCE",
        "Kekerasan seksual berbasis elektronik",
        "Electronic-based sexual violence",
    ),
]
OFFENCES_2: list[Row] = [
    ("RAPE", "Perkosaan", "Rape"),
    ("OBSCENE_ACTS", "Perbuatan cabul", "Obscene acts"),
    ("CHILD_INTERCOURSE", "Persetubuhan terhadap anak", "Intercourse with a child"),
    ("CHILD_OBSCENE_ACTS", "Perbuatan cabul terhadap anak", "Obscene acts against a child"),
    ("CHILD_EXPLOITATION", "Eksploitasi seksual terhadap anak", "Sexual exploitation of a child"),
    (
        "ACTS_AGAINST_DECENCY",
        "Perbuatan melanggar kesusilaan yang bertentangan dengan kehendak korban",
        "Acts against decency against the victim's will",
    ),
    (
        "PORNOGRAPHY_CHILD_OR_VIOLENT",
        "Pornografi yang melibatkan anak atau memuat kekerasan",
        "Pornography involving a child or violence",
    ),
    ("FORCED_PROSTITUTION", "Pemaksaan pelacuran", "Forced prostitution"),
    (
        "TRAFFICKING",
        "Perdagangan orang untuk eksploitasi seksual",
        "Trafficking for sexual exploitation",
    ),
    ("HOUSEHOLD", "Kekerasan seksual dalam rumah tangga", "Sexual violence in the household"),
    (
        "MONEY_LAUNDERING",
        "Pencucian uang dari tindak pidana kekerasan seksual",
        "Money laundering related to sexual violence",
    ),
    ("OTHER_BY_LAW", "Tindak pidana lain menurut undang-undang", "Other offences by law"),
]
SERVICES: list[Row] = [
    ("INTAKE", "Penerimaan laporan dan penjangkauan", "Intake and outreach"),
    ("RIGHTS_INFORMATION", "Informasi tentang hak", "Information on rights"),
    ("HEALTH", "Layanan kesehatan", "Health"),
    ("PSYCHOLOGICAL", "Penguatan psikologis", "Psychological strengthening"),
    (
        "PSYCHOSOCIAL",
        "Psikososial, rehabilitasi, dan reintegrasi",
        "Psychosocial, rehabilitation and reintegration",
    ),
    ("LEGAL", "Layanan hukum", "Legal services"),
    ("ECONOMIC", "Pemberdayaan ekonomi", "Economic empowerment"),
    ("SHELTER", "Penampungan sementara", "Shelter"),
    ("DISABILITY", "Kebutuhan penyandang disabilitas", "Disability needs"),
    ("COORDINATION", "Koordinasi layanan", "Coordination of services"),
    ("LEGAL_PROCESS", "Pemantauan proses hukum", "Following the legal process"),
]
SERVICES_TPKS: list[Row] = [
    ("LPSK_PROTECTION", "Pelindungan LPSK", "Protection by LPSK"),
    ("RESTITUTION", "Restitusi", "Restitution"),
    ("CONTENT_REMOVAL", "Penghapusan konten", "Removal of content"),
]
RESPONSE_TIMES: list[tuple[str, str, str, int, str]] = [
    ("DARURAT", "Darurat: jawab segera, paling lama 1 jam", "Emergency: within 1 hour", 1, HOUSE),
    (
        "MENDESAK",
        "Mendesak: 1x24 jam",
        "Urgent: within 1x24 hours",
        24,
        "UU 12/2022 pasal 42 (as a model)",
    ),
    (
        "SEGERA",
        "Segera: 3x24 jam",
        "Soon: within 3x24 hours",
        72,
        "UU 12/2022 pasal 41 (as a model)",
    ),
    ("BIASA", "Biasa: 14 hari", "Ordinary: within 14 days", 336, HOUSE),
]

TABLE = sa.table(
    "term",
    *(
        sa.column(name)
        for name in [
            "id",
            "kind",
            "code",
            "name_id",
            "name_en",
            "source",
            "hours",
            "valid_from",
            "valid_until",
        ]
    ),
)


def insert_terms(connection: sa.Connection) -> None:
    def rows(kind: str, source: str, start: date, words: list[Row]) -> list[dict[str, object]]:
        return [
            {
                "id": new_id(),
                "kind": kind,
                "code": code,
                "name_id": indonesian,
                "name_en": english,
                "source": source,
                "hours": None,
                "valid_from": start,
                "valid_until": None,
            }
            for code, indonesian, english in words
        ]

    words = (
        rows("ORGANISATION_TYPE", HOUSE, START, ORGANISATION_TYPES)
        + rows("ORGANISATION_TYPE", HOUSE, date(2026, 1, 1), [EDUCATION_POKJA])
        + rows("CASE_CATEGORY", TPKS_1, TPKS_FROM, OFFENCES_1)
        + rows("CASE_CATEGORY", TPKS_2, TPKS_FROM, OFFENCES_2)
        + rows("SERVICE", PERPRES, PERPRES_FROM, SERVICES)
        + rows("SERVICE", "UU 12/2022", TPKS_FROM, SERVICES_TPKS)
    )
    for code, indonesian, english, hours, source in RESPONSE_TIMES:
        words += [
            row | {"hours": hours}
            for row in rows("RESPONSE_TIME", source, START, [(code, indonesian, english)])
        ]
    connection.execute(sa.insert(TABLE), words)
