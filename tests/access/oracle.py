"""Who may see what, in plain words: the rules of access, with no database and no code of the API.

It is written from the rules, not from the program. Given a small world (who stands under whom,
what was agreed and signed, what was handed over, who asks) it says what that asker may see, and if
not, everything that stands in the way. The tests hold the real API against it.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from functools import cached_property
from uuid import UUID

from tests.access.facts import (
    Activity,
    Agreement,
    Clause,
    Grant,
    Handoff,
    Inquiry,
    Organisation,
    Party,
    Person,
    Section,
    Token,
    Version,
)
from tests.access.oracle_tokens import Standing

IDENTIFYING = frozenset({"IDENTITY", "CONTACT", "FAMILY"})
"""What tells who the child is (UU SPPA 19)."""
CLOSED = frozenset({"DRAFT", "REJECTED", "FAILED", "CANCELLED", "REVOKED"})
"""States in which a handoff discloses nothing to the other side."""


class Obstacle(StrEnum):
    """Something that stands between a reader and the content of a section."""

    SCOPE = "the token lacks the scope"
    CUSTODY = "the case was transferred, its sender keeps a stub"
    STATE = "the handoff is in a state that does not disclose"
    UNSIGNED = "no version of the agreement is signed by all and has begun to count"
    NOT_BEGUN = "the first day of the agreement has not come"
    ENDED = "the last day of the agreement has passed"
    SUSPENDED = "the agreement is suspended"
    TERMINATED = "the agreement was terminated"
    PARENT = "an agreement above it is not live"
    DISCLOSER = "the clause is not about this discloser"
    RECIPIENT = "the clause is not about this recipient"
    CATEGORY = "the clause does not name the category"
    PURPOSE = "the clause does not name the purpose"
    ROLE = "the clause does not name the child's role"
    PERIOD = "the clause's own period does not include today"
    NO_CLAUSE = "the agreement has no clause at all"


OF_AGREEMENT = frozenset({Obstacle.UNSIGNED, Obstacle.NOT_BEGUN, Obstacle.ENDED,
                          Obstacle.SUSPENDED, Obstacle.TERMINATED, Obstacle.PARENT})  # fmt: skip
OF_CLAUSE = frozenset({Obstacle.DISCLOSER, Obstacle.RECIPIENT, Obstacle.CATEGORY, Obstacle.PURPOSE,
                       Obstacle.ROLE, Obstacle.PERIOD, Obstacle.NO_CLAUSE})  # fmt: skip


@dataclass(frozen=True)
class World(Standing):
    today: date
    """In Jakarta."""
    organisations: dict[UUID, Organisation]
    agreements: dict[UUID, Agreement]
    handoffs: tuple[Handoff, ...]
    tokens: tuple[Token, ...]
    activities: tuple[Activity, ...] = ()
    inquiries: tuple[Inquiry, ...] = ()
    people: dict[UUID, Person] = field(default_factory=dict)
    grants: dict[UUID, Grant] = field(default_factory=dict)
    _live: dict[UUID, frozenset[Obstacle]] = field(default_factory=dict, compare=False, repr=False)

    # Organisations ------------------------------------------------------------------------------

    def stands_for(self, party: Party, organisation: UUID) -> bool:
        """A party is itself, and all organisations under it if it covers its branches."""
        if party.organisation == organisation:
            return True
        return party.covers_branches and party.organisation in self.above(organisation)

    def above(self, organisation: UUID) -> Iterator[UUID]:
        """Every organisation over this one in the tree, at any height."""
        parent = self.organisations[organisation].parent
        while parent is not None:
            yield parent
            parent = self.organisations[parent].parent

    # Agreements ---------------------------------------------------------------------------------

    def counting(self, agreement: Agreement) -> Version | None:
        """Amendments: the newest signed version whose day has come is the one that counts."""
        come = [v for v in agreement.versions if v.signed and v.counts_from <= self.today]
        return max(come, key=lambda version: version.number, default=None)

    def not_live(self, id: UUID) -> frozenset[Obstacle]:
        """Why an agreement is not live; nothing when it is."""
        if id not in self._live:
            self._live[id] = frozenset(self._not_live(self.agreements[id]))
        return self._live[id]

    def _not_live(self, agreement: Agreement) -> Iterator[Obstacle]:
        version = self.counting(agreement)
        if version is None:
            yield Obstacle.UNSIGNED
        else:
            if version.first_day > self.today:
                yield Obstacle.NOT_BEGUN
            if version.last_day < self.today:
                yield Obstacle.ENDED
        if agreement.suspended:
            yield Obstacle.SUSPENDED
        if agreement.terminated_on is not None and agreement.terminated_on <= self.today:
            yield Obstacle.TERMINATED
        if agreement.parent is not None and self.not_live(agreement.parent):
            yield Obstacle.PARENT

    def status(self, agreement: Agreement) -> str:
        """The state of an agreement by itself, whatever became of those above it."""
        obstacles = self.not_live(agreement.id)
        if Obstacle.TERMINATED in obstacles:
            return "TERMINATED"
        if Obstacle.UNSIGNED in obstacles:
            signed = any(version.signed for version in agreement.versions)
            return "SIGNED" if signed else agreement.versions[-1].stage
        for obstacle, status in (
            (Obstacle.NOT_BEGUN, "SIGNED"),
            (Obstacle.ENDED, "EXPIRED"),
            (Obstacle.SUSPENDED, "SUSPENDED"),
        ):
            if obstacle in obstacles:
                return status
        return "ACTIVE"

    # Content ------------------------------------------------------------------------------------

    def exists_for(self, token: Token, handoff: Handoff) -> bool:
        """A handoff exists for its sender, and for its receiver once it was sent. For nobody else:
        not for organisations above or below either, and not for KPAI."""
        if not self.opens_anything(token) or not self.may(token, "handoff:read"):
            return False
        me = token.organisation
        return me == handoff.sender or (me == handoff.receiver and handoff.sent)

    def obstacles(self, token: Token, handoff: Handoff, section: Section) -> frozenset[Obstacle]:
        """All that stands between the token and the content; nothing when it is disclosed."""
        found = set()
        if section.category in IDENTIFYING and not self.may(token, "handoff:identity"):
            found.add(Obstacle.SCOPE)
        if section.author == token.organisation:
            # Authors read what they wrote, except the sender of a transfer that was accepted; when
            # the receiver failed or gave up, the case is the sender's again.
            given_away = handoff.kind == "TRANSFER" and handoff.accepted
            given_away = given_away and handoff.status not in ("FAILED", "CANCELLED")
            if given_away and handoff.sender == section.author:
                found.add(Obstacle.CUSTODY)
            return frozenset(found)
        if handoff.status in CLOSED:
            found.add(Obstacle.STATE)
        # The handoff's own agreement counts, and no other.
        found |= self.not_live(handoff.agreement)
        found |= self.not_covered(token.organisation, handoff, section)
        return frozenset(found)

    def not_covered(self, reader: UUID, handoff: Handoff, section: Section) -> frozenset[Obstacle]:
        """What keeps the nearest clause from covering; nothing when one covers."""
        version = self.counting(self.agreements[handoff.agreement])
        if version is None:
            return frozenset()
        near = [
            frozenset(self._misses(version, clause, reader, handoff, section))
            for clause in version.clauses
        ]
        return min(near, key=lambda misses: (len(misses), sorted(misses)),
                   default=frozenset({Obstacle.NO_CLAUSE}))  # fmt: skip

    def _misses(
        self, version: Version, clause: Clause, reader: UUID, handoff: Handoff, section: Section
    ) -> Iterator[Obstacle]:
        def named(party: UUID, organisation: UUID) -> bool:
            """A clause names parties of its version; what is no party stands for nobody."""
            return any(
                p.organisation == party and self.stands_for(p, organisation)
                for p in version.parties
            )

        if not named(clause.discloser, section.author):
            yield Obstacle.DISCLOSER
        if not named(clause.recipient, reader):
            yield Obstacle.RECIPIENT
        if section.category not in clause.categories:
            yield Obstacle.CATEGORY
        if handoff.purpose not in clause.purposes:
            yield Obstacle.PURPOSE
        if handoff.role not in clause.roles:
            yield Obstacle.ROLE
        first, last = clause.first_day or version.first_day, clause.last_day or version.last_day
        if not first <= self.today <= last:
            yield Obstacle.PERIOD

    # Everything else ----------------------------------------------------------------------------

    def administers(self, token: Token) -> bool:
        """KPAI sees every agreement, with the scope for it. It is no more than that."""
        return self.is_kpai(token) and self.may(token, "mou:admin")

    def version_exists_for(self, token: Token, version: Version) -> bool:
        """For whoever drafted it; its parties once submitted; those covered once signed."""
        if not self.opens_anything(token):
            return False
        me = token.organisation
        if version.drafted_by == me or self.administers(token):
            return True
        if any(party.organisation == me for party in version.parties):
            return version.submitted
        return version.signed and any(self.stands_for(party, me) for party in version.parties)

    def talk_exists_for(self, token: Token, version: Version) -> bool:
        """What is said and approved in review is for the parties and the drafter, not for those
        who are merely covered."""
        named = any(party.organisation == token.organisation for party in version.parties)
        mine = version.drafted_by == token.organisation or self.administers(token)
        return self.opens_anything(token) and (mine or (named and version.submitted))

    def agreement_exists_for(self, token: Token, agreement: Agreement) -> bool:
        return any(self.version_exists_for(token, version) for version in agreement.versions)

    def activity_exists_for(self, token: Token, activity: Activity) -> bool:
        """For its lead; for those invited once it was announced."""
        if not self.opens_anything(token):
            return False
        invited = token.organisation in activity.answers and activity.announced
        return activity.lead == token.organisation or invited

    def participants_for(self, token: Token, activity: Activity) -> frozenset[UUID]:
        """For the lead and those who have not declined; who declined sees only itself."""
        if not self.activity_exists_for(token, activity):
            return frozenset()
        if activity.answers.get(token.organisation) == "DECLINED":
            return frozenset({token.organisation})
        return frozenset(activity.answers)

    def tasks_for(self, token: Token, activity: Activity) -> frozenset[UUID]:
        """For the lead and those who accepted."""
        if not self.activity_exists_for(token, activity):
            return frozenset()
        accepted = activity.answers.get(token.organisation) == "ACCEPTED"
        leads = activity.lead == token.organisation
        return frozenset(activity.tasks) if leads or accepted else frozenset()

    def inquiry_exists_for(self, token: Token, inquiry: Inquiry) -> bool:
        """For the one who asks and the one who is asked."""
        return self.opens_anything(token) and token.organisation in (inquiry.asker, inquiry.asked)

    # Finding things -----------------------------------------------------------------------------

    @cached_property
    def sections(self) -> list[tuple[Handoff, Section]]:
        return [(handoff, section) for handoff in self.handoffs for section in handoff.sections]

    @cached_property
    def versions(self) -> list[Version]:
        return [version for a in self.agreements.values() for version in a.versions]
