"""Cases that are passed on, from hand to hand, and what must come of it at the end.

The first hands a case to the second, who passes its sections on to the third, and that one to the
fourth. Each hop has an agreement, a clause and a basis of its own, and may be spoilt in a way of
its own.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from uuid import UUID

from tests.access.cases import Builder, Case, Plan
from tests.access.conditions import CONDITIONS
from tests.access.obstacles import Obstacle as Is
from tests.access.twists import TWISTS

Change = Callable[[Builder, Case], None]


def change(name: str) -> Change:
    return TWISTS[name] if name in TWISTS else CONDITIONS[name].twist


def chain(builder: Builder, plans: Sequence[Plan], changes: Sequence[Change | None]) -> list[Case]:
    """A case for each plan; each goes on from the one before with all that it was given."""
    made: list[Case] = []
    for plan, spoil in zip(plans, changes, strict=True):
        case = builder.passed_on(made[-1], plan) if made else builder.case(plan)
        if spoil is not None:
            spoil(builder, case)
        made.append(case)
    return made


@dataclass(frozen=True)
class Chain:
    first: str = ""
    second: str = ""
    third: str = ""
    """What is done to each hop, by its name."""
    shut: frozenset[int] = frozenset()
    """The hops whose clauses do not let anything be passed on."""
    to_third: frozenset[Is] = frozenset()
    to_fourth: frozenset[Is] = frozenset()

    def build(self, builder: Builder, people: Sequence[tuple[UUID, int]]) -> list[Case]:
        """Among four organisations, each with how many levels above it its party stands."""
        incident = ((False, "INCIDENT"), (False, "IDENTITY"))
        plans = [
            Plan(
                one, other, below, above, kind="TRANSFER" if hop == 1 else "REFERRAL",
                sections=incident if hop == 1 else (), onward=hop not in self.shut,
            )
            for hop, ((one, below), (other, above)) in enumerate(
                pairwise(people), 1
            )
        ]  # fmt: skip
        names = (self.first, self.second, self.third)
        return chain(builder, plans, [change(name) if name else None for name in names])


def _chain(to_third: Sequence[Is] = (), to_fourth: Sequence[Is] = (), **hops: str) -> Chain:
    return Chain(**hops, to_third=frozenset(to_third), to_fourth=frozenset(to_fourth))  # type: ignore[arg-type]


ON = (Is.ONWARD,)
SPOILT: dict[str, Is] = {
    "suspended": Is.SUSPENDED,
    "terminated as of today": Is.TERMINATED,
    "category not named": Is.CATEGORY,
    "clause over since yesterday": Is.PERIOD,
    "state REVOKED": Is.STATE,
    "kept too long": Is.RETENTION,
    "no basis": Is.BASELESS,
    "basis for another purpose": Is.BASELESS,
    "consent taken back": Is.WITHDRAWN,
    "consent of the father, who is the suspect": Is.CONFLICT,
    "basis ended yesterday": Is.EXPIRED,
    "restricted": Is.RESTRICTED,
}
"""What closes a hop, and how that looks to whom it closes it."""

CHAINS: dict[str, Chain] = {
    "passed on": _chain(),
    "passed on, not to be": replace(_chain(ON, ON), shut=frozenset({1})),
    "passed on once, not to be again": replace(_chain((), ON), shut=frozenset({2})),
    "passed on, the last may not": replace(_chain(), shut=frozenset({3})),
    **{f"first hop: {n}": _chain(ON, ON, first=n) for n in SPOILT},
    **{f"second hop: {n}": _chain((o,), ON, second=n) for n, o in SPOILT.items()},
    **{f"third hop: {n}": _chain((), (o,), third=n) for n, o in SPOILT.items()},
    "first hop: destroyed": _chain((Is.DESTROYED,), (Is.DESTROYED,), first="destroyed"),
    "first hop: held": _chain(first="held"),
    "first hop: kept to the last hour": _chain(first="kept to the last hour"),
    "first hop: restricted by its sender": _chain(ON, ON, first="restricted by its sender"),
    "second hop: basis of the receiver only": _chain((Is.BASELESS,), ON,
                                                     second="basis of the receiver only"),
    "first hop: basis of the receiver only": _chain(ON, ON, first="basis of the receiver only"),
}  # fmt: skip
