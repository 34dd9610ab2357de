"""Resolvers of evaluations."""

from collections.abc import Sequence
from typing import Annotated

import strawberry

from db.evaluation import Evaluation, EvaluationPromise, NextStep
from domain import evaluation
from domain.checks import PARAGRAPH, Ref, id_of
from domain.evaluation import AnswerDraft, Conclusion, Done
from domain.paging import Page, PageArgs
from resolvers.context import Info
from resolvers.relations import After, Before, First, Last


async def one(info: Info, id: Ref) -> Evaluation:
    """One evaluation (evaluasi kerja sama) of an agreement your organisation is a party to."""
    return await info.context.found(Evaluation, id_of(id, "evaluation", "id"), "id")


async def listed(
    info: Info,
    mou_id: Annotated[
        Ref | None, strawberry.argument(description="Of this agreement alone.")
    ] = None,
    first: First = None,
    after: After = None,
    last: Last = None,
    before: Before = None,
) -> Page[Evaluation]:
    """Evaluations of the agreements your organisation is a party to, latest first."""
    statement = evaluation.listed(mou_id)
    args = PageArgs(first, after, last, before)
    return await info.context.listed(statement, Evaluation, evaluation.LATEST_FIRST, args)


async def done(root: Evaluation, info: Info) -> Sequence[Done]:
    """What was done under the agreement; while it is a draft, shown to its author alone."""
    async with info.context.transaction() as tx:
        return await evaluation.done(tx, root)


async def start(info: Info, mou_id: Ref) -> Evaluation:
    """Begin to evaluate an agreement; what it promises is drawn from the version that counts."""
    async with info.context.change() as tx:
        return await evaluation.start(tx, info.context.me, mou_id)


async def answer(info: Info, id: Ref, input: AnswerDraft) -> EvaluationPromise:
    """Say what became of a promise. Author's step."""
    async with info.context.change() as tx:
        return await evaluation.answer(tx, info.context.me, id, input)


async def assess(
    info: Info,
    id: Ref,
    recommendation: NextStep,
    body: Annotated[str, strawberry.argument(description=f"1 to {PARAGRAPH:,} characters.")],
) -> Evaluation:
    """Say what your organisation, a party, thinks of it; until it is concluded, also anew."""
    async with info.context.change() as tx:
        return await evaluation.assess(tx, info.context.me, id, recommendation, body)


async def conclude(info: Info, id: Ref, input: Conclusion) -> Evaluation:
    """Close the evaluation once every promise is answered: from then on it stays as it is."""
    async with info.context.change() as tx:
        return await evaluation.conclude(tx, info.context.me, id, input)
