"""Steps that need a word more: reasons, questions and answers, cancellation, and custody."""

from typing import Any

import pytest
import pytest_asyncio

from tests.covered import covers
from tests.scenes import REASON, Pair, pair, take
from tests.unchanged import refused
from tests.world import World, ok

REASONED = {
    "rejectHandoff": "REQUESTED",
    "requestHandoffInfo": "RECEIVED",
    "failHandoff": "IN_PROGRESS",
    "cancelHandoff": "REQUESTED",
    "requestHandoffCancellation": "IN_PROGRESS",
    "revokeHandoff": "IN_PROGRESS",
}


@pytest_asyncio.fixture(scope="module")
async def both(world: World) -> Pair:
    return await pair(world, "INCIDENT", "IDENTITY", back=["OUTCOME", "INCIDENT"])


async def last_event(both: Pair, id: str) -> dict[str, Any]:
    event: dict[str, Any] = (await both.seen(both.sender, id))["events"]["nodes"][-1]
    return event


@pytest.mark.parametrize(("step", "status"), REASONED.items())
@covers(REASONED, "refusal")
async def test_a_reason_is_required_and_kept(both: Pair, step: str, status: str) -> None:
    id = await both.at(status)
    mine = step in ("cancelHandoff", "requestHandoffCancellation", "revokeHandoff")
    api = both.sender if mine else both.receiver
    for blank in ("", " \t\n"):
        attempt = take(api, step, id, reason=blank)
        await refused(both.world, attempt, "REASON_REQUIRED", "reason")
    attempt = take(api, step, id, reason="x" * 4_001)
    await refused(both.world, attempt, "TOO_LONG", "reason")

    await ok(take(api, step, id, reason="  Tidak ada tempat 😔 "))

    assert (await last_event(both, id))["note"] == "Tidak ada tempat 😔"


@covers("answerHandoffCancellation", "refusal")
async def test_work_goes_on_only_with_a_reason(both: Pair) -> None:
    id = await both.at("IN_PROGRESS")
    await ok(take(both.sender, "requestHandoffCancellation", id))
    for blank in (None, "", " "):
        attempt = take(both.receiver, "answerHandoffCancellation", id, agree=False, reason=blank)
        await refused(both.world, attempt, "REASON_REQUIRED", "reason")


@pytest.mark.parametrize("status", ["REQUESTED", "RECEIVED", "ACCEPTED", "IN_PROGRESS"])
@covers("provideHandoffInfo requestHandoffInfo", "success")
async def test_an_answered_question_leads_back_to_where_it_was_asked(
    both: Pair, status: str
) -> None:
    id = await both.at(status)
    due = (await both.seen(both.sender, id))["dueAt"]
    await ok(take(both.receiver, "requestHandoffInfo", id, reason="Umur anak?"))
    assert (await both.seen(both.sender, id))["dueAt"] is None
    more = [{"category": "IDENTITY", "body": "7 tahun"}]

    answered = await ok(
        take(both.sender, "provideHandoffInfo", id, note="Terlampir.", sections=more)
    )

    assert answered["status"] == status
    seen = await both.seen(both.receiver, id)
    assert seen["sections"]["nodes"][-1]["content"]["body"] == "7 tahun"
    event = seen["events"]["nodes"][-1]
    assert (event["kind"], event["note"], event["toStatus"]) == (
        "INFO_PROVIDED",
        "Terlampir.",
        status,
    )
    assert (seen["dueAt"] is None) == (due is None)
    await ok(take(both.receiver, "requestHandoffInfo", id))
    assert (await ok(take(both.sender, "provideHandoffInfo", id)))["status"] == status


