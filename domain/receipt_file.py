"""A receipt as a file, which somebody kept for years and now holds in hand: JSON, or the PDF."""

import io
from dataclasses import dataclass
from typing import Any

from domain.receipt_jws import decoded, strict

ATTACHED = "berita-acara.jose.json"
"""What the JSON is called inside the PDF."""
LARGEST = 20_000_000
_PDF = b"%PDF-"


class NotAReceipt(Exception):
    """The file holds none, or more than one; the message is a code."""


@dataclass(frozen=True, slots=True)
class Envelope:
    """The bytes that were signed, and the signatures: nothing of it is believed yet."""

    payload: bytes
    signatures: tuple[tuple[str, str], ...]
    """Protected header and signature of each, in base64url."""


def opened(data: bytes) -> Envelope:
    """What is in the file."""
    if len(data) > LARGEST:
        raise NotAReceipt("TOO_LARGE")
    return _envelope(_attached(data) if _PDF in data[:1024] else data)


def _envelope(data: bytes) -> Envelope:
    try:
        read = strict(data)
    except (ValueError, RecursionError):
        raise NotAReceipt("NOT_JSON") from None
    match read:
        case {"payload": str(payload), "signatures": [*listed]}:
            pass
        case {"payload": str(payload), "signature": str()}:  # flattened: of one signature
            listed = [read]
        case _:
            raise NotAReceipt("NOT_JWS")
    try:
        return Envelope(decoded(payload), tuple(_signature(one) for one in listed))
    except ValueError:
        raise NotAReceipt("NOT_JWS") from None


def _signature(one: Any) -> tuple[str, str]:
    match one:
        case {"protected": str(protected), "signature": str(signature)}:
            return protected, signature
    raise ValueError("not a signature")


def _attached(data: bytes) -> bytes:
    """The one receipt inside a PDF. Its pages are for people: what counts is what was signed."""
    from pypdf import PdfReader

    try:
        held = PdfReader(io.BytesIO(data)).attachments.get(ATTACHED, [])
    except Exception:  # a damaged file makes the reader fail in ways it does not promise
        raise NotAReceipt("DAMAGED_PDF") from None
    if len(held) != 1:
        raise NotAReceipt("NOTHING_ATTACHED" if not held else "SEVERAL_ATTACHED")
    return held[0]
