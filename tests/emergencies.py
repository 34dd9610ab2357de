"""What tests of emergencies (akses darurat) and of passing on have in common."""

from typing import Any

from tests.scenes import Pair, rewrite, uuid_of
from tests.world import Api, World, ok

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
