"""The shapes in which the seeded world is written down.

Times are told as a distance from the day of seeding, so that the world is always of today: ``-30``
is thirty days ago, ``30`` is in thirty days.
"""

from dataclasses import dataclass, field

from api.seed.fates import Fate
from db.enums import (
    ActivityKind,
    ChildRole,
    DataCategory,
    HandoffKind,
    InquiryKind,
    MouKind,
    Purpose,
    Urgency,
)

BOTH_ROLES = (ChildRole.VICTIM, ChildRole.WITNESS)
EVERY_ROLE = tuple(ChildRole)


@dataclass(frozen=True)
class Party:
    """A party (pihak) and who signs for it. A letter of delegation says it is not the head."""

    org: str
    signatory: str
    office: str
    covers_branches: bool = False
    letter: str | None = None


@dataclass(frozen=True)
class Clause:
    """A data-sharing clause (pasal berbagi data)."""

    discloser: str
    recipient: str
    categories: tuple[DataCategory, ...]
    purposes: tuple[Purpose, ...]
    legal_basis: str
    roles: tuple[ChildRole, ...] = BOTH_ROLES
    retention_days: int = 1825
    onward_sharing: bool = False


@dataclass(frozen=True)
class Change:
    """A later version: an amendment with these clauses, or an extension to this day."""

    proposed: int
    clauses: tuple[Clause, ...] = ()
    until: int | None = None
    signed: int | None = None
    comments: tuple[tuple[str, str], ...] = ()
    approvals: tuple[str, ...] = ()


@dataclass(frozen=True)
class Paper:
    """An agreement and its life so far.

    Without ``signed`` it is still a draft (nothing submitted), under review, or withdrawn.
    """

    key: str
    kind: MouKind
    title: str
    purpose: str
    scope: str
    begins: int
    ends: int
    parties: tuple[Party, ...]
    clauses: tuple[Clause, ...] = ()
    parent: str | None = None
    proposed: int = 0
    submitted: int | None = None
    signed: int | None = None
    obligations: str = ""
    notice_days: int = 30
    comments: tuple[tuple[str, str], ...] = ()
    approvals: tuple[str, ...] = ()
    """While under review: who besides the drafter has approved."""
    change: Change | None = None
    withdrawn: tuple[int, str] | None = None
    suspended: tuple[int, str, str] | None = None
    """When, by whom and why."""
    terminated: tuple[int, int, str, str] | None = None
    """When notice was given, the day it took effect, by whom and why."""


@dataclass(frozen=True)
class Story:
    """What happened to a child, told as files tell it: factual, and never more than is needed."""

    key: str
    categories: tuple[str, ...]
    ages: tuple[int, int]
    incident: tuple[str, ...]
    family: str
    suspect: str
    evidence: str
    psychological: str
    health: str
    education: str
    girl: bool | None = None
    role: ChildRole = ChildRole.VICTIM
    guardian_suspected: bool = False
    trusted: str = "Ibu"
    """The adult the child trusts, whom one may call."""


@dataclass(frozen=True)
class Route:
    """A way on which cases go from one organisation to another, under one agreement."""

    sender: str
    receiver: str
    mou: str
    kind: HandoffKind
    purpose: Purpose
    sections: tuple[DataCategory, ...]
    reply: tuple[DataCategory, ...]
    services: tuple[str, ...]
    urgency: Urgency = Urgency.SEGERA


@dataclass(frozen=True)
class Leg:
    """One handoff of a case: its route, when it was sent, and how far it has come."""

    route: str
    ago: str
    fate: Fate
    urgency: Urgency | None = None
    inquiry: str | None = None


@dataclass(frozen=True)
class Case:
    """A child's case and the handoffs it went through."""

    story: str
    legs: tuple[Leg, ...]


@dataclass(frozen=True)
class Question:
    """An inquiry, told without the child: asking for a handoff, or whether there is room."""

    key: str
    kind: InquiryKind
    route: str
    ago: str
    question: str
    answer: str | None = None
    agreed: bool | None = None
    answered_after: str = "5h"
    withdrawn: bool = False


@dataclass(frozen=True)
class Task:
    """Something one organisation has to do for an activity."""

    title: str
    assignee: str
    due: int
    settled: str | None = None


@dataclass(frozen=True)
class Activity:
    """A joint activity. Guests answer with True, False or not yet (None)."""

    kind: ActivityKind
    lead: str
    title: str
    description: str
    starts: int
    hours: int
    place: str
    region: str
    status: str
    guests: dict[str, bool | None] = field(default_factory=dict)
    tasks: tuple[Task, ...] = ()
    mou: str | None = None
    outcome: str | None = None
    reason: str | None = None
    """Why it was cancelled."""
    declined: str = "Jadwal bersamaan dengan kegiatan lain yang tidak dapat ditinggalkan."
    left: tuple[str, ...] = ()
    """Who took part and leaves, before the activity begins."""


def case(story: str, *legs: Leg) -> Case:
    return Case(story, legs)
