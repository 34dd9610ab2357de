"""An agreement in force: suspended, resumed, extended, amended and terminated."""

import asyncio
from typing import Any

import pytest

from tests.covered import covers
from tests.scenes import REASON, day, expire, stranger, unknown, uuid_of
from tests.unchanged import refused
from tests.world import (
    EVERY_SCOPE,
    MOU,
    Api,
    World,
    agreement,
    clause,
    conclude,
    content,
    ok,
    open_version,
    signature,
)

READ = """
query($id: ID!) { mou(id: $id) {
  status inForce suspendedAt suspensionReason terminatedOn terminationReason
  version { id number title validUntil }
  versions { nodes { id number instrument stage title purpose contentHash canonicalContent
    validUntil inForceFrom signedAt
    parties { nodes { organisation { id } } } clauses { nodes { categories } }
    signatures { nodes { documentNumber signatoryName contentHash createdAt } } } }
  events { nodes { kind note actor { id } } }
} }
"""
MUTATIONS: dict[str, tuple[str, dict[str, Any]]] = {
    "suspendMou": ("$id: ID!, $reason: String!", {"reason": REASON}),
    "resumeMou": ("$id: ID!", {}),
    "terminateMou": ("$id: ID!, $reason: String!, $effectiveOn: Date", {"reason": REASON}),
    "extendMou": ("$id: ID!, $until: Date!", {"until": day(400)}),
}


def act(api: Api, name: str, id: str, **change: Any) -> Any:
    types, variables = MUTATIONS[name]
    if name == "terminateMou":
        variables = variables | {"effectiveOn": None}
    return api.mutate(name, types, MOU, id=id, **variables | change)


def amend(api: Api, id: str, body: dict[str, Any]) -> Any:
    return api.mutate("amendMou", "$id: ID!, $input: MouInput!", MOU, id=id, input=body)


async def read(api: Api, id: str) -> dict[str, Any]:
    found: dict[str, Any] = (await api.data(READ, id=id))["mou"]
    return found


async def concluded(world: World, **change: Any) -> tuple[Api, Api, str]:
    one, other = await world.org(), await world.org("POLICE_PPA")
    id = await agreement(world, [one, other], [clause(one, other)], **change)
    return await world.as_(one), await world.as_(other), id


async def everyone(world: World, *apis: Api) -> list[Api]:
    """The parties, KPAI's administrator and KPAI without that scope."""
    return [*apis, await world.as_(world.kpai, *EVERY_SCOPE), await world.as_(world.kpai)]


@covers("suspendMou resumeMou", "success")
async def test_any_party_suspends_and_whoever_suspended_resumes(world: World) -> None:
    one, other, id = await concluded(world)

    suspended = await ok(act(other, "suspendMou", id, reason="Ada kebocoran data."))

    assert (suspended["status"], suspended["inForce"]) == ("SUSPENDED", False)
    seen = await read(one, id)
    assert seen["suspendedAt"]
    assert seen["suspensionReason"] == "Ada kebocoran data."
    await refused(world, act(one, "resumeMou", id), "WRONG_SIDE", None)

    resumed = await ok(act(other, "resumeMou", id))

    assert (resumed["status"], resumed["inForce"]) == ("ACTIVE", True)
    seen = await read(one, id)
    assert (seen["suspendedAt"], seen["suspensionReason"]) == (None, None)
    assert [(e["kind"], e["actor"]["id"], e["note"]) for e in seen["events"]["nodes"]][-2:] == [
        ("SUSPENDED", other.org.gid, "Ada kebocoran data."),
        ("RESUMED", other.org.gid, None),
    ]


@covers("suspendMou resumeMou terminateMou", "success")
async def test_kpais_administrator_may_suspend_resume_and_terminate(world: World) -> None:
    one, _, id = await concluded(world)
    admin = await world.as_(world.kpai, *EVERY_SCOPE)
    plain = await world.as_(world.kpai)
    await refused(world, act(plain, "suspendMou", id), "NOT_FOUND", "id")
    await ok(act(one, "suspendMou", id))
    await ok(act(admin, "resumeMou", id))
    await ok(act(admin, "suspendMou", id))
    await refused(world, act(one, "resumeMou", id), "WRONG_SIDE", None)
    await ok(act(admin, "resumeMou", id))
    assert (await ok(act(admin, "terminateMou", id)))["status"] == "TERMINATED"


