"""The words of a receipt for people: Indonesian, and English beside it."""

from datetime import UTC, datetime, timedelta, timezone

WIB = timezone(timedelta(hours=7), "WIB")
_DAYS = ("Senin", "Selasa", "Rabu", "Kamis", "Jumat", "Sabtu", "Minggu")
_MONTHS = (
    "Januari", "Februari", "Maret", "April", "Mei", "Juni", "Juli", "Agustus", "September",
    "Oktober", "November", "Desember",
)  # fmt: skip

CATEGORIES = {
    "IDENTITY": ("Identitas anak", "Identity"),
    "CONTACT": ("Kontak dan alamat", "Contact and address"),
    "FAMILY": ("Keluarga dan wali", "Family and guardians"),
    "INCIDENT": ("Kejadian", "Incident"),
    "HEALTH": ("Kesehatan", "Health"),
    "PSYCHOLOGICAL": ("Psikologis", "Psychological"),
    "LEGAL": ("Hukum", "Legal"),
    "EDUCATION": ("Pendidikan", "Education"),
    "SUSPECT": ("Terlapor", "Reported person"),
    "EVIDENCE": ("Barang bukti", "Evidence"),
    "SERVICE": ("Layanan yang diberikan", "Services given"),
    "OUTCOME": ("Hasil", "Outcome"),
    "AGGREGATE": ("Data agregat", "Aggregate data"),
}
KINDS = {
    "REFERRAL": ("Rujukan", "Referral"),
    "TRANSFER": ("Pelimpahan", "Transfer"),
    "CONSULTATION": ("Konsultasi", "Consultation"),
    "MEMORANDUM": ("Nota Kesepahaman", "Memorandum of understanding"),
    "COOPERATION_AGREEMENT": ("Perjanjian Kerja Sama", "Cooperation agreement"),
    "WORK_PLAN": ("Rencana Kerja", "Work plan"),
}
INSTRUMENTS = {
    "ORIGINAL": ("Naskah asli", "Original"),
    "AMENDMENT": ("Adendum", "Amendment"),
    "EXTENSION": ("Perpanjangan", "Extension"),
}
PURPOSES = {
    "PROTECTION": ("Pelindungan anak", "Protection"),
    "SERVICE_DELIVERY": ("Pemberian layanan", "Service delivery"),
    "LAW_ENFORCEMENT": ("Penegakan hukum", "Law enforcement"),
    "COORDINATION": ("Koordinasi", "Coordination"),
    "OVERSIGHT": ("Pengawasan", "Oversight"),
    "EVALUATION": ("Pemantauan dan evaluasi", "Monitoring and evaluation"),
}
ROLES = {
    "VICTIM": ("Anak korban", "Child victim"),
    "WITNESS": ("Anak saksi", "Child witness"),
    "CHILD_OFFENDER": ("Anak berkonflik dengan hukum", "Child in conflict with the law"),
}
URGENCIES = {
    "DARURAT": ("Darurat", "Emergency"),
    "MENDESAK": ("Mendesak", "Urgent"),
    "SEGERA": ("Segera", "Soon"),
    "BIASA": ("Biasa", "Ordinary"),
}


def moment(stamp: str) -> datetime:
    return datetime.fromisoformat(stamp).astimezone(UTC)


def in_full(stamp: str) -> tuple[str, str]:
    """A moment as an official paper writes it: the day by its name, the time where KPAI sits."""
    at = moment(stamp).astimezone(WIB)
    return (
        f"{_DAYS[at.weekday()]}, tanggal {_day(at)}, pukul {at:%H.%M} WIB",
        f"{at:%A}, {at.day} {at:%B %Y}, {at:%H:%M} WIB",
    )


def short(stamp: str | None) -> str:
    """A moment in a table."""
    if stamp is None:
        return "-"
    at = moment(stamp).astimezone(WIB)
    return f"{_day(at)} {at:%H.%M.%S} WIB"


def day(iso: str | None) -> str:
    return _day(datetime.fromisoformat(iso)) if iso else "-"


def _day(at: datetime) -> str:
    return f"{at.day} {_MONTHS[at.month - 1]} {at.year}"
