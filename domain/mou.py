"""Agreements: from a draft to signatures, and what parties and KPAI may do to them afterwards."""

from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import Select, delete, exists, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from auth.caller import Caller
from db.enums import Instrument, MouKind, MouStatus, Stage
from db.evaluation import Evaluation
from db.ids import new_id
from db.mou import (
    Mou,
    MouApproval,
    MouClause,
    MouComment,
    MouNow,
    MouParty,
    MouSignature,
    MouVersion,
)
from domain import evaluation, receipt
from domain.checks import LINE, PARAGRAPH, Ref, id_of, optional_text, reason_of, text_of
from domain.mou_content import MouContent, checked, content_of, parties_of
from domain.mou_paper import (
    OPEN,
    add_version,
    among_parties,
    drafters_only,
    end_of,
    give_approval,
    in_life,
    is_admin,
    is_party,
    next_version,
    now,
    open_version,
    parent_of,
    record,
    required_parent,
    today_of,
    who_has,
    write_parts,
)
from domain.paging import Order
from domain.refusal import RefusalCode, require

NEWEST_FIRST = Order(("created_at", "id"), descending=True)


@dataclass(frozen=True)
class Signature:
    """What a party puts under an agreement: its own number, and who signs by what right."""

    content_hash: str
    document_number: str
    signatory_name: str
    signatory_office: str
    signatory_is_head: bool
    delegation_letter: str | None = None


@dataclass(frozen=True)
class MouFilter:
    """Which agreements to list; every condition given must hold."""

    statuses: list[MouStatus] | None = None
    kinds: list[MouKind] | None = None
    party: Ref | None = None
    between_us_and: Ref | None = None
    parent_id: Ref | None = None
    title: str | None = None
    ends_within_days: int | None = None
    evaluated: bool | None = None


def listed(filter: MouFilter | None) -> Select[MouNow]:
    """The agreements the caller may see, filtered."""
    chosen = filter or MouFilter()
    statement = select(MouNow)
    if chosen.statuses is not None:
        statement = statement.where(MouNow.status.in_(chosen.statuses))
    if chosen.kinds is not None:
        statement = statement.where(MouNow.kind.in_(chosen.kinds))
    if chosen.parent_id is not None:
        parent = id_of(chosen.parent_id, "mou", "filter.parentId")
        statement = statement.where(MouNow.parent_id == parent)
    if chosen.party is not None:
        party = id_of(chosen.party, "organisation", "filter.party")
        statement = statement.where(
            exists().where(
                MouParty.version_id == MouNow.version_id, MouParty.organisation_id == party
            )
        )
    if chosen.between_us_and is not None:
        other = id_of(chosen.between_us_and, "organisation", "filter.betweenUsAnd")
        statement = statement.where(
            MouNow.in_force, func.access.shares_agreement(MouNow.id, func.access.me(), other)
        )
    if chosen.title is not None:
        words = text_of(chosen.title, "filter.title", LINE)
        statement = statement.where(
            exists().where(
                MouVersion.id == MouNow.version_id,
                MouVersion.title.icontains(words, autoescape=True),
            )
        )
    if chosen.ends_within_days is not None:
        require(
            0 <= chosen.ends_within_days <= 3_660, RefusalCode.BAD_INPUT, "filter.endsWithinDays"
        )
        today = func.access.today()
        statement = statement.where(
            MouNow.status.in_([MouStatus.ACTIVE, MouStatus.SUSPENDED]),
            exists().where(
                MouVersion.id == MouNow.version_id,
                MouVersion.valid_until - today <= chosen.ends_within_days,
            ),
        )
    if chosen.evaluated is not None:
        told = exists().where(
            Evaluation.version_id == MouNow.version_id, Evaluation.concluded_at.is_not(None)
        )
        statement = statement.where(told if chosen.evaluated else ~told)
    return statement


async def propose(
    tx: AsyncSession, caller: Caller, kind: MouKind, parent: Ref | None, content: MouContent
) -> MouNow:
    """Draft a new agreement; other parties see it once it is submitted."""
    body = await checked(tx, content)
    await among_parties(tx, caller, body)
    mou = Mou(id=new_id(), kind=kind, proposer_id=caller.organisation_id)
    required_parent(kind, parent)
    if parent is not None:
        mou.parent_id = (await parent_of(tx, id_of(parent, "mou", "parentId"), kind, body)).id
    tx.add(mou)
    await tx.flush()
    version = await add_version(tx, caller, mou, 1, Instrument.ORIGINAL, body)
    await record(tx, caller, version, "PROPOSED")
    return await now(tx, mou.id)


