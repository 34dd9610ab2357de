"""Random worlds: a forest of organisations, cases among them with nothing or something wrong, and
tokens of every sort. Small numbers are drawn, so that a failing world shrinks to a small one.
"""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from hypothesis import strategies as st

from auth.scopes import Scope
from tests.access.cases import (
    CLOSED_STATES,
    OPEN_STATES,
    TWISTS,
    Builder,
    Case,
    Plan,
    agreements_of,
)
from tests.access.oracle import (
    Activity,
    Inquiry,
    Organisation,
    Party,
    Token,
    World,
)
from tests.world import EVERY_SCOPE, KPAI_ID, PARTNER

DEPTH = 4
CATEGORIES = ("INCIDENT", "IDENTITY", "FAMILY", "HEALTH", "OUTCOME", "SERVICE", "CONTACT")
FULL = frozenset(str(scope) for scope in PARTNER)
ADMIN = frozenset(str(scope) for scope in EVERY_SCOPE)
HANDOFF_SCOPES = frozenset(scope for scope in FULL if scope.startswith("handoff:"))


@st.composite
def forests(draw: st.DrawFn, builder: Builder) -> list[Organisation]:
    """KPAI, and some trees of up to four levels; now and then an organisation is dissolved."""
    organisations = [Organisation(KPAI_ID, is_kpai=True)]
    depth = {KPAI_ID: 1}
    for _ in range(draw(st.integers(3, 7))):
        below = [o.id for o in organisations if depth[o.id] < DEPTH]
        # Every second stands under the last but one or so: deep trees are the interesting ones.
        parent = draw(st.sampled_from([None, *below[-3:]]))
        dissolved = draw(st.integers(0, 11)) == 11
        id = builder.new_id()
        depth[id] = depth[parent] + 1 if parent else 1
        organisations.append(Organisation(id, parent, dissolved))
    return organisations


@st.composite
def plans(draw: st.DrawFn, organisations: list[Organisation], number: int) -> Plan:
    ids = [organisation.id for organisation in organisations]
    sender = draw(st.sampled_from(ids[::-1]))
    receiver = draw(st.sampled_from([id for id in ids[::-1] if id != sender]))
    wild = draw(st.integers(0, 9)) == 9
    twists = draw(st.lists(st.sampled_from(sorted(TWISTS)), max_size=3 if wild else 1, unique=True))
    states = (*OPEN_STATES, *CLOSED_STATES) if wild else OPEN_STATES
    section = st.tuples(st.booleans(), st.sampled_from(CATEGORIES))
    return Plan(
        sender=sender,
        receiver=receiver,
        sender_party=draw(st.integers(0, 3)),
        receiver_party=draw(st.integers(0, 3)),
        levels=draw(st.sampled_from((1, 1, 2, 3))),
        kind=draw(st.sampled_from(("REFERRAL", "TRANSFER", "CONSULTATION"))),
        status=draw(st.sampled_from(states)),
        accepted=draw(st.sampled_from((None, None, None, True, False))),
        purpose=draw(st.sampled_from(("SERVICE_DELIVERY", "PROTECTION"))),
        role=draw(st.sampled_from(("VICTIM", "WITNESS"))),
        sections=tuple(draw(st.lists(section, min_size=1, max_size=4))),
        back=draw(st.booleans()),
        twists=tuple(twists),
        rests_on=draw(st.sampled_from((None, None, None, *range(number)))) if number else None,
    )


