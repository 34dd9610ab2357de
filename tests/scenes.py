"""What most tests begin with: two partners under an agreement, and a handoff at some point of its
life, reached through the API step by step.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import text

from tests.world import HANDOFF, Api, Org, World, agreement, basis, case, clause, ok, today

REASON = "Alasan uji."
SECTION = {"category": "INCIDENT", "body": "Tambahan."}

STEPS: dict[str, tuple[str, dict[str, Any]]] = {
    "sendDraftedHandoff": ("$id: ID!", {}),
    "receiveHandoff": ("$id: ID!", {}),
    "acceptHandoff": ("$id: ID!", {}),
    "rejectHandoff": ("$id: ID!, $reason: String!", {"reason": REASON}),
    "requestHandoffInfo": ("$id: ID!, $reason: String!", {"reason": REASON}),
    "provideHandoffInfo": ("$id: ID!", {}),
    "startHandoff": ("$id: ID!", {}),
    "completeHandoff": ("$id: ID!", {}),
    "failHandoff": ("$id: ID!, $reason: String!", {"reason": REASON}),
    "cancelHandoff": ("$id: ID!, $reason: String!", {"reason": REASON}),
    "requestHandoffCancellation": ("$id: ID!, $reason: String!", {"reason": REASON}),
    "answerHandoffCancellation": (
        "$id: ID!, $agree: Boolean!, $reason: String",
        {"agree": True, "reason": REASON},
    ),
    "revokeHandoff": ("$id: ID!, $reason: String!", {"reason": REASON}),
    "addHandoffSection": ("$id: ID!, $section: SectionInput!", {"section": SECTION}),
}
"""Every step of a handoff's life, with the least it takes."""

PATHS: dict[str, Sequence[str]] = {
    "DRAFT": (),
    "REQUESTED": ("sendDraftedHandoff",),
    "RECEIVED": ("sendDraftedHandoff", "receiveHandoff"),
    "INFO_REQUESTED": ("sendDraftedHandoff", "receiveHandoff", "requestHandoffInfo"),
    "ACCEPTED": ("sendDraftedHandoff", "acceptHandoff"),
    "REJECTED": ("sendDraftedHandoff", "rejectHandoff"),
    "IN_PROGRESS": ("sendDraftedHandoff", "acceptHandoff", "startHandoff"),
    "COMPLETED": ("sendDraftedHandoff", "acceptHandoff", "startHandoff", "completeHandoff"),
    "FAILED": ("sendDraftedHandoff", "acceptHandoff", "startHandoff", "failHandoff"),
    "CANCELLED": ("sendDraftedHandoff", "cancelHandoff"),
    "REVOKED": ("sendDraftedHandoff", "revokeHandoff"),
}
"""How a handoff comes to each state."""

SENDERS = ("sendDraftedHandoff", "provideHandoffInfo", "cancelHandoff",
           "requestHandoffCancellation", "revokeHandoff")  # fmt: skip

READ = """
query($id: ID!) { handoff(id: $id) {
  id status caseReference caseCategories services dueAt acceptedAt endedAt overdue
  cancellationRequestedAt
  sections { nodes { id category author { id }
    content { __typename ... on Disclosed { body } ... on Withheld { code message } } } }
  events { nodes { kind fromStatus toStatus note actor { id } } }
} }
"""


@dataclass
class Pair:
    """A sender and a receiver, with an agreement between them that covers some categories."""

    world: World
    sender: Api
    receiver: Api
    mou: str

    def side(self, name: str) -> Api:
        return self.sender if name == "SENDER" else self.receiver

    async def draft(self, *categories: str, **change: Any) -> dict[str, Any]:
        """A handoff in draft."""
        return await ok(self.write("draftHandoff", *categories, **change))

    async def send(self, *categories: str, **change: Any) -> dict[str, Any]:
        """A handoff that was sent."""
        return await ok(self.write("sendHandoff", *categories, **change))

    def write(self, name: str, *categories: str, **change: Any) -> Any:
        body = case(self.receiver.org, self.mou, *categories, **change)
        return self.sender.mutate(name, "$input: HandoffInput!", HANDOFF, input=body)

    async def take(self, *steps: str, id: str) -> dict[str, Any]:
        """Take steps one after the other, each by the side it belongs to."""
        handoff: dict[str, Any] = {}
        for name in steps:
            api = self.sender if name in SENDERS else self.receiver
            handoff = await ok(take(api, name, id))
        return handoff

    async def at(self, status: str, *categories: str, **change: Any) -> str:
        """The id of a handoff that has come to this state."""
        handoff = await self.draft(*categories, **change)
        last = await self.take(*PATHS[status], id=handoff["id"]) or handoff
        assert last["status"] == status
        return str(handoff["id"])

    async def seen(self, api: Api, id: str) -> dict[str, Any]:
        """The handoff as one of the two sees it."""
        handoff: dict[str, Any] = (await api.data(READ, id=id))["handoff"]
        return handoff

    async def bodies(self, api: Api, id: str) -> list[str]:
        """What each section shows: its body, or the code of why not."""
        sections = (await self.seen(api, id))["sections"]["nodes"]
        return [s["content"].get("body") or s["content"]["code"] for s in sections]


def take(api: Api, name: str, id: str, **change: Any) -> Any:
    """One step of a handoff's life, or an attempt at it."""
    types, variables = STEPS[name]
    if name == "addHandoffSection" or change.get("sections"):
        change.setdefault("bases", [basis()])
    for extra, type in (
        ("note", "String"), ("sections", "[SectionInput!]"), ("bases", "[LawfulBasisInput!]")
    ):  # fmt: skip
        if extra in change:
            types += f", ${extra}: {type}"
    return api.mutate(name, types, HANDOFF, id=id, **{**variables, **change})


async def pair(
    world: World,
    *categories: str,
    back: Sequence[str] = (),
    types: tuple[str, str] = ("UPTD_PPA", "POLICE_PPA"),
    **change: Any,
) -> Pair:
    """Two new organisations and an agreement with a clause of these categories, and one back."""
    one, other = await world.org(types[0]), await world.org(types[1])
    clauses = [clause(one, other, *categories)]
    if back:
        clauses.append(clause(other, one, *back))
    mou = await agreement(world, [one, other], clauses, **change)
    return Pair(world, await world.as_(one), await world.as_(other), mou)


async def stranger(world: World) -> Api:
    """An organisation that has nothing to do with anything."""
    return await world.as_(await world.org("LEGAL_AID"))


def unknown(noun: str) -> str:
    """An id of this noun that nothing has."""
    return f"{noun}_{'0198f0c2' + '0' * 24}"


async def rewrite(world: World, statement: str, **values: Any) -> None:
    """Change what the database itself keeps from being changed, such as a signed agreement."""
    async with world.operator() as tx:
        await tx.execute(text("set local session_replication_role = replica"))  # no triggers
        await tx.execute(text(statement), values)


async def expire(world: World, mou: str, days: int = 2) -> None:
    """Shift an agreement into the past, so that its last day was some days ago."""
    await rewrite(
        world,
        "update mou_version set valid_from = least(valid_from, :last), valid_until = :last,"
        " takes_effect_on = null where mou_id = :id",
        id=uuid_of(mou),
        last=today() - timedelta(days=days),
    )


def uuid_of(gid: str) -> UUID:
    """The key of a row, for looking behind the API's back."""
    return UUID(gid.rpartition("_")[2])


def day(offset: int) -> str:
    """A day counted from today, as the API writes it."""
    return str(today() + timedelta(days=offset))


def gids(*orgs: Org) -> list[str]:
    return [org.gid for org in orgs]
