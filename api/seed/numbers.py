"""Document and report numbers in the form each institution uses; CONTOH stands in all of them."""

from datetime import date

from db.enums import MouKind

_ROMAN = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII")
_SHORT = {
    MouKind.MEMORANDUM: "NK",
    MouKind.COOPERATION_AGREEMENT: "PKS",
    MouKind.WORK_PLAN: "RK",
}
_FORMS = {
    "kpai": "{kind}/CONTOH-{n:02}/KPAI/{roman}/{year}",
    "polri": "{kind}/CONTOH-{n:02}/{roman}/{year}",
    "polda-metro": "{kind}/CONTOH-{n:02}/{roman}/{year}/PMJ",
    "polda-jabar": "{kind}/CONTOH-{n:02}/{roman}/{year}/Polda Jabar",
    "polda-jatim": "{kind}/CONTOH-{n:02}/{roman}/{year}/Polda Jatim",
    "polres-bandung": "{kind}/CONTOH-{n:02}/{roman}/{year}/Restabes Bdg",
    "kemenpppa": "{n:02}-CONTOH/Setmen/{kind}/{month:02}/{year}",
    "kemendikdasmen": "{n:02}-CONTOH/{roman}/{kind}/{year}",
    "kemensos": "{n}-CONTOH/MS/K/{month:02}/{year}",
    "lpsk": "{kind}-CONTOH{n:03}/1/LPSK/{month:02}/{year}",
    "kejagung": "{kind}-CONTOH-{n:03}/E/Gs.2/{month:02}/{year}",
    "kejari-bandung": "B-CONTOH-{n:03}/M.2.10/Gs.2/{month:02}/{year}",
    "bapas-bandung": "W.11.PAS.PAS-CONTOH-{n:02}.HH.05.05 Tahun {year}",
    "rsud-bandung": "HK.03/CONTOH-{n:03}/RSUD/{roman}/{year}",
    "rsud-tarakan": "CONTOH-{n:03}/HK.03.01",
}
_REGIONAL = "400.2.3/CONTOH-{n:03}/{kind}/{roman}/{year}"
_COMMUNITY = "{n:03}-CONTOH/{kind}/{roman}/{year}"
_COMMUNITIES = ("pelita", "sinar", "rumah-tumbuh", "lbh-contoh")


def document_number(org: str, kind: MouKind, n: int, signed: date) -> str:
    """The number under which one party files the agreement; each party has its own."""
    form = _FORMS.get(org, _COMMUNITY if org in _COMMUNITIES else _REGIONAL)
    return form.format(
        kind=_SHORT[kind],
        n=n,
        month=signed.month,
        roman=_ROMAN[signed.month - 1],
        year=signed.year,
    )


def police_report(n: int, day: date) -> str:
    """The number of a police report (laporan polisi)."""
    return f"LP/B/CONTOH-{n:03}/{_ROMAN[day.month - 1]}/{day.year}/SPKT"


_REFERENCES = {
    "KPAI": "PGD-CONTOH/{n:04}/{year}",
    "UPTD_PPA": "REG-CONTOH-{n:04}/PPA/{year}",
    "POLICE_PPA": "LI/CONTOH-{n:03}/{year}/Unit PPA",
    "SCHOOL": "421/CONTOH-{n:03}/BK/{year}",
    "EDUCATION_POKJA": "421.7/CONTOH-{n:03}/Pokja/{year}",
    "HOSPITAL": "RM-CONTOH-{n:05}",
    "PROSECUTOR": "SPDP/CONTOH-{n:03}/{year}",
}


def case_reference(type: str, n: int, year: int) -> str:
    """The sender's own file number; it names nobody."""
    return _REFERENCES.get(type, "CONTOH/{n:03}/{year}").format(n=n, year=year)
