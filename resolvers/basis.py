"""Resolvers of lawful bases, consent and its withdrawal."""

from typing import Annotated

import strawberry

from db.basis import LawfulBasis, WithdrawalNotice
from db.enums import BasisState, DataCategory
from domain import consent
from domain.basis import BasisDraft, givers
from domain.checks import Ref
from domain.paging import Page, PageArgs
from resolvers.context import Info
from resolvers.relations import After, Before, First, Last


async def add(info: Info, handoff_id: Ref, input: BasisDraft) -> LawfulBasis:
    """Name a further lawful basis (dasar pemrosesan) for what you disclose in a handoff.

    A consent of somebody who is the reported person is refused.
    """
    async with info.context.change() as tx:
        return await consent.add(tx, info.context.me, handoff_id, input)


async def withdraw(
    info: Info,
    id: Annotated[Ref, strawberry.argument(description="The basis: a consent of yours.")],
    categories: Annotated[
        list[DataCategory] | None,
        strawberry.argument(description="For which categories; left out, for all of them."),
    ] = None,
    reason: Annotated[
        str | None,
        strawberry.argument(
            description="Nobody owes one (UU PDP article 9). Up to 4,000 characters, seen by both"
            " sides of the handoff. Write no names here."
        ),
    ] = None,
) -> LawfulBasis:
    """Withdraw a consent (menarik persetujuan, UU PDP articles 9 and 40), in whole or in part.

    What rested on it closes with the next read, and everybody concerned is told.
    """
    async with info.context.change() as tx:
        return await consent.withdraw(tx, info.context.me, id, categories, reason)


async def acknowledge(
    info: Info, id: Annotated[Ref, strawberry.argument(description="The notice, sent to you.")]
) -> WithdrawalNotice:
    """Say that you have stopped, within 3x24 hours of being told (UU PDP article 40)."""
    async with info.context.change() as tx:
        return await consent.acknowledge(tx, info.context.me, id)


async def notices(
    info: Info,
    open: Annotated[
        bool | None, strawberry.argument(description="Whether it is not acknowledged yet.")
    ] = None,
    to_us: Annotated[
        bool | None,
        strawberry.argument(description="Those sent to you; false: those you wait for."),
    ] = None,
    first: First = None,
    after: After = None,
    last: Last = None,
    before: Before = None,
) -> Page[WithdrawalNotice]:
    """Notices to stop (pemberitahuan penarikan) in your handoffs, newest first."""
    args = PageArgs(first, after, last, before)
    statement = consent.notices(info.context.me, open, to_us)
    return await info.context.listed(statement, WithdrawalNotice, consent.NEWEST_FIRST, args)


def state(
    root: LawfulBasis,
    category: Annotated[
        DataCategory | None,
        strawberry.argument(description="Of this category; left out, of any of them."),
    ] = None,
) -> BasisState | None:
    """Whether it holds today, and why not; null of a category that it does not name."""
    return consent.state(root, category)


async def giver_name(root: LawfulBasis, info: Info) -> str | None:
    """Nama: shown to the organisation that wrote it down."""
    giver = await info.context.batched(givers, root.id)
    return giver.name if giver else None


async def giver_national_id(root: LawfulBasis, info: Info) -> str | None:
    """Nomor Induk Kependudukan (NIK): shown to the organisation that wrote it down."""
    giver = await info.context.batched(givers, root.id)
    return giver.national_id if giver else None
