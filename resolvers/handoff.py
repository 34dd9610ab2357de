"""Resolvers of handoffs."""

from collections.abc import Sequence
from typing import Annotated, Any

import strawberry

from db.handoff import Handoff
from domain import handoff, handoff_life, handoff_list
from domain.basis import BasisDraft
from domain.checks import PARAGRAPH, Ref, id_of
from domain.handoff import HandoffDraft, SectionDraft
from domain.handoff_list import HandoffBox, HandoffFilter
from domain.paging import Page, PageArgs
from resolvers.context import Info
from resolvers.mou import Reason
from resolvers.relations import After, Before, First, Last

Note = Annotated[
    str | None,
    strawberry.argument(
        description=f"Up to {PARAGRAPH:,} characters, seen by both sides. Write no names here."
    ),
]

Bases = Annotated[
    list[BasisDraft] | None,
    strawberry.argument(
        description="On what these sections rest, unless you have named that before."
    ),
]


async def one(info: Info, id: Ref) -> Handoff:
    """One handoff (serah terima) that your organisation sends or receives."""
    return await info.context.found(Handoff, id_of(id, "handoff", "id"), "id")


async def listed(
    info: Info,
    box: Annotated[
        HandoffBox | None, strawberry.argument(description="Inbox or outbox; both when not said.")
    ] = None,
    filter: HandoffFilter | None = None,
    first: First = None,
    after: After = None,
    last: Last = None,
    before: Before = None,
) -> Page[Handoff]:
    """Inbox and outbox (kotak masuk dan keluar), newest first."""
    said = await _saying(info, filter)
    sides = handoff_list.listed(info.context.me, box, filter, said)
    args = PageArgs(first, after, last, before)
    return await info.context.listed(sides, Handoff, handoff_list.NEWEST_FIRST, args)


async def _saying(info: Info, filter: HandoffFilter | None) -> Any:
    if filter is None or filter.search is None:
        return None
    async with info.context.transaction() as tx:
        return await handoff_list.saying(tx, info.context.me, filter.search)


async def counts(
    info: Info, box: HandoffBox = HandoffBox.INBOX, filter: HandoffFilter | None = None
) -> Sequence[Any]:
    """How many handoffs are in each state, and how many of them wait too long for an answer."""
    said = await _saying(info, filter)
    async with info.context.transaction() as tx:
        return await handoff_list.counts(tx, info.context.me, box, filter, said)


async def draft(info: Info, input: HandoffDraft) -> Handoff:
    """Prepare a handoff. Its receiver learns nothing of it until it is sent."""
    async with info.context.change(later=True) as tx:
        return await handoff.draft(tx, info.context.me, input)


async def send(info: Info, input: HandoffDraft) -> Handoff:
    """Write a handoff and send it in one step (mengirim serah terima).

    Refused before anything is stored when no clause in force covers a section.
    """
    async with info.context.change(later=True) as tx:
        return await handoff.send(tx, info.context.me, input)


async def send_draft(info: Info, id: Ref) -> Handoff:
    """Send a draft. What it says must be covered by a clause in force now."""
    async with info.context.change() as tx:
        return await handoff_life.send(tx, info.context.me, id)


async def receive(info: Info, id: Ref) -> Handoff:
    """Acknowledge that the handoff arrived; the answer is still due. Receiver's step."""
    async with info.context.change() as tx:
        return await handoff_life.receive(tx, info.context.me, id)


async def accept(info: Info, id: Ref) -> Handoff:
    """Take the case on; with a transfer (pelimpahan), custody moves now. Receiver's step."""
    async with info.context.change() as tx:
        return await handoff_life.accept(tx, info.context.me, id)


async def reject(info: Info, id: Ref, reason: Reason) -> Handoff:
    """Decline the case (menolak); its content closes. Receiver's step."""
    async with info.context.change() as tx:
        return await handoff_life.reject(tx, info.context.me, id, reason)


async def request_info(info: Info, id: Ref, reason: Reason) -> Handoff:
    """Return the handoff (mengembalikan), saying what is missing. Receiver's step."""
    async with info.context.change() as tx:
        return await handoff_life.request_info(tx, info.context.me, id, reason)


async def provide_info(
    info: Info,
    id: Ref,
    note: Note = None,
    sections: list[SectionDraft] | None = None,
    bases: Bases = None,
) -> Handoff:
    """Answer the receiver's question (melengkapi); the handoff goes on. Sender's step."""
    async with info.context.change() as tx:
        caller = info.context.me
        return await handoff_life.provide_info(tx, caller, id, note, sections or [], bases or [])


async def start(info: Info, id: Ref) -> Handoff:
    """Begin the work; from now on the sender can only ask for cancellation. Receiver's step."""
    async with info.context.change() as tx:
        return await handoff_life.start(tx, info.context.me, id)


async def complete(
    info: Info,
    id: Ref,
    note: Note = None,
    sections: list[SectionDraft] | None = None,
    bases: Bases = None,
) -> Handoff:
    """Finish the work; sections such as OUTCOME go back where a clause covers them."""
    async with info.context.change() as tx:
        caller = info.context.me
        return await handoff_life.complete(tx, caller, id, note, sections or [], bases or [])


async def fail(info: Info, id: Ref, reason: Reason) -> Handoff:
    """Say that the work could not be done; content closes. Receiver's step."""
    async with info.context.change() as tx:
        return await handoff_life.fail(tx, info.context.me, id, reason)


async def cancel(info: Info, id: Ref, reason: Reason) -> Handoff:
    """Take the handoff back before work began (membatalkan). Sender's step."""
    async with info.context.change() as tx:
        return await handoff_life.cancel(tx, info.context.me, id, reason)


async def request_cancellation(info: Info, id: Ref, reason: Reason) -> Handoff:
    """Ask the receiver, who is at work, to stop. Sender's step."""
    async with info.context.change() as tx:
        return await handoff_life.request_cancellation(tx, info.context.me, id, reason)


async def answer_cancellation(info: Info, id: Ref, agree: bool, reason: Note = None) -> Handoff:
    """Stop as the sender asked, or say why the work goes on. Receiver's step."""
    async with info.context.change() as tx:
        caller = info.context.me
        return await handoff_life.answer_cancellation(tx, caller, id, agree, reason)


async def revoke(info: Info, id: Ref, reason: Reason) -> Handoff:
    """Close the disclosure for good (mencabut). Sender's step, not after an accepted transfer."""
    async with info.context.change() as tx:
        return await handoff_life.revoke(tx, info.context.me, id, reason)


async def add_section(info: Info, id: Ref, section: SectionDraft, bases: Bases = None) -> Handoff:
    """Add a section to an open handoff, from either side, where a clause covers it."""
    async with info.context.change() as tx:
        return await handoff_life.add_section(tx, info.context.me, id, section, bases or [])


async def remove_section(
    info: Info, id: Annotated[Ref, strawberry.argument(description="The section's id.")]
) -> Handoff:
    """Take a section out of a draft. What was sent stays as it was sent."""
    async with info.context.change() as tx:
        return await handoff_life.remove_section(tx, info.context.me, id)
