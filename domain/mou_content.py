"""What an agreement says: checked, held against the agreement above it, and hashed for signing."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import combinations, product
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from db.enums import ChildRole, DataCategory, MouKind, Purpose
from db.ids import encode
from db.mou import MouClause, MouParty, MouVersion
from db.organisation import Organisation
from domain.checks import LINE, PARAGRAPH, Ref, distinct, id_of, in_order, optional_text, text_of
from domain.organisation import living
from domain.refusal import RefusalCode, require

MOST_PARTIES = 50
MOST_CLAUSES = 200
PARAGRAPHS = (
    "obligations",
    "confidentiality",
    "evaluation",
    "disputes",
    "extension",
    "termination",
)
PARENT_KINDS: dict[MouKind, tuple[MouKind, ...]] = {
    MouKind.MEMORANDUM: (),
    MouKind.COOPERATION_AGREEMENT: (MouKind.MEMORANDUM,),
    MouKind.WORK_PLAN: (MouKind.COOPERATION_AGREEMENT, MouKind.MEMORANDUM),
}


@dataclass(frozen=True)
class PartyDraft:
    """A party (pihak), in the order the paper names them."""

    organisation_id: Ref
    covers_branches: bool = False


@dataclass(frozen=True)
class ClauseDraft:
    """A data-sharing clause (pasal berbagi data)."""

    discloser_id: Ref
    recipient_id: Ref
    categories: list[DataCategory]
    purposes: list[Purpose]
    legal_basis: str
    retention_days: int
    case_roles: list[ChildRole]
    onward_sharing: bool = False
    valid_from: date | None = None
    valid_until: date | None = None


@dataclass(frozen=True)
class MouContent:
    """The whole content of one version of an agreement."""

    title: str
    purpose: str
    scope: str
    valid_from: date
    valid_until: date
    parties: list[PartyDraft]
    clauses: list[ClauseDraft]
    takes_effect_on: date | None = None
    notice_days: int = 0
    obligations: str | None = None
    confidentiality: str | None = None
    evaluation: str | None = None
    disputes: str | None = None
    extension: str | None = None
    termination: str | None = None
    emergency_excluded: list[DataCategory] | None = None


@dataclass(frozen=True)
class Checked:
    """Content whose every part was checked, with the rows it becomes."""

    values: dict[str, object]
    parties: list[MouParty]
    clauses: list[MouClause]


async def checked(tx: AsyncSession, content: MouContent) -> Checked:
    """The content as rows without a version yet, or a refusal that names the field."""
    in_order(content.valid_from, content.valid_until, "input.validUntil")
    require(0 <= content.notice_days <= 365, RefusalCode.BAD_INPUT, "input.noticeDays")
    effect = content.takes_effect_on or content.valid_from
    in_order(effect, content.valid_until, "input.takesEffectOn")
    values: dict[str, object] = {
        "title": text_of(content.title, "input.title", LINE),
        "purpose": text_of(content.purpose, "input.purpose", PARAGRAPH),
        "scope": text_of(content.scope, "input.scope", PARAGRAPH),
        "valid_from": content.valid_from,
        "valid_until": content.valid_until,
        "takes_effect_on": content.takes_effect_on,
        "notice_days": content.notice_days,
        "emergency_excluded": distinct(
            content.emergency_excluded or [], "input.emergencyExcluded", most=len(DataCategory)
        ),
    }
    for name in PARAGRAPHS:
        values[name] = optional_text(getattr(content, name), f"input.{name}", PARAGRAPH)
    parties = await _parties(tx, content.parties)
    return Checked(values, parties, _clauses(content, {p.organisation_id for p in parties}))


async def _parties(tx: AsyncSession, drafts: Sequence[PartyDraft]) -> list[MouParty]:
    refs = [draft.organisation_id for draft in drafts]
    distinct(refs, "input.parties", most=MOST_PARTIES, least=2)
    return [
        MouParty(
            organisation_id=(
                await living(tx, draft.organisation_id, f"input.parties[{index}].organisationId")
            ).id,
            ordinal=index + 1,
            covers_branches=draft.covers_branches,
        )
        for index, draft in enumerate(drafts)
    ]


def _clauses(content: MouContent, parties: set[UUID]) -> list[MouClause]:
    distinct(content.clauses, "input.clauses", most=MOST_CLAUSES)
    clauses = [
        _clause(content, draft, parties, number, f"input.clauses[{number - 1}]")
        for number, draft in enumerate(content.clauses, 1)
    ]
    for one, other in combinations(clauses, 2):
        require(
            not _contradict(one, other, content),
            RefusalCode.CLAUSES_CONTRADICT,
            f"input.clauses[{other.number - 1}]",
        )
    return clauses


def _clause(
    content: MouContent, draft: ClauseDraft, parties: set[UUID], number: int, at: str
) -> MouClause:
    discloser = id_of(draft.discloser_id, "organisation", f"{at}.discloserId")
    recipient = id_of(draft.recipient_id, "organisation", f"{at}.recipientId")
    require(discloser in parties, RefusalCode.NOT_A_PARTY, f"{at}.discloserId")
    require(recipient in parties, RefusalCode.NOT_A_PARTY, f"{at}.recipientId")
    require(discloser != recipient, RefusalCode.SELF_ADDRESSED, f"{at}.recipientId")
    start = draft.valid_from or content.valid_from
    end = draft.valid_until or content.valid_until
    in_order(start, end, f"{at}.validUntil")
    in_order(content.valid_from, start, f"{at}.validFrom")
    in_order(end, content.valid_until, f"{at}.validUntil")
    require(1 <= draft.retention_days <= 36_500, RefusalCode.BAD_INPUT, f"{at}.retentionDays")
    return MouClause(
        number=number,
        discloser_id=discloser,
        recipient_id=recipient,
        categories=distinct(draft.categories, f"{at}.categories", most=13, least=1),
        purposes=distinct(draft.purposes, f"{at}.purposes", most=6, least=1),
        case_roles=distinct(draft.case_roles, f"{at}.caseRoles", most=3, least=1),
        valid_from=draft.valid_from,
        valid_until=draft.valid_until,
        onward_sharing=draft.onward_sharing,
        retention_days=draft.retention_days,
        legal_basis=text_of(draft.legal_basis, f"{at}.legalBasis", PARAGRAPH),
    )


def _contradict(one: MouClause, other: MouClause, content: MouContent) -> bool:
    """Whether two clauses rule on the same data at the same time, but not alike."""

    def period(clause: MouClause) -> tuple[date, date]:
        return clause.valid_from or content.valid_from, clause.valid_until or content.valid_until

    (from_1, until_1), (from_2, until_2) = period(one), period(other)
    return (
        (one.discloser_id, one.recipient_id) == (other.discloser_id, other.recipient_id)
        and bool(set(one.categories) & set(other.categories))
        and bool(set(one.purposes) & set(other.purposes))
        and bool(set(one.case_roles) & set(other.case_roles))
        and from_1 <= until_2
        and from_2 <= until_1
        and (one.onward_sharing, one.retention_days) != (other.onward_sharing, other.retention_days)
    )


async def within(tx: AsyncSession, checked: Checked, parent: MouVersion) -> None:
    """Refuse content that outlives the agreement it stands under, or exceeds it.

    Its parties must be parties of the parent or stand under one that covers its branches. Where the
    parent has data-sharing clauses of its own, they bound the clauses here: what may be disclosed,
    when, how long it may be kept and whether it may be passed on.
    """
    start: date = checked.values["valid_from"]  # type: ignore[assignment]
    end: date = checked.values["valid_until"]  # type: ignore[assignment]
    require(start >= parent.valid_from, RefusalCode.EXCEEDS_PARENT, "input.validFrom")
    require(end <= parent.valid_until, RefusalCode.EXCEEDS_PARENT, "input.validUntil")
    above = await parties_of(tx, parent.id)
    bounds = await clauses_of(tx, parent.id)
    ids = {party.organisation_id for party in checked.parties}
    rows = await tx.scalars(select(Organisation).where(Organisation.id.in_(ids)))
    paths = {row.id: row.path for row in rows}

    def stands_for(organisation: UUID) -> set[UUID]:
        """The parties above that the organisation is, or is covered by."""
        return {
            p.organisation_id
            for p in above
            if p.organisation_id == organisation
            or (p.covers_branches and p.organisation_id in paths[organisation])
        }

    for index, party in enumerate(checked.parties):
        field = f"input.parties[{index}]"
        require(stands_for(party.organisation_id), RefusalCode.EXCEEDS_PARENT, field)
    for index, clause in enumerate(checked.clauses if bounds else ()):
        near = [
            bound
            for bound in bounds
            if bound.discloser_id in stands_for(clause.discloser_id)
            and bound.recipient_id in stands_for(clause.recipient_id)
            and bound.onward_sharing >= clause.onward_sharing
            and bound.retention_days >= clause.retention_days
            and (bound.valid_from or parent.valid_from) <= (clause.valid_from or start)
            and (clause.valid_until or end) <= (bound.valid_until or parent.valid_until)
        ]
        for triple in product(clause.categories, clause.purposes, clause.case_roles):
            require(
                any(
                    triple[0] in b.categories
                    and triple[1] in b.purposes
                    and triple[2] in b.case_roles
                    for b in near
                ),
                RefusalCode.EXCEEDS_PARENT,
                f"input.clauses[{index}]",
            )


async def parties_of(tx: AsyncSession, version_id: UUID) -> list[MouParty]:
    """The parties of a version, in the order of the paper."""
    named = select(MouParty).where(MouParty.version_id == version_id).order_by(MouParty.ordinal)
    return list(await tx.scalars(named))


async def clauses_of(tx: AsyncSession, version_id: UUID) -> list[MouClause]:
    """The data-sharing clauses of a version, by number."""
    written = select(MouClause).where(MouClause.version_id == version_id).order_by(MouClause.number)
    return list(await tx.scalars(written))


async def content_of(tx: AsyncSession, version: MouVersion) -> MouContent:
    """A version's content in the form in which it is drafted."""

    def ref(id: UUID) -> Ref:
        return Ref(encode("organisation", id))

    names = ("title", "purpose", "scope", "valid_from", "valid_until", "takes_effect_on",
             "notice_days", *PARAGRAPHS)  # fmt: skip
    return MouContent(
        **{name: getattr(version, name) for name in names},
        emergency_excluded=version.emergency_excluded,  # type: ignore[arg-type]
        parties=[
            PartyDraft(ref(party.organisation_id), party.covers_branches)
            for party in await parties_of(tx, version.id)
        ],
        clauses=[
            ClauseDraft(
                discloser_id=ref(clause.discloser_id),
                recipient_id=ref(clause.recipient_id),
                categories=clause.categories,  # type: ignore[arg-type]
                purposes=clause.purposes,  # type: ignore[arg-type]
                case_roles=clause.case_roles,  # type: ignore[arg-type]
                legal_basis=clause.legal_basis,
                retention_days=clause.retention_days,
                onward_sharing=clause.onward_sharing,
                valid_from=clause.valid_from,
                valid_until=clause.valid_until,
            )
            for clause in await clauses_of(tx, version.id)
        ],
    )


