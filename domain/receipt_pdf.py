"""A receipt as a page to file: for people, with what was signed attached for programs.

PDF/A-3, the form archives keep: everything needed to show it is inside, and so is the receipt in
JSON, so that one file is enough to verify it in twenty years. What counts is that attachment.
"""

import json
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any

from domain import receipt_words as words
from domain.receipt_file import ATTACHED
from domain.receipt_jws import Header, NotSigned, header_of
from domain.receipt_page import MARGIN, Page

Document = Mapping[str, Any]


def rendered(document_text: str, hash: str, jws: Mapping[str, Any]) -> bytes:
    """The page. Takes a tenth of a second of one processor: call it off the event loop."""
    document: Document = json.loads(document_text)
    page = Page(document["number"], hash)
    page.set_title(f"{_title(document)[0]} {document['number']}")
    page.set_author(document["issuer"])
    page.set_lang("id-ID")
    page.set_creation_date(words.moment(document["issued_at"]))
    page.add_page()
    _head(page, document)
    if document["kind"] == "HANDOFF_ACCEPTED":
        _handoff(page, document)
    else:
        _signing(page, document)
    _law(page, document["law"])
    _signatures(page, document, jws)
    _verifying(page, document, hash)
    page.embed_file(
        bytes=json.dumps(jws, separators=(",", ":")).encode(),
        basename=ATTACHED,
        desc="Berita acara dengan tanda tangan (JWS) / The receipt with its signatures (JWS)",
        mime_type="application/json",
        associated_file_relationship="Source",
        modification_date=words.moment(document["issued_at"]),
    )
    return bytes(page.output())


def _title(document: Document) -> tuple[str, str]:
    if document["kind"] == "HANDOFF_ACCEPTED":
        return "BERITA ACARA SERAH TERIMA", "Record of Handover"
    return "BERITA ACARA PENANDATANGANAN KERJA SAMA", "Record of the Signing of an Agreement"


def _head(page: Page, document: Document) -> None:
    indonesian, english = _title(document)
    page.line_of(indonesian, 15, "B", align="C")
    page.line_of(english, 9.5, "I", align="C", grey=True)
    page.line_of(f"Nomor: {document['number']}", 10.5, align="C", height=1.7)
    page.ln(1.5)
    page.set_line_width(0.5)
    page.line(MARGIN, page.get_y(), 210 - MARGIN, page.get_y())
    page.set_line_width(0.2)
    page.ln(3)


def _handoff(page: Page, document: Document) -> None:
    case, giver, taker = document["handoff"], document["from"], document["to"]
    kind = words.KINDS[case["kind"]]
    indonesian, english = words.in_full(document["issued_at"])
    page.line_of(
        f"Pada hari {indonesian}, {taker['name']} (PIHAK KEDUA) menerima dari {giver['name']}"
        f" (PIHAK PERTAMA) {kind[0].lower()} nomor {case['number']}, beserta bagian-bagian data"
        " yang disebut di bawah ini.", 9.5,
    )  # fmt: skip
    page.line_of(
        f"On {english}, {taker['name']} (the second party) accepted from {giver['name']} (the first"
        f" party) {kind[1].lower()} {case['number']}, with the sections of data named below.",
        8, "I", grey=True,
    )  # fmt: skip
    page.heading("Para pihak", "The parties")
    page.listing(
        (30, 88, 52), ("", "Lembaga / Organisation", "Jenis / Type"),
        [("PIHAK PERTAMA\nyang menyerahkan\nfrom", *_organisation(giver)),
         ("PIHAK KEDUA\nyang menerima\nto", *_organisation(taker))],
    )  # fmt: skip
    page.heading("Serah terima", "The handover")
    page.facts([
        ("Jenis", "Kind", _both(words.KINDS, case["kind"])),
        ("Tujuan", "Purpose", _both(words.PURPOSES, case["purpose"])),
        ("Tingkat kedaruratan", "Urgency", _both(words.URGENCIES, case["urgency"])),
        ("Kedudukan anak", "The child's role", _both(words.ROLES, case["child_role"])),
        ("Dikirim", "Sent", words.short(case["requested_at"])),
        ("Diterima", "Accepted", words.short(case["accepted_at"])),
    ])  # fmt: skip
    sides = {giver["organisation"]: "Pihak pertama", taker["organisation"]: "Pihak kedua"}
    page.heading("Bagian data yang diserahterimakan", "The sections of data handed over")
    page.listing(
        (9, 38, 22, 28, 73),
        ("No.", "Kategori / Category", "Penulis\nAuthor", "Ditulis\nWritten",
         "Sidik SHA-256 isi tersegel / Hash of the sealed content"),
        [(str(n), _both(words.CATEGORIES, one["category"]), sides.get(one["author"], "-"),
          words.short(one["written_at"]), _hash(one["sealed"]))
         for n, one in enumerate(document["sections"], 1)],
        small=(4,),
    )  # fmt: skip
    agreement = document["agreement"]
    page.heading("Kerja sama yang mendasari", "The agreement it rests on")
    page.facts([
        ("Judul", "Title", agreement["title"]),
        ("Versi", "Version", str(agreement["version_number"])),
        ("Nomor naskah", "Document numbers", "\n".join(
            f"{one['signature']['document_number']} ({one['name']})"
            for one in agreement["parties"])),
        ("Sidik isi", "Content hash", agreement["content_hash"]),
    ])  # fmt: skip


