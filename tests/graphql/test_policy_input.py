"""Policy inputs: who sees which version when, and what may be signed."""

import hashlib
from contextlib import nullcontext
from typing import Any

import pytest
import pytest_asyncio

from auth.scopes import Scope
from tests.covered import covers
from tests.oversight import watch
from tests.policy import (
    LIST,
    READ,
    Desk,
    act,
    answer,
    comment,
    content,
    desk,
    hash_of,
    invite,
    item_of,
    read,
    record,
    redraft,
    remove,
    sign,
    submit,
)
from tests.scenes import REASON, unknown, uuid_of
from tests.unchanged import refused
from tests.world import Api, World, ok

STEPS = (
    "redraftPolicyInput", "invitePolicyCosigners", "removePolicyCosigner", "commentOnPolicyInput",
    "closePolicyInput", "revisePolicyInput", "signPolicyInput", "submitPolicyInput",
    "answerPolicyInput", "recordPolicyOutcomes", "publishPolicyInput",
)  # fmt: skip
LEADS = set(STEPS) - {"commentOnPolicyInput", "signPolicyInput", "removePolicyCosigner"}


@pytest_asyncio.fixture(scope="module")
async def at(world: World) -> Desk:
    return await desk(world)


async def attempt(at: Desk, api: Api, name: str, id: str) -> Any:
    """A step with the least it takes, by anyone."""
    other = at.watch.office.org.gid
    return await {
        "redraftPolicyInput": lambda: redraft(api, id),
        "invitePolicyCosigners": lambda: invite(api, id, other),
        "removePolicyCosigner": lambda: remove(api, id, at.cosigner.org.gid),
        "commentOnPolicyInput": lambda: comment(api, id),
        "signPolicyInput": lambda: sign(api, id, "sha256:" + "0" * 64),
        "submitPolicyInput": lambda: submit(api, id, recipientName="Pansus"),
        "answerPolicyInput": lambda: answer(api, id),
        "recordPolicyOutcomes": lambda: record(
            api, id, {"itemId": unknown("policyitem"), "outcome": "PENDING"}
        ),
    }.get(name, lambda: act(api, name, id))()


@covers("policyInput policyInputs draftPolicyInput", "success", "stranger")
@covers("closePolicyInput revisePolicyInput signPolicyInput submitPolicyInput", "success")
@covers("publishPolicyInput", "success")
async def test_who_sees_which_version_when(at: Desk) -> None:
    watch = at.watch
    everyone = {
        "lead": at.lead, "cosigner": at.cosigner, "helper": watch.helper,
        "organiser": watch.organiser, "observer": watch.observer, "invited": watch.invited,
        "recipient": at.recipient, "stranger": at.stranger,
        "kpai": await at.world.as_(at.world.kpai),
    }  # fmt: skip

    id = str((await ok(at.draft()))["id"])

    async def expect(**seen: list[int] | None) -> None:
        found = {name: await at.seen(api, id) for name, api in everyone.items()}
        assert found == {name: seen.get(name) for name in everyone}
        for name, api in everyone.items():
            ids = [one["id"] for one in (await api.data(LIST))["policyInputs"]["nodes"]]
            assert (id in ids) == (seen.get(name) is not None), name

    await expect(lead=[1], cosigner=[1])
    await ok(act(at.lead, "closePolicyInput", id))
    await expect(lead=[1], cosigner=[1], helper=[1], organiser=[1])
    await ok(sign(at.cosigner, id, await hash_of(at.cosigner, id)))
    await ok(act(at.lead, "revisePolicyInput", id))
    await ok(redraft(at.lead, id, title="Masukan kedua"))
    await expect(lead=[2, 1], cosigner=[2, 1], helper=[1], organiser=[1])
    await ok(act(at.lead, "closePolicyInput", id))
    await expect(lead=[2, 1], cosigner=[2, 1], helper=[2, 1], organiser=[2, 1])
    await ok(submit(at.lead, id, recipientId=at.recipient.org.gid))
    both = {"lead": [2, 1], "cosigner": [2, 1], "helper": [2, 1], "organiser": [2, 1]}
    await expect(**both, observer=[2], recipient=[2])
    await ok(act(at.lead, "publishPolicyInput", id))
    await expect(
        **both, observer=[2], recipient=[2], invited=[2], stranger=[2], kpai=[2]
    )  # fmt: skip
    public = await read(at.stranger, id)
    assert public["cosigners"]["nodes"] == []
    assert public["activity"] is None
    assert public["submission"]["version"] == {"number": 2}
    [version] = public["versions"]["nodes"]
    assert (version["title"], version["signatures"]["nodes"]) == ("Masukan kedua", [])


