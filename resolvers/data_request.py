"""Resolvers of requests in a child's name."""

import logging
from typing import Annotated

import strawberry

from db.case import CaseFile
from db.data_request import DataRequest, DataRequestDetails
from db.handoff import Handoff
from db.vault import Damaged, KeyUnknown, Vault
from domain import data_request
from domain.checks import PARAGRAPH, Ref, id_of
from domain.data_request import DataRequestFilter, NewDataRequest
from domain.paging import Page, PageArgs
from resolvers.context import Info
from resolvers.mou import Reason
from resolvers.relations import After, Before, First, Last

log = logging.getLogger(__name__)

Answer = Annotated[
    str | None,
    strawberry.argument(
        description=f"Up to {PARAGRAPH:,} characters, seen by both sides; a refusal needs it."
        " Write no names here."
    ),
]


async def one(info: Info, id: Ref) -> DataRequest:
    """One request in a child's name about a handoff of yours."""
    return await info.context.found(DataRequest, id_of(id, "request", "id"), "id")


async def listed(
    info: Info,
    filter: DataRequestFilter | None = None,
    first: First = None,
    after: After = None,
    last: Last = None,
    before: Before = None,
) -> Page[DataRequest]:
    """Requests in a child's name (permintaan subjek data) about your handoffs, newest first."""
    statement = data_request.listed(filter, info.context.me)
    args = PageArgs(first, after, last, before)
    return await info.context.listed(statement, DataRequest, data_request.NEWEST_FIRST, args)


async def details(root: DataRequest, info: Info) -> str | None:
    """What is wrong or wanted, and who asks; null once the case was destroyed."""
    handoff = await info.context.one(Handoff, root.handoff_id)
    case = await info.context.one(CaseFile, handoff.case_id) if handoff else None
    said = await info.context.one(DataRequestDetails, root.id)
    if case is None or case.wrapped is None or said is None:
        return None
    vault: Vault = info.context.database.info["vault"]
    try:
        key = await vault.open_case(case.id, case.kek_id, case.wrapped)
        return key.open(data_request.place(root.id), said.sealed)
    except (Damaged, KeyUnknown) as error:
        log.error("a request does not open: %s (%s)", root.id, type(error).__name__)
        return None


async def open_(info: Info, input: NewDataRequest) -> DataRequest:
    """Write down what somebody asks about the data of a child; an answer is due in 3x24 hours."""
    async with info.context.change() as tx:
        return await data_request.open_(tx, info.context.me, input)


async def answer(info: Info, id: Ref, grant: bool, answer: Answer = None) -> DataRequest:
    """Grant or refuse what was asked of your organisation; what is granted takes effect at once.

    A restriction closes those categories to the other side, an erasure destroys them. A
    rectification lets you correct them, even after the handoff ended.
    """
    async with info.context.change() as tx:
        return await data_request.answer(tx, info.context.me, id, grant, answer)


async def lift(info: Info, id: Ref, reason: Reason) -> DataRequest:
    """End a restriction that your organisation granted (mencabut pembatasan)."""
    async with info.context.change() as tx:
        return await data_request.lift(tx, info.context.me, id, reason)