@pytest.mark.parametrize("step", ["provideHandoffInfo", "completeHandoff"])
@covers("provideHandoffInfo completeHandoff", "refusal")
async def test_sections_that_come_with_a_step_are_checked_like_any(both: Pair, step: str) -> None:
    mine = step == "provideHandoffInfo"
    api = both.sender if mine else both.receiver
    id = await both.at("INFO_REQUESTED" if mine else "IN_PROGRESS")
    good = {"category": "INCIDENT", "body": "Baik."}
    for bad, code, field in [
        ([good, {"category": "SUSPECT", "body": "x"}], "NOT_COVERED", "sections[1].category"),
        ([good, {"category": "INCIDENT", "body": " "}], "BAD_INPUT", "sections[1].body"),
        ([{"category": "INCIDENT", "body": "x" * 20_001}], "TOO_LONG", "sections[0].body"),
        ([good, good], "DUPLICATE", "sections[1]"),
        ([{"category": "INCIDENT", "body": str(n)} for n in range(40)], "TOO_MANY", "sections"),
    ]:
        attempt = take(api, step, id, sections=bad)
        await refused(both.world, attempt, code, field)
    attempt = take(api, step, id, note="x" * 4_001)
    await refused(both.world, attempt, "TOO_LONG", "note")
    await ok(take(api, step, id, sections=[], note=" "))
    assert (await last_event(both, id))["note"] is None


@covers("completeHandoff", "success")
async def test_the_outcome_flows_back_where_a_clause_lets_it(both: Pair) -> None:
    id = await both.at("IN_PROGRESS")
    outcome = [{"category": "OUTCOME", "body": "Anak sudah didampingi."}]
    await ok(take(both.receiver, "completeHandoff", id, sections=outcome, note="Selesai."))
    assert await both.bodies(both.sender, id) == ["Isi bagian incident.", "Anak sudah didampingi."]
    seen = await both.seen(both.sender, id)
    assert seen["sections"]["nodes"][1]["author"]["id"] == both.receiver.org.gid
    assert seen["endedAt"]


@covers("completeHandoff", "refusal")
async def test_without_a_clause_back_no_outcome_is_written(world: World) -> None:
    both = await pair(world, "INCIDENT", "OUTCOME")
    id = await both.at("IN_PROGRESS")
    outcome = [{"category": "OUTCOME", "body": "Rahasia."}]
    attempt = take(both.receiver, "completeHandoff", id, sections=outcome)
    await refused(world, attempt, "NOT_COVERED", "sections[0].category")
    await ok(take(both.receiver, "completeHandoff", id))


@pytest.mark.parametrize("status", ["ACCEPTED", "IN_PROGRESS", "INFO_REQUESTED"])
@covers("requestHandoffCancellation answerHandoffCancellation", "success")
async def test_cancellation_by_request_agreed(both: Pair, status: str) -> None:
    id = await both.at(status)
    asked = await ok(take(both.sender, "requestHandoffCancellation", id, reason="Salah alamat."))
    assert asked["status"] == status
    assert (await both.seen(both.receiver, id))["cancellationRequestedAt"]

    agreed = await ok(take(both.receiver, "answerHandoffCancellation", id, reason=None))

    assert agreed["status"] == "CANCELLED"
    seen = await both.seen(both.sender, id)
    assert (seen["cancellationRequestedAt"], seen["endedAt"] is None) == (None, False)
    kinds = [e["kind"] for e in seen["events"]["nodes"]]
    assert kinds[-2:] == ["CANCELLATION_REQUESTED", "CANCELLED"]
    assert await both.bodies(both.receiver, id) == ["STATE_CLOSED"]


@pytest.mark.parametrize("status", ["ACCEPTED", "IN_PROGRESS", "INFO_REQUESTED"])
@covers("answerHandoffCancellation", "success")
async def test_cancellation_by_request_declined_and_asked_again(both: Pair, status: str) -> None:
    id = await both.at(status)
    await ok(take(both.sender, "requestHandoffCancellation", id))

    declined = await ok(
        take(both.receiver, "answerHandoffCancellation", id, agree=False, reason="Sudah jalan.")
    )

    assert declined["status"] == status
    seen = await both.seen(both.sender, id)
    assert seen["cancellationRequestedAt"] is None
    event = seen["events"]["nodes"][-1]
    assert (event["kind"], event["note"]) == ("CANCELLATION_DECLINED", "Sudah jalan.")
    await ok(take(both.sender, "requestHandoffCancellation", id))


