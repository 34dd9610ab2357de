"""What goes wrong in other systems of this kind, and that it cannot here."""

import pytest
from graphql import GraphQLInputObjectType, build_schema

from api.app import make_schema
from auth.scopes import Scope
from tests.access.test_unknown import uuid_of
from tests.emergencies import breaks_glass
from tests.endings import anywhere
from tests.people import acting, somebody
from tests.scenes import REASON, Pair, pair, take
from tests.world import World, basis, case, clause, conclude, content, ok

SCHEMA = build_schema(make_schema().as_str())
SECRET = "rahasiasekali"
OVERDUE = "{ handoffs(box: OUTBOX, filter: {overdue: true}) { nodes { id overdue } } }"
READ = "query($id: ID!) { handoff(id: $id) { id } }"
TRANSFERRED = {"kind": "TRANSFER"}


# Handoffs addressed to a person ---------------------------------------------------------------


async def test_a_handoff_is_addressed_to_an_organisation(world: World) -> None:
    """No field takes a person, and no column could hold one."""
    given = SCHEMA.type_map["HandoffInput"]
    assert isinstance(given, GraphQLInputObjectType)
    assert {name for name in given.fields if name.endswith("Id")} == {
        "receiverId", "mouId", "inquiryId", "onwardOfId"
    } & given.fields.keys()  # fmt: skip
    to_people = await world.sql(
        "select conrelid::regclass::text from pg_constraint where contype = 'f'"
        " and confrelid = 'user_account'::regclass and conrelid::regclass::text like 'handoff%'"
    )
    assert to_people == []
    both = await pair(world)
    body = case(both.receiver.org, both.mou) | {
        "receiverId": "user_0198a8d0-0000-7000-8000-000000000001"
    }
    refused = await both.sender.mutate("sendHandoff", "$input: HandoffInput!", "", input=body)
    assert (refused["code"], refused["field"]) == ("BAD_INPUT", "input.receiverId")


# Transfers nobody accepted --------------------------------------------------------------------


async def test_a_transfer_that_nobody_accepted_stays_with_its_sender_and_is_late(
    world: World,
) -> None:
    both = await pair(world)
    id = (await both.send("INCIDENT", **TRANSFERRED))["id"]
    await take(both.receiver, "receiveHandoff", id)
    await world.sql("update handoff set due_at = now() - interval '1 hour' where id = :id",
                    id=uuid_of(id))  # fmt: skip
    assert await both.bodies(both.sender, id) == ["Isi bagian incident."]  # no stub: its own case
    late = (await both.sender.data(OVERDUE))["handoffs"]["nodes"]
    assert late == [{"id": id, "overdue": True}]
    await ok(take(both.receiver, "acceptHandoff", id))
    assert await both.bodies(both.sender, id) == ["CUSTODY_MOVED"]
    assert (await both.sender.data(OVERDUE))["handoffs"]["nodes"] == []


# Whole records copied to the receiver ---------------------------------------------------------


async def test_nothing_is_copied_to_the_receiver(world: World) -> None:
    """One sealed body, which neither side holds: what is shown is asked for each time."""
    both = await pair(world)
    body = case(both.receiver.org, both.mou) | {
        "sections": [{"category": "INCIDENT", "body": f"Isi {SECRET}."}]
    }
    types = "$input: HandoffInput!"
    id = (await ok(both.sender.mutate("sendHandoff", types, "... on Handoff { id }", input=body)))[
        "id"
    ]
    await ok(take(both.receiver, "acceptHandoff", id))
    assert await both.bodies(both.receiver, id) == [f"Isi {SECRET}."]
    assert await anywhere(world, SECRET) == []
    [(bodies,)] = await world.sql(
        "select count(*) from handoff_section_body where handoff_id = :id", id=uuid_of(id)
    )
    assert bodies == 1
    await ok(take(both.sender, "revokeHandoff", id))
    assert await both.bodies(both.receiver, id) == ["STATE_CLOSED"]


# Lookups of a child row not tied to its parent ------------------------------------------------