@covers("suspendMou resumeMou", "refusal")
async def test_suspending_twice_resuming_twice_and_no_reason(world: World) -> None:
    one, other, id = await concluded(world)
    await refused(world, act(one, "resumeMou", id), "WRONG_STATE", "id")
    for blank in ("", " \n"):
        await refused(world, act(one, "suspendMou", id, reason=blank), "REASON_REQUIRED", "reason")
    long = act(one, "suspendMou", id, reason="x" * 4_001)
    await refused(world, long, "TOO_LONG", "reason")
    await ok(act(one, "suspendMou", id, reason="x" * 4_000))
    for api in (one, other):
        await refused(world, act(api, "suspendMou", id), "WRONG_STATE", "id")


@covers("terminateMou", "success")
async def test_terminated_today_it_is_over_today(world: World) -> None:
    one, other, id = await concluded(world)
    ended = await ok(act(other, "terminateMou", id, reason="Selesai."))
    assert (ended["status"], ended["inForce"]) == ("TERMINATED", False)
    seen = await read(one, id)
    assert (seen["terminatedOn"], seen["terminationReason"]) == (day(0), "Selesai.")
    for name in MUTATIONS:
        await refused(world, act(one, name, id), "WRONG_STATE", "id")
    await refused(world, amend(one, id, content([one.org, other.org])), "WRONG_STATE", "id")


@covers("terminateMou", "success", "refusal")
async def test_termination_waits_for_the_notice_period(world: World) -> None:
    one, other, id = await concluded(world, noticeDays=30)
    early = act(one, "terminateMou", id, effectiveOn=day(29))
    await refused(world, early, "NOTICE_TOO_SHORT", "effectiveOn")
    late = act(one, "terminateMou", id, effectiveOn=day(366))
    await refused(world, late, "DATES_INVERTED", "effectiveOn")
    blank = act(one, "terminateMou", id, reason=" ")
    await refused(world, blank, "REASON_REQUIRED", "reason")

    noticed = await ok(act(one, "terminateMou", id))

    assert (noticed["status"], noticed["inForce"]) == ("ACTIVE", True)
    assert (await read(other, id))["terminatedOn"] == day(30)
    again = act(other, "terminateMou", id, effectiveOn=day(40))
    await refused(world, again, "WRONG_STATE", "id")
    await world.sql("update mou set terminated_on = access.today() where id = :id", id=uuid_of(id))
    assert (await read(other, id))["status"] == "TERMINATED"


@covers("extendMou", "success")
async def test_an_extension_is_the_same_content_signed_again_for_longer(world: World) -> None:
    one, other, id = await concluded(world)
    before = await read(one, id)

    await ok(act(one, "extendMou", id, until=day(700)))

    draft = (await read(one, id))["versions"]["nodes"][0]
    assert (draft["number"], draft["instrument"], draft["stage"]) == (2, "EXTENSION", "DRAFT")
    assert [v["number"] for v in (await read(other, id))["versions"]["nodes"]] == [1]
    assert (await read(one, id))["version"]["number"] == 1
    await conclude({"id": id}, one, other)
    after = await read(other, id)
    assert (after["version"]["number"], after["version"]["validUntil"]) == (2, day(700))
    new, old = after["versions"]["nodes"]
    assert old == before["versions"]["nodes"][0]
    assert (new["title"], new["clauses"], new["parties"]) == (
        old["title"],
        old["clauses"],
        old["parties"],
    )
    assert new["inForceFrom"] == day(0)


@pytest.mark.parametrize("until", [day(365), day(10), day(-5)])
@covers("extendMou", "refusal")
async def test_an_extension_ends_later(world: World, until: str) -> None:
    one, _, id = await concluded(world)
    attempt = act(one, "extendMou", id, until=until)
    await refused(world, attempt, "DATES_INVERTED", "until")


