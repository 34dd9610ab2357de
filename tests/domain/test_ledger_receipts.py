"""Checking receipts: each by itself, and all of them as one story."""

import json
from copy import deepcopy
from datetime import timedelta
from typing import Any

import pytest

from domain.ledger import entry, merkle
from domain.ledger.checking_receipts import ReceiptCheck
from domain.ledger.finding import Findings, Wrong
from domain.ledger.heads import Head, Reader
from domain.ledger.reading import are_receipts, check_receipts
from tests.ledger import paper

MADE = paper.Receipts(40, 7)
WHOLE = MADE.made()
Lines = list[dict[str, Any]]


def checked(lines: Any, kept: Head | None = None) -> Findings:
    check = ReceiptCheck(paper.reader(), kept)
    check_receipts(check, enumerate(json.loads(json.dumps(lines)), 1))
    return check.end()


def told(findings: Findings) -> list[tuple[Wrong, int | None]]:
    return [(finding.wrong, finding.index) for finding in findings]


def test_nothing_is_wrong_with_what_was_not_touched_in_any_order() -> None:
    assert len(WHOLE) == 20
    assert checked(WHOLE) == checked(WHOLE[::-1]) == checked(WHOLE[5:9]) == checked([]) == []
    assert all(map(are_receipts, WHOLE))
    assert not are_receipts({"entry": {}, "leaf": ""})


def change_a_clause(receipt: Any) -> None:
    receipt["parts"][0]["items"][0]["category"] = "IDENTITY"


def change_the_number(receipt: Any) -> None:
    receipt["parts"][0]["number"] = 99


def change_the_reader(receipt: Any) -> None:
    receipt["entry"]["reader"] = "00000000-0000-0000-0000-0000000000ff"


def backdate(receipt: Any) -> None:
    receipt["entry"]["at"] = entry.written(paper.BEGAN - timedelta(days=9))


def anothers_part(receipt: Any) -> None:
    receipt["parts"] = deepcopy(WHOLE[3]["parts"])


def no_mapping(receipt: Any) -> None:
    receipt["parts"] = ["x"]


def other_index(receipt: Any) -> None:
    receipt["entry"]["index"] += 1


TAMPERED = {
    change_a_clause: {Wrong.CHANGED},
    change_the_number: {Wrong.CHANGED, Wrong.REMOVED},
    change_the_reader: {Wrong.CHANGED},
    backdate: {Wrong.CHANGED, Wrong.BACKDATED},
    anothers_part: {Wrong.CHANGED, Wrong.REMOVED},
    no_mapping: {Wrong.CHANGED, Wrong.REMOVED},
    other_index: {Wrong.CHANGED},
}


@pytest.mark.parametrize("tamper", TAMPERED, ids=lambda one: one.__name__)
@pytest.mark.parametrize("place", [8, 12, 18])
def test_one_that_was_tampered_with_is_named(tamper: Any, place: int) -> None:
    lines = deepcopy(WHOLE)
    tamper(lines[place])
    findings = checked(lines)
    assert {finding.wrong for finding in findings} == TAMPERED[tamper], findings
    changed = [f for f in findings if f.wrong is Wrong.CHANGED]
    assert {f.id for f in changed} == {WHOLE[place]["entry"]["id"]}
    assert {f.line for f in changed} == {place + 1}


def test_a_receipt_that_was_kept_back_is_missed() -> None:
    [finding] = checked(WHOLE[:6] + WHOLE[7:])
    assert (finding.wrong, "number 7 of" in finding.what) == (Wrong.REMOVED, True)
    [finding] = checked(WHOLE[:6] + WHOLE[9:])
    assert "number 7 to 9 of" in finding.what


def test_one_that_is_there_twice() -> None:
    assert told(checked([*WHOLE, WHOLE[4]])) == [(Wrong.REPEATED, 8)]


