"""The lawful basis (dasar pemrosesan) of a handoff: named with its evidence, by whoever discloses.

UU PDP article 20 knows six. Consent is of a child's parent or guardian (article 25), but whoever is
the suspect gives none that counts. Whether a basis holds is asked at the moment of reading.
"""

import json
import logging
import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Protocol
from uuid import UUID

from sqlalchemy import Select, cast, func, select, text
from sqlalchemy.dialects.postgresql import ARRAY, insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.types import Text

from auth.caller import Caller
from db.basis import LawfulBasis
from db.case import CaseFile
from db.enums import BasisKind, BasisState, DataCategory, Purpose, Relation
from db.handoff import Handoff
from db.ids import new_id
from db.vault import CaseKey, Damaged, KeyUnknown, vault_of
from domain.checks import LINE, Ref, distinct, found, id_of, optional_text, past
from domain.refusal import Refusal, RefusalCode, require

log = logging.getLogger(__name__)

MOST_BASES = 20
MOST_IN_ALL = 60
"""Bases that one side may name for one handoff in the course of time."""
BASES = "input.bases[{}]"
ALONE = (Relation.CHILD, Relation.FATHER, Relation.MOTHER)
"""Who is one person, even without a name."""
_PLAIN = ("id", "kind", "legal_source", "document_hash", "valid_until")
ADD_BASES = """
  insert into lawful_basis (id, handoff_id, author_id, kind, categories, purposes, legal_source,
    document_hash, valid_until)
  select id, :handoff, :me, kind, cast(categories as text[]), cast(purposes as text[]),
    legal_source, document_hash, valid_until
  from unnest(cast(:basis_id as uuid[]), cast(:basis_kind as text[]),
    cast(:basis_categories as text[]), cast(:basis_purposes as text[]),
    cast(:basis_legal_source as text[]), cast(:basis_document_hash as text[]),
    cast(:basis_valid_until as date[]))
    b (id, kind, categories, purposes, legal_source, document_hash, valid_until)
"""
BARE = """
  select category from unnest(cast(:wanted as text[])) w (category)
  where access.basis_for(:handoff, :me, category, :purpose) is null limit 1
"""
"""A category that rests on nothing."""
CASE = (CaseFile.id, CaseFile.kek_id, CaseFile.wrapped)
_SHA256 = re.compile(r"[0-9a-f]{64}")


class Person(Protocol):
    """Somebody, as a client names them."""

    @property
    def name(self) -> str | None: ...
    @property
    def national_id(self) -> str | None: ...


@dataclass(frozen=True, slots=True)
class Named:
    """Somebody, as they were named."""

    name: str | None
    national_id: str | None


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
) -> list[UUID]:
    """Write down on what the caller's sections of a handoff rest; their ids."""
    place = at.removesuffix("[{}]")
    mine = select(func.count()).where(
        LawfulBasis.handoff_id == handoff.id, LawfulBasis.author_id == caller.organisation_id
    )
    if drafts:
        fit = (await tx.scalar(mine) or 0) + len(drafts) <= MOST_IN_ALL
        require(fit, RefusalCode.TOO_MANY, place, most=MOST_IN_ALL)
    ids, rows = await weigh(tx, caller, handoff, key, drafts, at)
    if rows:
        await tx.execute(text(ADD_BASES), _place(handoff, caller) | columns_of(rows))
    return ids


def stands_alone(draft: BasisDraft) -> bool:
    """Whether its row is all there is to know of a basis: nobody gave it, and it rests on none."""
    return draft.kind is not BasisKind.CONSENT and draft.rests_on_id is None


async def weigh(
    tx: AsyncSession,
    caller: Caller,
    handoff: Handoff,
    key: CaseKey,
    drafts: Sequence[BasisDraft],
    at: str = BASES,
) -> tuple[list[UUID], list[dict[str, Any]]]:
    """The ids of bases, and the rows that are still to be added to a handoff by `ADD_BASES`.

    A consent, and what rests on something, is added here, since whether it counts is only known
    when its row stands; and so is what was named before it, which must stay the first.
    """
    distinct(drafts, at.removesuffix("[{}]"), most=MOST_BASES)
    ids: list[UUID] = []
    rows: list[dict[str, Any]] = []
    for index, draft in enumerate(drafts):
        row = await _row(tx, caller, handoff, key, draft, at.format(index))
        ids.append(row["id"])
        if stands_alone(draft):
            rows.append(row)
            continue
        if rows:
            await tx.execute(text(ADD_BASES), _place(handoff, caller) | columns_of(rows))
            rows = []
        await tx.execute(insert(LawfulBasis).values(row))
        await _counts(tx, row, at.format(index))
    return ids, rows


def columns_of(rows: Sequence[dict[str, Any]]) -> dict[str, list[Any]]:
    """What `ADD_BASES` must be told: column by column, lists as PostgreSQL writes them."""
    columns: dict[str, list[Any]] = {f"basis_{name}": [r[name] for r in rows] for name in _PLAIN}
    for name in ("categories", "purposes"):
        columns[f"basis_{name}"] = ["{" + ",".join(row[name]) + "}" for row in rows]
    return columns


def _place(handoff: Handoff, caller: Caller) -> dict[str, Any]:
    return {"handoff": handoff.id, "me": caller.organisation_id}


