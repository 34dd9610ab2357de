"""What tests of emergencies (akses darurat) and of passing on have in common."""

import itertools
from collections.abc import Sequence
from typing import Any

from tests.scenes import Pair, rewrite, uuid_of
from tests.world import HANDOFF, Api, Org, World, agreement, case, clause, ok

EMERGENCY = "... on Emergency { id open endsAt closedAt sections { id } }"
WHY = "Anak terancam dibunuh malam ini."
SEEN = """
query($id: ID!) { emergency(id: $id) {
  id open reason openedAt endsAt closedAt reviewDueAt reviewOverdue
  openedBy { id } handoff { id }
  review { finding note reviewedAt reviewedBy { id } }
  sections { id category content { __typename ... on Disclosed { body } } }
} }
"""


def breaks_glass(api: Api, **given: Any) -> Any:
    """An attempt to open an emergency."""
    body = {"reason": WHY, "hours": 4} | given
    return api.mutate("openEmergency", "$input: EmergencyInput!", EMERGENCY, input=body)


def closes(api: Api, id: str) -> Any:
    return api.mutate("closeEmergency", "$id: ID!", EMERGENCY, id=id)


def reviews(api: Api, id: str, finding: str = "JUSTIFIED", note: str | None = None) -> Any:
    types = "$id: ID!, $finding: Finding!, $note: String"
    return api.mutate("reviewEmergency", types, EMERGENCY, id=id, finding=finding, note=note)


async def seen(api: Api, id: str) -> dict[str, Any]:
    found: dict[str, Any] = (await api.data(SEEN, id=id))["emergency"]
    return found


async def number_of(api: Api, id: str) -> str:
    """What one of the two sides reads out by telephone."""
    found = await api.data("query($id: ID!) { handoff(id: $id) { number } }", id=id)
    return str(found["handoff"]["number"])


async def suspend(both: Pair) -> None:
    """What the ordinary way showed is closed."""
    types = "$id: ID!, $reason: String!"
    await ok(both.sender.mutate("suspendMou", types, "", id=both.mou, reason="Uji"))


async def shift(world: World, id: str, hours: int) -> None:
    """Let hours pass for an emergency."""
    await rewrite(
        world,
        "update emergency_access set opened_at = opened_at - make_interval(hours => :hours),"
        " ends_at = ends_at - make_interval(hours => :hours),"
        " review_due_at = review_due_at - make_interval(hours => :hours) where id = :id",
        id=uuid_of(id),
        hours=hours,
    )


async def bodies(api: Api, handoff: str) -> dict[str, str]:
    """What each section shows, by category: its body, or the code of why not."""
    found = await api.data(
        "query($id: ID!) { handoff(id: $id) { sections { nodes { category content {"
        " ... on Disclosed { body } ... on Withheld { code } } } } } }",
        id=handoff,
    )
    return {
        section["category"]: section["content"].get("body") or section["content"]["code"]
        for section in found["handoff"]["sections"]["nodes"]
    }


async def ids(api: Api, handoff: str) -> list[str]:
    """The sections of a handoff."""
    found = await api.data(
        "query($id: ID!) { handoff(id: $id) { sections { nodes { id } } } }", id=handoff
    )
    return [section["id"] for section in found["handoff"]["sections"]["nodes"]]


async def timeline(api: Api, handoff: str) -> list[tuple[str, str]]:
    """What happened, and by whom."""
    found = await api.data(
        "query($id: ID!) { handoff(id: $id) { events { nodes { kind actor { id } } } } }",
        id=handoff,
    )
    return [(event["kind"], event["actor"]["id"]) for event in found["handoff"]["events"]["nodes"]]


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