async def test_who_left_sees_what_was_closed_before(at: Desk) -> None:
    other = await at.world.as_(await at.world.org("LPSK"))
    types = "$id: ID!, $organisationIds: [ID!]!"
    await ok(at.lead.mutate("inviteToJointActivity", types, "", id=at.watch.id,
                            organisationIds=[other.org.gid]))  # fmt: skip
    await ok(other.mutate("acceptInvitation", "$id: ID!", "", id=at.watch.id))
    before, after = await at.at("CLOSED"), await at.at("DRAFT")
    later = await at.at("CLOSED")
    await ok(other.mutate("leaveJointActivity", "$id: ID!, $reason: String!", "",
                          id=at.watch.id, reason=REASON))  # fmt: skip
    await ok(act(at.lead, "closePolicyInput", after))
    await ok(submit(at.lead, later, recipientName="Pansus"))
    assert await at.seen(other, before) == [1]
    assert await at.seen(other, after) is None
    assert (await read(other, later))["submission"] is None


@covers("commentOnPolicyInput", "success")
async def test_remarks_are_for_those_who_write(at: Desk) -> None:
    id = await at.at("CLOSED")
    for api in (at.lead, at.cosigner):
        await ok(comment(api, id, "Perlu contoh."))
    for api, seen in ((at.lead, 2), (at.cosigner, 2), (at.watch.helper, 0)):
        [version] = (await read(api, id))["versions"]["nodes"]
        assert len(version["comments"]["nodes"]) == seen
    await refused(at.world, comment(at.watch.helper, id), "WRONG_SIDE", "id")
    await refused(at.world, comment(at.lead, id, "x" * 4_001), "TOO_LONG", "body")


@pytest.mark.parametrize("name", STEPS)
@covers(STEPS, "stranger", "refusal")
async def test_steps_of_others(at: Desk, name: str) -> None:
    id = await at.at("CLOSED")
    for api in (at.stranger, at.recipient, at.watch.observer):
        await refused(at.world, attempt(at, api, name, id), "NOT_FOUND", "id")
    await refused(at.world, attempt(at, at.lead, name, unknown("policyinput")), "NOT_FOUND", "id")
    await refused(at.world, attempt(at, at.lead, name, "x"), "BAD_INPUT", "id")
    await refused(at.world, attempt(at, at.watch.helper, name, id), "WRONG_SIDE", "id")
    if name in LEADS:
        await refused(at.world, attempt(at, at.cosigner, name, id), "WRONG_SIDE", "id")


@covers("policyInput policyInputs", "refusal")
async def test_what_cannot_be_asked(at: Desk) -> None:
    assert (await at.lead.ask(READ, id="x")).codes == ["BAD_INPUT"]
    assert (await at.lead.ask(READ, id=unknown("policyinput"))).codes == ["NOT_FOUND"]
    for key in ("regulationId", "activityId", "leadId"):
        assert (await at.lead.ask(LIST, filter={key: "x"})).codes == ["BAD_INPUT"]


async def test_lists_are_filtered(at: Desk) -> None:
    id = await at.at("SUBMITTED")
    for filter, there in [
        ({"regulationId": at.regulation, "activityId": at.watch.id, "submitted": True}, True),
        ({"leadId": at.lead.org.gid, "published": False}, True),
        ({"submitted": False}, False), ({"published": True}, False),
        ({"leadId": at.cosigner.org.gid}, False),
    ]:  # fmt: skip
        nodes = (await at.lead.data(LIST, filter=filter))["policyInputs"]["nodes"]
        assert (id in [one["id"] for one in nodes]) == there, filter


