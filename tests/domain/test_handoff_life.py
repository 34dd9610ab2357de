"""The table of steps, looked at as a whole."""

from datetime import UTC, datetime

from db.enums import HandoffKind, HandoffStatus
from db.handoff import Handoff
from domain.handoff_life import ENDED, STEPS, UNDER_WAY, Side, custody_moved

S = HandoffStatus


def test_every_state_is_draft_under_way_or_ended() -> None:
    assert sorted((S.DRAFT, *UNDER_WAY, *ENDED)) == sorted(S)


def test_every_state_can_be_reached_from_a_draft() -> None:
    reached, before = {S.DRAFT}, set[HandoffStatus]()
    while reached != before:
        before = set(reached)
        reached |= {step.end for step in STEPS if before & set(step.start)}
    assert reached == set(S)


def test_nothing_leads_out_of_an_end_but_revoking_what_was_completed() -> None:
    ways = [(step.event, start) for step in STEPS for start in step.start if start in ENDED]
    assert ways == [("REVOKED", S.COMPLETED)]


def test_only_the_receiver_advances_work() -> None:
    work = {S.RECEIVED, S.ACCEPTED, S.REJECTED, S.COMPLETED, S.FAILED}
    for step in STEPS:
        if step.end in work and step.event != "INFO_PROVIDED":
            assert step.side is Side.RECEIVER, step


def test_a_reason_is_required_where_the_domain_says_so() -> None:
    reasoned = {step.event for step in STEPS if step.reason}
    assert reasoned == {
        "REJECTED",
        "FAILED",
        "REVOKED",
        "INFO_REQUESTED",
        "CANCELLED",
        "CANCELLATION_REQUESTED",
        "CANCELLATION_DECLINED",
    }
    agreed = [step for step in STEPS if step.event == "CANCELLED" and not step.reason]
    assert [step.side for step in agreed] == [Side.RECEIVER]  # the sender gave it when it asked


def test_what_shares_anew_needs_an_agreement_in_force() -> None:
    assert {step.event for step in STEPS if step.in_force} == {
        "SENT",
        "ACCEPTED",
        "INFO_PROVIDED",
        "STARTED",
    }


def test_custody_moves_with_an_accepted_transfer_alone() -> None:
    for kind in HandoffKind:
        for accepted_at in (None, datetime.now(UTC)):
            handoff = Handoff(kind=kind, accepted_at=accepted_at)
            expected = kind is HandoffKind.TRANSFER and accepted_at is not None
            assert custody_moved(handoff) == expected
