"""Resolvers of agreements."""

from datetime import date
from typing import Annotated

import strawberry

from db.enums import MouKind
from db.mou import MouNow, MouVersion
from domain import mou, mou_paper
from domain.checks import PARAGRAPH, Ref, id_of
from domain.mou_content import MouContent
from domain.paging import Page, PageArgs
from resolvers.context import Info
from resolvers.relations import After, Before, First, Last

Reason = Annotated[
    str, strawberry.argument(description=f"Why (alasan): 1 to {PARAGRAPH:,} characters; required.")
]


async def one(info: Info, id: Ref) -> MouNow:
    """One agreement (kerja sama) that is shared with your organisation."""
    return await info.context.found(MouNow, id_of(id, "mou", "id"), "id")


async def listed(
    info: Info,
    filter: mou.MouFilter | None = None,
    first: First = None,
    after: After = None,
    last: Last = None,
    before: Before = None,
) -> Page[MouNow]:
    """The agreements your organisation is a party to or covered by, newest first.

    KPAI administrators (scope mou:admin) see all.
    """
    args = PageArgs(first, after, last, before)
    return await info.context.listed(mou.listed(filter), MouNow, mou.NEWEST_FIRST, args)


async def canonical_content(root: MouVersion, info: Info) -> str:
    """The content in canonical JSON (RFC 8785); `contentHash` is its SHA-256."""
    async with info.context.transaction() as tx:
        return await mou_paper.canonical_content(tx, root)


async def propose(
    info: Info,
    kind: MouKind,
    input: MouContent,
    parent_id: Annotated[
        Ref | None, strawberry.argument(description="The agreement it stands under.")
    ] = None,
) -> MouNow:
    """Draft an agreement (menyusun rancangan), seen by you and KPAI administrators alone."""
    async with info.context.change() as tx:
        return await mou.propose(tx, info.context.me, kind, parent_id, input)


async def revise(info: Info, id: Ref, input: MouContent) -> MouNow:
    """Replace the content of the open version while nobody has signed; approvals are void."""
    async with info.context.change() as tx:
        return await mou.revise(tx, info.context.me, id, input)


async def submit(info: Info, id: Ref) -> MouNow:
    """Put the draft before its parties for review (mengajukan pembahasan)."""
    async with info.context.change() as tx:
        return await mou.submit(tx, info.context.me, id)


async def withdraw(info: Info, id: Ref, reason: Reason) -> MouNow:
    """Take back the open version; an agreement in force goes on as it was."""
    async with info.context.change() as tx:
        return await mou.withdraw(tx, info.context.me, id, reason)


async def comment(
    info: Info,
    id: Ref,
    body: Annotated[str, strawberry.argument(description=f"1 to {PARAGRAPH:,} characters.")],
) -> MouNow:
    """Comment on the open version (memberi tanggapan)."""
    async with info.context.change() as tx:
        return await mou.comment(tx, info.context.me, id, body)


ContentHash = Annotated[
    str, strawberry.argument(description="`contentHash` of the version as you read it.")
]


async def approve(info: Info, id: Ref, content_hash: ContentHash) -> MouNow:
    """Say that your organisation will sign exactly this content (menyetujui)."""
    async with info.context.change() as tx:
        return await mou.approve(tx, info.context.me, id, content_hash)


async def sign(info: Info, id: Ref, input: mou.Signature) -> MouNow:
    """Sign the open version in the name of your organisation (menandatangani).

    Every party must have approved. The last signature concludes it; it is in force from its date.
    """
    async with info.context.change() as tx:
        return await mou.sign(tx, info.context.me, id, input)


Answered = Annotated[
    Ref | None,
    strawberry.argument(description="The concluded evaluation of the agreement it answers."),
]


async def amend(info: Info, id: Ref, input: MouContent, evaluation_id: Answered = None) -> MouNow:
    """Draft an amendment (adendum): a new version, reviewed and signed again by all parties."""
    async with info.context.change() as tx:
        return await mou.amend(tx, info.context.me, id, input, evaluation_id)


async def extend(info: Info, id: Ref, until: date, evaluation_id: Answered = None) -> MouNow:
    """Draft an extension (perpanjangan) to a later last day, signed again by all parties."""
    async with info.context.change() as tx:
        return await mou.extend(tx, info.context.me, id, until, evaluation_id)


async def suspend(info: Info, id: Ref, reason: Reason) -> MouNow:
    """Stop every disclosure under the agreement at once (menangguhkan)."""
    async with info.context.change() as tx:
        return await mou.suspend(tx, info.context.me, id, reason)


async def resume(info: Info, id: Ref) -> MouNow:
    """Lift a suspension: by whoever suspended, or a KPAI administrator."""
    async with info.context.change() as tx:
        return await mou.resume(tx, info.context.me, id)


async def terminate(
    info: Info,
    id: Ref,
    reason: Reason,
    effective_on: Annotated[
        date | None,
        strawberry.argument(
            description="First day without it; by default as soon as the notice period allows."
        ),
    ] = None,
) -> MouNow:
    """End the agreement (mengakhiri). Disclosure under it closes on that day."""
    async with info.context.change() as tx:
        return await mou.terminate(tx, info.context.me, id, reason, effective_on)