def _signing(page: Page, document: Document) -> None:
    agreement = document["agreement"]
    kind = words.KINDS[agreement["kind"]]
    indonesian, english = words.in_full(document["issued_at"])
    page.line_of(
        f"Pada hari {indonesian}, seluruh pihak telah menandatangani {kind[0]}"
        f" “{agreement['title']}” dengan isi yang sama, yang sidiknya tercantum di bawah ini.", 9.5,
    )  # fmt: skip
    page.line_of(
        f"On {english}, every party had signed the {kind[1].lower()} “{agreement['title']}”, of one"
        " and the same content, whose hash stands below.", 8, "I", grey=True,
    )  # fmt: skip
    page.heading("Naskah", "The paper")
    page.facts([
        ("Judul", "Title", agreement["title"]),
        ("Jenis", "Kind", _both(words.KINDS, agreement["kind"])),
        ("Versi", "Version", f"{agreement['version_number']}"
         f" ({_both(words.INSTRUMENTS, agreement['instrument'])})"),
        ("Jangka waktu", "Term", f"{words.day(agreement['valid_from'])} - "
         f"{words.day(agreement['valid_until'])}"),
        ("Berlaku sejak", "In force from", words.day(agreement["in_force_from"])),
        ("Sidik isi", "Content hash", agreement["content_hash"]),
    ])  # fmt: skip
    page.heading("Para pihak dan penanda tangan", "The parties and their signatories")
    page.listing(
        (8, 54, 38, 40, 30),
        ("", "Pihak / Party", "Nomor naskah / Number", "Penanda tangan / Signatory",
         "Waktu / Time"),
        [(str(n), "\n".join(_organisation(one)), one["signature"]["document_number"],
          _signatory(one["signature"]), words.short(one["signature"]["signed_at"]))
         for n, one in enumerate(agreement["parties"], 1)],
    )  # fmt: skip


def _law(page: Page, law: Sequence[str]) -> None:
    if not law:
        return
    page.heading("Dasar hukum", "Legal basis, as the clauses name it")
    for one in law:
        page.line_of(f"•  {one}", 8.5, align="L")


def _signatures(page: Page, document: Document, jws: Mapping[str, Any]) -> None:
    found: dict[str, Header] = {}
    for one in jws["signatures"]:
        with suppress(NotSigned):
            said = header_of(one["protected"])
            found[said.kid] = said
    parties = [document.get("from"), document.get("to"), *document["agreement"]["parties"]]
    names = {one["organisation"]: one["name"] for one in parties if one}
    rows = []
    for signer in document["signers"]:
        header = found.get(signer["kid"])
        at = header.at.isoformat() if header and header.at else None
        rows.append((
            names.get(signer["organisation"], signer["organisation"]),
            signer["kid"],
            f"{header.algorithm}\n{words.short(at)}" if header
            else "Belum menandatangani\nnot signed yet",
        ))  # fmt: skip
    page.heading("Tanda tangan elektronik", "Electronic signatures")
    page.listing(
        (66, 62, 42), ("Lembaga / Organisation", "Sidik kunci publik / Key thumbprint",
                       "Algoritma, waktu / Time"), rows, small=(1,),
    )  # fmt: skip


def _verifying(page: Page, document: Document, hash: str) -> None:
    page.heading("Cara memeriksa keaslian", "How to verify")
    page.line_of(
        f"Yang ditandatangani adalah berkas {ATTACHED} yang terlampir di dalam PDF ini (JWS,"
        " RFC 7515); halaman ini menampilkannya. Ambil kunci publik dari"
        f" {document['issuer']}/receipts/keys, lalu jalankan:", 8.5,
    )  # fmt: skip
    page.line_of(
        "What was signed is the file attached to this PDF; this page shows it. Fetch the public"
        " keys from that address, then run the command below.", 7.5, "I", grey=True,
    )  # fmt: skip
    page.line_of("rangkul receipt verify FILE.pdf --keys KEYS.json", 8.5, "B", align="C",
                 height=1.9)  # fmt: skip
    page.line_of(f"Sidik dokumen / Hash of the document: {hash}", 7.5, align="L")
    page.line_of(
        "Berita acara ini tidak memuat nama, alamat, atau isi data anak (UU SPPA pasal 19)."
        "  This record holds no child's name, address or data.", 7.5, align="L", height=1.8,
    )  # fmt: skip


def _organisation(one: Document) -> tuple[str, str]:
    region = f"\nKode wilayah / Region: {one['region']}" if one["region"] else ""
    return f"{one['name']}{region}", f"{one['type_id']}\n{one['type_en']}"


def _signatory(one: Document) -> str:
    letter = one["delegation_letter"]
    by = f"\nSurat kuasa: {letter}" if letter else ""
    return f"{one['signatory_name']}\n{one['signatory_office']}{by}"


def _both(words_: Mapping[str, tuple[str, str]], code: str) -> str:
    """A code in both languages; one that this version does not know stands as it is."""
    return " / ".join(words_.get(code, (code,)))


def _hash(value: str | None) -> str:
    return value.removeprefix("sha256:") if value else "dimusnahkan / destroyed"