@covers("requestHandoffCancellation answerHandoffCancellation", "refusal")
async def test_asked_once_and_answered_once_by_the_other_side(both: Pair) -> None:
    id = await both.at("IN_PROGRESS")
    attempt = take(both.receiver, "answerHandoffCancellation", id)
    await refused(both.world, attempt, "WRONG_STATE", "id")
    await ok(take(both.sender, "requestHandoffCancellation", id))
    attempt = take(both.sender, "requestHandoffCancellation", id)
    await refused(both.world, attempt, "WRONG_STATE", "id")
    attempt = take(both.sender, "answerHandoffCancellation", id)
    await refused(both.world, attempt, "WRONG_SIDE", "id")
    attempt = take(both.sender, "cancelHandoff", id)
    await refused(both.world, attempt, "CANCELLATION_MUST_BE_ASKED", "id")
    await ok(take(both.receiver, "completeHandoff", id))
    assert (await both.seen(both.sender, id))["cancellationRequestedAt"] is None
    attempt = take(both.receiver, "answerHandoffCancellation", id)
    await refused(both.world, attempt, "WRONG_STATE", "id")


@covers("cancelHandoff", "refusal")
async def test_a_question_during_work_does_not_let_the_sender_cancel(both: Pair) -> None:
    id = await both.at("IN_PROGRESS")
    await ok(take(both.receiver, "requestHandoffInfo", id))
    attempt = take(both.sender, "cancelHandoff", id)
    await refused(both.world, attempt, "CANCELLATION_MUST_BE_ASKED", "id")
    await ok(take(both.sender, "requestHandoffCancellation", id))


@covers("acceptHandoff", "success")
async def test_with_a_transfer_custody_moves_on_acceptance_and_a_stub_stays(both: Pair) -> None:
    id = await both.at("RECEIVED", "INCIDENT", "IDENTITY", kind="TRANSFER")
    assert await both.bodies(both.sender, id) == ["Isi bagian incident.", "Isi bagian identity."]

    await ok(take(both.receiver, "acceptHandoff", id))

    assert (await both.seen(both.sender, id))["acceptedAt"]
    assert await both.bodies(both.sender, id) == ["CUSTODY_MOVED"] * 2
    assert await both.bodies(both.receiver, id) == ["Isi bagian incident.", "Isi bagian identity."]


@pytest.mark.parametrize("status", ["ACCEPTED", "IN_PROGRESS", "INFO_REQUESTED"])
@covers("revokeHandoff cancelHandoff", "refusal")
async def test_after_an_accepted_transfer_the_sender_takes_nothing_back(
    both: Pair, status: str
) -> None:
    id = await both.at("ACCEPTED", kind="TRANSFER")
    steps = {"ACCEPTED": [], "IN_PROGRESS": ["startHandoff"],
             "INFO_REQUESTED": ["requestHandoffInfo"]}[status]  # fmt: skip
    await both.take(*steps, id=id)
    for step in ("revokeHandoff", "cancelHandoff"):
        attempt = take(both.sender, step, id)
        await refused(both.world, attempt, "CUSTODY_MOVED", "id")
    await ok(take(both.sender, "requestHandoffCancellation", id))
    if status == "INFO_REQUESTED":
        more = [{"category": "INCIDENT", "body": "Jawaban."}]
        await ok(take(both.sender, "provideHandoffInfo", id, sections=more))
        assert await both.bodies(both.sender, id) == ["CUSTODY_MOVED"] * 2


@covers("revokeHandoff", "refusal")
async def test_a_completed_transfer_is_not_revoked(both: Pair) -> None:
    id = await both.at("COMPLETED", kind="TRANSFER")
    attempt = take(both.sender, "revokeHandoff", id)
    await refused(both.world, attempt, "CUSTODY_MOVED", "id")
    assert await both.bodies(both.sender, id) == ["CUSTODY_MOVED"]


