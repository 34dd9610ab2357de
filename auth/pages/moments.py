"""Times as people read them: Jakarta's, with its name, wherever the server stands."""

from datetime import datetime, timedelta, timezone

from auth.language import Language

_JAKARTA = timezone(timedelta(hours=7), "WIB")
_MONTHS: dict[Language, str] = {
    "id": "Januari Februari Maret April Mei Juni Juli Agustus September Oktober November Desember",
    "en": "January February March April May June July August September October November December",
}


def moment(language: Language, at: datetime) -> str:
    """Such as ``25 November 2026, 20.08 WIB``."""
    there = at.astimezone(_JAKARTA)
    clock = there.strftime("%H.%M" if language == "id" else "%H:%M")
    return f"{there.day} {_MONTHS[language].split()[there.month - 1]} {there.year}, {clock} WIB"
