"""Worlds made of cases: a handoff that discloses what it should, and the agreements above it.

Random worlds and the fixed gallery are both made of these, each with a twist or without.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from itertools import count
from typing import Any
from uuid import UUID

from db.enums import DataCategory
from tests.access.facts import (
    Agreement,
    Basis,
    Clause,
    Handoff,
    Organisation,
    Party,
    Section,
    Version,
)

DAY = timedelta(days=1)
OPEN_STATES = ("REQUESTED", "RECEIVED", "INFO_REQUESTED", "ACCEPTED", "IN_PROGRESS", "COMPLETED")
CLOSED_STATES = ("REJECTED", "FAILED", "CANCELLED", "REVOKED")
ENDED_STATES = ("COMPLETED", *CLOSED_STATES)
ALL = frozenset(str(category) for category in DataCategory)
COVERED = frozenset({"IDENTITY", "FAMILY", "INCIDENT", "HEALTH", "OUTCOME"})
"""What a clause in order covers."""


@dataclass(frozen=True)
class Plan:
    """What is chosen about one case; everything else follows."""

    sender: UUID
    receiver: UUID
    sender_party: int = 0
    """How many levels above the sender stands the party that covers it; 0: itself."""
    receiver_party: int = 0
    levels: int = 1
    """1: under a memorandum; 2: a cooperation agreement under one; 3: a work plan under that."""
    kind: str = "REFERRAL"
    status: str = "ACCEPTED"
    accepted: bool | None = None
    purpose: str = "SERVICE_DELIVERY"
    role: str = "VICTIM"
    sections: tuple[tuple[bool, str], ...] = ((False, "INCIDENT"), (False, "IDENTITY"))
    """Whether the receiver wrote it, and its category."""
    covers: frozenset[str] = COVERED
    """The categories its clauses name."""
    back: bool = True
    """Whether a clause lets the receiver disclose to the sender, too."""
    onward: bool = False
    """Whether its clauses let what they cover be passed on."""
    twists: tuple[str, ...] = ()
    """Names in `tests.access.twists`."""


@dataclass
class Case:
    """What a plan became: a chain of agreements from the top down, and a handoff at its end."""

    chain: list[Agreement]
    handoff: Handoff
    elsewhere: list[Agreement] = field(default_factory=list)
    """Agreements the handoff does not rest on."""

    def rests_on(self, *bases: Basis) -> None:
        """Let these bases be the only ones."""
        self.handoff = replace(self.handoff, bases=bases)


@dataclass
class Builder:
    """Turns plans into cases, among given organisations, as of a given day."""

    today: date
    organisations: dict[UUID, Organisation]
    ids: Iterator[int] = field(default_factory=lambda: count(1))

    def new_id(self) -> UUID:
        return UUID(int=(0x0198 << 112) | next(self.ids))

    def case(self, plan: Plan) -> Case:
        """All is in order with it, whatever twists are planned (see `twisted`)."""
        parties, clauses = self._agreed(plan)
        chain: list[Agreement] = []
        for level in range(plan.levels):
            leaf = level == plan.levels - 1
            version = Version(
                id=self.new_id(),
                number=1,
                drafted_by=parties[0].organisation,
                parties=parties,
                clauses=clauses if leaf else (),
                first_day=self.today - 30 * DAY,
                last_day=self.today + 300 * DAY,
                counts_from=self.today - 30 * DAY,
                signed_by=frozenset(party.organisation for party in parties),
            )
            above = chain[-1].id if chain else None
            chain.append(Agreement(self.new_id(), (version,), parent=above))
        return Case(chain, self._handoff(plan, chain[-1].id))

    def passed_on(self, case: Case, plan: Plan, sections: Iterable[Section] | None = None) -> Case:
        """A case that goes on from another, by its receiver: with these sections of it (or all that
        are not the receiver's own), and what is written newly."""
        before = case.handoff
        after = self.case(replace(plan, sender=before.receiver))
        given = before.sections if sections is None else sections
        on = tuple(
            replace(section, id=self.new_id(), source=section.id)
            for section in given
            if section.author != before.receiver
        )
        after.handoff = replace(
            after.handoff, case=before.case, onward_of=before.id,
            sections=(*on, *after.handoff.sections),
        )  # fmt: skip
        return after

    def _agreed(self, plan: Plan) -> tuple[tuple[Party, ...], tuple[Clause, ...]]:
        one = self._ancestor(plan.sender, plan.sender_party)
        other = self._ancestor(plan.receiver, plan.receiver_party)
        if one == other:
            one, other = plan.sender, plan.receiver
        parties = (Party(one, one != plan.sender), Party(other, other != plan.receiver))
        purposes, roles = frozenset({plan.purpose}), frozenset({plan.role})
        ways = [(one, other), (other, one)] if plan.back else [(one, other)]
        clauses = [
            Clause(giver, reader, plan.covers, purposes, roles, onward=plan.onward)
            for giver, reader in ways
        ]
        return parties, tuple(clauses)

    def above(self, organisation: UUID) -> Iterator[UUID]:
        parent = self.organisations[organisation].parent
        while parent is not None:
            yield parent
            parent = self.organisations[parent].parent

    def _ancestor(self, organisation: UUID, height: int) -> UUID:
        for _ in range(height):
            organisation = self.organisations[organisation].parent or organisation
        return organisation

    def _handoff(self, plan: Plan, agreement: UUID) -> Handoff:
        accepted = plan.accepted
        if accepted is None:
            accepted = plan.status in ("ACCEPTED", "IN_PROGRESS", "COMPLETED", "FAILED")
        return Handoff(
            id=self.new_id(),
            kind=plan.kind,
            status=plan.status,
            sender=plan.sender,
            receiver=plan.receiver,
            agreement=agreement,
            purpose=plan.purpose,
            role=plan.role,
            sent=plan.status != "DRAFT",
            accepted=accepted,
            sections=tuple(
                Section(self.new_id(), plan.receiver if back else plan.sender, category)
                for back, category in plan.sections
            ),
            case=self.new_id(),
            ended=1 if plan.status in ENDED_STATES else None,
            bases=tuple(self.basis(plan, side) for side in (plan.sender, plan.receiver)),
        )

    def basis(self, plan: Plan, author: UUID, **change: Any) -> Basis:
        """A basis that holds for all that is covered."""
        purposes = frozenset({plan.purpose})
        return replace(Basis(self.new_id(), author, ALL, purposes), **change)

    def amend(self, case: Case, **change: Any) -> None:
        """Add a version that says the same but for the change, and counts from now on."""
        leaf = case.chain[-1]
        last = leaf.versions[-1]
        change = {
            "id": self.new_id(),
            "number": last.number + 1,
            "counts_from": self.today,
        } | change
        case.chain[-1] = replace(leaf, versions=(*leaf.versions, replace(last, **change)))


def agreements_of(cases: Iterable[Case]) -> dict[UUID, Agreement]:
    return {a.id: a for case in cases for a in (*case.chain, *case.elsewhere)}
