"""Policy inputs (masukan kebijakan): drafted by a lead with co-signers, closed, and signed.

What is signed is the hash of one closed version; whatever changes after that is another version and
wants other signatures. What follows once it is submitted stands in `domain.policy_result`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Select, exists, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from auth.caller import Caller
from db.ids import new_id
from db.policy_input import (
    PolicyComment,
    PolicyCosigner,
    PolicyInput,
    PolicySignature,
    PolicySubmission,
    PolicyVersion,
)
from db.regulation import Regulation
from domain import policy_content
from domain.checks import LINE, PARAGRAPH, Ref, distinct, found, id_of, locked, text_of
from domain.mou_content import digest
from domain.organisation import living
from domain.paging import Order
from domain.part import worked_on
from domain.policy_content import PolicyContent
from domain.refusal import Refusal, RefusalCode, require

NEWEST_FIRST = Order(("id",), descending=True)
LATEST_VERSION = Order(("number", "id"), descending=True)
MOST_COSIGNERS = 50
MOST_VERSIONS = 100
MOST_COMMENTS = 1_000


@dataclass(frozen=True)
class NewPolicyInput:
    """A policy input to be drafted, on what and with whom."""

    regulation_id: Ref
    content: PolicyContent
    activity_id: Ref | None = None
    cosigners: list[Ref] | None = None


@dataclass(frozen=True)
class PolicySigning:
    """A signature of a co-signer under one hash."""

    content_hash: str
    signatory_name: str
    signatory_office: str


@dataclass(frozen=True)
class PolicyInputFilter:
    """Which policy inputs to list; every condition given must hold."""

    regulation_id: Ref | None = None
    activity_id: Ref | None = None
    lead_id: Ref | None = None
    submitted: bool | None = None
    published: bool | None = None


def listed(filter: PolicyInputFilter | None) -> Select[PolicyInput]:
    """The policy inputs that the caller may see, filtered."""
    chosen = filter or PolicyInputFilter()
    statement = select(PolicyInput)
    for ref, column, noun, at in (
        (chosen.regulation_id, PolicyInput.regulation_id, "regulation", "regulationId"),
        (chosen.activity_id, PolicyInput.activity_id, "activity", "activityId"),
        (chosen.lead_id, PolicyInput.organisation_id, "organisation", "leadId"),
    ):
        if ref is not None:
            statement = statement.where(column == id_of(ref, noun, f"filter.{at}"))
    if chosen.submitted is not None:
        sent = exists().where(PolicySubmission.input_id == PolicyInput.id)
        statement = statement.where(sent if chosen.submitted else ~sent)
    if chosen.published is not None:
        out = PolicyInput.published_at.is_not(None)
        statement = statement.where(out if chosen.published else ~out)
    return statement


async def draft(tx: AsyncSession, caller: Caller, given: NewPolicyInput) -> PolicyInput:
    """Begin a policy input with oneself as lead."""
    policy_content.bounded(given.content, "input.content")
    distinct(given.cosigners or [], "input.cosigners", most=MOST_COSIGNERS)
    at = "input.regulationId"
    regulation = await found(tx, Regulation, id_of(given.regulation_id, "regulation", at), at)
    input = PolicyInput(
        id=new_id(),
        regulation_id=regulation.id,
        activity_id=await _activity(tx, given.activity_id),
        organisation_id=caller.organisation_id,
    )
    tx.add(input)
    await tx.flush()
    version = PolicyVersion(id=new_id(), input_id=input.id, number=1)
    await policy_content.write(tx, version, given.content, "input.content")
    await _invite(tx, caller, input, given.cosigners or [], "input.cosigners")
    return input


async def redraft(tx: AsyncSession, caller: Caller, ref: Ref, given: PolicyContent) -> PolicyInput:
    """Write the open version anew."""
    policy_content.bounded(given, "input")
    input = await led(tx, ref)
    version = await newest(tx, input.id)
    require(version.closed_at is None, RefusalCode.WRONG_STATE, "id")
    await policy_content.write(tx, version, given, "input")
    return input


async def invite(
    tx: AsyncSession, caller: Caller, ref: Ref, organisations: Sequence[Ref]
) -> PolicyInput:
    """Ask organisations to write and sign with us; they see every version and remark."""
    distinct(organisations, "organisationIds", most=MOST_COSIGNERS, least=1)
    input = await led(tx, ref)
    await _unsent(tx, input)
    await _invite(tx, caller, input, organisations, "organisationIds")
    return input


async def remove(tx: AsyncSession, caller: Caller, ref: Ref, organisation_ref: Ref) -> PolicyInput:
    """Take back an invitation, or decline one's own; not when the newest version bears its name."""
    input = await found(tx, PolicyInput, id_of(ref, "policyinput", "id"), "id")
    at = "organisationId"
    organisation = id_of(organisation_ref, "organisation", at)
    part = await part_in(tx, input.id)
    may = part == "LEAD" or (part == "COSIGNER" and organisation == caller.organisation_id)
    require(may, RefusalCode.WRONG_SIDE, "id")
    await _unsent(tx, input)
    invited = select(PolicyCosigner).where(
        PolicyCosigner.input_id == input.id, PolicyCosigner.organisation_id == organisation
    )
    cosigner = (await tx.scalars(invited)).first()
    if cosigner is None:
        raise Refusal(RefusalCode.NOT_FOUND, at)
    version = await newest(tx, input.id)
    signed = await _signed(tx, version, organisation)
    require(not signed, RefusalCode.ALREADY_SIGNED, at)
    await tx.delete(cosigner)
    await tx.flush()
    return input


