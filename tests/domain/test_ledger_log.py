"""Checking a whole ledger: one entry that was tampered with is found, and named."""

import json
from collections.abc import Callable
from copy import deepcopy
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from joserfc.jwk import ECKey

from domain.ledger import entry
from domain.ledger.checking import LogCheck
from domain.ledger.finding import Findings, Wrong
from domain.ledger.heads import Head, Reader, signed
from domain.ledger.reading import check_log
from tests.ledger import paper

SIZE, BATCH = 60, 7
WHOLE = list(paper.lines(SIZE, BATCH))
Lines = list[Any]


def checked(lines: Lines, kept: Head | None = None, reader: Reader | None = None) -> Findings:
    check = LogCheck(reader or paper.reader(), kept)
    numbered = ((n, json.loads(json.dumps(line))) for n, line in enumerate(lines, 1))
    check_log(check, numbered)
    return check.end()


def where(index: int) -> int:
    """The place of an entry among the lines."""
    return next(n for n, line in enumerate(WHOLE) if line.get("entry", {}).get("index") == index)


def told(findings: Findings) -> list[tuple[Wrong, int | None]]:
    return [(finding.wrong, finding.index) for finding in findings]


def test_nothing_is_wrong_with_what_was_not_touched() -> None:
    assert checked(WHOLE) == []
    check = LogCheck(paper.reader())
    check_log(check, enumerate(WHOLE))
    assert (check.entries, check.heads, check.unsealed) == (SIZE, 9, 0)
    assert checked([]) == []


def test_what_follows_the_last_head_is_nobodys_word_yet() -> None:
    check = LogCheck(paper.reader())
    check_log(check, enumerate(WHOLE[:-1]))
    assert check.end() == []
    assert check.unsealed == SIZE % BATCH


def change(lines: Lines, index: int) -> None:
    lines[where(index)]["entry"]["reader"] = "00000000-0000-0000-0000-0000000000ff"


def change_with_its_hash(lines: Lines, index: int) -> None:
    change(lines, index)
    line = lines[where(index)]
    line["leaf"] = entry.leaf(line["entry"]).hex()


def change_without_hash(lines: Lines, index: int) -> None:
    change(lines, index)
    del lines[where(index)]["leaf"]


def change_the_hash_alone(lines: Lines, index: int) -> None:
    lines[where(index)]["leaf"] = "00" * 32


def garble_the_hash(lines: Lines, index: int) -> None:
    lines[where(index)]["leaf"] = "xyz"


def backdate(lines: Lines, index: int) -> None:
    line = lines[where(index)]
    line["entry"]["at"] = entry.written(paper.at(index) - timedelta(days=1))


def backdate_with_its_hash(lines: Lines, index: int) -> None:
    backdate(lines, index)
    line = lines[where(index)]
    line["leaf"] = entry.leaf(line["entry"]).hex()


def remove(lines: Lines, index: int) -> None:
    del lines[where(index)]


def repeat(lines: Lines, index: int) -> None:
    lines.insert(where(index) + 1, deepcopy(lines[where(index)]))


def move_up(lines: Lines, index: int) -> None:
    """To the place of one four before it."""
    lines.insert(where(index - 4), lines.pop(where(index)))


def move_down(lines: Lines, index: int) -> None:
    lines.insert(where(index + 4), lines.pop(where(index)))


TAMPERED: dict[Callable[[Lines, int], None], Wrong] = {
    change: Wrong.CHANGED, change_with_its_hash: Wrong.CHANGED,
    change_without_hash: Wrong.CHANGED, change_the_hash_alone: Wrong.CHANGED,
    garble_the_hash: Wrong.CHANGED, backdate: Wrong.CHANGED,
    backdate_with_its_hash: Wrong.CHANGED, remove: Wrong.REMOVED, repeat: Wrong.REPEATED,
    move_up: Wrong.REORDERED, move_down: Wrong.REORDERED,
}  # fmt: skip


@pytest.mark.parametrize("tamper", TAMPERED, ids=lambda one: one.__name__)
@given(index=st.integers(4, SIZE - 6))
@settings(max_examples=40, deadline=None)
def test_one_that_was_tampered_with_is_named(
    tamper: Callable[[Lines, int], None], index: int
) -> None:
    lines = deepcopy(WHOLE)
    tamper(lines, index)
    findings = checked(lines)
    assert (TAMPERED[tamper], index) in told(findings), findings
    assert {finding.index for finding in findings} == {index}, findings
    assert len(findings) <= 2
    named = next(f for f in findings if f.wrong is TAMPERED[tamper])
    assert tamper is remove or named.id == WHOLE[where(index)]["entry"]["id"]


@pytest.mark.parametrize(("one", "other"), [(10, 11), (10, 13), (5, 50), (7, 14)])
def test_two_that_changed_places_are_named(one: int, other: int) -> None:
    lines = deepcopy(WHOLE)
    a, b = where(one), where(other)
    lines[a], lines[b] = lines[b], lines[a]
    either = {(Wrong.REORDERED, one), (Wrong.REORDERED, other)}
    found = set(told(checked(lines)))
    assert found == either or (other == one + 1 and found < either)  # one place up, or one down