@covers("amendMou", "success")
async def test_an_amendment_counts_once_all_have_signed_and_leaves_version_1_as_it_was(
    world: World,
) -> None:
    one, other, id = await concluded(world)
    before = (await read(one, id))["versions"]["nodes"]
    third = await world.as_(await world.org())
    body = content(
        [one.org, other.org, third.org], [clause(other.org, third.org, "LEGAL")], title="Adendum"
    )

    amended = await ok(amend(other, id, body))

    assert (amended["status"], amended["inForce"]) == ("ACTIVE", True)
    assert (await read(one, id))["versions"]["nodes"] == before  # a draft is the drafter's
    answer = await third.ask(READ, id=id)
    assert answer.codes == ["NOT_FOUND"]
    mou = await conclude({"id": id}, other, one, third)
    assert (mou["status"], mou["version"]["number"]) == ("ACTIVE", 2)
    seen = await read(one, id)
    assert seen["versions"]["nodes"][1:] == before
    assert seen["version"]["title"] == "Adendum"
    newest = (await read(third, id))["versions"]["nodes"]
    assert [v["number"] for v in newest] == [2]  # what was agreed before it came in is not its own
    assert newest[0]["clauses"]["nodes"] == [{"categories": ["LEGAL"]}]
    assert "AMENDMENT_PROPOSED" in [e["kind"] for e in seen["events"]["nodes"]]


@covers("amendMou extendMou", "refusal")
async def test_one_unfinished_version_at_a_time(world: World) -> None:
    one, other, id = await concluded(world)
    body = content([one.org, other.org])
    await ok(amend(one, id, body))
    await refused(world, amend(one, id, body), "OPEN_VERSION_EXISTS", None)
    await refused(world, act(one, "extendMou", id), "OPEN_VERSION_EXISTS", None)
    await ok(one.mutate("withdrawMou", "$id: ID!, $reason: String!", MOU, id=id, reason=REASON))
    assert (await read(one, id))["status"] == "ACTIVE"
    mou = await ok(amend(one, id, body))
    assert (await open_version(one, mou["id"]))["number"] == 3


async def test_two_amendments_at_once_one_of_them_is_drafted(world: World) -> None:
    one, other, id = await concluded(world)
    body = content([one.org, other.org])
    answers = await asyncio.gather(amend(one, id, body), amend(other, id, body))
    assert sorted(a["__typename"] for a in answers) == ["Mou", "Refused"]
    assert {a.get("code") for a in answers} <= {None, "OPEN_VERSION_EXISTS", "CHANGED_MEANWHILE"}


@covers("amendMou", "refusal")
async def test_an_amendment_is_checked_like_any_content(world: World) -> None:
    one, other, id = await concluded(world)
    bad = content([one.org, other.org], title="")
    await refused(world, amend(one, id, bad), "BAD_INPUT", "input.title")
    without = content([other.org, await world.org()])
    await refused(world, amend(one, id, without), "NOT_A_PARTY", "input.parties")


@covers("suspendMou terminateMou amendMou extendMou resumeMou", "refusal")
async def test_a_party_amended_away_is_a_party_no_more(world: World) -> None:
    one, other, leaver = [await world.as_(await world.org()) for _ in range(3)]
    orgs = [one.org, other.org, leaver.org]
    id = await agreement(world, orgs, [clause(one.org, leaver.org)])
    await ok(act(leaver, "suspendMou", id))
    await ok(amend(one, id, content([one.org, other.org])))
    await conclude({"id": id}, one, other)

    assert [v["number"] for v in (await read(leaver, id))["versions"]["nodes"]] == [1]
    await refused(world, act(leaver, "resumeMou", id), "NOT_A_PARTY", None)
    await ok(act(await world.as_(world.kpai, *EVERY_SCOPE), "resumeMou", id))
    for name in ("suspendMou", "terminateMou", "extendMou"):
        await refused(world, act(leaver, name, id), "NOT_A_PARTY", None)
    await refused(world, amend(leaver, id, content(orgs)), "NOT_A_PARTY", None)
    comment = leaver.mutate("commentOnMou", "$id: ID!, $body: String!", MOU, id=id, body="?")
    await refused(world, comment, "WRONG_STATE", "id")


async def test_before_the_amendment_takes_effect_the_old_parties_are_the_parties(
    world: World,
) -> None:
    one, other, leaver = [await world.as_(await world.org()) for _ in range(3)]
    id = await agreement(world, [one.org, other.org, leaver.org], [])
    await ok(amend(one, id, content([one.org, other.org], takesEffectOn=day(5))))
    await conclude({"id": id}, one, other)
    assert (await read(leaver, id))["version"]["number"] == 1
    await ok(act(leaver, "suspendMou", id))
    assert (await read(one, id))["status"] == "SUSPENDED"


