"""Checking references to what is kept elsewhere."""

import re
from collections.abc import Sequence
from urllib.parse import urlsplit

from db.reference import Reference
from domain.checks import LINE, text_of
from domain.refusal import Refusal, RefusalCode, require

MOST_REFERENCES = 20
_PRINTABLE = re.compile(r"[!-~]{1,2048}")
_SHA256 = re.compile(r"[0-9a-f]{64}")


def references_of(given: Sequence[Reference] | None, field: str) -> list[Reference]:
    """The references, when each has a title, an https address and, if any, a SHA-256 in hex."""
    listed = given or []
    require(len(listed) <= MOST_REFERENCES, RefusalCode.TOO_MANY, field, most=MOST_REFERENCES)
    return [_checked(one, f"{field}[{index}]") for index, one in enumerate(listed)]


def _checked(given: Reference, field: str) -> Reference:
    digest = given.sha256
    sound = digest is None or _SHA256.fullmatch(digest)
    require(sound, RefusalCode.BAD_INPUT, f"{field}.sha256")
    return Reference(
        text_of(given.title, f"{field}.title", LINE), link_of(given.url, f"{field}.url"), digest
    )


def link_of(url: str, field: str) -> str:
    """An address of the web that a browser may open: https, no password in it."""
    require(_PRINTABLE.fullmatch(url), RefusalCode.BAD_INPUT, field)
    try:
        parts = urlsplit(url)
        sound = parts.scheme == "https" and parts.hostname and "@" not in parts.netloc
        _ = parts.port
    except ValueError:
        raise Refusal(RefusalCode.BAD_INPUT, field) from None
    require(sound, RefusalCode.BAD_INPUT, field)
    return url
