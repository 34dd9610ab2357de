"""The page to file: whole whatever names it holds, and silent about them."""

import io
import logging
from typing import Any

import pytest
from pypdf import PdfReader

from domain.receipt_check import checked, keys_of
from domain.receipt_file import ATTACHED, opened
from domain.receipt_pdf import rendered
from tests.domain.receipts import HASH, ONE, OTHER, SIGNED, Made, facts, of_agreement

NAMES = {
    "accents": "Dvořák Žižka & Ngô Đình Łódź",
    "Arabic": "مؤسسة الطفل",
    "Javanese and Chinese": "ꦗꦮ 漢字",
    "emoji": "Rumah Anak 🤝🏽",
    "half a pair": "Anak \ud83e",
    "control characters": "Nama\x07\x1b[31m\x00",
    "no place to break": "x" * 200,
    "lines": "satu\ndua\r\ntiga\ttab",
    "markup": "**tebal** __garis__ <b>x</b> {nb}",
    "nothing": "",
}


def text_of(page: bytes) -> str:
    text = " ".join(leaf.extract_text() for leaf in PdfReader(io.BytesIO(page)).pages)
    return " ".join(text.split())


def made_with(name: str) -> Made:
    one = ONE | {"name": name}
    signed = SIGNED | {"signatory_name": name, "document_number": name}
    parties = [one | {"signature": signed}, OTHER | {"signature": SIGNED}]
    return Made(facts(**{"from": one, "agreement": facts()["agreement"] | {"parties": parties}}))


@pytest.mark.parametrize("name", NAMES.values(), ids=NAMES)
def test_any_name_can_be_filed(name: str, caplog: pytest.LogCaptureFixture) -> None:
    made = made_with(name.encode(errors="ignore").decode())
    with caplog.at_level(logging.DEBUG):
        page = rendered(made.text, HASH, made.jws())
    assert checked(opened(page), keys_of(made.jwks())).whole
    assert "BERITA ACARA SERAH TERIMA" in text_of(page)
    assert caplog.records == []


def test_it_says_what_was_handed_over_and_how_to_verify() -> None:
    made = Made()
    page = rendered(made.text, HASH, made.jws())
    text = text_of(page)
    for told in (
        "BAST/RJK-2026-CONTOH", "Rabu, tanggal 25 November 2026, pukul 15.30 WIB",
        "Wednesday, 25 November 2026", "UPTD PPA Contoh", "Polres Contoh", "Rujukan / Referral",
        "Anak korban / Child victim", "Kejadian / Incident", "NK/1/2026", "UU 12/2022 pasal 66",
        made.keys[0].thumbprint(), "ES256", "25 November 2026 15.30.05 WIB", HASH, ATTACHED,
        "https://contoh.example/receipts/keys", "rangkul receipt verify",
    ):  # fmt: skip
        assert told in text, told
    about = PdfReader(io.BytesIO(page)).xmp_metadata
    assert about is not None
    assert about.dc_title == {"x-default": "BERITA ACARA SERAH TERIMA BAST/RJK-2026-CONTOH"}


def test_who_has_not_signed_yet_is_shown() -> None:
    made = Made(of_agreement())
    jws = made.jws()
    del jws["signatures"][1]
    text = text_of(rendered(made.text, HASH, jws))
    assert "Belum menandatangani" in text
    assert "BERITA ACARA PENANDATANGANAN KERJA SAMA" in text
    assert "Nota Kesepahaman / Memorandum of understanding" in text


def test_the_same_receipt_is_the_same_page() -> None:
    made = Made()
    jws = made.jws()
    assert text_of(rendered(made.text, HASH, jws)) == text_of(rendered(made.text, HASH, jws))


def test_the_longest_there_can_be() -> None:
    section = facts()["sections"][0]
    gone = section | {"sealed": None, "category": "SOMETHING_NEW", "author": "organisation_x"}
    made = Made(facts(sections=[section] * 39 + [gone], law=["UU " * 1300] * 20))
    text = text_of(rendered(made.text, HASH, made.jws()))
    assert "dimusnahkan" in text
    assert "SOMETHING_NEW" in text
    many: list[dict[str, Any]] = [ONE | {"signature": SIGNED}] * 50
    made = Made(of_agreement(agreement=of_agreement()["agreement"] | {"parties": many}))
    assert len(PdfReader(io.BytesIO(rendered(made.text, HASH, made.jws()))).pages) < 12
