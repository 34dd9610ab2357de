"""What tests of the end of content share: clocks set back, requests and holds, and a look at what
is left in the tables."""

from typing import Any
from uuid import UUID

from domain.retention import Retention
from tests.scenes import REASON, Pair, uuid_of
from tests.world import Api, World

HOLD = """
... on LegalHold { id documentNumber reason createdAt liftedAt liftReason placedBy { id } }
"""
REQUEST = """
... on DataRequest { id kind status categories requesterRelation createdAt dueAt overdue answeredAt
  answer liftedAt liftReason details handoff { id } openedBy { id } controller { id } }
"""
DETAILS = "Nama ibunya salah tulis: Sari, bukan Sri."


async def ended(world: World, handoff: str, days: int) -> None:
    """Let a handoff have ended so many days ago, and one minute."""
    await world.sql(
        "update handoff set ended_at = now() - make_interval(days => :days, mins => 1)"
        " where id = :id and ended_at is not null", id=uuid_of(handoff), days=days,
    )  # fmt: skip


async def destroy(world: World) -> tuple[int, int]:
    """A round of the server's own: how many sections and cases went."""
    done = await Retention(world.database).once()
    return done.sections, done.cases


async def left(world: World, handoff: str) -> dict[str, Any]:
    """What the tables hold of a handoff: bodies, words, events of the end, and the case's key."""
    [row] = await world.sql(
        "select (select count(*) from handoff_section_body b where b.handoff_id = h.id) as bodies,"
        " (select count(*) from section_word w join handoff_section s on s.id = w.section_id"
        "  where s.handoff_id = h.id) as words,"
        " (select count(*) from handoff_section s where s.handoff_id = h.id"
        "  and s.destroyed_at is not null) as destroyed,"
        " (select array_agg(distinct s.destruction) from handoff_section s"
        "  where s.handoff_id = h.id and s.destroyed_at is not null) as why,"
        " (select count(*) from handoff_event e where e.handoff_id = h.id"
        "  and e.kind = 'CONTENT_DESTROYED') as told,"
        " c.wrapped is not null as key, c.destroyed_at is not null as spent"
        " from handoff h join case_file c on c.id = h.case_id where h.id = :id",
        id=uuid_of(handoff),
    )  # fmt: skip
    return dict(row._mapping)


async def secrets_of(world: World, handoff: str) -> list[bytes]:
    """The sealed content and keys of a handoff, as bytes."""
    rows = await world.sql(
        "select sealed, sealed_key from handoff_section_body where handoff_id = :id",
        id=uuid_of(handoff),
    )
    [(wrapped,)] = await world.sql(
        "select c.wrapped from case_file c join handoff h on h.case_id = c.id where h.id = :id",
        id=uuid_of(handoff),
    )
    return [bytes(value) for row in rows for value in row] + [bytes(wrapped)]


async def anywhere(world: World, secret: bytes | str) -> list[str]:
    """The tables in which these bytes or words stand."""
    tables = await world.sql(
        "select c.relname from pg_class c where c.relnamespace = 'public'::regnamespace"
        " and c.relkind = 'r'"
    )
    found = []
    for (table,) in tables:
        [(there,)] = await world.sql(
            f'select exists (select from "{table}" t where strpos(t::text, :secret) > 0)',
            secret=secret if isinstance(secret, str) else secret.hex(),
        )
        if there:
            found.append(table)
    return found


def place(api: Api, handoff: str, number: str = "LP/7/XI/2026", reason: str = REASON) -> Any:
    types = "$handoffId: ID!, $documentNumber: String!, $reason: String!"
    return api.mutate("placeLegalHold", types, HOLD, handoffId=handoff, documentNumber=number,
                      reason=reason)  # fmt: skip


def lift_hold(api: Api, id: str, reason: str = REASON) -> Any:
    return api.mutate("liftLegalHold", "$id: ID!, $reason: String!", HOLD, id=id, reason=reason)


def request(api: Api, handoff: str, kind: str, *categories: str, **change: Any) -> Any:
    given = {
        "handoffId": handoff, "kind": kind, "categories": list(categories) or ["INCIDENT"],
        "requesterRelation": "MOTHER", "details": DETAILS,
    } | change  # fmt: skip
    return api.mutate("openDataRequest", "$input: DataRequestInput!", REQUEST, input=given)


def answer(api: Api, id: str, grant: bool = True, text: str | None = None) -> Any:
    types = "$id: ID!, $grant: Boolean!, $answer: String"
    return api.mutate("answerDataRequest", types, REQUEST, id=id, grant=grant, answer=text)


def lift_restriction(api: Api, id: str, reason: str = REASON) -> Any:
    types = "$id: ID!, $reason: String!"
    return api.mutate("liftRestriction", types, REQUEST, id=id, reason=reason)


async def events(both: Pair, id: str, last: int = 1) -> list[tuple[str, str]]:
    """The last steps of the timeline, with who took them."""
    found = (await both.seen(both.sender, id))["events"]["nodes"]
    return [(event["kind"], event["actor"]["id"]) for event in found[-last:]]


def section_ids(seen: dict[str, Any]) -> list[str]:
    return [section["id"] for section in seen["sections"]["nodes"]]


def uuids(*ids: str) -> list[UUID]:
    return [uuid_of(id) for id in ids]
