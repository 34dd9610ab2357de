"""What a change of an agreement would do to handoffs, before anybody signs it.

The database supposes the change for a moment and asks the rule of every day again; here it is told
what to suppose, after the checks that the change itself would meet. Nothing is changed.
"""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from auth.caller import Caller
from db.enums import Instrument, MouKind
from db.ids import new_id
from db.mou import MouClause, MouNow, MouParty, MouVersion
from domain.checks import Ref, found, id_of
from domain.mou_content import MouContent, checked, clauses_of, parties_of
from domain.mou_paper import (
    OPEN,
    among_parties,
    end_of,
    is_admin,
    is_party,
    newest_signed,
    parent_of,
    required_parent,
    today_of,
)
from domain.refusal import Refusal, RefusalCode, require


@dataclass(frozen=True)
class NewAgreement:
    """An agreement that there is not yet."""

    kind: MouKind
    content: MouContent
    parent_id: Ref | None = None


@dataclass(frozen=True)
class Amendment:
    """Other content for an agreement: as given, or as its open version has it."""

    mou_id: Ref
    content: MouContent | None = None


@dataclass(frozen=True)
class Termination:
    """The end of an agreement."""

    mou_id: Ref
    effective_on: date | None = None


@dataclass(frozen=True)
class Suspension:
    """A suspension of an agreement."""

    mou_id: Ref


@dataclass(frozen=True)
class AgreementChange:
    """What would be changed: exactly one of these."""

    draft: NewAgreement | None = None
    amendment: Amendment | None = None
    termination: Termination | None = None
    suspension: Suspension | None = None


@dataclass(frozen=True, slots=True)
class PreviewCount:
    """What would change between two organisations, one of which discloses to the other."""

    discloser_id: UUID | None
    recipient_id: UUID | None
    exact: bool
    handoffs: int
    opens: int
    closes: int
    stays: int


@dataclass(frozen=True, slots=True)
class PreviewedHandoff:
    """What would change in one handoff of the caller's."""

    handoff_id: UUID
    opens: int
    closes: int
    stays: int


@dataclass(frozen=True, slots=True)
class AgreementPreview:
    """What a change would do, on the day from which it counts."""

    day: date
    counts: list[PreviewCount]
    handoffs: list[PreviewedHandoff]


async def preview(tx: AsyncSession, caller: Caller, change: AgreementChange) -> AgreementPreview:
    """What would open, close and stay. Refused as the change itself would be."""
    if change.draft is not None:
        return await _draft(tx, caller, change.draft)
    if change.amendment is not None:
        return await _amendment(tx, caller, change.amendment)
    if change.termination is not None:
        return await _termination(tx, caller, change.termination)
    if change.suspension is not None:
        return await _suspension(tx, caller, change.suspension)
    raise Refusal(RefusalCode.BAD_INPUT, "input")


async def _draft(tx: AsyncSession, caller: Caller, given: NewAgreement) -> AgreementPreview:
    """Handoffs rest on the agreement they were sent under: a new one touches none of them."""
    content = given.content
    with _below("input.draft", "input.draft.content"):
        body = await checked(tx, content)
        await among_parties(tx, caller, body)
        required_parent(given.kind, given.parent_id)
        if given.parent_id is not None:
            await parent_of(tx, id_of(given.parent_id, "mou", "parentId"), given.kind, body)
    begins = content.takes_effect_on or content.valid_from
    return AgreementPreview(max(begins, await today_of(tx)), [], [])


async def _amendment(tx: AsyncSession, caller: Caller, given: Amendment) -> AgreementPreview:
    mou = await _paper(tx, given.mou_id, "input.amendment")
    content = given.content
    if content is None:
        with _below("input.amendment", ""):
            version = await _open_version(tx, caller, mou)
        parties = await parties_of(tx, version.id)
        clauses = await clauses_of(tx, version.id)
        begins, terms = version.takes_effect_on, (version.valid_from, version.valid_until)
        if version.instrument is Instrument.ORIGINAL:
            begins = begins or version.valid_from
    else:
        with _below("input.amendment", "input.amendment.content"):
            await newest_signed(tx, caller, mou.id)
            body = await checked(tx, content)
            await among_parties(tx, caller, body)
            if mou.parent_id is not None:
                await parent_of(tx, mou.parent_id, mou.kind, body)
        parties, clauses = body.parties, body.clauses
        begins, terms = content.takes_effect_on, (content.valid_from, content.valid_until)
    today = await today_of(tx)
    supposed = _supposed(terms, parties, clauses)
    return await _asked(tx, mou.id, supposed, max(begins or today, today))


