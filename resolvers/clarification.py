"""Resolvers of requests for clarification."""

from datetime import date
from typing import Annotated, Any

import strawberry

from db.clarification import Clarification
from domain import clarification
from domain import clarification_answer as answering
from domain.addressed import NEWEST_FIRST
from domain.checks import PARAGRAPH, Ref, id_of
from domain.paging import Page, PageArgs
from resolvers.context import Info
from resolvers.finding import Side
from resolvers.mou import Reason
from resolvers.recommendation import NewAddressee, NewDay
from resolvers.relations import After, Before, First, Last

Note = Annotated[str | None, strawberry.argument(description=f"Up to {PARAGRAPH:,} characters.")]


async def one(info: Info, id: Ref) -> Clarification:
    """One request for clarification (permintaan klarifikasi) that is shared with you."""
    return await info.context.found(Clarification, id_of(id, "clarification", "id"), "id")


async def listed(
    info: Info,
    side: Side = None,
    filter: clarification.ClarificationFilter | None = None,
    first: First = None,
    after: After = None,
    last: Last = None,
    before: Before = None,
) -> Page[Clarification]:
    """Requests you sent, that were sent to you, or of activities you take part in."""
    statement = clarification.listed(info.context.me, side, filter)
    args = PageArgs(first, after, last, before)
    return await info.context.listed(statement, Clarification, NEWEST_FIRST, args)


async def counts(
    info: Info, side: Side = None, filter: clarification.ClarificationFilter | None = None
) -> Any:
    """How many requests are in each state, and how many of them are late."""
    async with info.context.transaction() as tx:
        return await clarification.counts(tx, info.context.me, side, filter)


async def questions(root: Clarification, info: Info) -> list[answering.Question]:
    """The questions by their numbers, with answers: before they are handed in, to you alone."""
    answers = await info.context.each(answering.answers_of, root.id) or {}
    return answering.questions(root, answers)


async def draft(
    info: Info,
    input: clarification.ClarificationDraft,
    activity_id: Annotated[
        Ref | None, strawberry.argument(description="The activity it belongs to, if to one.")
    ] = None,
    follows_id: Annotated[
        Ref | None,
        strawberry.argument(description="One of yours that was not answered well enough."),
    ] = None,
) -> Clarification:
    """Write a request; nobody else sees it until it is sent."""
    async with info.context.change() as tx:
        return await clarification.draft(tx, info.context.me, activity_id, follows_id, input)


async def change(info: Info, id: Ref, input: clarification.ClarificationDraft) -> Clarification:
    """Write a draft of yours anew."""
    async with info.context.change() as tx:
        return await clarification.change(tx, info.context.me, id, input)


async def send(info: Info, id: Ref) -> Clarification:
    """Send a request: its addressee sees it, and so do all who take part in the activity."""
    async with info.context.change() as tx:
        return await clarification.send(tx, info.context.me, id)


async def withdraw(info: Info, id: Ref, reason: Reason) -> Clarification:
    """Take back a request of yours before it is answered."""
    async with info.context.change() as tx:
        return await clarification.withdraw(tx, info.context.me, id, reason)


async def readdress(
    info: Info, id: Ref, addressee_id: NewAddressee, due_on: NewDay, reason: Reason
) -> Clarification:
    """Ask another organisation when the one asked was dissolved: the new request is answered."""
    async with info.context.change() as tx:
        return await clarification.readdress(tx, info.context.me, id, addressee_id, due_on, reason)


async def assess(info: Info, id: Ref, input: clarification.Assessment) -> Clarification:
    """Say of each answer, and of all, whether it will do (penilaian). The issuer's step."""
    async with info.context.change() as tx:
        return await clarification.assess(tx, info.context.me, id, input)


async def write(
    info: Info,
    id: Ref,
    answers: Annotated[
        list[answering.AnswerDraft],
        strawberry.argument(description="Answers not given stay as they are."),
    ],
) -> Clarification:
    """Keep answers as drafts that only you see. The addressee's step."""
    async with info.context.change() as tx:
        return await answering.write(tx, info.context.me, id, answers)


async def hand_in(info: Info, id: Ref) -> Clarification:
    """Hand in the answers, all of them and once. The addressee's step."""
    async with info.context.change() as tx:
        return await answering.hand_in(tx, info.context.me, id)


async def remind(info: Info, id: Ref, note: Note = None) -> Clarification:
    """Remind whoever was asked; that you did is written down. The issuer's step."""
    async with info.context.change() as tx:
        return await answering.remind(tx, info.context.me, id, note)


async def ask_time(
    info: Info,
    id: Ref,
    until: Annotated[date, strawberry.argument(description="A day after the last one set.")],
    reason: Reason,
) -> Clarification:
    """Ask for more time. The addressee's step."""
    async with info.context.change() as tx:
        return await answering.ask_time(tx, info.context.me, id, until, reason)


async def answer_time(info: Info, id: Ref, grant: bool, reason: Note = None) -> Clarification:
    """Give the time that was asked for, or refuse it with a reason. The issuer's step."""
    async with info.context.change() as tx:
        return await answering.answer_time(tx, info.context.me, id, grant, reason)
