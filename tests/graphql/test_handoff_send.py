"""Writing a handoff: drafted, sent at once, or sent later; what is refused before it is stored."""

from typing import Any

import pytest
import pytest_asyncio

from tests.covered import covers
from tests.scenes import Pair, expire, pair, rewrite, stranger, take, unknown, uuid_of
from tests.unchanged import refused, unchanged
from tests.world import HANDOFF, Api, Org, World, agreement, case, clause, ok

WRITES = ("draftHandoff", "sendHandoff")
HEADER = """
query($id: ID!) { handoff(id: $id) {
  number kind status purpose urgency childRole caseCategories services caseReference
  createdAt updatedAt requestedAt dueAt acceptedAt endedAt overdue
  sender { id } receiver { id } mou { id } inquiry { id }
} }
"""


@pytest_asyncio.fixture(scope="module")
async def both(world: World) -> Pair:
    return await pair(world, "INCIDENT", "IDENTITY", "HEALTH", back=["OUTCOME"])


def write(api: Api, name: str, body: dict[str, Any]) -> Any:
    return api.mutate(name, "$input: HandoffInput!", HANDOFF, input=body)


@covers("sendHandoff handoff", "success")
async def test_a_sent_handoff_is_with_both_sides_as_it_was_written(both: Pair) -> None:
    handoff = await both.send(
        "INCIDENT", "IDENTITY", caseReference="B/12/2026", urgency="MENDESAK",
        caseCategories=["RAPE", "HOUSEHOLD"], services=["HEALTH", "LEGAL"],
    )  # fmt: skip

    assert handoff["status"] == "REQUESTED"
    views = [(await api.data(HEADER, id=handoff["id"]))["handoff"]
             for api in (both.sender, both.receiver)]  # fmt: skip
    assert views[0] == views[1]
    [seen, _] = views
    assert seen["number"].startswith("RJK-")
    assert seen["caseCategories"] == ["RAPE", "HOUSEHOLD"]
    assert (seen["services"], seen["caseReference"]) == (["HEALTH", "LEGAL"], "B/12/2026")
    assert (seen["sender"]["id"], seen["receiver"]["id"]) == (
        both.sender.org.gid,
        both.receiver.org.gid,
    )
    assert (seen["mou"]["id"], seen["inquiry"], seen["overdue"]) == (both.mou, None, False)
    assert seen["dueAt"] > seen["requestedAt"]
    for api in (both.sender, both.receiver):
        assert await both.bodies(api, handoff["id"]) == ["Isi bagian incident.",
                                                         "Isi bagian identity."]  # fmt: skip
    events = (await both.seen(both.receiver, handoff["id"]))["events"]["nodes"]
    assert [(e["kind"], e["fromStatus"], e["toStatus"]) for e in events] == [
        ("SENT", None, "REQUESTED")
    ]


@covers("draftHandoff sendDraftedHandoff", "success")
async def test_a_draft_is_the_senders_until_it_is_sent(both: Pair) -> None:
    handoff = await both.draft("HEALTH")
    id = handoff["id"]

    assert handoff["status"] == "DRAFT"
    assert (await both.receiver.ask(HEADER, id=id)).codes == ["NOT_FOUND"]
    boxes = "{ handoffs(first: 100) { nodes { id } } }"
    assert {"id": id} not in (await both.receiver.data(boxes))["handoffs"]["nodes"]
    assert (await both.sender.data(HEADER, id=id))["handoff"]["dueAt"] is None

    await ok(take(both.sender, "sendDraftedHandoff", id))

    seen = (await both.receiver.data(HEADER, id=id))["handoff"]
    assert seen["dueAt"]
    events = (await both.seen(both.receiver, id))["events"]["nodes"]
    assert [e["kind"] for e in events] == ["DRAFTED", "SENT"]


@pytest.mark.parametrize(
    ("kind", "prefix"), [("REFERRAL", "RJK"), ("TRANSFER", "PLP"), ("CONSULTATION", "KON")]
)
async def test_the_number_says_the_kind(both: Pair, kind: str, prefix: str) -> None:
    assert (await both.send("INCIDENT", kind=kind))["number"].startswith(f"{prefix}-")


@pytest.mark.parametrize(
    ("urgency", "hours"), [("DARURAT", 1), ("MENDESAK", 24), ("SEGERA", 72), ("BIASA", None)]
)
async def test_the_urgency_says_when_an_answer_is_due(
    both: Pair, urgency: str, hours: int | None
) -> None:
    handoff = await both.send("INCIDENT", urgency=urgency)
    [(waits,)] = await both.world.sql(
        "select extract(epoch from due_at - requested_at) / 3600 from handoff where number = :n",
        n=handoff["number"],
    )
    assert waits > 72 if hours is None else waits == hours