@covers("revokeHandoff", "success")
async def test_before_it_is_accepted_a_transfer_is_the_senders(both: Pair) -> None:
    for step in ("revokeHandoff", "cancelHandoff"):
        id = await both.at("RECEIVED", kind="TRANSFER")
        await ok(take(both.sender, step, id))
        assert await both.bodies(both.receiver, id) == ["STATE_CLOSED"]
        assert await both.bodies(both.sender, id) == ["Isi bagian incident."]


@pytest.mark.parametrize("kind", ["REFERRAL", "CONSULTATION"])
async def test_with_a_referral_nothing_moves(both: Pair, kind: str) -> None:
    id = await both.at("IN_PROGRESS", kind=kind)
    assert await both.bodies(both.sender, id) == ["Isi bagian incident."]
    await ok(take(both.sender, "revokeHandoff", id, reason=REASON))


@pytest.mark.parametrize(
    ("status", "shown"),
    [
        ("REQUESTED", True),
        ("RECEIVED", True),
        ("INFO_REQUESTED", True),
        ("ACCEPTED", True),
        ("IN_PROGRESS", True),
        ("COMPLETED", True),
        ("REJECTED", False),
        ("FAILED", False),
        ("CANCELLED", False),
        ("REVOKED", False),
    ],
)
async def test_what_the_receiver_reads_in_each_state(both: Pair, status: str, shown: bool) -> None:
    id = await both.at(status)
    expected = "Isi bagian incident." if shown else "STATE_CLOSED"
    assert await both.bodies(both.receiver, id) == [expected]
    assert await both.bodies(both.sender, id) == ["Isi bagian incident."]


@pytest.mark.parametrize(
    ("step", "status"),
    [
        ("acceptHandoff", "REQUESTED"),
        ("acceptHandoff", "RECEIVED"),
        ("startHandoff", "ACCEPTED"),
        ("provideHandoffInfo", "INFO_REQUESTED"),
    ],
)
@covers("acceptHandoff startHandoff provideHandoffInfo", "refusal")
async def test_steps_that_share_anew_need_the_agreement_and_the_others_do_not(
    world: World, step: str, status: str
) -> None:
    both = await pair(world)
    ids = [await both.at(status) for _ in range(3)]
    types = "$id: ID!, $reason: String!"
    await ok(both.sender.mutate("suspendMou", types, "", id=both.mou, reason="Uji"))
    api = both.sender if step == "provideHandoffInfo" else both.receiver
    attempt = take(api, step, ids[0])
    await refused(world, attempt, "AGREEMENT_NOT_IN_FORCE", "id")
    out = {"ACCEPTED": "failHandoff", "INFO_REQUESTED": "cancelHandoff"}.get(
        status, "rejectHandoff"
    )
    await both.take(out, id=ids[0])
    await both.take("revokeHandoff", id=ids[1])
    await both.take("cancelHandoff", id=ids[2])


async def test_work_under_way_is_completed_although_the_agreement_ended(world: World) -> None:
    both = await pair(world, back=["OUTCOME"])
    id = await both.at("IN_PROGRESS")
    types = "$id: ID!, $reason: String!"
    await ok(both.sender.mutate("terminateMou", types, "", id=both.mou, reason="Uji"))
    outcome = [{"category": "OUTCOME", "body": "x"}]
    attempt = take(both.receiver, "completeHandoff", id, sections=outcome)
    await refused(world, attempt, "NOT_COVERED", "sections[0].category")
    await ok(take(both.receiver, "completeHandoff", id))


@covers("failHandoff answerHandoffCancellation", "success")
@pytest.mark.parametrize("how", ["failHandoff", "answerHandoffCancellation"])
async def test_a_transfer_given_up_is_the_senders_again(both: Pair, how: str) -> None:
    """No case is left that nobody can read."""
    id = await both.at("IN_PROGRESS", kind="TRANSFER")
    assert set(await both.bodies(both.sender, id)) == {"CUSTODY_MOVED"}
    if how == "answerHandoffCancellation":
        await ok(take(both.sender, "requestHandoffCancellation", id))
    await ok(take(both.receiver, how, id))
    assert "CUSTODY_MOVED" not in await both.bodies(both.sender, id)
    assert set(await both.bodies(both.receiver, id)) == {"STATE_CLOSED"}
