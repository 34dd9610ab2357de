"""The ways to spoil a case, or to seem to: each *twist* changes one thing about it.

Most close what was open, some only look as if they did. So near misses, with one thing wrong, are
as frequent as disclosures.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

from tests.access.cases import CLOSED_STATES, DAY, OPEN_STATES, Builder, Case, Plan
from tests.access.facts import Agreement, Clause, Party

Twist = Callable[[Builder, Case], None]


def _agreement(level: int = -1, **change: Callable[[Builder], Any]) -> Twist:
    def twist(builder: Builder, case: Case) -> None:
        values = {name: value(builder) for name, value in change.items()}
        case.chain[level] = replace(case.chain[level], **values)

    return twist


def _version(level: int = -1, **change: Callable[[Builder], Any]) -> Twist:
    def twist(builder: Builder, case: Case) -> None:
        values = {name: value(builder) for name, value in change.items()}
        old = case.chain[level]
        version = replace(old.versions[-1], **values)
        case.chain[level] = replace(old, versions=(*old.versions[:-1], version))

    return twist


def _clauses(**change: Callable[[Builder, Clause], Any]) -> Twist:
    """Change every clause of the newest version in the same way."""

    def twist(builder: Builder, case: Case) -> None:
        _set_clauses(case, [
            replace(clause, **{name: value(builder, clause) for name, value in change.items()})
            for clause in case.chain[-1].versions[-1].clauses
        ])  # fmt: skip

    return twist


def _set_clauses(case: Case, clauses: Sequence[Clause]) -> None:
    leaf = case.chain[-1]
    version = replace(leaf.versions[-1], clauses=tuple(clauses))
    case.chain[-1] = replace(leaf, versions=(*leaf.versions[:-1], version))


def _handed(**change: Any) -> Twist:
    def twist(builder: Builder, case: Case) -> None:
        case.handoff = replace(case.handoff, **change)

    return twist


def _both(*twists: Twist) -> Twist:
    def twist(builder: Builder, case: Case) -> None:
        for one in twists:
            one(builder, case)

    return twist


def _reversed(_: Builder, case: Case) -> None:
    """There is one clause, and it lets the receiver disclose to the sender."""
    first = case.chain[-1].versions[-1].clauses[:1]
    _set_clauses(case, [replace(c, discloser=c.recipient, recipient=c.discloser) for c in first])


def _unsigned(level: int, *, submitted: bool = True, withdrawn: bool = False) -> Twist:
    """Everyone has signed but the last party."""

    def twist(builder: Builder, case: Case) -> None:
        version = case.chain[level].versions[-1]
        first = version.parties[0].organisation
        signed = frozenset({first}) if submitted and not withdrawn else frozenset()
        _version(level, signed_by=lambda _: signed, submitted=lambda _: submitted,
                 withdrawn=lambda _: withdrawn)(builder, case)  # fmt: skip

    return twist


def _amended(clauses: bool, **change: Callable[[Builder], Any]) -> Twist:
    """An amendment, with the clauses as they were or with narrower ones."""

    def twist(builder: Builder, case: Case) -> None:
        before = case.chain[-1].versions[-1].clauses
        kept = (
            before if clauses else [replace(c, categories=frozenset({"SERVICE"})) for c in before]
        )
        values = {name: value(builder) for name, value in change.items()}
        builder.amend(case, clauses=tuple(kept), **values)

    return twist


def _narrow(builder: Builder, case: Case) -> None:
    """Let the newest version cover nothing that is ever handed over."""
    clauses = case.chain[-1].versions[-1].clauses
    _set_clauses(case, [replace(clause, categories=frozenset({"SERVICE"})) for clause in clauses])


def _widened(**change: Callable[[Builder], Any]) -> Twist:
    """First narrow, then an amendment with the clauses in order."""

    def twist(builder: Builder, case: Case) -> None:
        good = case.chain[-1].versions[-1].clauses
        _narrow(builder, case)
        values = {name: value(builder) for name, value in change.items()}
        builder.amend(case, clauses=good, **values)

    return twist


def _overtaken(builder: Builder, case: Case) -> None:
    """Version 2 narrows and counts from yesterday; version 3 is older by its day but newer."""
    good = case.chain[-1].versions[-1].clauses
    _amended(False, counts_from=_ago(1))(builder, case)
    builder.amend(case, clauses=good, counts_from=builder.today - 5 * DAY)


def _uncovered(side: int) -> Twist:
    """The party no longer signs for its branches."""

    def twist(builder: Builder, case: Case) -> None:
        parties = list(case.chain[-1].versions[-1].parties)
        parties[side] = replace(parties[side], covers_branches=False)
        _version(parties=lambda _: tuple(parties))(builder, case)

    return twist


def _elsewhere(side: int) -> Twist:
    """A party that does cover its branches, of which the sender or receiver is none."""

    def twist(builder: Builder, case: Case) -> None:
        old = _side(case, side)
        ends = {case.handoff.sender, case.handoff.receiver}
        near = ends | {above for end in ends for above in builder.above(end)}
        far = [id for id in builder.organisations if id not in near]
        if not far:
            return
        parties = list(case.chain[-1].versions[-1].parties)
        parties[side] = Party(far[-1], covers_branches=True)
        signed = frozenset(party.organisation for party in parties)
        _version(parties=lambda _: tuple(parties), signed_by=lambda _: signed)(builder, case)
        _clauses(
            discloser=lambda _, c: far[-1] if c.discloser == old else c.discloser,
            recipient=lambda _, c: far[-1] if c.recipient == old else c.recipient,
        )(builder, case)

    return twist


def _no_party(side: int) -> Twist:
    """The clause names sender and receiver themselves, of whom one is not among the parties."""

    def twist(builder: Builder, case: Case) -> None:
        named = (case.handoff.sender, case.handoff.receiver)[side]
        _clauses(
            discloser=lambda _, c: named if c.discloser == _side(case, side) else c.discloser,
            recipient=lambda _, c: named if c.recipient == _side(case, side) else c.recipient,
        )(builder, case)

    return twist


def _side(case: Case, side: int) -> UUID:
    return case.chain[-1].versions[-1].parties[side].organisation


def _covered_elsewhere(builder: Builder, case: Case) -> None:
    """Another agreement of the two covers everything; the handoff's own does not."""
    leaf = case.chain[-1]
    version = replace(leaf.versions[-1], id=builder.new_id())
    case.elsewhere.append(Agreement(builder.new_id(), (version,)))
    _narrow(builder, case)