@pytest.mark.parametrize("name", WRITES)
@pytest.mark.parametrize(
    ("change", "code", "field"),
    [
        ({"caseCategories": ["NO_SUCH"]}, "UNKNOWN_CODE", "input.caseCategories[0]"),
        ({"caseCategories": ["RAPE", "RAPE"]}, "DUPLICATE", "input.caseCategories[1]"),
        ({"caseCategories": ["x"] * 51}, "TOO_MANY", "input.caseCategories"),
        ({"caseCategories": ["HEALTH"]}, "UNKNOWN_CODE", "input.caseCategories[0]"),
        ({"services": ["HEALTH", "MEDIATION"]}, "UNKNOWN_CODE", "input.services[1]"),
        ({"services": ["x" * 9_999]}, "UNKNOWN_CODE", "input.services[0]"),
        ({"caseReference": "x" * 201}, "TOO_LONG", "input.caseReference"),
        ({"idempotencyKey": "x" * 201}, "TOO_LONG", "input.idempotencyKey"),
        ({"mouId": "mou_"}, "BAD_INPUT", "input.mouId"),
        ({"mouId": unknown("mou")}, "NOT_FOUND", "input.mouId"),
        ({"receiverId": unknown("mou")}, "BAD_INPUT", "input.receiverId"),
        ({"receiverId": unknown("organisation")}, "NOT_FOUND", "input.receiverId"),
        ({"inquiryId": "x"}, "BAD_INPUT", "input.inquiryId"),
        ({"inquiryId": unknown("inquiry")}, "NOT_FOUND", "input.inquiryId"),
        ({"purpose": "OVERSIGHT"}, "NOT_COVERED", "input.sections[0].category"),
        ({"childRole": "WITNESS"}, "NOT_COVERED", "input.sections[0].category"),
        (
            {"sections": [{"category": "INCIDENT", "body": " \n"}]},
            "BAD_INPUT",
            "input.sections[0].body",
        ),
        (
            {"sections": [{"category": "INCIDENT", "body": "x" * 20_001}]},
            "TOO_LONG",
            "input.sections[0].body",
        ),
        (
            {"sections": [{"category": "INCIDENT", "body": "sama"}] * 2},
            "DUPLICATE",
            "input.sections[1]",
        ),
        (
            {"sections": [{"category": "INCIDENT", "body": str(n)} for n in range(41)]},
            "TOO_MANY",
            "input.sections",
        ),
    ],
)
@covers(WRITES, "refusal")
async def test_refused_before_anything_is_stored(
    both: Pair, name: str, change: dict[str, Any], code: str, field: str
) -> None:
    body = case(both.receiver.org, both.mou, **change)
    await refused(both.world, write(both.sender, name, body), code, field)


@pytest.mark.parametrize("name", WRITES)
@covers(WRITES, "refusal")
async def test_a_category_no_clause_covers_is_named(both: Pair, name: str) -> None:
    body = case(both.receiver.org, both.mou, "INCIDENT", "LEGAL", "SUSPECT")
    attempt = write(both.sender, name, body)
    await refused(both.world, attempt, "NOT_COVERED", "input.sections[1].category")


@pytest.mark.parametrize("name", WRITES)
@covers(WRITES, "refusal")
async def test_clauses_have_a_direction(both: Pair, name: str) -> None:
    body = case(both.sender.org, both.mou, "INCIDENT")
    attempt = write(both.receiver, name, body)
    await refused(both.world, attempt, "NOT_COVERED", "input.sections[0].category")
    await ok(write(both.receiver, name, case(both.sender.org, both.mou, "OUTCOME")))


@pytest.mark.parametrize("name", WRITES)
@covers(WRITES, "refusal")
async def test_the_receiver_is_another_party_alive_and_under_the_agreement(
    both: Pair, name: str
) -> None:
    world, outside, gone = both.world, await both.world.org(), await both.world.org()
    await world.sql("update organisation set dissolved_at = now() where id = :id", id=gone.id)
    for receiver, code, field in [
        (both.sender.org, "SELF_ADDRESSED", "input.receiverId"),
        (gone, "ORGANISATION_DISSOLVED", "input.receiverId"),
        (outside, "NOT_A_PARTY", "input.mouId"),
        (world.kpai, "NOT_A_PARTY", "input.mouId"),
    ]:
        attempt = write(both.sender, name, case(receiver, both.mou))
        await refused(world, attempt, code, field)


