"""Cases that go on from one organisation to the next: three agreements, four organisations."""

import itertools
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from tests.emergencies import ids
from tests.scenes import REASON, uuid_of
from tests.world import HANDOFF, Api, Org, World, agreement, case, clause, ok, sent, step, today


async def line(world: World, *orgs: Org, onward: bool = True, **change: Any) -> list[str]:
    """Agreements from each to the next, that let INCIDENT and HEALTH go on from there."""
    return [
        await agreement(
            world,
            [one, other],
            [clause(one, other, "INCIDENT", "HEALTH", onwardSharing=onward)],
            **change,
        )
        for one, other in itertools.pairwise(orgs)
    ]


def goes_on(api: Api, receiver: Org, mou: str, parent: str, *passed: str, **change: Any) -> Any:
    """An attempt to hand a case on, with sections of the handoff it came by."""
    name = change.pop("name", "sendHandoff")
    body = case(receiver, mou, **{"sections": [], "onwardOfId": parent, "passOn": passed} | change)
    return api.mutate(name, "$input: HandoffInput!", HANDOFF, input=body)


async def accepted(api: Api, handoff: str) -> str:
    await ok(api.mutate("acceptHandoff", "$id: ID!", HANDOFF, id=handoff))
    return handoff


async def hop(
    sender: Api, receiver: Api, mou: str, parent: str, *passed: str, **change: Any
) -> str:
    """A case that went on, and was accepted."""
    sent = await ok(goes_on(sender, receiver.org, mou, parent, *passed, **change))
    return await accepted(receiver, sent["id"])


async def apis(world: World, count: int) -> Sequence[Api]:
    types = ("UPTD_PPA", "POLICE_PPA", "HOSPITAL", "LEGAL_AID", "BAPAS")
    return [await world.as_(await world.org(type)) for type in types[:count]]


BOTH = {"INCIDENT": "Isi bagian incident.", "HEALTH": "Isi bagian health."}
CLOSED = dict.fromkeys(BOTH, "ONWARD_CLOSED")


class Chain:
    """A case from A to B, which accepted it; what goes on from there to C, and on to D."""

    def __init__(self, world: World, people: Any, mous: list[str]) -> None:
        self.world, self.mous = world, mous
        self.a, self.b, self.c, self.d = people

    async def first(self, *categories: str, **change: Any) -> str:
        body = categories or ("INCIDENT", "HEALTH")
        return await accepted(self.b, await sent(self.a, self.b.org, self.mous[0], *body, **change))

    async def second(self, first: str, **change: Any) -> str:
        received = await ids(self.b, first)
        return await hop(self.b, self.c, self.mous[1], first, *received, **change)

    async def third(self, second: str) -> str:
        received = await ids(self.c, second)
        return await hop(self.c, self.d, self.mous[2], second, *received)


async def chain_of(world: World, **change: Any) -> Chain:
    people = await apis(world, 4)
    return Chain(world, people, await line(world, *(p.org for p in people), **change))


async def end_basis(chain: Chain, first: str) -> None:
    """As the basis that ran out yesterday."""
    await chain.world.sql(
        "update lawful_basis set valid_until = :day where handoff_id = :id",
        day=today() - timedelta(days=1), id=uuid_of(first),
    )  # fmt: skip


async def revoke(chain: Chain, first: str) -> None:
    await ok(step(chain.a, "revokeHandoff", first, reason=REASON))
