"""The ways in which what stands beside the clause opens or closes a case, and what comes of each.

Lawful bases, suspects, restrictions, the time of keeping, destruction, holds and emergencies. The
expectation is written by hand: what the receiver meets before the sender's INCIDENT and IDENTITY,
and what the sender meets before the receiver's OUTCOME.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from tests.access.cases import ALL, DAY, Builder, Case
from tests.access.facts import Basis, Clause, Emergency, Hold, Request, Suspect
from tests.access.obstacles import Obstacle as Is
from tests.access.twists import TWISTS

NAME, OTHER_NAME = b"n" * 32, b"o" * 32
DAYS = 24


@dataclass(frozen=True)
class Condition:
    twist: Callable[[Builder, Case], None]
    incident: frozenset[Is] = frozenset()
    identity: frozenset[Is] | None = None
    """None: the same."""
    outcome: frozenset[Is] | None = None

    def expected(self) -> tuple[frozenset[Is], frozenset[Is], frozenset[Is]]:
        given = (self.incident, self.identity, self.outcome)
        return tuple(self.incident if one is None else one for one in given)  # type: ignore[return-value]


def _with(*obstacles: Is, twist: Any, identity: Any = None, outcome: Any = None) -> Condition:
    return Condition(
        twist,
        frozenset(obstacles),
        None if identity is None else frozenset(identity),
        None if outcome is None else frozenset(outcome),
    )


def _set(**change: Any) -> Callable[[Builder, Case], None]:
    """Something about the handoff, or about what it is ("kind" and so on)."""

    def twist(builder: Builder, case: Case) -> None:
        values = {
            name: value(builder, case) if callable(value) else value
            for name, value in change.items()
        }
        case.handoff = replace(case.handoff, **values)

    return twist


def _all(*twists: Callable[[Builder, Case], None]) -> Callable[[Builder, Case], None]:
    def twist(builder: Builder, case: Case) -> None:
        for one in twists:
            one(builder, case)

    return twist


# Lawful bases ---------------------------------------------------------------------------------


def _bases(**change: Any) -> Callable[[Builder, Case], None]:
    """Change every basis in the same way."""

    def twist(builder: Builder, case: Case) -> None:
        values = {n: v(builder) if callable(v) else v for n, v in change.items()}
        case.rests_on(*(replace(basis, **values) for basis in case.handoff.bases))

    return twist


def _consent(giver: str = "MOTHER", *keys: bytes, **change: Any) -> Callable[[Builder, Case], None]:
    return _bases(kind="CONSENT", giver=giver, keys=frozenset(keys), **change)


def _also(**change: Any) -> Callable[[Builder, Case], None]:
    """A second basis for each side, which is later than the first."""

    def twist(builder: Builder, case: Case) -> None:
        sound = [Basis(builder.new_id(), b.author, ALL, b.purposes) for b in case.handoff.bases[:2]]
        case.rests_on(*case.handoff.bases, *(replace(one, **change) for one in sound))

    return twist


def _resting(steps: int, **change: Any) -> Callable[[Builder, Case], None]:
    """Bases for nothing by themselves, at the end of which the last one is changed: what covers
    rests on the first of them."""

    def twist(builder: Builder, case: Case) -> None:
        made: list[Basis] = []
        for basis in case.handoff.bases:
            first = Basis(builder.new_id(), basis.author, frozenset({"INCIDENT", "IDENTITY",
                          "OUTCOME", "FAMILY"}), frozenset({"EVALUATION"}))  # fmt: skip
            chain = [replace(first, **change)]
            for _ in range(steps - 1):
                chain.append(replace(first, id=builder.new_id(), rests_on=chain[-1].id))
            made += [*chain, replace(basis, rests_on=chain[-1].id)]
        case.rests_on(*made)

    return twist


def _suspected(relation: str, *keys: bytes, **change: Any) -> Callable[[Builder, Case], None]:
    def twist(builder: Builder, case: Case) -> None:
        suspect = Suspect(builder.new_id(), case.handoff.sender, relation, frozenset(keys))
        case.handoff = replace(case.handoff, suspects=(replace(suspect, **change),))

    return twist


def _swapped(_: Builder, case: Case) -> None:
    """Only what the other side named."""
    case.rests_on(*(b for b in case.handoff.bases if b.author == case.handoff.receiver))


def _yesterday(builder: Builder) -> Any:
    return builder.today - DAY


def _today(builder: Builder) -> Any:
    return builder.today


WRITTEN = frozenset({"INCIDENT", "IDENTITY", "OUTCOME", "FAMILY"})
GIVEN: dict[str, Any] = {"kind": "CONSENT", "giver": "MOTHER"}
BASES: dict[str, Condition] = {
    "no basis": _with(Is.BASELESS, twist=_set(bases=())),
    "basis for other categories": _with(
        Is.BASELESS, twist=_bases(categories=frozenset({"HEALTH", "SERVICE"}))
    ),
    "basis for a category": _with(
        Is.BASELESS, twist=_bases(categories=frozenset({"IDENTITY"})), identity=()
    ),
    "basis for another purpose": _with(
        Is.BASELESS, twist=_bases(purposes=frozenset({"EVALUATION"}))
    ),
    "basis of the receiver only": _with(Is.BASELESS, twist=_swapped, outcome=()),
    "basis ended yesterday": _with(Is.EXPIRED, twist=_bases(last_day=_yesterday)),
    "basis ends today": _with(twist=_bases(last_day=_today)),
    "one basis ended, another holds": _with(twist=_all(_bases(last_day=_yesterday), _also())),
    "the later of two bases taken back": _with(twist=_also(**GIVEN, withdrawn=WRITTEN)),
    "consent": _with(twist=_consent()),
    "consent taken back": _with(Is.WITHDRAWN, twist=_consent(withdrawn=ALL)),
    "consent taken back in part": _with(
        Is.WITHDRAWN, twist=_consent(withdrawn=frozenset({"INCIDENT"})), identity=(), outcome=()
    ),
    "consent taken back for the rest": _with(twist=_consent(withdrawn=ALL - WRITTEN)),
    "consent taken back, another basis holds": _with(twist=_all(_consent(withdrawn=ALL), _also())),
    "consent of the father, who is the suspect": _with(
        Is.CONFLICT, twist=_all(_consent("FATHER"), _suspected("FATHER"))
    ),
    "consent of the mother, who is the suspect": _with(
        Is.CONFLICT, twist=_all(_consent("MOTHER"), _suspected("MOTHER"))
    ),
    "consent of the mother, the father is the suspect": _with(
        twist=_all(_consent("MOTHER", NAME), _suspected("FATHER", OTHER_NAME))
    ),
    "consent of a guardian, who is recognised": _with(
        Is.CONFLICT, twist=_all(_consent("GUARDIAN", NAME), _suspected("OTHER", OTHER_NAME, NAME))
    ),
    "consent of one guardian, another is the suspect": _with(
        twist=_all(_consent("GUARDIAN", NAME), _suspected("GUARDIAN", OTHER_NAME))
    ),
    "consent of the child, of the suspect's name": _with(
        twist=_all(_consent("CHILD", NAME), _suspected("SIBLING", NAME))
    ),
    "a suspect who was cleared": _with(
        twist=_all(_consent("FATHER", NAME), _suspected("FATHER", NAME, retracted=True))
    ),
    "the father is the suspect, but nobody asked him": _with(twist=_suspected("FATHER", NAME)),
    "consent of a suspect, another basis holds": _with(
        twist=_all(_consent("FATHER"), _suspected("FATHER"), _also())
    ),
    "rests on an earlier basis": _with(twist=_resting(1)),
    "rests on one that ended": _with(
        Is.EXPIRED, twist=lambda b, c: _resting(1, last_day=_yesterday(b))(b, c)
    ),
    "rests on one taken back, two steps before": _with(
        Is.WITHDRAWN, twist=_resting(2, **GIVEN, withdrawn=WRITTEN)
    ),
    "rests on one taken back in part": _with(
        Is.WITHDRAWN,
        twist=_resting(3, **GIVEN, withdrawn=frozenset({"INCIDENT"})),
        identity=(),
        outcome=(),
    ),
    "rests on the consent of a suspect": _with(
        Is.CONFLICT, twist=_all(_resting(2, kind="CONSENT", giver="FATHER"), _suspected("FATHER"))
    ),
}

# Requests, and the time of keeping --------------------------------------------------------------


def _asked(by_sender: bool = True, by_receiver: bool = True, **change: Any) -> Any:
    def twist(builder: Builder, case: Case) -> None:
        sides = [(by_sender, case.handoff.sender), (by_receiver, case.handoff.receiver)]
        requests = tuple(
            replace(Request(builder.new_id(), side, WRITTEN), **change)
            for controls, side in sides
            if controls
        )
        case.handoff = replace(case.handoff, requests=requests)

    return twist


def _second_clause(**change: Any) -> Callable[[Builder, Case], None]:
    """A clause more for each clause there is, of the same things."""

    def twist(_: Builder, case: Case) -> None:
        leaf = case.chain[-1]
        version = leaf.versions[-1]
        more = tuple(replace(clause, **change) for clause in version.clauses)
        version = replace(version, clauses=(*version.clauses, *more))
        case.chain[-1] = replace(leaf, versions=(*leaf.versions[:-1], version))

    return twist


def _clauses(**change: Any) -> Callable[[Builder, Case], None]:
    def changed(clause: Clause) -> Clause:
        return replace(clause, **change)

    def twist(_: Builder, case: Case) -> None:
        leaf = case.chain[-1]
        version = leaf.versions[-1]
        version = replace(version, clauses=tuple(map(changed, version.clauses)))
        case.chain[-1] = replace(leaf, versions=(*leaf.versions[:-1], version))

    return twist


def _done(hours: int) -> Callable[[Builder, Case], None]:
    return _set(status="COMPLETED", accepted=True, ended=hours)


def _destroyed(_: Builder, case: Case) -> None:
    sections = tuple(replace(s, destroyed=True) for s in case.handoff.sections)
    case.handoff = replace(case.handoff, sections=sections)


def _held(lifted: bool = False) -> Callable[[Builder, Case], None]:
    return _set(holds=lambda b, c: (Hold(b.new_id(), c.handoff.sender, lifted),))


KEEPING: dict[str, Condition] = {
    "restricted": _with(Is.RESTRICTED, twist=_asked()),
    "restricted by its sender": _with(Is.RESTRICTED, twist=_asked(by_receiver=False), outcome=()),
    "restricted for one category": _with(
        Is.RESTRICTED, twist=_asked(categories=frozenset({"INCIDENT"})), identity=(), outcome=()
    ),
    "a restriction that is asked for": _with(twist=_asked(status="OPEN")),
    "a restriction that was refused": _with(twist=_asked(status="REFUSED")),
    "a restriction that was lifted": _with(twist=_asked(status="LIFTED")),
    "a correction that was granted": _with(twist=_asked(kind="RECTIFICATION")),
    "an erasure that is asked for": _with(twist=_asked(kind="ERASURE", status="OPEN")),
    "kept to the last hour": _with(twist=_done(365 * DAYS - 1)),
    "kept too long": _with(Is.RETENTION, twist=_done(365 * DAYS + 1)),
    "kept too long by one clause of two": _with(
        twist=_all(_second_clause(days=400), _done(365 * DAYS + 1))
    ),
    "kept too long by both clauses": _with(
        Is.RETENTION, twist=_all(_second_clause(days=30), _done(365 * DAYS + 1))
    ),
    "kept for a day": _with(Is.RETENTION, twist=_all(_clauses(days=1), _done(25))),
    "destroyed": _with(Is.DESTROYED, twist=_destroyed),
    "held": _with(twist=_held()),
    "held, and kept too long": _with(Is.RETENTION, twist=_all(_held(), _done(365 * DAYS + 1))),
}

# Emergencies ------------------------------------------------------------------------------------


def emergency(by: str = "receiver", *, named: int = 1, **change: Any) -> Any:
    """Of one side (or of an organisation), about the first sections of the other."""

    def twist(builder: Builder, case: Case) -> None:
        who = getattr(case.handoff, by) if isinstance(by, str) else by
        ids = frozenset(s.id for s in case.handoff.sections[:named])
        new = replace(Emergency(builder.new_id(), who, ids), **change)
        case.handoff = replace(case.handoff, emergencies=(*case.handoff.emergencies, new))

    return twist


def _suspend(_: Builder, case: Case) -> None:
    case.chain[-1] = replace(case.chain[-1], suspended=True)


SHUT = (Is.SUSPENDED,)
EMERGENCIES: dict[str, Condition] = {
    "an emergency": _with(twist=_all(_suspend, emergency()), identity=SHUT, outcome=SHUT),
    "an emergency for all": _with(twist=_all(_suspend, emergency(named=2)), outcome=SHUT),
    "an emergency, closed": _with(*SHUT, twist=_all(_suspend, emergency(closed=True))),
    "an emergency that is over": _with(*SHUT, twist=_all(_suspend, emergency(began=24))),
    "an emergency of the other side": _with(*SHUT, twist=_all(_suspend, emergency("sender"))),
    "one emergency closed, another not": _with(
        twist=_all(_suspend, emergency(closed=True), emergency()), identity=SHUT, outcome=SHUT
    ),
    "an emergency without a basis": _with(
        twist=_all(_set(bases=()), emergency(named=2)), outcome=(Is.BASELESS,)
    ),
    "an emergency in a handoff that was revoked": _with(
        twist=_all(_set(status="REVOKED", ended=1), emergency(named=2)), outcome=(Is.STATE,)
    ),
    "an emergency after it was destroyed": _with(
        Is.DESTROYED, twist=_all(_destroyed, emergency(named=2))
    ),
}


def _excluded(*categories: str, amended: bool = False) -> Callable[[Builder, Case], None]:
    def twist(builder: Builder, case: Case) -> None:
        if amended:
            builder.amend(case, excluded=frozenset(categories))
            return
        leaf = case.chain[-1]
        version = replace(leaf.versions[-1], excluded=frozenset(categories))
        case.chain[-1] = replace(leaf, versions=(*leaf.versions[:-1], version))

    return twist


def _twisted(name: str) -> Callable[[Builder, Case], None]:
    return TWISTS[name]


EMERGENCIES |= {
    "an emergency, where one category is excluded": _with(
        *SHUT, twist=_all(_excluded("INCIDENT"), _suspend, emergency(named=2)), identity=(),
        outcome=SHUT,
    ),
    "an emergency, excluded by an amendment since": _with(
        *SHUT,
        twist=_all(_excluded("INCIDENT", "IDENTITY", amended=True), _suspend, emergency(named=2)),
    ),
    "an emergency, where another category is excluded": _with(
        twist=_all(_excluded("HEALTH"), _suspend, emergency(named=2)), outcome=SHUT
    ),
    "an emergency beyond every clause": _with(
        Is.CATEGORY, twist=_all(_twisted("category not named"), emergency(named=2))
    ),
    "an emergency of another child's role": _with(
        Is.ROLE, twist=_all(_twisted("role not named"), emergency(named=2))
    ),
    "an emergency, whatever the purpose": _with(
        twist=_all(_twisted("purpose not named"), emergency(named=2)), outcome=(Is.PURPOSE,)
    ),
    "an emergency after the clause": _with(
        twist=_all(_twisted("clause over since yesterday"), emergency(named=2)),
        outcome=(Is.PERIOD,),
    ),
    "an emergency under what was never concluded": _with(
        Is.UNSIGNED, twist=_all(_twisted("not signed by one"), emergency(named=2))
    ),
    "an emergency of who is not covered": _with(
        Is.RECIPIENT, twist=_all(_twisted("receiver's branch not covered"), emergency(named=2)),
        outcome=(Is.DISCLOSER,),
    ),
}  # fmt: skip
CONDITIONS = {**BASES, **KEEPING, **EMERGENCIES}