async def amend(
    tx: AsyncSession,
    caller: Caller,
    ref: Ref,
    content: MouContent,
    evaluation_ref: Ref | None = None,
) -> MouNow:
    """Draft an amendment (adendum): a new version, to be reviewed and signed again by all.

    It may name the evaluation it answers.
    """
    mou, _ = await in_life(tx, caller, ref)
    answers = await evaluation.concluded(tx, mou.id, evaluation_ref)
    body = await checked(tx, content)
    return await next_version(
        tx, caller, mou, Instrument.AMENDMENT, body, "AMENDMENT_PROPOSED", answers
    )


async def extend(
    tx: AsyncSession, caller: Caller, ref: Ref, until: date, evaluation_ref: Ref | None = None
) -> MouNow:
    """Draft an extension (perpanjangan): the same content, valid longer, signed again by all.

    It may name the evaluation it answers.
    """
    mou, current = await in_life(tx, caller, ref)
    answers = await evaluation.concluded(tx, mou.id, evaluation_ref)
    require(until > current.valid_until, RefusalCode.DATES_INVERTED, "until")
    content = replace(await content_of(tx, current), valid_until=until, takes_effect_on=None)
    body = await checked(tx, content)
    return await next_version(
        tx, caller, mou, Instrument.EXTENSION, body, "EXTENSION_PROPOSED", answers
    )


async def revise(tx: AsyncSession, caller: Caller, ref: Ref, content: MouContent) -> MouNow:
    """Replace the content of a draft, or of a version under review that nobody has signed yet.

    Approvals were given to the old content; the new hash leaves them behind.
    """
    mou, version = await open_version(tx, ref, OPEN)
    await drafters_only(tx, caller, version)
    signed = await tx.scalar(select(exists().where(MouSignature.version_id == version.id)))
    require(not signed, RefusalCode.WRONG_STATE, "id")
    body = await checked(tx, content)
    await among_parties(tx, caller, body)
    if mou.parent_id is not None:
        await parent_of(tx, mou.parent_id, mou.kind, body)
    for part in (MouParty, MouClause):
        await tx.execute(delete(part).where(part.version_id == version.id))
    for name, value in body.values.items():
        setattr(version, name, value)
    await write_parts(tx, mou, version, body)
    await record(tx, caller, version, "REVISED")
    return await now(tx, mou.id)


async def submit(tx: AsyncSession, caller: Caller, ref: Ref) -> MouNow:
    """Put a draft before the parties. Whoever drafts and is a party approves by submitting."""
    mou, version = await open_version(tx, ref, (Stage.DRAFT,))
    await drafters_only(tx, caller, version)
    today = await today_of(tx)
    require(version.valid_until >= today, RefusalCode.DATES_INVERTED, "validUntil")
    version.stage = Stage.REVIEW
    version.submitted_at = func.now()
    await tx.flush()
    await record(tx, caller, version, "SUBMITTED")
    if await is_party(tx, version, caller.organisation_id):
        await give_approval(tx, caller, version)
    return await now(tx, mou.id)


async def withdraw(tx: AsyncSession, caller: Caller, ref: Ref, reason: str) -> MouNow:
    """Take back a draft or a version under review; an agreement in force goes on as it was."""
    mou, version = await open_version(tx, ref, OPEN)
    await drafters_only(tx, caller, version)
    note = reason_of(reason)
    version.stage = Stage.WITHDRAWN
    await record(tx, caller, version, "WITHDRAWN", note)
    return await now(tx, mou.id)


async def comment(tx: AsyncSession, caller: Caller, ref: Ref, body: str) -> MouNow:
    """Say something about the version under review (or about one's own draft)."""
    mou, version = await open_version(tx, ref, OPEN)
    require(
        await is_party(tx, version, caller.organisation_id)
        or version.drafted_by == caller.organisation_id
        or await is_admin(tx),
        RefusalCode.NOT_A_PARTY,
    )
    tx.add(
        MouComment(
            id=new_id(),
            version_id=version.id,
            organisation_id=caller.organisation_id,
            body=text_of(body, "body", PARAGRAPH),
        )
    )
    await tx.flush()
    return await now(tx, mou.id)


