"""What follows a policy input: to whom it went, what was answered, and what became of each item."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import and_, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from auth.caller import Caller
from db.ids import new_id
from db.policy_input import (
    ItemOutcome,
    PolicyAnswer,
    PolicyInput,
    PolicyItem,
    PolicyOutcome,
    PolicySubmission,
)
from db.reference import Reference
from domain.checks import LINE, PARAGRAPH, Ref, distinct, found, id_of, optional_text, text_of
from domain.organisation import living
from domain.policy_content import MOST_ITEMS
from domain.policy_input import led, newest, part_in, submission_of
from domain.reference import references_of
from domain.refusal import Refusal, RefusalCode, require
from domain.regulation import come

MOST_ANSWERS = 100


@dataclass(frozen=True)
class PolicySending:
    """To whom the newest version went."""

    submitted_on: date
    letter_number: str
    recipient_id: Ref | None = None
    recipient_name: str | None = None
    documents: list[Reference] | None = None


@dataclass(frozen=True)
class PolicyReply:
    """What was answered."""

    answered_on: date
    body: str
    documents: list[Reference] | None = None


@dataclass(frozen=True)
class ItemResult:
    """What became of one item in the text as adopted."""

    item_id: Ref
    outcome: PolicyOutcome
    adopted_wording: str | None = None
    note: str | None = None


@dataclass(frozen=True)
class PolicyOutcomes:
    """How many items came to what; those of which nothing is known are pending."""

    adopted: int
    partly: int
    rejected: int
    pending: int


async def submit(tx: AsyncSession, caller: Caller, ref: Ref, given: PolicySending) -> PolicyInput:
    """Say that the closed version went out, under the names of those who signed it."""
    input = await led(tx, ref)
    version = await newest(tx, input.id)
    sent = await submission_of(tx, input.id)
    ready = sent is None and version.closed_at is not None
    require(ready, RefusalCode.WRONG_STATE, "id")
    one = (given.recipient_id is None) != (given.recipient_name is None)
    require(one, RefusalCode.BAD_INPUT, "input.recipientId")
    await come(tx, given.submitted_on, "input.submittedOn")
    closed = func.timezone("Asia/Jakarta", version.closed_at)
    closed_on: date = (await tx.execute(select(func.date(closed)))).scalar_one()
    require(given.submitted_on >= closed_on, RefusalCode.DATES_INVERTED, "input.submittedOn")
    tx.add(
        PolicySubmission(
            id=new_id(),
            input_id=input.id,
            version_id=version.id,
            recipient_id=await _recipient(tx, caller, given.recipient_id),
            recipient_name=None
            if given.recipient_name is None
            else text_of(given.recipient_name, "input.recipientName", LINE),
            submitted_on=given.submitted_on,
            letter_number=text_of(given.letter_number, "input.letterNumber", LINE),
            documents=references_of(given.documents, "input.documents"),
        )
    )
    await tx.flush()
    return input


async def answer(tx: AsyncSession, caller: Caller, ref: Ref, given: PolicyReply) -> PolicyInput:
    """Write down the answer: the recipient its own, or the lead what it received."""
    input = await found(tx, PolicyInput, id_of(ref, "policyinput", "id"), "id")
    sent = await submission_of(tx, input.id)
    lead = await part_in(tx, input.id) == "LEAD"
    addressed = sent is not None and sent.recipient_id == caller.organisation_id
    require(lead or addressed, RefusalCode.WRONG_SIDE, "id")
    if sent is None:
        raise Refusal(RefusalCode.WRONG_STATE, "id")
    await come(tx, given.answered_on, "input.answeredOn")
    after = given.answered_on >= sent.submitted_on
    require(after, RefusalCode.DATES_INVERTED, "input.answeredOn")
    so_far = select(func.count()).where(PolicyAnswer.input_id == input.id)
    room = (await tx.scalar(so_far) or 0) < MOST_ANSWERS
    require(room, RefusalCode.TOO_MANY, "input", most=MOST_ANSWERS)
    tx.add(
        PolicyAnswer(
            id=new_id(),
            input_id=input.id,
            organisation_id=caller.organisation_id,
            answered_on=given.answered_on,
            body=text_of(given.body, "input.body", PARAGRAPH),
            documents=references_of(given.documents, "input.documents"),
        )
    )
    await tx.flush()
    return input


async def record(
    tx: AsyncSession, caller: Caller, ref: Ref, results: Sequence[ItemResult]
) -> PolicyInput:
    """Say what became of items of the submitted version; what was said before stays beside it."""
    distinct([one.item_id for one in results], "outcomes", most=MOST_ITEMS, least=1)
    input = await led(tx, ref)
    sent = await submission_of(tx, input.id)
    if sent is None:
        raise Refusal(RefusalCode.WRONG_STATE, "id")
    for index, given in enumerate(results):
        tx.add(await _result(tx, sent, given, f"outcomes[{index}]"))
    await tx.flush()
    return input


async def publish(tx: AsyncSession, caller: Caller, ref: Ref) -> PolicyInput:
    """Let everyone read what was submitted, its answers and outcomes. There is no way back."""
    input = await led(tx, ref)
    ready = input.published_at is None and await submission_of(tx, input.id) is not None
    require(ready, RefusalCode.WRONG_STATE, "id")
    input.published_at = func.now()
    await tx.flush()
    await tx.refresh(input)
    return input


async def submissions(tx: AsyncSession, inputs: list[UUID]) -> dict[UUID, PolicySubmission]:
    """The submissions of these inputs, as far as the caller sees them."""
    sent = select(PolicySubmission).where(PolicySubmission.input_id.in_(inputs))
    return {one.input_id: one for one in await tx.scalars(sent)}


async def outcomes(tx: AsyncSession, items: list[UUID]) -> dict[UUID, ItemOutcome]:
    """The newest outcome of each item."""
    said = select(ItemOutcome).where(ItemOutcome.item_id.in_(items)).order_by(ItemOutcome.id)
    return {one.item_id: one for one in await tx.scalars(said)}


async def counts(tx: AsyncSession, inputs: list[UUID]) -> dict[UUID, PolicyOutcomes]:
    """What the items of each submitted version came to, as far as the caller sees it."""
    newest_said = (
        select(ItemOutcome.outcome)
        .where(ItemOutcome.item_id == PolicyItem.id)
        .order_by(ItemOutcome.id.desc())
        .limit(1)
        .scalar_subquery()
    )
    came_to = func.coalesce(newest_said, PolicyOutcome.PENDING.value)
    counted = (
        select(PolicySubmission.input_id, came_to, func.count())
        .join(PolicyItem, PolicyItem.version_id == PolicySubmission.version_id)
        .where(and_(PolicySubmission.input_id.in_(inputs)))
        .group_by(PolicySubmission.input_id, came_to)
    )
    found: dict[UUID, dict[str, int]] = {}
    for input_id, outcome, number in await tx.execute(counted):
        found.setdefault(input_id, {})[str(outcome).lower()] = number
    zero = {outcome.value.lower(): 0 for outcome in PolicyOutcome}
    return {id: PolicyOutcomes(**{**zero, **numbers}) for id, numbers in found.items()}


async def _recipient(tx: AsyncSession, caller: Caller, ref: Ref | None) -> UUID | None:
    if ref is None:
        return None
    organisation = await living(tx, ref, "input.recipientId")
    own = organisation.id == caller.organisation_id
    require(not own, RefusalCode.SELF_ADDRESSED, "input.recipientId")
    return organisation.id


async def _result(
    tx: AsyncSession, sent: PolicySubmission, given: ItemResult, at: str
) -> ItemOutcome:
    item = await found(
        tx, PolicyItem, id_of(given.item_id, "policyitem", f"{at}.itemId"), f"{at}.itemId"
    )
    require(item.version_id == sent.version_id, RefusalCode.BAD_INPUT, f"{at}.itemId")
    wording = optional_text(given.adopted_wording, f"{at}.adoptedWording", PARAGRAPH)
    adopted = given.outcome in (PolicyOutcome.ADOPTED, PolicyOutcome.PARTLY)
    require(wording or not adopted, RefusalCode.BAD_INPUT, f"{at}.adoptedWording")
    return ItemOutcome(
        id=new_id(),
        input_id=sent.input_id,
        item_id=item.id,
        outcome=given.outcome,
        adopted_wording=wording,
        note=optional_text(given.note, f"{at}.note", PARAGRAPH),
    )
