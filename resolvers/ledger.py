"""Resolvers of the access ledger."""

from collections.abc import Sequence
from typing import Annotated, Any

import strawberry

from db.ledger import LedgerEntry, LedgerHead
from domain.checks import Json
from domain.ledger import listing, receipts, sealing
from domain.ledger.listing import LedgerFilter, LedgerSide
from domain.paging import Page, PageArgs
from resolvers.context import Info
from resolvers.relations import After, Before, First, Last


async def listed(
    info: Info,
    side: Annotated[
        LedgerSide, strawberry.argument(description="What others read of yours, or what you read.")
    ] = LedgerSide.OWNER,
    filter: LedgerFilter | None = None,
    first: First = None,
    after: After = None,
    last: Last = None,
    before: Before = None,
) -> Page[LedgerEntry]:
    """Who read what, when, and under which clause (rekam jejak pemrosesan), newest first.

    UU PDP articles 31 and 32.
    """
    args = PageArgs(first, after, last, before)
    statement = listing.listed(info.context.me, side, filter)
    return await info.context.listed(statement, LedgerEntry, listing.NEWEST_FIRST, args)


async def head(info: Info) -> LedgerHead | None:
    """The newest signed tree head; keep it, and the ledger can be held to it."""
    async with info.context.transaction() as tx:
        return await sealing.last_head(tx)


async def consistency(
    info: Info,
    old: Annotated[
        int, strawberry.argument(name="from", description="The size of a head you kept.")
    ],
    new: Annotated[int, strawberry.argument(name="to", description="The size of a later head.")],
) -> receipts.Link:
    """The proof that the ledger of one size continues that of another (RFC 9162)."""
    async with info.context.transaction() as tx:
        return await receipts.consistency(tx, old, new)


async def items(root: LedgerEntry, info: Info) -> Sequence[listing.Item]:
    """What was shown or denied, as far as it concerns you; of your own reading, all of it."""
    sheet = await info.context.each(listing.sheets, root.id)
    return sheet.items if sheet else []


async def index(root: LedgerEntry, info: Info) -> int | None:
    """Its place in the ledger; null for the few seconds until it is sealed."""
    sheet = await info.context.each(listing.sheets, root.id)
    return sheet.index if sheet else None


async def number(root: LedgerEntry, info: Info) -> int | None:
    """Your own running number: one that is missing among your receipts was kept back."""
    sheet = await info.context.each(listing.sheets, root.id)
    return sheet.number if sheet else None


async def receipt(root: LedgerEntry, info: Info) -> Json | None:
    """What proves it to anyone: a line of a file for `rangkul ledger verify`. Null until sealed."""
    found: Any = await info.context.each(receipts.receipts, root.id)
    return None if found is None else Json(found)
