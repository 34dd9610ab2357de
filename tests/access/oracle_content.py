"""What opens and closes the content of a section: the oracle's rules.

A section is open to the other side while its handoff discloses, a live clause covers it, the
clause's time of keeping is not over, its author's lawful basis holds and nobody restricted it; or
an emergency of the reader opens it; or it was passed on to the reader, and every hop allows it.
"""

from collections.abc import Iterator
from functools import cached_property
from uuid import UUID

from tests.access.facts import Basis, Clause, Handoff, Section, Token, Version
from tests.access.obstacles import Obstacle
from tests.access.oracle_agreements import Agreed

IDENTIFYING = frozenset({"IDENTITY", "CONTACT", "FAMILY"})
"""What tells who the child is (UU SPPA 19)."""
CLOSED = frozenset({"DRAFT", "REJECTED", "FAILED", "CANCELLED", "REVOKED"})
"""States in which a handoff discloses nothing to the other side."""
NOTHING: frozenset[Obstacle] = frozenset()


class Content(Agreed):
    """The part of a world that is about handoffs and what they say."""

    handoffs: tuple[Handoff, ...]

    # Who has to do with a handoff ---------------------------------------------------------------

    def is_side(self, organisation: UUID, handoff: Handoff) -> bool:
        """Its sender, and its receiver once it was sent. Nobody else: not organisations above or
        below either, and not KPAI."""
        return organisation == handoff.sender or (organisation == handoff.receiver and handoff.sent)

    def exists_for(self, token: Token, handoff: Handoff) -> bool:
        """For its sides; and for whoever declared an emergency, until that is over."""
        if not self.opens_anything(token) or not self.may(token, "handoff:read"):
            return False
        return self.is_side(token.organisation, handoff) or bool(self.emergencies(token, handoff))

    def emergencies(self, token: Token, handoff: Handoff) -> frozenset[UUID]:
        """The sections that emergencies of the token's organisation open to it: while they are
        neither closed nor over, and an agreement still reaches them."""
        if not self.may(token, "handoff:emergency"):
            return frozenset()
        named = {
            id
            for e in handoff.emergencies
            if e.organisation == token.organisation and not e.closed and e.began < e.hours
            for id in e.sections
        }
        reached = self.reached
        return frozenset(id for id in named if reached(token.organisation, *self.where[id]))

    def reached(self, me: UUID, handoff: Handoff, section: Section) -> bool:
        """What an agreement could reach, whatever it is for and whether or not it is in force;
        for who is no side, only an agreement with the author that is in force. Never what an
        agreement on its way excludes from emergencies."""
        way = [(handoff, section)]
        while way[-1][1].source is not None:
            way.append(self.where[way[-1][1].source])
        if self.origin(section)[1].destroyed or not all(h.sent for h, _ in way):
            return False
        papers = [self.counting(self.agreements[h.agreement]) for h, _ in way]
        if any(paper and section.category in paper.excluded for paper in papers):
            return False
        # Where one comes to it: what one passed on oneself, where one had received it.
        placed = next(n for n, (h, s) in enumerate(way) if s.source is None or h.sender != me)
        (place, there), paper = way[placed], papers[placed]
        if me in (place.sender, place.receiver):
            giver = there.author if there.source is None else place.sender
            return giver == me or (paper is not None and any(
                self._concerns(paper, clause, me, giver, place, section)
                for clause in paper.clauses
            ))  # fmt: skip
        origin, written = way[-1]
        return any(
            self._concerns(v, clause, me, written.author, origin, section)
            and (clause.first_day or v.first_day) <= self.today <= (clause.last_day or v.last_day)
            for agreement in self.agreements.values()
            if not self.not_live(agreement.id) and (v := self.counting(agreement)) is not None
            and section.category not in v.excluded
            for clause in v.clauses
        )  # fmt: skip

    def _concerns(
        self, version: Version, clause: Clause, reader: UUID, giver: UUID, handoff: Handoff,
        section: Section,
    ) -> bool:  # fmt: skip
        """Whether a clause is about this giver and reader, and what is given."""
        return (
            self.named(version, clause.discloser, giver)
            and self.named(version, clause.recipient, reader)
            and section.category in clause.categories
            and handoff.role in clause.roles
        )

    # Content ------------------------------------------------------------------------------------

    def obstacles(self, token: Token, handoff: Handoff, section: Section) -> frozenset[Obstacle]:
        """All that stands between the token and the content; nothing when it is disclosed."""
        found = self.between(token, handoff, section)
        if found and any(not self.between(token, *way) for way in self._ways(token, section)):
            found = NOTHING  # what is passed on is one content, however one comes to it
        if section.category in IDENTIFYING and not self.may(token, "handoff:identity"):
            found |= {Obstacle.SCOPE}
        return found

    def between(self, token: Token, handoff: Handoff, section: Section) -> frozenset[Obstacle]:
        """What stands between an organisation and the content as this handoff shows it."""
        me = token.organisation
        if self.origin(section)[1].destroyed:
            return frozenset({Obstacle.DESTROYED})
        if section.id in self.emergencies(token, handoff):
            return NOTHING
        if not self.is_side(me, handoff):
            return frozenset({Obstacle.OUTSIDE})
        if section.source is None and section.author == me:
            # Authors read what they wrote, except the sender of a transfer that was accepted; when
            # the receiver failed or gave up, the case is the sender's again.
            given_away = handoff.kind == "TRANSFER" and handoff.accepted
            given_away = given_away and handoff.status not in ("FAILED", "CANCELLED")
            stub = given_away and handoff.sender == me
            return frozenset({Obstacle.CUSTODY}) if stub else NOTHING
        if section.source is not None and me == handoff.sender:
            return self.between(token, *self.where[section.source])
        found = self._hop(me, handoff, section)
        if section.source is not None and not self.goes_on(*self.where[section.source]):
            found |= {Obstacle.ONWARD}
        return found

    def _hop(self, reader: UUID, handoff: Handoff, section: Section) -> frozenset[Obstacle]:
        """What stands between the reader and whoever gives it the section in this handoff."""
        giver = section.author if section.source is None else handoff.sender
        category = section.category
        found = set()
        if handoff.status in CLOSED:
            found.add(Obstacle.STATE)
        # The handoff's own agreement counts, and no other.
        found |= self.not_live(handoff.agreement)
        found |= self.not_covered(reader, handoff, giver, category)
        clauses = self.covering(reader, handoff, giver, category)
        if clauses and not any(self._may_keep(handoff, clause.days) for clause in clauses):
            found.add(Obstacle.RETENTION)
        if any(r.kind == "RESTRICTION" and r.status == "GRANTED" and r.controller == giver
               and category in r.categories for r in handoff.requests):  # fmt: skip
            found.add(Obstacle.RESTRICTED)
        found |= self._baseless(handoff, giver, category)
        return frozenset(found)

    def goes_on(self, handoff: Handoff, section: Section) -> bool:
        """Whether the receiver of this handoff may pass the section on, by this and every hop
        before: it may have it itself, and a clause lets it be passed on."""
        reader = handoff.receiver
        if section.destroyed or self._hop(reader, handoff, section):
            return False
        giver = section.author if section.source is None else handoff.sender
        clauses = self.covering(reader, handoff, giver, section.category)
        if not any(clause.onward and self._may_keep(handoff, clause.days) for clause in clauses):
            return False
        return section.source is None or self.goes_on(*self.where[section.source])

    def _may_keep(self, handoff: Handoff, days: int) -> bool:
        """The time of keeping begins when the handoff ended, and has no end before."""
        return handoff.ended is None or handoff.ended < days * 24

    def _ways(self, token: Token, section: Section) -> Iterator[tuple[Handoff, Section]]:
        """Every section with the same content, in handoffs that this organisation sees."""
        origin = self.origin(section)[1].id
        for handoff, other in self.sections:
            if other.source is None and other.id != origin:
                continue
            if self.origin(other)[1].id == origin and self.exists_for(token, handoff):
                yield handoff, other

    # Lawful bases -------------------------------------------------------------------------------

    def _baseless(self, handoff: Handoff, giver: UUID, category: str) -> frozenset[Obstacle]:
        """Why no basis of the giver holds; nothing while one does."""
        named = [b for b in handoff.bases if b.author == giver and category in b.categories
                 and handoff.purpose in b.purposes]  # fmt: skip
        why = [frozenset(self._not_holding(handoff, basis, category)) for basis in named]
        if not named:
            return frozenset({Obstacle.BASELESS})
        return NOTHING if not all(why) else NOTHING.union(*why)

    def _not_holding(self, handoff: Handoff, basis: Basis, category: str) -> Iterator[Obstacle]:
        if category in basis.withdrawn:
            yield Obstacle.WITHDRAWN
        if basis.kind == "CONSENT" and self.conflicted(handoff, basis):
            yield Obstacle.CONFLICT
        if basis.last_day is not None and basis.last_day < self.today:
            yield Obstacle.EXPIRED
        if basis.rests_on is not None:  # and holds no longer than that, and for nothing else
            where, earlier = self.bases[basis.rests_on]
            if category not in earlier.categories:
                yield Obstacle.BASELESS
            yield from self._not_holding(where, earlier, category)

    def conflicted(self, handoff: Handoff, basis: Basis) -> bool:
        """Whether a parent or guardian who consented is named as the suspect of the case, by
        anyone. There is one father and one mother; others are recognised."""
        if basis.giver == "CHILD":
            return False
        suspects = [s for h in self.handoffs if h.case == handoff.case for s in h.suspects]
        alone = basis.giver in ("FATHER", "MOTHER")
        return any(
            bool(s.keys & basis.keys) or (alone and s.relation == basis.giver)
            for s in suspects
            if not s.retracted
        )

    # Finding things -----------------------------------------------------------------------------

    @cached_property
    def sections(self) -> list[tuple[Handoff, Section]]:
        return [(handoff, section) for handoff in self.handoffs for section in handoff.sections]

    @cached_property
    def where(self) -> dict[UUID, tuple[Handoff, Section]]:
        return {section.id: (handoff, section) for handoff, section in self.sections}

    @cached_property
    def bases(self) -> dict[UUID, tuple[Handoff, Basis]]:
        return {basis.id: (h, basis) for h in self.handoffs for basis in h.bases}

    def origin(self, section: Section) -> tuple[Handoff, Section]:
        """The section in which its author wrote it."""
        while section.source is not None:
            section = self.where[section.source][1]
        return self.where[section.id]
