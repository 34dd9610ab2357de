"""A fixed world with each twist in it once, and what must come of it.

Here the expectation is written by hand, twist by twist: the oracle is held against this, and the
database and its mutants against the oracle.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

from db.enums import DataCategory
from tests.access.cases import OPEN_STATES, Builder, Case, Plan, agreements_of
from tests.access.chains import CHAINS
from tests.access.conditions import CONDITIONS, emergency
from tests.access.doors import ADMIN, FULL, Doors
from tests.access.facts import Activity, Inquiry, Organisation, Token
from tests.access.obstacles import Obstacle as Is
from tests.access.oracle import World
from tests.access.twists import TWISTS, twisted
from tests.world import KPAI_ID

EXPECTED: dict[str, set[Is] | None] = {
    "category not named": {Is.CATEGORY},
    "purpose not named": {Is.PURPOSE},
    "role not named": {Is.ROLE},
    "clause over since yesterday": {Is.PERIOD},
    "clause begins tomorrow": {Is.PERIOD},
    "clause begins today": set(),
    "clause ends today": set(),
    "no clause": {Is.NO_CLAUSE},
    "clause the other way": {Is.DISCLOSER, Is.RECIPIENT},
    "ended yesterday": {Is.ENDED},
    "ends today": set(),
    "counts from tomorrow": {Is.UNSIGNED},
    "counts from today": set(),
    "first day tomorrow": {Is.NOT_BEGUN},
    "first day today": set(),
    "not signed by one": {Is.UNSIGNED},
    "never submitted": {Is.UNSIGNED},
    "withdrawn": {Is.UNSIGNED},
    "suspended": {Is.SUSPENDED},
    "terminated as of today": {Is.TERMINATED},
    "terminated as of tomorrow": set(),
    "terminated last year": {Is.TERMINATED},
    "parent suspended": {Is.PARENT},
    "parent terminated": {Is.PARENT},
    "parent terminated as of tomorrow": set(),
    "parent ended yesterday": {Is.PARENT},
    "parent not signed by one": {Is.PARENT},
    "parent's first day tomorrow": {Is.PARENT},
    "parent counts from tomorrow": {Is.PARENT},
    "grandparent suspended": {Is.PARENT},
    "grandparent ended yesterday": {Is.PARENT},
    "narrowed by amendment": {Is.CATEGORY},
    "narrowing counts from tomorrow": set(),
    "narrowing not signed": set(),
    "narrowing drafted": set(),
    "narrowing withdrawn": set(),
    "widened by amendment": set(),
    "widening counts from tomorrow": {Is.CATEGORY},
    "widening not signed": {Is.CATEGORY},
    "newest version wins": set(),
    "amendment ended yesterday": {Is.ENDED},
    "receiver's branch not covered": {Is.RECIPIENT},
    "sender's branch not covered": {Is.DISCLOSER},
    "receiver is another's branch": {Is.RECIPIENT},
    "sender is another's branch": {Is.DISCLOSER},
    "clause names a receiver that is no party": {Is.RECIPIENT},
    "clause names a sender that is no party": {Is.DISCLOSER},
    "covered by another agreement only": {Is.CATEGORY},
    "drafted only": None,
    "cancelled before it was sent": None,
    **{f"state {status}": set() for status in OPEN_STATES},
    "state REJECTED": {Is.STATE},
    "state FAILED": {Is.STATE},
    "state CANCELLED": {Is.STATE},
    "state REVOKED": {Is.STATE},
    "transfer accepted": set(),
    "transfer given up": {Is.STATE},
    "transfer cancelled after it was accepted": {Is.STATE},
    "transfer revoked": {Is.STATE},
    "transfer not accepted yet": set(),
    "transfer accepted, then failed": {Is.STATE},
    "transfer accepted, then cancelled": {Is.STATE},
}
"""What stands between the receiver and a section of the sender; None: nothing exists for it."""


class Gallery:
    """KPAI; a police force of four levels; a ministry of three with a sister unit; a stranger."""

    def __init__(
        self,
        today: date,
        chains: Iterable[str] = CHAINS,
        conditions: Iterable[str] = CONDITIONS,
    ) -> None:
        self.builder = builder = Builder(today, {})
        self.kpai = self._org(None, KPAI_ID)
        self.mabes = self._org(None)
        self.polda = self._org(self.mabes)
        self.polres = self._org(self.polda)
        self.polsek = self._org(self.polres)
        self.ministry = self._org(None)
        self.dinas = self._org(self.ministry)
        self.uptd = self._org(self.dinas)
        self.sister = self._org(self.dinas)
        self.stranger = self._org(None, granted=ADMIN)
        self.closed = self._org(self.polda, dissolved=True)
        self.narrowed = self._org(self.polda, granted=FULL - {"handoff:identity", "mou:sign"})
        self.careful = self._org(self.polda, dpop="IDENTITY")
        self.strict = self._org(self.polda, dpop="REQUIRED")
        # The sender is two levels under its party, the receiver three.
        self.base = Plan(self.uptd, self.polsek, sender_party=2, receiver_party=3, sections=(
            (False, "INCIDENT"), (False, "IDENTITY"), (True, "OUTCOME"), (True, "FAMILY"),
        ))  # fmt: skip
        self.cases: dict[str, Case] = {"in order": builder.case(self.base)}
        for twist in TWISTS:
            self.cases[twist] = twisted(builder, replace(self.base, twists=(twist,)))
        for name in conditions:
            self.cases[name] = builder.case(self.base)
            CONDITIONS[name].twist(builder, self.cases[name])
        self.chains: dict[str, list[Case]] = {}
        among = ((self.uptd, 2), (self.polsek, 3), (self.sister, 0), (self.stranger, 0))
        for name in chains:
            self.chains[name] = CHAINS[name].build(builder, among)
            self.cases |= {f"{name} ({hop})": c for hop, c in enumerate(self.chains[name], 1)}
        self._onlookers()
        alone = replace(self.base, sender_party=0, receiver_party=0, levels=2)
        self.cases["by themselves"] = builder.case(alone)
        for name in ("kept to the last hour", "kept too long"):
            self.cases[f"by themselves, {name}"] = case = builder.case(alone)
            CONDITIONS[name].twist(builder, case)
        # A party that stands under the other: the sender of the transfer is under both of them.
        self.cases["one under the other"] = builder.case(
            Plan(self.polsek, self.polres, 3, 1, kind="TRANSFER")
        )
        self.cases["every category"] = builder.case(
            replace(self.base, covers=frozenset(DataCategory),
                    sections=tuple((False, str(category)) for category in DataCategory))
        )  # fmt: skip
        self.cases["among sisters"] = builder.case(Plan(self.sister, self.uptd))
        self.cases["to the dissolved"] = builder.case(Plan(self.uptd, self.closed))
        for name in ("narrowed", "careful", "strict"):
            self.cases[f"to the {name}"] = builder.case(Plan(self.uptd, getattr(self, name)))
        self.cases["to KPAI"] = builder.case(Plan(self.uptd, self.kpai, kind="CONSULTATION"))

    def _org(self, parent: UUID | None, id: UUID | None = None, **change: Any) -> UUID:
        organisation = Organisation(
            id or self.builder.new_id(), parent, is_kpai=id == KPAI_ID, **change
        )
        self.builder.organisations[organisation.id] = organisation
        return organisation.id

    def _onlookers(self) -> None:
        """Emergencies of organisations that are no side, in every state; and who was told."""
        for name, organisation, change in (
            ("seen in an emergency", self.polda, {}),
            ("seen in an emergency that is over", self.polda, {"began": 24}),
            ("seen in an emergency, closed", self.polda, {"closed": True}),
            ("an emergency of a stranger", self.stranger, {}),
            ("seen in an emergency of two", self.sister, {"named": 2}),
        ):
            case = self.cases[name] = self.builder.case(self.base)
            emergency(organisation, **change)(self.builder, case)  # type: ignore[arg-type]
        given = self.cases["seen in an emergency"]
        given.handoff = replace(given.handoff, told=(self.polsek,))

    def token(self, organisation: UUID, *, without: str = "", **change: object) -> Token:
        scopes = FULL - frozenset(without.split())
        return replace(Token(self.builder.new_id(), organisation, scopes, FULL), **change)  # type: ignore[arg-type]

    def parts(self) -> Iterator[tuple[World, tuple[Token, ...]]]:
        """The same, in worlds that are small enough for a page of each list; and whose tokens are
        worth reading each with."""
        whole = self.world()
        hops = [[f"{name} ({hop})" for hop in (1, 2, 3)] for name in CHAINS]
        passed_on = [name for few in hops for name in few]
        plain = [name for name in self.cases if name not in {*CONDITIONS, *passed_on}]
        at_doors = tuple(self.doors.tokens.values())
        others = tuple(token for token in whole.tokens if token not in at_doors)
        concerned = {self.polda, self.uptd, self.polsek, self.sister, self.stranger, self.ministry}
        some = tuple(token for token in others if token.organisation in concerned)
        for names, readers in (
            (plain, others),
            (["in order", "suspended", "passed on (1)", "passed on (2)"], at_doors),
            (list(CONDITIONS), some),
            (passed_on[:66], some),
            (passed_on[66:], some),
        ):
            cases = [self.cases[name] for name in names]
            part = replace(
                whole, agreements=agreements_of(cases), _live={},
                handoffs=tuple(case.handoff for case in cases),
                inquiries=whole.inquiries if names is plain else (),
            )  # fmt: skip
            yield part, readers

    def world(self) -> World:
        builder = self.builder
        doors = self.doors = Doors(self)
        plain = [
            *map(self.token, builder.organisations),
            self.token(KPAI_ID, asked=ADMIN, granted=ADMIN),
            self.token(self.stranger, asked=ADMIN, granted=ADMIN),
            self.token(self.polsek, without="handoff:identity"),
            self.token(self.uptd, without="handoff:identity"),
            self.token(self.polsek, without="handoff:read"),
            self.token(self.polsek, without="handoff:write"),
            self.token(self.polsek, without="handoff:read handoff:write"),
            self.token(self.polsek, granted=FULL - {"handoff:identity"}),
            self.token(self.polsek, disabled=True),
        ]
        granted = (replace(token, grant=doors.grant(token.client)) for token in plain)
        return World(
            today=builder.today,
            organisations=builder.organisations,
            agreements=agreements_of(self.cases.values()),
            handoffs=tuple(case.handoff for case in self.cases.values()),
            tokens=(*granted, *doors.tokens.values()),
            activities=tuple(self._activities()),
            inquiries=(
                Inquiry(builder.new_id(), self.polsek, self.uptd,
                        self.cases["in order"].handoff.agreement),
            ),
            people=doors.people,
            grants=doors.grants,
        )  # fmt: skip

    def _activities(self) -> list[Activity]:
        """Of KPAI, in every state, one of which changed when two were gone; and of another lead."""
        answers = {self.polda: "INVITED", self.polsek: "ACCEPTED", self.ministry: "DECLINED",
                   self.mabes: "LEFT"}  # fmt: skip
        other = Activity(
            self.builder.new_id(),
            "PLANNED",
            True,
            self.sister,
            {self.dinas: "ACCEPTED"},
            {self.builder.new_id(): self.dinas},
        )
        made = [
            Activity(self.builder.new_id(), status, announced, self.kpai, answers,
                     {self.builder.new_id(): id for id in (self.kpai, *answers)})
            for status, announced in (
                ("DRAFT", False), ("PLANNED", True), ("CANCELLED", False), ("CANCELLED", True)
            )
        ]  # fmt: skip
        moved = {made[1].id, self.polsek, self.ministry, *list(made[1].tasks)[:2]}
        return [made[0], replace(made[1], late=frozenset(moved)), *made[2:], other]