@covers("suspendMou terminateMou amendMou extendMou resumeMou", "refusal")
async def test_those_merely_covered_read_it_and_change_nothing(world: World) -> None:
    mabes = await world.org("POLICE_PPA")
    polres, uptd = await world.org("POLICE_PPA", parent=mabes), await world.org()
    parties = [{"organisationId": mabes.gid, "coversBranches": True}, {"organisationId": uptd.gid}]
    head, branch = await world.as_(mabes), await world.as_(polres)
    body = content([mabes, uptd]) | {"parties": parties}
    mou = await ok(
        head.mutate("proposeMou", "$input: MouInput!, $kind: MouKind!", MOU,
                    input=body, kind="MEMORANDUM")
    )  # fmt: skip
    await conclude(mou, head, await world.as_(uptd))
    seen = await read(branch, mou["id"])
    assert seen["status"] == "ACTIVE"
    assert seen["events"]["nodes"] == []
    for name in MUTATIONS:
        await refused(world, act(branch, name, mou["id"]), "NOT_A_PARTY")
    attempt = amend(branch, mou["id"], content([polres, uptd]))
    await refused(world, attempt, "NOT_A_PARTY")


@pytest.mark.parametrize("name", [*MUTATIONS, "amendMou"])
@covers([*MUTATIONS, "amendMou"], "stranger")
async def test_a_stranger_finds_no_agreement(world: World, name: str) -> None:
    _, _, id = await concluded(world)
    outsider = await stranger(world)
    body = content([outsider.org, await world.org()])
    for known in (id, unknown("mou")):
        attempt = amend(outsider, known, body) if name == "amendMou" else act(outsider, name, known)
        await refused(world, attempt, "NOT_FOUND", "id")


@pytest.mark.parametrize("state", ["DRAFT", "REVIEW", "EXPIRED"])
@covers([*MUTATIONS, "amendMou"], "refusal")
async def test_only_what_was_signed_and_has_not_ended_can_be_acted_on(
    world: World, state: str
) -> None:
    one, other = await world.as_(await world.org()), await world.as_(await world.org())
    body = content([one.org, other.org])
    if state == "EXPIRED":
        id = await agreement(world, [one.org, other.org], [])
        await expire(world, id)
    else:
        mou = await ok(
            one.mutate("proposeMou", "$input: MouInput!, $kind: MouKind!", MOU,
                       input=body, kind="MEMORANDUM")
        )  # fmt: skip
        id = mou["id"]
    if state == "REVIEW":
        await ok(one.mutate("submitMou", "$id: ID!", MOU, id=id))
    assert (await read(one, id))["status"] == state
    for name in MUTATIONS:
        await refused(world, act(one, name, id), "WRONG_STATE", "id")
    await refused(world, amend(one, id, body), "WRONG_STATE", "id")


async def test_signed_for_a_later_day_it_can_be_suspended_and_terminated_already(
    world: World,
) -> None:
    one, other, id = await concluded(world, validFrom=day(10))
    assert (await ok(act(one, "suspendMou", id)))["status"] == "SIGNED"
    await ok(act(one, "resumeMou", id))
    assert (await ok(act(other, "terminateMou", id)))["status"] == "TERMINATED"


async def test_suspending_and_terminating_at_once_both_hold(world: World) -> None:
    one, other, id = await concluded(world)
    answers = await asyncio.gather(act(one, "suspendMou", id), act(other, "terminateMou", id))
    assert "Mou" in [a["__typename"] for a in answers]
    assert (await read(one, id))["inForce"] is False


async def test_the_old_signature_does_not_fit_the_new_version(world: World) -> None:
    one, other, id = await concluded(world)
    old = (await open_version(one, id))["contentHash"]
    await ok(act(one, "extendMou", id))
    await ok(one.mutate("submitMou", "$id: ID!", MOU, id=id))
    attempt = other.mutate(
        "signMou", "$id: ID!, $input: MouSignatureInput!", MOU, id=id, input=signature(old)
    )
    await refused(world, attempt, "CONTENT_CHANGED", "input.contentHash")


async def test_a_draft_of_one_party_does_not_hinder_the_other_for_ever(world: World) -> None:
    one, other, id = await concluded(world)
    body = content([one.org, other.org])
    await ok(amend(one, id, body))  # which the other does not see yet
    await refused(world, amend(other, id, body), "OPEN_VERSION_EXISTS", None)
    await ok(one.mutate("withdrawMou", "$id: ID!, $reason: String!", MOU, id=id, reason=REASON))

    await ok(amend(other, id, body))

    assert (await open_version(other, id))["number"] == 3
