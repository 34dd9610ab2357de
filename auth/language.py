"""The two languages, and which of them somebody would rather read."""

from typing import Literal

Language = Literal["id", "en"]
LANGUAGES: tuple[Language, ...] = ("id", "en")


def known(given: str | None) -> Language | None:
    """The language of that code, if it is one of ours."""
    return given if given in LANGUAGES else None


def preferred(accepted: str) -> Language:
    """Indonesian, unless English is asked for and preferred (RFC 9110 section 12.5.4)."""
    weights = {"id": 0.0, "en": 0.0}
    for part in accepted.lower().split(","):
        tag, _, weight = part.partition(";q=")
        primary = tag.strip().split("-")[0]
        if primary in weights:
            weights[primary] = max(weights[primary], _number(weight))
    return "en" if weights["en"] > weights["id"] else "id"


def _number(weight: str) -> float:
    try:
        return float(weight) if weight else 1.0
    except ValueError:
        return 0.0