async def test_what_is_signed_is_the_very_content(at: Desk) -> None:
    id = await at.at("SIGNED")
    seen = await read(at.cosigner, id)
    [version] = seen["versions"]["nodes"]
    digest = hashlib.sha256(version["canonicalContent"].encode()).hexdigest()
    assert version["contentHash"] == f"sha256:{digest}"
    assert version["signatures"]["nodes"] == [
        {"organisation": {"id": at.cosigner.org.gid}, "contentHash": version["contentHash"]}
    ]
    for text in ("paling lambat 1x24 jam", "Rata-rata tiga hari", "https://contoh.example/laporan"):
        assert text in version["canonicalContent"]


@covers("signPolicyInput closePolicyInput revisePolicyInput redraftPolicyInput", "refusal")
async def test_another_hash_or_version_is_not_signed(at: Desk) -> None:
    id = await at.at("DRAFT")
    zeros = "sha256:" + "0" * 64
    await refused(at.world, sign(at.cosigner, id, zeros), "WRONG_STATE", "id")
    await ok(act(at.lead, "closePolicyInput", id))
    first = await hash_of(at.lead, id)
    await refused(at.world, sign(at.cosigner, id, zeros), "CONTENT_CHANGED", "input.contentHash")
    await refused(at.world, sign(at.lead, id, first), "WRONG_SIDE", "id")
    await refused(at.world, redraft(at.lead, id), "WRONG_STATE", "id")
    await refused(at.world, act(at.lead, "closePolicyInput", id), "WRONG_STATE", "id")
    await ok(sign(at.cosigner, id, first))
    await refused(at.world, sign(at.cosigner, id, first), "ALREADY_SIGNED", "id")
    own = remove(at.cosigner, id, at.cosigner.org.gid)
    await refused(at.world, own, "ALREADY_SIGNED", "organisationId")
    await ok(act(at.lead, "revisePolicyInput", id))
    await refused(at.world, act(at.lead, "revisePolicyInput", id), "WRONG_STATE", "id")
    await refused(at.world, sign(at.cosigner, id, first), "WRONG_STATE", "id")
    await ok(act(at.lead, "closePolicyInput", id))
    assert await hash_of(at.lead, id) != first
    await refused(at.world, sign(at.cosigner, id, first), "CONTENT_CHANGED", "input.contentHash")
    blank = sign(at.cosigner, id, await hash_of(at.lead, id), signatoryName=" ")
    await refused(at.world, blank, "BAD_INPUT", "input.signatoryName")


@covers("invitePolicyCosigners removePolicyCosigner redraftPolicyInput", "success", "refusal")
async def test_cosigners_come_and_go_before_it_is_sent(at: Desk) -> None:
    id = await at.at("CLOSED")
    office = at.watch.office
    await ok(invite(at.lead, id, office.org.gid))
    assert await at.seen(office, id) == [1]
    gone = await at.world.org("SCHOOL")
    await at.world.sql("update organisation set dissolved_at = now() where id = :id", id=gone.id)
    for refs, code, place in [
        ([], "BAD_INPUT", ""), ([office.org.gid], "DUPLICATE", "[0]"),
        ([at.lead.org.gid], "SELF_ADDRESSED", "[0]"), ([gone.gid], "ORGANISATION_DISSOLVED", "[0]"),
        ([unknown("organisation")], "NOT_FOUND", "[0]"), (["x"], "BAD_INPUT", "[0]"),
        ([unknown("organisation")] * 1_000, "TOO_MANY", ""),
    ]:  # fmt: skip
        await refused(at.world, invite(at.lead, id, *refs), code, f"organisationIds{place}")
    other = remove(at.cosigner, id, office.org.gid)
    await refused(at.world, other, "WRONG_SIDE", "id")
    nobody = remove(at.lead, id, unknown("organisation"))
    await refused(at.world, nobody, "NOT_FOUND", "organisationId")
    await ok(remove(at.lead, id, office.org.gid))
    assert await at.seen(office, id) is None
    types = "$id: ID!, $organisationId: ID!"
    await ok(at.cosigner.mutate("removePolicyCosigner", types, "", id=id,
                                organisationId=at.cosigner.org.gid))  # fmt: skip
    assert await at.seen(at.cosigner, id) is None
    sent = await at.at("SUBMITTED")
    for late in (
        invite(at.lead, sent, office.org.gid), remove(at.lead, sent, at.cosigner.org.gid),
        act(at.lead, "revisePolicyInput", sent),
    ):  # fmt: skip
        await refused(at.world, late, "WRONG_STATE", "id")
    draft = await at.at("DRAFT")
    assert (await ok(redraft(at.lead, draft, evidence=[])))["versions"]["nodes"][0]["evidence"] == {
        "nodes": []
    }