def test_the_first_and_the_last_as_well() -> None:
    for index in (0, SIZE - 1):
        for tamper in (change, change_with_its_hash, remove):
            lines = deepcopy(WHOLE)
            tamper(lines, index)
            assert told(checked(lines)) == [(TAMPERED[tamper], index)], (tamper, index)


def test_removed_with_everything_after_it_renumbered() -> None:
    """Somebody who knows the form, and recomputes every hash, lacks only the key."""
    lines = deepcopy(WHOLE)
    del lines[where(20)]
    for line in lines:
        if "entry" in line and line["entry"]["index"] > 20:
            line["entry"]["index"] -= 1
            line["leaf"] = entry.leaf(line["entry"]).hex()
    assert told(checked(lines))[0] == (Wrong.REMOVED, 20)


def test_an_entry_that_was_sealed_with_a_time_that_cannot_be() -> None:
    """Not tampered with: written so by whoever holds the key."""
    for when, wrong in (
        (paper.at(30) - timedelta(hours=1), [(Wrong.BACKDATED, 30)]),
        (paper.at(30) + timedelta(hours=1), [(Wrong.BACKDATED, 30)]),
        (paper.at(30) - timedelta(minutes=2), []),  # under way while the last head was signed
    ):
        lines = list(paper.lines(SIZE, BATCH, {30: when}))
        assert told(checked(lines)) == wrong


def test_a_clock_that_went_back_is_allowed_for_as_far_as_it_is_signed() -> None:
    lines = list(paper.lines(SIZE, BATCH, {30: paper.at(30) - timedelta(hours=1)}))
    place = next(n for n in range(where(30), len(lines)) if "head" in lines[n])
    said = paper.reader().read(lines[place]["head"])
    for behind, wrong in ((3_600, []), (600, [(Wrong.BACKDATED, 30)])):
        again = Head(said.log, said.size, said.root, said.at, behind, said.marks)
        lines[place] = {"head": signed(again, paper.KID, paper.KEY)}
        assert told(checked(lines)) == wrong


def test_the_end_cut_off_is_seen_by_who_kept_a_head() -> None:
    kept = paper.reader().read(WHOLE[-1]["head"])
    assert checked(WHOLE, kept) == []
    short = WHOLE[: where(42)]
    assert checked(short) == []
    assert told(checked(short, kept)) == [(Wrong.TRUNCATED, 42)]
    within = WHOLE[: where(58)] + WHOLE[-1:]
    assert told(checked(within)) == [(Wrong.TRUNCATED, 58)]


def test_another_ledger_than_the_one_whose_head_was_kept() -> None:
    kept = paper.reader().read(WHOLE[where(21) - 1]["head"])
    other = list(paper.lines(SIZE, BATCH, {3: paper.at(4)}))
    assert checked(other) == []
    assert {wrong for wrong, _ in told(checked(other, kept))} == {Wrong.FORKED}


def test_heads_that_nobody_we_know_signed() -> None:
    key = ECKey.generate_key("P-256")
    said = paper.reader().read(WHOLE[-1]["head"])
    for token in (
        signed(said, paper.KID, key),
        signed(said, "another", key),
        WHOLE[-1]["head"][:-8] + "AAAAAAAA",
        "x.y.z", "", 7, None, "a" * 100_000,
    ):  # fmt: skip
        lines = [*WHOLE[:-1], {"head": token}]
        assert told(checked(lines)) == [(Wrong.UNSIGNED, None)], token


def test_heads_out_of_order() -> None:
    heads = [n for n, line in enumerate(WHOLE) if "head" in line]
    lines = deepcopy(WHOLE)
    lines.insert(heads[3] + 3, lines[heads[3]])
    assert {wrong for wrong, _ in told(checked(lines))} == {Wrong.REORDERED}
    said = paper.reader().read(WHOLE[heads[3]]["head"])
    older = Head(said.log, said.size, said.root, paper.at(-9), 0, said.marks)
    lines = deepcopy(WHOLE)
    lines[heads[3]] = {"head": signed(older, paper.KID, paper.KEY)}
    assert Wrong.FORKED in {wrong for wrong, _ in told(checked(lines))}


@pytest.mark.parametrize(
    "line",
    [{}, {"entry": 1}, {"entry": {}}, [], 3, None, "x", {"entry": {"index": 1}},
     {"entry": {**WHOLE[3]["entry"], "at": "2026"}}, {"entry": {**WHOLE[3]["entry"], "x": 1}},
     {"entry": {**WHOLE[3]["entry"], "index": -1}}, {"entry": {**WHOLE[3]["entry"], "index": "3"}}],
)  # fmt: skip
def test_lines_that_are_none(line: Any) -> None:
    findings = checked([*WHOLE[:3], line, *WHOLE[4:]])
    assert told(findings)[0] == (Wrong.UNREADABLE, None)
    assert findings[0].line == 4
