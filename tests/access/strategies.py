"""Random worlds: a forest of organisations, cases among them with nothing or something wrong, and
tokens of every sort.

Hypothesis draws a few bytes: how much there is of everything, and a seed for each part. So every
example is a new world (drawn piece by piece, most would be variations of the last one), and a world
that fails still shrinks: to fewer cases, tokens and organisations, each as it was.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from random import Random
from uuid import UUID

from hypothesis import strategies as st

from tests.access.cases import (
    CLOSED_STATES,
    OPEN_STATES,
    Builder,
    Case,
    Plan,
    agreements_of,
)
from tests.access.conditions import CONDITIONS, emergency
from tests.access.doors import ADMIN, FULL
from tests.access.facts import Activity, Grant, Inquiry, Organisation, Party, Person, Token
from tests.access.oracle import World
from tests.access.oracle_tokens import ROLES
from tests.access.twists import TWISTS, twisted
from tests.world import KPAI_ID

DEPTH = 4
CATEGORIES = ("INCIDENT", "IDENTITY", "FAMILY", "HEALTH", "OUTCOME", "SERVICE", "CONTACT")
HANDOFF_SCOPES = frozenset(scope for scope in FULL if scope.startswith("handoff:"))
LOSSES = (HANDOFF_SCOPES, frozenset({"handoff:identity"}), frozenset({"handoff:write", "mou:sign"}))
"""What a client or an organisation may lose after a token was issued."""


def today() -> date:
    """Today in Jakarta (WIB is UTC+7 all year)."""
    return (datetime.now(UTC) + timedelta(hours=7)).date()


def worlds() -> st.SearchStrategy[World]:
    return st.binary(min_size=10, max_size=10).map(world)


def world(drawn: bytes) -> World:
    """The world that ten bytes stand for."""
    skipped, more_cases, more_organisations, more_tokens, *seed = drawn

    def luck(part: object) -> Random:
        return Random(f"{bytes(seed).hex()} {part}")

    builder = Builder(today(), {})
    organisations = forest(luck("forest"), builder, 4 + more_organisations % 4)
    builder.organisations |= {o.id: o for o in organisations}
    first, number = skipped % 6, 2 + more_cases % 5
    cases: list[Case] = []
    for n in range(first, first + number):
        cases += chain_of(luck(n), builder, organisations, cases)
    people: dict[UUID, Person] = {}
    grants: dict[UUID, Grant] = {}
    made = tokens(luck("tokens"), builder, organisations, cases, more_tokens % 4, people)
    return World(
        today=builder.today,
        organisations=builder.organisations,
        agreements=agreements_of(cases),
        handoffs=tuple(case.handoff for case in cases),
        tokens=tuple(granted(luck("grants"), builder, token, grants) for token in made),
        people=people,
        grants=grants,
        activities=tuple(activities(luck("activities"), builder, organisations)),
        inquiries=tuple(
            Inquiry(builder.new_id(), case.handoff.receiver, case.handoff.sender, case.chain[-1].id)
            for case in cases[:2]
        ),
    )


def forest(luck: Random, builder: Builder, number: int) -> list[Organisation]:
    """KPAI, and some trees of up to four levels; now and then an organisation is dissolved."""
    organisations = [Organisation(KPAI_ID, is_kpai=True)]
    depth = {KPAI_ID: 1}
    for _ in range(number):
        below = [o.id for o in organisations if depth[o.id] < DEPTH]
        parent = luck.choice([None, *below[-3:]])  # deep trees are the interesting ones
        id = builder.new_id()
        depth[id] = depth[parent] + 1 if parent else 1
        organisations.append(
            Organisation(
                id,
                parent,
                dissolved=luck.random() < 0.08,
                granted=FULL - luck.choice(LOSSES) if luck.random() < 0.1 else None,
                dpop=luck.choices(("OPTIONAL", "IDENTITY", "REQUIRED"), (90, 7, 3))[0],
            )
        )
    return organisations


def chain_of(
    luck: Random, builder: Builder, among: Sequence[Organisation], others: list[Case]
) -> list[Case]:
    """A case; and now and then others that go on from it, from hand to hand."""
    made = [case(luck, builder, among, others)]
    for _ in range(luck.choices((0, 1, 2), (60, 25, 15))[0]):
        made.append(case(luck, builder, among, [], made[-1]))
    return made


def case(
    luck: Random, builder: Builder, among: Sequence[Organisation], others: list[Case],
    before: Case | None = None,
) -> Case:  # fmt: skip
    planned = plan(luck, among, before)
    for twists in (planned.twists, planned.twists[:1], ()):  # not all go together, or here
        made = twisted(builder, replace(planned, twists=twists), before)
        if possible(made):
            break
    if luck.random() < 0.45:
        CONDITIONS[luck.choice(list(CONDITIONS))].twist(builder, made)
    if luck.random() < 0.15:
        emergency(luck.choice(among).id, named=luck.randint(1, 3))(builder, made)
    if not possible(made):
        made = builder.case(planned) if before is None else builder.passed_on(before, planned)
    sign_along(luck, among, made)
    if others and luck.random() < 0.1:
        borrowed = luck.choice(others).chain[-1].id
        made.handoff = replace(made.handoff, agreement=borrowed)
    return made


def possible(case: Case) -> bool:
    """Whether periods end after they begin and clauses have two sides, as the tables demand."""
    versions = [version for agreement in case.chain for version in agreement.versions]
    clauses = [clause for version in versions for clause in version.clauses]
    if any(clause.discloser == clause.recipient for clause in clauses):
        return False
    periods = [(part.first_day, part.last_day) for part in (*versions, *clauses)]
    return all(first is None or last is None or first <= last for first, last in periods)


def plan(luck: Random, among: Sequence[Organisation], before: Case | None = None) -> Plan:
    sender, receiver = luck.sample([o.id for o in among], 2)
    if before is not None:
        sender = before.handoff.receiver
        receiver = luck.choice([o.id for o in among if o.id != sender])
    wild = luck.random() < 0.1
    sections = [(luck.random() < 0.5, "INCIDENT")]
    for _ in range(luck.randint(1, 3)):
        sections.append((luck.random() < 0.5, luck.choice(CATEGORIES)))
    return Plan(
        sender=sender,
        receiver=receiver,
        sender_party=luck.randint(0, 3),
        receiver_party=luck.randint(0, 3),
        levels=luck.choice((1, 1, 2, 3)),
        kind=luck.choice(("REFERRAL", "TRANSFER", "CONSULTATION")),
        status=luck.choice((*OPEN_STATES, *CLOSED_STATES) if wild else OPEN_STATES),
        accepted=luck.choice((None, None, None, True, False)),
        purpose=luck.choice(("SERVICE_DELIVERY", "PROTECTION")),
        role=luck.choice(("VICTIM", "WITNESS")),
        sections=tuple(sections),
        back=luck.random() < 0.8,
        onward=luck.random() < 0.7,
        twists=tuple(luck.sample(list(TWISTS), luck.choice((0, 0, 1, 1, 1, 2)))),
    )


def sign_along(luck: Random, among: Sequence[Organisation], case: Case) -> None:
    """Now and then another organisation is a party too, without any clause about it."""
    leaf = case.chain[-1]
    version = leaf.versions[-1]
    there = {party.organisation for party in version.parties}
    free = [o.id for o in among if o.id not in there]
    if not free or luck.random() > 0.2:
        return
    third = luck.choice(free)
    version = replace(
        version,
        parties=(*version.parties, Party(third, luck.random() < 0.5)),
        signed_by=version.signed_by | ({third} if version.signed else frozenset()),
    )
    case.chain[-1] = replace(leaf, versions=(*leaf.versions[:-1], version))


def tokens(
    luck: Random,
    builder: Builder,
    among: Sequence[Organisation],
    cases: list[Case],
    more: int,
    people: dict[UUID, Person],
) -> list[Token]:
    """One token of each organisation with all a partner may have, KPAI's administrator, some that
    lack something, and some people."""
    made = [Token(builder.new_id(), o.id, FULL, FULL) for o in among]
    made.append(Token(builder.new_id(), KPAI_ID, ADMIN, ADMIN))
    sides = {side for case in cases for side in (case.handoff.sender, case.handoff.receiver)}
    concerned = [token for token in made if token.organisation in sides]
    for _ in range(1 + more):
        token = replace(luck.choice(concerned), client=builder.new_id())
        made.append(lacking(luck, token))
    for _ in range(2 + more):
        made.append(personal(luck, builder, luck.choice(concerned), people))
    return made


def personal(luck: Random, builder: Builder, token: Token, people: dict[UUID, Person]) -> Token:
    """Somebody of the organisation at a program of its own, at KPAI's portal, or of another's."""
    roles = luck.sample(sorted(ROLES), luck.choice((1, 1, 2)))
    if luck.random() < 0.6:
        roles.append("CASE_WORKER")
    person = Person(
        builder.new_id(), token.organisation, frozenset(roles), disabled=luck.random() < 0.1
    )
    people[person.id] = person
    token = replace(token, client=builder.new_id(), person=person.id)
    at = luck.choices(("own", "portal", "KPAI"), (5, 4, 1))[0]
    if at == "own":
        return lacking(luck, token) if luck.random() < 0.3 else token
    scopes = {"asked": ADMIN, "granted": ADMIN}
    return replace(token, owner=KPAI_ID, open_to_all=at == "portal", **scopes)  # type: ignore[arg-type]


def granted(luck: Random, builder: Builder, token: Token, grants: dict[UUID, Grant]) -> Token:
    """The token with a grant: now and then one that ended, or somebody else's."""
    state = luck.choices(("", "ended", "over", "of nobody"), (92, 3, 2, 3))[0]
    person = None if state == "of nobody" else token.person
    change = {state: True} if state in ("ended", "over") else {}
    grant = Grant(builder.new_id(), token.client, person, **change)
    grants[grant.id] = grant
    return replace(token, grant=grant.id)