ITEM = content()["items"][0]
PROOF = content()["evidence"][0]


@pytest.mark.parametrize(
    ("change", "code", "field"),
    [
        ({"title": " "}, "BAD_INPUT", "title"),
        ({"title": "x" * 201}, "TOO_LONG", "title"),
        ({"summary": "x" * 4_001}, "TOO_LONG", "summary"),
        ({"items": []}, "BAD_INPUT", "items"),
        ({"items": [ITEM] * 500}, "TOO_MANY", "items"),
        ({"items": [ITEM, ITEM | {"problem": ""}]}, "BAD_INPUT", "items[1].problem"),
        ({"items": [ITEM | {"article": "x" * 201}]}, "TOO_LONG", "items[0].article"),
        ({"evidence": [PROOF] * 500}, "TOO_MANY", "evidence"),
        ({"evidence": [PROOF | {"statement": " "}]}, "BAD_INPUT", "evidence[0].statement"),
        (
            {"evidence": [PROOF | {"sources": [{"title": "A", "url": "http://a.example"}]}]},
            "BAD_INPUT",
            "evidence[0].sources[0].url",
        ),
        (
            {"evidence": [PROOF | {"findingId": unknown("finding")}]},
            "NOT_FOUND",
            "evidence[0].findingId",
        ),
        ({"evidence": [PROOF | {"findingId": "x"}]}, "BAD_INPUT", "evidence[0].findingId"),
    ],
)
@covers("draftPolicyInput redraftPolicyInput", "refusal")
async def test_refused_content(at: Desk, change: dict[str, Any], code: str, field: str) -> None:
    drafted = at.draft(content=content(**change))
    await refused(at.world, drafted, code, f"input.content.{field}")
    id = await at.at("DRAFT")
    await refused(at.world, redraft(at.lead, id, **change), code, f"input.{field}")


@covers("draftPolicyInput", "refusal", "stranger")
async def test_refused_drafts(at: Desk) -> None:
    watch = at.watch
    cases: list[tuple[Api, dict[str, Any], str, str]] = [
        (at.lead, {"regulationId": unknown("regulation")}, "NOT_FOUND", "input.regulationId"),
        (at.lead, {"activityId": unknown("activity")}, "NOT_FOUND", "input.activityId"),
        (at.stranger, {}, "NOT_FOUND", "input.activityId"),
        (watch.observer, {}, "WRONG_SIDE", "input.activityId"),
        (watch.invited, {}, "WRONG_SIDE", "input.activityId"),
        (at.lead, {"cosigners": [at.lead.org.gid]}, "SELF_ADDRESSED", "input.cosigners[0]"),
        (at.lead, {"cosigners": ["x"] * 1_000}, "TOO_MANY", "input.cosigners"),
    ]  # fmt: skip
    for api, change, code, field in cases:
        await refused(at.world, at.draft(api, **change), code, field)
    await ok(at.draft(watch.helper))
    await ok(at.draft(at.stranger, activityId=None))