async def comment(tx: AsyncSession, caller: Caller, ref: Ref, body: str) -> PolicyInput:
    """Remark on the newest version; lead and co-signers read it."""
    input = await found(tx, PolicyInput, id_of(ref, "policyinput", "id"), "id")
    require(await part_in(tx, input.id), RefusalCode.WRONG_SIDE, "id")
    version = await newest(tx, input.id)
    said = select(func.count()).where(PolicyComment.version_id == version.id)
    room = (await tx.scalar(said) or 0) < MOST_COMMENTS
    require(room, RefusalCode.TOO_MANY, "body", most=MOST_COMMENTS)
    tx.add(
        PolicyComment(
            id=new_id(),
            version_id=version.id,
            organisation_id=caller.organisation_id,
            body=text_of(body, "body", PARAGRAPH),
        )
    )
    await tx.flush()
    return input


async def close(tx: AsyncSession, caller: Caller, ref: Ref) -> PolicyInput:
    """Close the open version for signing: from now on it has a hash and never changes."""
    input = await led(tx, ref)
    version = await newest(tx, input.id)
    require(version.closed_at is None, RefusalCode.WRONG_STATE, "id")
    version.content_hash = digest(await policy_content.canonical(tx, input, version))
    version.closed_at = func.clock_timestamp()
    await tx.flush()
    return input


async def revise(tx: AsyncSession, caller: Caller, ref: Ref) -> PolicyInput:
    """Open another version with what the closed one says; signatures stay with the closed one."""
    input = await led(tx, ref)
    await _unsent(tx, input)
    old = await newest(tx, input.id)
    require(old.closed_at is not None, RefusalCode.WRONG_STATE, "id")
    require(old.number < MOST_VERSIONS, RefusalCode.TOO_MANY, "id", most=MOST_VERSIONS)
    new = PolicyVersion(
        id=new_id(), input_id=input.id, number=old.number + 1, title=old.title, summary=old.summary
    )
    await policy_content.copy(tx, old, new)
    return input


async def sign(tx: AsyncSession, caller: Caller, ref: Ref, given: PolicySigning) -> PolicyInput:
    """Sign the very content that was read, by its hash."""
    input = await found(tx, PolicyInput, id_of(ref, "policyinput", "id"), "id")
    require(await part_in(tx, input.id) == "COSIGNER", RefusalCode.WRONG_SIDE, "id")
    await _unsent(tx, input)
    version = await newest(tx, input.id)
    require(version.closed_at is not None, RefusalCode.WRONG_STATE, "id")
    at = "input.contentHash"
    require(given.content_hash == version.content_hash, RefusalCode.CONTENT_CHANGED, at)
    signed = await _signed(tx, version, caller.organisation_id)
    require(not signed, RefusalCode.ALREADY_SIGNED, "id")
    tx.add(
        PolicySignature(
            id=new_id(),
            version_id=version.id,
            organisation_id=caller.organisation_id,
            signatory_name=text_of(given.signatory_name, "input.signatoryName", LINE),
            signatory_office=text_of(given.signatory_office, "input.signatoryOffice", LINE),
            content_hash=given.content_hash,
        )
    )
    await tx.flush()
    return input


async def led(tx: AsyncSession, ref: Ref) -> PolicyInput:
    """The policy input, locked, when the caller leads it."""
    id = id_of(ref, "policyinput", "id")
    return await locked(tx, PolicyInput, id, barred=RefusalCode.WRONG_SIDE)


async def part_in(tx: AsyncSession, input_id: UUID) -> str | None:
    """LEAD, COSIGNER, or nothing."""
    part: str | None = await tx.scalar(select(func.access.policy_part(input_id)))
    return part


async def newest(tx: AsyncSession, input_id: UUID) -> PolicyVersion:
    """The newest version that the caller may see."""
    latest = select(PolicyVersion).where(PolicyVersion.input_id == input_id)
    return (await tx.scalars(latest.order_by(PolicyVersion.number.desc()).limit(1))).one()


async def submission_of(tx: AsyncSession, input_id: UUID) -> PolicySubmission | None:
    sent = select(PolicySubmission).where(PolicySubmission.input_id == input_id)
    return (await tx.scalars(sent)).first()


async def _unsent(tx: AsyncSession, input: PolicyInput) -> None:
    require(await submission_of(tx, input.id) is None, RefusalCode.WRONG_STATE, "id")


async def _signed(tx: AsyncSession, version: PolicyVersion, organisation: UUID) -> bool:
    there = exists().where(
        PolicySignature.version_id == version.id, PolicySignature.organisation_id == organisation
    )
    return bool(await tx.scalar(select(there)))


async def _activity(tx: AsyncSession, ref: Ref | None) -> UUID | None:
    if ref is None:
        return None
    return (await worked_on(tx, ref, "input.activityId")).id


async def _invite(
    tx: AsyncSession, caller: Caller, input: PolicyInput, refs: Sequence[Ref], at: str
) -> None:
    invited = select(PolicyCosigner.organisation_id).where(PolicyCosigner.input_id == input.id)
    there = set(await tx.scalars(invited))
    room = len(there) + len(refs) <= MOST_COSIGNERS
    require(room, RefusalCode.TOO_MANY, at, most=MOST_COSIGNERS)
    for index, ref in enumerate(refs):
        field = f"{at}[{index}]"
        organisation = await living(tx, ref, field)
        own = organisation.id == caller.organisation_id
        require(not own, RefusalCode.SELF_ADDRESSED, field)
        require(organisation.id not in there, RefusalCode.DUPLICATE, field)
        tx.add(PolicyCosigner(id=new_id(), input_id=input.id, organisation_id=organisation.id))
    await tx.flush()
