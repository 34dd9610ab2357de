"""The lawful basis of a handoff (dasar pemrosesan, UU PDP article 20)."""

from domain import basis as rules
from schema.inputs import described

described(
    rules.GiverDraft,
    "ConsentGiverInput",
    {
        "relation": "What they are to the child. Somebody who is the reported person gives none.",
        "name": "Kept sealed. Up to 200 characters.",
        "national_id": "Nomor Induk Kependudukan (NIK). Kept sealed. Up to 200 characters.",
    },
)
described(
    rules.BasisDraft,
    "LawfulBasisInput",
    {
        "kind": "Which of the six.",
        "categories": "Which categories of data rest on it.",
        "purposes": "For which purposes; the handoff's when left out.",
        "legal_source": "Law and article; required unless it is a consent. Up to 200 characters.",
        "giver": "Who gave the consent; required for one.",
        "given_at": "When the consent was given; required for one. Not in the future.",
        "document_hash": "SHA-256 of the signed paper, 64 hexadecimal digits.",
        "valid_until": "The last day on which it holds, if it ends.",
        "rests_on_id": "An earlier basis that this one rests on, and ends with.",
    },
)