def canonical(
    kind: MouKind,
    parent_id: UUID | None,
    version: MouVersion,
    parties: Sequence[MouParty],
    clauses: Sequence[MouClause],
) -> str:
    """The content in the canonical form of RFC 8785, the same for every party that computes it.

    Only strings, integers, booleans, lists and objects with ASCII names occur, for which sorted
    keys and Python's minimal escaping are that form.
    """

    def day(value: date | None) -> str | None:
        return value.isoformat() if value else None

    document: dict[str, object] = {
        "kind": kind,
        "parent": str(parent_id) if parent_id else None,
        "mou": str(version.mou_id),
        "version": version.number,
        "instrument": version.instrument,
        "title": version.title,
        "purpose": version.purpose,
        "scope": version.scope,
        "valid_from": day(version.valid_from),
        "valid_until": day(version.valid_until),
        "takes_effect_on": day(version.takes_effect_on),
        "notice_days": version.notice_days,
        **{name: getattr(version, name) for name in PARAGRAPHS},
        "parties": [
            {"organisation": str(p.organisation_id), "covers_branches": p.covers_branches}
            for p in parties
        ],
        "clauses": [
            {
                "number": c.number,
                "discloser": str(c.discloser_id),
                "recipient": str(c.recipient_id),
                "categories": sorted(c.categories),
                "purposes": sorted(c.purposes),
                "case_roles": sorted(c.case_roles),
                "valid_from": day(c.valid_from),
                "valid_until": day(c.valid_until),
                "onward_sharing": c.onward_sharing,
                "retention_days": c.retention_days,
                "legal_basis": c.legal_basis,
            }
            for c in clauses
        ],
    }
    if version.emergency_excluded:  # papers from before it could be said have it not
        document["emergency_excluded"] = sorted(version.emergency_excluded)
    if version.evaluation_id:
        document["evaluation_id"] = str(version.evaluation_id)
    return json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def digest(canonical_content: str) -> str:
    """The SHA-256 of the canonical content: what every party signs."""
    return "sha256:" + hashlib.sha256(canonical_content.encode()).hexdigest()