@pytest.mark.parametrize("end", ["suspendMou", "terminateMou", "expired", "draft"])
@covers([*WRITES, "sendDraftedHandoff"], "refusal")
async def test_nothing_is_sent_under_an_agreement_not_in_force(world: World, end: str) -> None:
    both = await pair(world)
    draft = (await both.draft())["id"]
    if end == "expired":
        await expire(world, both.mou)
    elif end == "draft":
        later = "update mou_version set in_force_from = current_date + 3 where mou_id = :id"
        await world.sql(later, id=uuid_of(both.mou))
    else:
        types = "$id: ID!, $reason: String!"
        await ok(both.receiver.mutate(end, types, "", id=both.mou, reason="Uji"))
    for name in WRITES:
        attempt = both.write(name)
        await refused(world, attempt, "AGREEMENT_NOT_IN_FORCE", "input.mouId")
    attempt = take(both.sender, "sendDraftedHandoff", draft)
    await refused(world, attempt, "AGREEMENT_NOT_IN_FORCE", "id")


@covers("sendHandoff sendDraftedHandoff draftHandoff", "success", "refusal")
async def test_a_draft_may_be_empty_but_an_empty_handoff_is_not_sent(both: Pair) -> None:
    empty = case(both.receiver.org, both.mou, sections=[])
    attempt = write(both.sender, "sendHandoff", empty)
    await refused(both.world, attempt, "BAD_INPUT", "input.sections")
    draft = await ok(write(both.sender, "draftHandoff", empty))
    attempt = take(both.sender, "sendDraftedHandoff", draft["id"])
    await refused(both.world, attempt, "BAD_INPUT", "id")


@covers("sendDraftedHandoff", "refusal")
async def test_a_draft_must_be_covered_when_it_is_sent(world: World) -> None:
    both = await pair(world, "INCIDENT", "HEALTH")
    draft = (await both.draft("INCIDENT", "HEALTH"))["id"]
    await rewrite(
        world,
        "update mou_clause set categories = array['INCIDENT'] where discloser_id = :id",
        id=both.sender.org.id,
    )
    await refused(world, take(both.sender, "sendDraftedHandoff", draft), "NOT_COVERED", "id")


@pytest.mark.parametrize("name", WRITES)
@covers(WRITES, "stranger")
async def test_a_stranger_uses_no_agreement_of_others(both: Pair, name: str) -> None:
    outsider = await stranger(both.world)
    for mou in (both.mou, unknown("mou")):
        attempt = write(outsider, name, case(both.receiver.org, mou))
        await refused(both.world, attempt, "NOT_FOUND", "input.mouId")


@covers("handoff", "refusal", "stranger")
async def test_a_handoff_of_others_is_as_one_that_never_was(both: Pair) -> None:
    id = (await both.send())["id"]
    outsider, kpai = await stranger(both.world), await both.world.as_(both.world.kpai)
    async with unchanged(both.world):
        answers = [
            (await api.ask(HEADER, id=known)).body
            for api in (outsider, kpai)
            for known in (id, unknown("handoff"))
        ]
    assert all(answer == answers[0] for answer in answers)
    assert answers[0]["errors"][0]["extensions"] == {"code": "NOT_FOUND", "field": "id"}
    bad = await outsider.ask(HEADER, id="handoff")
    assert bad.body["errors"][0]["extensions"] == {"code": "BAD_INPUT", "field": "id"}


@pytest.mark.parametrize(
    "text",
    [
        "Anak 👧🏽 berkata “tidak”",
        "\u202eשלום\u202c",
        "baris 1\r\nbaris 2\tx",
        "' or 1=1; --",
        "\\x00",
    ],
)
async def test_a_body_is_kept_letter_by_letter(both: Pair, text: str) -> None:
    sections = [{"category": "INCIDENT", "body": text}]
    id = (await both.send(sections=sections))["id"]
    assert await both.bodies(both.receiver, id) == [text]


async def test_a_body_of_exactly_the_limit_is_kept(both: Pair) -> None:
    text = "é" * 19_999 + "x"
    id = (await both.send(sections=[{"category": "INCIDENT", "body": text}]))["id"]
    assert await both.bodies(both.receiver, id) == [text]


async def test_branches_hand_over_where_their_parties_cover_them(world: World) -> None:
    mabes, uptd = await world.org("POLICE_PPA"), await world.org()
    polres: Org = await world.org("POLICE_PPA", parent=await world.org("POLICE_PPA", parent=mabes))
    mou = await agreement(
        world, [uptd, mabes], [clause(uptd, mabes, "INCIDENT"), clause(mabes, uptd, "OUTCOME")]
    )
    head, branch = await world.as_(uptd), await world.as_(polres)
    attempt = write(head, "sendHandoff", case(polres, mou, "INCIDENT"))
    await refused(world, attempt, "NOT_A_PARTY", "input.mouId")
    attempt = write(branch, "sendHandoff", case(uptd, mou, "OUTCOME"))
    await refused(world, attempt, "NOT_FOUND", "input.mouId")

    widen = "update mou_party set covers_branches = true where organisation_id = :id"
    await rewrite(world, widen, id=mabes.id)

    await ok(write(head, "sendHandoff", case(polres, mou, "INCIDENT")))
    await ok(write(branch, "sendHandoff", case(uptd, mou, "OUTCOME")))
