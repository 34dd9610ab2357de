"""What codes are called, in both languages, where no vocabulary of the database has them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from db.enums import TermKind
from db.statistics import Dimension, StatisticsRelease
from db.term import Term
from domain.refusal import Language
from domain.statistics.model import MENTIONS, UNSTATED


@dataclass(frozen=True)
class Named:
    """A code and what it is called."""

    code: str
    name_id: str
    name_en: str


_TERMS = {
    Dimension.CASE_CATEGORY: TermKind.CASE_CATEGORY,
    Dimension.SERVICE: TermKind.SERVICE,
    Dimension.SENDER_TYPE: TermKind.ORGANISATION_TYPE,
    Dimension.RECEIVER_TYPE: TermKind.ORGANISATION_TYPE,
    Dimension.LEAD_TYPE: TermKind.ORGANISATION_TYPE,
    Dimension.PARTICIPANT_TYPE: TermKind.ORGANISATION_TYPE,
}

_PROVINCES = {
    "11": "Aceh", "12": "Sumatera Utara", "13": "Sumatera Barat", "14": "Riau", "15": "Jambi",
    "16": "Sumatera Selatan", "17": "Bengkulu", "18": "Lampung",
    "19": "Kepulauan Bangka Belitung", "21": "Kepulauan Riau", "31": "DKI Jakarta",
    "32": "Jawa Barat", "33": "Jawa Tengah", "34": "DI Yogyakarta", "35": "Jawa Timur",
    "36": "Banten", "51": "Bali", "52": "Nusa Tenggara Barat", "53": "Nusa Tenggara Timur",
    "61": "Kalimantan Barat", "62": "Kalimantan Tengah", "63": "Kalimantan Selatan",
    "64": "Kalimantan Timur", "65": "Kalimantan Utara", "71": "Sulawesi Utara",
    "72": "Sulawesi Tengah", "73": "Sulawesi Selatan", "74": "Sulawesi Tenggara",
    "75": "Gorontalo", "76": "Sulawesi Barat", "81": "Maluku", "82": "Maluku Utara",
    "91": "Papua", "92": "Papua Barat", "93": "Papua Selatan", "94": "Papua Tengah",
    "95": "Papua Pegunungan", "96": "Papua Barat Daya",
}  # fmt: skip
"""Provinces by their Kemendagri codes; they have one name."""

_WORDS: Mapping[Dimension, Mapping[str, tuple[str, str]]] = {
    Dimension.REGION: {code: (name, name) for code, name in _PROVINCES.items()},
    Dimension.AGE_BAND: {
        "AGE_0_5": ("0-5 tahun", "0 to 5 years"),
        "AGE_6_9": ("6-9 tahun", "6 to 9 years"),
        "AGE_10_12": ("10-12 tahun", "10 to 12 years"),
        "AGE_13_15": ("13-15 tahun", "13 to 15 years"),
        "AGE_16_17": ("16-17 tahun", "16 to 17 years"),
    },
    Dimension.URGENCY: {
        "DARURAT": ("Darurat", "Emergency"),
        "MENDESAK": ("Mendesak: 1x24 jam", "Urgent: 1x24 hours"),
        "SEGERA": ("Segera: 3x24 jam", "Soon: 3x24 hours"),
        "BIASA": ("Biasa", "Ordinary"),
    },
    Dimension.ACTIVITY_KIND: {
        "ADVOCACY": ("Advokasi kebijakan", "Policy advocacy"),
        "OVERSIGHT": ("Pengawasan", "Oversight"),
        "EDUCATION": ("Edukasi dan sosialisasi", "Public education"),
        "MONITORING_EVALUATION": ("Pemantauan dan evaluasi", "Monitoring and evaluation"),
        "CAPACITY_BUILDING": ("Peningkatan kapasitas", "Capacity building"),
        "CASE_CONFERENCE": ("Konferensi kasus", "Case conference"),
    },
}
_MAY_BE_UNSTATED = MENTIONS | {Dimension.REGION, Dimension.AGE_BAND}
_UNSTATED = ("Tidak disebut", "Not stated")


def source_note(language: Language, releases: Sequence[StatisticsRelease], mentions: bool) -> str:
    """Where figures are from, and what is not in them, for people."""
    if not releases:
        return "Belum dirilis." if language == "id" else "Not released yet."
    smallest = min(release.smallest_cell for release in releases)
    days = sorted({f"{release.released_at:%Y-%m-%d}" for release in releases})
    when = days[0] if len(days) == 1 else f"{days[0]} - {days[-1]}"
    if language == "id":
        said = (
            f"Sumber: Rangkul, dirilis {when}. Angka di bawah {smallest}, termasuk nol, dan angka"
            " lain yang dapat membukanya tidak ditampilkan."
        )
        return said + (" Satu kasus dapat disebut di beberapa baris." if mentions else "")
    said = (
        f"Source: Rangkul, released {when}. Figures below {smallest}, zero included, and others"
        " that would give them back are not shown."
    )
    return said + (" One case may be mentioned in several lines." if mentions else "")


async def names(tx: AsyncSession, dimension: Dimension, seen: set[str]) -> Sequence[Named]:
    """All codes of a dimension in the order of their vocabulary, then others that were seen."""
    words = dict(_WORDS.get(dimension, {}))
    if dimension in _TERMS:
        terms = select(Term).where(Term.kind == _TERMS[dimension]).order_by(Term.id)
        words |= {term.code: (term.name_id, term.name_en) for term in await tx.scalars(terms)}
    words |= {code: (code, code) for code in sorted(seen - set(words) - {UNSTATED})}
    if dimension in _MAY_BE_UNSTATED:
        words[UNSTATED] = _UNSTATED
    return [Named(code, *both) for code, both in words.items()]


async def vocabulary_of(
    tx: AsyncSession, dimensions: Iterable[Dimension], since: date, until: date
) -> dict[str, set[str]]:
    """The codes that each dimension could have in a time, as everybody knows."""
    terms = (
        await tx.scalars(
            select(Term).where(
                Term.valid_from <= until,
                or_(Term.valid_until.is_(None), Term.valid_until >= since),
            )
        )
    ).all()
    return {
        dimension: (
            {term.code for term in terms if term.kind == _TERMS[dimension]}
            if dimension in _TERMS
            else set(_WORDS[dimension])
        )
        | ({UNSTATED} if dimension in _MAY_BE_UNSTATED else set())
        for dimension in dimensions
    }
