"""What a receipt says: facts both sides know of each other, and nothing of any child.

Of a handoff: that it was accepted, between whom, under which agreement, and which sections there
were. What a section says is not in it; the hash of its *sealed* bytes is, which tells nothing to
whoever has not the key, and yet cannot be fitted to other content later (docs/adr/0016).
"""

import hashlib
import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, or_, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from db.enums import ReceiptKind, TermKind
from db.handoff import Handoff
from db.ids import encode
from db.mou import Mou, MouClause, MouNow, MouSignature, MouVersion
from db.organisation import Organisation
from db.term import Term
from domain.checks import found
from domain.mou_content import clauses_of, parties_of

FORMAT = 1
"""Raised when a member changes its meaning; new members may be added without."""

_SECTIONS = text("select * from access.receipt_sections(:handoff)")

Document = dict[str, Any]


def canonical(document: Mapping[str, Any]) -> str:
    """The document in the form of RFC 8785. Only strings, integers, lists and objects with ASCII
    names occur, for which sorted names and Python's minimal escaping are that form."""
    return json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def hash_of(document: str) -> str:
    return "sha256:" + hashlib.sha256(document.encode()).hexdigest()


def stamp(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


async def of_handoff(tx: AsyncSession, handoff: Handoff) -> Document:
    """That a handoff was accepted (berita acara serah terima)."""
    state = await found(tx, MouNow, handoff.mou_id, "id")
    version = await found(tx, MouVersion, state.version_id, "id")
    parties = [party.organisation_id for party in await parties_of(tx, version.id)]
    known = await _organisations(tx, {handoff.sender_id, handoff.receiver_id, *parties})
    sections = (await tx.execute(_SECTIONS, {"handoff": handoff.id})).all()
    categories = {section.category for section in sections}
    clauses = [c for c in await clauses_of(tx, version.id) if _covers(c, handoff, categories)]
    assert handoff.accepted_at is not None
    return {
        "kind": ReceiptKind.HANDOFF_ACCEPTED,
        "number": f"BAST/{handoff.number}",
        "issued_at": stamp(handoff.accepted_at),
        "handoff": {
            "id": handoff.global_id,
            "number": handoff.number,
            "kind": handoff.kind,
            "purpose": handoff.purpose,
            "urgency": handoff.urgency,
            "child_role": handoff.child_role,
            "requested_at": handoff.requested_at and stamp(handoff.requested_at),
            "accepted_at": stamp(handoff.accepted_at),
        },
        "from": known[handoff.sender_id],
        "to": known[handoff.receiver_id],
        "agreement": await _agreement(tx, version, [known[id] for id in parties]),
        "sections": [
            {
                "id": encode("section", section.section_id),
                "category": section.category,
                "author": encode("organisation", section.author_id),
                "written_at": stamp(section.created_at),
                "sealed": section.sealed,
            }
            for section in sections
        ],
        "law": _law(clauses),
    }


async def of_version(tx: AsyncSession, version: MouVersion) -> Document:
    """That every party has signed (berita acara penandatanganan kerja sama)."""
    assert version.signed_at is not None
    mou = await found(tx, Mou, version.mou_id, "id")
    parties = [party.organisation_id for party in await parties_of(tx, version.id)]
    known = await _organisations(tx, set(parties))
    agreement = await _agreement(tx, version, [known[id] for id in parties])
    return {
        "kind": ReceiptKind.AGREEMENT_SIGNED,
        "number": f"BAKS/{version.id.hex[-12:].upper()}/{version.number}",
        "issued_at": stamp(version.signed_at),
        "agreement": agreement
        | {
            "kind": mou.kind,
            "instrument": version.instrument,
            "valid_from": version.valid_from.isoformat(),
            "valid_until": version.valid_until.isoformat(),
            "in_force_from": version.in_force_from and version.in_force_from.isoformat(),
        },
        "law": _law(await clauses_of(tx, version.id)),
    }


async def _agreement(
    tx: AsyncSession, version: MouVersion, parties: Sequence[Document]
) -> Document:
    """An agreement as its parties cite it: each by its own document number."""
    written = select(MouSignature).where(MouSignature.version_id == version.id)
    signed = {
        encode("organisation", row.organisation_id): _signature(row)
        for row in await tx.scalars(written)
    }
    return {
        "id": encode("mou", version.mou_id),
        "version": version.global_id,
        "version_number": version.number,
        "title": version.title,
        "content_hash": version.content_hash,
        "parties": [party | {"signature": signed[party["organisation"]]} for party in parties],
    }


def _signature(row: MouSignature) -> Document:
    return {
        "document_number": row.document_number,
        "signatory_name": row.signatory_name,
        "signatory_office": row.signatory_office,
        "delegation_letter": row.delegation_letter,
        "signed_at": stamp(row.created_at),
    }


async def _organisations(tx: AsyncSession, ids: Collection[UUID]) -> dict[UUID, Document]:
    """Organisations as a paper names them, with the official word for their type."""
    rows = list(await tx.scalars(select(Organisation).where(Organisation.id.in_(ids))))
    today = func.access.today()
    named = await tx.execute(
        select(Term.code, Term.name_id, Term.name_en).where(
            Term.kind == TermKind.ORGANISATION_TYPE,
            Term.code.in_({row.type for row in rows}),
            Term.valid_from <= today,
            or_(Term.valid_until.is_(None), Term.valid_until >= today),
        )
    )
    types = {code: (indonesian, english) for code, indonesian, english in named}
    return {
        row.id: {
            "organisation": row.global_id,
            "name": row.name,
            "type": row.type,
            "type_id": types.get(row.type, (row.type, row.type))[0],
            "type_en": types.get(row.type, (row.type, row.type))[1],
            "region": row.region_code,
        }
        for row in rows
    }


def _covers(clause: MouClause, handoff: Handoff, categories: set[str]) -> bool:
    """Whether a clause speaks of such a handoff. Who discloses to whom is the database's to say:
    here it only tells which law is cited."""
    return (
        bool(categories & set(clause.categories))
        and handoff.purpose in clause.purposes
        and handoff.child_role in clause.case_roles
    )


def _law(clauses: Iterable[MouClause]) -> list[str]:
    """The legal bases that the clauses name, each once, in their order."""
    return list(dict.fromkeys(clause.legal_basis for clause in clauses))