def lacking(luck: Random, token: Token) -> Token:
    match luck.choice(("identity", "identity", "fewer", "narrowed", "admin", "disabled")):
        case "identity":
            return replace(token, asked=token.asked - {"handoff:identity"})
        case "fewer":
            asked = luck.sample(sorted(ADMIN), luck.randint(0, 6))
            return replace(token, asked=frozenset(asked), granted=ADMIN)
        case "narrowed":  # the client lost scopes after the token was issued
            return replace(token, granted=token.granted - luck.choice(LOSSES))
        case "admin":  # the scope of KPAI's administrators in the hands of whoever it is
            return replace(token, asked=ADMIN, granted=ADMIN)
        case _:
            return replace(token, disabled=True)


def activities(luck: Random, builder: Builder, among: Sequence[Organisation]) -> list[Activity]:
    made = []
    for _ in range(luck.randint(0, 2)):
        lead, *invited = luck.sample([o.id for o in among], luck.randint(1, 5))
        status = luck.choice(("DRAFT", "PLANNED", "IN_PROGRESS", "CANCELLED"))
        announced = status != "DRAFT" and (status != "CANCELLED" or luck.random() < 0.5)
        answers = {id: luck.choice(("INVITED", "ACCEPTED", "DECLINED", "LEFT")) for id in invited}
        tasks = {builder.new_id(): luck.choice([lead, *invited]) for _ in range(luck.randint(0, 2))}
        id = builder.new_id()
        late = frozenset(one for one in (id, *invited, *tasks) if luck.random() < 0.4)
        made.append(Activity(id, status, announced, lead, answers, tasks, late))
    return made
