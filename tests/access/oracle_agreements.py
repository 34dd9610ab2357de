"""Which agreements are live, and which of their clauses cover what: the oracle's rules."""

from collections.abc import Iterator
from datetime import date
from uuid import UUID

from tests.access.facts import Agreement, Clause, Handoff, Party, Version
from tests.access.obstacles import Obstacle
from tests.access.oracle_tokens import Standing


class Agreed(Standing):
    """The part of a world that is about agreements."""

    today: date
    agreements: dict[UUID, Agreement]
    _live: dict[UUID, frozenset[Obstacle]]

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

    # Clauses ------------------------------------------------------------------------------------

    def not_covered(
        self, reader: UUID, handoff: Handoff, giver: UUID, category: str
    ) -> frozenset[Obstacle]:
        """What keeps the nearest clause from covering; nothing when one covers."""
        near = [misses for _, misses in self._clauses(reader, handoff, giver, category)]
        if self.counting(self.agreements[handoff.agreement]) is None:
            return frozenset()
        return min(near, key=lambda misses: (len(misses), sorted(misses)),
                   default=frozenset({Obstacle.NO_CLAUSE}))  # fmt: skip

    def covering(self, reader: UUID, handoff: Handoff, giver: UUID, category: str) -> list[Clause]:
        """The clauses that let one give the category to the other."""
        clauses = self._clauses(reader, handoff, giver, category)
        return [clause for clause, misses in clauses if not misses]

    def _clauses(
        self, reader: UUID, handoff: Handoff, giver: UUID, category: str
    ) -> list[tuple[Clause, frozenset[Obstacle]]]:
        version = self.counting(self.agreements[handoff.agreement])
        return [
            (clause, frozenset(self._misses(version, clause, reader, handoff, giver, category)))
            for clause in (version.clauses if version else ())
        ]

    def _misses(
        self, version: Version | None, clause: Clause, reader: UUID, handoff: Handoff,
        giver: UUID, category: str,
    ) -> Iterator[Obstacle]:  # fmt: skip
        assert version is not None
        if not self.named(version, clause.discloser, giver):
            yield Obstacle.DISCLOSER
        if not self.named(version, clause.recipient, reader):
            yield Obstacle.RECIPIENT
        if category not in clause.categories:
            yield Obstacle.CATEGORY
        if handoff.purpose not in clause.purposes:
            yield Obstacle.PURPOSE
        if handoff.role not in clause.roles:
            yield Obstacle.ROLE
        first, last = clause.first_day or version.first_day, clause.last_day or version.last_day
        if not first <= self.today <= last:
            yield Obstacle.PERIOD

    def named(self, version: Version, party: UUID, organisation: UUID) -> bool:
        """A clause names parties of its version; what is no party stands for nobody."""
        return any(
            p.organisation == party and self.stands_for(p, organisation) for p in version.parties
        )