def _ago(days: int) -> Callable[[Builder], date]:
    return lambda builder: builder.today - days * DAY


def _in(days: int) -> Callable[[Builder], date]:
    return lambda builder: builder.today + days * DAY


def _yes(_: Builder) -> bool:
    return True


_ALWAYS = _clauses(first_day=lambda b, _: b.today - 400 * DAY,
                   last_day=lambda b, _: b.today + 400 * DAY)  # fmt: skip
"""Clauses with a period of their own that is longer than the agreement's."""

TWISTS: dict[str, Twist] = {
    "category not named": _clauses(categories=lambda *_: frozenset({"SERVICE"})),
    "purpose not named": _clauses(purposes=lambda *_: frozenset({"OVERSIGHT", "EVALUATION"})),
    "role not named": _clauses(roles=lambda *_: frozenset({"CHILD_OFFENDER"})),
    "clause over since yesterday": _clauses(last_day=lambda b, _: b.today - DAY),
    "clause begins tomorrow": _clauses(first_day=lambda b, _: b.today + DAY),
    "clause begins today": _clauses(first_day=lambda b, _: b.today),
    "clause ends today": _clauses(last_day=lambda b, _: b.today),
    "no clause": lambda _, case: _set_clauses(case, []),
    "clause the other way": _reversed,
    "ended yesterday": _both(_version(last_day=_ago(1)), _ALWAYS),
    "ends today": _version(last_day=_in(0)),
    "counts from tomorrow": _version(counts_from=_in(1)),
    "counts from today": _version(counts_from=_in(0)),
    "first day tomorrow": _both(_version(first_day=_in(1)), _ALWAYS),
    "first day today": _version(first_day=_in(0)),
    "not signed by one": _unsigned(-1),
    "never submitted": _unsigned(-1, submitted=False),
    "withdrawn": _unsigned(-1, withdrawn=True),
    "suspended": _agreement(suspended=_yes),
    "terminated as of today": _agreement(terminated_on=_in(0)),
    "terminated as of tomorrow": _agreement(terminated_on=_in(1)),
    "terminated last year": _agreement(terminated_on=_ago(20)),
    "parent suspended": _agreement(-2, suspended=_yes),
    "parent terminated": _agreement(-2, terminated_on=_in(0)),
    "parent terminated as of tomorrow": _agreement(-2, terminated_on=_in(1)),
    "parent ended yesterday": _version(-2, last_day=_ago(1)),
    "parent not signed by one": _unsigned(-2),
    "parent's first day tomorrow": _version(-2, first_day=_in(1)),
    "parent counts from tomorrow": _version(-2, counts_from=_in(1)),
    "grandparent suspended": _agreement(-3, suspended=_yes),
    "grandparent ended yesterday": _version(-3, last_day=_ago(1)),
    "narrowed by amendment": _amended(False),
    "narrowing counts from tomorrow": _amended(False, counts_from=_in(1)),
    "narrowing not signed": _amended(False, signed_by=lambda _: frozenset()),
    "narrowing drafted": _amended(False, signed_by=lambda _: frozenset(),
                                  submitted=lambda _: False),
    "narrowing withdrawn": _amended(False, signed_by=lambda _: frozenset(), withdrawn=_yes),
    "widened by amendment": _widened(),
    "widening counts from tomorrow": _widened(counts_from=_in(1)),
    "widening not signed": _widened(signed_by=lambda _: frozenset()),
    "newest version wins": _overtaken,
    "amendment ended yesterday": _both(_amended(True, last_day=_ago(1)), _ALWAYS),
    "receiver's branch not covered": _uncovered(1),
    "sender's branch not covered": _uncovered(0),
    "receiver is another's branch": _elsewhere(1),
    "sender is another's branch": _elsewhere(0),
    "clause names a receiver that is no party": _no_party(1),
    "clause names a sender that is no party": _no_party(0),
    "covered by another agreement only": _covered_elsewhere,
    "drafted only": _handed(status="DRAFT", sent=False, accepted=False),
    "cancelled before it was sent": _handed(status="CANCELLED", sent=False, accepted=False),
    **{f"state {status}": _handed(status=status) for status in (*OPEN_STATES, *CLOSED_STATES)},
    "transfer accepted": _handed(kind="TRANSFER", status="ACCEPTED", accepted=True),
    "transfer given up": _handed(kind="TRANSFER", status="FAILED", accepted=True),
    "transfer cancelled after it was accepted": _handed(kind="TRANSFER", status="CANCELLED",
                                                        accepted=True),
    "transfer revoked": _handed(kind="TRANSFER", status="REVOKED", accepted=True),
    "transfer not accepted yet": _handed(kind="TRANSFER", status="RECEIVED", accepted=False),
    "transfer accepted, then failed": _handed(kind="TRANSFER", status="FAILED", accepted=True),
    "transfer accepted, then cancelled": _handed(
        kind="TRANSFER", status="CANCELLED", accepted=True),
}  # fmt: skip

NEEDS_LEVELS = {twist: 2 if twist.startswith("parent") else 3 for twist in TWISTS
                if twist.startswith(("parent", "grandparent"))}  # fmt: skip


def twisted(builder: Builder, plan: Plan, before: Case | None = None) -> Case:
    """The case that was planned, with its twists; if there is one before, it goes on from that."""
    levels = max(plan.levels, *(NEEDS_LEVELS.get(twist, 1) for twist in plan.twists), 1)
    plan = replace(plan, levels=levels)
    case = builder.case(plan) if before is None else builder.passed_on(before, plan)
    for twist in plan.twists:
        TWISTS[twist](builder, case)
    case.chain = [_one_open(agreement) for agreement in case.chain]
    return case


def _one_open(agreement: Agreement) -> Agreement:
    """Only the newest version can still be open (there is a unique index that says so)."""
    *old, newest = agreement.versions
    settled = [v if v.signed else replace(v, withdrawn=True) for v in old]
    return replace(agreement, versions=(*settled, newest))