async def _counts(tx: AsyncSession, row: dict[str, Any], at: str) -> None:
    """Refuse a consent that counts for nothing from the beginning, or what rests on one.

    Asked when the row stands: from then on nobody of the case names a suspect before us.
    """
    query = select(func.access.basis_states(row["id"], type_=ARRAY(Text())))
    states: list[str] = await tx.scalar(query) or []
    field = f"{at}.restsOnId" if row["rests_on"] else f"{at}.giver"
    conflict = BasisState.GUARDIAN_CONFLICT in states
    require(not conflict, RefusalCode.GUARDIAN_CONFLICT, field)
    require(BasisState.CONSENT_WITHDRAWN not in states, RefusalCode.WRONG_STATE, field)


async def require_basis(
    tx: AsyncSession,
    handoff: Handoff,
    author_id: UUID,
    categories: Collection[DataCategory],
    at: str,
) -> None:
    """Refuse while a category rests on nothing. ``at`` is the field that would have to say it."""
    asked = {"wanted": sorted(set(categories)), "purpose": handoff.purpose}
    if await tx.scalar(text(BARE), {"handoff": handoff.id, "me": author_id, **asked}) is not None:
        raise Refusal(RefusalCode.BASIS_REQUIRED, at)


async def _row(
    tx: AsyncSession, caller: Caller, handoff: Handoff, key: CaseKey, draft: BasisDraft, at: str
) -> dict[str, Any]:
    consent = draft.kind is BasisKind.CONSENT
    source = optional_text(draft.legal_source, f"{at}.legalSource", LINE)
    require(consent or source, RefusalCode.EVIDENCE_REQUIRED, f"{at}.legalSource")
    require(not consent or draft.giver, RefusalCode.EVIDENCE_REQUIRED, f"{at}.giver")
    require(not consent or draft.given_at, RefusalCode.EVIDENCE_REQUIRED, f"{at}.givenAt")
    require(consent or draft.giver is None, RefusalCode.BAD_INPUT, f"{at}.giver")
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
    }  # fmt: skip
    await _earlier(tx, handoff, row, draft.rests_on_id, f"{at}.restsOnId")
    if consent and draft.giver is not None and draft.given_at is not None:
        given = await past(tx, draft.given_at, f"{at}.givenAt")
        ends = draft.valid_until is None or given is None or given.date() <= draft.valid_until
        require(ends, RefusalCode.DATES_INVERTED, f"{at}.validUntil")
        sealed, keys = person(key, draft.giver, f"giver {id}", f"{at}.giver")
        named = keys or draft.giver.relation in ALONE
        require(named, RefusalCode.EVIDENCE_REQUIRED, f"{at}.giver.name")
        row |= {"given_at": given, "giver_sealed": sealed, "giver_keys": keys}
        row["giver_relation"] = draft.giver.relation
    return row


def person(key: CaseKey, given: Person, place: str, at: str) -> tuple[bytes | None, list[bytes]]:
    """Who somebody is, sealed; and by what the same person is recognised within the case.

    An identity number comes with a name, or it could not be compared with a name alone.
    """
    name = optional_text(given.name, f"{at}.name", LINE)
    national_id = optional_text(given.national_id, f"{at}.nationalId", LINE)
    require(name or not national_id, RefusalCode.EVIDENCE_REQUIRED, f"{at}.name")
    said = json.dumps({"name": name, "nationalId": national_id})
    told = not name or key.person_keys(name, None)
    require(told, RefusalCode.BAD_INPUT, f"{at}.name")
    return key.seal(place, said) if name else None, key.person_keys(name, national_id)


async def _earlier(
    tx: AsyncSession, handoff: Handoff, row: dict[str, Any], ref: Ref | None, at: str
) -> None:
    """The basis that this one rests on: `access.may_rest_on` says which may be."""
    row["rests_on"] = None
    if ref is None:
        return
    earlier = await found(tx, LawfulBasis, id_of(ref, "basis", at), at)
    may = func.access.may_rest_on(
        earlier.id, handoff.id, row["kind"].value,
        cast(row["categories"], ARRAY(Text())), cast(row["purposes"], ARRAY(Text())),
    )  # fmt: skip
    require(await tx.scalar(select(may)), RefusalCode.EXCEEDS_BASIS, at)
    row["rests_on"] = earlier.id


async def givers(tx: AsyncSession, ids: list[UUID]) -> dict[UUID, Named]:
    """Who gave consents, as far as the database lets the caller know."""
    known = (
        select(LawfulBasis.id, func.access.person_of(LawfulBasis.id).label("sealed"), *CASE)
        .join(Handoff, Handoff.id == LawfulBasis.handoff_id)
        .join(CaseFile, CaseFile.id == Handoff.case_id)
        .where(LawfulBasis.id.in_(ids))
    )
    return await opened(tx, known, "giver {}")


async def opened(tx: AsyncSession, known: Select[Any], place: str) -> dict[UUID, Named]:
    """People, from rows of an id, what is sealed there and the case. A destroyed case has none."""
    found: dict[UUID, Named] = {}
    for id, sealed, case_id, kek_id, wrapped in await tx.execute(known):
        if sealed is None or wrapped is None:
            continue
        try:
            key = await vault_of(tx).open_case(case_id, kek_id, wrapped)
            said = json.loads(key.open(place.format(id), sealed))
        except (Damaged, KeyUnknown) as error:
            log.error("a person does not open: %s (%s)", id, type(error).__name__)
            continue
        found[id] = Named(said["name"], said["nationalId"])
    return found