async def test_a_section_is_looked_for_in_its_own_handoff_only(world: World) -> None:
    """One's right to one handoff is of no use for a child row of another."""
    mine, foreign = await pair(world), await pair(world)
    id = (await mine.send("INCIDENT"))["id"]
    other = (await foreign.send("INCIDENT"))["id"]
    section = (await foreign.seen(foreign.sender, other))["sections"]["nodes"][0]["id"]
    for api in (mine.sender, mine.receiver):
        found = await api.ask("query($id: ID!) { node(id: $id) { id } }", id=section)
        assert found.body["data"]["node"] is None
        gone = await api.mutate("removeHandoffSection", "$id: ID!", "", id=section)
        assert gone["code"] == "NOT_FOUND"
    opened = await breaks_glass(mine.receiver, handoffId=id, sectionIds=[section])
    assert opened["code"] == "NOT_FOUND"
    resting = [basis(restsOnId=await _basis(foreign, other))]
    refused = await mine.write("sendHandoff", "INCIDENT", bases=resting)
    assert (refused["code"], refused["field"]) == ("NOT_FOUND", "input.bases[0].restsOnId")


async def _basis(both: Pair, id: str) -> str:
    query = "query($id: ID!) { handoff(id: $id) { bases { nodes { id } } } }"
    found = await both.sender.data(query, id=id)
    return str(found["handoff"]["bases"]["nodes"][0]["id"])


# Access that outlives the membership it hung on -----------------------------------------------

ENDED = {
    "the organisation is dissolved": "update organisation set dissolved_at = now() where id = :org",
    "the client is disabled": "update client set disabled_at = now() where organisation_id = :org",
    "what it was let in for has ended": "update oauth_grant set ended_at = now(), end_reason ="
    " 'REVOKED' where client_id in (select id from client where organisation_id = :org)",
}


@pytest.mark.parametrize("end", ENDED)
async def test_nothing_is_read_any_more_when(world: World, end: str) -> None:
    both = await pair(world)
    id = (await both.send("INCIDENT"))["id"]
    assert await both.bodies(both.receiver, id) == ["Isi bagian incident."]
    await world.sql(ENDED[end], org=both.receiver.org.id)
    answer = await both.receiver.ask(READ, id=id)
    assert (answer.status, answer.codes) == (401, ["UNAUTHENTICATED"])


async def test_nothing_is_read_by_a_person_who_is_disabled_or_lost_the_role(world: World) -> None:
    both = await pair(world)
    id = (await both.send("INCIDENT"))["id"]
    person = await somebody(world, both.receiver.org, "CASE_WORKER")
    reader = await acting(world, person, Scope.HANDOFF_READ)
    assert await both.bodies(reader, id) == ["Isi bagian incident."]
    change = "update user_account set {} where id = :id"
    await world.sql(change.format("roles = '{ADMINISTRATOR}'"), id=person.id)
    assert (await reader.ask(READ, id=id)).codes == ["NOT_FOUND"]
    await world.sql(change.format("roles = '{CASE_WORKER}', disabled_at = now()"), id=person.id)
    answer = await reader.ask(READ, id=id)
    assert (answer.status, answer.codes) == (401, ["UNAUTHENTICATED"])


async def test_nothing_is_read_when_the_agreement_is_over_or_its_party_has_left(
    world: World,
) -> None:
    both = await pair(world)
    id = (await both.send("INCIDENT"))["id"]
    assert await both.bodies(both.receiver, id) == ["Isi bagian incident."]
    await _leaves(world, both)
    assert await both.bodies(both.receiver, id) == ["NOT_COVERED"]
    types = "$id: ID!, $reason: String!"
    await ok(both.sender.mutate("terminateMou", types, "", id=both.mou, reason=REASON))
    assert await both.bodies(both.receiver, id) == ["AGREEMENT_NOT_IN_FORCE"]


async def _leaves(world: World, both: Pair) -> None:
    """An amendment, signed by all, among whom the receiver is no more."""
    others = [both.sender, await world.as_(await world.org())]
    one, other = (api.org for api in others)
    types = "$id: ID!, $input: MouInput!"
    body = content([one, other], [clause(one, other)])
    returns = "... on Mou { id }"
    made = await ok(both.sender.mutate("amendMou", types, returns, id=both.mou, input=body))
    await conclude(made, *others)
