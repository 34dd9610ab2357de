"""Consents, those who give them, and those who are suspected, as tests write them down."""

from datetime import UTC, datetime, timedelta
from typing import Any

from tests.world import CATEGORIES, Api

BASIS = """
... on LawfulBasis { id kind categories withdrawnCategories purposes legalSource givenAt
  documentHash validUntil withdrawnAt withdrawalReason state author { id } restsOn { id }
  giver { relation name nationalId } }
"""
BASES = """
query($id: ID!) { handoff(id: $id) { bases { totalCount nodes { id kind state
  withdrawnCategories author { id } restsOn { id } giver { relation } } } } }
"""
PEOPLE = """
query($id: ID!) { handoff(id: $id) { bases { nodes { giver { relation name nationalId } } } } }
"""
NOTICES = """
query($open: Boolean, $toUs: Boolean) { withdrawalNotices(open: $open, toUs: $toUs) { totalCount
  nodes { id cause categories createdAt acknowledgedAt dueAt overdue receiver { id } handoff { id }
    basis { id } } } }
"""
EVENTS = """
query($id: ID!) { handoff(id: $id) { events { nodes { kind note actor { id } } } } }
"""


def ago(**time: float) -> str:
    return (datetime.now(UTC) - timedelta(**time)).isoformat()


def giver(relation: str = "MOTHER", **change: Any) -> dict[str, Any]:
    return {"relation": relation, "name": "Ibu Contoh Sari", "nationalId": "31 7401 ..."} | change


def consent(*categories: str, **change: Any) -> dict[str, Any]:
    """A consent by the mother as `LawfulBasisInput`, for every category."""
    return {
        "kind": "CONSENT",
        "categories": list(categories or CATEGORIES),
        "giver": giver(),
        "givenAt": ago(hours=1),
    } | change


def add(api: Api, handoff: str, basis: dict[str, Any]) -> Any:
    types = "$handoffId: ID!, $input: LawfulBasisInput!"
    return api.mutate("addLawfulBasis", types, BASIS, handoffId=handoff, input=basis)


def withdraw(api: Api, id: str, *categories: str, **more: Any) -> Any:
    """Withdraw a consent for some categories, or for all."""
    given = {"categories": list(categories)} if categories else {}
    types = "$id: ID!, $categories: [DataCategory!], $reason: String"
    declared = [t for t in types.split(", ") if t[1 : t.index(":")] in {"id", *given, *more}]
    return api.mutate("withdrawConsent", ", ".join(declared), BASIS, id=id, **given, **more)


def acknowledge(api: Api, id: str) -> Any:
    returns = "... on WithdrawalNotice { id acknowledgedAt overdue }"
    return api.mutate("acknowledgeWithdrawal", "$id: ID!", returns, id=id)


SUSPECT = "... on Suspect { id relation name nationalId createdAt retractedAt }"


def suspect(api: Api, handoff: str, relation: str = "MOTHER", **person: Any) -> Any:
    types = "$handoffId: ID!, $input: SuspectInput!"
    given = {"relation": relation} | person
    return api.mutate("nameSuspect", types, SUSPECT, handoffId=handoff, input=given)


def retract(api: Api, id: str) -> Any:
    return api.mutate("retractSuspect", "$id: ID!", SUSPECT, id=id)


async def bases(api: Api, handoff: str) -> list[dict[str, Any]]:
    found = await api.data(BASES, id=handoff)
    nodes: list[dict[str, Any]] = found["handoff"]["bases"]["nodes"]
    return nodes


async def basis_id(api: Api, handoff: str, nth: int = 0) -> str:
    return str((await bases(api, handoff))[nth]["id"])


async def told(api: Api, handoff: str | None = None, **given: Any) -> list[dict[str, Any]]:
    """The notices somebody sees, oldest first; those of one handoff if one is named."""
    nodes = (await api.data(NOTICES, **given))["withdrawalNotices"]["nodes"]
    return [n for n in reversed(nodes) if handoff in (None, n["handoff"]["id"])]


async def events(api: Api, handoff: str) -> list[tuple[str, str | None, str]]:
    """The timeline: what happened, with which note, by whom."""
    nodes = (await api.data(EVENTS, id=handoff))["handoff"]["events"]["nodes"]
    return [(n["kind"], n["note"], n["actor"]["id"]) for n in nodes]