async def _termination(tx: AsyncSession, caller: Caller, given: Termination) -> AgreementPreview:
    mou = await _paper(tx, given.mou_id, "input.termination")
    with _below("input.termination", ""):
        current = await newest_signed(tx, caller, mou.id)
        require(mou.terminated_on is None, RefusalCode.WRONG_STATE, "id")
        day = await end_of(tx, current, given.effective_on)
    return await _asked(tx, mou.id, {"terminated_on": day.isoformat()}, day)


async def _suspension(tx: AsyncSession, caller: Caller, given: Suspension) -> AgreementPreview:
    mou = await _paper(tx, given.mou_id, "input.suspension")
    with _below("input.suspension", ""):
        await newest_signed(tx, caller, mou.id)
        require(mou.suspended_at is None, RefusalCode.WRONG_STATE, "id")
    now = datetime.now(UTC).isoformat()
    return await _asked(tx, mou.id, {"suspended_at": now}, await today_of(tx))


async def _paper(tx: AsyncSession, ref: Ref, at: str) -> MouNow:
    return await found(tx, MouNow, id_of(ref, "mou", f"{at}.mouId"), f"{at}.mouId")


async def _open_version(tx: AsyncSession, caller: Caller, mou: MouNow) -> MouVersion:
    """The version that is worked on, for its drafter, its parties and KPAI's administrators."""
    worked_on = select(MouVersion).where(MouVersion.mou_id == mou.id, MouVersion.stage.in_(OPEN))
    version = (await tx.scalars(worked_on)).one_or_none()
    if version is None:
        raise Refusal(RefusalCode.WRONG_STATE, "id")
    me = caller.organisation_id
    mine = version.drafted_by == me or await is_party(tx, version, me) or await is_admin(tx)
    require(mine, RefusalCode.NOT_A_PARTY)
    return version


def _supposed(
    terms: tuple[date, date], parties: Sequence[MouParty], clauses: Sequence[MouClause]
) -> dict[str, Any]:
    """The content, as far as the rules ask for it, in the form in which the database reads it."""
    valid_from, valid_until = terms
    return {
        "version": str(new_id()),
        "valid_from": valid_from.isoformat(),
        "valid_until": valid_until.isoformat(),
        "parties": [
            {"organisation_id": str(p.organisation_id), "covers_branches": p.covers_branches}
            for p in parties
        ],
        "clauses": [
            {
                "number": c.number,
                "discloser_id": str(c.discloser_id),
                "recipient_id": str(c.recipient_id),
                "categories": list(c.categories),
                "purposes": list(c.purposes),
                "case_roles": list(c.case_roles),
                "valid_from": c.valid_from.isoformat() if c.valid_from else None,
                "valid_until": c.valid_until.isoformat() if c.valid_until else None,
                "retention_days": c.retention_days,
                "onward_sharing": c.onward_sharing,
            }
            for c in clauses
        ],
    }


_PREVIEW = text("select * from access.preview(:mou, cast(:supposed as jsonb), :day)")


async def _asked(
    tx: AsyncSession, mou_id: UUID, supposed: dict[str, Any], day: date
) -> AgreementPreview:
    values = {"mou": mou_id, "supposed": json.dumps(supposed), "day": day}
    rows = (await tx.execute(_PREVIEW, values)).all()
    return AgreementPreview(
        day=day,
        counts=[
            PreviewCount(r.discloser_id, r.recipient_id, r.exact, r.handoffs, r.opens, r.closes,
                         r.stays)
            for r in rows if r.handoff_id is None
        ],
        handoffs=[
            PreviewedHandoff(r.handoff_id, r.opens, r.closes, r.stays)
            for r in rows if r.handoff_id is not None
        ],
    )  # fmt: skip


@contextmanager
def _below(at: str, content: str) -> Iterator[None]:
    """Rules name the fields of the mutation they come from; here these lie deeper."""
    try:
        yield
    except Refusal as refusal:
        field = refusal.field
        if field is not None:
            place, _, rest = field.partition(".")
            field = f"{content}.{rest}" if place == "input" else f"{at}.{field}"
        if field == f"{at}.id":
            field = f"{at}.mouId"
        raise Refusal(refusal.code, field, most=refusal.most) from None
