"""Random worlds, read through the real API with real tokens, against the oracle.

``ACCESS_WORLDS=5000 pytest tests/access/test_isolation.py`` looks longer.
"""

import asyncio
import os
from collections import Counter
from collections.abc import Sequence
from itertools import count

import asyncpg
from hypothesis import HealthCheck, Phase, assume, event, given, settings

from auth.caller import Caller
from auth.scopes import Scope
from tests.access.facts import Handoff, Section, Token
from tests.access.gallery import Gallery
from tests.access.obstacles import Obstacle
from tests.access.oracle import World as Told
from tests.access.reading import Reader
from tests.access.store import empty, store
from tests.access.strategies import today, worlds
from tests.world import Api, Org, World

WORLDS = int(os.environ.get("ACCESS_WORLDS", "6"))
_looked_at = count(1)
LOOK = settings(
    max_examples=WORLDS,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    print_blob=True,
)


async def differences(
    api: World, owner: asyncpg.Connection, world: Told, readers: Sequence[Token] | None = None
) -> list[str]:
    """Put the world into the database and read it with each of its tokens, or with some."""
    await empty(owner)
    await store(owner, world)
    found: list[str] = []
    left = iter(world.tokens if readers is None else readers)

    async def read() -> None:
        for token in left:
            scopes = frozenset(Scope(scope) for scope in token.asked)
            if token.bound or token.grant is None:
                continue  # the first takes proofs, the second is no token: probes try them
            caller = Caller(token.organisation, token.client, f"key-{token.client}", scopes,
                            user_id=token.person, grant_id=token.grant)  # fmt: skip
            issued = await api.tokens.issue(caller)
            client = Api(api.http, Org(token.organisation, ""), issued.token)
            found.extend(await Reader(client, world, token).differences())

    async with asyncio.TaskGroup() as together:
        for _ in range(3):
            together.create_task(read())
    return found


async def test_the_gallery(api: World, owner: asyncpg.Connection) -> None:
    """Each way to spoil a disclosure once, in a world that is always the same."""
    for world, readers in Gallery(today()).parts():
        found = await differences(api, owner, world, readers)
        assert not found, told(found)


@LOOK
@given(world=worlds())
async def test_random_worlds(api: World, owner: asyncpg.Connection, world: Told) -> None:
    found = await differences(api, owner, world)
    if WORLDS > 100 and (seen := next(_looked_at)) % 50 == 0:
        print(f"{seen} of {WORLDS} worlds", flush=True)
    assume(today() == world.today)
    for name in reached(world):
        event(name)
    assert not found, told(found)


def told(found: list[str]) -> str:
    return "\n".join([f"{len(found)} differences", *found[:20]])


def reached(world: Told) -> Counter[str]:
    """How often content is disclosed to a token, kept by one obstacle alone, and so on."""
    return Counter(
        outcome(world, token, handoff, section)
        for token in world.tokens
        for handoff, section in world.sections
    )


def outcome(world: Told, token: Token, handoff: Handoff, section: Section) -> str:
    me = token.organisation
    if me not in (handoff.sender, handoff.receiver):
        if world.exists_for(token, handoff):
            blocked = world.obstacles(token, handoff, section)
            return "outside an emergency" if blocked else "disclosed in an emergency"
        return f"nothing for {relation(world, token, handoff)}"
    if not world.exists_for(token, handoff):
        if not world.opens_anything(token):
            return "nothing for the disabled or dissolved"
        return "nothing without the scope" if handoff.sent else "nothing before it is sent"
    obstacles = world.obstacles(token, handoff, section)
    if not obstacles:
        return f"disclosed to the {'author' if section.author == me else 'other side'}"
    side = "author" if section.author == me else "sender" if me == handoff.sender else "receiver"
    return f"only {next(iter(obstacles)).name}: {side}" if len(obstacles) == 1 else "several"


def relation(world: Told, token: Token, handoff: Handoff) -> str:
    if world.organisations[token.organisation].is_kpai:
        return "KPAI"
    sides = {handoff.sender, handoff.receiver}
    if sides & set(world.above(token.organisation)):
        return "those below"
    if any(token.organisation in world.above(side) for side in sides):
        return "those above"
    return "a stranger"


OF_THE_OTHER_SIDE = [o.name for o in Obstacle if o not in (Obstacle.CUSTODY, Obstacle.OUTSIDE)]
MUST_REACH = {
    "disclosed to the author",
    "disclosed to the other side",
    "disclosed in an emergency",
    "outside an emergency",
    "several",
    "only CUSTODY: author",
    "only SCOPE: author",
    *(f"only {name}: {side}" for name in OF_THE_OTHER_SIDE for side in ("sender", "receiver")),
    *(f"nothing for {who}" for who in ("KPAI", "those below", "those above", "a stranger")),
    "nothing for the disabled or dissolved",
    "nothing without the scope",
    "nothing before it is sent",
}


def test_random_worlds_are_worth_looking_at() -> None:
    """Each outcome comes up, and the interesting ones often; the same worlds in every run."""
    total: Counter[str] = Counter()
    seen: Counter[str] = Counter()

    @settings(LOOK, max_examples=300, derandomize=True, database=None, phases=[Phase.generate])
    @given(world=worlds())
    def look(world: Told) -> None:
        outcomes = reached(world)
        total.update(outcomes)
        seen.update(outcomes.keys())

    look()
    assert MUST_REACH - total.keys() == set()
    between_sides = sum(n for name, n in total.items() if not name.startswith("nothing"))
    near = sum(n for name, n in total.items() if name.startswith("only "))
    assert total["disclosed to the other side"] > between_sides / 10, total
    assert near > between_sides / 10, total
    assert seen["disclosed to the other side"] > 225, seen
