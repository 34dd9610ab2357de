"""Resolvers of policy inputs."""

from typing import Annotated

import strawberry

from db.policy_input import (
    ItemOutcome,
    PolicyEvidence,
    PolicyInput,
    PolicyItem,
    PolicySubmission,
    PolicyVersion,
)
from domain import policy_content, policy_input, policy_result
from domain.checks import PARAGRAPH, Ref, id_of
from domain.paging import Page, PageArgs
from domain.statistics import StatisticsTable
from resolvers.context import Info
from resolvers.relations import After, Before, First, Last

Body = Annotated[
    str,
    strawberry.argument(description=f"1 to {PARAGRAPH:,} characters; no names of children."),
]
Others = Annotated[
    list[Ref], strawberry.argument(description=f"Up to {policy_input.MOST_COSIGNERS} in all.")
]
Results = Annotated[
    list[policy_result.ItemResult],
    strawberry.argument(description=f"Up to {policy_content.MOST_ITEMS}, each item once."),
]


async def one(info: Info, id: Ref) -> PolicyInput:
    """One policy input (masukan kebijakan) that you may see."""
    return await info.context.found(PolicyInput, id_of(id, "policyinput", "id"), "id")


async def listed(
    info: Info,
    filter: policy_input.PolicyInputFilter | None = None,
    first: First = None,
    after: After = None,
    last: Last = None,
    before: Before = None,
) -> Page[PolicyInput]:
    """Policy inputs that you write, work on, received, or that were published; newest first."""
    args = PageArgs(first, after, last, before)
    statement = policy_input.listed(filter)
    return await info.context.listed(statement, PolicyInput, policy_input.NEWEST_FIRST, args)


async def submission(root: PolicyInput, info: Info) -> PolicySubmission | None:
    """To whom it went; null while it has not, for you."""
    return await info.context.each(policy_result.submissions, root.id)


async def outcome_counts(root: PolicyInput, info: Info) -> policy_result.PolicyOutcomes | None:
    """What its items came to; null while it is not submitted."""
    return await info.context.each(policy_result.counts, root.id)


async def outcome(root: PolicyItem, info: Info) -> ItemOutcome | None:
    """What became of it, as was last said."""
    return await info.context.each(policy_result.outcomes, root.id)


async def canonical_content(root: PolicyVersion, info: Info) -> str | None:
    """The content of a closed version in canonical JSON (RFC 8785): what `contentHash` is of."""
    input = await info.context.one(PolicyInput, root.input_id)
    async with info.context.transaction() as tx:
        return await policy_content.closed(tx, input, root)


async def figures(root: PolicyEvidence, info: Info) -> StatisticsTable | None:
    """The figures cited, as they were released."""
    async with info.context.transaction() as tx:
        return await policy_content.cited(tx, root)


async def draft(info: Info, input: policy_input.NewPolicyInput) -> PolicyInput:
    """Begin a policy input (menyusun masukan) with your organisation as lead."""
    async with info.context.change() as tx:
        return await policy_input.draft(tx, info.context.me, input)


async def redraft(info: Info, id: Ref, input: policy_content.PolicyContent) -> PolicyInput:
    """Write the open version anew: all of its content. Lead's step."""
    async with info.context.change() as tx:
        return await policy_input.redraft(tx, info.context.me, id, input)


async def invite(info: Info, id: Ref, organisation_ids: Others) -> PolicyInput:
    """Ask organisations to write and sign with you. Lead's step, before it is submitted."""
    async with info.context.change() as tx:
        return await policy_input.invite(tx, info.context.me, id, organisation_ids)


async def remove(info: Info, id: Ref, organisation_id: Ref) -> PolicyInput:
    """Take back an invitation (lead), or decline your own; not once it has signed the newest."""
    async with info.context.change() as tx:
        return await policy_input.remove(tx, info.context.me, id, organisation_id)


async def comment(info: Info, id: Ref, body: Body) -> PolicyInput:
    """Remark on the newest version; lead and co-signers read it."""
    async with info.context.change() as tx:
        return await policy_input.comment(tx, info.context.me, id, body)


async def close(info: Info, id: Ref) -> PolicyInput:
    """Close the open version for signing: it gets its hash and never changes. Lead's step."""
    async with info.context.change() as tx:
        return await policy_input.close(tx, info.context.me, id)


async def revise(info: Info, id: Ref) -> PolicyInput:
    """Open another version, which wants signatures of its own. Lead's step."""
    async with info.context.change() as tx:
        return await policy_input.revise(tx, info.context.me, id)


async def sign(info: Info, id: Ref, input: policy_input.PolicySigning) -> PolicyInput:
    """Sign the newest version, closed, by its hash. A co-signer's step."""
    async with info.context.change() as tx:
        return await policy_input.sign(tx, info.context.me, id, input)


async def submit(info: Info, id: Ref, input: policy_result.PolicySending) -> PolicyInput:
    """Say to whom the closed version went; from now on it stays. Lead's step."""
    async with info.context.change() as tx:
        return await policy_result.submit(tx, info.context.me, id, input)


async def answer(info: Info, id: Ref, input: policy_result.PolicyReply) -> PolicyInput:
    """Write down an answer: the recipient its own, or the lead what it received."""
    async with info.context.change() as tx:
        return await policy_result.answer(tx, info.context.me, id, input)


async def record(info: Info, id: Ref, outcomes: Results) -> PolicyInput:
    """Say what became of items in the text as adopted. Lead's step."""
    async with info.context.change() as tx:
        return await policy_result.record(tx, info.context.me, id, outcomes)


async def publish(info: Info, id: Ref) -> PolicyInput:
    """Let everyone read what was submitted, and what came of it, for good. Lead's step."""
    async with info.context.change() as tx:
        return await policy_result.publish(tx, info.context.me, id)
