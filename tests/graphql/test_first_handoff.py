"""The whole path once: an agreement is concluded, a case handed over, read, and closed again."""

from auth.scopes import Scope
from tests.world import World, agreement, clause, ok, sent, step

READ = """
query($id: ID!) { handoff(id: $id) {
  status sender { name } receiver { name } mou { inForce }
  sections { nodes { category content { __typename ... on Disclosed { body }
    ... on Withheld { code message } } } }
  events { nodes { kind actor { name } } }
} }
"""


async def test_a_case_is_handed_over_under_an_agreement_and_closes_with_it(world: World) -> None:
    uptd, police = await world.org("UPTD_PPA"), await world.org("POLICE_PPA")
    mou = await agreement(world, [uptd, police], [clause(uptd, police, "INCIDENT", "IDENTITY")])
    sender, receiver = await world.as_(uptd), await world.as_(police)

    id = await sent(sender, police, mou, "INCIDENT", "IDENTITY")
    await ok(step(receiver, "receiveHandoff", id))
    accepted = await ok(step(receiver, "acceptHandoff", id))
    assert accepted["status"] == "ACCEPTED"

    seen = (await receiver.data(READ, id=id))["handoff"]
    assert [s["content"] for s in seen["sections"]["nodes"]] == [
        {"__typename": "Disclosed", "body": "Isi bagian incident."},
        {"__typename": "Disclosed", "body": "Isi bagian identity."},
    ]
    assert [e["kind"] for e in seen["events"]["nodes"]] == ["SENT", "RECEIVED", "ACCEPTED"]
    assert seen["sender"]["name"] == uptd.name

    without_identity = await world.as_(police, Scope.HANDOFF_READ, Scope.MOU_READ)
    seen = (await without_identity.data(READ, id=id))["handoff"]
    assert seen["sections"]["nodes"][1]["content"]["code"] == "SCOPE_MISSING"

    await ok(sender.mutate("terminateMou", "$id: ID!, $reason: String!", "... on Mou { status }",
                           id=mou, reason="Uji coba selesai"))  # fmt: skip
    seen = (await receiver.data(READ, id=id))["handoff"]
    assert [s["content"]["code"] for s in seen["sections"]["nodes"]] == [
        "AGREEMENT_NOT_IN_FORCE"
    ] * 2
    stranger = await world.as_(await world.org())
    answer = await stranger.ask(READ, id=id)
    assert answer.body["data"] == {"handoff": None}
    assert answer.codes == ["NOT_FOUND"]
