"""The lawful basis (dasar pemrosesan) of a handoff: named with its evidence, by whoever discloses.

UU PDP article 20 knows six. Consent is of a child's parent or guardian (article 25), but whoever is
the suspect gives none that counts. Whether a basis holds is asked at the moment of reading.
"""

import json
import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import cast, func, select
from sqlalchemy.dialects.postgresql import ARRAY, insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.types import Text

from auth.caller import Caller
from db.basis import LawfulBasis
from db.enums import BasisKind, DataCategory, Purpose, Relation
from db.handoff import Handoff
from db.ids import new_id
from db.vault import CaseKey
from domain.checks import LINE, Ref, distinct, found, id_of, optional_text, past
from domain.refusal import Refusal, RefusalCode, require

MOST_BASES = 20
BASES = "input.bases[{}]"
_SHA256 = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True)
class GiverDraft:
    """Who gave a consent."""

    relation: Relation
    name: str | None = None
    national_id: str | None = None


@dataclass(frozen=True)
class BasisDraft:
    """A lawful basis and its evidence."""

    kind: BasisKind
    categories: list[DataCategory]
    purposes: list[Purpose] | None = None
    legal_source: str | None = None
    giver: GiverDraft | None = None
    given_at: datetime | None = None
    document_hash: str | None = None
    valid_until: date | None = None
    rests_on_id: Ref | None = None


async def name_bases(
    tx: AsyncSession,
    caller: Caller,
    handoff: Handoff,
    key: CaseKey,
    drafts: Sequence[BasisDraft],
    at: str = BASES,
) -> None:
    """Write down on what the caller's sections of a handoff rest."""
    distinct(drafts, at.removesuffix("[{}]"), most=MOST_BASES)
    rows = [
        await _row(tx, caller, handoff, key, draft, at.format(index))
        for index, draft in enumerate(drafts)
    ]
    for row in rows:
        await tx.execute(insert(LawfulBasis).values(row))
        if row["kind"] is BasisKind.CONSENT:
            state = await tx.scalar(
                select(func.access.basis_state(row["id"], row["categories"][0]))
            )
            place = at.format(rows.index(row))
            require(state != "GUARDIAN_CONFLICT", RefusalCode.GUARDIAN_CONFLICT, f"{place}.giver")


async def require_basis(
    tx: AsyncSession,
    handoff: Handoff,
    author_id: UUID,
    categories: Collection[DataCategory],
    at: str,
) -> None:
    """Refuse while a category rests on nothing. ``at`` is the field that would have to say it."""
    wanted = func.unnest(cast(sorted(set(categories)), ARRAY(Text()))).column_valued("category")
    bare = await tx.scalar(
        select(wanted)
        .where(
            func.access.basis_for(handoff.id, author_id, wanted, handoff.purpose.value).is_(None)
        )
        .limit(1)
    )
    if bare is not None:
        raise Refusal(RefusalCode.BASIS_REQUIRED, at)


async def _row(
    tx: AsyncSession, caller: Caller, handoff: Handoff, key: CaseKey, draft: BasisDraft, at: str
) -> dict[str, Any]:
    consent = draft.kind is BasisKind.CONSENT
    source = optional_text(draft.legal_source, f"{at}.legalSource", LINE)
    require(consent or source, RefusalCode.EVIDENCE_REQUIRED, f"{at}.legalSource")
    require(not consent or draft.giver, RefusalCode.EVIDENCE_REQUIRED, f"{at}.giver")
    require(not consent or draft.given_at, RefusalCode.EVIDENCE_REQUIRED, f"{at}.givenAt")
    digest = optional_text(draft.document_hash, f"{at}.documentHash", LINE)
    require(digest is None or _SHA256.fullmatch(digest), RefusalCode.BAD_INPUT,
            f"{at}.documentHash")  # fmt: skip
    purposes = [handoff.purpose] if draft.purposes is None else draft.purposes
    id = new_id()
    row: dict[str, Any] = {
        "id": id, "handoff_id": handoff.id, "author_id": caller.organisation_id,
        "kind": draft.kind, "legal_source": source, "document_hash": digest,
        "categories": distinct(draft.categories, f"{at}.categories", most=20, least=1),
        "purposes": distinct(purposes, f"{at}.purposes", most=10, least=1),
        "valid_until": draft.valid_until,
        "rests_on": await _earlier(tx, handoff, draft.rests_on_id, f"{at}.restsOnId"),
    }  # fmt: skip
    if consent and draft.giver is not None and draft.given_at is not None:
        given = await past(tx, draft.given_at, f"{at}.givenAt")
        row |= {"given_at": given, **person(key, draft.giver, "giver", id, f"{at}.giver")}
        row["giver_relation"] = draft.giver.relation
    return row


def person(key: CaseKey, given: Any, column: str, id: UUID, at: str) -> dict[str, Any]:
    """Who somebody is, sealed; and by what the same person is recognised within the case."""
    name = optional_text(given.name, f"{at}.name", LINE)
    national_id = optional_text(given.national_id, f"{at}.nationalId", LINE)
    said = json.dumps({"name": name, "nationalId": national_id})
    return {
        f"{column}_sealed": key.seal(f"{column} {id}", said) if name or national_id else None,
        f"{column}_keys": key.person_keys(name, national_id),
    }


async def _earlier(tx: AsyncSession, handoff: Handoff, ref: Ref | None, at: str) -> UUID | None:
    """The basis that this one rests on: of the same case, or of the caller's own hand."""
    if ref is None:
        return None
    earlier = await found(tx, LawfulBasis, id_of(ref, "basis", at), at)
    return earlier.id