def test_gaps_of_others_mean_nothing() -> None:
    """Whoever reads holds receipts of many owners, and not all of any."""
    lines = deepcopy(WHOLE)
    for line in lines:
        line["for"] = "00000000-0000-0000-0000-000000000001"
    assert checked(lines[::3]) == []


def test_an_owner_whose_numbers_run_against_the_order() -> None:
    """Only whoever holds the key could have sealed such."""
    check = ReceiptCheck(paper.reader())
    check._numbers["x"] = check._numbers.setdefault("x", paper_numbers((1, 0), (2, 9), (3, 4)))
    assert told(check.end()) == [(Wrong.REORDERED, 4)]


def paper_numbers(*pairs: tuple[int, int]) -> Any:
    from array import array

    return array("q", [n for n, _ in pairs]), array("q", [i for _, i in pairs])


@pytest.mark.parametrize("change", [
    {"proof": []}, {"proof": None}, {"proof": ["zz"]}, {"proof": WHOLE[2]["proof"][::-1]},
])  # fmt: skip
def test_a_proof_that_proves_nothing(change: dict[str, Any]) -> None:
    assert told(checked([WHOLE[4] | change])) == [(Wrong.UNREADABLE, 8)]


@pytest.mark.parametrize("change", [
    {"head": "x.y.z"}, {"head": None}, {"before": "x"},
    {"head": WHOLE[4]["head"][:-8] + "AAAAAAAA"},
])  # fmt: skip
def test_a_head_that_nobody_signed(change: dict[str, Any]) -> None:
    assert (Wrong.UNSIGNED, 8) in told(checked([WHOLE[4] | change]))


def test_heads_that_do_not_belong_together() -> None:
    """Without the head before, or with an older one, a time could not be checked."""
    receipt = WHOLE[10]
    for before in (None, WHOLE[4]["before"], WHOLE[10]["head"]):
        assert told(checked([receipt | {"before": before}])) == [(Wrong.UNREADABLE, 20)]


@pytest.mark.parametrize("line", [None, 3, "x", [], {}, {"entry": {}, "proof": []}])
def test_lines_that_are_none(line: Any) -> None:
    assert told(checked([WHOLE[0], line])) == [(Wrong.UNREADABLE, None)]


def link(old: int, new: int) -> dict[str, Any]:
    proof = merkle.proof(merkle.consistency(old, new), MADE.stored)
    return {"consistency": {"from": old, "to": new, "proof": [step.hex() for step in proof]}}


def test_a_head_that_was_kept_is_linked_by_a_proof() -> None:
    kept = paper.reader().read(MADE.heads[40])
    lines = WHOLE[:4]  # under the head of 7 entries
    assert checked([*lines, link(7, 40)], kept) == []
    wrong = link(7, 40)
    wrong["consistency"]["proof"][0] = "00" * 32
    assert told(checked([*lines, wrong], kept)) == [(Wrong.FORKED, None)]
    assert told(checked([*lines, link(14, 40)], kept)) == [(Wrong.UNREADABLE, None)]
    assert told(checked([{"consistency": {"from": 1}}])) == [(Wrong.UNREADABLE, None)]


def test_a_ledger_that_told_two_stories() -> None:
    said = paper.reader().read(MADE.heads[7])
    other = Head(said.log, 7, bytes(32), said.at, 0, said.marks)
    assert (Wrong.FORKED, 0) in told(checked(WHOLE[:1], other))
    late = Head(said.log, 99, bytes(32), said.at - timedelta(days=1), 0, "")
    assert told(checked(WHOLE[:1], late)) == [(Wrong.FORKED, None)]


@pytest.mark.parametrize("jwks", [None, {}, {"keys": 3}, {"keys": [{}]}, {"keys": [{"kid": "x"}]}])
def test_what_is_no_set_of_keys(jwks: Any) -> None:
    with pytest.raises(Exception, match="no set of public keys"):
        Reader.of(jwks)