@st.composite
def tokens(draw: st.DrawFn, builder: Builder, organisations: list[Organisation]) -> list[Token]:
    """One token of each organisation with all a partner may have, KPAI's administrator, and some
    that lack something."""
    made = [Token(builder.new_id(), o.id, FULL, FULL) for o in organisations]
    made.append(Token(builder.new_id(), KPAI_ID, ADMIN, ADMIN))
    for _ in range(draw(st.integers(1, 3))):
        token = replace(draw(st.sampled_from(made)), client=builder.new_id())
        match draw(st.sampled_from(("fewer", "identity", "narrowed", "admin", "disabled"))):
            case "fewer":
                asked = draw(st.sets(st.sampled_from(sorted(ADMIN)), max_size=6))
                token = replace(token, asked=frozenset(asked), granted=ADMIN)
            case "identity":
                token = replace(token, asked=token.asked - {Scope.HANDOFF_IDENTITY})
            case "narrowed":  # the client lost scopes after the token was issued
                lost = draw(st.sampled_from((HANDOFF_SCOPES, {"handoff:identity"}, {"mou:admin"})))
                token = replace(token, granted=token.granted - lost)
            case "admin":  # the scope of KPAI's administrators in the hands of another
                token = replace(token, asked=ADMIN, granted=ADMIN)
            case "disabled":
                token = replace(token, disabled=True)
        made.append(token)
    return made


@st.composite
def activities(
    draw: st.DrawFn, builder: Builder, organisations: list[Organisation]
) -> list[Activity]:
    ids = [organisation.id for organisation in organisations]
    made = []
    for _ in range(draw(st.integers(0, 2))):
        lead = draw(st.sampled_from(ids))
        answers = st.sampled_from(("INVITED", "ACCEPTED", "DECLINED"))
        others = st.sampled_from([id for id in ids if id != lead])
        status = draw(st.sampled_from(("DRAFT", "PLANNED", "IN_PROGRESS", "CANCELLED")))
        made.append(
            Activity(
                builder.new_id(),
                status,
                status in ("PLANNED", "IN_PROGRESS")
                or (status == "CANCELLED" and draw(st.booleans())),
                lead,
                draw(st.dictionaries(others, answers, max_size=4)),
                tuple(builder.new_id() for _ in range(draw(st.integers(0, 2)))),
            )
        )
    return made


@st.composite
def third_parties(draw: st.DrawFn, organisations: list[Organisation], case: Case) -> None:
    """Now and then another organisation signs along, without any clause about it."""
    leaf = case.chain[-1]
    version = leaf.versions[-1]
    there = {party.organisation for party in version.parties}
    free = [o.id for o in organisations if o.id not in there]
    if not free or draw(st.integers(0, 3)) != 3:
        return
    third = draw(st.sampled_from(free))
    signed = version.signed_by | ({third} if version.signed else frozenset())
    version = replace(
        version,
        parties=(*version.parties, Party(third, draw(st.booleans()))),
        signed_by=signed,
    )
    case.chain[-1] = replace(leaf, versions=(*leaf.versions[:-1], version))


def today() -> date:
    """Today in Jakarta (WIB is UTC+7 all year)."""
    return (datetime.now(UTC) + timedelta(hours=7)).date()


@st.composite
def worlds(draw: st.DrawFn) -> World:
    builder = Builder(today(), {})
    organisations = draw(forests(builder))
    builder.organisations |= {o.id: o for o in organisations}
    cases: list[Case] = []
    for number in range(draw(st.integers(2, 9))):
        plan = draw(plans(organisations, number))
        case = builder.case(plan)
        draw(third_parties(organisations, case))
        if plan.rests_on is not None:
            borrowed = cases[plan.rests_on].chain[-1].id
            case.handoff = replace(case.handoff, agreement=borrowed)
        cases.append(case)
    inquiries = [
        Inquiry(builder.new_id(), case.handoff.receiver, case.handoff.sender, case.chain[-1].id)
        for case in cases[:2]
    ]
    return World(
        today=builder.today,
        organisations=builder.organisations,
        agreements=agreements_of(cases),
        handoffs=tuple(case.handoff for case in cases),
        tokens=tuple(draw(tokens(builder, organisations))),
        activities=tuple(draw(activities(builder, organisations))),
        inquiries=tuple(inquiries),
    )
