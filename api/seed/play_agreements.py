"""Agreements come about: drafted, commented on, approved, signed, changed, suspended and ended."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy import ColumnElement, select
from sqlalchemy.ext.asyncio import AsyncSession

from api.seed import paragraphs
from api.seed.agreements import PAPERS
from api.seed.cast import Cast
from api.seed.numbers import document_number
from api.seed.shapes import Change, Clause, Paper
from db.ids import encode
from db.mou import MouVersion
from domain import mou
from domain.checks import Ref, id_of
from domain.mou_content import ClauseDraft, MouContent, PartyDraft, content_of
from domain.mou_paper import OPEN


def shift_of(paper: Paper) -> int:
    """How many days a paper that has expired is dated later at first, so that it can be signed."""
    return max(0, 1 - paper.ends)


async def conclude_all(cast: Cast) -> None:
    """Every paper, those above before those that stand under them."""
    waiting = list(PAPERS)
    while waiting:
        ready = [paper for paper in waiting if paper.parent is None or paper.parent in cast.mous]
        await asyncio.gather(*(_conclude(cast, paper) for paper in ready))
        waiting = [paper for paper in waiting if paper not in ready]


async def end_some(cast: Cast) -> None:
    """Suspensions and terminations, once the handoffs under those agreements have happened."""
    for paper in PAPERS:
        ref = cast.mous[paper.key]
        if paper.suspended:
            _, by, reason = paper.suspended
            async with cast.acting(by) as (tx, caller):
                await mou.suspend(tx, caller, ref, reason)
        if paper.terminated:
            _, _, by, reason = paper.terminated
            async with cast.acting(by) as (tx, caller):
                await mou.terminate(tx, caller, ref, reason, None)


async def _conclude(cast: Cast, paper: Paper) -> None:
    drafter = paper.parties[0].org
    parent = cast.mous[paper.parent] if paper.parent else None
    async with cast.acting(drafter) as (tx, caller):
        drafted = await mou.propose(tx, caller, paper.kind, parent, _content(cast, paper))
        ref = Ref(encode("mou", drafted.id))
        if paper.submitted is not None:
            await mou.submit(tx, caller, ref)
        content_hash = await _open_hash(tx, ref)
    if paper.submitted is not None:
        await _review(cast, paper, ref, content_hash, paper.comments, paper.approvals)
    if paper.signed is not None:
        await _sign(cast, paper, ref, content_hash, paper.signed)
    if paper.withdrawn is not None:
        async with cast.acting(drafter) as (tx, caller):
            await mou.withdraw(tx, caller, ref, paper.withdrawn[1])
    if paper.change is not None:
        await _change(cast, paper, ref, paper.change)
    cast.mous[paper.key] = ref


async def _change(cast: Cast, paper: Paper, ref: Ref, change: Change) -> None:
    async with cast.acting(paper.parties[0].org) as (tx, caller):
        if change.until is not None:
            await mou.extend(tx, caller, ref, cast.day(change.until))
        else:
            signed = await tx.scalar(select(MouVersion).where(_of(ref)))
            assert signed is not None
            content = replace(await content_of(tx, signed), clauses=_clauses(cast, change.clauses))
            await mou.amend(tx, caller, ref, content)
        await mou.submit(tx, caller, ref)
        content_hash = await _open_hash(tx, ref)
    await _review(cast, paper, ref, content_hash, change.comments, change.approvals)
    if change.signed is not None:
        await _sign(cast, paper, ref, content_hash, change.signed)


async def _review(
    cast: Cast,
    paper: Paper,
    ref: Ref,
    content_hash: str,
    comments: Sequence[tuple[str, str]],
    approvals: Sequence[str],
) -> None:
    for org, said in comments:
        async with cast.acting(org) as (tx, caller):
            await mou.comment(tx, caller, ref, said)
    for org in approvals:
        async with cast.acting(org) as (tx, caller):
            await mou.approve(tx, caller, ref, content_hash)


async def _sign(cast: Cast, paper: Paper, ref: Ref, content_hash: str, signed: int) -> None:
    """Everyone approves, then everyone signs, each with its own number."""
    for party in paper.parties[1:]:
        async with cast.acting(party.org) as (tx, caller):
            await mou.approve(tx, caller, ref, content_hash)
    day = cast.day(cast.workday(signed))
    for n, party in enumerate(paper.parties, 1):
        number = n * 7 + len(paper.key) + day.month
        filed = document_number(party.org, paper.kind, number, day)
        async with cast.acting(party.org) as (tx, caller):
            signature = mou.Signature(
                content_hash, filed, party.signatory, party.office, party.letter is None,
                party.letter,
            )  # fmt: skip
            await mou.sign(tx, caller, ref, signature)


async def _open_hash(tx: AsyncSession, ref: Ref) -> str:
    """The hash of the version being worked on: what its parties approve and sign."""
    drafted = select(MouVersion.content_hash).where(_of(ref), MouVersion.stage.in_(OPEN))
    return (await tx.scalars(drafted)).one()


def _of(ref: Ref) -> ColumnElement[bool]:
    return MouVersion.mou_id == id_of(ref, "mou", "id")


def _content(cast: Cast, paper: Paper) -> MouContent:
    shift = shift_of(paper)
    return MouContent(
        title=paper.title,
        purpose=paper.purpose,
        scope=paper.scope,
        valid_from=cast.day(paper.begins + shift),
        valid_until=cast.day(paper.ends + shift),
        parties=[PartyDraft(cast.ref(p.org), p.covers_branches) for p in paper.parties],
        clauses=_clauses(cast, paper.clauses),
        notice_days=paper.notice_days,
        obligations=paper.obligations or None,
        confidentiality=paragraphs.CONFIDENTIALITY,
        evaluation=paragraphs.EVALUATION,
        disputes=paragraphs.DISPUTES,
        extension=paragraphs.EXTENSION,
        termination=paragraphs.TERMINATION,
    )


def _clauses(cast: Cast, clauses: Sequence[Clause]) -> list[ClauseDraft]:
    return [
        ClauseDraft(
            discloser_id=cast.ref(clause.discloser),
            recipient_id=cast.ref(clause.recipient),
            categories=list(clause.categories),
            purposes=list(clause.purposes),
            legal_basis=clause.legal_basis,
            retention_days=clause.retention_days,
            case_roles=list(clause.roles),
            onward_sharing=clause.onward_sharing,
        )
        for clause in clauses
    ]