async def approve(tx: AsyncSession, caller: Caller, ref: Ref, content_hash: str) -> MouNow:
    """Say that one's organisation will sign exactly this content."""
    mou, version = await open_version(tx, ref, (Stage.REVIEW,))
    require(await is_party(tx, version, caller.organisation_id), RefusalCode.NOT_A_PARTY)
    require(content_hash == version.content_hash, RefusalCode.CONTENT_CHANGED, "contentHash")
    await give_approval(tx, caller, version)
    return await now(tx, mou.id)


async def sign(tx: AsyncSession, caller: Caller, ref: Ref, given: Signature) -> MouNow:
    """Sign the version under review. The last signature makes it SIGNED, in force from its date."""
    mou, version = await open_version(tx, ref, (Stage.REVIEW,))
    parties = await parties_of(tx, version.id)
    ids = {party.organisation_id for party in parties}
    require(caller.organisation_id in ids, RefusalCode.NOT_A_PARTY)
    require(given.content_hash == version.content_hash, RefusalCode.CONTENT_CHANGED,
            "input.contentHash")  # fmt: skip
    require(given.signatory_is_head or (given.delegation_letter or "").strip(),
            RefusalCode.DELEGATION_LETTER_REQUIRED, "input.delegationLetter")  # fmt: skip
    signed = set(await tx.scalars(who_has(MouSignature, version)))
    require(caller.organisation_id not in signed, RefusalCode.ALREADY_SIGNED)
    approved = set(await tx.scalars(who_has(MouApproval, version)))
    require(ids <= approved, RefusalCode.NOT_APPROVED)
    today = await today_of(tx)
    require(version.valid_until >= today, RefusalCode.DATES_INVERTED, "validUntil")
    letter = given.delegation_letter
    tx.add(
        MouSignature(
            id=new_id(),
            version_id=version.id,
            organisation_id=caller.organisation_id,
            document_number=text_of(given.document_number, "input.documentNumber", LINE),
            signatory_name=text_of(given.signatory_name, "input.signatoryName", LINE),
            signatory_office=text_of(given.signatory_office, "input.signatoryOffice", LINE),
            delegation_letter=optional_text(letter, "input.delegationLetter", LINE),
            content_hash=version.content_hash,
        )
    )
    await tx.flush()
    await record(tx, caller, version, "SIGNED")
    if ids == signed | {caller.organisation_id}:
        version.stage = Stage.SIGNED
        version.signed_at = func.now()
        begins = version.takes_effect_on
        if version.instrument is Instrument.ORIGINAL:
            begins = begins or version.valid_from
        version.in_force_from = max(begins or today, today)
        await tx.flush()
        await record(tx, caller, version, "CONCLUDED")
        await receipt.concluded(tx, version)
    return await now(tx, mou.id)


async def suspend(tx: AsyncSession, caller: Caller, ref: Ref, reason: str) -> MouNow:
    """Stop all disclosure under the agreement at once, until it is resumed."""
    mou, current = await in_life(tx, caller, ref)
    require(mou.suspended_at is None, RefusalCode.WRONG_STATE, "id")
    mou.suspension_reason = reason_of(reason)
    mou.suspended_at = func.now()
    mou.suspended_by = caller.organisation_id
    await record(tx, caller, current, "SUSPENDED", mou.suspension_reason)
    return await now(tx, mou.id)


async def resume(tx: AsyncSession, caller: Caller, ref: Ref) -> MouNow:
    """Lift a suspension: whoever suspended may, and a KPAI administrator."""
    mou, current = await in_life(tx, caller, ref)
    require(mou.suspended_at is not None, RefusalCode.WRONG_STATE, "id")
    require(
        mou.suspended_by == caller.organisation_id or await is_admin(tx), RefusalCode.WRONG_SIDE
    )
    mou.suspended_at = mou.suspended_by = mou.suspension_reason = None
    await record(tx, caller, current, "RESUMED")
    return await now(tx, mou.id)


async def terminate(
    tx: AsyncSession, caller: Caller, ref: Ref, reason: str, effective_on: date | None
) -> MouNow:
    """End the agreement, not before its notice period has passed."""
    mou, current = await in_life(tx, caller, ref)
    require(mou.terminated_on is None, RefusalCode.WRONG_STATE, "id")
    day = await end_of(tx, current, effective_on)
    mou.termination_reason = reason_of(reason)
    mou.terminated_on = day
    mou.terminated_by = caller.organisation_id
    await record(tx, caller, current, "TERMINATED", mou.termination_reason)
    return await now(tx, mou.id)
