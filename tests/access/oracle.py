"""Who may see what, in plain words: the rules of access, with no database and no code of the API.

It is written from the rules, not from the program. Given a small world (who stands under whom,
what was agreed and signed, what was handed over, who asks) it says what that asker may see, and if
not, everything that stands in the way. The tests hold the real API against it.
"""

from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from uuid import UUID

from tests.access.facts import (
    Activity,
    Agreement,
    Grant,
    Handoff,
    Inquiry,
    Organisation,
    Person,
    Token,
    Version,
)
from tests.access.obstacles import Obstacle
from tests.access.oracle_content import Content


@dataclass(frozen=True)
class World(Content):
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

    def stands_still_for(self, token: Token, activity: Activity) -> bool:
        """Whether it is shown as it was before its last change: to whoever declined or left."""
        gone = activity.answers.get(token.organisation) in ("DECLINED", "LEFT")
        return gone and activity.id in activity.late

    def participants_for(self, token: Token, activity: Activity) -> frozenset[UUID]:
        """For the lead and those who have not declined; who declined sees only itself, and who
        left what did not change since."""
        if not self.activity_exists_for(token, activity):
            return frozenset()
        me = frozenset({token.organisation}) & activity.answers.keys()
        match activity.answers.get(token.organisation):
            case "DECLINED":
                return me
            case "LEFT":
                return activity.answers.keys() - activity.late | me
        return frozenset(activity.answers)

    def tasks_for(self, token: Token, activity: Activity) -> frozenset[UUID]:
        """For the lead and those who accepted; who left sees those that did not change since."""
        if not self.activity_exists_for(token, activity):
            return frozenset()
        me, answer = token.organisation, activity.answers.get(token.organisation)
        if answer == "LEFT":
            return activity.tasks.keys() - activity.late
        shown = activity.lead == me or answer == "ACCEPTED"
        return frozenset(activity.tasks) if shown else frozenset()

    def inquiry_exists_for(self, token: Token, inquiry: Inquiry) -> bool:
        """For the one who asks and the one who is asked."""
        return self.opens_anything(token) and token.organisation in (inquiry.asker, inquiry.asked)

    # Finding things -----------------------------------------------------------------------------

    @cached_property
    def versions(self) -> list[Version]:
        return [version for a in self.agreements.values() for version in a.versions]
