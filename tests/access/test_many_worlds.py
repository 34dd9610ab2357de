"""Many random worlds, asked of the database itself: which content each token may read, and why not.

The API is read with every token of a few worlds (`test_isolation`); here the policies alone answer
for hundreds, as the API's role, one statement a token. ``MANY_WORLDS=5000`` looks longer.
"""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from random import Random
from uuid import UUID

import asyncpg
import pytest

from tests.access.expected import CODES
from tests.access.facts import Token
from tests.access.oracle import World
from tests.access.store import empty, store
from tests.access.strategies import world as drawn
from tests.db.catalogue import APP

WORLDS = int(os.environ.get("MANY_WORLDS", "240"))
PARTS = 4

_ENTER = "select access.enter($1, $2, 0, $3, $4, $5)"
_READ = """
select s.id, b.section_id is not null as readable, n.withheld
from unnest($1::uuid[]) asked
join handoff_section s on s.id = asked
left join handoff_section_body b on b.section_id = coalesce(s.origin_id, s.id)
left join handoff_section_now n on n.id = s.id
"""


@pytest.mark.parametrize("part", range(PARTS))
async def test_the_policies_read_as_the_rules_say(owner: asyncpg.Connection, part: int) -> None:
    luck = Random(part)
    asked = 0
    await empty(owner)
    for number in range(WORLDS // PARTS):
        world = drawn(luck.randbytes(10))
        async with _undone(owner):
            try:
                await store(owner, world)
            except asyncpg.UniqueViolationError:
                continue  # two versions in the making: no such world can be
            for token in world.tokens:
                async with _undone(owner):
                    found = await _differences(owner, world, token)
                assert not found, f"world {number} of part {part}:\n" + "\n".join(found)
                asked += len(world.sections)
    assert asked > 100 * WORLDS // PARTS


@asynccontextmanager
async def _undone(owner: asyncpg.Connection) -> AsyncIterator[None]:
    """Whatever is put in or set is gone afterwards: cheaper than emptying fifty tables."""
    transaction = owner.transaction()
    await transaction.start()
    try:
        yield
    finally:
        await transaction.rollback()


async def _differences(owner: asyncpg.Connection, world: World, token: Token) -> list[str]:
    """Sections that are open to a token although they must not be, or the other way round."""
    await owner.execute(f"set local role {APP}")
    me = await owner.fetchval(
        _ENTER, token.client, " ".join(sorted(token.asked)), token.person, token.grant, token.bound
    )
    rows = await owner.fetch(_READ, [section.id for _, section in world.sections])
    seen: dict[UUID, asyncpg.Record] = {row["id"]: row for row in rows}
    found = [] if (me is not None) == world.opens_anything(token) else [f"{token} enters: {me}"]
    for handoff, section in world.sections:
        row = seen.get(section.id)
        if not world.may(token, "handoff:read"):  # the scope of writing shows that it is there
            found += [f"{section.id}: read without the scope"] if row and row["readable"] else []
            continue
        exists = world.exists_for(token, handoff)
        if (row is not None) != exists:
            found.append(f"{section.id} exists for {token}: {row is not None}")
        if row is None or not exists:
            continue
        obstacles = world.obstacles(token, handoff, section)
        if row["readable"] == bool(obstacles):
            names = sorted(o.name for o in obstacles)
            found.append(f"{section.id}: readable {row['readable']}, but {names}")
        elif not world.is_side(token.organisation, handoff):
            continue  # one that an emergency shows: its other sections are not its reader's
        elif section.source is not None and not world.where[section.source][0].sent:
            continue  # what was never received cannot be passed on: any reason will do
        elif len({CODES[o] for o in obstacles}) == 1 and row["withheld"] != CODES[min(obstacles)]:
            found.append(f"{section.id} for {token}: {row['withheld']} because of {obstacles}")
    return found