async def test_a_finding_is_cited_in_the_authors_words(at: Desk) -> None:
    finding = await at.watch.finding()
    unready = await at.watch.finding(confirmed=False)
    cited = [PROOF | {"findingId": finding, "statement": "Tiga sekolah tanpa ruang ramah anak."}]
    foreign = at.draft(at.cosigner, activityId=None, cosigners=[],
                       content=content(evidence=cited))  # fmt: skip
    await refused(at.world, foreign, "NOT_FOUND", "input.content.evidence[0].findingId")
    early = at.draft(content=content(evidence=[PROOF | {"findingId": unready}]))
    await refused(at.world, early, "WRONG_STATE", "input.content.evidence[0].findingId")
    id = await at.at("PUBLISHED", content=content(evidence=cited))
    document = """query($id: ID!) { policyInput(id: $id) { versions { nodes { evidence { nodes {
        statement finding { id statement } } } } } } }"""
    for api, seen in ((at.lead, True), (at.watch.helper, True), (at.cosigner, False),
                      (at.stranger, False)):  # fmt: skip
        found = (await api.data(document, id=id))["policyInput"]["versions"]["nodes"][0]
        [evidence] = found["evidence"]["nodes"]
        assert evidence["statement"] == "Tiga sekolah tanpa ruang ramah anak."
        assert (evidence["finding"] is not None) == seen
    assert await item_of(at.stranger, id)


async def test_the_database_by_itself_lets_nobody_cite_a_finding_unseen(at: Desk) -> None:
    """The second wall, asked directly: as the API's role, with the author's own token."""
    seen = await at.watch.finding()
    unready = await at.watch.finding(confirmed=False)
    foreign = await (await watch(at.world)).finding()
    for number, (finding, told) in enumerate(
        [(seen, None), (unready, "row-level security"), (foreign, "row-level security")], 7
    ):
        draft = (await ok(at.draft()))["versions"]["nodes"][0]["id"]
        with pytest.raises(Exception, match=told) if told else nullcontext():
            async with at.world.operator() as tx:
                raw = await tx.connection()
                await raw.exec_driver_sql("set local role rangkul_app")
                await raw.exec_driver_sql(
                    f"select set_config('app.organisation_id', '{at.lead.org.id}', true),"
                    " set_config('app.scopes', 'activity:read activity:write', true)"
                )
                await raw.exec_driver_sql(
                    "insert into policy_evidence (id, version_id, number, statement, finding_id,"
                    f" sources) values (gen_random_uuid(), '{uuid_of(draft)}', {number}, 'x',"
                    f" '{uuid_of(finding)}', '[]')"
                )


async def test_figures_are_cited_as_they_were_released(at: Desk) -> None:
    await at.world.sql(
        "with r as (insert into statistics_release (id, dataset, period, smallest_cell, method)"
        " values (gen_random_uuid(), 'HANDOFFS', '2024', 5, 'uji') returning id)"
        " insert into statistics_cell (release_id, region, dimension, code, count)"
        " select r.id, '', '', '', 12 from r"
    )
    query = {"dataset": "HANDOFFS", "fromPeriod": "2023", "untilPeriod": "2025"}
    cited = [PROOF | {"figures": query}]
    id = await at.at("PUBLISHED", content=content(evidence=cited))
    document = """query($id: ID!) { policyInput(id: $id) { versions { nodes { canonicalContent
        evidence { nodes { figures { totals { period count } } } } } } } }"""
    [version] = (await at.stranger.data(document, id=id))["policyInput"]["versions"]["nodes"]
    [evidence] = version["evidence"]["nodes"]
    assert evidence["figures"]["totals"] == [{"period": "2024", "count": 12}]
    assert '"from_period":"2024"' in version["canonicalContent"]
    blind = await at.world.as_(at.stranger.org, Scope.ACTIVITY_READ)
    assert (await blind.ask(document, id=id)).codes == ["MISSING_SCOPE"]
    finding = await at.watch.finding()
    place = "input.content.evidence[0].figures"
    cases: list[tuple[dict[str, Any], str, str]] = [
        ({"figures": query | {"untilPeriod": "2023"}}, "BAD_INPUT", f"{place}.fromPeriod"),
        ({"figures": query | {"untilPeriod": "2022"}}, "DATES_INVERTED", f"{place}.untilPeriod"),
        ({"figures": query | {"fromPeriod": "x"}}, "BAD_INPUT", f"{place}.fromPeriod"),
        ({"figures": query, "findingId": finding}, "BAD_INPUT", place),
    ]
    for change, code, field in cases:
        drafted = at.draft(content=content(evidence=[PROOF | change]))
        await refused(at.world, drafted, code, field)
