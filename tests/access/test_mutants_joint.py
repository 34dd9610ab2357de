"""The proof that tests bite, for joint activities and all that hangs on them.

In a world of its own, with a row of each kind from before and after some left. Who sees which was
written by hand; what is tried is kept. Every mutant of what decides here must change an answer.
`make prove` tries them all; a test of everyday a few tables, and every row's readers.
"""

import re
from collections.abc import AsyncIterator
from dataclasses import replace

import asyncpg
import pytest_asyncio

from tests.access import mutants
from tests.access.laboratory import THOROUGH, Laboratory, tried
from tests.access.probes import failing, install
from tests.access.questions_joint import probes_of
from tests.access.rows_joint import working
from tests.access.rows_joint_oversight import oversight
from tests.access.rows_joint_results import advocacy, education, results
from tests.access.scene_joint import scene_of
from tests.world import World

NEAR = {
    "part": "part activity_task activity_participant", "seen_until": "seen_until activity_task",
    "keep_part": "activity_participant", "keep_steps": "joint_activity",
    "keep_task": "activity_task",
    "keep_past": "joint_activity", "keep_place": "activity_participant joint_activity",
    "touch": "activity_task activity_participant",
    "recommendation": "recommendation finding",
    "recommendation_finding": "recommendation_finding finding",
    "material_version": "material_version session_material material",
}  # fmt: skip
"""Which questions are about what has none of its own."""
IMPLIED: dict[str, str] = {
    "activity_task.seen using: ((status)::text = 'DONE'::text) -> true": "only what is done has a"
    " day on which it was",
    "access.count_up: s.status = 'HELD' -> true": "a session has begun only where it was held",
    "access.my_versions: a.lead_id = me -> true": "seen_until is null for who takes no part",
    "access.my_versions: p.organisation_id = me -> true": "the same",
    "access.my_versions: x.activity_id in (select a.id from joint_activity a where a.lead_id = me"
    " union all select p.activity_id from activity_participant p where p.organisation_id = me)"
    " -> true": "the same",
}
"""Mutants that nothing can notice, and what makes them harmless."""
ABOUT = mutants.JOINT if THOROUGH else mutants.JOINT & {"activity_task", "seen_until", "finding"}
"""What is tried: a few each time, and everything by `make prove`."""


@pytest_asyncio.fixture(scope="module")
async def laboratory(world: World, owner: asyncpg.Connection) -> AsyncIterator[Laboratory]:
    parts = (working, oversight, advocacy, education, results)
    scene = await scene_of(world, owner, parts)
    probes = await probes_of(scene, ABOUT)
    await install(owner, probes)
    await owner.execute("analyze")
    await owner.execute("update lab.probe p set expected = lab.outcome(p) where expected = '?'")
    yield Laboratory(
        owner, NEAR, {probe.about for probe in probes} - {row.table for row in scene.rows}
    )


async def test_everybody_sees_what_is_theirs_to_see(laboratory: Laboratory) -> None:
    found = await failing(laboratory.owner, most=60)
    assert not found, "\n".join(found)


async def test_no_mutant_goes_unnoticed(laboratory: Laboratory) -> None:
    made = [one async for one in mutants.only(laboratory.owner, ABOUT)]
    made = [
        replace(m, about=m.what.partition(":")[0]) if ": trigger" in m.what else m for m in made
    ]
    moments = [
        m.what for m in made if re.search(r"(_at|_until|until_at).*: (<=|<) -> (<|<=)$", m.what)
    ]
    await tried(laboratory, "joint activities", made, {*IMPLIED, *moments})
