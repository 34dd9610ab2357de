"""Resolvers of inquiries."""

from typing import Annotated

import strawberry

from db.enums import InquiryStatus
from db.inquiry import Inquiry
from domain import inquiry
from domain.checks import PARAGRAPH, Ref, id_of
from domain.inquiry import InquirySide, NewInquiry
from domain.paging import Page, PageArgs
from resolvers.context import Info
from resolvers.relations import After, Before, First, Last


async def one(info: Info, id: Ref) -> Inquiry:
    """One inquiry your organisation asked or was asked."""
    return await info.context.found(Inquiry, id_of(id, "inquiry", "id"), "id")


async def listed(
    info: Info,
    side: InquirySide | None = None,
    statuses: list[InquiryStatus] | None = None,
    first: First = None,
    after: After = None,
    last: Last = None,
    before: Before = None,
) -> Page[Inquiry]:
    """Inquiries your organisation asked or was asked, newest first."""
    statement = inquiry.listed(side, statuses, info.context.me)
    args = PageArgs(first, after, last, before)
    return await info.context.listed(statement, Inquiry, inquiry.NEWEST_FIRST, args)


async def ask(info: Info, input: NewInquiry) -> Inquiry:
    """Ask a partner for a handoff, or whether there is room. Write nothing that names a child."""
    async with info.context.change() as tx:
        return await inquiry.ask(tx, info.context.me, input)


async def answer(
    info: Info,
    id: Ref,
    agree: bool,
    answer: Annotated[str, strawberry.argument(description=f"1 to {PARAGRAPH:,} characters.")],
) -> Inquiry:
    """Answer an inquiry; after a yes, a handoff may name it."""
    async with info.context.change() as tx:
        return await inquiry.answer(tx, info.context.me, id, agree, answer)


async def withdraw(info: Info, id: Ref) -> Inquiry:
    """Take back your own inquiry while it is open."""
    async with info.context.change() as tx:
        return await inquiry.withdraw(tx, info.context.me, id)
