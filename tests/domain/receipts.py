"""Receipts made up without a database, of two organisations that never were, and their keys."""

import copy
import json
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from joserfc.jwk import ECKey

from domain.receipt_document import canonical
from domain.receipt_jws import encoded, signed_with

AT = datetime(2026, 11, 25, 8, 30, 5, tzinfo=UTC)
STAMP = "2026-11-25T08:30:05Z"


def organisation(number: int, name: str) -> dict[str, Any]:
    return {"organisation": f"organisation_{number:032x}", "name": name, "type": "UPTD_PPA",
            "type_id": "UPTD PPA", "type_en": "Service unit", "region": "31.75"}  # fmt: skip


ONE, OTHER = organisation(1, "UPTD PPA Contoh"), organisation(2, "Polres Contoh")
SIGNED = {"document_number": "NK/1/2026", "signatory_name": "Pejabat Contoh",
          "signatory_office": "Kepala", "delegation_letter": None, "signed_at": STAMP}  # fmt: skip
HASH = "sha256:" + "ab" * 32


def facts(**change: Any) -> dict[str, Any]:
    """What a receipt of a handoff says, but for who signs it."""
    parties = [side | {"signature": SIGNED} for side in (ONE, OTHER)]
    return {
        "format": 1, "id": f"receipt_{9:032x}", "issuer": "https://contoh.example",
        "kind": "HANDOFF_ACCEPTED", "number": "BAST/RJK-2026-CONTOH", "issued_at": STAMP,
        "handoff": {"id": f"handoff_{3:032x}", "number": "RJK-2026-CONTOH", "kind": "REFERRAL",
                    "purpose": "SERVICE_DELIVERY", "urgency": "SEGERA", "child_role": "VICTIM",
                    "requested_at": STAMP, "accepted_at": STAMP},
        "from": ONE, "to": OTHER,
        "agreement": {"id": "mou_1", "version": "version_1", "version_number": 1,
                      "title": "Penanganan kasus", "content_hash": HASH, "parties": parties},
        "sections": [{"id": "section_1", "category": "INCIDENT", "author": ONE["organisation"],
                      "written_at": STAMP, "sealed": HASH}],
        "law": ["UU 12/2022 pasal 66"],
    } | change  # fmt: skip


def of_agreement(**change: Any) -> dict[str, Any]:
    """What a receipt of an agreement says."""
    whole = facts()
    agreement = whole["agreement"] | {
        "kind": "MEMORANDUM", "instrument": "ORIGINAL", "valid_from": "2026-01-01",
        "valid_until": "2027-12-31", "in_force_from": "2026-11-25",
    }  # fmt: skip
    left = {name: whole[name] for name in ("format", "id", "issuer", "issued_at", "law")}
    return left | {"kind": "AGREEMENT_SIGNED", "number": "BAKS/CONTOH/1",
                   "agreement": agreement} | change  # fmt: skip


@dataclass
class Made:
    """A receipt and the keys it is signed with, to be spoiled in one way or another."""

    facts: dict[str, Any] = field(default_factory=facts)
    keys: list[ECKey] = field(default_factory=lambda: [ECKey.generate_key("P-256") for _ in "ab"])

    @property
    def document(self) -> dict[str, Any]:
        sides = zip((ONE, OTHER), self.keys, strict=True)
        signers = [
            {"organisation": side["organisation"], "kid": key.thumbprint(),
             "jwk": key.as_dict(private=False)}
            for side, key in sides
        ]  # fmt: skip
        return {"signers": signers} | copy.deepcopy(self.facts)

    @property
    def text(self) -> str:
        return canonical(self.document)

    def jws(self) -> dict[str, Any]:
        signed = [signed_with(key, self.text, key.thumbprint(), AT) for key in self.keys]
        return {"payload": encoded(self.text.encode()),
                "signatures": [{"protected": p, "signature": s} for p, s in signed]}  # fmt: skip

    def file(self) -> bytes:
        return json.dumps(self.jws()).encode()

    def jwks(self) -> dict[str, Any]:
        """The keys as they are published."""
        sides = zip((ONE, OTHER), self.keys, strict=True)
        return {"keys": [key.as_dict(private=False) | {"organisation": side["organisation"]}
                         for side, key in sides]}  # fmt: skip
